"""What the `holidays` package knows of the Vietnamese calendar, and what it does not."""

from datetime import date

import pytest

from tenants.national_calendar import DayFactKind, national_days


def facts(year):
    return {fact.day: fact for fact in national_days(year)}


@pytest.mark.parametrize(
    ("off", "worked"), [(date(2025, 5, 2), date(2025, 4, 26)), (date(2026, 8, 31), date(2026, 8, 22))]
)
def test_known_swaps_bring_the_day_off_and_the_worked_saturday(off, worked):
    known = facts(off.year)
    assert known[off].kind is DayFactKind.OFF
    assert known[worked].kind is DayFactKind.MAKE_UP
    assert known[worked].name_vi == f"Làm bù cho ngày nghỉ {off:%d/%m/%Y}"
    assert known[worked].name_en == f"Worked in place of {off:%d/%m/%Y}"
    assert known[off].name_vi == f"Ngày nghỉ (thay cho ngày {worked:%d/%m/%Y})"
    assert known[off].name_en == f"Day off (worked on {worked:%d/%m/%Y} instead)"


def test_the_swap_of_january_2026_is_missing_and_left_to_the_import():
    known = facts(2026)
    assert date(2026, 1, 1) in known
    assert date(2026, 1, 2) not in known
    assert date(2026, 1, 10) not in known


def test_a_swap_across_new_year_stands_in_both_years():
    assert facts(2018)[date(2018, 12, 31)].kind is DayFactKind.OFF
    assert facts(2019)[date(2019, 1, 5)].name_vi == "Làm bù cho ngày nghỉ 31/12/2018"


def test_names_come_in_both_languages_with_their_source():
    fact = facts(2026)[date(2026, 11, 24)]
    assert (fact.name_vi, fact.name_en) == ("Ngày Văn hóa Việt Nam", "Vietnam Cultural Day")
    assert fact.source.startswith("holidays ")
    assert facts(2026)[date(2026, 4, 27)].name_vi == "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)"


def test_only_the_year_asked_for_in_order_of_date():
    days = [fact.day for fact in national_days(2026)]
    assert {day.year for day in days} == {2026}
    assert days == sorted(days)
    assert len(days) == len(set(days)) == 15


@pytest.mark.parametrize("year", [0, 1994, 2101])
def test_years_without_tables_are_refused(year):
    with pytest.raises(ValueError, match="1995-2100"):
        national_days(year)
