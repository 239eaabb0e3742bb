"""Anybody asks for a change, the ISO secretary or the head decides, the draft takes its line from the request."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import translation

from documents import actions, changing
from documents.models import ChangeRequest, ChangeState, Extent
from tenants.models import JournalEntry, Mail, Member
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast
from tests.documents.library import approved, submitted

SignIn = Callable[[Member], Client]


def asked(cast: Cast, who: str = "tuan") -> ChangeRequest:
    return changing.propose(approved(cast).document, "5.7, bước 2", "Luật Hộ tịch mới", by=cast.members[who])


def test_whoever_decides_is_told_and_sees_it_as_work(cast: Cast, client_of: SignIn) -> None:
    request = asked(cast)
    mails = Mail.objects.filter(key__startswith="change-proposed")
    assert set(mails.values_list("member__name", flat=True)) == {"Trần Văn Đức", "Phạm Quốc Khánh"}
    assert f"/requests/{request.code}/" in client_of(cast.duc).get("/tan-hoa/").content.decode()
    assert f"/requests/{request.code}/" not in client_of(cast.tuan).get("/tan-hoa/").content.decode()


@pytest.mark.parametrize(
    ("extent", "number", "minor", "verb"),
    [
        (Extent.CORRECTION, "01/01", True, "began_correction"),
        (Extent.REVISION, "01/01", False, "began"),
        (Extent.ISSUE, "02/00", False, "began_issue"),
    ],
)
def test_the_extent_decides_the_number(cast: Cast, extent: Extent, number: str, minor: bool, verb: str) -> None:
    version = changing.accept(asked(cast), cast.ha, extent, by=cast.khanh)
    assert (version.number, version.is_minor, version.drafted_by) == (number, minor, cast.ha)
    assert JournalEntry.objects.about(version).get().verb == verb


def test_the_line_of_the_amendment_table_comes_from_the_request(cast: Cast, client_of: SignIn) -> None:
    request = asked(cast)
    version = changing.accept(request, cast.ha, Extent.REVISION, by=cast.duc)
    assert (version.change_reason, version.change_parts) == (
        f"{request.code}, Đỗ Minh Tuấn: Luật Hộ tịch mới",
        "5.7, bước 2",
    )
    editor = client_of(cast.ha).get("/tan-hoa/documents/QT.TP.01/versions/1.1/edit/").content.decode()
    assert 'name="change_reason"' not in editor
    assert 'name="change_parts"' not in editor
    assert 'name="change_summary"' in editor
    assert request.code in editor


def test_who_accepted_may_still_sign_the_review_when_they_may_review(cast: Cast) -> None:
    """Deciding that a change is needed is no hand in its text: the head approves what the head let be drafted."""
    version = changing.accept(asked(cast), cast.ha, Extent.REVISION, by=cast.duc)
    version = actions.review(actions.submit(version, by=cast.ha), by=cast.oanh)
    assert version in type(version).objects.waiting_for(cast.duc)


def test_a_refusal_has_a_reason_and_is_told(cast: Cast) -> None:
    request = asked(cast)
    for empty in ("", "  "):
        with pytest.raises(NotPossible):
            changing.refuse(request, by=cast.khanh, reason=empty)
    request = changing.refuse(request, by=cast.khanh, reason="Luật chưa có hiệu lực")
    assert (request.state, request.answer, request.decided_by) == (
        ChangeState.REFUSED,
        "Luật chưa có hiệu lực",
        cast.khanh,
    )
    mail = Mail.objects.get(key__startswith="change-refused")
    assert mail.member == cast.tuan
    assert "Luật chưa có hiệu lực" in mail.body


@pytest.mark.parametrize("who", ["tuan", "ha", "oanh", "nhung", "thanh"])
def test_nobody_else_decides(cast: Cast, who: str) -> None:
    request = asked(cast)
    with pytest.raises(NotAllowed):
        changing.accept(request, cast.ha, Extent.REVISION, by=cast.members[who])
    with pytest.raises(NotAllowed):
        changing.refuse(request, by=cast.members[who], reason="Không")
    with pytest.raises(NotAllowed):
        actions.begin_draft(request.document, by=cast.members[who], new_issue=False, reason="Tự ý")


def test_it_is_decided_once(cast: Cast) -> None:
    request = asked(cast)
    changing.accept(request, cast.ha, Extent.REVISION, by=cast.khanh)
    with pytest.raises(NotPossible):
        changing.refuse(request, by=cast.duc, reason="Không")


def test_while_a_version_is_open_it_waits(cast: Cast) -> None:
    document = approved(cast).document
    first, second = (changing.propose(document, "5.6", reason, by=cast.tuan) for reason in ("Lệ phí", "Biểu mẫu"))
    changing.accept(first, cast.ha, Extent.REVISION, by=cast.khanh)
    with pytest.raises(NotPossible), translation.override("en"):
        changing.accept(second, cast.ha, Extent.REVISION, by=cast.khanh)
    second.refresh_from_db()
    assert second.state == ChangeState.PROPOSED


def test_numbers_run_through_the_year(cast: Cast) -> None:
    document = submitted(cast).document
    codes = [changing.propose(document, "1", "Lý do", by=cast.ha).code for _ in range(2)]
    assert [code.rsplit("-", 1)[1] for code in codes] == ["01", "02"]


def test_a_direct_draft_still_types_its_line(cast: Cast, client_of: SignIn) -> None:
    """The ISO secretary begins without a request: the line is theirs to write, once."""
    document = approved(cast).document
    version = actions.begin_draft(document, by=cast.khanh, new_issue=False, reason="Rà soát năm")
    address = f"/tan-hoa/documents/QT.TP.01/versions/{version.issue}.{version.revision}/edit/"
    assert 'name="change_reason"' in client_of(cast.khanh).get(address).content.decode()


def test_the_staff_are_led_to_the_request(cast: Cast, client_of: SignIn) -> None:
    approved(cast)
    ha = client_of(cast.ha)
    assert ha.get("/tan-hoa/documents/QT.TP.01/draft/").status_code == 403
    assert "/tan-hoa/documents/QT.TP.01/request/" in ha.get("/tan-hoa/documents/QT.TP.01/").content.decode()


@pytest.mark.parametrize(("words", "is_found"), [("luat HO TICH", True), ("ki thuat luat", False), ("tich luat", True)])
def test_the_list_finds_every_word_without_accents(cast: Cast, client_of: SignIn, words: str, is_found: bool) -> None:
    code = asked(cast).code
    assert (code in client_of(cast.khanh).get("/tan-hoa/requests/", {"q": words}).content.decode()) is is_found


def test_a_long_reason_is_kept_whole(cast: Cast) -> None:
    reason = "Căn cứ pháp lý đã thay đổi, " * 30
    request = changing.refuse(asked(cast), by=cast.khanh, reason=reason)
    assert request.answer == reason.strip()
