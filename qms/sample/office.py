"""An agency of the sample with its people at hand, and the past days on which its deeds are done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.utils import timezone

from tenants import clock
from tenants.models import Agency, Member, Unit


@dataclass
class Office:
    """An agency with its people at hand by role and by name."""

    agency: Agency
    people: dict[str, Member] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)

    def one(self, role: str) -> Member:
        return next(member for member in self.people.values() if role in member.roles)


@contextmanager
def at(day: dt.date, hour: int = 8, minute: int = 0) -> Iterator[None]:
    with clock.at(timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))):
        yield


def back(days: int) -> dt.date:
    """A working weekday about so many days ago."""
    day = clock.today() - dt.timedelta(days=days)
    return day - dt.timedelta(days=max(0, day.weekday() - 4))
