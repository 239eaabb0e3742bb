"""Two people wrote in the same draft: rows that only one of them touched are kept, the rest is shown (ui.md §6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Generic, TypeVar

Row = TypeVar("Row")  # hashable: the row as it is compared


@dataclass
class Merged(Generic[Row]):
    """The rows as they should stand now, in the order of whoever saves second, and what became of the other's rows."""

    rows: list[Row]
    taken: list[Row] = field(default_factory=list)  # theirs, put in
    gone: list[Row] = field(default_factory=list)  # removed or rewritten by them, taken out
    lost: list[Row] = field(default_factory=list)  # theirs, where both wrote: saving drops them


def merged(base: Sequence[Row] | None, theirs: Sequence[Row], mine: Sequence[Row]) -> Merged[Row]:
    """What `theirs` made of `base`, done to `mine` as well, wherever `mine` still has the rows of `base`.

    Without a base nothing is known to be untouched: `mine` stays, and what of `theirs` is not in it is lost.
    """
    found = Merged(list(mine))
    if base is None:
        found.lost = [row for row in theirs if row not in found.rows]
        return found
    for kind, first, last, begin, end in SequenceMatcher(None, base, theirs, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        former, new = base[first:last], theirs[begin:end]
        paired = len(former) == len(new)  # row by row rewritten
        for place, row in enumerate(former):
            if row in found.rows:
                at = found.rows.index(row)
                found.gone.append(found.rows.pop(at))
                if paired and new[place] not in found.rows:
                    found.rows.insert(at, new[place])
                    found.taken.append(new[place])
            elif paired and new[place] not in found.rows:  # both rewrote it
                found.lost.append(new[place])
        if not paired:
            for place, row in enumerate(new, begin):
                if row not in found.rows:
                    found.rows.insert(_behind(theirs[:place], found.rows), row)
                    found.taken.append(row)
    return found


def _behind(before: Sequence[Row], rows: list[Row]) -> int:
    """The place behind the nearest row that stands before it in the other's text."""
    return next((rows.index(row) + 1 for row in reversed(before) if row in rows), 0)
