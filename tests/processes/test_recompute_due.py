"""The calendar changes: due moments of open dossiers follow, each with its line in the journal."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from documents.content import Time, TimeUnit
from processes import actions
from processes.models import Dossier
from processes.slips import slip_of
from processes.tasks import recompute_of
from tenants import letterhead
from tenants.actions import add_closure, set_calendar_day
from tenants.models import JournalEntry
from tests.cast import Cast
from tests.office import BIRTH, in_force, office_time, received


@pytest.fixture
def resident() -> Client:
    return Client()


def close(day: dt.date, cast: Cast) -> int:
    """Khanh enters a closure, and the job does its work. Returns how many due moments moved."""
    add_closure(day, name="Lũ", by=cast.khanh)
    return recompute_of(cast.agency.pk, cast.khanh.pk)


def lines() -> list[str]:
    return list(JournalEntry.objects.filter(verb="recomputed_due").order_by("pk").values_list("about_type", flat=True))


def test_a_day_off_within_the_limit_moves_the_result(march: Cast, dossier: Dossier) -> None:
    close(dt.date(2026, 3, 6), march)
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert dossier.due_at == office_time("2026-03-10", "17:00")
    assert lines() == ["processes.dossier"]  # the first step was due on Wednesday and stays
    line = JournalEntry.objects.get(verb="recomputed_due")
    assert line.details == {"from": "2026-03-09T17:00:00+07:00", "to": "2026-03-10T17:00:00+07:00"}


def test_a_step_that_runs_over_the_day_off_moves_too(march: Cast, dossier: Dossier) -> None:
    actions.complete(dossier.tasks.get(), by=march.tuan, next_member=march.ha)
    close(dt.date(2026, 3, 5), march)
    assert dossier.tasks.open().get().due_at == office_time("2026-03-06", "14:30")
    assert sorted(lines()) == ["processes.dossier", "processes.task"]


def test_a_day_outside_the_limit_moves_nothing(march: Cast, dossier: Dossier) -> None:
    close(dt.date(2026, 3, 20), march)
    assert lines() == []


def test_twice_moves_once(march: Cast, dossier: Dossier) -> None:
    close(dt.date(2026, 3, 6), march)
    assert recompute_of(march.agency.pk) == 0
    assert lines() == ["processes.dossier"]


def test_a_ready_result_keeps_the_promise_it_was_measured_by(march: Cast, dossier: Dossier) -> None:
    actions.complete(dossier.tasks.open().get(), by=march.tuan, next_member=march.ha)
    actions.complete(dossier.tasks.open().get(), by=march.ha)
    actions.complete(dossier.tasks.open().get(), by=march.duc)
    close(dt.date(2026, 3, 6), march)
    assert Dossier.objects.get(pk=dossier.pk).due_at == office_time("2026-03-09", "17:00")


def test_a_finished_dossier_is_never_explained_by_another_calendar(
    march: Cast, dossier: Dossier, client_of: Any, resident: Client
) -> None:
    """Its due moment moved once, it was finished; a closure entered later would say another moment."""
    close(dt.date(2026, 3, 9), march)
    for member in (march.tuan, march.ha, march.duc):
        actions.complete(dossier.tasks.open().get(), by=member)
    addresses = {
        f"/tan-hoa/dossiers/{dossier.code}/": client_of(march.tuan),
        f"/tan-hoa/public/track/?code={dossier.code}&k={dossier.look_up}": resident,
    }
    assert all("10/03" in client.get(address).content.decode() for address, client in addresses.items())
    assert all(client.get(address).context["due"] for address, client in addresses.items())
    close(dt.date(2026, 3, 6), march)
    assert slip_of(Dossier.objects.get(pk=dossier.pk))["due"] is None
    assert letterhead.render("processes/slip.html", slip_of(Dossier.objects.get(pk=dossier.pk))).startswith(b"%PDF-")
    for address, client in addresses.items():
        answer = client.get(address)
        page = answer.content.decode()
        assert answer.context["due"] is None
        assert "10/03/2026" in page
        assert "11/03" not in page
        assert "09/03" in page  # from when it was moved


def test_the_other_commune_keeps_its_due_moments(march: Cast, dossier: Dossier) -> None:
    with march.other.active():
        add_closure(dt.date(2026, 3, 6), name="Lũ", by=march.yen)
        assert recompute_of(march.other.pk, march.yen.pk) == 0
    assert Dossier.objects.get(pk=dossier.pk).due_at == office_time("2026-03-09", "17:00")


def test_new_dossiers_know_the_new_calendar(march: Cast, dossier: Dossier) -> None:
    close(dt.date(2026, 3, 6), march)
    assert received(march, dossier.version.document).due_at == office_time("2026-03-10", "17:00")


def test_the_warning_moves_with_it(march: Cast, dossier: Dossier) -> None:
    assert dossier.near_at == office_time("2026-03-06", "17:00")
    close(dt.date(2026, 3, 9), march)
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert (dossier.near_at, dossier.due_at) == (
        office_time("2026-03-06", "17:00"), office_time("2026-03-10", "17:00"),
    )  # fmt: skip


def test_a_warning_that_moves_alone_is_no_news(march: Cast) -> None:
    """A limit in calendar days ends on its day; from when it is near (a fifth, 9 h 18 min) differs."""
    content = dataclasses.replace(BIRTH, limit=Time(Decimal(7), TimeUnit.CALENDAR_DAY))
    dossier = received(march, in_force(march, content=content).document)
    assert (dossier.due_at, dossier.near_at) == (office_time("2026-03-11", "17:00"), office_time("2026-03-10", "15:42"))
    assert close(dt.date(2026, 3, 10), march) == 0
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert (dossier.due_at, dossier.near_at) == (office_time("2026-03-11", "17:00"), office_time("2026-03-09", "17:00"))
    assert lines() == []


def test_a_day_off_of_the_province_is_one_job_for_each_agency(
    march: Cast, dossier: Dossier, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(recompute_of, "delay", lambda *arguments: asked.append(arguments))
    province = march.agency.parent
    assert province is not None
    with django_capture_on_commit_callbacks(execute=True), province.active():
        set_calendar_day(dt.date(2026, 3, 6), kind="off", name="Nghỉ", by=province.clock())
        assert asked == []
    assert Dossier.objects.get(pk=dossier.pk).due_at == office_time("2026-03-09", "17:00")  # not in this transaction
    places = [march.agency, march.other, march.dost, province]
    assert sorted(agency_id for agency_id, _member in asked) == sorted(agency.pk for agency in places)
    assert recompute_of(*next(job for job in asked if job[0] == march.agency.pk)) == 1
    assert Dossier.objects.get(pk=dossier.pk).due_at == office_time("2026-03-10", "17:00")
    assert JournalEntry.objects.get(verb="recomputed_due").by.is_clock


def test_dossiers_that_stay_are_read_together_and_not_locked(march: Cast, dossier: Dossier) -> None:
    def questions() -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            assert recompute_of(march.agency.pk) == 0
        return [query["sql"] for query in asked]

    few = questions()
    for _number in range(6):
        received(march, dossier.version.document)
    many = questions()
    assert len(many) == len(few)
    assert not any("FOR UPDATE" in sql for sql in many)
