"""Small files made to cost the page much memory or time, or to end in an error of ours."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from documents.sniffing import inspect
from tenants.models import Member
from tests.cast import Cast

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
