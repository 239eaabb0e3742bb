"""What can be asked about updates to the law."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, When

from documents import permissions
from documents.querysets import hidden_ids

if TYPE_CHECKING:
    from tenants.models import Member


class LegalUpdateQuerySet(models.QuerySet[Any]):
    def visible_to(self, member: Member) -> Self:
        return self.filter(agency=member.agency_id).exclude(document__in=hidden_ids(member))

    def open(self) -> Self:
        return self.filter(state="open")

    def overdue(self, on: dt.date) -> Self:
        return self.filter(state="open", due_on__lt=on)

    def waiting_for(self, member: Member) -> Self:
        """Open, and this member keeps the document: the ISO secretary, or the head of the unit in charge."""
        if member.has_role(*permissions.LAW_KEEPERS):
            return self.open()
        unit_head = member.unit_id is not None and member.has_role(*permissions.UNIT_KEEPERS)
        return self.open().filter(document__unit=member.unit_id) if unit_head else self.none()

    def by_document(self) -> Self:
        return self.select_related("document").order_by(Case(When(state="open", then=0), default=1), "due_on", "pk")
