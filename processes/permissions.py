"""Who may do what with dossiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from tenants import clock
from tenants.models import Member, Role

if TYPE_CHECKING:
    from processes.models import Dossier, Task


def may_receive(member: Member) -> bool:
    """Open a dossier for a resident: the one-stop desk; in a small commune also an officer."""
    return member.has_role(Role.RECEPTIONIST, Role.OFFICER)


def may_close(dossier: Dossier, member: Member) -> bool:
    """Hand out the result: the one-stop desk, and whoever the return step was given to; an officer where the agency
    has nobody at the desk today.
    """
    if member.has_role(Role.RECEPTIONIST):
        return True
    task = dossier.tasks.open().first()
    if task is not None and may_do(task, member):
        return True
    return _stands_in_for_the_desk(member)


def may_do(task: Task, member: Member) -> bool:
    """Whoever it was given to; while it is nobody's yet, everybody of the unit or in the role."""
    if not member.at_work_on(clock.today()):
        return False
    if task.member_id is not None:
        return task.member_id == member.pk
    if task.unit_id is not None:
        return task.unit_id == member.unit_id
    return member.has_role(task.role)


def may_assign(task: Task, member: Member) -> bool:
    """Give the task to somebody (processes.assignment.takers says to whom): the heads, and whoever has it."""
    return is_over(task, member) or may_do(task, member)


def is_over(task: Task, member: Member) -> bool:
    """The head of the agency and the deputies; the head of the unit that has the task, or whose member has it."""
    if member.has_role(Role.AGENCY_HEAD, Role.DEPUTY_HEAD):
        return True
    home = task.member.unit_id if task.member else task.unit_id
    return home is not None and home == member.unit_id and member.has_role(Role.UNIT_HEAD)


def may_see_personal_data(dossier: Dossier, member: Member) -> bool:
    """The resident's data are for who handles this very dossier (domain §9.2): see `handled_by`.

    Lists ask once for all their rows: `Dossier.objects.with_handling(member)`.
    """
    known: int | None = getattr(dossier, "handled_by", None)
    if known is None:
        known = type(dossier).objects.with_handling(member).get(pk=dossier.pk).handled_by
    return known == member.pk


def sees_every_resident(member: Member) -> bool:
    """The one-stop desk, the head of the agency and the deputies."""
    return member.has_role(Role.RECEPTIONIST, Role.AGENCY_HEAD, Role.DEPUTY_HEAD)


def handles(member: Member) -> Q:
    """Which tasks make their dossier this officer's or unit head's: their own, in whatever state, those given to their
    unit, and what their role has yet to take; for the head of a unit also those of its people.
    """
    if not member.has_role(Role.OFFICER, Role.UNIT_HEAD):
        return Q(pk__in=[])
    found = Q(member=member) | Q(state="open", member=None, unit=None, role__in=member.roles)
    if member.unit_id:
        found |= Q(unit=member.unit_id)
        if member.has_role(Role.UNIT_HEAD):
            found |= Q(member__unit=member.unit_id)
    return found


def may_correct(dossier: Dossier, member: Member) -> bool:
    """Mend a slip of the pen in the resident's data while the dossier is open: the one-stop desk."""
    if not dossier.is_open or not may_see_personal_data(dossier, member):
        return False
    return member.has_role(Role.RECEPTIONIST) or _stands_in_for_the_desk(member)


def _stands_in_for_the_desk(member: Member) -> bool:
    """An officer, where the agency has nobody at the one-stop desk today."""
    return member.has_role(Role.OFFICER) and not Member.objects.at_work().in_role(Role.RECEPTIONIST).exists()
