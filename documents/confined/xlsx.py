"""A workbook sheet by sheet: the values Excel showed last, no formula reckoned."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from openpyxl import load_workbook

from documents.confined.trees import COLUMNS, ROWS, found, paragraph, table


def read(data: bytes) -> dict[str, Any]:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    blocks: list[dict[str, Any]] = []
    notes: set[str] = set()
    names = []
    for sheet in book.worksheets:
        names.append(sheet.title)
        if sheet.sheet_state != "visible":
            notes.add("hidden_sheets")
        sheet.reset_dimensions()  # what the file claims of its size is not believed
        blocks.append(paragraph(sheet.title, 1))
        blocks.append(table(_rows(sheet, notes)))
    properties = book.properties
    return found(
        blocks, sheets=names, notes=sorted(notes), title=properties.title or "", author=properties.creator or ""
    )


def _rows(sheet: Any, notes: set[str]) -> list[list[str]]:
    """The rows somebody wrote in, as far as we keep them; `notes` tells what lies beyond."""
    in_order = sheet._get_row

    def watched(cells: Any, *given: Any, **more: Any) -> Any:
        if cells and any(cell["column"] > COLUMNS and cell["value"] is not None for cell in cells):
            notes.add("cut")
        return in_order(cells, *given, **more)

    sheet._get_row = watched  # the reader knows no other place where it could be asked
    rows: list[list[str]] = []
    for cells in sheet.iter_rows(max_col=COLUMNS, values_only=True):
        if cells.count(None) == len(cells):
            continue
        if len(rows) >= ROWS:
            notes.add("cut")
            break
        rows.append([_said(value) for value in cells])
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
