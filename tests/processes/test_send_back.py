"""Send a step back: with a reason, to whoever did it, with a fresh norm."""

from __future__ import annotations

import datetime as dt

import pytest

from processes import actions
from processes.models import Dossier, DossierState, HandOver, TaskState
from tenants import clock
from tenants.actions import release
from tenants.models import JournalEntry
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast
from tests.office import office_time


@pytest.fixture
def to_sign(march: Cast, dossier: Dossier) -> Dossier:
    """Verified by Hà, with the chairman for signature."""
    actions.complete(dossier.tasks.open().get(), by=march.tuan, next_member=march.ha)
    return actions.complete(dossier.tasks.open().get(), by=march.ha)


def test_it_comes_back_to_whoever_did_it_with_a_fresh_norm(march: Cast, to_sign: Dossier) -> None:
    with clock.at(office_time("2026-03-05", "07:30")):
        actions.send_back(to_sign.tasks.open().get(), by=march.duc, reason="Sai ngày sinh")
    task = to_sign.tasks.open().get()
    assert (task.step, task.member) == (2, march.ha)  # although three officers could do it
    assert task.due_at == office_time("2026-03-06", "11:30")
    assert to_sign.tasks.get(step=3).state == TaskState.SENT_BACK


def test_the_reason_stands_on_the_control_slip_and_the_journal_says_so(march: Cast, to_sign: Dossier) -> None:
    task = to_sign.tasks.open().get()
    actions.send_back(task, by=march.duc, reason="Sai ngày sinh")
    line = JournalEntry.objects.get(verb="send_back", about_id=task.pk)
    assert (line.reason, line.details) == ("", {"noted": True})
    row = HandOver.objects.order_by("pk").last()
    assert row is not None
    assert (row.task, row.note, row.punctuality) == (task, "Sai ngày sinh", "")


def test_the_due_moment_of_the_result_stays(march: Cast, to_sign: Dossier) -> None:
    before = to_sign.due_at
    assert actions.send_back(to_sign.tasks.open().get(), by=march.duc, reason="Sai").due_at == before


def test_a_result_sent_back_is_no_longer_ready(march: Cast, to_sign: Dossier) -> None:
    ready = actions.complete(to_sign.tasks.open().get(), by=march.duc)
    assert ready.state == DossierState.RESULT_READY
    again = actions.send_back(ready.tasks.open().get(), by=march.tuan, reason="Thiếu dấu")
    assert (again.state, again.finished_at, again.punctuality) == (DossierState.PROCESSING, None, "")
    assert again.tasks.open().get().member == march.duc


def test_who_has_left_is_replaced(march: Cast, to_sign: Dossier) -> None:
    release(march.ha, by=march.agency.clock(), on=dt.date(2026, 3, 3))
    actions.send_back(to_sign.tasks.open().get(), by=march.duc, reason="Sai ngày sinh")
    task = to_sign.tasks.open().get()
    assert (task.member, task.role) == (None, "officer")


def test_the_first_step_goes_nowhere(march: Cast, dossier: Dossier) -> None:
    with pytest.raises(NotPossible):
        actions.send_back(dossier.tasks.get(), by=march.tuan, reason="Thiếu")


def test_without_a_reason_it_stays(march: Cast, to_sign: Dossier) -> None:
    with pytest.raises(NotPossible):
        actions.send_back(to_sign.tasks.open().get(), by=march.duc, reason="  ")
    assert to_sign.tasks.open().get().step == 3


def test_only_whoever_has_it_sends_it_back(march: Cast, to_sign: Dossier) -> None:
    with pytest.raises(NotAllowed):
        actions.send_back(to_sign.tasks.open().get(), by=march.ha, reason="Sai")
