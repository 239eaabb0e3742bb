"""What holds for every due moment, and a fuzz against a reference that steps through time minute by minute."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tenants.due import Pause, PausePolicy, due
from tenants.limits import Limit, Unit
from tenants.strip import DayKind
from tenants.workdays import OFFICE_TIME, months_later
from tests.tenants.office_calendar import DAYS_OFF, MAKE_UP_DAYS, OFFICE_HOURS, office_calendar

CALENDAR = office_calendar()

moments = st.datetimes(datetime(2024, 12, 1), datetime(2028, 6, 30)).map(
    lambda moment: moment.replace(tzinfo=OFFICE_TIME, second=0, microsecond=0)
)
stretches = st.tuples(st.integers(-3 * 1440, 40 * 1440), st.integers(0, 30 * 1440))
working_day_limits = st.integers(1, 60).map(lambda n: Limit(n, Unit.WORKING_DAY))
hour_limits = st.integers(1, 200 * 4).map(lambda n: Limit(Decimal(n) / 4, Unit.HOUR))
fractions = st.integers(1, 7).map(lambda n: Limit(Decimal(n) / 8, Unit.WORKING_DAY))
calendar_limits = st.integers(1, 120).map(lambda n: Limit(n, Unit.CALENDAR_DAY))
month_limits = st.integers(1, 12).map(lambda n: Limit(n, Unit.MONTH))
limits = st.one_of(
    working_day_limits, hour_limits, fractions, calendar_limits, month_limits, st.just(Limit.within_the_day())
)
policies = st.sampled_from(PausePolicy)


def pause_of(received, stretch):
    """A pause from a drawn offset to the receipt and a length, both in minutes."""
    start = received + timedelta(minutes=stretch[0])
    return Pause(start, start + timedelta(minutes=stretch[1]))


# --- the reference: slow, and written without the product's arithmetic ------------------------------------------------

OFF = {date.fromisoformat(day) for day in DAYS_OFF}
MAKE_UP = {date.fromisoformat(day) for day in MAKE_UP_DAYS}
MINUTE = timedelta(minutes=1)


def worked(day):
    return day not in OFF and (day.weekday() < 5 or day in MAKE_UP)


def in_session(moment):
    return worked(moment.date()) and any(opens <= moment.time() < closes for opens, closes in OFFICE_HOURS)


def walk(moment, minutes):
    """Minute by minute until `minutes` of working time have passed."""
    while minutes:
        minutes -= in_session(moment)
        moment += MINUTE
    return moment


def end_of(day):
    return datetime.combine(day, OFFICE_HOURS[-1][1], OFFICE_TIME)


def reference(received, limit):
    start = received
    if not limit.same_day:
        while not (in_session(start) or in_session(start - MINUTE)):
            start += MINUTE
    if limit.runs_in_hours:
        per_unit = 60 if limit.unit is Unit.HOUR else 480
        return walk(received, int(limit.amount * per_unit))
    day = start.date()
    if limit.same_day:
        if worked(day) and received.hour >= 15:
            day += timedelta(1)
    elif limit.unit is Unit.WORKING_DAY:
        left = limit.amount
        while left:
            day += timedelta(1)
            left -= worked(day)
    elif limit.unit is Unit.CALENDAR_DAY:
        day += timedelta(int(limit.amount))
    else:
        day = months_later(day, int(limit.amount))
    while not worked(day):
        day += timedelta(1)
    return end_of(day)


@settings(max_examples=150, deadline=None)
@given(moments, st.one_of(limits.filter(lambda limit: limit.minutes <= 30 * 480 or limit.counts_every_day)))
def test_due_is_what_the_minute_by_minute_reference_finds(received, limit):
    assert due(received, limit, CALENDAR).at == reference(received, limit)


@settings(max_examples=60, deadline=None)
@given(moments, st.integers(1, 20), st.lists(stretches, max_size=3))
def test_paused_due_is_what_stepping_with_the_clock_stopped_finds(received, amount, spans):
    limit = Limit(amount, Unit.WORKING_DAY)
    pauses = [pause_of(received, span) for span in spans]
    result = due(received, limit, CALENDAR, pauses=pauses)
    moment, left = result.counted_from, CALENDAR.working_minutes_between(result.counted_from, result.original_at)
    while left:
        stopped = any(pause.start <= moment < pause.end for pause in pauses)
        left -= in_session(moment) and not stopped
        moment += MINUTE
    # A pause beginning in the very minute of the due moment is still in time, so the reference may stop before it.
    assume(not any(pause.start <= moment <= pause.end for pause in pauses))
    assert result.at == moment


# --- properties ------------------------------------------------------------------------------------------------------


@given(moments, limits)
def test_due_is_in_working_time_after_the_receipt(received, limit):
    result = due(received, limit, CALENDAR)
    assert result.at == result.original_at > received
    assert CALENDAR.is_working_day(result.at.date())
    assert in_session(result.at - MINUTE)
    assert limit.runs_in_hours or result.at == end_of(result.at.date())


@given(moments, limits, st.lists(stretches, max_size=3), policies)
def test_paused_due_is_in_working_time_too(received, limit, spans, policy):
    result = due(received, limit, CALENDAR, pauses=[pause_of(received, span) for span in spans], policy=policy)
    assert result.at >= result.original_at
    assert in_session(result.at - MINUTE)


@given(moments, moments, limits)
def test_what_is_received_later_is_never_due_earlier(one, other, limit):
    first, second = sorted((one, other))
    earlier = due(first, limit, CALENDAR).at
    assert earlier <= due(second, limit, CALENDAR).at


@given(moments, st.sampled_from(Unit), st.integers(1, 100), st.integers(1, 100))
def test_a_longer_limit_is_never_due_earlier(received, unit, one, other):
    short, long = sorted((one, other))
    assert due(received, Limit(short, unit), CALENDAR).at <= due(received, Limit(long, unit), CALENDAR).at


@given(moments, st.one_of(working_day_limits, hour_limits), stretches)
def test_a_pause_adds_exactly_its_working_length(received, limit, span):
    without, pause = due(received, limit, CALENDAR), pause_of(received, span)
    start = max(pause.start, without.counted_from)
    assume(pause.start <= without.at and start <= pause.end)
    length = CALENDAR.working_minutes_between(start, pause.end)
    paused = due(received, limit, CALENDAR, pauses=[pause])
    assert CALENDAR.working_minutes_between(without.at, paused.at) == length == paused.paused_minutes
    assert paused.original_at == without.at
    assert paused.working_minutes == without.working_minutes


@given(moments, working_day_limits, stretches)
def test_a_whole_day_pause_leaves_the_days_that_were_left(received, limit, span):
    without, pause = due(received, limit, CALENDAR), pause_of(received, span)
    assume(without.counted_from <= pause.start < pause.end and pause.start <= without.at)
    left = CALENDAR.working_days_between(pause.start.date(), without.at.date())
    resumed = CALENDAR.next_working_moment(pause.end - MINUTE).date()
    paused = due(received, limit, CALENDAR, pauses=[pause], policy=PausePolicy.WHOLE_DAYS)
    assert paused.at == end_of(CALENDAR.add_working_days(resumed, left))


@given(moments, limits, st.lists(st.dates(date(2024, 12, 1), date(2028, 12, 31)), max_size=12), policies)
def test_closing_more_days_never_makes_a_due_moment_earlier(received, limit, closed, policy):
    more = office_calendar(closed=tuple(closed))
    pauses = [pause_of(received, (2 * 1440, 7 * 1440 + 180))]
    assert due(received, limit, CALENDAR).at <= due(received, limit, more).at
    paused = {"pauses": pauses, "policy": policy}
    assert due(received, limit, CALENDAR, **paused).at <= due(received, limit, more, **paused).at


@given(moments, st.integers(1, 40), st.integers(1, 40))
def test_whole_days_compose(received, first, second):
    once = due(received, Limit(first + second, Unit.WORKING_DAY), CALENDAR).at
    middle = due(received, Limit(first, Unit.WORKING_DAY), CALENDAR).at
    assert due(middle, Limit(second, Unit.WORKING_DAY), CALENDAR).at == once


@given(moments, limits, st.lists(stretches, max_size=2), policies)
def test_the_strip_runs_from_receipt_to_due_and_stays_short(received, limit, spans, policy):
    result = due(received, limit, CALENDAR, pauses=[pause_of(received, span) for span in spans], policy=policy)
    cells = result.days
    assert len(cells) <= 21
    assert (cells[0].day, cells[-1].day) == (received.date(), result.at.date())
    assert [cell.kind for cell in cells].count(DayKind.DUE) == 1
    length = sum(cell.number if cell.kind is DayKind.SKIPPED else 1 for cell in cells)
    assert length == (result.at.date() - received.date()).days + 1


@given(moments, working_day_limits, stretches)
def test_the_due_cell_carries_the_last_number_of_the_limit(received, limit, span):
    plain, pause = due(received, limit, CALENDAR), pause_of(received, span)
    assert plain.days[-1].number == limit.amount
    whole = due(received, limit, CALENDAR, pauses=[pause], policy=PausePolicy.WHOLE_DAYS)
    began_on_last_day = pause.start.date() == plain.at.date()  # then the due day is the day the pause ended
    assert whole.days[-1].number == limit.amount or began_on_last_day
