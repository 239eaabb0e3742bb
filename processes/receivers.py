"""What dossiers hear from below: the calendar has changed, a procedure came into force or was withdrawn."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from documents.models import Document, Kind, Version
from documents.signals import came_into_force, was_withdrawn
from processes import coverage
from processes.tasks import recompute_of
from tenants.models import Member
from tenants.scoping import active_agency_id
from tenants.signals import calendar_changed
from tenants.tasks import later


@receiver(calendar_changed)
def recompute(sender: Any, by: Member | None = None, **_kwargs: Any) -> None:
    """Due moments follow the calendar, in a job of each agency: a day off of the province concerns all of them."""
    later(recompute_of, active_agency_id(), by.pk if by else None)


@receiver(came_into_force)
def cover(sender: Any, version: Version, by: Member, **_kwargs: Any) -> None:
    """The procedure is for the services its signed text names."""
    if version.document.kind == Kind.OPERATIONAL_PROCEDURE:
        coverage.cover(version, by=by)


@receiver(was_withdrawn)
def uncover(sender: Any, version: Version, by: Member, **_kwargs: Any) -> None:
    """Nothing is done by a procedure of which no version is in force."""
    document: Document = version.document
    if not document.versions.in_force().exists():
        coverage.uncover(document, by=by)
