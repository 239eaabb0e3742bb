"""How big: the sizes, and how a size is spread over its agencies."""

from __future__ import annotations

from dataclasses import dataclass

LEAST_STAFF, LEAST_DOCUMENTS = 8, 15


@dataclass(frozen=True)
class Size:
    """What is loaded, and how often each page is asked."""

    name: str
    agencies: int
    staff: int
    dossiers: int
    documents: int
    pairs: int = 40  # of floor and page at one connection
    rounds: int = 4  # at many connections
    burst: int = 64  # requests of each, in a round
    deeds: int = 24  # pairs at one connection; as many in a round


SIZES = {
    size.name: size
    for size in (
        Size("XS", agencies=3, staff=30, dossiers=60, documents=50, pairs=2, rounds=1, burst=4, deeds=2),
        Size("S", agencies=10, staff=220, dossiers=5_000, documents=440),
        Size("M", agencies=230, staff=5_000, dossiers=200_000, documents=10_000),
    )
}

# The first agency is the province, the second the department of the overseer, the others communes, biggest first.
PROVINCE, DEPARTMENT, BIGGEST = 1, 2, 3


def shares(total: int, agencies: int, least: int = 0) -> dict[int, int]:
    """`total` spread unevenly over agency ids from 1: the biggest commune has some 24 times the smallest at M."""
    weights = {number: 1 / (10 + (number - BIGGEST) % agencies) for number in range(1, agencies + 1)}
    rest = total - least * agencies
    found = {number: least + int(rest * weight / sum(weights.values())) for number, weight in weights.items()}
    found[BIGGEST] += total - sum(found.values())
    return found


def smallest(size: Size) -> int:
    """The commune with fewest rows."""
    return size.agencies


def writing(size: Size) -> list[int]:
    """Where deeds are measured, so that the agencies whose pages are measured stay as they were loaded."""
    return list(range(BIGGEST + 1, BIGGEST + 1 + min(4, size.agencies - 4))) or [DEPARTMENT]
