"""Returned to the drafter: with a reason, a new round of signatures, the old ones kept."""

import pytest

from documents import actions
from documents.content import Content
from documents.models import State
from tenants import clock
from tenants.models import JournalEntry, Mail
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast
from tests.documents.library import approved, reviewed, submitted


def test_the_version_is_a_draft_again_in_the_next_round(cast: Cast) -> None:
    version = actions.send_back(reviewed(cast), by=cast.duc, reason="Bước 2 quá dài.")
    assert (version.state, version.round, version.sha256) == (State.DRAFT, 2, "")
    assert list(version.signatures.values_list("round", "role")) == [(1, "drafted"), (1, "reviewed")]


def test_the_drafter_gets_the_reason_by_mail(cast: Cast) -> None:
    actions.send_back(submitted(cast), by=cast.oanh, reason="Thiếu căn cứ.\nXem lại.")
    mail = Mail.objects.get(key__startswith="returned")
    assert mail.member.name == "Lê Thu Hà"
    assert "Thiếu căn cứ.\nXem lại." in mail.body
    assert JournalEntry.objects.get(verb="send_back").reason == "Thiếu căn cứ.\nXem lại."


def test_the_second_round_is_signed_from_the_start(cast: Cast) -> None:
    version = actions.send_back(reviewed(cast), by=cast.duc, reason="Sửa lại.")
    version = actions.edit(version, Content.of(version.content | {"fee": "Miễn"}), version.title, by=cast.ha)
    version = actions.review(actions.submit(version, by=cast.ha), by=cast.oanh)
    version = actions.approve(version, by=cast.duc, effective_from=clock.today())
    assert version.state == State.IN_FORCE
    assert list(version.signatures.filter(round=2).values_list("role", flat=True)) == [
        "drafted",
        "reviewed",
        "approved",
    ]
    assert version.signatures.count() == 5


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_a_reason_is_needed(cast: Cast, reason: str) -> None:
    version = submitted(cast)
    with pytest.raises(NotPossible):
        actions.send_back(version, by=cast.oanh, reason=reason)


@pytest.mark.parametrize("who", ["ha", "khanh", "bao"])
def test_only_who_could_sign_returns(cast: Cast, who: str) -> None:
    version = submitted(cast)
    with pytest.raises(NotAllowed):
        actions.send_back(version, by=cast.members[who], reason="Không")


def test_a_version_in_force_is_not_returned(cast: Cast) -> None:
    version = approved(cast)
    with pytest.raises(NotPossible):
        actions.send_back(version, by=cast.duc, reason="Sửa")
