"""What the clock reminds of in audits: those about to begin."""

from __future__ import annotations

from collections.abc import Iterator

from audits.models import Audit, AuditState
from tenants.links import below
from tenants.reminders import Night, Occasion

AHEAD = 3  # working days


def occasions(night: Night) -> Iterator[Occasion]:
    """Audits planned for today or the next three working days: lead and team hear of each once. Two queries."""
    until = night.calendar.add_working_days(night.today, AHEAD)
    coming = Audit.objects.filter(state=AuditState.PLANNED, planned_on__range=(night.today, until))
    for audit in coming.select_related("unit").prefetch_related("team").order_by("planned_on", "pk"):
        for member_id in sorted({audit.lead_id, *(auditor.member_id for auditor in audit.team.all())}):
            yield Occasion(
                member_id=member_id,
                kind="audit_soon",
                about=f"audit {audit.pk}",
                moment=audit.planned_on,
                rung="soon",
                path=below("audit", audit.code),
                text={"code": audit.code, "title": audit.title, "unit": audit.unit.name, "day": audit.planned_on},
            )
