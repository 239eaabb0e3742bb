"""What must be mended before a version is submitted; a minor correction, which nobody reads again, may not touch all."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.comparison import compare, predecessor
from documents.content import Content, problems
from documents.differences import WORD, Mark, Row
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
    "scope": gettext_lazy("Scope"),
    "services": gettext_lazy("Services"),
    "limit_note": gettext_lazy("Note on the time limit"),
    "records": gettext_lazy("Records kept"),
    "file": gettext_lazy("File"),
    "link": gettext_lazy("Address, or where the paper is"),
    "attachments": gettext_lazy("Attachments"),
}
MOST_WORDS = 10  # of a text that a minor correction changes, gone or new, and no figure among them


def unmended(version: Version) -> list[str]:
    """What must be mended before it can be submitted, in words; empty when nothing."""
    return problems(Content.of(version.content), kind=version.document.kind) + _overstepped(version)


def _overstepped(version: Version) -> list[str]:
    """Why this minor correction is none: a sentence for its parts and one for its text; empty for any other version."""
    former = predecessor(version) if version.is_minor else None
    if former is None:
        return []
    before, after = Content.of(former.content), Content.of(version.content)
    parts = [f"“{words}”" for name, words in BOUND.items() if getattr(before, name) != getattr(after, name)]
    names = {"parts": ", ".join(parts), "words": MOST_WORDS, "number": former.number}
    found = []
    if parts:
        found.append(
            _(
                "A minor correction does not change %(parts)s. Put back what version %(number)s says there, or drop this draft "
                "and begin a revision, which everybody reads."
            )
            % names
        )
    if before.text != after.text and _rewritten(former, version):
        found.append(
            _(
                "A minor correction changes at most %(words)s words of the text and no figure in it. Put back what version "
                "%(number)s says there, or drop this draft and begin a revision, which everybody reads."
            )
            % names
        )
    return found


def _rewritten(former: Version, version: Version) -> bool:
    """More of the text changed than a correction may; what only looks different does not count."""
    text = next((part for part in compare(former, version).changed if part.anchor == "p5"), None)
    if text is None or version.document.is_procedure:  # a procedure says all in its parts
        return False
    figures = [
        [word for row in sorted(text.rows, key=place) for word in _words(row, but) if any(map(str.isdigit, word))]
        for place, but in ((lambda row: row.before or 0, Mark.NEW), (lambda row: row.after or 0, Mark.GONE))
    ]
    return bool(text.left) or figures[0] != figures[1] or sum(map(_changed_words, text.rows)) > MOST_WORDS


def _changed_words(row: Row) -> int:
    """How many words went or came; all of a paragraph that stands elsewhere."""
    same = 0 if row.moved else len(_words(row, Mark.NEW, Mark.GONE))
    return max(len(_words(row, Mark.NEW)), len(_words(row, Mark.GONE))) - same


def _words(row: Row, *but: Mark) -> list[str]:
    text = " ".join("".join(piece.text for piece in cell if piece.mark not in but) for cell in row.cells)
    return [word for word in WORD.findall(text) if any(map(str.isalnum, word))]
