"""The whole set of documents as one archive: asked for, made by a worker, kept for some days."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import ConcurrentTransitionMixin, transition

from tenants import clock
from tenants.history import History
from tenants.models import Member
from tenants.scoping import AgencyOwned, ScopedManager
from tenants.transitions import StateField


class ExportState(models.TextChoices):
    ASKED = "asked", pgettext_lazy("export", "Being made")
    READY = "ready", pgettext_lazy("export", "Ready")
    FAILED = "failed", pgettext_lazy("export", "Could not be made")
    EXPIRED = "expired", pgettext_lazy("export", "Removed after its days")


class DocumentExportQuerySet(models.QuerySet[Any]):
    def visible_to(self, member: Member) -> Self:
        return self.filter(agency=member.agency_id)

    def waiting(self) -> Self:
        return self.filter(state="asked")

    def over(self, now: dt.datetime) -> Self:
        """Ready, and its days have passed."""
        return self.filter(state="ready", expires_at__lte=now)


class DocumentExport(ConcurrentTransitionMixin, AgencyOwned):
    """One archive. It holds what whoever asked for it may see, and only they fetch it."""

    all_versions = models.BooleanField(_("with all signed versions"), default=False)
    asked_by = models.ForeignKey(Member, models.PROTECT, verbose_name=_("asked by"), related_name="+")
    asked_at = models.DateTimeField(_("asked at"), default=clock.now)
    state = StateField(_("state"), choices=ExportState, default=ExportState.ASKED, protected=True)
    path = models.CharField(max_length=200, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("size"), null=True, editable=False)  # bytes
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)  # of the archive
    manifest = models.CharField(_("SHA-256 of the manifest"), max_length=64, blank=True, editable=False)
    versions = models.PositiveIntegerField(_("versions"), null=True, editable=False)
    unprinted = models.PositiveIntegerField(_("versions whose PDF was not yet made"), null=True, editable=False)
    made_at = models.DateTimeField(_("made at"), null=True, editable=False)
    expires_at = models.DateTimeField(_("kept until"), null=True, editable=False)
    documents = ArrayField(
        models.BigIntegerField(), null=True, editable=False
    )  # ids of those inside, in content or list
    failure = models.CharField(_("why it could not be made"), max_length=500, blank=True, editable=False)
    history = History(excluded_fields=["documents"])  # set once, with the archive

    objects = ScopedManager.from_queryset(DocumentExportQuerySet)()
    everywhere = DocumentExportQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("export of the documents"), _("exports of the documents")
        ordering: ClassVar = ["-asked_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["asked_by", "all_versions"], condition=Q(state="asked"), name="one_export_at_a_time"
            ),
            models.CheckConstraint(
                name="export_ready_has_file",
                condition=~Q(state="ready") | (~Q(sha256="") & ~Q(path="") & Q(expires_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("exports")

    @transition(state, ExportState.ASKED, ExportState.READY)
    def finish_export(self, expires_at: dt.datetime | None = None) -> None:
        """The archive is stored."""
        self.made_at, self.expires_at = clock.now(), expires_at

    @transition(state, ExportState.ASKED, ExportState.FAILED)
    def fail_export(self, failure: str = "") -> None:
        """A stored file is missing or is no longer what it was, or we failed; whoever asked reads why."""
        self.failure = failure

    @transition(state, ExportState.READY, ExportState.EXPIRED)
    def expire_export(self) -> None:
        """Its days are over: the file is removed, the line stays."""
