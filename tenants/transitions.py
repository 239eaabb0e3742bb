"""Deeds: the one way to change a state (`perform`) and the one way to write a governed row (`record`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django_fsm import ConcurrentTransition, FSMField, can_proceed, has_transition_perm

from tenants import journal
from tenants.history import doing
from tenants.models import Agency, Member
from tenants.scoping import is_active

Row = TypeVar("Row", bound=models.Model)
Words = str | Promise


class Refusal(Exception):
    """A deed that cannot happen. Carries words for the person and the way back."""

    status = 409

    def __init__(self, message: Words, *, about: models.Model | None = None, needs: Words = "") -> None:
        super().__init__(str(message))
        self.message, self.about, self.needs = message, about, needs


class NotAllowed(Refusal):
    """This person may not do this (403)."""

    status = 403


class NotPossible(Refusal):
    """It cannot be done now: the row is in another state, or somebody was faster (409)."""


class StateField(FSMField):
    """The state of a row, changed by transitions only. A migration knows the plain column it is: each of the many
    models that come and go while migrating would else keep listening for every model made after it (half the time).
    """

    def deconstruct(self) -> Any:
        name, _path, arguments, options = super().deconstruct()
        options.pop("protected", None)
        return name, "django.db.models.CharField", arguments, options


def given(reason: str) -> None:
    """Raises NotPossible for a deed without the reason it needs."""
    if not reason.strip():
        raise NotPossible(_("A reason is needed."))


def perform(
    transition: Callable[..., Any],
    *,
    by: Member,
    reason: str = "",
    details: dict[str, Any] | None = None,
    **arguments: Any,
) -> None:
    """Carry out one transition of a row: possible? allowed? do it, keep history, write it in the journal.

    Raises NotPossible when the state does not admit it or somebody else moved the row meanwhile,
    NotAllowed when `by` may not do it or belongs to another agency.
    """
    row: Any = transition.__self__  # type: ignore[attr-defined]
    label = label_of(transition)
    _same_agency(row, by)
    if not can_proceed(transition):
        raise NotPossible(_("“%(deed)s” is not possible now.") % {"deed": label}, about=row)
    if not has_transition_perm(transition, by):  # type: ignore[arg-type]  # our permissions take a Member
        raise NotAllowed(_("“%(deed)s” is not your task.") % {"deed": label}, about=row)
    before = row.state
    try:
        with transaction.atomic(), doing(by, reason):
            transition(**arguments)
            row.save()
            journal.write(
                transition.__name__, row, by=by, before=before, after=row.state, reason=reason, details=details
            )
    except ConcurrentTransition as moved:
        raise NotPossible(_("Somebody has just done something with this record."), about=row) from moved


def record(row: Row, verb: str, *, by: Member, reason: str = "", details: dict[str, Any] | None = None) -> Row:
    """Write a new or edited row with its history and one line in the journal. Returns the row."""
    _same_agency(row, by)
    with transaction.atomic(), doing(by, reason):
        row.save()
        journal.write(verb, row, by=by, reason=reason, details=details)
    return row


@contextmanager
def deed(
    verb: str, about: models.Model, *, by: Member, reason: str = "", details: dict[str, Any] | None = None
) -> Iterator[None]:
    """Several rows written as one deed: all of them in history, one line in the journal about `about`."""
    _same_agency(about, by)
    with transaction.atomic(), doing(by, reason):
        yield
        journal.write(verb, about, by=by, reason=reason, details=details)


def lock(row: Row) -> Row:
    """The same row, fresh from the database and locked until the transaction ends."""
    return type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)  # type: ignore[return-value]


def renewed(row: Row, fields: Iterable[str] | None = None, *, by: Member) -> Row:
    """The same row, locked, with these fields as `row` has them: what others have saved meanwhile stays.

    `fields` may name what is no column (a form's other entries); None: every column of the row was meant.
    Raises NotAllowed for a row of another agency.
    """
    _same_agency(row, by)
    fresh, named = lock(row), None if fields is None else set(fields)
    for field in row._meta.concrete_fields:
        if not field.primary_key and (named is None or field.name in named):
            setattr(fresh, field.attname, getattr(row, field.attname))
    return fresh


@dataclass(frozen=True)
class Offer:
    """A deed as a page shows it: `possible` in this state, `allowed` to this member, and who it needs otherwise."""

    verb: str
    label: Words
    possible: bool
    allowed: bool
    grave: bool = False
    needs: Words = ""


def offers(row: Any, member: Member | None) -> list[Offer]:
    """Every labelled transition of the row's model, in the order it declares them."""
    found = []
    for verb, method in type(row).__dict__.items():
        ways = getattr(method, "_django_fsm", None)
        custom = (
            next((way.custom for way in ways.transitions.values() if "label" in way.custom), None) if ways else None
        )
        if custom is None:
            continue
        deed = getattr(row, verb)
        possible = can_proceed(deed)
        found.append(
            Offer(
                verb=verb,
                label=custom["label"],
                possible=possible,
                allowed=possible and member is not None and has_transition_perm(deed, member),  # type: ignore[arg-type]
                grave=custom.get("grave", False),
                needs=custom.get("needs", ""),
            )
        )
    return found


def label_of(transition: Callable[..., Any]) -> str:
    custom = transition._django_fsm.transitions  # type: ignore[attr-defined]
    for way in custom.values():
        if "label" in way.custom:
            return str(way.custom["label"])
    return transition.__name__.replace("_", " ")


def _same_agency(row: models.Model, by: Member) -> None:
    if not isinstance(by, Member):
        raise TypeError("A deed needs the member who does it: by=…")
    home = row.pk if isinstance(row, Agency) else getattr(row, "agency_id", by.agency_id)
    if not is_active(by.agency_id) or (home != by.agency_id and not isinstance(row, Agency)):
        raise NotAllowed(_("This record belongs to another agency."), about=row)
