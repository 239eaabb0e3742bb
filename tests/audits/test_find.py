"""Writing findings."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from audits import actions
from audits.models import Answer, Audit, Finding
from audits.reports import lacks_finding, questions_of, report_of
from tenants.models import JournalEntry, Member
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


def test_no_nonconformity_stands_beside_an_answer_that_denies_it(cast: Cast) -> None:
    audit = begun(cast)
    asked = question(audit, "8.1")
    actions.answer(asked, Answer.CONFORMING, "", by=cast.mai)
    with pytest.raises(NotPossible, match="Phù hợp"):
        actions.find(audit, asked.clause, Answer.MAJOR, "Bỏ bước 2", "TH-1", by=cast.mai, question=asked)
    actions.answer(asked, Answer.MINOR, "TH-1", by=cast.mai)
    with pytest.raises(NotPossible):
        actions.find(audit, asked.clause, Answer.MAJOR, "Bỏ bước 2", "TH-1", by=cast.mai, question=asked)
    actions.find(audit, asked.clause, Answer.MINOR, "Bỏ bước 2", "TH-1", by=cast.mai, question=asked)
    actions.answer(asked, Answer.MAJOR, "TH-1, TH-2", by=cast.mai)
    assert lacks_finding(questions_of(audit)[2])


def test_a_finding_is_corrected_with_a_reason(cast: Cast) -> None:
    found = Finding.objects.get(audit=answered(cast))
    with pytest.raises(NotPossible):
        actions.correct_finding(found, description="x", reason=" ", by=cast.mai)
    actions.correct_finding(found, description="Bản cũ ở quầy 2 và 3", reason="Thiếu quầy 3", by=cast.bao)
    found.refresh_from_db()
    assert (found.description, found.grade) == ("Bản cũ ở quầy 2 và 3", Answer.MINOR)
    line = JournalEntry.objects.about(found).get(verb="corrected")
    assert (line.by, line.reason) == (cast.bao, "Thiếu quầy 3")
    with pytest.raises(NotPossible):
        actions.correct_finding(found, grade=Answer.MAJOR, reason="Nặng hơn", by=cast.mai)


def test_a_withdrawn_finding_keeps_its_number_and_counts_nowhere(cast: Cast) -> None:
    audit = answered(cast)
    found = Finding.objects.get(audit=audit)
    actions.withdraw_finding(found, reason="Nhầm quầy", by=cast.mai)
    with pytest.raises(NotPossible):
        actions.withdraw_finding(found, reason="Nhầm quầy", by=cast.mai)
    with pytest.raises(NotPossible):
        actions.close(audit, "Phù hợp", by=cast.mai)
    actions.answer(question(audit, "7.5.3"), Answer.CONFORMING, "", by=cast.mai)
    actions.close(audit, "Phù hợp", by=cast.mai)
    audit.refresh_from_db()
    assert report_of(audit).findings == ()
    assert Audit.objects.with_progress().get().found == 0


def test_after_the_close_a_finding_stands(cast: Cast) -> None:
    found = Finding.objects.get(audit=closed(cast))
    for deed in (actions.correct_finding, actions.withdraw_finding):
        with pytest.raises(NotPossible):
            deed(found, reason="x", by=cast.mai)


def test_the_pages_correct_and_withdraw(cast: Cast, client_of: Callable[[Member], Client]) -> None:
    audit = answered(cast)
    page = f"/tan-hoa/audits/{audit.code}/findings/{audit.code}-01/"
    mai = client_of(cast.mai)
    assert f"{page}correct/" in mai.get(page).content.decode()
    entries = {"grade": "major", "description": "Bản cũ", "evidence": "Quầy 2", "reason": "Nặng hơn"}
    refused = mai.post(f"{page}correct/", entries)
    assert "grade" in refused.context["form"].errors
    assert mai.post(f"{page}correct/", entries | {"grade": "minor"}).status_code == 302
    assert mai.post(f"{page}withdraw/", {"reason": "Nhầm quầy"}).status_code == 302
    assert "Nhầm quầy" in mai.get(page).content.decode()
    assert mai.get(f"{page}correct/").status_code == 404
    assert client_of(cast.thanh).get(f"{page}withdraw/").status_code in (403, 404)
