"""The register of records, its series and groups, and holds."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from documents import record_keeping, record_reports, record_series
from documents import record_permissions as permissions
from documents.list_views import MOST_PRINTED
from documents.record_forms import CloseForm, GroupForm, HoldForm, RegisterFilter, SeriesForm, ShortReasonForm
from documents.record_models import Disposal, DisposalState, GroupState, RecordGroup, RecordHold, RecordSeries
from documents.retention import Retention
from tenants import clock, letterhead, spreadsheets
from tenants.models import JournalEntry
from tenants.reports import recent
from tenants.transitions import NotAllowed, NotPossible
from tenants.views import deed_page, entered

ROWS = 50


def register(request: Any) -> HttpResponse:
    """What is kept, where, until when; as of today or a past day."""
    form = RegisterFilter(request.GET, member=request.member)
    given = form.given
    if (kind := request.GET.get("as")) in (*spreadsheets.KINDS, "pdf"):
        return _file(request, kind, given)
    page = Paginator(record_reports.groups_on(request.member, **given), ROWS).get_page(request.GET.get("page"))
    today = clock.today()
    state = given.get("state")
    context = {
        "filter": form,
        "day": given["day"],
        "page": page,
        "bands": record_reports.bands_of(page, given["day"]),
        "dossiers": record_reports.dossiers_on(request.member, **given) if not state or state == "due" else [],
        "filtered": len(given) > 1 or given["day"] != today,
        "unsaid": record_reports.waiting_series(request.member),
        "due": RecordGroup.objects.visible_to(request.member).disposable().count(),
        "series": RecordSeries.objects.visible_to(request.member).count(),
        "standing": Disposal.objects.visible_to(request.member).filter(
            state__in=(DisposalState.PROPOSED, DisposalState.APPROVED)
        ).count(),
        "may_keep": permissions.may_keep_records(request.member),
        "exports": (*spreadsheets.KINDS, "pdf"),
    }  # fmt: skip
    return render(request, "documents/records.html", context)


def _file(request: Any, kind: str, given: dict[str, Any]) -> HttpResponse:
    listing = record_reports.register(request.member, **given)
    if kind != "pdf":
        return spreadsheets.answer(kind, "records", *listing.table())
    if (count := listing.rows.count()) > MOST_PRINTED:
        words = _("The list has %(count)s lines, a PDF holds at most %(most)s. Narrow the list, or take it as Excel.")
        raise NotPossible(words % {"count": count, "most": MOST_PRINTED})
    dossiers = record_reports.dossiers_on(request.member, **given)
    context = {
        "listing": listing, "lines": listing.lines(listing.rows), "agency": request.agency, "now": clock.now(),
        "dossiers": dossiers,
    }  # fmt: skip
    return letterhead.derived(letterhead.render("documents/records_pdf.html", context), name="records.pdf")


# --- series -----------------------------------------------------------------------------------------


def series_list(request: Any) -> HttpResponse:
    """Every series, with where it comes from and how long it is kept."""
    rows = record_reports.all_series(request.member)
    context = {"rows": rows, "may_keep": permissions.may_keep_records(request.member)}
    return render(request, "documents/record_series_list.html", context)


def series(request: Any, code: str) -> HttpResponse:
    found = series_of(request, code)
    context = {
        "series": found,
        "retention": record_reports.retention_words(found),
        "said": record_series.is_said(found),
        "rows": record_reports.rows_of_series(found),
        "dossiers": record_reports.dossiers_on(request.member, clock.today(), series=found) if found.dossiers else [],
        "holds": record_reports.holds_over(found),
        "held": found.holds.filter(lifted_at=None).exists(),
        "may_set": permissions.may_keep_records(request.member),
        "may_add": found.ended_on is None and permissions.may_keep_series(found, request.member),
        "may_hold": permissions.may_hold(request.member),
        "history": recent(JournalEntry.objects.about(found).select_related("by").order_by("-pk")[:20]),
    }
    return render(request, "documents/record_series.html", context)


def edit_series(request: Any, code: str) -> HttpResponse:
    found = series_of(request, code)
    if not permissions.may_keep_records(request.member):
        raise _refused(found, _("the ISO secretary or the document controller"))
    names = ("medium", "retention", "years", "event", "counted_from", "legal_basis", "dossiers")
    initial = {name: getattr(found, name) for name in names} | {"unit": found.unit_id}
    form = SeriesForm(entered(request), series=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        record_series.set_series(found, by=request.member, **form.changed)
        messages.success(request, _("%(code)s is saved.") % {"code": found.code})
        return redirect("record_series", code)
    said = _("The procedure says “%(words)s”.") % {"words": found.words or "–"}
    return _deed(request, form, found, _("Set retention and keeping"), said, _("Save"))


def series_of(request: Any, code: str) -> RecordSeries:
    rows = RecordSeries.objects.visible_to(request.member).select_related("document", "version", "unit")
    found = rows.defer("version__content").filter(code=code).first()
    if found is None:
        raise Http404
    return found


# --- groups -----------------------------------------------------------------------------------------


def open_group(request: Any, code: str) -> HttpResponse:
    found = series_of(request, code)
    if not permissions.may_keep_series(found, request.member):
        raise _refused(found, _("the ISO secretary, the document controller, or the unit that keeps the series"))
    if found.ended_on is not None:
        raise NotPossible(_("The procedure in force no longer names this series; it takes no new groups."), about=found)
    form = GroupForm(entered(request), series=found)
    if request.method == "POST" and form.is_valid():
        group = record_keeping.open_group(found, by=request.member, **form.cleaned_data)
        messages.success(request, _("%(code)s is in the register.") % {"code": group.code})
        return redirect("record_group", group.code)
    sentence = _("It gets the next number of the series. Until when it is kept is reckoned once it is closed.")
    return _deed(request, form, found, _("Enter a record group"), sentence, _("Enter it in the register"))


def group(request: Any, code: str) -> HttpResponse:
    found = group_of(request, code)
    holds = record_reports.holds_over(found.series, found)
    held = any(hold.lifted_at is None for hold in holds)
    items = list(found.items.select_related("disposal__minutes").order_by("-pk"))
    context = {
        "group": found,
        "series": found.series,
        "state": record_reports.badge_of(found.state, found.ends_on, held, clock.today()),
        "retention": record_reports.retention_words(found.series),
        "holds": holds,
        "held": held,
        "items": items,
        "listed": next((item for item in items if item.outcome == "listed"), None),
        "gone": found.state == GroupState.DISPOSED,
        "is_open": found.state == GroupState.OPEN,
        "waits_for_event": found.series.retention == Retention.EVENT and found.event_on is None,
        "may_keep": permissions.may_keep_series(found.series, request.member),
        "may_hold": permissions.may_hold(request.member),
        "may_propose": permissions.may_keep_records(request.member),
        "history": recent(JournalEntry.objects.about(found).select_related("by").order_by("-pk")[:20]),
    }
    return render(request, "documents/record_group.html", context)


def edit_group(request: Any, code: str) -> HttpResponse:
    found = _mine(request, code)
    if found.state == GroupState.DISPOSED:
        raise NotPossible(_("What was disposed of stays as it is in the register."), about=found)
    names = ("title", "first_on", "last_on", "count", "location", "closed_on", "event_on")
    form = GroupForm(
        entered(request), series=found.series, group=found, initial={name: getattr(found, name) for name in names}
    )
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in form.changed_data if name != "reason"}
        record_keeping.edit_group(found, by=request.member, reason=form.cleaned_data.get("reason", ""), **facts)
        messages.success(request, _("%(code)s is saved.") % {"code": found.code})
        return redirect("record_group", code)
    sentence = _("Until when it is kept is reckoned anew.")
    return _deed(request, form, found, _("Correct the record group"), sentence, _("Save"))


def close_group(request: Any, code: str) -> HttpResponse:
    found = _mine(request, code)
    if found.state != GroupState.OPEN:
        raise NotPossible(_("This group is closed already."), about=found)
    form = CloseForm(entered(request), group=found)
    if request.method == "POST" and form.is_valid():
        record_keeping.close_group(found, by=request.member, on=form.cleaned_data["on"])
        messages.success(request, _("%(code)s is closed; its retention runs.") % {"code": found.code})
        return redirect("record_group", code)
    sentence = _("Nothing more is added. It is kept: %(retention)s.") % {
        "retention": record_reports.retention_words(found.series)
    }
    return _deed(request, form, found, _("Close the record group"), sentence, _("Close it"))


def group_of(request: Any, code: str) -> RecordGroup:
    rows = RecordGroup.objects.visible_to(request.member).select_related("series__document", "series__unit")
    found = rows.filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _mine(request: Any, code: str) -> RecordGroup:
    found = group_of(request, code)
    if not permissions.may_keep_series(found.series, request.member):
        raise _refused(found, _("the ISO secretary, the document controller, or the unit that keeps the series"))
    return found


# --- holds ------------------------------------------------------------------------------------------


def hold_series(request: Any, code: str) -> HttpResponse:
    return _hold(request, series_of(request, code))


def hold_group(request: Any, code: str) -> HttpResponse:
    found = group_of(request, code)
    if found.state == GroupState.DISPOSED:
        raise NotPossible(_("It was disposed of; there is nothing to hold."), about=found)
    return _hold(request, found)


def _hold(request: Any, target: RecordSeries | RecordGroup) -> HttpResponse:
    if not permissions.may_hold(request.member):
        raise _refused(target, _("the ISO secretary, the document controller or a head of the agency"))
    form = HoldForm(entered(request))
    if request.method == "POST" and form.is_valid():
        record_keeping.place_hold(target, by=request.member, **form.cleaned_data)
        messages.success(request, _("The hold stands: nothing of it is disposed of, also what was decided before."))
        return redirect(target.get_absolute_url())
    sentence = _("Nothing of it is disposed of until somebody lifts the hold with a reason.")
    return _deed(request, form, target, _("Place a hold"), sentence, _("Place the hold"))


def lift_hold(request: Any, pk: int) -> HttpResponse:
    rows = RecordHold.objects.visible_to(request.member).select_related("series", "group__series")
    hold = rows.filter(pk=pk).first()
    if hold is None:
        raise Http404
    target = hold.series or hold.group
    assert target is not None
    if not permissions.may_hold(request.member):
        raise _refused(target, _("the ISO secretary, the document controller or a head of the agency"))
    if hold.lifted_at is not None:
        raise NotPossible(_("This hold was lifted already."), about=target)
    form = ShortReasonForm(entered(request))
    if request.method == "POST" and form.is_valid():
        record_keeping.lift_hold(hold, by=request.member, reason=form.cleaned_data["reason"])
        messages.success(request, _("The hold is lifted."))
        return redirect(target.get_absolute_url())
    sentence = _("It was placed because: %(reason)s") % {"reason": hold.reason}
    return _deed(request, form, target, _("Lift the hold"), sentence, _("Lift the hold"))


def _refused(about: Any, needs: str) -> NotAllowed:
    return NotAllowed(_("Your role in this agency does not include this."), about=about, needs=needs)


def _deed(request: Any, form: Any, about: Any, title: str, sentence: str, verb: str) -> HttpResponse:
    back = about.get_absolute_url()
    crumbs = [{"title": _("Register of records"), "url": reverse("records")}, {"title": about.code, "url": back}]
    return deed_page(request, form, title=f"{title}: {about}", sentence=sentence, verb=verb, back=back, crumbs=crumbs)
