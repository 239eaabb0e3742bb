"""What can be asked about documents and versions."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Exists, F, Func, OuterRef, Q, When

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
        """The text that held on that day, whatever has become of it since.

        What was withdrawn before it came into force has no last day: it never held.
        """
        held = Q(state="in_force") | Q(state__in=["superseded", "withdrawn"], effective_to__gte=day)
        return self.filter(held, effective_from__lte=day)

    def open(self) -> Self:
        return self.filter(state__in=["draft", "in_review", "in_approval", "approved"])

    def with_hands(self) -> Self:
        """`hands`: ids of the members who may not sign it (see documents.permissions.hands_in)."""
        return self.annotate(hands=_hands())

    def waiting_for(self, member: Member) -> Self:
        """What this member can review or approve now, and drafts of theirs to finish (see documents.permissions)."""
        untouched = ~Q(hands__contains=[member.pk])
        mine = Q(state="draft", drafted_by=member)
        if member.has_role(*permissions.REVIEWERS):
            mine |= Q(state="in_review") & untouched
        if member.has_role(*permissions.APPROVERS):
            mine |= Q(state="in_approval") & untouched
        return self.alias(hands=_hands()).filter(mine)

    def due_to_come_into_force(self, on: dt.date | None = None) -> Self:
        return self.filter(state="approved", effective_from__lte=on or clock.today())


def _versions() -> Any:
    """The versions of the document of the outer query."""
    return apps.get_model("documents", "Version").objects.filter(document=OuterRef("pk"))


def _hands() -> Any:
    """Member ids: who drafted, edited or submitted the version in any round, and who has signed in this one."""
    drafts = apps.get_model("documents", "HistoricalVersion").objects.order_by().filter(state="draft")
    earlier = drafts.filter(id=OuterRef("id"), round=OuterRef("round"), history_id__lt=OuterRef("history_id"))
    edits = drafts.filter(Exists(earlier), id=OuterRef("pk"))  # a round's first row is the beginning or the return
    signatures = apps.get_model("documents", "Signature").objects.order_by()
    signed = signatures.filter(Q(role="drafted") | Q(round=OuterRef("round")), version=OuterRef("pk"))
    ids: Any = ArrayField(models.BigIntegerField())
    both = Func(
        ArraySubquery(edits.values("history_user")),
        ArraySubquery(signed.values("member")),
        function="array_cat",
        output_field=ids,
    )
    return Func(both, F("drafted_by"), function="array_append", output_field=ids)
