"""Compound files (MS-CFB), in which Word, Excel and PowerPoint kept their documents until 2007: what is in them.

Only as much as tells the kind and what is harmful. Knows nothing of Django.
"""

from __future__ import annotations

import re
import struct
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LAST = 0xFFFFFFFA  # numbers from here on are no sectors
NOBODY = 0xFFFFFFFF
STORAGE, STREAM, ROOT = 1, 2, 5
DEEPEST = 60  # storages within each other
RECORDS = 100_000  # of a workbook before its sheets begin
END_OF_GLOBALS, PASSWORD, SHEET, BOOK = 0x0A, 0x2F, 0x85, 0x1AE
MACRO_SHEETS = (b"\1", b"\6")
BOOKS = tuple(kind.to_bytes(2, "little") for kind in (0x09, 0x209, 0x409, 0x809))  # begin a workbook (BOF): BIFF 2 to 8
EXCEL_97, MACRO_SHEET = b"\0\6", b"\x40\0"  # its version; its type before Excel 5
# Before Excel 97 a reference to another document (EXTERNSHEET) stands anywhere: length, signs, program \3 topic.
REFERENCE = re.compile(rb"\x17\0(..)(.)([^\0-\x1f]+)\x03", re.DOTALL)
DDE = re.compile(rb"\x13\s*DDE(?:AUTO)?\s|\x13\0(?:\s\0)*D\0D\0E\0(?:A\0U\0T\0O\0)?\s\0", re.I)


class Damaged(ValueError):
    """It begins as a compound file and goes on as none."""


@dataclass(frozen=True)
class Entry:
    path: str  # from the root, divided by slashes
    kind: int
    start: int
    size: int

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


class CompoundFile:
    """`entries` by their path in small letters. Raises Damaged."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        try:
            self._open()
        except (struct.error, IndexError, UnicodeDecodeError) as wrong:
            raise Damaged from wrong

    def _open(self) -> None:
        header = self.data[:512]
        large, small = struct.unpack_from("<2H", header, 30)
        if large not in (9, 12) or small != 6 or header[:8] != OLE:
            raise Damaged
        self.sector = 1 << large
        first, self.cutoff, self.first_small, _n, more, _n = struct.unpack_from("<I4xI4I", header, 48)
        places = list(struct.unpack_from("<109I", header, 76))
        seen: set[int] = set()
        while more < LAST and more not in seen:
            seen.add(more)
            *here, more = struct.unpack(f"<{self.sector // 4}I", self._at(more))
            places += here
        places = [place for place in places if place < LAST]
        if len(set(places)) < len(places):  # a small file would unpack to any size
            raise Damaged
        self.next = _numbers(b"".join(map(self._at, places)))
        directory = self._chain(first)
        rows = [directory[start : start + 128] for start in range(0, len(directory) - 127, 128)]
        if not rows or rows[0][66] != ROOT:
            raise Damaged
        root = _entry(rows[0], "")
        self.mini = self._chain(root.start, root.size) if root.start < LAST else b""
        self.next_small = _numbers(self._chain(self.first_small) if self.first_small < LAST else b"")
        self.entries = {entry.path.lower(): entry for entry in _walked(rows)}

    def _at(self, number: int) -> bytes:
        """The bytes of a sector; the last of the file may be shorter than written."""
        start = (number + 1) * self.sector
        piece = self.data[start : start + self.sector]
        if not piece:
            raise Damaged
        return piece.ljust(self.sector, b"\0")

    def _chain(self, number: int, size: int | None = None) -> bytes:
        pieces: list[bytes] = []
        seen: set[int] = set()
        while number < LAST and (size is None or len(pieces) * self.sector < size):
            if number in seen:
                raise Damaged
            seen.add(number)
            pieces.append(self._at(number))
            number = self.next[number]
        return b"".join(pieces)[:size]

    def stream(self, path: str) -> bytes:
        """The bytes of a stream. Raises Damaged, also where there is none."""
        entry = self.entries.get(path.lower())
        if entry is None or entry.kind != STREAM:
            raise Damaged
        try:
            if entry.size >= self.cutoff:
                return self._chain(entry.start, entry.size)
            pieces: list[bytes] = []
            number, seen = entry.start, set[int]()
            while number < LAST and len(pieces) * 64 < entry.size and number not in seen:
                seen.add(number)
                pieces.append(self.mini[number * 64 : number * 64 + 64])
                number = self.next_small[number]
            return b"".join(pieces)[: entry.size]
        except IndexError as wrong:
            raise Damaged from wrong

    def holds(self, *names: str) -> bool:
        """Whether there is an entry of one of these names, at any depth."""
        wanted = {name.lower() for name in names}
        return any(entry.name.lower() in wanted for entry in self.entries.values())


def _numbers(table: bytes) -> array[int]:
    """Of four bytes each, and no more of them in memory."""
    numbers = array("I", table)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _entry(row: bytes, above: str) -> Entry:
    length = min(max(int.from_bytes(row[64:66], "little") - 2, 0), 62)
    name = row[:length].decode("utf-16-le", "replace")
    start, size = struct.unpack_from("<2I", row, 116)
    return Entry(f"{above}/{name}" if above else name, row[66], start, size)


def _walked(rows: list[bytes]) -> Iterator[Entry]:
    """Every entry that can be reached from the root, with its path."""
    waiting = [(struct.unpack_from("<I", rows[0], 76)[0], "")]
    seen: set[int] = set()
    while waiting:
        place, above = waiting.pop()
        if place == NOBODY or place in seen:
            continue
        if place >= len(rows) or above.count("/") > DEEPEST:  # every path holds all that lie above
            raise Damaged
        seen.add(place)
        left, right, child = struct.unpack_from("<3I", rows[place], 68)
        entry = _entry(rows[place], above)
        waiting += [(left, above), (right, above)]
        if entry.kind == STORAGE:
            waiting.append((child, entry.path))
        yield entry


# --- what is harmful, or closed --------------------------------------------------------------------


def problem_of(file: CompoundFile) -> str:
    """`macros`, `program`, `active`, `encrypted` (words of documents.sniffing.PROBLEMS), or "". Raises Damaged."""
    if file.holds("_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros"):
        return "macros"
    if file.holds("\x01Ole10Native"):
        return "program"
    if file.holds("\x09DRMContent"):
        return "encrypted"
    if "worddocument" in file.entries:
        return _of_word(file.stream("WordDocument"))
    name = next((name for name in ("Workbook", "Book") if name.lower() in file.entries), "")
    return of_excel(file.stream(name)) if name else ""


def _of_word(stream: bytes) -> str:
    if stream[:2] not in (b"\xec\xa5", b"\xdc\xa5") or len(stream) < 32:
        raise Damaged
    if stream[11] & 1:  # MS-DOC 2.5.2, fEncrypted
        return "encrypted"
    return "active" if DDE.search(stream) else ""


def of_excel(stream: bytes) -> str:
    """Over the records of the workbook (MS-XLS 2.1.4) up to its first sheet; before Excel 97 also those of the sheets."""
    if not stream.startswith(BOOKS):
        raise Damaged
    place, found = 0, "macros" if stream[:2] != BOOKS[-1] and stream[6:8] == MACRO_SHEET else ""
    for _record in range(RECORDS):
        if place + 4 > len(stream):
            raise Damaged
        kind, length = struct.unpack_from("<2H", stream, place)
        if kind == PASSWORD:
            return "encrypted"
        if kind == SHEET and length > 5 and stream[place + 9 : place + 10] in MACRO_SHEETS:
            found = "macros"
        if kind == BOOK and _starts(stream[place + 4 : place + 4 + length]):
            return "active"
        if kind == END_OF_GLOBALS:
            break
        place += 4 + length
    if stream[:2] + stream[4:6] != BOOKS[-1] + EXCEL_97 and any(map(_starts_in_old, REFERENCE.finditer(stream))):
        return "active"
    return found


def _starts_in_old(reference: re.Match[bytes]) -> bool:
    """Whether what looks like a reference is one, by its lengths; one more where the first sign says what follows."""
    length, signs = int.from_bytes(reference[1], "little"), reference[2][0]
    return length in (signs + 1, signs + 2) and len(reference[3]) < signs


def _starts(book: bytes) -> bool:
    """Whether another workbook (MS-XLS 2.4.271, SupBook) is none, but a program and a topic: DDE or a linked object.

    The same sign divides the folders of a path; such a path begins with a sign of its own.
    """
    if len(book) < 5:
        return False
    length, wide = struct.unpack_from("<HB", book, 2)
    path = (
        book[5 : 5 + 2 * length].decode("utf-16-le", "replace") if wide & 1 else book[5 : 5 + length].decode("latin-1")
    )
    return "\3" in path and path[0] > "\3"
