"""Finished dossiers as records: counted by procedure and year for the register of records, which knows no dossiers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count
from django.db.models.functions import ExtractYear

from documents.record_series import Counted, tell
from processes.models import Dossier, DossierState
from tenants import clock


def by_year(documents: Iterable[int], day: dt.date) -> list[Counted]:
    """Dossiers closed by the end of that day, by the office's year of closing. One query."""
    closed = Dossier.objects.filter(
        version__document__in=list(documents), state=DossierState.CLOSED, closed_at__lt=clock.midnight_after(day)
    )
    rows = closed.order_by().annotate(year=ExtractYear("closed_at")).values("version__document", "year")
    return [Counted(row["version__document"], row["year"], row["n"]) for row in rows.annotate(n=Count("pk"))]


tell(by_year)
