"""Pages of the shell: home, search, agencies, settings of the person, health, short addresses, refusals."""

from __future__ import annotations

import logging
import secrets
from typing import Any

import redis
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate, stash_and_reauthenticate
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import TooManyFilesSent
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qms import home as work
from qms import readiness
from qms import search as finding
from tenants import clock
from tenants.account_actions import save_account
from tenants.forms import AccountForm
from tenants.middleware import everyone, signed_in
from tenants.models import Agency

log = logging.getLogger("qms")


def home(request: Any) -> HttpResponse:
    """My work today: what waits for me, what is nearly due or late, what I must read."""
    context = {"work": work.of(request.member, clock.now()), "unready": readiness.still_open(request.member)}
    return render(request, "home.html", context)


def search(request: Any) -> HttpResponse:
    """Dossiers, documents and services by code or words, accents not needed."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:200]
    form = finding.SearchFilter(request.GET.dict() | {"q": query})
    form.is_valid()
    found = finding.find(request.member, query, form.chosen, request.GET.get("page", ""))
    return render(request, "search.html", {"query": query, "form": form, "found": found})


@signed_in
def choose_agency(request: Any) -> HttpResponse:
    """The agencies this person works in today; straight into it when there is only one."""
    agencies = list(Agency.objects.where_at_work(request.user).select_related("parent"))
    if len(agencies) == 1 and "stay" not in request.GET:
        return redirect(f"/{agencies[0].slug}/")
    return render(request, "choose_agency.html", {"agencies": agencies})


@signed_in
def account(request: Any) -> HttpResponse:
    """Language, form of address, e-mail; the ways to sign in."""
    return _account(request, AccountForm(request.POST or None, instance=request.user))


@signed_in
def account_email(request: Any) -> HttpResponse:
    """The package's page would change the address past our deed: it is changed on the account page."""
    return redirect("account")


def account_confirmed(request: Any, entered: dict[str, str]) -> HttpResponse:
    """What was entered before the person showed again that it is them."""
    return _account(request, AccountForm(entered, instance=request.user))


def _account(request: Any, form: AccountForm) -> HttpResponse:
    """Whoever has the address has the account (a new password is sent there): changing it needs the password again."""
    if request.method != "POST" or not form.is_valid():
        return render(request, "account.html", {"form": form})
    if "email" in form.changed_data and not did_recently_reauthenticate(request):
        return stash_and_reauthenticate(request, form.cleaned_data, f"{__name__}.{account_confirmed.__name__}")
    save_account(form.save(commit=False), form.changed_data)
    messages.success(request, _("Your settings are saved."))
    response = redirect("account")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        request.user.language,
        max_age=365 * 86400,
        samesite="Lax",
        secure=settings.SECURE,
    )
    return response


@everyone
@require_POST
def language(request: Any) -> HttpResponse:
    """Speak this language from now on, on this device and, when signed in, in mails."""
    chosen = request.POST.get("language", "")
    response = HttpResponseRedirect(_way_back(request))
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=365 * 86400, samesite="Lax", secure=settings.SECURE
        )
        if request.user.is_authenticated:
            request.user.language = chosen
            save_account(request.user, ["language"])
    return response


@everyone
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the device says."""
    response = HttpResponseRedirect(_way_back(request))
    chosen = request.POST.get("theme", "")
    if chosen in {"light", "dark"}:
        response.set_cookie("theme", chosen, max_age=365 * 86400, samesite="Lax", secure=settings.SECURE)
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


@everyone
@transaction.non_atomic_requests
def live(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return JsonResponse({"live": True})


@everyone
@transaction.non_atomic_requests
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers, and so does Redis; 503 when one does not. The log says which."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3).ping()
    except (DatabaseError, redis.RedisError) as problem:
        log.error("not ready: %s", problem)
        return JsonResponse({"ready": False}, status=503)
    return JsonResponse({"ready": True})


@everyone
def short_procedure(request: Any, code: str) -> HttpResponse:
    """`/p/<code>`: the short address on posters and prints leads to the public page of the procedure."""
    return redirect("public:procedure", code=code)


@everyone
def short_dossier(request: Any, code: str) -> HttpResponse:
    """`/t/<code>`: the QR code of the receipt slip leads to following the dossier."""
    query = request.GET.copy()
    query["code"] = code
    return redirect(f"{reverse('public:track')}?{query.urlencode()}")


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is older than the session: nothing was written."""
    return render(request, "403.html", {"stale": True}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    problem = ""
    if isinstance(exception, TooManyFilesSent):
        problem = _(
            "At most %(most)s files at once. Nothing was taken. Choose fewer, or pack them into one ZIP file."
        ) % {"most": settings.DATA_UPLOAD_MAX_NUMBER_FILES}
    return render(request, "400.html", {"problem": problem, "is_whole": bool(problem)}, status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Drawn without context processors: the database may be what failed. The code is for the phone."""
    code = secrets.token_hex(4)
    log.error("error page %s for %s", code, request.path)
    return HttpResponse(get_template("500.html").render({"code": code}), status=500)


def _way_back(request: HttpRequest) -> str:
    """The page the person came from, on this site only."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe and target.startswith("/") else reverse("home")
