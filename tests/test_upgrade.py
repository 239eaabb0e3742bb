"""A database with data, as the foundation left it, takes every later migration and keeps what it held."""

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.conftest import ROOT, _drop, _owner, settings

FOUNDATION = ("tenants 0003", "documents 0005", "processes 0005", "audits 0003")


@pytest.fixture
def old_database() -> Iterator[str]:
    name = f"test_upgrade_{os.getpid()}"
    with _owner("postgres") as server:
        _drop(server, name)
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    for app in FOUNDATION:
        _migrate(name, app)
    yield name
    with _owner("postgres") as server:
        _drop(server, name)


def _migrate(name: str, to: str = "") -> None:
    refusal = _refusal(name, to)
    assert not refusal, refusal


def _refusal(name: str, to: str = "") -> str:
    """What the migration says when it stops; empty when it ran through."""
    address = settings.DATABASE_OWNER_URL.rsplit("/", 1)[0] + f"/{name}"
    environment = os.environ | {"DATABASE_OWNER_URL": address, "DJANGO_SETTINGS_MODULE": "qms.settings"}
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", "migrate", "-v0", *to.split()],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stderr[-3000:] if done.returncode else ""


def _row(server: psycopg.Connection, table: str, **values: object) -> int:
    """A row with these values, and with nothing said in every other column that must say something."""
    empty = {"character varying": "", "text": "", "boolean": False, "jsonb": Jsonb({}), "smallint": 1, "date": "2025-01-01",
             "timestamp with time zone": "2025-01-01T00:00Z", "integer": 1, "bigint": 1, "time without time zone": "16:00", "ARRAY": []}  # fmt: skip
    columns = server.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO'"
        " AND column_default IS NULL AND is_identity = 'NO'",
        [table],
    )
    row = {name: empty[kind] for name, kind in columns if name not in values} | values
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, row)), sql.SQL(", ").join(sql.Placeholder() * len(row))
    )  # fmt: skip
    return server.execute(statement, list(row.values())).fetchone()[0]


def test_an_old_database_is_brought_up_to_date(old_database: str) -> None:
    versions = _signed_procedures(old_database)
    _migrate(old_database, "documents 0024")
    agency = _codes_in_both_spellings(old_database)
    refusal = _refusal(old_database, "documents 0025")
    assert "tan-an: QT.TP.01, qt.tp.01\n" in refusal
    assert "QT.TP.02" not in refusal
    assert "another code" in refusal
    with _owner(old_database) as server, server.transaction():
        server.execute("SELECT set_config('qms.agency', %s, true)", [str(agency)])
        server.execute("UPDATE documents_document SET code = 'QT.TP.03' WHERE code = 'qt.tp.01'")
    _migrate(old_database)
    _keep_what_they_held(old_database, versions)
    with _owner(old_database) as server, server.transaction():
        server.execute("SELECT set_config('qms.agency', %s, true)", [str(agency)])
        for table in ("documents_legaltext", "documents_ownlegaltext"):
            found = server.execute(f"SELECT changed_codes FROM {table}").fetchall()
            assert found == [(["123-2015-nd-cp"],)]


def _codes_in_both_spellings(database: str) -> int:
    """An agency with what migration 0025 of the documents refuses, and laws that say what they replace in words."""
    with _owner(database) as server, server.transaction():
        agency = _row(server, "tenants_agency", slug="tan-an", name="Tân An")
        server.execute("SELECT set_config('qms.agency', %s, true)", [str(agency)])
        for code in ("QT.TP.01", "qt.tp.01", "QT.TP.02"):
            _row(server, "documents_document", agency_id=agency, kind="regulation", code=code, title="Quy chế")
        law = {"code": "335-2026-nd-cp", "number": "335/2026/NĐ-CP", "replaces": ["Số 123/2015/NĐ–CP"]}
        _row(server, "documents_legaltext", **law)
        _row(server, "documents_ownlegaltext", agency_id=agency, **law)
    return agency


def _signed_procedures(old_database: str) -> dict[int, int]:
    """Two agencies with a regulation in force and a procedure of three versions each: the regulation's by agency."""
    versions = {}
    for slug in ("tan-hoa", "phu-lam"):
        with _owner(old_database) as server, server.transaction():
            agency = _row(server, "tenants_agency", slug=slug, name=slug)
            server.execute("SELECT set_config('qms.agency', %s, true)", [str(agency)])
            user = _row(server, "tenants_user", username=slug)
            member = _row(server, "tenants_member", agency_id=agency, user_id=user, name=slug)
            document = _row(
                server, "documents_document", agency_id=agency, kind="regulation", code="QC.01", title="Quy chế"
            )
            versions[agency] = _row(
                server, "documents_version", agency_id=agency, document_id=document, drafted_by_id=member, issue=1,
                revision=0, title="Quy chế", state="in_force",
                content=Jsonb({"text": f"Điều 1 của {slug}: kỹ thuật", "legal_bases": [{"number": "123/2015/NĐ-CP"}]}),
                sha256="a" * 64, effective_from="2025-01-01",
            )  # fmt: skip
            procedure = _row(
                server,
                "documents_document",
                agency_id=agency,
                kind="operational_procedure",
                code="QT.01",
                title="Khai sinh",
            )
            _row(server, "tenants_member", agency_id=agency, name="Đồng hồ", is_clock=True)
            _row(
                server, "documents_historicaldocument", id=procedure, agency_id=agency, kind="operational_procedure", code="QT.01",
                title="Khai sinh", history_type="+",
            )  # fmt: skip
            for revision, (state, last) in enumerate(
                (("superseded", "2025-01-01"), ("in_force", None), ("in_review", None))
            ):
                _row(
                    server, "documents_version", agency_id=agency, document_id=procedure, drafted_by_id=member, issue=1,
                    revision=revision, title="Khai sinh", content=Jsonb({}), state=state, sha256="b" * 64,
                    effective_from=None if state == "in_review" else "2025-01-01", effective_to=last,
                )  # fmt: skip

    return versions


def _keep_what_they_held(old_database: str, versions: dict[int, int]) -> None:
    for agency, version in versions.items():
        with _owner(old_database) as server, server.transaction():
            server.execute("SELECT set_config('qms.agency', %s, true)", [str(agency)])
            assert server.execute(
                "SELECT id, sha256, content ->> 'text' FROM documents_version WHERE sha256 LIKE 'a%'"
            ).fetchone() == (
                version, "a" * 64, f"Điều 1 của {'tan-hoa' if agency == min(versions) else 'phu-lam'}: kỹ thuật",
            )  # fmt: skip
            found = server.execute(
                "SELECT version_id, body FROM documents_searchtext WHERE agency_id = %s", [agency]
            ).fetchall()
            assert "Điều 1" in dict(found)[version]
            assert len(found) == 4
            folded = "SELECT names FROM documents_searchtext WHERE version_id = %s AND words @@ %s AND spelled ~ 'kĩ' AND plain ~ 'ki'"
            assert server.execute(folded, [version, "'=kĩ' & ki & thuat & !'=1'"]).fetchall() == [
                ("qc01 qc 01 qui che ",)
            ]
            moved = server.execute(
                "SELECT state, effective_to::text, stage, confidentiality FROM documents_version v"
                " JOIN documents_document d ON d.id = document_id WHERE code = 'QT.01' ORDER BY revision"
            ).fetchall()
            assert moved == [  # replaced on its first day, it held on none; what is under way waits for a review
                ("superseded", "2024-12-31", 0, "public"), ("in_force", None, 0, "public"), ("in_review", None, 1, "public"),
            ]  # fmt: skip
            said = server.execute("SELECT about_label, details FROM tenants_journalentry").fetchall()
            assert said == [("QT.01 Khai sinh", {"fields": ["confidentiality"]})]
            cited = server.execute("SELECT version_id, code, number FROM documents_citation").fetchall()
            assert cited == [(version, "123-2015-nd-cp", "123/2015/NĐ-CP")]
