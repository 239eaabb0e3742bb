"""Search in documents: diacritics, placement of the tone, prefixes, phrases, mistyped titles, filters, who sees what."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client

from documents import actions, law
from documents.content import Content
from documents.finding import find, show
from documents.models import Kind, SearchText, Version
from tenants import clock
from tenants.models import Member
from tenants.words import plain, sought, spelled
from tests.cast import Cast
from tests.documents.shelf import procedure
from tests.office import BIRTH, in_force, submitted
from tests.tenants.importing import shared


def written(cast: Cast, code: str, title: str, text: str = "") -> Version:
    return actions.create_document(Kind.WORK_INSTRUCTION, code, title, None, by=cast.ha, content=Content(text=text))


def codes(member: Member, typed: str, **chosen: object) -> list[str]:
    found = find(member, typed, chosen)
    return [hit.version.document.code for hit in show(found, found.versions)]


@pytest.fixture
def library(cast: Cast) -> Cast:
    written(cast, "HD.01", "Hòa giải ở cơ sở", "Việc hoà giải tranh chấp đất đai theo Nghị định số 63/2010/NĐ-CP.")
    written(cast, "HD.02", "Hoa va cay canh", "Trong hoa, cây cảnh; không bàn việc khác.")
    written(cast, "HD.03", "Quản lý công trình thuỷ lợi", "Người đứng đầu sử dụng công trình thủy lợi.")
    return cast


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("hoa", ["HD.02", "HD.01"]),  # without diacritics: both; in the title, then by code
        ("hòa", ["HD.01"]),
        ("hoà giải", ["HD.01"]),
        ("HOA\u0300 GIA\u0309I", ["HD.01"]),  # decomposed, capital
        ("thủy lợi", ["HD.03"]),
        ("thuỷ lợi", ["HD.03"]),
        ("thuy loi", ["HD.03"]),
        ("đứng đầ", ["HD.03"]),  # the last word goes on
        ("thủ", ["HD.03"]),  # typed as far as thủ(y)
        ("dung dau", ["HD.03"]),
        ("tranh chấp đất", ["HD.01"]),
        ('"đất đai theo"', ["HD.01"]),
        ('"đất theo"', []),
        ("“chấp đất”", ["HD.01"]),
        ("63/2010/NĐ-CP", ["HD.01"]),
        ("63/2010/nd-cp", ["HD.01"]),
        ("2010/63", []),
        ("hd.02", ["HD.02"]),
        ("giải hòa", ["HD.01"]),  # in any order
        ("hoà giai", ["HD.01"]),  # half without diacritics
        ("cong trinh thuy lo", ["HD.03"]),
        ("khoảnh khắc", []),
        ("'; DROP TABLE x; -- & | ! <-> :*", []),
        ('"', []),
        ("& ! ( ) : * \\", []),
    ],
)
def test_what_is_found(library: Cast, typed: str, expected: list[str]) -> None:
    found = codes(library.ha, typed)
    assert (sorted(found), found[:1]) == (sorted(expected), found[:1] if typed == "hoa" else expected[:1])


def test_one_accent_forgotten_hides_nothing_and_what_is_written_so_comes_first(cast: Cast) -> None:
    written(cast, "HD.01", "Một", "Bố trí bàn và quy định nội bộ về trinh sát.")
    written(cast, "HD.02", "Hai", "Ban hành quy trình nội bộ.")
    written(cast, "HD.03", "Ba", "Quy trình: nội dung. Bộ phận.")
    assert codes(cast.ha, "quy trinh nội bộ") == ["HD.02", "HD.01", "HD.03"]
    assert codes(cast.ha, "quy trình nội bộ") == ["HD.02", "HD.03"]
    assert codes(cast.ha, "ban hành") == ["HD.02"]
    (hit,) = show(found := find(cast.ha, "quy trinh nội bộ"), found.versions[:1])
    assert [piece.text for piece in hit.pieces if piece.marked] == ["quy", "trình", "nội", "bộ"]


@pytest.mark.parametrize("typed", ["quan ly cong trinh thuy loj", "HD03", "hd.3 quan ly", "cong trinh thyu loi"])
def test_codes_and_titles_nearly_so_are_found_and_said_to_be(library: Cast, typed: str) -> None:
    found = find(library.ha, typed)
    assert found.nearly
    assert codes(library.ha, typed)[0] == "HD.03"


def test_the_text_of_a_procedure_is_found_part_by_part(cast: Cast) -> None:
    version = in_force(cast)
    assert BIRTH.steps[1].name == "Thẩm định"
    for typed in ("thẩm định", "luật hộ tịch", "tờ khai", "giấy khai sinh", "60/2014/QH13", "1.001193", "công chức"):
        assert codes(cast.ha, typed) == [version.document.code], typed
    assert codes(cast.ha, "working_day") == []  # a word for machines


def test_the_search_text_follows_the_draft(cast: Cast) -> None:
    version = written(cast, "HD.01", "Nội quy", "Giờ làm việc buổi sáng")
    assert codes(cast.ha, "buổi sáng") == ["HD.01"]
    actions.edit(version, Content(text="Giờ làm việc buổi chiều"), version.title, by=cast.ha)
    assert codes(cast.ha, "buổi sáng") == []
    assert codes(cast.ha, "buổi chiều") == ["HD.01"]


def test_filters(cast: Cast) -> None:
    in_force(cast, "QT.TP.01")
    submitted(cast, "QT.TP.02", "Đăng ký khai sinh lại")
    unit = cast.units["tan-hoa/Tư pháp – Hộ tịch"].pk
    assert codes(cast.ha, "khai sinh") == ["QT.TP.01", "QT.TP.02"]
    assert codes(cast.ha, "khai sinh", held=True) == ["QT.TP.01"]
    assert codes(cast.ha, "khai sinh", state="in_review") == ["QT.TP.02"]
    assert codes(cast.ha, "khai sinh", kind="form") == []
    assert codes(cast.ha, "khai sinh", unit=unit) == ["QT.TP.01", "QT.TP.02"]


def test_a_snippet_shows_the_place_and_marks_the_words(library: Cast) -> None:
    found = find(library.ha, "tranh chap")
    (hit,) = show(found, found.versions)
    assert "".join(piece.text for piece in hit.pieces).startswith("Việc hoà giải tranh chấp đất đai")
    assert [piece.text for piece in hit.pieces if piece.marked] == ["tranh", "chấp"]


def test_another_agency_finds_nothing_and_is_told_of_nothing(library: Cast) -> None:
    with library.other.active():
        assert find(library.lan, "hoà giải").versions == []
        assert find(library.lan, "quan ly cong trinh thuy loj").versions == []
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM documents_search('dat'::tsquery, '{}', '{}')")
            assert cursor.fetchone() == (0,)
            cursor.execute("SELECT count(*) FROM documents_searchtext")
            assert cursor.fetchone() == (0,)
    assert SearchText.objects.count() == 3


def test_the_page_finds_marks_pages_and_keeps_the_words(library: Cast, client_of: Callable[[Member], Client]) -> None:
    answer = client_of(library.ha).get("/tan-hoa/search/", {"q": "thủy lợi"}).content.decode()
    assert "<mark>thủy</mark>" in answer
    assert "HD.03" in answer
    assert "HD.01" not in answer
    assert "HD.03" in client_of(library.ha).get("/tan-hoa/search/", {"q": "HD03"}).content.decode()
    for chosen, found in (({"state": "draft"}, True), ({"state": "today"}, False), ({"kind": "form"}, False)):
        page = client_of(library.ha).get("/tan-hoa/search/", {"q": "thủy lợi", **chosen}).content.decode()
        assert ("HD.03" in page) is found
    assert "HD.03" not in client_of(library.lan).get("/phu-lam/search/", {"q": "thủy lợi"}).content.decode()
    for typed in ('"', "\0", "a" * 5000, "ò" * 300, "' OR 1=1", "%", "\\", '"a b" "c'):
        assert client_of(library.ha).get("/tan-hoa/search/", {"q": typed, "page": "x", "kind": "?"}).status_code == 200


def test_the_page_finds_in_every_register(cast: Cast, client_of: Callable[[Member], Client]) -> None:
    procedure(cast)
    law.record_text(
        shared=False, by=cast.khanh, number="99/2026/NQ-HĐND", title="Về lệ phí hộ tịch", issuer="HĐND tỉnh",
        effective_from=clock.today(), replaces=[],
    )  # fmt: skip

    def found(member: Member, agency: str, typed: str) -> list[str]:
        page = client_of(member).get(f"/{agency}/search/", {"q": typed}).content.decode()
        return re.findall(rf'<li><a href="/{agency}/([^/]+/)', page.partition("<main")[2])

    assert "legal-documents/" in found(cast.ha, "tan-hoa", "le phi ho tich")
    assert found(cast.ha, "tan-hoa", "99/2026") == ["legal-documents/"]
    assert "records/" in found(cast.ha, "tan-hoa", "QT.TP.01-HS")
    assert "standards/" in found(cast.ha, "tan-hoa", "thong tin dang van ban")
    assert found(cast.lan, "phu-lam", "le phi ho tich") == []
    assert "records/" not in found(cast.lan, "phu-lam", "QT.TP.01-HS")


def test_legal_texts_are_found_as_a_plain_reading_finds_them(cast: Cast) -> None:
    """Article by article, with and without diacritics, against looking for the words in each text."""
    articles: dict[str, str] = {}
    for number, file in enumerate(sorted(shared("legal").glob("*.md"))):
        for place, article in enumerate(re.split(r"(?m)^(?=#+ |\**Điều \d+)", file.read_text())[:60]):
            if article.strip():
                articles[f"L{number}.{place:03}"] = article
                written(cast, f"L{number}.{place:03}", f"Đoạn {place}", article)
    assert len(articles) > 50
    exact = {code: f" {' '.join(sought(spelled(text)).split())} " for code, text in articles.items()}
    bare = {code: plain(text) for code, text in exact.items()}

    def has(code: str, word: str) -> bool:
        return word in (exact[code] if plain(word) != word else bare[code])

    asked = ["thủ tục hành chính", "thu tuc hanh chinh", "kiểm soát", "kiem soat", "hệ thống quản lý", "Ủy ban nhân dân", "Uỷ ban", "uy ban",
        "đơn vị", "don vi", "thủy", "hóa", "hoá", "tờ khai", "bộ phận một cửa", "bo phan mot cua", "63/2010/NĐ-CP", "xyz",
        "kỹ thuật", "kĩ thuật", "quan ly", "quản lí", "chữ kí số", "quý khách", "quí khách"]  # fmt: skip
    for typed in asked:
        *words, last = sought(spelled(typed)).split()
        begun = spelled(typed).split()[-1]
        phrase = f" {' '.join([*words, last])}" if "/" in typed else ""
        reference = {
            code for code in articles
            if all(has(code, f" {word} ") for word in words) and has(code, phrase)
            and (has(code, f" {last} ") or has(code, f" {begun}"))
        }  # fmt: skip
        found = find(cast.ha, typed)
        ours = set() if found.nearly else {hit.version.document.code for hit in show(found, found.versions)}
        assert ours == reference, typed


def test_a_whole_law_of_many_different_words_can_be_kept(cast: Cast) -> None:
    text = " ".join(f"từ{number}" for number in range(150_000))
    written(cast, "HD.09", "Bảng số", f"{text} quản lý Hòa")
    for typed in (
        "từ77",
        "từ149999",
        "tu149999",
        "từ1499",
        "từ7 từ149999",
        '"từ149998 từ149999"',
        "bảng quản lí",
        "hò",
    ):
        assert codes(cast.ha, typed) == ["HD.09"], typed
    for typed in ("từ150000", "từ7 tứ149999", '"từ149999 từ149998"', "tư149999", "quạn lý"):
        found = find(cast.ha, typed)
        assert found.nearly or not found.versions, typed


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("kỹ thuật", ["HD.11", "HD.12"]),
        ("kĩ thuật", ["HD.11", "HD.12"]),
        ("ky thuat", ["HD.11", "HD.12"]),
        ("ki thuat", ["HD.11", "HD.12"]),
        ('"kĩ thuật"', ["HD.11", "HD.12"]),
        ("quản lí", ["HD.11"]),
        ("quản lý", ["HD.11"]),
        ("ban quí", ["HD.12"]),
        ("quy", ["HD.11", "HD.12"]),  # qui, and the beginning of quyết
        ("hai", []),
        ("hay", ["HD.12"]),
        ("thuật hi", []),
        ("li", ["HD.11"]),
        ("lấ", ["HD.12"]),
        ("citi", []),
        ("city", ["HD.11"]),
    ],
)
def test_i_and_y_are_one_where_they_are_the_only_vowel(cast: Cast, typed: str, expected: list[str]) -> None:
    written(cast, "HD.11", "Sổ tay kỹ thuật", "Quản lý hồ sơ smart city, quyết toán.")
    written(cast, "HD.12", "Sổ tay kĩ thuật", "Ban Quý III; hay lấy hỏi ý kiến.")
    found = find(cast.ha, typed)
    assert ([] if found.nearly else sorted(codes(cast.ha, typed))) == expected


def test_quy_begins_titles_before_it_stands_in_texts(cast: Cast) -> None:
    written(cast, "HD.11", "Sổ tay", "Theo quy định.")
    written(cast, "HD.12", "Quyết định giao việc", "Nội dung.")
    assert codes(cast.ha, "quy") == ["HD.12", "HD.11"]


def test_a_snippet_marks_the_words_as_they_are_written(cast: Cast) -> None:
    written(cast, "HD.11", "Sổ tay", "Về quản lý kỹ thuật.")
    (hit,) = show(found := find(cast.ha, "quản lí kĩ"), found.versions)
    assert [piece.text for piece in hit.pieces if piece.marked] == ["quản", "lý", "kỹ"]
    written(cast, "HD.12", "Lưu trữ", "Nhiều trang. " * 40 + "Phòng Quyết toán thuế.")
    (hit,) = show(found := find(cast.ha, "thuế quy"), found.versions)
    assert [piece.text for piece in hit.pieces if piece.marked] == ["Quy", "thuế"]


def test_markup_is_not_searched(cast: Cast) -> None:
    content = Content(text='<p class="justify">Giờ&nbsp;làm <strong>việc</strong></p>', rich=("text",))
    actions.create_document(Kind.WORK_INSTRUCTION, "HD.01", "Nội quy", None, by=cast.ha, content=content)
    assert codes(cast.ha, '"giờ làm việc"') == ["HD.01"]
    assert codes(cast.ha, "justify") == []


def test_words_in_angle_brackets_are_words(cast: Cast) -> None:
    written(cast, "BM.01", "Giấy mời", "Kính gửi <Chủ tịch UBND xã>, nếu a<b thì c>d.")
    assert codes(cast.ha, '"chủ tịch ubnd xã"') == ["BM.01"]


def test_content_with_all_parts_empty_is_found_by_title(cast: Cast) -> None:
    actions.create_document(Kind.FORM, "BM.01", "Phiếu hẹn", None, by=cast.ha, content=replace(Content(), text=""))
    assert codes(cast.ha, "phiếu") == ["BM.01"]


@pytest.mark.parametrize("typed", ["kỹ thuật", "kĩ thuật", "ki thuat", "quí", "QUY"])
def test_registers_are_found_with_i_or_y(cast: Cast, client_of: Callable[[Member], Client], typed: str) -> None:
    written(cast, "HD.11", "Sổ tay kỹ thuật quý III")
    law.record_text(
        shared=False, by=cast.khanh, number="99/2026/NQ-HĐND", title="Về kỹ thuật quí III", issuer="HĐND tỉnh",
        effective_from=clock.today(), replaces=[],
    )  # fmt: skip
    client = client_of(cast.ha)
    assert "HD.11" in client.get("/tan-hoa/documents/", {"q": typed}).content.decode()
    assert "99/2026/NQ-HĐND" in client.get("/tan-hoa/legal-documents/", {"q": typed}).content.decode()
    assert "HD.11" not in client.get("/tan-hoa/documents/", {"q": "my"}).content.decode()
