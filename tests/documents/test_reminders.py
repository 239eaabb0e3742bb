"""Texts waiting for a signature, to be read, to be reviewed: who is reminded, how often."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from documents import actions
from documents.models import Document
from documents.reminders import occasions
from tenants import clock
from tenants.models import Reminder
from tenants.reminders import remind
from tests import cast as the_cast
from tests.cast import Cast
from tests.office import in_force, office_time, submitted

WEDNESDAY = office_time("2026-03-04")


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with clock.at(office_time("2026-03-02")):
        cast = the_cast.build()
    with cast.agency.active():
        yield cast


def sweep(cast: Cast, at: dt.datetime, *kinds: str) -> list[tuple[str, str]]:
    """(user name, kind) of the reminders of these kinds this sweep made."""
    known = set(Reminder.objects.values_list("pk", flat=True))
    with clock.at(at):
        remind(cast.agency, [occasions])
    rows = Reminder.objects.exclude(pk__in=known).filter(kind__in=kinds).select_related("member__user")
    return sorted((row.member.user.username, row.kind) for row in rows)


def test_a_text_waiting_more_than_a_working_day_is_mentioned_to_those_asked_to_review(cast: Cast) -> None:
    with clock.at(WEDNESDAY):
        submitted(cast, "QT.TP.02")
    thursday = WEDNESDAY + dt.timedelta(days=1)
    assert sweep(cast, thursday, "signature_waiting") == []
    asked = [
        ("oanh", "signature_waiting"),
        ("thanh", "signature_waiting"),
    ]  # deputy, head of the unit
    assert sweep(cast, thursday + dt.timedelta(minutes=1), "signature_waiting") == asked
    assert sweep(cast, thursday + dt.timedelta(days=1), "signature_waiting") == []
    assert sweep(cast, WEDNESDAY + dt.timedelta(days=7), "signature_waiting") == asked


def test_after_the_review_the_head_is_reminded_and_the_reviewer_is_not(cast: Cast) -> None:
    with clock.at(WEDNESDAY):
        actions.review(submitted(cast, "QT.TP.02"), by=cast.oanh)
    friday = WEDNESDAY + dt.timedelta(days=2)
    assert sweep(cast, friday, "signature_waiting") == [("duc", "signature_waiting")]


def test_a_returned_text_waits_for_nobodys_signature(cast: Cast) -> None:
    with clock.at(WEDNESDAY):
        actions.send_back(submitted(cast, "QT.TP.02"), by=cast.oanh, reason="Thiếu căn cứ")
    assert sweep(cast, WEDNESDAY + dt.timedelta(days=9), "signature_waiting") == []


def test_what_is_unread_after_three_working_days_is_mentioned_to_its_reader(cast: Cast) -> None:
    with clock.at(WEDNESDAY):
        version = in_force(cast)
        actions.acknowledge(version, by=cast.tuan)
    monday = office_time("2026-03-09")  # three working days later: Thursday, Friday, Monday
    assert sweep(cast, monday, "unread") == []
    readers = sweep(cast, monday + dt.timedelta(minutes=1), "unread")
    assert readers == [(name, "unread") for name in ("bao", "khanh", "mai", "nhung", "thanh")]
    assert sweep(cast, monday + dt.timedelta(hours=1), "unread") == []


def test_a_superseded_version_need_not_be_read(cast: Cast) -> None:
    with clock.at(WEDNESDAY):
        former = in_force(cast)
        draft = actions.begin_draft(former.document, by=cast.khanh, drafter=cast.ha, new_issue=False, reason="Sửa hạn")
        actions.submit(draft, by=cast.ha)
        actions.review(draft, by=cast.oanh)
        actions.approve(draft, by=cast.duc, effective_from=clock.today())
    assert len(sweep(cast, office_time("2026-03-10"), "unread")) == 6
    assert not Reminder.objects.filter(path__contains="versions/1.0/").exists()


@pytest.fixture
def document(cast: Cast) -> Document:
    """In force, to be reviewed by 4 March of the next year."""
    with clock.at(WEDNESDAY):
        return in_force(cast).document


def test_a_review_is_mentioned_thirty_days_before_once(cast: Cast, document: Document) -> None:
    due = document.next_review_on
    assert due == dt.date(2027, 3, 4)
    before = office_time("2027-02-01")
    assert sweep(cast, before, "review_due") == []
    reviewers = [("khanh", "review_due"), ("thanh", "review_due")]  # the ISO secretary, the head of the unit in charge
    assert sweep(cast, before + dt.timedelta(days=1), "review_due") == reviewers
    assert sweep(cast, before + dt.timedelta(days=9), "review_due") == []


def test_an_overdue_review_reaches_the_head_and_is_repeated_every_week(cast: Cast, document: Document) -> None:
    day = office_time("2027-03-04")
    assert sweep(cast, day, "review_due", "review_late") == [("khanh", "review_due"), ("thanh", "review_due")]
    assert sweep(cast, day + dt.timedelta(days=1), "review_due", "review_late") == [("duc", "review_late")]
    everybody = [(name, "review_late") for name in ("duc", "khanh", "thanh")]
    assert sweep(cast, day + dt.timedelta(days=6), "review_late") == []
    assert sweep(cast, day + dt.timedelta(days=7), "review_late") == everybody
    assert sweep(cast, day + dt.timedelta(days=13), "review_late") == []
    assert sweep(cast, day + dt.timedelta(days=14), "review_late") == everybody


def test_a_new_review_date_reminds_anew(cast: Cast, document: Document) -> None:
    soon = office_time("2027-02-10")
    assert len(sweep(cast, soon, "review_due")) == 2
    with clock.at(soon):
        later = document.next_review_on + dt.timedelta(days=2)
        actions.edit_document(document, by=cast.khanh, next_review_on=later)
    assert len(sweep(cast, soon, "review_due")) == 2
