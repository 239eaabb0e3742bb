"""Two people press the last signature at the same moment, on two connections."""

import datetime as dt
import threading
from collections.abc import Callable

from django.db import connections
from django.test.signals import template_rendered

from documents import actions
from documents.models import Acknowledgement, Signature, State, Version
from documents.papers import render_version_pdf
from documents.tasks import bring_due_versions_into_force
from tenants import clock
from tenants.models import JournalEntry, Mail, Member, StoredFile
from tenants.transitions import Refusal
from tests import cast as the_cast
from tests.documents.library import approved, submitted


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Each deed on its own thread and connection, started together; what it returned or the refusal it met."""
    start = threading.Barrier(len(deeds))
    answers: list[object] = [None] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        try:
            start.wait(10)
            answers[place] = deed()
        except Refusal as refusal:
            answers[place] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def test_the_last_signature_is_given_once(committed: None) -> None:
    cast = the_cast.build()
    with cast.agency.active():
        version = actions.review(submitted(cast), by=cast.thanh)

    def sign(member: Member) -> Callable[[], object]:
        def deed() -> object:
            with cast.agency.active():
                return actions.approve(version, by=member, effective_from=clock.today())

        return deed

    answers = at_once(sign(cast.duc), sign(cast.oanh))
    assert [type(answer).__name__ for answer in answers].count("NotPossible") == 1
    with cast.agency.active():
        assert Version.objects.in_force().count() == 1
        lines = JournalEntry.objects.about(version).values_list("verb", flat=True)
        assert sorted(lines) == ["approve", "bring_into_force", "review", "submit"]
        assert Signature.objects.filter(version=version, role="approved").count() == 1
        readers = Acknowledgement.objects.filter(version=version).count()
        assert Mail.objects.filter(key__startswith="in-force").count() == readers > 0


def test_two_clocks_bring_it_into_force_once(committed: None) -> None:
    cast = the_cast.build()
    with cast.agency.active():
        version = approved(cast, on=clock.today() + dt.timedelta(days=1))

    def strike() -> object:
        with clock.at(clock.now() + dt.timedelta(days=1)):
            return bring_due_versions_into_force(cast.agency.pk)

    assert sorted(at_once(strike, strike), key=str) == [0, 1]
    with cast.agency.active():
        version.refresh_from_db()
        assert version.state == State.IN_FORCE
        assert JournalEntry.objects.about(version).filter(verb="bring_into_force").count() == 1


def test_two_reviewers_leave_one_signature(committed: None) -> None:
    cast = the_cast.build()
    with cast.agency.active():
        version = submitted(cast)

    def sign(member: Member) -> Callable[[], object]:
        def deed() -> object:
            with cast.agency.active():
                return actions.review(version, by=member)

        return deed

    at_once(sign(cast.oanh), sign(cast.thanh))
    with cast.agency.active():
        assert Signature.objects.filter(version=version, role="reviewed").count() == 1
        assert Mail.objects.filter(key__startswith="approve").count() == 1


def test_two_clicks_confirm_the_reading_once(committed: None) -> None:
    """The head signed it and was not asked, so there is no row to wait for."""
    cast = the_cast.build()
    with cast.agency.active():
        version = approved(cast)

    def read() -> object:
        with cast.agency.active():
            return actions.acknowledge(version, by=cast.duc)

    assert [type(answer) for answer in at_once(read, read)] == [Acknowledgement, Acknowledgement]
    with cast.agency.active():
        assert Acknowledgement.objects.filter(version=version, member=cast.duc).count() == 1
        assert JournalEntry.objects.about(version).filter(verb="acknowledged").count() == 1


def test_a_paper_is_drawn_without_holding_the_version_and_stored_once(committed: None) -> None:
    """While one worker draws, another draws and stores the same paper from beginning to end."""
    cast = the_cast.build()
    with cast.agency.active():
        version = approved(cast)
    stored: list[object] = []

    def draw_meanwhile(**_signal: object) -> None:
        template_rendered.disconnect(draw_meanwhile)
        stored.extend(at_once(lambda: render_version_pdf(cast.agency.pk, version.pk)))

    template_rendered.connect(draw_meanwhile)
    try:
        assert render_version_pdf(cast.agency.pk, version.pk) is False
    finally:
        template_rendered.disconnect(draw_meanwhile)
    assert stored == [True]
    with cast.agency.active():
        assert StoredFile.objects.count() == 1
        assert JournalEntry.objects.about(version).filter(verb="rendered").count() == 1
