"""Who may do what with internal audits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenants.models import Member, Role, Unit

if TYPE_CHECKING:
    from audits.models import Audit

AUDITORS = (Role.LEAD_AUDITOR, Role.INTERNAL_AUDITOR)


def may_plan(member: Member) -> bool:
    return member.has_role(Role.ISO_SECRETARY, Role.AGENCY_HEAD, Role.LEAD_AUDITOR)


def may_plan_audit(audit: Audit, member: Member) -> bool:
    return member.has_role(Role.ISO_SECRETARY, Role.AGENCY_HEAD)


def may_edit(audit: Audit, member: Member) -> bool:
    """Change the plan while the audit has not ended: whoever plans, or its lead auditor."""
    return audit.state in ("planned", "in_progress") and (may_plan_audit(audit, member) or audit.lead_id == member.pk)


def may_read_signs(audit: Audit, member: Member) -> bool:
    """Signs of formality are for those who can do something about them (domain §8.2-5)."""
    return audit.lead_id == member.pk or may_plan_audit(audit, member)


def may_lead(member: Member, unit: Unit) -> bool:
    return member.has_role(Role.LEAD_AUDITOR) and is_independent(member, unit)


def may_audit(member: Member, unit: Unit) -> bool:
    return member.has_role(*AUDITORS) and is_independent(member, unit)


def may_conduct(audit: Audit, member: Member) -> bool:
    """Begin, close: the lead auditor."""
    return audit.lead_id == member.pk and may_lead(member, audit.unit)


def may_answer(audit: Audit, member: Member) -> bool:
    """The team; never somebody of the audited unit (clause 9.2.2 c)."""
    in_team = audit.lead_id == member.pk or audit.team.filter(member=member).exists()
    return in_team and may_audit(member, audit.unit)


def may_ask_for_report(audit: Audit, member: Member) -> bool:
    return may_conduct(audit, member) or may_plan_audit(audit, member)


def is_independent(member: Member, unit: Unit) -> bool:
    """At work neither in the unit nor in a part of it."""
    own, seen = member.unit, set[int]()
    while own is not None and own.pk not in seen:
        if own.pk == unit.pk:
            return False
        seen.add(own.pk)
        own = own.parent
    return True
