"""Lists as files: Excel and CSV, safe to open whatever somebody typed into a field."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

KINDS = ("xlsx", "csv")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_767  # what a cell of Excel holds


def answer(kind: str, name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The table as a download `name.xlsx` or `name.csv`. `kind` is one of KINDS."""
    content_type = XLSX if kind == "xlsx" else "text/csv; charset=utf-8"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return HttpResponse(content(kind, heads, rows), content_type=content_type, headers=headers)


def content(kind: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The table as the bytes of such a file."""
    file = io.BytesIO()
    write(kind, file, heads, rows)
    return file.getvalue()


def write(kind: str, file: BinaryIO, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """The table into an open file, row by row: however many there are, few are held."""
    (_write_xlsx if kind == "xlsx" else _write_csv)(file, heads, rows)


def _write_xlsx(file: BinaryIO, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("1")
    sheet.freeze_panes = "A2"
    for place in range(len(heads)):
        sheet.column_dimensions[chr(ord("A") + place)].width = 40 if place == 1 else 18
    sheet.append([_cell(sheet, head, bold=True) for head in heads])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    book.save(file)


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> WriteOnlyCell:
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.make_naive(value)
    if not isinstance(value, str):
        cell = WriteOnlyCell(sheet, value)
        if isinstance(value, dt.date):
            cell.number_format = "dd/mm/yyyy hh:mm" if isinstance(value, dt.datetime) else "dd/mm/yyyy"
        return cell
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL])
    cell.data_type = "s"  # a text that begins with = stays a text
    if bold:
        cell.font = Font(bold=True)
    return cell


def _write_csv(file: BinaryIO, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    lines = io.TextIOWrapper(file, "utf-8-sig", newline="")  # Excel reads Vietnamese only with the mark in front
    writer = csv.writer(lines)
    writer.writerow(heads)
    writer.writerows([_plain(value) for value in row] for row in rows)
    lines.detach()  # the file stays open, and is whoever opened it's


def _plain(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%d/%m/%Y %H:%M}"
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA_SIGNS) else text
