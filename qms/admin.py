"""Django admin as the workplace of the ISO steering committee: inside one agency, by the same permissions."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tenants.permissions import may_use_admin
from tenants.transitions import NotAllowed


class OfficeAdminSite(AdminSite):
    site_header = site_title = _("ISO steering committee")
    index_title = _("Administration")

    def has_permission(self, request: Any) -> bool:
        """A member of the steering committee of the active agency."""
        member = getattr(request, "member", None)
        return bool(request.user.is_active and member and may_use_admin(member))

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only classes that know our permissions; those of third-party apps would show rows of every agency."""
        if getattr(admin_class, "governed", False):
            super().register(model_or_iterable, admin_class, **options)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Signing in is the same for every page of the office."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
        if self.has_permission(request):
            return redirect("admin:index")
        raise NotAllowed(
            _("The administration is the workplace of the ISO steering committee."), needs=_("the ISO secretary")
        )

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")
