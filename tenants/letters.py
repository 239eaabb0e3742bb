"""Letters and their accents as one sign or apart, in time that grows with the text and not with its square.

Knows nothing of Django, so that the confined child may use it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

MOST_MARKS = 30  # of one letter: as many as Unicode allows a text that comes in a stream (UAX 15, 13)
_UNSEEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"  # once they are taken out, marks stand together


def nfc(text: str) -> str:
    """One sign for a letter and its accents."""
    return unicodedata.normalize("NFC", _with_few_marks(text))


def nfd(text: str) -> str:
    """The letter, then its accents one by one."""
    return unicodedata.normalize("NFD", _with_few_marks(text))


def _with_few_marks(text: str) -> str:
    """Marks are put in order one by one, each past all before it: of a letter with 100,000 that takes half a minute."""
    one, many = _marks()
    return many.sub(r"\1", text) if one.search(text[:: MOST_MARKS + 1]) else text  # a longer row meets one of these


@cache
def _marks() -> tuple[re.Pattern[str], re.Pattern[str]]:
    marks = _UNSEEN + "".join(sign for sign in map(chr, range(0x300, 0x20000)) if unicodedata.combining(sign))
    return re.compile(f"[{marks}]"), re.compile(f"([{marks}]{{{MOST_MARKS}}})[{marks}]+")
