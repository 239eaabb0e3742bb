"""The office's calendar: which days are worked, at which hours, and arithmetic in working time.

Nothing here knows Django or the database: a `Calendar` is built from rows by its caller and then answers questions.
All moments are time-zone aware and read on the office's wall clock (Asia/Ho_Chi_Minh) to the minute: seconds are dropped,
because slips and letters print minutes and a reader must be able to follow every sum. Naive moments raise ValueError.

Sources: Labour Code 2019, articles 111-112 (days off, compensation, swaps); Civil Code 2015, articles 147-148 (periods).
"""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OFFICE_TIME = ZoneInfo("Asia/Ho_Chi_Minh")
MINUTES_PER_DAY = 8 * 60  # "1 day = 8 hours" wherever days are turned into hours
FIRST_YEAR, LAST_YEAR = 1976, 2200  # beyond these a moment is a typing error, and the time zone had other offsets

Sessions = tuple[tuple[time, time], ...]
"""Working hours of one weekday: (opens, closes) in order, e.g. ((07:30, 11:30), (13:00, 17:00))."""

MinuteSpans = tuple[tuple[int, int], ...]  # the same in minutes after midnight, which is what the sums use

FRIDAY = 4
ONE_DAY = timedelta(days=1)


def office_moment(moment: datetime) -> datetime:
    """The moment on the office's clock, to the minute. Raises ValueError when naive or outside the years 1976-2200."""
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise ValueError(f"A moment with date, time and time zone is needed, not {moment!r}.")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"The year {moment.year} lies outside {FIRST_YEAR}-{LAST_YEAR}.")
    return moment.astimezone(OFFICE_TIME).replace(second=0, microsecond=0)


def office_date(day: date) -> date:
    """The same day, checked: a moment is refused because it would silently match no calendar entry."""
    plain = isinstance(day, date) and not isinstance(day, datetime)
    if not plain or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"A date without a time, in the years {FIRST_YEAR}-{LAST_YEAR}, is needed, not {day!r}.")
    return day


def months_later(day: date, months: int) -> date:
    """The corresponding day `months` later, or the last day of that month (Civil Code 2015, article 148.3)."""
    if isinstance(months, bool) or not isinstance(months, int) or months < 0:
        raise ValueError(f"A whole number of months, zero or more, is needed, not {months!r}.")
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    if year > 9999:
        raise ValueError(f"{months} months after {day:%d/%m/%Y} is beyond the calendar.")
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass(frozen=True)
class Hours:
    """Hours of one agency from `valid_from` until the next `Hours` begin.

    `by_weekday` (0 = Monday) holds the hours of working days; a weekday without an entry is weekly rest.
    `reception` holds hours at which dossiers are received although the day does not count as a working day,
    typically Saturday morning at a one-stop centre: the two flags "reception open" and "counts as working day".
    """

    valid_from: date
    by_weekday: Mapping[int, Sessions]
    reception: Mapping[int, Sessions] = field(default_factory=dict)

    def __post_init__(self) -> None:
        office_date(self.valid_from)
        for pattern in ("by_weekday", "reception"):
            checked = {day: _checked_sessions(day, spans) for day, spans in getattr(self, pattern).items() if spans}
            object.__setattr__(self, pattern, checked)
        if not self.by_weekday:
            raise ValueError("Working hours need at least one weekday with a session.")

    @property
    def of_make_up_day(self) -> Sessions:
        """Hours of a worked weekly-rest day: Friday's, or those of the last working weekday where Friday is free."""
        return self.by_weekday.get(FRIDAY) or self.by_weekday[max(self.by_weekday)]


def _checked_sessions(weekday: int, sessions: Sessions) -> Sessions:
    if weekday not in range(7):
        raise ValueError(f"A weekday is a number from 0 (Monday) to 6 (Sunday), not {weekday!r}.")
    previous_close = None
    for opens, closes in sessions:
        if opens >= closes or (previous_close is not None and opens < previous_close):
            raise ValueError(f"Sessions must follow each other without overlap: {opens:%H:%M}-{closes:%H:%M}.")
        if opens.second or closes.second or opens.microsecond or closes.microsecond:
            raise ValueError("Sessions open and close on whole minutes.")
        previous_close = closes
    return tuple((opens, closes) for opens, closes in sessions)


@dataclass(frozen=True, eq=False)
class Calendar:
    """Working days and hours of one agency.

    `days_off` and `make_up_days` map a date to its name. A date in both is closed: a local closure beats a national
    make-up day. A make-up day has the hours of its own weekday where these exist, else those of `Hours.of_make_up_day`;
    reception hours never make a day a working day. Before the first `Hours.valid_from` the first hours apply.
    `announced_until` is the last day for which the yearly arrangement is known; a due date after it is an estimate.
    """

    days_off: Mapping[date, str]
    make_up_days: Mapping[date, str]
    hours: Sequence[Hours]
    announced_until: date | None = None
    _spans: dict[date, MinuteSpans] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("days_off", "make_up_days"):
            days = {office_date(day): str(words) for day, words in getattr(self, name).items()}
            object.__setattr__(self, name, days)
        ordered = tuple(sorted(self.hours, key=lambda hours: hours.valid_from))
        if not ordered:
            raise ValueError("A calendar needs working hours.")
        if len({hours.valid_from for hours in ordered}) < len(ordered):
            raise ValueError("Two sets of working hours begin on the same day.")
        object.__setattr__(self, "hours", ordered)

    # --- one day -----------------------------------------------------------------------------------------------

    def is_working_day(self, day: date) -> bool:
        return bool(self._spans_of(day))

    def sessions_of(self, day: date) -> Sessions:
        """Working hours of the day; empty when it does not count as a working day."""
        office_date(day)
        if day in self.days_off:
            return ()
        hours = self.hours_on(day)
        own = hours.by_weekday.get(day.weekday(), ())
        return own or (hours.of_make_up_day if day in self.make_up_days else ())

    def reception_of(self, day: date) -> Sessions:
        """Hours at which dossiers are received: the working hours, or reception-only hours of a day of rest."""
        if day in self.days_off:
            return ()
        return self.sessions_of(day) or self.hours_on(day).reception.get(day.weekday(), ())

    def is_weekly_rest(self, day: date) -> bool:
        """Closed by the weekly pattern alone, whatever holiday may also fall on it."""
        return day.weekday() not in self.hours_on(day).by_weekday and day not in self.make_up_days

    def hours_on(self, day: date) -> Hours:
        if len(self.hours) == 1:
            return self.hours[0]
        position = bisect_right(self.hours, day, key=lambda hours: hours.valid_from)
        return self.hours[max(position - 1, 0)]

    def opening(self, day: date) -> datetime:
        """Start of the first session. Raises ValueError when the day is not a working day."""
        return _at_minute(day, self._spans_of_working(day)[0][0])

    def closing(self, day: date) -> datetime:
        """End of the last session: the moment a period in days ends. ValueError when the day is not a working day."""
        return _at_minute(day, self._spans_of_working(day)[-1][1])

    # --- working days ------------------------------------------------------------------------------------------

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        return self.working_day_from(day + ONE_DAY)

    def working_day_from(self, day: date) -> date:
        """`day` itself when worked, else the next working day (Civil Code 2015, article 148.5)."""
        while not self._spans_of(day):
            day += ONE_DAY
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; `day` itself for 0, worked or not."""
        if isinstance(count, bool) or not isinstance(count, int) or count < 0:
            raise ValueError(f"A whole number of days, zero or more, is needed, not {count!r}.")
        office_date(day)
        for _ in range(count):
            day = self.next_working_day(day)
        return day

    def working_days_between(self, after: date, until: date) -> int:
        """Working days later than `after`, up to and including `until`. ValueError when `until` is earlier."""
        if office_date(until) < office_date(after):
            raise ValueError(f"{until:%d/%m/%Y} is before {after:%d/%m/%Y}.")
        return sum(1 for n in range(1, (until - after).days + 1) if self._spans_of(after + n * ONE_DAY))

    # --- working time ------------------------------------------------------------------------------------------

    def next_working_moment(self, moment: datetime) -> datetime:
        """The moment itself inside a session (its closing minute excluded), else the next opening."""
        moment = office_moment(moment)
        day, minute = moment.date(), _minute_of(moment)
        for opens, closes in self._spans_of(day):
            if minute < closes:
                return _at_minute(day, max(minute, opens))
        return self.opening(self.next_working_day(day))

    def next_reception_moment(self, moment: datetime) -> datetime:
        """The moment itself while reception is open (its closing minute included), else the next reception opening."""
        moment = office_moment(moment)
        day, minute = moment.date(), _minute_of(moment)
        while True:
            for opens, closes in self.reception_of(day):
                if minute <= _minute_of(closes):
                    return _at_minute(day, max(minute, _minute_of(opens)))
            day, minute = day + ONE_DAY, 0

    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        """Minutes of working time from `start` to `end`. ValueError when `end` is earlier."""
        start, end = office_moment(start), office_moment(end)
        if end < start:
            raise ValueError(f"{end:%d/%m/%Y %H:%M} is before {start:%d/%m/%Y %H:%M}.")
        first, last = start.date(), end.date()
        total = _minutes_before(self._spans_of(last), _minute_of(end))
        total -= _minutes_before(self._spans_of(first), _minute_of(start))
        for n in range((last - first).days):
            total += sum(closes - opens for opens, closes in self._spans_of(first + n * ONE_DAY))
        return total

    def add_working_time(self, start: datetime, minutes: int) -> datetime:
        """The earliest moment by which `minutes` of working time have passed since `start`.

        A start outside the sessions is moved to the next opening; for 0 minutes that is the answer.
        """
        if isinstance(minutes, bool) or not isinstance(minutes, int) or minutes < 0:
            raise ValueError(f"A whole number of minutes, zero or more, is needed, not {minutes!r}.")
        start = self.next_working_moment(start)
        if not minutes:
            return start
        day, left = start.date(), minutes + _minutes_before(self._spans_of(start.date()), _minute_of(start))
        while True:
            for opens, closes in self._spans_of(day):
                if left <= closes - opens:
                    return _at_minute(day, opens + left)
                left -= closes - opens
            day += ONE_DAY

    # --- kept answers ------------------------------------------------------------------------------------------

    def _spans_of(self, day: date) -> MinuteSpans:
        """Sessions in minutes after midnight, worked out once per day."""
        spans = self._spans.get(day)
        if spans is None:
            spans = tuple((_minute_of(opens), _minute_of(closes)) for opens, closes in self.sessions_of(day))
            self._spans[day] = spans
        return spans

    def _spans_of_working(self, day: date) -> MinuteSpans:
        spans = self._spans_of(day)
        if not spans:
            raise ValueError(f"{day:%d/%m/%Y} is not a working day.")
        return spans


def _minute_of(moment: datetime | time) -> int:
    return moment.hour * 60 + moment.minute


def _at_minute(day: date, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=OFFICE_TIME)


def _minutes_before(spans: MinuteSpans, minute: int) -> int:
    return sum(min(closes, minute) - opens for opens, closes in spans if opens < minute)
