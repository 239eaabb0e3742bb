"""The minutes of a disposal as paper (Decree 30/2020, appendix I)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from documents.record_models import Disposal, DisposalItem, Outcome


@dataclass(frozen=True)
class MinutesLine:
    code: str
    title: str
    first: Any
    last: Any
    count: int | None
    ended: Any
    basis: str


def minutes_of(disposal: Disposal) -> dict[str, Any]:
    """What the template needs: the list that was destroyed, the commission, the decision."""
    rows = DisposalItem.objects.filter(disposal=disposal).select_related("group__series").order_by("group__code")
    items = list(rows)
    return {
        "disposal": disposal,
        "agency": disposal.agency,
        "lines": [_line(item) for item in items if item.outcome == Outcome.DISPOSED],
        "left_out": [item for item in items if item.outcome == Outcome.HELD],
        "commission": disposal.commission.splitlines(),
        "number": f"{disposal.code}/BB-{disposal.agency.symbol}" if disposal.agency.symbol else f"{disposal.code}/BB",
    }


def _line(item: DisposalItem) -> MinutesLine:
    group = item.group
    basis = group.series.legal_basis or group.series.words
    return MinutesLine(group.code, group.title, group.first_on, group.last_on, group.count, group.ends_on, basis)
