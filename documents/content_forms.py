"""What may be entered into the text of a draft: the parts of the procedure, its papers, its steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from documents.content import Component, Content, Form, LegalBasis, RecordKept, Step, Time, TimeUnit, Who
from documents.formatted import typed, with_parts
from documents.formatted_forms import Formatted
from documents.forms import Line, Words
from documents.markup import has_pictures
from documents.models import ChangeRequest, Version
from tenants import clock
from tenants.limits import LONGEST
from tenants.models import Member, Role, Unit
from tenants.querysets import in_words

Cells = tuple[str, ...]
FORMATTED = ("purpose", "scope", "definitions")
PLAIN = ("sets", "limit_note", "place", "fee", "result")
LONGEST_TEXT = 100_000
MOST_LINES = 200
MOST_STEPS = 60
MOST_COMPONENTS = 100
STEP_ROLES = (
    Role.RECEPTIONIST,
    Role.OFFICER,
    Role.UNIT_HEAD,
    Role.DEPUTY_HEAD,
    Role.AGENCY_HEAD,
    Role.DOCUMENT_CONTROLLER,
    Role.ISO_SECRETARY,
    Role.LEAD_AUDITOR,
    Role.INTERNAL_AUDITOR,
)


class Amount(forms.DecimalField):
    """A number with decimal comma or point."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "short", "autocomplete": "off"})
        super().__init__(min_value=0, max_digits=9, decimal_places=3, widget=widget, **kwargs)
        self.error_messages["invalid"] = gettext_lazy("Write a number, for example 0,5.")

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.strip().replace(",", ".") if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        """0,5 in Vietnamese, 0.5 in English, without idle noughts."""
        if isinstance(value, Decimal):
            plain = f"{value.normalize():f}"
            return plain.replace(".", ",") if (translation.get_language() or "").startswith("vi") else plain
        return value


class Text(Words):
    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(max_length=LONGEST_TEXT, required=False, widget=widget, **kwargs)


class Lines(Text):
    """One thing a line; with `parts`, several values in a line parted by |."""

    def __init__(self, *, parts: int = 1, **kwargs: Any) -> None:
        self.parts = parts
        super().__init__(**kwargs)

    def clean(self, value: Any) -> list[list[str]]:
        lines = [line for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise ValidationError(_("At most %(most)s lines.") % {"most": MOST_LINES})
        return [list(self._cells(line)) for line in lines]

    def _cells(self, line: str) -> Iterator[str]:
        cells = [" ".join(cell.split()) for cell in line.split("|", self.parts - 1)]
        yield from cells + [""] * (self.parts - len(cells))


class VersionForm(forms.Form):
    """What every draft has: its title and, from the second version on, its line in the amendment table."""

    title = Line(label=pgettext_lazy("document", "Title"), max_length=500)
    change_reason = Line(label=gettext_lazy("Request for change"), max_length=300)
    change_parts = Line(label=gettext_lazy("Parts changed"), max_length=200, required=False)
    change_summary = Words(
        label=gettext_lazy("What changes"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, version: Version, **kwargs: Any) -> None:
        content = Content.of(version.content)
        initial = (
            {"title": version.title} | {name: getattr(version, name) for name in self.CHANGE} | self.values_of(content)
        )
        super().__init__(*args, **(kwargs | {"initial": initial}))
        given = ChangeRequest.objects.filter(
            version=version.id
        ).exists()  # its line comes from the request, and is not typed again
        for name in self.CHANGE if (version.issue, version.revision) == (1, 0) else self.CHANGE[:2] if given else ():
            del self.fields[name]

    CHANGE = ("change_reason", "change_parts", "change_summary")

    @property
    def change(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.CHANGE if name in self.cleaned_data}

    @property
    def has_pictures(self) -> bool:
        """Whether pictures came with a text: they are not kept."""
        formatted = [name for name, field in self.fields.items() if isinstance(field, Formatted)]
        return any(has_pictures(self.data.get(name, "")) for name in formatted)

    @staticmethod
    def values_of(content: Content) -> dict[str, Any]:
        raise NotImplementedError

    def content(self, base: Content) -> Content:
        """`base` with what was entered."""
        raise NotImplementedError


class TextForm(VersionForm):
    """A document that is no procedure: its text."""

    text = Formatted(label=gettext_lazy("Content"), rows=24)

    @staticmethod
    def values_of(content: Content) -> dict[str, Any]:
        return {"text": typed(content, "text")}

    def content(self, base: Content) -> Content:
        return with_parts(base, {"text": self.cleaned_data["text"]})


class ProcedureForm(VersionForm):
    """The seven parts of a procedure but for the papers and the steps."""

    purpose = Formatted(label=gettext_lazy("1. Purpose"))
    scope = Formatted(label=gettext_lazy("2. Scope"))
    references = Lines(label=gettext_lazy("3. References"), help_text=gettext_lazy("One a line."))
    definitions = Formatted(label=gettext_lazy("4. Definitions, abbreviations"))
    services = Lines(
        label=gettext_lazy("Administrative procedures served"),
        rows=2,
        help_text=gettext_lazy("Their codes, one a line, for example 1.001193."),
    )
    legal_bases = Lines(
        label=gettext_lazy("5.1 Legal basis"), parts=2, help_text=gettext_lazy("One a line: number | name.")
    )
    sets = forms.IntegerField(label=gettext_lazy("5.3 Number of sets"), min_value=1, max_value=99)
    limit_amount = Amount(label=gettext_lazy("5.4 Time limit"), required=False)
    limit_unit = forms.ChoiceField(
        label=gettext_lazy("Unit of the limit"),
        choices=[
            (TimeUnit.HOUR.value, gettext_lazy("working hours")),
            (TimeUnit.WORKING_DAY.value, gettext_lazy("working days")),
            (TimeUnit.CALENDAR_DAY.value, gettext_lazy("calendar days")),
            (TimeUnit.MONTH.value, gettext_lazy("months")),
        ],
    )
    same_day = forms.BooleanField(
        label=gettext_lazy("Within the day of receipt"),
        required=False,
        help_text=gettext_lazy(
            "Received after the cut-off time: the next working day. The limit above is then one working day."
        ),
    )
    limit_note = Text(label=gettext_lazy("Note on the limit"), rows=2)
    place = Text(label=gettext_lazy("5.5 Place of reception and return"), rows=2)
    fee = Text(label=gettext_lazy("5.6 Fee"), rows=2)
    result = Text(label=gettext_lazy("Result"), rows=2)
    forms = Lines(label=gettext_lazy("6. Forms"), parts=2, help_text=gettext_lazy("One a line: code | name."))
    records = Lines(
        label=gettext_lazy("7. Records kept"),
        parts=3,
        help_text=gettext_lazy("One a line: record | place | retention period."),
    )

    @staticmethod
    def values_of(content: Content) -> dict[str, Any]:
        formatted = {name: typed(content, name) for name in FORMATTED}
        return (
            formatted
            | {name: getattr(content, name) for name in PLAIN}
            | {
                "references": "\n".join(content.references),
                "services": "\n".join(content.services),
                "legal_bases": _joined((basis.number, basis.name) for basis in content.legal_bases),
                "limit_amount": content.limit.amount or None,
                "limit_unit": content.limit.unit.value,
                "same_day": content.limit.same_day,
                "forms": _joined((form.code, form.name) for form in content.forms),
                "records": _joined((record.name, record.place, record.retention) for record in content.records),
            }
        )

    def clean_services(self) -> list[list[str]]:
        services = self.cleaned_data["services"]
        if any(len(line[0]) > 40 for line in services):
            raise ValidationError(_("A code has at most 40 signs. Write one a line."))
        return services

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or {}
        amount, unit = entered.get("limit_amount"), entered.get("limit_unit")
        if entered.get("same_day"):
            entered["limit_amount"], entered["limit_unit"] = Decimal(1), TimeUnit.WORKING_DAY.value
        elif amount and unit:
            if amount > LONGEST[TimeUnit(unit)]:
                self.add_error("limit_amount", _("At most %(most)s in this unit.") % {"most": LONGEST[TimeUnit(unit)]})
            if unit in (TimeUnit.CALENDAR_DAY, TimeUnit.MONTH) and amount != amount.to_integral_value():
                self.add_error("limit_amount", _("Calendar days and months are whole numbers."))
        return entered

    def content(self, base: Content) -> Content:
        entered = self.cleaned_data
        return replace(
            with_parts(base, {name: entered[name] for name in FORMATTED}),
            **{name: entered[name] for name in PLAIN},
            references=tuple(line[0] for line in entered["references"]),
            services=tuple(dict.fromkeys(line[0] for line in entered["services"])),
            legal_bases=tuple(LegalBasis(*line) for line in entered["legal_bases"]),
            limit=Time(entered["limit_amount"] or Decimal(0), TimeUnit(entered["limit_unit"]), entered["same_day"]),
            forms=tuple(Form(*line) for line in entered["forms"]),
            records=tuple(RecordKept(*line) for line in entered["records"]),
        )


def _joined(lines: Iterator[tuple[str, ...]]) -> str:
    return "\n".join(" | ".join(line).rstrip(" |") for line in lines)


# --- numbered rows: papers and steps ----------------------------------------------------------------


def _cell(field: forms.Field, value: Any) -> str:
    text = " ".join(str(value or "").split())
    if isinstance(field, Amount | forms.IntegerField):
        try:
            amount = Decimal(text.replace(",", "."))
        except InvalidOperation:
            return text
        return f"{amount.normalize():f}" if amount.is_finite() and amount else ""
    return text


class NumberedForm(forms.Form):
    """One of several rows; its fields are called `name-1`, `form-1` …"""

    UNCOUNTED: ClassVar[dict[str, str]] = {}  # entries that alone make no row

    def __init__(self, *args: Any, number: int, **kwargs: Any) -> None:
        self.number = number
        super().__init__(*args, **kwargs)

    def add_prefix(self, field_name: str) -> str:
        return f"{field_name}-{self.number}"

    @classmethod
    def raw(cls, data: Any, number: int) -> dict[str, Any]:
        """The row as it was typed, to show it again without judging it."""
        return {name: data.get(f"{name}-{number}", "") for name in cls.base_fields}

    @classmethod
    def cells(cls, row: dict[str, Any]) -> Cells:
        """The row, typed or saved, as it is compared with others; nothing and nought are the same."""
        return tuple(_cell(field, row.get(name)) for name, field in cls.base_fields.items())


class ComponentForm(NumberedForm):
    """One paper of the dossier; an empty name drops the row."""

    UNCOUNTED: ClassVar = {"originals": "", "copies": "", "template": ""}

    paper = Line(label=gettext_lazy("Paper"), max_length=1000, required=False)
    originals = forms.IntegerField(label=gettext_lazy("Originals"), min_value=0, max_value=99, required=False)
    copies = forms.IntegerField(label=gettext_lazy("Copies"), min_value=0, max_value=99, required=False)
    template = Line(label=gettext_lazy("Form"), max_length=200, required=False)

    @property
    def component(self) -> Component | None:
        entered = self.cleaned_data
        if not entered["paper"]:
            return None
        return Component(entered["paper"], entered["originals"] or 0, entered["copies"] or 0, entered["template"])

    @staticmethod
    def values_of(component: Component) -> dict[str, Any]:
        return {
            "paper": component.name,
            "originals": component.originals,
            "copies": component.copies,
            "template": component.form,
        }


class StepForm(NumberedForm):
    """One step. An unfinished step can be saved; submitting asks for the rest."""

    UNCOUNTED: ClassVar = {"unit": ""}

    name = Line(label=gettext_lazy("Content of the step"), max_length=500, required=False)
    who = forms.ChoiceField(label=gettext_lazy("Responsible"), required=False)
    norm = Amount(label=pgettext_lazy("duration", "Time"), required=False)
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit of time"),
        choices=[(TimeUnit.HOUR.value, gettext_lazy("hours")), (TimeUnit.WORKING_DAY.value, gettext_lazy("days"))],
        initial=TimeUnit.HOUR.value,
    )
    form = Line(label=gettext_lazy("Form, result"), max_length=300, required=False)

    def __init__(self, *args: Any, responsibles: Responsibles, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.responsibles = responsibles
        self.comments: list[Any] = []  # of a return, shown beside the step
        given = self.data.get(self.add_prefix("who")) if self.is_bound else self.initial.get("who")
        self.fields["who"].choices = responsibles.choices(given or "")  # type: ignore[attr-defined]

    def clean_who(self) -> str:
        value = self.cleaned_data["who"]
        if value and value not in self.responsibles.words:
            raise ValidationError(_("No longer at work here. Choose somebody else."))
        return value

    def clean_norm(self) -> Decimal:
        amount = self.cleaned_data["norm"] or Decimal(0)
        if amount > LONGEST[TimeUnit.WORKING_DAY]:
            raise ValidationError(_("At most %(most)s in this unit.") % {"most": LONGEST[TimeUnit.WORKING_DAY]})
        return amount

    @property
    def is_blank(self) -> bool:
        """Nothing entered: the row is dropped."""
        return not any(self.cleaned_data[name] for name in ("name", "who", "norm", "form"))

    @property
    def step(self) -> Step:
        entered = self.cleaned_data
        who, _sign, whom = entered["who"].partition(":")
        return Step(
            name=entered["name"],
            who=Who(who) if who else Who.ROLE,
            whom=whom,
            who_words=self.responsibles.words.get(entered["who"], ""),
            norm=Time(entered["norm"], TimeUnit(entered["unit"])),
            form=entered["form"],
        )

    @staticmethod
    def values_of(step: Step) -> dict[str, Any]:
        return {
            "name": step.name,
            "who": f"{step.who}:{step.whom}" if step.whom else "",
            "norm": step.norm.amount or None,
            "unit": step.norm.unit.value,
            "form": step.form,
        }


class Responsibles:
    """Who can be responsible for a step: roles, units, people. Two queries, however many steps."""

    def __init__(self, former: dict[str, str] | None = None) -> None:
        self.former = former or {}  # value → words of the draft as it was saved
        with translation.override("vi"):  # the words become part of the official text
            roles = [(f"{Who.ROLE}:{role.value}", str(role.label)) for role in STEP_ROLES]
        units = [
            (f"{Who.UNIT}:{unit.pk}", unit.name)
            for unit in Unit.objects.valid_on(clock.today()).order_by(in_words("name"))
        ]
        members = [(f"{Who.MEMBER}:{one.pk}", _named(one)) for one in Member.objects.at_work()]
        self.groups = [(_("Roles"), roles), (_("Units"), units), (_("People"), members)]
        self.words = {value: words for _title, group in self.groups for value, words in group}

    def choices(self, given: str) -> list[Any]:
        """The select's choices; a responsible who has left stays visible so that nobody is replaced unseen."""
        choices: list[Any] = [("", _("Choose…")), *self.groups]
        if given and given not in self.words and given in self.former:
            choices.append((_("No longer at work here"), [(given, self.former[given])]))
        return choices


def _named(member: Member) -> str:
    return f"{member.name}, {member.title}" if member.title else member.name
