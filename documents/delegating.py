"""The head delegates the signing of approvals, from one day to another, and ends it early (Decree 30/2020 art 13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from documents import cycle_notices, permissions
from documents.models import Delegation, Kind
from tenants import clock
from tenants.models import Member
from tenants.transitions import NotAllowed, NotPossible, deed, lock, record

LONGEST = 366  # days; whoever stands in for longer is appointed


@atomic
def delegate(
    to: Member,
    decision: str,
    first_day: dt.date,
    last_day: dt.date,
    *,
    by: Member,
    what: str = "",
    kinds: Sequence[str] = (),
) -> Delegation:
    """`to` may sign approvals TUQ. on these days, both included, of these kinds of document or of every kind. They get a
    mail. `what`: as the decision limits it, in words.

    Raises NotPossible for days gone by, for more than a year, for somebody who heads no unit, for a deputy
    (who signs KT.), for kinds that do not exist, and for days on which they have a delegation of the same kinds already.
    """
    if not permissions.may_delegate(by):
        raise NotAllowed(_("Your role in this agency does not include this."), needs=_("the head of the agency"))
    if not permissions.may_be_delegate(to) or not to.at_work_on(first_day) or to.pk == by.pk:
        raise NotPossible(
            _("Signing is delegated to the head of a unit who is at work. A deputy signs KT. without it.")
        )
    if last_day < first_day or first_day < clock.today() or (last_day - first_day).days > LONGEST:
        raise NotPossible(_("The days begin today or later, end after they begin, and span a year at most."))
    if not decision.strip():
        raise NotPossible(_("Signing is delegated by a numbered decision."))
    if set(kinds) - set(Kind.values):
        raise NotPossible(_("There is no such kind of document."))
    lock(to)  # two delegations at once to the same person are one after the other
    standing = to.delegations.filter(ended_at=None, first_day__lte=last_day, last_day__gte=first_day)
    if standing.filter(Q(kinds=[]) | Q(kinds__overlap=list(kinds)) if kinds else Q()).exists():
        raise NotPossible(_("%(name)s has a delegation for some of these days already.") % {"name": to.name})
    row = Delegation(
        by=by, to=to, decision=decision.strip(), what=what.strip(), kinds=list(kinds), first_day=first_day, last_day=last_day,
    )  # fmt: skip
    details = {"to": to.name, "from": f"{first_day}", "until": f"{last_day}", "what": row.what, "kinds": row.kinds}
    record(row, "delegated", by=by, details=details)
    cycle_notices.was_delegated(row)
    return row


@atomic
def end_delegation(delegation: Delegation, *, by: Member, reason: str) -> Delegation:
    """From now on it gives no signature. What was signed by it stays signed."""
    delegation = lock(delegation)
    if not permissions.may_end_delegation(delegation, by):
        raise NotAllowed(_("Your role in this agency does not include this."), needs=_("the head of the agency"))
    if not reason.strip():
        raise NotPossible(_("A reason is needed."))
    if not delegation.may_still_end:
        raise NotPossible(_("This delegation has ended already."))
    with deed("ended_delegation", delegation, by=by, reason=reason):
        delegation.ended_at = clock.now()
        delegation.save()
    cycle_notices.delegation_ended(delegation, by=by, reason=reason)
    return delegation
