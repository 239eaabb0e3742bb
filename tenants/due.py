"""When something is due, and why: the legal clock of dossiers and steps.

Rules (the numbers are those of the counting rules the office works by):

1. A period in days starts the day after the event and ends with the last session of its last day; a calendar period
   ending on a closed day ends with the next working day; hours start at once (Civil Code 2015, articles 147-148).
2. "Working days" count working days only, worked make-up days included. "Days" count every day.
3. Same day: received from the cut-off time on, or on a closed day, it is the next working day.
4. Hours and fractions of a working day (1 day = 8 h) run through the sessions; the start is moved into a session.
5. Received outside hours, the start event is the next opening of reception: a dossier of Saturday is an event of Monday,
   and Tuesday is day 1.
6. Pauses stop the clock and never change the original due moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from tenants.limits import Limit, Unit
from tenants.strip import Day, Span, Stretch, strip
from tenants.workdays import ONE_DAY, Calendar, months_later, office_moment

CUT_OFF = time(15)


class PausePolicy(StrEnum):
    """How a pause moves the due moment; a province chooses one and prints it on the slip.

    EXACT_HOURS adds the working minutes of the pause. WHOLE_DAYS counts it like a period in days: from the day after
    it began up to and including the day it ended, so a pause within one day adds nothing. Limits running in hours are
    always exact. Limits in calendar days or months always count whole days, every day of them: their clock would have
    run through nights and days off too, which working hours would not give back.
    """

    EXACT_HOURS = "exact_hours"
    WHOLE_DAYS = "whole_days"


class LineKind(StrEnum):
    """Lines of the explanation, in the order they appear; the words are the template's."""

    RULE = "rule"  # limit
    STARTED = "started"  # at: the start event is the receipt
    STARTED_OUTSIDE_HOURS = "started_outside_hours"  # at: moved start event
    STARTED_AFTER_CUT_OFF = "started_after_cut_off"  # at: moved start event; name: the cut-off "15:00"
    STARTED_ON_CLOSED_DAY = "started_on_closed_day"  # at: moved start event; name: why closed, "" for weekly rest
    DAY_OFF = "day_off"  # day, name: a weekday not counted
    WEEKLY_REST = "weekly_rest"  # count: days of weekly rest not counted
    MAKE_UP_DAY = "make_up_day"  # day, name: a day of rest that counts
    END_MOVED = "end_moved"  # day: the closed day on which the calendar period ends; at: the due moment instead
    ORIGINAL = "original"  # at: due before the pauses (only when there are any)
    PAUSE = "pause"  # at, until, name: reason; minutes: working time added, or count: days added
    PAUSE_OPEN = "pause_open"  # at, name: reason
    PAUSE_WITHOUT_EFFECT = "pause_without_effect"  # at, until, name: before the start, after the due, or within another
    NOT_ANNOUNCED = "not_announced"  # day: the calendar is known up to here; the due moment is an estimate
    RESULT = "result"  # at: the due moment; None while the clock is stopped


@dataclass(frozen=True)
class Line:
    """One line of the explanation; `LineKind` says which fields it carries."""

    kind: LineKind
    at: datetime | None = None
    until: datetime | None = None
    day: date | None = None
    name: str = ""
    minutes: int | None = None
    count: int | None = None
    limit: Limit | None = None


@dataclass(frozen=True)
class Pause:
    """The legal clock stands still from `start` to `end`; `end` is None while it still does."""

    start: datetime
    end: datetime | None
    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", office_moment(self.start))
        if self.end is not None:
            object.__setattr__(self, "end", office_moment(self.end))
            if self.end < self.start:
                raise ValueError(f"The pause of {self.start:%d/%m/%Y %H:%M} ends before it begins.")


@dataclass(frozen=True)
class Due:
    """A due moment that can explain itself.

    `at` is None while a pause is open that began before the due moment had passed: the date moves with the end of the
    pause ("hạn dời theo ngày bổ sung"); `paused_since` then says from when. `original_at` never changes with pauses.
    `paused_minutes` is the working time of the ended pauses that took effect. `working_minutes` is the working time
    from `counted_from` to `at` without pauses, None while `at` is.
    """

    limit: Limit
    cut_off: time  # of the same-day rule
    received: datetime
    counted_from: datetime
    original_at: datetime
    at: datetime | None
    paused_since: datetime | None
    paused_minutes: int
    working_minutes: int | None
    lines: tuple[Line, ...]
    days: tuple[Day, ...]


def due(
    received: datetime,
    limit: Limit,
    calendar: Calendar,
    *,
    pauses: Iterable[Pause] = (),
    policy: PausePolicy = PausePolicy.EXACT_HOURS,
    cut_off: time = CUT_OFF,
) -> Due:
    """The due moment of what was received (complete and valid) at `received`, with its explanation.

    Raises ValueError for naive moments and years outside 1976-2200.
    """
    received = office_moment(received)
    counted_from, start = _start(received, limit, calendar, cut_off)
    last_day = _last_day(counted_from.date(), limit, calendar)
    if limit.runs_in_hours:
        original = calendar.add_working_time(counted_from, limit.minutes)
    else:
        original = calendar.closing(calendar.working_day_from(last_day))

    course = _Course(calendar, limit, PausePolicy(policy), counted_from, original, last_day)
    for pause in sorted(pauses, key=lambda pause: pause.start):
        course = _after_pause(course, pause)

    at = None if course.open_since else course.at
    lines = [Line(LineKind.RULE, limit=limit), start, *_uncounted(received, course)]
    if course.moves:
        lines += [Line(LineKind.ORIGINAL, at=original), *course.moves]
    if at and calendar.announced_until and at.date() > calendar.announced_until:
        lines.append(Line(LineKind.NOT_ANNOUNCED, day=calendar.announced_until))
    lines.append(Line(LineKind.RESULT, at=at))
    paused = sum(calendar.working_minutes_between(held.start, held.end) for held in course.held if held.end)
    return Due(
        limit=limit,
        cut_off=cut_off,
        received=received,
        counted_from=counted_from,
        original_at=original,
        at=at,
        paused_since=course.open_since,
        paused_minutes=paused,
        working_minutes=calendar.working_minutes_between(counted_from, at) - paused if at else None,
        lines=tuple(lines),
        days=strip(Span(received, counted_from, at, course.last_day, course.held), limit, calendar),
    )


# --- the start event and the last day ------------------------------------------------------------------------------


def _start(received: datetime, limit: Limit, calendar: Calendar, cut_off: time) -> tuple[datetime, Line]:
    """The moment from which the limit counts, and the line that says why."""
    day = received.date()
    start = calendar.next_working_moment(received)
    if limit.same_day:
        if start.date() == day and received.time() >= cut_off:
            start = calendar.opening(calendar.next_working_day(day))
            return start, Line(LineKind.STARTED_AFTER_CUT_OFF, at=start, name=f"{cut_off:%H:%M}")
    elif not limit.runs_in_hours:
        start = calendar.next_reception_moment(received)
    if start == received:
        return start, Line(LineKind.STARTED, at=start)
    if calendar.is_working_day(day):
        return start, Line(LineKind.STARTED_OUTSIDE_HOURS, at=start)
    return start, Line(LineKind.STARTED_ON_CLOSED_DAY, at=start, name=calendar.days_off.get(day, ""))


def _last_day(start: date, limit: Limit, calendar: Calendar) -> date:
    """The day on which the period ends by plain counting, before a closed day moves it."""
    if limit.runs_in_hours or limit.same_day:
        return start
    amount = int(limit.amount)
    if limit.unit is Unit.WORKING_DAY:
        return calendar.add_working_days(start, amount)
    if limit.unit is Unit.CALENDAR_DAY:
        return start + timedelta(days=amount)
    return months_later(start, amount)


# --- pauses ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Course:
    """Where the clock stands while pauses are applied in order of time."""

    calendar: Calendar
    limit: Limit
    policy: PausePolicy
    since: datetime  # time before this has been dealt with
    at: datetime
    last_day: date
    open_since: datetime | None = None
    held: tuple[Stretch, ...] = ()
    moves: tuple[Line, ...] = ()


def _after_pause(course: _Course, pause: Pause) -> _Course:
    if course.open_since:
        return course
    begin = max(pause.start, course.since)
    if pause.start > course.at or (pause.end is not None and begin >= pause.end):
        return _moved(course, Line(LineKind.PAUSE_WITHOUT_EFFECT, at=pause.start, until=pause.end, name=pause.reason))
    if pause.end is None:
        course = _moved(course, Line(LineKind.PAUSE_OPEN, at=pause.start, name=pause.reason))
        return replace(course, open_since=begin, held=(*course.held, Stretch(begin, None)))

    line = Line(LineKind.PAUSE, at=pause.start, until=pause.end, name=pause.reason)
    if not _in_whole_days(course):
        minutes = course.calendar.working_minutes_between(begin, pause.end)
        at = course.calendar.add_working_time(course.at, minutes) if minutes else course.at
        course = replace(_moved(course, replace(line, minutes=minutes)), at=at)
        held = Stretch(begin, pause.end)
    else:
        # Ended outside hours, the pause ends as an event of the next session, as a receipt would (rule 5).
        until = course.calendar.next_working_moment(pause.end - timedelta(minutes=1)).date()
        course = _held_whole_days(course, begin.date(), until, line)
        held = Stretch(begin, pause.end, whole_days_until=until)
    return replace(course, since=pause.end, held=(*course.held, held))


def _in_whole_days(course: _Course) -> bool:
    if course.limit.counts_every_day:
        return True
    return course.policy is PausePolicy.WHOLE_DAYS and not course.limit.runs_in_hours


def _held_whole_days(course: _Course, begin: date, until: date, line: Line) -> _Course:
    calendar = course.calendar
    if course.limit.counts_every_day:
        count = (until - begin).days
        last_day = max(course.last_day, begin) + timedelta(days=count)
    else:
        count = calendar.working_days_between(begin, until)
        last_day = calendar.add_working_days(course.last_day, count)
    if not count:
        return _moved(course, replace(line, count=0))
    at = calendar.closing(calendar.working_day_from(last_day))
    return replace(_moved(course, replace(line, count=count)), at=at, last_day=last_day)


def _moved(course: _Course, line: Line) -> _Course:
    return replace(course, moves=(*course.moves, line))


# --- the days not counted ------------------------------------------------------------------------------------------


def _uncounted(received: datetime, course: _Course) -> list[Line]:
    """Every closed weekday between receipt and due with its name, how many days of rest, every make-up day.

    For calendar periods only the closed days behind the period's end are not counted.
    """
    calendar = course.calendar
    end = course.open_since or course.at
    day, lines, resting = received.date(), [], 0
    if course.limit.counts_every_day:
        day = course.last_day
        if not course.open_since and not calendar.is_working_day(day):
            moved_to = calendar.closing(calendar.next_working_day(day))
            lines.append(Line(LineKind.END_MOVED, day=day, at=moved_to, name=calendar.days_off.get(day, "")))
    while day <= end.date():
        if day in calendar.make_up_days and calendar.is_working_day(day):
            lines.append(Line(LineKind.MAKE_UP_DAY, day=day, name=calendar.make_up_days[day]))
        elif calendar.is_weekly_rest(day):
            resting += 1
        elif day in calendar.days_off:
            lines.append(Line(LineKind.DAY_OFF, day=day, name=calendar.days_off[day]))
        day += ONE_DAY
    if resting:
        lines.append(Line(LineKind.WEEKLY_REST, count=resting))
    return lines
