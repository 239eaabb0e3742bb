"""What time it is: now, unless somebody says `with at(moment):` (the sample's past, `night --on`, tests)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

from tenants.workdays import OFFICE_TIME

_moment: ContextVar[dt.datetime | None] = ContextVar("moment", default=None)


def now() -> dt.datetime:
    """The present moment, aware, UTC or office time alike."""
    return _moment.get() or timezone.now()


def today() -> dt.date:
    """Today on the office's wall (Asia/Ho_Chi_Minh)."""
    return now().astimezone(OFFICE_TIME).date()


def midnight_after(day: dt.date) -> dt.datetime:
    """The moment at which that day has ended on the office's wall: what happened on it lies before."""
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Work as if it were `moment` (aware)."""
    if timezone.is_naive(moment):
        raise ValueError("The moment needs a time zone.")
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
