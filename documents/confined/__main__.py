"""`python -m documents.confined TASK KIND`: the file on stdin, one JSON object (or a PDF) on stdout.

Tasks: look, read, joined, stamped.

Whatever goes wrong is said as `{"problem": …}`; the parent has the sentences (documents.sniffing).
"""

from __future__ import annotations

import ctypes
import json
import resource
import sys
import warnings
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
    "ruled": "ruled_pdf",
    "docx": "docx",
    "xlsx": "xlsx",
    "odt": "odt",
    "pdf": "pdf",
    "rtf": "rtf",
    "txt": "text",
}
OF_TWO = ("joined", "stamped")  # tasks that make one PDF out of two: on stdin the length of the first stands before it
LATER = {  # what these packages load when they come to need it
    "pypdf": ("pypdf.generic", "pypdf.errors", "pypdf.filters", "pypdf.xmp", "pypdf._codecs._codecs"),
    "pypdfium2": ("pypdfium2.raw",),
    "openpyxl": ("openpyxl.worksheet.cell_range", "openpyxl.worksheet.merge"),
    "rtf": tuple(f"encodings.{page}" for page in (
        "cp874", "cp932", "cp949", "cp950", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "gbk",
    )),
}  # fmt: skip
LETTERS = (
    "ascii", "latin_1", "cp437", "cp1250", "cp1252", "cp1258", "mac_roman", "utf_8_sig", "utf_16", "utf_16_be",
    "utf_16_le", "utf_32", "utf_32_be", "utf_32_le", "raw_unicode_escape", "unicode_escape",
)  # fmt: skip
NO_NEW_PRIVILEGES = 38  # prctl(2)


def main(task: str, kind: str) -> None:
    _limit()
    reader = _loaded(task, kind)
    data = sys.stdin.buffer.read()
    _shut()
    if task in OF_TWO:
        size = int.from_bytes(data[:8], "big")
        sys.stdout.buffer.write(getattr(reader, task)(data[8 : 8 + size], data[8 + size :]))
        return
    try:
        answer = reader.look(data, kind) if task == "look" and kind in PACKAGES else getattr(reader, task)(data)
    except (MemoryError, RecursionError):
        answer = {"problem": "exhausting"}
    except Exception as wrong:  # a hostile file may raise anything; what it is called goes to the log
        answer = _told(wrong)
    sys.stdout.write(json.dumps(answer, ensure_ascii=True))


def _loaded(task: str, kind: str) -> Any:
    """The module that does it. Whatever it will need is loaded now: later nothing can be opened."""
    warnings.simplefilter("ignore")
    name = "packages" if task == "look" and kind in PACKAGES else READERS[kind]
    package = "openpyxl" if name == "xlsx" else "pypdfium2" if task == "read" else "pypdf"
    later = (package, *LATER[package]) if name in ("xlsx", "pdf", "tagged_pdf", "ruled_pdf") else LATER.get(name, ())
    for module in ("heapq", *later, *(f"encodings.{letters}" for letters in LETTERS)):
        import_module(module)
    return import_module(f"documents.confined.{name}")


def _told(wrong: Exception) -> dict[str, Any]:
    if isinstance(wrong, Problem):
        return {"problem": wrong.word, "where": wrong.where}
    if type(wrong).__module__.startswith("defusedxml"):
        return {"problem": "entities"}
    kind = "broken" if isinstance(wrong, zipfile.BadZipFile | zlib.error) else "unreadable"
    return {"problem": kind, "why": f"{type(wrong).__name__}: {wrong}"[:300]}


def _shut() -> None:
    """From here on no file, no connection and no process can be opened, whatever the file makes of its reader."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


if __name__ == "__main__":
    main(*sys.argv[1:3])
