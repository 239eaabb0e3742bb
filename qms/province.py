"""The overseer's pages: the agencies below, read through the oversight door, for a stated purpose."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from documents.models import Version
from processes.models import Dossier
from tenants import clock
from tenants.models import Agency, AgencyKind, Role
from tenants.oversight import announce, oversight
from tenants.workdays import OFFICE_TIME

VISITS = "oversight_visits"  # in the session: {member: [purpose, day, agencies announced]}


class PurposeForm(forms.Form):
    """Asked once a day; every agency finds it in its own activity log."""

    purpose = forms.CharField(
        label=_("Purpose of this visit"),
        max_length=300,
        min_length=10,
        help_text=_("Each agency sees it in its activity log. For example: quarterly check of late dossiers."),
    )


def agencies(request: Any) -> HttpResponse:
    """Agencies in use with their documents in force and their dossiers, those needing attention first."""
    over = _overseen(request)
    purpose = _purpose(request, over)
    if not purpose:
        form = PurposeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            _begin(request, form.cleaned_data["purpose"], over)
            return redirect("province")
        return render(request, "province/purpose.html", {"form": form, "count": len(over)})
    with oversight(by=request.member, over=over):
        dossiers = _counted(over)
        papers = (
            Version.everywhere.filter(agency__in=over)
            .unrestricted()
            .in_force()
            .values("agency")
            .annotate(n=Count("pk"))
        )
        in_force = {row["agency"]: row["n"] for row in papers}
    rows = [
        {"agency": agency, "kind": KINDS[agency.kind], "in_force": in_force.get(agency.pk, 0), **dossiers[agency.pk]}
        for agency in over
    ]
    rows.sort(key=lambda row: (-row["late"], row["agency"].name))
    context = {"rows": rows, "purpose": purpose, "late": sum(row["late"] for row in rows)}
    return render(request, "province/agencies.html", context)


def agency(request: Any, slug: str) -> HttpResponse:
    """One agency as the overseer sees it: its procedures in force and how they run. No resident's data."""
    over = _overseen(request)
    purpose = _purpose(request, over)
    if not purpose:
        return redirect("province")
    seen = get_object_or_404(Agency, slug=slug)
    if seen not in over:
        raise Http404
    with oversight(by=request.member, over=[seen]):
        versions = list(
            Version.everywhere.filter(agency=seen)
            .unrestricted()
            .in_force()
            .select_related("document")
            .defer("content")
            .order_by("document__code")
            .annotate(
                open=Count("dossiers", filter=Q(dossiers__state__in=("received", "processing"))),
                late=Count(
                    "dossiers",
                    filter=Q(dossiers__state__in=("received", "processing"), dossiers__due_at__lt=clock.now()),
                ),
            )
        )
    return render(request, "province/agency.html", {"seen": seen, "versions": versions, "purpose": purpose})


KINDS = dict(AgencyKind.choices)
NOTHING = {"open": 0, "late": 0, "done": 0, "on_time": 0}


def _counted(over: list[Agency]) -> dict[int, dict[str, int]]:
    """Dossiers in work now, and the results of this month, by agency: both read from partial indexes."""
    now, rows = clock.now(), Dossier.everywhere.filter(agency__in=over)
    month = dt.datetime.combine(clock.today().replace(day=1), dt.time(), OFFICE_TIME)
    working = rows.in_work().values("agency").annotate(open=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
    finished = rows.filter(finished_at__gte=month).values("agency")
    finished = finished.annotate(done=Count("pk"), on_time=Count("pk", filter=~Q(punctuality="overdue")))
    counts = {agency.pk: dict(NOTHING) for agency in over}
    for row in (*working, *finished):
        counts[row.pop("agency")] |= row
    return counts


def _begin(request: Any, purpose: str, over: list[Agency]) -> None:
    """The visit of this member, today, to these agencies: announced to each, and remembered."""
    announce(by=request.member, purpose=purpose, over=over)
    visit = [purpose, clock.today().isoformat(), [agency.pk for agency in over]]
    request.session[VISITS] = {**request.session.get(VISITS, {}), str(request.member.pk): visit}


def _purpose(request: Any, over: list[Agency]) -> str:
    """What this member has said today; empty when it is to be asked, anew when agencies came that were not told."""
    purpose, day, told = request.session.get(VISITS, {}).get(str(request.member.pk), ["", "", []])
    known = day == clock.today().isoformat() and {agency.pk for agency in over} <= set(told)
    return str(purpose) if known else ""


def _overseen(request: Any) -> list[Agency]:
    """The agencies below the province of this overseer; for others there is no such page."""
    if not request.member.has_role(Role.OVERSEER, Role.PROVINCE_LEADER):
        raise Http404
    top = request.agency.lineage()[-1]
    return list(Agency.objects.below(top).existing_on(clock.today()).exclude(pk=request.agency.pk))
