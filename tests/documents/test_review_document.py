"""The periodic review: keep, revise or withdraw, with a reason; what is overdue is seen."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from documents import actions, changing, reviewing
from documents.models import ChangeState, Document, Extent, PeriodicReview
from tenants import clock
from tenants.models import JournalEntry, Mail, Member
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast
from tests.documents.library import approved, draft

SignIn = Callable[[Member], Client]
DAY = dt.timedelta(days=1)


def overdue(cast: Cast) -> Document:
    """In force, its review a day late."""
    document = approved(cast).document
    return actions.edit_document(document, by=cast.khanh, next_review_on=clock.today() - DAY)


def test_kept_it_is_reviewed_again_within_a_year(cast: Cast) -> None:
    document, following = overdue(cast), clock.today() + 100 * DAY
    assert list(Document.objects.due_for_review(clock.today())) == [document]
    review = reviewing.review_document(document, "keep", "Còn phù hợp", by=cast.khanh, next_on=following)
    document.refresh_from_db()
    assert (document.next_review_on, review.next_on, review.due_on) == (following, following, clock.today() - DAY)
    assert not Document.objects.due_for_review(clock.today())
    assert JournalEntry.objects.get(verb="reviewed").details["verdict"] == "keep"


def test_to_be_revised_a_request_for_change_is_opened(cast: Cast) -> None:
    document = overdue(cast)
    review = reviewing.review_document(document, "revise", "Luật mới", by=cast.thanh, parts="5.1")
    assert (review.request.state, review.request.asked_by, review.request.parts) == (
        ChangeState.PROPOSED,
        cast.thanh,
        "5.1",
    )
    assert not Document.objects.due_for_review(clock.today())  # judged: the request is the reminder now


def test_a_refused_request_and_a_dropped_draft_leave_the_review_due(cast: Cast) -> None:
    document = overdue(cast)
    refused = reviewing.review_document(document, "revise", "Luật mới", by=cast.khanh, parts="5.1").request
    changing.refuse(refused, by=cast.duc, reason="Chưa cần")
    assert list(Document.objects.due_for_review(clock.today())) == [document]
    accepted = reviewing.review_document(document, "revise", "Luật mới", by=cast.khanh, parts="5.1").request
    version = changing.accept(accepted, cast.ha, Extent.REVISION, by=cast.duc)
    assert not Document.objects.due_for_review(clock.today())
    actions.drop(version, by=cast.khanh, reason="Không làm nữa")
    assert list(Document.objects.due_for_review(clock.today())) == [document]


def test_a_withdrawal_that_was_advised_and_not_decided_is_due_again_after_a_month(cast: Cast) -> None:
    document = overdue(cast)
    reviewing.review_document(document, "withdraw", "Thủ tục đã bãi bỏ", by=cast.khanh)
    assert not Document.objects.due_for_review(clock.today())
    with clock.at(clock.now() + 31 * DAY):
        assert list(Document.objects.due_for_review(clock.today())) == [document]


def test_to_be_withdrawn_the_head_is_asked_and_finds_the_reason(cast: Cast, client_of: SignIn) -> None:
    reviewing.review_document(overdue(cast), "withdraw", "Thủ tục đã bãi bỏ", by=cast.khanh)
    mail = Mail.objects.get(key__startswith="withdrawal-advised")
    assert mail.member == cast.duc
    assert (
        "Thủ tục đã bãi bỏ"
        in client_of(cast.duc).get("/tan-hoa/documents/QT.TP.01/versions/1.0/withdraw/").content.decode()
    )


@pytest.mark.parametrize(
    ("who", "sees"), [("duc", True), ("khanh", True), ("thanh", True), ("ha", False), ("oanh", False)]
)
def test_overdue_reviews_stand_on_the_home_page(cast: Cast, client_of: SignIn, who: str, sees: bool) -> None:
    overdue(cast)
    home = client_of(cast.members[who]).get("/tan-hoa/").content.decode()
    assert ("/tan-hoa/documents/QT.TP.01/review/" in home) is sees


def test_the_master_list_is_filtered_by_overdue_and_soon(cast: Cast, client_of: SignIn) -> None:
    overdue(cast)
    soon = approved(cast, code="QT.TP.02", title="Đăng ký kết hôn").document
    actions.edit_document(soon, by=cast.khanh, next_review_on=clock.today() + 10 * DAY)
    client = client_of(cast.duc)
    rows = {
        review: client.get(f"/tan-hoa/documents/?review={review}").content.decode() for review in ("overdue", "soon")
    }
    assert "Đăng ký khai sinh" in rows["overdue"]
    assert "Đăng ký kết hôn" not in rows["overdue"]
    assert "Đăng ký kết hôn" in rows["soon"]
    assert "Đăng ký khai sinh" not in rows["soon"]


@pytest.mark.parametrize("who", ["ha", "tuan", "oanh", "mai"])
def test_others_give_no_verdict(cast: Cast, who: str) -> None:
    document = overdue(cast)
    with pytest.raises(NotAllowed):
        reviewing.review_document(document, "keep", "Tốt", by=cast.members[who])


@pytest.mark.parametrize("days", [0, -1, 400])
def test_the_next_review_lies_ahead_within_a_year(cast: Cast, days: int) -> None:
    document = overdue(cast)
    with pytest.raises(NotPossible):
        reviewing.review_document(document, "keep", "Tốt", by=cast.khanh, next_on=clock.today() + days * DAY)


def test_a_draft_is_not_reviewed(cast: Cast) -> None:
    document = draft(cast).document
    with pytest.raises(NotPossible):
        reviewing.review_document(document, "keep", "Tốt", by=cast.khanh)


def test_through_the_page(cast: Cast, client_of: SignIn) -> None:
    overdue(cast)
    address, khanh = "/tan-hoa/documents/QT.TP.01/review/", client_of(cast.khanh)
    assert khanh.post(address, {"verdict": "revise", "reason": "Luật mới", "parts": ""}).status_code == 200
    answer = khanh.post(address, {"verdict": "revise", "reason": "Luật mới", "parts": "5.1"})
    assert "/tan-hoa/requests/" in answer.headers["Location"]


def test_a_verdict_is_never_changed(cast: Cast) -> None:
    reviewing.review_document(overdue(cast), "keep", "Tốt", by=cast.khanh)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE documents_periodicreview SET reason = 'khác'")
    assert PeriodicReview.objects.get().reason == "Tốt"
