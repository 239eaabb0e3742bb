"""XML as elements, with no entity resolved, and the shape in which readers hand over what they found."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import accumulate
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from documents.confined.problem import Problem
from tenants.letters import nfc

LONGEST = 2_000_000  # signs of text; some 800 pages; as much of a file is searched
COLUMNS, ROWS = 200, 50_000


def parsed(content: bytes, *, dtd: bool = False) -> Element:
    """Raises a defusedxml error for entities, Problem for what is no XML."""
    try:
        return fromstring(content, forbid_dtd=not dtd, forbid_entities=True, forbid_external=True)
    except SyntaxError as wrong:
        raise Problem("broken") from wrong


def local(node: Element) -> str:
    """The name without its namespace: transitional and strict files differ in nothing else we read."""
    return node.tag.rsplit("}", 1)[-1] if isinstance(node.tag, str) else ""


def attribute(node: Element | None, name: str, default: str = "") -> str:
    """The attribute of this local name, in whatever namespace."""
    if node is None:
        return default
    return next((value for key, value in node.attrib.items() if key.rsplit("}", 1)[-1] == name), default)


def child(node: Element | None, *path: str) -> Element | None:
    """The first child of this local name, and so on down the path."""
    for name in path:
        if node is None:
            return None
        node = next((one for one in node if local(one) == name), None)
    return node


def number(text: str, default: int = 0) -> int:
    """A number of the file; it may be anything, also 10^9."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else default


def clean(text: str) -> str:
    """NFC, blanks at the ends of lines gone, nothing that cannot be stored or is not seen."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    kept = "".join(
        sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs", "Co", "Cn", "Cf")
    )
    return "\n".join(line.rstrip() for line in nfc(kept).split("\n")).strip("\n")


def paragraph(text: str, level: int = 0) -> dict[str, Any]:
    return {"text": clean(text), "level": min(max(level, 0), 6)}


def table(rows: list[list[str]]) -> dict[str, Any]:
    """Rows of one length; empty rows at the end and columns that nobody wrote in are left out."""
    rows = [[clean(cell) for cell in row[:COLUMNS]] for row in rows[:ROWS]]
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((place for row in rows for place, cell in enumerate(row, 1) if cell), default=0)
    return {"rows": [(row + [""] * width)[:width] for row in rows]}


def found(blocks: Iterable[dict[str, Any]], **rest: Any) -> dict[str, Any]:
    """The answer of a reader. Text beyond what we keep is left out, and that is said."""
    kept, left = [], LONGEST
    for block in blocks:
        length = _length(block)
        part = block if length <= left else _begun(block, left)
        if part.get("text", "").strip() or part.get("rows"):
            kept.append(part)
        left -= length
        if left < 0:
            rest["notes"] = [*(note for note in rest.get("notes", ()) if note != "cut"), "cut"]
            break
    return {"blocks": kept, **rest}


def _length(block: dict[str, Any]) -> int:
    return len(block.get("text", "")) + sum(len(cell) for row in block.get("rows", ()) for cell in row)


def _begun(block: dict[str, Any], left: int) -> dict[str, Any]:
    """As much of this block as there is room for; of a table whole rows."""
    if "rows" not in block:
        return {**block, "text": block["text"][:left]}
    lengths = accumulate(sum(map(len, row)) for row in block["rows"])
    return {"rows": [row for row, length in zip(block["rows"], lengths, strict=True) if length <= left]}
