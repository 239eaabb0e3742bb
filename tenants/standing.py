"""How work stands against its due moment: in time, near due, overdue; early, on time or late when finished.

Everywhere `due` is a `Due` or just the stored due moment, None while the clock is stopped. A moment counts to the
minute, so what is finished at 17:00:40 against a due moment of 17:00 is on time.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from tenants.due import Due
from tenants.workdays import MINUTES_PER_DAY, Calendar, office_moment

NEAR_SHARE = Decimal("0.2")
NEAR_MINUTES = MINUTES_PER_DAY  # one working day


class Standing(StrEnum):
    IN_TIME = "in_time"
    NEAR_DUE = "near_due"
    OVERDUE = "overdue"
    PAUSED = "paused"  # the clock is stopped: no due moment until it goes on


class Outcome(StrEnum):
    EARLY = "early"
    ON_TIME = "on_time"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class WorkingSpan:
    """An amount of working time: `minutes`, and the working days by which the two dates differ (0 = the same day)."""

    minutes: int
    days: int


def classify(finished_at: datetime, due: Due | datetime) -> Outcome:
    """Early when finished on a day before the due day, overdue when after the due moment, else on time.

    Raises ValueError while the clock is stopped: end the pause first.
    """
    finished_at, due_at = office_moment(finished_at), _due_at(due)
    if due_at is None:
        raise ValueError("There is no due moment while the clock is stopped; end the pause first.")
    if finished_at > due_at:
        return Outcome.OVERDUE
    return Outcome.EARLY if finished_at.date() < due_at.date() else Outcome.ON_TIME


def standing(now: datetime, due: Due | datetime | None, calendar: Calendar, total: int | None = None) -> Standing:
    """Near due: at most one working day (8 h) or 20 % of `total` left, whichever comes first (rule 8).

    `total` is the working time of the whole limit in minutes; a `Due` knows its own, and without any only the working
    day decides.
    """
    now, due_at = office_moment(now), _due_at(due)
    if due_at is None:
        return Standing.PAUSED
    if now > due_at:
        return Standing.OVERDUE
    if total is None and isinstance(due, Due):
        total = due.working_minutes
    left = calendar.working_minutes_between(now, due_at)
    near = left <= NEAR_MINUTES or (total is not None and left <= total * NEAR_SHARE)
    return Standing.NEAR_DUE if near else Standing.IN_TIME


def remaining(now: datetime, due: Due | datetime | None, calendar: Calendar) -> WorkingSpan | None:
    """Working time left, zero when the due moment has passed; None while the clock is stopped."""
    now, due_at = office_moment(now), _due_at(due)
    return None if due_at is None else _span(now, max(now, due_at), calendar)


def lateness(moment: datetime, due: Due | datetime | None, calendar: Calendar) -> WorkingSpan | None:
    """Working time `moment` (now, or when it was finished) lies after the due moment; zero when it does not.

    An evening or weekend after the due moment is overdue by zero minutes of working time.
    """
    moment, due_at = office_moment(moment), _due_at(due)
    return None if due_at is None else _span(due_at, max(moment, due_at), calendar)


def _span(start: datetime, end: datetime, calendar: Calendar) -> WorkingSpan:
    return WorkingSpan(
        minutes=calendar.working_minutes_between(start, end),
        days=calendar.working_days_between(start.date(), end.date()),
    )


def _due_at(due: Due | datetime | None) -> datetime | None:
    if isinstance(due, Due):
        return due.at
    return None if due is None else office_moment(due)
