"""What can be done with agencies, their people and their calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, connection
from django.db.transaction import atomic
from django.utils.crypto import get_random_string
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


@atomic
def open_unit(name: str, *, by: Member, parent: Unit | None = None, **fields: Any) -> Unit:
    """Raises NotPossible when the agency has a unit of this name."""
    _require_people(by)
    unit = Unit(name=name, parent=parent, **fields)
    return _record_once(unit, "opened", _("A unit of this name exists already."), by=by)


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
    return _record_once(unit, "edited", _("A unit of this name exists already."), by=by, reason=reason)


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
    return _record_once(member, "appointed", _("This person works here already."), by=by)


@atomic
def edit_member(member: Member, *, by: Member, fields: Iterable[str] | None = None, reason: str = "") -> Member:
    """Name, title, unit, roles, dates; `fields` as for `edit_agency`. Raises NotAllowed for roles `by` may not give."""
    _require_people(by)
    before = lock(member)
    member = renewed(member, fields, by=by)
    _require_roles(set(member.roles) - set(before.roles), by=by, to=before)
    _someone_left(member, before, by=by)
    details = {"before": before.roles, "after": member.roles} if set(before.roles) != set(member.roles) else None
    return record(member, "edited", by=by, reason=reason, details=details)


@atomic
def release(member: Member, *, by: Member, on: dt.date, reason: str = "") -> Member:
    """The person leaves at the end of `on`; the member stays, with everything signed and done.

    Raises NotPossible when nobody would be left to look after the members.
    """
    _require_people(by)
    if on < member.valid_from:
        raise NotPossible(
            _("The last day must not be before the first, %(day)s.") % {"day": f"{member.valid_from:%d/%m/%Y}"},
            about=member,
        )
    member.valid_to = on
    leaving = renewed(member, ["valid_to"], by=by)
    _someone_left(leaving, leaving, by=by)
    return record(leaving, "released", by=by, reason=reason)


@atomic
def open_account(user: User, *, by: Member) -> str:
    """A new account with a one-time password, which is returned and kept nowhere. NotPossible for a name in use."""
    _require(by.is_clock or permissions.may_open_accounts(by), _("the administrator of the agency"))
    password = one_time_password()
    user.set_password(password)
    user.password_is_initial = True
    _record_once(user, "account_opened", _("This user name or e-mail address is taken."), by=by)
    return password


@atomic
def renew_password(member: Member, *, by: Member) -> str:
    """A new one-time password for somebody who forgot theirs; it is returned and kept nowhere, open sessions end."""
    user = member.user
    if user is None or not permissions.may_manage_account(user, by):
        needs = _("the administrator of the only agency this person works in")
        raise NotAllowed(_("Your role in this agency does not include this."), about=member, needs=needs)
    password = one_time_password()
    user.set_password(password)
    user.password_is_initial = True
    record(renewed(user, ["password", "password_is_initial"], by=by), "password_renewed", by=by)
    return password


def one_time_password() -> str:
    """Three groups of four, without signs that look alike: 59 bits, easy to read out."""
    return "-".join(get_random_string(4, "abcdefghjkmnpqrstuvwxyz23456789") for _group in range(3))


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
    _record_once(
        row, "calendar_day_set", _("Somebody has just entered this day."), by=by, reason=reason, details=details
    )
    calendar.changed_everywhere(by=by)
    return row


@atomic
def remove_calendar_day(row: CalendarDay, *, by: Member, reason: str = "") -> None:
    """The day is like any other again, in the whole province."""
    _require_shared_calendar(by)
    with deed("calendar_day_removed", row, by=by, reason=reason):
        key = row.pk
        row.delete()
        row.pk = key
    calendar.changed_everywhere(by=by)


@atomic
def add_closure(day: dt.date, name: str, *, by: Member, reason: str = "") -> Closure:
    """This agency alone is closed that day. Raises NotPossible when it is closed already."""
    _require_calendar(by)
    closure = _record_once(
        Closure(day=day, name=name), "closed", _("The agency is closed on this day already."), by=by, reason=reason
    )
    calendar.changed(by.agency, by=by)
    return closure


@atomic
def remove_closure(closure: Closure, *, by: Member, reason: str = "") -> None:
    """The agency works that day after all."""
    _require_calendar(by)
    with deed("closure_removed", closure, by=by, reason=reason):
        key = closure.pk
        closure.delete()
        closure.pk = key
    calendar.changed(by.agency, by=by)


@atomic
def set_work_hours(
    sessions: Iterable[WorkHours], *, valid_from: dt.date, by: Member, reason: str = ""
) -> list[WorkHours]:
    """The hours of the agency from a day on, all sessions at once; hours already set from that very day are replaced.

    Raises NotPossible when sessions overlap or no working time is among them.
    """
    _require_calendar(by)
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
            agency.valid_to = on - dt.timedelta(days=1)
            agency.save()
            agency.successors.set(successors)


def _next_member_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('tenants_member', 'id'))")
        return int(cursor.fetchone()[0])


@atomic
def save_account(user: User, fields: Iterable[str]) -> User:
    """A person's own settings: language, form of address, e-mail. No governed row, so no journal."""
    user.save(update_fields=fields)
    return user


def _record_once(
    row: Any, verb: str, taken: str, *, by: Member, reason: str = "", details: dict[str, Any] | None = None
) -> Any:
    """As `record`; what the database admits only once is refused with words when somebody was faster."""
    try:
        return record(row, verb, by=by, reason=reason, details=details)
    except IntegrityError as problem:
        if not isinstance(problem.__cause__, UniqueViolation):
            raise
        raise NotPossible(taken, about=row) from problem


def _someone_left(member: Member, before: Member, *, by: Member) -> None:
    """Whoever looks after the members does not leave without a successor. The clock (imports) may."""
    keepers = set(permissions.KEEPERS_OF_MEMBERS)
    stays = member.valid_to is None and keepers & set(member.roles)
    if by.is_clock or stays or not keepers & set(before.roles):
        return
    others = Member.objects.at_work().in_role(*keepers).filter(valid_to=None).exclude(pk=member.pk)
    if not others.exists():
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
