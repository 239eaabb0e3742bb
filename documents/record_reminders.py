"""What the clock reminds of in the register of records: what need no longer be kept after this month."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists

from documents import record_permissions as permissions
from documents.models import Confidentiality, Document
from documents.record_models import GroupState, RecordGroup, RecordSeries
from documents.record_querysets import holds_on
from tenants.links import below
from tenants.models import Member, Role
from tenants.reminders import Night, Occasion


def occasions(night: Night) -> Iterator[Occasion]:
    """Retention that ends this month: whoever keeps the records and the head of the unit hear of it once. One query."""
    rows = RecordGroup.objects.filter(
        state=GroupState.CLOSED, ends_on__year=night.today.year, ends_on__month=night.today.month
    )
    rows = rows.annotate(is_held=Exists(holds_on("pk"))).select_related("series__document").order_by("ends_on", "code")
    for group in rows:
        assert group.ends_on is not None
        for member in _keepers(night, group.series):
            yield Occasion(
                member_id=member.pk,
                kind="retention_ends",
                about=f"record group {group.pk}",
                moment=group.ends_on,
                rung="ends",
                path=below("record_group", group.code),
                text={
                    "code": group.code,
                    "title": group.title if _is_open(group.series.document) else group.series.document.said_title,
                    "day": group.ends_on,
                    "held": group.is_held,
                },
            )


def _keepers(night: Night, series: RecordSeries) -> list[Member]:
    """The head of the unit that keeps it is told of a restricted document's only where the unit is in charge of it."""
    document = series.document
    told = _is_open(document) or document.unit_id == series.unit_id
    heads = [member for member in night.of_unit(series.unit_id) if told and Role.UNIT_HEAD in member.roles]
    return list({member.pk: member for member in (*heads, *night.in_role(*permissions.RECORD_KEEPERS))}.values())


def _is_open(document: Document) -> bool:
    return document.confidentiality != Confidentiality.RESTRICTED
