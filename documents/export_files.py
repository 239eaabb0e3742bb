"""Which stored files belong to a version: the one place an export asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from documents.content import Content
from documents.models import UploadedFile, Version
from tenants.models import StoredFile

Stored = dict[str, StoredFile]


class Broken(Exception):
    """A stored file is missing, or is no longer what was stored. Carries words for whoever asked."""


def uploads_of(versions: Iterable[Version]) -> Stored:
    """The uploaded files of these versions by their hash: one question for all of them. Raises Malformed as below."""
    contents = [Content.of(version.content) for version in versions]
    rows = UploadedFile.objects.named_in(*contents).select_related("stored").only("sha256", "stored")
    return {row.sha256: row.stored for row in rows}


def stored_files(version: Version, uploads: Stored) -> Iterator[tuple[str, StoredFile]]:
    """(name in the archive, stored file), in a fixed order: the paper as printed, then what was uploaded, byte for byte.

    Raises Malformed for a content of another shape, Broken where a file it names is not among `uploads`.
    """
    if version.pdf is not None:
        yield version.pdf.name, version.pdf
    for number, file in enumerate(Content.of(version.content).files, 1):
        if file.sha256 not in uploads:
            raise Broken(_("The stored file %(name)s is missing. Tell the administrator.") % {"name": file.name})
        yield f"{number:02}-{file.name}", uploads[file.sha256]
