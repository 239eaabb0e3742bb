"""The pages of a PDF put together: running heads apart, lines and tables that go on over the end of a line or page."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from documents.confined.trees import paragraph, table

MARGIN = 8  # lines of a header, at most
HEAD_ROWS = 4  # of a table, at most; as many has one that is a header itself
SENTENCE_END = ".;:!?…”"
NEAR = 3.0  # points between the columns of a table and of its rest on the next page, at most


@dataclass
class Ruled:
    """A table as it stands on one page: rows of cells, where its columns begin and end and where it ends below, in points,
    and how many signs its longest printed line has.
    """

    rows: list[list[str]]
    xs: tuple[float, ...]
    bottom: float
    longest: int


Piece = str | Ruled


def repeated(pages: list[list[Piece]]) -> tuple[list[Piece], list[Piece]]:
    """Lines and tables that stand at the top (or foot) of most pages, page numbers apart, are taken out of the text."""
    pages[:] = [[piece for piece in page if piece] or [""] for page in pages]
    head = _taken(pages, 0)
    return head, _taken(pages, -1)[::-1]


def _taken(pages: list[list[Piece]], end: int) -> list[Piece]:
    """Piece by piece from this end of the pages, as long as most begin (or end) alike."""
    taken: list[Piece] = []
    while len(taken) < MARGIN:
        keys = Counter(_key(page[end]) for page in pages if page and page[end])
        key, times = keys.most_common(1)[0] if keys else ("", 0)
        having = [page for page in pages if page and _key(page[end]) == key]
        if having and isinstance(having[0][end], Ruled) and any(len(page) == 1 for page in having):
            break  # a form on each page is no header
        if times < _enough(having[0][end] if having else "", key, len(pages)):
            break
        taken.append(having[0][end])
        for page in having:
            del page[end]
    return taken


def _enough(piece: Piece, key: str, pages: int) -> float:
    """On how many pages it stands where it belongs to the paper. A table that counts the pages says so by itself."""
    if isinstance(piece, Ruled):
        if len(piece.rows) > HEAD_ROWS:
            return pages + 1
        if key != _words(piece) and pages > 1:
            return max(2, pages * 0.6)
    return max(3, pages * 0.6)


def _words(piece: Piece) -> str:
    return "\n".join(cell for row in piece.rows for cell in row) if isinstance(piece, Ruled) else piece


def _key(piece: Piece) -> str:
    """The same for all pages where it counts them: “Trang 3/12”, “Trang | 3”, “3”. Other numbers of a table are its own."""
    if isinstance(piece, Ruled):
        return "\n".join(_uncounted(*pair) for row in piece.rows for pair in pairwise(["", *row]))
    return _line_key(piece)


def _uncounted(former: str, cell: str) -> str:
    """A cell without the number of the page, which may stand beside its word."""
    if len(former) < 20 and re.search(r"trang|page", former, re.IGNORECASE):
        return re.sub(r"\d+", "0", cell)
    return "\n".join(_numberless(line, r"trang|page") for line in cell.split("\n"))


def _line_key(line: str) -> str:
    return _numberless(line, r"trang|page|^\W*\d+\W*$|\d\s*/\s*\d+$")


def _numberless(line: str, counting: str) -> str:
    counts = len(line) < 40 and re.search(counting, line, re.IGNORECASE)
    return re.sub(r"\d+", "0", line) if counts else line


def block(piece: Piece) -> dict[str, Any]:
    return table(piece.rows) if isinstance(piece, Ruled) else paragraph(piece)


def blocks(pages: list[list[Piece]]) -> list[dict[str, Any]]:
    """Lines as printed put together where a sentence goes on, tables where they go on over the end of a page."""
    longest = max((_longest(piece) for page in pages for piece in page), default=0)
    said: list[Piece] = []
    open_line = ""  # the last line, while what follows may belong to it
    for page in pages:
        for place, piece in enumerate(page):
            if isinstance(piece, Ruled):
                if place or not _gone_on(said, piece):
                    said.append(piece)
                open_line = ""
                continue
            if not piece:
                open_line = ""
                continue
            wrapped = len(open_line) > 0.75 * longest and open_line[-1] not in SENTENCE_END
            goes_on = open_line and not begins(piece) and (piece[0].islower() or wrapped)
            if goes_on:
                said[-1] = f"{said[-1]} {piece}"
            else:
                said.append(piece)
            open_line = piece
    return [block(piece) for piece in said]


def _longest(piece: Piece) -> int:
    return piece.longest if isinstance(piece, Ruled) else len(piece)


def _gone_on(said: list[Piece], rest: Ruled) -> bool:
    """Take the rest of a table to what stands of it on the page before, the head it repeats left out."""
    former = next((piece for piece in reversed(said[-2:]) if isinstance(piece, Ruled) or not _counts_pages(piece)), "")
    if not isinstance(former, Ruled) or len(former.xs) != len(rest.xs):
        return False
    if any(abs(x - other) > NEAR for x, other in zip(former.xs, rest.xs, strict=True)):
        return False
    rows = list(rest.rows)
    for place, row in enumerate(former.rows[:HEAD_ROWS]):
        if not rows or rows[0] != row or (row[0] if place else is_number(row[0])):
            break  # below its first row a head goes on where the first cell was merged
        del rows[0]
    is_repeated = len(rows) < len(rest.rows)
    if rows and not is_repeated and rows[0][0] and is_number(former.rows[-1][0]) != is_number(rows[0][0]):
        return False  # the head of another table
    if rows and _is_rest(former.rows[-1], rows[0]):
        last = former.rows[-1]
        former.rows[-1] = ["\n".join(filter(None, parts)) for parts in zip(last, rows.pop(0), strict=True)]
    former.rows += rows
    return True


def _counts_pages(line: str) -> bool:
    return _line_key(line) != line


def is_number(cell: str) -> bool:
    """Whether it counts a row: “1”, “01.”, “(2)”, “B3”, “Bước 4”, “Lần 5”."""
    return bool(re.fullmatch(r"\(?(?:[bs]|bước|lần)?\s*\d{1,3}[.):]?", cell, re.IGNORECASE))


def _is_rest(last: list[str], row: list[str]) -> bool:
    """Whether a row was divided by the end of the page: it counts nothing and goes on in the middle of a sentence."""
    written = [cell for cell in row if cell]
    return (
        bool(written)
        and not row[0]
        and any(cell[0].islower() for cell in written)
        and all(last[at] for at, cell in enumerate(row) if cell)
    )


def begins(line: str) -> bool:
    """A number, a letter or a dash before a blank: an entry of a list, a heading."""
    return bool(re.match(r"(?:[-–•+*]|[0-9IVX]+(?:\.[0-9]+)*[.)]?|[a-zđ][.)]|Điều \d+|Bước \d+)(?:\s|$)", line))
