"""What the steering committee sees in Django admin of requests, comments, delegations, reviews and readers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.urls import reverse

from documents.models import (
    ApprovalRoute,
    Audience,
    ChangeRequest,
    CodePattern,
    Comment,
    Delegation,
    FrameworkChoice,
    PeriodicReview,
)
from documents.paper_admin import PaperAdmin
from tenants.governed import GovernedAdmin

DEED_PAGES = {"accept": "accept_change", "refuse": "refuse_change"}


@admin.register(ChangeRequest)
class ChangeRequestAdmin(PaperAdmin):
    """Read only; the decision leads to its page on the desk."""

    about = "document"
    list_display = ("code", "document", "asked_by", "asked_at", "state", "decided_by")
    list_filter = ("state", "asked_at")
    search_fields = ("code", "document__code", "reason")
    list_select_related = ("document", "asked_by", "decided_by")

    def deed_url(self, row: ChangeRequest, verb: str) -> str | None:
        return reverse(DEED_PAGES[verb], args=[row.code])


@admin.register(Delegation)
class DelegationAdmin(GovernedAdmin):
    list_display = ("decision", "by", "to", "first_day", "last_day", "ended_at")
    list_filter = ("first_day",)
    search_fields = ("decision", "to__name")
    list_select_related = ("by", "to")


@admin.register(Comment)
class CommentAdmin(PaperAdmin):
    list_display = ("version", "text", "member", "said_at", "settled_at")
    list_filter = (("settled_at", admin.EmptyFieldListFilter), "said_at")
    search_fields = ("text", "version__document__code")
    list_select_related = ("version__document", "member")

    def get_queryset(self, request: Any) -> QuerySet[Comment]:
        return super().get_queryset(request).defer("version__content")


@admin.register(PeriodicReview)
class PeriodicReviewAdmin(PaperAdmin):
    list_display = ("version", "verdict", "reason", "member", "reviewed_at", "next_on")
    list_filter = ("verdict", "reviewed_at")
    search_fields = ("reason", "version__document__code")
    list_select_related = ("version__document", "member")

    def get_queryset(self, request: Any) -> QuerySet[PeriodicReview]:
        return super().get_queryset(request).defer("version__content")


@admin.register(Audience)
class AudienceAdmin(PaperAdmin):
    about = "document"
    list_display = ("document", "unit", "role", "member")
    list_filter = ("role",)
    search_fields = ("document__code",)
    list_select_related = ("document", "unit", "member")


@admin.register(CodePattern)
class CodePatternAdmin(GovernedAdmin):
    list_display = ("kind", "pattern")
    search_fields = ("pattern",)


@admin.register(ApprovalRoute)
class ApprovalRouteAdmin(GovernedAdmin):
    """Read only; a route is set on the desk, where it is checked against who is at work."""

    list_display = ("kind",)
    search_fields = ("kind",)


@admin.register(FrameworkChoice)
class FrameworkChoiceAdmin(PaperAdmin):
    """Read only; what it says is said on the desk's readiness list."""

    about = "document"
    list_display = ("item", "document", "begun", "reason")
    list_filter = ("begun",)
    search_fields = ("item", "document__code", "reason")
    list_select_related = ("document",)
