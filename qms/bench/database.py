"""The database of a size: made by the owner role, loaded once, kept until migrations or loader change."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from psycopg import sql

from qms.bench.sizes import Size
from qms.provision import Plan, furnish, make_database

HERE = Path(__file__).resolve().parent
KEPT = dt.timedelta(days=5)  # older rows would all be late


class Database:
    """`qms_bench_<size>_<hash>` on the configured server."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.family = f"qms_bench_{size.name.lower()}_"
        self.name = self.family + _mark()
        self.url = _beside(settings.DATABASE_URL, self.name)
        self.owner_url = _beside(settings.DATABASE_OWNER_URL, self.name)

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.owner_url, autocommit=True)

    def facts(self) -> dict[str, Any] | None:
        """What the loader noted when it was done; None when there is nothing usable."""
        with _server() as server:
            found = server.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [self.name]
            ).fetchone()
        facts = json.loads(found[0]) if found and found[0] else None
        if facts is None or dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(facts["at"]) > KEPT:
            return None
        return facts

    def make(self, load: Any) -> dict[str, Any]:
        """Drop what there was of this size, migrate, `load(connection, size)`; returns the facts."""
        self.drop()
        start = time.monotonic()
        with _server() as server:
            make_database(server, Plan.from_urls(self.url, self.owner_url))
        with self.connect() as connection:
            furnish(connection, Plan.from_urls(self.url, self.owner_url))
        environment = os.environ | {"DATABASE_URL": self.url, "DATABASE_OWNER_URL": self.owner_url}
        environment |= {
            "REDIS_URL": settings.REDIS_URL,
            "QMS_PRODUCTION": "0",
            "DJANGO_SETTINGS_MODULE": "qms.settings",
        }
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "migrate", "-v0"]
        subprocess.run(command, check=True, env=environment, cwd=settings.BASE_DIR)  # noqa: S603  # our own command
        migrated = time.monotonic()
        with self.connect() as connection:
            load(connection, self.size)
            connection.execute("VACUUM (ANALYZE)")
            facts = {
                "at": dt.datetime.now(dt.UTC).isoformat(),
                "migrate_seconds": round(migrated - start, 1),
                "load_seconds": round(time.monotonic() - migrated, 1),
                "rows": counted(connection),
            }
            note = sql.SQL("COMMENT ON DATABASE {} IS {}")
            connection.execute(note.format(sql.Identifier(self.name), sql.Literal(json.dumps(facts))))
        return facts

    def megabytes(self) -> int:
        with _server() as server:
            row = server.execute("SELECT pg_database_size(%s)", [self.name]).fetchone()
        return int(row[0] / 2**20) if row else 0

    def drop(self) -> None:
        """This one and its outdated predecessors."""
        with _server() as server:
            known = "SELECT datname FROM pg_database WHERE datname LIKE %s"
            for (name,) in server.execute(known, [self.family.replace("_", r"\_") + "%"]).fetchall():
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _server() -> psycopg.Connection:
    return psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True)


def _beside(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


@functools.cache
def _mark() -> str:
    """Changes with the migrations and with this loader. Read once: the sources may be edited while we measure."""
    mark = hashlib.sha256()
    for file in sorted([*settings.BASE_DIR.glob("*/migrations/*.*"), *HERE.glob("load*.*"), HERE / "sizes.py"]):
        mark.update(file.read_bytes())
    return mark.hexdigest()[:12]


def counted(connection: psycopg.Connection) -> dict[str, int]:
    """Rows of the tables that have any (as ANALYZE found them)."""
    rows = connection.execute(
        "SELECT relname, reltuples::bigint FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " AND reltuples > 0 AND relname !~ '^(django|auth)_' ORDER BY reltuples DESC"
    )
    return dict(rows.fetchall())


# --- loading ---------------------------------------------------------------------------------------


def copy(connection: psycopg.Connection, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    """COPY rows into `table (columns)`; the columns are named in words, separated by blanks."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns.split()))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with connection.cursor() as cursor, cursor.copy(statement) as out:
        for row in rows:
            out.write_row(row)


@contextmanager
def bulk(connection: psycopg.Connection, tables: Sequence[str]) -> Iterator[None]:
    """One transaction in which row security binds everybody but the owner, and these tables have no keys and indexes.

    Afterwards everything is as it was: foreign keys are checked once for all rows, indexes built in one go.
    """
    secured = [name for (name,) in connection.execute(SECURED).fetchall()]
    keys = connection.execute(KEYS, [list(tables)]).fetchall()
    indexes = connection.execute(INDEXES, [list(tables)]).fetchall()
    with connection.transaction():
        connection.execute("SET LOCAL maintenance_work_mem = '256MB'; SET CONSTRAINTS ALL IMMEDIATE")
        for name in secured:
            connection.execute(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY")
        for table, name, _definition in keys:
            drop = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
            connection.execute(drop.format(sql.SQL(table), sql.Identifier(name)))
        for name, _definition in indexes:
            connection.execute(f"DROP INDEX {name}")
        yield
        for _name, definition in indexes:
            connection.execute(definition)
        for table, name, definition in keys:
            add = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}")
            connection.execute(add.format(sql.SQL(table), sql.Identifier(name), sql.SQL(definition)))
        connection.execute(RESET_IDENTITIES)
        for name in secured:
            connection.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")


SECURED = "SELECT oid::regclass::text FROM pg_class WHERE relforcerowsecurity"
KEYS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])
"""
INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE NOT indisunique AND indrelid = ANY(%s::regclass[])
"""
RESET_IDENTITIES = """
DO $$
DECLARE
    place record;
BEGIN
    FOR place IN SELECT format('%I', table_name) AS name FROM information_schema.columns
        WHERE table_schema = 'public' AND column_name = 'id' AND is_identity = 'YES'
    LOOP
        EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, ''id''), (SELECT coalesce(max(id), 0) + 1 FROM %s), false)',
            place.name, place.name);
    END LOOP;
END $$
"""
