"""The tables of a PDF that does not say what they are, from where its words and its ruling lines stand.

Printed to PDF or exported without tags, a step table is only words and lines at places of a page. PDFium tells the place
of every sign and of every line that is drawn; `grids` finds the cells, `placed_lines` what stands beside one another.
"""

from __future__ import annotations

import ctypes
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from documents.confined.grids import Grid, Rule, Word, grids_of
from documents.confined.pdf import MARGIN, MOST_PAGES, _key
from documents.confined.placed_lines import Columns, TextLine, cell_text, lines_of, paragraphs, with_columns
from documents.confined.trees import clean, found, paragraph, table

SECONDS = 12  # of the processor; of the pages after that the lines remain
MOST_SIGNS = 40_000  # of one page
MOST_DRAWN = 20_000  # paths of one page, and pieces of one path
DEEPEST = 5  # drawings within drawings
THIN = 3.5  # a filled area is no thicker where it stands for a line
MARKS = "\u0300\u036f"  # from – to: what stands above or below a letter
LETTER_GAP = 0.2  # heights between two letters of a word, at most
SAME_COLUMNS = 4.0  # points by which columns differ from page to page
HEAD_ROWS = 3  # of a table, repeated behind a break of the page

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]


@dataclass
class Rows:
    """A table of one page, or of several that it goes on over."""

    rows: list[list[str]]
    top: float
    bottom: float
    xs: tuple[float, ...] = ()

    @property
    def text(self) -> str:
        return re.sub(r"\d+", "0", " | ".join(cell for row in self.rows for cell in row))


Piece = TextLine | Rows


def read(document: Any) -> dict[str, Any]:
    """Blocks in the order of reading; what stands at the top (or foot) of most pages apart."""
    pages: list[list[Piece]] = []
    notes = ["placed"]
    for place in range(min(len(document), MOST_PAGES)):
        if time.process_time() > SECONDS:
            notes.append("placed_first")
            pages += _as_lines(document, place)
            break
        page = document[place]
        pages.append(_pieces(page))
        page.close()
    headers = [_block(piece) for piece in _repeated(pages, 0)]
    footers = [_block(piece) for piece in _repeated(pages, -1)[::-1]]
    said = document.get_metadata_dict()
    title = clean(said.get("Title", ""))[:500]
    return found(_blocks(pages), headers=headers, footers=footers, page_count=len(document), notes=notes, title=title)


# --- a page ----------------------------------------------------------------------------------------


def _pieces(page: Any) -> list[Piece]:
    """Lines and tables from above to below."""
    upright = _upright(page)
    words = _words(page, upright)
    grids, free = grids_of(*_rules(page, upright), words)
    tables = _split(grids)
    pieces: list[Piece] = []
    lines = lines_of(free)
    edges = sorted(one.top for one in tables)
    for _above, between in groupby(lines, key=lambda line: sum(edge < line.top for edge in edges)):
        for piece in with_columns(list(between)):
            pieces.append(
                Rows([list(row) for row in piece.rows], piece.top, piece.bottom)
                if isinstance(piece, Columns)
                else piece
            )
    return _in_order(pieces, tables)


def _in_order(pieces: Sequence[Piece], tables: Sequence[Rows]) -> list[Piece]:
    """Each table before the first line that stands below its beginning; lines stay in their order of reading."""
    waiting, ordered = sorted(tables, key=lambda one: one.top), list[Piece]()
    for piece in pieces:
        while waiting and waiting[0].top < piece.top:
            ordered.append(waiting.pop(0))
        ordered.append(piece)
    return [*ordered, *waiting]


def _split(grids: Sequence[Grid]) -> list[Rows]:
    """The rows of each grid; one that stands within a cell of another divides that behind the row it stands in."""
    tables = []
    for grid in grids:
        cuts = sorted(
            {at for other in grids if other is not grid and other.within is grid and (at := grid.at(*_corner(other)))}
        )
        ends = [row + 1 for row, _column in cuts]
        begin = 0
        for end in [*dict.fromkeys(ends), len(grid.ys) - 1]:
            rows = [[_cell(grid, row, column) for column in range(len(grid.xs) - 1)] for row in range(begin, end)]
            if any(any(row) for row in rows):
                kept = [row for row in rows if any(row)]
                tables.append(Rows(kept, grid.ys[begin], grid.ys[end], tuple(grid.xs)))
            begin = end
    return tables


def _corner(grid: Grid) -> Point:
    return grid.xs[0] + 1, grid.ys[0] + 1


def _cell(grid: Grid, row: int, column: int) -> str:
    cell = row, column
    return cell_text(grid.words[cell], *grid.sides(cell)) if cell in grid.words else ""


def _upright(page: Any) -> Callable[[float, float], Point]:
    """From a point of the page as it is stored to one of the page as it is seen, from its upper left corner."""
    left, bottom, right, top = page.get_bbox()
    turned = page.get_rotation() % 360
    if turned == 90:
        return lambda x, y: (y - bottom, x - left)
    if turned == 180:
        return lambda x, y: (right - x, y - bottom)
    if turned == 270:
        return lambda x, y: (top - y, right - x)
    return lambda x, y: (x - left, top - y)


def _words(page: Any, upright: Callable[[float, float], Point]) -> list[Word]:
    """Letters that stand close to one another on one line of writing; a mark belongs to the letter before it."""
    from pypdfium2 import raw  # noqa: PLC0415

    textpage = page.get_textpage()
    text = textpage.raw
    words: list[Word] = []
    signs: list[str] = []
    box, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    left = right = base = size = 0.0

    def close() -> None:
        if signs and (said := clean("".join(signs)).strip()):
            words.append(Word(said, left, base - 0.8 * size, right, base + 0.2 * size))
        signs.clear()

    for place in range(min(textpage.count_chars(), MOST_SIGNS)):
        code = raw.FPDFText_GetUnicode(text, place)
        sign = "-" if code in (2, 0xFFFE) else chr(code)
        if sign.isspace() or not code or not raw.FPDFText_GetLooseCharBox(text, place, box):
            close()
            continue
        raw.FPDFText_GetCharOrigin(text, place, x, y)
        begin, now = upright(x.value, y.value)
        ends = upright(box.left, box.top)[0], upright(box.right, box.bottom)[0]
        if MARKS[0] <= sign <= MARKS[1] and (signs or words):
            if not signs:
                former = words.pop()
                signs.append(former.text)
            signs.append(sign)
            right = max(right, *ends)
            continue
        if signs and not (abs(now - base) < 0.3 * size and -0.6 * size < begin - right < LETTER_GAP * size):
            close()
        if not signs:
            raw.FPDFText_GetMatrix(text, place, matrix)
            size = raw.FPDFText_GetFontSize(text, place) * math.hypot(matrix.c, matrix.d)
            left, right, base = begin, max(ends), now
        left, right = min(left, *ends), max(right, *ends)
        signs.append(sign)
    close()
    textpage.close()
    return words


# --- ruling lines ----------------------------------------------------------------------------------


def _rules(page: Any, upright: Callable[[float, float], Point]) -> tuple[list[Rule], list[Rule]]:
    """Lines across and lines down; a thin filled area is one as well."""
    across: list[Rule] = []
    down: list[Rule] = []
    for corners, is_stroked in _drawn(page):
        seen = [upright(*corner) for corner in corners]
        xs, ys = [x for x, _ in seen], [y for _, y in seen]
        wide, high = max(xs) - min(xs), max(ys) - min(ys)
        if min(wide, high) <= THIN:
            if wide > 2 * high:
                across.append(Rule((min(ys) + max(ys)) / 2, min(xs), max(xs)))
            elif high > 2 * wide:
                down.append(Rule((min(xs) + max(xs)) / 2, min(ys), max(ys)))
        elif is_stroked:
            for (x1, y1), (x2, y2) in pairwise(seen):
                if abs(y1 - y2) < 1 < abs(x1 - x2):
                    across.append(Rule((y1 + y2) / 2, min(x1, x2), max(x1, x2)))
                elif abs(x1 - x2) < 1 < abs(y1 - y2):
                    down.append(Rule((x1 + x2) / 2, min(y1, y2), max(y1, y2)))
    return across, down


def _drawn(page: Any) -> Iterator[tuple[list[Point], bool]]:
    """The corners of what is drawn in straight lines, and whether its edges are."""
    from pypdfium2 import raw  # noqa: PLC0415

    left = MOST_DRAWN
    waiting = [
        (raw.FPDFPage_GetObject(page.raw, place), (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), 0)
        for place in range(min(raw.FPDFPage_CountObjects(page.raw), MOST_DRAWN))
    ]
    given = raw.FS_MATRIX()
    how, is_stroked = ctypes.c_int(), ctypes.c_int()
    while waiting and left > 0:
        one, outer, depth = waiting.pop()
        left -= 1
        kind = raw.FPDFPageObj_GetType(one)
        if kind not in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_FORM) or not raw.FPDFPageObj_GetMatrix(one, given):
            continue
        matrix = _times((given.a, given.b, given.c, given.d, given.e, given.f), outer)
        if kind == raw.FPDF_PAGEOBJ_FORM:
            if depth < DEEPEST:
                count = min(raw.FPDFFormObj_CountObjects(one), left)
                waiting += [(raw.FPDFFormObj_GetObject(one, place), matrix, depth + 1) for place in range(count)]
            continue
        raw.FPDFPath_GetDrawMode(one, how, is_stroked)
        if how.value or is_stroked.value:
            pieces = min(raw.FPDFPath_CountSegments(one), left)
            left -= pieces
            for corners in _outlines(raw, one, pieces, matrix):
                yield corners, bool(is_stroked.value)


def _outlines(raw: Any, path: Any, pieces: int, matrix: Matrix) -> Iterator[list[Point]]:
    """Each outline of a path; one with a curve is left out."""
    x, y = ctypes.c_float(), ctypes.c_float()
    corners: list[Point] = []
    is_straight = True
    for place in range(pieces):
        piece = raw.FPDFPath_GetPathSegment(path, place)
        kind = raw.FPDFPathSegment_GetType(piece)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            if is_straight and len(corners) > 1:
                yield corners
            corners, is_straight = [], True
        is_straight = is_straight and kind != raw.FPDF_SEGMENT_BEZIERTO
        if raw.FPDFPathSegment_GetPoint(piece, x, y):
            corners.append(_moved(matrix, x.value, y.value))
        if raw.FPDFPathSegment_GetClose(piece) and corners:
            corners.append(corners[0])
    if is_straight and len(corners) > 1:
        yield corners


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    along, up, corner = inner[:2], inner[2:4], _moved(outer, *inner[4:])
    (a, b), (c, d) = (_moved((*outer[:4], 0.0, 0.0), *axis) for axis in (along, up))
    return a, b, c, d, *corner


def _moved(matrix: Matrix, x: float, y: float) -> Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


# --- pages together --------------------------------------------------------------------------------


def _as_lines(document: Any, first: int) -> Iterator[list[Piece]]:
    """The lines of the pages from this one on, without their places."""
    for place in range(first, min(len(document), MOST_PAGES)):
        page = document[place]
        lines = [
            " ".join(clean(line.replace("\ufffe", "-")).split())
            for line in page.get_textpage().get_text_range().splitlines()
        ]
        page.close()
        yield [TextLine((Word(line, 0, 20 * at, 0, 20 * at + 1),)) for at, line in enumerate(lines) if line]


def _repeated(pages: list[list[Piece]], end: int) -> list[Piece]:
    """What stands at this end of most pages is taken out of them: a table on two pages, a line on three."""
    taken: list[Piece] = []
    while len(taken) < MARGIN:
        keys = Counter(_named(page[end]) for page in pages if page)
        key, times = keys.most_common(1)[0] if keys else ("", 0)
        having = [page for page in pages if page and _named(page[end]) == key]
        is_table = bool(having) and isinstance(having[0][end], Rows)
        if times < (max(2, len(pages) * 0.5) if is_table else max(3, len(pages) * 0.6)):
            break
        taken.append(having[0][end])
        for page in having:
            del page[end]
    return taken


def _named(piece: Piece) -> str:
    return f"| {piece.text}" if isinstance(piece, Rows) else _key(piece.text)


def _blocks(pages: Sequence[Sequence[Piece]]) -> Iterator[dict[str, Any]]:
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
    if not more.xs or len(former.xs) != len(more.xs):
        return False
    if any(abs((x - former.xs[0]) - (y - more.xs[0])) > SAME_COLUMNS for x, y in zip(former.xs, more.xs, strict=True)):
        return False
    again = 0
    while again < min(HEAD_ROWS, len(former.rows), len(more.rows) - 1) and former.rows[again] == more.rows[again]:
        again += 1
    rows = more.rows[again:]
    if all(row[0] for row in former.rows) and _is_rest(rows[0], in_head=len(former.rows) == 1):
        former.rows[-1] = ["\n".join(filter(None, both)) for both in zip(former.rows[-1], rows.pop(0), strict=True)]
    former.rows += rows
    return True


def _is_rest(row: Sequence[str], *, in_head: bool) -> bool:
    """Of a row that the end of the page divided: without a number; of the head itself, in small letters."""
    return not row[0] and (not in_head or all(cell[0].islower() for cell in row if cell))


def _margins(pages: Sequence[Sequence[Piece]]) -> tuple[float, float]:
    lines = [piece for page in pages for piece in page if isinstance(piece, TextLine)]
    return min((line.left for line in lines), default=0.0), max((line.right for line in lines), default=0.0)


def _block(piece: Piece) -> dict[str, Any]:
    return table(piece.rows) if isinstance(piece, Rows) else paragraph(piece.text)
