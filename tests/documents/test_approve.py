"""Signing the approval: in force at once or on its day, the predecessor superseded, everybody asked to read."""

import datetime as dt

import pytest

from documents import actions
from documents.content import Content
from documents.models import Acknowledgement, Kind, Signature, State
from tenants import clock
from tenants.models import JournalEntry, Mail
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast
from tests.documents.library import BIRTH, approved, next_draft, reviewed, signed_again, submitted

TOMORROW = dt.timedelta(days=1)


def test_the_version_is_in_force_the_same_day(cast: Cast) -> None:
    version = approved(cast)
    assert (version.state, version.effective_from, version.effective_to) == (State.IN_FORCE, clock.today(), None)


def test_three_signatures_name_person_title_capacity_meaning_and_hash(cast: Cast) -> None:
    version = approved(cast)
    rows = list(Signature.objects.filter(version=version).values_list("role", "name", "title", "capacity", "round"))
    assert rows == [
        ("drafted", "Lê Thu Hà", "Công chức Tư pháp – Hộ tịch", "", 1),
        ("reviewed", "Nguyễn Thị Kim Oanh", "Phó Chủ tịch", "", 1),
        ("approved", "Trần Văn Đức", "Chủ tịch", "", 1),
    ]
    assert set(Signature.objects.values_list("sha256", flat=True)) == {version.sha256}
    assert len(version.sha256) == 64
    assert all(Signature.objects.values_list("meaning", flat=True))


def test_the_predecessor_is_superseded_until_the_day_before(cast: Cast) -> None:
    first, began = approved(cast), clock.today()
    with clock.at(clock.now() + dt.timedelta(days=30)):
        second = signed_again(cast, first)
        last = clock.today() - TOMORROW
    first.refresh_from_db()
    assert (first.state, first.effective_from, first.effective_to) == (State.SUPERSEDED, began, last)
    assert (second.number, second.state) == ("01/01", State.IN_FORCE)


def test_everybody_at_work_who_did_not_sign_is_asked_to_read(cast: Cast) -> None:
    version = approved(cast)
    asked = set(Acknowledgement.objects.filter(version=version).values_list("member__name", flat=True))
    everybody = {member.name for member in cast.members.values() if member.agency == cast.agency}
    assert asked == everybody - {"Lê Thu Hà", "Nguyễn Thị Kim Oanh", "Trần Văn Đức"}
    mails = Mail.objects.filter(key__startswith="in-force")
    assert set(mails.values_list("member__name", flat=True)) == asked
    assert "http://127.0.0.1:8000/tan-hoa/documents/QT.TP.01/versions/1.0/" in mails.first().body


def test_the_review_date_is_a_year_ahead(cast: Cast) -> None:
    with clock.at(dt.datetime(2028, 2, 29, 3, tzinfo=dt.UTC)):
        document = approved(cast).document
    assert document.next_review_on == dt.date(2029, 2, 28)


def test_the_title_of_the_document_is_that_of_the_version_in_force(cast: Cast) -> None:
    version = next_draft(cast, approved(cast))
    version = actions.edit(version, BIRTH, "Đăng ký khai sinh lưu động", by=cast.ha)
    document = version.document
    document.refresh_from_db()
    assert document.title == "Đăng ký khai sinh"
    version = actions.review(actions.submit(version, by=cast.ha), by=cast.oanh)
    actions.approve(version, by=cast.duc, effective_from=clock.today())
    document.refresh_from_db()
    assert document.title == "Đăng ký khai sinh lưu động"


def test_a_later_day_waits_for_it(cast: Cast) -> None:
    version = approved(cast, on=clock.today() + TOMORROW)
    assert (version.state, Acknowledgement.objects.count()) == (State.APPROVED, 0)
    with pytest.raises(NotPossible):
        actions.bring_into_force(version)


def test_a_past_day_is_refused_and_nothing_is_written(cast: Cast) -> None:
    version = reviewed(cast)
    with pytest.raises(NotPossible):
        actions.approve(version, by=cast.duc, effective_from=clock.today() - TOMORROW)
    version.refresh_from_db()
    assert (version.state, version.signatures.count()) == (State.IN_APPROVAL, 2)


@pytest.mark.parametrize("who", ["ha", "oanh", "khanh", "tuan", "thanh", "mai"])
def test_only_the_head_or_a_deputy_who_has_not_signed_approves(cast: Cast, who: str) -> None:
    version = reviewed(cast)
    with pytest.raises(NotAllowed):
        actions.approve(version, by=cast.members[who], effective_from=clock.today())


def test_a_deputy_approves_for_the_head(cast: Cast) -> None:
    version = actions.review(submitted(cast), by=cast.thanh)
    actions.approve(version, by=cast.oanh, effective_from=clock.today())
    assert Signature.objects.get(role="approved").capacity == "KT."


@pytest.mark.parametrize("capacity", ["", "TM.", "TL.", "TUQ."])
def test_a_deputy_approves_in_no_other_capacity(cast: Cast, capacity: str) -> None:
    version = actions.review(submitted(cast), by=cast.thanh)
    with pytest.raises(NotPossible):
        actions.approve(version, by=cast.oanh, effective_from=clock.today(), capacity=capacity)


@pytest.mark.parametrize("capacity", ["KT.", "TL.", "TUQ."])
def test_the_head_signs_for_nobody_else(cast: Cast, capacity: str) -> None:
    version = reviewed(cast)
    with pytest.raises(NotPossible):
        actions.approve(version, by=cast.duc, effective_from=clock.today(), capacity=capacity)


def test_the_head_does_not_approve_a_text_changed_since_it_was_opened(cast: Cast) -> None:
    version = reviewed(cast)
    with pytest.raises(NotPossible):
        actions.approve(version, by=cast.duc, effective_from=clock.today(), seen="0" * 64)
    assert (
        actions.approve(version, by=cast.duc, effective_from=clock.today(), seen=version.sha256).state == State.IN_FORCE
    )


def test_a_head_does_not_approve_own_text(cast: Cast) -> None:
    text = Content(text="Phục vụ người dân đúng pháp luật, đúng hạn.")
    version = actions.create_document(Kind.POLICY, "CSCL", "Chính sách chất lượng", None, by=cast.duc, content=text)
    version = actions.review(actions.submit(version, by=cast.duc), by=cast.oanh)
    with pytest.raises(NotAllowed):
        actions.approve(version, by=cast.duc, effective_from=clock.today())


def test_each_deed_leaves_one_journal_line(cast: Cast) -> None:
    version = approved(cast)
    lines = JournalEntry.objects.about(version).order_by("pk").values_list("verb", "by__name", "before", "after")
    assert list(lines) == [
        ("submit", "Lê Thu Hà", "draft", "in_review"),
        ("review", "Nguyễn Thị Kim Oanh", "in_review", "in_approval"),
        ("approve", "Trần Văn Đức", "in_approval", "approved"),
        ("bring_into_force", "Trần Văn Đức", "approved", "in_force"),
    ]


def test_the_next_issue_begins_at_revision_nought(cast: Cast) -> None:
    first = approved(cast)
    second = next_draft(cast, first, new_issue=True)
    assert (second.number, second.content) == ("02/00", first.content)
