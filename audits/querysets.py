"""What can be asked about audits and findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from tenants.models import Member


class AuditQuerySet(models.QuerySet[Any]):
    def visible_to(self, member: Member) -> Self:
        return self.filter(agency=member.agency_id)

    def open(self) -> Self:
        return self.filter(state__in=("planned", "in_progress"))

    def of_year(self, year: int) -> Self:
        return self.filter(planned_on__year=year)

    def waiting_for_report(self) -> Self:
        """Closed, and the worker has not stored the report yet."""
        return self.filter(state="closed", report__isnull=True)

    def with_progress(self) -> Self:
        """Each with `asked`, `answered` and `found`: how many questions, answers and findings."""
        questions = self.model._meta.get_field("questions").related_model
        findings = self.model._meta.get_field("findings").related_model
        return self.annotate(
            asked=_count(questions.objects.all()),
            answered=_count(questions.objects.exclude(answer="")),
            found=_count(findings.objects.standing()),
        )

    def waiting_for(self, member: Member) -> Self:
        team = self.model._meta.get_field("team").related_model
        in_team = Exists(team.objects.filter(audit=OuterRef("pk"), member=member))
        return self.open().filter(Q(lead=member) | in_team)


def _count(rows: models.QuerySet[Any]) -> Coalesce:
    """How many of `rows` belong to the audit of the outer query."""
    counted = rows.filter(audit=OuterRef("pk")).order_by().values("audit").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


class FindingQuerySet(models.QuerySet[Any]):
    def visible_to(self, member: Member) -> Self:
        return self.filter(agency=member.agency_id)

    def standing(self) -> Self:
        """Not withdrawn."""
        return self.filter(withdrawn="")
