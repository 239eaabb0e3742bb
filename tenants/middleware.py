"""Which agency, which member: said once per request, for everything behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import get_script_prefix, set_script_prefix

from tenants.accounts import lacks_second_step, must_change_password
from tenants.models import Agency, Member

OPEN_MODULES = ("allauth.", "django.views.", "django.contrib.staticfiles.")


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
        slug, _, rest = request.path_info.lstrip("/").partition("/")
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
        if door == "everyone" or getattr(view, "__module__", "").startswith(OPEN_MODULES):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if door == "signed_in":
            return None
        if request.agency is None:
            return redirect("choose_agency")
        if request.member is None:
            raise Http404
        if must_change_password(request):
            return redirect("account_change_password")
        if lacks_second_step(request):
            return redirect("mfa_index")
        return None

    @staticmethod
    def member_of(user: Any, agency: Agency) -> Member | None:
        member = Member.objects.select_related("unit").at_work().filter(user=user).first()
        if member is not None:
            member.agency, member.user = agency, user
        return member
