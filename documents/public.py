"""What anybody may ask about a print: is this the version in force? The address stands in its QR code."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from documents.models import Kind, State, Version
from documents.papers import ISSUED, MARK
from documents.reports import badge_of, grouped, held_on_no_day, holding
from documents.sealing import is_as_signed
from tenants.middleware import everyone


@everyone
@never_cache
def check(request: Any, code: str, number: tuple[int, int], mark: str) -> HttpResponse:
    """Code, title, number, state and days of one signed version, for whoever holds its print.

    `mark` is the beginning of the hash on that print: without a print nobody can ask what documents there are.
    """
    if request.agency is None:
        raise Http404
    versions = list(
        Version.objects.filter(document__code=code, state__in=ISSUED).select_related("document", "pdf").defer("content")
    )
    found = next((version for version in versions if (version.issue, version.revision) == number), None)
    if found is None or not secrets.compare_digest(found.sha256[:MARK].encode(), mark.encode()):
        raise Http404
    held = holding(versions)
    context = {
        "version": found,
        "state": badge_of(found),
        "as_signed": is_as_signed(found),
        "holds": found.holds,
        "on_no_day": held_on_no_day(found),
        "never_held": found.state == State.WITHDRAWN and held_on_no_day(found),
        "coming": found.state == State.APPROVED and not found.holds,
        "later": held is not None and held.pk != found.pk,
        "fingerprint": grouped(found.sha256),
        "file_fingerprint": grouped(found.pdf.sha256) if found.pdf else "",
        "for_residents": found.holds and found.document.kind == Kind.OPERATIONAL_PROCEDURE,
    }
    return render(request, "public/check.html", context)
