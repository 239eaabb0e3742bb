"""Tables out of ruling lines: which lines cross, which cells they enclose, which words stand in which cell.

All measures are points from the upper left corner of the page, downwards.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

NEAR = 3.0  # what is nearer than this is one line
NARROW = 6.0  # no column is as narrow; rows of one table are often ruled a little differently
SHORTEST = 8.0  # of a ruling line
MOST_CELLS = 20_000  # of one grid
MOST_CROSSINGS = 250_000  # of rules, and of tables with words, to be looked for on one page; more is a drawing
FILLED = 0.6  # share of the cells with words of a table within another; a flow chart has less
EMPTIEST = 0.02  # share of the cells with words of any table, also of an empty form
RAGGED = 0.4  # share of cells in regions that are no rectangles: more is a drawing


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or what of it stands apart from the rest: then it is `glued` to the one before."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    line: int
    is_glued: bool

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A line along one axis: at `at`, from `start` to `end` on the other."""

    at: float
    start: float
    end: float


@dataclass
class Grid:
    """Boundaries of columns and rows; for each cell of the grid (row, column) the first cell of that it was merged into."""

    xs: list[float]
    ys: list[float]
    firsts: dict[tuple[int, int], tuple[int, int]]
    is_ragged: bool
    words: dict[tuple[int, int], list[Word]] = field(default_factory=lambda: defaultdict(list))
    within: Grid | None = None

    @property
    def box(self) -> tuple[float, float, float, float]:
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def at(self, x: float, y: float) -> tuple[int, int] | None:
        """The cell at this point, under the name of its first."""
        left, top, right, bottom = self.box
        if not (left <= x < right and top <= y < bottom):
            return None
        return self.firsts[bisect_right(self.ys, y) - 1, bisect_right(self.xs, x) - 1]

    def sides(self, cell: tuple[int, int]) -> tuple[float, float]:
        row, column = cell
        while self.firsts.get((row, column)) == cell:
            column += 1
        return self.xs[cell[1]], self.xs[column]


def grids_of(across: Iterable[Rule], down: Iterable[Rule], words: Sequence[Word]) -> list[Grid]:
    """The tables these rules enclose, with the words in their cells."""
    across, down = _joined(across), _joined(down)
    if len(across) * len(down) > MOST_CROSSINGS:
        return []
    found = (_grid(*rules) for rules in _crossing(across, down))
    grids = [grid for grid in found if grid and len(grid.xs) > 2 and len(set(grid.firsts.values())) > 1]  # no frames
    if len(grids) * max(len(grids), len(words)) > MOST_CROSSINGS:
        return []
    grids.sort(key=lambda grid: (grid.xs[-1] - grid.xs[0]) * (grid.ys[-1] - grid.ys[0]))
    for place, grid in enumerate(grids):
        grid.within = next((larger for larger in grids[place + 1 :] if _encloses(larger, grid)), None)
    kept: list[Grid] = []
    free = list(words)
    for grid in grids:
        rest = []
        for word in free:
            cell = grid.at(*word.middle)
            if cell is None:
                rest.append(word)
            else:
                grid.words[cell].append(word)
        if _is_table(grid):
            kept.append(grid)
            free = rest
    return kept


def _joined(rules: Iterable[Rule]) -> list[Rule]:
    """Pieces that lie behind one another are one rule; what is too short is none."""
    joined: list[Rule] = []
    lines: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda rule: rule.at):
        if lines and rule.at - lines[-1][0].at < NEAR / 2:
            lines[-1].append(rule)
        else:
            lines.append([rule])
    for line in lines:
        at = sum(rule.at for rule in line) / len(line)
        pieces = sorted((rule.start, rule.end) for rule in line)
        start, end = pieces[0]
        for following, until in pieces[1:]:
            if following - end <= NEAR:
                end = max(end, until)
            else:
                joined.append(Rule(at, start, end))
                start, end = following, until
        joined.append(Rule(at, start, end))
    return [rule for rule in joined if rule.end - rule.start >= SHORTEST]


def _crossing(across: Sequence[Rule], down: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules that hang together, each with each over others."""
    heads = list(range(len(across) + len(down)))

    def head(one: int) -> int:
        while heads[one] != one:
            heads[one] = heads[heads[one]]
            one = heads[one]
        return one

    for place, line in enumerate(across):
        for other, post in enumerate(down, len(across)):
            if line.start - NEAR <= post.at <= line.end + NEAR and post.start - NEAR <= line.at <= post.end + NEAR:
                heads[head(place)] = head(other)
    together: dict[int, tuple[list[Rule], list[Rule]]] = defaultdict(lambda: ([], []))
    for place, rule in enumerate([*across, *down]):
        together[head(place)][place >= len(across)].append(rule)
    return list(together.values())


def _grid(across: list[Rule], down: list[Rule]) -> Grid | None:
    if not down or len(across) < 2:
        return None
    xs, ys = _marks((rule.at for rule in down), NARROW), _marks((rule.at for rule in across), NEAR)
    xs = _open_ended(xs, across)
    ys = _open_ended(ys, down)
    rows, columns = len(ys) - 1, len(xs) - 1
    if not (0 < rows * columns <= MOST_CELLS):
        return None
    below = _ruled(across, ys, xs)
    beside = _ruled(down, xs, ys)
    firsts: dict[tuple[int, int], tuple[int, int]] = {}
    for row in range(rows):
        for column in range(columns):
            if (row, column) in firsts:
                continue
            waiting = [(row, column)]
            firsts[row, column] = row, column
            while waiting:
                at, on = waiting.pop()
                for near, is_open in (
                    ((at + 1, on), (at + 1, on) not in below),
                    ((at - 1, on), (at, on) not in below),
                    ((at, on + 1), (on + 1, at) not in beside),
                    ((at, on - 1), (on, at) not in beside),
                ):
                    if is_open and 0 <= near[0] < rows and 0 <= near[1] < columns and near not in firsts:
                        firsts[near] = row, column
                        waiting.append(near)
    return Grid(xs, ys, *_upright(firsts))


def _marks(places: Iterable[float], near: float) -> list[float]:
    marks: list[list[float]] = []
    for place in sorted(places):
        if marks and place - marks[-1][-1] < near:
            marks[-1].append(place)
        else:
            marks.append([place])
    return [sum(mark) / len(mark) for mark in marks]


def _open_ended(marks: list[float], rules: list[Rule]) -> list[float]:
    """A table without lines at its sides ends where the lines across it do."""
    first, last = min(rule.start for rule in rules), max(rule.end for rule in rules)
    return [
        *([first] if first < marks[0] - 2 * NARROW else []),
        *marks,
        *([last] if last > marks[-1] + 2 * NARROW else []),
    ]


def _ruled(rules: list[Rule], marks: list[float], others: list[float]) -> set[tuple[int, int]]:
    """(mark, part): along which mark, between which two of the others there is a line."""
    ruled = set()
    for rule in rules:
        mark = min(range(len(marks)), key=lambda place: abs(marks[place] - rule.at))
        for part, (start, end) in enumerate(pairwise(others)):
            if min(rule.end, end) - max(rule.start, start) > 0.6 * (end - start):
                ruled.add((mark, part))
    return ruled


def _upright(
    firsts: dict[tuple[int, int], tuple[int, int]],
) -> tuple[dict[tuple[int, int], tuple[int, int]], bool]:
    """A region that is no rectangle, where a line is missing, is cut into its rows; and whether that is most of it."""
    regions: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for cell, first in firsts.items():
        regions[first].append(cell)
    cut, ragged = dict(firsts), 0
    for cells in regions.values():
        high = max(row for row, _ in cells) - min(row for row, _ in cells) + 1
        wide = max(column for _, column in cells) - min(column for _, column in cells) + 1
        if high * wide == len(cells):
            continue
        ragged += len(cells)
        former: tuple[int, int] | None = None
        for cell in sorted(cells):
            begins = former is None or cell[0] != former[0] or cell[1] != former[1] + 1
            cut[cell] = cell if begins or former is None else cut[former]
            former = cell
    return cut, ragged > RAGGED * len(firsts)


def _encloses(larger: Grid, grid: Grid) -> bool:
    left, top, right, bottom = grid.box
    first = larger.at((left + right) / 2, (top + bottom) / 2)
    return first is not None and first == larger.at(left + NEAR, top + NEAR) == larger.at(right - NEAR, bottom - NEAR)


def _is_table(grid: Grid) -> bool:
    """Two cells with words, or three columns that one row goes on in; no drawing. Within another table what is rather full."""
    cells = set(grid.firsts.values())
    written = sum(bool(grid.words.get(cell)) for cell in cells)
    if written < max(1 if len(grid.xs) > 3 else 2, EMPTIEST * len(cells)) or grid.is_ragged:
        return False
    if grid.within is None:
        return True
    return len(grid.xs) > 2 and len(grid.ys) > 2 and written >= FILLED * len(cells)
