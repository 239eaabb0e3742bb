"""The checkout's embedded servers: PostgreSQL and Redis for everybody who has no others.

`join()` makes this process one of their users, starting them when they are not running. They stop when the last user
has gone: at the end of the process, or at once when all users were killed (`qms.keeper` explains how that is known).
Everything lies in the folder `var` of the checkout; the environment variable QMS_VAR names another one.
"""

import atexit
import contextlib
import fcntl
import functools
import hashlib
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from qms import keeper
from qms.keeper import (
    KEEPER,
    PATIENCE,
    READY,
    USERS,
    CannotStart,
    State,
    free,
    held,
    locked,
    opened,
)
from qms.provision import Plan, provision

__all__ = ["CannotStart", "Servers", "join", "leave", "secret_key", "var"]

DOOR = "door.lock"  # held while somebody comes or goes


@dataclass(frozen=True)
class Servers:
    """The addresses: the role that owns nothing, the role that owns the schema, the superuser, Redis."""

    database_url: str
    owner_url: str
    superuser_url: str
    redis_url: str


_membership: tuple[int, int, Servers] | None = None  # the process that joined, its lock, the addresses


def var() -> Path:
    """The folder of everything that is not in the repository: servers, files, logs."""
    folder = Path(os.environ.get("QMS_VAR") or Path(__file__).resolve().parent.parent / "var").absolute()
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    return folder


def secret_key() -> str:
    """A key for signing cookies and links, drawn once for this checkout. Real servers set SECRET_KEY."""
    file = var() / "secret_key"
    with held(var() / DOOR):
        if not file.exists():
            with private(file) as out:
                out.write(secrets.token_urlsafe(48))
    return file.read_text().strip()


def join() -> Servers:
    """Become a user of the embedded servers until this process ends.

    Safe to call twice, from several processes at once, and in forked children, which share their parent's membership.
    Ends the program with a readable message when the servers cannot run here.
    """
    global _membership  # noqa: PLW0603  # a process joins once
    if _membership:
        return _membership[2]
    folder = var()
    try:
        (folder / "log").mkdir(mode=0o700, exist_ok=True)
        with held(folder / DOOR):
            place = opened(folder / USERS)
            fcntl.flock(place, fcntl.LOCK_SH)  # waits while a keeper is closing down
            while not ready(folder):
                if free(folder / KEEPER):
                    start_keeper(folder)
                else:
                    time.sleep(0.02)  # started by somebody who was killed meanwhile
            servers = provisioned(folder)
    except CannotStart as error:
        raise SystemExit(f"The embedded servers cannot start: {error}\nLogs: {folder / 'log'}") from error
    except PermissionError as error:
        raise SystemExit(
            f"{error}\n{folder} belongs to another user: run as them, or set QMS_VAR to a folder of yours."
        ) from error
    _membership = (os.getpid(), place, servers)
    atexit.register(leave)
    return servers


def leave() -> None:
    """Stop being a user; the last one waits until the servers have stopped. Happens by itself when the process ends."""
    global _membership
    if not _membership or _membership[0] != os.getpid():
        return  # a forked child has its parent's membership and loses it by ending
    place, _membership = _membership[1], None
    with held(var() / DOOR):
        os.close(place)
        if empty():
            wait_for_end()


def empty() -> bool:
    """No user is left. Asked at the door, where nobody else asks or comes."""
    fd = opened(var() / USERS)
    try:
        return locked(fd, fcntl.LOCK_EX) or not locked(fd, fcntl.LOCK_SH)  # the keeper has it, and is closing down
    finally:
        os.close(fd)


def wait_for_end() -> None:
    end = time.monotonic() + PATIENCE
    while not free(var() / KEEPER) and time.monotonic() < end:
        time.sleep(0.01)


def ready(folder: Path) -> bool:
    return not free(folder / KEEPER) and (folder / KEEPER).read_text() == READY


def start_keeper(folder: Path) -> None:
    (folder / KEEPER).write_text("")
    with (folder / "log" / "keeper.log").open("ab") as log:
        program = subprocess.Popen(  # noqa: S603  # our own file
            [sys.executable, "-I", keeper.__file__, str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd="/",
            start_new_session=True,  # Ctrl-C is for us, not for the servers
        )
    try:
        answer = program.communicate(timeout=2 * PATIENCE)[0].decode()
    except subprocess.TimeoutExpired:
        answer = "no answer"
    if answer != READY:
        raise CannotStart(answer or "the keeper ended without a word")


def provisioned(folder: Path) -> Servers:
    """The addresses, after the roles and the database have been made; a note beside the data says that they have."""
    state = State.read(folder)
    if state is None:
        raise CannotStart(f"{folder / keeper.STATE} has vanished")

    def address(role: str, password: str, database: str) -> str:
        return f"postgresql://{role}:{password}@127.0.0.1:{state.postgres_port}/{database}"

    servers = Servers(
        database_url=address("qms_app", state.app_password, "qms"),
        owner_url=address("qms_owner", state.owner_password, "qms"),
        superuser_url=address("postgres", state.superuser_password, "postgres"),
        redis_url=f"redis://:{state.redis_password}@127.0.0.1:{state.redis_port}/0",
    )
    note, content = folder / "provisioned", f"{data_mark(state)} {provision_mark()}"
    if not note.exists() or note.read_text() != content:
        provision(servers.superuser_url, Plan.from_urls(servers.database_url, servers.owner_url), for_tests=True)
        note.write_text(content)
    return servers


def data_mark(state: State) -> str:
    """Changes when the data folder is deleted and made anew, or the passwords are."""
    cluster = (Path(state.place) / "postgres").stat()
    words = f"{cluster.st_ino} {state.app_password} {state.owner_password}"
    return hashlib.sha256(words.encode()).hexdigest()[:12]


@functools.cache
def provision_mark() -> str:
    """Changes when provisioning itself changes."""
    return hashlib.sha256(Path(provision.__code__.co_filename).read_bytes()).hexdigest()


@contextlib.contextmanager
def private(file: Path) -> Iterator[TextIO]:
    """Write a file that only we can read, all of it or nothing."""
    new = file.with_name(f"{file.name}.new")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        yield out
    new.replace(file)
