"""The instructions of the fields of Word, in DOCX and in RTF."""

from __future__ import annotations

import re

from documents.confined.problem import Problem

FETCHING = re.compile(r"^\s*INCLUDE(?:TEXT|PICTURE)\s+\"?(?:https?:|ftp:|file://[^/]|\\{2}|//)", re.I)
DDE = re.compile(r"(?:^|[^A-Za-z])DDE(?:AUTO)?(?:[^A-Za-z]|$)")


def check_field(words: str, where: str) -> None:
    """Raises Problem for an instruction that starts another program or fetches a part from a stranger."""
    if DDE.search(words):
        raise Problem("active", where)
    if found := FETCHING.search(words):
        raise Problem("fetches", found[0])
