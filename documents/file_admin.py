"""What the steering committee sees of uploaded files in Django admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet

from documents.file_models import UploadedFile
from tenants.governed import GovernedAdmin


@admin.register(UploadedFile)
class UploadedFileAdmin(GovernedAdmin):
    """Read only; files come in on the desk, with the draft they belong to."""

    list_display = ("stored", "kind", "sha256", "uploaded_by", "uploaded_at")
    list_filter = ("kind", "uploaded_at")
    search_fields = ("stored__name", "sha256")
    list_select_related = ("stored", "uploaded_by")
    exclude = ("extract", "text")

    def get_queryset(self, request: Any) -> QuerySet[UploadedFile]:
        return super().get_queryset(request).defer("extract", "text")
