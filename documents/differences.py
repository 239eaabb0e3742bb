"""What differs between two texts, word by word, and between two lists of rows. Knows nothing of documents.

Anchors first, then only what lies between them: words (or rows) that occur once on both sides and stand in the same
order hold the texts together, so the work grows with the length and not with its square. Whatever is compared, the
difference holds both sides completely, and the difference of b and a is that of a and b turned round.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

WORD = re.compile(r"\w+(?:[./–-]\w+)*|\s|[^\w\s]")  # 60/2014/QH13, QT.TP.01 and 1.500.000 are one word each
SMALL = 10_000  # pairs of words that are compared in full where nothing anchors them
ALIKE = 0.5  # share of common words from which two rows are the same row, changed
REWRITTEN = 0.2  # of the shorter text in common: below that it is shown as a whole, old and new
EFFORT = 60  # times the length of both texts that may be looked at before the rest counts as rewritten
CANDIDATES = 8  # rows looked at as the former shape of a row
NEAR = 100  # of the rows that share a word, so many are thought of: those around the same place
THOUGHT_OF = 1_000  # rows counted for one row, its rarest words first

Cells = tuple[str, ...]
Pairs = list[tuple[int, int]]


class Mark(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"
    CHANGED = "changed"  # of rows only


@dataclass(frozen=True)
class Piece:
    """A run of words that both texts have, or only the former (gone), or only the later (new)."""

    mark: Mark
    text: str


Text = tuple[Piece, ...]


@dataclass(frozen=True)
class Row:
    """A row of the former list, of the later, or of both; `before` and `after` are its places there, from 1."""

    cells: tuple[Text, ...]
    before: int | None
    after: int | None
    moved: bool = False
    note: str = ""  # what else became of it though it says the same

    @property
    def mark(self) -> Mark:
        if self.before is None:
            return Mark.NEW
        if self.after is None:
            return Mark.GONE
        return Mark.SAME if all(is_same(cell) for cell in self.cells) else Mark.CHANGED

    @property
    def differs(self) -> bool:
        return self.moved or bool(self.note) or self.mark != Mark.SAME


def is_same(text: Text) -> bool:
    return all(piece.mark == Mark.SAME for piece in text)


def former(text: Text) -> str:
    return "".join(piece.text for piece in text if piece.mark != Mark.NEW)


def later(text: Text) -> str:
    return "".join(piece.text for piece in text if piece.mark != Mark.GONE)


# --- words -----------------------------------------------------------------------------------------


def compare_words(before: str, after: str) -> Text:
    """The two texts as runs of words. Equal texts are one run; no texts are none."""
    if before == after:
        return (Piece(Mark.SAME, before),) if before else ()
    if before > after:  # one order for both ways of asking, so that the answer is the same
        return tuple(_turned(compare_words(after, before)))
    old, new = WORD.findall(before), WORD.findall(after)
    pairs = _readable(_chain(old, new, 0, len(old), 0, len(new)), old, new)
    return tuple(_runs(pairs, old, new))


def _turned(text: Text) -> Iterator[Piece]:
    swapped = {Mark.GONE: Mark.NEW, Mark.NEW: Mark.GONE}
    for same, run in groupby(text, key=lambda piece: piece.mark == Mark.SAME):
        pieces = [Piece(swapped.get(piece.mark, piece.mark), piece.text) for piece in run]
        yield from pieces if same else reversed(pieces)


def _runs(pairs: Pairs, old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    """What is gone stands before what is new."""
    i = j = 0
    kept: list[str] = []
    for x, y in [*pairs, (len(old), len(new))]:
        if x > i or y > j:
            if kept:
                yield Piece(Mark.SAME, "".join(kept))
                kept = []
            if x > i:
                yield Piece(Mark.GONE, "".join(old[i:x]))
            if y > j:
                yield Piece(Mark.NEW, "".join(new[j:y]))
        if x < len(old):
            kept.append(old[x])
        i, j = x + 1, y + 1
    if kept:
        yield Piece(Mark.SAME, "".join(kept))


def _readable(pairs: Pairs, old: Sequence[str], new: Sequence[str]) -> Pairs:
    """Without the chance matches: a lone blank or comma between two changes, or scattered words of another sentence."""
    weight = sum(len(old[x]) for x, _y in pairs)
    if weight < REWRITTEN * min(sum(map(len, old)), sum(map(len, new))):
        return []
    kept: Pairs = []
    for run in _unbroken(pairs):
        inside = run[0] != (0, 0) and run[-1] != (len(old) - 1, len(new) - 1)
        if not inside or any(old[x][0].isalnum() for x, _y in run):
            kept += run
    return kept


def _unbroken(pairs: Pairs) -> Iterator[Pairs]:
    run: Pairs = []
    for x, y in pairs:
        if run and run[-1] != (x - 1, y - 1):
            yield run
            run = []
        run.append((x, y))
    if run:
        yield run


# --- chains ----------------------------------------------------------------------------------------


def _chain(old: Sequence[Hashable], new: Sequence[Hashable], i: int, m: int, j: int, n: int) -> Pairs:
    """Equal items of old[i:m] and new[j:n] in the order of both: a common subsequence, near the longest."""
    found: Pairs = []
    waiting, effort = [(i, m, j, n)], EFFORT * (m - i + n - j)
    while waiting and effort > 0:
        i, m, j, n = waiting.pop()
        effort -= m - i + n - j
        while i < m and j < n and old[i] == new[j]:
            found.append((i, j))
            i, j = i + 1, j + 1
        while i < m and j < n and old[m - 1] == new[n - 1]:
            m, n = m - 1, n - 1
            found.append((m, n))
        if i == m or j == n:
            continue
        anchors = _anchors(old, new, i, m, j, n)
        if anchors:
            found += anchors
            for (x, y), (u, v) in zip([(i - 1, j - 1), *anchors], [*anchors, (m, n)], strict=True):
                waiting.append((x + 1, u, y + 1, v))
        elif (m - i) * (n - j) <= SMALL:
            blocks = SequenceMatcher(None, old[i:m], new[j:n], autojunk=False).get_matching_blocks()
            found += [(i + block.a + k, j + block.b + k) for block in blocks for k in range(block.size)]
    return sorted(found)


def _anchors(old: Sequence[Hashable], new: Sequence[Hashable], i: int, m: int, j: int, n: int) -> Pairs:
    """Items that occur once on both sides, as far as they stand in the same order."""
    here, there = Counter(old[i:m]), Counter(new[j:n])
    places = {new[y]: y for y in range(j, n) if there[new[y]] == 1}
    shared = [(x, places[old[x]]) for x in range(i, m) if here[old[x]] == 1 and old[x] in places]
    return _rising(shared)


def _rising(pairs: Pairs) -> Pairs:
    """Of pairs rising in the first place the longest selection that rises in the second too (patience sorting)."""
    tops: list[int] = []
    ends: list[int] = []  # place in `pairs` of the top of each pile
    back: list[int] = []
    for place, (_x, y) in enumerate(pairs):
        pile = bisect_left(tops, y)
        back.append(ends[pile - 1] if pile else -1)
        tops[pile : pile + 1], ends[pile : pile + 1] = [y], [place]
    found, place = [], ends[-1] if ends else -1
    while place >= 0:
        found.append(pairs[place])
        place = back[place]
    return found[::-1]


# --- rows ------------------------------------------------------------------------------------------


def compare_rows(before: Sequence[Cells], after: Sequence[Cells]) -> tuple[Row, ...]:
    """The rows of both lists in reading order. A row keeps its identity by its first cell, else by most of its words."""
    swap = list(before) > list(after)
    if swap:
        before, after = after, before
    pairs = _chain(before, after, 0, len(before), 0, len(after))
    pairs += _pairs_of_rest(before, after, pairs)
    pairs.sort()
    staying = set(_rising(pairs))
    rows = [_row(before, after, x, y, (x, y) not in staying) for x, y in pairs]
    matched = {x for x, _y in pairs}, {y for _x, y in pairs}
    rows += [_row(before, after, x, None, False) for x in range(len(before)) if x not in matched[0]]
    rows += [_row(before, after, None, y, False) for y in range(len(after)) if y not in matched[1]]
    return tuple(_in_order([_swapped(row) for row in rows] if swap else rows))


def _swapped(row: Row) -> Row:
    return Row(tuple(tuple(_turned(cell)) for cell in row.cells), row.after, row.before, row.moved)


def _row(before: Sequence[Cells], after: Sequence[Cells], x: int | None, y: int | None, moved: bool) -> Row:
    old = before[x] if x is not None else ()
    new = after[y] if y is not None else ()
    width = max(len(old), len(new))
    cells = zip(_padded(old, width), _padded(new, width), strict=True)
    return Row(
        tuple(compare_words(was, now) for was, now in cells),
        None if x is None else x + 1,
        None if y is None else y + 1,
        moved,
    )


def _padded(cells: Cells, width: int) -> Cells:
    return (*cells, *[""] * (width - len(cells)))


def _pairs_of_rest(before: Sequence[Cells], after: Sequence[Cells], pairs: Pairs) -> Pairs:
    """Rows off the chain that are the same row all the same: moved, or changed. The most alike first."""
    taken = {x for x, _y in pairs}, {y for _x, y in pairs}
    left = {x: _features(before[x]) for x in range(len(before)) if x not in taken[0]}
    right = {y: _features(after[y]) for y in range(len(after)) if y not in taken[1]}
    having: dict[str, list[int]] = defaultdict(list)
    for y, features in right.items():
        for feature in features:
            having[feature].append(y)
    scored = []
    for x, features in left.items():
        shared = _sharing(features, having, x, max(CANDIDATES, len(right) // 4))
        for y in sorted(shared, key=lambda y: (-shared[y], abs(x - y), y))[:CANDIDATES]:
            if (share := _share(features, right[y])) >= ALIKE:
                scored.append((-share, abs(x - y), x, y))
    found: Pairs = []
    seen: tuple[set[int], set[int]] = set(), set()
    for _share_of, _apart, x, y in sorted(scored):
        if x not in seen[0] and y not in seen[1]:
            seen[0].add(x)
            seen[1].add(y)
            found.append((x, y))
    return found


def _sharing(features: Iterable[str], having: Mapping[str, list[int]], x: int, most: int) -> Counter[int]:
    """How many of these words each row shares. What more than `most` rows have tells nothing."""
    shared: Counter[int] = Counter()
    left = THOUGHT_OF
    for rows in sorted((having[feature] for feature in features if feature in having), key=len):
        if left <= 0 or len(rows) > most:
            break
        start = max(0, min(bisect_left(rows, x) - NEAR // 2, len(rows) - NEAR))
        near = rows[start : start + NEAR]
        left -= len(near)
        shared.update(near)
    return shared


WHOLE, FIRST = "\0", "\1"  # before the row, and before the first cell, among the words of a row


def _features(cells: Cells) -> Counter[str]:
    """The words of a row, and the row and its first cell as they stand: what it is known by."""
    words = Counter(word for cell in cells for word in WORD.findall(cell.casefold()) if word[0].isalnum())
    words[WHOLE + WHOLE.join(cells)] = 1
    if len(cells) > 1 and cells[0]:
        words[FIRST + cells[0]] = 1
    return words


def _share(old: Counter[str], new: Counter[str]) -> float:
    """How alike two rows are: up to 1 by their words, more by the first cell of a table, most as they stand."""
    common = old & new
    alike = 2 * common.total() / (old.total() + new.total())
    return alike + any(feature[0] == WHOLE for feature in common) * 2 + any(feature[0] == FIRST for feature in common)


def _in_order(rows: Iterable[Row]) -> list[Row]:
    """By the later list; what is gone stands where it stood, behind its former neighbour."""
    rows = list(rows)
    staying = sorted(
        (row for row in rows if row.before and row.after and not row.moved), key=lambda row: row.before or 0
    )
    befores = [row.before or 0 for row in staying]

    def place(row: Row) -> tuple[int, int, int]:
        if row.after is not None:
            return (row.after, 1, 0)
        behind = bisect_left(befores, row.before or 0)
        return ((staying[behind - 1].after or 0) if behind else 0, 2, row.before or 0)

    return sorted(rows, key=place)
