"""What may be entered about audits: one form per deed."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audits import permissions
from audits.actions import checked_team, why_not, why_not_find
from audits.models import GRADES, Answer, Audit, AuditState, Finding, Question
from audits.reports import NONCONFORMING, clause_title, gaps, wording
from documents.models import Clause, StandardEdition
from tenants import clock
from tenants.forms import SeenForm
from tenants.models import Member, Unit
from tenants.querysets import in_words
from tenants.transitions import NotPossible

LONGEST = 10_000  # characters of a free text
ANSWERS = [(value, Answer(value).label) for value in (
    Answer.CONFORMING, Answer.OBSERVATION, Answer.OPPORTUNITY, Answer.MINOR, Answer.MAJOR, Answer.NOT_APPLICABLE
)]  # fmt: skip
CHAPTERS = {
    "4": _("4 Context of the organization"),
    "5": _("5 Leadership"),
    "6": _("6 Planning"),
    "7": _("7 Support"),
    "8": _("8 Operation"),
    "9": _("9 Performance evaluation"),
    "10": _("10 Improvement"),
}


class Day(forms.DateField):
    """A day as the office writes it, dd/mm/yyyy, within this century's audit programmes."""

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day and not 2015 <= day.year <= 2100:
            raise ValidationError(gettext("Enter a day between 2015 and 2100."))
        return day


class OneMember(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return _person(obj)


class SomeMembers(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return _person(obj)


class SomeClauses(forms.ModelMultipleChoiceField):
    """The clauses as ticks, grouped by chapter of the standard."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} {clause_title(obj)}"

    def chapters(self) -> list[tuple[str, list[Clause]]]:
        grouped: dict[str, list[Clause]] = {}
        for clause in self.queryset or ():
            grouped.setdefault(clause.number.split(".")[0], []).append(clause)
        return [(str(CHAPTERS.get(number, number)), clauses) for number, clauses in grouped.items()]


class OneClause(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} {clause_title(obj)}"


class OneQuestion(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.position}. {wording(obj)}"


def _person(member: Member) -> str:
    return f"{member.name}, {member.unit.name}" if member.unit else member.name


class PlanForm(SeenForm, forms.Form):
    """The plan of an audit; with `audit`, the changes to it: the unit stays, the clauses until it begins."""

    unit = forms.ModelChoiceField(Unit.objects, label=_("Unit audited"))
    title = forms.CharField(label=_("Title of the audit"), max_length=200)
    planned_on = Day(label=_("Date of the audit"))
    lead = OneMember(
        Member.objects, label=_("Lead auditor"), help_text=_("Works in another unit than the one audited.")
    )
    team = SomeMembers(
        Member.objects, label=_("Auditors"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody audits their own unit."),
    )  # fmt: skip
    scope = forms.CharField(
        label=_("Scope"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Which work, which period."),
    )  # fmt: skip
    clauses = SomeClauses(
        Clause.objects, label=_("Clauses to check"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one clause.")},
    )  # fmt: skip

    def __init__(self, *args: Any, audit: Audit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.audit = audit
        edition = audit.edition if audit else StandardEdition.objects.get(is_default=True)
        people = Member.objects.at_work().select_related("unit").order_by(in_words("name"))
        self._choose("unit", Unit.objects.filter(valid_to=None).order_by(in_words("name")))
        self._choose("lead", people.in_role(permissions.AUDITORS[0]))
        self._choose("team", people.in_role(*permissions.AUDITORS))
        self._choose("clauses", edition.clauses.filter(assessable=True, gone=False).order_by("position"))
        if audit is not None:
            del self.fields["unit"]
            if audit.state != AuditState.PLANNED:
                del self.fields["clauses"]

    @property
    def changes(self) -> dict[str, Any]:
        """What was changed on this page: what somebody else saved meanwhile stays."""
        return {name: self.cleaned_data[name] for name in self.changed_data}

    def _choose(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        unit = self.audit.unit if self.audit else values.get("unit")
        if unit and values.get("lead"):
            self._check("lead", unit, values["lead"], [])
            if "lead" not in self.errors:
                self._check("team", unit, values["lead"], values.get("team") or [])
        return values

    def _check(self, field: str, unit: Unit, lead: Member, team: Any) -> None:
        try:
            checked_team(unit, lead, team)
        except NotPossible as refusal:
            self.add_error(field, str(refusal.message))


class AnswerForm(forms.Form):
    """One line of the checklist. `seen` tells what stood there when the page was made, so that nobody overwrites
    what a colleague answered meanwhile."""

    answer = forms.ChoiceField(label=_("Answer"), choices=ANSWERS, required=False, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Notes, evidence seen"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2})
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, question: Question) -> None:
        self.question, self.stood = question, digest(question.answer, question.note)
        initial = {"answer": question.answer, "note": question.note, "seen": self.stood}
        super().__init__(data, prefix=f"q{question.pk}", initial=initial)

    @property
    def is_touched(self) -> bool:
        """The reader changed something on their page, and it is not what stands there anyway."""
        if not {self.add_prefix("answer"), self.add_prefix("note")} & set(self.data):
            return False
        now = digest(self.cleaned_data.get("answer", ""), self.cleaned_data.get("note", ""))
        return now not in (self.cleaned_data.get("seen", ""), self.stood)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if self.errors or not self.is_touched:
            return values
        if values.get("seen") and values["seen"] != self.stood:
            raise ValidationError(self._meanwhile(), code="meanwhile")
        if not values.get("answer"):
            self.add_error("answer", gettext("Choose one of the answers."))
        elif refusal := why_not(self.question, values["answer"], values.get("note", "")):
            self.add_error("note" if values["answer"] in NONCONFORMING else "answer", refusal)
        return values

    def _meanwhile(self) -> str:
        words = gettext(
            "%(name)s answered meanwhile: %(answer)s. %(note)s Yours was not saved; save again to replace it."
        )
        question = self.question
        name = question.answered_by.name if question.answered_by else ""
        return words % {"name": name, "answer": question.get_answer_display(), "note": question.note}

    def accept(self, question: Question) -> None:
        """The reader sees this answer now, their own or a colleague's, and may replace it next time."""
        for name in ("answer", "note", "answered_by", "answered_at"):
            setattr(self.question, name, getattr(question, name))
        self.stood = digest(question.answer, question.note)
        self.data = {**self.data.dict(), self.add_prefix("seen"): self.stood}  # type: ignore[attr-defined]


def digest(answer: str, note: str) -> str:
    """Tells two states of an answer apart, whatever line endings the browser sends."""
    text = f"{answer}\n{note.strip()}".replace("\r\n", "\n")
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class FindingForm(forms.Form):
    """A finding: which clause, how grave, what was seen."""

    question = OneQuestion(
        Question.objects, label=_("Question of the checklist"), required=False, empty_label=_("none of them")
    )
    clause = OneClause(Clause.objects, label=_("Clause"))
    grade = forms.ChoiceField(label=_("Grade"), choices=GRADES, widget=forms.RadioSelect)
    description = forms.CharField(
        label=_("What was found"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
    evidence = forms.CharField(
        label=_("Evidence seen"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Dossier codes, documents, who said what. A nonconformity needs it."),
    )  # fmt: skip

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["question"].queryset = audit.questions.select_related("clause")  # type: ignore[attr-defined]
        self.fields["clause"].queryset = audit.edition.clauses.filter(assessable=True, gone=False).order_by("position")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        question, clause = values.get("question"), values.get("clause")
        if question and clause and question.clause_id != clause.pk:
            words = gettext("Question %(number)s asks about clause %(clause)s. Choose that clause, or no question.")
            self.add_error("clause", words % {"number": question.position, "clause": question.clause.number})
        if refusal := why_not_find(question, values.get("grade", ""), values.get("evidence", "")):
            self.add_error("grade" if values.get("evidence", "").strip() else "evidence", refusal)
        return values


class CorrectionForm(SeenForm, forms.Form):
    """A finding put right; its clause and question stay."""

    grade = forms.ChoiceField(label=_("Grade"), choices=GRADES, widget=forms.RadioSelect)
    description = forms.CharField(
        label=_("What was found"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
    evidence = forms.CharField(
        label=_("Evidence seen"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, finding: Finding, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.finding = finding

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "reason"}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if refusal := why_not_find(self.finding.question, values.get("grade", ""), values.get("evidence", "")):
            self.add_error("grade" if values.get("evidence", "").strip() else "evidence", refusal)
        return values


class BeginForm(forms.Form):
    """Nothing to enter: the audit opens now."""


class CloseForm(forms.Form):
    """The conclusion. What is still missing comes back as errors of the form."""

    conclusion = forms.CharField(
        label=_("Conclusion"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("How far the unit's work conforms, what is good, what has to change."),
    )  # fmt: skip

    def __init__(self, *args: Any, questions: list[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions

    def clean(self) -> dict[str, Any]:
        if missing := gaps(self.questions).in_words():
            raise ValidationError(missing)
        return super().clean() or self.cleaned_data


class CancelForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class ListForm(forms.Form):
    """The filter of the list."""

    year = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all"))])
    unit = forms.ModelChoiceField(Unit.objects, label=_("Unit audited"), required=False, empty_label=_("all"))

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = sorted({*years, clock.today().year}, reverse=True)
        self.fields["year"].choices = [("", _("all")), *((year, str(year)) for year in years)]  # type: ignore[attr-defined]
        self.fields["state"].choices = [("", _("all")), *AuditState.choices]  # type: ignore[attr-defined]
        self.fields["unit"].queryset = Unit.objects.order_by(in_words("name"))  # type: ignore[attr-defined]
