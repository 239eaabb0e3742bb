"""Django admin for governed rows: the same permissions, the same deeds, the same journal as on the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import display_for_field, unquote
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_fsm import FSMField

from tenants.forms import OwnedForm
from tenants.models import Member
from tenants.permissions import may_use_admin
from tenants.transitions import NotAllowed, Offer, lock, offers, record, renewed

LOOKUPS = ("", "__id", "__exact", "__id__exact", "__in", "__isnull", "__isempty", "__gte", "__lt")
PERIODS = ("__year", "__month", "__day", "__gte", "__lt")
HISTORY_TYPES = {"+": gettext_lazy("created"), "~": gettext_lazy("edited"), "-": gettext_lazy("removed")}


Named = dict[tuple[Any, Any], str]
"""(model, key) → the row in words."""


class DeedForm(forms.Form):
    """The reason of a deed done from the admin."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


@dataclass(frozen=True)
class Change:
    """One field of one step in the history, in words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Step:
    """One line of the history page: who wrote the row, when, why, and what became different."""

    at: Any
    kind: Any
    by: str
    reason: str
    changes: list[Change]


class GovernedAdmin(admin.ModelAdmin):
    """Rows of the active agency, by the permissions of the desk. Override:

    `may_view(member)`, `may_add(member)`, `may_change(row, member)` (row is None for "any at all"): plain functions of
    permissions.py, as methods or `staticmethod`s. Without them a row is read by the steering committee and not edited.
    `deed_url(row, verb)`: the desk's page of a deed; or `deeds = {"verb": function(row, *, by, reason)}`, done here.
    `created_verb`, `edited_verb`: the journal's words for saving. Nothing is ever deleted.
    """

    governed = True  # qms.admin.OfficeAdminSite takes no other classes
    form: Any = OwnedForm
    change_form_template = "admin/governed_change_form.html"
    object_history_template = "admin/governed_history.html"
    actions = None
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    created_verb, edited_verb = "created", "edited"
    deeds: ClassVar[dict[str, Callable[..., Any]]] = {}

    # --- who may ---

    def may_view(self, member: Member) -> bool:
        return may_use_admin(member)

    def may_add(self, member: Member) -> bool:
        return False

    def may_change(self, row: Any, member: Member) -> bool:
        return False

    def has_module_permission(self, request: Any) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        member = getattr(request, "member", None)
        return member is not None and may_use_admin(member) and self.may_view(member)

    def has_add_permission(self, request: Any) -> bool:
        return self.has_view_permission(request) and self.may_add(request.member)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj) and self.may_change(obj, request.member)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    # --- which rows ---

    def get_queryset(self, request: Any) -> models.QuerySet[Any]:
        """The scoped manager, narrowed to what this member may see."""
        rows = self.model.objects.all()
        if hasattr(rows, "visible_to"):
            rows = rows.visible_to(request.member)
        return rows.order_by(*(self.get_ordering(request) or self.model._meta.ordering))

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Only what the list's own filters send: any other field could be guessed letter by letter from the hits."""
        fields = [entry[0] if isinstance(entry, tuple) else entry for entry in self.get_list_filter(request)]
        allowed = {f"{field}{ending}" for field in fields for ending in LOOKUPS}
        if self.date_hierarchy:
            allowed |= {f"{self.date_hierarchy}{ending}" for ending in PERIODS}
        return lookup in allowed and "\0" not in str(value)

    def get_search_results(self, request: Any, queryset: Any, search_term: str) -> tuple[models.QuerySet[Any], bool]:
        """PostgreSQL has no NUL; choices are searched without a form that would refuse it."""
        return super().get_search_results(request, queryset, search_term.replace("\0", ""))

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Choices through the scoped manager; members are people, never the clock."""
        choices = db_field.remote_field.model.objects.all()
        kwargs.setdefault("queryset", choices.people() if db_field.remote_field.model is Member else choices)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[str]:
        """States change by deeds only."""
        states = [field.name for field in self.opts.fields if isinstance(field, FSMField)]
        return [*dict.fromkeys([*super().get_readonly_fields(request, obj), *states])]

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """The record on the desk, where it has an address."""
        address = getattr(obj, "get_absolute_url", None)
        return address() if address else None

    def _get_obj_does_not_exist_redirect(self, request: Any, opts: Any, object_id: str) -> HttpResponse:
        raise Http404

    # --- writing ---

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if change:
            row = renewed(obj, form.changed_data, by=request.member)
            record(row, self.edited_verb, by=request.member, details={"fields": form.changed_data})
        else:
            record(obj, self.created_verb, by=request.member)

    def delete_model(self, request: Any, obj: Any) -> None:
        raise NotAllowed(_("Records are not deleted."), about=obj)

    def delete_queryset(self, request: Any, queryset: Any) -> None:
        raise NotAllowed(_("Records are not deleted."))

    def log_addition(self, request: Any, obj: Any, message: Any) -> Any:
        """Django's own log stays empty: the journal has the line."""

    def log_change(self, request: Any, obj: Any, message: Any) -> Any:
        """As `log_addition`."""

    def log_deletions(self, request: Any, queryset: Any) -> Any:
        """Nothing is deleted."""

    # --- deeds ---

    def deed_url(self, row: Any, verb: str) -> str | None:
        """The desk's page of this deed, or None when it is done here through `deeds`."""
        return None

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_deed"
        own = path("<path:object_id>/deeds/<slug:verb>/", self.admin_site.admin_view(self.deed_view), name=name)
        return [own, *super().get_urls()]

    def offers(self, row: Any, member: Member) -> list[Offer]:
        """The deeds of the row; its labelled transitions when nothing else is said."""
        return offers(row, member)

    def buttons(self, row: Any, member: Member) -> list[dict[str, Any]]:
        """What this member may do with the row now: label and address."""
        return [
            {"label": offer.label, "url": address, "grave": offer.grave}
            for offer in self.offers(row, member)
            if offer.allowed and (address := self._address(row, offer.verb))
        ]

    def _address(self, row: Any, verb: str) -> str | None:
        if verb in self.deeds:
            return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_deed", args=[row.pk, verb])
        return self.deed_url(row, verb)

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        row = kwargs.get("obj")
        if row is not None:
            context["deed_buttons"] = self.buttons(row, request.member)
        return super().render_change_form(request, context, *args, **kwargs)

    def deed_view(self, request: Any, object_id: str, verb: str) -> HttpResponse:
        row, offer = self._row_or_404(request, object_id), None
        if verb in self.deeds:
            offer = next((offer for offer in self.offers(row, request.member) if offer.verb == verb), None)
        if offer is None:
            raise Http404
        form = DeedForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            self.deeds[verb](lock(row), by=request.member, reason=form.cleaned_data["reason"])
            messages.success(request, _("Done: %(deed)s.") % {"deed": offer.label})
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", row.pk)
        return self._deed_page(request, row, offer, form)

    def _deed_page(self, request: Any, row: Any, offer: Offer, form: DeedForm) -> HttpResponse:
        if not offer.allowed:
            raise NotAllowed(_("“%(deed)s” is not your task.") % {"deed": offer.label}, about=row, needs=offer.needs)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{offer.label}: {row}",
            "opts": self.opts,
            "original": row,
            "offer": offer,
            "form": form,
        }
        return TemplateResponse(request, "admin/governed_deed.html", context)

    # --- history ---

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Every written state of the row with author, reason and differences, newest first."""
        row = self._row_or_404(request, object_id)
        keeps = hasattr(self.model, "history")
        page = Paginator(row.history.all() if keeps else [], 30).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(row)s") % {"row": row},
            "opts": self.opts,
            "module_name": capfirst(self.opts.verbose_name_plural),  # the way back in Django's breadcrumbs
            "object": row,
            "steps": list(self._steps(row, page)),
            "page": page,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)

    def _steps(self, row: Any, page: Any) -> Iterator[Step]:
        states = list(page.object_list)
        older = list(row.history.all()[page.end_index() : page.end_index() + 1]) if states else []
        authors = {state.history_user_id for state in states}
        # An author of another agency is not ours to read; the line says so instead of failing.
        names = {member.pk: str(member) for member in Member.objects.filter(pk__in=authors)}
        pairs = list(zip(states, [*states[1:], *older, None], strict=False))
        changes = [
            state.diff_against(former, foreign_keys_are_objs=False).changes if former else [] for state, former in pairs
        ]
        named = self._named(change for several in changes for change in several)
        for state, several in zip(states, changes, strict=True):
            yield Step(
                at=state.history_date,
                kind=HISTORY_TYPES.get(state.history_type, state.history_type),
                by=names.get(state.history_user_id) or _("somebody of another agency"),
                reason=state.history_change_reason or "",
                changes=[self._change(change, named) for change in several],
            )

    def _named(self, changes: Iterable[Any]) -> Named:
        """The rows that these changes refer to, in words: one query for each model, however long the page."""
        keys: dict[Any, set[Any]] = {}
        for change in changes:
            field = self.model._meta.get_field(change.field)
            if field.is_relation and field.many_to_one:
                keys.setdefault(field.remote_field.model, set()).update({change.old, change.new} - {None})
        return {
            (model, row.pk): str(row) for model, wanted in keys.items() for row in model.objects.filter(pk__in=wanted)
        }

    def _change(self, change: Any, named: Named) -> Change:
        field = self.model._meta.get_field(change.field)
        return Change(str(field.verbose_name), in_words(change.old, field, named), in_words(change.new, field, named))

    def _row_or_404(self, request: Any, object_id: str) -> Any:
        row = self.get_object(request, unquote(object_id)) if self.has_view_permission(request) else None
        if row is None:
            raise Http404
        return row


def in_words(value: Any, field: Any, named: Named) -> str:
    """A stored value as the form would show it; `named` has the rows that keys refer to."""
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, list) and getattr(field, "base_field", None) is not None:
        words = dict(field.base_field.flatchoices)
        return ", ".join(str(words.get(item, item)) for item in value)
    if field.is_relation and field.many_to_one:
        return named.get((field.remote_field.model, value), str(value))
    if isinstance(value, (str, Promise)) and not field.flatchoices:
        return str(value)
    return str(display_for_field(value, field, "–"))
