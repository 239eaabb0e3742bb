"""Comparing two versions: choosing them, the page, and the same as an official paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents import comparison
from documents.models import Version
from documents.reports import held_on_no_day
from documents.views import document_of, version_of
from tenants import clock, letterhead
from tenants.transitions import NotPossible

Number = tuple[int, int]


class PairForm(forms.Form):
    """Any two versions of a document."""

    before = forms.ChoiceField(label=gettext_lazy("Compare version"))
    after = forms.ChoiceField(label=gettext_lazy("with version"))

    def __init__(self, *args: Any, versions: list[Version], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = "%(number)s, %(state)s"
        choices = [
            (_address(one), words % {"number": one.number, "state": one.get_state_display()}) for one in versions
        ]
        for name in ("before", "after"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or self.cleaned_data
        if chosen.get("before") and chosen.get("before") == chosen.get("after"):
            raise ValidationError(_("Choose two different versions."))
        return chosen


def choose(request: Any, code: str) -> HttpResponse:
    """Two versions are chosen by GET; the answer is their page."""
    document = document_of(request, code)
    versions = list(document.versions.defer("content"))
    form = PairForm(
        request.GET if "before" in request.GET else None, versions=versions, initial=_usual(request, versions)
    )
    if form.is_valid():
        before, after = (_number(form.cleaned_data[name]) for name in ("before", "after"))
        return redirect("compare_versions", code, after, before)
    return render(request, "documents/compare.html", {"document": document, "form": form, "versions": versions})


def compared(request: Any, code: str, number: Number, other: Number) -> HttpResponse:
    """What makes `number` out of `other`."""
    found = _comparison(request, code, number, other)
    whole, side = request.GET.get("all") == "1", request.GET.get("view") == "side"
    versions = list(found.after.document.versions.defer("content"))
    form = PairForm(versions=versions, initial={"before": _address(found.before), "after": _address(found.after)})
    context = {
        "comparison": found,
        "shown": found.shown(whole=whole, start=_start(request)),
        "document": found.after.document,
        "whole": whole,
        "side": side,
        "form": form,
    }
    return render(request, "documents/compared.html", context)


def pdf(request: Any, code: str, number: Number, other: Number) -> HttpResponse:
    """The comparison as an official paper, in the language of official papers. Drawn on demand, not stored.

    As many lines as the page shows at once; those that follow are a paper of their own.
    """
    with translation.override("vi"):
        found = _comparison(request, code, number, other)
        shown = found.shown(whole=request.GET.get("all") == "1", start=_start(request))
        context = {
            "comparison": found,
            "shown": shown,
            "document": found.after.document,
            "agency": request.agency,
            "side": request.GET.get("view") == "side",
            "on": clock.today(),
            "before_on_no_day": held_on_no_day(found.before),
            "after_on_no_day": held_on_no_day(found.after),
        }
        content = None if shown.too_long else letterhead.render("documents/comparison_pdf.html", context)
    if content is None:
        raise NotPossible(
            _("A line of this comparison is too long to be drawn on paper. Read it on the page of the comparison.")
        )
    return letterhead.derived(content, name=f"{code}_{_address(found.after)}_{_address(found.before)}.pdf")


def _comparison(request: Any, code: str, number: Number, other: Number) -> comparison.Comparison:
    after, before = version_of(request, code, number), version_of(request, code, other)
    return comparison.compare(before, after)


def _start(request: Any) -> int:
    """The line the excerpt begins with, from 1."""
    start = request.GET.get("from", "")
    return max(1, int(start)) if start.isascii() and start.isdecimal() and len(start) < 9 else 1


def _usual(request: Any, versions: list[Version]) -> dict[str, str]:
    """The version one came from, and the one before it; else the two newest."""
    addresses = [_address(one) for one in versions]
    asked = request.GET.get("after", "")
    place = addresses.index(asked) if asked in addresses else 0
    after = addresses[place] if addresses else ""
    return {"after": after, "before": addresses[min(place + 1, len(addresses) - 1)] if addresses else ""}


def _address(version: Version) -> str:
    return f"{version.issue}.{version.revision}"


def _number(address: str) -> Number:
    issue, revision = address.split(".")
    return int(issue), int(revision)
