"""What is shown of uploaded files: their facts, and their text as it stands in the sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.content import Content, File
from documents.extraction import Block, Extract, Table
from documents.file_kinds import FileKind
from documents.file_models import uploaded

MOST_BLOCKS = 1_500  # shown in the page; the file itself has everything
MOST_ROWS = 300  # of one table


@dataclass(frozen=True)
class Shown:
    """One block of the file as the page draws it: a heading, a text, or a table with its head."""

    text: str = ""
    level: int = 0
    number: int = 0  # of a table
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    more: int = 0  # rows that are not shown
    anchor: str = ""


@dataclass(frozen=True)
class FileFacts:
    """A file of a version in words. `known` is False where its bytes are gone from the register."""

    file: File
    kind: str = ""
    read: Extract = field(default_factory=lambda: Extract(()))
    notes: tuple[str, ...] = ()
    known: bool = True

    @property
    def counts(self) -> str:
        """“12 paragraphs, 2 tables, 3 pages”."""
        tables = sum(isinstance(block, Table) for block in self.read.blocks)
        texts = len(self.read.blocks) - tables
        found = []
        if texts:
            found.append(ngettext("%(n)s paragraph", "%(n)s paragraphs", texts) % {"n": texts})
        if tables:
            found.append(ngettext("%(n)s table", "%(n)s tables", tables) % {"n": tables})
        if self.read.page_count:
            found.append(ngettext("%(n)s page", "%(n)s pages", self.read.page_count) % {"n": self.read.page_count})
        return ", ".join(found)

    @property
    def fingerprint(self) -> str:
        """The hash in groups of four, which a narrow column can break."""
        sha256 = self.file.sha256
        return " ".join(sha256[start : start + 4] for start in range(0, len(sha256), 4))

    @property
    def margins(self) -> list[Shown]:
        """Headers and footers of its pages, which repeat: shown once."""
        return list(_shown((*self.read.headers, *self.read.footers)))

    @property
    def blocks(self) -> list[Shown]:
        return list(_shown(self.read.blocks[:MOST_BLOCKS], anchors=True))

    @property
    def is_cut(self) -> bool:
        return len(self.read.blocks) > MOST_BLOCKS

    @property
    def headings(self) -> list[tuple[str, str]]:
        """Anchor and text of the chapters, as a table of contents names them."""
        return [(block.anchor, block.text) for block in self.blocks if block.anchor and block.level < 3][:40]

    @property
    def is_pdf(self) -> bool:
        return self.file.media_type == "application/pdf"


def file_facts(content: Content) -> dict[str, FileFacts]:
    """Of every file of this content, by its hash; two queries at most, none without files."""
    rows: dict[str, Any] = uploaded(content)
    return {file.sha256: _facts(file, rows.get(file.sha256)) for file in content.files}


def _facts(file: File, row: Any) -> FileFacts:
    if row is None:
        return FileFacts(file, known=False, notes=(_("The file is no longer in the store. Tell the administrator."),))
    return FileFacts(file, kind=row.get_kind_display(), read=row.read, notes=row.notes)


def _shown(blocks: Iterable[Block], *, anchors: bool = False) -> Iterable[Shown]:
    tables = 0
    for place, block in enumerate(blocks, 1):
        if isinstance(block, Table):
            tables += 1
            first, rest = block.rows[0] if block.rows else (), block.rows[1:]
            headed = len(first) > 1 and bool(rest) and all(first)
            rows = rest if headed else block.rows
            yield Shown(
                number=tables, head=first if headed else (), rows=rows[:MOST_ROWS], more=max(0, len(rows) - MOST_ROWS)
            )
        else:
            yield Shown(block.text, block.level, anchor=f"f{place}" if anchors and block.level else "")


def compared_lines(content: Content) -> str:
    """What two versions are compared by: the text written here and that of the file, a row of a table in one line."""
    facts = file_facts(content).get(content.file.sha256) if content.file.given else None
    lines = [content.text, *(_line(block) for block in facts.read.blocks)] if facts else [content.text]
    return "\n".join(filter(str.strip, lines))


def _line(block: Block) -> str:
    if isinstance(block, Table):
        return "\n".join(" | ".join(" ".join(cell.split()) for cell in row) for row in block.rows if any(row))
    return block.text


def allowed_kinds() -> str:
    """For the hint beside an upload."""
    return ", ".join(kind.value.upper() for kind in (FileKind.DOCX, FileKind.PDF, FileKind.XLSX, FileKind.ODT))
