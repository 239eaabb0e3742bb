"""Who may do what with dossiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    return member.has_role(Role.OFFICER) and not Member.objects.at_work().in_role(Role.RECEPTIONIST).exists()


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


def may_see_personal_data(dossier: Dossier | None, member: Member) -> bool:
    """Residents' data are for those who handle dossiers; None asks about dossiers in general (search)."""
    return member.has_role(
        Role.RECEPTIONIST, Role.OFFICER, Role.UNIT_HEAD, Role.AGENCY_HEAD, Role.DEPUTY_HEAD, Role.DOCUMENT_CONTROLLER
    )
