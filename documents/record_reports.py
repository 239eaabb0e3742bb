"""The register of records as it stood on a day, and what stands beside a series or group. Frozen, for templates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from documents.past import Line, Listing
from documents.record_models import GroupState, RecordGroup, RecordHold, RecordSeries
from documents.record_querysets import holds_on
from documents.record_series import Counted, counted
from documents.reports import Badge
from documents.retention import CountedFrom, Retention, ends_on
from tenants import clock
from tenants.models import Member
from tenants.querysets import in_words
from tenants.words import day as day_words

LOOKS = {
    GroupState.OPEN: ("active", "edit"),
    GroupState.CLOSED: ("ok", "done"),
    GroupState.DISPOSED: ("held", "refuse"),
}


def badge_of(state: str, ended: dt.date | None, held: bool, today: dt.date) -> Badge:
    """A hold says more than the state, and so does a retention that has ended."""
    if held and state != GroupState.DISPOSED:
        return Badge("held", "lock", _("Held: not to be disposed of"))
    if state == GroupState.CLOSED and ended is not None and ended < today:
        return Badge("near", "clock", _("Retention has ended"))
    tone, sign = LOOKS[GroupState(state)]
    return Badge(tone, sign, str(GroupState(state).label))


def retention_words(series: RecordSeries) -> str:
    """How long, in words: "10 years from the end of the year of closing"."""
    if series.retention == Retention.PERMANENT:
        return str(pgettext("retention", "permanent"))
    if series.retention == Retention.EVENT:
        words = series.event or str(Retention.EVENT.label)
        return _("%(event)s, then %(years)s") % {"event": words, "years": _years(series)} if series.years else words
    return _years(series) if series.years else _("not yet said")


def _years(series: RecordSeries) -> str:
    count = ngettext("%(n)s year", "%(n)s years", series.years or 0) % {"n": series.years}
    return _("%(years)s from %(moment)s") % {"years": count, "moment": CountedFrom(series.counted_from).label}


# --- the register -----------------------------------------------------------------------------------


def groups_on(member: Member, day: dt.date, **wanted: Any) -> Any:
    """Every group as the history has it at the end of that day, in the order of series as Vietnamese sorts their names.

    `wanted`: unit, series, year (of its first record), state (open, closed, disposed; due, held).
    """
    history, end = RecordGroup.history.model, clock.midnight_after(day)
    mine = history.objects.filter(agency=member.agency_id, history_date__lt=end)
    newest = mine.order_by("id", "-history_date", "-history_id").distinct("id")
    rows = history.objects.filter(agency=member.agency_id, history_id__in=newest.values("history_id"))
    rows = rows.filter(series__in=RecordSeries.objects.visible_to(member).values("pk"))
    rows = rows.annotate(is_held=Exists(holds_on("id", end))).select_related("series__document", "series__unit")
    for name, field in (("unit", "series__unit"), ("series", "series"), ("year", "first_on__year")):
        if wanted.get(name):
            rows = rows.filter(**{field: wanted[name]})
    state = wanted.get("state")
    if state == "held":
        rows = rows.filter(is_held=True).exclude(state=GroupState.DISPOSED)
    elif state == "due":
        rows = rows.filter(state=GroupState.CLOSED, ends_on__lt=day, is_held=False)
    elif state:
        rows = rows.filter(state=state)
    return rows.order_by(in_words("series__name"), "series__code", "number")


class Register(Listing):
    """The same lines for page, Excel and paper, under the heads of records."""

    @property
    def columns(self) -> list[dict[str, str]]:
        return [{"label": label} for label in (_("Record group"), *self.heads)]

    def table(self) -> tuple[list[str], list[list[Any]]]:
        heads = [_("Code"), pgettext("record group", "Title"), *self.heads]
        return heads, [[line.code, line.title, *line.values] for line in self.lines(self.rows)]


def register(member: Member, day: dt.date, **wanted: Any) -> Register:
    """For the page's files: one line for each group."""
    heads = [
        _("Series"), _("Unit that keeps it"), _("Records from"), _("Records to"), _("Papers or files"), _("Location"),
        _("Closed on"), _("Retention"), _("Legal basis"), _("Kept until"), _("State"),
    ]  # fmt: skip

    def cells(row: Any) -> list[Any]:
        series = row.series
        unit, state = series.unit.name if series.unit else "", badge_of(row.state, row.ends_on, row.is_held, day).words
        return [
            str(series), unit, row.first_on, row.last_on, row.count, row.location, row.closed_on, retention_words(series),
            series.legal_basis, row.ends_on, state,
        ]  # fmt: skip

    def lines(page: Any) -> list[Line]:
        return [Line(row.code, row.title, reverse("record_group", args=[row.code]), cells(row)) for row in page]

    return Register(
        _("Register of records"),
        _("on %(day)s") % {"day": day_words(day)},
        heads,
        groups_on(member, day, **wanted),
        lines,
    )


@dataclass(frozen=True)
class Row:
    """A group of the register on the page."""

    code: str
    title: str
    url: str
    first_on: dt.date
    last_on: dt.date | None
    count: int | None
    unit: str
    place: str
    ends_on: dt.date | None
    state: Badge


@dataclass(frozen=True)
class Band:
    """A series with its groups on this page."""

    series: RecordSeries
    retention: str
    rows: list[Row]


def bands_of(rows: Iterable[Any], day: dt.date) -> list[Band]:
    bands: dict[int, Band] = {}
    for row in rows:
        band = bands.setdefault(row.series_id, Band(row.series, retention_words(row.series), []))
        band.rows.append(row_of(row, row.series, row.is_held, day))
    return list(bands.values())


def row_of(group: Any, series: RecordSeries, held: bool, day: dt.date) -> Row:
    return Row(
        group.code, group.title, reverse("record_group", args=[group.code]), group.first_on, group.last_on, group.count,
        series.unit.name if series.unit else "", group.location or series.place, group.ends_on,
        badge_of(group.state, group.ends_on, held, day),
    )  # fmt: skip


# --- finished dossiers ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dossiers:
    """The finished dossiers of one procedure and year: counted from the data, kept by the series' retention."""

    series: RecordSeries
    year: int
    count: int
    ends_on: dt.date | None
    ended: bool


def dossiers_on(member: Member, day: dt.date, **wanted: Any) -> list[Dossiers]:
    """By procedure and year of closing. Two queries."""
    series = RecordSeries.objects.visible_to(member).filter(dossiers=True).select_related("unit", "document")
    if wanted.get("unit"):
        series = series.filter(unit=wanted["unit"])
    if wanted.get("series"):
        series = series.filter(pk=wanted["series"].pk)
    by_document = {row.document_id: row for row in series.order_by(in_words("name"), "code")}
    order = list(by_document)
    found = [line for line in counted(by_document, day) if wanted.get("year") in (None, "", line.year)]
    found.sort(key=lambda line: (order.index(line.document_id), line.year))
    return [_dossiers(by_document[line.document_id], line, day) for line in found]


def _dossiers(series: RecordSeries, line: Counted, day: dt.date) -> Dossiers:
    """Of a year the last dossier's retention counts: that of its last day."""
    until = ends_on(series.rule, dt.date(line.year, 12, 31))
    return Dossiers(series, line.year, line.count, until, until is not None and until < day)


# --- a series, a group --------------------------------------------------------------------------------


def holds_over(series: RecordSeries, group: RecordGroup | None = None) -> list[RecordHold]:
    """Every hold that ever stood on it, those that stand first."""
    about = Q(series=series) | (Q(group=group) if group else Q(group__series=series))
    rows = RecordHold.objects.filter(about).select_related("placed_by", "lifted_by", "group", "series")
    return sorted(rows.order_by("-placed_at"), key=lambda hold: hold.lifted_at is not None)


@dataclass(frozen=True)
class SeriesRow:
    series: RecordSeries
    retention: str
    url: str
    groups: int


def waiting_series(member: Member) -> list[RecordSeries]:
    """Whose retention the procedures leave open and nobody has said."""
    rows = RecordSeries.objects.visible_to(member).filter(retention=Retention.UNSET, ended_on=None)
    return list(rows.select_related("document").order_by(in_words("name"), "code"))


def rows_of_series(series: RecordSeries) -> list[Row]:
    held = holds_on("pk")
    groups = RecordGroup.objects.filter(series=series).annotate(is_held=Exists(held)).order_by("-first_on", "-number")
    return [row_of(group, series, group.is_held, clock.today()) for group in groups]


def all_series(member: Member) -> list[SeriesRow]:
    """Those that take groups first, then what is only kept on. One query."""
    rows = RecordSeries.objects.visible_to(member).select_related("unit", "document").annotate(n=Count("groups"))
    ordered = rows.order_by(F("ended_on").asc(nulls_first=True), in_words("name"), "code")
    return [SeriesRow(row, retention_words(row), row.get_absolute_url(), row.n) for row in ordered]
