"""The child process in which uploaded files are read: little memory, little time, none of our secrets."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from typing import Any

from django.conf import settings

logger = logging.getLogger("qms.files")

WAIT = 60  # seconds by the clock; the processor's time and the memory are limited in documents.confined
KEPT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")


def confined(task: str, kind: str, data: bytes) -> dict[str, Any]:
    """What documents.confined answers about this file; `{"problem": "exhausting"}` when it came to its limits."""
    answer = run(task, kind, data)
    try:
        said = json.loads(answer)
    except ValueError:
        return {"problem": "exhausting"}
    if why := said.get("why"):
        logger.info("%s %s: %s", task, kind, why)
    return said


def run(task: str, kind: str, data: bytes) -> bytes:
    """What the child wrote; nothing when it was stopped."""
    environment = {name: os.environ[name] for name in KEPT if name in os.environ} | {"PYTHONDONTWRITEBYTECODE": "1"}
    try:
        child = subprocess.run(  # noqa: S603  # our own module; the file comes through the pipe
            [sys.executable, "-m", "documents.confined", task, kind],
            input=data, capture_output=True, timeout=WAIT, cwd=settings.BASE_DIR, env=environment, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        logger.warning("%s %s of %s bytes: stopped after %s s", task, kind, len(data), WAIT)
        return b""
    if child.returncode:
        logger.warning("%s %s of %s bytes: ended with %s", task, kind, len(data), child.returncode)
        return b""
    return child.stdout


def joined(cover: bytes, body: bytes) -> bytes:
    """The PDF `cover` with the pages of the PDF `body` behind it; nothing when these cannot be taken over."""
    return run("join", "pdf", len(cover).to_bytes(8, "big") + cover + body)
