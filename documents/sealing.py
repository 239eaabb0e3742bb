"""Is the text still the one that was signed: its seal reckoned anew, beside the one kept and those of its signatures."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from documents.content import Content, seal
from documents.models import Signature, Version
from documents.whole_files import check_files
from tenants.transitions import NotPossible


class NotAsSigned(NotPossible):
    """The text is no longer the one that was submitted and signed."""


def seal_of(version: Version) -> str:
    """The SHA-256 of what the version says now."""
    content = Content.of(version.content)
    return seal(
        content,
        code=version.document.code,
        issue=version.issue,
        revision=version.revision,
        title=version.title,
        change_reason=version.change_reason,
        change_parts=version.change_parts,
        change_summary=version.change_summary,
    )


def is_as_signed(version: Version, signatures: Iterable[Signature] | None = None) -> bool:
    """The text is the one that was submitted, and every signature of the round (these, where they are at hand) stands
    under that text, and under the day it comes into force where it says one.

    True for what has not been submitted: nothing is sealed yet.
    """
    if not version.sha256:
        return True
    if signatures is None:
        signatures = version.signatures.filter(round=version.round)
    return seal_of(version) == version.sha256 and all(
        row.sha256 == version.sha256 and row.effective_from in (None, version.effective_from) for row in signatures
    )


def check_seal(version: Version) -> None:
    """What is signed now is what was submitted, letter for letter; otherwise nobody signs."""
    if not is_as_signed(version):
        raise NotAsSigned(
            _("The text no longer matches its hash. Tell the administrator; nobody can sign it."), about=version
        )
    check_files(version)


def check_as_signed(version: Version) -> None:
    """What comes into force is what was signed."""
    if not is_as_signed(version):
        raise NotAsSigned(
            _("The text is no longer the one that was signed. Tell the administrator; it does not come into force."),
            about=version,
        )


def seal_now(version: Version) -> str:
    """The seal it was submitted under; of a draft that of its text."""
    return version.sha256 or seal_of(version)


def check_seen(version: Version, seen: str) -> None:
    """`seen`: the seal of the text that was read."""
    if seen != seal_now(version):
        raise NotPossible(_("The text was changed since you opened this page. Read it again."), about=version)
