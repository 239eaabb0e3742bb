"""The pages of the register of legal texts: entering, correcting, listing, searching."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pypdf import PdfReader

from documents.law_models import LegalUpdate, OwnLegalText
from documents.law_register import entries, texts_of
from qms import search
from tenants import clock
from tests.cast import Cast
from tests.documents.legal import NEW, OLD, Door, at_work, change, entered
from tests.documents.library import approved
from tests.office import office_time


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    yield from at_work()


def test_a_text_is_entered_on_its_page_and_the_document_says_what_to_do(cast: Cast, client_of: Door) -> None:
    approved(cast)
    client = client_of(cast.khanh)
    answer = client.post("/tan-hoa/legal-documents/new/", entered(), follow=True)
    assert answer.redirect_chain[0][0].endswith("/legal-documents/335-2026-nd-cp/")
    text = OwnLegalText.objects.get()
    assert text.replaces == [OLD]
    with clock.at(office_time("2027-01-15")):
        page = client.get("/tan-hoa/documents/QT.TP.01/").content.decode()
        assert OLD in page
        assert re.search("10 (ngày|days)", page)
        register = client.get("/tan-hoa/legal-documents/?late=1").content.decode()
        assert "QT.TP.01" in register
    waived = client.post(
        f"/tan-hoa/legal-documents/updates/{LegalUpdate.objects.get().pk}/no-change/", {"reason": "Không đổi"}
    )
    assert waived.status_code == 302
    assert LegalUpdate.objects.get().state == "not_needed"


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "luật"}, {"number": "x" * 80}, {"number": "new"}, {"title": ""}, {"effective_from": ""}, {"effective_from": "31/02/2026"},
        {"effective_from": "01/01/1800"}, {"effective_to": "01/01/2020"}, {"replaces": NEW}, {"repeals": OLD},
        {"replaces": "\n".join(f"{n}/2020/NĐ-CP" for n in range(80))},
        {"replaces": "!!!"}, {"kind": "none"}, {"number": "1/2026/NĐ-CP\0"},
    ],
)  # fmt: skip
def test_bad_entries_go_back_into_the_form(cast: Cast, client_of: Door, wrong: dict[str, str]) -> None:
    answer = client_of(cast.khanh).post("/tan-hoa/legal-documents/new/", entered(**wrong))
    assert answer.status_code == 200
    assert not OwnLegalText.objects.exists()


def test_an_entry_is_corrected_on_its_page(cast: Cast, client_of: Door) -> None:
    approved(cast)
    change(cast)
    address = "/tan-hoa/legal-documents/335-2026-nd-cp/edit/"
    assert client_of(cast.ha).get(address).status_code == 403
    client = client_of(cast.khanh)
    assert OLD in client.get(address).content.decode()
    data = entered(effective_from="30/11/2026")
    assert client.post(address, data).status_code == 302
    assert LegalUpdate.objects.get().due_on == dt.date(2027, 2, 28)


def test_the_list_filters_without_accents_and_comes_as_a_file(cast: Cast, client_of: Door) -> None:
    change(cast)
    client = client_of(cast.ha)
    assert NEW in client.get("/tan-hoa/legal-documents/?q=ho+tich").content.decode()
    assert NEW not in client.get("/tan-hoa/legal-documents/?q=dat+dai").content.decode()
    for effect, there in (("now", True), ("ahead", False), ("ended", False)):
        assert (NEW in client.get(f"/tan-hoa/legal-documents/?effect={effect}").content.decode()) is there
    assert client.get("/tan-hoa/legal-documents/?as=xlsx")["Content-Type"].endswith("sheet")
    assert NEW in client.get("/tan-hoa/legal-documents/?as=csv").content.decode()
    assert "as=pdf" in client.get("/tan-hoa/legal-documents/").content.decode()
    paper = client.get("/tan-hoa/legal-documents/?q=ho+tich&as=pdf")
    assert paper["Content-Type"] == "application/pdf"
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.content)).pages)
    assert NEW in words
    assert "123/2015" in words


@pytest.mark.parametrize(
    ("typed", "there"),
    [
        ("123/2015", True), ("nghị định 123/2015", True), ("Nghị định số 0123/2015/NĐ-CP", True), ("123/2015/NĐ–CP", True), ("nghi dinh 123", True),
        ("hộ tịch chính phủ", True), ("Luật Hộ tịch", True), ("so 123", True), ("123/2015/ND-CP", True), ("23/2015", False),
        ("thông tư 123/2015", False),
        ("hộ tịch 124", False), ("\u0300\u0301", False), ("%%", False), ("__", False),
    ],
)  # fmt: skip
def test_search_and_list_find_a_text_by_the_same_words(cast: Cast, client_of: Door, typed: str, there: bool) -> None:
    change(cast, number=OLD, kind="decree", replaces=[])
    client = client_of(cast.ha)
    with translation.override("vi"):
        sorts = search.find(cast.ha, typed)
    assert bool(sorts) is there, sorts
    page = client.get("/tan-hoa/legal-documents/", {"q": typed}).content.decode()
    assert ("123-2015-nd-cp" in page) is there


def test_a_text_in_both_registers_stands_once_as_the_agency_entered_it(cast: Cast, client_of: Door) -> None:
    with cast.dost.active():
        change(cast, by=cast.ngoc, shared=True, title="Bản của tỉnh")
        change(cast, by=cast.ngoc, shared=True, number="7/2026/NĐ-CP", title="Chỉ của tỉnh", replaces=[])
    change(cast, title="Bản của xã")
    page = client_of(cast.ha).get("/tan-hoa/legal-documents/").content.decode()
    assert [words in page for words in ("Bản của tỉnh", "Chỉ của tỉnh", "Bản của xã")] == [False, True, True]
    found = [hit.url for sort in search.find(cast.ha, "của 2026") for hit in sort.hits]
    assert found == ["/legal-documents/7-2026-nd-cp/", "/legal-documents/335-2026-nd-cp/"]
    with cast.other.active():
        assert {text.title for text in texts_of(entries())} == {"Bản của tỉnh", "Chỉ của tỉnh"}


def test_the_list_loads_one_page_and_stands_in_its_order(cast: Cast, client_of: Door) -> None:
    """The newest effect first, what has no day last."""
    OwnLegalText.objects.bulk_create(
        OwnLegalText(number=f"{n}/2020/QĐ-UBND", code=f"{n}-2020-qd-ubnd", title="x", effective_from=day)
        for n, day in [(n, dt.date(2020, 1, 1) + dt.timedelta(days=n)) for n in range(1, 61)] + [(99, None)]
    )
    client = client_of(cast.ha)
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/tan-hoa/legal-documents/")
    assert [row.number for row in page.context["rows"]] == [f"{n}/2020/QĐ-UBND" for n in range(60, 10, -1)]
    loaded = [query["sql"] for query in queries if '"documents_ownlegaltext"."title"' in query["sql"]]
    assert [sql.partition('"id" IN (')[2].partition(")")[0].count(",") + 1 for sql in loaded if '"id" IN (' in sql] == [
        50
    ]
    page = client.get("/tan-hoa/legal-documents/?page=2")
    assert [row.number for row in page.context["rows"]] == [f"{n}/2020/QĐ-UBND" for n in [*range(10, 0, -1), 99]]


def test_the_page_of_a_text_loads_no_contents_and_asks_the_same_number_of_questions(
    cast: Cast, client_of: Door
) -> None:
    change(cast, number=OLD, replaces=[])
    client = client_of(cast.khanh)
    asked = []
    for number in range(4):
        approved(cast, code=f"QT.TP.{number}")
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/tan-hoa/legal-documents/123-2015-nd-cp/").content.decode()
        assert f"QT.TP.{number}" in page
        asked.append(len(queries))
        assert not any('"documents_version"."content"' in query["sql"] for query in queries)
    assert asked[1] == asked[3]
