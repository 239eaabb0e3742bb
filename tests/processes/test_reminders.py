"""Steps near due and late, dossiers late without a result: who is reminded, how often."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from processes import actions
from processes.models import Dossier
from processes.reminders import occasions
from tenants import clock
from tenants.actions import release
from tenants.models import Reminder
from tenants.reminders import remind
from tests import cast as the_cast
from tests.cast import Cast
from tests.office import in_force, office_time, received

WEDNESDAY = office_time("2026-03-04")  # no day off for weeks around


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with clock.at(office_time("2026-03-02")):
        cast = the_cast.build()
    with cast.agency.active():
        yield cast


@pytest.fixture
def dossier(cast: Cast) -> Dossier:
    """Received on Wednesday at nine: Tuấn's step is due at eleven, the dossier on Monday at five in the afternoon."""
    with clock.at(WEDNESDAY):
        return received(cast, in_force(cast).document)


def sweep(cast: Cast, at: dt.datetime) -> list[tuple[str, str]]:
    """(user name, rung) of the reminders this sweep made, those about tasks and dossiers."""
    known = set(Reminder.objects.values_list("pk", flat=True))
    with clock.at(at):
        remind(cast.agency, [occasions])
    rows = Reminder.objects.exclude(pk__in=known).select_related("member__user").order_by("key")
    return [(row.member.user.username, f"{row.kind} {row.key.rpartition('T')[2][6:]}") for row in rows]


def test_a_step_near_due_is_mentioned_once(cast: Cast, dossier: Dossier) -> None:
    assert sweep(cast, WEDNESDAY) == [("tuan", "step_near near")]
    assert sweep(cast, WEDNESDAY + dt.timedelta(hours=1)) == []


def test_a_step_with_time_left_is_not_mentioned(cast: Cast, dossier: Dossier) -> None:
    with clock.at(WEDNESDAY):
        actions.complete(dossier.tasks.get(), by=cast.tuan, next_member=cast.ha)  # twelve hours for Hà
    assert sweep(cast, office_time("2026-03-04", "14:29")) == []
    assert sweep(cast, office_time("2026-03-04", "14:30")) == [("ha", "step_near near")]


def test_a_late_step_is_mentioned_when_late_and_every_week_after(cast: Cast, dossier: Dossier) -> None:
    due = dossier.tasks.get().due_at
    assert sweep(cast, due) == [("tuan", "step_near near")]
    assert sweep(cast, due + dt.timedelta(minutes=1)) == [("tuan", "step_late late 0")]
    assert sweep(cast, due + dt.timedelta(days=2)) == []
    heads_and_step = [("duc", "dossier_late late 0"), ("tuan", "step_late late 1")]
    assert sweep(cast, due + dt.timedelta(days=7)) == heads_and_step
    assert sweep(cast, due + dt.timedelta(days=8)) == []


def test_rungs_missed_by_a_standstill_are_passed_over(cast: Cast, dossier: Dossier) -> None:
    due = dossier.tasks.get().due_at
    assert sweep(cast, due + dt.timedelta(days=2)) == [("tuan", "step_late late 0")]


def test_a_due_moment_that_moves_reminds_anew(cast: Cast, dossier: Dossier) -> None:
    assert sweep(cast, WEDNESDAY) == [("tuan", "step_near near")]
    with clock.at(WEDNESDAY):
        actions.complete(dossier.tasks.get(), by=cast.tuan, next_member=cast.ha)
    task = dossier.tasks.open().get()
    with clock.at(WEDNESDAY + dt.timedelta(hours=7)):
        sweep(cast, clock.now())
        actions.send_back(task, by=cast.ha, reason="Thiếu tờ khai")
    assert sweep(cast, WEDNESDAY + dt.timedelta(hours=7)) == [("tuan", "step_near near")]


def test_nobodys_step_is_mentioned_to_everybody_in_the_role(cast: Cast, dossier: Dossier) -> None:
    with clock.at(WEDNESDAY):
        actions.complete(dossier.tasks.get(), by=cast.tuan)
    late = office_time("2026-03-06", "08:00")
    assert {name for name, _rung in sweep(cast, late)} == {"ha", "thanh", "bao"}


def test_the_step_of_somebody_who_left_is_mentioned_to_the_head_of_their_unit(cast: Cast, dossier: Dossier) -> None:
    with clock.at(WEDNESDAY):
        actions.complete(dossier.tasks.get(), by=cast.tuan, next_member=cast.ha)
        release(cast.ha, by=cast.khanh, on=dt.date(2026, 3, 4))
    assert sweep(cast, office_time("2026-03-05")) == [("thanh", "step_near near")]


def test_somebody_who_may_no_longer_sign_in_gets_nothing(cast: Cast, dossier: Dossier) -> None:
    cast.tuan.user.is_active = False
    cast.tuan.user.save()
    assert sweep(cast, WEDNESDAY) == [("duc", "step_near near")]  # the one-stop desk has no head


def test_the_head_hears_of_late_dossiers_in_one_line(cast: Cast, dossier: Dossier) -> None:
    with clock.at(WEDNESDAY):
        other = received(cast, dossier.version.document)
    sweep(cast, dossier.due_at + dt.timedelta(minutes=1))
    body = cast.duc.mails.get(key__startswith="digest").body
    assert f"- {dossier.code}, {other.code}\n  http" in body
    assert "/tan-hoa/dossiers/?due=late" in body


def test_a_dossier_with_its_result_is_no_longer_late(cast: Cast, dossier: Dossier) -> None:
    with clock.at(WEDNESDAY):
        for member in (cast.tuan, cast.ha, cast.duc):
            actions.complete(dossier.tasks.open().get(), by=member)
    found = sweep(cast, dossier.due_at + dt.timedelta(minutes=1))
    assert found == []  # the return waits for the resident: it is nobody's delay


def test_the_holder_hears_of_a_result_that_is_late_though_their_step_is_not(cast: Cast, dossier: Dossier) -> None:
    """Handed over an hour before the result is due: the step has time left, the resident has not."""
    with clock.at(office_time("2026-03-09", "16:00")):
        actions.complete(dossier.tasks.get(), by=cast.tuan, next_member=cast.ha)
    assert dossier.tasks.open().get().due_at > dossier.due_at
    assert sweep(cast, office_time("2026-03-09", "16:30")) == [("ha", "result_near near")]
    assert "Thẩm định" in cast.ha.mails.get().body
    late = sweep(cast, office_time("2026-03-10", "08:00"))
    assert sorted(late) == [("duc", "dossier_late late 0"), ("ha", "result_late late 0")]
    assert sweep(cast, office_time("2026-03-17", "08:00")) == [
        ("duc", "dossier_late late 1"), ("ha", "result_late late 1"),
    ]  # fmt: skip


def test_no_residents_data_leave_the_house(cast: Cast, dossier: Dossier) -> None:
    sweep(cast, WEDNESDAY)
    assert "Lò Thị Vân" not in cast.tuan.mails.get(key__startswith="digest").body
    assert "Lò Thị Vân" not in str(list(Reminder.objects.values()))


def test_queries_do_not_grow_with_the_tasks(cast: Cast, dossier: Dossier) -> None:
    def count() -> int:
        with (
            clock.at(WEDNESDAY),
            CaptureQueriesContext(
                connection,
            ) as queries,
        ):
            remind(cast.agency, [occasions])
        return len(queries)

    one = count()
    with clock.at(WEDNESDAY):
        for _more in range(5):
            received(cast, dossier.version.document)
    assert count() <= one
