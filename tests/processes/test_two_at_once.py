"""Two people press at the same moment, on two connections: one deed happens, the other is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.transaction import atomic
from django.utils import timezone

from documents import actions as documents
from processes import actions
from processes.models import Dossier, HandOver, Task
from tenants import clock
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


def test_one_form_sent_twice_at_once_is_one_dossier(cast: Cast) -> None:
    key = uuid4()
    with cast.agency.active():
        document = in_force(cast).document
    assert at_once(cast.agency, *[lambda: received(cast, document, form_key=key)] * 3) == ["done"] * 3
    with cast.agency.active():
        assert Dossier.objects.get().code.endswith("0001")
        assert received(cast, document).code.endswith("0002")  # no number was lost


def test_a_version_whose_day_has_come_comes_into_force_once(cast: Cast) -> None:
    with cast.agency.active():
        document = in_force(cast).document
        coming = documents.begin_draft(
            document, by=cast.khanh, drafter=cast.ha, new_issue=False, reason="Luật Hộ tịch mới"
        )
        documents.submit(coming, by=cast.ha)
        documents.review(coming, by=cast.oanh)
        tomorrow = clock.now() + dt.timedelta(days=1)
        documents.approve(coming, by=cast.duc, effective_from=timezone.localdate(tomorrow))

    def receive() -> None:
        with clock.at(tomorrow):
            received(cast, document)

    assert at_once(cast.agency, *[receive] * 3) == ["done"] * 3
    with cast.agency.active():
        assert set(Dossier.objects.values_list("version", flat=True)) == {coming.pk}
        assert JournalEntry.objects.filter(verb="bring_into_force", about_id=coming.pk).count() == 1


def test_nothing_is_received_under_a_version_withdrawn_at_the_same_moment(cast: Cast) -> None:
    """The head withdraws and, before that is committed, the counter receives: it waits, and is refused."""
    with cast.agency.active():
        version = in_force(cast)
    withdrawn, asked = Event(), Event()

    def withdraw() -> None:
        with atomic():
            documents.withdraw(version, by=member(cast.duc, cast.agency), reason="Trái luật mới")
            withdrawn.set()
            asked.wait(timeout=1)

    def receive() -> None:
        withdrawn.wait(timeout=20)
        try:
            received(cast, version.document)
        finally:
            asked.set()

    assert at_once(cast.agency, withdraw, receive) == ["done", "not possible"]
    with cast.agency.active():
        assert not Dossier.objects.exists()


def test_two_dossiers_received_at_once_have_two_codes(cast: Cast) -> None:
    with cast.agency.active():
        document = in_force(cast).document
    assert at_once(cast.agency, *[lambda: received(cast, document)] * 3) == ["done"] * 3
    with cast.agency.active():
        codes = list(Dossier.objects.values_list("code", flat=True))
        assert sorted(code[-4:] for code in codes) == ["0001", "0002", "0003"]
