"""How the office writes things: dates, times, durations, numbers; and how search sees words (ui.md §7).

Functions turn a value into words in the active language and answer "" for None; nothing asks the database.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone, translation
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext, pgettext, pgettext_lazy

from tenants.letters import nfc, nfd
from tenants.limits import Limit, Unit
from tenants.standing import Standing, lateness, remaining, standing
from tenants.workdays import OFFICE_TIME, Calendar

NBSP = "\u00a0"
Day = date | datetime


@contextmanager
def official() -> Iterator[None]:
    """Inside, words are Vietnamese whatever the reader's language: they are kept, or printed on an official paper."""
    with translation.override("vi"):
        yield


def fold(text: str) -> str:
    """Lower case, without diacritics, đ as d, single blanks: "Đăng ký  khai sinh" → "dang ky khai sinh"."""
    plain = nfd(text.casefold()).replace("đ", "d")
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


# How search and lists read Vietnamese; the same rules in the database: tenants/migrations/words.sql, and
# since 0005 of `sought`.
_MARKS = re.compile("[\u0300-\u036f]")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_OPEN = re.compile(r"([ou])([\u0300\u0301\u0303\u0309\u0323])([aey])(?![^\W\d_]|[\u0300-\u036f])")
_ONLY_Y = re.compile(r"(?<!\S)([hklmst]|qu)([yỳỷỹýỵ])(?!\S)")
_I_OR_Y = re.compile(r"([hklmst]|qu)([iy])")
_Y_AS_I = str.maketrans("yỳỷỹýỵ", "iìỉĩíị")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\ufeff]")


def spelled(text: str) -> str:
    """Small letters with their diacritics, hòa as hoà, khỏe as khoẻ, thủy as thuỷ, a blank for what is neither letter
    nor digit; sign for sign as long as the text in NFC: "Thủy lợi (2013)" → "thuỷ lợi  2013 ".
    """
    signs = unicodedata.normalize("NFD", readable(text).replace("İ", "i").lower())
    signs = unicodedata.normalize("NFC", _OPEN.sub(_tone_last, signs))
    return "".join(sign if sign.isalpha() or sign in "0123456789" else " " for sign in signs)


def readable(text: str) -> str:
    """In NFC, without invisible signs and marks that belong to no letter."""
    return _MARKS.sub("", nfc(_INVISIBLE.sub("", text)))


def plain(words: str) -> str:
    """What `spelled` gave, without diacritics, sign for sign."""
    signs = _MARKS.sub("", unicodedata.normalize("NFD", words))
    return unicodedata.normalize("NFC", signs).replace("đ", "d")


def sought(words: str) -> str:
    """What `spelled` gave, with i for y where it is the only vowel, as both are written: kỹ as kĩ, quý as quí, but hay,
    thuỷ, quyết and city as they are; sign for sign.
    """
    return _ONLY_Y.sub(lambda found: found[1] + found[2].translate(_Y_AS_I), words)


def otherwise(word: str) -> str:
    """The other way of writing a syllable whose only vowel is i or y, without diacritics: "lý" → "li", "qui" → "quy"; or ""."""
    found = _I_OR_Y.fullmatch(fold(word))
    return found[1] + ("y" if found[2] == "i" else "i") if found else ""


def _tone_last(found: re.Match[str]) -> str:
    first, tone, last = found.groups()
    return f"{first}{last}{tone}" if first + last in {"oa", "oe", "uy"} else found[0]


_LETTERS = str.maketrans({"ă": "a~", "â": "a~~", "đ": "d~", "ê": "e~", "ô": "o~", "ơ": "o~~", "ư": "u~"})
_ORDER_OF_TONES = str.maketrans("\u0300\u0309\u0303\u0301\u0323", "{|}~\x7f")


def order_key(text: str) -> str:
    """Sorts as Vietnamese does: a ă â b c d đ e ê …; the same letters by tone: none, huyền, hỏi, ngã, sắc, nặng."""
    small = unicodedata.normalize("NFD", spelled(text))
    letters = unicodedata.normalize("NFC", _TONES.sub("", small)).translate(_LETTERS)
    return letters + "\x01" + re.sub("[\u0302\u0306\u031b]", "", small).translate(_ORDER_OF_TONES)


@dataclass(frozen=True)
class DueWords:
    """A due moment in words, for the tag `due`: relative first, absolute second; `tone` repeats it in colour."""

    words: str
    tone: str = ""
    detail: str = ""
    at: Day | None = None


def due_words(due_at: datetime, now: datetime, calendar: Calendar, near_at: datetime | None = None) -> DueWords:
    """ "Quá hạn 1 ngày · hạn 20/11, 17:00", "Hôm nay 17:00 · còn 6 giờ 50 phút", "Thứ Sáu 27/11 · còn 2 ngày làm việc".

    `near_at` is the moment from which it is near due, as kept with the work; without it one working day decides.
    """
    place = standing(now, due_at, calendar)
    if place == Standing.OVERDUE:
        absolute = gettext("due %(day)s, %(time)s") % {"day": short_day(due_at), "time": clock(due_at)}
        late = lateness(now, due_at, calendar)
        assert late is not None
        words = days_left(-late.days) if late.days else gettext("Just overdue")
        if late.minutes and not late.days:
            words = time_left(-late.minutes)
        return DueWords(capfirst(words), "late", absolute, due_at)
    left = remaining(now, due_at, calendar)
    assert left is not None
    tone = "near" if (place == Standing.NEAR_DUE if near_at is None else now >= near_at) else ""
    if left.days == 0:
        return DueWords(gettext("Today %(time)s") % {"time": clock(due_at)}, tone, time_left(left.minutes), due_at)
    words = capfirst(f"{weekday(due_at)} {short_day(due_at)}")
    return DueWords(words, tone, days_left(left.days), due_at)


def local(value: Day) -> Day:
    """A moment in the office's time zone; a plain day stays as it is."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return value.astimezone(OFFICE_TIME)
    return value


# --- days and moments ----------------------------------------------------------------------------


def day(value: Day | None) -> str:
    """25/11/2026"""
    return f"{local(value):%d/%m/%Y}" if value else ""


def short_day(value: Day | None) -> str:
    """25/11 within this year, 25/11/2025 otherwise."""
    if not value:
        return ""
    here = local(value)
    return f"{here:%d/%m}" if here.year == timezone.now().astimezone(OFFICE_TIME).year else f"{here:%d/%m/%Y}"


def clock(value: datetime | time | None) -> str:
    """17:00, local time."""
    if value is None:
        return ""
    return f"{local(value) if isinstance(value, datetime) else value:%H:%M}"


def moment(value: datetime | None) -> str:
    """25/11/2026, 07:32: when something happened."""
    return f"{local(value):%d/%m/%Y, %H:%M}" if value else ""


def due_moment(value: Day | None) -> str:
    """17:00, thứ Tư 25/11/2026: when something must be done. A plain day has no hour."""
    if not value:
        return ""
    here = f"{weekday(value)} {day(value)}"
    return f"{clock(value)}, {here}" if isinstance(value, datetime) else here


WEEKDAYS = (
    pgettext_lazy("weekday in a sentence", "Monday"),
    pgettext_lazy("weekday in a sentence", "Tuesday"),
    pgettext_lazy("weekday in a sentence", "Wednesday"),
    pgettext_lazy("weekday in a sentence", "Thursday"),
    pgettext_lazy("weekday in a sentence", "Friday"),
    pgettext_lazy("weekday in a sentence", "Saturday"),
    pgettext_lazy("weekday in a sentence", "Sunday"),
)


def weekday(value: Day | None) -> str:
    """thứ Tư, written as inside a sentence and never broken across lines."""
    if not value:
        return ""
    return str(WEEKDAYS[local(value).weekday()]).replace(" ", NBSP)


def short_weekday(value: Day | None) -> str:
    """T4, CN: for the strip of days."""
    if not value:
        return ""
    names = (
        pgettext("weekday, short", "Mon"),
        pgettext("weekday, short", "Tue"),
        pgettext("weekday, short", "Wed"),
        pgettext("weekday, short", "Thu"),
        pgettext("weekday, short", "Fri"),
        pgettext("weekday, short", "Sat"),
        pgettext("weekday, short", "Sun"),
    )
    return names[local(value).weekday()]


def letter_day(value: Day | None) -> str:
    """ngày 05 tháng 3 năm 2026: days below 10 and months 1, 2 carry a nought (Decree 30/2020, appendix I).

    Official letters are Vietnamese whatever language the reader uses.
    """
    if not value:
        return ""
    here = local(value)
    month = f"{here.month:02d}" if here.month < 3 else str(here.month)
    return f"ngày {here.day:02d} tháng {month} năm {here.year}"


def iso(value: Day | None) -> str:
    """For the datetime attribute of <time>."""
    if isinstance(value, datetime):
        return local(value).isoformat(timespec="minutes")  # type: ignore[call-arg]
    return value.isoformat() if value else ""


# --- durations, in working units -----------------------------------------------------------------


def minutes_of(value: timedelta | int) -> int:
    return round(value.total_seconds() / 60) if isinstance(value, timedelta) else int(value)


def working_time(value: timedelta | int | None) -> str:
    """2 giờ 25 phút. Takes working time as a timedelta or whole minutes; never days, for a day has no fixed hours."""
    if value is None:
        return ""
    hours, minutes = divmod(abs(minutes_of(value)), 60)
    if hours and minutes:
        words = gettext("%(hours)s h %(minutes)s min") % {"hours": number(hours), "minutes": minutes}
    elif hours:
        words = gettext("%(hours)s h") % {"hours": number(hours)}
    else:
        words = gettext("%(minutes)s min") % {"minutes": minutes}
    return words


def working_days(value: Decimal | float | int | None) -> str:
    """1,5 ngày làm việc"""
    if value is None:
        return ""
    plural = 1 if value == 1 else 2
    return ngettext("%(count)s working day", "%(count)s working days", plural) % {"count": number(value)}


def limit_words(limit: Limit | None, cut_off: time | None = None) -> str:
    """7 ngày làm việc, 4 giờ làm việc; for the same-day rule with the hour of the agency, where it is known."""
    if limit is None:
        return ""
    if limit.same_day and cut_off:
        words = gettext("within the day; received from %(hour)s on: the next working day")
        return words % {"hour": clock(cut_off)}
    if limit.same_day:
        return gettext("within the day")
    count = 1 if limit.amount == 1 else 2
    patterns = {
        Unit.HOUR: ngettext("%(count)s working hour", "%(count)s working hours", count),
        Unit.WORKING_DAY: ngettext("%(count)s working day", "%(count)s working days", count),
        Unit.CALENDAR_DAY: ngettext("%(count)s day", "%(count)s days", count),
        Unit.MONTH: ngettext("%(count)s month", "%(count)s months", count),
    }
    return patterns[limit.unit] % {"count": number(limit.amount)}


def time_left(value: timedelta | int | None) -> str:
    """còn 6 giờ 50 phút, or quá hạn 2 giờ when negative. Working time, as `working_time`."""
    if value is None:
        return ""
    pattern = gettext("%(time)s left") if minutes_of(value) >= 0 else gettext("%(time)s late")
    return pattern % {"time": working_time(value)}


def days_left(value: int | None) -> str:
    """còn 2 ngày làm việc, hôm nay, or quá hạn 3 ngày when negative. Counts working days."""
    if value is None:
        return ""
    if value == 0:
        return gettext("today")
    if value > 0:
        return ngettext("%(count)s working day left", "%(count)s working days left", value) % {"count": value}
    return ngettext("%(count)s day late", "%(count)s days late", -value) % {"count": -value}


def opening(value: str) -> str:
    """The same words at the start of a sentence: only the first letter changes."""
    return capfirst(value)


# --- numbers -------------------------------------------------------------------------------------


def number(value: Decimal | float | int | None) -> str:
    """8.000 and 1,5 in Vietnamese, 8,000 and 1.5 in English; no idle noughts after the comma."""
    if value is None:
        return ""
    if type(value) is int and abs(value) < 1000:  # nothing to group: most of what is counted
        return str(value)
    exact = Decimal(str(value))
    exact = exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact.normalize()
    return number_format(exact, use_l10n=True, force_grouping=True)


def decimal(value: Decimal | float | int | None, places: int = 1) -> str:
    """86,4: a fixed count of places, for columns of scores."""
    return "" if value is None else number_format(Decimal(str(value)), places, use_l10n=True, force_grouping=True)


def percent(value: Decimal | float | int | None, kind: str = "") -> str:
    """97,6 % on the desk; `percent:"letter"` writes 97,6% as official letters do. The value is already a percentage."""
    if value is None:
        return ""
    gap = "" if kind == "letter" or not (get_language() or "").startswith("vi") else NBSP
    return f"{number(round(Decimal(str(value)), 1))}{gap}%"


def money(value: Decimal | int | None) -> str:
    """8.000 đồng; nothing to pay is miễn."""
    if value is None:
        return ""
    if not value:
        return gettext("free of charge")
    return gettext("%(amount)s VND") % {"amount": number(value)}


def two_digits(value: int | None) -> str:
    """03: official texts write 03 ngày, 01 bộ, and issue 03/01."""
    return "" if value is None else f"{value:02d}"


def file_size(value: int | None) -> str:
    """210 KB, 1,2 MB. Bytes in; one place from a megabyte on."""
    if value is None:
        return ""
    if value < 1_000_000:
        return f"{number(max(1, round(value / 1000)))}{NBSP}KB"
    return f"{number(round(Decimal(value) / 1_000_000, 1))}{NBSP}MB"


# --- people --------------------------------------------------------------------------------------


def masked_name(value: str | None) -> str:
    """L. V. T.: a resident's name where strangers may read."""
    return NBSP.join(f"{part[0].upper()}." for part in (value or "").split())


def masked_phone(value: str | None) -> str:
    """09•• ••• 318: the first two and the last three digits. Short numbers are hidden altogether."""
    digits = "".join(sign for sign in value or "" if sign.isdigit())
    if not digits:
        return ""
    if len(digits) < 9:
        return "•" * len(digits)
    hidden = digits[:2] + "•" * (len(digits) - 5) + digits[-3:]
    return f"{hidden[:4]}{NBSP}{hidden[4:-3]}{NBSP}{hidden[-3:]}"


# --- marks and links -----------------------------------------------------------------------------
