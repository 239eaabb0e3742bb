"""Imports in the background: one file after the other, a handful a job, so that no job grows long."""

from __future__ import annotations

import datetime as dt

from celery import shared_task
from django.db import OperationalError
from django.db.models import Q

from documents import import_runs
from documents.confinement import Busy
from documents.models import ImportedFile, ImportRun
from documents.paper_reading import Office
from tenants import clock
from tenants.models import Agency
from tenants.scoping import active
from tenants.tasks import AgencyTask, for_each_agency, later

FILES_AT_ONCE = 10  # of one job; a file may take a minute, a job ten


@shared_task(autoretry_for=(OperationalError, Busy), retry_backoff=10, max_retries=4)
def go_on(agency_id: int, run_id: int) -> int:
    """Read what is still to be read, then make what is asked for; the rest is queued again. Returns how many files.

    Killed in the middle it has lost one file at most, which stays waiting; twice at once each file is taken by one.
    """
    with active(agency_id):
        office = Office.of_active()
    done = 0
    for step in (import_runs.read_next, import_runs.make_next):
        while done < FILES_AT_ONCE and step(agency_id, run_id, office):
            done += 1
    with active(agency_id):
        if done < FILES_AT_ONCE:
            import_runs.settle(ImportRun.objects.get(pk=run_id))
        else:
            later(go_on, agency_id, run_id)
    return done


@shared_task
def go_on_everywhere() -> int:
    """One job for each agency. Returns how many."""
    return for_each_agency(go_on_waiting)


@shared_task(base=AgencyTask)
def go_on_waiting(agency_id: int) -> int:
    """Imports whose job was lost (a worker killed, the broker down, the scanner silent) are queued again. Returns how many."""
    unread = Q(pk__in=ImportedFile.objects.unread().values("run"))
    waiting = ImportRun.objects.filter(unread | Q(asked_at__isnull=False, finished_at=None))
    for run in waiting:
        later(go_on, agency_id, run.pk)
    return len(waiting)


@shared_task
def expire_everywhere() -> int:
    """One job for each agency. Returns how many."""
    return for_each_agency(expire_imports)


@shared_task(base=AgencyTask)
def expire_imports(agency_id: int) -> int:
    """Files nobody had drafts made of for a month are removed. Returns of how many imports."""
    until = clock.now() - dt.timedelta(days=import_runs.DAYS_KEPT)
    over = list(ImportRun.objects.filter(begun_at__lt=until, asked_at=None, finished_at=None))
    by = Agency.objects.get(pk=agency_id).clock() if over else None
    for run in over:
        assert by is not None
        import_runs.expire(run, by=by)
    return len(over)
