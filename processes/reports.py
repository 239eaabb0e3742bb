"""What is listed, counted and exported about dossiers and procedures."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from documents.content import Content
from documents.models import Document, Kind, Version
from processes import deadlines, permissions
from processes.journey import State, finished_words, holder
from processes.models import Coverage, Dossier, DossierState, Punctuality, Task
from processes.querysets import IN_WORK, OPEN, DossierQuerySet
from tenants import clock
from tenants.limits import Limit
from tenants.links import address
from tenants.models import Member
from tenants.shown import Shown
from tenants.transitions import NotPossible
from tenants.words import DueWords, due_words, masked_name, moment
from tenants.workdays import OFFICE_TIME, Calendar

BANDS: dict[int, str | Promise] = {
    0: gettext_lazy("Late"),
    1: gettext_lazy("Near due"),
    2: gettext_lazy("Due later"),
    3: gettext_lazy("Result ready, waiting for the resident"),
    4: gettext_lazy("Closed"),
}
STATE_SIGNS = {
    DossierState.RECEIVED: ("active", "dossier"),
    DossierState.PROCESSING: ("active", "hand-over"),
    DossierState.RESULT_READY: ("ok", "done"),
    DossierState.CLOSED: ("", "done"),
}


@dataclass(frozen=True)
class Row(Shown):
    """One dossier in the list."""

    code: str
    url: str
    title: str
    applicant: str
    step: str
    holder: str
    received_at: dt.datetime
    due: DueWords
    state: State


@dataclass(frozen=True)
class Band:
    """The dossiers of one urgency on this page of the list."""

    title: str | Promise
    rows: list[Row]


@dataclass(frozen=True)
class Counts:
    """Of everything open in the agency, whatever the filter."""

    open: int
    late: int
    near: int
    ready: int


@dataclass(frozen=True)
class Procedure:
    """An operational procedure in force, with what is done by it."""

    document: Document
    version: Version
    limit: Limit | None
    services: list[Any]
    open: int
    finished: int  # this year
    in_time: int

    @property
    def share(self) -> Decimal | None:
        """Percent finished early or on time this year; None while nothing is finished."""
        return Decimal(100 * self.in_time) / self.finished if self.finished else None


def counts(member: Member, now: dt.datetime) -> Counts:
    in_work = Q(state__in=IN_WORK)
    found = Dossier.objects.visible_to(member).open().aggregate(
        open=Count("pk"),
        late=Count("pk", filter=in_work & Q(due_at__lt=now)),
        near=Count("pk", filter=in_work & Q(near_at__lte=now, due_at__gte=now)),
        ready=Count("pk", filter=Q(state="result_ready")),
    )  # fmt: skip
    return Counts(**found)


def for_list(dossiers: DossierQuerySet) -> DossierQuerySet:
    """With everything a row or a line of the register shows, in a fixed number of queries."""
    open_tasks = Task.objects.open().order_by("pk").select_related("member", "unit")
    open_tasks = open_tasks.only("dossier", "step", "name", "role", "state", "member__name", "unit__name")
    return dossiers.select_related("applicant").prefetch_related(
        Prefetch("version", Version.objects.only("title", "state")),
        Prefetch("tasks", open_tasks, to_attr="open_tasks"),
    )


def bands(dossiers: Iterable[Dossier], member: Member, calendar: Calendar, now: dt.datetime) -> list[Band]:
    """One page of `by_urgency` dossiers, grouped."""
    grouped = groupby(dossiers, key=lambda dossier: dossier.band)  # type: ignore[attr-defined]
    return [Band(BANDS[band], [_row(dossier, member, calendar, now) for dossier in own]) for band, own in grouped]


def title_of(dossier: Dossier, member: Member) -> str:
    """What it is about; whom it concerns only for those who may see residents' data."""
    named = dossier.applicant.subject and permissions.may_see_personal_data(dossier, member)
    return f"{dossier.version.title}, {dossier.applicant.subject}" if named else dossier.version.title


def applicant_of(dossier: Dossier, member: Member) -> str:
    name = dossier.applicant.name
    return name if permissions.may_see_personal_data(dossier, member) else masked_name(name)


def _row(dossier: Dossier, member: Member, calendar: Calendar, now: dt.datetime) -> Row:
    task = next(iter(dossier.open_tasks), None)  # type: ignore[attr-defined]
    state = DossierState(dossier.state)
    tone, sign = STATE_SIGNS[state]
    return Row(
        code=dossier.code,
        url=address("dossier", dossier.code),
        title=title_of(dossier, member),
        applicant=applicant_of(dossier, member),
        step=_("step %(step)s: %(name)s") % {"step": task.step, "name": task.name} if task else "",
        holder=holder(task) if task else "",
        received_at=dossier.received_at,
        due=_due(dossier, calendar, now),
        state=State(tone, sign, str(state.label)),
    )


def _due(dossier: Dossier, calendar: Calendar, now: dt.datetime) -> DueWords:
    if dossier.punctuality:
        return finished_words(dossier, calendar)
    return due_words(dossier.due_at, now, calendar, dossier.near_at)


# --- the register (form 07) as a file ------------------------------------------------------------------------------


def register(dossiers: DossierQuerySet, member: Member) -> Iterator[list[str]]:
    """Heads, then one line per dossier: form 07, Sổ theo dõi hồ sơ. Everything is text, so nothing is reckoned anew."""
    yield [
        _("No."), _("Dossier code"), _("Procedure"), _("Applicant"), _("Address, telephone"), _("Channel"),
        _("Received on"),
        _("Due"), _("Result ready"), _("Handed out"), _("In time"), _("State"), _("Held by"), _("Note"),
    ]  # fmt: skip
    for number, dossier in enumerate(dossiers, 1):
        seen = permissions.may_see_personal_data(dossier, member)
        task = next(iter(dossier.open_tasks), None)  # type: ignore[attr-defined]
        contact = [dossier.applicant.address, dossier.applicant.phone] if seen else []
        yield [
            str(number), dossier.code, title_of(dossier, member), applicant_of(dossier, member),
            ", ".join(filter(None, contact)), str(dossier.get_channel_display()),
            moment(dossier.received_at), moment(dossier.due_at), moment(dossier.finished_at),
            moment(dossier.closed_at), str(dossier.get_punctuality_display()), str(dossier.get_state_display()),
            holder(task) if task else "", dossier.applicant.note if seen else "",
        ]  # fmt: skip


def as_csv(lines: Iterable[list[str]]) -> bytes:
    """UTF-8 with the mark spreadsheets look for."""
    text = io.StringIO()
    csv.writer(text).writerows([harmless(cell) for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(lines: Iterable[list[str]], title: str) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = title[:31]
    for line in lines:
        sheet.append([harmless(cell) for cell in line])
    for row in sheet.iter_rows(min_row=1, max_row=1):
        for cell in row:
            cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "C2"
    for column, width in zip("ABCDEFGHIJKLMN", (6, 22, 40, 26, 36, 14, 18, 18, 18, 18, 12, 16, 24, 30), strict=True):
        sheet.column_dimensions[column].width = width
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def harmless(cell: str) -> str:
    """What a resident wrote must not run in a spreadsheet: no formula, no control characters."""
    plain = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", " ", cell)
    return f"'{plain}" if plain.lstrip().startswith(("=", "+", "-", "@", "\t")) else plain


# --- procedures ----------------------------------------------------------------------------------------------------


def procedures_in_force() -> QuerySet[Version]:
    """Versions in force of the active agency's operational procedures, by code."""
    own = Version.objects.in_force_on(clock.today()).filter(document__kind=Kind.OPERATIONAL_PROCEDURE)
    covered = Coverage.objects.select_related("service").defer("service__details", "service__doubts")
    services = Prefetch("document__coverages", queryset=covered.order_by("service__code"))
    return own.select_related("document__unit").prefetch_related(services).order_by("document__code")


def procedures(year: int) -> list[Procedure]:
    """Every operational procedure in force: limit, services, dossiers open, in time this year. Four queries."""
    by_document = {line["version__document"]: line for line in _worked(Dossier.objects.all(), year)}
    return [_procedure(version, by_document.get(version.document_id, {})) for version in procedures_in_force()]


def procedure(version: Version, year: int) -> Procedure:
    """The same of one of them. One query."""
    worked = _worked(Dossier.objects.filter(version__document=version.document_id), year)
    return _procedure(version, next(iter(worked), {}))


def _worked(dossiers: DossierQuerySet, year: int) -> QuerySet[Any]:
    start = _new_year(year)
    this_year = Q(finished_at__gte=start, finished_at__lt=_new_year(year + 1))
    in_time = this_year & Q(punctuality__in=(Punctuality.EARLY, Punctuality.ON_TIME))
    return dossiers.values("version__document").annotate(
        open_now=Count("pk", filter=Q(state__in=OPEN)),
        finished=Count("pk", filter=this_year),
        kept=Count("pk", filter=in_time),
    )  # fmt: skip


def _new_year(year: int) -> dt.datetime:
    return dt.datetime(year, 1, 1, tzinfo=OFFICE_TIME)


def _procedure(version: Version, worked: dict[str, int]) -> Procedure:
    try:
        limit = deadlines.limit_of(Content.of(version.content))
    except NotPossible:
        limit = None
    return Procedure(
        document=version.document,
        version=version,
        limit=limit,
        services=[coverage.service for coverage in version.document.coverages.all()],
        open=worked.get("open_now", 0),
        finished=worked.get("finished", 0),
        in_time=worked.get("kept", 0),
    )
