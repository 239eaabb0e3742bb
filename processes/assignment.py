"""Whose step it is: the responsible of a signed step among the people at work today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from documents.content import Content, Step, Who
from processes import permissions
from tenants import clock
from tenants.models import Member, Role, Unit
from tenants.querysets import in_words

if TYPE_CHECKING:
    from processes.models import Task

HEADS = (Role.AGENCY_HEAD, Role.DEPUTY_HEAD)


@dataclass(frozen=True)
class Responsible:
    """Exactly one of member, unit, role; `details` says in the journal when it is not whom the step names."""

    member: Member | None = None
    unit: Unit | None = None
    role: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        if self.member:
            return self.member.name
        return self.unit.name if self.unit else str(Role(self.role).label)


def candidates(step: Step) -> list[Member]:
    """Everybody at work today who may do this step as the signed version names it."""
    at_work = Member.objects.at_work().select_related("unit").order_by(in_words("name"))
    match step.who:
        case Who.ROLE:
            return list(at_work.in_role(step.whom))
        case Who.UNIT:
            return list(at_work.filter(unit=int(step.whom))) if step.whom.isdigit() else []
        case Who.MEMBER:
            return list(at_work.filter(pk=int(step.whom))) if step.whom.isdigit() else []
    return []


def responsible(step: Step, *, preferred: Iterable[Member | None] = ()) -> Responsible:
    """Who gets the step: the first of `preferred` who may do it, else the only one who can, else the role or unit.

    When nobody at work can do it (the person left, the unit is empty) it goes to the unit of the person who left, or to
    the heads of the agency, who give it on.
    """
    able = candidates(step)
    for member in preferred:
        if member is not None and member in able:
            return Responsible(member=member)
    if len(able) == 1:
        return Responsible(member=able[0])
    if able:
        return Responsible(unit=able[0].unit) if step.who is Who.UNIT else Responsible(role=step.whom)
    return _instead(step)


def takers(step: Step, task: Task, *, by: Member) -> list[Member]:
    """Whom `by` may give this task: everybody who can do its step; where nobody can, a head gives it to anybody."""
    able = candidates(step)
    if able or not permissions.is_over(task, by):
        return able
    return list(Member.objects.at_work().select_related("unit").order_by(in_words("name")))


def is_return_step(content: Content, number: int) -> bool:
    """Whether step `number` only hands out the result: the last one, not the only one, and either the one-stop desk's
    or without a norm, be it a role's, a unit's or a person's.
    """
    step = content.steps[number - 1]
    desk = step.who is Who.ROLE and step.whom == Role.RECEPTIONIST
    return number == len(content.steps) > 1 and (desk or not step.norm.amount)


def _instead(step: Step) -> Responsible:
    details = {"instead_of": step.who_words or step.whom}
    gone = Member.objects.filter(pk=step.whom).first() if step.who is Who.MEMBER and step.whom.isdigit() else None
    at_work = Member.objects.at_work(clock.today())
    if gone and gone.unit and at_work.filter(unit=gone.unit).exists():
        return Responsible(unit=gone.unit, details=details)
    for role in HEADS:
        if at_work.in_role(role).exists():
            return Responsible(role=role, details=details)
    return Responsible(role=Role.AGENCY_HEAD, details=details)
