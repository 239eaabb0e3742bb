"""How search and lists read Vietnamese: the same in Python and in the database."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection

from tenants.words import order_key, plain, readable, sought, spelled

LEGAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "legal"
WORDS = [
    "Hòa giải", "hoà giải", "HÒA", "khỏe", "khoẻ", "Thủy lợi", "thuỷ", "hoàn", "toán", "quý", "qúy", "của", "Đường",
    "người", "ngươ\u0300i", "Uỷ ban", "ỦY BAN", "63/2010/NĐ-CP", "QT.TP.01", "m²", "straße", "Ǆ", "a\u200bb", "hoè,loè", 
    "İ", "한글", "x\u0301\u0302y", "Kỹ kỹ Lý LÝ qúy Quỹ quyết hay lấy thúy tuy ly\nhy y-sỹ sky city by my 3ky ky3 mỹ. tỷ",
]  # fmt: skip


def in_database(text: str) -> tuple[str, str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT said, qms_plain(said), qms_sought(said), qms_order(%s) FROM qms_spelled(qms_readable(%s)) said",
            [text] * 2,
        )
        return cursor.fetchone()


def here(text: str) -> tuple[str, str, str, str]:
    return spelled(text), plain(spelled(text)), sought(spelled(text)), order_key(text)


@pytest.mark.parametrize("text", WORDS)
def test_python_and_the_database_read_alike(db: None, text: str) -> None:
    assert in_database(text) == here(text)
    assert {len(each) for each in here(text)[:3]} == {len(readable(text))}


@pytest.mark.skipif(not LEGAL.exists(), reason="the legal texts are not on this machine")
def test_they_read_the_legal_texts_alike(db: None) -> None:
    for file in LEGAL.glob("*.md"):
        text = re.sub(r"[ \t\r\f\u00a0]+", " ", re.sub("<[^<>]*>", " ", file.read_text()))
        assert in_database(text) == here(text), file.name


def test_old_and_new_placement_of_the_tone_are_one() -> None:
    assert spelled("hòa khỏe thủy Hòe úy") == spelled("hoà khoẻ thuỷ Hoè uý")
    assert spelled("của mùa toán hoàn thuyền") == "của mùa toán hoàn thuyền"
    assert plain(spelled("Đăng ký khai sinh")) == "dang ky khai sinh"


def test_y_is_i_where_it_is_the_only_vowel() -> None:
    assert sought(spelled("Kỹ thuật, quản lý, KÝ, quý, qúy, mỹ tỷ sỹ hy ly quy")) == (
        "kĩ thuật  quản lí  kí  quí  quí  mĩ tỉ sĩ hi li qui"
    )
    for word in ("hay", "lấy", "thuỷ", "tuy", "huỳnh", "quyết", "quýt", "kỳ2", "y", "city", "by", "sky", "kyoto"):
        assert sought(spelled(word)) == spelled(word)


def test_names_sort_as_vietnamese_does(db: None) -> None:
    right = [
        "An", "Ánh", "Ăn", "Ân", "Ba", "Bà", "Bả", "Bã", "Bá", "Bạ", "Băng", "Bân", "Cao",
        "Dũng", "Đào", "Em", "Ê", "Ô", "Ơn", "Ủy", "Uỷ", "Ư",
    ]  # fmt: skip
    assert sorted(sorted(right), key=order_key) == [*right[:19], "Uỷ", "Ủy", "Ư"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM unnest(%s::text[]) word ORDER BY qms_order(word), word", [right])
        assert [row[0] for row in cursor.fetchall()] == sorted(right, key=lambda word: (order_key(word), word))
