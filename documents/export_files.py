"""Which stored files belong to a version: the one place an export asks."""

from __future__ import annotations

from collections.abc import Iterator

from documents.content import Content
from documents.file_models import uploaded
from documents.models import Version
from tenants.models import StoredFile


def stored_files(version: Version) -> Iterator[tuple[str, StoredFile]]:
    """(name in the archive, stored file), in a fixed order: the paper as printed, then what was uploaded, byte for byte.

    Raises Malformed for a content of another shape.
    """
    if version.pdf is not None:
        yield version.pdf.name, version.pdf
    content = Content.of(version.content)
    kept = uploaded(content)
    for number, file in enumerate(content.files, 1):
        yield f"{number:02}-{file.name}", kept[file.sha256].stored  # append-only: what a version names is there
