"""Who reads a document, and how many have: its audience, what a minor correction keeps, percentages by unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.db.transaction import atomic
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from documents import permissions
from documents.models import Acknowledgement, Audience, Document, Version
from tenants import clock
from tenants.models import Member, Role, Unit
from tenants.transitions import NotAllowed, deed, lock


@dataclass(frozen=True)
class UnitReading:
    unit: str
    asked: int
    read: int

    @property
    def percent(self) -> int:
        return self.read * 100 // self.asked


def asked_of(version: Version, former: Version | None, members: Iterable[int]) -> list[Acknowledgement]:
    """The acknowledgements to be written for these members; after a minor correction with what they have read."""
    kept = {}
    if version.is_minor and former is not None:
        kept = {row.member_id: row for row in former.acknowledgements.exclude(read_at=None)}
    return [
        Acknowledgement(version=version, member_id=pk)
        if pk not in kept
        else Acknowledgement(
            version=version, member_id=pk, asked_at=kept[pk].asked_at, read_at=kept[pk].read_at, answer=kept[pk].answer
        )
        for pk in members
    ]


def by_unit(version: Version) -> list[UnitReading]:
    """How many of each unit were asked and have read; whoever has no unit last."""
    rows = Acknowledgement.objects.filter(version=version).order_by("member__unit__name").values("member__unit__name")
    rows = rows.annotate(asked=Count("pk"), read=Count("read_at"))
    return [UnitReading(row["member__unit__name"] or _("without a unit"), row["asked"], row["read"]) for row in rows]


@atomic
def distribute(
    document: Document, units: Iterable[Unit], roles: Iterable[str], members: Iterable[Member], *, by: Member
) -> int:
    """Who reads it from now on: these units, roles and persons together; everybody when none is named.

    Whoever was asked before stays asked; the next sweep asks whoever is new. Returns how many rows say so.
    """
    document = lock(document)
    if not permissions.may_manage(document, by):
        raise NotAllowed(_("Your role in this agency does not include this."), about=document)
    wanted = [
        *(Audience(document=document, unit=unit) for unit in units),
        *(Audience(document=document, role=Role(role)) for role in roles),
        *(Audience(document=document, member=member) for member in members),
    ]
    keys = {_key(row): row for row in wanted}
    standing = {_key(row): row for row in document.audience.all()}
    with deed("distributed", document, by=by, details={"to": [str(row) for row in keys.values()]}):
        for key in standing.keys() - keys.keys():
            standing[key].delete()
        for key in keys.keys() - standing.keys():
            keys[key].save()
    return len(keys)


def _key(row: Audience) -> tuple[int | None, str, int | None]:
    return row.unit_id, row.role, row.member_id


@atomic
def ask_newcomers(*, by: Member) -> int:
    """Whoever was appointed or came back after a version came into force is asked to read it as well (clause 7.3).

    Returns how many acknowledgements were asked for; asking again asks for none.
    """
    rows = [
        Acknowledgement(version=version, member_id=member)
        for version in Version.objects.in_force().with_unasked().only("agency", "document")
        for member in version.unasked
    ]
    if rows:
        bulk_create_with_history(rows, Acknowledgement, default_user=by, default_date=clock.now())
    return len(rows)
