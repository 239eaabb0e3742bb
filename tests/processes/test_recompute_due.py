"""The calendar changes: due moments of open dossiers follow, each with its line in the journal."""

from __future__ import annotations

import datetime as dt

from processes import actions
from processes.models import Dossier
from tenants.actions import add_closure
from tenants.models import JournalEntry
from tests.cast import Cast
from tests.office import office_time, received


def lines() -> list[str]:
    return list(JournalEntry.objects.filter(verb="recomputed_due").order_by("pk").values_list("about_type", flat=True))


def test_a_day_off_within_the_limit_moves_the_result(march: Cast, dossier: Dossier) -> None:
    add_closure(dt.date(2026, 3, 6), name="Lũ", by=march.khanh)
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert dossier.due_at == office_time("2026-03-10", "17:00")
    assert lines() == ["processes.dossier"]  # the first step was due on Wednesday and stays
    line = JournalEntry.objects.get(verb="recomputed_due")
    assert line.details == {"from": "2026-03-09T17:00:00+07:00", "to": "2026-03-10T17:00:00+07:00"}


def test_a_step_that_runs_over_the_day_off_moves_too(march: Cast, dossier: Dossier) -> None:
    actions.complete(dossier.tasks.get(), by=march.tuan, next_member=march.ha)
    add_closure(dt.date(2026, 3, 5), name="Lũ", by=march.khanh)
    assert dossier.tasks.open().get().due_at == office_time("2026-03-06", "14:30")
    assert sorted(lines()) == ["processes.dossier", "processes.task"]


def test_a_day_outside_the_limit_moves_nothing(march: Cast, dossier: Dossier) -> None:
    add_closure(dt.date(2026, 3, 20), name="Lễ hội", by=march.khanh)
    assert lines() == []


def test_twice_moves_once(march: Cast, dossier: Dossier) -> None:
    add_closure(dt.date(2026, 3, 6), name="Lũ", by=march.khanh)
    assert actions.recompute_open(march.agency, by=march.khanh) == 0
    assert lines() == ["processes.dossier"]


def test_a_ready_result_keeps_the_promise_it_was_measured_by(march: Cast, dossier: Dossier) -> None:
    actions.complete(dossier.tasks.open().get(), by=march.tuan, next_member=march.ha)
    actions.complete(dossier.tasks.open().get(), by=march.ha)
    actions.complete(dossier.tasks.open().get(), by=march.duc)
    add_closure(dt.date(2026, 3, 6), name="Lũ", by=march.khanh)
    assert Dossier.objects.get(pk=dossier.pk).due_at == office_time("2026-03-09", "17:00")


def test_the_other_commune_keeps_its_due_moments(march: Cast, dossier: Dossier) -> None:
    with march.other.active():
        add_closure(dt.date(2026, 3, 6), name="Lũ", by=march.yen)
    assert Dossier.objects.get(pk=dossier.pk).due_at == office_time("2026-03-09", "17:00")


def test_new_dossiers_know_the_new_calendar(march: Cast, dossier: Dossier) -> None:
    add_closure(dt.date(2026, 3, 6), name="Lũ", by=march.khanh)
    assert received(march, dossier.version.document).due_at == office_time("2026-03-10", "17:00")
