"""The overseer's door: other agencies are read for a stated purpose, never written, and both sides know."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from documents.models import Version
from processes.models import Applicant
from tenants import clock
from tenants.actions import appoint, open_agency
from tenants.history import doing
from tenants.models import Agency, JournalEntry, Mail, Member, Role, Unit
from tenants.oversight import oversight
from tenants.permissions import may_oversee
from tenants.transitions import NotAllowed
from tests.documents.library import submitted

PURPOSE = "Kiểm tra theo kế hoạch 2026"


@pytest.fixture
def desk(people):
    """The lead department is the active agency; Tân Hòa has a document, a mail and an applicant."""
    with people.agency.active():
        submitted(people)
        Mail.objects.create(member=people.ha, key="k", subject="Riêng", body="…")
        with doing(people.tuan):
            Applicant.objects.create(name="Nguyễn Văn A", id_number="001099000001")
    with people.dost.active():
        yield people


def test_rows_of_the_visited_agencies_are_read(desk):
    assert not Version.everywhere.exists()
    with oversight(by=desk.ngoc, over=[desk.agency], purpose=PURPOSE):
        assert {version.agency_id for version in Version.everywhere.all()} == {desk.agency.pk}
        assert Unit.everywhere.filter(agency=desk.agency).exists()
        assert not Unit.everywhere.filter(agency=desk.other).exists()  # not part of this visit
    assert not Version.everywhere.exists()


def test_ordinary_queries_stay_at_home(desk):
    with oversight(by=desk.ngoc, over=[desk.agency], purpose=PURPOSE):
        assert not Version.objects.exists()
        assert {unit.agency_id for unit in Unit.objects.all()} == {desk.dost.pk}


def test_residents_and_mails_stay_closed(desk):
    with oversight(by=desk.ngoc, over=[desk.agency], purpose=PURPOSE):
        assert not Applicant.everywhere.exists()
        assert not Mail.everywhere.exists()


def test_nothing_is_written_during_a_visit_not_even_at_home(desk):
    with oversight(by=desk.ngoc, over=[desk.agency], purpose=PURPOSE):
        for home in (desk.agency, desk.dost):
            with doing(desk.ngoc), pytest.raises(DatabaseError, match="read-only"), transaction.atomic():
                Unit.everywhere.create(name="Mới", agency=home)
    with doing(desk.ngoc):
        assert Unit.objects.create(name="Sau chuyến thăm").pk  # afterwards home is open again


def test_both_sides_know(desk):
    with oversight(by=desk.ngoc, over=[desk.agency, desk.other], purpose=PURPOSE):
        pass
    own = JournalEntry.objects.get(verb="oversaw")
    assert (own.by, own.reason, own.details) == (desk.ngoc, PURPOSE, {"agencies": 2})
    for visited in (desk.agency, desk.other):
        with visited.active():
            line = JournalEntry.objects.get(verb="was_overseen")
            assert (line.by.is_clock, line.reason, line.details["overseer"]) == (True, PURPOSE, desk.ngoc.name)


def test_a_visit_goes_on_without_a_second_announcement(desk):
    with oversight(by=desk.ngoc, over=[desk.agency], purpose=PURPOSE):
        pass
    with oversight(by=desk.ngoc, over=[desk.agency]):
        assert Version.everywhere.exists()
    assert JournalEntry.objects.filter(verb="oversaw").count() == 1


def test_a_visit_needs_a_purpose(desk):
    with pytest.raises(ValueError, match="purpose"), oversight(by=desk.ngoc, over=[desk.agency], purpose="  "):
        pass


@pytest.mark.parametrize("name", ["duc", "khanh", "ha"])
def test_another_role_does_not_enter(people, name):
    member = people.members[name]
    with people.agency.active(), pytest.raises(NotAllowed), oversight(by=member, over=[people.other], purpose=PURPOSE):
        pass


def test_the_role_of_somebody_who_left_does_not_count(desk):
    desk.ngoc.valid_to = desk.ngoc.valid_from
    desk.ngoc.valid_from = desk.ngoc.valid_to.replace(year=2020)
    desk.ngoc.valid_to = desk.ngoc.valid_from
    assert not may_oversee(desk.ngoc, [desk.agency])


def test_agencies_outside_the_province_are_not_below(desk):
    stranger = Agency(pk=10**9, slug="x", name="X")
    assert not may_oversee(desk.ngoc, [stranger])


def test_a_member_is_no_overseer_by_reading_alone(desk):
    assert Member.objects.get(pk=desk.ngoc.pk).has_role(Role.OVERSEER)
    with desk.agency.active():
        assert not desk.duc.has_role(Role.OVERSEER)


# --- the pages ---


def begin(client, member, slug: str) -> None:
    assert client.post(f"/{slug}/province/", {"purpose": PURPOSE}).status_code == 302
    assert client.get(f"/{slug}/province/").context["purpose"] == PURPOSE


def test_the_purpose_is_asked_in_each_office_and_on_each_day(desk, client_of):
    top = desk.dost.parent
    with top.active():
        twin = appoint(desk.ngoc.user, by=top.clock(), roles=[Role.OVERSEER])
    client = client_of(desk.ngoc)
    begin(client, desk.ngoc, "so-khcn")
    assert "form" in client.get("/ubnd-tinh/province/").context
    begin(client, twin, "ubnd-tinh")
    with clock.at(clock.now() + dt.timedelta(days=1)):
        assert "form" in client.get("/so-khcn/province/").context


def test_an_agency_opened_since_is_told_before_it_is_read(desk, client_of):
    client = client_of(desk.ngoc)
    begin(client, desk.ngoc, "so-khcn")
    new = open_agency(Agency(slug="dong-son", name="UBND xã Đông Sơn", parent=desk.dost.parent))
    assert "form" in client.get("/so-khcn/province/").context  # reading writes nothing: the purpose is asked again
    with new.active():
        assert not JournalEntry.objects.filter(verb="was_overseen").exists()
    begin(client, desk.ngoc, "so-khcn")
    assert client.get("/so-khcn/province/").context["purpose"] == PURPOSE
    with new.active():
        assert JournalEntry.objects.get(verb="was_overseen").reason == PURPOSE
