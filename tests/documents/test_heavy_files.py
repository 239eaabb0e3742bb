"""Small files made to cost the page much memory or time, or to end in an error of ours."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from documents.compound_files import CompoundFile, Damaged
from documents.confined.trees import clean
from documents.sniffing import inspect
from tenants.models import Member
from tests.cast import Cast
from tests.documents import office_files as files
from tests.documents.library import as_shown, draft

ClientOf = Callable[[Member], Client]


def far(name: str) -> bytes:
    """A ZIP whose only entry says of itself (ZIP64) that it lies near the end of all numbers."""
    extra, said = struct.pack("<2HQ", 1, 8, 2**64 - 1 - 4096), name.encode()
    sizes = (len(said), len(extra), 0, 0, 0, 0, 0xFFFFFFFF)
    central = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 45, 3, 45, 0, 0, 0, 0, 33, 0, 10, 10, *sizes) + said + extra
    lead = b"PK\3\4" + bytes(60)
    return lead + central + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(central), len(lead), 0)


def damaged_lzma() -> bytes:
    """A ZIP whose entry is packed with LZMA, and its properties are overwritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as package:
        package.writestr("a.docx", bytes(range(256)) * 400)
    start = 30 + len("a.docx") + 4
    return out.getvalue()[:start] + b"\xff" * 5 + out.getvalue()[start + 5 :]


@pytest.mark.parametrize("name", ["[Content_Types].xml", "mimetype", "a.docx"])
def test_an_entry_that_lies_beyond_all_files_is_a_damaged_package(name: str) -> None:
    assert inspect(far(name), "a.docx").is_refused


@pytest.mark.parametrize("data", [far("a.docx"), damaged_lzma()], ids=["far", "LZMA"])
def test_a_damaged_archive_is_named_as_such(cast: Cast, client_of: ClientOf, data: bytes) -> None:
    answer = client_of(cast.ha).post("/tan-hoa/imports/", {"files": SimpleUploadedFile("a.zip", data)})
    assert answer.status_code == 200
    assert "a.zip" in answer.content.decode()


def crowded(entries: int) -> bytes:
    """A ZIP that is nothing but its directory (ZIP64), of entries that lie nowhere."""
    sizes = (8, *[0] * 6)
    rows = [
        struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, *sizes) + b"%08d" % number
        for number in range(entries)
    ]
    lead, central = b"PK\3\4" + bytes(26), b"".join(rows)
    end = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, entries, entries, len(central), len(lead))
    end += struct.pack("<4sLQL", b"PK\6\7", 0, len(lead) + len(central), 1)
    return lead + central + end + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)


def test_a_directory_without_end_is_not_read(cast: Cast, client_of: ClientOf) -> None:
    data = crowded(100_000)
    answer = []
    sent = SimpleUploadedFile("a.zip", data)
    client = client_of(cast.ha)
    took = _seconds(lambda: answer.append(client.post("/tan-hoa/imports/", {"files": sent})))
    assert (answer[0].status_code, took < 0.5) == (200, True)
    assert "300" in answer[0].content.decode()
    pdf = b"%PDF-1.4\nstartxref\n" + data + b"%%EOF"
    assert _seconds(lambda: answer.append(inspect(pdf, "a.pdf"))) < 0.3
    assert answer[1].problem == "two_in_one"


def test_digits_behind_the_end_of_a_pdf_cost_nothing() -> None:
    end = b"%PDF-1.4\nstartxref\n0\n%%EOF\n"
    assert _seconds(lambda: inspect(end + b"1" * 60_000, "a.pdf")) < 0.5
    assert inspect(end + b"12 0 obj", "a.pdf").problem == "broken"


# --- compound files --------------------------------------------------------------------------------


def repeated(sectors: int) -> bytes:
    """A compound file whose tables of tables name its first sector again and again."""
    head = bytearray(4096)
    head[:8] = files.OLE[:8]
    struct.pack_into("<2H", head, 30, 12, 6)
    struct.pack_into("<I4xI4I", head, 48, 0, 4096, 0xFFFFFFFE, 0, 0, sectors)
    head[76:512] = b"\xff" * 436
    chain = [*range(1, sectors), 0xFFFFFFFE]
    return bytes(head) + b"".join(struct.pack("<1024I", *[0] * 1023, more) for more in chain)


def nested(depth: int) -> bytes:
    """A compound file of storages within each other."""
    none, sectors = 0xFFFFFFFF, -(-(depth + 1) // 4)
    rows = [("Root Entry", 5, 1), *(("a" * 31, 1, n + 2) for n in range(depth - 1)), ("a" * 31, 1, none)]
    written = [
        struct.pack("<64s2H3I36s3I", name.encode("utf-16-le"), len(name) * 2 + 2, kind, none, none, child, b"", 0xFFFFFFFE, 0, 0)
        for name, kind, child in rows
    ]  # fmt: skip
    table = struct.pack(f"<{sectors + 1}I", 0xFFFFFFFD, *range(2, sectors + 1), 0xFFFFFFFE).ljust(512, b"\xff")
    return files.compound()[:512] + table + b"".join(written).ljust(sectors * 512, b"\0")


def test_a_sector_named_twice_is_not_unpacked_twice() -> None:
    data = repeated(60)
    tracemalloc.start()
    assert inspect(data, "a.doc").is_refused
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * len(data)


def test_storages_lie_within_each_other_to_a_depth() -> None:
    assert CompoundFile(nested(20)).entries[f"{'a' * 31}/{'a' * 31}"]
    with pytest.raises(Damaged):
        CompoundFile(nested(400))


# --- letters under a heap of marks -----------------------------------------------------------------

HEAP = "a" + "\u0301\u0323" * 20_000


@pytest.mark.parametrize("field", ["title", "purpose", "fee"])
def test_a_field_of_marks_costs_nothing(cast: Cast, client_of: ClientOf, field: str) -> None:
    draft(cast)
    client, address = client_of(cast.ha), "/tan-hoa/documents/QT.TP.01/versions/1.0/edit/"
    shown = as_shown(client.get(address).content.decode())
    usual = _seconds(lambda: client.post(address, shown | {field: "a" * len(HEAP)}))
    assert _seconds(lambda: client.post(address, shown | {field: HEAP})) < usual + 0.5


def test_a_text_of_marks_costs_nothing() -> None:
    assert _seconds(lambda: inspect(b"\xff\xfe" + HEAP.encode("utf-16-le"), "a.txt")) < 0.5
    assert _seconds(lambda: clean("a" + ("\u0301\u0323" * 10 + "\ue000") * 2_000)) < 0.5


def _seconds(deed: Callable[[], object]) -> float:
    began = time.process_time()
    deed()
    return time.process_time() - began
