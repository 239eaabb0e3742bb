"""The PDF of a version: rendered once when it is issued, stored with its hash, served from then on."""

import hashlib
import io

import pytest
from django.core.files.storage import default_storage
from pypdf import PdfReader

from documents.models import Version
from documents.papers import public_address, render_version_pdf, render_waiting_versions
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
        "tan-hoa/p/QT.TP.01",
    ):
        assert words in text, words
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


def test_the_qr_code_leads_residents_to_the_procedure(cast: Cast) -> None:
    version = approved(cast)
    assert public_address(version) == "http://127.0.0.1:8000/tan-hoa/p/QT.TP.01"
    version.document.kind = "policy"
    assert public_address(version) == "http://127.0.0.1:8000/tan-hoa/documents/QT.TP.01/"
