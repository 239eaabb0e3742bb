"""A workbook sheet by sheet: the values Excel showed last, no formula reckoned."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from openpyxl import load_workbook

from documents.confined.trees import COLUMNS, ROWS, found, paragraph, table

EMPTY_ROWS = 1000  # after so many nobody wrote further down


def read(data: bytes) -> dict[str, Any]:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    blocks: list[dict[str, Any]] = []
    notes, names = set(), []
    for sheet in book.worksheets:
        names.append(sheet.title)
        if sheet.sheet_state != "visible":
            notes.add("hidden_sheets")
        sheet.reset_dimensions()  # what the file claims of its size is not believed
        blocks.append(paragraph(sheet.title, 1))
        blocks.append(table(_rows(sheet)))
    properties = book.properties
    return found(
        blocks, sheets=names, notes=sorted(notes), title=properties.title or "", author=properties.creator or ""
    )


def _rows(sheet: Any) -> list[list[str]]:
    rows: list[list[str]] = []
    empty = 0
    for cells in sheet.iter_rows(max_col=COLUMNS, values_only=True):
        row = [_said(value) for value in cells]
        empty = 0 if any(row) else empty + 1
        if empty > EMPTY_ROWS or len(rows) >= ROWS:
            break
        if any(row):
            rows.append(row)
    return rows


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return f"{value:%d/%m/%Y}" if value.time() == dt.time() else f"{value:%H:%M %d/%m/%Y}"
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float):
        return f"{value:.10g}".replace(".", ",")
    return str(value)
