"""The approval route of each kind, and the route of one version on its way."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from documents import permissions, reports, routes, routing
from documents.models import Kind, State
from documents.route_forms import ReplaceSignerForm, RouteForm
from documents.routes import Route
from documents.views import version_of
from tenants.models import Member
from tenants.transitions import NotAllowed, NotPossible
from tenants.views import entered

Number = tuple[int, int]


def approval_routes(request: Any) -> HttpResponse:
    """Every kind with its stages, as they hold for what is submitted from now on."""
    own = routing.configured()
    names = routes.names_of(routes.tokens_in(own.values()))
    kinds = [
        {"kind": kind.value, "label": kind.label, "own": not own.get(kind.value, Route()).is_usual, "stages": stages}
        for kind in Kind
        for stages in [reports.stages_of(own.get(kind.value, Route()), names)]
    ]
    return render(
        request, "documents/routes.html", {"kinds": kinds, "may_set": permissions.may_set_routes(request.member)}
    )


def approval_route(request: Any, kind: str) -> HttpResponse:
    if kind not in Kind.values:
        raise Http404
    if not permissions.may_set_routes(request.member):
        raise NotAllowed(_("Your role in this agency does not include this."), needs=_("the ISO secretary"))
    route = routing.configured().get(kind, Route())
    form = RouteForm(entered(request), route=route)
    if request.method == "POST":
        if "usual" in request.POST:
            routing.set_route(kind, None, by=request.member)
            messages.success(request, _("This kind goes through the usual three hands again."))
            return redirect("approval_routes")
        if form.is_valid():
            try:
                routing.set_route(kind, form.route, by=request.member)
            except ValidationError as wrong:
                form.add_error(None, wrong)
            else:
                messages.success(request, _("The route is saved. What is submitted already keeps its own."))
                return redirect("approval_routes")
    context = {"form": form, "label": Kind(kind).label, "own": not route.is_usual}
    return render(request, "documents/route.html", context)


def version_route(request: Any, code: str, number: Number) -> HttpResponse:
    """Stage by stage: who has signed, who is waited for, whom the ISO secretary may replace."""
    version = version_of(request, code, number)
    running = version.state in (State.IN_REVIEW, State.IN_APPROVAL)
    route = routing.route_for(version.document) if version.state == State.DRAFT else routes.route_of(version)
    gaps = routing.gaps_of(version, route) if version.state == State.DRAFT else []
    context = {
        "version": version,
        "stages": reports.stages_of(route, route.names, version),
        "gaps": gaps,
        "waited": routes.waited_for(version),
        "running": running,
        "may_replace": permissions.may_replace_signers(version, request.member) and not route.is_usual,
    }
    return render(request, "documents/version_route.html", context)


def replace_signer(request: Any, code: str, number: Number, stage: int, place: int) -> HttpResponse:
    version = version_of(request, code, number)
    if version.state != State.IN_REVIEW:
        raise NotPossible(_("Signers are replaced while a version is in review."), about=version)
    if not permissions.may_replace_signers(version, request.member):
        raise NotAllowed(
            _("Your role in this agency does not include this."),
            about=version,
            needs=_("the ISO secretary or the head of the agency"),
        )
    route = routes.route_of(version)
    if not 1 <= stage < route.approval or not 1 <= place <= len(route.stage(stage).who):
        raise Http404
    form = ReplaceSignerForm(entered(request), version=version, by=request.member)
    if request.method == "POST" and form.is_valid():
        member: Member = form.cleaned_data["member"]
        routing.replace_signer(
            version, stage, place - 1, member, by=request.member, reason=form.cleaned_data["reason"]
        )  # fmt: skip
        messages.success(request, _("%(name)s signs in this place and gets a mail.") % {"name": member.name})
        return redirect("version_route", code, version)
    former = routes.in_words(route.stage(stage).who[place - 1], route.names)
    context = {
        "version": version,
        "form": form,
        "label": _("Name somebody else"),
        "sentence": _("Instead of: %(who)s. The reason stays on record.") % {"who": former},
    }
    return render(request, "documents/version_route.html", context)
