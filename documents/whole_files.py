"""Whoever signs a version signs the hashes of its files: the bytes in the store must be those."""

from __future__ import annotations

from django.utils.translation import gettext as _

from documents.content import Content
from documents.file_models import uploaded
from documents.models import Version
from tenants.transitions import NotPossible


def check_files(version: Version) -> None:
    """Raises NotPossible for the first file whose bytes are gone or changed."""
    content = Content.of(version.content)
    kept = uploaded(content)
    for file in content.files:
        if file.sha256 not in kept or not kept[file.sha256].is_whole:
            raise NotPossible(
                _("The file %(name)s no longer matches its hash. Tell the administrator; nobody can sign it.")
                % {"name": file.name},
                about=version,
            )
