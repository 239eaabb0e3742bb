"""What can be asked about documents and versions."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When

from documents import permissions
from tenants import clock

if TYPE_CHECKING:
    from tenants.models import Member


class DocumentQuerySet(models.QuerySet[Any]):
    def visible_to(self, member: Member) -> Self:
        return self.filter(agency=member.agency_id)

    def matching(self, text: str) -> Self:
        """Every word in the code, the title or the codes of its services; accents and case do not matter."""
        found = self
        for word in text.split()[:10]:
            here = Q(code__unaccent__icontains=word) | Q(title__unaccent__icontains=word)
            found = found.filter(here | Exists(_versions().filter(content__services__contains=[word])))
        return found

    def in_state(self, state: str) -> Self:
        """With a version in this state; withdrawn means that nothing took its place."""
        found = self.filter(Exists(_versions().filter(state=state)))
        if state == "withdrawn":
            found = found.exclude(Exists(_versions().exclude(state__in=["withdrawn", "superseded"])))
        return found

    def in_order(self) -> Self:
        """The order of the master list: by kind from policy to external, then by code."""
        from_top = self.model._meta.get_field("kind").choices
        places = Case(
            *(When(kind=kind, then=place) for place, (kind, _) in enumerate(from_top)),
            output_field=models.IntegerField(),
        )
        return self.order_by(places, "code")

    def due_for_review(self, on: dt.date) -> Self:
        """In force, and the review date has come."""
        return self.filter(next_review_on__lte=on, versions__state="in_force")


class VersionQuerySet(models.QuerySet[Any]):
    def visible_to(self, member: Member) -> Self:
        return self.filter(agency=member.agency_id)

    def in_force(self) -> Self:
        return self.filter(state="in_force")

    def in_force_on(self, day: dt.date) -> Self:
        """The text that held on that day, whatever has become of it since."""
        held = Q(state__in=["in_force", "superseded", "withdrawn"], effective_from__lte=day)
        return self.filter(held & (Q(effective_to__isnull=True) | Q(effective_to__gte=day)))

    def open(self) -> Self:
        return self.filter(state__in=["draft", "in_review", "in_approval", "approved"])

    def waiting_for(self, member: Member) -> Self:
        """What this member can review or approve now, and drafts of theirs to finish (see documents.permissions)."""
        signed = self.filter(signatures__member=member, signatures__round=F("round"))
        untouched = ~Q(drafted_by=member) & ~Q(pk__in=signed.values("pk"))
        mine = Q(state="draft", drafted_by=member)
        if member.has_role(*permissions.REVIEWERS):
            mine |= Q(state="in_review") & untouched
        if member.has_role(*permissions.APPROVERS):
            mine |= Q(state="in_approval") & untouched
        return self.filter(mine)

    def due_to_come_into_force(self, on: dt.date | None = None) -> Self:
        return self.filter(state="approved", effective_from__lte=on or clock.today())


def _versions() -> Any:
    """The versions of the document of the outer query."""
    return apps.get_model("documents", "Version").objects.filter(document=OuterRef("pk"))
