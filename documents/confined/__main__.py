"""`python -m documents.confined look|read|join KIND`: the file on stdin, one JSON object (or a PDF) on stdout.

Whatever goes wrong is said as `{"problem": …}`; the parent has the sentences (documents.sniffing).
"""

from __future__ import annotations

import json
import resource
import sys
import zipfile
import zlib
from importlib import import_module
from typing import Any

from documents.confined.problem import Problem

MEMORY = 1024 * 2**20  # bytes of address space
SECONDS = 25  # of the processor
PACKAGES = ("docx", "xlsx", "odt")
READERS = {
    "tagged": "tagged_pdf",
    "docx": "docx",
    "xlsx": "xlsx",
    "odt": "odt",
    "pdf": "pdf",
    "rtf": "rtf",
    "txt": "text",
}


def main(task: str, kind: str) -> None:
    _confine()
    data = sys.stdin.buffer.read()
    if task == "join":
        size = int.from_bytes(data[:8], "big")
        sys.stdout.buffer.write(import_module("documents.confined.pdf").joined(data[8 : 8 + size], data[8 + size :]))
        return
    try:
        answer = _answer(task, kind, data)
    except (MemoryError, RecursionError):
        answer = {"problem": "exhausting"}
    except Exception as wrong:  # a hostile file may raise anything; what it is called goes to the log
        answer = _told(wrong)
    sys.stdout.write(json.dumps(answer, ensure_ascii=True))


def _answer(task: str, kind: str, data: bytes) -> dict[str, Any]:
    if task == "look" and kind in PACKAGES:
        return import_module("documents.confined.packages").look(data, kind)
    return getattr(import_module(f"documents.confined.{READERS[kind]}"), task)(data)


def _told(wrong: Exception) -> dict[str, Any]:
    if isinstance(wrong, Problem):
        return {"problem": wrong.word, "where": wrong.where}
    if type(wrong).__module__.startswith("defusedxml"):
        return {"problem": "entities"}
    kind = "broken" if isinstance(wrong, zipfile.BadZipFile | zlib.error) else "unreadable"
    return {"problem": kind, "why": f"{type(wrong).__name__}: {wrong}"[:300]}


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


if __name__ == "__main__":
    main(*sys.argv[1:3])
