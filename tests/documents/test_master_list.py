"""The master list: found without accents, filtered, exported."""

import io
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from documents import actions
from documents.content import Content
from documents.models import Document
from tests.cast import Cast
from tests.documents.library import approved, draft, next_draft, submitted

BASE = "/tan-hoa/documents/"


@pytest.fixture
def shelf(cast: Cast, client_of: Callable[..., Client]) -> Client:
    """One in force with a draft beside it, one in review, one draft of another kind."""
    next_draft(cast, approved(cast))
    submitted(cast, code="QT.TP.02", title="Xác nhận tình trạng hôn nhân")
    text = Content(text="Phục vụ.")
    actions.create_document(
        "policy", "CSCL", '=HYPERLINK("x")', cast.units["tan-hoa/Văn phòng"], by=cast.khanh, content=text
    )
    return client_of(cast.tuan)


def codes(client: Client, query: str = "") -> list[str]:
    return [row.code for band in client.get(BASE + query).context["bands"] for row in band.rows]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["CSCL", "QT.TP.01", "QT.TP.02"]),
        ("?q=dang ky", ["QT.TP.01"]),
        ("?q=HÔN nhan", ["QT.TP.02"]),
        ("?q=tp.02", ["QT.TP.02"]),
        ("?q=1.001193", ["QT.TP.01", "QT.TP.02"]),
        ("?q=khong co", []),
        ("?kind=policy", ["CSCL"]),
        ("?state=in_force", ["QT.TP.01"]),
        ("?state=draft", ["CSCL", "QT.TP.01"]),
        ("?state=in_review", ["QT.TP.02"]),
        ("?state=withdrawn", []),
        ("?state=king&kind=x&unit=abc&page=99", ["CSCL", "QT.TP.01", "QT.TP.02"]),
        ("?q=%00", ["CSCL", "QT.TP.01", "QT.TP.02"]),
        ("?q=%25_%27--", []),
    ],
)
def test_what_is_found(shelf: Client, query: str, found: list[str]) -> None:
    assert codes(shelf, query) == found


def test_the_version_that_counts_is_shown_and_the_open_one_named(shelf: Client) -> None:
    row = next(row for band in shelf.get(BASE).context["bands"] for row in band.rows if row.code == "QT.TP.01")
    assert (row.number, row.state.tone, row.services, row.read) == ("01/00", "ok", "1.001193", "0/6")
    assert "01/01" in row.note


def test_excel_holds_the_filtered_rows_and_no_formula(shelf: Client) -> None:
    response = shelf.get(BASE + "?as=xlsx")
    sheet = load_workbook(io.BytesIO(response.content)).active
    rows = list(sheet.iter_rows(min_row=2))
    assert [row[0].value for row in rows] == ["CSCL", "QT.TP.01", "QT.TP.02"]
    assert (rows[0][1].value, rows[0][1].data_type) == ('=HYPERLINK("x")', "s")
    assert len(list(load_workbook(io.BytesIO(shelf.get(BASE + "?as=xlsx&kind=policy").content)).active.rows)) == 2


def test_csv_is_utf8_with_mark_and_no_formula(shelf: Client) -> None:
    content = shelf.get(BASE + "?as=csv").content
    assert content.startswith(b"\xef\xbb\xbf")
    assert "'=HYPERLINK" in content.decode()
    assert "Xác nhận tình trạng hôn nhân" in content.decode()


def test_the_whole_list_is_counted_once(shelf: Client) -> None:
    """Unfiltered, the counts by kind are the total; the order by kind is one function, not a case for each."""
    with CaptureQueriesContext(connection) as asked:
        assert shelf.get(BASE).context["total"] == 3
    assert not [line for line in asked if line["sql"].startswith("SELECT COUNT(*)")]
    assert "CASE" not in str(Document.objects.in_order().query)
    page = shelf.get(f"{BASE}?kind=policy").context
    assert (page["found"], page["total"]) == (1, 3)


def test_whoever_sees_every_document_is_not_asked_about(cast: Cast) -> None:
    for member, asked in ((cast.khanh, False), (cast.tuan, True)):
        assert ("documents_hidden" in str(Document.objects.visible_to(member).query)) is asked
        assert ("restricted" in str(Document.objects.visible_to(member).query)) is False


def test_the_pager_keeps_the_filter(cast: Cast, client_of: Callable[..., Client]) -> None:
    for number in range(53):
        draft(cast, code=f"QT.{number:03}")
    page = client_of(cast.ha).get(BASE + "?state=draft")
    assert (page.context["shown"], page.context["found"]) == (50, 53)
    assert "?state=draft&amp;page=2" in page.content.decode()
    assert Document.objects.count() == 53


def test_by_title_in_vietnamese_order(cast: Cast, client_of: Callable[..., Client]) -> None:
    for number, title in enumerate(["Đất đai", "Dân số", "Ăn uống", "Ấn phẩm", "An ninh", "Dạ hội", "Da giày"], 1):
        actions.create_document("form", f"BM.{number:02}", title, None, by=cast.ha, content=Content(text="x"))
    (band,) = client_of(cast.ha).get(BASE + "?sort=title").context["bands"]
    assert [row.title for row in band.rows] == [
        "An ninh", "Ăn uống", "Ấn phẩm", "Da giày", "Dạ hội", "Dân số", "Đất đai",
    ]  # fmt: skip
