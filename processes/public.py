"""What residents see without signing in: how procedures are done, where a dossier is (Decree 224/2026 art 15)."""

from __future__ import annotations

import hashlib
import logging
import secrets
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from redis.exceptions import RedisError

from documents.content import Content
from documents.models import Document, State, Version
from processes import deadlines, reports
from processes.forms import ProceduresForm, TrackForm
from processes.journey import Journey, journey_of
from processes.models import Coverage, Dossier
from tenants import clock
from tenants.calendar import calendar_of
from tenants.middleware import everyone
from tenants.models import Agency
from tenants.words import fold, otherwise

log = logging.getLogger("qms.processes")
TRIES, TRIES_OF_ADDRESS, TRIES_WITHIN = 20, 60, 600  # wrong look-ups of one code, of any, from one address; seconds


@everyone
def procedures(request: Any) -> HttpResponse:
    """Everything this agency does by a signed procedure."""
    _agency(request)
    form = ProceduresForm(request.GET)
    words = fold(form.cleaned_data["q"]).split() if form.is_valid() else []
    versions = [version for version in reports.procedures_in_force().defer("content") if _speaks_of(version, words)]
    return render(
        request, "public/procedures.html", {"form": form, "versions": versions, "road": "procedures", "sought": words}
    )


@everyone
def procedure(request: Any, code: str) -> HttpResponse:
    """One procedure as the version in force has it, and whether a later version is signed already."""
    _agency(request)
    version = reports.procedures_in_force().filter(document__code=code).first()
    if version is None:
        return _by_service(code)
    content, calendar, year = Content.of(version.content), calendar_of(request.agency), clock.today().year
    row = reports.procedure(version, year)
    context = {
        "version": version,
        "content": content,
        "limit": row.limit,
        "steps": [(step, deadlines.norm_of(step)) for step in content.steps],
        "row": row,
        "year": year,
        "coming": version.document.versions.filter(state=State.APPROVED, effective_from__gt=clock.today()).first(),
        "sessions": calendar.sessions_of(calendar.working_day_from(clock.today())),
        "road": "procedures",
    }
    return render(request, "public/procedure.html", context)


@everyone
@never_cache
def track(request: Any) -> HttpResponse:
    """The way of one dossier for whoever has its receipt slip. A wrong word and an unknown code answer alike."""
    _agency(request)
    form = TrackForm(request.GET if "code" in request.GET else None)
    if not form.is_bound or not form.is_valid():
        return render(request, "public/track.html", {"form": form, "road": "track"})
    counters = _counters(request, form.cleaned_data["code"])
    try:
        if not _may_try(counters):
            form.add_error(None, _("Too many tries. Wait ten minutes, then try again, or ask at the counter."))
            return render(request, "public/track.html", {"form": form, "road": "track"}, status=429)
        dossier = _found(request.agency, **form.cleaned_data)
        if dossier is not None:
            _count(counters, -1)
    except RedisError:  # what cannot be counted could be guessed: nobody looks anything up meanwhile
        log.exception("Look-ups cannot be counted.")
        form.add_error(None, _("Looking up is not possible at this moment. Try again in a few minutes."))
        return render(request, "public/track.html", {"form": form, "road": "track"}, status=503)
    if dossier is None:
        form.add_error(None, _("No dossier has this code and this look-up word. Compare both with the receipt slip."))
        return render(request, "public/track.html", {"form": form, "road": "track"})
    journey = journey_of(dossier, calendar_of(request.agency), clock.now())
    return render(request, "public/track.html", {"form": form, "road": "track", **_shown(journey)})


def _agency(request: Any) -> None:
    """These pages stand below an agency's address."""
    if request.agency is None:
        raise Http404


def _speaks_of(version: Version, words: list[str]) -> bool:
    if not words:
        return True
    services = " ".join(str(coverage.service) for coverage in version.document.coverages.all())
    text = fold(f"{version.document.code} {version.title} {services}")
    return all(word in text or otherwise(word) in text.split() for word in words)


def _by_service(code: str) -> HttpResponse:
    """Residents know the national code (1.001193): lead to the procedure that covers it."""
    covering = Coverage.objects.filter(service__code=code, document__versions__state=State.IN_FORCE)
    coverage = covering.order_by("document__code").first()
    if coverage is None:
        raise Http404
    return redirect("public:procedure", Document.objects.get(pk=coverage.document_id).code)


def _found(agency: Agency, code: str, k: str) -> Dossier | None:
    """By the code as printed, or typed in small letters: either is found by the index."""
    rows = Dossier.objects.select_related("version__document", "applicant")
    dossier = rows.filter(code__in={code, code.upper()}).first()
    secret = dossier.look_up if dossier else "-" * 6
    if dossier:
        dossier.agency = agency  # read already
    return dossier if secrets.compare_digest(secret.encode(), k.encode()) and dossier else None


def _shown(journey: Journey) -> dict[str, Any]:
    dossier = journey.dossier
    return {
        "dossier": dossier,
        "journey": journey,
        "track": journey.track(public=True),
        "due": deadlines.explained(journey.content, dossier, journey.calendar),
        "published": dossier.version.document.versions.in_force().exists(),
        "late": not dossier.punctuality and dossier.due_at < journey.now,
    }


def _counters(request: HttpRequest, code: str) -> dict[str, int]:
    """Key and limit of each counter: this address with this code, and this address alone, whatever the agency.

    The keys hold neither address nor code in the clear.
    """
    address = get_adapter().get_client_ip(request)
    counted = {f"{address} {request.agency.pk} {fold(code)}": TRIES, str(address): TRIES_OF_ADDRESS}  # type: ignore[attr-defined]
    return {f"track:{hashlib.sha256(who.encode()).hexdigest()}": limit for who, limit in counted.items()}


def _may_try(counters: dict[str, int]) -> bool:
    """Counts this try before it is made, so that many at once are many; a right answer takes it back."""
    found = _count(counters, 1)
    return all(found[key] <= limit for key, limit in counters.items())


def _count(counters: dict[str, int], by: int) -> dict[str, int]:
    found = {}
    for key in counters:
        cache.add(key, 0, TRIES_WITHIN)
        try:
            found[key] = cache.incr(key, by)
        except ValueError:  # it ran out between the two lines
            found[key] = 0
    return found
