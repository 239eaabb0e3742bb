"""What dossiers hear from below: the calendar of the active agency has changed."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from processes.tasks import recompute_of
from tenants.models import Member
from tenants.scoping import active_agency_id
from tenants.signals import calendar_changed
from tenants.tasks import later


@receiver(calendar_changed)
def recompute(sender: Any, by: Member | None = None, **_kwargs: Any) -> None:
    """Due moments follow the calendar, in a job of each agency: a day off of the province concerns all of them."""
    later(recompute_of, active_agency_id(), by.pk if by else None)
