"""Close a dossier: the resident has the result; in time or late was decided when it was ready."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from documents.content import Who
from processes import actions
from processes.models import Dossier, DossierState, HandOver, Punctuality, Task
from tenants import clock
from tenants.actions import appoint, release
from tenants.history import doing
from tenants.models import JournalEntry, Member, Role, User
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast
from tests.office import BIRTH, in_force, office_time, received


@pytest.fixture
def ready(march: Cast, dossier: Dossier) -> Dossier:
    actions.complete(dossier.tasks.open().get(), by=march.tuan, next_member=march.ha)
    actions.complete(dossier.tasks.open().get(), by=march.ha)
    return actions.complete(dossier.tasks.open().get(), by=march.duc)


def test_fetching_it_late_makes_nothing_late(march: Cast, ready: Dossier) -> None:
    with clock.at(office_time("2026-03-20")):
        closed = actions.close(ready, by=march.tuan)
    assert (closed.state, closed.punctuality) == (DossierState.CLOSED, Punctuality.EARLY)
    assert closed.closed_at == office_time("2026-03-20")
    assert closed.tasks.get(step=4).punctuality == ""
    assert closed.hand_overs.latest("pk").punctuality == ""


def test_while_it_waits_for_the_resident_nothing_presses(
    march: Cast, ready: Dossier, client_of: Callable[[Member], Client]
) -> None:
    task = Task.objects.open().by_pressure().get()
    assert task.pressing_at is None
    with clock.at(office_time("2026-03-20")):
        page = client_of(march.tuan).get(f"/tan-hoa/dossiers/{ready.code}/").content.decode()
    assert 'class="state late' not in page
    assert "is-late" not in page


@pytest.mark.parametrize("who", ["unit", "member"])
def test_a_last_step_without_a_norm_is_the_return_whoever_does_it(march: Cast, who: str) -> None:
    """The step editor offers units and people beside roles."""
    whom = march.units["tan-hoa/Một cửa"].pk if who == "unit" else march.tuan.pk
    last = dataclasses.replace(BIRTH.steps[3], who=Who(who), whom=str(whom), who_words="Một cửa")
    version = in_force(march, content=dataclasses.replace(BIRTH, steps=(*BIRTH.steps[:3], last)))
    dossier = received(march, version.document)
    actions.complete(dossier.tasks.open().get(), by=march.tuan, next_member=march.ha)
    actions.complete(dossier.tasks.open().get(), by=march.ha)
    signed = actions.complete(dossier.tasks.open().get(), by=march.duc)
    assert (signed.state, signed.punctuality) == (DossierState.RESULT_READY, Punctuality.EARLY)
    with clock.at(office_time("2026-03-25")):
        assert actions.complete(dossier.tasks.open().get(), by=march.tuan).state == DossierState.CLOSED


def test_the_return_step_is_done_with_it(march: Cast, ready: Dossier) -> None:
    actions.close(ready, by=march.tuan, note="Bố cháu nhận")
    assert not ready.tasks.open().exists()
    row = HandOver.objects.order_by("pk").last()
    assert row is not None
    assert (row.task, row.next_task, row.note) == (ready.tasks.get(step=4), None, "Bố cháu nhận")


def test_completing_the_return_step_is_the_same_deed(march: Cast, ready: Dossier) -> None:
    assert actions.complete(ready.tasks.open().get(), by=march.tuan).state == DossierState.CLOSED


def test_another_receptionist_hands_out_what_was_a_colleagues(march: Cast, ready: Dossier) -> None:
    user = User.objects.create_user("hue", full_name="Phan Thị Huệ")
    hue = appoint(user, by=march.agency.clock(), roles=[Role.RECEPTIONIST])
    hue.agency = march.agency
    actions.close(ready, by=hue)
    task = ready.tasks.get(step=4)
    assert task.member == hue
    assert JournalEntry.objects.get(verb="complete", about_id=task.pk).details == {"instead_of": "Đỗ Minh Tuấn"}


def test_before_the_result_is_ready_it_stays_open(march: Cast, dossier: Dossier) -> None:
    with pytest.raises(NotPossible):
        actions.close(dossier, by=march.tuan)


def test_it_closes_once(march: Cast, ready: Dossier) -> None:
    actions.close(ready, by=march.tuan)
    with pytest.raises(NotPossible):
        actions.close(ready, by=march.tuan)
    assert JournalEntry.objects.filter(verb="close").count() == 1


def test_an_officer_does_not_while_the_desk_is_there(march: Cast, ready: Dossier) -> None:
    with pytest.raises(NotAllowed):
        actions.close(ready, by=march.ha)
    release(march.tuan, by=march.agency.clock(), on=dt.date(2026, 3, 3))
    assert actions.close(ready, by=march.ha).state == DossierState.CLOSED


def test_whoever_has_the_return_step_does(march: Cast, ready: Dossier) -> None:
    task = ready.tasks.open().get()
    with doing(march.duc):
        Task.objects.filter(pk=task.pk).update(member=march.mai)
    assert actions.close(ready, by=march.mai).state == DossierState.CLOSED


def test_the_chairman_does_not_hand_out_results(march: Cast, ready: Dossier) -> None:
    with pytest.raises(NotAllowed):
        actions.close(ready, by=march.duc)
    assert ready.tasks.open().get().step == 4
