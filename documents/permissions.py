"""Who may do what with documents. Nobody signs their own text (domain §8.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenants.models import Member, Role

if TYPE_CHECKING:
    from documents.models import Document, Version

REVIEWERS = (Role.DEPUTY_HEAD, Role.UNIT_HEAD, Role.AGENCY_HEAD)
APPROVERS = (Role.AGENCY_HEAD, Role.DEPUTY_HEAD)
KEEPERS = (Role.ISO_SECRETARY, Role.DOCUMENT_CONTROLLER)
DRAFTERS = (*KEEPERS, Role.OFFICER, Role.UNIT_HEAD, Role.DEPUTY_HEAD, Role.AGENCY_HEAD, Role.RECEPTIONIST)


def may_draft(member: Member) -> bool:
    """Begin a document or its next version: the staff of the agency; an auditor or overseer alone does not write."""
    return member.has_role(*DRAFTERS)


def may_edit(version: Version, member: Member) -> bool:
    return version.is_editable and may_submit(version, member)


def may_submit(version: Version, member: Member) -> bool:
    """The drafter, or the ISO secretary for a drafter who is away."""
    return version.drafted_by_id == member.pk or member.has_role(Role.ISO_SECRETARY)


def may_review(version: Version, member: Member) -> bool:
    return member.has_role(*REVIEWERS) and member.pk not in hands_in(version)


def may_approve(version: Version, member: Member) -> bool:
    """The head, or a deputy acting for the head; nobody whose hand is in this version."""
    return member.has_role(*APPROVERS) and member.pk not in hands_in(version)


def may_return(version: Version, member: Member) -> bool:
    """Whoever could sign now may return it instead."""
    return may_review(version, member) if version.state == "in_review" else may_approve(version, member)


def may_withdraw(version: Version, member: Member) -> bool:
    return member.has_role(Role.AGENCY_HEAD)


def may_manage(document: Document, member: Member) -> bool:
    """Title, unit in charge, review date."""
    return member.has_role(*KEEPERS, Role.AGENCY_HEAD)


def capacities(member: Member, role: str) -> list[str]:
    """In which capacities this member may give a signature, the usual one first (Decree 30/2020 art 13).

    Only the head approves in their own authority; a deputy acts for the head or by delegation.
    """
    if role == "drafted":
        return [""]
    if role == "reviewed":
        return ["", "KT.", "TL.", "TUQ."]
    return ["", "TM."] if member.has_role(Role.AGENCY_HEAD) else ["KT.", "TUQ."]


def hands_in(version: Version) -> set[int]:
    """Ids of those who may not sign: they drafted, edited or submitted the text in any round, or have signed this one."""
    ids = type(version).objects.with_hands().values_list("hands", flat=True)  # type: ignore[misc]  # an annotation
    return set(ids.get(pk=version.pk))
