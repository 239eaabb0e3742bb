"""A bag (BagIt, RFC 8493) in a ZIP file: payload under `data/`, a manifest of SHA-256 hashes, tags beside it.

Written as a stream: nothing larger than a chunk is held. The same payload gives the same manifest: order is the
caller's, moments are fixed, and what tells one making from another stands in `bag-info.txt` alone.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from documents.file_names import DEVICES

CHUNK = 1 << 20
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a ZIP file can say
LONGEST_NAME = 120  # signs of one part of a path; in bytes at most 255, what file systems take
_UNSAFE = re.compile(r"[^\w.\-]+")


def safe_name(name: str) -> str:
    """One part of a path that every system can unpack: letters, digits, dot, hyphen, underscore; never `..`, a device of
    Windows, a hidden file, an option of a command, or a name of nothing.
    """
    plain = _UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if dot and len(ending) <= 10 and stem:
        plain = f"{_short(stem, LONGEST_NAME - len(ending) - 1)}.{ending}"
    plain = _short(plain, LONGEST_NAME).rstrip(". ") or "_"
    return f"_{plain}" if DEVICES.match(plain) or plain.startswith("-") else plain


def _short(text: str, most: int) -> str:
    """Cut to so many signs and twice as many bytes, never through a letter."""
    cut = text[:most]
    while len(cut.encode()) > 2 * most:
        cut = cut[:-1]
    return cut


@dataclass(frozen=True)
class Line:
    """One payload file: its path in the bag, bytes, hash, and in words what it is."""

    path: str
    size: int
    sha256: str
    about: tuple[str, ...] = ()


@dataclass
class Bag:
    """`with Bag(path) as bag: bag.add("documents/QT.01.json", chunks)`; `close` writes manifest and tags."""

    place: Path
    base: str  # the one folder everything is in
    heads: tuple[str, ...] = ()  # of what `about` says, for files.csv
    lines: list[Line] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    def __enter__(self) -> Bag:
        self._zip = zipfile.ZipFile(self.place, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        return self

    def __exit__(self, *failed: object) -> None:
        self._zip.close()

    def free(self, path: str) -> str:
        """The path, with a number behind its stem while another file has it, also in other case."""
        stem, dot, ending = path.rpartition(".")
        place = 1
        while path.casefold() in self._taken:
            place += 1
            path = f"{stem}~{place}{dot}{ending}"
        return path

    def add(self, path: str, chunks: Iterable[bytes], about: tuple[str, ...] = ()) -> Line:
        """A payload file below `data/`, its parts made safe by the caller. Returns its line of the manifest."""
        path = self.free(f"data/{path}")
        self._taken.add(path.casefold())
        line = Line(path, *self._write(path, chunks), about)
        self.lines.append(line)
        return line

    def finish(self, tags: dict[str, bytes], info: dict[str, str]) -> str:
        """Manifest, tags, and the manifest of the tags. Returns the SHA-256 of the payload's manifest."""
        ordered = sorted(self.lines, key=lambda line: line.path)
        manifest = "".join(f"{line.sha256}  {line.path}\n" for line in ordered).encode()
        oxum = f"{sum(line.size for line in ordered)}.{len(ordered)}"
        files: dict[str, bytes] = {
            "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
            "bag-info.txt": "".join(
                f"{key}: {value}\n" for key, value in (info | {"Payload-Oxum": oxum}).items()
            ).encode(),
            "manifest-sha256.txt": manifest,
            "files.csv": self._table(ordered),
            **tags,
        }
        of_tags = []
        for name, content in sorted(files.items()):
            _size, sha256 = self._write(name, [content])
            of_tags.append(f"{sha256}  {name}\n")
        self._write("tagmanifest-sha256.txt", ["".join(of_tags).encode()])
        return hashlib.sha256(manifest).hexdigest()

    def _table(self, lines: Iterable[Line]) -> bytes:
        file = io.StringIO()
        writer = csv.writer(file)
        writer.writerow(("path", "bytes", "sha256", *self.heads))
        for line in lines:
            writer.writerow((line.path, line.size, line.sha256, *(_harmless(word) for word in line.about)))
        return file.getvalue().encode("utf-8-sig")

    def _write(self, path: str, chunks: Iterable[bytes]) -> tuple[int, str]:
        mark, size = hashlib.sha256(), 0
        entry = zipfile.ZipInfo(f"{self.base}/{path}", EPOCH)
        entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
        with self._zip.open(entry, "w", force_zip64=True) as file:
            for chunk in chunks:
                mark.update(chunk)
                size += len(chunk)
                file.write(chunk)
        return size, mark.hexdigest()


def chunks_of(file: Any) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def _harmless(word: str) -> str:
    """A spreadsheet takes it for text."""
    return f"'{word}" if word.startswith(("=", "+", "-", "@", "\t", "\r")) else word


def settled(workbook: Any, file: Any) -> None:
    """The same Excel file whenever it is made, from one open file into another: moments of making are fixed, inside and
    around.
    """
    with zipfile.ZipFile(workbook) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            if name == "docProps/core.xml":
                moment = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
                new.writestr(entry, re.sub(moment, b"1980-01-01T00:00:00Z", old.read(name)))
                continue
            with old.open(name) as source, new.open(entry, "w", force_zip64=True) as target:
                for chunk in chunks_of(source):
                    target.write(chunk)
