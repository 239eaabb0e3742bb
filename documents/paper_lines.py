"""A paper as lines: paragraphs and rows of tables in their order, in one kind of letters, ready to be read.

Forms of table, merged cells and breaks of a page differ from office to office; what stands in a row does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from documents import legacy_letters
from documents.extraction import Extract, Paragraph, Table
from tenants.words import plain, readable, spelled

_BLANKS = re.compile("[ \t\xa0\u2000-\u200a\u202f\u3000]+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_PAGE = re.compile(r"^(?:trang|page)?\s*:?\s*\d{1,3}\s*(?:[/|]|of|tren)?\s*\d{0,3}$")


@dataclass(frozen=True)
class Line:
    """One paragraph (a single cell, `table` 0) or one row of a table, numbered from 1."""

    cells: tuple[str, ...]
    table: int = 0
    level: int = 0

    @property
    def text(self) -> str:
        """The words of the row, a cell that was merged over several said once."""
        said = list(distinct(self.cells))
        return " ".join(said)


@dataclass(frozen=True)
class Paper:
    """Lines of the running head and of the body, and what the file says of itself."""

    head: tuple[Line, ...] = ()
    body: tuple[Line, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    letters: str = ""  # the old font it was typed in

    @property
    def words(self) -> str:
        return "\n".join("\t".join(filter(None, line.cells)) for line in self.body)


def paper_of(extract: Extract) -> Paper:
    """The lines of what was extracted."""
    head = [*_lines(extract.headers), *_lines(extract.footers)]
    body = list(_lines(extract.blocks))
    lines, letters = _in_unicode([*head, *body])
    lines = [replace(line, cells=tuple(tidy(cell) for cell in line.cells)) for line in lines]
    return Paper(
        head=tuple(line for line in lines[: len(head)] if any(line.cells)),
        body=tuple(line for line in lines[len(head) :] if any(line.cells)),
        properties={"title": tidy(extract.title)} if extract.title else {},
        letters=letters,
    )


def tidy(text: str) -> str:
    """In NFC, single blanks, no empty lines."""
    lines = (
        _BLANKS.sub(" ", line).strip()
        for line in readable(_CONTROL.sub("", text.replace("\r", "\n").replace("\v", "\n"))).split("\n")
    )
    return "\n".join(filter(None, lines))


def small(text: str) -> str:
    """Plain small letters and digits, sign for sign with `text` where that is tidy."""
    return plain(spelled(text))


def key(text: str) -> str:
    """The same with single blanks, to compare: “Lần ban hành/ Lần sửa đổi” → lan ban hanh lan sua doi."""
    return " ".join(small(text).split())


def distinct(cells: Iterable[str]) -> Iterator[str]:
    """The cells that say something; one that was merged over several columns once."""
    former = ""
    for cell in cells:
        if cell and cell != former:
            yield cell
        former = cell or former


def counts_rows(cells: Sequence[str]) -> bool:
    """Whether this is the head of a table whose first column counts its rows."""
    return key(cells[0]) in {"tt", "stt", "so tt"}


def is_page_number(text: str) -> bool:
    return bool(_PAGE.match(text.strip().lower())) or bool(re.match(r"^(?:trang|page)\s*:?\s*\d", key(text)))


def _lines(blocks: Iterable[Paragraph | Table]) -> Iterator[Line]:
    table = 0
    for block in blocks:
        if isinstance(block, Table):
            table += 1
            yield from (Line(row, table=table) for row in block.rows)
        else:
            yield from (Line((text,), level=block.level) for text in block.text.split("\n"))


def _in_unicode(lines: list[Line]) -> tuple[list[Line], str]:
    texts = [cell for line in lines for cell in line.cells]
    texts, letters = legacy_letters.in_unicode(texts)
    if not letters:
        return lines, ""
    given = iter(texts)
    return [replace(line, cells=tuple(next(given) for _cell in line.cells)) for line in lines], letters
