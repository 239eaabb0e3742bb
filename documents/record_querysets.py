"""What can be asked about records kept: series, groups, holds, disposals."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from documents import record_permissions
from documents.querysets import hidden_ids
from tenants import clock

if TYPE_CHECKING:
    from tenants.models import Member


class SeriesQuerySet(models.QuerySet[Any]):
    def visible_to(self, member: Member) -> Self:
        """Of their agency, and of documents they may see: the code of a series is that of its document."""
        return self.filter(agency=member.agency_id).exclude(document__in=hidden_ids(member))


class GroupQuerySet(models.QuerySet[Any]):
    def visible_to(self, member: Member) -> Self:
        return self.filter(agency=member.agency_id).exclude(series__document__in=hidden_ids(member))

    def held(self, at: dt.datetime | None = None) -> Self:
        """A hold stands on it or on its series: now, or at that moment."""
        return self.filter(Exists(holds_on("pk", at)))

    def free(self) -> Self:
        return self.filter(~Exists(holds_on("pk")))

    def ended(self, on: dt.date | None = None) -> Self:
        """Closed, and its last day of keeping lies before that day."""
        return self.filter(state="closed", ends_on__lt=on or clock.today())

    def disposable(self, on: dt.date | None = None) -> Self:
        """What the system draws into a proposal: ended, not permanent, not held, not in a proposal that stands."""
        items = apps.get_model("documents", "DisposalItem").objects.order_by()
        listed = items.filter(group=OuterRef("pk"), outcome="listed")
        return self.ended(on).exclude(series__retention="permanent").free().filter(~Exists(listed))


class HoldQuerySet(models.QuerySet[Any]):
    def visible_to(self, member: Member) -> Self:
        hidden = Q(series__document__in=hidden_ids(member)) | Q(group__series__document__in=hidden_ids(member))
        return self.filter(agency=member.agency_id).exclude(hidden)

    def standing(self) -> Self:
        return self.filter(lifted_at=None)


class DisposalQuerySet(models.QuerySet[Any]):
    def visible_to(self, member: Member) -> Self:
        """List and minutes are one paper: one group they may not see keeps them from the whole."""
        items = apps.get_model("documents", "DisposalItem").objects.order_by().filter(disposal=OuterRef("pk"))
        return self.filter(agency=member.agency_id).exclude(
            Exists(items.filter(group__series__document__in=hidden_ids(member)))
        )

    def unrestricted(self) -> Self:
        return self.exclude(items__group__series__document__confidentiality="restricted")

    def waiting_for(self, member: Member) -> Self:
        """What this member has to decide, or to carry out."""
        wanted = Q(pk__in=[])
        if record_permissions.may_decide_disposals(member):
            wanted |= Q(state="proposed") & ~Q(proposed_by=member)
        if record_permissions.may_keep_records(member):
            wanted |= Q(state="approved")
        return self.filter(wanted)


def holds_on(group: str, at: dt.datetime | None = None) -> Any:
    """Holds on the group named by this outer reference, or on the series of the outer row."""
    holds = apps.get_model("documents", "RecordHold").objects.order_by()
    holds = holds.filter(Q(group=OuterRef(group)) | Q(series=OuterRef("series")))
    if at is None:
        return holds.filter(lifted_at=None)
    return holds.filter(Q(lifted_at=None) | Q(lifted_at__gte=at), placed_at__lt=at)
