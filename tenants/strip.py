"""The strip of days above a due date: one cell per calendar day from receipt to due, each with its word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from tenants.limits import Limit, Unit
from tenants.workdays import ONE_DAY, Calendar

LONGEST_STRIP = 21  # three weeks; a longer span shows its first and last SHOWN_ENDS days
SHOWN_ENDS = 8


class DayKind(StrEnum):
    RECEIVED = "received"
    STARTED = "started"  # the count starts here because the receipt was outside hours; at: that moment
    COUNTED = "counted"  # number: the n-th day of the limit, None where numbers would mislead
    OFF = "off"  # name
    WEEKLY_REST = "weekly_rest"
    HELD = "held"
    DUE = "due"
    SKIPPED = "skipped"  # one cell for `number` days left out, from `day` to `until`


@dataclass(frozen=True)
class Day:
    """One cell. `name` is that of the day off or make-up day; `at` the moment of receipt or due."""

    day: date
    kind: DayKind
    number: int | None = None
    name: str = ""
    at: datetime | None = None
    until: date | None = None


@dataclass(frozen=True)
class Stretch:
    """Time the clock stood still; by whole days, from the day after `start` up to and including `whole_days_until`."""

    start: datetime
    end: datetime | None
    whole_days_until: date | None = None

    def holds(self, day: date, calendar: Calendar) -> bool:
        if self.end is None:
            return day >= self.start.date()
        if self.whole_days_until is not None:
            return self.start.date() < day <= self.whole_days_until
        if not self.start.date() <= day <= self.end.date() or not calendar.is_working_day(day):
            return False
        return max(self.start, calendar.opening(day)) < min(self.end, calendar.closing(day))


@dataclass(frozen=True)
class Span:
    """What the strip draws: the count from `received`/`counted_from` to `at`, None while the clock is stopped.

    `last_day` is the day the period ends by plain counting, before a closed day moves it on.
    """

    received: datetime
    counted_from: datetime
    at: datetime | None
    last_day: date
    held: Sequence[Stretch] = ()


def strip(span: Span, limit: Limit, calendar: Calendar) -> tuple[Day, ...]:
    """The cells from the day of receipt to the due day, or to the day the clock stopped; at most 21.

    A receipt and a due moment on the same day make one cell, DUE. Days are numbered for limits in whole days, up to the
    limit; a pause counted in exact hours ends the numbering, since whole days no longer add up.
    """
    first = span.received.date()
    last = span.at.date() if span.at is not None else max(first, span.held[-1].start.date())
    length = (last - first).days + 1
    cells = _Cells(span, limit, calendar)
    if length <= LONGEST_STRIP:
        return tuple(cells.between(first, last))
    head_end = first + timedelta(days=SHOWN_ENDS - 1)
    tail_start = last - timedelta(days=SHOWN_ENDS - 1)
    skipped = Day(head_end + ONE_DAY, DayKind.SKIPPED, number=length - 2 * SHOWN_ENDS, until=tail_start - ONE_DAY)
    return (*cells.between(first, head_end), skipped, *cells.between(tail_start, last))


@dataclass(frozen=True)
class _Cells:
    span: Span
    limit: Limit
    calendar: Calendar

    def between(self, first: date, last: date) -> Iterator[Day]:
        start, counted = self.span.counted_from.date(), 0
        numbered_until = self._numbered_until()
        if start < first <= numbered_until:
            counted = sum(self._counts(start + n * ONE_DAY) for n in range((first - start).days))
        for day in _days(first, last):
            number = None
            if day <= numbered_until and self._counts(day):
                counted += 1
                number = counted if counted <= self.limit.amount else None
            yield self._cell(day, number)

    def _cell(self, day: date, number: int | None) -> Day:
        span, calendar = self.span, self.calendar
        working, start = calendar.is_working_day(day), span.counted_from.date()
        name = calendar.days_off.get(day, "") or calendar.make_up_days.get(day, "")
        if span.at is not None and day == span.at.date():
            return Day(day, DayKind.DUE, number, name, span.at)
        if day == span.received.date():
            return Day(day, DayKind.RECEIVED, number, name, span.received)
        inside = start < day <= span.last_day and self.limit.counts_every_day
        if (working or inside) and self._held(day):
            return Day(day, DayKind.HELD, None, name)
        if working and day == start:
            return Day(day, DayKind.STARTED, number, name, span.counted_from)
        if working or inside:
            return Day(day, DayKind.COUNTED, number, name)
        return Day(day, DayKind.OFF if day in calendar.days_off else DayKind.WEEKLY_REST, None, name)

    def _counts(self, day: date) -> bool:
        """Whether the day is one of the days of a limit in days."""
        start = self.span.counted_from.date()
        if day < start or (day == start and not self.limit.same_day):
            return False
        return (self.limit.counts_every_day or self.calendar.is_working_day(day)) and not self._held(day)

    def _held(self, day: date) -> bool:
        return any(stretch.holds(day, self.calendar) for stretch in self.span.held)

    def _numbered_until(self) -> date:
        if self.limit.runs_in_hours or self.limit.unit is Unit.MONTH:
            return date.min
        exact = [stretch.start.date() for stretch in self.span.held if stretch.whole_days_until is None]
        return min(exact) if exact else date.max


def _days(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + n * ONE_DAY
