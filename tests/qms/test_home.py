"""My work today: every line in its group, every count the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from processes import actions
from processes.models import Dossier
from qms import home
from tenants import clock
from tenants.models import Member
from tests import cast as the_cast
from tests.cast import Cast
from tests.office import in_force, office_time, received

MONDAY = "2026-03-02"


@pytest.fixture
def march(db: None) -> Iterator[Cast]:
    """The cast, at work since January; Tân Hòa is active."""
    cache.clear()
    with clock.at(office_time("2026-01-05")):
        cast = the_cast.build()
    with cast.agency.active():
        yield cast


def shown(member: Member) -> dict[str, int]:
    """How many lines each group of this member's page has, whether shown or not."""
    work = home.of(member, clock.now())
    return {key: group.total for key, group in zip(home.GROUPS, _all(work), strict=True) if group.total}


def _all(work: home.Work) -> list[home.Group]:
    by_title = {str(group.title): group for group in work.groups}
    empty = home.Group("", "", "")
    return [by_title.get(str(title), empty) for title, *_ in home.GROUPS.values()]


def test_the_step_of_an_overdue_dossier_is_late_though_its_own_norm_is_fresh(march: Cast) -> None:
    with clock.at(office_time(MONDAY)):
        dossier = received(march, in_force(march).document)  # due on Thursday 5 March
    with clock.at(office_time("2026-03-06", "16:00")):
        actions.complete(dossier.tasks.open().get(), by=march.tuan, next_member=march.ha)
    with clock.at(office_time("2026-03-09", "08:00")):
        work = home.of(march.ha, clock.now())
        assert (work.total, work.late) == (1, 1)
        assert work.groups[0].tasks[0].due.tone == "late"


def test_a_ready_result_waits_in_a_group_of_its_own_and_is_never_late(march: Cast) -> None:
    with clock.at(office_time(MONDAY)):
        dossier = received(march, in_force(march).document)
        for member in (march.tuan, march.ha, march.duc):
            actions.complete(dossier.tasks.open().get(), by=member)
    with clock.at(office_time("2026-03-20")):
        assert shown(march.tuan) == {"return": 1}


@pytest.mark.parametrize("most", [2, 60])
def test_what_is_not_shown_is_counted_and_can_be_reached(
    march: Cast, client_of: Callable[[Member], Client], monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(home, "MOST", most)
    with clock.at(office_time(MONDAY)):
        document = in_force(march).document
        for _number in range(3):
            received(march, document)
    with clock.at(office_time(MONDAY, "16:00")):
        received(march, document)
        assert shown(march.tuan) == {"late": 3, "week": 1}  # two hours after the receipt
        page = client_of(march.tuan).get("/tan-hoa/").content.decode()
        assert ("/tan-hoa/dossiers/?mine=1" in page) == (most == 2)
    assert Dossier.objects.count() == 4
