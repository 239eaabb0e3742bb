"""The amendment table of a paper (SỬA ĐỔI TÀI LIỆU, domain §3.1-3), before or after the text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from documents.paper_lines import Line, counts_rows, key
from documents.understanding import Amended

HEADS = {
    "reason": ("yeu cau sua doi", "ly do sua doi", "noi dung yeu cau", "yeu cau", "can cu sua doi", "ly do"),
    "parts": ("trang phan", "phan lien quan", "trang", "vi tri", "muc sua doi", "dieu khoan", "noi sua doi"),
    "summary": ("mo ta noi dung", "noi dung sua doi", "tom tat noi dung", "mo ta", "tom tat", "noi dung thay doi", "what changed"),
    "number": ("lan ban hanh", "lan sua doi", "lan soat xet", "lan bh", "lan sd", "phien ban", "lan"),
    "on": ("ngay ban hanh", "ngay sua doi", "ngay hieu luc", "ngay thang", "ngay"),
}  # fmt: skip
_CHANGED = re.compile(r"sua doi|thay doi")
EMPTY = {"", "-", "–", "—", "/", ".", "…", "..."}


def is_amendment_head(cells: Sequence[str]) -> bool:
    found = _columns(cells)
    named = set(found.values())
    if "summary" not in named or not {"number", "on", "parts", "reason"} & named:
        return False
    return len(found) >= 3 or any(
        found.get(at) == "summary" and _CHANGED.search(key(cell)) for at, cell in enumerate(cells)
    )


def _columns(cells: Sequence[str]) -> dict[int, str]:
    columns: dict[int, str] = {}
    for column, cell in enumerate(cells):
        words = key(cell)
        if not words or len(words) > 60:
            continue
        for name, labels in HEADS.items():
            if name not in columns.values() and any(words.startswith(label) for label in labels):
                columns[column] = name
                break
    return columns


def _divided(cells: Sequence[str], columns: dict[int, str]) -> dict[int, str]:
    """The columns where a second row of the head divides the first: “Nội dung sửa đổi” into “Trang | Nội dung”."""
    words = {column: key(cell) for column, cell in enumerate(cells) if cell}
    summary = next(
        (column for column, text in words.items() if text.startswith(("noi dung", "tom tat", "mo ta"))), None
    )
    parts = next(
        (column for column, text in words.items() if text.startswith(("trang", "muc", "phan", "vi tri"))), None
    )
    if summary is None or parts is None:
        return {}
    return {at: name for at, name in columns.items() if name not in {"summary", "parts"}} | {
        summary: "summary",
        parts: "parts",
    }


def amendments_in(lines: Sequence[Line]) -> tuple[Amended, ...]:
    """The lines of the amendment table, empty ones left out."""
    for at, line in enumerate(lines):
        if not line.table or not is_amendment_head(line.cells):
            continue
        columns, found = _columns(line.cells), list[Amended]()
        for below in lines[at + 1 :]:
            if not found and not re.search(r"\d", below.text) and (parts := _divided(below.cells, columns)):
                columns = parts
                continue
            if below.table not in {line.table, line.table + 1} or (
                below.table != line.table and len(below.cells) != len(line.cells)
            ):
                break
            if is_amendment_head(below.cells):
                continue  # repeated on the next page
            if below.table != line.table and counts_rows(below.cells):
                break  # the head of another table
            row = {name: below.cells[column] for column, name in columns.items() if column < len(below.cells)}
            row = {name: "" if value in EMPTY else value for name, value in row.items()}
            if row.get("summary") or row.get("parts") or (row.get("number") and row.get("on")):
                found.append(Amended(**row))
        return tuple(found)
    return ()
