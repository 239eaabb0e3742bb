"""The whole set as one archive: asked for, listed, fetched by whoever asked."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from documents import exporting
from documents import record_permissions as permissions
from documents.export_models import DocumentExport, ExportState
from documents.record_forms import ExportForm
from documents.reports import Badge, grouped
from tenants.transitions import NotAllowed, NotPossible
from tenants.views import entered, only

ROWS = 30
LOOKS = {
    ExportState.ASKED: ("active", "clock"),
    ExportState.READY: ("ok", "done"),
    ExportState.FAILED: ("late", "warning"),
    ExportState.EXPIRED: ("", "history"),
}


def exports(request: Any) -> HttpResponse:
    """Ask for an archive; those made so far."""
    _only(request)
    form = ExportForm(entered(request))
    if request.method == "POST" and form.is_valid():
        exporting.ask(by=request.member, **form.cleaned_data)
        messages.success(request, _("The archive is being made. It appears in the list as soon as it is ready."))
        return redirect("exports")
    rows = DocumentExport.objects.visible_to(request.member).select_related("asked_by")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    overtaken = exporting.overtaken(page, request.member)
    context = {
        "form": form,
        "page": page,
        "rows": [_row(row, request.member, overtaken) for row in page],
        "days": settings.EXPORT_DAYS,
    }
    return render(request, "documents/exports.html", context)


@require_safe
def export_file(request: Any, pk: int) -> Any:
    """The archive, for whoever asked for it; each fetch stands in the journal."""
    _only(request)
    export = DocumentExport.objects.visible_to(request.member).filter(pk=pk).first()
    if export is None:
        raise Http404
    if not exporting.may_fetch(export, request.member):
        raise NotAllowed(_("An archive is fetched by whoever asked for it. Ask for your own."), about=export)
    if export.state != ExportState.READY:
        raise NotPossible(_("This archive is not there, or no longer. Ask for it anew."), about=export)
    if exporting.overtaken([export], request.member):
        raise NotPossible(
            _(
                "This archive may hold a document that you may no longer see. Make a new one: it holds what you may see now."
            ),
            about=export,
        )
    exporting.fetched(export, by=request.member)
    name = f"{request.agency.slug}-documents-{export.made_at:%Y%m%d}.zip"
    response = FileResponse(
        default_storage.open(export.path), as_attachment=True, filename=name, content_type="application/zip"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _row(export: DocumentExport, member: Any, overtaken: set[int]) -> dict[str, Any]:
    mine = export.state == ExportState.READY and exporting.may_fetch(export, member)
    tone, sign = LOOKS[ExportState(export.state)]
    return {
        "export": export,
        "state": Badge(tone, sign, str(export.get_state_display())),
        "manifest": grouped(export.manifest),
        "may_fetch": mine and export.pk not in overtaken,
        "overtaken": mine and export.pk in overtaken,
    }


def _only(request: Any) -> None:
    only(permissions.may_export(request.member), _("the ISO secretary or the head of the agency"))
