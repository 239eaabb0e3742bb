"""What a version says: one JSON artefact, typed here, sealed as a whole by its hash.

Seven parts of a Vietnamese procedure (domain §3.1): 1 purpose, 2 scope, 3 references, 4 definitions, 5 content
(legal bases, components, sets, time limit, place, fee, steps), 6 forms, 7 records kept. Other kinds use `text`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from typing import Any, Self, get_args, get_origin, get_type_hints

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.models import PROCEDURES, Kind
from tenants import limits
from tenants.letters import nfc
from tenants.words import working_time

RICH = ("text", "purpose", "scope", "definitions")  # what people write at length; short facts stay plain
TimeUnit = limits.Unit  # of limits and norms; one working day is eight working hours (domain §6.4-4)


class Malformed(ValueError):
    """The stored or given JSON does not have the shape of a content."""


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
    def given(self) -> bool:
        return self.same_day or bool(self.amount)

    def limit(self) -> limits.Limit:
        """As deadlines are reckoned with it. Raises ValueError for what they cannot be: none, half a month, 30 years."""
        return limits.Limit.within_the_day() if self.same_day else limits.Limit(self.amount, self.unit)

    @property
    def reckoned(self) -> limits.Limit | None:
        """The same, or None where nothing is given or nothing that can be reckoned with."""
        try:
            return self.limit()
        except ValueError:
            return None

    @property
    def minutes(self) -> int:
        """Working minutes, 0 where nothing is reckoned; of calendar days and months the least they leave."""
        return self.reckoned.minutes if self.reckoned else 0

    @property
    def hours(self) -> Decimal | None:
        """Working hours, unrounded; None where nothing is reckoned."""
        if self.reckoned is None:
            return None
        each = {TimeUnit.HOUR: 1, TimeUnit.WORKING_DAY: 8}.get(self.reckoned.unit)
        return self.reckoned.amount * each if each else Decimal(self.minutes) / 60


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
class File:
    """An uploaded file, sealed by its hash; the bytes and what was read of them are documents.file_models."""

    name: str = ""
    media_type: str = ""
    size: int = 0  # bytes
    sha256: str = ""

    @property
    def given(self) -> bool:
        return bool(self.sha256)


LATER = (
    "file",
    "link",
    "attachments",
    "rich",
)  # left out while there is nothing to say: what was sealed before keeps its hash


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
    file: File = field(default_factory=File)  # instead of a text written here; `text` is then a word beside it
    link: str = ""  # of an external document: its address, or where the paper is
    attachments: tuple[File, ...] = ()
    rich: tuple[str, ...] = ()  # the parts of RICH that are formatted (documents/markup.py); the others are plain text

    @classmethod
    def of(cls, data: dict[str, Any]) -> Self:
        """From stored JSON. Raises Malformed when a part has another shape."""
        return _read(cls, data)

    def as_json(self) -> dict[str, Any]:
        """As it is stored and sealed, without what says nothing: what was signed before it came keeps its hash."""
        said = json.loads(json.dumps(asdict(self), default=_plain))
        empty = Content()
        return {
            name: part
            for name, part in said.items()
            if name not in LATER or getattr(self, name) != getattr(empty, name)
        }

    @property
    def files(self) -> tuple[File, ...]:
        """Every file it holds, its content first."""
        return (*([self.file] if self.file.given else []), *self.attachments)

    @property
    def leads_elsewhere(self) -> bool:
        """The link is an address, not a place in a cupboard."""
        return self.link.startswith(("http://", "https://"))

    @property
    def norm_minutes(self) -> int:
        """Sum of the steps' norms in working minutes."""
        return sum(step.norm.minutes for step in self.steps)

    @property
    def norm_hours(self) -> Decimal:
        return Decimal(self.norm_minutes) / 60

    @property
    def limit_hours(self) -> Decimal | None:
        """The legal limit in working hours; None without one."""
        return self.limit.hours

    @property
    def promised(self) -> Time:
        """What residents may count on: the legal limit, or the sum of the norms where the version names none."""
        return self.limit if self.limit.given else Time(self.norm_hours, TimeUnit.HOUR)

    @property
    def spare_minutes(self) -> int | None:
        """Working minutes the norms leave of the legal limit, negative when they exceed it; None without a limit."""
        norms = [step.norm.reckoned for step in self.steps]
        limit = self.limit.reckoned
        return limits.spare_minutes(limit, filter(None, norms)) if limit else None


def _plain(amount: Decimal) -> str:
    """30 as it is said, never 3E+1: the content is sealed as it is written."""
    return f"{amount.normalize():f}" if amount.is_finite() else str(amount)


def seal(
    content: Content,
    *,
    code: str,
    issue: int,
    revision: int,
    title: str,
    change_reason: str = "",
    change_parts: str = "",
    change_summary: str = "",
) -> str:
    """SHA-256 over the canonical JSON (sorted keys, NFC, no blanks) of all the paper says of its own: the content with
    code, number, title and its line in the amendment table.
    """
    artefact = {
        "code": code, "issue": issue, "revision": revision, "title": title, "content": content.as_json(),
        "change_reason": change_reason, "change_parts": change_parts, "change_summary": change_summary,
    }  # fmt: skip
    canonical = json.dumps(artefact, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(nfc(canonical).encode()).hexdigest()


def problems(content: Content, *, kind: str) -> list[str]:
    """What must be mended before a version of this kind can be submitted, in words; empty when nothing.

    A procedure needs purpose, scope, steps each with a responsible; an operational one, by which dossiers run, also
    the legal bases, components, time, place and result that Decree 63/2010 art 8 asks for (the time as limit or as
    norms of its steps); deadlines must be reckonable with every norm and limit, and the sum of the norms may not
    exceed the legal limit (domain §6.4-9). Nothing is signed while a blank of the framework set is open.
    """
    if kind not in PROCEDURES:
        given = content.text.strip() or content.file.given or content.link
        return ([] if given else [_("The text is empty.")]) + _open_blanks(content)
    found = _open_blanks(content)
    for value, words in [(content.purpose, _("Purpose")), (content.scope, _("Scope"))]:
        if not value.strip():
            found.append(_("Part “%(part)s” is empty.") % {"part": words})
    if not content.steps:
        found.append(_("There are no steps yet."))
    for number, step in enumerate(content.steps, 1):
        if not step.name.strip() or not step.whom:
            found.append(_("Step %(number)s needs a name and a responsible.") % {"number": number})
    if kind == Kind.OPERATIONAL_PROCEDURE:
        for present, words in [
            (content.legal_bases, _("Legal basis")),
            (content.components, _("Dossier components")),
            (content.promised.given, _("Time limit")),
            (content.place.strip(), _("Place of reception and return")),
            (content.result.strip(), _("Result")),
        ]:
            if not present:
                found.append(_("Part “%(part)s” is empty.") % {"part": words})
    return found + list(_problems_of_time(content))


BLANK = re.compile(r"\[…\s+([^\[\]]+?)\s*\]")  # `[… what belongs here]`; `[…]` alone leaves out a part of a quotation
MOST_NAMED = 5


def blanks_in(content: Content) -> list[str]:
    """What is still to be filled in of a text begun from the framework set, in the order of the text."""
    return [" ".join(words.split()) for text in _texts(content.as_json()) for words in BLANK.findall(text)]


def _texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, in its order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _open_blanks(content: Content) -> list[str]:
    blanks = blanks_in(content)
    if not blanks:
        return []
    named = "; ".join(blanks[:MOST_NAMED]) + ("; …" if len(blanks) > MOST_NAMED else "")
    return [
        ngettext(
            "%(count)s blank is still to be filled in: %(named)s.",
            "%(count)s blanks are still to be filled in: %(named)s.",
            len(blanks),
        )
        % {"count": len(blanks), "named": named}
    ]


def _problems_of_time(content: Content) -> Iterator[str]:
    for number, step in enumerate(content.steps, 1):
        if step.norm.given and step.norm.reckoned is None:
            yield _("The time of step %(number)s must be at least one minute and at most about ten years.") % {
                "number": number
            }
        elif step.norm.reckoned and step.norm.reckoned.counts_every_day:
            yield _("The norm of step %(number)s must be in working hours or working days.") % {"number": number}
    if content.promised.given and content.promised.reckoned is None:
        yield _(
            "The time limit, or the time of all steps where there is none, must be at least one minute and at most "
            "about ten years; calendar days and months are whole numbers."
        )
    if (content.spare_minutes or 0) < 0:
        yield _("The steps take %(sum)s of working time, the legal limit leaves %(limit)s. Shorten the steps.") % {
            "sum": working_time(content.norm_minutes),
            "limit": working_time(content.limit.minutes),
        }


@cache
def _hints(shape: type) -> dict[str, Any]:
    """The annotations of a part, resolved once: resolving them was most of reading a content."""
    return get_type_hints(shape)


def _read(shape: Any, value: Any) -> Any:
    """The JSON `value` as the annotated `shape`. Unknown keys and wrong types raise Malformed."""
    if isinstance(shape, type) and is_dataclass(shape):
        if not isinstance(value, dict):
            raise Malformed(f"{shape.__name__}: an object is expected")
        hints = _hints(shape)
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
    return nfc(value) if shape is str else value
