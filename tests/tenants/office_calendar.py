"""The calendar the deadline vectors are counted on: days off and make-up Saturdays 2025-2028, hours of a typical office."""

from datetime import date, datetime, time

from tenants.workdays import OFFICE_TIME, Calendar, Hours

OFFICE_HOURS = ((time(7, 30), time(11, 30)), (time(13), time(17)))
MONDAY_TO_FRIDAY = dict.fromkeys(range(5), OFFICE_HOURS)
SATURDAY_RECEPTION = {5: ((time(7, 30), time(11, 30)),)}

TET = "Tết Nguyên Đán"
SWAPPED = "Nghỉ hoán đổi"
CULTURE_DAY = "Ngày Văn hóa Việt Nam"

DAYS_OFF = {
    "2025-01-01": "Tết Dương lịch",
    **dict.fromkeys(("2025-01-27", "2025-01-28", "2025-01-29", "2025-01-30", "2025-01-31"), TET),
    "2025-04-07": "Giỗ Tổ Hùng Vương",
    "2025-04-30": "Ngày Chiến thắng",
    "2025-05-01": "Quốc tế Lao động",
    "2025-05-02": SWAPPED,
    **dict.fromkeys(("2025-09-01", "2025-09-02"), "Quốc khánh"),
    "2026-01-01": "Tết Dương lịch",
    "2026-01-02": SWAPPED,
    **dict.fromkeys(("2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20"), TET),
    "2026-04-27": "Giỗ Tổ Hùng Vương (nghỉ bù)",
    "2026-04-30": "Ngày Chiến thắng",
    "2026-05-01": "Quốc tế Lao động",
    "2026-08-31": SWAPPED,
    **dict.fromkeys(("2026-09-01", "2026-09-02"), "Quốc khánh"),
    "2026-11-24": CULTURE_DAY,
    "2027-01-01": "Tết Dương lịch",
    **dict.fromkeys(("2027-02-04", "2027-02-05", "2027-02-06", "2027-02-08", "2027-02-09", "2027-02-10"), TET),
    "2027-04-16": "Giỗ Tổ Hùng Vương",
    "2027-04-30": "Ngày Chiến thắng",
    "2027-05-03": "Quốc tế Lao động (nghỉ bù)",
    **dict.fromkeys(("2027-09-02", "2027-09-03"), "Quốc khánh"),
    "2027-11-24": CULTURE_DAY,
    "2028-01-03": "Tết Dương lịch (nghỉ bù)",
    **dict.fromkeys(("2028-01-24", "2028-01-25", "2028-01-26", "2028-01-27", "2028-01-28"), TET),
    "2028-04-04": "Giỗ Tổ Hùng Vương",
    **dict.fromkeys(("2028-05-01", "2028-05-02"), "Quốc tế Lao động"),
    **dict.fromkeys(("2028-09-01", "2028-09-04"), "Quốc khánh"),
    "2028-11-24": CULTURE_DAY,
}
MAKE_UP_DAYS = {
    "2025-04-26": "Làm bù ngày 02/05/2025",
    "2026-01-10": "Làm bù ngày 02/01/2026",
    "2026-08-22": "Làm bù ngày 31/08/2026",
}


def office_calendar(
    closed: tuple[date, ...] = (), hours: tuple[Hours, ...] = (), announced_until: date | None = None
) -> Calendar:
    """The calendar, with local closures added or other hours."""
    return Calendar(
        days_off={date.fromisoformat(day): name for day, name in DAYS_OFF.items()} | dict.fromkeys(closed, "Đóng cửa"),
        make_up_days={date.fromisoformat(day): name for day, name in MAKE_UP_DAYS.items()},
        hours=hours or (Hours(date(2020, 1, 1), MONDAY_TO_FRIDAY),),
        announced_until=announced_until,
    )


def at(words: str) -> datetime:
    """The office's moment written as on a slip: "12/02/2026 09:00"."""
    return datetime.strptime(words, "%d/%m/%Y %H:%M").replace(tzinfo=OFFICE_TIME)


def on(words: str) -> date:
    return datetime.strptime(words, "%d/%m/%Y").replace(tzinfo=OFFICE_TIME).date()
