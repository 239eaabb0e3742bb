"""What the steering committee sees of internal audits in Django admin; deeds lead to the desk's own pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.urls import reverse

from audits.deeds import PAGES
from audits.models import Audit, Auditor, Finding, Question
from tenants.governed import GovernedAdmin


@admin.register(Audit)
class AuditAdmin(GovernedAdmin):
    list_display = ("code", "title", "unit", "planned_on", "lead", "state", "closed_at")
    list_filter = ("state", "unit", "planned_on")
    search_fields = ("code", "title")
    date_hierarchy = "planned_on"
    list_select_related = ("unit", "lead")

    def deed_url(self, row: Audit, verb: str) -> str | None:
        return reverse(PAGES[verb][0], args=[row.code])

    def get_view_on_site_url(self, obj: Audit | None = None) -> str | None:
        return reverse("audit", args=[obj.code]) if obj else None


@admin.register(Auditor)
class AuditorAdmin(GovernedAdmin):
    list_display = ("audit", "member")
    list_filter = ("audit__state",)
    search_fields = ("audit__code", "member__name")
    list_select_related = ("audit", "member")


@admin.register(Question)
class QuestionAdmin(GovernedAdmin):
    list_display = ("audit", "position", "clause", "answer", "answered_by", "answered_at")
    list_filter = ("answer", "audit__state")
    search_fields = ("audit__code", "text", "note", "clause__number")
    list_select_related = ("audit", "clause", "answered_by")


@admin.register(Finding)
class FindingAdmin(GovernedAdmin):
    list_display = ("code", "audit", "clause", "grade", "found_by", "found_at", "withdrawn")
    list_filter = ("grade", "audit__unit")
    search_fields = ("code", "description", "evidence", "clause__number")
    date_hierarchy = "found_at"
    list_select_related = ("audit", "clause", "found_by")

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        return reverse("finding", args=[obj.audit.code, obj.code]) if obj else None
