"""What a framework file says: our own YAML format, and libraries of CISO Assistant. Nothing is written here.

See docs/imports.md for both. A file may hold editions, correlations between editions, or both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from tenants.letters import nfc
from tenants.sources import Rejected, Unreadable, clean
from tenants.words import fold
from tenants.yaml_files import EMPTY, truth_of, yaml_of

OURS = "qms-framework"
LONGEST_URN, LONGEST_NUMBER, LONGEST_CODE = 300, 100, 100
RELATIONS = {  # of CISO Assistant (NIST IR 8477), from the source's side
    "equal": "equal", "subset": "part_of", "superset": "contains", "intersect": "overlaps", "not_related": "",
}  # fmt: skip
NAMING = ("urn", "number", "source_requirement_urn", "target_requirement_urn", "from", "to")
OUR_RELATIONS = ("equal", "part_of", "contains", "overlaps", "changed", "new", "removed")


@dataclass(frozen=True)
class Node:
    """One clause as the file has it. `place` names it in the report."""

    place: str
    urn: str
    parent: str = ""
    number: str = ""
    assessable: bool = True
    depth: int | None = None
    words: dict[str, str] = field(default_factory=dict)  # field of Clause → text


@dataclass(frozen=True)
class Edition:
    code: str
    urn: str
    words: dict[str, str]  # name, version, description, source
    nodes: list[Node]
    is_draft: bool = False
    is_default: bool = False
    named: frozenset[str] = frozenset()  # every urn the file names, also of rejected nodes: none of these is gone


@dataclass(frozen=True)
class Pair:
    """One correlation: urns within their editions; empty where there is none (new, removed) or nothing to keep."""

    place: str
    former: str
    later: str
    kind: str
    note: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Mapping:
    """The correlations from one edition to another, named by code or urn."""

    former: str
    later: str
    pairs: list[Pair]


@dataclass
class Library:
    editions: list[Edition] = field(default_factory=list)
    mappings: list[Mapping] = field(default_factory=list)
    rejected: list[tuple[str, str]] = field(default_factory=list)  # place, reason
    read: int = 0


def library_of(path: Path) -> Library:
    """The file read. Rows that cannot be taken are in `rejected`. Raises Unreadable when it is none of both formats."""
    data = yaml_of(path)
    if not isinstance(data, dict):
        raise Unreadable(_("%(file)s is no framework: names and values are expected.") % {"file": path.name})
    library = Library()
    if str(data.get("format", "")).startswith(OURS):
        _read_ours(data, library, path.name)
    elif isinstance(data.get("objects"), dict):
        _read_ciso(data, library, path.name)
    else:
        raise Unreadable(
            _("%(file)s is no framework: neither “format: %(ours)s” nor “objects” of a library stands in it.")
            % {"file": path.name, "ours": OURS}
        )
    if not library.editions and not library.mappings:
        raise Unreadable(_("%(file)s holds no framework and no correlations.") % {"file": path.name})
    return library


# --- our own format ------------------------------------------------------------------------------


def _read_ours(data: dict[str, Any], library: Library, file: str) -> None:
    about = data.get("edition")
    if about is not None:
        about = _dict(about, "edition", file)
        code = _code(about, "code", file)
        words = {"name": _words(about, "name", file) or code, "version": _words(about, "version", file)}
        words |= {name: _words(about, name, file) for name in ("description", "source")}
        listed = _filled(data.get("clauses"), "clauses", file)
        nodes, named = _nodes(listed, _our_node, library), _named(listed, "number")
        draft, default = _flag(about, "draft", file), _flag(about, "default", file)
        library.editions.append(Edition(code, "", words, nodes, is_draft=draft, is_default=default, named=named))
    for number, item in enumerate(_list(data.get("correlations", []), "correlations", file), 1):
        mapping = _dict(item, f"correlations {number}", file)
        pairs = list(_taken(_filled(mapping.get("pairs"), "pairs", file), _our_pair, library))
        library.mappings.append(Mapping(_code(mapping, "from", file), _code(mapping, "to", file), pairs))


def _our_node(item: dict[str, Any], place: str) -> Node:
    number = _text(item.get("number"), LONGEST_NUMBER)
    if not number:
        raise Rejected(_("The clause has no number."))
    words: dict[str, str] = {}
    for name in ("title", "asks", "question"):
        given = item.get(name) or {}
        if not isinstance(given, dict):
            given = {"vi": given}
        words |= {f"{name}_{language}": _prose(given.get(language)) for language in ("vi", "en")}
    if not words["title_vi"] and not words["title_en"]:
        raise Rejected(_("The clause has no title."))
    parent = _text(item.get("parent"), LONGEST_URN) if "parent" in item else ""
    return Node(place, number, parent, number, truth_of(item.get("assessable"), otherwise=True), None, words)


def _our_pair(item: dict[str, Any], place: str) -> Pair:
    former, later = _text(item.get("from"), LONGEST_URN), _text(item.get("to"), LONGEST_URN)
    kind = _text(item.get("kind"), 40)
    if kind not in OUR_RELATIONS:
        raise Rejected(_("“%(kind)s” is no kind of correlation.") % {"kind": kind})
    note = item.get("note") or {}
    note = note if isinstance(note, dict) else {"vi": note}
    return _paired(Pair(place, former, later, kind, {key: _prose(note.get(key)) for key in ("vi", "en")}))


# --- libraries of CISO Assistant -----------------------------------------------------------------


def _read_ciso(data: dict[str, Any], library: Library, file: str) -> None:
    objects, locale = data["objects"], _words(data, "locale", file)[:2].lower()
    about = [_words(data, name, file) for name in ("provider", "copyright")]
    source = ". ".join(text for text in about if any(map(str.isalnum, text)))  # some write "_" for none
    for item in _each(objects, "framework", "frameworks", file):
        urn, ref = (_line(item, name, file) for name in ("urn", "ref_id"))
        if not urn:
            raise Unreadable(_("The framework in %(file)s has no urn.") % {"file": file})
        urn = urn.lower()[:LONGEST_URN]
        try:
            name, description = (
                _told(item, key, "vi", locale) or _told(item, key, "en", locale) for key in ("name", "description")
            )
        except Rejected as wrong:
            raise Unreadable(f"{file}: {wrong}") from wrong
        words = {"name": (name or ref or urn)[:300], "description": description, "source": source}
        words["version"] = _words(data, "version", file)[:40]
        listed = _filled(item.get("requirement_nodes") or item.get("requirements"), "requirement_nodes", file)
        nodes = _nodes(listed, lambda row, place: _ciso_node(row, place, locale), library)
        codes = (slugify(fold(text))[:LONGEST_CODE].strip("-") for text in (urn.rsplit(":", 1)[-1], ref))
        code = next(filter(None, codes), "framework")
        library.editions.append(Edition(code, urn, words, nodes, named=_named(listed, "urn")))
    for item in _each(objects, "requirement_mapping_set", "requirement_mapping_sets", file):
        ends = [_line(item, f"{end}_framework_urn", file).lower() for end in ("source", "target")]
        if not all(ends):
            raise Unreadable(_("A mapping set in %(file)s does not name its frameworks.") % {"file": file})
        listed = _filled(item.get("requirement_mappings"), "requirement_mappings", file)
        library.mappings.append(Mapping(ends[0], ends[1], list(_taken(listed, _ciso_pair, library))))


def _ciso_node(item: dict[str, Any], place: str, locale: str) -> Node:
    urn = _text(item.get("urn"), LONGEST_URN).lower()
    if not urn:
        raise Rejected(_("The requirement has no urn."))
    spoken = {"vi" if locale == "vi" else "en"} | ({"vi", "en"} & _translations(item).keys())
    words = {
        f"{ours}_{language}": _told(item, theirs, language, locale)
        for ours, theirs in (("title", "name"), ("asks", "description"))
        for language in spoken
    }
    depth = _text(item.get("depth"), 10)
    if depth and not (depth.isdecimal() and int(depth) < 100):
        raise Rejected(_("“%(text)s” is no depth.") % {"text": depth})
    return Node(
        place=place,
        urn=urn,
        parent=_text(item.get("parent_urn"), LONGEST_URN).lower(),
        number=_text(item.get("ref_id"), LONGEST_NUMBER),
        assessable=truth_of(item.get("assessable"), otherwise=False),
        depth=int(depth or 0) or None,  # some count from 0
        words=words,
    )


def _told(item: dict[str, Any], name: str, language: str, locale: str) -> str:
    """In this language, `vi` or `en`. What is told in neither stands as it is, where English would. Raises Rejected."""
    own = _prose(item.get(name))
    if language == (locale or "en"):
        return own
    told = _prose(_translations(item).get(language, {}).get(name))
    return told or (own if language == "en" and locale != "vi" else "")


def _translations(item: dict[str, Any]) -> dict[str, dict[str, Any]]:
    given = item.get("translations")
    return {key: words for key, words in given.items() if isinstance(words, dict)} if isinstance(given, dict) else {}


def _ciso_pair(item: dict[str, Any], place: str) -> Pair:
    former = _text(item.get("source_requirement_urn"), LONGEST_URN).lower()
    later = _text(item.get("target_requirement_urn"), LONGEST_URN).lower()
    kind = _text(item.get("relationship"), 40).lower()
    if kind not in RELATIONS:
        raise Rejected(_("“%(kind)s” is no kind of correlation.") % {"kind": kind})
    return _paired(Pair(place, former, later, RELATIONS[kind], {"en": _prose(item.get("annotation")), "vi": ""}))


def _paired(pair: Pair) -> Pair:
    if bool(pair.former) != (pair.kind != "new") or bool(pair.later) != (pair.kind != "removed"):
        raise Rejected(_("A correlation names two clauses; a new one has none before, a removed one none after."))
    return pair


# --- the tree ------------------------------------------------------------------------------------


def _nodes(items: list[Any], read: Any, library: Library) -> list[Node]:
    """The nodes that stand in a tree, in the order of the file; the others are rejected, and what hangs on them."""
    nodes: dict[str, Node] = {}
    for node in _taken(items, read, library):
        if node.urn in nodes:
            library.rejected.append((node.place, _("“%(urn)s” stands in the file twice.") % {"urn": node.urn}))
        else:
            nodes[node.urn] = node
    rooted: dict[str, str] = {}  # urn → reason why it has no place, "" when it has
    for urn in nodes:
        _root(urn, nodes, rooted)
    for urn, reason in rooted.items():
        if reason:
            library.rejected.append((nodes[urn].place, reason))
    return [node for urn, node in nodes.items() if not rooted[urn]]


def _named(items: list[Any], key: str) -> frozenset[str]:
    """The urns as the nodes have them, of those that are rejected too."""
    given = (item.get(key) for item in items if isinstance(item, dict))
    lines = {" ".join(nfc(value).split()) for value in given if isinstance(value, str)}
    return frozenset(lines | {line.lower() for line in lines})


def _root(urn: str, nodes: dict[str, Node], rooted: dict[str, str]) -> None:
    """Follow the parents to the top, without recursion: a file may hang a thousand nodes in one line."""
    way: dict[str, None] = {}
    reason = ""
    while urn:
        if urn in rooted:
            reason = rooted[urn] and _("What it hangs on was rejected.")
            break
        if urn in way:
            reason = _("Its parents go round in a circle.")
            break
        if urn not in nodes:
            reason = _("Its parent “%(urn)s” does not stand in the file.") % {"urn": urn}
            break
        way[urn] = None
        urn = nodes[urn].parent
    hanging = reason and _("What it hangs on was rejected.")
    last = next(reversed(way), "")
    for passed in way:
        rooted[passed] = reason if passed == last or urn in way else hanging


# --- parts ---------------------------------------------------------------------------------------


def _taken(items: list[Any], read: Any, library: Library) -> Iterator[Any]:
    for number, item in enumerate(items, 1):
        library.read += 1
        place = str(number)
        try:
            if not isinstance(item, dict):
                raise Rejected(_("Names and values are expected here."))
            named = " → ".join(item[key] for key in NAMING if isinstance(item.get(key), str))
            place = f"{number} {named}".strip()[:300]
            yield read(item, place)
        except Rejected as wrong:
            library.rejected.append((place, str(wrong)))


def _text(value: Any, longest: int) -> str:
    """One line; empty for YAML's null. Raises Rejected."""
    line = " ".join(clean(value).split())
    if line in EMPTY:
        return ""
    if len(line) > longest:
        raise Rejected(_("“%(text)s…” is longer than %(longest)s signs.") % {"text": line[:30], "longest": longest})
    return line


def _prose(value: Any) -> str:
    """Lines of text; empty for YAML's null. Raises Rejected."""
    text = clean(value)
    return "" if text in EMPTY else text


def _words(about: dict[str, Any], name: str, file: str) -> str:
    """Text about the whole file. Raises Unreadable."""
    try:
        return _prose(about.get(name))
    except Rejected as wrong:
        raise Unreadable(f"{file}, {name}: {wrong}") from wrong


def _line(about: dict[str, Any], name: str, file: str) -> str:
    return " ".join(_words(about, name, file).split())


def _flag(about: dict[str, Any], name: str, file: str) -> bool:
    try:
        return truth_of(about.get(name), otherwise=False)
    except Rejected as wrong:
        raise Unreadable(f"{file}, {name}: {wrong}") from wrong


def _code(about: dict[str, Any], name: str, file: str) -> str:
    code = nfc(_line(about, name, file))
    if not code or slugify(code) != code or len(code) > LONGEST_CODE:
        words = {"file": file, "code": code[:40]}
        raise Unreadable(_("%(file)s: “%(code)s” is no code; write small letters, digits and hyphens.") % words)
    return code


def _dict(value: Any, name: str, file: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable(_("%(file)s: under “%(name)s” names and values are expected.") % {"file": file, "name": name})
    return value


def _list(value: Any, name: str, file: str) -> list[Any]:
    if value is None or (isinstance(value, str) and value.strip() in EMPTY):
        return []
    if not isinstance(value, list):
        raise Unreadable(_("%(file)s: under “%(name)s” a list is expected.") % {"file": file, "name": name})
    return value


def _filled(value: Any, name: str, file: str) -> list[Any]:
    """A list with something in it: nothing at all is a misspelt name, and would empty what is here."""
    listed = _list(value, name, file)
    if not listed:
        raise Unreadable(_("%(file)s: nothing stands under “%(name)s”.") % {"file": file, "name": name})
    return listed


def _each(objects: dict[str, Any], one: str, many: str, file: str) -> list[dict[str, Any]]:
    """Older libraries hold one object, newer ones a list of them; either name may carry either."""
    found: list[dict[str, Any]] = []
    for name in (one, many):
        value = objects.get(name)
        if value is None or (isinstance(value, str) and value.strip() in EMPTY):
            continue
        found += [_dict(item, name, file) for item in (value if isinstance(value, list) else [value])]
    return found
