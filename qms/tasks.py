"""The sweeps that ask every app. Each is one job per agency, safe to run twice and at once in two workers."""

from __future__ import annotations

from celery import shared_task
from django.db import OperationalError

from audits import reminders as audits
from audits.tasks import render_waiting_reports
from documents import reminders as documents
from documents.tasks import make_waiting_exports, render_waiting_minutes, render_waiting_versions
from processes import reminders as processes
from processes.models import Dossier
from processes.tasks import render_slip
from tenants.models import Agency
from tenants.reminders import remind
from tenants.tasks import AgencyTask, for_each_agency, later, send_mail

ASKED = (processes.occasions, documents.occasions, audits.occasions)  # the order of the sections in a digest
SLIPS_AT_ONCE = 50  # of one agency in one sweep: a year of slips missing must not keep the workers from today's


@shared_task
def night() -> int:
    """Remind in every agency that exists today. Returns how many jobs were queued."""
    return for_each_agency(night_of)


@shared_task(base=AgencyTask, autoretry_for=(OperationalError,), retry_backoff=30, max_retries=4)
def night_of(agency_id: int) -> int:
    """Remind in one agency, as things stand when the job runs, however long it waited. Returns how many mails."""
    mails = remind(Agency.objects.get(pk=agency_id), ASKED)
    for mail in mails:
        later(send_mail, agency_id, mail.pk)
    return len(mails)


@shared_task
def render_waiting_files() -> int:
    """Papers whose job was lost (a worker killed, the broker down) are queued again in every agency."""
    sweeps = (
        render_waiting_versions, render_waiting_reports, render_waiting_slips, render_waiting_minutes, make_waiting_exports,
    )  # fmt: skip
    return sum(for_each_agency(sweep) for sweep in sweeps)


@shared_task(base=AgencyTask)
def render_waiting_slips(agency_id: int) -> int:
    """Receipt slips still missing, the newest first. Returns how many were queued."""
    missing = Dossier.objects.filter(slip=None).order_by("-received_at").values_list("pk", flat=True)
    waiting = list(missing[:SLIPS_AT_ONCE])
    for dossier_id in waiting:
        later(render_slip, agency_id, dossier_id)
    return len(waiting)
