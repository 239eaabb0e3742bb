"""Who may do what with records kept. Whoever proposes a disposal does not decide it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenants.models import Member, Role

if TYPE_CHECKING:
    from documents.record_models import Disposal, RecordSeries

RECORD_KEEPERS = (Role.ISO_SECRETARY, Role.DOCUMENT_CONTROLLER)
LEADERS = (Role.AGENCY_HEAD, Role.DEPUTY_HEAD)
EXPORTERS = (Role.ISO_SECRETARY, Role.AGENCY_HEAD)
AT_DESKS = (Role.UNIT_HEAD, Role.OFFICER, Role.RECEPTIONIST)


def may_keep_records(member: Member) -> bool:
    """The register as a whole: rules of retention, proposals, carrying out."""
    return member.has_role(*RECORD_KEEPERS)


def may_keep_series(series: RecordSeries, member: Member) -> bool:
    """Enter groups of a series and close them: who keeps the register, and the unit that keeps the series."""
    at_home = member.unit_id is not None and member.unit_id == series.unit_id
    return may_keep_records(member) or (at_home and member.has_role(*AT_DESKS))


def may_hold(member: Member) -> bool:
    """Place a hold and lift it."""
    return member.has_role(*RECORD_KEEPERS, *LEADERS)


def may_decide_disposals(member: Member) -> bool:
    return member.has_role(Role.AGENCY_HEAD)


def may_decide_disposal(disposal: Disposal, member: Member) -> bool:
    """The head of the agency, about what somebody else proposed."""
    return may_decide_disposals(member) and disposal.proposed_by_id != member.pk


def may_take_back(disposal: Disposal, member: Member) -> bool:
    return disposal.proposed_by_id == member.pk or may_keep_records(member)


def may_carry_out(disposal: Disposal, member: Member) -> bool:
    return may_keep_records(member)


def may_export(member: Member) -> bool:
    """Take the whole set out as one archive."""
    return member.has_role(*EXPORTERS)
