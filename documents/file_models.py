"""Uploaded files: the bytes kept once, and what was read of them. Versions name them by their hash (Content.file)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage
from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.extraction import Extract
from documents.file_kinds import MEDIA_TYPES
from documents.sniffing import KINDS, notes_of
from tenants import clock
from tenants.models import Member, StoredFile
from tenants.scoping import AgencyOwned, ScopedManager

if TYPE_CHECKING:
    from documents.content import Content


class UploadedFileQuerySet(models.QuerySet["UploadedFile"]):
    def named_in(self, *contents: Content) -> UploadedFileQuerySet:
        """Content files and attachments of these contents."""
        return self.filter(sha256__in={file.sha256 for content in contents for file in content.files})


class UploadedFile(AgencyOwned):
    """Bytes somebody uploaded, once for each agency; append-only. A version that holds them is sealed with their hash.

    `extract` and `text` are derived and can be made anew; the bytes cannot.
    """

    sha256 = models.CharField("SHA-256", max_length=64)
    kind = models.CharField(
        _("kind of file"),
        max_length=20,
        choices=[(str(kind), words) for kind, words in KINDS.items() if kind in MEDIA_TYPES],
    )
    stored = models.ForeignKey(StoredFile, models.PROTECT, verbose_name=_("stored file"), related_name="+")
    extract = models.JSONField(default=dict)  # documents.extraction.Extract
    text = models.TextField(blank=True, default="")  # of the extract, margins included: what search reads
    uploaded_by = models.ForeignKey(Member, models.PROTECT, verbose_name=_("uploaded by"), related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded at"), default=clock.now)

    objects = ScopedManager.from_queryset(UploadedFileQuerySet)()
    everywhere = UploadedFileQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("uploaded file"), _("uploaded files")
        ordering = ["-uploaded_at"]
        constraints = [models.UniqueConstraint(fields=["agency", "sha256"], name="uploaded_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.sha256[:12]}"

    @property
    def read(self) -> Extract:
        return Extract.of(self.extract)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know about it, in sentences."""
        return notes_of(self.extract.get("marks", ()))

    @property
    def content(self) -> bytes:
        with default_storage.open(self.stored.path) as file:
            return bytes(file.read())

    @property
    def is_whole(self) -> bool:
        """The bytes in the store are those that were uploaded."""
        try:
            return hashlib.sha256(self.content).hexdigest() == self.sha256
        except FileNotFoundError:
            return False


def uploaded(content: Content) -> dict[str, Any]:
    """The rows of the files a content holds, by their hash."""
    if not content.files:
        return {}
    return {row.sha256: row for row in UploadedFile.objects.named_in(content).select_related("stored").defer("text")}
