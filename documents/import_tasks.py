"""Imports in the background: one file a transaction, a handful of files a job, so that no job grows long."""

from __future__ import annotations

from collections.abc import Callable

from celery import shared_task
from django.db import OperationalError
from django.db.models import Q

from documents import importing
from documents.confinement import Busy
from documents.models import ImportRun
from documents.paper_reading import Office
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
    for step in (importing.read_next, importing.make_next):
        while done < FILES_AT_ONCE and _one(agency_id, run_id, office, step):
            done += 1
    with active(agency_id):
        if done < FILES_AT_ONCE:
            importing.settle(ImportRun.objects.get(pk=run_id))
        else:
            later(go_on, agency_id, run_id)
    return done


def _one(agency_id: int, run_id: int, office: Office, step: Callable[[int, Office], bool]) -> bool:
    with active(agency_id):
        return step(run_id, office)


@shared_task
def go_on_everywhere() -> int:
    """One job for each agency. Returns how many."""
    return for_each_agency(go_on_waiting)


@shared_task(base=AgencyTask)
def go_on_waiting(agency_id: int) -> int:
    """Imports whose job was lost (a worker killed, the broker down) are queued again. Returns how many."""
    unread, unmade = Q(files__isnull=False, files__read_at=None), Q(asked_at__isnull=False, finished_at=None)
    waiting = set(ImportRun.objects.filter(unread | unmade).values_list("pk", flat=True))
    for run_id in waiting:
        later(go_on, agency_id, run_id)
    return len(waiting)
