"""What the clock reminds of when the law changed: documents that must follow within three months of the effect."""

from __future__ import annotations

from collections.abc import Iterator

from documents.law_models import LegalUpdate, named
from documents.law_notices import keeps
from tenants.links import below
from tenants.models import Member, Role
from tenants.reminders import Night, Occasion

STEPS = (30, 7, 1)  # days before the due day; from then on every week
WEEK = 7


def occasions(night: Night) -> Iterator[Occasion]:
    """Whoever keeps the document hears of it a month, a week and a day ahead, then every week; late, the head too."""
    for update in LegalUpdate.objects.open().select_related("document").order_by("due_on", "pk"):
        left = (update.due_on - night.today).days
        rung = next((f"days {step}" for step in reversed(STEPS) if 0 <= left <= step), "")
        if left < 0:
            rung = f"late {-left // WEEK}"
        if not rung:
            continue
        for member in _keepers(night, update, overdue=left < 0):
            yield Occasion(
                member_id=member.pk,
                kind="law_late" if left < 0 else "law_due",
                about=f"legal update {update.pk}",
                moment=update.due_on,
                rung=rung,
                path=below("document", update.document.code),
                text=named(update) | {"day": update.due_on, "late": max(-left, 0)},
            )


def _keepers(night: Night, update: LegalUpdate, *, overdue: bool) -> list[Member]:
    heads = night.in_role(Role.AGENCY_HEAD) if overdue else []
    found = [member for member in night.staff if keeps(update, member)]
    return list({member.pk: member for member in (*found, *heads)}.values())
