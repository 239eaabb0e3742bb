"""The calendar changes: due moments of open dossiers follow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db.models import Prefetch
from django.db.transaction import atomic
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.content import Content
from processes import deadlines
from processes.models import Dossier, DossierState, Task
from tenants.calendar import calendar_of
from tenants.history import doing
from tenants.models import Agency, Member
from tenants.transitions import lock, record
from tenants.words import official
from tenants.workdays import Calendar

AT_ONCE = 500  # dossiers read at a time

Moved = tuple[Dossier | Task, dt.datetime, dt.datetime]
"""A row, and when it is due and near due now."""


def recompute_open(agency: Agency, *, by: Member) -> int:
    """Every open dossier of the active agency; only those that move are locked. Returns how many due moments moved."""
    calendar, contents, moved = calendar_of(agency), dict[int, Content](), 0
    open_tasks = Prefetch("tasks", queryset=Task.objects.open(), to_attr="open_tasks")
    waiting = Dossier.objects.open().order_by("pk").prefetch_related("version", open_tasks)
    for dossier in waiting.iterator(chunk_size=AT_ONCE):
        dossier.agency = agency
        if dossier.version_id not in contents:
            contents[dossier.version_id] = dossier.content
        if any(_moved(dossier, dossier.open_tasks, contents[dossier.version_id], calendar)):
            moved += recompute(dossier, by=by, calendar=calendar)
    return moved


@atomic
def recompute(dossier: Dossier, *, by: Member, calendar: Calendar) -> int:
    """One dossier and its open step, one journal line for each due moment that moved. Returns how many."""
    dossier = lock(dossier)
    tasks = list(dossier.tasks.open().select_related("dossier"))
    moved = list(_moved(dossier, tasks, dossier.content, calendar))
    return sum(_move(row, due_at, near_at, by=by) for row, due_at, near_at in moved)


def _moved(dossier: Dossier, tasks: Iterable[Task], content: Content, calendar: Calendar) -> Iterator[Moved]:
    """What is due or near due at another moment by this calendar. A ready result keeps the promise it was measured by."""
    result_due = dossier.due_at
    if dossier.state in (DossierState.RECEIVED, DossierState.PROCESSING):
        result_due = deadlines.due_by(content, dossier, calendar).original_at
        yield from _if_moved(dossier, dossier.received_at, result_due, calendar)
    for task in tasks:
        due_at = deadlines.step_due(content.steps[task.step - 1], task.opened_at, result_due, calendar)
        yield from _if_moved(task, task.opened_at, due_at, calendar)


def _if_moved(row: Dossier | Task, start: dt.datetime, due_at: dt.datetime, calendar: Calendar) -> Iterator[Moved]:
    near_at = deadlines.near_at(start, due_at, calendar)
    if (due_at, near_at) != (row.due_at, row.near_at):
        yield row, due_at, near_at


def _move(row: Dossier | Task, due_at: dt.datetime, near_at: dt.datetime, *, by: Member) -> bool:
    """Whether the due moment moved; when only the warning before it did, that is no news for the journal."""
    with official():
        reason, before = _("The calendar has changed."), row.due_at
    row.due_at, row.near_at = due_at, near_at
    if due_at == before:
        with doing(by, reason):
            row.save()
        return False
    details = {"from": timezone.localtime(before).isoformat(), "to": timezone.localtime(due_at).isoformat()}
    record(row, "recomputed_due", by=by, reason=reason, details=details)
    return True
