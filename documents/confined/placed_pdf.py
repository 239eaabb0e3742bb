"""The tables of a PDF that does not say what they are, from where its words and its ruling lines stand.

Printed to PDF or exported without tags, a step table is only words and lines at places of a page. PDFium tells the place
of every sign and of every line that is drawn; `grids` finds the cells, `placed_lines` what stands beside one another.
"""

from __future__ import annotations

import ctypes
import math
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

from documents.confined.grids import Grid, Rule, Word, grids_of
from documents.confined.pdf import MOST_PAGES
from documents.confined.placed_lines import NUMBER, Columns, TextLine, cell_text, lines_of, with_columns
from documents.confined.placed_pages import Piece, Rows, block, blocks, repeated, running_rows
from documents.confined.trees import clean, found

SECONDS = 12  # of the processor; of the pages after that the lines remain
MOST_SIGNS = 40_000  # of one page
MOST_DRAWN = 10_000  # paths of one page, and pieces of one path
DEEPEST = 5  # drawings within drawings
THIN = 3.5  # a filled area is no thicker where it stands for a line
MARKS = "\u0300\u036f"  # from – to: what stands above or below a letter
LETTER_GAP = 0.2  # heights between two letters of a word, at most

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]


def read(document: Any) -> dict[str, Any]:
    """Blocks in the order of reading; what stands at the top (or foot) of most pages apart."""
    pages: list[list[Piece]] = []
    notes = ["placed"]
    for place in range(min(len(document), MOST_PAGES)):
        is_late = time.process_time() > SECONDS
        page = document[place]
        pages.append(_plain(page) if is_late else _pieces(page))
        page.close()
        notes += ["placed_first"] if is_late and len(notes) == 1 else []
    headers = [block(piece) for piece in (*running_rows(pages), *repeated(pages, 0))]
    footers = [block(piece) for piece in repeated(pages, -1)[::-1]]
    said = document.get_metadata_dict()
    title = clean(said.get("Title", ""))[:500]
    return found(blocks(pages), headers=headers, footers=footers, page_count=len(document), notes=notes, title=title)


# --- a page ----------------------------------------------------------------------------------------


def _pieces(page: Any) -> list[Piece]:
    """Lines and tables from above to below."""
    upright = _upright(page)
    words = _words(page, upright)
    if words is None:
        return _plain(page)
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
    """The rows of each grid, divided behind a row in which another table stands, and where two tables only touch."""
    tables = []
    for grid in grids:
        sides = [_sides(grid, row) for row in range(len(grid.ys) - 1)]
        ends = {at[0] + 1 for other in grids if other.within is grid and (at := grid.at(*_corner(other)))}
        ends |= {row for row, (above, below) in enumerate(pairwise(sides), 1) if above and below and not above & below}
        for begin, end in pairwise(sorted({0, *ends, len(sides)})):
            columns = sorted({0}.union(*sides[begin:end]))
            rows, named = [], []
            for row in range(begin, end):
                own = {columns.index(column) for column in sides[row]}
                for cells in _texts(grid, row, columns):
                    rows.append(cells)
                    named.append(own)
            if rows:
                xs = (*(grid.xs[column] for column in columns), grid.xs[-1])
                tables.append(Rows(rows, grid.ys[begin], grid.ys[end], xs, named))
    return tables


def _sides(grid: Grid, row: int) -> set[int]:
    """The columns before which there is a line in this row."""
    return {column for column in range(1, len(grid.xs) - 1) if grid.firsts[row, column] != grid.firsts[row, column - 1]}


def _corner(grid: Grid) -> Point:
    return grid.xs[0] + 1, grid.ys[0] + 1


def _texts(grid: Grid, row: int, columns: Sequence[int]) -> Iterator[list[str]]:
    """The texts of a row, where it says something; several rows where its first cell counts them and no line divides them."""
    words = [grid.words.get((row, column), []) for column in columns]
    numbers = lines_of(words[0])
    is_counting = len(numbers) > 1 and all(NUMBER.fullmatch(line.text) for line in numbers)
    tops = [line.top - THIN for line in numbers[1:]] if is_counting else []
    for place in range(len(tops) + 1):
        texts = []
        for column, all_words in zip(columns, words, strict=True):
            own = [word for word in all_words if sum(top <= word.middle[1] for top in tops) == place]
            texts.append(cell_text(own, *grid.sides((row, column))) if own else "")
        if any(texts):
            yield texts


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


def _words(page: Any, upright: Callable[[float, float], Point]) -> list[Word] | None:
    """Letters that stand close to one another on one line of writing; a mark belongs to the letter before it. None for a
    page with more signs than a page has.
    """
    from pypdfium2 import raw  # noqa: PLC0415

    textpage = page.get_textpage()
    text, count = textpage.raw, textpage.count_chars()
    if count > MOST_SIGNS:
        textpage.close()
        return None
    words: list[Word] = []
    signs: list[str] = []
    box, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    left = right = base = size = 0.0

    def close() -> None:
        if signs and (said := clean("".join(signs)).strip()):
            words.append(Word(said, left, base - 0.8 * size, right, base + 0.2 * size))
        signs.clear()

    for place in range(count):
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


# --- a page no time is left for, or too full -------------------------------------------------------


def _plain(page: Any) -> list[Piece]:
    """Its lines without their places."""
    textpage = page.get_textpage()
    texts = [" ".join(clean(line.replace("\ufffe", "-")).split()) for line in textpage.get_text_range().splitlines()]
    textpage.close()
    return [TextLine((Word(text, 0, 20 * at, 0, 20 * at + 1),)) for at, text in enumerate(texts) if text]
