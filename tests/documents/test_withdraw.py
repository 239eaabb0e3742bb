"""Out of force, with a reason and without a successor."""

import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import translation
from pypdf import PdfReader

from documents import actions
from documents.models import State, Version
from documents.panels import held
from documents.papers import public_address
from tenants import clock
from tenants.models import Mail, Member
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast
from tests.documents.library import approved, forged, next_draft, signed_again, submitted

Door = Callable[[Member], Client]


def test_the_version_ends_today_and_nothing_is_in_force(cast: Cast) -> None:
    version = actions.withdraw(approved(cast), by=cast.duc, reason="Chờ rà soát Nghị định 155/2026/NĐ-CP")
    assert (version.state, version.effective_to) == (State.WITHDRAWN, clock.today())
    assert not Version.objects.in_force().exists()


def test_the_right_text_comes_into_force_on_the_day_the_wrong_one_goes(cast: Cast, client_of: Door) -> None:
    first = approved(cast)
    with clock.at(clock.now() + dt.timedelta(days=30)):
        today = clock.today()
        client_of(cast.duc).post(
            "/tan-hoa/documents/QT.TP.01/versions/1.0/withdraw/", {"reason": "Sai lệ phí", "last": "yesterday"}
        )
        first.refresh_from_db()
        assert (first.state, first.effective_to) == (State.WITHDRAWN, today - dt.timedelta(days=1))
        second = signed_again(cast, first)
        assert list(Version.objects.in_force_on(today)) == [second]
        assert list(Version.objects.in_force_on(today - dt.timedelta(days=1))) == [first]
        third = actions.withdraw(second, by=cast.duc, reason="Sai nữa", held_today=False)  # on its first day
        assert third.effective_to == today - dt.timedelta(days=1)
        fourth = actions.withdraw(signed_again(cast, third), by=cast.duc, reason="Sai nữa")
        with pytest.raises(NotPossible, match="01/02"):
            signed_again(cast, fourth)


def test_an_approved_version_can_be_stopped_before_its_day(cast: Cast) -> None:
    version = approved(cast, on=clock.today() + dt.timedelta(days=9))
    version = actions.withdraw(version, by=cast.duc, reason="Luật hoãn")
    assert (version.state, version.effective_to) == (State.WITHDRAWN, None)
    with clock.at(clock.now() + dt.timedelta(days=10)), pytest.raises(NotPossible):
        actions.bring_into_force(version)


def test_what_is_withdrawn_on_its_day_before_the_clock_came_has_held(cast: Cast) -> None:
    first, day = approved(cast), clock.today() + dt.timedelta(days=1)
    late = signed_again(cast, first, on=day)
    with clock.at(clock.now() + dt.timedelta(days=2)):  # its day has come, the sweep has not
        last = clock.today()
        assert list(Version.objects.in_force_on(last)) == [late]
        late = actions.withdraw(late, by=cast.duc, reason="Luật hoãn")
    first.refresh_from_db()
    assert (late.state, late.effective_from, late.effective_to) == (State.WITHDRAWN, day, last)
    assert (first.state, first.effective_to) == (State.SUPERSEDED, day - dt.timedelta(days=1))
    assert list(Version.objects.in_force_on(day)) == list(Version.objects.in_force_on(last)) == [late]
    assert not Version.objects.in_force_on(last + dt.timedelta(days=1)).exists()


def test_nobody_is_asked_to_read_what_is_withdrawn_before_the_clock_came(cast: Cast) -> None:
    late = signed_again(cast, approved(cast), on=clock.today() + dt.timedelta(days=1))
    with clock.at(clock.now() + dt.timedelta(days=2)):
        late = actions.withdraw(late, by=cast.duc, reason="Luật hoãn")
    assert late.effective_to
    assert not late.acknowledgements.exists()
    assert not Mail.objects.filter(key__startswith=f"in-force.{late.pk}.").exists()


def test_wrong_before_it_held_a_day_it_leaves_the_one_before_in_force(cast: Cast) -> None:
    first, day = approved(cast), clock.today() + dt.timedelta(days=2)
    late = signed_again(cast, first, on=day)
    with clock.at(clock.now() + dt.timedelta(days=2)):
        late = actions.withdraw(late, by=cast.duc, reason="Sai lệ phí", held_today=False)
        assert (late.state, late.effective_to) == (State.WITHDRAWN, None)
        assert list(Version.objects.in_force_on(day)) == list(Version.objects.in_force()) == [first]


def test_what_is_not_as_signed_does_not_come_into_force_to_be_withdrawn(cast: Cast) -> None:
    late = forged(approved(cast, on=clock.today() + dt.timedelta(days=1)))
    with clock.at(clock.now() + dt.timedelta(days=2)):
        late = actions.withdraw(late, by=cast.duc, reason="Không đúng bản đã ký")
    assert (late.state, late.effective_to) == (State.WITHDRAWN, None)


def test_withdrawn_on_its_first_day_no_day_is_said_of_it(cast: Cast, client_of: Door) -> None:
    version = actions.withdraw(approved(cast), by=cast.duc, reason="Sai", held_today=False)
    with translation.override("en"):
        assert held(version) == "withdrawn, held on no day"
    anybody = Client()
    anybody.cookies["django_language"] = "en"
    words = anybody.get(public_address(version).removeprefix("http://127.0.0.1:8000")).content.decode()
    assert "This version held on no day" in words
    assert f"{version.effective_to:%d/%m/%Y}" not in words
    second = signed_again(cast, version)
    printed = client_of(cast.duc).get("/tan-hoa/documents/QT.TP.01/versions/1.1/compare/1.0.pdf").content
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(printed)).pages)
    assert "không có hiệu lực ngày nào" in " ".join(text.split())
    assert second.state == State.IN_FORCE


@pytest.mark.parametrize("first_holds", [True, False])
def test_the_page_says_what_holds_afterwards(cast: Cast, client_of: Door, first_holds: bool) -> None:
    first, number = approved(cast), "1.0"
    if first_holds:
        signed_again(cast, first, on=clock.today() + dt.timedelta(days=9))
        number = "1.1"
    page = f"/tan-hoa/documents/QT.TP.01/versions/{number}/withdraw/"
    answer = client_of(cast.duc).post(page, {"reason": "Luật hoãn", "last": "today"}, follow=True)
    (said,) = answer.context["messages"]
    assert ("01/00" in str(said)) is first_holds


def test_whoever_had_read_it_is_told_and_nobody_else(cast: Cast) -> None:
    version = approved(cast)
    actions.acknowledge(version, by=cast.tuan)
    actions.withdraw(version, by=cast.duc, reason="Chờ rà soát")
    mail = Mail.objects.get(key__startswith="withdrawn")
    assert mail.member == cast.tuan
    assert "Chờ rà soát" in mail.body


def test_the_next_version_can_begin(cast: Cast) -> None:
    version = actions.withdraw(approved(cast), by=cast.duc, reason="Rà soát")
    assert next_draft(cast, version).number == "01/01"


@pytest.mark.parametrize("who", ["ha", "oanh", "khanh"])
def test_only_the_head_withdraws(cast: Cast, who: str) -> None:
    version = approved(cast)
    with pytest.raises(NotAllowed):
        actions.withdraw(version, by=cast.members[who], reason="Không dùng")


def test_a_reason_is_needed(cast: Cast) -> None:
    version = approved(cast)
    with pytest.raises(NotPossible):
        actions.withdraw(version, by=cast.duc, reason=" ")


def test_what_is_not_approved_is_not_withdrawn(cast: Cast) -> None:
    version = submitted(cast)
    with pytest.raises(NotPossible):
        actions.withdraw(version, by=cast.duc, reason="Không dùng")
