"""Stamped copies: made in the confined child, kept, cleared after their days; a refusal in words when it cannot be."""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Callable

import pypdfium2
import pytest
from django.core.files.storage import default_storage
from django.test import Client
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, FloatObject, NameObject, NumberObject, StreamObject

from documents import confinement, stamps
from documents.models import Version
from documents.papers import render_version_pdf
from tenants import clock, letterhead
from tenants.transitions import NotPossible
from tests.cast import Cast
from tests.documents.library import approved, signed_again

SignIn = Callable[..., Client]
MARK = "BỊ THAY THẾ"


def paper_of(*pages: bytes) -> bytes:
    """A PDF whose pages draw this (deflated), the second of them lying off the origin."""
    writer = PdfWriter()
    for number, drawn in enumerate(pages):
        page = writer.add_blank_page(width=300, height=400)
        stream = StreamObject()
        stream._data = zlib.compress(drawn)
        stream[NameObject("/Filter")] = NameObject("/FlateDecode")
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/MediaBox")] = ArrayObject(
            FloatObject(side) for side in (number * 50, number * 50, 300 + number * 50, 400 + number * 50)
        )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def stored_in(folder: str) -> list[str]:
    return [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]] if default_storage.exists(folder) else []


def test_every_page_says_it_wherever_it_lies(cast: Cast) -> None:
    stored = letterhead.store(paper_of(b"0 0 50 50 re f\n" * 3, b"0 0 50 50 re f\n"), name="x.pdf")
    pages = PdfReader(io.BytesIO(stamps.stamped(stored, MARK, "Bản số 03"))).pages
    for page in pages:
        text = page.extract_text()
        assert MARK in text
        assert "Bản số 03" in text
    assert " 50.000 50.000 cm" in pages[1].get_contents().get_data().decode()
    assert pages[0].get_contents().get_data().startswith(b"q\n0 0 50 50 re f\n")


@pytest.mark.parametrize("turned", [0, 90, 180, 270, -90])
@pytest.mark.parametrize("of_all", [False, True])
def test_the_mark_lies_upright_on_what_is_seen_of_a_page(cast: Cast, *, turned: int, of_all: bool) -> None:
    """PDFium tells where a page turned and cropped shows the note: at its head, from left to right."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(paper_of(b"0 0 1 1 re f\n"))))
    [page] = writer.pages
    holder = page["/Parent"] if of_all else page  # of all pages together, or of this one
    holder[NameObject("/Rotate")] = NumberObject(turned)
    holder[NameObject("/CropBox")] = ArrayObject(map(NumberObject, (280, 30, -20, 200)))
    out = io.BytesIO()
    writer.write(out)
    stamped = stamps.stamped(letterhead.store(out.getvalue(), name="x.pdf"), MARK, "Bản số 03")
    shown = pypdfium2.PdfDocument(stamped)[0]
    text = shown.get_textpage()
    at = text.get_text_range().index("Bản số 03")
    points = []
    for place in (at, at + 8):
        left, bottom, right, top = text.get_charbox(place)
        x, y = ((left + right) / 2, (bottom + top) / 2)
        u, v = {0: (x, 200 - y), 1: (y - 30, x), 2: (280 - x, y - 30), 3: (200 - y, 280 - x)}[turned // 90 % 4]
        points.append((u, v))
    (u1, v1), (u2, v2) = points
    wide, high = shown.get_size()
    assert (round(wide), round(high)) == ((280, 170) if turned % 180 == 0 else (170, 280))
    assert 0 < u1 < u2 < wide
    assert abs(v1 - v2) < 2
    assert 0 < v1 < high / 5


def test_what_a_page_draws_is_not_unpacked(cast: Cast) -> None:
    paper = paper_of(b"0 0 50 50 re f\n" * 2_300_000)  # 35 MB of drawing in 100 KB or less
    stored = letterhead.store(paper, name="x.pdf")
    assert len(paper) < 200_000
    assert len(stamps.stamped(stored, MARK)) < 400_000


def test_a_second_view_needs_no_child(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = letterhead.store(paper_of(b"0 0 1 1 re f\n"), name="x.pdf")
    first = stamps.stamped(stored, MARK)
    monkeypatch.setattr(confinement, "WAIT", 0.001)  # a child would be stopped
    assert stamps.stamped(stored, MARK) == first
    with pytest.raises(NotPossible):
        stamps.stamped(stored, "KHÁC")


def test_a_kept_copy_that_is_gone_is_made_anew(cast: Cast) -> None:
    stored = letterhead.store(paper_of(b"0 0 1 1 re f\n"), name="x.pdf")
    first = stamps.stamped(stored, MARK)
    for path in stored_in(f"{cast.agency.pk}/stamped"):
        default_storage.delete(path)
    assert len(stamps.stamped(stored, MARK)) == len(first)


def test_old_copies_are_cleared_and_papers_stay(cast: Cast) -> None:
    folder = f"{cast.agency.pk}/stamped"
    stamps.clear_stamped(cast.agency.pk)
    stored = letterhead.store(paper_of(b"0 0 1 1 re f\n"), name="x.pdf")
    stamps.stamped(stored, MARK)
    [kept] = set(stored_in(folder))
    stamps.stamped(stored, "KHÁC")
    old = (clock.now() - stamps.KEPT).timestamp() - 60
    os.utime(default_storage.path(kept), (old, old))
    assert stamps.clear_stamped(cast.agency.pk) == 1
    assert kept not in stored_in(folder)
    assert len(stored_in(folder)) == 1
    assert default_storage.exists(stored.path)


def test_what_cannot_be_stamped_is_said_in_words(
    cast: Cast, client_of: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = approved(cast)
    render_version_pdf(cast.agency.pk, first.pk)
    signed_again(cast, first)
    monkeypatch.setattr(confinement, "WAIT", 0.001)
    for _ in range(2):
        answer = client_of(cast.tuan).get("/tan-hoa/documents/QT.TP.01/versions/1.0.pdf")
        assert answer.status_code == 409
        assert "too large or too unusual" in answer.content.decode() or "không đóng dấu được" in answer.content.decode()
    assert Version.objects.get(pk=first.pk).pdf is not None
