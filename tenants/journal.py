"""The journal: who did what to what, when and why. Append-only in the database."""

from __future__ import annotations

from typing import Any

from django.db import models

from tenants import clock
from tenants.models import JournalEntry, Member


def write(
    verb: str,
    about: models.Model,
    *,
    by: Member,
    before: str = "",
    after: str = "",
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> JournalEntry:
    """One line in the journal of the agency of `by`."""
    return JournalEntry.objects.create(
        agency_id=by.agency_id,
        at=clock.now(),
        by=by,
        verb=verb,
        about_type=about._meta.label_lower,
        about_id=about.pk,
        about_label=str(about)[:300],
        before=before,
        after=after,
        reason=reason,
        details=details or {},
    )
