"""What can be asked about legal texts and about updates to the law."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, Q, When

from documents import permissions
from documents.citations import code_of
from documents.querysets import hidden_ids
from tenants.querysets import saying
from tenants.words import fold

if TYPE_CHECKING:
    from tenants.models import Member


class LegalTextQuerySet(models.QuerySet[Any]):
    def found_by(self, query: str) -> Self:
        """Every word stands in the number, kind, abstract or issuer; accents not needed, and a number however it is
        written: “nghị định số 0123/2015”. Without a word nothing is found.
        """
        words = re.sub(r"(?:^|(?<= ))so (?=\d)", "", fold(query)).split()
        kinds = [(kind, fold(str(label))) for kind, label in self.model._meta.get_field("kind").flatchoices]
        rows = self if words else self.none()
        for word in words:
            places = saying(word, "title", "issuer") | Q(
                kind__in=[kind for kind, label in kinds if word in label.split()]
            )
            if code := code_of(word):
                places |= Q(code__startswith=code) | Q(code__contains=f"-{code}")
            rows = rows.filter(places)
        return rows

    def in_effect(self, when: str, today: dt.date, gone: Collection[str]) -> Self:
        """`when`: "now", "ahead" or "ended"; `gone`: the codes of what another has replaced or repealed by today."""
        over = Q(code__in=list(gone)) | Q(effective_to__isnull=False, effective_to__lt=today)
        if when == "ended":
            return self.filter(over)
        ahead = Q(effective_from__isnull=True) | Q(effective_from__gt=today)
        return self.exclude(over).filter(ahead if when == "ahead" else ~ahead)


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
