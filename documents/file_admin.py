"""What the steering committee sees of uploaded files in Django admin."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet

from documents.content import Content
from documents.file_models import UploadedFile
from documents.models import Version
from documents.querysets import hidden_ids
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
        return (
            super().get_queryset(request).exclude(sha256__in=_only_in_hidden(request.member)).defer("extract", "text")
        )


def _only_in_hidden(member: Any) -> set[str]:
    """Hashes of the files that restricted documents hold or held and no document this member may see does."""
    rows = Version.history.model.objects.filter(document__in=hidden_ids(member))
    found = _hashes(rows.values_list("content", flat=True))
    if not found:
        return found
    named = reduce(or_, (Q(content__icontains=one) for one in found))
    return found - _hashes(Version.objects.visible_to(member).filter(named).values_list("content", flat=True))


def _hashes(contents: Iterable[Any]) -> set[str]:
    return {file.sha256 for content in contents for file in Content.of(content).files}
