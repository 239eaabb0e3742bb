"""Plain text of any age is read with the letters it was typed with, or said to be doubtful."""

from __future__ import annotations

import unicodedata

import pytest

from documents.legacy_letters import _TCVN3, _VNI
from documents.text_files import decoded

TEXT = "Mã hiệu: QT.ZZ.01\nQuy trình kiểm soát hồ sơ, “Độc lập – Tự do – Hạnh phúc”\nỦy ban nhân dân phường; người ký"


def in_1258(text: str) -> bytes:
    """As Windows wrote it: the letter with its hat, and the tone behind it."""
    written = []
    for sign in text:
        try:
            written.append(sign.encode("cp1258"))
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", sign)
            tone = next(part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323")
            written.append(
                unicodedata.normalize("NFC", parts.replace(tone, "")).encode("cp1258") + tone.encode("cp1258")
            )
    return b"".join(written)


def in_tcvn3(text: str) -> bytes:
    back = {chr(new): chr(old) for old, new in _TCVN3.items()}
    lower = "".join(sign if sign in "Đ" else sign.lower() for sign in text).replace("“", '"').replace("”", '"')
    return "".join(back.get(sign, sign) for sign in lower.replace("–", "-")).encode("latin-1")


def in_vni(text: str) -> bytes:
    back: dict[str, str] = {}
    for old, new in _VNI.items():
        back.setdefault(new, old)
    plain = text.replace("“", '"').replace("”", '"').replace("–", "-")
    return "".join(back.get(sign, sign) for sign in plain).encode("latin-1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_in_all_its_writings(encoding):
    assert decoded(TEXT.encode(encoding)) == (TEXT, False)


def test_decomposed_letters_are_put_together():
    assert decoded(unicodedata.normalize("NFD", TEXT).encode()) == (TEXT, False)


def test_windows_1258():
    assert decoded(in_1258(TEXT)) == (TEXT, False)


def test_tcvn3():
    text, doubtful = decoded(in_tcvn3(TEXT))
    assert "quy trình kiểm soát hồ sơ" in text
    assert not doubtful


def test_vni():
    text, doubtful = decoded(in_vni(TEXT))
    assert "Quy trình kiểm soát hồ sơ" in text
    assert "Ủy ban nhân dân phường" in text
    assert not doubtful


def test_signs_of_windows_alone_are_not_doubtful():
    assert decoded(b"say \x93yes\x94 \x96 now") == ("say “yes” – now", False)


def test_what_is_no_vietnamese_is_doubtful():
    text, doubtful = decoded("Übergrößenträger çà façade garçon".encode("cp1252"))
    assert "garçon" in text
    assert doubtful


def test_nothing_is_nothing():
    assert decoded(b"") == ("", False)
