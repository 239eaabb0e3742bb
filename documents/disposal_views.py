"""Disposals: proposed from what the system drew up, decided, carried out, with their minutes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import disposing
from documents import record_permissions as permissions
from documents.record_forms import ApproveDisposalForm, CarryOutForm, ProposeForm, ShortReasonForm
from documents.record_models import Disposal, DisposalItem, DisposalState, Outcome, RecordGroup
from documents.reports import Badge
from tenants import confirmation, letterhead
from tenants.models import JournalEntry
from tenants.reports import recent
from tenants.transitions import NotAllowed, NotPossible, offers
from tenants.views import deed_page, entered

ROWS = 50
LOOKS = {  # tone and icon
    DisposalState.PROPOSED: ("active", "clock"),
    DisposalState.APPROVED: ("near", "sign"),
    DisposalState.REFUSED: ("held", "refuse"),
    DisposalState.TAKEN_BACK: ("", "return"),
    DisposalState.CARRIED_OUT: ("ok", "done"),
}
PAGES = {
    "approve": "approve_disposal",
    "refuse": "refuse_disposal",
    "take_back": "take_back_disposal",
    "carry_out": "carry_out_disposal",
}
ICONS = {"approve": "sign", "carry_out": "check"}


def disposals(request: Any) -> HttpResponse:
    """All of them, newest first, and how much waits to be proposed."""
    rows = Disposal.objects.visible_to(request.member).select_related("proposed_by", "decided_by")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(row, _badge(row)) for row in page],
        "due": RecordGroup.objects.visible_to(request.member).disposable().count(),
        "may_propose": permissions.may_keep_records(request.member),
    }
    return render(request, "documents/disposals.html", context)


def propose(request: Any) -> HttpResponse:
    if not permissions.may_keep_records(request.member):
        raise NotAllowed(
            _("Your role in this agency does not include this."),
            needs=_("the ISO secretary or the document controller"),
        )
    if not RecordGroup.objects.visible_to(request.member).disposable().exists():
        raise NotPossible(_("No record group can be proposed: none has ended that is neither held nor in a proposal."))
    form = ProposeForm(entered(request), member=request.member)
    if request.method == "POST" and form.is_valid():
        disposal = disposing.propose(form.cleaned_data["groups"], by=request.member, reason=form.cleaned_data["reason"])
        messages.success(
            request, _("Proposed as %(code)s. The head of the agency gets a mail.") % {"code": disposal.code}
        )
        return redirect("disposal", disposal.code)
    sentence = _(
        "The system has drawn up what need no longer be kept. Untick what shall stay. The head of the agency decides."
    )
    words = {"title": _("Propose a disposal"), "verb": _("Propose it"), "back": reverse("disposals")}
    return deed_page(request, form, sentence=sentence, crumbs=_crumbs(), **words)


def disposal(request: Any, code: str) -> HttpResponse:
    found = disposal_of(request, code)
    items = list(found.items.select_related("group__series__unit").order_by("group__code"))
    _groups, held = disposing.to_carry_out(found) if found.stands else ([], [])
    context = {
        "disposal": found,
        "state": _badge(found),
        "items": items,
        "barred": {item.pk for item in held},
        "deeds": _deeds(found, request.member),
        "shown": found.items.filter(outcome=Outcome.LISTED).count() if found.stands else 0,
        "history": recent(JournalEntry.objects.about(found).select_related("by").order_by("-pk")[:20]),
    }
    return render(request, "documents/disposal.html", context)


def approve(request: Any, code: str) -> HttpResponse:
    found = _open(request, code, "approve")
    items = DisposalItem.objects.filter(disposal=found, outcome=Outcome.LISTED).select_related("group__series")
    items = items.order_by("group__code")
    form = ApproveDisposalForm(entered(request), request=request, items=items, seen=disposing.fingerprint(found))
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        how = confirmation.use(request)
        disposing.approve(
            found, by=request.member, decision=facts["decision"], struck=form.reasons, seen=facts["seen"] or None,
            confirmed=how,
        )  # fmt: skip
        messages.success(request, _("Approved. Whoever keeps the records carries it out and enters the minutes."))
        return redirect("disposal", code)
    context = {
        "disposal": found, "form": form, "items": items, "label": _("Approve the disposal"),
        "barred": {item.pk for item in disposing.to_carry_out(found)[1]},
    }  # fmt: skip
    return render(request, "documents/disposal_approve.html", context)


def refuse(request: Any, code: str) -> HttpResponse:
    found = _open(request, code, "refuse")
    form = ShortReasonForm(entered(request))
    if request.method == "POST" and form.is_valid():
        disposing.refuse(found, by=request.member, reason=form.cleaned_data["reason"])
        messages.success(request, _("Refused. Every record group stays in the register."))
        return redirect("disposal", code)
    sentence = _(
        "Nothing is destroyed. Every record group returns to the register, whoever proposed it reads your reason."
    )
    return _deed(request, form, found, _("Refuse the disposal"), sentence, grave=True)


def take_back(request: Any, code: str) -> HttpResponse:
    found = _open(request, code, "take_back")
    form = ShortReasonForm(entered(request))
    if request.method == "POST" and form.is_valid():
        disposing.take_back(found, by=request.member, reason=form.cleaned_data["reason"])
        messages.success(request, _("Taken back. Every record group stays in the register."))
        return redirect("disposal", code)
    sentence = _("Nobody decides it any longer. The record groups can be proposed again.")
    return _deed(request, form, found, _("Take the proposal back"), sentence, grave=True)


def carry_out(request: Any, code: str) -> HttpResponse:
    found = _open(request, code, "carry_out")
    groups, held = disposing.to_carry_out(found)
    since = timezone.localdate(found.decided_at)
    form = CarryOutForm(entered(request), since=since, seen=disposing.marked(groups))
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        facts["seen"] = facts["seen"] or None
        disposing.carry_out(found, by=request.member, **facts)
        messages.success(request, _("Entered. The minutes are being drawn; print them and let the commission sign."))
        return redirect("disposal", code)
    context = {
        "disposal": found,
        "form": form,
        "groups": groups,
        "held": held,
        "label": _("Enter that it was carried out"),
    }
    return render(request, "documents/disposal_carry_out.html", context)


def minutes(request: Any, code: str) -> Any:
    """The stored minutes; while a worker draws them, a page that waits."""
    found = disposal_of(request, code)
    if found.minutes is not None:
        return letterhead.serve(found.minutes)
    if found.state != DisposalState.CARRIED_OUT:
        raise Http404
    return render(request, "documents/disposal_waiting.html", {"disposal": found}, status=202)


def disposal_of(request: Any, code: str) -> Disposal:
    rows = Disposal.objects.visible_to(request.member)
    found = rows.select_related("proposed_by", "decided_by", "carried_out_by", "minutes").filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _open(request: Any, code: str, verb: str) -> Disposal:
    """Refuse before the form what `perform` would refuse after it."""
    found = disposal_of(request, code)
    offer = next(offer for offer in offers(found, request.member) if offer.verb == verb)
    if not offer.possible:
        raise NotPossible(_("“%(deed)s” is not possible now.") % {"deed": offer.label}, about=found)
    if not offer.allowed:
        raise NotAllowed(_("“%(deed)s” is not your task.") % {"deed": offer.label}, about=found, needs=offer.needs)
    return found


def _deeds(disposal: Disposal, member: Any) -> dict[str, Any]:
    """The sentence, the buttons of this member, and who can do what they cannot."""
    known = [offer for offer in offers(disposal, member) if offer.possible]
    buttons = [
        {
            "label": offer.label,
            "url": reverse(PAGES[offer.verb], args=[disposal.code]),
            "icon": ICONS.get(offer.verb, ""),
            "grave": offer.grave,
        }
        for offer in known
        if offer.allowed
    ]
    buttons.sort(key=lambda button: bool(button["grave"]))
    if buttons and not buttons[0]["grave"]:
        buttons[0]["first"] = True
    if disposal.state == DisposalState.CARRIED_OUT:
        buttons.append(
            {
                "label": _("Download the minutes"),
                "url": reverse("disposal_minutes", args=[disposal.code]),
                "icon": "download",
            }
        )
    asks = {
        DisposalState.PROPOSED: _("The head of the agency decides, item by item."),
        DisposalState.APPROVED: _(
            "Approved. It is carried out before a commission, then entered here; a hold placed meanwhile is left out."
        ),
        DisposalState.REFUSED: _("Refused. Everything stays in the register."),
        DisposalState.TAKEN_BACK: _("Taken back. Everything stays in the register."),
        DisposalState.CARRIED_OUT: _("Carried out. What was disposed of stays in the register with these minutes."),
    }
    waiting = [f"{offer.label} ({offer.needs})" for offer in known if not offer.allowed and not offer.grave]
    return {"ask": asks[DisposalState(disposal.state)], "offered": buttons, "not_now": waiting}


def _badge(disposal: Disposal) -> Badge:
    tone, sign = LOOKS[DisposalState(disposal.state)]
    return Badge(tone, sign, str(disposal.get_state_display()))


def _crumbs(*more: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"title": _("Register of records"), "url": reverse("records")},
        {"title": _("Disposals of records"), "url": reverse("disposals")},
        *more,
    ]


def _deed(request: Any, form: Any, found: Disposal, title: str, sentence: str, *, grave: bool = False) -> HttpResponse:
    back = reverse("disposal", args=[found.code])
    crumbs = _crumbs({"title": found.code, "url": back})
    return deed_page(
        request,
        form,
        title=f"{title}: {found.code}",
        sentence=sentence,
        verb=title,
        back=back,
        crumbs=crumbs,
        grave=grave,
    )
