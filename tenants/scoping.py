"""The active agency: which agency we work for right now, in Python and in PostgreSQL.

Ring 2: `objects` adds `agency = the active one` when the SQL is compiled, and raises with none active.
Ring 3: the same id is the transaction-local setting `qms.agency`, which the row-level policies compare with.
`everywhere` is the one way past ring 2; ring 3 still holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import connection, models, transaction
from django.db.models.sql import Query
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from tenants.models import Agency


class NoActiveAgency(RuntimeError):
    """A query on agency-owned rows was made while we work for no agency."""


@dataclass(frozen=True)
class Scope:
    """What the database admits: the rows of one agency, and for reading those of the agencies overseen."""

    agency: int | None = None
    overseen: tuple[int, ...] = ()


NOWHERE = Scope()
_scope: ContextVar[Scope] = ContextVar("scope", default=NOWHERE)
SETTINGS = "SELECT set_config('qms.agency', %s, true), set_config('qms.oversight', %s, true)"


def active_agency_id() -> int:
    """The id of the agency we work for. Raises NoActiveAgency when there is none."""
    agency = _scope.get().agency
    if agency is None:
        raise NoActiveAgency("No agency is active; wrap the work in `with agency.active():`.")
    return agency


def current_agency_id() -> int | None:
    """For new rows: the active agency, or None, which the database refuses."""
    return _scope.get().agency


def is_active(agency_id: int | None) -> bool:
    return agency_id is not None and _scope.get().agency == agency_id


@contextmanager
def scope(new: Scope, *, read_only: bool = False) -> Iterator[None]:
    """Work under `new` in one transaction; the former scope holds again afterwards, also in the database."""
    former, nested = _scope.get(), connection.in_atomic_block
    if new == former and nested and not read_only:
        yield
        return
    token = _scope.set(new)
    try:
        with transaction.atomic():
            _tell_database(new)
            if read_only:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION READ ONLY")
            yield
            if nested and not connection.needs_rollback:  # a savepoint that is released keeps its settings
                _tell_database(former)
    finally:
        _scope.reset(token)


def active(agency: Agency | int) -> Any:
    """`with active(agency):` queries see its rows, links lead into it, the database refuses others."""
    return scope(Scope(agency=agency if isinstance(agency, int) else agency.pk))


def _tell_database(scope: Scope) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS, [str(scope.agency or ""), ",".join(map(str, scope.overseen))])


class ActiveAgencyId(models.Expression):
    """The active agency's id, looked up when the SQL is compiled, so managers and forms can be built at import."""

    output_field = models.BigIntegerField()  # type: ignore[assignment]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[int]]:  # type: ignore[override]
        return "%s", [active_agency_id()]


class ScopedManager(models.Manager):
    """Sees the rows of the active agency only."""

    def get_queryset(self) -> models.QuerySet[Any]:
        rows = super().get_queryset()
        rows.query = _scoped(self.model).chain()
        return rows


@cache
def _scoped(model: type[models.Model]) -> Query:
    """Built once: the agency is looked up when the SQL is compiled, and a copy costs a twentieth of the filter."""
    return models.QuerySet(model).filter(agency=ActiveAgencyId()).query


class AgencyOwned(models.Model):
    """A row that belongs to one agency. Its table needs `SELECT qms_secure('<table>')` in its migration."""

    agency = models.ForeignKey(
        "tenants.Agency",
        models.PROTECT,
        verbose_name=_("agency"),
        default=current_agency_id,
        editable=False,
        related_name="+",
    )

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        abstract = True
