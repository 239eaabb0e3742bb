"""Which stored files belong to a version: the one place an export asks."""

from __future__ import annotations

from collections.abc import Iterator

from documents.models import Version
from tenants.models import StoredFile


def stored_files(version: Version) -> Iterator[tuple[str, StoredFile]]:
    """(name in the archive, stored file), in a fixed order. Uploaded files of a version are added here."""
    if version.pdf is not None:
        yield version.pdf.name, version.pdf
