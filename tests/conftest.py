"""Fixtures: a migrated database for each test process, the cast, browsers signed in as a member.

The schema is migrated once by the owner into a template, kept while the migrations are the same; each process
clones it and works as the application's role, which owns nothing, as in production.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.test import Client
from psycopg import sql

from tenants.models import Member
from tests import cast as the_cast

ROOT = Path(__file__).resolve().parent.parent
HANDLER = Client().handler  # its chain of middleware is made once


def _owner(database: str) -> psycopg.Connection:
    return psycopg.connect(settings.DATABASE_OWNER_URL, dbname=database, autocommit=True)


def _template() -> str:
    """The name of the migrated template, made when there is none for these migrations."""
    mark = hashlib.sha256()
    for file in sorted([*ROOT.glob("*/migrations/*"), ROOT / "requirements.txt"]):
        if file.is_file():
            mark.update(file.read_bytes())
    base = settings.DATABASES["default"]["NAME"].removesuffix("_template")
    name = f"test_{base}_{mark.hexdigest()[:12]}"
    with (settings.VAR / "tests.lock").open("w") as door, _owner("postgres") as server:
        fcntl.flock(door, fcntl.LOCK_EX)
        known = {row[0] for row in server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'")}
        if name not in known:
            for old in known:
                _drop(server, old)
            making = f"{name}_making"
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
            address = settings.DATABASE_OWNER_URL.rsplit("/", 1)[0] + f"/{making}"
            environment = os.environ | {"DATABASE_OWNER_URL": address, "DJANGO_SETTINGS_MODULE": "qms.settings"}
            subprocess.run(
                [sys.executable, ROOT / "manage.py", "migrate", "-v0"], check=True, env=environment, cwd=ROOT
            )
            server.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name))
            )
    return name


def _drop(server: psycopg.Connection, name: str) -> None:
    """PostgreSQL waits for leaving connections and stops its own vacuum, which FORCE of an ordinary role may not."""
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _clone(template: str, name: str) -> None:
    with _owner("postgres") as server:
        _drop(server, name)
        clone = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        with (settings.VAR / "tests.lock").open("w") as door:  # a template is copied by one at a time
            fcntl.flock(door, fcntl.LOCK_EX)
            server.execute(clone.format(sql.Identifier(name), sql.Identifier(template)))


@pytest.fixture(scope="session")
def template() -> str:
    return _template()


@pytest.fixture(scope="session")
def django_db_setup(template: str) -> Iterator[None]:
    name = f"{template}_{os.getpid()}"
    _forget_the_dead(template)
    _clone(template, name)
    _work_in(name)
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    cache.clear()
    yield
    connections.close_all()
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    with _owner("postgres") as server:
        _drop(server, name)


def _forget_the_dead(template: str) -> None:
    """Databases of test processes that were killed."""
    with _owner("postgres") as server:
        names = [
            row[0]
            for row in server.execute("SELECT datname FROM pg_database WHERE datname ~ %s", [f"^{template}_[0-9]+$"])
        ]
        for name in names:
            if not Path(f"/proc/{name.rsplit('_', 1)[1]}").exists():
                _drop(server, name)


def _work_in(name: str) -> None:
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name


@pytest.fixture
def committed(template: str, django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """What this test writes is committed, so that other connections see it; afterwards everything is made anew.

    The numbers of rows begin again with the database: files kept by number may not outlive it.
    """
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield
    name = settings.DATABASES["default"]["NAME"]
    connections.close_all()
    _clone(template, name)
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    cache.clear()
    the_cast.forget()


@pytest.fixture
def people(db: None) -> the_cast.Cast:
    """The cast, with no agency active."""
    cache.clear()
    return the_cast.build()


@pytest.fixture
def cast(people: the_cast.Cast) -> Iterator[the_cast.Cast]:
    """The cast, and Tân Hòa is the active agency."""
    with people.agency.active():
        yield people


@pytest.fixture
def client_of() -> Callable[[Member], Client]:
    """A client signed in as this member: `client_of(cast.ha).get("/tan-hoa/")`."""

    def sign_in(member: Member) -> Client:
        client = Client()
        client.handler = HANDLER
        client.force_login(member.user)
        return client

    return sign_in
