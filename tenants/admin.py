"""What the steering committee sees of the agency itself in Django admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tenants import account_actions, actions, permissions
from tenants.accounts import has_second_step, known_in
from tenants.forms import AgencyForm, CalendarDayForm, MemberForm, OpenAccountForm, UnitForm
from tenants.governed import GovernedAdmin
from tenants.models import (
    Agency,
    CalendarDay,
    Closure,
    JournalEntry,
    Mail,
    Member,
    Reminder,
    Unit,
    User,
    WorkHours,
)
from tenants.reports import role_names, weekdays_in_words, words_of
from tenants.transitions import Offer
from tenants.views import password_once

__all__ = ["GovernedAdmin"]


@admin.register(Agency)
class AgencyAdmin(GovernedAdmin):
    form = AgencyForm
    list_display = ("name", "kind", "code", "parent", "valid_from", "valid_to")
    list_filter = ("kind", "applies_by_law")
    search_fields = ("name", "slug", "code")
    list_select_related = ("parent",)
    filter_horizontal = ("successors",)
    place_in_province: ClassVar[list[str]] = ["parent", "kind", "valid_from", "valid_to", "successors"]

    def get_queryset(self, request: Any) -> QuerySet[Agency]:
        """The agency and everything below it."""
        return Agency.objects.below(request.agency).order_by("name")

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(db_field, request, queryset=self.get_queryset(request), **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return super().formfield_for_manytomany(db_field, request, queryset=self.get_queryset(request), **kwargs)

    def may_add(self, member: Member) -> bool:
        return permissions.may_open_agencies(member)

    def may_change(self, row: Agency | None, member: Member) -> bool:
        return permissions.may_edit_agency(row, member)

    def get_readonly_fields(self, request: Any, obj: Agency | None = None) -> list[str]:
        """Its place in the province is not the agency's own to change."""
        place = [] if permissions.may_open_agencies(request.member) else self.place_in_province
        return [*super().get_readonly_fields(request, obj), *place]

    def save_model(self, request: Any, obj: Agency, form: Any, change: bool) -> None:
        if change:
            told = {"fields": form.changed_data}
            actions.edit_agency(obj, by=request.member, fields=form.changed_data, details=told)
        else:
            actions.open_agency(obj, by=request.member)


@admin.register(Unit)
class UnitAdmin(GovernedAdmin):
    form = UnitForm
    list_display = ("name", "parent", "valid_from", "valid_to")
    search_fields = ("name",)
    list_select_related = ("parent",)
    may_add = staticmethod(permissions.may_manage_members)

    def may_change(self, row: Unit | None, member: Member) -> bool:
        return permissions.may_manage_members(member)

    def save_model(self, request: Any, obj: Unit, form: Any, change: bool) -> None:
        if change:
            actions.edit_unit(obj, by=request.member, fields=form.changed_data)
        else:
            entered = {name: form.cleaned_data[name] for name in ("parent", "valid_from", "valid_to")}
            obj.pk = actions.open_unit(form.cleaned_data["name"], by=request.member, **entered).pk


@admin.register(Member)
class MemberAdmin(GovernedAdmin):
    form = MemberForm
    list_display = ("name", "title", "unit", "roles_in_words", "valid_from", "valid_to")
    list_filter = (("unit", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("name", "title", "user__username")
    list_select_related = ("unit", "user")
    fields = ("user", "name", "title", "unit", "roles", "valid_from", "valid_to")
    may_add = staticmethod(permissions.may_manage_members)

    def may_change(self, row: Member | None, member: Member) -> bool:
        return permissions.may_manage_members(member)

    def get_readonly_fields(self, request: Any, obj: Member | None = None) -> list[str]:
        """The member stays the same person."""
        return [*super().get_readonly_fields(request, obj), *(["user"] if obj else [])]

    def get_form(self, request: Any, obj: Member | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Which roles can be given depends on who gives them."""
        form = super().get_form(request, obj, change, **kwargs)
        form.by = request.member  # type: ignore[attr-defined]
        return form

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = known_in(request.member)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: Any, obj: Member, form: Any, change: bool) -> None:
        if change:
            actions.edit_member(obj, by=request.member, fields=form.changed_data)
        else:
            entered = {
                name: form.cleaned_data[name] for name in ("name", "title", "unit", "roles", "valid_from", "valid_to")
            }
            obj.pk = actions.appoint(form.cleaned_data["user"], by=request.member, **entered).pk

    @admin.display(description=_("roles"))
    def roles_in_words(self, row: Member) -> str:
        return role_names(row)


@admin.register(User)
class UserAdmin(GovernedAdmin):
    """Accounts of those who work here, and new ones. How to reach a person is for whoever manages the account."""

    form = OpenAccountForm
    list_display = ("username", "full_name")
    search_fields = ("username", "full_name")
    may_view = staticmethod(permissions.may_open_accounts)
    may_add = staticmethod(permissions.may_open_accounts)
    deeds: ClassVar[dict[str, Any]] = {
        "bar": account_actions.bar,
        "admit": account_actions.admit,
        "remove_second_step": account_actions.remove_second_step,
    }

    def get_queryset(self, request: Any) -> QuerySet[User]:
        return known_in(request.member).order_by("username")

    def get_fields(self, request: Any, obj: User | None = None) -> Any:
        managed = obj is None or permissions.may_manage_account(obj, request.member)
        return ["username", "full_name", *(["email", "language"] if managed else [])]

    def may_change(self, row: User | None, member: Member) -> bool:
        return permissions.may_open_accounts(member) if row is None else permissions.may_manage_account(row, member)

    def offers(self, row: User, member: Member) -> list[Offer]:
        may = permissions.may_manage_account(row, member)
        enters, own = row.is_active, row.pk == member.user_id
        second = has_second_step(row)
        return [
            Offer("bar", _("Bar the account"), enters and not own, may and enters and not own, grave=True),
            Offer("admit", _("Admit the account again"), not enters, may and not enters),
            Offer("remove_second_step", _("Remove the second step"), second, may and second, grave=True),
        ]

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:
        if change:
            account_actions.correct_account(obj, by=request.member, fields=form.changed_data)
        else:
            request.one_time_password = account_actions.open_account(obj, by=request.member)

    def response_add(self, request: Any, obj: User, post_url_continue: str | None = None) -> HttpResponse:
        onward = reverse("admin:tenants_user_change", args=[obj.pk])
        return password_once(request, obj, request.one_time_password, onward)


@admin.register(CalendarDay)
class CalendarDayAdmin(GovernedAdmin):
    """The shared calendar: read by every agency, kept by the Provincial People's Committee."""

    form = CalendarDayForm
    list_display = ("day", "kind", "name", "source")
    list_filter = ("kind",)
    date_hierarchy = "day"
    search_fields = ("name", "source")
    may_add = staticmethod(permissions.may_manage_shared_calendar)

    def may_change(self, row: CalendarDay | None, member: Member) -> bool:
        return permissions.may_manage_shared_calendar(member)

    def get_readonly_fields(self, request: Any, obj: CalendarDay | None = None) -> list[str]:
        """Another day is another row."""
        return [*super().get_readonly_fields(request, obj), *(["day"] if obj else [])]

    def save_model(self, request: Any, obj: CalendarDay, form: Any, change: bool) -> None:
        entered = {name: getattr(obj, name) for name in ("kind", "name", "source")}
        obj.pk = actions.set_calendar_day(obj.day, by=request.member, **entered).pk


@admin.register(Closure)
class ClosureAdmin(GovernedAdmin):
    list_display = ("day", "name")
    date_hierarchy = "day"
    may_add = staticmethod(permissions.may_manage_calendar)

    def save_model(self, request: Any, obj: Closure, form: Any, change: bool) -> None:
        obj.pk = actions.add_closure(obj.day, name=obj.name, by=request.member).pk


@admin.register(WorkHours)
class WorkHoursAdmin(GovernedAdmin):
    """Read here; all sessions of a day on are set together on the calendar page."""

    list_display = ("valid_from", "days", "opens", "closes", "counts")

    @admin.display(description=_("weekdays"))
    def days(self, row: WorkHours) -> str:
        return weekdays_in_words(row)


@admin.register(JournalEntry)
class JournalAdmin(GovernedAdmin):
    list_display = ("at", "by", "words", "reason")
    list_display_links = ("words",)
    list_filter = ("about_type",)
    date_hierarchy = "at"
    search_fields = ("about_label", "reason")
    list_select_related = ("by",)

    @admin.display(description=_("deed"))
    def words(self, row: JournalEntry) -> str:
        return words_of(row)


@admin.register(Mail)
class MailAdmin(GovernedAdmin):
    """Who was written to and when. What was written is for the person alone."""

    list_display = ("made_at", "member", "subject", "sent_at", "failed")
    list_select_related = ("member",)
    date_hierarchy = "made_at"
    exclude = ("body",)


@admin.register(Reminder)
class ReminderAdmin(GovernedAdmin):
    list_display = ("made_at", "member", "kind", "key")
    list_filter = ("kind",)
    list_select_related = ("member",)
    date_hierarchy = "made_at"
