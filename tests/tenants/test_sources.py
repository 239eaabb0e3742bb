"""Files from outside are read whatever their dress, or refused in words."""

import datetime as dt
import zipfile

import pytest

from tenants.sources import Rejected, Unreadable, bare, clean, day_of, json_of, kind_of, rows_of, table
from tests.tenants.importing import bomb, xlsx

COLUMNS = {"code": ("Mã số", "code"), "name": ("Tên", "name")}
WANTED = ("code", "name")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_table_is_read_in_every_usual_encoding(tmp_path, encoding):
    path = tmp_path / "list.csv"
    path.write_bytes("Mã số,Tên\n1.001193,Đăng ký khai sinh\n".encode(encoding))
    assert [dict(row.cells) for row in table(path, COLUMNS, WANTED)] == [
        {"code": "1.001193", "name": "Đăng ký khai sinh"}
    ]


def test_the_old_windows_code_page_is_understood(tmp_path):
    path = tmp_path / "list.csv"
    decomposed = "code;name\n1;Hà Nội, Sở Tư pháp\n"
    for whole, parts in {"ộ": "ô\u0323", "ở": "ơ\u0309", "ư": "ư"}.items():
        decomposed = decomposed.replace(whole, parts)
    path.write_bytes(decomposed.encode("cp1258"))
    assert [row.text("name") for row in table(path, COLUMNS, WANTED)] == ["Hà Nội, Sở Tư pháp"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_in_the_first_line(tmp_path, separator):
    path = tmp_path / "list.csv"
    path.write_text(f"code{separator}name\n1{separator}A B\n")
    assert table(path, COLUMNS, WANTED)[0].cells == {"code": "1", "name": "A B"}


def test_names_of_columns_are_found_below_a_merged_title_and_in_a_later_sheet(tmp_path):
    path = xlsx(
        tmp_path / "list.xlsx", ["DANH SÁCH"], [], ["TT", "MÃ SỐ ", "Tên"], [1, "1.1", "A"], [], [2, "1.2", "B"]
    )
    rows = table(path, COLUMNS, WANTED)
    assert [(row.place, row.text("code"), row.text("name")) for row in rows] == [(4, "1.1", "A"), (6, "1.2", "B")]


def test_missing_columns_are_named(tmp_path):
    path = xlsx(tmp_path / "list.xlsx", ["Mã số", "Lĩnh vực"], ["1.1", "x"])
    with pytest.raises(Unreadable, match="“Tên”"):
        table(path, COLUMNS, WANTED)


def test_a_formula_without_a_saved_result_rejects_only_its_row(tmp_path):
    path = xlsx(tmp_path / "list.xlsx", ["code", "name"], ["1", "=A1&A2"], ["2", "B"])
    rows = table(path, COLUMNS, WANTED)
    with pytest.raises(Rejected, match="B2"):
        rows[0].text("name")
    assert rows[1].text("name") == "B"


def test_what_unpacks_to_more_than_the_limit_is_refused(tmp_path):
    path = bomb(tmp_path / "bomb.xlsx", 301)
    assert path.stat().st_size < 2**20
    with pytest.raises(Unreadable):
        table(path, COLUMNS, WANTED)


def test_entities_inside_an_xlsx_are_refused(tmp_path):
    path, other = xlsx(tmp_path / "good.xlsx", ["code", "name"]), tmp_path / "bad.xlsx"
    with zipfile.ZipFile(path) as good, zipfile.ZipFile(other, "w") as bad:
        for name in good.namelist():
            text = good.read(name)
            if name.startswith("xl/worksheets"):
                text = b'<!DOCTYPE x [<!ENTITY a "b">]>' + text
            bad.writestr(name, text)
    with pytest.raises(Unreadable):
        table(other, COLUMNS, WANTED)


def test_a_truncated_xlsx_is_refused(tmp_path):
    path = xlsx(tmp_path / "list.xlsx", ["code", "name"], *[["1", "A" * 50]] * 200)
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(Unreadable):
        table(path, COLUMNS, WANTED)


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"a": NaN}', '{"a": ', '[{"code": 1}] x', '{"a": ' + "9" * 5000 + "}"],
    ids=["deep", "nan", "cut", "more", "big"],
)
def test_bad_json_is_refused_in_words(tmp_path, text):
    path = tmp_path / "bad.json"
    path.write_text(text)
    with pytest.raises(Unreadable, match=r"bad\.json"):
        json_of(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"   \n", b"%PDF-1.7 x", b"\xd0\xcf\x11\xe0 old", b"<html></html>", b"\x00\x01\x02" * 9, b"{\\rtf1}"],
)
def test_what_is_no_list_is_refused(tmp_path, content):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=r"file\.csv"):
        kind_of(path)


def test_folders_devices_and_absent_files_are_refused(tmp_path):
    for path in (tmp_path, tmp_path / "absent.csv", tmp_path / "\x00"):
        with pytest.raises(Unreadable):
            kind_of(path)


def test_json_objects_are_rows_too(tmp_path):
    path = tmp_path / "list.json"
    path.write_text('{"data": [{"Mã số": "1", "ten": "A"}, {"code": 2, "name": "B"}]}')
    assert [(row.text("code"), row.text("name")) for row in rows_of(path, COLUMNS, WANTED)] == [("1", "A"), ("2", "B")]


def test_text_is_nfc_without_invisible_signs():
    assert clean(" \ufeffHo\u0302\u0323 ti\u0323ch\u200b\xa0xa\u0303 ") == "Hộ tịch xã"
    assert clean(3.0) == "3"
    assert bare("Mã_SỐ: Đất") == "ma so dat"
    for value in ([], {}, True, "\ud800"):
        with pytest.raises(Rejected):
            clean(value)


@pytest.mark.parametrize(
    "value",
    ["2026-01-10", "10/01/2026", "10-1-2026", "10.01.2026", dt.date(2026, 1, 10), dt.datetime(2026, 1, 10, 5), 46032],
)
def test_days_are_read_in_the_ways_people_write_them(value):
    assert day_of(value) == dt.date(2026, 1, 10)


@pytest.mark.parametrize("value", ["31/02/2026", "2026/01/10", "10/01/26", "", None, True, 5, "mai"])
def test_what_is_no_day_is_rejected(value):
    with pytest.raises(Rejected):
        day_of(value)
