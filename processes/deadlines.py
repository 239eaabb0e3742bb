"""Deadlines of dossiers and steps: what a signed version promises, put to the clock (domain §6.4)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from documents.content import Content, Step, Time, TimeUnit
from tenants.due import Due, PausePolicy, due
from tenants.limits import Limit, Unit
from tenants.standing import NEAR_MINUTES, NEAR_SHARE, classify
from tenants.transitions import NotPossible
from tenants.workdays import Calendar

if TYPE_CHECKING:
    from processes.models import Dossier
    from tenants.models import Agency


def limit_of(content: Content) -> Limit:
    """The time limit residents may count on: the legal one, or the sum of the norms where the version names none.

    Raises NotPossible when the version has neither, or one that cannot be reckoned (half a month).
    """
    if content.limit.amount or content.limit.same_day:
        return _as_limit(content.limit)
    if not content.norm_hours:
        raise NotPossible(_("This procedure says neither a time limit nor norms for its steps."))
    return _as_limit(Time(content.norm_hours, TimeUnit.HOUR))


def dossier_due(content: Content, received: dt.datetime, agency: Agency, calendar: Calendar) -> Due:
    """When the result of a dossier received now by these rules would be due, with the explanation."""
    return due(received, limit_of(content), calendar, policy=PausePolicy(agency.pause_policy), cut_off=agency.cut_off)


def due_by(content: Content, dossier: Dossier, calendar: Calendar) -> Due:
    """The due moment of this dossier by the content of its own version, the cut-off it was received under, and today's
    calendar.
    """
    policy = PausePolicy(dossier.agency.pause_policy)
    return due(dossier.received_at, limit_of(content), calendar, policy=policy, cut_off=dossier.cut_off)


def explained(content: Content, dossier: Dossier, calendar: Calendar) -> Due | None:
    """Why the dossier is due when it is due. None when today's calendar would say another moment: then the stored one
    holds, and the journal says how it came about.
    """
    found = due_by(content, dossier, calendar)
    return found if found.original_at == dossier.due_at else None


def norm_of(step: Step) -> Limit | None:
    """The working time a step may take; None for a step without a norm (handing out the result)."""
    return _as_limit(step.norm).in_hours() if step.norm.amount > 0 else None


def step_due(step: Step, opened: dt.datetime, dossier_due_at: dt.datetime, calendar: Calendar) -> dt.datetime:
    """When a step opened at `opened` should be done: its norm run through the sessions from that moment.

    It is not cut at the dossier's due moment: pages show both. A step without a norm is due with the dossier, or, when
    that moment has passed, by the end of the working day: no task is late at the moment somebody receives it.
    """
    norm = norm_of(step)
    if norm is not None:
        return due(opened, norm, calendar).original_at
    if dossier_due_at > opened:
        return dossier_due_at
    return calendar.closing(calendar.next_working_moment(opened).date())


def outcome(finished: dt.datetime, due_at: dt.datetime) -> str:
    """A `processes.models.Punctuality` value (domain §6.4-8)."""
    return str(classify(finished, due_at))


def near_at(start: dt.datetime, due_at: dt.datetime, calendar: Calendar) -> dt.datetime:
    """From when work begun at `start` is near due (domain §6.4-8): one working day, or a fifth of its whole working time
    when that is more, is left. `start` itself when it never had more.
    """
    if due_at <= start:
        return due_at
    total = calendar.working_minutes_between(start, due_at)
    before = total - max(NEAR_MINUTES, int(total * NEAR_SHARE))
    return calendar.add_working_time(start, before) if before > 0 else start


def _as_limit(time: Time) -> Limit:
    if time.same_day:
        return Limit.within_the_day()
    try:
        return Limit(Decimal(time.amount), Unit(time.unit))
    except ValueError as wrong:
        raise NotPossible(_("The time limit of this procedure cannot be reckoned: %(why)s") % {"why": wrong}) from wrong
