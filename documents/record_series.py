"""Series of records follow the procedures: part 7 of the version in force names them, nobody types them again.

A person adds what the version leaves open: unit, medium, legal basis, and the retention where its words cannot be read.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db.models.fields.json import KT
from django.db.transaction import atomic
from django.utils.translation import gettext as _
from simple_history.utils import bulk_update_with_history

from documents import record_permissions as permissions
from documents.content import RecordKept
from documents.models import Document, Version
from documents.record_models import GroupState, RecordGroup, RecordSeries
from documents.retention import Retention, Rule, ends_on, read
from tenants import clock
from tenants.models import Agency, Member
from tenants.tasks import AgencyTask, for_each_agency
from tenants.transitions import NotAllowed, NotPossible, deed, lock, record
from tenants.words import fold

log = logging.getLogger("qms.documents")
SETTABLE = {"unit", "medium", "retention", "years", "event", "counted_from", "legal_basis", "dossiers"}
RULES = {"retention", "years", "event"}  # only where the version does not say it
LONGEST = 300
DOSSIERS = "ho so"  # the first series whose name begins so holds the finished dossiers of a procedure


# --- finished dossiers, counted by the apps above -------------------------------------------------


@dataclass(frozen=True)
class Counted:
    """So many finished pieces of work of one document, closed in one year."""

    document_id: int
    year: int
    count: int


Count = Callable[[Iterable[int], dt.date], Iterable[Counted]]
_COUNTS: list[Count] = []


def tell(count: Count) -> None:
    """An app above says how many finished pieces of work each of these documents has by year, as of a day."""
    _COUNTS.append(count)


def counted(documents: Iterable[int], day: dt.date) -> list[Counted]:
    """One query for each app that told."""
    wanted = list(documents)
    found = [line for count in _COUNTS for line in count(wanted, day)] if wanted else []
    return sorted(found, key=lambda line: (line.document_id, line.year))


# --- following the version in force ---------------------------------------------------------------


@atomic
def follow(version: Version, *, by: Member) -> int:
    """The series of its document become what this version's part 7 says. Returns how many changed; again: none.

    A line is known by its name. One that is no longer named takes no more groups; what it holds is kept on.
    """
    document, today = version.document, clock.today()
    standing = {row.key: row for row in RecordSeries.objects.filter(document=document).select_for_update(of=("self",))}
    named = _by_key(version.content.get("records") or [], standing)
    number, changed = max((row.number for row in standing.values()), default=0), 0
    held = any(row.dossiers for row in standing.values())
    for key, line in named.items():
        row = standing.get(key)
        if row is None:
            number += 1
            row = _begun(document, key, number)
            row.dossiers = not held and document.kind == "operational_procedure" and key.startswith(DOSSIERS)
            held = held or row.dossiers
        changed += _take(row, version, line, by=by)
    for key, row in standing.items():
        if key not in named and row.ended_on is None:
            row.ended_on = today
            record(row, "series_ended", by=by)
            changed += 1
    return changed


def _by_key(lines: Iterable[dict[str, Any]], standing: Mapping[str, RecordSeries]) -> dict[str, RecordKept]:
    """Two lines of one name are two series: known again by place and retention, in whichever order they stand; else the
    first that has not ended is followed. One that has ended with other words stays ended: what it holds keeps its rule.
    """
    all_kept = [
        RecordKept(**{name: str(line.get(name) or "")[:LONGEST] for name in ("name", "place", "retention")})
        for line in lines
    ]
    keys: dict[int, str] = {}
    ways: tuple[Callable[[RecordSeries | None, RecordKept], bool], ...] = (
        lambda row, kept: row is not None and (row.words, row.place) == (kept.retention, kept.place),
        lambda row, _kept: row is not None and row.ended_on is None,
        lambda row, _kept: row is None,
    )
    for fits in ways:
        for at, kept in enumerate(all_kept):
            base = fold(kept.name)[:LONGEST]
            alike = (base, *(f"{base} #{place}" for place in range(2, len(all_kept) + len(standing) + 2)))
            free = (key for key in alike if key not in keys.values() and fits(standing.get(key), kept))
            if base and at not in keys and (key := next(free, None)):
                keys[at] = key
    return {keys[at]: kept for at, kept in enumerate(all_kept) if at in keys}


def _begun(document: Document, key: str, number: int) -> RecordSeries:
    return RecordSeries(
        document=document, number=number, code=f"{document.code}-HS{number:02}", key=key, unit_id=document.unit_id,
        counted_from=settings.RETENTION_COUNTED_FROM,
    )  # fmt: skip


def _take(row: RecordSeries, version: Version, line: RecordKept, *, by: Member) -> bool:
    """Write the line into its series when it says something new. New words of retention set the rule anew."""
    said = {"name": line.name, "place": line.place, "words": line.retention, "version_id": version.pk, "ended_on": None}
    if row.pk and all(getattr(row, name) == value for name, value in said.items()):
        return False
    other_words = row.pk is None or row.words != line.retention
    for name, value in said.items():
        setattr(row, name, value)
    if other_words:
        rule = read(line.retention, row.counted_from)
        row.retention, row.years, row.counted_from = rule.kind, rule.years, rule.counted_from
        row.event = line.retention[:200] if rule.kind == Retention.EVENT else ""
    record(row, "series_followed", by=by, details={"version": version.number, "words": line.retention})
    if other_words:
        _reckon_anew(row, by=by)
    return True


@atomic
def end_all(document: Document, *, by: Member) -> int:
    """The document is withdrawn: none of its series takes new groups."""
    rows = list(RecordSeries.objects.filter(document=document, ended_on=None).select_for_update(of=("self",)))
    for row in rows:
        row.ended_on = clock.today()
        record(row, "series_ended", by=by)
    return len(rows)


@shared_task
def follow_everywhere() -> int:
    """What the versions in force say and the register does not have: documents from before there was a register."""
    return for_each_agency(follow_all)


@shared_task(base=AgencyTask)
def follow_all(agency_id: int) -> int:
    """Returns how many series changed; two queries when there is nothing to follow."""
    by = Agency.objects.get(pk=agency_id).clock()
    in_force = Version.objects.in_force().annotate(named=KT("content__records")).exclude(named="[]")
    known = RecordSeries.objects.filter(ended_on=None).values("version")
    return sum(follow(version, by=by) for version in in_force.exclude(pk__in=known).select_related("document"))


# --- what a person says ---------------------------------------------------------------------------


def is_said(series: RecordSeries) -> bool:
    """The version itself says how long: the rule changes with the version, not here."""
    return read(series.words).kind != Retention.UNSET


@atomic
def set_series(series: RecordSeries, *, by: Member, **changed: Any) -> RecordSeries:
    """Unit, medium, legal basis, from when years count; the retention where the version's words leave it open.

    Every group's last day is reckoned anew. Raises NotPossible for a rule that the version in force says otherwise.
    """
    series = lock(series)
    if not permissions.may_keep_records(by):
        raise NotAllowed(
            _("Your role in this agency does not include this."), about=series, needs=_("the ISO secretary")
        )
    if unknown := changed.keys() - SETTABLE:
        raise TypeError(f"not to be set: {', '.join(sorted(unknown))}")
    before = series.rule
    for name, value in changed.items():
        setattr(series, name, value)
    if RULES & changed.keys() and is_said(series) and (series.retention, series.years) != (before.kind, before.years):
        raise NotPossible(
            _("The procedure says “%(words)s”. Change it in a new version; the register follows.")
            % {"words": series.words},
            about=series,
        )
    if series.retention not in (Retention.YEARS, Retention.EVENT):
        series.years = None
    series.event = series.event if series.retention == Retention.EVENT else ""
    series.full_clean(exclude=["key", "words"])
    record(series, "series_set", by=by, details={"fields": sorted(changed)})
    if series.rule != before:
        _reckon_anew(series, by=by)
    return series


def _reckon_anew(series: RecordSeries, *, by: Member) -> None:
    """The last day of every closed group, by the rule as it is now. In a proposal that stands it is checked again."""
    rule: Rule = series.rule
    moved = []
    for group in RecordGroup.objects.filter(series=series, state=GroupState.CLOSED).select_for_update(of=("self",)):
        day = ends_on(rule, group.closed_on, group.event_on)
        if day != group.ends_on:
            group.ends_on = day
            moved.append(group)
    if moved:
        with deed("retention_reckoned", series, by=by, details={"groups": len(moved)}):
            bulk_update_with_history(moved, RecordGroup, ["ends_on"], default_user=by, default_date=clock.now())
