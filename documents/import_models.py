"""Papers that come in: a run of files, and what became of each."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.models import Document, Kind
from documents.understanding import Understood
from tenants import clock
from tenants.history import History
from tenants.models import Member, StoredFile, Unit
from tenants.scoping import AgencyOwned, ScopedManager


class ImportRun(AgencyOwned):
    """Files somebody brought together. Whoever brings them drafts what comes of them."""

    label = models.CharField(_("files"), max_length=200)  # the folder, the archive, the first file
    by = models.ForeignKey(Member, models.PROTECT, verbose_name=_("brought by"), related_name="+")
    begun_at = models.DateTimeField(_("begun"), default=clock.now)
    asked_at = models.DateTimeField(_("drafts asked for"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    history = History()

    class Meta:
        verbose_name, verbose_name_plural = pgettext_lazy("of papers", "import"), pgettext_lazy("of papers", "imports")
        ordering = ["-begun_at", "-pk"]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("import_run", args=[self.pk])


class Outcome(models.TextChoices):
    """What became of a file."""

    WAITING = "", _("waiting")
    CREATED = "created", _("a draft was begun")
    UPDATED = "updated", _("the untouched draft was renewed")
    UNCHANGED = "unchanged", _("is there already")
    LEFT = "left", _("left out")
    REFUSED = "refused", _("not taken")


class ImportedFileQuerySet(models.QuerySet["ImportedFile"]):
    def unread(self) -> Self:
        """Still to be read."""
        return self.filter(read_at=None, outcome=Outcome.WAITING)


class ImportedFile(AgencyOwned):
    """One file of a run: as it came, as it was understood, as people corrected that, and what became of it."""

    run = models.ForeignKey(ImportRun, models.PROTECT, verbose_name=_("import"), related_name="files")
    position = models.PositiveIntegerField()
    name = models.CharField(_("file"), max_length=300)
    size = models.PositiveBigIntegerField(_("size"), default=0)  # bytes
    sha256 = models.CharField("SHA-256", max_length=64)
    original = models.ForeignKey(StoredFile, models.PROTECT, verbose_name=_("original"), null=True, related_name="+")
    file_kind = models.CharField(max_length=30, blank=True)
    understood = models.JSONField(default=dict)  # documents.understanding
    examined = models.JSONField(default=dict, db_default={}, editable=False)  # documents.filing, until it is dealt with
    claimed_at = models.DateTimeField(null=True, editable=False)  # by the worker that is at it
    tries = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)  # begun, with no end so far
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    is_wanted = models.BooleanField(_("take it"), default=True)
    code = models.CharField(pgettext_lazy("document", "code"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind, blank=True)
    title = models.CharField(pgettext_lazy("document", "title"), max_length=500, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("unit in charge"), null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome, blank=True, default=Outcome.WAITING)
    problem = models.TextField(_("why not"), blank=True)  # in words, with what to do
    document = models.ForeignKey(
        Document, models.PROTECT, verbose_name=_("document"), null=True, blank=True, related_name="imported"
    )
    saving = models.BigIntegerField(null=True, blank=True)  # documents.actions.last_saved of the draft as it was left

    objects = ScopedManager.from_queryset(ImportedFileQuerySet)()  # type: ignore[misc]  # narrower than AgencyOwned's

    class Meta:
        verbose_name, verbose_name_plural = _("imported file"), _("imported files")
        ordering = ["run", "position"]
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="imported_file_once")]
        indexes = [models.Index(fields=["agency", "sha256"], name="imported_by_hash")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("imported_file", args=[self.run_id, self.position])

    @property
    def may_be_saved(self) -> bool:
        """Whether the original is handed out: it is there, was read, and nothing is wrong with it."""
        return self.original_id is not None and self.read_at is not None and not self.problem

    @property
    def said(self) -> Understood:
        return Understood.of(self.understood)
