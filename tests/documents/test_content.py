"""What a version must say before it can be submitted: times that deadlines can be reckoned with, steps that fit."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation

from documents.content import Content, Step, Time, TimeUnit, problems, seal
from documents.models import Kind
from tenants.limits import Limit, Unit
from tests.documents.library import BIRTH

HOUR, DAY, CALENDAR, MONTH = TimeUnit.HOUR, TimeUnit.WORKING_DAY, TimeUnit.CALENDAR_DAY, TimeUnit.MONTH
THIRTY_DAYS = Time(Decimal(30), CALENDAR)


def found(limit: Time, *norms: Time) -> list[str]:
    """The problems of a procedure that differs from a good one in its times only, in English."""
    steps = tuple(replace(BIRTH.steps[0], norm=norm) for norm in norms)
    with translation.override("en"):
        return problems(replace(BIRTH, limit=limit, steps=steps), kind=Kind.OPERATIONAL_PROCEDURE)


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
    content = replace(BIRTH, limit=Time(), steps=(replace(BIRTH.steps[0], norm=year),))
    assert problems(content, kind=Kind.OPERATIONAL_PROCEDURE) == []
    assert content.promised.limit() == Limit(16_000, Unit.HOUR)
    assert len(problems(replace(content, steps=content.steps * 2), kind=Kind.OPERATIONAL_PROCEDURE)) == 1


@pytest.mark.parametrize("kind", [Kind.INTERNAL_PROCEDURE, Kind.SYSTEM_PROCEDURE])
def test_a_procedure_of_the_office_itself_can_be_signed_without_any_time(kind: Kind) -> None:
    content = Content(purpose="Rà soát.", scope="Mọi đơn vị.", steps=(Step("Rà soát", whom="iso_secretary"),))
    assert problems(content, kind=kind) == []


def test_dossiers_run_by_a_procedure_that_says_what_the_law_asks_for_whether_or_not_it_names_a_service() -> None:
    """Decree 63/2010 art 8."""
    content = Content(purpose="Cấp giấy.", scope="Một cửa.", steps=(Step("Trả kết quả", whom="receptionist"),))
    with translation.override("en"):
        words = problems(content, kind=Kind.OPERATIONAL_PROCEDURE)
    assert words == [
        "Part “Legal basis” is empty.",
        "Part “Dossier components” is empty.",
        "Part “Time limit” is empty.",
        "Part “Place of reception and return” is empty.",
        "Part “Result” is empty.",
    ]


@pytest.mark.parametrize(("amount", "said"), [("3E+1", "30"), ("30.00", "30"), ("0.50", "0.5"), ("NaN", "NaN")])
def test_amounts_are_sealed_as_they_are_said(amount: str, said: str) -> None:
    assert Content(limit=Time(Decimal(amount), CALENDAR)).as_json()["limit"]["amount"] == said


def test_the_line_of_the_amendment_table_is_sealed() -> None:
    numbered = {"code": "QT.TP.01", "issue": 1, "revision": 1, "title": "Đăng ký khai sinh"}
    seals = {seal(BIRTH, **numbered)} | {  # type: ignore[arg-type]
        seal(BIRTH, **numbered, **{name: "Bớt một giờ"})  # type: ignore[arg-type]
        for name in ("change_reason", "change_parts", "change_summary")
    }
    assert len(seals) == 4


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
