"""What may be entered about agencies, people and their calendar."""

from __future__ import annotations

import datetime as dt
from copy import copy
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants import clock, permissions
from tenants.models import (
    Agency,
    CalendarDay,
    Closure,
    Member,
    Role,
    Unit,
    User,
    WorkHours,
)
from tenants.querysets import in_words
from tenants.workdays import FIRST_YEAR, LAST_YEAR

REASON_LENGTH = 1000
SATURDAY = 5
WEEKDAYS: list[tuple[int, Any]] = list(WorkHours._meta.get_field("weekdays").base_field.choices)  # type: ignore


class SeenForm(forms.BaseForm):
    """What stood on the page when it was made comes back with it, so that `changed_data` is what was changed there,
    and a page left open writes nothing over what others have saved meanwhile.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        made_here = not self.is_bound or any(name.startswith(self.add_initial_prefix("")) for name in self.data)
        for field in self.fields.values():
            field.show_hidden_initial = made_here and not field.disabled


class OwnedForm(SeenForm, forms.ModelForm):
    """A form for agency-owned rows: "once per agency" is checked here, in words, before the database refuses."""

    def _get_validation_exclusions(self) -> set[str]:
        """The agency is not entered, so Django would leave every constraint that names it to the database."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        if getattr(self.instance, "agency_id", None):
            excluded.discard("agency")
        return excluded


class RolesField(forms.MultipleChoiceField):
    """Roles as boxes to tick."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Roles"))
        super().__init__(choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple, **kwargs)


class ReasonForm(forms.Form):
    """A deed that only needs to be meant, with an optional reason for the journal."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=REASON_LENGTH, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


def asking_reason(form: forms.ModelForm) -> forms.ModelForm:
    """The same form with a reason for journal and history."""
    form.fields["reason"] = copy(ReasonForm.base_fields["reason"])
    return form


# --- accounts -----------------------------------------------------------------------------------


class AccountForm(SeenForm, forms.ModelForm):
    """A person's own settings."""

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["language", "address", "email"]
        help_texts: ClassVar[dict[str, Any]] = {
            "language": gettext_lazy("Of the pages and of the mails."),
            "address": gettext_lazy("How the Vietnamese pages speak to you."),
            "email": gettext_lazy("For reminders, and for a new password when you have forgotten yours."),
        }


class OpenAccountForm(forms.ModelForm):
    """A new account. Its first password is made by the system and shown once."""

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["username", "full_name", "email", "language"]


# --- members ------------------------------------------------------------------------------------


class MemberForm(OwnedForm):
    """A person at work: name, title, unit, roles, dates. `by` is who enters it: not everybody may give every role."""

    by: Member | None = None
    roles = RolesField()

    class Meta:
        model = Member
        fields: ClassVar[list[str]] = ["name", "title", "unit", "roles", "valid_from"]

    def __init__(self, *args: Any, by: Member | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by or self.by
        held = set(self.instance.roles or [])
        if "roles" in self.fields and self.by is not None:
            own = self.instance.pk == self.by.pk
            self.fields["roles"].choices = offered_roles(self.by, held, own=own)  # type: ignore[attr-defined]
        if "unit" in self.fields:
            self.fields["unit"].queryset = offered_units(self.instance.unit_id)  # type: ignore[attr-defined]


def offered_roles(by: Member, held: set[str], *, own: bool = False) -> list[tuple[str, Any]]:
    """Roles to tick: those held, and those `by` may give; nobody gives any to themselves."""
    return [
        (role.value, role.label) for role in Role if role in held or (not own and permissions.may_give_role(role, by))
    ]


def offered_units(present: int | None = None) -> Any:
    """Units that exist today, and the one already chosen."""
    today = clock.today()
    exists = Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gte=today))
    return Unit.objects.filter(exists | Q(pk=present)).order_by(in_words("name"))


class AppointForm(forms.Form):
    """Somebody begins to work here: with the account they have, or with a new one."""

    EXISTING, NEW = "existing", "new"

    account = forms.ChoiceField(
        label=gettext_lazy("Account"),
        choices=[(EXISTING, gettext_lazy("has an account")), (NEW, gettext_lazy("needs a new account"))],
        widget=forms.RadioSelect,
        initial=NEW,
    )
    login = forms.CharField(
        label=gettext_lazy("User name or e-mail"),
        max_length=150,
        help_text=gettext_lazy(
            "Of the account they have, or the user name of the new one: letters, digits and . + - _"
        ),
    )
    full_name = forms.CharField(
        label=gettext_lazy("Full name"), max_length=150, required=False, help_text=gettext_lazy("For a new account.")
    )
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False, help_text=gettext_lazy("For a new account."))
    title = forms.CharField(label=gettext_lazy("Title"), max_length=150, required=False)
    unit = forms.ModelChoiceField(label=gettext_lazy("Unit"), queryset=Unit.objects.none(), required=False)
    roles = RolesField()
    valid_from = forms.DateField(label=gettext_lazy("From"))

    def __init__(self, *args: Any, by: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user: User | None = None
        self.fields["valid_from"].initial = clock.today()
        self.fields["roles"].choices = offered_roles(by, set())  # type: ignore[attr-defined]
        self.fields["unit"].queryset = offered_units()  # type: ignore[attr-defined]
        if not permissions.may_open_accounts(by):
            self.fields["account"].choices = self.fields["account"].choices[:1]  # type: ignore[attr-defined]
            self.fields["account"].initial = self.EXISTING
            del self.fields["full_name"], self.fields["email"]

    @property
    def person(self) -> User:
        """Whose account it is, found or not yet saved. Only after `is_valid()`."""
        return cast(User, self.user)

    @property
    def is_new(self) -> bool:
        return bool(self.cleaned_data["account"] == self.NEW)

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or {}
        if "login" not in entered or "account" not in entered:
            return entered
        if entered["account"] == self.NEW:
            self._clean_new(entered)
        else:
            self._clean_existing(entered["login"])
        return entered

    def _clean_new(self, entered: dict[str, Any]) -> None:
        if not entered.get("full_name"):
            self.add_error("full_name", _("A new account needs the full name."))
            return
        user = User(username=entered["login"], full_name=entered["full_name"], email=entered.get("email") or "")
        try:
            user.full_clean(exclude=["password"])
        except ValidationError as problem:
            places = {"username": "login", "email": "email", "full_name": "full_name", NON_FIELD_ERRORS: "email"}
            for field, errors in problem.error_dict.items():
                self.add_error(places[field], errors)
            return
        self.user = user

    def _clean_existing(self, login: str) -> None:
        found = User.objects.filter(is_active=True).filter(Q(username=login) | Q(email__iexact=login)).first()
        if found is None:
            self.add_error("login", _("There is no account with this user name or e-mail."))
            return
        member = Member.objects.filter(user=found).first()
        if member is not None and (member.valid_to is None or member.valid_to >= clock.today()):
            self.add_error("login", _("%(name)s works here already.") % {"name": member.name})
            return
        self.user = found


class ReleaseForm(ReasonForm):
    """The last day of work here."""

    on = forms.DateField(label=gettext_lazy("Last day"))
    field_order = ("on", "reason")

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        self.fields["on"].initial = clock.today()

    def clean_on(self) -> dt.date:
        on: dt.date = self.cleaned_data["on"]
        if on < self.member.valid_from:
            first = {"day": f"{self.member.valid_from:%d/%m/%Y}"}
            raise ValidationError(_("The last day must not be before the first, %(day)s.") % first)
        return on


# --- agency and units ---------------------------------------------------------------------------


class AgencyForm(SeenForm, forms.ModelForm):
    """The agency as others see it, and its rules of counting. Its address stays as it is: it is printed on slips."""

    mfa_roles = RolesField(label=gettext_lazy("Roles that need two-step sign-in"))

    class Meta:
        model = Agency
        fields: ClassVar[list[str]] = [
            "slug", "code", "name", "kind", "parent", "superior_line", "place", "symbol", "applies_by_law",
            "valid_from", "valid_to", "successors", "dossier_code_pattern", "cut_off", "pause_policy", "mfa_roles",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "slug" in self.fields:
            self.fields["slug"].disabled = True
        if self.instance.pk and "parent" in self.fields:  # what is chosen stays a choice, also outside one's own branch
            for name, present in (
                ("parent", Q(pk=self.instance.parent_id)),
                ("successors", Q(predecessors=self.instance)),
            ):
                choices = self.fields[name].queryset  # type: ignore[attr-defined]
                chosen = Agency.objects.filter(present).values("pk")
                self.fields[name].queryset = Agency.objects.filter(  # type: ignore[attr-defined]
                    Q(pk__in=choices.values("pk")) | Q(pk__in=chosen)
                )

    def clean_parent(self) -> Agency | None:
        parent: Agency | None = self.cleaned_data["parent"]
        if parent is not None and self.instance.pk and self.instance in parent.lineage():
            raise ValidationError(_("An agency cannot be its own superior."))
        return parent


class UnitForm(OwnedForm):
    class Meta:
        model = Unit
        fields: ClassVar[list[str]] = ["name", "parent", "valid_from", "valid_to"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = offered_units(self.instance.parent_id).exclude(pk=self.instance.pk)
        self.fields["parent"].queryset = others  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or {}
        first, last = entered.get("valid_from"), entered.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The end must not be before the start."))
        return entered


# --- calendar -----------------------------------------------------------------------------------


class CalendarDayForm(forms.ModelForm):
    """A day of the whole province: entering a day that is there already corrects it."""

    class Meta:
        model = CalendarDay
        fields: ClassVar[list[str]] = ["day", "kind", "name", "source"]

    def validate_unique(self) -> None:
        """The same day again is a correction."""

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or {}
        day = entered.get("day") or self.instance.day
        if day and not FIRST_YEAR < day.year < LAST_YEAR:
            self.add_error("day" if "day" in self.fields else None, _("Enter a day of the years 1977 to 2199."))
        elif day and entered.get("kind") == CalendarDay.Kind.MAKE_UP and day.weekday() < SATURDAY:
            self.add_error("kind", _("Only a Saturday or Sunday can be made up; this is a working day already."))
        return entered


class ClosureForm(OwnedForm):
    class Meta:
        model = Closure
        fields: ClassVar[list[str]] = ["day", "name"]

    def clean_day(self) -> dt.date:
        return _from_today(self.cleaned_data["day"])


class WorkHoursForm(forms.Form):
    """Morning and afternoon on some weekdays, and hours of reception on Saturday that do not count."""

    valid_from = forms.DateField(label=gettext_lazy("Valid from"))
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Working days"),
        coerce=int,
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
    )
    morning_opens = forms.TimeField(label=gettext_lazy("Morning opens"))
    morning_closes = forms.TimeField(label=gettext_lazy("Morning closes"))
    afternoon_opens = forms.TimeField(label=gettext_lazy("Afternoon opens"), required=False)
    afternoon_closes = forms.TimeField(label=gettext_lazy("Afternoon closes"), required=False)
    saturday_opens = forms.TimeField(label=gettext_lazy("Saturday reception opens"), required=False)
    saturday_closes = forms.TimeField(
        label=gettext_lazy("Saturday reception closes"),
        required=False,
        help_text=gettext_lazy("Dossiers are received; Saturday does not count as a working day by that."),
    )
    reason = forms.CharField(label=gettext_lazy("Decision or reason"), max_length=REASON_LENGTH, required=False)

    def clean_valid_from(self) -> dt.date:
        return _from_today(self.cleaned_data["valid_from"])

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or {}
        for name in ("morning", "afternoon", "saturday"):
            opens, closes = entered.get(f"{name}_opens"), entered.get(f"{name}_closes")
            if (opens is None) != (closes is None) and f"{name}_closes" not in self.errors:
                self.add_error(f"{name}_closes", _("Enter both opening and closing time, or neither."))
            elif opens and closes and closes <= opens:
                self.add_error(f"{name}_closes", _("Closing time must be after opening time."))
        noon, afternoon = entered.get("morning_closes"), entered.get("afternoon_opens")
        if noon and afternoon and afternoon < noon:
            self.add_error("afternoon_opens", _("The afternoon must not begin before the morning ends."))
        if entered.get("saturday_opens") and SATURDAY in entered.get("weekdays", []):
            self.add_error("saturday_opens", _("Saturday is a working day already."))
        return entered

    def sessions(self) -> list[WorkHours]:
        """The rows as entered, not yet saved."""
        entered, rows = self.cleaned_data, []
        for name in ("morning", "afternoon"):
            if entered[f"{name}_opens"]:
                rows.append(
                    WorkHours(
                        weekdays=entered["weekdays"], opens=entered[f"{name}_opens"], closes=entered[f"{name}_closes"]
                    )
                )
        if entered["saturday_opens"]:
            rows.append(
                WorkHours(
                    weekdays=[SATURDAY],
                    opens=entered["saturday_opens"],
                    closes=entered["saturday_closes"],
                    counts=WorkHours.Counts.RECEPTION,
                )
            )
        return rows


def _from_today(day: dt.date) -> dt.date:
    """An agency's own day: no due moment is moved by what is entered after the event."""
    if not FIRST_YEAR < day.year < LAST_YEAR:
        raise ValidationError(_("Enter a day of the years 1977 to 2199."))
    if day < clock.today():
        raise ValidationError(_("Choose today or a later day: what is past moves no due date."))
    return day


# --- journal ------------------------------------------------------------------------------------


class JournalFilter(forms.Form):
    """Which lines of the journal: by words, person, deed, dates. `verbs` are (verb, words) pairs."""

    q = forms.CharField(label=gettext_lazy("Words in the record or the reason"), required=False, max_length=200)
    by = forms.ModelChoiceField(label=gettext_lazy("Person"), queryset=Member.objects.none(), required=False)
    verb = forms.ChoiceField(label=gettext_lazy("Deed"), required=False)
    since = forms.DateField(label=gettext_lazy("From"), required=False)
    until = forms.DateField(label=gettext_lazy("Until"), required=False)

    def __init__(self, *args: Any, verbs: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["by"].queryset = Member.objects.all()  # type: ignore[attr-defined]  # the clock acts as well
        self.fields["by"].empty_label = _("everybody")  # type: ignore[attr-defined]
        self.fields["verb"].choices = [("", _("every deed")), *verbs]  # type: ignore[attr-defined]

    def clean_q(self) -> str:
        return str(self.cleaned_data["q"]).replace("\0", "").strip()
