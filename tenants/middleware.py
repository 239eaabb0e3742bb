"""Which agency, which member: said once per request, for everything behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import get_script_prefix, set_script_prefix
from django.utils.translation import gettext as _

from tenants.accounts import has_second_step, lacks_second_step, must_change_password
from tenants.addresses import reserved
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


def also_when_ended(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view that carries open work to its end, which goes on after the last day of the agency."""
    view.also_when_ended = True  # type: ignore[attr-defined]
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
        named = (rest or request.path_info.endswith("/")) and slug not in reserved()
        agency = _only(Agency.objects.filter(slug=slug)) if named else None
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
            messages.warning(request, _why_second_step(request.user))
            return redirect("mfa_index")
        going_on = request.method in SAFE_METHODS or getattr(view, "also_when_ended", False)
        if not going_on and request.agency.ended():
            return render(request, "409.html", {"refusal": _over(request.agency)}, status=NotPossible.status)
        return None

    @staticmethod
    def member_of(user: Any, agency: Agency) -> Member | None:
        member = _only(Member.objects.at_work().filter(user=user))
        if member is not None:
            member.agency, member.user = agency, user
        return member


def _only(rows: QuerySet[Any]) -> Any:
    """The row, of which there is one at most, so in no order; None where there is none."""
    return next(iter(rows.order_by()), None)


def _why_second_step(user: Any) -> str:
    if has_second_step(user):
        return _("Your role in this agency needs two-step sign-in. Sign out and sign in again with both steps.")
    return _("Your role in this agency needs two-step sign-in. Set up the app or add a key to go on.")


def _over(agency: Agency) -> NotPossible:
    """Its records are read; its work goes on elsewhere."""
    words = {"agency": agency.name, "day": f"{agency.valid_to:%d/%m/%Y}"}
    return NotPossible(_("%(agency)s ended on %(day)s. Its records can be read, not changed.") % words, about=agency)
