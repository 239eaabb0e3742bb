"""The embedded servers as several real processes use, leave and lose them."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from qms.keeper import KEEPER, STATE, free

CHECKOUT = Path(__file__).resolve().parents[2]
JOIN = "import json, sys; from qms import embedded; s = embedded.join(); print(json.dumps(s.__dict__), flush=True)"
STAY = f"{JOIN}; sys.stdin.read()"
STAY_IN_A_FORKED_CHILD = f"import os; {JOIN}; os.fork() and sys.exit(); sys.stdin.read()"


class User:
    """A process that joins the servers of `var` and stays until told."""

    def __init__(self, var: Path, program: str = STAY) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=CHECKOUT,
            env=clean_environment(var),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def addresses(self) -> dict[str, str]:
        if not hasattr(self, "_addresses"):
            self._addresses = json.loads(self.process.stdout.readline())
        return self._addresses

    def leave(self) -> None:
        self.process.stdin.close()
        assert self.process.wait(30) == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def clean_environment(var: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    return kept | {"QMS_VAR": str(var)}


def soon(fact: Callable[[], object], seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while not fact() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(fact())


def gone(var: Path) -> bool:
    """Nothing of the servers runs: no keeper, no process working in their folders."""
    return free(var / KEEPER) and free(var / "postgres.lock") and free(var / "redis.lock")


def postmaster(var: Path) -> psutil.Process:
    return psutil.Process(int((var / "postgres" / "postmaster.pid").read_text().splitlines()[0]))


def answers(addresses: dict[str, str]) -> bool:
    try:
        with psycopg.connect(addresses["database_url"], connect_timeout=2) as connection:
            return connection.execute("SELECT current_user").fetchone() == ("qms_app",)
    except psycopg.OperationalError:
        return False


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o711)  # not pytest's own, which is closed to the user PostgreSQL runs as under root
    yield folder
    assert soon(lambda: gone(folder))
    shutil.rmtree(folder)


def test_several_come_at_once_and_the_last_one_leaving_stops_the_servers(var: Path) -> None:
    users = [User(var) for _ in range(3)]
    assert users[0].addresses == users[1].addresses == users[2].addresses
    for user in users[:2]:
        user.leave()
    assert answers(users[2].addresses)
    users[2].leave()
    assert gone(var)
    assert not answers(users[2].addresses)


def test_a_killed_user_is_not_counted(var: Path) -> None:
    user = User(var)
    assert answers(user.addresses)
    user.kill()
    assert soon(lambda: gone(var))


def test_a_forked_child_keeps_its_parents_servers(var: Path) -> None:
    user = User(var, STAY_IN_A_FORKED_CHILD)
    addresses = user.addresses
    assert user.process.wait(30) == 0
    assert answers(addresses)
    user.process.stdin.close()
    assert soon(lambda: gone(var))


def test_rows_and_tasks_survive_a_restart(var: Path) -> None:
    user = User(var)
    with psycopg.connect(user.addresses["owner_url"]) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 'còn đây' AS words")
    redis.Redis.from_url(user.addresses["redis_url"]).lpush("celery", "task")
    user.leave()
    user = User(var)
    with psycopg.connect(user.addresses["database_url"]) as connection:
        assert connection.execute("SELECT words FROM kept").fetchone() == ("còn đây",)
    assert redis.Redis.from_url(user.addresses["redis_url"]).lpop("celery") == b"task"
    user.leave()


def test_a_killed_postgres_comes_back_while_somebody_uses_it(var: Path) -> None:
    user = User(var)
    assert answers(user.addresses)
    killed = postmaster(var)
    killed.kill()
    assert soon(lambda: not killed.is_running())
    assert soon(lambda: answers(user.addresses))
    user.leave()
    assert gone(var)


def test_after_everything_was_killed_the_next_one_starts(var: Path) -> None:
    user = User(var)
    assert answers(user.addresses)
    server = postmaster(var)
    keeper = server.parent()
    user.kill()
    for process in (keeper, server):
        process.kill()
    stale = var / "postgres" / "postmaster.pid"
    assert soon(lambda: gone(var))
    stale.write_text(f"{os.getpid()}\n{var / 'postgres'}\n")  # its number now belongs to somebody who lives
    user = User(var)
    assert answers(user.addresses)
    user.leave()


def test_a_taken_port_is_exchanged(var: Path) -> None:
    user = User(var)
    port = psycopg.conninfo.conninfo_to_dict(user.addresses["database_url"])["port"]
    user.leave()
    server = subprocess.Popen([sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"], stderr=-3)
    try:
        assert soon(lambda: any(c.status == "LISTEN" for c in psutil.Process(server.pid).net_connections()))
        user = User(var)
        assert answers(user.addresses)
        assert f":{port}/" not in user.addresses["database_url"]
        user.leave()
    finally:
        server.kill()
        server.wait()


def test_the_application_owns_nothing_and_bypasses_nothing(var: Path) -> None:
    user = User(var)
    with psycopg.connect(user.addresses["owner_url"], autocommit=True) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS paper (id bigint GENERATED BY DEFAULT AS IDENTITY, words text)")
        powers = "rolsuper, rolbypassrls, rolcreaterole, rolcreatedb"
        roles = owner.execute(f"SELECT rolname, {powers} FROM pg_roles WHERE rolname LIKE 'qms%' ORDER BY 1")
        assert roles.fetchall() == [("qms_app", False, False, False, False), ("qms_owner", False, False, False, True)]
    with psycopg.connect(user.addresses["database_url"], autocommit=True) as app:
        app.execute("INSERT INTO paper (words) VALUES ('Đường')")
        assert app.execute("SELECT unaccent(lower(words)) FROM paper").fetchone() == ("duong",)
        for forbidden in (
            "CREATE TABLE mine ()",
            "CREATE TEMP TABLE mine ()",
            "CREATE DATABASE mine",
            "DROP TABLE paper",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(forbidden)
    user.leave()


def test_test_databases_get_extensions_and_grants(var: Path) -> None:
    user = User(var)
    with psycopg.connect(user.addresses["owner_url"], autocommit=True) as owner:
        owner.execute("DROP DATABASE IF EXISTS test_offspring")
        owner.execute("CREATE DATABASE test_offspring")
    with psycopg.connect(user.addresses["owner_url"], dbname="test_offspring") as owner:
        owner.execute("CREATE TABLE paper (words text)")
        owner.execute("CREATE INDEX ON paper USING gin (words gin_trgm_ops)")
    with psycopg.connect(user.addresses["database_url"], dbname="test_offspring") as app:
        app.execute("INSERT INTO paper VALUES ('x')")
    user.leave()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the servers as somebody else")
def test_a_checkout_closed_to_the_servers_user_keeps_its_data_elsewhere(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    closed = tmp_path / "var"
    user = User(closed)
    addresses = user.addresses
    place = Path(json.loads((closed / STATE).read_text())["place"])
    try:
        assert answers(addresses)
        assert not place.is_relative_to(tmp_path)
        user.leave()
        assert gone(closed)
    finally:
        user.kill()
        shutil.rmtree(place)


DEAF = """
import signal, subprocess, sys
from qms.keeper import die_with_parent
signal.signal(signal.SIGQUIT, signal.SIG_IGN)
print(subprocess.Popen(["sleep", "600"], preexec_fn=die_with_parent(signal.SIGQUIT)).pid, flush=True)
sys.stdin.read()
"""


def test_a_child_dies_with_its_parent_though_both_were_started_deaf() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", DEAF], cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        assert child.is_running()
        parent.kill()
    with contextlib.suppress(psutil.NoSuchProcess):
        child.wait(20)


def test_a_damaged_state_is_said_in_words() -> None:
    folder = Path(tempfile.mkdtemp())
    (folder / STATE).write_text("{")
    user = User(folder)
    assert user.process.wait(30) == 1
    said = user.process.stderr.read()
    assert "servers.json is damaged" in said
    assert "Traceback" not in said
    shutil.rmtree(folder)


def test_with_both_addresses_set_nothing_is_started() -> None:
    folder = Path(tempfile.mkdtemp())
    real = {"DATABASE_URL": "postgresql://a:b@127.0.0.1:1/c", "REDIS_URL": "redis://127.0.0.1:1/0"}
    production = {"SECRET_KEY": "k", "ALLOWED_HOSTS": "qms.example.vn"}
    subprocess.run(
        [sys.executable, "-c", "import qms.settings"],
        cwd=CHECKOUT,
        env=clean_environment(folder) | real | production,
        check=True,
        timeout=60,
    )
    assert not (folder / KEEPER).exists()
    shutil.rmtree(folder)


def test_a_copied_checkout_runs_on_its_own_data(var: Path) -> None:
    user = User(var)
    assert answers(user.addresses)
    user.leave()
    copy = Path(tempfile.mkdtemp())
    copy.chmod(0o711)
    shutil.copytree(var / "postgres", copy / "postgres", symlinks=True)
    shutil.copy(var / STATE, copy)
    for path in (copy / "postgres", *(copy / "postgres").rglob("*")):
        shutil.chown(path, (var / "postgres").owner())
    first, second = User(var), User(copy)
    assert answers(first.addresses)
    assert answers(second.addresses)
    assert postmaster(var).pid != postmaster(copy).pid
    for user in (first, second):
        user.leave()
    shutil.rmtree(copy)
