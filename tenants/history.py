"""History of rows: every save leaves a version with author and reason, or is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simple_history.models import HistoricalRecords

from tenants import clock

if TYPE_CHECKING:
    from tenants.models import Member


LONGEST_REASON = 100  # signs of history_change_reason


class Undocumented(RuntimeError):
    """A row with history was written outside `perform` or `record`, so nobody would know who did it."""


@dataclass(frozen=True)
class Deed:
    """Who is writing, and why. Held for the duration of one deed, never left on an instance."""

    by: Member
    reason: str


_deed: ContextVar[Deed | None] = ContextVar("deed", default=None)


@contextmanager
def doing(by: Member, reason: str = "") -> Iterator[None]:
    token = _deed.set(Deed(by, reason))
    try:
        yield
    finally:
        _deed.reset(token)


def author(instance: Any, **_kwargs: Any) -> Member:
    """The member whose deed is running. Raises Undocumented when there is none."""
    deed = _deed.get()
    if deed is None:
        raise Undocumented(f"{type(instance).__name__} is written outside perform() or record().")
    return deed.by


class History(HistoricalRecords):
    """HistoricalRecords whose author is a Member and whose reason is the deed's."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(user_model="tenants.Member", get_user=author, cascade_delete_history=False, **kwargs)

    def create_historical_record(self, instance: Any, history_type: str, using: str | None = None) -> None:
        instance._history_date = clock.now()
        try:
            super().create_historical_record(instance, history_type, using)
        finally:
            del instance._history_date

    def get_history_user(self, instance: Any) -> Any:
        return author(instance)

    def get_change_reason_for_object(self, instance: Any, history_type: str, using: str) -> str:
        """As much as the column holds; the journal keeps the whole."""
        deed = _deed.get()
        return deed.reason[:LONGEST_REASON] if deed else ""
