"""How long records are kept: what the words of a procedure say, and the day a retention ends. No database, no clock."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenants.words import fold

MOST_YEARS = 150
LAST_DAY = dt.date(9999, 12, 31)


class Retention(models.TextChoices):
    """What ends the keeping of a record."""

    UNSET = "unset", _("not yet said")
    YEARS = "years", _("a number of years")
    EVENT = "event", _("until something happens")
    PERMANENT = "permanent", pgettext_lazy("retention", "permanent")


class CountedFrom(models.TextChoices):
    """The moment from which years are counted. The end of the year is the rule (Circular 10/2022/TT-BNV: from the year
    the work ended); some sectors count from the day itself.
    """

    YEAR_END = "year_end", _("the end of the year of closing")
    CLOSING_DAY = "closing_day", _("the day of closing")


@dataclass(frozen=True)
class Rule:
    """A retention: `years` with YEARS; with EVENT they follow the event (none: it ends on the day of the event)."""

    kind: str = Retention.UNSET
    years: int | None = None
    counted_from: str = CountedFrom.YEAR_END


_RANGE = re.compile(r"\d+\s*(?:-|–|den|toi|hoac|/)\s*\d+")
_YEARS = re.compile(r"(?<![\d.,/])(\d{1,3})(?![\d.,/])\s*(?:\([^)]*\)\s*)?(?:nam|years?)\b")
_OTHER_UNITS = re.compile(r"\d+\s*(?:\([^)]*\)\s*)?(?:thang|ngay|tuan|months?|days?)\b")
_EVENT = re.compile(r"\b(?:cho )?den khi\b|\buntil\b")


def read(words: str, counted_from: str = CountedFrom.YEAR_END) -> Rule:
    """What the words say: "10 năm", "Vĩnh viễn", "đến khi có bản thay thế". What cannot be read for sure is UNSET:
    a range, two numbers, months, "theo quy định của ngành".
    """
    text = fold(words)
    if not text:
        return Rule(counted_from=counted_from)
    years = [int(found) for found in _YEARS.findall(text)]
    doubtful = len(years) > 1 or _RANGE.search(text) or _OTHER_UNITS.search(text)
    if "vinh vien" in text or "permanent" in text:
        return Rule(counted_from=counted_from) if years or doubtful else Rule(Retention.PERMANENT, None, counted_from)
    if doubtful or (years and not 0 < years[0] <= MOST_YEARS):
        return Rule(counted_from=counted_from)
    if _EVENT.search(text):
        return Rule(counted_from=counted_from) if years else Rule(Retention.EVENT, None, counted_from)
    if years:
        day = "ke tu ngay" in text or "tu ngay" in text
        return Rule(Retention.YEARS, years[0], CountedFrom.CLOSING_DAY if day else counted_from)
    return Rule(counted_from=counted_from)


def ends_on(rule: Rule, closed_on: dt.date | None, event_on: dt.date | None = None) -> dt.date | None:
    """The last day it must be kept; None while it is not closed, permanent, unsaid, or the event has not come."""
    if closed_on is None:
        return None
    if rule.kind == Retention.YEARS and rule.years:
        return _after(closed_on, rule.years, rule.counted_from)
    if rule.kind == Retention.EVENT and event_on is not None:
        begin = max(closed_on, event_on)
        return _after(begin, rule.years, rule.counted_from) if rule.years else begin
    return None


def _after(begin: dt.date, years: int, counted_from: str) -> dt.date:
    year = begin.year + years
    if year > LAST_DAY.year:
        return LAST_DAY
    if counted_from == CountedFrom.YEAR_END:
        return dt.date(year, 12, 31)
    try:
        return begin.replace(year=year)
    except ValueError:  # 29 February
        return dt.date(year, 2, 28)
