"""What the steering committee sees of the documents in Django admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.urls import reverse

from documents import actions, cycle_admin, file_admin, import_admin, permissions, record_admin
from documents.copy_models import ControlledCopy
from documents.models import (
    Acknowledgement,
    Clause,
    ClauseNote,
    Document,
    LegalText,
    LegalUpdate,
    OwnLegalText,
    ServedClause,
    Signature,
    StandardEdition,
    Version,
)
from documents.panels import PAGES
from documents.paper_admin import PaperAdmin
from tenants.governed import GovernedAdmin
from tenants.models import Member

__all__ = ["cycle_admin", "file_admin", "import_admin", "record_admin"]  # register the rows around the versions


@admin.register(Document)
class DocumentAdmin(GovernedAdmin):
    """Unit and review date; code and kind stay, the title follows the version in force. Documents begin on the desk."""

    list_display = ("code", "title", "kind", "unit", "next_review_on")
    list_filter = ("kind", "unit")
    search_fields = ("code", "title")
    list_select_related = ("unit",)
    readonly_fields = ("kind", "code", "title", "confidentiality", "procedure")

    def may_change(self, row: Document | None, member: Member) -> bool:
        return row is None or permissions.may_manage(row, member)

    def save_model(self, request: Any, obj: Document, form: Any, change: bool) -> None:
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        actions.edit_document(obj, by=request.member, **changed)


@admin.register(Version)
class VersionAdmin(GovernedAdmin):
    """Read only; every deed leads to its page on the desk."""

    list_display = ("document", "issue", "revision", "state", "drafted_by", "effective_from", "effective_to")
    list_filter = ("state", "document__kind", "effective_from")
    search_fields = ("document__code", "title")
    list_select_related = ("document", "drafted_by")
    date_hierarchy = "effective_from"

    def get_queryset(self, request: Any) -> QuerySet[Version]:
        return super().get_queryset(request).defer("content")

    def deed_url(self, row: Version, verb: str) -> str | None:
        return reverse(PAGES[verb], args=[row.document.code, row]) if verb in PAGES else None


@admin.register(Signature)
class SignatureAdmin(PaperAdmin):
    list_display = ("version", "role", "name", "title", "capacity", "confirmed", "signed_at")
    list_filter = ("role", "signed_at")
    search_fields = ("name", "version__document__code", "sha256")
    list_select_related = ("version__document",)

    def get_queryset(self, request: Any) -> QuerySet[Signature]:
        return super().get_queryset(request).defer("version__content")


@admin.register(Acknowledgement)
class AcknowledgementAdmin(PaperAdmin):
    list_display = ("version", "member", "asked_at", "read_at", "answer")
    list_filter = (("read_at", admin.EmptyFieldListFilter), "asked_at")
    search_fields = ("member__name", "version__document__code")
    list_select_related = ("version__document", "member")

    def get_queryset(self, request: Any) -> QuerySet[Acknowledgement]:
        return super().get_queryset(request).defer("version__content")


@admin.register(ControlledCopy)
class ControlledCopyAdmin(PaperAdmin):
    """Read only; copies are handed out and recalled on the desk."""

    list_display = ("version", "number", "holder", "place", "handed_out_on", "recalled_on")
    list_filter = (("recalled_on", admin.EmptyFieldListFilter), "handed_out_on")
    search_fields = ("version__document__code", "holder", "place")
    list_select_related = ("version__document",)

    def get_queryset(self, request: Any) -> QuerySet[ControlledCopy]:
        return super().get_queryset(request).defer("version__content")


@admin.register(StandardEdition)
class StandardEditionAdmin(GovernedAdmin):
    list_display = ("name", "code", "is_default", "is_draft", "version")


@admin.register(Clause)
class ClauseAdmin(GovernedAdmin):
    list_display = ("number", "title_vi", "title_en", "edition", "assessable", "gone")
    list_filter = ("edition", "assessable", "gone")
    search_fields = ("number", "title_vi", "title_en")
    list_select_related = ("edition",)

    def get_queryset(self, request: Any) -> QuerySet[Clause]:
        return super().get_queryset(request).select_related("edition")


class LegalTextList(GovernedAdmin):
    """Read only here: what it opens is done on the desk."""

    list_display = ("number", "kind", "title", "issuer", "effective_from", "effective_to")
    list_filter = ("kind", "effective_from")
    search_fields = ("number", "title")
    date_hierarchy = "effective_from"


@admin.register(LegalText)
class LegalTextAdmin(LegalTextList):
    """The register of the province."""


@admin.register(OwnLegalText)
class OwnLegalTextAdmin(LegalTextList):
    """The agency's own entries."""


@admin.register(LegalUpdate)
class LegalUpdateAdmin(PaperAdmin):
    about = "document"
    list_display = ("document", "cited", "number", "how", "effective_from", "due_on", "state")
    list_filter = ("state", "how", "due_on")
    search_fields = ("document__code", "number", "cited")
    list_select_related = ("document",)
    date_hierarchy = "due_on"

    def get_queryset(self, request: Any) -> QuerySet[LegalUpdate]:
        return super().get_queryset(request).select_related("document")

    def deed_url(self, row: LegalUpdate, verb: str) -> str | None:
        return reverse("waive_update", args=[row.pk]) if verb == "waive" else None


@admin.register(ServedClause)
class ServedClauseAdmin(PaperAdmin):
    about = "document"
    list_display = ("document", "clause")
    list_select_related = ("document", "clause")
    search_fields = ("document__code", "clause__number")

    def get_queryset(self, request: Any) -> QuerySet[ServedClause]:
        return super().get_queryset(request).select_related("document", "clause")


@admin.register(ClauseNote)
class ClauseNoteAdmin(GovernedAdmin):
    list_display = ("clause", "applies", "words")
    list_select_related = ("clause",)
    list_filter = ("applies",)

    def get_queryset(self, request: Any) -> QuerySet[ClauseNote]:
        return super().get_queryset(request).select_related("clause")
