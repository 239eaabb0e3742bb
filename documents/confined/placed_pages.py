"""Pages of lines and tables put together: running heads apart, tables that go on over the end of a page in one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from documents.confined.pdf import MARGIN, begins, counted
from documents.confined.placed_lines import TextLine, paragraphs
from documents.confined.trees import paragraph, table

SAME_COLUMNS = 4.0  # points by which columns differ from page to page
HEAD_ROWS = 3  # of a table, repeated behind a break of the page
_RUNNING = re.compile(r"(?:mã (?:hiệu|số)|ban hành|soát xét|hiệu lực|trang)\b[^\d]{0,30}\d", re.IGNORECASE)


@dataclass
class Rows:
    """A table of one page, or of several that it goes on over; `sides` tells for each row before which columns a line is."""

    rows: list[list[str]]
    top: float
    bottom: float
    xs: tuple[float, ...] = ()
    sides: Sequence[set[int]] = ()

    @property
    def text(self) -> str:
        return _counted(cell for row in self.rows for cell in row)

    def behead(self) -> Rows:
        """Without its first row, and without the columns that only this one had."""
        rows, sides = self.rows[1:], self.sides[1:]
        if not sides:
            return Rows(rows, self.top, self.bottom, self.xs)
        columns = sorted({0}.union(*sides))
        renamed = [{columns.index(column) for column in row} for row in sides]
        xs = (*(self.xs[column] for column in columns), self.xs[-1])
        return Rows([[row[column] for column in columns] for row in rows], self.top, self.bottom, xs, renamed)


Piece = TextLine | Rows


def repeated(pages: list[list[Piece]], end: int) -> list[Piece]:
    """What stands at this end of most pages is taken out of them: a table on two pages, a line on three."""
    taken: list[Piece] = []
    while len(taken) < MARGIN:
        names = Counter(_named(page[end]) for page in pages if page)
        name, times = names.most_common(1)[0] if names else ("", 0)
        having = [page for page in pages if page and _named(page[end]) == name]
        is_table = bool(having) and isinstance(having[0][end], Rows)
        if times < (max(2, len(pages) * 0.5) if is_table else max(3, len(pages) * 0.6)):
            break
        taken.append(having[0][end])
        for page in having:
            del page[end]
    return taken


def running_rows(pages: list[list[Piece]]) -> list[Piece]:
    """Rows with code, issue or page at the top of most pages are taken out; they may touch the table below them."""
    taken: list[list[str]] = []
    while len(taken) < MARGIN:
        tops = [(page, page[0]) for page in pages if page and isinstance(page[0], Rows)]
        names = Counter(_counted(top.rows[0]) for _page, top in tops)
        name, times = names.most_common(1)[0] if names else ("", 0)
        if times < max(2, len(pages) * 0.5) or not _RUNNING.search(name):
            break
        having = [(page, top) for page, top in tops if _counted(top.rows[0]) == name]
        taken.append(having[0][1].rows[0])
        for page, top in having:
            page[:1] = [top.behead()] if len(top.rows) > 1 else []
    return [Rows(taken, 0, 0)] if taken else []


def _counted(cells: Iterable[str]) -> str:
    """The same for all pages where it counts them, and however many columns the table has."""
    return re.sub(r"\d+", "0", " | ".join(filter(None, cells)))


def _named(piece: Piece) -> str:
    return f"| {piece.text}" if isinstance(piece, Rows) else counted(piece.text)


def blocks(pages: Sequence[Sequence[Piece]]) -> Iterator[dict[str, Any]]:
    """Paragraphs and tables; a table that goes on over the end of a page is one."""
    left, right = _margins(pages)
    lines: list[TextLine] = []
    open_table: Rows | None = None
    for page in pages:
        for place, piece in enumerate(page):
            if isinstance(piece, Rows):
                yield from map(paragraph, paragraphs(lines, left, right))
                lines = []
                if place == 0 and open_table is not None and _go_on(open_table, piece):
                    continue
                if open_table is not None:
                    yield table(open_table.rows)
                open_table = piece
            else:
                if open_table is not None:
                    yield table(open_table.rows)
                    open_table = None
                lines.append(piece)
    if open_table is not None:
        yield table(open_table.rows)
    yield from map(paragraph, paragraphs(lines, left, right))


def _go_on(former: Rows, more: Rows) -> bool:
    """Put the rows of the next page to a table of the same columns, without the head that is repeated there."""
    if (wider := _spread(more.rows, more.xs, former.xs)) is None:
        if (spread := _spread(former.rows, former.xs, more.xs)) is None:
            return False
        former.rows, former.xs, wider = spread, more.xs, more.rows
    again = 0
    while again < min(HEAD_ROWS, len(former.rows), len(wider) - 1) and former.rows[again] == wider[again]:
        again += 1
    rows = wider[again:]
    if rows and _is_rest(rows[0], former.rows):
        former.rows[-1] = ["\n".join(filter(None, both)) for both in zip(former.rows[-1], rows.pop(0), strict=True)]
    former.rows += rows
    return True


def _spread(rows: list[list[str]], xs: Sequence[float], wanted: Sequence[float]) -> list[list[str]] | None:
    """The rows in columns of which theirs were put together; None where theirs are others."""
    places = [at for x in xs for at, y in enumerate(wanted) if abs((x - xs[0]) - (y - wanted[0])) <= SAME_COLUMNS]
    if not xs or len(places) != len(xs) or places[-1] != len(wanted) - 1:
        return None
    return [["" if at not in places else row[places.index(at)] for at in range(len(wanted) - 1)] for row in rows]


def _is_rest(row: Sequence[str], above: Sequence[Sequence[str]]) -> bool:
    """Of a row that the end of the page divided: it has no number where others have one, or goes on in small letters."""
    said = [(cell, over) for cell, over in zip(row, above[-1], strict=True) if cell]
    if not row[0] and len(above) > 1 and 4 * sum(bool(one[0]) for one in above) >= 3 * len(above):
        return True
    return all(over and not begins(cell) and not cell[0].isdigit() for cell, over in said) and any(
        cell[0].islower() and len(cell) > 1 for cell, _over in said
    )


def _margins(pages: Sequence[Sequence[Piece]]) -> tuple[float, float]:
    pieces = [piece for page in pages for piece in page]
    lefts = [
        piece.left if isinstance(piece, TextLine) else piece.xs[0]
        for piece in pieces
        if isinstance(piece, TextLine) or piece.xs
    ]
    rights = [
        piece.right if isinstance(piece, TextLine) else piece.xs[-1]
        for piece in pieces
        if isinstance(piece, TextLine) or piece.xs
    ]
    return min(lefts, default=0.0), max(rights, default=0.0)


def block(piece: Piece) -> dict[str, Any]:
    return table(piece.rows) if isinstance(piece, Rows) else paragraph(piece.text)
