"""The catalogue of administrative procedures, and how a procedure of the agency begins with one."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from documents.models import Document, Version
from documents.permissions import may_draft
from processes.catalogue import details_of, doubts_of
from processes.catalogue_forms import COVERED, NOT_COVERED, CatalogueFilter, ProcedureForm
from processes.drafting import start_procedure
from processes.models import Coverage, Service
from tenants.models import Member
from tenants.transitions import NotAllowed

ROWS = 50


def services(request: Any) -> HttpResponse:
    form = CatalogueFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = _filtered(Service.objects.all(), chosen, request.member)
    rows = found.defer("details", "doubts").prefetch_related(_own_coverages())
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    begun = _begun([service.code for service in page], request.member)
    for service in page:
        service.begun = begun[service.code]
    context = {
        "filter": form,
        "page": page,
        "total": Service.objects.count(),
        "covered": Service.objects.covered_by(request.member).count(),
        "filtered": any(chosen.values()),
    }
    return render(request, "processes/services.html", context)


def _filtered(services: QuerySet[Any], chosen: dict[str, Any], member: Any) -> Any:
    if chosen.get("q"):
        services = services.matching(chosen["q"])  # type: ignore[attr-defined]
    if chosen.get("field"):
        services = services.filter(field=chosen["field"])
    if chosen.get("covered") == COVERED:
        services = services.covered_by(member)  # type: ignore[attr-defined]
    if chosen.get("covered") == NOT_COVERED:
        services = services.not_covered_by(member)  # type: ignore[attr-defined]
    return services


def service(request: Any, code: str) -> HttpResponse:
    found = _service(code)
    context = {
        "service": found,
        "details": details_of(found),
        "doubts": doubts_of(found),
        "coverages": Coverage.objects.filter(service=found).select_related("document").order_by("document__code"),
        "begun": _begun([found.code], request.member)[found.code],
        "may_draft": may_draft(request.member),
    }
    return render(request, "processes/service.html", context)


def draft_procedure(request: Any, code: str) -> HttpResponse:
    found = _service(code)
    if not may_draft(request.member):
        raise NotAllowed(_("Documents are drafted by the staff of the agency."))
    form = ProcedureForm(request.POST or None, service=found)
    if request.method == "POST" and form.is_valid():
        try:
            version = _start(found, form, by=request.member)
        except ValidationError as wrong:
            form.add_error(None, wrong)
        else:
            words = _("Draft %(version)s begun. Nothing takes effect before it is signed.")
            messages.success(request, words % {"version": version})
            return redirect("edit_version", version.document.code, version)
    context = {"form": form, "service": found, "details": details_of(found), "doubts": doubts_of(found)}
    return render(request, "processes/draft_procedure.html", context)


def _start(service: Service, form: ProcedureForm, *, by: Any) -> Any:
    given = form.cleaned_data
    return start_procedure(
        service, code=given["code"], title=given["title"], unit=given["unit"], limit=given["time"], by=by
    )


def _service(code: str) -> Service:
    found = Service.objects.filter(code=code).first() if "\x00" not in code else None
    if found is None:
        raise Http404
    return found


def _begun(codes: list[str], member: Member) -> dict[str, list[Document]]:
    """For each of these services the documents with a version, not in force yet, that names it. One query."""
    found: dict[str, list[Document]] = {code: [] for code in codes}
    wanted = reduce(or_, (Q(content__services__contains=[code]) for code in codes), Q(pk__in=[]))
    versions = (
        Version.objects.visible_to(member)
        .open()
        .filter(wanted)
        .select_related("document")
        .order_by("document__code", "pk")
    )
    for version in versions:
        for code in found.keys() & set(version.content["services"]):
            found[code].append(version.document)
    return found


def _own_coverages() -> Prefetch:
    return Prefetch("coverages", Coverage.objects.select_related("document").order_by("document__code"), to_attr="own")
