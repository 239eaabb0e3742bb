"""The pages of internal audits: what they show to whom, bad input, strangers, query counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audits import actions
from audits.models import Answer, Audit, AuditState, Finding
from audits.tasks import render_report
from documents.models import Clause
from tests.audits.stage import answered, begun, clauses, closed, in_force_clauses, justice, planned, question
from tests.cast import Cast

Door = Callable[[Any], Client]
ADDRESSES = [
    "",
    "edit/",
    "begin/",
    "cancel/",
    "checklist/",
    "findings/new/",
    "close/",
    "report/",
    "activity/",
    "report.pdf",
]


def plan_data(cast: Cast, **changes: Any) -> dict[str, Any]:
    data = {
        "unit": justice(cast).pk,
        "title": "Đợt 2",
        "planned_on": "25/11/2026",
        "lead": cast.mai.pk,
        "team": [cast.bao.pk],
        "scope": "Hộ tịch",
        "clauses": [clause.pk for clause in clauses("8.1", "7.5.3")],
    }
    return data | changes


def answer_data(audit: Audit, number: str, answer: str, note: str = "", **more: str) -> dict[str, str]:
    asked = question(audit, number)
    return {f"q{asked.pk}-answer": answer, f"q{asked.pk}-note": note, "save": str(asked.pk)} | more


def test_a_stranger_finds_nothing(cast: Cast, client_of: Door) -> None:
    audit = answered(cast)
    stranger = client_of(cast.yen)
    for address in ADDRESSES:
        for way in (f"/tan-hoa/audits/{audit.code}/{address}", f"/phu-lam/audits/{audit.code}/{address}"):
            path = way.replace("/report.pdf", "report.pdf") if "//" in way else way
            assert stranger.get(path).status_code == 404, path
            assert stranger.post(path).status_code in {404, 405}, path
    assert stranger.get(f"/phu-lam/audits/{audit.code}/findings/{audit.code}-01/").status_code == 404
    assert client_of(cast.mai).get(f"/tan-hoa/audits/{audit.code}/findings/{audit.code}-01/").status_code == 200


def test_whoever_is_not_signed_in_is_led_to_the_door(cast: Cast) -> None:
    assert Client().get(f"/tan-hoa/audits/{planned(cast).code}/").status_code == 302


def test_planning_through_the_page(cast: Cast, client_of: Door) -> None:
    secretary = client_of(cast.khanh)
    page = secretary.get("/tan-hoa/audits/new/")
    assert page.status_code == 200
    assert len(page.context["form"].fields["clauses"].queryset) == in_force_clauses()
    answer = secretary.post("/tan-hoa/audits/new/", plan_data(cast))
    audit = Audit.objects.get()
    assert answer["Location"] == f"/tan-hoa/audits/{audit.code}/"
    assert (audit.title, audit.scope, audit.lead, audit.questions.count()) == ("Đợt 2", "Hộ tịch", cast.mai, 2)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("unit", "0"),
        ("unit", "x"),
        ("title", ""),
        ("title", "x" * 201),
        ("planned_on", "31/02/2026"),
        ("planned_on", "01/01/0001"),
        ("lead", "99999999999999999999"),
        ("team", ["x"]),
        ("clauses", []),
        ("clauses", ["0"]),
        ("clauses", ["\x00"]),
        ("scope", "x" * 10_001),
    ],
)
def test_bad_input_comes_back_with_its_field(cast: Cast, client_of: Door, field: str, value: Any) -> None:
    page = client_of(cast.khanh).post("/tan-hoa/audits/new/", plan_data(cast, **{field: value}))
    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    assert not Audit.objects.exists()


def test_another_agencys_rows_are_no_choice(cast: Cast, client_of: Door) -> None:
    foreign = plan_data(cast, unit=cast.units["phu-lam/Văn phòng"].pk, lead=cast.yen.pk, team=[cast.lan.pk])
    page = client_of(cast.khanh).post("/tan-hoa/audits/new/", foreign)
    assert sorted(page.context["form"].errors) == ["lead", "team", "unit"]


def test_a_team_of_the_same_unit_comes_back_with_clear_words(cast: Cast, client_of: Door) -> None:
    page = client_of(cast.khanh).post("/tan-hoa/audits/new/", plan_data(cast, unit=cast.units["tan-hoa/Kinh tế"].pk))
    assert "Hoàng Gia Bảo" in page.context["form"].errors["team"][0]


def test_planning_is_refused_to_an_officer(cast: Cast, client_of: Door) -> None:
    officer = client_of(cast.ha)
    assert officer.get("/tan-hoa/audits/new/").status_code == 403
    assert officer.post("/tan-hoa/audits/new/", plan_data(cast)).status_code == 403
    assert not Audit.objects.exists()


def test_the_plan_can_be_changed_through_the_page(cast: Cast, client_of: Door) -> None:
    audit = planned(cast)
    data = plan_data(cast, title="Đợt 1 (sửa)", team=[], clauses=[clauses("4.1")[0].pk])
    assert client_of(cast.khanh).post(f"/tan-hoa/audits/{audit.code}/edit/", data).status_code == 302
    audit.refresh_from_db()
    assert (audit.title, audit.team.count(), audit.questions.count()) == ("Đợt 1 (sửa)", 0, 1)
    assert client_of(cast.ha).get(f"/tan-hoa/audits/{audit.code}/edit/").status_code == 403


def test_begin_cancel_and_close_are_posted_and_get_changes_nothing(cast: Cast, client_of: Door) -> None:
    audit = planned(cast)
    lead, secretary = client_of(cast.mai), client_of(cast.khanh)
    assert lead.get(f"/tan-hoa/audits/{audit.code}/begin/").status_code == 200
    assert Audit.objects.get().state == AuditState.PLANNED
    assert secretary.get(f"/tan-hoa/audits/{audit.code}/begin/").status_code == 403
    assert secretary.post(f"/tan-hoa/audits/{audit.code}/begin/").status_code == 403
    assert lead.post(f"/tan-hoa/audits/{audit.code}/begin/").status_code == 302
    assert lead.post(f"/tan-hoa/audits/{audit.code}/begin/").status_code == 409
    assert secretary.post(f"/tan-hoa/audits/{audit.code}/cancel/", {"reason": ""}).status_code == 200
    assert secretary.post(f"/tan-hoa/audits/{audit.code}/cancel/", {"reason": "Bão"}).status_code == 302
    assert Audit.objects.get().state == AuditState.CANCELLED
    assert lead.get(f"/tan-hoa/audits/{audit.code}/close/").status_code == 409


def test_one_answer_is_saved_and_the_page_opens_there_again(cast: Cast, client_of: Door) -> None:
    audit = begun(cast)
    asked = question(audit, "8.1")
    answer = client_of(cast.bao).post(
        f"/tan-hoa/audits/{audit.code}/checklist/", answer_data(audit, "8.1", Answer.CONFORMING, "Xem")
    )
    assert answer["Location"] == f"/tan-hoa/audits/{audit.code}/checklist/#q{asked.pk}"
    asked.refresh_from_db()
    assert (asked.answer, asked.note, asked.answered_by) == (Answer.CONFORMING, "Xem", cast.bao)


def test_one_wrong_answer_keeps_its_entries_and_the_others_are_saved(cast: Cast, client_of: Door) -> None:
    audit = begun(cast)
    wrong = question(audit, "7.3")
    data = (
        answer_data(audit, "7.3", Answer.MAJOR)
        | answer_data(audit, "8.1", Answer.CONFORMING, "Xem 5 hồ sơ")
        | {"save": "all"}
    )
    page = client_of(cast.bao).post(f"/tan-hoa/audits/{audit.code}/checklist/", data)
    assert page.status_code == 200
    assert [form.question.pk for form in page.context["wrong"]] == [wrong.pk]
    assert f'value="major" id="id_q{wrong.pk}-answer_4" checked' in page.content.decode().replace("required ", "")
    assert question(audit, "8.1").note == "Xem 5 hồ sơ"
    assert question(audit, "7.3").answer == ""


def test_a_page_left_open_does_not_overwrite_a_colleague(cast: Cast, client_of: Door) -> None:
    audit = begun(cast)
    client, address = client_of(cast.bao), f"/tan-hoa/audits/{audit.code}/checklist/"
    forms = [item.form for item in client.get(address).context["asked"]]
    stale = {form.add_prefix("seen"): form.stood for form in forms}
    actions.answer(question(audit, "7.3"), Answer.OBSERVATION, "Của Mai", by=cast.mai)

    untouched = stale | answer_data(audit, "8.1", Answer.CONFORMING, "Xem")
    assert client.post(address, untouched).status_code == 302
    assert question(audit, "7.3").note == "Của Mai"

    data = stale | answer_data(audit, "7.3", Answer.CONFORMING, "Của Bảo")
    page = client.post(address, data)
    assert "Của Mai" in str(page.context["wrong"][0].errors)
    assert question(audit, "7.3").note == "Của Mai"

    again = {form.add_prefix("seen"): form["seen"].value() for form in (item.form for item in page.context["asked"])}
    assert client.post(address, again | answer_data(audit, "7.3", Answer.CONFORMING, "Của Bảo")).status_code == 302
    assert question(audit, "7.3").note == "Của Bảo"


def test_the_unit_reads_the_checklist_and_answers_nothing(cast: Cast, client_of: Door) -> None:
    audit = begun(cast)
    head = client_of(cast.thanh)
    page = head.get(f"/tan-hoa/audits/{audit.code}/checklist/")
    assert page.status_code == 200
    assert b'type="radio"' not in page.content
    answer = head.post(f"/tan-hoa/audits/{audit.code}/checklist/", answer_data(audit, "8.1", Answer.CONFORMING))
    assert answer.status_code == 403
    assert question(audit, "8.1").answer == ""


@pytest.mark.parametrize("value", ["nonsense", "\x00", "x" * 5000])
def test_an_answer_nobody_offers_is_refused(cast: Cast, client_of: Door, value: str) -> None:
    audit = begun(cast)
    page = client_of(cast.bao).post(f"/tan-hoa/audits/{audit.code}/checklist/", answer_data(audit, "8.1", value, "x"))
    assert page.status_code == 200
    assert question(audit, "8.1").answer == ""


def test_the_finding_form_begins_with_what_the_question_says(cast: Cast, client_of: Door) -> None:
    audit = begun(cast)
    asked = actions.answer(question(audit, "8.1"), Answer.MINOR, "Bỏ bước 2", by=cast.mai)
    lead = client_of(cast.mai)
    form = lead.get(f"/tan-hoa/audits/{audit.code}/findings/new/?question={asked.pk}").context["form"]
    assert form.initial == {"question": asked.pk, "clause": asked.clause_id, "grade": "minor", "evidence": "Bỏ bước 2"}
    data = form.initial | {"description": "Hồ sơ bỏ bước thẩm định"}
    assert lead.post(f"/tan-hoa/audits/{audit.code}/findings/new/", data).status_code == 302
    assert Finding.objects.get().question == asked


@pytest.mark.parametrize("value", ["x", "-1", "9" * 30, "0", "²"])
def test_a_strange_question_begins_with_nothing(cast: Cast, client_of: Door, value: str) -> None:
    page = client_of(cast.mai).get(f"/tan-hoa/audits/{begun(cast).code}/findings/new/", {"question": value})
    assert page.status_code == 200
    assert page.context["form"].initial == {}


def test_a_finding_without_evidence_or_of_another_clause_comes_back(cast: Cast, client_of: Door) -> None:
    audit = begun(cast)
    data = {
        "question": question(audit, "8.1").pk,
        "clause": clauses("7.3")[0].pk,
        "grade": "major",
        "description": "x",
        "evidence": "",
    }
    page = client_of(cast.mai).post(f"/tan-hoa/audits/{audit.code}/findings/new/", data)
    assert sorted(page.context["form"].errors) == ["clause", "evidence"]
    assert not Finding.objects.exists()


def test_closing_too_early_names_what_is_missing_and_keeps_the_conclusion(cast: Cast, client_of: Door) -> None:
    audit = begun(cast)
    page = client_of(cast.mai).post(f"/tan-hoa/audits/{audit.code}/close/", {"conclusion": "Phù hợp cả"})
    assert "1, 2, 3, 4" in page.context["form"].non_field_errors()[0]
    assert "Phù hợp cả" in page.content.decode()
    assert Audit.objects.get().state == AuditState.IN_PROGRESS


def test_signs_of_formality_are_shown_to_the_lead_and_not_to_the_unit(cast: Cast, client_of: Door) -> None:
    audit = begun(cast)
    for asked in audit.questions.all():
        actions.answer(asked, Answer.CONFORMING, "", by=cast.mai)
    lead = client_of(cast.mai)
    for page in (lead.get(f"/tan-hoa/audits/{audit.code}/"), lead.get(f"/tan-hoa/audits/{audit.code}/close/")):
        assert len(page.context["signs"]) == 3
    assert client_of(cast.thanh).get(f"/tan-hoa/audits/{audit.code}/").context["signs"] == []


def test_the_report_page_says_how_far_the_worker_is_then_serves_the_stored_file(cast: Cast, client_of: Door) -> None:
    audit = closed(cast)
    reader, address = client_of(cast.thanh), f"/tan-hoa/audits/{audit.code}/report/"
    waiting = reader.get(address)
    assert b'http-equiv="refresh"' in waiting.content
    assert reader.get(f"/tan-hoa/audits/{audit.code}/report.pdf").status_code == 404
    render_report(cast.agency.pk, audit.pk)
    audit.refresh_from_db()
    page = reader.get(address)
    assert audit.report.sha256 in page.content.decode()
    assert b'http-equiv="refresh"' not in page.content
    file = reader.get(f"/tan-hoa/audits/{audit.code}/report.pdf")
    assert file["Content-Type"] == "application/pdf"
    assert b"".join(file.streaming_content)[:5] == b"%PDF-"


def test_a_lost_job_is_said_and_can_be_asked_for_again(
    cast: Cast, client_of: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit = closed(cast)
    monkeypatch.setattr("audits.reports.PATIENCE", audit.closed_at - audit.closed_at)
    lead, address = client_of(cast.mai), f"/tan-hoa/audits/{audit.code}/report/"
    page = lead.get(address)
    assert page.context["is_lost"]
    assert b'http-equiv="refresh"' not in page.content
    assert lead.post(address).status_code == 302


def test_the_list_filters_and_bad_filters_show_everything(cast: Cast, client_of: Door) -> None:
    planned(cast)
    closed(cast)
    reader = client_of(cast.ha)

    def shown(query: str) -> list[str]:
        return [audit.code for audit in reader.get(f"/tan-hoa/audits/{query}").context["page"]]

    assert shown("") == ["DGNB-2026-02", "DGNB-2026-01"]
    assert shown("?year=2026&state=closed") == ["DGNB-2026-02"]
    assert shown("?state=cancelled") == []
    assert shown("?year=x&state=%00&unit=-1&page=zz") == ["DGNB-2026-02", "DGNB-2026-01"]


def queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def test_query_counts_do_not_grow_with_rows(cast: Cast, client_of: Door) -> None:
    few = answered(cast)
    reader = client_of(cast.mai)
    pages = ["", f"{few.code}/", f"{few.code}/checklist/", f"{few.code}/activity/", f"{few.code}/close/"]
    before = [queries(reader, f"/tan-hoa/audits/{page}") for page in pages]
    every = list(Clause.objects.filter(edition__is_default=True, assessable=True))
    many = begun(cast, clauses=every)
    for asked in many.questions.select_related("clause"):
        actions.answer(asked, Answer.MINOR, "Thấy", by=cast.mai)
        actions.find(many, asked.clause, Answer.MINOR, "x", "y", by=cast.mai, question=asked)
    for _ in range(5):
        planned(cast)
    after = [queries(reader, f"/tan-hoa/audits/{page.replace(few.code, many.code)}") for page in pages]
    proofs = 6  # sources of proof the longer checklist has and the short one has not
    assert [after[0], after[1], after[3], after[4]] == [before[0], before[1], before[3], before[4]]
    assert after[2] <= before[2] + proofs
