"""What the steering committee sees in Django admin of records kept, holds, disposals and exports. Read only."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse

from documents.disposal_views import PAGES
from documents.models import Disposal, DisposalItem, DocumentExport, RecordGroup, RecordHold, RecordSeries
from documents.paper_admin import PaperAdmin
from tenants.governed import GovernedAdmin


@admin.register(RecordSeries)
class RecordSeriesAdmin(GovernedAdmin):
    list_display = ("code", "name", "unit", "retention", "years", "legal_basis", "ended_on")
    list_filter = ("retention", "medium", "unit")
    search_fields = ("code", "name", "legal_basis")
    list_select_related = ("unit",)


@admin.register(RecordGroup)
class RecordGroupAdmin(GovernedAdmin):
    list_display = ("code", "title", "first_on", "last_on", "location", "closed_on", "ends_on", "state")
    list_filter = ("state", "ends_on")
    search_fields = ("code", "title", "location")
    date_hierarchy = "first_on"


@admin.register(RecordHold)
class RecordHoldAdmin(GovernedAdmin):
    list_display = ("series", "group", "kind", "reason", "placed_by", "placed_at", "lifted_at")
    list_filter = ("kind", ("lifted_at", admin.EmptyFieldListFilter))
    search_fields = ("reason", "group__code", "series__code")
    list_select_related = ("series", "group", "placed_by")


@admin.register(Disposal)
class DisposalAdmin(GovernedAdmin):
    """Every deed leads to its page on the desk."""

    list_display = ("code", "reason", "proposed_by", "proposed_at", "state", "decided_by", "decision", "carried_out_on")
    list_filter = ("state", "proposed_at")
    search_fields = ("code", "reason", "decision")
    list_select_related = ("proposed_by", "decided_by")

    def deed_url(self, row: Disposal, verb: str) -> str | None:
        return reverse(PAGES[verb], args=[row.code])


@admin.register(DisposalItem)
class DisposalItemAdmin(PaperAdmin):
    about = "group__series__document"
    list_display = ("disposal", "group", "outcome", "reason")
    list_filter = ("outcome",)
    search_fields = ("disposal__code", "group__code")
    list_select_related = ("disposal", "group")


@admin.register(DocumentExport)
class DocumentExportAdmin(GovernedAdmin):
    list_display = ("asked_at", "asked_by", "all_versions", "state", "versions", "size", "expires_at")
    list_filter = ("state", "all_versions")
    list_select_related = ("asked_by",)
