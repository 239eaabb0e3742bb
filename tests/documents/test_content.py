"""What a version must say before it can be submitted: times that deadlines can be reckoned with, steps that fit."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation

from documents.content import Content, Step, Time, TimeUnit, problems
from tenants.limits import Limit, Unit
from tests.documents.library import BIRTH

HOUR, DAY, CALENDAR, MONTH = TimeUnit.HOUR, TimeUnit.WORKING_DAY, TimeUnit.CALENDAR_DAY, TimeUnit.MONTH
THIRTY_DAYS = Time(Decimal(30), CALENDAR)


def found(limit: Time, *norms: Time) -> list[str]:
    """The problems of a procedure that differs from a good one in its times only, in English."""
    steps = tuple(replace(BIRTH.steps[0], norm=norm) for norm in norms)
    with translation.override("en"):
        return problems(replace(BIRTH, limit=limit, steps=steps), procedure=True)


@pytest.mark.parametrize(
    ("amount", "unit"),
    [("0.004", HOUR), ("0.001", DAY), ("20000.5", HOUR), ("5000", DAY), ("-1", HOUR), ("NaN", HOUR), ("Infinity", DAY)],
)
def test_a_norm_the_clock_cannot_reckon_with_is_named(amount: str, unit: TimeUnit) -> None:
    assert found(THIRTY_DAYS, Time(Decimal(1), HOUR), Time(Decimal(amount), unit)) == [
        "The time of step 2 must be at least one minute and at most about ten years."
    ]


@pytest.mark.parametrize("unit", [CALENDAR, MONTH])
def test_a_norm_is_working_time(unit: TimeUnit) -> None:
    assert found(THIRTY_DAYS, Time(Decimal(1), unit)) == [
        "The norm of step 1 must be in working hours or working days."
    ]


@pytest.mark.parametrize(
    ("amount", "unit"),
    [("1.5", MONTH), ("2.5", CALENDAR), ("5000", CALENDAR), ("5000", DAY), ("121", MONTH), ("0.004", HOUR), ("-1", DAY), ("NaN", DAY)],
)  # fmt: skip
def test_a_limit_the_clock_cannot_reckon_with_is_named(amount: str, unit: TimeUnit) -> None:
    assert found(Time(Decimal(amount), unit), Time(Decimal(1), HOUR)) == [
        "The time limit, or the time of all steps where there is none, must be at least one minute and at most "
        "about ten years; calendar days and months are whole numbers."
    ]


def test_without_a_limit_the_sum_of_the_steps_is_the_promise() -> None:
    year = Time(Decimal(2000), DAY)
    content = replace(BIRTH, services=(), limit=Time(), steps=(replace(BIRTH.steps[0], norm=year),))
    assert problems(content, procedure=True) == []
    assert content.promised.limit() == Limit(16_000, Unit.HOUR)
    assert len(problems(replace(content, steps=content.steps * 2), procedure=True)) == 1


def test_a_procedure_without_any_time_can_be_signed() -> None:
    content = replace(BIRTH, services=(), limit=Time(), steps=(Step("Trả kết quả", whom="receptionist"),))
    assert problems(content, procedure=True) == []


@pytest.mark.parametrize(
    ("limit", "hours"),
    [
        (Time(Decimal(1), DAY, same_day=True), 8),
        (Time(Decimal(3), DAY), 24),
        (Time(Decimal(2), CALENDAR), 8),  # Friday and Saturday, rolled to Monday: one working day is all there is
        (Time(Decimal(7), CALENDAR), 40),
        (Time(Decimal(1), MONTH), 160),
    ],
)
def test_the_steps_may_fill_the_least_a_limit_leaves_and_no_minute_more(limit: Time, hours: int) -> None:
    assert found(limit, Time(Decimal(hours), HOUR)) == []
    assert found(limit, Time(Decimal(hours), HOUR), Time(Decimal("0.017"), HOUR)) == [
        f"The steps take {hours} h 1 min of working time, the legal limit leaves {hours} h. Shorten the steps."
    ]


def test_the_sum_counts_whole_minutes_as_the_clock_does() -> None:
    third = Time(Decimal("0.333"), HOUR)  # 20 minutes
    content = Content(limit=Time(Decimal(1), HOUR), steps=(Step("Ký", norm=third),) * 3)
    assert (content.norm_minutes, content.norm_hours, content.spare_minutes) == (60, 1, 0)
    assert Content(steps=content.steps).spare_minutes is None


def test_the_units_are_those_of_the_clock() -> None:
    assert Time(Decimal(5), TimeUnit("calendar_day")).limit() == Limit(5, Unit.CALENDAR_DAY)
    assert Content.of(BIRTH.as_json()) == BIRTH
