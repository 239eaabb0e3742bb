"""What must be mended before a version is submitted; a minor correction, which nobody reads again, may not touch all."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.comparison import predecessor
from documents.content import Content, problems
from documents.models import Version

BOUND = {  # what people work by and residents count on, by its name in Content
    "legal_bases": gettext_lazy("Legal basis"),
    "components": gettext_lazy("Dossier components"),
    "sets": gettext_lazy("Number of sets"),
    "limit": gettext_lazy("Time limit"),
    "place": gettext_lazy("Place of reception and return"),
    "fee": gettext_lazy("Fee"),
    "steps": gettext_lazy("Steps of the work"),
    "result": gettext_lazy("Result"),
    "forms": gettext_lazy("Forms"),
}


def unmended(version: Version) -> list[str]:
    """What must be mended before it can be submitted, in words; empty when nothing."""
    return problems(Content.of(version.content), kind=version.document.kind) + _overstepped(version)


def _overstepped(version: Version) -> list[str]:
    """Why this minor correction is none, one sentence for all its parts; empty for any other version."""
    former = predecessor(version) if version.is_minor else None
    if former is None:
        return []
    before, after = Content.of(former.content), Content.of(version.content)
    parts = [f"“{words}”" for name, words in BOUND.items() if getattr(before, name) != getattr(after, name)]
    if not parts:
        return []
    return [
        _(
            "A minor correction does not change %(parts)s. Put back what version %(number)s says there, or drop this draft and "
            "begin a revision, which everybody reads."
        )
        % {"parts": ", ".join(parts), "number": former.number}
    ]
