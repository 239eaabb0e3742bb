"""The whole way of an internal audit through its pages: planned, begun, answered, found, closed, reported."""

from __future__ import annotations

import io
from collections.abc import Callable

from django.test import Client
from pypdf import PdfReader

from audits.models import Answer, Audit, AuditState, Finding
from audits.tasks import render_report, render_waiting_reports
from tenants.models import JournalEntry, Mail, Member
from tests.audits.stage import clauses, justice
from tests.cast import Cast


def test_from_the_plan_to_the_report(cast: Cast, client_of: Callable[[Member], Client]) -> None:
    secretary, lead, auditor, head = (client_of(member) for member in (cast.khanh, cast.mai, cast.bao, cast.thanh))
    plan = {
        "unit": justice(cast).pk,
        "title": "Đánh giá nội bộ đợt 1",
        "planned_on": "25/11/2026",
        "lead": cast.mai.pk,
        "team": [cast.bao.pk],
        "clauses": [clause.pk for clause in clauses("7.5.3", "8.1")],
    }
    record = secretary.post("/tan-hoa/audits/new/", plan)["Location"]
    assert lead.post(f"{record}begin/")["Location"] == record

    first, second = Audit.objects.get().questions.all()
    auditor.post(f"{record}checklist/", {f"q{first.pk}-answer": Answer.CONFORMING, f"q{first.pk}-note": "Đúng bản"})
    auditor.post(f"{record}checklist/", {f"q{second.pk}-answer": Answer.MAJOR, f"q{second.pk}-note": "Bỏ bước 2"})
    assert lead.post(f"{record}close/", {"conclusion": "Chưa phù hợp"}).status_code == 200  # the finding is missing

    form = auditor.get(f"{record}findings/new/?question={second.pk}").context["form"]
    auditor.post(f"{record}findings/new/", form.initial | {"description": "Hồ sơ bỏ bước thẩm định"})
    finding = Finding.objects.get()
    assert head.get(f"{record}findings/{finding.code}/").status_code == 200

    assert lead.post(f"{record}close/", {"conclusion": "Phải khắc phục"})["Location"] == f"{record}report/"
    audit = Audit.objects.get()
    assert audit.state == AuditState.CLOSED

    assert render_waiting_reports(cast.agency.pk) == 1
    render_report(cast.agency.pk, audit.pk)
    file = b"".join(head.get(f"{record}report.pdf").streaming_content)
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages).split())
    assert "Hồ sơ bỏ bước thẩm định" in text
    assert "Phải khắc phục./." in text

    verbs = [entry.verb for entry in JournalEntry.objects.filter(about_type="audits.audit").order_by("pk")]
    assert verbs == ["planned", "team_named", "begin", "close", "report_stored"]
    told = sorted(Mail.objects.filter(key=f"audit-closed-{audit.pk}").values_list("member__name", flat=True))
    assert told == ["Bùi Xuân Thành", "Trần Văn Đức"]
    assert len(head.get(f"{record}activity/").context["history"]) == 8
