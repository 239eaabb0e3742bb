"""The overseer's pages: the agencies below, read through the oversight door, for a stated purpose."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from documents.models import Version
from processes.models import Dossier
from tenants import clock
from tenants.models import Agency, Role
from tenants.oversight import announce, oversight

PURPOSE = "oversight_purpose"


class PurposeForm(forms.Form):
    """Asked once per visit; every agency finds it in its own activity log."""

    purpose = forms.CharField(
        label=_("Purpose of this visit"),
        max_length=300,
        min_length=10,
        help_text=_("Each agency sees it in its activity log. For example: quarterly check of late dossiers."),
    )


def agencies(request: Any) -> HttpResponse:
    """Agencies in use with their documents in force and their dossiers, those needing attention first."""
    over = _overseen(request)
    if PURPOSE not in request.session:
        form = PurposeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            announce(by=request.member, purpose=form.cleaned_data["purpose"], over=over)
            request.session[PURPOSE] = form.cleaned_data["purpose"]
            return redirect("province")
        return render(request, "province/purpose.html", {"form": form, "count": len(over)})
    with oversight(by=request.member, over=over):
        dossiers = _counted(Dossier.everywhere.filter(agency__in=over), clock.now())
        papers = Version.everywhere.filter(agency__in=over).in_force().values("agency").annotate(n=Count("pk"))
        in_force = {row["agency"]: row["n"] for row in papers}
    rows = [
        {"agency": agency, "in_force": in_force.get(agency.pk, 0), **dossiers.get(agency.pk, NOTHING)}
        for agency in over
    ]
    rows.sort(key=lambda row: (-row["late"], row["agency"].name))
    context = {"rows": rows, "purpose": request.session[PURPOSE], "late": sum(row["late"] for row in rows)}
    return render(request, "province/agencies.html", context)


def agency(request: Any, slug: str) -> HttpResponse:
    """One agency as the overseer sees it: its procedures in force and how they run. No resident's data."""
    over = _overseen(request)
    if PURPOSE not in request.session:
        return redirect("province")
    seen = get_object_or_404(Agency, slug=slug)
    if seen not in over:
        raise Http404
    with oversight(by=request.member, over=[seen]):
        versions = list(
            Version.everywhere.filter(agency=seen)
            .in_force()
            .select_related("document")
            .order_by("document__code")
            .annotate(
                open=Count("dossiers", filter=Q(dossiers__state__in=("received", "processing"))),
                late=Count(
                    "dossiers",
                    filter=Q(dossiers__state__in=("received", "processing"), dossiers__due_at__lt=clock.now()),
                ),
            )
        )
    return render(
        request, "province/agency.html", {"seen": seen, "versions": versions, "purpose": request.session[PURPOSE]}
    )


NOTHING = {"open": 0, "late": 0, "done": 0, "on_time": 0}


def _counted(rows: Any, now: Any) -> dict[int, dict[str, int]]:
    counted = rows.values("agency").annotate(
        open=Count("pk", filter=Q(state__in=("received", "processing"))),
        late=Count("pk", filter=Q(state__in=("received", "processing"), due_at__lt=now)),
        done=Count("pk", filter=~Q(punctuality="")),
        on_time=Count("pk", filter=Q(punctuality__in=("early", "on_time"))),
    )
    return {row.pop("agency"): row for row in counted}


def _overseen(request: Any) -> list[Agency]:
    """The agencies below the province of this overseer; for others there is no such page."""
    if not request.member.has_role(Role.OVERSEER, Role.PROVINCE_LEADER):
        raise Http404
    top = request.agency.lineage()[-1]
    return list(
        Agency.objects.below(top).existing_on(clock.today()).exclude(pk=request.agency.pk).select_related("parent")
    )
