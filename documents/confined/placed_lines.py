"""Words as lines, lines as paragraphs and as columns that no ruling divides: heads of letters, blocks of signatures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from documents.confined.grids import Word
from documents.confined.pdf import SENTENCE_END, begins

GAP = 0.75  # heights of a line between two words: wider than a blank
WIDEST_MARGIN = 8.0  # points between the border of a cell and its words, where these begin at the left
GUTTER = 6.0  # points that no line of a column may enter
WIDE = 1.5  # heights of a line that are free between columns of two lines only
_MARKER = re.compile(r"[-–•+*·▪o]|(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,4}|[a-zA-ZđĐ])[./)]?")
NUMBER = re.compile(r"(?:B|Bước)?\s*\d{1,2}\.?")
PROSE = 6, 5  # lines of a column of running text, words in each of them at least
LONGEST_RUN = 120  # lines looked at for one block of columns
_HEADING = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,4})[.)/]?\s+\S")
_HEAD = re.compile(r"C[ỘO]NG H[OÒ][AÀ] X[ÃA] H[ỘO]I|^Đ[ẢA]NG C[ỘO]NG S[ẢA]N", re.IGNORECASE)
_FOOT = re.compile(r"N[ơo]i nh[ậa]n\s*:", re.IGNORECASE)


@dataclass(frozen=True)
class TextLine:
    """What stands at one height, from left to right."""

    words: tuple[Word, ...]
    is_alone: bool = False  # of a column: no paragraph that fills the page

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def right(self) -> float:
        return max(word.right for word in self.words)

    @property
    def top(self) -> float:
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        return max(word.bottom for word in self.words)

    @property
    def height(self) -> float:
        return max(word.bottom - word.top for word in self.words)

    def parts(self) -> list[TextLine]:
        """Divided where the blank is wide. The number or dash of a list belongs to what follows."""
        parts = [[self.words[0]]]
        for word, following in pairwise(self.words):
            if following.left - word.right > GAP * self.height:
                parts.append([])
            parts[-1].append(following)
        if len(parts) == 2 and _MARKER.fullmatch(" ".join(word.text for word in parts[0])):
            return [self]
        return [TextLine(tuple(part)) for part in parts]


def lines_of(words: Sequence[Word]) -> list[TextLine]:
    """From above to below; what stands half a line higher or lower is another line."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.middle[1]):
        middle = word.middle[1]
        height = word.bottom - word.top
        if lines and middle - lines[-1][-1].middle[1] < 0.3 * height and middle - lines[-1][0].middle[1] < 0.5 * height:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [TextLine(tuple(sorted(line, key=lambda word: word.left))) for line in lines]


# --- lines that go on ------------------------------------------------------------------------------


def cell_text(words: Sequence[Word], left: float, right: float) -> str:
    """The words of the cell between these borders; a line that went on only where the cell was full is put to the one
    before.
    """
    lines = lines_of(words)
    margin = min(max(min(line.left for line in lines) - left, 0.0), WIDEST_MARGIN)
    text = lines[0].text
    for former, line in pairwise(lines):
        text = (
            _put_together(text, line.text)
            if _goes_on_in_cell(former, line, right - left - 2 * margin)
            else f"{text}\n{line.text}"
        )
    return text


def _goes_on_in_cell(former: TextLine, line: TextLine, room: float) -> bool:
    """Said to be sure by small letters, a dash or a comma; a word alone or a number only where there was no more room."""
    first, begun = line.words[0], line.text[0]
    if (begins(line.text) and not begun.isdigit()) or line.top - former.bottom > 0.6 * former.height:
        return False
    was_full = former.right - former.left + (first.right - first.left) + 0.2 * former.height > room
    if former.text[-1] in SENTENCE_END:
        return was_full and begun.islower()
    if begun.islower() or former.text[-1] in "-–—,(":
        return True
    is_alone = len(former.words) == 1 or len(line.words) == 1
    return was_full and (begun.isdigit() or begun in "/&(" or is_alone)


def _put_together(text: str, more: str) -> str:
    broken = re.search(r"[^\W_][-/]$", text) and not more[0].islower()
    return f"{text}{more}" if broken else f"{text} {more}"


def paragraphs(lines: Sequence[TextLine], left: float, right: float) -> Iterator[str]:
    """Lines between these margins put together where a sentence goes on."""
    text = lines[0].text if lines else ""
    for former, line in pairwise(lines):
        if _goes_on(former, line, left, right):
            text = _put_together(text, line.text)
        else:
            yield text
            text = line.text
    if text:
        yield text


def _goes_on(former: TextLine, line: TextLine, left: float, right: float) -> bool:
    if begins(line.text) or line.top - former.bottom > 0.8 * former.height:
        return False
    if line.text[0].islower():
        return True
    if (
        former.is_alone
        or line.is_alone
        or former.text[-1] in SENTENCE_END
        or former.text.isupper() != line.text.isupper()
    ):
        return False
    is_centred = former.left - left > 20 and abs((former.left - left) - (right - former.right)) < 6
    reach = former.right - former.left if is_centred else former.right - left
    first = line.words[0]
    return reach + (first.right - first.left) + 0.4 * former.height > right - left


# --- columns ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Columns:
    """Lines side by side: rows of texts, from above to below."""

    rows: tuple[tuple[str, ...], ...]
    top: float
    bottom: float


def with_columns(lines: Sequence[TextLine]) -> Iterator[TextLine | Columns]:
    """The same lines; those in columns as rows; the sides of an official letter, and of a booklet, one after the other."""
    at = 0
    while at < len(lines):
        run, gutters = _run(lines[at : at + LONGEST_RUN])
        if not gutters:
            yield lines[at]
            at += 1
            continue
        at += len(run)
        rows = [_in_columns(line, gutters) for line in run]
        if len(gutters) == 1 and (_is_letter(rows) or all(map(_is_prose, zip(*rows, strict=True)))):
            for column in (0, 1):
                yield from (TextLine(row[column], is_alone=True) for row in rows if row[column])
        else:
            yield Columns(tuple(_rows(rows)), run[0].top, run[-1].bottom)


def _is_letter(rows: Sequence[Sequence[Sequence[Word]]]) -> bool:
    return any(_HEAD.search(_text(right)) or _FOOT.match(_text(left)) for left, right in rows)


def _is_prose(column: Sequence[Sequence[Word]]) -> bool:
    """Many lines of many words, as of a booklet; those of a table are shorter."""
    lines = [len(words) for words in column if words]
    return len(lines) >= PROSE[0] and sum(lines) >= PROSE[1] * len(lines)


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _run(lines: Sequence[TextLine]) -> tuple[list[TextLine], list[tuple[float, float]]]:
    """The lines from the first on that stand in the same columns, and what is free between these."""
    parts = lines[0].parts()
    if len(parts) < 2:
        return [], []
    run, gutters, several, end = [lines[0]], _gutters(parts), 1, 1
    is_foot = _FOOT.match(parts[0].text)
    for line in lines[1:]:
        free = _narrowed(gutters, line.words)
        columns = sum(bool(words) for words in _in_columns(line, gutters))
        if len(free) < len(gutters) or len(line.parts()) > len(gutters) + 1:
            break
        if columns == 1 and not _fits(line, run, gutters):
            break
        run.append(line)
        gutters = free
        if columns > 1 or is_foot or line.top - run[-2].bottom < line.height:
            several += columns > 1
            end = len(run)
    run = run[:end]
    sides = [
        sum(bool(cell) for cell in column) for column in zip(*(_in_columns(line, gutters) for line in run), strict=True)
    ]
    narrowest = min(right - left for left, right in gutters)
    if len(run) < 2 or (several < 2 and min(sides) < 2) or (len(run) == 2 and narrowest < WIDE * lines[0].height):
        return [], []
    return run, gutters


def _gutters(parts: Sequence[TextLine]) -> list[tuple[float, float]]:
    return [(part.right, following.left) for part, following in pairwise(parts)]


def _narrowed(gutters: Sequence[tuple[float, float]], words: Sequence[Word]) -> list[tuple[float, float]]:
    """The widest part of each gutter that these words leave free; none where that is no wider than a blank."""
    free = []
    for left, right in gutters:
        within = [word for word in words if word.right > left and word.left < right]
        begins, ends = [left, *(word.right for word in within)], [*(word.left for word in within), right]
        widest = max(zip(begins, ends, strict=True), key=lambda part: part[1] - part[0])
        if widest[1] - widest[0] >= GUTTER:
            free.append(widest)
    return free


def _fits(part: TextLine, run: Sequence[TextLine], gutters: list[tuple[float, float]]) -> bool:
    """Alone in its row: it stands under others of its column, at its left or at its middle, and is no heading."""
    column = next(place for place, words in enumerate(_in_columns(part, gutters)) if words)
    if not column and _HEADING.match(part.text):
        return False
    for line in run:
        words = _in_columns(line, gutters)[column]
        if words:
            above = TextLine(words)
            if abs(above.left - part.left) < 4 or abs(above.left + above.right - part.left - part.right) < 16:
                return True
    return False


def _in_columns(line: TextLine, gutters: list[tuple[float, float]]) -> list[tuple[Word, ...]]:
    columns: list[list[Word]] = [[] for _ in range(len(gutters) + 1)]
    for word in line.words:
        columns[sum(word.middle[0] > (left + right) / 2 for left, right in gutters)].append(word)
    return [tuple(column) for column in columns]


def _rows(rows: Sequence[Sequence[Sequence[Word]]]) -> Iterator[tuple[str, ...]]:
    """A row for each line, save where it only goes on: it has no number while others have, or begins in small letters."""
    cells = [[_text(words) for words in row] for row in rows]
    is_numbered = sum(bool(NUMBER.fullmatch(row[0])) for row in cells) > 1
    open_row: list[str] = []
    is_counted = False
    for row in cells:
        is_rest = not row[0] if is_numbered and is_counted else _goes_on_below(open_row, row)
        if open_row and is_rest:
            open_row = [
                _put_together(*both) if all(both) else "".join(both) for both in zip(open_row, row, strict=True)
            ]
            continue
        if open_row:
            yield tuple(open_row)
        open_row, is_counted = row, is_counted or bool(NUMBER.fullmatch(row[0]))
    if open_row:
        yield tuple(open_row)


def _goes_on_below(open_row: Sequence[str], row: Sequence[str]) -> bool:
    """Every cell stands below one that was begun, and half of them surely go on with that."""
    both = [(above, cell) for above, cell in zip(open_row, row, strict=False) if cell]
    surely = [
        (cell[0].islower() and len(cell) > 1) or cell[0] in "/&" or above[-1:] in set("-–—,") for above, cell in both
    ]
    return all(above for above, _cell in both) and 2 * sum(surely) >= len(both) > 0
