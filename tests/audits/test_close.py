"""Closing an audit, and the signs that it was done for form's sake."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connections

from audits import actions
from audits.models import Answer, Audit, AuditState
from audits.reports import questions_of, signs_of_formality
from tenants import clock
from tenants.models import JournalEntry, Mail
from tenants.transitions import NotAllowed, NotPossible
from tests import cast as the_cast
from tests.audits.stage import answered, begun, closed, planned, question
from tests.cast import Cast


def test_the_lead_closes_with_a_conclusion(cast: Cast) -> None:
    audit = closed(cast)
    audit.refresh_from_db()
    assert audit.state == AuditState.CLOSED
    assert audit.conclusion == "Cơ bản phù hợp.\nCòn một điểm không phù hợp nhẹ."
    assert audit.report_job
    assert audit.report is None  # a worker's task
    assert JournalEntry.objects.about(audit).first().verb == "close"


def test_the_heads_of_unit_and_agency_are_told_once(cast: Cast) -> None:
    audit = closed(cast)
    mails = Mail.objects.filter(key=f"audit-closed-{audit.pk}")
    assert sorted(mail.member.name for mail in mails) == ["Bùi Xuân Thành", "Trần Văn Đức"]
    assert "Cơ bản phù hợp." in mails[0].body


def test_unanswered_questions_are_named(cast: Cast) -> None:
    audit = begun(cast)
    actions.answer(question(audit, "7.3"), Answer.CONFORMING, "", by=cast.bao)
    with pytest.raises(NotPossible, match="2, 3, 4"):
        actions.close(audit, "Xong", by=cast.mai)
    audit.refresh_from_db()
    assert (audit.state, audit.report_job) == (AuditState.IN_PROGRESS, "")


def test_a_nonconformity_without_its_finding_keeps_the_audit_open(cast: Cast) -> None:
    audit = answered(cast)
    asked = question(audit, "8.1")
    actions.answer(asked, Answer.MAJOR, "Bỏ bước 2 ở 3 hồ sơ", by=cast.mai)
    with pytest.raises(NotPossible, match="3"):
        actions.close(audit, "Xong", by=cast.mai)
    actions.find(audit, asked.clause, Answer.MAJOR, "Bỏ bước 2", "3 hồ sơ", by=cast.mai, question=asked)
    assert actions.close(audit, "Xong", by=cast.mai).state == AuditState.CLOSED


def test_an_observation_is_no_finding_of_the_nonconformity(cast: Cast) -> None:
    audit = answered(cast)
    asked = question(audit, "8.1")
    actions.answer(asked, Answer.MINOR, "Bỏ bước 2", by=cast.mai)
    actions.find(audit, asked.clause, Answer.OBSERVATION, "Lưu ý", "", by=cast.mai, question=asked)
    with pytest.raises(NotPossible):
        actions.close(audit, "Xong", by=cast.mai)


def test_a_conclusion_is_needed(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        actions.close(answered(cast), " \n", by=cast.mai)


@pytest.mark.parametrize("name", ["bao", "khanh", "duc", "thanh"])
def test_only_the_lead_closes(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        actions.close(answered(cast), "Xong", by=getattr(cast, name))


def test_an_audit_not_begun_cannot_be_closed(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        actions.close(planned(cast), "Xong", by=cast.mai)


def test_it_closes_once(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        actions.close(closed(cast), "Xong lần nữa", by=cast.mai)


def test_two_closing_at_once_close_it_once(committed: None) -> None:
    cast = the_cast.build()
    with cast.agency.active():
        audit = answered(cast)
    start, outcomes = threading.Barrier(2), []

    def close() -> None:
        try:
            with cast.agency.active():
                same = Audit.objects.get(pk=audit.pk)
                start.wait()
                actions.close(same, "Xong", by=cast.mai)
            outcomes.append("closed")
        except NotPossible:
            outcomes.append("refused")
        finally:
            connections.close_all()

    both = [threading.Thread(target=close) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(outcomes) == ["closed", "refused"]
    with cast.agency.active():
        assert JournalEntry.objects.about(audit).filter(verb="close").count() == 1
        assert Mail.objects.filter(key=f"audit-closed-{audit.pk}").count() == 2


def in_haste(cast: Cast, minutes: int, note: str = "", answer: str = Answer.CONFORMING) -> Audit:
    """Begun, and everything answered alike after so many minutes."""
    moment = dt.datetime(2026, 11, 25, 8, tzinfo=dt.UTC)
    with clock.at(moment):
        audit = planned(cast)
        actions.begin(audit, by=cast.mai)
    audit.refresh_from_db()
    with clock.at(moment + dt.timedelta(minutes=minutes)):
        for asked in questions_of(audit):
            actions.answer(asked, answer, note, by=cast.mai)
        actions.close(audit, "Phù hợp", by=cast.mai)
    audit.refresh_from_db()
    return audit


def signs_of(audit: Audit) -> int:
    return len(signs_of_formality(audit, questions_of(audit), clock.now()))


def test_haste_sameness_and_silence_are_three_signs_and_nothing_is_refused(cast: Cast) -> None:
    assert signs_of(in_haste(cast, minutes=4)) == 3


def test_evidence_and_half_an_hour_leave_only_sameness(cast: Cast) -> None:
    assert signs_of(in_haste(cast, minutes=30, note="Xem sổ")) == 1


def test_a_careful_audit_shows_no_sign(cast: Cast) -> None:
    moment = dt.datetime(2026, 11, 25, 1, tzinfo=dt.UTC)
    with clock.at(moment):
        audit = begun(cast)
    with clock.at(moment + dt.timedelta(hours=3)):
        for number, answer in (("7.3", Answer.OBSERVATION), ("7.5.3", Answer.CONFORMING), ("8.1", Answer.CONFORMING)):
            actions.answer(question(audit, number), answer, "Xem sổ", by=cast.mai)
        actions.answer(question(audit, "8.5.1"), Answer.NOT_APPLICABLE, "", by=cast.mai)
        actions.close(audit, "Phù hợp", by=cast.mai)
    audit.refresh_from_db()
    assert signs_of(audit) == 0


def test_an_unfinished_checklist_shows_no_sign_yet(cast: Cast) -> None:
    assert signs_of(begun(cast)) == 0
