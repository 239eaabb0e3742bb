"""A return says what is to be mended in which part; the drafter sees it there; the next submission settles it."""

from collections.abc import Callable

import pytest
from django.test import Client

from documents import actions, commenting
from documents.models import Comment
from tenants.models import Member
from tenants.transitions import NotPossible
from tests.cast import Cast
from tests.documents.library import submitted

SignIn = Callable[[Member], Client]
V = "/tan-hoa/documents/QT.TP.01/versions/1.0/"


def test_comments_are_given_with_the_return_and_stand_beside_their_part(cast: Cast, client_of: SignIn) -> None:
    submitted(cast)
    oanh, ha = client_of(cast.oanh), client_of(cast.ha)
    entered = {
        "reason": "Xem các góp ý.", "part_1": "fee", "comment_1": "Ghi rõ mức lệ phí quá hạn.",
        "part_2": "step_2", "comment_2": "Ba giờ là dài quá.",
    }  # fmt: skip
    assert oanh.post(V + "send-back/", entered).status_code == 302
    assert set(Comment.objects.values_list("round", "part", "member__name")) == {
        (1, "fee", "Nguyễn Thị Kim Oanh"),
        (1, "step_2", "Nguyễn Thị Kim Oanh"),
    }
    editor = ha.get(V + "edit/").content.decode()
    fee = editor.index('for="id_fee"')
    assert editor.index('for="id_place"') < editor.index("Ghi rõ mức lệ phí quá hạn.") < fee
    assert "Ba giờ là dài quá." not in editor
    steps = ha.get(V + "steps/").content.decode()
    assert steps.index('name="name-1"') < steps.index("Ba giờ là dài quá.") < steps.index('name="name-2"')
    read = ha.get(V).content.decode()
    assert read.index("Ghi rõ mức lệ phí quá hạn.") < read.index("Ba giờ là dài quá.")  # in the order of the sheet


def test_submitting_again_settles_them(cast: Cast, client_of: SignIn) -> None:
    version = actions.send_back(submitted(cast), by=cast.oanh, reason="Sửa", comments=[("fee", "Ghi rõ")])
    version = actions.submit(version, by=cast.ha)
    assert version.comments.get().settled_at is not None
    assert commenting.open_by_part(version) == {}
    assert "Ghi rõ" in client_of(cast.oanh).get(V).content.decode()  # kept for reading
    assert version.comments.get().history.count() == 2


@pytest.mark.parametrize("comment", [("nichts", "Sửa"), ("step_9", "Sửa"), ("fee", "  ")])
def test_a_comment_names_a_part_there_is_and_says_something(cast: Cast, comment: tuple[str, str]) -> None:
    version = submitted(cast)
    with pytest.raises(NotPossible):
        actions.send_back(version, by=cast.oanh, reason="Sửa", comments=[comment])
    version.refresh_from_db()
    assert (version.state, Comment.objects.count()) == ("in_review", 0)


@pytest.mark.parametrize("entered", [{"comment_1": "Sửa"}, {"part_1": "fee"}])
def test_half_a_comment_comes_back_into_the_form(cast: Cast, client_of: SignIn, entered: dict[str, str]) -> None:
    submitted(cast)
    answer = client_of(cast.oanh).post(V + "send-back/", {"reason": "Xem lại"} | entered)
    assert answer.status_code == 200
    assert Comment.objects.count() == 0
