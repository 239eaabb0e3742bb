"""Who may do what with the agency itself."""

from __future__ import annotations

from collections.abc import Iterable

from tenants import clock
from tenants.models import Agency, AgencyKind, Member, Role, User

ISO_COMMITTEE = (Role.AGENCY_HEAD, Role.DEPUTY_HEAD, Role.ISO_SECRETARY, Role.AGENCY_ADMIN)
KEEPERS_OF_MEMBERS = (Role.AGENCY_ADMIN, Role.ISO_SECRETARY, Role.AGENCY_HEAD)
OUTWARD_ROLES = (Role.OVERSEER, Role.PROVINCE_LEADER)  # they open the records of other agencies
LEADING_ROLES = (Role.AGENCY_ADMIN, Role.AGENCY_HEAD, Role.DEPUTY_HEAD)  # they sign for the agency, or open accounts


def may_see_journal(member: Member) -> bool:
    """The journal of the whole agency: everybody at work in it (transparency, ui.md §2.1)."""
    return member.at_work_on(clock.today())


def may_manage_members(member: Member) -> bool:
    return member.has_role(*KEEPERS_OF_MEMBERS)


def may_give_role(role: str, member: Member) -> bool:
    """May they give it to somebody else? Platform administrator and clock (import) give every role; roles that look
    into other agencies are given by whoever has them, roles that lead by the administrator of the agency.
    """
    if member.is_clock or runs_platform(member):
        return True
    if role in OUTWARD_ROLES:
        return member.has_role(role)
    return role not in LEADING_ROLES or member.has_role(Role.AGENCY_ADMIN)


def may_open_accounts(member: Member) -> bool:
    return member.has_role(Role.AGENCY_ADMIN)


def may_manage_account(user: User | None, member: Member) -> bool:
    """Renew the password, correct the e-mail, bar the account of a colleague who has to do with this agency only.

    Whoever also works elsewhere, or will, or runs the platform, must not be taken over by the administrator of one
    agency; the platform administrator helps them.
    """
    if user is None or not may_open_accounts(member):
        return False
    if runs_platform(member):
        return True
    if user.is_staff or user.is_superuser:
        return False
    return set(Agency.objects.tied_to(user).values_list("pk", flat=True)) <= {member.agency_id}


def may_open_agencies(member: Member) -> bool:
    """New agencies: the platform administrator, or the administrator of the Provincial People's Committee."""
    return runs_platform(member) or _runs_province(member, Role.AGENCY_ADMIN)


def may_edit_agency(agency: Agency | None, member: Member) -> bool:
    """Its own administrator, that of the Provincial People's Committee, the platform administrator."""
    if may_open_agencies(member):
        return True
    return member.has_role(Role.AGENCY_ADMIN) and (agency is None or agency.pk == member.agency_id)


def may_manage_shared_calendar(member: Member) -> bool:
    """Days off and make-up days of the whole province."""
    return _runs_province(member, Role.AGENCY_ADMIN, Role.ISO_SECRETARY)


def may_manage_calendar(member: Member) -> bool:
    """Working hours and local closures of the agency."""
    return member.has_role(Role.AGENCY_ADMIN, Role.ISO_SECRETARY)


def may_use_admin(member: Member) -> bool:
    """Django admin is the workplace of the ISO steering committee."""
    return member.has_role(*ISO_COMMITTEE)


def may_oversee(member: Member, over: Iterable[Agency]) -> bool:
    """An overseer's office reads the agencies below the agency it belongs to (Circular 26/2014 art 33)."""
    if not member.has_role(Role.OVERSEER, Role.PROVINCE_LEADER):
        return False
    top = member.agency.lineage()[-1]
    return {agency.pk for agency in over} <= set(Agency.objects.below(top).values_list("pk", flat=True))


def runs_platform(member: Member) -> bool:
    return member.at_work_on(clock.today()) and member.user is not None and member.user.is_staff


def _runs_province(member: Member, *roles: str) -> bool:
    return member.agency.kind == AgencyKind.PROVINCE and member.has_role(*roles)
