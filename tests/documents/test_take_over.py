"""A draft changes hands, with a reason: whoever signs “I drafted this text” is its drafter."""

import pytest

from documents import actions
from documents.models import State
from documents.permissions import hands_in
from tenants.models import JournalEntry, Mail
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast
from tests.documents.library import draft, submitted


@pytest.mark.parametrize("who", ["khanh", "duc"])
def test_the_taker_is_the_drafter_and_submits(cast: Cast, who: str) -> None:
    taker = cast.members[who]
    version = actions.take_over(draft(cast), by=taker, reason="Chị Hà nghỉ ốm")
    assert (version.state, version.drafted_by) == (State.DRAFT, taker)
    with pytest.raises(NotAllowed):
        actions.submit(version, by=cast.ha)
    version = actions.submit(version, by=taker)
    assert version.signatures.get().name == taker.name
    line = JournalEntry.objects.get(verb="take_over")
    assert (line.by, line.reason, line.details["from"]) == (taker, "Chị Hà nghỉ ốm", "Lê Thu Hà")


def test_the_former_drafter_is_told_and_may_not_sign_later(cast: Cast) -> None:
    version = actions.take_over(draft(cast), by=cast.khanh, reason="Chị Hà nghỉ ốm")
    assert hands_in(version) == {cast.ha.pk, cast.khanh.pk}
    mail = Mail.objects.get(key__startswith="taken-over")
    assert mail.member == cast.ha
    assert "Chị Hà nghỉ ốm" in mail.body


@pytest.mark.parametrize("who", ["ha", "bao", "oanh", "nhung", "mai"])
def test_nobody_else_takes_a_draft_over(cast: Cast, who: str) -> None:
    version = draft(cast)
    with pytest.raises(NotAllowed):
        actions.take_over(version, by=cast.members[who], reason="Tôi làm")


def test_a_reason_is_needed(cast: Cast) -> None:
    version = draft(cast)
    with pytest.raises(NotPossible):
        actions.take_over(version, by=cast.khanh, reason=" ")


def test_what_is_submitted_is_not_taken_over(cast: Cast) -> None:
    version = submitted(cast)
    with pytest.raises(NotPossible):
        actions.take_over(version, by=cast.khanh, reason="Tôi làm")
