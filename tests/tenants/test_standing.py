"""In time, near due, overdue; early, on time, late."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.due import Pause, due
from tenants.limits import Limit, Unit
from tenants.standing import Outcome, Standing, WorkingSpan, classify, lateness, remaining, standing
from tenants.workdays import OFFICE_TIME
from tests.tenants.office_calendar import at, office_calendar

CALENDAR = office_calendar()
TEN_DAYS = due(at("02/11/2026 09:00"), Limit(10, Unit.WORKING_DAY), CALENDAR)  # due Mon 16/11 17:00
PAUSED = due(
    at("02/11/2026 09:00"), Limit(10, Unit.WORKING_DAY), CALENDAR, pauses=[Pause(at("05/11/2026 10:00"), None)]
)
moments = st.datetimes(datetime(2026, 11, 2), datetime(2026, 12, 31)).map(lambda m: m.replace(tzinfo=OFFICE_TIME))


@pytest.mark.parametrize(
    ("finished", "outcome"),
    [
        ("13/11/2026 17:00", Outcome.EARLY),
        ("15/11/2026 09:00", Outcome.EARLY),
        ("16/11/2026 07:30", Outcome.ON_TIME),
        ("16/11/2026 17:00", Outcome.ON_TIME),
        ("16/11/2026 17:01", Outcome.OVERDUE),
    ],
)
def test_early_is_before_the_due_day_and_overdue_after_the_due_moment(finished, outcome):
    assert classify(at(finished), TEN_DAYS) is outcome
    assert classify(at(finished), TEN_DAYS.at) is outcome


def test_seconds_do_not_make_anyone_late():
    assert classify(at("16/11/2026 17:00").replace(second=40), TEN_DAYS) is Outcome.ON_TIME


def test_nothing_is_finished_while_the_clock_is_stopped():
    with pytest.raises(ValueError, match="end the pause first"):
        classify(at("16/11/2026 09:00"), PAUSED)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("02/11/2026 09:00", Standing.IN_TIME),
        # Counted from 02/11 09:00 the ten days hold 86.5 hours; a fifth is 17.3 hours: from Thu 12/11 15:42 on.
        ("12/11/2026 15:41", Standing.IN_TIME),
        ("12/11/2026 15:42", Standing.NEAR_DUE),
        ("16/11/2026 17:00", Standing.NEAR_DUE),
        ("16/11/2026 17:01", Standing.OVERDUE),
    ],
)
def test_near_due_is_the_last_fifth_of_the_working_time(now, expected):
    assert TEN_DAYS.working_minutes == 86.5 * 60
    assert standing(at(now), TEN_DAYS, CALENDAR) is expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [("13/11/2026 16:59", Standing.IN_TIME), ("13/11/2026 17:00", Standing.NEAR_DUE)],
)
def test_near_due_is_the_last_working_day_when_only_the_moment_is_known(now, expected):
    assert standing(at(now), TEN_DAYS.at, CALENDAR) is expected


def test_paused_stands_neither_in_time_nor_late():
    assert standing(at("01/12/2026 09:00"), PAUSED, CALENDAR) is Standing.PAUSED
    assert standing(at("01/12/2026 09:00"), None, CALENDAR) is Standing.PAUSED
    assert remaining(at("01/12/2026 09:00"), PAUSED, CALENDAR) is None
    assert lateness(at("01/12/2026 09:00"), PAUSED, CALENDAR) is None


def test_remaining_in_working_time():
    assert remaining(at("16/11/2026 09:10"), TEN_DAYS, CALENDAR) == WorkingSpan(minutes=6 * 60 + 20, days=0)
    assert remaining(at("12/11/2026 17:00"), TEN_DAYS, CALENDAR) == WorkingSpan(minutes=960, days=2)
    assert remaining(at("17/11/2026 09:00"), TEN_DAYS, CALENDAR) == WorkingSpan(minutes=0, days=0)


def test_lateness_in_working_time():
    assert lateness(at("16/11/2026 16:00"), TEN_DAYS, CALENDAR) == WorkingSpan(minutes=0, days=0)
    assert lateness(at("16/11/2026 20:00"), TEN_DAYS, CALENDAR) == WorkingSpan(minutes=0, days=0)
    assert lateness(at("17/11/2026 09:30"), TEN_DAYS, CALENDAR) == WorkingSpan(minutes=120, days=1)
    assert lateness(at("25/11/2026 17:00"), TEN_DAYS, CALENDAR) == WorkingSpan(minutes=6 * 480, days=6)


@given(moments, moments)
def test_standing_never_improves_with_time(one, other):
    order = [Standing.IN_TIME, Standing.NEAR_DUE, Standing.OVERDUE]
    first, second = (order.index(standing(now, TEN_DAYS, CALENDAR)) for now in sorted((one, other)))
    assert first <= second
