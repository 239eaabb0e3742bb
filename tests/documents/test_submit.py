"""The drafter signs: what is missing is named, the content is sealed."""

from dataclasses import replace
from decimal import Decimal

import pytest

from documents import actions
from documents.content import Content, Time, TimeUnit, seal
from documents.models import State
from tenants.models import Mail
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast
from tests.documents.library import BIRTH, draft, submitted


def test_the_hash_is_that_of_the_whole_artefact(cast: Cast) -> None:
    version = submitted(cast)
    assert version.state == State.IN_REVIEW
    assert version.sha256 == seal(BIRTH, code="QT.TP.01", issue=1, revision=0, title="Đăng ký khai sinh")


def test_without_a_page_between_the_text_in_hand_is_signed_and_no_other(cast: Cast) -> None:
    held = draft(cast)
    changed = actions.edit(held, replace(BIRTH, purpose="Khác"), held.title, by=cast.ha)
    with pytest.raises(NotPossible):
        actions.submit(held, by=cast.ha)
    held = actions.submit(changed, by=cast.ha)
    sent_back = actions.send_back(held, by=cast.oanh, reason="Xem lại")
    actions.submit(actions.edit(sent_back, BIRTH, held.title, by=cast.ha), by=cast.ha)
    with pytest.raises(NotPossible):
        actions.review(held, by=cast.oanh)


def test_the_deputy_and_the_head_of_the_unit_are_asked(cast: Cast) -> None:
    submitted(cast)
    assert set(Mail.objects.values_list("member__name", flat=True)) == {"Nguyễn Thị Kim Oanh", "Bùi Xuân Thành"}


def test_mails_are_in_the_readers_language(cast: Cast) -> None:
    cast.oanh.user.language = "en"
    cast.oanh.user.save()
    submitted(cast)
    subjects = dict(Mail.objects.values_list("member__name", "subject"))
    assert subjects["Nguyễn Thị Kim Oanh"] == "Waiting for your review: QT.TP.01 Đăng ký khai sinh, version 01/00"
    assert subjects["Bùi Xuân Thành"] != subjects["Nguyễn Thị Kim Oanh"]


@pytest.mark.parametrize(
    "content",
    [
        Content(),
        replace(BIRTH, purpose=" "),
        replace(BIRTH, steps=()),
        replace(BIRTH, steps=(replace(BIRTH.steps[0], whom=""),)),
        replace(BIRTH, steps=(replace(BIRTH.steps[0], norm=Time(Decimal("8.5"), TimeUnit.HOUR)),)),
        replace(BIRTH, steps=(replace(BIRTH.steps[0], norm=Time(Decimal("0.004"), TimeUnit.HOUR)),)),
        replace(BIRTH, limit=Time(Decimal("1.5"), TimeUnit.MONTH)),
        replace(BIRTH, components=()),
        replace(BIRTH, legal_bases=()),
    ],
    ids=[
        "empty",
        "no purpose",
        "no steps",
        "nobody responsible",
        "over the limit",
        "no minute",
        "half a month",
        "no papers",
        "no basis",
    ],
)
def test_an_unfinished_text_is_not_submitted(cast: Cast, content: Content) -> None:
    version = draft(cast, content=content)
    with pytest.raises(NotPossible):
        actions.submit(version, by=cast.ha)
    version.refresh_from_db()
    assert (version.state, version.sha256, version.signatures.count()) == (State.DRAFT, "", 0)


def test_steps_may_fill_the_limit_exactly(cast: Cast) -> None:
    full = replace(BIRTH, steps=(replace(BIRTH.steps[0], norm=Time(Decimal(1), TimeUnit.WORKING_DAY)),))
    assert actions.submit(draft(cast, content=full), by=cast.ha).state == State.IN_REVIEW


@pytest.mark.parametrize("who", ["bao", "tuan", "duc", "mai", "khanh"])
def test_nobody_else_submits(cast: Cast, who: str) -> None:
    version = draft(cast)
    with pytest.raises(NotAllowed):
        actions.submit(version, by=cast.members[who])


def test_it_is_submitted_once(cast: Cast) -> None:
    version = submitted(cast)
    with pytest.raises(NotPossible):
        actions.submit(version, by=cast.ha)
    assert version.signatures.count() == 1
