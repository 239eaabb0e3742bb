"""The running product with the sample province: a database of its own, web server and worker as in `manage.py demo`."""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener
from zoneinfo import ZoneInfo

import psycopg
import redis
from django.conf import settings
from psycopg import sql

from qms.keeper import die_with_parent
from tests.conftest import ROOT, _drop, _owner

WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
PATIENCE = 120  # seconds until the first page must answer; the machine may be busy with the other half of the tests
APPS = ("qms", "audits", "processes", "documents", "tenants")
SOURCES = ("qms/sample/*", *(f"{app}/**/*.py" for app in APPS))  # any of them may change what the deeds write


def sample_template(migrated: str) -> str:
    """The name of the database with the sample province, kept until its sources or the day change.

    The story of the sample ends on the day it is loaded, and loading takes a minute: two test processes share it.
    """
    name = f"sample_{_mark()}"
    with (settings.VAR / "sample.lock").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        with _owner("postgres") as server:
            known = {row[0] for row in server.execute("SELECT datname FROM pg_database WHERE datname ~ '^sample_'")}
            if name in known:
                return name
            for old in known:
                if not _of_a_living_process(old):
                    _drop(server, old)
            making = f"{name}_making"
            _copy(server, migrated, making)
            _load(making)
            server.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name))
            )
    return name


def _mark() -> str:
    mark = hashlib.sha256(dt.datetime.now(ZoneInfo(settings.TIME_ZONE)).date().isoformat().encode())
    for pattern in SOURCES:
        for file in sorted(ROOT.glob(pattern)):
            if file.is_file():
                mark.update(file.read_bytes())
    return mark.hexdigest()[:12]


def _of_a_living_process(name: str) -> bool:
    number = name.rsplit("_", 1)[1]
    return number.isdecimal() and len(name.split("_")) == 3 and Path(f"/proc/{number}").exists()


def _copy(server: psycopg.Connection, source: str, name: str) -> None:
    """A template is copied by one process at a time (the lock of tests/conftest.py)."""
    _drop(server, name)
    with (settings.VAR / "tests.lock").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source)))


def _load(database: str) -> None:
    loading = environment(database) | {"MEDIA_ROOT": str(settings.VAR / f"sample-media-{os.getpid()}")}
    command = [sys.executable, "manage.py", "load_sample"]
    done = subprocess.run(command, cwd=ROOT, env=loading, capture_output=True, text=True, check=False)
    shutil.rmtree(loading["MEDIA_ROOT"], ignore_errors=True)
    redis.Redis.from_url(loading["REDIS_URL"]).flushdb()  # the jobs it queued; each site renders what it needs
    if done.returncode:
        raise RuntimeError(f"load_sample failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")


def environment(database: str) -> dict[str, str]:
    """What the product reads: this database as the role that owns nothing, and a Redis database of our own."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "qms.settings",
        "DATABASE_URL": f"{settings.DATABASE_URL.rsplit('/', 1)[0]}/{database}",
        "DATABASE_OWNER_URL": f"{settings.DATABASE_OWNER_URL.rsplit('/', 1)[0]}/{database}",
        "REDIS_URL": f"{settings.REDIS_URL.rsplit('/', 1)[0]}/{8 + WORKER}",
        "QMS_PRODUCTION": "0",
        "QMS_PLAIN_HTTP": "1",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "EMAIL_HOST": "",
        "NO_PROXY": "127.0.0.1,localhost",
    }


class Site:
    """The served sample. `address` is where; `row()` asks the database, seeing what one agency may see."""

    def __init__(self, template: str) -> None:
        self.database = f"{template}_{os.getpid()}"
        self.media = settings.VAR / f"browser-media-{os.getpid()}"
        self.log = settings.VAR / "log"
        self.log.mkdir(exist_ok=True)
        with _owner("postgres") as server:
            _copy(server, template, self.database)
        # localhost, not 127.0.0.1: a passkey belongs to a domain, and an address is none.
        self.port = _free_port()
        self.address = f"http://localhost:{self.port}"
        self.environment = environment(self.database) | {"MEDIA_ROOT": str(self.media), "SITE_ADDRESS": self.address}
        redis.Redis.from_url(self.environment["REDIS_URL"]).flushdb()
        self.children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        self._run(
            "web", "gunicorn", "qms.wsgi", "--bind", f"localhost:{self.port}", "--workers", "1", "--threads", "6",
            "--graceful-timeout", "5", "--no-control-socket",
        )  # fmt: skip
        self._run("worker", "celery", "-A", "qms", "worker", "--concurrency", "1", "--pool", "solo")
        asking, end = build_opener(ProxyHandler({})), time.monotonic() + PATIENCE
        while True:
            try:
                asking.open(f"{self.address}/healthz/ready", timeout=10).close()
                return
            except (URLError, OSError) as error:
                if time.monotonic() > end or self.children["web"].poll() is not None:
                    raise RuntimeError(f"The site does not answer.\n{self._tail('web')}") from error
                time.sleep(0.1)  # the one wait without a browser to wait for us

    def stop(self) -> None:
        for child in self.children.values():
            child.terminate()
        for child in self.children.values():
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        redis.Redis.from_url(self.environment["REDIS_URL"]).flushdb()
        shutil.rmtree(self.media, ignore_errors=True)
        with _owner("postgres") as server:
            _drop(server, self.database)

    def row(self, agency: str, question: str, *values: object) -> str:
        """The first column of the first row, as text; the sample is expected to have one."""
        with _owner(self.database) as connection:
            number = connection.execute("SELECT id FROM tenants_agency WHERE slug = %s", [agency]).fetchone()
            connection.execute("SELECT set_config('qms.agency', %s, false)", [str(number[0])])
            found = connection.execute(question, values).fetchone()
        assert found is not None, f"The sample has no row for: {question} {values}"
        return str(found[0])

    def words(self, agency: str) -> tuple[str, ...]:
        """What the agency's people wrote as titles and names, longest first."""
        rows = """SELECT string_agg(words, E'\\n' ORDER BY length(words) DESC) FROM (SELECT title AS words FROM documents_document
            UNION SELECT name FROM processes_service UNION SELECT title FROM tenants_member UNION SELECT name FROM tenants_unit
            UNION SELECT title FROM audits_audit UNION SELECT step ->> part FROM documents_version,
            jsonb_array_elements(content -> 'steps') AS step, 
            (VALUES ('name'), ('form'), ('who_words')) AS parts (part)) AS written WHERE words <> ''"""
        return tuple(self.row(agency, rows).splitlines())

    def forget(self, pattern: str) -> None:
        """Drop what the site remembers for a while under such keys, as if the while had passed."""
        memory = redis.Redis.from_url(self.environment["REDIS_URL"])
        for key in memory.scan_iter(match=pattern):
            memory.delete(key)

    def _run(self, name: str, program: str, *arguments: str) -> None:
        with (self.log / f"browser-{name}-{WORKER}.log").open("wb") as log:
            self.children[name] = subprocess.Popen(
                [sys.executable, "-m", program, *arguments], cwd=ROOT, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  # one call into the kernel, no lock
            )  # fmt: skip

    def _tail(self, name: str) -> str:
        log = self.log / f"browser-{name}-{WORKER}.log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-40:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
