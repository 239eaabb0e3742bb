"""The lists of the agency as of a past day: page, Excel, CSV, PDF."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents import past
from documents.forms import Day
from documents.models import Kind
from documents.past import Listing
from tenants import clock, letterhead, spreadsheets
from tenants.models import Unit
from tenants.querysets import in_words
from tenants.transitions import NotPossible

ROWS = 50
EARLIEST = 1945  # of the days asked about
MOST_PRINTED = 1000  # lines a PDF is drawn with while somebody waits


class DayFilter(forms.Form):
    """A day that has come; today when nothing is said."""

    on = Day(label=gettext_lazy("As of"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    unit: Any = forms.ModelChoiceField(
        label=gettext_lazy("Unit in charge"), queryset=None, required=False, empty_label=gettext_lazy("All")
    )

    def __init__(self, data: Any, *, without: tuple[str, ...] = ()) -> None:
        super().__init__(data if data.get("on") else data.dict() | {"on": f"{clock.today():%d/%m/%Y}"})
        self.fields["kind"].choices = [("", _("All")), *Kind.choices]  # type: ignore[attr-defined]
        self.fields["unit"].queryset = Unit.objects.order_by(in_words("name"))  # type: ignore[attr-defined]
        for name in without:
            del self.fields[name]

    def clean_on(self) -> Any:
        return _come(self.cleaned_data["on"])

    @property
    def given(self) -> dict[str, Any]:
        """What was understood: `day`, and what narrows the list."""
        entered = {} if self.errors is None else self.cleaned_data  # asking for errors reads the entries
        narrowing = {name: entered[name] for name in ("kind", "unit") if entered.get(name)}
        return {"day": entered.get("on") or clock.today(), **narrowing}


class PeriodFilter(forms.Form):
    """From a day to a day, both included; this year when nothing is said."""

    first = Day(label=gettext_lazy("Signed from"), required=False)
    last = Day(label=gettext_lazy("Signed to"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)

    def __init__(self, data: Any) -> None:
        today = clock.today()
        filled = {"first": f"01/01/{today.year}", "last": f"{today:%d/%m/%Y}"}
        super().__init__(data.dict() | {name: day for name, day in filled.items() if not data.get(name)})
        self.fields["kind"].choices = [("", _("All")), *Kind.choices]  # type: ignore[attr-defined]

    def clean_last(self) -> Any:
        first, last = self.cleaned_data.get("first"), _come(self.cleaned_data["last"])
        if first and last and last < first:
            raise ValidationError(_("The end must not be before the start."))
        return last

    def clean_first(self) -> Any:
        return _come(self.cleaned_data["first"])

    @property
    def given(self) -> dict[str, Any]:
        entered = {} if self.errors is None else self.cleaned_data  # asking for errors reads the entries
        last = entered.get("last") or clock.today()
        first = entered.get("first") or last.replace(month=1, day=1)
        return {"first": first, "last": last, "kind": entered.get("kind", "")}


def _come(day: Any) -> Any:
    if day and day.year < EARLIEST:
        raise ValidationError(_("The day lies before %(year)s.") % {"year": EARLIEST})
    if day and day > clock.today():
        raise ValidationError(_("This day is still to come."))
    return day


def past_list(request: Any) -> HttpResponse:
    """Which text was in force on that day (domain §1.4, BM.02)."""
    form = DayFilter(request.GET)
    return _answer(request, past.master_list(request.member, **form.given), form, "past_list")


def external_list(request: Any) -> HttpResponse:
    """External documents under control on that day."""
    form = DayFilter(request.GET, without=("kind",))
    return _answer(request, past.external_list(request.member, **form.given), form, "external_list")


def distribution_list(request: Any) -> HttpResponse:
    """Who had been asked to read what, and when they had read it."""
    form = DayFilter(request.GET)
    return _answer(request, past.distribution_list(request.member, **form.given), form, "distribution_list")


def amendments(request: Any) -> HttpResponse:
    """All versions signed between two days."""
    form = PeriodFilter(request.GET)
    return _answer(request, past.amendments(request.member, **form.given), form, "amendments")


def _answer(request: Any, listing: Listing, form: forms.Form, name: str) -> HttpResponse:
    kind = request.GET.get("as")
    if kind in spreadsheets.KINDS:
        return spreadsheets.answer(kind, name, *listing.table())
    if kind == "pdf":
        return paper_of(request, listing, name, listing.rows.count())
    page = Paginator(listing.rows, ROWS).get_page(request.GET.get("page"))
    lines = listing.lines(page.object_list)
    context = {"listing": listing, "form": form, "page": page, "lines": lines, "lists": lists(name)}
    return render(request, "documents/past_list.html", context)


def paper_of(request: Any, listing: Listing, name: str, count: int) -> HttpResponse:
    """Of so many lines, drawn from the rows of this moment, for reading; what is signed and kept is drawn once by the worker."""
    if count > MOST_PRINTED:
        words = _("The list has %(count)s lines, a PDF holds at most %(most)s. Narrow the list, or take it as Excel.")
        raise NotPossible(words % {"count": count, "most": MOST_PRINTED})
    context = {"listing": listing, "lines": listing.lines(listing.rows), "agency": request.agency, "now": clock.now()}
    content = letterhead.render("documents/past_list_pdf.html", context)
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def lists(current: str) -> list[dict[str, Any]]:
    """The master list and those that tell of the past, as their pages lead to each other."""
    names = {"documents": _("Master list"), **past.LISTS}
    return [{"title": title, "url": reverse(name), "current": name == current} for name, title in names.items()]
