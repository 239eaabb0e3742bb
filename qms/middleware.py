"""Language of the person, and refusals as pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from documents.content import Malformed
from tenants.transitions import Refusal


class LanguageMiddleware:
    """A cookie chosen on this device, else the person's own setting, else Vietnamese; never the browser's guess."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if language not in dict(settings.LANGUAGES):
            language = request.user.language if request.user.is_authenticated else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.setdefault("Content-Language", language)
        return response


class RefusalMiddleware:
    """NotAllowed → 403, NotPossible → 409, each a page with the reason and the way back. The view is rolled back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if isinstance(problem, Refusal):
            return render(request, f"{problem.status}.html", {"refusal": problem}, status=problem.status)
        if isinstance(problem, Malformed):
            return render(request, "400.html", {"problem": problem}, status=400)
        return None
