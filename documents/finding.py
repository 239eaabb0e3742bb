"""Full-text search in the documents of the agency: what was typed, which versions match, in which order, what to show.

A word typed with diacritics is found as it is written, one without either way; what has the words as they were typed,
one after the other, comes first. If nothing has all words, codes and titles that are nearly so are found. Names of
rules: tenants.words.spelled, sought and plain; the index: documents/migrations/search.sql.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, FloatField, Func, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce, Greatest, Substr
from django.db.models.lookups import GreaterThan

from documents.models import Document, Version
from documents.querysets import Ids
from tenants import clock
from tenants.models import Member
from tenants.shown import Shown
from tenants.words import plain, readable, sought, spelled

MOST_WORDS, LONGEST = 20, 200  # of a query: words, and signs of each
BEFORE, SHOWN = 70, 260  # signs of a snippet before the first word found, and in all
TONED = {**dict.fromkeys("òóỏõọ", "ae"), **dict.fromkeys("ùúủũụ", "y")}  # a word typed as far as hò may become hoà


@dataclass(frozen=True)
class Phrase:
    """Words that follow each other: one word, a number as 63/2010/NĐ-CP, or what stood in quotation marks."""

    words: tuple[str, ...]  # as spelled
    open: bool = False  # the last word may go on

    @property
    def exact(self) -> bool:
        return any(map(has_diacritics, self.words))

    @property
    def ways(self) -> list[list[Way]]:
        """Of every word the ways in which the index may have it."""
        *most, last = self.words
        return [*([Way(sought(word))] for word in most), _open_ways(last) if self.open else [Way(sought(last))]]

    @property
    def pattern(self) -> str:
        return "(^| )" + _in_a_row(self.ways)


@dataclass(frozen=True)
class Way:
    """A word as the index has it; with `goes_on` as it begins there."""

    word: str
    goes_on: bool = False

    @property
    def pattern(self) -> str:
        return self.word if self.goes_on else f"{self.word}(?= |$)"


def _open_ways(typed: str) -> list[Way]:
    """quy begins quyết, and is in itself qui; thủ begins thủng, and may become thuỷ."""
    whole = {sought(typed)} - {typed} | {sought(spelled(typed + vowel)) for vowel in TONED.get(typed[-1], "")}
    return [Way(typed, goes_on=True), *map(Way, sorted(whole))]


@dataclass(frozen=True)
class Wanted:
    """A query as it is searched for."""

    phrases: tuple[Phrase, ...]

    @classmethod
    def of(cls, typed: str) -> Wanted:
        """Quotation marks keep words together; the last word outside of them may go on."""
        typed = re.sub("[“”„«»]", '"', readable(typed))
        parts = re.findall(r'"([^"]*)"|([^\s"]+)', typed)
        phrases = []
        for place, (quoted, loose) in enumerate(parts, 1):
            words = tuple(word[:LONGEST] for word in spelled(quoted or loose).split()[:MOST_WORDS])
            if words:
                phrases.append(Phrase(words, open=bool(loose) and place == len(parts)))
        return cls(tuple(phrases[:MOST_WORDS]))

    def __bool__(self) -> bool:
        return bool(self.phrases)

    @property
    def words(self) -> list[str]:
        """As typed, in small letters."""
        return [word for phrase in self.phrases for word in phrase.words]

    @property
    def ways(self) -> list[list[Way]]:
        return [ways for phrase in self.phrases for ways in phrase.ways]

    @property
    def exact(self) -> bool:
        """Whether all words are typed with diacritics, so that their place is looked for as they are spelled."""
        return all(map(has_diacritics, self.words))

    @property
    def expression(self) -> str:
        """As text of a tsquery."""
        return " & ".join(map(_lexemes, self.ways))

    def patterns(self, *, exact: bool, longer_than: int = 0) -> list[str]:
        phrases = (phrase for phrase in self.phrases if len(phrase.words) > longer_than)
        return [phrase.pattern for phrase in phrases if phrase.exact is exact]


def has_diacritics(word: str) -> bool:
    return plain(word) != word


def _either(ways: list[Way]) -> str:
    return f"({'|'.join(way.pattern for way in ways)})"


def _in_a_row(words: list[list[Way]]) -> str:
    """One word after the other: the blank behind it says where each ends, and only the last may go on."""
    *most, last = words
    return "".join(f"{way.word} +" for (way,) in most) + _either(last)


def _lexemes(ways: list[Way]) -> str:
    lexemes = (f"'{'=' if has_diacritics(way.word) else ''}{way.word}'{':*' if way.goes_on else ''}" for way in ways)
    return f"({' | '.join(lexemes)})"


# --- which versions --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """Ids of one version of each document found, best first; `nearly` when only codes and titles like it were found."""

    versions: list[int]
    wanted: Wanted
    nearly: bool = False


def find(member: Member, typed: str, chosen: dict[str, Any] | None = None) -> Found:
    """Documents the member may see; `chosen` filters: kind, state, unit, held (in force today only)."""
    wanted, chosen = Wanted.of(typed), chosen or {}
    if not wanted:
        return Found([], wanted)
    call = "documents_search(%s::tsquery, %s::text[], %s::text[], %s::text[], %s::text[])"
    phrases = [wanted.patterns(exact=exact, longer_than=1) for exact in (True, False)]
    words = [wanted.expression, *phrases, wanted.patterns(exact=True), wanted.patterns(exact=False)]
    if versions := _ordered(_filtered(member, Ids(call, words), chosen), wanted):
        return Found(versions, wanted)
    like = _filtered(member, Ids("documents_resembling(%s)", [plain(sought(" ".join(wanted.words)))]), chosen)
    return Found(_ordered(like, wanted, resembling=True), wanted, nearly=True)


def _filtered(member: Member, ids: Ids, chosen: dict[str, Any]) -> Any:
    seen = Document.objects.visible_to(member)
    for name in ("kind", "unit"):
        if chosen.get(name):
            seen = seen.filter(**{name: chosen[name]})
    found = Version.objects.visible_to(member).filter(pk__in=ids, document__in=seen)
    if chosen.get("held"):
        found = found.in_force_on(clock.today())
    if chosen.get("state"):
        found = found.filter(state=chosen["state"])
    return found


def _ordered(found: Any, wanted: Wanted, *, resembling: bool = False) -> list[int]:
    """One version of each document: the one in force, else the newest; then by how well it fits, then by code."""
    holds = Case(When(state="in_force", then=0), default=1)
    best = found.order_by("document_id", holds, "-issue", "-revision").distinct("document_id").values("pk")
    rows = Version.objects.filter(pk__in=best)
    as_typed = list(map(sought, wanted.words))
    names = F("search_text__names")
    if resembling:
        words = Value(plain(" ".join(as_typed)))
        likeness = Func(words, names, function="word_similarity", output_field=FloatField())
        return list(rows.order_by(likeness.desc(), holds, "document__code").values_list("pk", flat=True))
    ways = [as_typed]
    if wanted.phrases[-1].open and as_typed[-1] != wanted.words[-1]:  # quy is qui, and begins quyết
        ways.append([*as_typed[:-1], wanted.words[-1]])
    plainly = [[plain(word) for word in way] for way in ways]
    fit = Case(
        When(document__code__istartswith=".".join(wanted.words), then=0),
        When(_any(Q(search_text__names__contains=f" {' '.join(way)}") for way in plainly), then=1),
        When(_any(Q(*(Q(search_text__names__contains=f" {word}") for word in way)) for way in plainly), then=2),
        When(_any(_stands("spelled", way) for way in ways), then=3),  # one after the other in the text, as typed
        When(_any(_stands("plain", way) for way in plainly), then=4),
        default=5,
        output_field=IntegerField(),
    )
    return list(rows.order_by(fit, holds, "document__code").values_list("pk", flat=True))


def _any(conditions: Iterable[Q]) -> Q:
    return Q(*conditions, _connector=Q.OR)


def _stands(column: str, words: list[str]) -> Q:
    place = Func(
        F(f"search_text__{column}"), Value(f" {' '.join(words)}"), function="strpos", output_field=IntegerField()
    )
    return Q(GreaterThan(place, 0))


# --- what is shown ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece(Shown):
    """A piece of a snippet; `marked` when it is a word that was looked for."""

    text: str
    marked: bool = False


@dataclass(frozen=True)
class Hit:
    version: Version
    pieces: list[Piece]


def show(found: Found, ids: list[int]) -> list[Hit]:
    """These of the versions found, each with the place in its text where the words stand. Two queries at most."""
    wanted = found.wanted
    rows = Version.objects.filter(pk__in=ids).defer("content").select_related("document__unit")
    if found.nearly or not ids:
        return _in_order([Hit(row, []) for row in rows], ids)
    patterns = [_in_a_row(wanted.ways), _either(max(wanted.ways, key=lambda ways: len(ways[0].word)))]
    text: Any = F("search_text__spelled" if wanted.exact else "search_text__plain")
    places = [
        Func(
            text, Value(f"(^| ){pattern}"), F("search_text__head"), function="regexp_instr", output_field=IntegerField()
        )
        for pattern in (patterns if wanted.exact else map(plain, patterns))
    ]
    nought = [Func(place, Value(0), function="nullif", output_field=IntegerField()) for place in places]
    start = Greatest(Coalesce(*nought, F("search_text__head")) - BEFORE, F("search_text__head") + 1)
    rows = rows.annotate(start=start, head=F("search_text__head"))
    rows = rows.annotate(snippet=Substr("search_text__body", start, SHOWN))
    return _in_order([Hit(row, _pieces(row.snippet, row.start > row.head + 1, found)) for row in rows], ids)


def _in_order(hits: list[Hit], ids: list[int]) -> list[Hit]:
    return sorted(hits, key=lambda hit: ids.index(hit.version.pk))


def marked(text: str, wanted: Wanted, *, loosely: bool = False) -> list[Piece]:
    """The text in pieces, words that were looked for marked. `text` as the database keeps it: sign for sign.
    `loosely`: diacritics were not regarded.
    """
    exact = sought(spelled(text))
    bare = plain(exact)
    if not len(exact) == len(bare) == len(text):
        return [Piece(text)]
    spans = set()
    for way in (way for ways in wanted.ways for way in ways):
        as_written = has_diacritics(way.word) and not loosely
        seen, pattern = (exact, way.pattern) if as_written else (bare, plain(way.pattern))
        spans |= {place.span() for place in re.finditer(rf"(?<!\S){pattern}", seen)}
    pieces, end = [], 0
    for first, last in sorted(spans):
        if first >= end:
            pieces += [Piece(text[end:first]), Piece(text[first:last], marked=True)]
            end = last
    return [piece for piece in [*pieces, Piece(text[end:])] if piece.text]


def _pieces(snippet: str, cut: bool, found: Found) -> list[Piece]:
    """Whole words only at both ends, and dots where the text goes on."""
    if cut:
        snippet = snippet.partition(" ")[2]
    if len(snippet) > SHOWN - BEFORE:
        snippet = snippet.rpartition(" ")[0]
        ending = [Piece(" …")]
    else:
        ending = []
    return [*([Piece("… ")] if cut else []), *marked(snippet, found.wanted), *ending]
