"""The PDF of a version: rendered once when it is issued, stored with its hash, served from then on."""

import hashlib
import io

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import translation
from pypdf import PdfReader

from documents import actions
from documents.models import Version
from documents.papers import public_address, render_version_pdf, render_waiting_versions, stored
from tenants.models import JournalEntry, StoredFile
from tests.cast import Cast
from tests.documents.library import approved, draft, signed_again, submitted


def test_the_paper_says_who_signed_what_and_when(cast: Cast) -> None:
    version = signed_again(cast, approved(cast))
    assert render_version_pdf(cast.agency.pk, version.pk) is True
    version.refresh_from_db()
    content = default_storage.open(version.pdf.path).read()
    assert hashlib.sha256(content).hexdigest() == version.pdf.sha256
    paper = PdfReader(io.BytesIO(content))
    text = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "UBND XÃ TÂN HÒA",
        "ĐĂNG KÝ KHAI SINH",
        "QT.TP.01",
        "Lê Thu Hà",
        "Nguyễn Thị Kim Oanh",
        "Trần Văn Đức",
        "YC-2026-11, công chức Hộ tịch",
        "01/01",
        "Thẩm tra, dự thảo Giấy khai sinh",
        "60/2014/QH13",
        version.sha256[:4] + " " + version.sha256[4:8],
    ):
        assert words in text, words
    assert "tan-hoa/public/check/QT.TP.01/1.1/" + version.sha256[:16] in text.replace(" ", "")
    assert paper.metadata is not None
    assert (paper.metadata.title, paper.metadata.author) == ("QT.TP.01 Đăng ký khai sinh (01/01)", "UBND xã Tân Hòa")
    assert version.sha256 in str(paper.metadata.subject)


def test_rendering_twice_stores_one_file(cast: Cast) -> None:
    version = approved(cast)
    assert render_version_pdf(cast.agency.pk, version.pk) is True
    assert render_version_pdf(cast.agency.pk, version.pk) is False
    assert StoredFile.objects.count() == 1
    assert [line.by.is_clock for line in JournalEntry.objects.filter(verb="rendered")] == [True]


@pytest.mark.parametrize("make", [draft, submitted])
def test_what_is_not_issued_has_no_paper(cast: Cast, make) -> None:
    version = make(cast)
    assert render_version_pdf(cast.agency.pk, version.pk) is False
    assert StoredFile.objects.count() == 0


def test_another_agencys_worker_does_not_see_it(cast: Cast) -> None:
    version = approved(cast)
    assert render_version_pdf(cast.other.pk, version.pk) is False
    assert Version.objects.get(pk=version.pk).pdf is None


def test_a_lost_job_is_queued_again(cast: Cast, django_capture_on_commit_callbacks) -> None:
    approved(cast)
    submitted(cast, code="QT.TP.02")
    with django_capture_on_commit_callbacks() as jobs:
        assert render_waiting_versions(cast.agency.pk) == 1
    assert len(jobs) == 1


def test_the_qr_code_leads_to_the_check_of_the_print(cast: Cast) -> None:
    version = approved(cast)
    mark = version.sha256[:16]
    assert public_address(version) == f"http://127.0.0.1:8000/tan-hoa/public/check/QT.TP.01/1.0/{mark}/"


def test_the_paper_is_tagged_and_made_for_the_archive(cast: Cast) -> None:
    version = approved(cast)
    render_version_pdf(cast.agency.pk, version.pk)
    version.refresh_from_db()
    paper = PdfReader(io.BytesIO(stored(version)))
    root = paper.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712  (a PDF object, not a bool)
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "vi"
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    xmp = root["/Metadata"].get_data().decode()
    assert 'part="3"' in xmp
    assert 'conformance="A"' in xmp
    for page in paper.pages:
        assert f"{version.document.code} · 01/00" in page.extract_text()
        for font in page["/Resources"]["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descendant["/FontDescriptor"])


def test_what_is_out_of_force_is_handed_out_with_a_watermark_and_stays_as_stored(cast: Cast, client_of) -> None:
    first = approved(cast)
    render_version_pdf(cast.agency.pk, first.pk)
    client, address = client_of(cast.tuan), "/tan-hoa/documents/QT.TP.01/versions/1.0"
    assert b"".join(client.get(address + ".pdf").streaming_content) == stored(Version.objects.get(pk=first.pk))
    assert "data-mark" not in client.get(address + "/").content.decode()
    signed_again(cast, first)
    first.refresh_from_db()
    handed_out = client.get(address + ".pdf").content
    pages = PdfReader(io.BytesIO(handed_out)).pages
    assert all("BỊ THAY THẾ" in page.extract_text() for page in pages)
    assert len(pages) == len(PdfReader(io.BytesIO(stored(first))).pages)
    assert hashlib.sha256(stored(first)).hexdigest() == first.pdf.sha256
    assert "data-mark=" in client.get(address + "/").content.decode()


def said(words: str) -> str:
    """As the public page says it, which is Vietnamese."""
    with translation.override("vi"):
        return translation.gettext(words)


def test_anybody_with_the_print_learns_whether_it_is_in_force(cast: Cast) -> None:
    first = approved(cast)
    anybody, address = Client(), public_address(first).removeprefix("http://127.0.0.1:8000")
    valid = anybody.get(address).content.decode()
    assert said("Yes. This is the version in force.") in valid
    assert "/tan-hoa/public/procedures/QT.TP.01/" in valid
    assert "Lê Thu Hà" not in valid
    second = signed_again(cast, first)
    assert said("No. A later version is in force; do not work by this print.") in anybody.get(address).content.decode()
    actions.withdraw(second, by=cast.duc, reason="Bãi bỏ")
    over = said("No. This document is no longer in force; do not work by this print.")
    assert over in anybody.get(address).content.decode()


def test_without_the_print_nothing_is_told(cast: Cast) -> None:
    version, waiting = approved(cast), submitted(cast, code="QT.TP.02")
    for code, mark in (
        ("QT.TP.01", "0" * 16),
        ("QT.TP.01", version.sha256),
        ("QT.TP.02", waiting.sha256[:16]),
        ("X", "é"),
    ):
        assert Client().get(f"/tan-hoa/public/check/{code}/1.0/{mark}/").status_code == 404
