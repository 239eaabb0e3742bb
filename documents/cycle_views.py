"""Requests for change, delegations of signing, periodic reviews, and who reads a document."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from documents import changing, delegating, panels, permissions, reading, reviewing
from documents.codes import set_patterns
from documents.cycle_forms import (
    AcceptForm,
    AudienceForm,
    ChangeFilter,
    CodesForm,
    DelegateForm,
    ProposeForm,
    VerdictForm,
)
from documents.forms import ReasonForm
from documents.models import ChangeRequest, ChangeState, Confidentiality, Delegation, Verdict
from documents.reports import Badge
from documents.views import document_of
from tenants.models import JournalEntry
from tenants.querysets import saying
from tenants.transitions import NotAllowed, NotPossible
from tenants.views import entered

ROWS = 50
STATES = {  # tone and icon
    ChangeState.PROPOSED: ("active", "clock"),
    ChangeState.ACCEPTED: ("ok", "done"),
    ChangeState.REFUSED: ("held", "refuse"),
}


# --- requests for change ---------------------------------------------------------------------------


def change_requests(request: Any) -> HttpResponse:
    """All of them, what is to be decided first."""
    everything = ChangeRequest.objects.visible_to(request.member)
    form = ChangeFilter(request.GET)
    found, chosen = everything, form.cleaned_data if form.is_valid() else {}
    for word in chosen.get("q", "").split():
        found = found.filter(saying(word, "code", "document__code", "document__title", "reason"))
    if chosen.get("state"):
        found = found.filter(state=chosen["state"])
    found = found.select_related("document", "asked_by", "decided_by", "version").defer("version__content")
    page = Paginator(found.order_by("decided_at", "-asked_at"), ROWS).get_page(request.GET.get("page"))
    if page.number == 1 and not chosen.get("state"):
        page.object_list = sorted(page.object_list, key=lambda row: row.state != ChangeState.PROPOSED)
    context = {
        "filter": form,
        "page": page,
        "filtered": any(chosen.values()),
        "rows": [{"asked": row, "state": _badge(row)} for row in page],
    }
    return render(request, "documents/change_requests.html", context)


def propose_change(request: Any, code: str) -> HttpResponse:
    document = document_of(request, code)
    form = ProposeForm(entered(request))
    if request.method == "POST" and form.is_valid():
        asked = changing.propose(document, **form.cleaned_data, by=request.member)
        messages.success(request, _("Request %(code)s is sent to whoever decides.") % {"code": asked.code})
        return redirect("change_request", asked.code)
    sentence = _("The ISO secretary or the head of the agency decides; you get their answer by mail.")
    return _page(request, _("Request a change"), sentence, form, document=document, icon="edit")


def change_request(request: Any, code: str) -> HttpResponse:
    asked = _asked(request, code)
    undecided = asked.state == ChangeState.PROPOSED
    context = {
        "asked": asked,
        "state": _badge(asked),
        "may_decide": undecided and permissions.may_decide_change(asked, request.member),
        "undecided": undecided,
        "standing": asked.document.versions.open().defer("content").first() if undecided else None,
        "history": panels.happenings(JournalEntry.objects.about(asked).select_related("by").order_by("-pk")),
    }
    return render(request, "documents/change_request.html", context)


def accept_change(request: Any, code: str) -> HttpResponse:
    asked = _to_decide(request, code)
    form = AcceptForm(entered(request), initial={"drafter": asked.asked_by_id})
    if request.method == "POST" and form.is_valid():
        version = changing.accept(asked, **form.cleaned_data, by=request.member)
        messages.success(
            request,
            _("Accepted. %(drafter)s writes draft %(number)s and gets a mail.")
            % {"drafter": version.drafted_by.name, "number": version.number},
        )
        return redirect("version", asked.document.code, version)
    sentence = _(
        "A draft begins with the text of the last signed version; its line in the amendment table is: %(line)s"
    ) % {"line": f"{asked.line} ({asked.parts})"}
    return _page(request, _("Accept the request"), sentence, form, asked=asked)


def refuse_change(request: Any, code: str) -> HttpResponse:
    asked = _to_decide(request, code)
    form = ReasonForm(entered(request))
    form.fields["reason"].max_length = 1000  # type: ignore[attr-defined]
    form.fields["reason"].help_text = _("Whoever asked reads it.")
    if request.method == "POST" and form.is_valid():
        changing.refuse(asked, by=request.member, reason=form.cleaned_data["reason"][:1000])
        messages.success(request, _("Refused. Whoever asked gets a mail with your reason."))
        return redirect("change_request", asked.code)
    sentence = _("Nothing changes in the document. The request stays on record with your answer.")
    return _page(request, _("Refuse the request"), sentence, form, asked=asked, grave=True)


def _asked(request: Any, code: str) -> ChangeRequest:
    rows = ChangeRequest.objects.visible_to(request.member)
    found = rows.select_related("document", "asked_by", "decided_by", "version").filter(code=code).first()
    if found is None:
        raise Http404
    found.document.agency = request.agency
    return found


def _to_decide(request: Any, code: str) -> ChangeRequest:
    asked = _asked(request, code)
    if asked.state != ChangeState.PROPOSED:
        raise NotPossible(_("This request is decided already."), about=asked)
    if not permissions.may_decide_change(asked, request.member):
        raise NotAllowed(
            _("Your role in this agency does not include this."),
            about=asked,
            needs=_("the ISO secretary or the head of the agency"),
        )
    return asked


def _badge(asked: ChangeRequest) -> Badge:
    return Badge(*STATES[ChangeState(asked.state)], str(asked.get_state_display()))


# --- delegations of signing ------------------------------------------------------------------------


def delegations(request: Any) -> HttpResponse:
    rows = Delegation.objects.visible_to(request.member).select_related("by", "to")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(row, row.may_still_end and permissions.may_end_delegation(row, request.member)) for row in page],
        "may_delegate": permissions.may_delegate(request.member),
    }
    return render(request, "documents/delegations.html", context)


def delegate(request: Any) -> HttpResponse:
    if not permissions.may_delegate(request.member):
        raise NotAllowed(_("Your role in this agency does not include this."), needs=_("the head of the agency"))
    form = DelegateForm(entered(request), member=request.member)
    if request.method == "POST" and form.is_valid():
        row = delegating.delegate(**form.cleaned_data, by=request.member)
        messages.success(request, _("%(name)s signs approvals in these days and gets a mail.") % {"name": row.to.name})
        return redirect("delegations")
    sentence = _("On these days this person signs approvals with TUQ., under your decision. You go on signing as well.")
    return _page(request, _("Delegate signing"), sentence, form, icon="sign")


def end_delegation(request: Any, pk: int) -> HttpResponse:
    row = get_object_or_404(Delegation.objects.visible_to(request.member).select_related("by", "to"), pk=pk)
    if not row.may_still_end:
        raise NotPossible(_("This delegation has ended already."))
    if not permissions.may_end_delegation(row, request.member):
        raise NotAllowed(_("Your role in this agency does not include this."), needs=_("the head of the agency"))
    form = ReasonForm(entered(request))
    if request.method == "POST" and form.is_valid():
        delegating.end_delegation(row, by=request.member, reason=form.cleaned_data["reason"])
        messages.success(request, _("The delegation is ended."))
        return redirect("delegations")
    sentence = _("%(name)s signs nothing any longer by decision %(decision)s. What was signed stays signed.") % {
        "name": row.to.name,
        "decision": row.decision,
    }
    return _page(request, _("End the delegation"), sentence, form, grave=True)


# --- periodic review, readers ----------------------------------------------------------------------


def review_document(request: Any, code: str) -> HttpResponse:
    document = document_of(request, code)
    if not permissions.may_review_document(document, request.member):
        raise NotAllowed(
            _("Your role in this agency does not include this."),
            about=document,
            needs=_("the ISO secretary or the head of the unit in charge"),
        )
    version = document.versions.in_force().defer("content").first()
    if version is None:
        raise NotPossible(_("No version is in force."), about=document)
    form = VerdictForm(entered(request))
    if request.method == "POST" and form.is_valid():
        review = reviewing.review_document(document, **form.cleaned_data, by=request.member)
        messages.success(request, _("Reviewed: %(verdict)s.") % {"verdict": review.get_verdict_display()})
        if review.request is not None:
            return redirect("change_request", review.request.code)
        if review.verdict == Verdict.WITHDRAW and permissions.may_withdraw(version, request.member):
            return redirect("withdraw", code, version)
        return redirect("document", code)
    sentence = _("Does version %(number)s still fit law and practice? Your verdict stays on record.") % {
        "number": version.number
    }
    return _page(request, _("Review the document"), sentence, form, document=document)


def distribute(request: Any, code: str) -> HttpResponse:
    document = document_of(request, code)
    if not permissions.may_manage(document, request.member):
        raise NotAllowed(
            _("Your role in this agency does not include this."), about=document, needs=_("the ISO secretary")
        )
    form = AudienceForm(entered(request), document=document)
    if request.method == "POST" and form.is_valid():
        reading.distribute(document, **form.cleaned_data, by=request.member)
        messages.success(request, _("%(code)s is saved.") % {"code": document.code})
        return redirect("document", code)
    if document.confidentiality == Confidentiality.RESTRICTED:
        sentence = _(
            "This document is restricted: whoever is named here may see it and is asked to read each new version. When nobody "
            "is named, nobody is asked."
        )
    else:
        sentence = _("Whoever is named here is asked to read each new version. When nobody is named, everybody is.")
    return _page(request, _("Choose the readers"), sentence, form, document=document)


def codes(request: Any) -> HttpResponse:
    if not permissions.may_set_codes(request.member):
        raise NotAllowed(_("Your role in this agency does not include this."), needs=_("the ISO secretary"))
    form = CodesForm(entered(request))
    if request.method == "POST" and form.is_valid():
        set_patterns(form.cleaned_data, by=request.member)
        messages.success(request, _("The patterns are saved. What has a code keeps it."))
        return redirect("create_document")
    context = {"form": form}
    return render(request, "documents/codes.html", context)


def _page(request: Any, label: str, sentence: str, form: Any, **more: Any) -> HttpResponse:
    return render(request, "documents/cycle_deed.html", {"label": label, "sentence": sentence, "form": form, **more})
