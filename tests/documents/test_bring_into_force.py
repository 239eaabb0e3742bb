"""The clock: approved versions whose day has come, each agency by itself, twice without harm."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

from documents.models import Acknowledgement, State, Version
from documents.signals import came_into_force
from documents.tasks import bring_due_versions_into_force, bring_into_force_everywhere
from qms.celery import app
from tenants import clock
from tenants.models import JournalEntry, Mail
from tests.cast import Cast
from tests.documents.library import approved, signed_again

DAY = dt.timedelta(days=1)


def test_on_its_day_the_clock_brings_it_into_force_once(cast: Cast) -> None:
    first = approved(cast)
    day = clock.today() + 3 * DAY
    second = signed_again(cast, first, on=day)
    assert bring_due_versions_into_force(cast.agency.pk) == 0
    with clock.at(clock.now() + 3 * DAY):
        assert bring_due_versions_into_force(cast.agency.pk) == 1
        assert bring_due_versions_into_force(cast.agency.pk) == 0
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.state, first.effective_to) == (State.SUPERSEDED, day - DAY)
    assert (second.state, second.effective_from) == (State.IN_FORCE, day)
    lines = JournalEntry.objects.about(second).filter(verb="bring_into_force")
    assert [line.by.is_clock for line in lines] == [True]
    assert Acknowledgement.objects.filter(version=second).count() == 6
    assert Mail.objects.filter(key=f"in-force.{second.pk}.1").count() == 6


def test_after_days_of_downtime_the_signed_day_stays(cast: Cast) -> None:
    version = approved(cast, on=clock.today() + DAY)
    day = version.effective_from
    with clock.at(clock.now() + 5 * DAY):
        assert bring_due_versions_into_force(cast.agency.pk) == 1
    version.refresh_from_db()
    assert (version.state, version.effective_from) == (State.IN_FORCE, day)


@pytest.mark.parametrize("count", [2])
def test_another_agency_is_not_touched(cast: Cast, count: int) -> None:
    for number in range(count):
        approved(cast, on=clock.today() + DAY, code=f"QT.TP.0{number}")
    with clock.at(clock.now() + DAY):
        assert bring_due_versions_into_force(cast.other.pk) == 0
        assert bring_due_versions_into_force(cast.agency.pk) == count
    assert Version.objects.in_force().count() == count


def test_one_that_fails_holds_up_no_other_and_is_tried_again(cast: Cast) -> None:
    broken, good = (approved(cast, on=clock.today() + DAY, code=f"QT.TP.0{number}") for number in range(2))

    def fail(sender: type, version: Version, **_more: object) -> None:
        if version.pk == broken.pk:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")

    with clock.at(clock.now() + DAY):
        came_into_force.connect(fail)
        try:
            assert bring_due_versions_into_force(cast.agency.pk) == 1
        finally:
            came_into_force.disconnect(fail)
        assert list(Version.objects.in_force()) == [good]
        assert not Acknowledgement.objects.filter(version=broken).exists()
        assert bring_due_versions_into_force(cast.agency.pk) == 1
    assert set(Version.objects.in_force()) == {good, broken}


def test_from_its_day_it_is_read_as_in_force_and_the_former_no_longer(cast: Cast) -> None:
    first, day = approved(cast), clock.today() + DAY
    second = signed_again(cast, first, on=day)
    for swept in (False, True):
        with clock.at(clock.now() + DAY):
            if swept:
                bring_due_versions_into_force(cast.agency.pk)
            assert list(Version.objects.in_force_on(day)) == [second]
        assert list(Version.objects.in_force_on(day - DAY)) == [first]


def test_a_database_that_fails_is_asked_again_later(cast: Cast) -> None:
    approved(cast, on=clock.today() + DAY)

    def fail(**_more: object) -> None:
        raise OperationalError("the server is going away")

    came_into_force.connect(fail)
    try:
        with clock.at(clock.now() + DAY), pytest.raises(OperationalError):
            bring_due_versions_into_force(cast.agency.pk)
    finally:
        came_into_force.disconnect(fail)
    assert OperationalError in bring_due_versions_into_force.autoretry_for
    with clock.at(clock.now() + DAY):
        assert bring_due_versions_into_force(cast.agency.pk) == 1


def test_the_clock_looks_every_quarter_of_an_hour() -> None:
    line = app.conf.beat_schedule["versions come into force"]
    assert (line["task"], sorted(line["schedule"].minute)) == (bring_into_force_everywhere.name, [0, 15, 30, 45])
    assert len(line["schedule"].hour) == 24


def test_the_night_by_hand_brings_into_force_as_well(cast: Cast) -> None:
    version = approved(cast, on=clock.today() + DAY)
    call_command("night", on=f"{clock.today() + DAY:%Y-%m-%d}", agency=cast.agency.slug)
    version.refresh_from_db()
    assert version.state == State.IN_FORCE
