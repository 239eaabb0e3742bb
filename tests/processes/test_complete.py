"""Complete a step: handed over, punctual or late, to the only one who can or to whoever is chosen."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from documents.content import Who
from documents.models import Version
from processes import actions
from processes.assignment import is_return_step
from processes.models import Dossier, DossierState, HandOver, Punctuality, Task
from tenants import clock
from tenants.actions import release
from tenants.models import JournalEntry, Member, Role
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast
from tests.office import BIRTH, in_force, office_time, received

ClientOf = Callable[[Member], Client]


def open_task(dossier: Dossier) -> Task:
    return dossier.tasks.open().get()


def worked_until_signed(cast: Cast, dossier: Dossier) -> Dossier:
    """Steps one to three done; the result is ready."""
    actions.complete(open_task(dossier), by=cast.tuan, next_member=cast.ha)
    actions.complete(open_task(dossier), by=cast.ha)
    return actions.complete(open_task(dossier), by=cast.duc)


def test_the_next_step_opens_with_its_own_norm(march: Cast, dossier: Dossier) -> None:
    after = actions.complete(open_task(dossier), by=march.tuan, note="đủ giấy tờ", next_member=march.ha)
    task = open_task(dossier)
    assert after.state == DossierState.PROCESSING
    assert (task.step, task.member, task.due_at) == (2, march.ha, office_time("2026-03-05", "14:30"))


def test_the_hand_over_says_who_when_and_whether_in_time(march: Cast, dossier: Dossier) -> None:
    first = open_task(dossier)
    with clock.at(office_time("2026-03-04", "11:01")):
        actions.complete(first, by=march.tuan, note="máy quét hỏng", next_member=march.ha)
    row = HandOver.objects.order_by("pk").last()
    assert row is not None
    assert (row.given_by, row.task, row.next_task, row.note) == (march.tuan, first, open_task(dossier), "máy quét hỏng")
    assert row.punctuality == Punctuality.OVERDUE


def test_several_who_can_leave_it_to_the_role(march: Cast, dossier: Dossier) -> None:
    actions.complete(open_task(dossier), by=march.tuan)
    task = open_task(dossier)
    assert (task.member, task.role) == (None, Role.OFFICER)
    assert list(Task.objects.waiting_for(march.bao)) == [task]
    assert list(Task.objects.waiting_for(march.duc)) == []


def test_whoever_does_a_task_of_the_role_has_taken_it(march: Cast, dossier: Dossier) -> None:
    actions.complete(open_task(dossier), by=march.tuan)
    task = open_task(dossier)
    actions.complete(task, by=march.bao)
    task = Task.objects.get(pk=task.pk)
    assert task.member == march.bao


def test_the_only_one_who_can_gets_it(march: Cast, dossier: Dossier) -> None:
    actions.complete(open_task(dossier), by=march.tuan, next_member=march.ha)
    actions.complete(open_task(dossier), by=march.ha)
    assert open_task(dossier).member == march.duc


def test_somebody_who_cannot_do_the_step_is_not_taken(march: Cast, dossier: Dossier) -> None:
    with pytest.raises(NotPossible):
        actions.complete(open_task(dossier), by=march.tuan, next_member=march.mai)
    assert open_task(dossier).step == 1


def test_when_nobody_is_left_the_heads_get_it(march: Cast, dossier: Dossier) -> None:
    for member in (march.ha, march.thanh, march.bao):
        release(member, by=march.agency.clock(), on=dt.date(2026, 3, 3))
    actions.complete(open_task(dossier), by=march.tuan)
    task = open_task(dossier)
    assert (task.member, task.role) == (None, Role.AGENCY_HEAD)
    line = JournalEntry.objects.get(verb="opened", about_id=task.pk)
    assert line.details["instead_of"] == "Công chức"


def test_a_step_of_somebody_who_left_goes_to_their_unit(march: Cast) -> None:
    second = dataclasses.replace(BIRTH.steps[1], who=Who.MEMBER, whom=str(march.ha.pk), who_words="Lê Thu Hà")
    content = dataclasses.replace(BIRTH, steps=(BIRTH.steps[0], second, *BIRTH.steps[2:]))
    dossier = received(march, in_force(march, content=content).document)
    release(march.ha, by=march.agency.clock(), on=dt.date(2026, 3, 3))
    actions.complete(open_task(dossier), by=march.tuan)
    task = open_task(dossier)
    assert (task.member, task.unit) == (None, march.units["tan-hoa/Tư pháp – Hộ tịch"])
    assert list(Task.objects.waiting_for(march.thanh)) == [task]


def test_a_step_of_a_unit_is_everybodys_of_that_unit(march: Cast) -> None:
    unit = march.units["tan-hoa/Tư pháp – Hộ tịch"]
    second = dataclasses.replace(BIRTH.steps[1], who=Who.UNIT, whom=str(unit.pk), who_words=unit.name)
    content = dataclasses.replace(BIRTH, steps=(BIRTH.steps[0], second, *BIRTH.steps[2:]))
    dossier = received(march, in_force(march, content=content).document)
    actions.complete(open_task(dossier), by=march.tuan)
    assert open_task(dossier).unit == unit
    actions.complete(open_task(dossier), by=march.thanh)
    assert open_task(dossier).step == 3


def test_when_only_the_return_is_left_the_result_is_ready(march: Cast, dossier: Dossier) -> None:
    assert is_return_step(BIRTH, 4)
    after = worked_until_signed(march, dossier)
    assert (after.state, after.punctuality) == (DossierState.RESULT_READY, Punctuality.EARLY)
    assert after.finished_at == office_time("2026-03-04")
    assert (open_task(dossier).step, open_task(dossier).member) == (4, march.tuan)


def test_a_result_after_the_due_moment_is_late_for_good(march: Cast, dossier: Dossier) -> None:
    with clock.at(office_time("2026-03-10", "08:00")):
        after = worked_until_signed(march, dossier)
    assert after.punctuality == Punctuality.OVERDUE


def test_a_result_on_the_due_day_is_on_time(march: Cast, dossier: Dossier) -> None:
    with clock.at(office_time("2026-03-09", "17:00")):
        assert worked_until_signed(march, dossier).punctuality == Punctuality.ON_TIME


def test_a_last_step_of_somebody_else_finishes_and_leaves_no_task(march: Cast) -> None:
    content = dataclasses.replace(BIRTH, steps=BIRTH.steps[:3])
    dossier = received(march, in_force(march, content=content).document)
    after = worked_until_signed(march, dossier)
    assert after.state == DossierState.RESULT_READY
    assert not dossier.tasks.open().exists()
    assert actions.close(dossier, by=march.tuan).state == DossierState.CLOSED


def test_a_single_step_of_the_desk_is_work_not_return(march: Cast) -> None:
    content = dataclasses.replace(BIRTH, steps=BIRTH.steps[:1])
    dossier = received(march, in_force(march, content=content).document)
    assert actions.complete(open_task(dossier), by=march.tuan).state == DossierState.RESULT_READY


def test_nobody_does_a_colleagues_task(march: Cast, dossier: Dossier) -> None:
    with pytest.raises(NotAllowed):
        actions.complete(open_task(dossier), by=march.ha)
    assert open_task(dossier).step == 1


def test_a_step_done_already_is_not_done_again(march: Cast, dossier: Dossier) -> None:
    task = open_task(dossier)
    actions.complete(task, by=march.tuan, next_member=march.ha)
    with pytest.raises(NotPossible):
        actions.complete(task, by=march.tuan)
    assert open_task(dossier).step == 2


def test_a_processing_step_done_already_never_closes_a_ready_dossier(march: Cast, dossier: Dossier) -> None:
    worked_until_signed(march, dossier)
    signing = dossier.tasks.get(step=3)
    with pytest.raises(NotPossible):
        actions.complete(signing, by=march.duc)
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert dossier.state == DossierState.RESULT_READY


def test_a_stranger_gets_404(march: Cast, dossier: Dossier, client_of: ClientOf) -> None:
    assert client_of(march.tuan).get(f"/tan-hoa/dossiers/{dossier.code}/complete/").status_code == 200
    assert client_of(march.long).get(f"/tan-hoa/dossiers/{dossier.code}/complete/").status_code == 404
    assert client_of(march.long).get(f"/phu-lam/dossiers/{dossier.code}/complete/").status_code == 404


def test_a_form_opened_before_a_colleague_was_faster_does_nothing(
    march: Cast, dossier: Dossier, client_of: ClientOf
) -> None:
    stale = open_task(dossier).pk
    actions.complete(open_task(dossier), by=march.tuan, next_member=march.ha)
    answer = client_of(march.ha).post(f"/tan-hoa/dossiers/{dossier.code}/complete/", {"task": stale})
    assert answer.status_code == 409
    assert open_task(dossier).step == 2


def test_the_page_hands_over_and_says_to_whom(march: Cast, birth: Version, client_of: ClientOf) -> None:
    dossier = received(march, birth.document)
    form = {"task": open_task(dossier).pk, "next_member": march.ha.pk, "note": ""}
    answer = client_of(march.tuan).post(f"/tan-hoa/dossiers/{dossier.code}/complete/", form, follow=True)
    assert answer.status_code == 200
    assert "Lê Thu Hà" in answer.content.decode()
    assert open_task(dossier).member == march.ha
