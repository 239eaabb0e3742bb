"""The evidence matrix as a page, on paper and as a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from audits import evidence as matrices
from documents.models import StandardEdition
from tenants import spreadsheets


@require_safe
def evidence(request: Any) -> HttpResponse:
    """Of the edition in use, or of the one named by `edition`; `gaps` shows only what has nothing yet."""
    named = request.GET.get("edition", "").replace("\0", "")
    edition = get_object_or_404(StandardEdition, **({"code": named} if named else {"is_default": True}))
    matrix = matrices.matrix_of(edition, request.member, only_gaps=bool(request.GET.get("gaps")))
    if (kind := request.GET.get("as")) in spreadsheets.KINDS:
        return spreadsheets.answer(kind, "evidence", *matrices.table_of(matrix))
    context = {
        "matrix": matrix, "exports": spreadsheets.KINDS, "only_gaps": bool(request.GET.get("gaps")), "named": named,
        "editions": StandardEdition.objects.order_by("-is_default", "name"), "total": len(matrix.lines),
        "gaps": len(matrix.gaps),
    }  # fmt: skip
    return render(request, "audits/evidence.html", context)
