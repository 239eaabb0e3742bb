"""Who may do what with documents. Nobody signs their own text (domain §8.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps

from tenants import clock
from tenants.models import AgencyKind, Member, Role
from tenants.permissions import may_manage_shared_calendar, runs_platform

if TYPE_CHECKING:
    from documents.law_models import LegalUpdate
    from documents.models import ChangeRequest, Delegation, Document, ImportRun, Version

APPROVERS = (Role.AGENCY_HEAD, Role.DEPUTY_HEAD)
REVIEWERS = (*APPROVERS, Role.UNIT_HEAD)  # who review by their office
KEEPERS = (Role.ISO_SECRETARY, Role.DOCUMENT_CONTROLLER)
LAW_KEEPERS = (Role.ISO_SECRETARY,)  # keep every document up to date with the law
UNIT_KEEPERS = (Role.UNIT_HEAD,)  # those of their unit
DECIDERS = (Role.ISO_SECRETARY, Role.AGENCY_HEAD)  # about requests for change
DELEGATES = (Role.UNIT_HEAD,)  # those to whom signing can be delegated; a deputy signs KT. (Decree 30/2020 art 13)
DELEGATED = (Role.DEPUTY_HEAD, *DELEGATES)  # delegations to deputies were given once, and stand as given
SEE_RESTRICTED = (*KEEPERS, Role.AGENCY_HEAD, Role.INTERNAL_AUDITOR, Role.LEAD_AUDITOR)  # every restricted document
COLLECTIVES = (  # led by a People's Committee
    AgencyKind.PROVINCE, AgencyKind.DISTRICT, AgencyKind.COMMUNE, AgencyKind.WARD, AgencyKind.SPECIAL_ZONE,
)  # fmt: skip
DRAFTERS = (*KEEPERS, Role.OFFICER, Role.UNIT_HEAD, Role.DEPUTY_HEAD, Role.AGENCY_HEAD, Role.RECEPTIONIST)


def may_draft(member: Member) -> bool:
    """Begin a document or its next version: the staff of the agency; an auditor or overseer alone does not write."""
    return member.has_role(*DRAFTERS)


def may_edit(version: Version, member: Member) -> bool:
    """The drafter, and the ISO secretary who helps; their hand is then in the text."""
    return version.is_editable and (version.drafted_by_id == member.pk or member.has_role(Role.ISO_SECRETARY))


def may_submit(version: Version, member: Member) -> bool:
    """Whoever signs “I drafted this text”: the drafter alone."""
    return version.drafted_by_id == member.pk


def may_take_over(version: Version, member: Member) -> bool:
    """Become the drafter of somebody else's draft."""
    return version.drafted_by_id != member.pk and member.has_role(Role.ISO_SECRETARY, Role.AGENCY_HEAD)


def may_drop(version: Version, member: Member) -> bool:
    return version.drafted_by_id == member.pk or member.has_role(Role.ISO_SECRETARY, Role.AGENCY_HEAD)


def may_review(version: Version, member: Member) -> bool:
    """Who is waited for in this stage of the route, and whose hand is not in the text."""
    return version.state == "in_review" and may_sign_now(version, member)


def may_approve(version: Version, member: Member) -> bool:
    """The head, a deputy acting for the head, whom the head delegated it to on this day, and who may by the regulations;
    nobody whose hand is in it.
    """
    return version.state == "in_approval" and may_sign_now(version, member)


def may_sign_now(version: Version, member: Member) -> bool:
    tokens = tokens_of(member, kind=version.document.kind)
    return bool(set(version.awaited) & set(tokens)) and member.pk not in hands_in(version)


def tokens_of(member: Member, *, delegated: bool | None = None, kind: str = "") -> list[str]:
    """By which tokens of a route (documents.routes) this member signs today. `delegated`: known already, else asked, for
    this kind of document.
    """
    if not member.at_work_on(clock.today()):
        return []
    tokens = [f"member:{member.pk}", *(f"role:{role}" for role in member.roles)]
    if member.unit_id and Role.UNIT_HEAD in member.roles:
        tokens.append(f"unit:{member.unit_id}")
    if delegated is None:
        delegated = not member.has_role(*APPROVERS) and delegation_of(member, kind) is not None
    return [*tokens, "delegate"] if delegated else tokens


def may_set_routes(member: Member) -> bool:
    return member.has_role(Role.ISO_SECRETARY)


def may_replace_signers(version: Version, member: Member) -> bool:
    """Somebody else in the place of a signer who is away or has left: the ISO secretary, and more freely the head."""
    return version.state == "in_review" and member.has_role(Role.ISO_SECRETARY, Role.AGENCY_HEAD)


def may_stand_in(version: Version, member: Member, *, named_by: Member) -> bool:
    """Nobody names themself, nor anybody whose hand is in it. Whoever does not review by their office, only the head names."""
    fits = member.has_role(*(Role if named_by.has_role(Role.AGENCY_HEAD) else REVIEWERS))
    same = member.agency_id == version.agency_id
    return fits and same and member.pk != named_by.pk and member.pk not in hands_in(version)


def delegation_of(member: Member, kind: str = "") -> Delegation | None:
    """The delegation this member may sign approvals of this kind of document by today (of any, when none is named); the
    newest of several.
    """
    if not member.has_role(*DELEGATED):
        return None
    rows = apps.get_model("documents", "Delegation").objects.standing().filter(to=member).order_by("pk")
    return (rows.for_kind(kind) if kind else rows).last()


def may_be_delegate(member: Member) -> bool:
    """Heads a unit. A deputy acts for the head (KT.) and needs no delegation."""
    return member.has_role(*DELEGATES) and not member.has_role(*APPROVERS)


def may_import(run: ImportRun, member: Member) -> bool:
    """See the files somebody brought and have their drafts made: whoever brought them, and who keeps the documents."""
    return run.by_id == member.pk or member.has_role(*KEEPERS)


def may_set_codes(member: Member) -> bool:
    return member.has_role(*KEEPERS)


def may_delegate(member: Member) -> bool:
    return member.has_role(Role.AGENCY_HEAD)


def may_end_delegation(delegation: Delegation, member: Member) -> bool:
    """The head of the agency, also one who came after; and whoever it was given to may lay it down."""
    return member.has_role(Role.AGENCY_HEAD) or delegation.to_id == member.pk


def may_decide_changes(member: Member) -> bool:
    return member.has_role(*DECIDERS)


def may_decide_change(request: ChangeRequest, member: Member) -> bool:
    return may_decide_changes(member)


def may_review_document(document: Document, member: Member) -> bool:
    """Say whether the version in force still fits: who keeps the documents, the head of its unit, the head of the agency."""
    heads_unit = member.has_role(Role.UNIT_HEAD) and document.unit_id is not None and member.unit_id == document.unit_id
    return heads_unit or member.has_role(*KEEPERS, Role.AGENCY_HEAD)


def may_return(version: Version, member: Member) -> bool:
    """Whoever could sign now may return it instead."""
    return may_review(version, member) if version.state == "in_review" else may_approve(version, member)


def may_withdraw(version: Version, member: Member) -> bool:
    return member.has_role(Role.AGENCY_HEAD)


def may_manage(document: Document, member: Member) -> bool:
    """Unit in charge, review date."""
    return member.has_role(*KEEPERS, Role.AGENCY_HEAD)


def may_hand_out(member: Member) -> bool:
    """Numbered copies: who keeps the documents."""
    return member.has_role(*KEEPERS)


def may_keep_legal_texts(member: Member) -> bool:
    """The agency's own entries in the register."""
    return member.has_role(*KEEPERS, Role.AGENCY_HEAD)


def may_keep_shared_legal_texts(member: Member) -> bool:
    """The register of the province: the lead department, the Provincial People's Committee, the platform."""
    return (
        member.has_role(Role.OVERSEER, Role.PROVINCE_LEADER)
        or may_manage_shared_calendar(member)
        or runs_platform(member)
    )


def may_waive(update: LegalUpdate, member: Member) -> bool:
    """Say that a document stays as it is though the law changed: whoever keeps it, and the head of the agency."""
    own_unit = member.unit_id is not None and update.document.unit_id == member.unit_id
    return member.has_role(*LAW_KEEPERS, Role.AGENCY_HEAD) or (own_unit and member.has_role(*UNIT_KEEPERS))


def may_name_clauses(document: Document, member: Member) -> bool:
    return may_manage(document, member)


def may_begin_set(member: Member) -> bool:
    """Begin drafts from the framework set: who keeps the documents."""
    return member.has_role(*KEEPERS)


def may_choose_item(member: Member) -> bool:
    """Say which document is the agency's for an item of the framework set, or that an item does not apply."""
    return member.has_role(Role.ISO_SECRETARY, Role.AGENCY_HEAD)


def may_note_clauses(member: Member) -> bool:
    """What the agency says about a clause, and that one does not apply."""
    return member.has_role(Role.ISO_SECRETARY, Role.AGENCY_HEAD)


def capacities(member: Member, role: str, version: Version | None = None) -> list[str]:
    """In which capacities this member may give a signature, the usual one first (Decree 30/2020 art 13).

    A review is given in one's own authority; the head of a unit gives it by order (TL.) where the route names the
    regulation that says so. The head approves in their own authority, or for the collective where there is one (TM., a
    People's Committee); a deputy for the head (KT., there also beneath TM.); the head of a unit TUQ. by a delegation of
    this day, and a deputy who was once given one; the head of the unit in charge by order (TL.), if the route names the
    regulation.
    """
    by_order = version is not None and bool(version.route.get("by_order")) and member.has_role(Role.UNIT_HEAD)
    if role == "drafted":
        return [""]
    if role == "reviewed":
        return ["", "TL."] if by_order and not member.has_role(*APPROVERS) else [""]
    if member.has_role(Role.AGENCY_HEAD):
        return ["", "TM."] if member.agency.kind in COLLECTIVES else [""]
    delegated = ["TUQ."] if delegation_of(member, version.document.kind if version else "") else []
    if member.has_role(Role.DEPUTY_HEAD):
        return ["KT.", *(["TM. KT."] if member.agency.kind in COLLECTIVES else []), *delegated]
    ordered = by_order and version is not None and f"unit:{member.unit_id}" in version.route.get("approvers", ())
    return [*delegated, *(["TL."] if ordered else [])] or [""]


def hands_in(version: Version) -> set[int]:
    """Ids of those who may not sign: they drafted, edited or submitted the text in any round, or have signed this one.

    What was written before `created_at` went when the draft was begun anew from a signed text.
    """
    ids = type(version).objects.with_hands().values_list("hands", flat=True)  # type: ignore[misc]  # an annotation
    return set(ids.get(pk=version.pk))
