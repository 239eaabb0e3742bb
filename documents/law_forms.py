"""What may be entered about legal texts and clauses."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.citations import code_of, numbers_in
from documents.forms import Day, Line
from documents.law_models import LegalKind, LegalTextFacts
from documents.models import Clause, Document, StandardEdition
from tenants.forms import SeenForm

FIRST_DAY, LAST_DAY = dt.date(1945, 9, 2), dt.date(2100, 12, 31)
MOST_NUMBERS = 50
CHANGES = ("replaces", "amends", "repeals")
RESERVED = {"new", "updates"}  # addresses of their own


class Numbers(forms.CharField):
    """Numbers of legal texts, one a line; what stands around a number is left out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]  # a list, not one text
        found: dict[str, str] = {}
        for line in (super().to_python(value) or "").splitlines():
            entered = " ".join(line.split())
            if entered and not numbers_in(entered) and not code_of(entered):
                raise ValidationError(_("“%(line)s” holds no number of a legal text.") % {"line": entered[:60]})
            for code, number in (numbers_in(entered) or {code_of(entered): entered}).items():
                if code and len(number) <= 60:
                    found.setdefault(code, number)
                elif code:
                    raise ValidationError(_("“%(line)s” is too long for a number.") % {"line": number[:40]})
        if len(found) > MOST_NUMBERS:
            raise ValidationError(_("At most %(count)s numbers.") % {"count": MOST_NUMBERS})
        return list(found.values())

    def validate(self, value: Any) -> None:
        """What was read is a list; its parts were checked above."""

    def run_validators(self, value: Any) -> None:
        """The length was limited in the widget's text."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return list(initial or []) != self.to_python(data)
        except ValidationError:
            return True


class LegalTextFilter(forms.Form):
    q = Line(label=gettext_lazy("Search number, kind, abstract or issuer"), max_length=200, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    effect = forms.ChoiceField(label=gettext_lazy("Effect"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("All")), *LegalKind.choices]  # type: ignore[attr-defined]
        effects = [("now", _("in effect")), ("ahead", _("to come")), ("ended", _("no longer in effect"))]
        self.fields["effect"].choices = [("", _("All")), *effects]  # type: ignore[attr-defined]


class LegalTextForm(SeenForm, forms.Form):
    """A text of the register. `registers`: in which the person may enter one, (value, label)."""

    register = forms.ChoiceField(label=gettext_lazy("Register"), widget=forms.RadioSelect)
    number = Line(
        label=gettext_lazy("Number"),
        max_length=60,
        help_text=gettext_lazy("As it is cited, for example 123/2015/NĐ-CP."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=LegalKind.choices, initial=LegalKind.DECREE)
    title = Line(label=gettext_lazy("Abstract"), max_length=500)
    issuer = Line(label=gettext_lazy("Issued by"), max_length=200, required=False)
    issued_on = Day(label=gettext_lazy("Issued on"), required=False)
    effective_from = Day(label=gettext_lazy("In effect from"), required=False)
    effective_to = Day(
        label=gettext_lazy("In effect to"), required=False, help_text=gettext_lazy("The last day, where there is one.")
    )
    replaces = Numbers(
        label=gettext_lazy("Replaces"), help_text=gettext_lazy("The numbers of the former texts, one a line.")
    )
    amends = Numbers(
        label=gettext_lazy("Amends"), help_text=gettext_lazy("The numbers of the texts it amends, one a line.")
    )
    repeals = Numbers(
        label=gettext_lazy("Repeals"),
        help_text=gettext_lazy("The numbers of the texts that end with nothing in their place, one a line."),
    )

    def __init__(self, *args: Any, registers: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["register"].choices = registers  # type: ignore[attr-defined]
        self.fields["register"].initial = registers[0][0] if registers else None
        if len(registers) < 2:
            del self.fields["register"]

    def clean_number(self) -> str:
        number = self.cleaned_data["number"]
        if not any(sign.isdigit() for sign in number) or code_of(number) in RESERVED:
            raise ValidationError(_("A legal text is cited by a number; this has no digit."))
        return number

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or self.cleaned_data
        for name in ("issued_on", "effective_from", "effective_to"):
            day = entered.get(name)
            if day and not FIRST_DAY <= day <= LAST_DAY:
                self.add_error(name, _("The day must lie between 1945 and 2100."))
        first, last = entered.get("effective_from"), entered.get("effective_to")
        if first and last and last < first:
            self.add_error("effective_to", _("The last day must not lie before the first."))
        if any(entered.get(name) for name in CHANGES) and not first and "effective_from" not in self.errors:
            self.add_error("effective_from", _("Without this day nobody knows by when the documents must follow."))
        own = code_of(entered.get("number") or "")
        for name in CHANGES:
            if own and own in {code_of(number) for number in entered.get(name) or []}:
                self.add_error(name, _("A text cannot replace or amend itself."))
        self._refuse_twice(entered)
        return entered

    def _refuse_twice(self, entered: dict[str, Any]) -> None:
        seen: set[str] = set()
        for name in CHANGES:
            codes = {code_of(number): number for number in entered.get(name) or []}
            for code in codes.keys() & seen:
                words = _("%(number)s stands in two fields. Where only some articles are repealed, it is amended.")
                self.add_error(name, words % {"number": codes[code]})
            seen |= codes.keys()


def initial_of(text: LegalTextFacts) -> dict[str, Any]:
    names = ("number", "kind", "title", "issuer", "issued_on", "effective_from", "effective_to", *CHANGES)
    return {name: getattr(text, name) for name in names}


class ServedForm(forms.Form):
    """Which clauses of the edition in use, or named already, a document serves."""

    clauses: Any = forms.ModelMultipleChoiceField(
        queryset=None, label=gettext_lazy("Clauses served"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["clauses"]
        edition = StandardEdition.objects.filter(is_default=True).first()
        rows = Clause.objects.filter(edition=edition, assessable=True, gone=False) | Clause.objects.filter(
            pk__in=document.served.values("clause")
        )
        field.queryset = rows.distinct().order_by("edition", "position")
        field.label_from_instance = lambda clause: f"{clause} {clause.title}"
        field.initial = list(document.served.values_list("clause", flat=True))


class NoteForm(SeenForm, forms.Form):
    """What the agency says about a clause."""

    applies = forms.BooleanField(label=gettext_lazy("The clause applies to this agency"), required=False)
    words = forms.CharField(
        label=gettext_lazy("How the agency meets it, or why it does not apply"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or self.cleaned_data
        if not entered.get("applies") and not (entered.get("words") or "").strip():
            self.add_error("words", _("Say why the clause does not apply."))
        return entered
