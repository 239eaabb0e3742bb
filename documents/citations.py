"""Legal texts are cited by number. How numbers are written differs; what they mean is compared here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from documents.formatted import without_tags
from tenants.letters import nfc
from tenants.words import fold

DASHES = "–—‐‑‒−"
NUMBER = re.compile(r"(?<![\w/])\d{1,5}/(?:\d{4}/)?[^\W\d_]\w*(?:-[^\W_]+)*(?!/\w)")


def code_of(number: str) -> str:
    """To compare and to address by: “Số 01/2021/NĐ–CP ” and “1/2021/nđ-cp” are both 1-2021-nd-cp."""
    text = fold(_plain(number))
    found = re.findall("[a-z0-9]+", text)
    if found and found[0] == "so" and len(found) > 1:
        found = found[1:]
    if found and found[0].isdecimal():
        found[0] = str(int(found[0]))
    return "-".join(found)[:80]


def numbers_in(text: str) -> dict[str, str]:
    """code → the number as written, of every legal text named in `text`, in order."""
    found: dict[str, str] = {}
    for number in NUMBER.findall(_plain(text)):
        found.setdefault(code_of(number), number)
    return found


def cited_in(content: dict[str, Any], files: Iterable[str] = ()) -> dict[str, str]:
    """code → number of what a version cites: its legal bases, and every number anywhere in its text or in that of its
    uploaded `files`.
    """
    bases = [basis.get("number", "") for basis in content.get("legal_bases") or [] if isinstance(basis, dict)]
    found: dict[str, str] = {}
    for number in bases:
        found |= numbers_in(number) or ({code_of(number): number} if code_of(number) else {})
    for text in (json.dumps(without_tags(content), ensure_ascii=False), *files):
        for code, number in numbers_in(text).items():
            found.setdefault(code, number)
    return found


def _plain(text: str) -> str:
    text = nfc(text)
    return text.translate(str.maketrans(DASHES, "-" * len(DASHES)))
