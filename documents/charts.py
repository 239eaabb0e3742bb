"""The bar of the steps' time against the legal limit, as numbers for the drawing."""

from __future__ import annotations

from dataclasses import dataclass

CHART = 858  # width of the bar in the drawing's units


@dataclass(frozen=True)
class Bar:
    label: str
    x: str
    width: str
    middle: str
    odd: bool
    wide: bool


@dataclass(frozen=True)
class StepChart:
    """The steps against the legal limit. Coordinates are texts with a point, whatever the reader's language."""

    bars: list[Bar]
    limit_x: str
    over_x: str
    over_width: str
    limit_at_end: bool


def step_chart(minutes: list[int], limit: int) -> StepChart | None:
    """Working minutes of each step and of the legal limit (0: none). None when there is nothing to draw."""
    total = sum(minutes)
    if not total:
        return None
    whole = max(total, limit)
    bars, at = [], 0
    for place, amount in enumerate(minutes, 1):
        x, width = at / whole * CHART, amount / whole * CHART
        shown = max(width - 1.5, 0)
        bars.append(Bar(f"{place}", f"{x:.1f}", f"{shown:.1f}", f"{x + width / 2:.1f}", place % 2 == 1, width > 34))
        at += amount
    mark = (limit / whole * CHART) if limit else None
    over = mark if total > limit else None
    return StepChart(
        bars=bars,
        limit_x=f"{mark:.1f}" if mark is not None else "",
        over_x=f"{over:.1f}" if over is not None else "",
        over_width=f"{CHART - over:.1f}" if over is not None else "",
        limit_at_end=mark is not None and mark > CHART / 2,
    )
