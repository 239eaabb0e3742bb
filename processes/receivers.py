"""What dossiers hear from below: the calendar of the active agency has changed."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from processes.actions import recompute_open
from tenants.models import Agency, Member
from tenants.scoping import active_agency_id
from tenants.signals import calendar_changed


@receiver(calendar_changed)
def recompute(sender: Any, by: Member | None = None, **_kwargs: Any) -> None:
    """Due moments follow the calendar. If whoever changed it belongs elsewhere, the clock does it."""
    agency = Agency.objects.get(pk=active_agency_id())
    doer = by if by is not None and by.agency_id == agency.pk else agency.clock()
    recompute_open(agency, by=doer, reason=_("The calendar has changed."))
