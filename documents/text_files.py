"""Plain text: which letters its bytes stand for. Knows nothing of Django, so that the confined child may use it."""

from __future__ import annotations

import codecs
import re
import unicodedata

from documents.legacy_letters import TCVN3, VNI, converted
from tenants.letters import nfc

ENOUGH = 200_000  # bytes by which the letters are told
SURE = 0.8  # share of the words with accents that are Vietnamese syllables
_MARKED = (  # what a file may begin with; the longer first
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_BETWEEN = re.compile(r"[\s!-/:-@\[-`{-~“”‘’‚„–—…«»•·°\xa0]+")
_SYLLABLE = re.compile(
    r"(?:ngh?|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx])?[aăâeêioôơuưy]{1,3}(?:ch|ng|nh|[cmnpt])?"
)
_ACCENTED = re.compile(r"[^\W\d_a-zA-Z]")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")


def decoded(data: bytes) -> tuple[str, bool]:
    """The text (NFC), and whether its letters are doubtful: then some of them are probably wrong."""
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            return _plain(data.decode(encoding, "replace")), not _is(data, encoding)
    if encoding := _two_bytes(data):
        return _plain(data.decode(encoding, "replace")), not _is(data, encoding)
    if _is(data, "utf-8"):
        return _plain(data.decode()), False
    return _of_before_unicode(data)


def in_one_byte(data: bytes) -> bytes:
    """As it is, but of UTF-16 and UTF-32 the same in UTF-8: Western signs can be looked for, whatever the letters are."""
    encoding = next((name for mark, name in _MARKED if data.startswith(mark)), "") or _two_bytes(data)
    return _plain(data.decode(encoding, "replace")).encode("utf-8", "replace") if encoding else data


def _plain(text: str) -> str:
    return nfc(text.removeprefix("\ufeff"))


def _is(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _two_bytes(data: bytes) -> str:
    """UTF-16 that does not say so: of its Western letters one byte in two is zero, always on the same side."""
    head = data[: ENOUGH & ~1]
    if len(head) < 4 or len(data) % 2:
        return ""
    before, behind = head[::2].count(0), head[1::2].count(0)
    least = max(1, len(head) // 8)
    if behind > least and not before:
        return "utf-16-le"
    return "utf-16-be" if before > least and not behind else ""


def _of_before_unicode(data: bytes) -> tuple[str, bool]:
    """Windows-1258, or the fonts TCVN3 and VNI: whichever makes Vietnamese syllables of the words with accents."""
    best, likeness = "cp1252", 0.0
    for letters in ("cp1258", TCVN3, VNI):
        like = _likeness(_as(data[:ENOUGH], letters))
        if like > likeness:
            best, likeness = letters, like
    text = _as(data, best)
    return text, likeness < SURE and bool(_ACCENTED.search(text))


def _as(data: bytes, letters: str) -> str:
    if letters in (TCVN3, VNI):
        return _plain(converted(data.decode("latin-1"), letters))
    return _plain(data.decode(letters, "replace"))


def _accented(text: str) -> list[str]:
    return [word for word in _BETWEEN.split(text.lower()) if not word.isascii()]


def _likeness(text: str) -> float:
    words = _accented(text)
    return sum(map(_is_syllable, words)) / len(words) if words else 0.0


def _is_syllable(word: str) -> bool:
    bare, tones = _TONES.subn("", unicodedata.normalize("NFD", word))
    return tones < 2 and bool(_SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)))
