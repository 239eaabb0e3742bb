"""The calendar of an agency, made from its rows: shared days off and make-up days, own closures, own working hours."""

from __future__ import annotations

import datetime as dt
from collections import Counter, OrderedDict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import groupby

from django.db import connection

from tenants import clock
from tenants.models import Agency, CalendarDay, Closure, Member, WorkHours
from tenants.signals import calendar_changed
from tenants.workdays import Calendar, Hours, Sessions

KEPT = 300  # calendars in this process; their key is their content, so a kept one is never out of date
NEW_YEAR_DAYS = 5  # Labour Code 2019, article 112: the fewest days off a decision about a year names
SEED = "holidays "  # source of days taken from the package: for coming years these are estimates

STAMP = """
    SELECT md5(concat(
        (SELECT string_agg(concat_ws('|', day, kind, name, source), '¦' ORDER BY day) FROM tenants_calendarday), '¶',
        (SELECT string_agg(concat_ws('|', day, name), '¦' ORDER BY day)
           FROM tenants_closure WHERE agency_id = %(agency)s), '¶',
        (SELECT string_agg(concat_ws('|', valid_from, weekdays, opens, closes, counts), '¦' ORDER BY valid_from, id)
           FROM tenants_workhours WHERE agency_id = %(agency)s)))
"""
_kept: OrderedDict[tuple[str, int], Calendar] = OrderedDict()
_together: ContextVar[list[Member] | None] = ContextVar("together", default=None)


def calendar_of(agency: Agency) -> Calendar:
    """The calendar of this agency, which must be the active one. One query; ask once per page, not once per row.

    Raises ValueError for another agency, whose working hours cannot be read.
    """
    with connection.cursor() as cursor:
        cursor.execute(STAMP, {"agency": agency.pk})
        key = (str(cursor.fetchone()[0]), clock.today().year)
    found = _kept.pop(key, None)  # another thread may take it away between any two lines: never read twice
    if found is None:
        found = _build(agency)
    _kept[key] = found
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return found


def changed(agency: Agency, *, by: Member) -> None:
    """Whoever keeps due moments of `agency` reckons them again; in an agency other than `by`'s, its own clock does."""
    with agency.active():
        calendar_changed.send(sender=Agency, agency=agency, by=by if by.agency_id == agency.pk else agency.clock())


def changed_everywhere(*, by: Member) -> None:
    """The shared days changed: every agency that exists reckons again, each with itself active."""
    waiting = _together.get()
    if waiting is not None:
        waiting.append(by)
        return
    for agency in Agency.objects.existing_on(clock.today()):
        changed(agency, by=by)


@contextmanager
def together(*, by: Member) -> Iterator[None]:
    """Several shared days are changed inside; the agencies reckon again once, at the end, if one did change."""
    waiting: list[Member] = []
    token = _together.set(waiting)
    try:
        yield
    finally:
        _together.reset(token)
    if waiting:
        changed_everywhere(by=by)


def hours_from(rows: Iterable[WorkHours]) -> list[Hours]:
    """Working hours as `workdays` knows them, from rows in order of `valid_from`.

    Raises ValueError when sessions of a day overlap. A date that only brings reception hours keeps the working hours
    before it.
    """
    found: list[Hours] = []
    for valid_from, group in groupby(rows, key=lambda row: row.valid_from):
        own = list(group)
        work = _by_weekday(row for row in own if row.counts == WorkHours.Counts.WORK)
        if not work and found:
            work = dict(found[-1].by_weekday)
        found.append(
            Hours(valid_from, work, _by_weekday(row for row in own if row.counts == WorkHours.Counts.RECEPTION))
        )
    return found


def check_hours(rows: Iterable[WorkHours]) -> None:
    """Raises ValueError when these sessions, meant for one date, overlap or hold no working time."""
    if not hours_from(rows):
        raise ValueError("There are no sessions.")


def _by_weekday(rows: Iterable[WorkHours]) -> dict[int, Sessions]:
    sessions: dict[int, list[tuple[dt.time, dt.time]]] = {}
    for row in rows:
        for weekday in row.weekdays:
            sessions.setdefault(weekday, []).append((row.opens, row.closes))
    return {weekday: tuple(sorted(spans)) for weekday, spans in sessions.items()}


def _build(agency: Agency) -> Calendar:
    shared = list(CalendarDay.objects.order_by("day"))
    closures = Closure.objects.filter(agency=agency)
    off = {row.day: row.name for row in shared if row.kind == CalendarDay.Kind.OFF}
    return Calendar(
        days_off=off | {row.day: row.name for row in closures},
        make_up_days={row.day: row.name for row in shared if row.kind == CalendarDay.Kind.MAKE_UP},
        hours=hours_from(WorkHours.objects.filter(agency=agency).order_by("valid_from", "opens")),
        announced_until=max(_announced(shared), default=None),
    )


def _announced(days: Collection[CalendarDay]) -> Iterator[dt.date]:
    """The last days of years whose arrangement is known: this year and before, or entered from a decision.

    A single day with a source is none: a year's decision names the New Year days off at least.
    """
    this_year = clock.today().year
    off = Counter(row.day.year for row in days if row.kind == CalendarDay.Kind.OFF and not row.source.startswith(SEED))
    years = {row.day.year for row in days if row.day.year <= this_year}
    for year in years | {year for year, count in off.items() if count >= NEW_YEAR_DAYS}:
        yield dt.date(year, 12, 31)
