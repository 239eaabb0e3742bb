"""What can be done with agencies, their people and their calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, connection
from django.db.transaction import atomic
from django.utils.translation import gettext as _
from psycopg.errors import UniqueViolation

from tenants import calendar, clock, permissions
from tenants.history import doing
from tenants.journal import write
from tenants.models import (
    Agency,
    CalendarDay,
    Closure,
    Member,
    Role,
    Unit,
    User,
    WorkHours,
)
from tenants.transitions import NotAllowed, NotPossible, deed, lock, record, renewed

OFFICE_HOURS = ((dt.time(7, 30), dt.time(11, 30)), (dt.time(13, 0), dt.time(17, 0)))  # domain §6.3


@atomic
def open_agency(agency: Agency, *, by: Member | None = None, reason: str = "") -> Agency:
    """A new agency with its clock and the usual working hours. Without `by` its own clock opened it (import, setup)."""
    clock = Member(pk=_next_member_id(), name="Đồng hồ hệ thống", is_clock=True)
    with doing(by or clock, reason):
        agency.save()
    with agency.active(), doing(clock, reason):
        clock.agency = agency
        clock.save(force_insert=True)
        for opens, closes in OFFICE_HOURS:
            WorkHours.objects.create(weekdays=[0, 1, 2, 3, 4], opens=opens, closes=closes)
        details = {"by": by.name, "from": by.agency.name} if by else {}
        write("opened", agency, by=clock, reason=reason, details=details)
    return agency


@atomic
def edit_agency(
    agency: Agency,
    *,
    by: Member,
    fields: Iterable[str] | None = None,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> Agency:
    """Name, letterhead, rules of counting. A superior agency does it in sight of the agency itself.

    `fields`: what was changed; others keep what somebody else has saved meanwhile. Raises NotAllowed when `by` may
    not edit it, or changes its place in the province without looking after the agencies of the province.
    """
    _require(
        by.is_clock or permissions.may_edit_agency(agency, by), _("the administrator of the agency or of its superior")
    )
    before = lock(agency)
    agency = renewed(agency, fields, by=by)
    refuse_circle(agency)
    moved = any(
        getattr(before, name) != getattr(agency, name) for name in ("parent_id", "kind", "valid_from", "valid_to")
    )
    _require(not moved or by.is_clock or permissions.may_open_agencies(by), _("the Provincial People's Committee"))
    record(agency, "edited", by=by, reason=reason, details=details)
    if agency.pk != by.agency_id:
        with agency.active():
            told = {**(details or {}), "by": by.name, "from": by.agency.name}
            write("edited", agency, by=agency.clock(), reason=reason, details=told)
    calendar.changed(agency, by=by)  # cut-off and pause policy count
    return agency


def refuse_circle(agency: Agency) -> None:
    """Raises NotPossible for an agency that would be its own superior."""
    if agency.parent_id is not None and Agency.objects.below(agency).filter(pk=agency.parent_id).exists():
        raise NotPossible(_("An agency cannot be its own superior."), about=agency)


@atomic
def open_unit(name: str, *, by: Member, parent: Unit | None = None, **fields: Any) -> Unit:
    """Raises NotPossible when the agency has a unit of this name."""
    _require_people(by)
    unit = Unit(name=name, parent=parent, **fields)
    return record_once(unit, "opened", _("A unit of this name exists already."), by=by)


@atomic
def edit_unit(unit: Unit, *, by: Member, fields: Iterable[str] | None = None, reason: str = "") -> Unit:
    """Name, place in the tree, validity; `fields` as for `edit_agency`.

    Raises NotPossible for a name in use or a unit that would contain itself.
    """
    _require_people(by)
    unit = renewed(unit, fields, by=by)
    above, seen = unit.parent, {unit.pk}
    while above is not None:
        if above.pk in seen:
            raise NotPossible(_("A unit cannot be part of itself."), about=unit)
        seen.add(above.pk)
        above = above.parent
    return record_once(unit, "edited", _("A unit of this name exists already."), by=by, reason=reason)


@atomic
def appoint(
    user: User | None,
    *,
    by: Member,
    name: str = "",
    title: str = "",
    unit: Unit | None = None,
    roles: Iterable[str] = (),
    **fields: Any,
) -> Member:
    """A person begins to work in the active agency, or begins again: then the same member goes on.

    Raises NotPossible when this person works here already, NotAllowed for roles `by` may not give.
    """
    _require_people(by)
    former = Member.objects.select_for_update(of=("self",)).filter(user=user).first() if user else None
    if former is not None and (former.valid_to is None or former.valid_to >= fields.get("valid_from", clock.today())):
        raise NotPossible(_("%(name)s works here already.") % {"name": former.name}, about=former)
    _require_roles(roles, by=by, to=former)
    member = former or Member(user=user)
    member.name, member.title, member.unit, member.roles = name or str(user), title, unit, list(roles)
    for field, value in ({"valid_from": clock.today(), "valid_to": None} | fields).items():
        setattr(member, field, value)
    return record_once(member, "appointed", _("This person works here already."), by=by)


@atomic
def edit_member(member: Member, *, by: Member, fields: Iterable[str] | None = None, reason: str = "") -> Member:
    """Name, title, unit, roles, dates; `fields` as for `edit_agency`.

    A longer time at work gives every role anew, a shorter one takes them: raises NotAllowed for roles `by` may not give.
    """
    _require_people(by)
    _keepers_take_turns(by.agency)
    before = lock(member)
    member = renewed(member, fields, by=by)
    longer, shorter = _compared(_days_to_come(before), _days_to_come(member))
    held, now = set(before.roles), set(member.roles)
    _require_roles(now if longer else now - held, by=by, to=before)
    _require_taking(held if shorter else held - now, by=by, from_=before)
    _someone_left(member, before, by=by)
    details = {"before": before.roles, "after": member.roles} if held != now else None
    return record(member, "edited", by=by, reason=reason, details=details)


@atomic
def release(member: Member, *, by: Member, on: dt.date, reason: str = "") -> Member:
    """The person leaves at the end of `on`; the member stays, with everything signed and done.

    Raises NotPossible when nobody would be left to look after the members, NotAllowed for somebody whose roles `by`
    could not give back.
    """
    _require_people(by)
    if on < member.valid_from:
        raise NotPossible(
            _("The last day must not be before the first, %(day)s.") % {"day": f"{member.valid_from:%d/%m/%Y}"},
            about=member,
        )
    _keepers_take_turns(by.agency)
    before = lock(member)
    member.valid_to = on
    leaving = renewed(member, ["valid_to"], by=by)
    longer, _shorter = _compared(_days_to_come(before), _days_to_come(leaving))
    if longer:
        _require_roles(before.roles, by=by, to=before)
    _require_taking(before.roles, by=by, from_=before)
    _someone_left(leaving, before, by=by)
    return record(leaving, "released", by=by, reason=reason)


@atomic
def set_calendar_day(
    day: dt.date, *, kind: str, name: str, source: str = "", by: Member, reason: str = ""
) -> CalendarDay:
    """A day off or make-up day of the whole province, new or corrected; every agency reckons its due moments again.

    Several days: `with calendar.together(by=by):` reckons once at the end. A day that is set like this already is left.
    """
    _require_shared_calendar(by)
    row = CalendarDay.objects.select_for_update().filter(day=day).first() or CalendarDay(day=day)
    if row.pk and (row.kind, row.name, row.source) == (kind, name, source):
        return row
    details = {"before": row.kind, "after": kind} if row.pk else {"after": kind}
    row.kind, row.name, row.source = kind, name, source
    record_once(
        row, "calendar_day_set", _("Somebody has just entered this day."), by=by, reason=reason, details=details
    )
    calendar.changed_everywhere(by=by)
    return row


@atomic
def remove_calendar_day(row: CalendarDay, *, by: Member, reason: str = "") -> None:
    """The day is like any other again, in the whole province."""
    _require_shared_calendar(by)
    _remove(row, "calendar_day_removed", by=by, reason=reason)
    calendar.changed_everywhere(by=by)


@atomic
def add_closure(day: dt.date, name: str, *, by: Member, reason: str = "") -> Closure:
    """This agency alone is closed that day. Raises NotPossible when it is closed already, or the day has passed."""
    _require_calendar(by)
    _not_past(day)
    closure = record_once(
        Closure(day=day, name=name), "closed", _("The agency is closed on this day already."), by=by, reason=reason
    )
    calendar.changed(by.agency, by=by)
    return closure


@atomic
def remove_closure(closure: Closure, *, by: Member, reason: str = "") -> None:
    """The agency works that day after all. Raises NotPossible when the day has passed."""
    _require_calendar(by)
    _not_past(closure.day)
    _remove(closure, "closure_removed", by=by, reason=reason)
    calendar.changed(by.agency, by=by)


@atomic
def set_work_hours(
    sessions: Iterable[WorkHours], *, valid_from: dt.date, by: Member, reason: str = ""
) -> list[WorkHours]:
    """The hours of the agency from a day on, all sessions at once; hours already set from that very day are replaced.

    Raises NotPossible when sessions overlap or no working time is among them, or for a day that has passed.
    """
    _require_calendar(by)
    _not_past(valid_from)
    rows = list(sessions)
    for row in rows:
        row.valid_from = valid_from
    try:
        calendar.check_hours(rows)
    except ValueError as problem:
        raise NotPossible(
            _("These hours do not fit together: sessions overlap, or there is no working time.")
        ) from problem
    with deed("hours_set", by.agency, by=by, reason=reason, details={"valid_from": valid_from.isoformat()}):
        for former in WorkHours.objects.select_for_update().filter(valid_from=valid_from):
            former.delete()
        for row in rows:
            row.save()
    calendar.changed(by.agency, by=by)
    return rows


@atomic
def succeed(agency: Agency, successors: Iterable[Agency], *, on: dt.date, reason: str = "") -> None:
    """The agency ends the day before `on`; its work goes on in `successors`. Written by its own clock."""
    with agency.active():
        clock = agency.clock()
        with deed("succeeded", agency, by=clock, reason=reason, details={"by": [s.name for s in successors]}):
            row = lock(agency)
            row.valid_to = on - dt.timedelta(days=1)
            row.save()
            row.successors.set(successors)
        agency.valid_to = row.valid_to


def _next_member_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('tenants_member', 'id'))")
        return int(cursor.fetchone()[0])


def _remove(row: CalendarDay | Closure, verb: str, *, by: Member, reason: str) -> None:
    """Raises NotPossible when somebody was faster. The row keeps its key, for the journal and the caller."""
    if not type(row).objects.select_for_update().filter(pk=row.pk).exists():
        raise NotPossible(_("Somebody has just removed this."))
    with deed(verb, row, by=by, reason=reason):
        key = row.pk
        row.delete()
        row.pk = key


def record_once(
    row: Any, verb: str, taken: str, *, by: Member, reason: str = "", details: dict[str, Any] | None = None
) -> Any:
    """As `record`; what the database admits only once is refused with words when somebody was faster."""
    try:
        return record(row, verb, by=by, reason=reason, details=details)
    except IntegrityError as problem:
        if not isinstance(problem.__cause__, UniqueViolation):
            raise
        raise NotPossible(taken, about=row) from problem


Days = tuple[dt.date, dt.date] | None


def _days_to_come(member: Member) -> Days:
    """The days at work from today on, or None: what is past gives no power any more."""
    first, last = max(member.valid_from, clock.today()), member.valid_to or dt.date.max
    return (first, last) if first <= last else None


def _compared(before: Days, after: Days) -> tuple[bool, bool]:
    """Are there days after which were not there before, and the other way round?"""
    longer = after is not None and (before is None or after[0] < before[0] or after[1] > before[1])
    shorter = before is not None and (after is None or after[0] > before[0] or after[1] < before[1])
    return longer, shorter


def _keepers_take_turns(agency: Agency) -> None:
    """Who leaves and who is left is decided by one at a time: locked before any member is."""
    list(Agency.objects.select_for_update(no_key=True, of=("self",)).filter(pk=agency.pk).values_list("pk"))


def _someone_left(member: Member, before: Member, *, by: Member) -> None:
    """Whoever looks after the members does not leave without a successor, who can give what they could. The clock may."""
    keepers = {Role.AGENCY_ADMIN} & set(before.roles) or set(permissions.KEEPERS_OF_MEMBERS)
    stays = member.valid_to is None and keepers & set(member.roles)
    if by.is_clock or stays or not keepers & set(before.roles):
        return
    others = Member.objects.at_work().in_role(*keepers).filter(valid_to=None, user__is_active=True)
    if not others.exclude(pk=member.pk).exists():
        raise NotPossible(
            _("Nobody would be left to look after the members. First give the role to somebody else."), about=member
        )


def _require(allowed: bool, needs: str) -> None:
    if not allowed:
        raise NotAllowed(_("Your role in this agency does not include this."), needs=needs)


def _require_people(by: Member) -> None:
    _require(by.is_clock or permissions.may_manage_members(by), _("the administrator of the agency"))


def _require_calendar(by: Member) -> None:
    _require(by.is_clock or permissions.may_manage_calendar(by), _("the ISO secretary"))


def _not_past(day: dt.date) -> None:
    """An agency's own days move due moments from today on only: nobody mends their lateness afterwards."""
    if day < clock.today():
        raise NotPossible(_("Choose today or a later day: what is past moves no due date."))


def _require_shared_calendar(by: Member) -> None:
    _require(by.is_clock or permissions.may_manage_shared_calendar(by), _("the Provincial People's Committee"))


def _require_roles(roles: Iterable[str], *, by: Member, to: Member | None) -> None:
    """New roles: not for oneself, and those that lead or open other agencies are not for everybody to give."""
    for role in roles:
        if to is not None and to.pk == by.pk:
            raise NotAllowed(
                _("Nobody gives a role to themselves."), needs=_("somebody else who looks after the members")
            )
        if permissions.may_give_role(role, by):
            continue
        if role in permissions.OUTWARD_ROLES:
            raise NotAllowed(_("This role opens the records of other agencies."), needs=_("the platform administrator"))
        raise NotAllowed(
            _("Your role in this agency does not include this."), needs=_("the administrator of the agency")
        )


def _require_taking(roles: Iterable[str], *, by: Member, from_: Member) -> None:
    """Who could not give a role does not take it either; everybody may lay down their own."""
    if from_.pk != by.pk:
        for role in roles:
            _require(permissions.may_give_role(role, by), _("the administrator of the agency"))
