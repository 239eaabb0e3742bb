"""How much of two long lists is compared in a request, and how much of a comparison is shown at once.

An ordinary document stays far below both. What goes beyond is never passed over in silence: a part says how many of its
rows were not compared, an excerpt how many lines there are and where the next ones begin.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Generic, TypeVar

from documents.differences import Cells

if TYPE_CHECKING:
    from documents.comparison import Line, Part

MOST_ROWS, MOST_CELLS, MOST_SIGNS = 1_500, 15_000, 400_000  # of one side of a part: a second of work at worst
LINES_SHOWN, SIGNS_SHOWN = 300, 60_000  # at once, on the page and on paper: twenty pages, some seconds of drawing
One = TypeVar("One")
AROUND = 1  # equal rows kept on either side of what is compared


@dataclass(frozen=True)
class Compared(Generic[One]):
    """What of two lists is compared: not the equal rows they begin and end with when they are long, nor what is too much."""

    before: Sequence[One]
    after: Sequence[One]
    head: int = 0  # equal rows before
    tail: int = 0  # equal rows behind
    left: int = 0  # rows of both lists together that are not compared

    @property
    def cut(self) -> bool:
        return bool(self.head or self.tail or self.left)


def compared_of(before: Sequence[One], after: Sequence[One], cells: Callable[[One], Cells]) -> Compared[One]:
    """Everything, where it is not too much. `cells` says what stands in a row."""
    if _fitting(before, cells) == len(before) and _fitting(after, cells) == len(after):
        return Compared(before, after)
    most = min(len(before), len(after))
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    turned = zip(reversed(before), reversed(after), strict=False)
    same_behind = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], turned))
    head = max(0, same - AROUND)
    tail = max(0, min(same_behind, most - same) - AROUND)
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    fit = _fitting(old, cells), _fitting(new, cells)
    return Compared(old[: fit[0]], new[: fit[1]], head, tail, len(old) - fit[0] + len(new) - fit[1])


def _fitting(rows: Sequence[One], cells: Callable[[One], Cells]) -> int:
    """How many of these rows, from the first on, are not too much. One always is."""
    signs = wide = 0
    for count, row in enumerate(rows[:MOST_ROWS]):
        signs += sum(map(len, cells(row)))
        wide += len(cells(row))
        if count and (signs > MOST_SIGNS or wide > MOST_CELLS):
            return count
    return min(len(rows), MOST_ROWS)


@dataclass(frozen=True)
class Excerpt:
    """Some lines of a comparison: from `first` to `last` (counted from 1) of `total`; and how many signs they have."""

    parts: list[tuple[Part, list[Line]]]
    first: int
    last: int
    total: int
    signs: int

    def __bool__(self) -> bool:
        return bool(self.parts)

    @property
    def is_whole(self) -> bool:
        return self.first <= 1 and self.last == self.total

    @property
    def too_long(self) -> bool:
        """A single line has more signs than are drawn at once."""
        return self.signs > SIGNS_SHOWN

    @property
    def earlier(self) -> bool:
        return self.first > 1

    @property
    def before(self) -> int:
        """Where the lines before these begin, as many as are shown at once."""
        return max(1, self.first - LINES_SHOWN)

    @property
    def later(self) -> bool:
        return self.last < self.total


def excerpt(parts: list[tuple[Part, list[Line]]], start: int = 1) -> Excerpt:
    """The lines from the `start`-th on, as many as are shown at once."""
    found: list[tuple[Part, list[Line]]] = []
    count = shown = signs = 0
    full = False
    for part, lines in parts:
        kept: list[Line] = []
        for line in lines:
            if line.skipped:
                if start <= count + 1 and not full:
                    kept.append(line)
                continue
            count += 1
            if count < start or full:
                continue
            full = bool(shown) and (shown >= LINES_SHOWN or signs + line.signs > SIGNS_SHOWN)
            if not full:
                kept.append(line)
                shown, signs = shown + 1, signs + line.signs
        nothing_found = part.left and start == 1 and all(line.skipped for line in lines)
        if nothing_found or any(not line.skipped for line in kept):
            found.append((part, kept))
    if not shown and start > 1:
        return excerpt(parts)
    return Excerpt(found, start if shown else 0, start + shown - 1 if shown else 0, count, signs)
