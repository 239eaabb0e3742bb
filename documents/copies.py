"""Controlled copies: handing out a numbered print, and taking it back when nobody may work by it any longer."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max
from django.db.transaction import atomic
from django.utils import translation
from django.utils.translation import gettext as _

from documents import papers, permissions, stamps
from documents.copy_models import ControlledCopy
from documents.models import State, Version
from tenants import clock
from tenants.models import Member
from tenants.transitions import NotAllowed, NotPossible, lock, record


@atomic
def hand_out(
    version: Version, *, by: Member, holder: str, place: str = "", on: dt.date | None = None
) -> ControlledCopy:
    """The next number of this version goes to `holder`. Raises NotPossible unless the version is signed and not over."""
    version = lock(version)  # which orders the numbers
    _may(by)
    if version.state not in (State.APPROVED, State.IN_FORCE):
        raise NotPossible(_("Only a version that is signed and not out of force is handed out."), about=version)
    on = on or clock.today()
    if on > clock.today():
        raise NotPossible(_("A copy is entered when it is handed out, not before."), about=version)
    last = ControlledCopy.objects.filter(version=version).aggregate(last=Max("number"))["last"]
    copy = ControlledCopy(
        version=version, number=(last or 0) + 1, holder=holder, place=place, handed_out_on=on, handed_out_by=by
    )
    return record(copy, "handed_out", by=by, details={"holder": holder, "place": place})


@atomic
def recall(copy: ControlledCopy, *, by: Member, note: str = "", on: dt.date | None = None) -> ControlledCopy:
    """It came back, or what became of it is in `note`. Raises NotPossible when it was recalled before."""
    copy = lock(copy)
    _may(by)
    if copy.recalled_on is not None:
        raise NotPossible(_("This copy has been recalled already."), about=copy)
    on = on or clock.today()
    if not copy.handed_out_on <= on <= clock.today():
        raise NotPossible(_("The day must lie between handing out and today."), about=copy)
    copy.recalled_on, copy.recalled_by, copy.recall_note = on, by, note
    return record(copy, "recalled", by=by, reason=note)


def printed(copy: ControlledCopy) -> bytes:
    """The stored paper with the number of the copy at the head of every page; obsolete across it when it is.

    Raises NotPossible when such a copy cannot be made, Busy.
    """
    assert copy.version.pdf is not None
    with translation.override("vi"):
        words = _("Controlled copy no. %(number)s · %(holder)s · handed out on %(day)s") % {
            "number": f"{copy.number:02}",
            "holder": ", ".join(filter(None, (copy.holder, copy.place))),
            "day": f"{copy.handed_out_on:%d/%m/%Y}",
        }
        return stamps.stamped(copy.version.pdf, papers.watermark_of(copy.version), words)


def _may(by: Member) -> None:
    if not permissions.may_hand_out(by):
        raise NotAllowed(_("Your role in this agency does not include this."), needs=_("the document controller"))
