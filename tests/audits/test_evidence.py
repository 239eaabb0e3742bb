"""The evidence matrix: documents, records, gaps in words, as a page and as a file."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from audits.evidence import Line, matrix_of
from documents import actions, clauses
from documents.models import Clause, Kind, StandardEdition
from tenants import clock
from tenants.models import Member
from tests.audits.stage import closed
from tests.cast import Cast
from tests.office import BIRTH, in_force, received

Door = Callable[[Member], Client]


def edition() -> StandardEdition:
    return StandardEdition.objects.get(is_default=True)


def lines() -> dict[str, Line]:
    reader = Member.objects.at_work().in_role("iso_secretary").get()
    return {line.clause.number: line for line in matrix_of(edition(), reader).lines}


def clause(number: str) -> Clause:
    return Clause.objects.get(edition__is_default=True, number=number)


def signed(cast: Cast, kind: str, code: str, title: str) -> None:
    version = actions.create_document(
        kind, code, title, None, by=cast.ha, content=dataclasses.replace(BIRTH, text="Nội dung")
    )
    actions.review(actions.submit(version, by=cast.ha), by=cast.oanh)
    actions.approve(version, by=cast.duc, effective_from=clock.today())


def test_an_agency_with_nothing_reads_what_each_clause_asks_for(cast: Cast) -> None:
    found = lines()
    assert len(found) == 50
    gap = found["9.3.2"].gap
    assert gap.startswith("9.3.2 ")
    assert clause("9.3.2").asks in gap
    assert found["9.3.2"].tone == "late"


def test_documents_stand_by_their_kind_their_title_and_what_was_named(cast: Cast) -> None:
    signed(cast, Kind.POLICY, "CS.01", "Chính sách chất lượng")
    signed(cast, Kind.SYSTEM_PROCEDURE, "QT.HT.05", "Xem xét của lãnh đạo")
    version = in_force(cast)
    clauses.name_clauses(version.document, [clause("7.2")], by=cast.khanh)
    found = lines()
    assert [row.title for row in found["5.2"].documents] == ["CS.01 Chính sách chất lượng"]
    assert (
        [row.title for row in found["9.3.1"].documents]
        == [row.title for row in found["9.3.3"].documents]
        == ["QT.HT.05 Xem xét của lãnh đạo"]
    )
    assert [(row.title, row.said) for row in found["7.2"].documents] == [("QT.TP.01 Đăng ký khai sinh", True)]
    assert found["9.3.2"].gap == ""
    assert found["7.1.5"].gap


def test_a_draft_is_no_evidence(cast: Cast) -> None:
    actions.create_document(Kind.POLICY, "CS.01", "Chính sách", None, by=cast.ha)
    assert lines()["5.2"].documents == []


def test_records_of_the_year_stand_beside_the_clause_they_prove(cast: Cast) -> None:
    version = in_force(cast)
    received(cast, version.document)
    closed(cast)
    found = lines()
    assert found["8.5.1"].tone == "ok"
    assert any("1" in record.words for record in found["8.5.1"].records)
    assert found["9.2"].records
    assert found["7.5.2"].records
    assert not found["8.7"].records  # nothing was late


def test_what_does_not_apply_is_no_gap_and_own_words_are_not_evidence(cast: Cast) -> None:
    clauses.note_clause(clause("8.3"), applies=False, words="Không thiết kế dịch vụ", by=cast.khanh)
    clauses.note_clause(clause("4.1"), applies=True, words="Họp mỗi quý", by=cast.khanh)
    found = lines()
    assert found["8.3"].gap == ""
    assert found["4.1"].gap
    assert "8.3" not in {line.clause.number for line in matrix_of(edition(), cast.khanh, only_gaps=True).lines}


def test_the_page_the_gaps_alone_and_the_file(cast: Cast, client_of: Door, django_assert_max_num_queries: Any) -> None:
    version = in_force(cast)
    for number in range(3):
        received(cast, version.document, name=f"Người {number}")
    client = client_of(cast.tuan)
    with django_assert_max_num_queries(32):
        page = client.get("/tan-hoa/evidence/").content.decode()
    assert "QT.TP.01" in page
    assert clause("9.3.2").asks_en in page or clause("9.3.2").asks_vi in page
    gaps = client.get("/tan-hoa/evidence/?gaps=1").content.decode()
    assert "QT.TP.01" not in gaps
    book = load_workbook(io.BytesIO(client.get("/tan-hoa/evidence/?as=xlsx").content)).active
    assert book is not None
    rows = list(book.iter_rows(values_only=True))
    assert len(rows) == 51
    assert any("QT.TP.01" in str(row[3]) for row in rows)
    assert client.get("/tan-hoa/evidence/?edition=tcvn-iso-18091-2020").status_code == 200
    for wrong in ("none", "%00", "x" * 300):
        assert client.get(f"/tan-hoa/evidence/?edition={wrong}").status_code in {200, 404}


def test_of_another_edition_nothing_is_said_to_lack(cast: Cast, client_of: Door) -> None:
    closed(cast)
    old = StandardEdition.objects.get(code="tcvn-iso-9001-2008")
    matrix = matrix_of(old, cast.khanh)
    assert matrix.lines
    assert {(line.gap, line.tone, line.state) for line in matrix.lines} == {
        ("", "", _("not assessed for this edition"))
    }
    page = client_of(cast.khanh).get("/tan-hoa/evidence/?edition=tcvn-iso-9001-2008").content.decode()
    assert "nothing yet" not in page
    assert "chưa có gì" not in page
    assert not matrix.gaps


def test_another_agencys_documents_and_records_are_not_counted(cast: Cast) -> None:
    signed(cast, Kind.POLICY, "CS.01", "Chính sách chất lượng")
    with cast.other.active():
        assert lines()["5.2"].documents == []
