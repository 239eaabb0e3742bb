"""What every page is compared with, and how its queries are counted. Served by `qms.bench.urls` only."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines

from tenants.accounts import AccountAdapter
from tenants.middleware import everyone
from tenants.models import Agency, Member

BARE = "<!doctype html><html><title>{{ row.name }}</title><p>{{ row.name }}</p></html>"
SHELL = '{% extends "base.html" %}{% block title %}{{ row.name }}{% endblock %}{% block content %}<p>{{ row.name }}</p>{% endblock %}'


@everyone
def bare(request: HttpRequest) -> HttpResponse:
    """The floor: the project's middleware, one query by a unique index, a template of one line; nobody is signed in."""
    return _shown(BARE, Agency.objects.get(slug=request.GET["slug"]), request)


def door(request: Any) -> HttpResponse:
    """The same for a member in an agency: what session, agency, row-level security and membership cost."""
    return _shown(BARE, Member.objects.get(pk=request.member.pk), request)


def shell(request: Any) -> HttpResponse:
    """The same in the frame of every page, with menu and counts: what a page costs before it shows anything."""
    return _shown(SHELL, Member.objects.get(pk=request.member.pk), request)


def _shown(template: str, row: Any, request: HttpRequest) -> HttpResponse:
    if template not in _compiled:
        _compiled[template] = engines["django"].from_string(template)
    return HttpResponse(_compiled[template].render({"row": row}, request))


_compiled: dict[str, Any] = {}


class TrustingAdapter(AccountAdapter):
    """Whoever signs is taken at their word: what a password costs to check is chosen, not measured."""

    def reauthenticate(self, user: Any, password: str) -> bool:
        return True


class CountQueries:
    """Says in headers how many statements the page sent to the database, and which process made it.

    Savepoints and the settings of row-level security count; opening and ending the transaction do not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = 0

        def count(execute: Callable[..., Any], *arguments: Any) -> Any:
            nonlocal sent
            sent += 1
            return execute(*arguments)

        with connection.execute_wrapper(count):
            response = self.get_response(request)
        response["X-Queries"], response["X-Process"] = str(sent), str(os.getpid())
        return response
