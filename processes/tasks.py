"""What is done later for dossiers: the receipt slip."""

from __future__ import annotations

from celery import shared_task

from processes.slips import make_slip
from tenants.tasks import AgencyTask


@shared_task(base=AgencyTask, autoretry_for=(OSError,), retry_backoff=5, max_retries=8)
def render_slip(agency_id: int, dossier_id: int) -> bool:
    """Form 01 as PDF, made once: whoever comes second finds it there."""
    return make_slip(dossier_id)
