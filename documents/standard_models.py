"""How clauses of editions go together, which documents serve a clause, and what an agency says about it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.models import Clause, Document
from tenants.history import History
from tenants.scoping import AgencyOwned


class CorrelationKind(models.TextChoices):
    """What a clause of one edition is in another. The first clause named is the subject."""

    EQUAL = "equal", pgettext_lazy("correlation", "equal")
    PART_OF = "part_of", pgettext_lazy("correlation", "part of")
    CONTAINS = "contains", pgettext_lazy("correlation", "contains")
    OVERLAPS = "overlaps", pgettext_lazy("correlation", "overlaps")
    CHANGED = "changed", pgettext_lazy("correlation", "changed")
    NEW = "new", pgettext_lazy("correlation", "new")
    REMOVED = "removed", pgettext_lazy("correlation", "removed")


class Correlation(models.Model):
    """From a clause to a clause of another edition. New has no former clause, removed has no later one. Shared."""

    former = models.ForeignKey(Clause, models.CASCADE, null=True, blank=True, related_name="later")
    later = models.ForeignKey(Clause, models.CASCADE, null=True, blank=True, related_name="former")
    kind = models.CharField(_("kind"), max_length=10, choices=CorrelationKind)
    note_vi = models.TextField(blank=True)
    note_en = models.TextField(blank=True)
    imported = models.JSONField(default=dict, editable=False)  # as last imported: what differs is people's

    class Meta:
        verbose_name, verbose_name_plural = _("correlation"), _("correlations")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["former", "later"], name="correlation_once", nulls_distinct=False),
            models.CheckConstraint(
                name="correlation_has_its_ends",
                condition=Q(kind="new", former__isnull=True, later__isnull=False)
                | Q(kind="removed", former__isnull=False, later__isnull=True)
                | Q(former__isnull=False, later__isnull=False) & ~Q(kind__in=["new", "removed"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.former or '–'} → {self.later or '–'}: {self.get_kind_display()}"


class ServedClause(AgencyOwned):
    """This document serves that clause, as somebody said; what the kind implies is not written down."""

    document = models.ForeignKey(Document, models.PROTECT, verbose_name=_("document"), related_name="served")
    clause = models.ForeignKey(Clause, models.PROTECT, verbose_name=_("clause"), related_name="+")
    history = History()

    class Meta:
        verbose_name, verbose_name_plural = _("clause served"), _("clauses served")
        ordering: ClassVar = ["clause__position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["document", "clause"], name="served_once")]

    def __str__(self) -> str:
        return f"{self.document.code}: {self.clause.number}"


class ClauseNote(AgencyOwned):
    """What the agency says about a clause: how it meets it, or why it does not apply. No import touches it."""

    clause = models.ForeignKey(Clause, models.PROTECT, verbose_name=_("clause"), related_name="+")
    applies = models.BooleanField(_("applies to this agency"), default=True)
    words = models.TextField(_("how the agency meets it, or why it does not apply"), max_length=2000, blank=True)
    history = History()

    class Meta:
        verbose_name, verbose_name_plural = _("note on a clause"), _("notes on clauses")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "clause"], name="clause_noted_once"),
            models.CheckConstraint(name="exclusion_has_reason", condition=Q(applies=True) | ~Q(words="")),
        ]

    def __str__(self) -> str:
        return f"{self.clause.number}"
