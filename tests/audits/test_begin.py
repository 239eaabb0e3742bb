"""Beginning and cancelling an audit."""

from __future__ import annotations

import pytest

from audits import actions
from audits.models import AuditState
from tenants.models import JournalEntry
from tenants.transitions import NotAllowed, NotPossible
from tests.audits.stage import begun, closed, planned
from tests.cast import Cast


def test_the_lead_begins(cast: Cast) -> None:
    audit = actions.begin(planned(cast), by=cast.mai)
    assert audit.state == AuditState.IN_PROGRESS
    assert audit.begun_at is not None
    line = JournalEntry.objects.about(audit).first()
    assert (line.verb, line.before, line.after, line.by) == ("begin", "planned", "in_progress", cast.mai)


@pytest.mark.parametrize("name", ["bao", "khanh", "duc", "thanh"])
def test_nobody_else_begins(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        actions.begin(planned(cast), by=getattr(cast, name))


def test_it_begins_once(cast: Cast) -> None:
    audit = begun(cast)
    with pytest.raises(NotPossible):
        actions.begin(audit, by=cast.mai)


def test_the_secretary_cancels_with_a_reason(cast: Cast) -> None:
    audit = actions.cancel(begun(cast), "Bão số 9", by=cast.khanh)
    assert audit.state == AuditState.CANCELLED
    assert JournalEntry.objects.about(audit).first().reason == "Bão số 9"


def test_a_cancellation_needs_its_reason(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        actions.cancel(planned(cast), "  ", by=cast.khanh)


def test_the_lead_does_not_cancel(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.cancel(planned(cast), "Bận", by=cast.mai)


def test_a_closed_audit_cannot_be_cancelled(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        actions.cancel(closed(cast), "Nhầm", by=cast.khanh)
