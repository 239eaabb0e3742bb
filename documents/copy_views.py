"""The register of controlled copies of a version, its deeds and its prints."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from documents import copies, permissions
from documents.copy_models import ControlledCopy
from documents.forms import Day, Line
from documents.models import State, Version
from documents.views import version_of
from tenants import clock, letterhead
from tenants.middleware import also_when_ended
from tenants.transitions import NotPossible
from tenants.views import entered, only

Number = tuple[int, int]


class HandOutForm(forms.Form):
    holder = Line(label=gettext_lazy("Holder"), max_length=150, help_text=gettext_lazy("A person or a desk."))
    place = Line(label=pgettext_lazy("of a copy", "Place"), max_length=200, required=False)
    on = Day(label=gettext_lazy("Handed out on"))

    def clean_on(self) -> dt.date:
        return _not_in_the_future(self.cleaned_data["on"])


class RecallForm(forms.Form):
    on = Day(label=gettext_lazy("Recalled on"))
    note = Line(
        label=gettext_lazy("What became of it"), max_length=300, required=False,
        help_text=gettext_lazy("For example: destroyed, kept for comparison, lost."),
    )  # fmt: skip

    def __init__(self, *args: Any, since: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.since = since

    def clean_on(self) -> dt.date:
        day = _not_in_the_future(self.cleaned_data["on"])
        if day < self.since:
            raise ValidationError(_("The day must be %(day)s or later.") % {"day": f"{self.since:%d/%m/%Y}"})
        return day


def register(request: Any, code: str, number: Number) -> HttpResponse:
    """Every numbered copy of a version, those that are out first."""
    version = version_of(request, code, number)
    rows = list(ControlledCopy.objects.filter(version=version).select_related("handed_out_by", "recalled_by"))
    out = sum(row.recalled_on is None for row in rows)
    context = {
        "version": version,
        "rows": sorted(rows, key=lambda row: (row.recalled_on is not None, row.number)),
        "out": out,
        "over": version.state in (State.SUPERSEDED, State.WITHDRAWN),
        "may": permissions.may_hand_out(request.member),
        "may_add": permissions.may_hand_out(request.member) and version.state in (State.APPROVED, State.IN_FORCE),
    }
    return render(request, "documents/copies.html", context)


def hand_out(request: Any, code: str, number: Number) -> HttpResponse:
    version = version_of(request, code, number)
    _check(request)
    if version.state not in (State.APPROVED, State.IN_FORCE):
        raise NotPossible(_("Only a version that is signed and not out of force is handed out."), about=version)
    form = HandOutForm(entered(request), initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        copy = copies.hand_out(version, by=request.member, **form.cleaned_data)
        messages.success(
            request, _("Copy no. %(number)s is entered. Print it and hand it out.") % {"number": f"{copy.number:02}"}
        )
        return redirect("copies", code, version)
    return _form(
        request,
        version,
        form,
        _("Hand out a copy"),
        _("The copy gets the next number, which stands on every page of its print."),
    )


@also_when_ended
def recall(request: Any, code: str, number: Number, copy: int) -> HttpResponse:
    version = version_of(request, code, number)
    row = _copy_of(version, copy)
    _check(request)
    if row.recalled_on is not None:
        raise NotPossible(_("This copy has been recalled already."), about=row)
    form = RecallForm(entered(request), since=row.handed_out_on, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        copies.recall(row, by=request.member, **form.cleaned_data)
        messages.success(request, _("Copy no. %(number)s is recalled.") % {"number": f"{row.number:02}"})
        return redirect("copies", code, version)
    sentence = _("Copy no. %(number)s, held by %(holder)s, is out of use from then on.") % {
        "number": f"{row.number:02}",
        "holder": row.holder,
    }
    return _form(request, version, form, _("Recall the copy"), sentence)


def pdf(request: Any, code: str, number: Number, copy: int) -> HttpResponse:
    """The print of one copy, with its number on every page."""
    version = version_of(request, code, number)
    row = _copy_of(version, copy)
    if version.pdf is None:
        return render(request, "documents/waiting.html", {"version": version}, status=202)
    name = f"{code}_{version.issue:02}-{version.revision:02}_{row.number:02}.pdf"
    return letterhead.derived(copies.printed(row), name=name)


def _copy_of(version: Version, number: int) -> ControlledCopy:
    row = ControlledCopy.objects.filter(version=version, number=number).first()
    if row is None:
        raise Http404
    row.version = version
    return row


def _check(request: Any) -> None:
    only(permissions.may_hand_out(request.member), _("the document controller"))


def _form(request: Any, version: Version, form: forms.Form, label: str, sentence: str) -> HttpResponse:
    context = {"version": version, "form": form, "label": label, "sentence": sentence}
    return render(request, "documents/copy_form.html", context)


def _not_in_the_future(day: dt.date) -> dt.date:
    if day > clock.today():
        raise ValidationError(_("The day must be today or earlier."))
    return day
