"""What may be entered about the catalogue: a search, and the beginnings of a procedure."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.codes import next_code
from documents.content import Time, TimeUnit
from documents.forms import DocumentForm, Line
from documents.models import Kind
from processes.catalogue import UNIT_WORDS, Details, details_of, time_words
from processes.models import Service
from tenants.importers.names import initials
from tenants.limits import Limit, Unit
from tenants.words import fold

SAME_DAY, OTHER = "same_day", "other"
WITHIN_THE_DAY = Time(Decimal(1), TimeUnit.WORKING_DAY, same_day=True)
COVERED, NOT_COVERED = "yes", "no"


class CatalogueFilter(forms.Form):
    q = Line(label=gettext_lazy("Search name or code"), max_length=200, required=False)
    field = forms.ChoiceField(label=gettext_lazy("Field"), required=False)
    covered = forms.ChoiceField(label=gettext_lazy("Procedure of this agency"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Service.objects.exclude(field="").order_by("field").values_list("field", flat=True).distinct()
        self.fields["q"].widget.attrs["placeholder"] = _("for example: khai sinh, dat dai, 1.001193")
        self.fields["field"].choices = [("", _("All")), *((name, name) for name in known)]  # type: ignore[attr-defined]
        self.fields["covered"].choices = [  # type: ignore[attr-defined]
            ("", _("All")), (COVERED, _("there is one")), (NOT_COVERED, _("there is none")),
        ]  # fmt: skip


class ProcedureForm(DocumentForm):
    """Code, title, unit and the time limit of a procedure for one service."""

    kind = None  # type: ignore[assignment]  # always an operational procedure
    field = None  # type: ignore[assignment]  # that of the service
    procedure = None  # type: ignore[assignment]  # it is one
    confidentiality = None  # type: ignore[assignment]  # public by law
    limit = forms.ChoiceField(label=gettext_lazy("Time limit"), widget=forms.RadioSelect)
    amount = forms.DecimalField(
        label=gettext_lazy("Other time limit"), required=False, max_digits=7, decimal_places=2, localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=gettext_lazy("Only when none of the above holds."),
    )  # fmt: skip
    time_unit = forms.ChoiceField(label=gettext_lazy("Unit of time"), required=False)

    def __init__(self, *args: Any, service: Service, **kwargs: Any) -> None:
        self.details = details_of(service)
        kwargs.setdefault("initial", {"code": code_for(service), "title": title_for(service)})
        super().__init__(*args, **kwargs)
        self.fields["code"].required = True  # filled in already
        choices = limit_choices(self.details)
        self.fields["limit"].choices = choices  # type: ignore[attr-defined]
        if [row.unit for row in self.details.times if row.unit] and len(choices) == 2:  # one time and “another one”
            self.fields["limit"].initial = choices[0][0]
        units = [(unit.value, words) for unit, words in UNIT_WORDS.items()]
        self.fields["time_unit"].choices = [("", "–"), *units]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = cleaned.get("limit")
        if chosen == SAME_DAY:
            cleaned["time"] = WITHIN_THE_DAY
        elif chosen:
            amount, unit = cleaned.get("amount"), cleaned.get("time_unit") or ""
            if chosen != OTHER:
                row = self.details.times[int(chosen)]
                amount, unit = Decimal(row.amount), row.unit or unit
            self._take_time(amount, unit)
        return cleaned

    def _take_time(self, amount: Decimal | None, unit: str) -> None:
        if amount is None:
            if "amount" not in self.errors:
                self.add_error("amount", _("Enter the number."))
            return
        if not unit:
            self.add_error("time_unit", _("The source tells no unit. Choose the one the law gives."))
            return
        try:
            Limit(amount, Unit(unit))
        except ValueError:
            self.add_error(
                "amount",
                _("A time limit is above nought and at most about ten years; calendar days and months are whole."),
            )
            return
        self.cleaned_data["time"] = Time(amount.normalize(), TimeUnit(unit))


def limit_choices(details: Details) -> list[tuple[str, str]]:
    """Every different time of the source with the channels it stands for, the same-day rule where the text names it."""
    choices = []
    for index, row in enumerate(details.times):
        same = [other for other in details.channels if (other.amount, other.unit) == (row.amount, row.unit)]
        ways = ", ".join(dict.fromkeys(other.channel_words for other in same if other.channel_words))
        choices.append((str(index), f"{row.time_words} ({ways})" if ways else row.time_words))
    if details.mentions_same_day:
        choices.append((SAME_DAY, time_words(WITHIN_THE_DAY)))
    return [*choices, (OTHER, _("another one, entered below"))]


def title_for(service: Service) -> str:
    """“Thủ tục đăng ký khai sinh” → “Quy trình đăng ký khai sinh”."""
    name = re.sub(r"^thủ tục\s+", "", service.name, flags=re.IGNORECASE)
    return f"Quy trình {name[:1].lower()}{name[1:]}"[:500]


def code_for(service: Service) -> str:
    """The next free code of the service's field: QT.HT.03 for Hộ tịch. A suggestion; the drafter may write another."""
    letters = fold(initials(service.field)).upper() or "TTHC"
    return next_code(Kind.OPERATIONAL_PROCEDURE, letters)
