"""The calendar page: days off and make-up days of the province, closures and working hours of the agency."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants import actions, clock, permissions, reports
from tenants.forms import CalendarDayForm, ClosureForm, ReasonForm, WorkHoursForm
from tenants.models import Agency, CalendarDay, Closure, WorkHours
from tenants.views import deed_page, entered, only
from tenants.workdays import FIRST_YEAR, LAST_YEAR

COUNTS = WorkHours.Counts


def calendar(request: Any) -> HttpResponse:
    """The working year with the source of every special day; whose it is to change them."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else clock.today().year
    if not FIRST_YEAR < year < LAST_YEAR:
        raise Http404
    context = {
        "year": reports.year_of(request.agency, year),
        "hours": reports.hours_of(request.agency),
        "previous": year - 1 if year - 1 > FIRST_YEAR else None,
        "next": year + 1 if year + 1 < LAST_YEAR else None,
        "may_manage": permissions.may_manage_calendar(request.member),
        "may_manage_shared": permissions.may_manage_shared_calendar(request.member),
    }
    return render(request, "tenants/calendar.html", context)


def add_closure(request: Any) -> HttpResponse:
    _only_own(request)
    form = ClosureForm(entered(request))
    if request.method == "POST" and form.is_valid():
        closure = actions.add_closure(form.cleaned_data["day"], form.cleaned_data["name"], by=request.member)
        messages.success(
            request, _("The agency is closed on %(day)s. Open due dates are reckoned again.") % _day(closure.day)
        )
        return _to_year(closure.day)
    sentence = _("The day does not count for the due dates of this agency; open ones are reckoned again.")
    return _page(request, form, title=_("Enter a local closure"), verb=_("Enter the closure"), sentence=sentence)


def remove_closure(request: Any, pk: int) -> HttpResponse:
    _only_own(request)
    closure = get_object_or_404(Closure, pk=pk, agency=request.agency)
    form = ReasonForm(entered(request))
    if request.method == "POST" and form.is_valid():
        actions.remove_closure(closure, by=request.member, reason=form.cleaned_data["reason"])
        messages.success(request, _("%(day)s is worked again. Open due dates are reckoned again.") % _day(closure.day))
        return _to_year(closure.day)
    sentence = _("The day counts again for the due dates of this agency; open ones are reckoned again.")
    title = _("Remove the closure on %(day)s") % _day(closure.day)
    return _page(request, form, title=title, verb=_("Remove the closure"), sentence=sentence, grave=True)


def work_hours(request: Any) -> HttpResponse:
    _only_own(request)
    form = WorkHoursForm(entered(request), initial=_present_hours(request.agency))
    if request.method == "POST" and form.is_valid():
        valid_from, reason = form.cleaned_data["valid_from"], form.cleaned_data["reason"]
        actions.set_work_hours(form.sessions(), valid_from=valid_from, by=request.member, reason=reason)
        messages.success(request, _("The working hours hold from %(day)s on.") % _day(valid_from))
        return redirect("calendar")
    sentence = _("Due moments of open work are reckoned again by these hours.")
    return _page(request, form, title=_("Set the working hours"), verb=_("Set the hours"), sentence=sentence)


def set_calendar_day(request: Any) -> HttpResponse:
    _only_shared(request)
    form = CalendarDayForm(entered(request))
    if request.method == "POST" and form.is_valid():
        row = actions.set_calendar_day(by=request.member, **form.cleaned_data)
        messages.success(request, _("%(day)s is set for every agency.") % _day(row.day))
        return _to_year(row.day)
    sentence = _("The day holds for every agency of the province; open due dates are reckoned again.")
    return _page(request, form, title=_("Set a calendar day"), verb=_("Set the day"), sentence=sentence)


def remove_calendar_day(request: Any, day: str) -> HttpResponse:
    _only_shared(request)
    row = get_object_or_404(CalendarDay, day=parsed(day))
    form = ReasonForm(entered(request))
    if request.method == "POST" and form.is_valid():
        actions.remove_calendar_day(row, by=request.member, reason=form.cleaned_data["reason"])
        messages.success(request, _("%(day)s is a day like any other again.") % _day(row.day))
        return _to_year(row.day)
    sentence = _("The day holds for every agency of the province; open due dates are reckoned again.")
    return _page(
        request, form, title=_("Remove %(day)s") % {"day": row}, verb=_("Remove the day"), sentence=sentence, grave=True
    )


def parsed(words: str) -> dt.date:
    """The day in an address, 2026-11-24; anything else is not found."""
    try:
        return dt.date.fromisoformat(words)
    except ValueError as problem:
        raise Http404 from problem


def _only_own(request: Any) -> None:
    only(permissions.may_manage_calendar(request.member), _("the ISO secretary"))


def _only_shared(request: Any) -> None:
    only(permissions.may_manage_shared_calendar(request.member), _("the Provincial People's Committee"))


def _page(request: Any, form: Any, **words: Any) -> HttpResponse:
    crumbs = [{"title": _("Calendar"), "url": reverse("calendar")}]
    return deed_page(request, form, crumbs=crumbs, back=reverse("calendar"), **words)


def _to_year(day: dt.date) -> HttpResponse:
    return redirect(f"{reverse('calendar')}?year={day.year}")


def _day(day: dt.date) -> dict[str, str]:
    return {"day": f"{day:%d/%m/%Y}"}


def _present_hours(agency: Agency) -> dict[str, Any]:
    """The hours that hold today, so that correcting one of them leaves the others."""
    begun = [held for held in reports.hours_of(agency) if held.valid_from <= clock.today()]
    work = next(filter(None, ([row for row in held.sessions if row.counts == COUNTS.WORK] for held in begun)), [])
    open_too = [row for held in begun[:1] for row in held.sessions if row.counts == COUNTS.RECEPTION]
    named = [*zip(("morning", "afternoon"), work, strict=False), *zip(("saturday",), open_too, strict=False)]
    initial: dict[str, Any] = {"valid_from": clock.today(), "weekdays": work[0].weekdays if work else []}
    for name, row in named:
        initial |= {f"{name}_opens": row.opens, f"{name}_closes": row.closes}
    return initial
