"""Answering the checklist."""

from __future__ import annotations

import pytest

from audits import actions
from audits.models import Answer
from tenants.models import JournalEntry
from tenants.transitions import NotAllowed, NotPossible
from tests.audits.stage import answered, begun, closed, planned, question
from tests.cast import Cast


def test_an_answer_keeps_who_gave_it_and_what_was_seen(cast: Cast) -> None:
    asked = question(begun(cast), "7.3")
    actions.answer(asked, Answer.CONFORMING, "  Xem 5 phiếu  ", by=cast.bao)
    asked.refresh_from_db()
    assert (asked.answer, asked.note, asked.answered_by) == (Answer.CONFORMING, "Xem 5 phiếu", cast.bao)
    assert asked.answered_at is not None
    assert [entry.details["answer"] for entry in JournalEntry.objects.about(asked)] == ["conforming"]


def test_the_same_answer_again_writes_nothing(cast: Cast) -> None:
    asked = question(begun(cast), "7.3")
    for _ in range(2):
        actions.answer(asked, Answer.CONFORMING, "Xem 5 phiếu", by=cast.bao)
    assert JournalEntry.objects.about(asked).count() == 1
    assert asked.history.count() == 2  # made, answered


@pytest.mark.parametrize("grade", [Answer.MINOR, Answer.MAJOR])
def test_a_nonconformity_needs_evidence(cast: Cast, grade: str) -> None:
    asked = question(begun(cast), "7.3")
    with pytest.raises(NotPossible):
        actions.answer(asked, grade, " ", by=cast.bao)
    asked.refresh_from_db()
    assert asked.answer == ""


@pytest.mark.parametrize("grade", ["", "nonsense", "CONFORMING"])
def test_only_the_answers_of_the_list_are_taken(cast: Cast, grade: str) -> None:
    with pytest.raises(NotPossible):
        actions.answer(question(begun(cast), "7.3"), grade, "x", by=cast.bao)


@pytest.mark.parametrize("name", ["thanh", "khanh", "duc", "ha"])
def test_only_the_team_answers(cast: Cast, name: str) -> None:
    asked = question(begun(cast), "7.3")
    with pytest.raises(NotAllowed):
        actions.answer(asked, Answer.CONFORMING, "", by=getattr(cast, name))


def test_answers_wait_for_the_beginning(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        actions.answer(question(planned(cast), "7.3"), Answer.CONFORMING, "", by=cast.bao)


def test_answers_of_a_closed_audit_stay(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        actions.answer(question(closed(cast), "7.3"), Answer.MAJOR, "x", by=cast.bao)


def test_a_nonconformity_with_its_finding_cannot_be_answered_away(cast: Cast) -> None:
    asked = question(answered(cast), "7.5.3")
    with pytest.raises(NotPossible, match="DGNB-2026-01-01"):
        actions.answer(asked, Answer.CONFORMING, "", by=cast.mai)
    assert actions.answer(asked, Answer.MAJOR, "Nặng hơn", by=cast.mai).answer == Answer.MAJOR


def test_an_auditor_who_has_moved_into_the_unit_answers_no_more(cast: Cast) -> None:
    asked = question(begun(cast), "7.3")
    cast.bao.unit = asked.audit.unit
    with pytest.raises(NotAllowed):
        actions.answer(asked, Answer.CONFORMING, "", by=cast.bao)
