"""The overseer's door: reading the rows of other agencies, explicitly, for a stated purpose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.utils.translation import gettext_lazy as _

from tenants import journal, permissions
from tenants.models import Agency, Member
from tenants.scoping import Scope, active, scope
from tenants.transitions import NotAllowed


def announce(*, by: Member, purpose: str, over: Iterable[Agency]) -> None:
    """Write the visit into the journal of the overseer's agency and of each agency visited. Once per visit.

    Raises NotAllowed when `by` may not oversee one of them, ValueError without a purpose.
    """
    over = _checked(by, over)
    if not purpose.strip():
        raise ValueError("An oversight visit needs its purpose.")
    journal.write("oversaw", by.agency, by=by, reason=purpose, details={"agencies": len(over)})
    for agency in over:
        if agency.pk != by.agency_id:
            with active(agency):
                details = {"overseer": by.name, "from": by.agency.name}
                journal.write("was_overseen", agency, by=agency.clock(), reason=purpose, details=details)


@contextmanager
def oversight(*, by: Member, over: Iterable[Agency], purpose: str = "") -> Iterator[None]:
    """Inside, `Model.everywhere` admits the rows of `over` as well; nothing can be written.

    The database refuses writing (read-only transaction) and keeps residents' personal data closed (their tables
    have no oversight policy). With a purpose the visit is announced first; without one it continues a visit
    announced before. Raises NotAllowed when `by` may not oversee one of them.
    """
    over = _checked(by, over)
    if purpose:
        announce(by=by, purpose=purpose, over=over)
    with scope(Scope(agency=by.agency_id, overseen=tuple(agency.pk for agency in over)), read_only=True):
        yield


def _checked(by: Member, over: Iterable[Agency]) -> list[Agency]:
    over = list(over)
    if not permissions.may_oversee(by, over):
        raise NotAllowed(
            _("Only the lead department reads other agencies."), needs=_("overseer of the lead department")
        )
    return over
