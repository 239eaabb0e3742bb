"""Writing findings."""

from __future__ import annotations

import pytest

from audits import actions
from audits.models import Answer, Finding
from tenants.transitions import NotAllowed, NotPossible
from tests.audits.stage import answered, begun, clauses, closed, planned, question
from tests.cast import Cast


def test_findings_are_numbered_within_their_audit(cast: Cast) -> None:
    first, second = begun(cast), begun(cast)
    (clause,) = clauses("8.1")
    codes = [
        actions.find(audit, clause, Answer.OBSERVATION, "Lưu ý", "", by=cast.mai).code
        for audit in (first, first, second)
    ]
    assert codes == ["DGNB-2026-01-01", "DGNB-2026-01-02", "DGNB-2026-02-01"]


def test_a_nonconformity_needs_evidence(cast: Cast) -> None:
    (clause,) = clauses("8.1")
    with pytest.raises(NotPossible):
        actions.find(begun(cast), clause, Answer.MINOR, "Bỏ bước 2", " ", by=cast.mai)
    assert not Finding.objects.exists()


def test_the_question_must_be_one_of_this_audit_and_clause(cast: Cast) -> None:
    first, second = begun(cast), begun(cast)
    asked = question(second, "8.1")
    with pytest.raises(NotPossible):
        actions.find(first, asked.clause, Answer.OBSERVATION, "x", "", by=cast.mai, question=asked)
    with pytest.raises(NotPossible):
        actions.find(second, *clauses("7.3"), Answer.OBSERVATION, "x", "", by=cast.mai, question=asked)


def test_only_the_team_writes_findings(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.find(begun(cast), *clauses("8.1"), Answer.OBSERVATION, "x", "", by=cast.thanh)


def test_findings_belong_to_the_time_of_the_audit(cast: Cast) -> None:
    for audit in (planned(cast), closed(cast)):
        with pytest.raises(NotPossible):
            actions.find(audit, *clauses("8.1"), Answer.OBSERVATION, "x", "", by=cast.mai)


def test_a_finding_remembers_its_question(cast: Cast) -> None:
    found = Finding.objects.get(audit=answered(cast))
    assert (found.question.clause, found.found_by) == (found.clause, cast.mai)
