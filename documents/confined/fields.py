"""The instructions of the fields of Word, in DOCX and in RTF."""

from __future__ import annotations

import re

from documents.confined.problem import Problem

WITHIN = "\x13"  # stands where a field begins within the instruction of another
_BEGINS = rf"(?:^|{WITHIN})[^\w{WITHIN}]*"
DDE = re.compile(rf"{_BEGINS}DDE(?:AUTO)?(?![A-Za-z])", re.I)
TAKING_IN = re.compile(
    rf"{_BEGINS}(?:INCLUDE(?:TEXT|PICTURE)?|LINK|IMPORT|RD|DATA(?:BASE)?|TEMPLATE)(?![A-Za-z])", re.I
)
STRANGER = re.compile(  # an address that is not on the own disk: not C:\\Users, file:///C:/, Sheet1!R1C1:R3C4
    r"(?<![\w.])(?:(?:https?|ftps?|mhtml|mk|its|ms-[a-z-]{1,20}|ldaps?|smb|dav):|(?!file:)[a-z][a-z0-9+.-]{1,20}:[\\/]{2}"
    r"|file:(?=[\\/]{2})(?!/{3}(?![\\/]|%5C|%2F)|[\\/]*[a-z][:|]))"
    r"|(?:^|[\s\"'“”„‘’«»=;])[\\/]{2,}[^\\/\s\"*]+[\\/]",
    re.I,
)


def check_field(words: str, where: str) -> None:
    """Raises Problem for an instruction that starts another program or fetches a part from a stranger."""
    if DDE.search(words):
        raise Problem("active", where)
    if (taking := TAKING_IN.search(words)) and (found := STRANGER.search(words, taking.end())):
        raise Problem("fetches", found[0])
