"""Which agency, which member: said once per request, for everything behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import get_script_prefix, set_script_prefix
from django.utils.translation import gettext as _

from tenants.accounts import lacks_second_step, must_change_password
from tenants.models import Agency, Member
from tenants.transitions import NotPossible

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
OPEN_MODULES = ("django.views.", "django.contrib.staticfiles.")
WITH_FIRST_PASSWORD = {"account_change_password", "account_logout"}  # all that a one-time password opens


def everyone(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view as open to residents and machines: no sign-in, no membership."""
    view.door = "everyone"  # type: ignore[attr-defined]
    return view


def signed_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view as open to whoever is signed in, member of an agency or not."""
    view.door = "signed_in"  # type: ignore[attr-defined]
    return view


class AgencyMiddleware:
    """The first segment of the path names the agency. Views are for its members unless marked otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.agency = request.member = None
        if "\0" in request.path_info:  # PostgreSQL has no such sign: no row can have this address
            raise Http404
        slug, _sign, rest = request.path_info.lstrip("/").partition("/")
        agency = Agency.objects.filter(slug=slug).first() if rest or request.path_info.endswith("/") else None
        if agency is None:
            return self.get_response(request)
        former = get_script_prefix()
        request.path_info = request.environ["PATH_INFO"] = f"/{rest}"
        set_script_prefix(f"/{agency.slug}/")
        request.agency = agency
        try:
            with agency.active():
                if request.user.is_authenticated:
                    request.member = self.member_of(request.user, agency)
                return self.get_response(request)
        finally:
            set_script_prefix(former)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        door = getattr(view, "door", "members")
        module = getattr(view, "__module__", "")
        if door == "everyone" or module.startswith(OPEN_MODULES):
            return None
        if request.user.is_authenticated and must_change_password(request):
            stays = request.resolver_match.url_name in WITH_FIRST_PASSWORD
            return None if stays else redirect("account_change_password")
        if module.startswith("allauth."):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if door == "signed_in":
            return None
        if request.agency is None:
            return redirect("choose_agency")
        if request.member is None:
            raise Http404
        if lacks_second_step(request):
            return redirect("mfa_index")
        if request.method not in SAFE_METHODS and request.agency.ended():
            return render(request, "409.html", {"refusal": _over(request.agency)}, status=NotPossible.status)
        return None

    @staticmethod
    def member_of(user: Any, agency: Agency) -> Member | None:
        member = Member.objects.select_related("unit").at_work().filter(user=user).first()
        if member is not None:
            member.agency, member.user = agency, user
        return member


def _over(agency: Agency) -> NotPossible:
    """Its records are read; its work goes on elsewhere."""
    words = {"agency": agency.name, "day": f"{agency.valid_to:%d/%m/%Y}"}
    return NotPossible(_("%(agency)s ended on %(day)s. Its records can be read, not changed.") % words, about=agency)
