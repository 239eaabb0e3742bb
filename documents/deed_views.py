"""The deeds of a version: GET shows what will happen, POST does it and goes back to the version."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from documents import actions, commenting, comparison, reports, reviewing, routes, routing
from documents.correcting import unmended
from documents.cycle_forms import AnswerForm, ReturnForm
from documents.forms import ApproveForm, ReasonForm, SignForm, SubmitForm, WithdrawForm
from documents.models import State, Version
from documents.sealing import seal_of
from documents.views import version_of
from tenants import confirmation
from tenants.middleware import also_when_ended
from tenants.transitions import NotAllowed, NotPossible, offers
from tenants.views import entered

Number = tuple[int, int]


def submit(request: Any, code: str, number: Number) -> HttpResponse:
    version = version_of(request, code, number)
    _open(version, "submit", request.member)
    missing = unmended(version)
    missing += routing.gaps_of(version, routing.route_for(version.document), drafter=request.member)
    form = SubmitForm(entered(request), request=request, seen=seal_of(version))
    form.fields["read"].help_text = _("From now on nobody edits this text unless it is returned.")
    if request.method == "POST" and form.is_valid() and not missing:
        seen = form.cleaned_data["seen"]
        actions.submit(version, by=request.member, seen=seen, confirmed=confirmation.use(request))
        return _done(request, version, _("Submitted for review. Whoever reviews it gets a mail."))
    sentence = _("You sign as the drafter. The text is sealed with its hash and goes to the review.")
    return _form(request, version, form, "submit", sentence, missing=missing)


def review(request: Any, code: str, number: Number) -> HttpResponse:
    version = version_of(request, code, number)
    _open(version, "review", request.member)
    form = SignForm(entered(request), request=request, version=version, member=request.member)
    if request.method == "POST" and form.is_valid():
        capacity, seen = form.cleaned_data["capacity"], form.cleaned_data["seen"]
        how = confirmation.use(request)
        signed = actions.review(version, by=request.member, capacity=capacity, seen=seen, confirmed=how)
        if signed.state == State.IN_REVIEW:
            return _done(
                request, version, _("Review signed. Next: %(who)s.") % {"who": routes.waited_for(signed)}
            )  # fmt: skip
        return _done(request, version, _("Review signed. The head of the agency is asked to approve."))
    if routes.route_of(version).is_usual:
        sentence = _("You sign that you have reviewed this text. It goes to the head of the agency.")
    else:
        sentence = _("You sign that you have reviewed this text. It goes on along its approval route.")
    return _form(request, version, form, "review", sentence)


def approve(request: Any, code: str, number: Number) -> HttpResponse:
    version = version_of(request, code, number)
    _open(version, "approve", request.member)
    form = ApproveForm(entered(request), request=request, version=version, member=request.member)
    if request.method == "POST" and form.is_valid():
        day, seen = form.cleaned_data["effective_from"], form.cleaned_data["seen"]
        capacity = form.cleaned_data["capacity"]
        how = confirmation.use(request)
        actions.approve(version, by=request.member, effective_from=day, capacity=capacity, seen=seen, confirmed=how)
        return _done(request, version, _("Approved. In force from %(day)s.") % {"day": f"{day:%d/%m/%Y}"})
    sentence = _("You sign the approval. On its day this version comes into force and the one before is superseded.")
    return _form(request, version, form, "approve", sentence)


def take_over(request: Any, code: str, number: Number) -> HttpResponse:
    version = version_of(request, code, number)
    _open(version, "take_over", request.member)
    form = ReasonForm(entered(request))
    form.fields["reason"].help_text = _("The former drafter reads it.")
    if request.method == "POST" and form.is_valid():
        actions.take_over(version, by=request.member, reason=form.cleaned_data["reason"])
        return _done(request, version, _("You are the drafter of this version now. The former drafter gets a mail."))
    sentence = _(
        "From now on you answer for this text and submit it. Neither you nor %(former)s can review or approve it later."
    ) % {"former": version.drafted_by.name}
    return _form(request, version, form, "take_over", sentence)


def drop(request: Any, code: str, number: Number) -> HttpResponse:
    version = version_of(request, code, number)
    _open(version, "drop", request.member)
    form = ReasonForm(entered(request))
    if request.method == "POST" and form.is_valid():
        actions.drop(version, by=request.member, reason=form.cleaned_data["reason"])
        return _done(request, version, _("The draft is dropped. The next draft takes its place."))
    sentence = _("Nobody goes on with this draft. It stays readable, and the document is free for another draft.")
    return _form(request, version, form, "drop", sentence, grave=True)


def send_back(request: Any, code: str, number: Number) -> HttpResponse:
    version = version_of(request, code, number)
    _open(version, "send_back", request.member)
    form = ReturnForm(entered(request), parts=commenting.parts_of(version))
    form.fields["reason"].help_text = _("The drafter reads it.")
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.send_back(version, by=request.member, reason=reason, comments=form.comments)
        return _done(request, version, _("Returned to the drafter, who gets a mail with your reason."))
    sentence = _(
        "The version becomes a draft again. Signatures of this round stay on record; the next submission begins a new round."
    )
    return _form(request, version, form, "send_back", sentence)


def withdraw(request: Any, code: str, number: Number) -> HttpResponse:
    version = version_of(request, code, number)
    _open(version, "withdraw", request.member)
    form = WithdrawForm(entered(request), initial={"reason": reviewing.advice_on(version)}, holds=version.holds)
    if request.method == "POST" and form.is_valid():
        held = form.cleaned_data.get("last") != "yesterday"
        actions.withdraw(version, by=request.member, reason=form.cleaned_data["reason"], held_today=held)
        standing = version.document.versions.in_force().first()
        if standing is not None:
            return _done(
                request, version, _("Withdrawn. Version %(number)s stays in force.") % {"number": standing.number}
            )
        return _done(
            request, version, _("Withdrawn. No version of this document is in force until the next is signed.")
        )
    if version.holds:
        sentence = _(
            "This version goes out of force and nothing takes its place. Say which day was its last. It stays readable."
        )
    else:
        sentence = _("This version will not come into force. It stays readable.")
    return _form(request, version, form, "withdraw", sentence, grave=True)


@also_when_ended
def acknowledge(request: Any, code: str, number: Number) -> HttpResponse:
    version = version_of(request, code, number)
    if version.state != State.IN_FORCE:
        raise NotPossible(_("Only the version in force is acknowledged."), about=version)
    form = AnswerForm(entered(request), question=version.document.question)
    if request.method == "POST" and form.is_valid():
        actions.acknowledge(version, by=request.member, answer=form.cleaned_data.get("answer", ""))
        messages.success(request, _("Noted: you have read %(code)s, version %(number)s.") % _names(version))
        return redirect("acknowledgements")
    context = {
        "version": version,
        "form": form,
        "label": _("Confirm that I have read it"),
        "sheet": None,
        "icon": "check",
    }
    context["sentence"] = _("You confirm that you have read this version and work by it.")
    context |= _changes(version, request.member, reading=True)
    return render(request, "documents/deed.html", context)


def _open(version: Version, verb: str, member: Any) -> None:
    """Refuse before the form what `perform` would refuse after it."""
    offer = next(offer for offer in offers(version, member) if offer.verb == verb)
    if not offer.possible:
        raise NotPossible(_("“%(deed)s” is not possible now.") % {"deed": offer.label}, about=version)
    if not offer.allowed:
        raise NotAllowed(_("“%(deed)s” is not your task.") % {"deed": offer.label}, about=version, needs=offer.needs)


def _done(request: Any, version: Version, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("version", version.document.code, version)


def _form(
    request: Any,
    version: Version,
    form: Form,
    verb: str,
    sentence: str,
    *,
    missing: list[str] | None = None,
    grave: bool = False,
) -> HttpResponse:
    offer = next(offer for offer in offers(version, request.member) if offer.verb == verb)
    context = {
        "version": version,
        "form": form,
        "label": offer.label,
        "sentence": sentence,
        "missing": missing or [],
        "grave": grave,
        "signing": verb in ("submit", "review", "approve"),
        "sheet": reports.sheet_of(version),
        "fingerprint": reports.grouped(version.sha256 or seal_of(version)),
        "icon": "sign" if verb in ("review", "approve") else "",
    }
    if context["signing"]:
        context |= _changes(version, request.member)
    return render(request, "documents/deed.html", context)


def _changes(version: Version, member: Any, *, reading: bool = False) -> dict[str, Any]:
    """What a signer or a reader is about to put their name to, against what they know."""
    found = comparison.changes_for(version, member, reading=reading)
    return {"comparison": found, "shown": found.shown(), "side": False} if found else {}


def _names(version: Version) -> dict[str, str]:
    return {"code": version.document.code, "number": version.number}
