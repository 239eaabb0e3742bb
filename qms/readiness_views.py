"""The readiness list as a page and on paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from documents.permissions import may_begin_set, may_choose_item
from qms import readiness as lists
from tenants import clock, letterhead


@require_safe
def readiness(request: Any) -> HttpResponse:
    """`open` shows only what is not ready."""
    context = {
        "list": lists.of(request.agency, request.member), "only_open": bool(request.GET.get("open")),
        "may_choose": may_choose_item(request.member), "may_begin": may_begin_set(request.member),
    }  # fmt: skip
    return render(request, "readiness.html", context)


@require_safe
def pdf(request: Any) -> HttpResponse:
    """In the language of official papers. Drawn on demand, not stored."""
    with translation.override("vi"):
        context = {
            "list": lists.of(request.agency, request.member),
            "agency": request.agency,
            "on": clock.today(),
            "now": clock.now(),
        }
        content = letterhead.render("readiness_pdf.html", context)
    return letterhead.derived(content, name=f"san-sang_{clock.today():%Y-%m-%d}.pdf")
