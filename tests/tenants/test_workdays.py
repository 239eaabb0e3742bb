"""Working days, sessions and working time, without database."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenants.workdays import OFFICE_TIME, Calendar, Hours, months_later, office_moment
from tests.tenants.office_calendar import (
    MONDAY_TO_FRIDAY,
    OFFICE_HOURS,
    SATURDAY_RECEPTION,
    at,
    office_calendar,
    on,
)

CALENDAR = office_calendar()
days = st.dates(date(2024, 12, 1), date(2028, 11, 30))
moments = st.datetimes(datetime(2024, 12, 1), datetime(2028, 11, 30)).map(lambda m: m.replace(tzinfo=OFFICE_TIME))


# --- which days are worked -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("year", "worked"), [(2025, 250), (2026, 249), (2027, 249)])
def test_working_days_of_the_year_are_those_of_the_published_tables(year, worked):
    assert CALENDAR.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == worked


def test_weekend_holiday_and_make_up_saturday():
    assert CALENDAR.is_working_day(on("20/11/2026"))
    assert not CALENDAR.is_working_day(on("21/11/2026"))
    assert not CALENDAR.is_working_day(on("24/11/2026"))
    assert CALENDAR.is_working_day(on("22/08/2026"))
    assert CALENDAR.next_working_day(on("21/08/2026")) == on("22/08/2026")
    assert CALENDAR.next_working_day(on("13/02/2026")) == on("23/02/2026")


def test_make_up_saturday_has_fridays_hours():
    afternoon = ((time(13), time(17)),)
    hours = Hours(date(2020, 1, 1), MONDAY_TO_FRIDAY | {4: afternoon})
    assert office_calendar(hours=(hours,)).sessions_of(on("22/08/2026")) == afternoon


def test_make_up_day_keeps_its_own_hours_where_the_pattern_has_them():
    morning = ((time(8), time(12)),)
    calendar = office_calendar(hours=(Hours(date(2020, 1, 1), MONDAY_TO_FRIDAY | {5: morning}),))
    assert calendar.sessions_of(on("22/08/2026")) == morning
    assert calendar.is_working_day(on("29/08/2026"))


def test_make_up_day_without_friday_hours_has_those_of_the_last_working_weekday():
    monday = ((time(8), time(12)),)
    assert office_calendar(hours=(Hours(date(2020, 1, 1), {0: monday}),)).sessions_of(on("22/08/2026")) == monday


def test_local_closure_beats_a_national_make_up_day():
    assert not office_calendar(closed=(on("22/08/2026"),)).is_working_day(on("22/08/2026"))


def test_saturday_reception_does_not_make_saturday_a_working_day():
    calendar = office_calendar(hours=(Hours(date(2020, 1, 1), MONDAY_TO_FRIDAY, SATURDAY_RECEPTION),))
    saturday = on("21/11/2026")
    assert not calendar.is_working_day(saturday)
    assert calendar.sessions_of(saturday) == ()
    assert calendar.reception_of(saturday) == SATURDAY_RECEPTION[5]
    assert calendar.next_reception_moment(at("20/11/2026 18:00")) == at("21/11/2026 07:30")
    assert calendar.next_working_moment(at("20/11/2026 18:00")) == at("23/11/2026 07:30")


def test_reception_is_closed_on_a_day_off():
    calendar = office_calendar(
        closed=(on("21/11/2026"),), hours=(Hours(date(2020, 1, 1), MONDAY_TO_FRIDAY, SATURDAY_RECEPTION),)
    )
    assert calendar.reception_of(on("21/11/2026")) == ()


def test_hours_change_on_their_date_and_the_first_ones_reach_back():
    winter = ((time(8), time(12)), (time(13, 30), time(17, 30)))
    calendar = office_calendar(
        hours=(
            Hours(on("16/10/2026"), dict.fromkeys(range(5), winter)),
            Hours(on("16/04/2026"), MONDAY_TO_FRIDAY),
        )
    )
    assert calendar.sessions_of(on("15/10/2026")) == OFFICE_HOURS
    assert calendar.sessions_of(on("16/10/2026")) == winter
    assert calendar.sessions_of(on("05/01/2026")) == OFFICE_HOURS
    assert calendar.working_minutes_between(at("15/10/2026 16:00"), at("16/10/2026 09:00")) == 120


# --- counting --------------------------------------------------------------------------------------------------------


def test_working_time_starts_and_ends_with_the_sessions():
    assert CALENDAR.add_working_time(at("23/11/2026 06:50"), 240) == at("23/11/2026 11:30")
    assert CALENDAR.add_working_time(at("23/11/2026 11:30"), 1) == at("23/11/2026 13:01")
    assert CALENDAR.add_working_time(at("20/11/2026 17:00"), 0) == at("23/11/2026 07:30")
    assert CALENDAR.working_minutes_between(at("05/11/2026 10:00"), at("10/11/2026 14:00")) == 26.5 * 60
    assert CALENDAR.working_minutes_between(at("14/02/2026 00:00"), at("22/02/2026 23:59")) == 0


@given(moments, st.integers(1, 30_000))
def test_time_added_is_the_time_between(start, minutes):
    end = CALENDAR.add_working_time(start, minutes)
    assert CALENDAR.working_minutes_between(start, end) == minutes
    assert CALENDAR.working_minutes_between(start, end - timedelta(minutes=1)) == minutes - 1


@given(moments, st.integers(1, 3_000), st.integers(1, 3_000))
def test_time_added_twice_is_the_sum_added_once(start, first, second):
    twice = CALENDAR.add_working_time(CALENDAR.add_working_time(start, first), second)
    assert twice == CALENDAR.add_working_time(start, first + second)


@given(days, st.integers(0, 120), st.integers(0, 120))
def test_days_added_twice_are_the_sum_added_once(day, first, second):
    assert CALENDAR.add_working_days(CALENDAR.add_working_days(day, first), second) == CALENDAR.add_working_days(
        day, first + second
    )


@given(days, st.integers(0, 300))
def test_days_added_are_the_days_between(day, count):
    assert CALENDAR.working_days_between(day, CALENDAR.add_working_days(day, count)) == count


@given(moments, moments, moments)
def test_working_time_of_a_stretch_is_the_sum_of_its_parts(one, two, three):
    first, middle, last = sorted((one, two, three))
    parts = CALENDAR.working_minutes_between(first, middle) + CALENDAR.working_minutes_between(middle, last)
    assert CALENDAR.working_minutes_between(first, last) == parts


@settings(max_examples=60, deadline=None)
@given(moments, st.integers(0, 12 * 24 * 60))
def test_working_time_is_what_counting_minute_by_minute_gives(start, length):
    start = office_moment(start)
    counted = 0
    for n in range(length):
        minute = start + timedelta(minutes=n)
        open_now = any(opens <= minute.time() < closes for opens, closes in OFFICE_HOURS)
        counted += open_now and CALENDAR.is_working_day(minute.date())
    assert CALENDAR.working_minutes_between(start, start + timedelta(minutes=length)) == counted


# --- months ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("01/07/2026", 3, "01/10/2026"),  # legal update: QĐ 19/2014, article 4
        ("25/09/2026", 2, "25/11/2026"),  # corrective action: TT 26/2014, article 37
        ("31/01/2026", 1, "28/02/2026"),
        ("31/01/2028", 1, "29/02/2028"),
        ("30/11/2026", 3, "28/02/2027"),
        ("15/12/2026", 1, "15/01/2027"),
        ("29/02/2028", 12, "28/02/2029"),
        ("05/05/2026", 0, "05/05/2026"),
    ],
)
def test_period_in_months_ends_on_the_corresponding_day_or_the_last_of_the_month(start, months, end):
    assert months_later(on(start), months) == on(end)


# --- refusals --------------------------------------------------------------------------------------------------------


def test_moments_are_read_on_the_office_clock_to_the_minute():
    assert office_moment(datetime(2026, 11, 20, 7, 59, 59, 999, tzinfo=UTC)) == at("20/11/2026 14:59")


@pytest.mark.parametrize(
    "moment", [datetime(2026, 11, 20, 9), date(2026, 11, 20), datetime(202, 1, 1, tzinfo=UTC), None]
)
def test_naive_and_absurd_moments_are_refused(moment):
    with pytest.raises(ValueError, match=r"time zone|outside"):
        CALENDAR.next_working_moment(moment)


@pytest.mark.parametrize("count", [-1, 1.5, True])
def test_negative_and_broken_counts_are_refused(count):
    with pytest.raises(ValueError, match="whole number"):
        CALENDAR.add_working_days(on("20/11/2026"), count)
    with pytest.raises(ValueError, match="whole number"):
        CALENDAR.add_working_time(at("20/11/2026 09:00"), count)
    with pytest.raises(ValueError, match="whole number"):
        months_later(on("20/11/2026"), count)


def test_a_stretch_ending_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="is before"):
        CALENDAR.working_minutes_between(at("20/11/2026 09:00"), at("20/11/2026 08:00"))
    with pytest.raises(ValueError, match="is before"):
        CALENDAR.working_days_between(on("20/11/2026"), on("19/11/2026"))


def test_months_beyond_the_calendar_are_refused():
    with pytest.raises(ValueError, match="beyond the calendar"):
        months_later(on("20/11/2026"), 100_000)


def test_opening_of_a_closed_day_is_refused():
    with pytest.raises(ValueError, match="24/11/2026 is not a working day"):
        CALENDAR.opening(on("24/11/2026"))


@pytest.mark.parametrize(
    "pattern",
    [
        {},
        {0: ()},
        {7: OFFICE_HOURS},
        {0: ((time(11), time(8)),)},
        {0: ((time(8), time(12)), (time(11), time(17)))},
        {0: ((time(8, 0, 30), time(12)),)},
    ],
)
def test_broken_hours_are_refused(pattern):
    with pytest.raises(ValueError, match=r"session|weekday|Sessions"):
        Hours(date(2026, 1, 1), pattern)


def test_calendars_that_could_not_answer_are_refused():
    hours = Hours(date(2026, 1, 1), MONDAY_TO_FRIDAY)
    with pytest.raises(ValueError, match="needs working hours"):
        Calendar({}, {}, ())
    with pytest.raises(ValueError, match="begin on the same day"):
        Calendar({}, {}, (hours, hours))
    with pytest.raises(ValueError, match="date without a time"):
        Calendar({at("24/11/2026 00:00"): "Lễ"}, {}, (hours,))
