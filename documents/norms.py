"""Times as procedures write them: “0,5 ngày”, “04 giờ làm việc”, “1 giờ 30 phút”, “Giờ hành chính”, “trong ngày”."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from documents.content import Time, TimeUnit
from tenants.words import plain, spelled

_AMOUNT = r"(\d{1,4}(?:[.,]\d{1,3})?(?:\s*/\s*\d{1,2})?)"
_UNIT = r"(ngay lam viec|ngay lv|nlv|ngay|gio lam viec|gio lv|gio hanh chinh|gio|phut|buoi|thang|working hours?|working days?|hours?|days?|minutes?|months?|h|p)"  # fmt: skip
_TIME = re.compile(rf"(?<![\w/.,]){_AMOUNT}\s*(?:\([^)]{{0,40}}\)\s*)?{_UNIT}\b(\s+lam viec)?")
_RANGE = re.compile(rf"(?<![\w/.,])\d{{1,3}}\s*(?:-|den)\s*(?={_AMOUNT}\s*{_UNIT}\b)")
_WITHIN = re.compile(r"\b(?:trong|ngay trong|cung|within the) (?:ngay|day|buoi)(?: lam viec)?\b(?!\s*\d)")
_NOTHING = re.compile(
    r"^(?:gio hanh chinh|trong gio hanh chinh|ngay sau khi.*|ngay|khong quy dinh.*|theo (?:quy dinh|giay hen|phieu hen).*|thuong xuyen|lien tuc|hang ngay|khong tinh.*|)$"
)  # fmt: skip
_WORDS = {"nửa": "0,5", "một": "1", "hai": "2", "ba": "3", "bốn": "4", "năm": "5", "sáu": "6", "bảy": "7", "bẩy": "7", "tám": "8", "chín": "9", "mười": "10"}  # fmt: skip
_WORD = re.compile(  # with their tones, and before a unit: sáu is six, sau is after
    rf"\b({'|'.join(_WORDS)})(?=\s*(?:\([^)]{{0,40}}\)\s*)?(?:ngày|nlv|giờ|phút|buổi|tháng)\b)", re.IGNORECASE
)
_PRIME = re.compile(r"(?<=\d)\s*['’′](?!['’′])")  # 15' is 15 minutes
_QUARTERS = str.maketrans({"½": "1/2", "¼": "1/4", "¾": "3/4"})
PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class Read:
    """A time that was read. `told` is False where the words hold a time that was not understood for certain."""

    time: Time
    told: bool = True


def norm_of(words: str) -> Read:
    """The norm of a step, in working time: a day is a working day."""
    read = limit_of(words)
    time = read.time
    if time.unit == TimeUnit.CALENDAR_DAY:
        return Read(Time(time.amount, TimeUnit.WORKING_DAY), read.told)
    return Read(time, read.told and time.unit != TimeUnit.MONTH)


def limit_of(words: str) -> Read:
    """A time limit: “ngày” is a calendar day, “ngày làm việc” a working day (domain §3.3). The first time named counts;
    of a range the longer end, and it is not certain.
    """
    text = _signs(words)
    is_range = bool(_RANGE.search(text))
    text = _RANGE.sub(" ", text)
    found, within = _TIME.search(text), _WITHIN.search(text)
    if within and (found is None or within.start() < found.start()):  # “… nhận sau 15 giờ …” comes behind
        return Read(Time(Decimal(1), TimeUnit.WORKING_DAY, same_day=True))
    if found is None:
        return Read(Time(), told=bool(_NOTHING.match(text.strip(" .;,-()/"))))
    time = _time(found)
    rest = text[found.end() :]
    more = _TIME.match(rest.removeprefix(" va").lstrip(" ,"))
    if time.unit == TimeUnit.HOUR and more and more[2] in {"phut", "p", "minute", "minutes"}:
        time = Time(time.amount + _time(more).amount, TimeUnit.HOUR)
    return Read(time, told=not is_range)


def _signs(words: str) -> str:
    """Plain small letters, with the signs numbers are written with."""
    words = words.translate(_QUARTERS).replace("–", "-").replace("−", "-").replace("\n", " ")
    words = _WORD.sub(lambda found: _WORDS[found[1].lower()], _PRIME.sub(" phut", words))
    small = plain(spelled(words))
    if len(small) != len(words):
        return " ".join(small.split())
    kept = [given if given in ".,/()-" else sign for sign, given in zip(small, words, strict=True)]
    return " ".join("".join(kept).split())


def _time(found: re.Match[str]) -> Time:
    number = found[1].replace(" ", "").replace(",", ".")
    amount = Decimal(number.split("/")[0])
    if "/" in number and (divisor := Decimal(number.split("/")[1])):
        amount /= divisor
    unit, working = found[2], bool(found[3])
    if unit in {"phut", "p"} or unit.startswith("minute"):
        return Time((amount / 60).quantize(PLACES).normalize(), TimeUnit.HOUR)
    if unit.startswith(("gio", "hour", "working h")) or unit == "h":
        return Time(amount, TimeUnit.HOUR)
    if unit == "buoi":  # a morning or an afternoon
        return Time(amount / 2, TimeUnit.WORKING_DAY)
    if unit.startswith(("thang", "month")):
        return Time(amount, TimeUnit.MONTH)
    is_working = working or unit in {"ngay lam viec", "ngay lv", "nlv"} or unit.startswith("working")
    if amount != amount.to_integral_value():
        is_working = True  # nobody counts half a calendar day
    return Time(amount, TimeUnit.WORKING_DAY if is_working else TimeUnit.CALENDAR_DAY)
