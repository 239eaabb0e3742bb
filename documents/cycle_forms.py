"""What may be entered about requests for change, returns, delegations, reviews and readers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents import codes, permissions
from documents.actions import REVIEW_AFTER_MONTHS
from documents.forms import Day, Line, ReasonForm
from documents.models import ChangeState, Document, Extent, Kind, Verdict
from tenants import clock
from tenants.models import Member, Role, Unit
from tenants.workdays import months_later

COMMENTS = 4  # that a return has room for; what is more stands in the reason


def area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ReturnForm(ReasonForm):
    """A return: its reason, and comments each on the part it concerns. `parts` are those of the version."""

    def __init__(self, *args: Any, parts: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("no further comment")), *parts.items()]
        for number in range(1, COMMENTS + 1):
            names = {"number": number}
            self.fields[f"part_{number}"] = forms.ChoiceField(
                label=_("Comment %(number)s is about") % names, choices=choices, required=False
            )
            self.fields[f"comment_{number}"] = forms.CharField(
                label=_("Comment %(number)s") % names, max_length=2000, required=False, widget=area(2)
            )

    @property
    def comments(self) -> list[tuple[str, str]]:
        pairs = [
            (self.cleaned_data[f"part_{number}"], self.cleaned_data[f"comment_{number}"])
            for number in range(1, COMMENTS + 1)
        ]
        return [(part, text) for part, text in pairs if text]

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or {}
        for number in range(1, COMMENTS + 1):
            part, text = entered.get(f"part_{number}"), entered.get(f"comment_{number}")
            if text and not part:
                self.add_error(f"part_{number}", _("Say which part the comment is about."))
            if part and not text:
                self.add_error(f"comment_{number}", _("Say what is to be mended in this part."))
        return entered


class ProposeForm(forms.Form):
    parts = Line(
        label=gettext_lazy("Parts to be changed"),
        max_length=200,
        help_text=gettext_lazy("For example: 5.7, step 2. It goes into the amendment table as it stands."),
    )
    reason = Line(
        label=gettext_lazy("Reason"),
        max_length=250,
        help_text=gettext_lazy("What does not fit any longer, or which law requires it."),
    )


class AcceptForm(forms.Form):
    drafter: Any = forms.ModelChoiceField(label=gettext_lazy("Who writes the draft"), queryset=None)
    extent = forms.ChoiceField(
        label=gettext_lazy("How far the change goes"),
        choices=Extent.choices,
        widget=forms.RadioSelect,
        initial=Extent.REVISION,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drafters = Member.objects.at_work().in_role(*permissions.DRAFTERS).order_by("name")
        self.fields["drafter"].queryset = drafters  # type: ignore[attr-defined]


class ChangeFilter(forms.Form):
    q = Line(label=gettext_lazy("Search code, document or reason"), max_length=200, required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", _("All")), *ChangeState.choices]  # type: ignore[attr-defined]


class DelegateForm(forms.Form):
    to: Any = forms.ModelChoiceField(
        label=gettext_lazy("Delegated to"),
        queryset=None,
        help_text=gettext_lazy("The head of a unit. A deputy signs KT. and needs no delegation."),
    )
    decision = Line(
        label=gettext_lazy("Number of the decision"),
        max_length=60,
        help_text=gettext_lazy("For example: 12/QĐ-UBND of 02/11/2026."),
    )
    what = Line(
        label=gettext_lazy("What is delegated"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("As the decision limits it, for example: work instructions and forms of the unit."),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of document"),
        choices=Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Only approvals of these kinds are signed by it. None ticked: of every kind."),
    )
    first_day = Day(label=gettext_lazy("From"))
    last_day = Day(label=gettext_lazy("To"))

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = Member.objects.at_work().in_role(*permissions.DELEGATES).exclude(pk=member.pk)
        able = able.exclude(roles__overlap=permissions.APPROVERS).order_by("name")
        self.fields["to"].queryset = able  # type: ignore[attr-defined]
        self.fields["first_day"].initial = clock.today()

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or {}
        first, last = entered.get("first_day"), entered.get("last_day")
        if first and first < clock.today():
            self.add_error(
                "first_day", _("The day must be %(today)s or later.") % {"today": f"{clock.today():%d/%m/%Y}"}
            )
        if first and last and last < first:
            self.add_error("last_day", _("The last day lies before the first."))
        if first and last and last > first + dt.timedelta(days=366):
            self.add_error("last_day", _("A delegation lasts a year at most."))
        return entered


class VerdictForm(forms.Form):
    """What a periodic review found."""

    verdict = forms.ChoiceField(label=gettext_lazy("Verdict"), choices=Verdict.choices, widget=forms.RadioSelect)
    reason = Line(
        label=gettext_lazy("Reason"),
        max_length=250,
        help_text=gettext_lazy("What you compared it with: laws, practice, findings, complaints."),
    )
    parts = Line(
        label=gettext_lazy("Parts to be changed"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Only when it is to be revised."),
    )
    next_on = Day(label=gettext_lazy("Next review"), required=False, help_text=gettext_lazy("Only when it is kept."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["next_on"].initial = months_later(clock.today(), REVIEW_AFTER_MONTHS)

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or {}
        verdict, following = entered.get("verdict"), entered.get("next_on")
        if verdict == Verdict.REVISE and not entered.get("parts"):
            self.add_error("parts", _("Say which parts are to be changed."))
        latest = months_later(clock.today(), REVIEW_AFTER_MONTHS)
        if verdict == Verdict.KEEP and following and not clock.today() < following <= latest:
            self.add_error("next_on", _("The next review lies ahead, within a year."))
        return entered


class AudienceForm(forms.Form):
    """Who reads a document; nothing chosen means everybody."""

    units: Any = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Units"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"), choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    members: Any = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Persons"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        rows = list(document.audience.all())
        initial = {
            "units": [row.unit_id for row in rows if row.unit_id],
            "roles": [row.role for row in rows if row.role],
            "members": [row.member_id for row in rows if row.member_id],
        }
        super().__init__(*args, **(kwargs | {"initial": initial}))
        self.fields["units"].queryset = Unit.objects.valid_on(clock.today())  # type: ignore[attr-defined]
        self.fields["members"].queryset = Member.objects.at_work().order_by("name")  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """Confirming to have read: with the answer where the document asks its readers a question."""

    def __init__(self, *args: Any, question: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if question:
            self.fields["answer"] = forms.CharField(
                label=question,
                max_length=1000,
                widget=area(3),
                error_messages={"required": _("Answer the question before you confirm.")},
            )


class CodesForm(forms.Form):
    """The pattern of each kind."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standing = codes.patterns()
        for kind in Kind:
            self.fields[kind.value] = Line(
                label=kind.label, max_length=40, initial=standing[kind.value],
                validators=[partial(codes.check_pattern, kind=kind.value)],
            )  # fmt: skip
