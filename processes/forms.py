"""What may be entered about dossiers."""

from __future__ import annotations

import re
from typing import Any, ClassVar, cast
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.content import Component, Content
from documents.forms import Day, Line
from documents.models import Document, Version
from processes.models import Applicant, Channel, DossierState, Punctuality, Service
from tenants import clock
from tenants.forms import SeenForm
from tenants.letters import nfc
from tenants.models import Member
from tenants.querysets import in_words
from tenants.words import day

MOST_PAPERS = 999  # originals or copies of one paper
MOMENTS = ["%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


class PhoneField(Line):
    """A Vietnamese telephone number, kept as digits: 0912345678."""

    def to_python(self, value: Any) -> str:
        digits = re.sub(r"[\s.\-()]", "", super().to_python(value))
        digits = re.sub(r"^(\+84|0084)", "0", digits)
        if digits and not re.fullmatch(r"0[1-9][0-9]{8,9}", digits):
            raise ValidationError(
                _("A telephone number has 10 or 11 digits and begins with 0, for example 0912 345 678.")
            )
        return digits


class IdNumberField(Line):
    """A personal ID (12 digits; 9 on old cards), a tax code (10 or 13) or a passport (a letter and 7 or 8 digits)."""

    def to_python(self, value: Any) -> str:
        text = re.sub(r"[\s.\-]", "", super().to_python(value)).upper()
        if text and not re.fullmatch(r"[0-9]{9}|[0-9]{10}|[0-9]{12}|[0-9]{13}|[A-Z][0-9]{7,8}", text):
            raise ValidationError(
                _("A personal ID number has 12 digits, a tax code 10 or 13, a passport a letter and 7 or 8 digits.")
            )
        return text


class ApplicantForm(forms.Form):
    """The resident or organisation, and whom or what the matter concerns."""

    name = Line(label=gettext_lazy("Full name of the applicant, or name of the organisation"), max_length=150)
    id_number = IdNumberField(label=gettext_lazy("Personal ID number or tax code"), max_length=20, required=False)
    phone = PhoneField(
        label=gettext_lazy("Telephone"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("To tell when the result is ready."),
    )
    email = Line(
        label=gettext_lazy("E-mail"), max_length=254, required=False,
        validators=[EmailValidator(gettext_lazy("An e-mail address looks like this: ten@example.vn."))],
    )  # fmt: skip
    address = Line(label=gettext_lazy("Address"), max_length=300, required=False)
    subject = Line(
        label=gettext_lazy("Whom or what it concerns"), max_length=200, required=False,
        help_text=gettext_lazy("Stands behind the name of the procedure, for example: child Lý Gia Hân."),
    )  # fmt: skip

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not any(sign.isalpha() for sign in name):
            raise ValidationError(_("A name has letters."))
        return name

    @classmethod
    def values_of(cls, applicant: Applicant) -> dict[str, str]:
        return {name: getattr(applicant, name) for name in cls.base_fields}


class CorrectionForm(SeenForm, ApplicantForm):
    """What stands there of the applicant, to be put right."""


class ReceiveForm(ApplicantForm):
    """The counter's form, in the order of the paper: the applicant, the matter, the papers received."""

    form_key = forms.UUIDField(initial=uuid4, required=False, widget=forms.HiddenInput)  # sent twice is entered once
    service = forms.ModelChoiceField(
        Service.objects.none(), label=gettext_lazy("Administrative procedure"), required=False
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Handed in"), choices=Channel, initial=Channel.DIRECT, widget=forms.RadioSelect
    )
    received_at = forms.DateTimeField(
        label=gettext_lazy("Received at"), required=False, input_formats=MOMENTS,
        widget=forms.DateTimeInput(format=MOMENTS[0]),
        help_text=gettext_lazy(
            "By post or online only: when the complete dossier came in, for example 24/11/2026 20:15. The time limit "
            "counts from it; left empty, from now."
        ),
    )  # fmt: skip
    other = forms.CharField(
        label=gettext_lazy("Other papers received"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}), help_text=gettext_lazy("One a line."),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Note for colleagues"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, version: Version, content: Content, services: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version, self.components = version, content.components
        self._choose_service(services)
        for number, component in enumerate(self.components):
            self._ask_for(number, component)

    def _choose_service(self, services: Any) -> None:
        if len(services) < 2:
            del self.fields["service"]
            return
        field = cast("forms.ModelChoiceField", self.fields["service"])
        field.queryset, field.required, field.empty_label = services, True, _("choose one")

    def _ask_for(self, number: int, component: Component) -> None:
        for part, words, count in (
            ("originals", _("originals"), component.originals),
            ("copies", _("copies"), component.copies),
        ):
            self.fields[f"{part}_{number}"] = forms.IntegerField(
                label=f"{component.name[:200]}, {words}", required=False, initial=count,
                min_value=0, max_value=MOST_PAPERS,
                error_messages={"invalid": _("Enter a whole number.")},
                widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
            )  # fmt: skip

    @property
    def main(self) -> list[forms.BoundField]:
        """The fields before the table of papers."""
        names = ("name", "id_number", "phone", "email", "address", "service", "subject", "channel", "received_at")
        return [self[name] for name in names if name in self.fields]

    @property
    def papers(self) -> list[tuple[Component, forms.BoundField, forms.BoundField]]:
        """For the table: what the version asks for, and how many were handed in."""
        return [
            (component, self[f"originals_{number}"], self[f"copies_{number}"])
            for number, component in enumerate(self.components)
        ]  # fmt: skip

    @property
    def after(self) -> list[forms.BoundField]:
        return [self["other"], self["note"]]

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or self.cleaned_data
        at, first = entered.get("received_at"), self.version.effective_from
        if at is None:
            return entered
        if entered.get("channel") == Channel.DIRECT:
            self.add_error("received_at", _("What is handed in at the counter is received now: leave it empty."))
        elif at > clock.now():
            self.add_error("received_at", _("A dossier cannot be received in the future."))
        elif first and timezone.localdate(at) < first:
            words = _("This version is in force from %(day)s: a dossier cannot have been received under it before.")
            self.add_error("received_at", words % {"day": day(first)})
        return entered

    @property
    def received(self) -> dict[str, Any]:
        """What `actions.receive` takes, from valid entries."""
        entered = self.cleaned_data
        return {
            "applicant": {key: entered[key] for key in ("name", "id_number", "phone", "email", "address")}
            | {"other_papers": self._other_papers()},
            "subject": entered["subject"],
            "channel": entered["channel"],
            "components": self._papers_received(),
            "service": entered.get("service"),
            "note": entered["note"],
            "at": entered["received_at"],
            "form_key": entered["form_key"],
        }

    def _papers_received(self) -> list[dict[str, Any]]:
        found = [
            {
                "name": component.name,
                "originals": self.cleaned_data[f"originals_{number}"] or 0,
                "copies": self.cleaned_data[f"copies_{number}"] or 0,
            }
            for number, component in enumerate(self.components)
        ]
        return [paper for paper in found if paper["originals"] or paper["copies"]]

    def _other_papers(self) -> str:
        lines = nfc(self.cleaned_data["other"]).splitlines()
        return "\n".join(" ".join(line.split()) for line in lines if line.strip())


class MemberChoice(forms.ModelChoiceField):
    """A colleague, by name and title."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}, {obj.title}" if obj.title else obj.name


class CompleteForm(forms.Form):
    """Hand over: to whom, when several can do the next step, and a note."""

    next_member = MemberChoice(
        Member.objects.none(), label=gettext_lazy("Who does the next step"), required=False,
        empty_label=gettext_lazy("whoever takes it first"),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Stands on the control slip, for those who handle the dossier."),
    )  # fmt: skip

    def __init__(self, *args: Any, candidates: list[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(candidates) < 2:
            del self.fields["next_member"]
            return
        field = cast("forms.ModelChoiceField", self.fields["next_member"])
        field.queryset = Member.objects.filter(pk__in=[member.pk for member in candidates])


class SendBackForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say what is to be done again and why.")},
        help_text=gettext_lazy("Stands on the control slip, for those who handle the dossier."),
    )  # fmt: skip


class AssignForm(forms.Form):
    member = MemberChoice(
        Member.objects.none(), label=gettext_lazy("Give it to"), empty_label=gettext_lazy("choose a colleague")
    )
    reason = forms.CharField(
        label=gettext_lazy("Note"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, takers: list[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField", self.fields["member"])
        field.queryset = Member.objects.filter(pk__in=[member.pk for member in takers]).order_by(in_words("name"))


class CloseForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For example who fetched the result, with which authorisation."),
    )  # fmt: skip


class FilterForm(forms.Form):
    """Above the list of dossiers. Everything is optional, and what nobody offers is ignored."""

    OPEN, IN_WORK, ALL = "", "in_work", "all"
    STATES: ClassVar = [
        (OPEN, gettext_lazy("Open dossiers")), (IN_WORK, gettext_lazy("Without a result yet")), *DossierState.choices,
        (ALL, gettext_lazy("All")),
    ]  # fmt: skip
    DUES: ClassVar = [
        ("", gettext_lazy("Any")), ("near,late", gettext_lazy("Near due or late")), ("late", gettext_lazy("Late")),
        ("near", gettext_lazy("Near due")),
    ]  # fmt: skip

    q = forms.CharField(
        label=gettext_lazy("Code or applicant"), max_length=100, required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": gettext_lazy("for example: 0042, ly van thanh")}
        ),
    )  # fmt: skip
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=STATES, required=False)
    due = forms.ChoiceField(label=gettext_lazy("Due"), choices=DUES, required=False)
    procedure = forms.ModelChoiceField(
        Document.objects.none(),
        label=gettext_lazy("Procedure"),
        required=False,
        to_field_name="code",
        empty_label=gettext_lazy("All"),
    )
    finished_from = Day(label=gettext_lazy("Result ready from"), required=False)
    punctuality = forms.ChoiceField(
        label=gettext_lazy("In time"), choices=[("", gettext_lazy("Any")), *Punctuality.choices], required=False
    )
    mine = forms.ChoiceField(
        label=gettext_lazy("Whose"),
        choices=[("", gettext_lazy("Everybody's")), ("1", gettext_lazy("Mine"))],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField", self.fields["procedure"])
        named = Document.objects.filter(kind="operational_procedure").order_by("code")
        field.queryset = named.only("code", "title")

    @property
    def wanted(self) -> dict[str, Any]:
        """The entries that make sense; the others as if not entered."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}


class ProceduresForm(forms.Form):
    """The residents' search box for procedures."""

    q = forms.CharField(
        label=gettext_lazy("What do you want to do?"), max_length=100, required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": gettext_lazy("for example: khai sinh, dat dai")}
        ),
    )  # fmt: skip


class TrackForm(forms.Form):
    """What stands on the receipt slip: the code and the look-up word."""

    code = Line(
        label=gettext_lazy("Dossier code"), max_length=60, help_text=gettext_lazy("Printed on the receipt slip.")
    )
    k = Line(
        label=gettext_lazy("Look-up word"), max_length=20,
        help_text=gettext_lazy("Six letters and digits below the code on the slip."),
        error_messages={"required": gettext_lazy("Enter the look-up word as well: it keeps strangers out.")},
    )  # fmt: skip

    def clean_k(self) -> str:
        return re.sub(r"[\s\-]", "", self.cleaned_data["k"]).upper()
