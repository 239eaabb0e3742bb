"""The catalogue of administrative procedures (TTHC): what the national database says of a service, typed.

The data are often incomplete or contradictory (domain §2.6). What could not be read for sure is a `Doubt`, kept with
the service and shown in the reader's language; nothing here takes effect before somebody drafts, reviews and signs.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.content import LegalBasis, Time, TimeUnit
from processes.models import Channel, Service
from tenants.limits import Limit, Unit
from tenants.words import limit_words, number

NOTES = ("lưu ý", "ghi chú")  # headings of remarks in the source
UNIT_WORDS = {
    TimeUnit.HOUR: gettext_lazy("working hours"),
    TimeUnit.WORKING_DAY: gettext_lazy("working days"),
    TimeUnit.CALENDAR_DAY: gettext_lazy("calendar days"),
    TimeUnit.MONTH: gettext_lazy("months"),
}


@dataclass(frozen=True)
class TimeRow:
    """One way to submit, with its own time and fee; rows are also (mis)used for variants of the case.

    `amount` "" where no time is told, `unit` "" where the number has none.
    """

    channel: str = ""  # a value of Channel, or ""
    said: str = ""  # the channel as the source writes it
    amount: str = ""
    unit: str = ""
    fee: str = ""
    text: str = ""

    @property
    def channel_words(self) -> str:
        return str(Channel(self.channel).label) if self.channel else self.said

    @property
    def time(self) -> Time | None:
        """The limit of this row; None where amount or unit is missing."""
        return Time(Decimal(self.amount), TimeUnit(self.unit)) if self.amount and self.unit else None

    @property
    def time_words(self) -> str:
        if not self.amount:
            return _("not told")
        if not self.unit:
            return _("%(amount)s (no unit)") % {"amount": number(Decimal(self.amount))}
        return time_words(Time(Decimal(self.amount), TimeUnit(self.unit)))


@dataclass(frozen=True)
class Paper:
    """A line of the dossier's components; no count at all means a note rather than a paper."""

    name: str
    originals: int = 0
    copies: int = 0
    form: str = ""
    group: str = ""

    @property
    def is_note(self) -> bool:
        return not (self.originals or self.copies)


@dataclass(frozen=True)
class Result:
    name: str
    code: str = ""


@dataclass(frozen=True)
class Listed:
    """What one source says of the columns both have: the ministry's list, or the record of the procedure."""

    name: str = ""
    field: str = ""
    agencies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Details:
    """Everything a service has beyond its row in the list. Stored as JSON in `Service.details`."""

    issuer: str = ""
    kind: str = ""
    applicants: tuple[str, ...] = ()
    competent: tuple[str, ...] = ()
    delegated: tuple[str, ...] = ()
    cooperating: tuple[str, ...] = ()
    reception: str = ""
    steps: str = ""
    conditions: str = ""
    channels: tuple[TimeRow, ...] = ()
    papers: tuple[Paper, ...] = ()
    legal_bases: tuple[LegalBasis, ...] = ()
    results: tuple[Result, ...] = ()
    address: str = ""  # of the record on the national portal
    in_list: Listed | None = None
    in_record: Listed | None = None

    @classmethod
    def of(cls, data: dict[str, Any]) -> Self:
        parts: dict[str, Any] = {name: tuple(data.get(name, ())) for name in NAMES}
        parts |= {name: _all(shape, data.get(name, ())) for name, shape in SHAPES.items()}
        parts |= {name: _listed(data.get(name)) for name in ("in_list", "in_record")}
        known = {part.name for part in fields(cls)}
        return cls(**{name: value for name, value in {**data, **parts}.items() if name in known})

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def times(self) -> list[TimeRow]:
        """Rows with different times, each once, in the order of the source; rows without a number are left out."""
        found: dict[tuple[str, str], TimeRow] = {}
        for row in self.channels:
            if row.amount:
                found.setdefault((row.amount, row.unit), row)
        return list(found.values())

    @property
    def asked(self) -> tuple[Paper, ...]:
        """The papers a dossier consists of: lines without any count and those under “Lưu ý” only explain.

        Where the source counts nothing at all, every line is a paper.
        """
        lines = tuple(paper for paper in self.papers if not paper.group.lower().startswith(NOTES))
        return tuple(paper for paper in lines if not paper.is_note) or lines

    @property
    def groups(self) -> list[tuple[str, list[Paper]]]:
        """Papers under their headings, in the order of the source."""
        found: dict[str, list[Paper]] = {}
        for paper in self.papers:
            found.setdefault(paper.group, []).append(paper)
        return list(found.items())

    @property
    def mentions_same_day(self) -> bool:
        """The text speaks of the 15:00 cut-off: probably “in the same working day” (domain §3.3)."""
        return "sau 15 giờ" in self.steps.lower()


NAMES = ("applicants", "competent", "delegated", "cooperating")
SHAPES: dict[str, type] = {"channels": TimeRow, "papers": Paper, "legal_bases": LegalBasis, "results": Result}


def _all(shape: type, items: Any) -> tuple[Any, ...]:
    return tuple(shape(**item) for item in items)


def _listed(data: dict[str, Any] | None) -> Listed | None:
    return Listed(**{**data, "agencies": tuple(data.get("agencies", ()))}) if data else None


def details_of(service: Service) -> Details:
    return Details.of(service.details)


def time_words(time: Time) -> str:
    """As every limit is said; the hour of the same-day rule is each agency's own."""
    try:
        limit = Limit.within_the_day() if time.same_day else Limit(time.amount, Unit(time.unit))
    except ValueError:  # the source may say half a month
        return f"{number(time.amount)} {UNIT_WORDS[time.unit]}"
    return limit_words(limit)


# --- doubts --------------------------------------------------------------------------------------

DOUBTS = {
    "times_differ": gettext_lazy("The rows give different times (%(told)s); which holds when must be confirmed."),
    "no_unit": gettext_lazy("The time %(told)s has no unit. Days or working days must be confirmed."),
    "no_time": gettext_lazy("No row tells a time limit as a number; look for it in the text."),
    "no_agency": gettext_lazy("The agency that carries it out is not told."),
    "odd_agency": gettext_lazy("“%(told)s” does not look like the name of an agency."),
    "odd_name": gettext_lazy("The name “%(told)s” looks like a trial entry."),
    "same_name": gettext_lazy("The same name stands under the codes %(told)s."),
    "names_differ": gettext_lazy("The list calls it “%(told)s”."),
    "odd_decision": gettext_lazy("The decision “%(told)s” does not look like a number of a decision."),
    "odd_result": gettext_lazy("The result code “%(told)s” does not look like one."),
    "odd_code": gettext_lazy("The code was written as %(told)s; a spreadsheet may have dropped its last noughts."),
    "no_legal_basis": gettext_lazy("No legal basis is told."),
    "unread": gettext_lazy("A part could not be taken apart for sure: “%(told)s”."),
    "fee_unsure": gettext_lazy("Time and fee run into each other in the source: “%(told)s”."),
    "list_only": gettext_lazy("Only the list is known; components, time limit and legal bases are still missing."),
}


@dataclass(frozen=True)
class Doubt:
    """Something that needs confirmation: which kind, and what the source says."""

    kind: str
    told: str = ""

    def __str__(self) -> str:
        return str(DOUBTS[self.kind]) % {"told": self.told} if self.kind in DOUBTS else self.told


def doubts_of(service: Service) -> list[Doubt]:
    return [Doubt(**doubt) for doubt in service.doubts]
