"""Time limits: what may be written, and how they compare."""

from decimal import Decimal

import pytest

from tenants.limits import Limit, Unit, spare_minutes


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity", "-Infinity", "0.001", "2501", "1E+9"])
def test_absurd_amounts_are_refused(amount):
    with pytest.raises(ValueError, match=r"time limit"):
        Limit(Decimal(amount), Unit.WORKING_DAY)


@pytest.mark.parametrize("amount", [1.5, True, "3", None])
def test_inexact_amounts_are_refused(amount):
    with pytest.raises(ValueError, match="exact number"):
        Limit(amount, Unit.HOUR)


@pytest.mark.parametrize("unit", [Unit.CALENDAR_DAY, Unit.MONTH])
def test_half_calendar_days_and_months_are_refused(unit):
    with pytest.raises(ValueError, match="whole number"):
        Limit(Decimal("1.5"), unit)


def test_same_day_is_one_working_day():
    assert Limit.within_the_day() == Limit(1, Unit.WORKING_DAY, same_day=True)
    with pytest.raises(ValueError, match="one working day"):
        Limit(2, Unit.WORKING_DAY, same_day=True)
    with pytest.raises(ValueError, match="one working day"):
        Limit(1, Unit.HOUR, same_day=True)


def test_unknown_units_are_refused_and_stored_words_accepted():
    assert Limit(3, "working_day").unit is Unit.WORKING_DAY
    with pytest.raises(ValueError, match="week"):
        Limit(3, "week")


@pytest.mark.parametrize(
    ("amount", "unit", "minutes"),
    [
        ("2", Unit.HOUR, 120),
        ("0.25", Unit.HOUR, 15),
        ("0.5", Unit.WORKING_DAY, 240),
        ("3", Unit.WORKING_DAY, 1440),
        # The fewest Mondays to Fridays such a period can hold, its end rolled to a working day.
        ("1", Unit.CALENDAR_DAY, 480),
        ("2", Unit.CALENDAR_DAY, 480),
        ("7", Unit.CALENDAR_DAY, 5 * 480),
        ("30", Unit.CALENDAR_DAY, 21 * 480),
        ("1", Unit.MONTH, 20 * 480),
    ],
)
def test_working_time_a_limit_grants(amount, unit, minutes):
    assert Limit(Decimal(amount), unit).minutes == minutes


def test_step_norms_are_weighed_against_the_legal_limit():
    legal = Limit(3, Unit.WORKING_DAY)
    steps = [Limit(Decimal("0.5"), Unit.WORKING_DAY), Limit(4, Unit.HOUR), Limit(2, Unit.WORKING_DAY)]
    assert spare_minutes(legal, steps) == 0
    assert spare_minutes(legal, steps[:2]) == 960
    assert spare_minutes(legal, [*steps, Limit(1, Unit.HOUR)]) == -60


def test_step_norm_in_days_runs_as_hours():
    assert Limit(1, Unit.WORKING_DAY).in_hours() == Limit(8, Unit.HOUR)
