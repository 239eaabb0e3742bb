"""What is done later for dossiers: the receipt slip, due moments after the calendar has changed."""

from __future__ import annotations

from celery import shared_task
from django.db import OperationalError

from processes.reckoning import recompute_open
from processes.slips import make_slip
from tenants.models import Agency, Member
from tenants.tasks import AgencyTask, for_each_agency


@shared_task(base=AgencyTask, autoretry_for=(OSError,), retry_backoff=5, max_retries=8)
def render_slip(agency_id: int, dossier_id: int) -> bool:
    """Form 01 as PDF, made once: whoever comes second finds it there."""
    return make_slip(dossier_id)


@shared_task(base=AgencyTask, autoretry_for=(OperationalError,), retry_backoff=5, max_retries=8)
def recompute_of(agency_id: int, member_id: int | None = None) -> int:
    """Due moments of one agency by its calendar of now. If whoever changed it belongs elsewhere, the clock does it."""
    agency = Agency.objects.get(pk=agency_id)
    by = Member.objects.filter(pk=member_id).first() if member_id else None
    return recompute_open(agency, by=by or agency.clock())


@shared_task
def recompute_everywhere() -> int:
    """Changes of the calendar whose job was lost (the broker down). Returns how many agencies were asked."""
    return for_each_agency(recompute_of)
