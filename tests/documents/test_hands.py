"""Nobody signs their own text: whoever drafted, edited or submitted it, in any round, signs none of its rounds."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from documents import actions
from documents.models import Version
from documents.permissions import hands_in
from documents.reminders import occasions
from tenants import clock
from tenants.actions import edit_member
from tenants.models import Mail, Member, Reminder, Role
from tenants.reminders import remind
from tenants.transitions import NotAllowed
from tests.cast import Cast
from tests.documents.library import BIRTH, draft, submitted

Deed = Callable[[Cast], Version]


@pytest.fixture(autouse=True)
def oanh(cast: Cast) -> Member:
    """The deputy head is ISO secretary as well, so she may edit and submit what others draft."""
    cast.oanh.roles = [*cast.oanh.roles, Role.ISO_SECRETARY]
    return edit_member(cast.oanh, by=cast.khanh)


def edited(cast: Cast) -> Version:
    """Drafted and submitted by Hà; in between the deputy changed the text."""
    version = actions.edit(draft(cast), replace(BIRTH, fee="8.000 đồng"), "Đăng ký khai sinh", by=cast.oanh)
    return actions.submit(version, by=cast.ha)


def edited_in_an_earlier_round(cast: Cast) -> Version:
    version = actions.send_back(edited(cast), by=cast.thanh, reason="Thiếu căn cứ")
    return actions.submit(version, by=cast.ha)


def edited_after_a_return(cast: Cast) -> Version:
    version = actions.send_back(submitted(cast), by=cast.thanh, reason="Thiếu căn cứ")
    version = actions.edit(version, replace(BIRTH, fee="8.000 đồng"), "Đăng ký khai sinh", by=cast.oanh)
    return actions.submit(version, by=cast.ha)


def drafted_and_taken_over(cast: Cast) -> Version:
    """Begun by Hà; the deputy took it over and submitted it without a change."""
    return actions.submit(actions.take_over(draft(cast), by=cast.oanh, reason="Chị Hà nghỉ ốm"), by=cast.oanh)


def begun_by_the_deputy_and_taken_over(cast: Cast) -> Version:
    """The other way round, nothing written by her: what she began is hers all the same."""
    unit = cast.units["tan-hoa/Tư pháp – Hộ tịch"]
    version = actions.create_document(
        "operational_procedure", "QT.TP.01", "Khai sinh", unit, by=cast.oanh, content=BIRTH
    )
    cast.ha.roles = [Role.OFFICER, Role.ISO_SECRETARY]
    edit_member(cast.ha, by=cast.khanh)
    return actions.submit(actions.take_over(version, by=cast.ha, reason="Đúng việc của tôi"), by=cast.ha)


def submitted_in_an_earlier_round(cast: Cast) -> Version:
    version = actions.send_back(drafted_and_taken_over(cast), by=cast.thanh, reason="Thiếu căn cứ")
    cast.ha.roles = [Role.OFFICER, Role.ISO_SECRETARY]
    edit_member(cast.ha, by=cast.khanh)
    return actions.submit(actions.take_over(version, by=cast.ha, reason="Đã khỏi ốm"), by=cast.ha)


WAYS = [
    edited,
    edited_in_an_earlier_round,
    edited_after_a_return,
    drafted_and_taken_over,
    begun_by_the_deputy_and_taken_over,
    submitted_in_an_earlier_round,
]


@pytest.mark.parametrize("write", WAYS)
def test_who_wrote_it_reviews_approves_and_returns_nothing(cast: Cast, write: Deed) -> None:
    version = write(cast)
    assert hands_in(version) == {cast.ha.pk, cast.oanh.pk}
    for deed in (actions.review, lambda version, by: actions.send_back(version, by=by, reason="Sửa")):
        with pytest.raises(NotAllowed):
            deed(version, by=cast.oanh)
    version = actions.review(version, by=cast.thanh)
    with pytest.raises(NotAllowed):
        actions.approve(version, by=cast.oanh, effective_from=clock.today())
    assert actions.approve(version, by=cast.duc, effective_from=clock.today()).state == "in_force"


@pytest.mark.parametrize("write", WAYS)
def test_it_waits_for_those_who_may_sign_only(cast: Cast, write: Deed) -> None:
    version = write(cast)
    assert not Version.objects.waiting_for(cast.oanh).exists()
    assert list(Version.objects.waiting_for(cast.thanh)) == [version]
    asked = Mail.objects.filter(key=f"review.{version.pk}.{version.round}")
    assert list(asked.values_list("member__name", flat=True)) == ["Bùi Xuân Thành"]


def test_only_those_who_may_sign_are_reminded(cast: Cast) -> None:
    edited(cast)
    with clock.at(clock.now() + dt.timedelta(days=30)):
        remind(cast.agency, [occasions])
    reminded = Reminder.objects.filter(kind="signature_waiting").values_list("member__name", flat=True)
    assert list(reminded) == ["Bùi Xuân Thành"]


def test_a_return_is_no_edit(cast: Cast) -> None:
    version = actions.send_back(submitted(cast), by=cast.oanh, reason="Thiếu căn cứ")
    version = actions.submit(version, by=cast.ha)
    assert hands_in(version) == {cast.ha.pk}
    assert actions.review(version, by=cast.oanh).state == "in_approval"


def test_what_was_written_in_the_former_version_does_not_bind_in_the_next(cast: Cast) -> None:
    version = actions.review(edited(cast), by=cast.thanh)
    version = actions.approve(version, by=cast.duc, effective_from=clock.today())
    following = actions.begin_draft(
        version.document, by=cast.khanh, drafter=cast.ha, new_issue=False, reason="Bớt giấy tờ"
    )
    assert actions.review(actions.submit(following, by=cast.ha), by=cast.oanh).state == "in_approval"
