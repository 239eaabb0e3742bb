"""Addresses: of the rows of a list, and those that work outside the page: in mails, on paper, in a QR code."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, reverse, set_script_prefix

from tenants.models import Agency
from tenants.scoping import active_agency_id


def address(name: str, *args: Any) -> str:
    """What `reverse` gives, kept for the next reader: for a list it takes as long as loading the rows."""
    return _reversed(get_script_prefix(), name, args)


@lru_cache(maxsize=2**14)
def _reversed(_prefix: str, name: str, args: tuple[Any, ...]) -> str:
    return reverse(name, args=args)


def below(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page below its agency, without a leading slash, whatever prefix is in force: `documents/QT.TP.01/`."""
    former = get_script_prefix()
    set_script_prefix("/")
    try:
        return reverse(name, args=args, kwargs=kwargs).removeprefix("/")
    finally:
        set_script_prefix(former)


def absolute(path: str, *, agency: Agency | None = None) -> str:
    """The full address of `path` in `agency` (the active one when none is named).

    `path` is what `below` gives, or what `reverse` gives inside a request or a task.
    """
    prefix = get_script_prefix()
    if prefix != "/" and path.startswith(prefix):
        path = path.removeprefix(prefix)
    slug = agency.slug if agency else Agency.objects.values_list("slug", flat=True).get(pk=active_agency_id())
    return f"{settings.SITE_ADDRESS}/{slug}/{path.lstrip('/')}"
