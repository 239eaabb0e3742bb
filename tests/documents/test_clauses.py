"""Standards on pages, the clauses a document serves, and what the agency says about a clause."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from documents import actions, clauses
from documents.models import Clause, ClauseNote, Kind, ServedClause
from documents.standard_reports import served_by
from tenants.models import JournalEntry, Member
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast
from tests.documents.library import approved

Door = Callable[[Member], Client]


def clause(number: str) -> Clause:
    return Clause.objects.get(edition__is_default=True, number=number)


def test_kind_and_title_imply_clauses(cast: Cast) -> None:
    def numbers(kind: str, code: str, title: str) -> tuple[str, ...]:
        return clauses.implied(actions.create_document(kind, code, title, None, by=cast.ha).document)

    assert numbers(Kind.POLICY, "CS.01", "Chính sách chất lượng") == ("5.2",)
    assert numbers(Kind.OBJECTIVES, "MT.01", "Mục tiêu năm") == ("6.2",)
    assert numbers(Kind.SYSTEM_PROCEDURE, "QT.HT.09", "Quy trình đánh giá nội bộ") == ("9.2",)
    assert numbers(Kind.SYSTEM_PROCEDURE, "QT.HT.10", "Kiểm soát sự không phù hợp và hành động khắc phục") == (
        "8.7",
        "10.2",
    )
    assert numbers(Kind.FORM, "BM.01", "Phiếu đánh giá nội bộ") == ()


def test_a_document_serves_exactly_the_clauses_named_besides_those_implied(cast: Cast) -> None:
    document = approved(cast).document
    clauses.name_clauses(document, [clause("7.2"), clause("9.2")], by=cast.khanh)
    clauses.name_clauses(document, [clause("9.2"), clause("7.3")], by=cast.khanh)
    clauses.name_clauses(document, [clause("9.2"), clause("7.3")], by=cast.khanh)
    assert [(row["clause"].number, row["said"]) for row in served_by(document)] == [
        ("7.3", True), ("8.1", False), ("8.2.2", False), ("8.5.1", False), ("9.2", True),
    ]  # fmt: skip
    lines = JournalEntry.objects.filter(verb="clauses_named").order_by("pk")
    assert [line.details for line in lines] == [
        {"added": ["7.2", "9.2"], "removed": []},
        {"added": ["7.3"], "removed": ["7.2"]},
    ]
    assert ServedClause.history.filter(history_type="-").count() == 1  # type: ignore[attr-defined]


def test_only_those_who_manage_documents_name_clauses(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        clauses.name_clauses(approved(cast).document, [clause("7.2")], by=cast.ha)


def test_clauses_are_named_on_a_page(cast: Cast, client_of: Door) -> None:
    approved(cast)
    client, address = client_of(cast.khanh), "/tan-hoa/documents/QT.TP.01/clauses/"
    assert "8.5.1" in client.get(address).content.decode()
    assert client.post(address, {"clauses": [clause("7.2").pk]}).status_code == 302
    page = client.get("/tan-hoa/documents/QT.TP.01/").content.decode()
    assert clause("7.2").title_en in page or clause("7.2").title_vi in page
    for wrong in ("0", "x", "99999999", str(clause("7").pk)):
        assert client.post(address, {"clauses": [wrong]}).status_code == 200
    assert client_of(cast.tuan).get(address).status_code == 403


def test_what_the_agency_says_about_a_clause_needs_a_reason_to_exclude_it(cast: Cast, client_of: Door) -> None:
    with pytest.raises(NotPossible):
        clauses.note_clause(clause("8.3"), applies=False, words=" ", by=cast.khanh)
    with pytest.raises(NotAllowed):
        clauses.note_clause(clause("8.3"), applies=False, words="Không thiết kế", by=cast.ha)
    address = "/tan-hoa/standards/tcvn-iso-9001-2015/clauses/8.3/note/"
    client = client_of(cast.khanh)
    assert client.post(address, {"words": ""}).status_code == 200
    assert client.post(address, {"words": "Không thiết kế dịch vụ"}).status_code == 302
    note = ClauseNote.objects.get()
    assert (note.applies, note.words) == (False, "Không thiết kế dịch vụ")
    assert "Không thiết kế dịch vụ" in client.get(address.removesuffix("note/")).content.decode()
    with cast.other.active():
        assert not ClauseNote.objects.exists()
    other = client_of(cast.yen).get("/phu-lam/standards/tcvn-iso-9001-2015/clauses/8.3/").content.decode()
    assert "Không thiết kế dịch vụ" not in other


def test_standards_an_edition_and_a_clause_are_pages(
    cast: Cast, client_of: Door, django_assert_max_num_queries: Any
) -> None:
    client = client_of(cast.ha)
    listed = client.get("/tan-hoa/standards/").content.decode()
    for name in ("TCVN ISO 9001:2008", "TCVN ISO 9001:2015", "ISO 9001:2026", "TCVN ISO 18091:2020"):
        assert name in listed
    with django_assert_max_num_queries(22):
        tree = client.get("/tan-hoa/standards/tcvn-iso-9001-2015/").content.decode()
    for row in Clause.objects.filter(edition__is_default=True):
        assert f"clauses/{row.urn}/" in tree
    former = client.get("/tan-hoa/standards/tcvn-iso-9001-2008/clauses/8.5.3/").content.decode()
    assert "tcvn-iso-9001-2015/clauses/6.1/" in former
    assert client.get("/tan-hoa/standards/none/").status_code == 404
    assert client.get("/tan-hoa/standards/tcvn-iso-9001-2015/clauses/99/").status_code == 404
    assert client.get("/tan-hoa/standards/tcvn-iso-9001-2015/clauses/%00/").status_code == 404
