"""Does the version in force still fit? A verdict with a reason, and what follows from it (ISO 9001 clause 7.5.3)."""

from __future__ import annotations

import datetime as dt

from django.db.transaction import atomic
from django.utils.translation import gettext as _

from documents import changing, cycle_notices, permissions
from documents.actions import REVIEW_AFTER_MONTHS
from documents.models import Document, PeriodicReview, Verdict, Version
from tenants import clock
from tenants.models import Member
from tenants.transitions import NotAllowed, NotPossible, deed, lock
from tenants.workdays import months_later


@atomic
def review_document(
    document: Document, verdict: str, reason: str, *, by: Member, next_on: dt.date | None = None, parts: str = ""
) -> PeriodicReview:
    """Keep: the next review is on `next_on` (a year on when none is named). Revise: a request for change of `parts` is
    opened in the name of `by`. Withdraw: the head, who alone withdraws, is asked to.

    Raises NotPossible without a version in force, without a reason, or for a day that is not ahead.
    """
    document = lock(document)
    if not permissions.may_review_document(document, by):
        raise NotAllowed(
            _("Your role in this agency does not include this."),
            about=document,
            needs=_("the ISO secretary or the head of the unit in charge"),
        )
    version = document.versions.in_force().first()
    if version is None:
        raise NotPossible(_("No version is in force."), about=document)
    if not reason.strip():
        raise NotPossible(_("A reason is needed."))
    today, due_on = clock.today(), document.next_review_on
    following = None
    if verdict == Verdict.KEEP:
        following = next_on or months_later(today, REVIEW_AFTER_MONTHS)
        if not today < following <= months_later(today, REVIEW_AFTER_MONTHS):
            raise NotPossible(_("The next review lies ahead, within a year."), about=document)
    version.document = document
    with deed("reviewed", document, by=by, reason=reason, details={"verdict": verdict, "version": version.number}):
        request = changing.propose(document, parts, reason, by=by) if verdict == Verdict.REVISE else None
        review = PeriodicReview.objects.create(
            version=version,
            due_on=due_on,
            verdict=verdict,
            reason=reason.strip(),
            member=by,
            next_on=following,
            request=request,
        )
        if following:
            document.next_review_on = following
            document.save()
    if verdict == Verdict.WITHDRAW:
        cycle_notices.withdrawal_was_advised(review)
    return review


def advice_on(version: Version) -> str:
    """The reason of whoever advised to withdraw it, for the head who does."""
    advice = version.reviews.filter(verdict=Verdict.WITHDRAW).first()
    return str(advice.reason) if advice else ""
