"""Who is told that the law changed: whoever keeps the documents that cite it. One mail for each person and sweep."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import translation
from django.utils.translation import gettext as _

from documents import permissions
from documents.law_models import LegalUpdate, named
from tenants import clock, links, mails
from tenants.models import Member


def updates_opened(opened: list[LegalUpdate]) -> None:
    """The ISO secretary hears of all, the head of a unit of the documents of the unit."""
    mark = f"law.{min(row.pk for row in opened)}.{len(opened)}.{clock.now():%Y%m%d%H%M%S}"  # the same open again later
    letters = []
    for member in Member.objects.select_related("user").at_work():
        mine = [row for row in opened if keeps(row, member)]
        if mine and member.user is not None:
            with translation.override(member.user.language):
                letters.append((member, *_letter(mine)))
    mails.write_all(mark, letters)


def keeps(update: LegalUpdate, member: Member) -> bool:
    """Is this document kept by this member? See LegalUpdateQuerySet.waiting_for."""
    if member.has_role(*permissions.LAW_KEEPERS):
        return True
    own_unit = member.unit_id is not None and update.document.unit_id == member.unit_id
    return own_unit and member.has_role(*permissions.UNIT_KEEPERS)


def _letter(rows: Iterable[LegalUpdate]) -> tuple[str, str]:
    rows = list(rows)
    lines = [
        (
            _("- %(code)s %(title)s cites %(cited)s, no longer in effect from %(day)s; to be updated by %(due)s")
            if row.how == "ended"
            else _("- %(code)s %(title)s cites %(cited)s, changed by %(number)s from %(day)s; to be updated by %(due)s")
        )
        % named(row)
        + f"\n  {links.absolute(links.below('document', row.document.code))}"
        for row in rows[:30]
    ]
    subject = _("The law changed: %(count)s documents to update") % {"count": len(rows)}
    return subject, _("These documents in force cite a text that has changed or ended:") + "\n\n" + "\n".join(
        lines
    ) + "\n"
