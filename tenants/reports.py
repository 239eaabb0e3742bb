"""The journal in words, and the people and the calendar of the agency as pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants import calendar, clock
from tenants.forms import WEEKDAYS
from tenants.models import (
    Agency,
    CalendarDay,
    Closure,
    JournalEntry,
    Member,
    Role,
    WorkHours,
)
from tenants.querysets import in_words
from tenants.words import order_key

# --- the journal in words -----------------------------------------------------------------------

WORDS: dict[str, Promise | str] = {
    "opened": gettext_lazy("opened"),
    "created": gettext_lazy("created"),
    "edited": gettext_lazy("edited"),
    "appointed": gettext_lazy("appointed"),
    "released": gettext_lazy("released"),
    "succeeded": gettext_lazy("ended, succeeded by others"),
    "account_opened": gettext_lazy("opened the account of"),
    "password_renewed": gettext_lazy("renewed the password of"),
    "account_barred": gettext_lazy("barred the account of"),
    "account_admitted": gettext_lazy("admitted the account again of"),
    "second_step_removed": gettext_lazy("removed the second step of"),
    "calendar_day_set": gettext_lazy("set the calendar day"),
    "calendar_day_removed": gettext_lazy("removed the calendar day"),
    "closed": gettext_lazy("entered the local closure"),
    "closure_removed": gettext_lazy("removed the local closure"),
    "hours_set": gettext_lazy("set the working hours of"),
    "oversaw": gettext_lazy("looked into other agencies from"),
    "was_overseen": gettext_lazy("was looked into by the overseer:"),
    "imported_calendar": gettext_lazy("imported the calendar:"),
    "imported_services": gettext_lazy("imported services:"),
    "seeded_calendar": gettext_lazy("filled in the national days:"),
    # What the apps above do, by its name alone; where a page of theirs says more, theirs counts.
    "acknowledged": gettext_lazy("has read"),
    "assigned": gettext_lazy("assigned"),
    "began": gettext_lazy("began"),
    "bring_into_force": gettext_lazy("brought into force"),
    "corrected": gettext_lazy("corrected the applicant's data of"),
    "covered": gettext_lazy("made the procedure hold for the service:"),
    "exported": gettext_lazy("took the register of dossiers as a file from"),
    "finish": gettext_lazy("had the result ready:"),
    "found": gettext_lazy("recorded the finding"),
    "made_slip": gettext_lazy("made the receipt slip of"),
    "planned": gettext_lazy("planned"),
    "received": gettext_lazy("received"),
    "recomputed_due": gettext_lazy("reckoned the due moment again:"),
    "rendered": gettext_lazy("made the PDF of"),
    "reopen": gettext_lazy("took back the result of"),
    "report_asked_again": gettext_lazy("asked again for the report of"),
    "report_stored": gettext_lazy("stored the report of"),
    "supersede": gettext_lazy("replaced"),
    "take_up": gettext_lazy("took up again"),
    "team_named": gettext_lazy("named the team of"),
    "uncovered": gettext_lazy("ended that the procedure holds for the service:"),
}
ADDRESSES: dict[str, Callable[[JournalEntry], str]] = {
    "tenants.member": lambda entry: reverse("member", args=[entry.about_id]),
    "tenants.unit": lambda entry: reverse("edit_unit", args=[entry.about_id]),
    "tenants.calendarday": lambda entry: reverse("calendar"),
    "tenants.closure": lambda entry: reverse("calendar"),
}


def speak(
    words: Mapping[str, Promise | str], addresses: Mapping[str, Callable[[JournalEntry], str]] | None = None
) -> None:
    """An app above teaches its verbs, and where its rows are shown (from the journal line alone, without a query)."""
    WORDS.update(words)
    ADDRESSES.update(addresses or {})


@dataclass(frozen=True)
class Line:
    """One line of an activity page, as parts/history.html takes it."""

    at: dt.datetime
    by: str
    text: str
    quote: str
    url: str


def words_of(entry: JournalEntry) -> str:
    """What was done, without who: "Sign the approval: QT.01 01/00 (In approval → Approved)"."""
    text = f"{deed_words(entry.verb, entry.about_type)} {entry.about_label}".strip()
    before, after = (_state_words(state, entry.about_type) for state in (entry.before, entry.after))
    if before and after and before != after:
        text += f" ({before} → {after})"
    return text


def line_of(entry: JournalEntry) -> Line:
    """The entry as a line: "Lê Thu Hà: …", the reason as quotation. `entry.by` should be selected with it."""
    return Line(entry.at, str(entry.by), f"{entry.by}: {words_of(entry)}", entry.reason, address_of(entry))


def address_of(entry: JournalEntry) -> str:
    """Where the row is shown, "" when its app has not said."""
    find = ADDRESSES.get(entry.about_type)
    try:
        return find(entry) if find else ""
    except NoReverseMatch:
        return ""


def deed_words(verb: str, about_type: str = "") -> str:
    """The words of a deed: registered ones, else the label of the transition, else the verb itself made readable."""
    if verb in WORDS:
        return str(WORDS[verb])
    labels = _transition_labels()
    label = labels.get((about_type, verb)) or next(
        (words for (_type, name), words in labels.items() if name == verb), None
    )
    return f"{label}:" if label else verb.replace("_", " ")


def verbs() -> list[tuple[str, str]]:
    """Every verb we have words for, in the order of the words: the choices of the journal's filter."""
    known = {verb: str(words) for verb, words in WORDS.items()}
    known |= {verb: str(label) for (_type, verb), label in _transition_labels().items() if verb not in known}
    return sorted(known.items(), key=lambda pair: order_key(pair[1]))


@cache
def _transition_labels() -> dict[tuple[str, str], Promise | str]:
    found = {}
    for model in apps.get_models():
        for name, method in vars(model).items():
            ways = getattr(method, "_django_fsm", None)
            label = (
                next((way.custom["label"] for way in ways.transitions.values() if "label" in way.custom), None)
                if ways
                else None
            )
            if label is not None:
                found[model._meta.label_lower, name] = label
    return found


def _state_words(state: str, about_type: str) -> str:
    if not state:
        return ""
    try:
        choices = dict(apps.get_model(about_type)._meta.get_field("state").flatchoices)  # type: ignore[union-attr]
    except (LookupError, ValueError):
        return state
    return str(choices.get(state, state))


# --- people -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnitOfPeople:
    """A unit with those who work in it; without a unit: the people that have none yet."""

    name: str
    pk: int | None
    members: list[Member] = field(default_factory=list)


def role_names(member: Member) -> str:
    """The roles in words, in the order of the office."""
    return ", ".join(str(role.label) for role in Role if role in member.roles)


def people_by_unit(member: Member) -> list[UnitOfPeople]:
    """Everybody at work today, by unit. Two queries."""
    from_units: dict[int | None, UnitOfPeople] = {}
    people = (
        Member.objects.visible_to(member)
        .at_work()
        .select_related("unit")
        .order_by(in_words("unit__name"), in_words("name"))
    )
    for person in people:
        unit = person.unit
        group = from_units.setdefault(
            unit.pk if unit else None,
            UnitOfPeople(unit.name if unit else _("Without a unit"), unit.pk if unit else None),
        )
        group.members.append(person)
    return list(from_units.values())


# --- calendar -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """One day of a month strip. kind: "", "off", "due-day" (a make-up day) as parts/days.html draws it."""

    label: str
    words: str
    kind: str
    today: bool


@dataclass(frozen=True)
class Month:
    number: int
    first: dt.date
    working_days: int
    cells: list[Cell]


@dataclass(frozen=True)
class Year:
    """The working year of an agency: its special days with their sources, and every month with its working days."""

    number: int
    working_days: int
    months: list[Month]
    days: list[CalendarDay]
    closures: list[Closure]
    announced: bool


def year_of(agency: Agency, year: int) -> Year:
    """The calendar page of a year. Four queries."""
    own = calendar.calendar_of(agency)
    months = [_month(own, year, number) for number in range(1, 13)]
    return Year(
        number=year,
        working_days=sum(month.working_days for month in months),
        months=months,
        days=list(CalendarDay.objects.filter(day__year=year)),
        closures=list(Closure.objects.filter(day__year=year)),
        announced=own.announced_until is not None and year <= own.announced_until.year,
    )


def _month(own: Any, year: int, number: int) -> Month:
    first = dt.date(year, number, 1)
    after = dt.date(year + number // 12, number % 12 + 1, 1)
    cells, worked = [], 0
    for n in range((after - first).days):
        day = first + dt.timedelta(days=n)
        works = own.is_working_day(day)
        worked += works
        name = own.days_off.get(day) or (own.make_up_days.get(day) if works else None)
        if name or day == clock.today():
            kind = "off" if not works else "due-day" if day in own.make_up_days else ""
            cells.append(Cell(f"{day:%d/%m}", name or _("today"), kind, day == clock.today()))
    return Month(number, first, worked, cells)


@dataclass(frozen=True)
class HoursFrom:
    """The hours that hold from a day on, in words."""

    valid_from: dt.date
    sessions: list[WorkHours]
    current: bool


def hours_of(agency: Agency) -> list[HoursFrom]:
    """Every set of hours, newest first; the one that holds today is marked. One query."""
    sets: dict[dt.date, list[WorkHours]] = {}
    for row in WorkHours.objects.filter(agency=agency).order_by("-valid_from", "opens"):
        sets.setdefault(row.valid_from, []).append(row)
    begun = [day for day in sets if day <= clock.today()]
    current = max(begun) if begun else min(sets, default=None)
    return [HoursFrom(day, rows, day == current) for day, rows in sets.items()]


def weekdays_in_words(row: WorkHours) -> str:
    names = dict(WEEKDAYS)
    return ", ".join(str(names[day]) for day in sorted(row.weekdays))


def recent(entries: Iterable[JournalEntry]) -> list[Line]:
    return [line_of(entry) for entry in entries]
