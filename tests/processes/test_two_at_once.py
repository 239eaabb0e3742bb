"""Two people press at the same moment, on two connections: one deed happens, the other is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from processes import actions
from processes.models import Dossier, HandOver, Task
from tenants.models import Agency, JournalEntry, Member
from tenants.transitions import NotPossible
from tests import cast as the_cast
from tests.cast import Cast
from tests.office import in_force, received


@pytest.fixture
def cast(committed: None) -> Cast:
    return the_cast.build()


def at_once(agency: Agency, *deeds: Callable[[], Any]) -> list[str]:
    """Each deed on its own connection, all starting together: "done", or the name of the refusal."""
    start = Barrier(len(deeds))

    def do(deed: Callable[[], Any]) -> str:
        try:
            start.wait(timeout=20)
            with agency.active():
                deed()
            return "done"
        except NotPossible:
            return "not possible"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return sorted(pool.map(do, deeds))


def member(found: Member, agency: Agency) -> Member:
    found.agency = agency
    return found


def test_two_officers_complete_the_same_step(cast: Cast) -> None:
    with cast.agency.active():
        dossier = received(cast, in_force(cast).document)
        actions.complete(dossier.tasks.get(), by=cast.tuan)
        task = dossier.tasks.open().get()

    def by(doer: Member) -> Callable[[], Any]:
        return lambda: actions.complete(Task.objects.get(pk=task.pk), by=member(doer, cast.agency))

    assert at_once(cast.agency, by(cast.ha), by(cast.bao)) == ["done", "not possible"]
    with cast.agency.active():
        assert JournalEntry.objects.filter(verb="complete", about_id=task.pk).count() == 1
        assert HandOver.objects.filter(task=task).count() == 1
        assert dossier.tasks.open().get().step == 3


def test_one_completes_while_a_colleague_sends_back(cast: Cast) -> None:
    with cast.agency.active():
        dossier = received(cast, in_force(cast).document)
        actions.complete(dossier.tasks.get(), by=cast.tuan)
        pk = dossier.tasks.open().get().pk
    done = at_once(
        cast.agency,
        lambda: actions.complete(Task.objects.get(pk=pk), by=member(cast.ha, cast.agency)),
        lambda: actions.send_back(Task.objects.get(pk=pk), by=member(cast.bao, cast.agency), reason="Thiếu giấy tờ"),
    )
    assert done == ["done", "not possible"]
    with cast.agency.active():
        assert dossier.tasks.open().count() == 1


def test_two_dossiers_received_at_once_have_two_codes(cast: Cast) -> None:
    with cast.agency.active():
        document = in_force(cast).document
    assert at_once(cast.agency, *[lambda: received(cast, document)] * 3) == ["done"] * 3
    with cast.agency.active():
        codes = list(Dossier.objects.values_list("code", flat=True))
        assert sorted(code[-4:] for code in codes) == ["0001", "0002", "0003"]
