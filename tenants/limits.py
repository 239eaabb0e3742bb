"""Time limits as the law writes them: so many hours, working days, days or months, or "within the day"."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from tenants.workdays import MINUTES_PER_DAY, months_later


class Unit(StrEnum):
    HOUR = "hour"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"


LONGEST = {Unit.HOUR: 20_000, Unit.WORKING_DAY: 2_500, Unit.CALENDAR_DAY: 3_660, Unit.MONTH: 120}  # about ten years


@dataclass(frozen=True)
class Limit:
    """A time limit (thời hạn giải quyết).

    `same_day` is the rule "within the working day; received from the cut-off time on, the next working day": amount 1,
    unit working day. Raises ValueError for amounts that are zero, negative, not a number, longer than about ten years
    (`LONGEST`), shorter than a minute, and for fractions of calendar days or months.
    """

    amount: Decimal
    unit: Unit
    same_day: bool = False

    def __post_init__(self) -> None:
        exact = isinstance(self.amount, Decimal | int) and not isinstance(self.amount, bool)
        if not exact or not Decimal(self.amount).is_finite() or self.amount <= 0:
            raise ValueError(f"A time limit is an exact number greater than zero, not {self.amount!r}.")
        amount, unit = Decimal(self.amount), Unit(self.unit)
        if amount > LONGEST[unit]:
            raise ValueError(f"A time limit of {amount} is too long: at most {LONGEST[unit]} for this unit ({unit}).")
        whole = amount == amount.to_integral_value()
        if not whole and unit in (Unit.CALENDAR_DAY, Unit.MONTH):
            raise ValueError(f"A time limit in calendar days or months is a whole number, not {amount}.")
        if self.same_day and (amount != 1 or unit is not Unit.WORKING_DAY):
            raise ValueError("The same-day rule is written as one working day.")
        object.__setattr__(self, "amount", amount)
        object.__setattr__(self, "unit", unit)
        if self.runs_in_hours and self.minutes < 1:
            raise ValueError(f"A time limit must be at least one minute, not {amount} ({unit}).")

    @classmethod
    def within_the_day(cls) -> "Limit":
        return cls(Decimal(1), Unit.WORKING_DAY, same_day=True)

    @property
    def runs_in_hours(self) -> bool:
        """Hours, and fractions of a working day, run through the sessions from the start event (rule 4)."""
        if self.unit is Unit.WORKING_DAY:
            return self.amount != self.amount.to_integral_value()
        return self.unit is Unit.HOUR

    @property
    def counts_every_day(self) -> bool:
        """Calendar days and months: days off are counted and only the end moves to a working day."""
        return self.unit in (Unit.CALENDAR_DAY, Unit.MONTH)

    @property
    def minutes(self) -> int:
        """Working time the limit grants, in minutes, so that limits can be compared and summed.

        Hours and working days are exact (1 day = 8 h). Calendar days and months have no fixed working time: taken is
        the least a Monday-Friday week leaves, whatever weekday the count starts on and with the end rolled to a working
        day; holidays are not deducted, as at that time nobody knows which ones fall in.
        """
        if self.unit is Unit.HOUR:
            return round(self.amount * 60)
        if self.unit is Unit.WORKING_DAY:
            return round(self.amount * MINUTES_PER_DAY)
        return _fewest_weekdays(int(self.amount), self.unit) * MINUTES_PER_DAY

    def in_hours(self) -> "Limit":
        """The same working time run through the sessions from the start event: how a step norm in days is timed."""
        return Limit(Decimal(self.minutes) / 60, Unit.HOUR)


def spare_minutes(limit: Limit, steps: Iterable[Limit]) -> int:
    """Working minutes the step norms leave of the legal limit (rule 9): negative is an error, positive a warning."""
    return limit.minutes - sum(step.minutes for step in steps)


def _fewest_weekdays(amount: int, unit: Unit) -> int:
    """Least number of Mondays to Fridays after a start on a working day, up to the rolled end."""
    monday = date(2026, 1, 5)
    if unit is Unit.MONTH:
        days = min((months_later(date(2026, month, 1), amount) - date(2026, month, 1)).days for month in range(1, 13))
    else:
        days = amount
    weeks, rest = divmod(days, 7)
    return weeks * 5 + min(_weekdays_within(monday + timedelta(start), rest) for start in range(5))


def _weekdays_within(start: date, days: int) -> int:
    end = start + timedelta(days)
    if end.weekday() > 4:
        end += timedelta(7 - end.weekday())
    return sum((start + timedelta(n)).weekday() < 5 for n in range(1, (end - start).days + 1))
