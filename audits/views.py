"""What is shown of internal audits: list, plan, record, checklist, findings, closing, report."""

from __future__ import annotations

from typing import Any

from celery.result import AsyncResult
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from audits import actions, pages, permissions
from audits.deeds import deeds_of, happened
from audits.forms import (
    BeginForm,
    CancelForm,
    CloseForm,
    CorrectionForm,
    FindingForm,
    ListForm,
    PlanForm,
)
from audits.models import Audit, Finding, Question
from audits.reports import is_lost, journal_of, questions_of, signs_of_formality
from tenants import clock, letterhead
from tenants.transitions import NotAllowed, lock
from tenants.views import entered

form_page = require_http_methods(["GET", "HEAD", "POST"])


def _audit(request: Any, code: str) -> Audit:
    """The audit with this code, if the member may see it. Raises Http404."""
    rows = Audit.objects.visible_to(request.member).select_related("unit", "lead__unit", "edition", "report", "agency")
    return get_object_or_404(rows, code=code)


@require_safe
def audits(request: Any) -> HttpResponse:
    rows = Audit.objects.visible_to(request.member)
    form = ListForm(request.GET, years=[day.year for day in rows.dates("planned_on", "year")])
    chosen = form.cleaned_data if form.is_valid() else {}
    page = Paginator(pages.filtered(rows, chosen), 50).get_page(request.GET.get("page"))
    context = {
        "form": form, "page": page, "years": pages.by_year(page), "sentence": pages.sentence(rows),
        "is_filtered": any(chosen.values()), "may_plan": permissions.may_plan(request.member),
    }  # fmt: skip
    return render(request, "audits/list.html", context)


@form_page
def plan(request: Any) -> HttpResponse:
    if not permissions.may_plan(request.member):
        raise NotAllowed(_("Planning an audit is not your task."), needs=actions.PLANNERS)
    form = PlanForm(entered(request))
    if request.method == "POST" and form.is_valid():
        audit = actions.plan(**form.cleaned_data, by=request.member)
        told = _("Audit %(code)s is planned. Lead, team and head of the unit have been told.")
        messages.success(request, told % {"code": audit.code})
        return redirect("audit", audit.code)
    return render(request, "audits/plan.html", {"form": form} | pages.ticked(form))


@form_page
def edit(request: Any, code: str) -> HttpResponse:
    audit = _audit(request, code)
    if not permissions.may_edit(audit, request.member):
        raise NotAllowed(_("Changing the plan is not your task."), about=audit, needs=actions.EDITORS)
    form = PlanForm(entered(request), audit=audit, initial=pages.plan_of(audit))
    if request.method == "POST" and form.is_valid():
        actions.edit(audit, **form.changes, by=request.member)
        messages.success(request, _("The plan of %(code)s is changed.") % {"code": audit.code})
        return redirect("audit", audit.code)
    return render(request, "audits/plan.html", {"form": form, "audit": audit} | pages.ticked(form))


@require_safe
def audit(request: Any, code: str) -> HttpResponse:
    audit = _audit(request, code)
    questions = questions_of(audit)
    context = {
        **pages.record(audit, questions),
        "deeds": deeds_of(audit, request.member, questions),
        "signs": _signs(request, audit, questions),
        "history": happened(journal_of(audit)[:6]),
    }
    return render(request, "audits/audit.html", context)


def _signs(request: Any, audit: Audit, questions: list[Question]) -> list[str]:
    """Signs of formality, for those they are meant for."""
    may_read = permissions.may_read_signs(audit, request.member)
    return signs_of_formality(audit, questions, clock.now()) if may_read else []


@require_safe
def activity(request: Any, code: str) -> HttpResponse:
    audit = _audit(request, code)
    page = Paginator(journal_of(audit), 50).get_page(request.GET.get("page"))
    return render(request, "audits/activity.html", {"audit": audit, "page": page, "history": happened(page)})


@form_page
def begin(request: Any, code: str) -> HttpResponse:
    audit = _audit(request, code)
    if request.method == "POST":
        actions.begin(audit, by=request.member)
        messages.success(request, _("The audit has begun. The team can answer the checklist."))
        return redirect("audit", audit.code)
    pages.check(audit.begin, request.member)
    return render(request, "audits/deed.html", pages.deed(audit, "begin", BeginForm()))


@form_page
def cancel(request: Any, code: str) -> HttpResponse:
    audit = _audit(request, code)
    pages.check(audit.cancel, request.member)
    form = CancelForm(entered(request))
    if request.method == "POST" and form.is_valid():
        actions.cancel(audit, form.cleaned_data["reason"], by=request.member)
        messages.success(request, _("Audit %(code)s is cancelled.") % {"code": audit.code})
        return redirect("audit", audit.code)
    return render(request, "audits/deed.html", pages.deed(audit, "cancel", form))


@form_page
def close(request: Any, code: str) -> HttpResponse:
    audit = _audit(request, code)
    pages.check(audit.close, request.member)
    questions = questions_of(audit)
    form = CloseForm(entered(request), questions=questions)
    if request.method == "POST" and form.is_valid():
        actions.close(audit, form.cleaned_data["conclusion"], by=request.member)
        messages.success(request, _("Audit %(code)s is closed. A worker renders the report.") % {"code": audit.code})
        return redirect("report", audit.code)
    signs = signs_of_formality(audit, questions, clock.now())
    return render(request, "audits/deed.html", pages.deed(audit, "close", form, questions) | {"signs": signs})


@form_page
def checklist(request: Any, code: str) -> HttpResponse:
    """POST saves every answer changed on the page and comes back to the one whose button was pressed."""
    audit = _audit(request, code)
    if request.method == "POST":
        pages.check_writing(lock(audit), request.member)  # a colleague who saves at this moment waits
    questions = questions_of(audit)
    forms = pages.answer_forms(questions, entered(request))
    saved: list[Any] = []
    wrong: list[Any] = []
    if request.method == "POST":
        saved, wrong = pages.save_answers(forms, by=request.member)
    if saved:
        words = ngettext("%(count)s answer is saved.", "%(count)s answers are saved.", len(saved))
        messages.success(request, words % {"count": len(saved)})
    if request.method == "POST" and not wrong:
        return redirect(reverse("checklist", args=[audit.code]) + pages.anchor(request.POST.get("save", "")))
    return render(request, "audits/checklist.html", pages.checklist(audit, request.member, forms, wrong))


@form_page
def find(request: Any, code: str) -> HttpResponse:
    audit = _audit(request, code)
    pages.check_writing(audit, request.member)
    initial = pages.finding_for(audit, request.GET.get("question", ""))
    form = FindingForm(entered(request), audit=audit, initial=initial)
    if request.method == "POST" and form.is_valid():
        found = actions.find(audit, **form.cleaned_data, by=request.member)
        messages.success(request, _("Finding %(code)s is written down.") % {"code": found.code})
        return redirect("audit", audit.code)
    return render(request, "audits/find.html", {"form": form, "audit": audit})


@require_safe
def finding(request: Any, code: str, finding: str) -> HttpResponse:
    audit = _audit(request, code)
    rows = Finding.objects.visible_to(request.member).select_related("clause", "question__clause", "found_by")
    found = get_object_or_404(rows, audit=audit, code=finding)
    found.audit = audit
    return render(request, "audits/finding.html", {"audit": audit, **pages.finding(found, request.member)})


@form_page
def correct_finding(request: Any, code: str, finding: str) -> HttpResponse:
    audit, found = _writable_finding(request, code, finding)
    initial = {"grade": found.grade, "description": found.description, "evidence": found.evidence}
    form = CorrectionForm(entered(request), finding=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.correct_finding(found, **form.changes, reason=reason, by=request.member)
        messages.success(request, _("Finding %(code)s is corrected.") % {"code": found.code})
        return redirect("finding", audit.code, found.code)
    return render(request, "audits/deed.html", pages.change_finding(found, "correct", form, request.member))


@form_page
def withdraw_finding(request: Any, code: str, finding: str) -> HttpResponse:
    audit, found = _writable_finding(request, code, finding)
    form = CancelForm(entered(request))
    if request.method == "POST" and form.is_valid():
        actions.withdraw_finding(found, reason=form.cleaned_data["reason"], by=request.member)
        messages.success(request, _("Finding %(code)s is withdrawn.") % {"code": found.code})
        return redirect("finding", audit.code, found.code)
    return render(request, "audits/deed.html", pages.change_finding(found, "withdraw", form, request.member))


def _writable_finding(request: Any, code: str, finding: str) -> tuple[Audit, Finding]:
    """The standing finding, for whoever may write in its audit now. Raises Http404, NotPossible, NotAllowed."""
    audit = _audit(request, code)
    pages.check_writing(audit, request.member)
    rows = Finding.objects.visible_to(request.member).standing().select_related("clause", "question__clause")
    found = get_object_or_404(rows, audit=audit, code=finding)
    found.audit = audit
    return audit, found


@form_page
def report(request: Any, code: str) -> HttpResponse:
    """The stored report, or how far the worker is. POST asks the worker again."""
    audit = _audit(request, code)
    if request.method == "POST":
        actions.render_again(audit, by=request.member)
        messages.success(request, _("The worker has been asked again."))
        return redirect("report", audit.code)
    job = AsyncResult(audit.report_job) if audit.report_job and audit.report is None else None
    state, info = (job.state, job.info) if job else ("PENDING", None)
    context = {"audit": audit, "progress": pages.progress(state, info), "is_lost": is_lost(audit, state)}
    context["may_ask"] = permissions.may_ask_for_report(audit, request.member)
    return render(request, "audits/report.html", context)


@require_safe
def report_pdf(request: Any, code: str) -> FileResponse:
    audit = _audit(request, code)
    if audit.report is None:
        raise Http404
    return letterhead.serve(audit.report)
