"""What the steering committee sees in Django admin of imports. Read only; papers are brought on the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet

from documents.models import ImportedFile, ImportRun
from tenants.governed import GovernedAdmin


@admin.register(ImportRun)
class ImportRunAdmin(GovernedAdmin):
    list_display = ("label", "by", "begun_at", "asked_at", "finished_at")
    list_filter = ("begun_at",)
    search_fields = ("label", "by__name")
    list_select_related = ("by",)


@admin.register(ImportedFile)
class ImportedFileAdmin(GovernedAdmin):
    list_display = ("name", "code", "kind", "title", "outcome", "document")
    list_filter = ("outcome", "kind")
    search_fields = ("name", "code", "title", "sha256")
    list_select_related = ("document",)

    def get_queryset(self, request: Any) -> QuerySet[ImportedFile]:
        return super().get_queryset(request).defer("understood")
