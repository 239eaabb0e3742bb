"""What the steering committee sees of dossiers in Django admin. Deeds lead to the pages of the desk."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents.models import Version
from processes import permissions
from processes.assignment import is_return_step
from processes.models import Applicant, Coverage, Dossier, HandOver, Task
from processes.reports import applicant_of
from tenants.governed import GovernedAdmin
from tenants.models import Member

DEED_PAGES = {"complete": "complete", "send_back": "send_back_task", "close": "close_dossier"}


class ReadAdmin(GovernedAdmin):
    """Read only: everything about a dossier happens by a deed of the desk."""

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[str]:
        return [field.name for field in self.opts.fields]


@admin.register(Dossier)
class DossierAdmin(ReadAdmin):
    list_display = ("code", "procedure", "received_at", "due_at", "state", "punctuality")
    list_filter = ("state", "punctuality", "channel", ("version__document", admin.RelatedOnlyFieldListFilter))
    search_fields = ("code",)
    date_hierarchy = "received_at"

    def get_queryset(self, request: Any) -> Any:
        """What else is shown is read for the rows of one page: joined, it is read for all before they are sorted."""
        versions = Version.objects.defer("content").select_related("document")
        rows: Any = super().get_queryset(request)
        return rows.with_handling(request.member).prefetch_related(Prefetch("version", versions), "applicant")

    def get_list_display(self, request: Any) -> list[Any]:
        """With the resident's name, or only initials, for whoever reads."""

        @admin.display(description=_("applicant"))
        def applicant(row: Dossier) -> str:
            return applicant_of(row, request.member)

        return [*super().get_list_display(request), applicant]

    def get_fields(self, request: Any, obj: Dossier | None = None) -> list[Any]:
        """The resident for those who handle the dossier."""
        hidden = () if obj and permissions.may_see_personal_data(obj, request.member) else ("applicant",)
        return [field.name for field in self.opts.fields if field.name not in ("id", "form_key", *hidden)]

    def deed_url(self, row: Dossier, verb: str) -> str | None:
        return reverse(DEED_PAGES[verb], args=[row.code]) if verb in DEED_PAGES else None

    @admin.display(description=_("procedure"))
    def procedure(self, row: Dossier) -> str:
        return f"{row.version.document.code} {row.version.title}"


@admin.register(Task)
class TaskAdmin(ReadAdmin):
    list_display = ("dossier", "step", "name", "member", "unit", "due_at", "state", "punctuality")
    list_filter = ("state", "punctuality", ("member", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("dossier", "member", "unit")
    search_fields = ("dossier__code", "name")

    def deed_url(self, row: Task, verb: str) -> str | None:
        """The return step is ended by closing the dossier, the first one cannot go back."""
        if verb == "complete" and is_return_step(row.dossier.content, row.step):
            verb = "close"
        if verb == "send_back" and row.step == 1:
            return None
        return reverse(DEED_PAGES[verb], args=[row.dossier.code]) if verb in DEED_PAGES else None


@admin.register(HandOver)
class HandOverAdmin(ReadAdmin):
    list_display = ("dossier", "at", "given_by", "task", "next_task", "punctuality")
    list_filter = ("punctuality", ("given_by", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("dossier", "given_by", "task__dossier", "next_task__dossier")
    search_fields = ("dossier__code",)
    date_hierarchy = "at"

    def get_fields(self, request: Any, obj: HandOver | None = None) -> list[Any]:
        """A note may speak of the resident."""
        hidden = () if obj and permissions.may_see_personal_data(obj.dossier, request.member) else ("note",)
        return [field.name for field in self.opts.fields if field.name not in ("id", *hidden)]


@admin.register(Applicant)
class ApplicantAdmin(ReadAdmin):
    list_display = ("name", "phone", "address")
    search_fields: ClassVar = ("name", "phone")

    def get_fields(self, request: Any, obj: Applicant | None = None) -> list[Any]:
        """Never the look-up word: it is the resident's."""
        return [field.name for field in self.opts.fields if field.name not in ("id", "look_up", "folded")]

    def may_view(self, member: Member) -> bool:
        return permissions.sees_every_resident(member)


@admin.register(Coverage)
class CoverageAdmin(ReadAdmin):
    list_display = ("document", "service")
    list_select_related = ("document", "service")
    search_fields = ("document__code", "service__code", "service__name")
