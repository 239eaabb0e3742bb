"""The national days off and make-up days as the `holidays` package knows them: the seed of the calendar.

The package lags behind the yearly notices (it misses 02/01/2026 off and Saturday 10/01/2026 worked) and estimates the
Lunar New Year and National Day arrangement of coming years. The calendar is data: these facts only fill it the first
time, and an import or the admin pages correct them.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.metadata import version

import holidays

FIRST_YEAR, LAST_YEAR = 1995, 2100  # the Labour Code of 1994 took effect in 1995; the lunar tables end in 2100

SWAPPED_WITH = re.compile(r"\b(\d{2}/\d{2}/\d{4})\b")  # "Ngày nghỉ (thay cho ngày 22/08/2026)"


class DayFactKind(StrEnum):
    OFF = "off"
    MAKE_UP = "make_up"


@dataclass(frozen=True)
class DayFact:
    day: date
    kind: DayFactKind
    name_vi: str
    name_en: str
    source: str


def national_days(year: int) -> list[DayFact]:
    """Days off (also those falling on a weekend) and worked Saturdays of the year, in order of date.

    Raises ValueError outside 1995-2100.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"National days are known for {FIRST_YEAR}-{LAST_YEAR}, not for {year}.")
    # A swap may cross New Year: 31/12/2018 was off for Saturday 05/01/2019.
    years = range(max(year - 1, FIRST_YEAR), min(year + 1, LAST_YEAR) + 1)
    vietnamese = holidays.country_holidays("VN", years=years, language="vi")
    english = holidays.country_holidays("VN", years=years, language="en_US")
    source = f"holidays {version('holidays')}"
    swapped_off = _swapped_off(vietnamese)
    # The package writes the swapped date in American order in English.
    in_english = {off: f"Day off (worked on {day:%d/%m/%Y} instead)" for day, off in swapped_off.items()}
    facts = [
        DayFact(day, DayFactKind.OFF, vietnamese[day], in_english.get(day) or english[day], source)
        for day in vietnamese
        if day.year == year
    ]
    for day in vietnamese.weekend_workdays:
        if day.year == year:
            off = swapped_off.get(day)
            name_vi = f"Làm bù cho ngày nghỉ {off:%d/%m/%Y}" if off else "Ngày làm bù"
            name_en = f"Worked in place of {off:%d/%m/%Y}" if off else "Make-up working day"
            facts.append(DayFact(day, DayFactKind.MAKE_UP, name_vi, name_en, source))
    return sorted(facts, key=lambda fact: fact.day)


def _swapped_off(vietnamese: holidays.HolidayBase) -> dict[date, date]:
    """Make-up day → the day off it pays for, read from the names of the days off."""
    swapped = {}
    for off, name in vietnamese.items():
        if found := SWAPPED_WITH.search(name):
            swapped[date(*map(int, reversed(found[1].split("/"))))] = off
    return swapped
