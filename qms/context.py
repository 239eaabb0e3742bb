"""What every page knows: agency, member, menu."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from qms.menu import menu


def desk(request: Any) -> dict[str, Any]:
    agency, member = getattr(request, "agency", None), getattr(request, "member", None)
    return {
        "agency": agency,
        "member": member,
        "menu": SimpleLazyObject(lambda: menu(request)) if member else [],  # counted only where it is drawn
        "theme": request.COOKIES.get("theme", ""),
        "now": timezone.localtime(),
    }
