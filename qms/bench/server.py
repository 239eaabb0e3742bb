"""The measured server: the demo's web server on a port of its own, with the bench's settings and database."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import redis
from django.conf import settings

from qms.bench.database import Database
from qms.keeper import die_with_parent

WORKERS, THREADS = 2, 4  # as in the demo
PATIENCE = 60  # seconds


class CannotServe(Exception):  # a sentence where it is raised
    """The server did not start."""


@contextmanager
def serving(database: Database) -> Iterator[int]:
    """The port on which the server answers; it stops afterwards and leaves nothing in Redis."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "qms.bench.settings",
        "DATABASE_URL": database.url,
        "DATABASE_OWNER_URL": database.owner_url,
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "QMS_PRODUCTION": "0",
        "PYTHONUNBUFFERED": "1",
    }
    command = [
        sys.executable, "-m", "gunicorn", "qms.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS),
        "--threads", str(THREADS), "--graceful-timeout", "5", "--no-control-socket",
    ]  # fmt: skip
    forget()  # what a run that was killed left
    with log_file().open("wb") as log:
        child = subprocess.Popen(  # noqa: S603  # our own command
            command,
            cwd=settings.BASE_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  # one call into the kernel, no lock
        )
    try:
        _wait_for(port, child)
        yield port
    finally:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        forget()


def log_file() -> Path:
    return Path(settings.VAR) / "log" / "bench.log"


def _wait_for(port: int, child: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and child.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise CannotServe(f"The measured server did not start:\n{log_file().read_text(errors='replace')[-3000:]}")


def forget() -> None:
    """Remove what the measured server left in Redis: cached sessions, jobs nobody will do."""
    with redis.Redis.from_url(settings.REDIS_URL) as store:
        for pattern in ("qms-bench*", "_kombu.binding.qms-bench*"):
            for key in store.scan_iter(match=pattern):
                store.delete(key)
