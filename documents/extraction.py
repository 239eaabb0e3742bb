"""The text of an uploaded file: paragraphs and tables in their order, as search, comparison and pages use them.

    extract = extract(data, FileKind.DOCX)   # raises Unreadable
    for block in extract.blocks: ...          # Paragraph(text, level) or Table(rows)

All text is NFC. What is derived here is not sealed; the file itself is, by its hash.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from documents.confinement import confined
from documents.sniffing import PROBLEMS, notes_of


class Unreadable(ValueError):
    """The file cannot be read; the message says why and what to do, in the reader's language."""

    def __init__(self, problem: str) -> None:
        super().__init__(str(PROBLEMS.get(problem, PROBLEMS["unreadable"])))
        self.problem = problem


@dataclass(frozen=True)
class Paragraph:
    """`level` 0 is text, 1 to 6 a heading. Lines within it are divided by a line feed."""

    text: str
    level: int = 0


@dataclass(frozen=True)
class Table:
    """Rows of one length; where cells were merged, the text stands in the first and the others are empty."""

    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Table


@dataclass(frozen=True)
class Extract:
    """What was read. `headers` and `footers` stand on the margins of pages: there code and issue are often found."""

    blocks: tuple[Block, ...]
    headers: tuple[Block, ...] = ()
    footers: tuple[Block, ...] = ()
    title: str = ""  # as the program noted them, often wrong
    author: str = ""
    page_count: int | None = None  # of a PDF counted, of other files as the program counted last
    sheets: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()  # keys of documents.sniffing.NOTES

    @property
    def notes(self) -> tuple[str, ...]:
        """What people should know about the reading, in sentences."""
        return notes_of(self.marks)

    @property
    def text(self) -> str:
        """Everything one below the other; cells of a row divided by tabs."""
        return "\n".join(lines_of(self.blocks))

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def of(cls, said: dict[str, Any]) -> Extract:
        """From what a reader answered, or from stored JSON."""
        return cls(
            blocks=_blocks(said.get("blocks", ())),
            headers=_blocks(said.get("headers", ())),
            footers=_blocks(said.get("footers", ())),
            title=" ".join(str(said.get("title") or "").split())[:500],
            author=" ".join(str(said.get("author") or "").split())[:200],
            page_count=said.get("page_count"),
            sheets=tuple(said.get("sheets", ())),
            marks=tuple(said.get("marks", said.get("notes", ()))),
        )


def extract(data: bytes, kind: str) -> Extract:
    """Read the file in a child process with limits; `kind` is one of documents.sniffing.READ. Raises Unreadable."""
    said = confined("read", kind, data)
    if "problem" in said:
        raise Unreadable(said["problem"])
    return Extract.of(said)


def lines_of(blocks: tuple[Block, ...]) -> list[str]:
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Table):
            lines += ["\t".join(" ".join(cell.split()) for cell in row) for row in block.rows]
        else:
            lines.append(block.text)
    return lines


def _blocks(said: Any) -> tuple[Block, ...]:
    return tuple(
        Table(tuple(tuple(row) for row in block["rows"]))
        if "rows" in block
        else Paragraph(block["text"], block["level"])
        for block in said
    )
