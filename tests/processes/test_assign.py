"""Assign an open step: by the heads or by whoever has it, to somebody at work."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client

from processes import actions
from processes.models import Dossier, Task
from tenants.actions import release
from tenants.models import JournalEntry, Member
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast


@pytest.fixture
def task(march: Cast, dossier: Dossier) -> Task:
    """Verification, which any officer may take."""
    actions.complete(dossier.tasks.get(), by=march.tuan)
    return dossier.tasks.open().get()


def test_a_head_of_unit_gives_it_to_a_colleague(march: Cast, task: Task) -> None:
    due_at = task.due_at
    task = actions.assign(task, march.ha, by=march.thanh, reason="Quen việc")
    assert (task.member, task.due_at) == (march.ha, due_at)
    line = JournalEntry.objects.get(verb="assigned")
    assert (line.by, line.reason) == (march.thanh, "")
    assert line.details == {"from": "Công chức thụ lý", "to": "Lê Thu Hà", "noted": True}
    assert task.dossier.hand_overs.latest("pk").note == "Quen việc"


def test_whoever_has_it_may_pass_it_on(march: Cast, task: Task) -> None:
    actions.assign(task, march.ha, by=march.ha)  # an officer takes it
    assert actions.assign(task, march.bao, by=march.ha).member == march.bao


def test_nobody_gets_a_step_they_cannot_do(march: Cast, task: Task) -> None:
    """The chairman's signature stays the chairman's, whoever gives."""
    actions.complete(task, by=march.ha)
    sign = task.dossier.tasks.open().get()
    assert sign.member == march.duc
    for giver in (march.duc, march.oanh):
        with pytest.raises(NotPossible, match="Bùi Xuân Thành"):
            actions.assign(sign, march.thanh, by=giver)
    for taker in (march.thanh, march.ha):
        with pytest.raises(NotAllowed):
            actions.assign(sign, taker, by=march.thanh)
    assert Task.objects.get(pk=sign.pk).member == march.duc


def test_the_head_of_a_unit_gives_what_their_unit_has(march: Cast, task: Task) -> None:
    actions.assign(task, march.bao, by=march.bao)  # Kinh tế
    with pytest.raises(NotAllowed):
        actions.assign(task, march.ha, by=march.thanh)  # Tư pháp
    actions.assign(task, march.ha, by=march.oanh)
    assert actions.assign(task, march.bao, by=march.thanh).member == march.bao


def test_where_nobody_can_do_it_a_head_gives_it_to_anybody(march: Cast, task: Task) -> None:
    actions.complete(task, by=march.ha)
    release(march.duc, by=march.agency.clock(), on=dt.date(2026, 3, 3))
    sign = task.dossier.tasks.open().get()
    with pytest.raises(NotAllowed):
        actions.assign(sign, march.thanh, by=march.thanh)
    assert actions.assign(sign, march.oanh, by=march.oanh).member == march.oanh


def test_the_form_offers_who_can_do_the_step(march: Cast, task: Task, client_of: Callable[[Member], Client]) -> None:
    page = client_of(march.oanh).get(f"/tan-hoa/dossiers/{task.dossier.code}/assign/").content.decode()
    offered = set(re.findall(r'<option value="(\d+)"', page))
    assert offered == {str(march.ha.pk), str(march.thanh.pk), str(march.bao.pk)}


def test_a_bystander_may_not(march: Cast, task: Task) -> None:
    with pytest.raises(NotAllowed):
        actions.assign(task, march.ha, by=march.mai)


def test_somebody_who_left_gets_nothing(march: Cast, task: Task) -> None:
    release(march.ha, by=march.agency.clock(), on=dt.date(2026, 3, 3))
    with pytest.raises(NotPossible):
        actions.assign(task, type(march.ha).objects.get(pk=march.ha.pk), by=march.thanh)


def test_the_clock_works_on_no_dossier(march: Cast, task: Task) -> None:
    with pytest.raises(NotPossible):
        actions.assign(task, march.agency.clock(), by=march.thanh)


def test_nobody_of_another_agency(march: Cast, task: Task) -> None:
    with pytest.raises(NotPossible):
        actions.assign(task, march.long, by=march.thanh)


def test_a_step_that_is_done_changes_hands_no_more(march: Cast, task: Task) -> None:
    actions.complete(task, by=march.ha)
    with pytest.raises(NotPossible):
        actions.assign(task, march.bao, by=march.thanh)


def test_the_control_slip_names_every_taker_in_order(
    march: Cast, task: Task, client_of: Callable[[Member], Client]
) -> None:
    actions.assign(task, march.ha, by=march.thanh)
    actions.assign(task, march.bao, by=march.ha)
    page = client_of(march.thanh).get(f"/tan-hoa/dossiers/{task.dossier.code}/slips/6/").content.decode()
    lines = [re.findall(r"<td>(.*?)</td>", row)[:3] for row in re.findall(r"<tr>(.*?)</tr>", page) if "<td" in row]
    assert lines[0][0] == "Tiếp nhận hồ sơ"
    assert lines[-2:] == [
        ["Chuyển người thực hiện", "Bùi Xuân Thành", "Lê Thu Hà"],
        ["Chuyển người thực hiện", "Lê Thu Hà", "Hoàng Gia Bảo"],
    ]
