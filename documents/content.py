"""What a version says: one JSON artefact, typed here, sealed as a whole by its hash.

Seven parts of a Vietnamese procedure (domain §3.1): 1 purpose, 2 scope, 3 references, 4 definitions, 5 content
(legal bases, components, sets, time limit, place, fee, steps), 6 forms, 7 records kept. Other kinds use `text`.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Self, get_args, get_origin, get_type_hints

from django.utils.translation import gettext as _


class Malformed(ValueError):
    """The stored or given JSON does not have the shape of a content."""


class TimeUnit(StrEnum):
    """Units of limits and norms; one working day is eight working hours (domain §6.4-4)."""

    HOUR = "hour"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"


class Who(StrEnum):
    """How the responsible of a step is named."""

    ROLE = "role"
    UNIT = "unit"
    MEMBER = "member"


@dataclass(frozen=True)
class Time:
    """A limit or norm: `amount` of `unit`. `same_day` is the rule with the cut-off (domain §6.4-3)."""

    amount: Decimal = Decimal(0)
    unit: TimeUnit = TimeUnit.WORKING_DAY
    same_day: bool = False

    @property
    def hours(self) -> Decimal | None:
        """Working hours, or None where the unit does not say how many (calendar days, months)."""
        if self.unit == TimeUnit.HOUR:
            return self.amount
        if self.unit == TimeUnit.WORKING_DAY:
            return self.amount * 8
        return None


@dataclass(frozen=True)
class LegalBasis:
    number: str
    name: str = ""


@dataclass(frozen=True)
class Component:
    """One paper of the dossier, with how many originals and copies."""

    name: str
    originals: int = 1
    copies: int = 0
    form: str = ""


@dataclass(frozen=True)
class Step:
    """One step: what, who (role code, unit id or member id as text, with the words shown), norm, form or result."""

    name: str
    who: Who = Who.ROLE
    whom: str = ""
    who_words: str = ""
    norm: Time = field(default_factory=Time)
    form: str = ""


@dataclass(frozen=True)
class Form:
    code: str
    name: str


@dataclass(frozen=True)
class RecordKept:
    name: str
    place: str = ""
    retention: str = ""


@dataclass(frozen=True)
class Content:
    """Everything a version says. Immutable; edit with `dataclasses.replace` and save as JSON."""

    text: str = ""
    purpose: str = ""
    scope: str = ""
    references: tuple[str, ...] = ()
    definitions: str = ""
    services: tuple[str, ...] = ()  # codes of the administrative procedures (TTHC) it serves
    legal_bases: tuple[LegalBasis, ...] = ()
    components: tuple[Component, ...] = ()
    sets: int = 1
    limit: Time = field(default_factory=Time)
    limit_note: str = ""
    place: str = ""
    fee: str = ""
    result: str = ""
    steps: tuple[Step, ...] = ()
    forms: tuple[Form, ...] = ()
    records: tuple[RecordKept, ...] = ()

    @classmethod
    def of(cls, data: dict[str, Any]) -> Self:
        """From stored JSON. Raises Malformed when a part has another shape."""
        return _read(cls, data)

    def as_json(self) -> dict[str, Any]:
        return json.loads(json.dumps(asdict(self), default=str))

    @property
    def norm_hours(self) -> Decimal:
        """Sum of the steps' norms in working hours."""
        return sum((step.norm.hours or Decimal(0) for step in self.steps), Decimal(0))

    @property
    def limit_hours(self) -> Decimal | None:
        """The legal limit in working hours; the same-day rule gives one working day.

        Calendar days and months are counted at five working days a week, twenty-one a month, rounded down:
        a sum of norms within this fits into the limit in an ordinary month.
        """
        if self.limit.same_day:
            return Decimal(8)
        if self.limit.unit == TimeUnit.CALENDAR_DAY:
            return Decimal(int(self.limit.amount * 5 / 7)) * 8
        if self.limit.unit == TimeUnit.MONTH:
            return Decimal(int(self.limit.amount * 21)) * 8
        return self.limit.hours


def seal(content: Content, *, code: str, issue: int, revision: int, title: str) -> str:
    """SHA-256 over the canonical JSON (sorted keys, NFC, no blanks) of the content with its code, number and title."""
    artefact = {"code": code, "issue": issue, "revision": revision, "title": title, "content": content.as_json()}
    canonical = json.dumps(artefact, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(unicodedata.normalize("NFC", canonical).encode()).hexdigest()


def problems(content: Content, *, procedure: bool) -> list[str]:
    """What must be mended before the version can be submitted, in words; empty when nothing.

    A procedure needs purpose, scope, steps each with a responsible and a norm; one that serves administrative
    procedures needs the components, limit, place, result that Decree 63/2010 art 8 asks for; the sum of the steps'
    norms may not exceed the legal limit (domain §6.4-9).
    """
    if not procedure:
        return [] if content.text.strip() else [_("The text is empty.")]
    found = []
    for value, words in [(content.purpose, _("Purpose")), (content.scope, _("Scope"))]:
        if not value.strip():
            found.append(_("Part “%(part)s” is empty.") % {"part": words})
    if not content.steps:
        found.append(_("There are no steps yet."))
    for number, step in enumerate(content.steps, 1):
        if not step.name.strip() or not step.whom:
            found.append(_("Step %(number)s needs a name and a responsible.") % {"number": number})
        if step.norm.hours is None or step.norm.amount < 0:
            found.append(
                _("The norm of step %(number)s must be in working hours or working days.") % {"number": number}
            )
    if content.services:
        for present, words in [
            (content.legal_bases, _("Legal basis")),
            (content.components, _("Dossier components")),
            (content.limit.amount > 0 or content.limit.same_day, _("Time limit")),
            (content.place.strip(), _("Place of reception and return")),
            (content.result.strip(), _("Result")),
        ]:
            if not present:
                found.append(_("Part “%(part)s” is empty.") % {"part": words})
    limit = content.limit_hours
    if limit and content.norm_hours > limit:
        found.append(
            _("The steps take %(sum)s working hours, the legal limit is %(limit)s. Shorten the steps.")
            % {"sum": f"{content.norm_hours.normalize():f}", "limit": f"{limit.normalize():f}"}
        )
    return found


def _read(shape: Any, value: Any) -> Any:
    """The JSON `value` as the annotated `shape`. Unknown keys and wrong types raise Malformed."""
    if isinstance(shape, type) and is_dataclass(shape):
        if not isinstance(value, dict):
            raise Malformed(f"{shape.__name__}: an object is expected")
        hints = get_type_hints(shape)
        unknown = set(value) - {part.name for part in fields(shape)}
        if unknown:
            raise Malformed(f"{shape.__name__}: unknown {', '.join(sorted(unknown))}")
        return shape(**{name: _read(hints[name], item) for name, item in value.items()})
    if get_origin(shape) is tuple:
        if not isinstance(value, list | tuple):
            raise Malformed("a list is expected")
        return tuple(_read(get_args(shape)[0], item) for item in value)
    try:
        if shape is Decimal:
            return Decimal(str(value))
        if isinstance(shape, type) and issubclass(shape, StrEnum):
            return shape(value)
    except (InvalidOperation, ValueError) as wrong:
        raise Malformed(f"{value!r} is no {shape.__name__}") from wrong
    if not isinstance(value, shape) or (shape is int and isinstance(value, bool)):
        raise Malformed(f"{value!r} is no {shape.__name__}")
    return unicodedata.normalize("NFC", value) if shape is str else value
