"""Four rings: queries see the active agency, and where a query forgets it, the database does not."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.utils import DatabaseError

from documents.models import Signature
from tenants import clock
from tenants.history import doing
from tenants.models import Agency, JournalEntry, Mail, Member, Unit, User
from tenants.scoping import NoActiveAgency, active_agency_id
from tenants.tasks import for_each_agency
from tests.documents.library import submitted


def setting(name: str = "qms.agency") -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [name])
        return cursor.fetchone()[0] or ""


# --- ring 2: Python ---


def test_without_an_active_agency_a_query_raises(people):
    for question in (Unit.objects.count, Unit.objects.first, lambda: list(Member.objects.all()), active_agency_id):
        with pytest.raises(NoActiveAgency):
            question()


def test_what_is_built_once_is_asked_for_the_agency_of_the_moment(cast):
    """The manager keeps one scoped query; narrowing it narrows a copy, and the agency is looked up when it is asked."""
    first, second = Unit.objects.all(), Unit.objects.all()
    assert first.query.where.children[0] is second.query.where.children[0]
    here = set(Unit.objects.filter(name="Một cửa").values_list("agency", flat=True))
    with cast.other.active():
        there = set(Unit.objects.values_list("agency", flat=True))
    assert (here, there) == ({cast.agency.pk}, {cast.other.pk})
    assert {unit.agency_id for unit in first} == {cast.agency.pk}
    assert len(first) > 1


def test_a_new_row_belongs_to_the_active_agency(cast):
    with doing(cast.khanh):
        assert Unit.objects.create(name="Mới").agency == cast.agency


def test_a_new_row_without_an_agency_is_refused(people):
    with doing(people.khanh), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Unit.everywhere.create(name="Mới")


# --- ring 3: the database ---


def test_with_no_agency_active_the_database_shows_nothing(people):
    assert Unit.everywhere.count() == Member.everywhere.count() == JournalEntry.everywhere.count() == 0


def test_everywhere_is_still_closed_by_the_database(cast):
    assert {unit.agency_id for unit in Unit.everywhere.all()} == {cast.agency.pk}
    assert not Member.everywhere.filter(pk=cast.lan.pk).exists()


def test_raw_sql_is_closed_too(cast):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tenants_member WHERE agency_id <> %s", [cast.agency.pk])
        assert cursor.fetchone()[0] == 0
        cursor.execute("UPDATE tenants_unit SET name = 'x' WHERE agency_id <> %s", [cast.agency.pk])
        assert cursor.rowcount == 0
    with cast.other.active():
        assert Unit.objects.filter(name="Một cửa").exists()


def test_a_row_cannot_be_written_into_another_agency(cast):
    with doing(cast.khanh), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Unit.everywhere.create(name="Mới", agency=cast.other)


def test_a_row_cannot_be_moved_into_another_agency(cast):
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Unit.objects.filter(pk=cast.units["tan-hoa/Một cửa"].pk).update(agency=cast.other)


def test_a_foreign_key_cannot_cross_agencies(cast):
    user = User.objects.create_user("x", full_name="X")
    foreign = cast.units["phu-lam/Một cửa"]
    with doing(cast.khanh), pytest.raises(IntegrityError, match="own_"), transaction.atomic():  # noqa: PT012
        Member.objects.create(user=user, name="X", unit_id=foreign.pk)
        connection.check_constraints()


def test_scopes_nest_and_the_database_follows(people):
    assert setting() == ""
    with people.agency.active():
        assert setting() == str(people.agency.pk)
        with people.other.active():
            assert setting() == str(people.other.pk)
            assert Unit.everywhere.filter(agency=people.agency).count() == 0
            with people.agency.active():
                assert Unit.objects.filter(name="Tư pháp – Hộ tịch").exists()
            assert setting() == str(people.other.pk)
        assert setting() == str(people.agency.pk)
        assert Unit.objects.filter(name="Tư pháp – Hộ tịch").exists()
    assert setting() == ""


def test_after_a_failure_inside_the_former_scope_holds_again(cast):
    with pytest.raises(ZeroDivisionError), cast.other.active():
        raise ZeroDivisionError
    assert (active_agency_id(), setting()) == (cast.agency.pk, str(cast.agency.pk))
    with pytest.raises(DatabaseError), cast.other.active(), connection.cursor() as cursor:
        cursor.execute("SELECT 1/0")
    assert (active_agency_id(), setting()) == (cast.agency.pk, str(cast.agency.pk))


@pytest.mark.parametrize("value", ["", "abc", "1,2", "0", "99999999999999999999"])
def test_a_strange_setting_opens_nothing(people, value):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('qms.agency', %s, true)", [value])
            cursor.execute("SELECT count(*) FROM tenants_member")
            assert cursor.fetchone()[0] == 0
    except DatabaseError:
        pass  # refused is closed as well


@pytest.mark.parametrize("value", ["", "abc", ",", "{}", "NULL", "0", "99999999999999999999"])
def test_a_strange_oversight_opens_nothing(people, value):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('qms.oversight', %s, true)", [value])
            cursor.execute("SELECT count(*) FROM tenants_member")
            assert cursor.fetchone()[0] == 0
    except DatabaseError:
        pass  # refused is closed as well


def test_memberships_say_only_in_which_agencies(people):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM qms_memberships(%s, %s)", [people.lan.user_id, clock.today()])
        assert [column.name for column in cursor.description] == ["agency_id"]
        assert cursor.fetchall() == [(people.other.pk,)]


# --- what the application's role cannot do ---

FORBIDDEN = [
    "UPDATE tenants_journalentry SET reason = 'x'",
    "DELETE FROM tenants_journalentry",
    "TRUNCATE tenants_journalentry CASCADE",
    "UPDATE tenants_historicalmember SET name = 'x'",
    "DELETE FROM tenants_historicalagency",
    "UPDATE documents_signature SET sha256 = 'x'",
    "DELETE FROM documents_signature",
    "DELETE FROM documents_historicalversion",
    "ALTER TABLE tenants_member DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE tenants_member NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY qms_agency ON tenants_member",
    "CREATE POLICY open ON tenants_member USING (true)",
    "ALTER TABLE tenants_journalentry DISABLE TRIGGER ALL",
    "ALTER FUNCTION qms_memberships(bigint, date) RENAME TO x",
    "CREATE OR REPLACE FUNCTION qms_refuse_change() RETURNS trigger LANGUAGE sql AS 'SELECT 1'",
    "SET ROLE qms_owner",
    "SET SESSION AUTHORIZATION postgres",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "CREATE TABLE escape (id int)",
    "SET session_replication_role = replica",
    "COPY (SELECT 1) TO PROGRAM 'true'",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_application_cannot(cast, statement):
    submitted(cast)
    assert Signature.objects.exists()
    with pytest.raises((ProgrammingError, DatabaseError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_turning_row_security_off_shows_an_error_and_no_rows(cast):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL row_security = off")
        with pytest.raises(DatabaseError, match="row-level security"):
            cursor.execute("SELECT count(*) FROM tenants_member")
        transaction.set_rollback(True)


# --- addresses, and agencies that have ended ---


@pytest.mark.parametrize("address", ["/%00/", "/tan-hoa/members/%00/", "/tan-hoa%00/", "/public/procedures/%00/"])
def test_an_address_with_a_nul_is_not_found(people, client, address):
    assert client.get(address).status_code == 404


def ended(people) -> None:
    yesterday = clock.today() - dt.timedelta(days=1)
    Agency.objects.filter(pk=people.agency.pk).update(valid_to=yesterday)


def test_an_agency_that_has_ended_is_read_and_not_changed(people, client_of):
    desk = client_of(people.khanh)
    assert desk.post("/tan-hoa/units/new/", {}).status_code == 200
    ended(people)
    assert desk.get("/tan-hoa/units/new/").status_code == 200
    assert desk.post("/tan-hoa/units/new/", {}).status_code == 409
    assert desk.post("/tan-hoa/admin/tenants/unit/add/", {}).status_code == 409
    assert desk.post("/tan-hoa/language/", {"language": "en"}).status_code == 302
    assert desk.post("/tan-hoa/theme/", {"theme": "dark"}).status_code == 302
    assert desk.post("/tan-hoa/accounts/logout/").status_code == 302


def test_the_sweeps_still_visit_an_ended_agency_while_it_has_work(people):
    asked: list[int] = []
    job = type("Job", (), {"delay": staticmethod(asked.append)})
    ended(people)
    for_each_agency(job)
    assert people.agency.pk not in asked
    with people.agency.active():
        Mail.objects.create(member=people.ha, key="k", subject="Việc", body="…")
    for_each_agency(job)
    assert asked.count(people.agency.pk) == 1
