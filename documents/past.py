"""The lists of an agency as they stood on a day: master list, external documents, reading; and what was amended.

Each is a Listing: the same lines for the page, for Excel and for paper.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BigIntegerField, Case, Count, Exists, F, OuterRef, Prefetch, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from documents.models import Acknowledgement, Document, Kind, Signature, SignatureRole, Version
from documents.querysets import VersionQuerySet
from documents.reports import badge_of, held_on_no_day
from tenants import clock
from tenants.links import address
from tenants.models import Member, Unit
from tenants.shown import Shown
from tenants.words import day as day_words
from tenants.words import moment

LISTS: dict[str, Promise | str] = {  # names of addresses, beside the master list as it is now
    "past_list": gettext_lazy("In force on a day"),
    "external_list": gettext_lazy("External documents"),
    "amendments": gettext_lazy("Amendment history"),
    "distribution_list": gettext_lazy("Distribution and reading"),
}


@dataclass(frozen=True)
class Line(Shown):
    """One line: the document it is about, and the other cells in the order of the heads."""

    code: str
    title: str
    url: str
    values: list[Any]

    @property
    def head(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def cells(self) -> list[str]:
        return [shown(value) for value in self.values]


@dataclass(frozen=True)
class Listing:
    """`rows` are what is counted and paged; `lines` turns some of them into lines, in a fixed number of queries."""

    title: str
    about: str  # the day or the days, in words
    heads: list[str]
    rows: Any
    lines: Callable[[Any], list[Line]] = field(repr=False)

    @property
    def columns(self) -> list[dict[str, str]]:
        return [{"label": label} for label in (pgettext("document", "Document"), *self.heads)]

    def table(self) -> tuple[list[str], list[list[Any]]]:
        """For files: heads and cells, code and title apart."""
        heads = [pgettext("document", "Code"), pgettext("document", "Title"), *self.heads]
        return heads, [[line.code, line.title, *line.values] for line in self.lines(self.rows)]


def shown(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return moment(value)
    return (day_words(value) if isinstance(value, dt.date) else str(value or "")) or "–"


# --- what held on a day ----------------------------------------------------------------------------


def held_on(member: Member, day: dt.date, *, kind: str = "", unit: Any = None) -> VersionQuerySet:
    """One version of each document that held on that day, in the order of the master list.

    Where one took the place of another on that very day, the later one.
    """
    documents = Document.objects.visible_to(member)
    if kind:
        documents = documents.filter(kind=kind)
    held = Version.objects.visible_to(member).in_force_on(day).filter(document__in=documents).newest_of_each()
    held = held.annotate(unit_then=_unit_then(day)).annotate(unit_called=_unit_called(day))
    return (held.filter(unit_then=unit.pk) if unit else held).in_order_of_documents()


def _unit_then(day: dt.date, model: Any = Document, of: str = "document") -> Case:
    """The unit in charge (of a Member: theirs) at the end of that day, as the history has it; where it has nothing, of today."""
    rows = _at_the_end_of(day, model).filter(id=OuterRef(of))
    unit = Subquery(rows.values("unit")[:1])
    return Case(When(Exists(rows), then=unit), default=F(f"{of}__unit"), output_field=BigIntegerField())


def _unit_called(day: dt.date) -> Coalesce:
    """What that unit was called at the end of that day, the same way."""
    then = _at_the_end_of(day, Unit).filter(id=OuterRef("unit_then")).values("name")[:1]
    now = Unit.objects.order_by().filter(pk=OuterRef("unit_then")).values("name")
    return Coalesce(Subquery(then), Subquery(now))


def _at_the_end_of(day: dt.date, model: Any) -> Any:
    """The history of a model up to then, the newest first."""
    rows = model.history.model.objects.filter(agency=OuterRef("agency"), history_date__lt=clock.midnight_after(day))
    return rows.order_by("-history_date", "-history_id")


def master_list(member: Member, day: dt.date, *, kind: str = "", unit: Any = None, title: str = "") -> Listing:
    """Which text was in force on that day, who had signed it, how many had read it by the end of the day."""
    heads = [
        _("Kind"), _("Issue/revision"), _("In force from"), _("In force to"), pgettext("person", "Signed by"), _("Unit in charge"), _("Read"),
    ]  # fmt: skip
    rows = held_on(member, day, kind=kind, unit=unit)
    about = _("on %(day)s") % {"day": day_words(day)}
    return Listing(title or _("Documents in force"), about, heads, rows, lambda page: _held_lines(page, day))


def _held_lines(rows: Any, day: dt.date) -> list[Line]:
    approvals = Signature.objects.filter(role=SignatureRole.APPROVED)
    rows = rows.defer("content").select_related("document")
    versions = list(rows.prefetch_related(Prefetch("signatures", approvals, to_attr="approvals")))
    end = clock.midnight_after(day)
    asked = Acknowledgement.objects.filter(version__in=versions, asked_at__lt=end).values("version")
    counted = asked.annotate(asked=Count("pk"), read=Count("pk", filter=Q(read_at__lt=end)))
    reading = {line["version"]: f"{line['read']}/{line['asked']}" for line in counted}
    return [
        _line(
            version,
            str(Kind(version.document.kind).label),
            version.number,
            version.effective_from,
            version.effective_to,
            "; ".join(f"{row.name}, {row.title}" for row in version.approvals if row.round == version.round),
            version.unit_called,
            reading.get(version.pk, ""),
        )
        for version in versions
    ]


def external_list(member: Member, day: dt.date, *, unit: Any = None) -> Listing:
    return master_list(member, day, kind="external", unit=unit, title=_("External documents"))


def distribution_list(member: Member, day: dt.date, *, kind: str = "", unit: Any = None) -> Listing:
    """Of what held on that day: who had been asked to read it, and when they had."""
    heads = [
        _("Issue/revision"), _("Reader"), _("Unit"), _("Asked"), pgettext("acknowledgement", "Read"), _("Read as version"),
    ]  # fmt: skip
    end = clock.midnight_after(day)
    held = held_on(member, day, kind=kind, unit=unit).order_by()
    rows = Acknowledgement.objects.filter(version__in=held.values("pk"), asked_at__lt=end)
    rows = rows.order_by("version__document__code", "asked_at", "pk")

    def lines(page: Any) -> list[Line]:
        found = page.select_related("version__document", "member").defer("version__content").with_read_in()
        found = found.annotate(unit_then=_unit_then(day, Member, "member")).annotate(unit_called=_unit_called(day))
        found = list(found)
        read_in = Version.objects.only("issue", "revision").in_bulk({row.read_in for row in found if row.read_in})
        return [
            _line(
                row.version,
                row.version.number,
                row.member.name,
                row.unit_called or "",
                row.asked_at,
                row.read_at if row.read_at and row.read_at < end else None,
                read_in[row.read_in].number if row.read_at and row.read_at < end and row.read_in in read_in else "",
            )
            for row in found
        ]

    return Listing(_("Distribution list"), _("on %(day)s") % {"day": day_words(day)}, heads, rows, lines)


# --- what was amended ------------------------------------------------------------------------------


def amendments(member: Member, first: dt.date, last: dt.date, *, kind: str = "") -> Listing:
    """Every version approved from the first to the last day, newest first."""
    heads = [
        _("Kind"), _("Issue/revision"), _("Request for change"), _("Parts changed"), _("What changed"),
        pgettext("person", "Signed by"), _("Signed on"), _("In force from"), _("State"),
    ]  # fmt: skip
    documents = Document.objects.visible_to(member)
    if kind:
        documents = documents.filter(kind=kind)
    signed = Signature.objects.filter(
        role=SignatureRole.APPROVED, signed_at__gte=clock.midnight_after(first - dt.timedelta(days=1)),
        signed_at__lt=clock.midnight_after(last), round=F("version__round"),
        version__in=Version.objects.visible_to(member).filter(document__in=documents).values("pk"),
    )  # fmt: skip
    rows = signed.order_by("-signed_at", "-pk")

    def lines(page: Any) -> list[Line]:
        found = page.select_related("version__document").defer("version__content")
        return [
            _line(
                row.version,
                str(Kind(row.version.document.kind).label),
                row.version.number,
                row.version.change_reason,
                row.version.change_parts,
                row.version.change_summary,
                row.name,
                row.signed_at,
                row.version.effective_from,
                _state_of(row.version),
            )
            for row in found
        ]

    days = {"first": day_words(first), "last": day_words(last)}
    return Listing(_("Amendment history"), _("from %(first)s to %(last)s") % days, heads, rows, lines)


def _state_of(version: Version) -> str:
    words = str(badge_of(version).words)
    return _("%(state)s; held on no whole day") % {"state": words} if held_on_no_day(version) else words


def _line(version: Version, *values: Any) -> Line:
    code = version.document.code
    url = address("version", code, (version.issue, version.revision))
    return Line(code, version.title, url, list(values))
