"""The child process in which uploaded files are read: little memory, little time, few of them at once on one machine.

It gets the file through a pipe, none of our environment and an empty folder; once it has loaded its readers it can open
no further file, connection or process (documents.confined). It runs as the same user: see docs/operations.md for what
that leaves.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.utils.translation import gettext as _

from tenants.transitions import NotPossible

logger = logging.getLogger("qms.files")

WAIT = 60  # seconds by the clock; the processor's time and the memory are limited in documents.confined
PATIENCE = 10  # seconds until one of the places is free
KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")


class Busy(NotPossible):
    """All places are taken; nothing was read and nothing is lost."""

    def __init__(self) -> None:
        super().__init__(_("Many files are being read at this moment. Nothing was changed; try again in a minute."))


def confined(task: str, kind: str, data: bytes) -> dict[str, Any]:
    """What documents.confined answers about this file; `{"problem": "exhausting"}` when it came to its limits.

    Raises Busy.
    """
    answer = run(task, kind, data)
    try:
        said = json.loads(answer)
    except ValueError:
        return {"problem": "exhausting"}
    if why := said.get("why"):
        logger.info("%s %s: %s", task, kind, why)
    return said


def run(task: str, kind: str, data: bytes) -> bytes:
    """What the child wrote; nothing when it was stopped. Raises Busy."""
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": _path()}
    try:
        with _place(), tempfile.TemporaryDirectory(prefix="reader-") as empty:
            child = subprocess.run(  # noqa: S603  # our own module; the file comes through the pipe
                [sys.executable, "-P", "-m", "documents.confined", task, kind],
                input=data, capture_output=True, timeout=WAIT, cwd=empty, env=environment, check=False,
            )  # fmt: skip
    except subprocess.TimeoutExpired:
        logger.warning("%s %s of %s bytes: stopped after %s s", task, kind, len(data), WAIT)
        return b""
    if child.returncode:
        logger.warning("%s %s of %s bytes: ended with %s", task, kind, len(data), child.returncode)
        return b""
    return child.stdout


def joined(cover: bytes, body: bytes) -> bytes:
    """The PDF `cover` with the pages of the PDF `body` behind it; nothing when these cannot be taken over. Raises Busy."""
    return run("joined", "pdf", _pair(cover, body))


def stamped(stamp: bytes, paper: bytes) -> bytes:
    """The PDF `paper` with the page `stamp` laid over each of its pages; nothing when it cannot be. Raises Busy."""
    return run("stamped", "pdf", _pair(stamp, paper))


def _pair(first: bytes, second: bytes) -> bytes:
    return len(first).to_bytes(8, "big") + first + second


def _path() -> str:
    return os.pathsep.join(filter(None, (str(settings.BASE_DIR), os.environ.get("PYTHONPATH", ""))))


@contextmanager
def _place() -> Iterator[None]:
    """One of the places of this machine, held as a lock on a file, which the system gives back whatever happens to us."""
    folder = Path(settings.VAR) / "readers"
    folder.mkdir(exist_ok=True)
    until = time.monotonic() + PATIENCE
    while True:
        for number in range(settings.READERS):
            with (folder / str(number)).open("w") as place:
                if _taken(place):
                    yield
                    return
        if time.monotonic() >= until:
            raise Busy
        time.sleep(0.1)


def _taken(place: TextIO) -> bool:
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
