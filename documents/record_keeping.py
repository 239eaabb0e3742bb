"""Deeds of the records register: groups are entered, corrected and closed; holds are placed and lifted."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Max
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from documents import record_permissions as permissions
from documents.record_models import GroupState, Outcome, RecordGroup, RecordHold, RecordSeries
from documents.retention import ends_on
from tenants import clock
from tenants.models import Member
from tenants.transitions import NotAllowed, NotPossible, given, lock, perform, record

ENTERED = {"title", "first_on", "last_on", "count", "location", "closed_on", "event_on"}


@atomic
def open_group(series: RecordSeries, *, by: Member, title: str, first_on: dt.date, **more: Any) -> RecordGroup:
    """The next group of a series that the procedure in force names. With `closed_on` it is closed at once."""
    series = lock(series)  # which orders the numbers
    _may_keep(series, by)
    if series.ended_on is not None:
        raise NotPossible(
            _("The procedure in force no longer names this series; it takes no new groups."), about=series
        )
    closed_on = more.pop("closed_on", None)
    number = (RecordGroup.objects.filter(series=series).aggregate(last=Max("number"))["last"] or 0) + 1
    group = RecordGroup(series=series, number=number, code=f"{series.code}.{number:02}", title=title, first_on=first_on)
    _enter(group, more)
    record(group, "group_opened", by=by)
    return close_group(group, by=by, on=closed_on) if closed_on else group


@atomic
def close_group(group: RecordGroup, *, by: Member, on: dt.date) -> RecordGroup:
    """Nothing more is added; the retention runs. Raises NotPossible for a day to come or before its first record."""
    group = _locked(group)
    _may_keep(group.series, by)
    _check_closing(group, on)
    perform(group.close_group, by=by, on=on, ends_on=ends_on(group.series.rule, on, group.event_on))
    return group


@atomic
def edit_group(group: RecordGroup, *, by: Member, reason: str = "", **changed: Any) -> RecordGroup:
    """Correct what was entered; the last day of keeping is reckoned anew. A closed group needs a reason.

    Raises NotPossible when it was disposed of, or stands in a proposal.
    """
    group = _locked(group)
    _may_keep(group.series, by)
    if group.state == GroupState.DISPOSED:
        raise NotPossible(_("What was disposed of stays as it is in the register."), about=group)
    if group.items.filter(outcome=Outcome.LISTED).exists():
        raise NotPossible(_("It stands in a proposal of disposal. Decide that first."), about=group)
    if group.state == GroupState.CLOSED and not reason.strip():
        raise NotPossible(_("A reason is needed."), about=group)
    if group.state == GroupState.OPEN:
        changed.pop("closed_on", None)
    _enter(group, changed)
    if group.state == GroupState.CLOSED:
        if group.closed_on is None:
            raise NotPossible(_("A closed group keeps a day of closing."), about=group)
        _check_closing(group, group.closed_on)
        group.ends_on = ends_on(group.series.rule, group.closed_on, group.event_on)
    return record(group, "group_corrected", by=by, reason=reason, details={"fields": sorted(changed)})


@atomic
def place_hold(target: RecordGroup | RecordSeries, *, by: Member, kind: str, reason: str) -> RecordHold:
    """From now on nothing of it is disposed of, also what was decided already. Raises NotPossible when it is gone."""
    _may_hold(by)
    given(reason)
    hold = RecordHold(kind=kind, reason=reason, placed_by=by)
    if isinstance(target, RecordSeries):
        hold.series = lock(target)
    else:
        hold.group = group = lock(target)
        if group.state == GroupState.DISPOSED:
            raise NotPossible(_("It was disposed of; there is nothing to hold."), about=group)
    return record(hold, "hold_placed", by=by, reason=reason)


@atomic
def lift_hold(hold: RecordHold, *, by: Member, reason: str) -> RecordHold:
    """The hold ends with a reason; other holds on the same group stand on."""
    hold = lock(hold)
    _may_hold(by)
    given(reason)
    if hold.lifted_at is not None:
        raise NotPossible(_("This hold was lifted already."), about=hold)
    hold.lifted_by, hold.lifted_at, hold.lift_reason = by, clock.now(), reason
    return record(hold, "hold_lifted", by=by, reason=reason)


def _locked(group: RecordGroup) -> RecordGroup:
    """The group fresh and locked, with its series as it is now."""
    group = lock(group)
    group.series = RecordSeries.objects.get(pk=group.series_id)
    return group


def _enter(group: RecordGroup, entered: dict[str, Any]) -> None:
    if unknown := entered.keys() - ENTERED:
        raise TypeError(f"not to be entered: {', '.join(sorted(unknown))}")
    for name, value in entered.items():
        setattr(group, name, value)
    if group.last_on and group.last_on < group.first_on:
        raise NotPossible(_("The last record cannot be older than the first."), about=group)


def _check_closing(group: RecordGroup, on: dt.date) -> None:
    if on > clock.today():
        raise NotPossible(_("A group is closed on a day that has come."), about=group)
    if on < max(group.first_on, group.last_on or group.first_on):
        raise NotPossible(_("A group is closed on or after the day of its last record."), about=group)


def _may_keep(series: RecordSeries, by: Member) -> None:
    if not permissions.may_keep_series(series, by):
        raise NotAllowed(
            _("Your role in this agency does not include this."),
            about=series,
            needs=_("the ISO secretary, the document controller, or the unit that keeps the series"),
        )


def _may_hold(by: Member) -> None:
    if not permissions.may_hold(by):
        raise NotAllowed(
            _("Your role in this agency does not include this."),
            needs=_("the ISO secretary, the document controller or a head of the agency"),
        )
