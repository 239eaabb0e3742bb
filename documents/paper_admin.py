"""Rows that belong to a document, in Django admin: seen where the document is."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from documents.querysets import hidden_ids
from tenants.governed import GovernedAdmin


class PaperAdmin(GovernedAdmin):
    """`about` is the way from the row to its document."""

    about = "version__document"

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        hidden = hidden_ids(request.member)
        return super().get_queryset(request).exclude(**{f"{self.about}__in": hidden})
