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
    return member.has_role(Role.RECEPTIONIST, Role.OFFICER)


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
    """Give the task to somebody: the heads, and whoever has it."""
    return member.has_role(Role.UNIT_HEAD, Role.AGENCY_HEAD, Role.DEPUTY_HEAD) or may_do(task, member)


def may_see_personal_data(dossier: Dossier | None, member: Member) -> bool:
    """Residents' data are for those who handle dossiers; None asks about dossiers in general (search)."""
    return member.has_role(
        Role.RECEPTIONIST, Role.OFFICER, Role.UNIT_HEAD, Role.AGENCY_HEAD, Role.DEPUTY_HEAD, Role.DOCUMENT_CONTROLLER
    )
