"""Numbered controlled copies of a version: who holds which print, and whether it came back (ISO 9001 clause 7.5.3)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.models import State, Version
from tenants import clock
from tenants.history import History
from tenants.models import Member
from tenants.scoping import AgencyOwned, ScopedManager


class ControlledCopyQuerySet(models.QuerySet["ControlledCopy"]):
    def out(self) -> ControlledCopyQuerySet:
        """Handed out and not recalled."""
        return self.filter(recalled_on=None)

    def to_recall(self) -> ControlledCopyQuerySet:
        """Still out, though nobody may work by their version any longer."""
        return self.out().filter(version__state__in=[State.SUPERSEDED, State.WITHDRAWN])


class ControlledCopy(AgencyOwned):
    """One numbered print of a version. Numbers of a version are never reused."""

    version = models.ForeignKey(Version, models.PROTECT, verbose_name=_("version"), related_name="copies")
    number = models.PositiveSmallIntegerField(_("copy no."))
    holder = models.CharField(_("holder"), max_length=150)
    place = models.CharField(pgettext_lazy("of a copy", "place"), max_length=200, blank=True)
    handed_out_on = models.DateField(_("handed out on"), default=clock.today)
    handed_out_by = models.ForeignKey(Member, models.PROTECT, verbose_name=_("handed out by"), related_name="+")
    recalled_on = models.DateField(_("recalled on"), null=True, blank=True)
    recalled_by = models.ForeignKey(
        Member, models.PROTECT, verbose_name=_("recalled by"), related_name="+", null=True, blank=True
    )
    recall_note = models.CharField(_("what became of it"), max_length=300, blank=True)
    history = History()

    objects = ScopedManager.from_queryset(ControlledCopyQuerySet)()
    everywhere = ControlledCopyQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("controlled copy"), _("controlled copies")
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="copy_number_once"),
            models.CheckConstraint(
                name="copy_recalled_by_somebody",
                condition=Q(recalled_on__isnull=True, recalled_by__isnull=True)
                | Q(recalled_on__isnull=False, recalled_by__isnull=False),
            ),
            models.CheckConstraint(
                name="copy_recalled_after_handing_out",
                condition=Q(recalled_on__isnull=True) | Q(recalled_on__gte=F("handed_out_on")),
            ),
        ]
        indexes = [models.Index(fields=["agency", "version"], condition=Q(recalled_on__isnull=True), name="copies_out")]

    def __str__(self) -> str:
        return _("%(version)s, copy no. %(number)s") % {"version": self.version, "number": f"{self.number:02}"}

    def get_absolute_url(self) -> str:
        return reverse("copies", args=[self.version.document.code, (self.version.issue, self.version.revision)])
