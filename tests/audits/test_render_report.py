"""The report: rendered once by a worker, stored with its hash, never again."""

from __future__ import annotations

import hashlib
import io
import threading

import pytest
from django.core.files.storage import default_storage
from django.db import connections
from pypdf import PdfReader

from audits import actions, tasks
from audits.models import Answer, Audit
from audits.reports import chart_of, report_of
from audits.tasks import render_report, render_waiting_reports
from tenants import letterhead
from tenants.models import JournalEntry, StoredFile
from tenants.transitions import NotPossible
from tests import cast as the_cast
from tests.audits.stage import answered, closed
from tests.cast import Cast


def rendered(cast: Cast) -> Audit:
    audit = closed(cast)
    render_report(cast.agency.pk, audit.pk)
    audit.refresh_from_db()
    return audit


def test_the_file_is_stored_with_the_hash_of_its_bytes(cast: Cast) -> None:
    audit = rendered(cast)
    content = default_storage.open(audit.report.path).read()
    assert audit.report.sha256 == hashlib.sha256(content).hexdigest()
    assert (audit.report.size, audit.report.name) == (len(content), "DGNB-2026-01.pdf")
    line = JournalEntry.objects.about(audit).first()
    assert (line.verb, line.by) == ("report_stored", cast.agency.clock())
    assert line.details == {"sha256": audit.report.sha256, "data": report_of(audit).sha256}


def test_the_report_reads_back_in_vietnamese(cast: Cast) -> None:
    audit = rendered(cast)
    pdf = PdfReader(io.BytesIO(default_storage.open(audit.report.path).read()))
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    assert len(pdf.pages) == 2
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "UBND XÃ TÂN HÒA",
        "Số: DGNB-2026-01/BC-TH",
        "BÁO CÁO",
        "Bên được đánh giá: Tư pháp – Hộ tịch.",
        "Ngô Thị Mai, Công chức Văn phòng (trưởng đoàn); Hoàng Gia Bảo, Công chức Kinh tế",
        "Bản hết hiệu lực còn dùng",
        "Bằng chứng: Bản in 02/00 ở quầy 2",
        "Còn một điểm không phù hợp nhẹ./.",
        "TRƯỞNG ĐOÀN ĐÁNH GIÁ",
        report_of(audit).sha256,
    ):
        assert words in text, words
    assert pdf.metadata.title == "Báo cáo đánh giá nội bộ DGNB-2026-01"


def test_rendering_again_gives_the_same_file(cast: Cast) -> None:
    audit = rendered(cast)
    assert render_report(cast.agency.pk, audit.pk) == audit.report.sha256
    assert StoredFile.objects.count() == 1


def test_a_worker_killed_while_storing_leaves_nothing_and_the_next_makes_one_file(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = the_cast.build()
    with cast.agency.active():
        audit = closed(cast)
    whole = letterhead.store

    def dies(*args: object, **kwargs: object) -> None:
        whole(*args, **kwargs)
        raise SystemExit("killed")

    monkeypatch.setattr(tasks.letterhead, "store", dies)
    with pytest.raises(SystemExit):
        render_report(cast.agency.pk, audit.pk)
    monkeypatch.undo()
    with cast.agency.active():
        assert not StoredFile.objects.exists()
    render_report(cast.agency.pk, audit.pk)
    with cast.agency.active():
        assert StoredFile.objects.count() == 1


def test_two_workers_at_once_make_one_file(committed: None) -> None:
    cast = the_cast.build()
    with cast.agency.active():
        audit = closed(cast)
    start, hashes = threading.Barrier(2), []

    def work() -> None:
        start.wait()
        hashes.append(render_report(cast.agency.pk, audit.pk))
        connections.close_all()

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    with cast.agency.active():
        assert StoredFile.objects.count() == 1
        assert JournalEntry.objects.about(audit).filter(verb="report_stored").count() == 1
    assert len(hashes) == 2
    assert len(set(hashes)) == 1


def test_the_sweep_queues_only_what_waits(cast: Cast) -> None:
    rendered(cast)
    answered(cast)
    assert render_waiting_reports(cast.agency.pk) == 0
    closed(cast)
    assert render_waiting_reports(cast.agency.pk) == 1


def test_an_open_audit_has_no_report(cast: Cast) -> None:
    audit = answered(cast)
    with pytest.raises(ValueError, match="not closed"):
        render_report(cast.agency.pk, audit.pk)
    with pytest.raises(NotPossible):
        actions.render_again(audit, by=cast.mai)


def test_asking_again_for_a_stored_report_is_refused(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        actions.render_again(rendered(cast), by=cast.mai)


def test_the_hash_of_the_data_changes_with_any_word(cast: Cast) -> None:
    audit = closed(cast)
    before = report_of(audit).sha256
    assert report_of(audit).sha256 == before
    audit.conclusion = "Khác"
    assert report_of(audit).sha256 != before


def test_the_chart_counts_each_answer_once() -> None:
    chart = chart_of([Answer.CONFORMING, Answer.CONFORMING, Answer.MAJOR, ""])
    assert [(bar.count, bar.width) for bar in chart.bars] == [(2, 390), (0, 0), (0, 0), (0, 0), (1, 195), (0, 0)]
