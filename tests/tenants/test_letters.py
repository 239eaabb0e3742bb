"""A letter and its accents become one sign, and a letter with thousands of them costs nobody's time."""

from __future__ import annotations

import time
import unicodedata

import pytest

from tenants.letters import MOST_MARKS, nfc, nfd
from tenants.words import fold, spelled

TEXT = "Quyết định của Ủy ban nhân dân xã về việc đăng ký khai sinh, thuở ấy"
HEAP = "\u0301\u0323" * 20_000


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_what_people_write_becomes_one_form(form):
    written = unicodedata.normalize(form, TEXT)
    assert nfc(written) == unicodedata.normalize("NFC", TEXT)
    assert nfd(written) == unicodedata.normalize("NFD", TEXT)


@pytest.mark.parametrize("start", range(32))
def test_a_letter_keeps_so_many_marks_wherever_it_stands(start):
    kept = "b" * start + "\u0301" * MOST_MARKS
    assert nfc(f"{kept}\u0301\u0301c") == f"{kept}c"
    assert nfc(f"{kept}c") == f"{kept}c"


@pytest.mark.parametrize("deed", [nfc, nfd, fold, spelled])
@pytest.mark.parametrize(
    "text", [f"a{HEAP}", "\u200b".join([f"a{HEAP[:20]}", *[HEAP[:20]] * 2_000])], ids=["row", "parted"]
)
def test_a_heap_of_marks_takes_no_time(deed, text):
    began = time.process_time()
    deed(text)
    assert time.process_time() - began < 0.5
