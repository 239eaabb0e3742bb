"""Requests for change: anybody asks, the ISO secretary or the head decides, the draft takes its line from the request."""

from __future__ import annotations

from django.db.transaction import atomic
from django.utils.translation import gettext as _

from documents import actions, cycle_notices, permissions
from documents.models import ChangeRequest, ChangeState, Document, Extent, Version
from tenants import clock
from tenants.models import Member
from tenants.numbering import from_pattern
from tenants.transitions import NotAllowed, NotPossible, lock, perform, record

CODE = "YC-{yyyy}-{nn}"  # phiếu yêu cầu; numbered through the year


@atomic
def propose(document: Document, parts: str, reason: str, *, by: Member) -> ChangeRequest:
    """`by` asks for a change of these parts. Whoever decides gets a mail."""
    if not by.at_work_on(clock.today()) or by.is_clock:
        raise NotAllowed(_("Your role in this agency does not include this."), about=document)
    if not parts.strip() or not reason.strip():
        raise NotPossible(_("A request says which part is to be changed, and why."), about=document)
    code = from_pattern(CODE, agency=document.agency, kind="change request", on=clock.today())
    request = ChangeRequest(document=document, code=code, parts=parts.strip(), reason=reason.strip(), asked_by=by)
    record(request, "proposed", by=by, reason=reason.strip(), details={"parts": request.parts})
    cycle_notices.was_proposed(request)
    return request


@atomic
def accept(request: ChangeRequest, drafter: Member, extent: str, *, by: Member) -> Version:
    """Yes: `drafter` writes it, as correction, revision or new issue (`Extent`). Returns the draft.

    Raises NotPossible while another version of the document is open, or when the drafter does not draft here.
    """
    document = lock(request.document)
    request = lock(request)
    request.document = document
    _check(request, by)
    if not permissions.may_draft(drafter) or not drafter.at_work_on(clock.today()):
        raise NotPossible(_("%(name)s does not draft documents here.") % {"name": drafter.name}, about=request)
    version = actions.begin_draft(
        document,
        by=by,
        drafter=drafter,
        new_issue=extent == Extent.ISSUE,
        minor=extent == Extent.CORRECTION,
        reason=request.line,
        parts=request.parts,
    )
    perform(request.accept, by=by, details={"extent": extent, "drafter": drafter.name}, decider=by, version=version)
    cycle_notices.was_accepted(request, drafter)
    return version


@atomic
def refuse(request: ChangeRequest, *, by: Member, reason: str) -> ChangeRequest:
    """No, with a reason; whoever asked gets a mail."""
    request = lock(request)
    _check(request, by)
    if not reason.strip():
        raise NotPossible(_("A reason is needed."))
    perform(request.refuse, by=by, reason=reason, decider=by, answer=reason.strip())
    cycle_notices.was_refused(request)
    return request


def _check(request: ChangeRequest, by: Member) -> None:
    if request.state != ChangeState.PROPOSED:
        raise NotPossible(_("This request is decided already."), about=request)
    if not permissions.may_decide_change(request, by):
        raise NotAllowed(
            _("Your role in this agency does not include this."),
            about=request,
            needs=_("the ISO secretary or the head of the agency"),
        )
