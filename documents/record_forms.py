"""What may be entered about records kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from documents.forms import Day, Line
from documents.record_models import GroupState, HoldKind, Medium, RecordGroup, RecordSeries
from documents.record_series import is_said
from documents.retention import MOST_YEARS, CountedFrom, Retention
from tenants import clock
from tenants.confirmation import ConfirmedForm
from tenants.forms import SeenForm
from tenants.models import Member, Unit
from tenants.querysets import in_words

FIRST_YEAR, LAST_YEAR = 1945, 2200
MOST_COUNTED = 2_000_000_000
MOST_PROPOSED = 500  # groups in one proposal: a list somebody reads
STATES = [
    ("due", gettext_lazy("retention has ended")),
    ("held", gettext_lazy("held")),
    (GroupState.OPEN.value, GroupState.OPEN.label),
    (GroupState.CLOSED.value, GroupState.CLOSED.label),
    (GroupState.DISPOSED.value, GroupState.DISPOSED.label),
]


class PastDay(Day):
    """A day that has come."""

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day and not day.year >= FIRST_YEAR:
            raise ValidationError(_("The day lies before %(year)s.") % {"year": FIRST_YEAR})
        if day and day > clock.today():
            raise ValidationError(_("This day is still to come."))
        return day


class RegisterFilter(forms.Form):
    series: Any = forms.ModelChoiceField(
        label=gettext_lazy("Series"), queryset=None, required=False, empty_label=gettext_lazy("All")
    )
    unit: Any = forms.ModelChoiceField(
        label=gettext_lazy("Unit that keeps it"), queryset=None, required=False, empty_label=gettext_lazy("All")
    )
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    on = PastDay(label=gettext_lazy("As of"), required=False)

    def __init__(self, data: Any, *, member: Member) -> None:
        super().__init__(data if data.get("on") else data.dict() | {"on": f"{clock.today():%d/%m/%Y}"})
        seen = RecordSeries.objects.visible_to(member)
        self.fields["series"].queryset = seen.order_by(in_words("name"), "code")  # type: ignore[attr-defined]
        self.fields["unit"].queryset = Unit.objects.order_by(in_words("name"))  # type: ignore[attr-defined]
        self.fields["state"].choices = [("", _("All")), *STATES]  # type: ignore[attr-defined]

    @property
    def given(self) -> dict[str, Any]:
        """What was understood: `day`, and what narrows the register."""
        entered = {} if self.errors is None else self.cleaned_data  # asking for errors reads the entries
        narrowing = {name: entered[name] for name in ("series", "unit", "year", "state") if entered.get(name)}
        return {"day": entered.get("on") or clock.today(), **narrowing}


class SeriesForm(SeenForm, forms.Form):
    """What the procedure leaves open."""

    unit: Any = forms.ModelChoiceField(label=gettext_lazy("Unit that keeps it"), queryset=None, required=False)
    medium = forms.ChoiceField(label=gettext_lazy("Medium"), choices=Medium.choices)
    retention = forms.ChoiceField(label=gettext_lazy("Retention"), choices=Retention.choices, widget=forms.RadioSelect)
    years = forms.IntegerField(
        label=gettext_lazy("Years"), min_value=1, max_value=MOST_YEARS, required=False,
        help_text=gettext_lazy("With “until something happens”: years after it, or nothing."),
    )  # fmt: skip
    event = Line(label=gettext_lazy("Until what happens"), max_length=200, required=False)
    counted_from = forms.ChoiceField(label=gettext_lazy("Years counted from"), choices=CountedFrom.choices)
    legal_basis = Line(
        label=gettext_lazy("Legal basis of the retention"), max_length=200, required=False,
        help_text=gettext_lazy("The text and its line, for example 10/2022/TT-BNV, line 12."),
    )  # fmt: skip
    dossiers = forms.BooleanField(
        label=gettext_lazy("Holds the finished dossiers of the procedure"), required=False,
        help_text=gettext_lazy("They are counted by year from the system."),
    )  # fmt: skip

    def __init__(self, *args: Any, series: RecordSeries, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.series = series
        units = Unit.objects.valid_on(clock.today()) | Unit.objects.filter(pk__in=[series.unit_id or 0])
        self.fields["unit"].queryset = units.order_by(in_words("name"))  # type: ignore[attr-defined]
        if is_said(series):
            for name in ("retention", "years", "event"):
                del self.fields[name]
        if not series.document.is_procedure:
            del self.fields["dossiers"]

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or self.cleaned_data
        kind = entered.get("retention")
        if kind == Retention.YEARS and not entered.get("years") and "years" not in self.errors:
            self.add_error("years", _("Enter for how many years it is kept."))
        if kind == Retention.EVENT and not entered.get("event") and "event" not in self.errors:
            self.add_error("event", _("Enter what ends the retention."))
        if kind in (Retention.YEARS, Retention.PERMANENT, Retention.EVENT) and not entered.get("legal_basis"):
            self.add_error("legal_basis", _("Name the text that says so: an inspector asks for it."))
        others = RecordSeries.objects.filter(document=self.series.document_id, dossiers=True).exclude(pk=self.series.pk)
        if entered.get("dossiers") and others.exists():
            self.add_error("dossiers", _("Another series of this procedure holds its dossiers."))
        return entered

    @property
    def changed(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data}


class GroupForm(SeenForm, forms.Form):
    """One box, folder or year. `group` when one is corrected."""

    title = Line(
        label=pgettext_lazy("record group", "Title"),
        max_length=300,
        help_text=gettext_lazy("For example: year 2025, box 2."),
    )
    first_on = PastDay(label=gettext_lazy("Records from"))
    last_on = PastDay(label=gettext_lazy("Records to"), required=False)
    count = forms.IntegerField(
        label=gettext_lazy("Number of papers or files"), min_value=0, max_value=MOST_COUNTED, required=False
    )
    location = Line(
        label=gettext_lazy("Location"), max_length=200, required=False,
        help_text=gettext_lazy("Where it can be found, for example cupboard 3, shelf 2."),
    )  # fmt: skip
    closed_on = PastDay(
        label=gettext_lazy("Closed on"), required=False,
        help_text=gettext_lazy("Nothing more is added from then on and the retention runs. Empty: still being filled."),
    )  # fmt: skip
    event_on = PastDay(label=gettext_lazy("The event happened on"), required=False)
    reason = Line(label=gettext_lazy("Reason of the correction"), max_length=300)

    def __init__(self, *args: Any, series: RecordSeries, group: RecordGroup | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if series.retention != Retention.EVENT:
            del self.fields["event_on"]
        else:
            self.fields["event_on"].help_text = series.event
        if group is None or group.state == GroupState.OPEN:
            del self.fields["reason"]
        if group is not None and group.state == GroupState.OPEN:
            del self.fields["closed_on"]  # a deed of its own
        if group is not None and group.state == GroupState.CLOSED:
            self.fields["closed_on"].required = True

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or self.cleaned_data
        first, last, closed = (entered.get(name) for name in ("first_on", "last_on", "closed_on"))
        if first and last and last < first:
            self.add_error("last_on", _("The last record cannot be older than the first."))
        elif closed and first and closed < max(first, last or first):
            self.add_error("closed_on", _("A group is closed on or after the day of its last record."))
        return entered


class CloseForm(forms.Form):
    on = PastDay(label=gettext_lazy("Closed on"))

    def __init__(self, *args: Any, group: RecordGroup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group = group
        self.fields["on"].initial = max(group.last_on or group.first_on, clock.today())

    def clean_on(self) -> dt.date:
        day = self.cleaned_data["on"]
        if day < max(self.group.first_on, self.group.last_on or self.group.first_on):
            raise ValidationError(_("A group is closed on or after the day of its last record."))
        return day


class HoldForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Because of"), choices=HoldKind.choices)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Who asked for it and in which matter, for example the number of the letter."),
    )  # fmt: skip


class ShortReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


# --- disposal -----------------------------------------------------------------------------------------


class ProposeForm(forms.Form):
    """Which of the groups the system drew up, and why."""

    groups: Any = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Record groups whose retention has ended"), queryset=None, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one record group.")},
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Why they are of no further use to the agency."),
    )  # fmt: skip

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["groups"]
        field.queryset = RecordGroup.objects.visible_to(member).disposable().select_related("series").order_by("code")
        field.label_from_instance = named
        if not self.is_bound:
            field.initial = list(field.queryset.values_list("pk", flat=True)[:MOST_PROPOSED])

    def clean_groups(self) -> Any:
        groups = self.cleaned_data["groups"]
        if len(groups) > MOST_PROPOSED:
            raise ValidationError(_("At most %(count)s groups in one proposal.") % {"count": MOST_PROPOSED})
        return groups


class ApproveDisposalForm(ConfirmedForm):
    """The head's decision on the list whose fingerprint the page showed; ticked items are struck off."""

    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    decision = Line(
        label=gettext_lazy("Number of the decision"), max_length=60, help_text=gettext_lazy("For example 45/QĐ-UBND.")
    )
    struck: Any = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Strike off, to be kept on"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    why = Line(label=gettext_lazy("Why these are kept on"), max_length=500, required=False)
    read = forms.BooleanField(
        label=gettext_lazy("I have read the list"),
        error_messages={"required": gettext_lazy("Tick that you have read the list.")},
    )
    field_order = ("decision", "struck", "why", "read", "password")

    def __init__(self, *args: Any, items: Any, seen: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = seen
        field: Any = self.fields["struck"]
        field.queryset = items
        field.label_from_instance = lambda item: named(item.group)

    def clean(self) -> dict[str, Any]:
        entered = super().clean()
        if entered.get("struck") and not entered.get("why"):
            self.add_error("why", _("Say why they are kept on: whoever proposed it reads it."))
        return entered

    @property
    def reasons(self) -> dict[int, str]:
        return {item.pk: self.cleaned_data["why"] for item in self.cleaned_data["struck"]}


class CarryOutForm(forms.Form):
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    on = PastDay(label=gettext_lazy("Carried out on"))
    place = Line(label=pgettext_lazy("of a disposal", "Place"), max_length=200)
    method = Line(
        label=gettext_lazy("How it was destroyed"),
        max_length=200,
        help_text=gettext_lazy("For example: shredded, pulped."),
    )
    commission = forms.CharField(
        label=gettext_lazy("Members of the commission"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One a line, name and title; at least two. They sign the minutes."),
    )  # fmt: skip

    def __init__(self, *args: Any, since: dt.date, seen: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.since = since
        self.fields["on"].initial, self.fields["seen"].initial = clock.today(), seen

    def clean_on(self) -> dt.date:
        day = self.cleaned_data["on"]
        if day < self.since:
            raise ValidationError(_("The day must be %(day)s or later.") % {"day": f"{self.since:%d/%m/%Y}"})
        return day

    def clean_commission(self) -> list[str]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["commission"].splitlines() if line.strip()]
        if len(lines) < 2:
            raise ValidationError(_("Name at least two members of the commission."))
        return lines


def named(group: RecordGroup) -> str:
    """A group in a list of choices."""
    days = {"code": group.code, "title": group.title, "series": group.series.name, "day": f"{group.ends_on:%d/%m/%Y}"}
    return pgettext("record group", "%(code)s %(title)s (%(series)s), kept until %(day)s") % days


class ExportForm(forms.Form):
    all_versions = forms.BooleanField(
        label=gettext_lazy("With all signed versions"), required=False,
        help_text=gettext_lazy("Superseded and withdrawn ones as well; otherwise the versions in force."),
    )  # fmt: skip
