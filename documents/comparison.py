"""Two versions of a document side by side: what differs, part by part in the order of the paper, and in a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from documents.content import Content
from documents.differences import Cells, Mark, Row, Text, compare_rows, compare_words, former, later
from documents.excerpts import AROUND, Compared, Excerpt, compared_of, excerpt
from documents.file_reports import lines_of_file
from documents.formatted import TextLine, lines_of
from documents.models import Acknowledgement, Signature, State, Version
from documents.reports import span
from tenants.models import Member
from tenants.words import two_digits, working_time

SIGNED = (State.APPROVED, State.IN_FORCE, State.SUPERSEDED, State.WITHDRAWN)
MARKS = {
    Mark.NEW: gettext_lazy("added"),
    Mark.GONE: gettext_lazy("removed"),
    Mark.CHANGED: gettext_lazy("changed"),
}
DEEDS: dict[str, Any] = {  # what is said of so many steps, papers …
    Mark.CHANGED: gettext_lazy("%(what)s changed"),
    Mark.NEW: gettext_lazy("%(what)s added"),
    Mark.GONE: gettext_lazy("%(what)s removed"),
    "moved": gettext_lazy("%(what)s moved"),
    "look": gettext_lazy("formatting of %(what)s changed"),
}
KINDS = {  # what a line of a formatted text is
    "p": gettext_lazy("paragraph"),
    "h2": gettext_lazy("heading 1"),
    "h3": gettext_lazy("heading 2"),
    "h4": gettext_lazy("heading 3"),
    "ul": gettext_lazy("bulleted item"),
    "ol": gettext_lazy("numbered item"),
    "blockquote": gettext_lazy("quotation"),
    "tr": gettext_lazy("row of a table"),
    "th": gettext_lazy("head of a table"),
}
Count = Callable[[int], str]


@dataclass(frozen=True)
class Line:
    """A row as the page draws it: words for its place and what became of it, cells with what is gone and new marked."""

    mark: Mark
    number: str
    words: str
    cells: list[tuple[str, Text]]  # head of the column (empty in a text) and the text
    skipped: int = 0  # instead of a row: so many unchanged ones that are not shown

    @property
    def signs(self) -> int:
        return sum(len(piece.text) for _head, text in self.cells for piece in text)

    @property
    def is_row(self) -> bool:
        """A row of a table within a text."""
        return len(self.cells) > 1

    @property
    def inline(self) -> list[tuple[str, SafeString]]:
        return [(head, inline(text)) for head, text in self.cells]

    @property
    def before(self) -> list[tuple[str, SafeString]]:
        return [] if self.mark == Mark.NEW else [(head, inline(text, but=Mark.NEW)) for head, text in self.cells]

    @property
    def after(self) -> list[tuple[str, SafeString]]:
        return [] if self.mark == Mark.GONE else [(head, inline(text, but=Mark.GONE)) for head, text in self.cells]


@dataclass(frozen=True)
class Part:
    """One part of the paper. `heads` are those of its table; a text has none, its rows are paragraphs.

    Of a very long one `head` and `tail` equal rows are left out at its ends, and `left` rows were not compared.
    """

    anchor: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    count: Count | None = None  # "3 steps"
    numbered: bool = False
    head: int = 0
    tail: int = 0
    left: int = 0

    @property
    def differs(self) -> bool:
        return bool(self.left) or any(row.differs for row in self.rows)

    def lines(self, *, whole: bool) -> list[Line]:
        """The changes with what stands beside them, or everything."""
        near = {
            place + step for place, row in enumerate(self.rows) if row.differs for step in range(-AROUND, AROUND + 1)
        }
        lines: list[Line] = []
        skipped = self.head
        for place, row in enumerate(self.rows):
            if not whole and place not in near:
                skipped += 1
                continue
            if skipped:
                lines.append(_skipped(skipped))
                skipped = 0
            lines.append(self._line(row))
        skipped += self.tail
        return [*lines, _skipped(skipped)] if skipped else lines

    def _line(self, row: Row) -> Line:
        words = [str(MARKS[row.mark])] if row.mark in MARKS else []
        if row.moved:
            words.append(_("moved from %(before)s to %(after)s") % {"before": row.before, "after": row.after})
        if row.note:
            words.append(row.note)
        place = row.after or row.before
        number = str(place) if self.numbered else ""
        if self.numbered and row.before and row.after and row.before != row.after:
            number = f"{row.before} → {row.after}"
        cells = list(zip(self.heads or ("",) * len(row.cells), row.cells, strict=True))
        return Line(row.mark, number, ", ".join(words), cells)

    def phrases(self) -> Iterator[str]:
        """What became of it, for the summary."""
        if self.left:
            yield _("“%(part)s” is too long to be compared whole") % {"part": self.title}
        if not any(row.differs for row in self.rows):
            return
        if self.count is None:
            said = any(row.moved or row.mark != Mark.SAME for row in self.rows)
            words = _("“%(part)s” changed") if said else _("formatting of “%(part)s” changed")
            yield words % {"part": self.title}
            return
        marks: Counter[str] = Counter(row.mark for row in self.rows)
        marks["moved"] = sum(row.moved for row in self.rows)
        marks["look"] = sum(bool(row.note) and row.mark == Mark.SAME for row in self.rows)
        for mark, words in DEEDS.items():
            if marks[mark]:
                yield str(words) % {"what": self.count(marks[mark])}


@dataclass(frozen=True)
class Value(Part):
    """A single value, said in the summary as it was and as it is: time limit 5 → 3 working days."""

    def phrases(self) -> Iterator[str]:
        if self.differs:
            was = "".join(former(row.cells[0]) for row in self.rows) or "–"
            now = "".join(later(row.cells[0]) for row in self.rows) or "–"
            name = f"{self.title[0].lower()}{self.title[1:]}"
            yield _("%(part)s %(before)s → %(after)s") % {"part": name, "before": was, "after": now}


@dataclass(frozen=True)
class Comparison:
    """`before` is the version compared with, `after` the one that is read."""

    before: Version
    after: Version
    parts: list[Part]

    @property
    def changed(self) -> list[Part]:
        return [part for part in self.parts if part.differs]

    @property
    def unchanged(self) -> list[str]:
        return [part.title for part in self.parts if not part.differs]

    @property
    def phrases(self) -> list[str]:
        return [phrase for part in self.parts for phrase in part.phrases()]

    @property
    def summary(self) -> str:
        """“2 steps changed, 1 paper added, time limit 5 → 3 working days.”"""
        phrases = self.phrases
        if not phrases:
            return _("The two versions say the same.")
        words = ", ".join(phrases)
        return f"{words[0].upper()}{words[1:]}."

    def shown(self, *, whole: bool = False, start: int = 1) -> Excerpt:
        """The changes, or everything: as many lines as are shown at once, from the `start`-th on."""
        return excerpt([(part, part.lines(whole=whole)) for part in (self.parts if whole else self.changed)], start)


def _skipped(rows: int) -> Line:
    return Line(Mark.SAME, "", "", [], rows)


def inline(text: Text, *, but: Mark | None = None) -> SafeString:
    """The text with what is gone in <del> and what is new in <ins>, each said in words for who cannot see it."""
    gone, new = _("removed:"), _("added:")
    tags = {Mark.GONE: ("del", gone), Mark.NEW: ("ins", new)}
    found: list[tuple[Any, ...]] = []
    for piece in text:
        if piece.mark == but:
            continue
        if piece.mark in tags:
            tag, words = tags[piece.mark]
            found.append((_marked(tag, words, piece.text),))
        else:
            found.append((piece.text,))
    return format_html_join("", "{}", found)


def _marked(tag: str, words: str, text: str) -> SafeString:
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    body = text.strip()
    if not body:
        return conditional_escape(text)
    pieces = [(lead, tag, words, body, tag, tail)]
    return format_html_join("", '{}<{}><span class="unseen">{} </span>{}</{}>{}', pieces)


# --- comparing -------------------------------------------------------------------------------------


def compare(before: Version, after: Version) -> Comparison:
    """What makes `after` out of `before`: two versions of one document."""
    old, new = Content.of(before.content), Content.of(after.content)
    parts = [_text("title", pgettext("document", "Title"), before.title, after.title)]
    parts += _procedure(old, new, after) if after.document.is_procedure else _plain(old, new)
    parts.append(
        _table(
            "p9", _("Attachments"), (_("File"), "SHA-256"), old.attachments, new.attachments,
            lambda one: (one.name, one.sha256[:16]), _attachments,
        )
    )  # fmt: skip
    return Comparison(before, after, [part for part in parts if part.rows])


def _plain(old: Content, new: Content) -> list[Part]:
    """The text, written here or read of the file; the file itself is told by its name and hash."""
    files = [" · ".join((one.name, one.sha256[:16])) if one.given else "" for one in (old.file, new.file)]
    return [
        _value("p5f", _("File"), *files),
        _value("p5l", _("Found at"), old.link, new.link),
        _written("p5", _("Content"), old, new, "text", _paragraphs),
    ]


def _procedure(old: Content, new: Content, version: Version) -> list[Part]:
    """In the order of the seven parts (documents/sheet.html)."""
    cut_off = version.agency.cut_off

    def limit(content: Content) -> str:
        return str(span(content.limit, cut_off)) if content.limit.given else ""

    def total(content: Content) -> str:
        return working_time(content.norm_minutes) if content.norm_minutes else ""

    bases, papers = (_("Number"), _("Name")), (_("Paper"), _("Originals"), _("Copies"), _("Form"))
    steps = (_("What is done"), _("Responsible"), pgettext("duration", "Time"), _("Form, result"))
    return [
        _written("p1", _("Purpose"), old, new, "purpose"),
        _written("p2", _("Scope"), old, new, "scope"),
        _table("p3", _("References"), ("",), old.references, new.references, lambda line: (line,), _references),
        _written("p4", _("Definitions, abbreviations"), old, new, "definitions"),
        _table("p5", _("Services"), ("",), old.services, new.services, lambda code: (code,), _services),
        _table("p51", _("Legal basis"), bases, old.legal_bases, new.legal_bases, lambda one: (one.number, one.name), _bases),
        _table(
            "p52", _("Dossier components"), papers, old.components, new.components,
            lambda one: (one.name, two_digits(one.originals), two_digits(one.copies), one.form), _papers,
        ),
        _value("p53", _("Number of sets"), two_digits(old.sets), two_digits(new.sets)),
        _value("p54", _("Time limit"), limit(old), limit(new)),
        _text("p54b", _("Note on the time limit"), old.limit_note, new.limit_note),
        _text("p55", _("Place of reception and return"), old.place, new.place),
        _text("p56", _("Fee"), old.fee, new.fee),
        _table(
            "p57", _("Steps of the work"), steps, old.steps, new.steps,
            lambda one: (one.name, one.who_words, str(span(one.norm)), one.form), _steps, numbered=True,
        ),
        _value("p57b", _("All steps together"), total(old), total(new)),
        _text("p58", _("Result"), old.result, new.result),
        _table(
            "p6", _("Forms"), (pgettext("document", "Code"), _("Name of the form")), old.forms, new.forms,
            lambda one: (one.code, one.name), _forms,
        ),
        _table(
            "p7", _("Records kept"), (_("Record"), _("Place kept"), _("Retention")), old.records, new.records,
            lambda one: (one.name, one.place, one.retention), _records,
        ),
    ]  # fmt: skip


def _text(anchor: str, title: str, before: str, after: str, count: Count | None = None) -> Part:
    return _part(anchor, title, (), _lines(before), _lines(after), count)


def _part(
    anchor: str, title: str, heads: tuple[str, ...], before: list[Cells], after: list[Cells], count: Count | None,
    *, numbered: bool = False,
) -> Part:  # fmt: skip
    compared = compared_of(before, after, lambda row: row)
    rows = compare_rows(compared.before, compared.after)
    return _within(compared, Part(anchor, str(title), heads, rows, count, numbered))


def _within(compared: Compared[Any], part: Part) -> Part:
    """Its places counted from the beginning of the text, with what stands before and behind.

    Where both lists were cut, what is gone or new at the very end may as well stand in the rest: it counts as left.
    """
    if not compared.cut:
        return part
    head, rows = compared.head, part.rows
    if compared.left:
        both = [place for place, row in enumerate(rows, 1) if row.before and row.after]
        rows = rows[: both[-1]] if both else rows
    shifted = (
        replace(row, before=row.before and row.before + head, after=row.after and row.after + head) for row in rows
    )
    left = compared.left + len(part.rows) - len(rows)
    return replace(part, rows=tuple(shifted), head=head, tail=compared.tail, left=left)


def _written(anchor: str, title: str, old: Content, new: Content, part: str, count: Count | None = None) -> Part:
    """A part that may be formatted: by paragraphs, items and rows of tables; where only the look differs, that is said."""
    before, after = (
        [*lines_of(content, part), *(lines_of_file(content) if part == "text" else [])] for content in (old, new)
    )
    compared = compared_of(before, after, lambda line: line.cells)
    was, now = compared.before, compared.after
    rows = compare_rows([line.cells for line in was], [line.cells for line in now])
    noted = (_noted(row, was[row.before - 1], now[row.after - 1]) if row.before and row.after else row for row in rows)
    return _within(compared, Part(anchor, str(title), (), tuple(noted), count))


def _noted(row: Row, was: TextLine, now: TextLine) -> Row:
    if was.kind != now.kind:
        names = {"before": KINDS[was.kind], "after": KINDS[now.kind]}
        return replace(row, note=_("%(before)s → %(after)s") % names)
    if was.look != now.look or (row.mark == Mark.SAME and was.marks != now.marks):
        return replace(row, note=_("formatting changed"))
    return row


def _value(anchor: str, title: str, before: str, after: str) -> Part:
    rows = (Row((compare_words(before, after),), 1, 1),) if before or after else ()
    return Value(anchor, str(title), (), rows)


def _table(
    anchor: str,
    title: str,
    heads: tuple[str, ...],
    before: Iterable[Any],
    after: Iterable[Any],
    cells: Callable[[Any], Cells],
    count: Count,
    *,
    numbered: bool = False,
) -> Part:
    rows = [cells(row) for row in before], [cells(row) for row in after]
    return _part(anchor, title, heads if heads != ("",) else (), *rows, count, numbered=numbered)


def _lines(text: str) -> list[Cells]:
    """The paragraphs of a text; blanks that nobody sees are no difference."""
    return [(" ".join(line.split()),) for line in text.splitlines() if line.strip()]


def _steps(n: int) -> str:
    return ngettext("%(n)s step", "%(n)s steps", n) % {"n": n}


def _papers(n: int) -> str:
    return ngettext("%(n)s paper", "%(n)s papers", n) % {"n": n}


def _forms(n: int) -> str:
    return ngettext("%(n)s form", "%(n)s forms", n) % {"n": n}


def _records(n: int) -> str:
    return ngettext("%(n)s record kept", "%(n)s records kept", n) % {"n": n}


def _bases(n: int) -> str:
    return ngettext("%(n)s legal basis", "%(n)s legal bases", n) % {"n": n}


def _references(n: int) -> str:
    return ngettext("%(n)s reference", "%(n)s references", n) % {"n": n}


def _services(n: int) -> str:
    return ngettext("%(n)s service", "%(n)s services", n) % {"n": n}


def _attachments(n: int) -> str:
    return ngettext("%(n)s attachment", "%(n)s attachments", n) % {"n": n}


def _paragraphs(n: int) -> str:
    return ngettext("%(n)s paragraph", "%(n)s paragraphs", n) % {"n": n}


# --- with what -------------------------------------------------------------------------------------


def predecessor(version: Version) -> Version | None:
    """The newest signed version before this one: what its drafter began with."""
    return predecessor_among(version, _signed(version))


def predecessor_among(version: Version, versions: Iterable[Version]) -> Version | None:
    earlier = [other for other in versions if other.state in SIGNED and _place(other) < _place(version)]
    return max(earlier, key=_place, default=None)


def known_to(version: Version, member: Member) -> Version | None:
    """The version this member last read or signed before this one; else the predecessor."""
    earlier = {other.pk: other for other in _signed(version) if _place(other) < _place(version)}
    read = Acknowledgement.objects.filter(member=member, version__in=earlier, read_at__isnull=False)
    signed = Signature.objects.filter(member=member, version__in=earlier)
    known = {*read.values_list("version", flat=True), *signed.values_list("version", flat=True)}
    last = max((earlier[pk] for pk in known), key=_place, default=None)
    return last or max(earlier.values(), key=_place, default=None)


def changes_for(version: Version, member: Member, *, reading: bool) -> Comparison | None:
    """What a reader or a signer is shown: against what they last read, or against what was signed before."""
    base = known_to(version, member) if reading else predecessor(version)
    return compare(base, version) if base else None


def _signed(version: Version) -> list[Version]:
    versions = list(version.document.versions.filter(state__in=SIGNED).defer("content"))
    for other in versions:
        other.document, other.agency = version.document, version.agency
    return versions


def _place(version: Version) -> tuple[int, int]:
    return version.issue, version.revision
