"""The pages of dossiers and of the procedures they run by."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from documents.content import Content
from documents.models import Document, Kind, Version
from processes import actions, deadlines, permissions, reports
from processes.assignment import candidates, is_return_step, takers
from processes.forms import AssignForm, CloseForm, CompleteForm, CorrectionForm, FilterForm, ReceiveForm, SendBackForm
from processes.journey import Journey, holder, journey_of
from processes.models import Dossier, Service, Task
from processes.querysets import DossierQuerySet
from tenants import clock, journal, letterhead
from tenants.calendar import calendar_of
from tenants.middleware import also_when_ended
from tenants.transitions import NotAllowed, NotPossible
from tenants.views import deed_page
from tenants.words import due_moment
from tenants.workdays import OFFICE_TIME

ROWS = 40
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BRIEF_HISTORY = 8


def procedures(request: Any) -> HttpResponse:
    year = clock.today().year
    return render(request, "processes/procedures.html", {"procedures": reports.procedures(year), "year": year})


def dossiers(request: Any) -> HttpResponse:
    """The register, the most urgent on top; `?as=xlsx|csv` gives exactly the rows shown as a file (form 07)."""
    calendar, now = calendar_of(request.agency), clock.now()
    form = FilterForm(request.GET)
    shown = reports.for_list(_wanted(request.member, form.wanted, now)).by_urgency(now)
    if request.GET.get("as") in ("xlsx", "csv"):
        return _file(shown, request)
    page = Paginator(shown, ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "bands": reports.bands(page, request.member, calendar, now),
        "counts": reports.counts(request.member, now),
        "filtered": any(form.wanted.values()),
    }
    return render(request, "processes/dossiers.html", context)


def choose_procedure(request: Any) -> HttpResponse:
    _may_receive(request.member)
    return render(request, "processes/choose_procedure.html", {"versions": reports.procedures_in_force()})


def receive(request: Any, document: str) -> HttpResponse:
    _may_receive(request.member)
    version = _in_force(request.member, document)
    content = Content.of(version.content)
    services = Service.objects.filter(code__in=content.services).order_by("code")
    form = ReceiveForm(request.POST or None, version=version, content=content, services=services)
    if request.method == "POST" and form.is_valid():
        if first := actions.entered_with(form.cleaned_data["form_key"]):
            words = _("This form has already become dossier %(code)s. For another dossier begin a new form.")
            messages.info(request, words % {"code": first.code})
            return redirect("dossier", first.code)
        dossier = actions.receive(version.document, by=request.member, **form.received)
        words = _("Received: %(code)s. The result is due at %(due)s.")
        messages.success(request, words % {"code": dossier.code, "due": due_moment(dossier.due_at)})
        return redirect("dossier", dossier.code)
    limit = deadlines.limit_of(content)
    now = clock.now()
    due = deadlines.dossier_due(content, now, request.agency, calendar_of(request.agency))
    return render(
        request,
        "processes/receive.html",
        {"form": form, "version": version, "content": content, "limit": limit, "due": due},
    )


def dossier(request: Any, code: str) -> HttpResponse:
    journey = _journey(request, code)
    found, member = journey.dossier, request.member
    seen = permissions.may_see_personal_data(found, member)
    context = {
        "dossier": found,
        "journey": journey,
        "title": reports.title_of(found, member),
        "deeds": journey.deeds(member),
        "track": journey.track(),
        "due": deadlines.explained(journey.content, found, journey.calendar),
        "seen": seen,
        "contact_shown": seen and "contact" in request.GET,
        "may_unmask": seen and "contact" not in request.GET and found.applicant.is_reachable,
        "may_correct": permissions.may_correct(found, member),
        "history": journey.history(seen=seen)[:BRIEF_HISTORY],
    }
    return render(request, "processes/dossier.html", context)


def activity(request: Any, code: str) -> HttpResponse:
    journey = _journey(request, code)
    seen = permissions.may_see_personal_data(journey.dossier, request.member)
    context = {"dossier": journey.dossier, "history": journey.history(seen=seen)}
    return render(request, "processes/activity.html", context)


def slip(request: Any, code: str) -> HttpResponseBase:
    """The stored PDF; while the worker makes it, a page that opens it by itself."""
    found = _dossier(request, code)
    if not permissions.may_see_personal_data(found, request.member):
        raise NotAllowed(_("The receipt slip has the resident's data."), about=found, needs=_("who handles dossiers"))
    if found.slip is None:
        return render(request, "processes/slip_waiting.html", {"dossier": found}, status=202)
    return letterhead.serve(found.slip)


def control_slip(request: Any, code: str) -> HttpResponse:
    """Form 06: every hand-over, as it was recorded."""
    found = _dossier(request, code)
    hand_overs = found.hand_overs.select_related("given_by", "task").order_by("at", "pk")
    context = {
        "dossier": found,
        "lines": [(row, row.taken_by) for row in hand_overs],
        "seen": permissions.may_see_personal_data(found, request.member),
    }
    return render(request, "processes/control_slip.html", context)


@also_when_ended
def complete(request: Any, code: str) -> HttpResponse:
    journey = _journey(request, code)
    task = _open_task(request, journey)
    if is_return_step(journey.content, task.step):
        return redirect("close_dossier", code)
    following = journey.content.steps[task.step] if task.step < len(journey.content.steps) else None
    form = CompleteForm(request.POST or None, candidates=candidates(following) if following else [])
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        done = actions.complete(task, by=request.member, note=entered["note"], next_member=entered.get("next_member"))
        messages.success(request, _done(done, task))
        return redirect("dossier", code)
    _may(permissions.may_do(task, request.member), task, _("Done, hand over"))
    context = {"journey": journey, "task": task, "form": form, "following": following, "verb": "complete"}
    return render(request, "processes/deed.html", context)


@also_when_ended
def send_back(request: Any, code: str) -> HttpResponse:
    journey = _journey(request, code)
    task = _open_task(request, journey)
    form = SendBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.send_back(task, by=request.member, reason=form.cleaned_data["reason"])
        messages.success(
            request, _("Step %(step)s was returned to step %(former)s.") % {"step": task.step, "former": task.step - 1}
        )
        return redirect("dossier", code)
    _may(permissions.may_do(task, request.member), task, _("Return to the previous step"))
    former = journey.content.steps[task.step - 2] if task.step > 1 else None
    if former is None:
        raise NotPossible(_("The first step has no step before it."), about=journey.dossier)
    context = {"journey": journey, "task": task, "form": form, "following": former, "verb": "send_back"}
    return render(request, "processes/deed.html", context)


@also_when_ended
def assign(request: Any, code: str) -> HttpResponse:
    journey = _journey(request, code)
    task = _open_task(request, journey)
    able = takers(journey.content.steps[task.step - 1], task, by=request.member)
    form = AssignForm(request.POST or None, takers=able)
    if request.method == "POST" and form.is_valid():
        member = form.cleaned_data["member"]
        actions.assign(task, member, by=request.member, reason=form.cleaned_data["reason"])
        messages.success(request, _("%(name)s now has step %(step)s.") % {"name": member.name, "step": task.step})
        return redirect("dossier", code)
    _may(permissions.may_assign(task, request.member), task, _("Assign"))
    return render(request, "processes/deed.html", {"journey": journey, "task": task, "form": form, "verb": "assign"})


def correct(request: Any, code: str) -> HttpResponse:
    """What was written down of the resident, for who may mend it."""
    found, title = _dossier(request, code), _("Correct the applicant's data")
    _may(permissions.may_correct(found, request.member), found, title)
    form = CorrectionForm(request.POST or None, initial=CorrectionForm.values_of(found.applicant))
    if request.method == "POST" and form.is_valid():
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        actions.correct_applicant(found, by=request.member, **changed)
        messages.success(request, _("The data are corrected. The receipt slip is made anew."))
        return redirect("dossier", code)
    back = reverse("dossier", args=[code])
    crumbs = [{"title": _("Dossiers"), "url": reverse("dossiers")}, {"title": code, "url": back}]
    sentence = _("The journal says which entries were changed and by whom, not what they say.")
    return deed_page(request, form, crumbs=crumbs, back=back, title=title, verb=_("Correct"), sentence=sentence)


@also_when_ended
def close(request: Any, code: str) -> HttpResponse:
    journey = _journey(request, code)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.close(journey.dossier, by=request.member, note=form.cleaned_data["note"])
        messages.success(request, _("Closed. The resident has the result."))
        return redirect("dossier", code)
    if not journey.awaits_return:
        raise NotPossible(_("The result of this dossier is not waiting to be handed out."), about=journey.dossier)
    _may(permissions.may_close(journey.dossier, request.member), journey.dossier, _("Hand out the result and close"))
    context = {"journey": journey, "task": journey.open_task, "form": form, "verb": "close"}
    return render(request, "processes/deed.html", context)


# --- what several pages need ---------------------------------------------------------------------------------------


def _dossier(request: Any, code: str) -> Dossier:
    rows = (
        Dossier.objects.visible_to(request.member)
        .with_handling(request.member)
        .select_related("version__document", "applicant", "service", "received_by", "slip")
    )
    found: Dossier = get_object_or_404(rows.defer("service__details", "service__doubts"), code=code)
    found.agency = request.agency  # read already
    return found


def _journey(request: Any, code: str) -> Journey:
    found = _dossier(request, code)
    return journey_of(found, calendar_of(request.agency), clock.now())


def _open_task(request: Any, journey: Journey) -> Task:
    """The open step, which must still be the one the form was about: nobody does the next step by mistake."""
    task = journey.open_task
    if task is None:
        raise NotPossible(_("No step of this dossier is open."), about=journey.dossier)
    if request.method == "POST" and request.POST.get("task", str(task.pk)) != str(task.pk):
        values = {"step": task.step, "who": holder(task)}
        raise NotPossible(
            _("Somebody was faster: the dossier is at step %(step)s, with %(who)s.") % values, about=journey.dossier
        )
    return task


def _in_force(member: Any, code: str) -> Version:
    document = get_object_or_404(Document.objects.visible_to(member), code=code, kind=Kind.OPERATIONAL_PROCEDURE)
    return actions.version_in_force(document)


def _may_receive(member: Any) -> None:
    if not permissions.may_receive(member):
        raise NotAllowed(
            _("“%(deed)s” is not your task.") % {"deed": _("Receive a dossier")}, needs=_("the one-stop desk")
        )


def _may(allowed: bool, row: Any, words: str) -> None:
    if not allowed:
        raise NotAllowed(_("“%(deed)s” is not your task.") % {"deed": words}, about=row)


def _wanted(member: Any, wanted: dict[str, Any], now: Any) -> DossierQuerySet:
    rows = Dossier.objects.visible_to(member)
    match wanted["state"]:
        case FilterForm.OPEN if not (wanted["finished_from"] or wanted["punctuality"]):
            rows = rows.open()
        case FilterForm.IN_WORK:
            rows = rows.in_work()
        case FilterForm.OPEN | FilterForm.ALL:
            pass
        case state:
            rows = rows.filter(state=state)
    if wanted["finished_from"]:
        rows = rows.filter(finished_at__gte=dt.datetime.combine(wanted["finished_from"], dt.time(), OFFICE_TIME))
    if wanted["punctuality"]:
        rows = rows.filter(punctuality=wanted["punctuality"])
    if wanted["due"]:
        rows = rows.due_now(wanted["due"], now)
    if wanted["procedure"]:
        rows = rows.filter(version__document=wanted["procedure"])
    if wanted["mine"]:
        rows = rows.waiting_for(member)
    return rows.found_by(wanted["q"], member).with_handling(member)


def _file(shown: DossierQuerySet, request: Any) -> HttpResponse:
    lines, kind = list(reports.register(shown, request.member)), request.GET["as"]
    asked = {key: value for key, value in request.GET.items() if key in FilterForm.base_fields and value}
    if "q" in asked:
        asked["q"] = "…"  # whom somebody looked for is the resident's business
    journal.write("exported", request.agency, by=request.member, details={"filter": asked, "count": len(lines) - 1})
    content = reports.as_xlsx(lines, _("Register of dossiers")) if kind == "xlsx" else reports.as_csv(lines)
    response = HttpResponse(content, content_type=SPREADSHEET if kind == "xlsx" else "text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{request.agency.slug}-07-{clock.today():%Y%m%d}.{kind}"'
    return response


def _done(dossier: Dossier, task: Task) -> str:
    values = {"step": task.step, "name": task.name}
    if dossier.finished_at:
        return _("Step %(step)s is done. The result is ready.") % values
    following = dossier.tasks.open().select_related("member", "unit").first()
    return _("Step %(step)s is done. Now with %(who)s.") % {**values, "who": holder(following) if following else ""}
