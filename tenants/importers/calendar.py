"""The calendar from files: days off and make-up days, or the national days as a first filling."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tenants import clock, journal
from tenants.calendar import changed_everywhere
from tenants.history import doing
from tenants.imports import Report
from tenants.models import Agency, AgencyKind, CalendarDay, Member
from tenants.national_calendar import FIRST_YEAR, LAST_YEAR, national_days
from tenants.sources import Rejected, Row, bare, day_of, rows_of

COLUMNS = {
    "day": ("date", "day", "ngay", "ngay thang", "ngay duong lich", "ngay nghi"),
    "kind": ("kind", "loai", "loai ngay", "type"),
    "name": ("name vi", "name", "ten", "ten ngay", "noi dung", "ly do", "dip", "ten ngay le"),
    "source": ("source", "nguon", "can cu", "van ban", "so van ban"),
    "instead": ("name en",),
}
REMOVE = "remove"
KINDS = {
    CalendarDay.Kind.OFF: ("off", "non working", "holiday", "nghi", "ngay nghi", "nghi le", "nghi bu", "le"),
    CalendarDay.Kind.MAKE_UP: (
        "make up",
        "working weekend",
        "makeup",
        "working",
        "lam bu",
        "ngay lam bu",
        "di lam",
        "lam viec",
    ),
    REMOVE: ("remove", "delete", "xoa", "bo", "huy"),
}
KIND_OF = {word: kind for kind, words in KINDS.items() for word in words}


@dataclass(frozen=True)
class DayChange:
    """One line of a calendar file: what the day is from now on; `remove` makes it an ordinary day again."""

    day: dt.date
    kind: str
    name: str
    source: str


def import_calendar(path: Path) -> Report:
    """Take the days of a CSV, XLSX or JSON. Every agency then reckons its open due moments again, once.

    The change itself stands in the journal of the province, with one line for the whole file.
    """
    rows = rows_of(path, COLUMNS, ("day", "kind"))
    report, seen = Report(), dict[dt.date, int | str]()

    def write(row: Row) -> str:
        change = _change(row)
        if (first := seen.setdefault(change.day, row.place)) != row.place:
            place = {"day": f"{change.day:%d/%m/%Y}", "row": first}
            raise Rejected(_("%(day)s stands already in row %(row)s.") % place)
        return _apply(change, file=path.name)

    with _written_by_province() as by:
        for row in rows:
            report.take(row.place, partial(write, row))
        _tell("imported_calendar", report, by, file=path.name)
    return report


def seed_calendar(years: Iterable[int]) -> Report:
    """Fill in the national days of these years where a day is still unknown; what was corrected stays as it is."""
    report = Report()
    known = set(CalendarDay.objects.values_list("day", flat=True))
    with _written_by_province() as by:
        for year in years:
            if not FIRST_YEAR <= year <= LAST_YEAR:
                words = {"year": year, "first": FIRST_YEAR, "last": LAST_YEAR}
                report.reject(year, _("National days are known for %(first)s-%(last)s, not for %(year)s.") % words)
                continue
            for fact in national_days(year):
                change = DayChange(fact.day, str(fact.kind), fact.name_vi, fact.source)
                report.take(f"{fact.day:%d/%m/%Y}", partial(_fill, change, known))
        _tell("seeded_calendar", report, by)
    return report


def _change(row: Row) -> DayChange:
    day = day_of(row.cells.get("day"))
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        span = {"year": day.year, "first": FIRST_YEAR, "last": LAST_YEAR}
        raise Rejected(_("The year %(year)s lies outside %(first)s-%(last)s.") % span)
    kind = KIND_OF.get(bare(row.text("kind")))
    if kind is None:
        raise Rejected(_("“%(kind)s” is no kind of day; write off, make_up or remove.") % {"kind": row.text("kind")})
    name = row.text("name") or row.text("instead")
    if kind != REMOVE and not name:
        raise Rejected(_("The day needs a name."))
    if kind == CalendarDay.Kind.MAKE_UP and day.weekday() < 5:
        words = _("%(day)s is a working day already; only a weekend day can be made up.")
        raise Rejected(words % {"day": f"{day:%d/%m/%Y}"})
    return DayChange(day, kind, name, row.text("source"))


def _fill(change: DayChange, known: set[dt.date]) -> str:
    return "unchanged" if change.day in known else _apply(change, file="")


def _apply(change: DayChange, *, file: str) -> str:
    """Without a source in the row a day that stands keeps its own, and a new one names the file."""
    standing = CalendarDay.objects.filter(day=change.day).first()
    if change.kind == REMOVE:
        if standing is None:
            return "unchanged"
        standing.delete()
        return "updated"
    day = standing or CalendarDay(day=change.day, source=file[:200])
    wanted = (change.kind, change.name, change.source or day.source)
    if standing and (day.kind, day.name, day.source) == wanted:
        return "unchanged"
    day.kind, day.name, day.source = wanted
    day.full_clean(validate_unique=False, validate_constraints=False)
    day.save()
    return "updated" if standing else "created"


@contextmanager
def _written_by_province() -> Iterator[Member | None]:
    """Shared days are written by the clock of the province, or of the topmost agency there is.

    Before any agency exists nobody can be named: the history then has no author.
    """
    tops = Agency.objects.existing_on(clock.today()).filter(parent__isnull=True)
    top = tops.filter(kind=AgencyKind.PROVINCE).first() or tops.first()
    if top is None:
        with doing(None):  # type: ignore[arg-type]
            yield None
        return
    with top.active(), doing(top.clock()):
        yield top.clock()


def _tell(verb: str, report: Report, by: Member | None, **details: Any) -> None:
    """One journal line for the whole change, then every agency reckons again; nothing when nothing changed."""
    if by is None or not (report.created or report.updated):
        return
    journal.write(verb, by.agency, by=by, details={**details, "created": report.created, "updated": report.updated})
    changed_everywhere(by=by)
