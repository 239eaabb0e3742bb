"""Comments on the parts of a version: said with a return, shown beside the part, settled by the next submission."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from documents.content import Content
from documents.models import Comment, Version
from tenants import clock
from tenants.history import doing
from tenants.models import Member
from tenants.transitions import NotPossible

Said = tuple[str, str]  # part, text
STEP = "step_"


@dataclass(frozen=True)
class Remark:
    """A comment as it is shown: what was said, by whom, about which part, and where the part stands on the sheet."""

    part: str
    title: str
    text: str
    who: str
    at: dt.datetime
    anchor: str
    settled_at: dt.datetime | None = None


def parts_of(version: Version) -> dict[str, str]:
    """What can be commented on, in the order of the sheet: key (of the entry in the editor) and title."""
    found = {"title": _("Title")}
    if (version.issue, version.revision) != (1, 0):
        found["change_summary"] = _("Amendments")
    if not version.document.is_procedure:
        return found | {"text": _("Content")}
    steps = Content.of(version.content).steps
    return found | {
        "purpose": _("1. Purpose"),
        "scope": _("2. Scope"),
        "references": _("3. References"),
        "definitions": _("4. Definitions, abbreviations"),
        "legal_bases": _("5.1 Legal basis"),
        "components": _("5.2 Dossier components"),
        "sets": _("5.3 Number of sets"),
        "limit_amount": _("5.4 Time limit"),
        "place": _("5.5 Place of reception and return"),
        "fee": _("5.6 Fee"),
        "result": _("Result"),
        **{
            f"{STEP}{number}": _("Step %(number)s: %(name)s") % {"number": number, "name": step.name}
            for number, step in enumerate(steps, 1)
        },
        "forms": _("6. Forms"),
        "records": _("7. Records kept"),
    }


def say(version: Version, comments: Iterable[Said], *, round: int, by: Member, reason: str) -> None:
    """Write down the comments of the return of this round, within its deed. Raises NotPossible for a part the version does not have."""
    parts = parts_of(version)
    with doing(by, reason):
        for part, text in comments:
            if part not in parts or not text.strip():
                raise NotPossible(_("A comment names a part of this version and says something."), about=version)
            Comment(version=version, round=round, part=part, text=text.strip(), member=by).save()


def settle(version: Version, *, by: Member) -> int:
    """The drafter submits again: what was open is settled. Returns how many."""
    opened = list(version.comments.filter(settled_at=None))
    with doing(by):
        for comment in opened:
            comment.settled_at = clock.now()
            comment.save()
    return len(opened)


def remarks_on(version: Version) -> list[Remark]:
    """All of them, what is open first, in the order of the sheet. A step that has gone keeps its number in words."""
    parts = parts_of(version)
    places = list(parts)
    rows = list(version.comments.select_related("member"))
    rows.sort(
        key=lambda row: (
            row.settled_at is not None,
            places.index(row.part) if row.part in parts else len(places),
            row.said_at,
        )
    )
    return [
        Remark(
            part=row.part,
            title=parts.get(row.part) or _former(row.part),
            text=row.text,
            who=row.member.name,
            at=row.said_at,
            anchor=_anchor(row.part),
            settled_at=row.settled_at,
        )
        for row in rows
    ]


def open_by_part(version: Version) -> dict[str, list[Remark]]:
    """For the editor: the open ones beside the entry they concern."""
    found: dict[str, list[Remark]] = {}
    for remark in remarks_on(version):
        if remark.settled_at is None:
            found.setdefault(remark.part, []).append(remark)
    return found


def _former(part: str) -> str:
    return _("Step %(number)s") % {"number": part.removeprefix(STEP)} if part.startswith(STEP) else part


def _anchor(part: str) -> str:
    """Where the part stands on the sheet (documents/sheet.html)."""
    places = {
        "title": "sheet-title", "change_summary": "p0", "purpose": "p1", "scope": "p2", "references": "p3",
        "definitions": "p4", "forms": "p6", "records": "p7",
    }  # fmt: skip
    return places.get(part, "p5")
