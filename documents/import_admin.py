"""What the steering committee sees in Django admin of imports. Read only; papers are brought on the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet

from documents.models import ImportedFile, ImportRun
from documents.paper_admin import PaperAdmin
from documents.querysets import hidden_from


@admin.register(ImportRun)
class ImportRunAdmin(PaperAdmin):
    about = "files__document"
    list_display = ("label", "by", "begun_at", "asked_at", "finished_at")
    list_filter = ("begun_at",)
    search_fields = ("label", "by__name")
    list_select_related = ("by",)


@admin.register(ImportedFile)
class ImportedFileAdmin(PaperAdmin):
    about = "document"
    list_display = ("name", "code", "kind", "title", "outcome", "document")
    list_filter = ("outcome", "kind")
    search_fields = ("name", "code", "title", "sha256")
    list_select_related = ("document",)

    def get_queryset(self, request: Any) -> QuerySet[ImportedFile]:
        hidden = hidden_from(request.member).values("code")  # also what was brought again, or not taken
        return super().get_queryset(request).exclude(code__in=hidden).defer("understood", "examined")
