"""The catalogue of the database is asked: no agency-owned table without its policies and keys."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from tenants.scoping import AgencyOwned


def ask(question: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


@pytest.fixture
def owned(db) -> set[str]:
    """Tables that carry an agency."""
    rows = ask(
        """SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
           WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
             AND a.attname = 'agency_id' AND NOT a.attisdropped"""
    )
    return {name for (name,) in rows}


def test_every_owned_model_and_its_history_carry_an_agency(owned):
    models = [model for model in apps.get_models() if issubclass(model, AgencyOwned)]
    tables = {model._meta.db_table for model in models}
    tables |= {model.history.model._meta.db_table for model in models if hasattr(model, "history")}
    assert len(models) > 10
    assert tables <= owned


def test_every_such_table_has_row_security_forced(owned):
    secured = {
        name
        for (name,) in ask(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND relkind IN ('r', 'p')"
        )
    }
    assert owned - secured == set()


def test_every_such_table_is_closed_by_the_agencys_policy(owned):
    policies = ask(
        """SELECT tablename, coalesce(qual, ''), coalesce(with_check, '') FROM pg_policies
           WHERE policyname = 'qms_agency' AND permissive = 'PERMISSIVE' AND cmd = 'ALL'"""
    )
    closed = {table for table, qual, check in policies if "qms.agency" in qual and "qms.agency" in check}
    assert owned - closed == set()


def test_no_other_policy_opens_a_table_to_the_application(owned):
    others = ask(
        """SELECT tablename, policyname, cmd, roles::text[] FROM pg_policies
           WHERE policyname NOT IN ('qms_agency', 'qms_oversight')"""
    )
    assert sorted((table, name, cmd) for table, name, cmd, _roles in others) == [
        ("documents_searchtext", "documents_search", "SELECT"),
        ("tenants_journalentry", "qms_ties", "SELECT"),
        ("tenants_member", "qms_memberships", "SELECT"),
    ]
    ((role,),) = ask("SELECT current_user")
    for _table, _name, _cmd, roles in others:
        assert {"public", role} & set(roles) == set()


def test_the_door_of_the_overseer_is_for_reading(owned):
    assert {cmd for (cmd,) in ask("SELECT DISTINCT cmd FROM pg_policies WHERE policyname = 'qms_oversight'")} == {
        "SELECT"
    }


def test_residents_mails_and_reminders_have_no_door_for_overseers(owned):
    open_tables = {table for (table,) in ask("SELECT tablename FROM pg_policies WHERE policyname = 'qms_oversight'")}
    personal = {"processes_applicant", "processes_historicalapplicant", "tenants_mail", "tenants_reminder"}
    assert personal <= owned
    assert personal & open_tables == set()


def test_every_key_between_owned_tables_holds_them_in_one_agency(owned):
    """For each foreign key on one column between two such tables there is one on (agency, column)."""
    keys = ask(
        """SELECT c.conrelid::regclass::text, c.confrelid::regclass::text,
                  ARRAY(SELECT a.attname FROM unnest(c.conkey) WITH ORDINALITY k(n, i)
                        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n ORDER BY k.i)::text[]
           FROM pg_constraint c WHERE c.contype = 'f'"""
    )
    between = [(table, other, columns) for table, other, columns in keys if table in owned and other in owned]
    plain = {(table, other, columns[0]) for table, other, columns in between if len(columns) == 1}
    held = {
        (table, other, columns[1])
        for table, other, columns in between
        if len(columns) == 2 and columns[0] == "agency_id"
    }
    assert len(plain) > 20
    assert plain - held == set()


def test_what_is_append_only_is_so_for_the_applications_role(db):
    tables = ["tenants_journalentry", "tenants_storedfile", "documents_signature", "processes_handover"]
    tables += [
        name for (name,) in ask("SELECT relname FROM pg_class WHERE relname LIKE '%\\_historical%' AND relkind = 'r'")
    ]
    assert len(tables) > 10
    for table in tables:
        for power in ("UPDATE", "DELETE", "TRUNCATE"):
            assert ask(f"SELECT has_table_privilege('{table}', '{power}')") == [(False,)], (table, power)
        assert ask(
            f"SELECT count(*) FROM pg_trigger WHERE tgrelid = '{table}'::regclass AND tgname = 'qms_append_only'"
        ) == [(1,)], table


def test_functions_that_run_as_their_owner_are_known_and_fixed_to_a_path(db):
    rows = ask(
        """SELECT proname, array_to_string(proconfig, ',') FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
           WHERE prosecdef AND NOT r.rolsuper AND pronamespace = 'public'::regnamespace"""
    )
    assert {"qms_memberships", "qms_ties"} <= set(dict(rows))
    assert all("search_path" in (config or "") for _name, config in rows)
