"""What may be entered about documents."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from documents import permissions
from documents.codes import next_code
from documents.markup_reading import UNSEEN
from documents.models import (
    PROCEDURES,
    Capacity,
    Confidentiality,
    Document,
    Extent,
    Kind,
    SignatureRole,
    State,
    Version,
)
from tenants import clock
from tenants.confirmation import ConfirmedForm
from tenants.forms import SeenForm
from tenants.letters import nfc
from tenants.models import Member, Unit
from tenants.querysets import in_words

DATES = ["%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"]
LATEST_START = 366  # days ahead a version may come into force
OWN = "own"  # in the form; an empty choice would look like none
SECRETS = (
    gettext_lazy(  # law on the protection of state secrets; the sentence is to be confirmed by the lead department
        "Restricted: only the readers chosen for it, who keeps the documents, who drafts, signs or audits. "
        "State secrets (Mật, Tối mật, Tuyệt mật) must not be entered into this system."
    )
)
RESERVED_CODES = {"new"}  # documents/new/ is the form


class Line(forms.CharField):
    """One line: blanks and line breaks inside become one blank; letters and their accents one sign (NFC)."""

    def to_python(self, value: Any) -> str:
        return nfc(" ".join(_seen(" ".join((super().to_python(value) or "").split())).split()))


class Words(forms.CharField):
    """Several lines; letters and their accents one sign (NFC)."""

    def to_python(self, value: Any) -> str:
        return nfc(_seen((super().to_python(value) or "").replace("\r\n", "\n")).strip())


def _seen(text: str) -> str:
    """What is read is what is signed: no signs that nobody sees or that turn the others. Of a NUL the form itself complains."""
    return "\0".join(UNSEEN.sub("", part) for part in text.split("\0"))


class Day(forms.DateField):
    """A date as the office writes it, 25/11/2026."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=DATES, widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric"}), **kwargs
        )
        self.error_messages["invalid"] = gettext_lazy("Write the date as day/month/year, for example 25/11/2026.")


class MasterListFilter(forms.Form):
    q = Line(label=gettext_lazy("Search title, code or service"), max_length=200, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    review = forms.ChoiceField(label=gettext_lazy("Review"), required=False)
    unit: Any = forms.ModelChoiceField(
        label=gettext_lazy("Unit in charge"), queryset=None, required=False, empty_label=gettext_lazy("All")
    )

    sort = forms.ChoiceField(
        label=gettext_lazy("Order"),
        choices=[("", gettext_lazy("by code")), ("title", gettext_lazy("by title"))],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", _("All"))]
        self.fields["q"].widget.attrs["placeholder"] = _("for example: khai sinh, dat dai, QT.TP")
        self.fields["kind"].choices = everything + list(Kind.choices)  # type: ignore[attr-defined]
        states = [(state.value, state.label) for state in State if state != State.SUPERSEDED]
        self.fields["state"].choices = everything + states  # type: ignore[attr-defined]
        reviews = [("overdue", _("overdue")), ("soon", _("within 30 days"))]
        self.fields["review"].choices = everything + reviews  # type: ignore[attr-defined]
        self.fields["unit"].queryset = Unit.objects.order_by(in_words("name"))  # type: ignore[attr-defined]


class DocumentForm(forms.Form):
    """A new document."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices, initial=Kind.OPERATIONAL_PROCEDURE)
    procedure: Any = forms.ModelChoiceField(
        label=gettext_lazy("Procedure it belongs to"),
        queryset=None,
        required=False,
        help_text=gettext_lazy("Of a form only: its code takes field and number from the procedure."),
    )
    field = Line(
        label=gettext_lazy("Field"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("For the next free code: TP makes QT.TP.05; for a form the procedure's own, TP.01."),
    )
    code = Line(
        label=pgettext_lazy("document", "Code"),
        max_length=40,
        required=False,
        help_text=gettext_lazy(
            "Empty: the next free one of its kind. Given once and never reused, for example QT.TP.01."
        ),
    )
    title = Line(label=pgettext_lazy("document", "Title"), max_length=500)
    unit: Any = forms.ModelChoiceField(label=gettext_lazy("Unit in charge"), queryset=None, required=False)
    confidentiality = forms.ChoiceField(
        label=gettext_lazy("Confidentiality"), choices=Confidentiality.choices, required=False, help_text=SECRETS
    )

    def __init__(self, *args: Any, member: Member | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.valid_on(clock.today()).order_by(in_words("name"))  # type: ignore[attr-defined]
        if "confidentiality" in self.fields:
            levels = [("", _("the usual one of its kind")), *Confidentiality.choices]
            self.fields["confidentiality"].choices = levels  # type: ignore[attr-defined]
        seen = Document.objects.visible_to(member) if member else Document.objects.all()
        if "procedure" in self.fields:
            procedures = seen.filter(kind__in=PROCEDURES).order_by("code")
            self.fields["procedure"].queryset = procedures  # type: ignore[attr-defined]

    def clean_procedure(self) -> Document | None:
        procedure: Document | None = self.cleaned_data["procedure"]
        if procedure and self.cleaned_data.get("kind") != Kind.FORM:
            raise ValidationError(_("Only a form belongs to a procedure."))
        return procedure

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if not code and "field" in self.fields:
            code = next_code(
                self.cleaned_data.get("kind", Kind.OPERATIONAL_PROCEDURE), self.cleaned_data.get("field", ""),
                self.cleaned_data.get("procedure"),
            )  # fmt: skip
        if code.lower() in RESERVED_CODES:
            raise ValidationError(_("This word cannot be a code. Choose another."))
        Document._meta.get_field("code").run_validators(code)
        if Document.objects.filter(code__iexact=code).exists():
            raise ValidationError(_("This code is already used by another document. Codes are never reused."))
        return code

    def clean_confidentiality(self) -> str:
        level: str = self.cleaned_data["confidentiality"]
        return checked_level(self.cleaned_data.get("kind", ""), level)


def checked_level(kind: str, level: str) -> str:
    """The level a document of this kind may have."""
    if kind == Kind.OPERATIONAL_PROCEDURE and level == Confidentiality.RESTRICTED:
        raise ValidationError(_("An operational procedure is made public by law; it cannot be restricted."))
    return level


class DocumentEditForm(SeenForm, forms.Form):
    unit: Any = forms.ModelChoiceField(label=gettext_lazy("Unit in charge"), queryset=None, required=False)
    next_review_on = Day(label=gettext_lazy("Next review"), required=False)
    question = Line(
        label=gettext_lazy("Question to readers"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Whoever confirms that they have read it answers this first. Empty: nothing is asked."),
    )
    confidentiality = forms.ChoiceField(label=gettext_lazy("Confidentiality"), required=False)

    @property
    def changed(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data}

    def __init__(self, *args: Any, document: Document, member: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.document = document
        self.fields["unit"].queryset = Unit.objects.valid_on(clock.today()).order_by(in_words("name"))  # type: ignore[attr-defined]
        levels, hint = list(Confidentiality.choices), str(SECRETS)
        if document.kind == Kind.OPERATIONAL_PROCEDURE:
            levels = [(value, label) for value, label in levels if value != Confidentiality.RESTRICTED]
            hint = _("Operational procedures are made public by law, so they cannot be restricted.") + " " + hint
        self.fields["confidentiality"].choices = levels  # type: ignore[attr-defined]
        self.fields["confidentiality"].help_text = hint
        if document.kind == Kind.FORM:
            seen = Document.objects.visible_to(member).filter(kind__in=PROCEDURES).order_by("code")
            self.fields["procedure"] = forms.ModelChoiceField(
                label=_("Procedure it belongs to"), queryset=seen, required=False
            )

    def clean_confidentiality(self) -> str:
        return self.cleaned_data["confidentiality"] or self.document.confidentiality


class DraftForm(forms.Form):
    """The next version of a document."""

    step = forms.ChoiceField(
        label=gettext_lazy("What begins"), choices=Extent.choices, widget=forms.RadioSelect, initial=Extent.REVISION
    )
    reason = Line(
        label=gettext_lazy("Request for change"),
        max_length=300,
        help_text=gettext_lazy("Who asks for it, or which law requires it."),
    )
    parts = Line(label=gettext_lazy("Parts changed"), max_length=200, required=False)
    summary = Words(
        label=gettext_lazy("What changes"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


# --- deeds -----------------------------------------------------------------------------------------


class ReadForm(forms.Form):
    """A deed that needs the person to have read the text."""

    read = forms.BooleanField(
        label=gettext_lazy("I have read this version"),
        help_text=gettext_lazy("Once signed, this version can no longer be edited."),
        error_messages={"required": gettext_lazy("Tick that you have read this version.")},
    )


class SubmitForm(ConfirmedForm, ReadForm):
    """The drafter's signature, under the text whose seal the page showed."""

    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    field_order = ("read", "password")

    def __init__(self, *args: Any, seen: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = seen


class SignForm(ConfirmedForm, ReadForm):
    """A signature in one of the capacities this member may sign in, under the text whose hash the page showed."""

    role = SignatureRole.REVIEWED
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    capacity = forms.ChoiceField(label=gettext_lazy("Signing"))
    field_order = ("capacity", "effective_from", "read", "password")

    def __init__(self, *args: Any, version: Version, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = version.sha256
        labels = dict(Capacity.choices)
        allowed = permissions.capacities(member, self.role, version)
        self.fields["capacity"].choices = [(capacity or OWN, labels[capacity]) for capacity in allowed]  # type: ignore[attr-defined]

    def clean_capacity(self) -> str:
        capacity = self.cleaned_data["capacity"]
        return "" if capacity == OWN else capacity


class ApproveForm(SignForm):
    role = SignatureRole.APPROVED
    effective_from = Day(label=gettext_lazy("In force from"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective_from"].initial = clock.today()

    def clean_effective_from(self) -> dt.date:
        day, today = self.cleaned_data["effective_from"], clock.today()
        if day < today:
            raise ValidationError(_("The day must be %(today)s or later.") % {"today": f"{today:%d/%m/%Y}"})
        if day > today + dt.timedelta(days=LATEST_START):
            raise ValidationError(_("The day lies more than a year ahead."))
        return day


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class WithdrawForm(ReasonForm):
    """`holds`: the version holds today, so that its last day is to be said."""

    last = forms.ChoiceField(
        label=gettext_lazy("Last day on which it held"),
        choices=[
            ("today", gettext_lazy("today: what was done by it today was right; another text holds from tomorrow")),
            ("yesterday", gettext_lazy("yesterday: it no longer holds today; another text can come into force today")),
        ],
        initial="today",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, holds: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not holds:
            del self.fields["last"]
