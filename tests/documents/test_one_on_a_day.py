"""No two versions of a document hold on one day, and the database says so."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from documents import actions
from documents.models import State, Version
from tenants import clock
from tenants.transitions import NotPossible
from tests.cast import Cast
from tests.documents.library import approved, next_draft, signed_again

DAY = dt.timedelta(days=1)


def test_the_database_refuses_two_on_one_day(cast: Cast) -> None:
    first = approved(cast)
    with clock.at(clock.now() + 30 * DAY):
        signed_again(cast, first)
    first = Version.objects.get(pk=first.pk)
    first.pk, first.issue = None, 9  # put in behind our back, for days on which the first held
    with pytest.raises(IntegrityError, match="one_version_on_a_day"), transaction.atomic():
        Version.objects.bulk_create([first])


def test_replaced_on_its_first_day_it_held_on_none(cast: Cast, client_of: object) -> None:
    first = approved(cast)
    second = signed_again(cast, first)
    first.refresh_from_db()
    today = clock.today()
    assert (first.effective_from, first.effective_to) == (today, today - DAY)
    assert list(first.document.versions.in_force_on(today)) == [second]
    page = client_of(cast.tuan).get("/tan-hoa/documents/QT.TP.01/versions/1.0/")  # type: ignore[operator]
    assert page.status_code == 200


def test_thrice_on_one_day(cast: Cast) -> None:
    third = signed_again(cast, signed_again(cast, approved(cast)))
    assert list(Version.objects.in_force_on(clock.today())) == [third]


def test_after_a_withdrawal_the_next_begins_the_day_after(cast: Cast) -> None:
    first = actions.withdraw(approved(cast), by=cast.duc, reason="Sai căn cứ")
    version = actions.review(actions.submit(next_draft(cast, first), by=cast.ha), by=cast.oanh)
    with pytest.raises(NotPossible) as refusal, translation.override("en"):
        actions.approve(version, by=cast.duc, effective_from=clock.today())
    assert "held until it was withdrawn" in refusal.value.message
    assert actions.approve(version, by=cast.duc, effective_from=clock.today() + DAY).state == State.APPROVED


def test_withdrawn_before_its_day_it_bars_no_day(cast: Cast) -> None:
    first = approved(cast, on=clock.today() + 5 * DAY)
    first = actions.withdraw(first, by=cast.duc, reason="Chưa cần")
    assert first.effective_to is None
    assert signed_again(cast, first).state == State.IN_FORCE


def test_what_a_later_version_has_replaced_is_not_withdrawn(cast: Cast) -> None:
    """The day of the next has come and the sweep has not: withdrawing the former would let both hold."""
    first = approved(cast)
    second = signed_again(cast, first, on=clock.today() + 3 * DAY)
    with clock.at(clock.now() + 4 * DAY):
        with pytest.raises(NotPossible):
            actions.withdraw(first, by=cast.duc, reason="Nhầm")
        actions.bring_into_force(second)
    first.refresh_from_db()
    assert first.effective_to == second.effective_from - DAY
