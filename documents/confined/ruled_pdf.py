"""The tables of a PDF without tags whose cells are ruled: printed to PDF, only lines and words say what they are.

Words, their order and their lines are PDFium's, as `pdf` reads them; of what stands within ruled cells it is said in which.
A page whose words stand otherwise (turned, askew, stamped over, too many) is read as lines: what is not sure is no table.
Measures are those of the papers in tests/documents/ruled_papers.py, printed in 7 to 17 points.
"""

from __future__ import annotations

import ctypes
import math
import re
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median
from typing import Any

from documents.confined.grids import Grid, Rule, Word, grids_of
from documents.confined.pages import Piece, Ruled, begins, is_number
from documents.confined.pdf import line_of, lines_of, opened, told

SECONDS = 12  # of the processor; of the pages after that the lines remain
MOST_SIGNS = 40_000  # of one page
MOST_DRAWN = 20_000  # objects of one page and pieces of its paths; more is a drawing
DEEPEST = 5  # drawings within drawings
THIN = 3.5  # a filled area is no thicker where it stands for a line
ASKEW = 0.01  # of a line of writing: 3 mm over the width of a sheet
LARGEST = 3.0  # heights of the usual letters; what is larger lies over the paper
APART = 0.15  # heights between signs that may stand in two cells
OVER = 0.3  # of the width of a word that another one lies over
NOTE = 3  # lines of a note across a table; more in one cell is a frame
SECTION = re.compile(
    r"[1-7][.)]?\s+(?:mục đích|phạm vi|(?:tài liệu )?viện dẫn|định nghĩa|nội dung|biểu mẫu|hồ sơ)", re.IGNORECASE
)
LABEL = re.compile(r"[^:]{1,20}:")

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
Upright = Callable[[float, float], Point]


def read(data: bytes) -> dict[str, Any]:
    """Blocks in PDFium's order of reading; "partly" is noted where a page with rules was read as lines. Raises Problem."""
    notes: list[str] = []

    def pieces_of(page: Any) -> list[Piece]:
        try:
            return _pieces(page)
        except Unsure:
            notes[:] = ["partly"]
            return lines_of(page)

    return told(opened(data), pieces_of, notes)


class Unsure(Exception):
    """What stands where on this page is not certain."""


def _pieces(page: Any) -> list[Piece]:
    if time.process_time() > SECONDS:
        raise Unsure
    upright = _seen(page)
    across, down = _rules(page, upright)
    if len(across) < 2 or len(down) < 2:
        return lines_of(page)
    words = _words(page, upright)
    grids = grids_of(across, down, [word for word, is_straight in words if is_straight])
    tables = [table for grid in grids for table in _tables(grid, grids)]
    plain = lines_of(page)
    if not tables:
        return plain
    pieces = _in_order([word for word, _ in words], tables)
    if _letters(pieces) != _letters(plain):
        raise Unsure
    return pieces


def _letters(pieces: Sequence[Piece]) -> Counter[str]:
    said = (
        piece if isinstance(piece, str) else "".join(cell for row in piece.rows for cell in row) for piece in pieces
    )
    return Counter(sign for text in said for sign in text if not sign.isspace())


def _in_order(words: Sequence[Word], tables: Sequence[tuple[Ruled, set[int]]]) -> list[Piece]:
    """Lines without what stands in tables, each table where its first word stood; one above all else is the first."""
    of_word = {number: table for table, own in tables for number in own}
    pieces: list[Piece] = []
    given: set[int] = set()
    for table, together in groupby(words, key=lambda word: of_word.get(id(word))):
        if table is None:
            pieces += _printed(together)
        elif id(table) not in given:
            given.add(id(table))
            pieces.append(table)
    highest = min(words, key=lambda word: word.top)
    first = of_word.get(id(highest))
    if first and all(word.top >= first.bottom for word in words if of_word.get(id(word)) is not first):
        pieces.insert(0, pieces.pop(next(place for place, piece in enumerate(pieces) if piece is first)))
    return pieces


def _printed(words: Iterable[Word]) -> list[str]:
    """What of these words stands in each of PDFium's lines."""
    return [line_of(_joined(parts)) for _line, parts in groupby(words, key=lambda word: word.line)]


def _joined(words: Iterable[Word]) -> str:
    return "".join(word.text if word.is_glued else f" {word.text}" for word in words).strip()


# --- tables ----------------------------------------------------------------------------------------


def _tables(grid: Grid, grids: Sequence[Grid]) -> Iterator[tuple[Ruled, set[int]]]:
    """The rows of a grid and their words, divided behind a row in which another table stands, and where two tables only touch."""
    sides = [_sides(grid, row) for row in range(len(grid.ys) - 1)]
    inner = (grid.at(other.xs[0] + 1, other.ys[0] + 1) for other in grids if other.within is grid)
    ends = {cell[0] + 1 for cell in inner if cell}
    ends |= {row for row, (above, below) in enumerate(pairwise(sides), 1) if above and below and not above & below}
    heights = [
        [len(_lines(grid.words.get((row, at), []))) for at in (0, *sorted(side))] for row, side in enumerate(sides)
    ]
    frames = {row for row, high in enumerate(heights) if len(high) == 1 and high[0] > NOTE}
    frames -= {row for row in range(1, len(sides) - 1) if sides[row - 1] == sides[row + 1]}  # a note between two rows
    ends |= frames | {row + 1 for row in frames}
    for begin, end in pairwise(sorted({0, *ends, len(sides)})):
        is_page = end == begin + 1 and any(_has_sections(grid.words.get((begin, at), [])) for at in (0, *sides[begin]))
        if begin in frames or is_page:
            continue
        columns = sorted({0}.union(*sides[begin:end]))
        rows = [cells for row in range(begin, end) for cells in _texts(grid, row, columns) if any(cells)]
        if rows:
            words = [word for (row, _), words in grid.words.items() if begin <= row < end for word in words]
            longest = max(map(len, _printed(words)))
            xs = (*(grid.xs[at] for at in columns), grid.xs[-1])
            yield Ruled(rows, xs, grid.ys[end], longest), {id(word) for word in words}


def _has_sections(words: Sequence[Word]) -> bool:
    """Whether headings of several sections of a procedure stand in one cell: then it is a column of the page."""
    return sum(bool(SECTION.match(_joined(line))) for line in _lines(words)) > 1


def _sides(grid: Grid, row: int) -> set[int]:
    """The columns before which there is a line in this row."""
    return {column for column in range(1, len(grid.xs) - 1) if grid.firsts[row, column] != grid.firsts[row, column - 1]}


def _texts(grid: Grid, row: int, columns: Sequence[int]) -> Iterator[list[str]]:
    """The cells of a row; of several where its first cell counts them and only no line divides them."""
    cells = [(grid.words.get((row, column), []), *grid.sides((row, column))) for column in columns]
    numbers = _lines(cells[0][0])
    tops = [line[0].top - THIN for line in numbers[1:]]
    parts = [_parted(words, tops) for words, _left, _right in cells]
    if not all(is_number(_joined(line)) for line in numbers) or any(
        _is_cut(own, _room(*cell)) for own, cell in zip(parts, cells, strict=True)
    ):
        parts = [[words] for words, _left, _right in cells]
    for own in zip(*parts, strict=True):
        yield [_text(words, left, right) for words, (_, left, right) in zip(own, cells, strict=True)]


def _is_cut(parts: Sequence[Sequence[Word]], room: float) -> bool:
    """Whether one of these parts of a cell goes on in the next."""
    return any(
        _goes_on(_lines(above)[-1], _lines(below)[0], room) for above, below in pairwise(parts) if above and below
    )


def _parted(words: Sequence[Word], tops: Sequence[float]) -> list[list[Word]]:
    """The words between these heights."""
    parts: list[list[Word]] = [[] for _ in range(len(tops) + 1)]
    for word in words:
        parts[bisect_right(tops, word.middle[1])].append(word)
    return parts


def _text(words: Sequence[Word], left: float, right: float) -> str:
    """The lines of a cell, put together where the next one's first word had no room left."""
    text, room = "", _room(words, left, right)
    former: list[Word] = []
    for line in _lines(words):
        if any(
            one.line != other.line and one.right - other.left > OVER * (one.right - one.left)
            for one, other in pairwise(line)
        ):
            raise Unsure  # a stamp or a signature lies over the text
        said = line_of(_joined(line))
        if former and _goes_on(former, line, room):
            text += f" {said}"
        else:
            text += f"\n{said}" if text else said
        former = line
    return text


def _room(words: Sequence[Word], left: float, right: float) -> float:
    """How wide a line of this cell may be, in points."""
    gaps = (min(word.left - left, right - word.right, (word.bottom - word.top) / 2) for word in words)
    return right - left - 2 * max(min(gaps, default=0.0), 0.0)


def _lines(words: Sequence[Word]) -> list[list[Word]]:
    """Words side by side, from above to below."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.middle[1]):
        if lines and word.middle[1] - lines[-1][-1].middle[1] < (word.bottom - word.top) / 2:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.left) for line in lines]


def _goes_on(former: Sequence[Word], line: Sequence[Word], room: float) -> bool:
    """Whether a line of a cell is the rest of the one above it; a name below a title is none."""
    above, said = _joined(former), _joined(line)
    high = former[0].bottom - former[0].top
    if (begins(said) and said[0] not in "-–") or LABEL.match(said) or line[0].top - former[0].bottom > 0.6 * high:
        return False
    if said[0].islower():
        return True
    if (above.isupper() and not said.isupper()) or _is_named(said) != _is_named(above):
        return False
    wide = former[-1].right - former[0].left
    return wide + 0.3 * high + line[0].right - line[0].left > room


def _is_named(text: str) -> bool:
    words = text.split()
    return len(words) < 7 and all(word.istitle() and word.isalpha() for word in words)


# --- words -----------------------------------------------------------------------------------------


def _seen(page: Any) -> Upright:
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


def _words(page: Any, upright: Upright) -> list[tuple[Word, bool]]:
    """What PDFium divides by blanks, and where signs stand apart; and whether it is written straight in usual letters."""
    from pypdfium2 import raw  # noqa: PLC0415

    textpage = page.get_textpage()
    count = textpage.count_chars()
    if count > MOST_SIGNS:
        raise Unsure
    parts = list(_parts(raw, textpage.raw, upright, count))
    textpage.close()
    usual = median([word.bottom - word.top for word, _ in parts]) if parts else 0.0
    return [(word, is_straight and word.bottom - word.top <= LARGEST * usual) for word, is_straight in parts]


def _parts(raw: Any, text: Any, upright: Upright, count: int) -> Iterator[tuple[Word, bool]]:
    box = raw.FS_RECTF()
    signs: list[str] = []
    left = top = right = bottom = x1 = y1 = x2 = y2 = 0.0
    line = first = 0
    is_glued = False
    high_half = 0
    for place in range(count + 1):
        code = raw.FPDFText_GetUnicode(text, place) if place < count else 32
        if 0xD800 <= code < 0xDC00:
            high_half = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high_half - 0xD800) << 10) + code - 0xDC00 if high_half else 0
        sign = chr(code)
        is_blank = sign.isspace() or not sign.strip("\0") or not raw.FPDFText_GetLooseCharBox(text, place, box)
        if not is_blank:
            (x1, y1), (x2, y2) = upright(box.left, box.top), upright(box.right, box.bottom)
            x1, x2, y1, y2 = min(x1, x2), max(x1, x2), min(y1, y2), max(y1, y2)
        high = y2 - y1
        is_beside = -high < x1 - right < APART * high and abs(y2 - bottom) < high / 2
        is_apart = not is_blank and bool(signs) and not is_beside
        if signs and (is_blank or is_apart):
            yield (
                Word("".join(signs), left, top, right, bottom, line, is_glued),
                _is_straight(raw, text, first, upright),
            )
            signs, is_glued = [], is_apart
        if is_blank:
            line, is_glued = line + (sign in "\r\n"), False
            continue
        if not signs:
            left, top, right, bottom, first = x1, y1, x2, y2, place
        left, top, right, bottom = min(left, x1), min(top, y1), max(right, x2), max(bottom, y2)
        signs.append("-" if sign in "\ufffe\x02" else sign)


def _is_straight(raw: Any, text: Any, place: int, upright: Upright) -> bool:
    """Whether this sign is written from left to right as the page is seen."""
    matrix = raw.FS_MATRIX()
    if not raw.FPDFText_GetMatrix(text, place, matrix):
        return False
    turn = math.copysign(1.0, raw.FPDFText_GetFontSize(text, place))
    (x0, y0), (x1, y1) = upright(0, 0), upright(matrix.a * turn, matrix.b * turn)
    above = upright(matrix.c * turn, matrix.d * turn)[1]
    return x1 > x0 and abs(y1 - y0) < ASKEW * (x1 - x0) and above < y0


# --- ruling lines ----------------------------------------------------------------------------------


def _rules(page: Any, upright: Upright) -> tuple[list[Rule], list[Rule]]:
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
    """The corners of what is drawn in straight lines, and whether its edges are. Raises Unsure for a drawing."""
    from pypdfium2 import raw  # noqa: PLC0415

    left = MOST_DRAWN

    def taken(count: int) -> int:
        nonlocal left
        left -= count
        if left < 0:
            raise Unsure
        return count

    count = taken(raw.FPDFPage_CountObjects(page.raw))
    waiting = [(raw.FPDFPage_GetObject(page.raw, place), (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), 0) for place in range(count)]
    given = raw.FS_MATRIX()
    how, is_stroked = ctypes.c_int(), ctypes.c_int()
    while waiting:
        one, outer, depth = waiting.pop()
        kind = raw.FPDFPageObj_GetType(one)
        if kind not in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_FORM) or not raw.FPDFPageObj_GetMatrix(one, given):
            continue
        matrix = _times((given.a, given.b, given.c, given.d, given.e, given.f), outer)
        if kind == raw.FPDF_PAGEOBJ_FORM:
            count = taken(raw.FPDFFormObj_CountObjects(one)) if depth < DEEPEST else 0
            waiting += [(raw.FPDFFormObj_GetObject(one, place), matrix, depth + 1) for place in range(count)]
            continue
        raw.FPDFPath_GetDrawMode(one, how, is_stroked)
        if how.value or is_stroked.value:
            for corners in _outlines(raw, one, taken(raw.FPDFPath_CountSegments(one)), matrix):
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
