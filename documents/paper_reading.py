"""A paper understood: from what was extracted of a file to what a draft would say. Reads, decides nothing, writes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from documents import codes
from documents.content import Content
from documents.cover import read_cover
from documents.extraction import Extract, Paragraph, Table
from documents.kinds_read import kind_of
from documents.models import PROCEDURES, Kind
from documents.paper_lines import distinct, key, paper_of
from documents.procedure_reading import read_procedure
from documents.procedure_tables import Whom
from documents.understanding import Doubt, Found, Sure, Understood
from tenants import clock
from tenants.models import Role, Unit

LONGEST_TEXT = 200_000  # signs of a draft's text; beyond that the file itself is read
COVER_LINES = 60  # where no section says that the cover is over
OLD_LETTERS = {"tcvn3": "TCVN3", "vni": "VNI"}


@dataclass(frozen=True)
class Office:
    """What reading needs to know of the agency: its patterns of codes, its units."""

    patterns: Mapping[str, str] = field(
        default_factory=lambda: {kind.value: usual for kind, usual in codes.DEFAULTS.items()}
    )
    whom: Whom = field(default_factory=Whom)

    @classmethod
    def of_active(cls) -> Office:
        """Of the active agency."""
        units = Unit.objects.valid_on(clock.today()).values_list("name", "pk")
        return cls(codes.patterns(), Whom({key(name): pk for name, pk in units}))


def understand(
    extract: Extract, name: str, office: Office | None = None, *, kind: str = "", otherwise: str = ""
) -> Understood:
    """`name` is that of the file, with its folders; `kind` the one that was chosen by hand, `otherwise` the one taken
    where none is recognised.
    """
    office = office or Office()
    paper = paper_of(extract)
    procedure = read_procedure(paper, office.whom)
    content = procedure.content
    until = procedure.until if procedure.has_sections else min(len(paper.body), COVER_LINES)
    cover = read_cover(paper, until, name)
    facts, doubts = dict(cover.facts), list(cover.doubts)
    front = [
        row for line in (*paper.body[:until], *paper.head) for cell in distinct(line.cells) for row in cell.split("\n")
    ]
    at_the_counter = any(Whom().named(step.who_words)[1] == Role.RECEPTIONIST for step in content.steps)
    serves = bool(content.components or content.services or at_the_counter)
    said = facts.get("title")
    found = kind_of(facts.get("code"), said.value if said else "", front[:80], office.patterns, serves_residents=serves)
    if kind or (otherwise and not found):
        found = Found(kind or otherwise, "person")
    if found:
        facts["kind"] = found
        if found.sure == Sure.GUESSED:
            doubts.append(Doubt("kind_guessed", str(Kind(found.value).label)))
    else:
        doubts.append(Doubt("kind_missing"))
    if "code" not in facts:
        doubts.append(Doubt("code_missing"))
    if paper.letters or "old_fonts" in extract.marks:
        doubts.append(Doubt("old_letters", OLD_LETTERS.get(paper.letters, "TCVN3")))
    missing: tuple[str, ...] = ()
    if not key(paper.words):
        doubts.append(Doubt("no_text"))
        content = Content()
    elif found and found.value in PROCEDURES:
        doubts += procedure.doubts
        doubts += [] if cover.signers else [Doubt("signers_missing")]
        missing = procedure.missing
    else:
        content = replace(Content(), text=paper.words[:LONGEST_TEXT])
    return Understood(facts, cover.signers, cover.amendments, content.as_json(), tuple(doubts), missing)


_ROW = re.compile(r"^\s*\|(.+)\|\s*$")
_RULE = re.compile(r"^[\s|:\-]+$")


def extract_of_text(text: str) -> Extract:
    """Plain text or Markdown as blocks: # headings, | tables |, lines; remarks in <!-- --> are left out."""
    blocks: list[Paragraph | Table] = []
    rows: list[tuple[str, ...]] = []
    for line in [*"".join(_without_remarks(text)).splitlines(), ""]:
        if found := _ROW.match(line):
            if not _RULE.match(line):
                rows.append(tuple(cell.strip().replace("**", "") for cell in found[1].split("|")))
            continue
        if rows:
            width = max(map(len, rows))
            blocks.append(Table(tuple(row + ("",) * (width - len(row)) for row in rows)))
            rows = []
        heading = re.match(r"^(#{1,6})\s+(.*)$", line)
        words = (heading[2] if heading else line).replace("**", "").strip()
        if words and not re.fullmatch(r"[-=_*]{3,}", words):
            blocks.append(Paragraph(words, len(heading[1]) if heading else 0))
    return Extract(tuple(blocks))


def _without_remarks(text: str) -> Iterator[str]:
    at = 0
    while (begin := text.find("<!--", at)) >= 0 and (end := text.find("-->", begin + 4)) >= 0:
        yield text[at:begin]
        at = end + 3
    yield text[at:]
