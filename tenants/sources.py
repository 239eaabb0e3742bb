"""Reading files from outside: XLSX, CSV and JSON, of any origin, without being harmed by them.

What a file is, its first bytes say, not its name. Everything is read before anything is written.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel

from tenants.letters import nfc
from tenants.words import fold

MAX_BYTES = 50 * 2**20  # of a file as it lies on the disk
MAX_UNPACKED = 300 * 2**20  # of an XLSX, counted while unpacking: what the archive says of itself may be a lie
MAX_PARTS = 2_000  # files inside an XLSX
MAX_ROWS = 100_000
MAX_COLUMNS = 100
HEADER_WITHIN = 30  # rows in which the column names are looked for: titles and mottos stand above them
SEPARATORS = ",;\t|"
NOT_PRINTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
EXCEL_DAYS = range(20_000, 75_000)  # serial numbers of 1954 to 2105


class Unreadable(Exception):
    """The file as a whole cannot be taken. Carries the words for the person."""


class Rejected(Exception):
    """One row cannot be taken. Carries the reason in words."""


Columns = Mapping[str, Sequence[str]]  # our name → the column names it is known by; the first is shown to people


@dataclass(frozen=True)
class Row:
    """One row: where it stood, and its cells under our names. A cell nobody filled is "" or absent."""

    place: int | str
    cells: Mapping[str, Any]

    def text(self, name: str) -> str:
        """The cell as one clean line of text. Raises Rejected when it is no text at all."""
        return " ".join(self.lines(name))

    def lines(self, name: str) -> list[str]:
        """The cell as clean lines without empty ones."""
        return [line for part in clean(self.cells.get(name)).splitlines() if (line := " ".join(part.split()))]


def clean(value: Any) -> str:
    """Text in NFC without invisible signs, with plain blanks. Raises Rejected for what is no text."""
    if value is None:
        return ""
    if isinstance(value, bool | dict | list):
        raise Rejected(_("A text is expected where there is %(value)s.") % {"value": _shown(value)})
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = nfc(NOT_PRINTED.sub("", str(value)).replace("\r\n", "\n").replace("\r", "\n"))
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise Rejected(_("The text holds half a character."))
    return text.replace("\xa0", " ").replace("\t", " ").strip()


def bare(text: str) -> str:
    """Plain small letters and digits, one blank between words: Đất_ĐAI. → dat dai."""
    return " ".join(re.findall("[0-9a-z]+", fold(text)))


def day_of(value: Any) -> dt.date:
    """A day written as 2026-01-31, 31/01/2026, 31-01-2026, 31.01.2026, or an Excel date. Raises Rejected."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and int(value) in EXCEL_DAYS:
        return from_excel(int(value)).date()
    text = clean(value)
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][\d:.]+)?", text):
        year, month, day = map(int, found.groups())
    elif found := re.fullmatch(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", text):
        day, month, year = map(int, found.groups())
    else:
        raise Rejected(_("“%(text)s” is no date; write it as 31/01/2026 or 2026-01-31.") % {"text": text[:40]})
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise Rejected(_("There is no day %(text)s.") % {"text": text}) from None


def text_of(path: Path) -> str:
    """The whole file as text. Raises Unreadable."""
    return _decoded(path, otherwise=_("%(file)s is no text; save it as YAML."))


def kind_of(path: Path) -> str:
    """`xlsx`, `json` or `csv`, by the first bytes. Raises Unreadable for whatever else it is."""
    head = _bytes(path)[:4096]
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_("%(file)s is in an old Office format. Save it as .xlsx.") % {"file": path.name})
    if head.startswith((b"%PDF", b"{\\rtf", b"\x1f\x8b")):
        raise Unreadable(_("%(file)s is neither XLSX nor CSV nor JSON.") % {"file": path.name})
    start = _decoded(path).lstrip()[:200]
    if start.startswith("<"):
        raise Unreadable(_("%(file)s is neither XLSX nor CSV nor JSON.") % {"file": path.name})
    return "json" if start.startswith(("{", "[")) else "csv"


def json_of(path: Path) -> Any:
    """The parsed JSON. Raises Unreadable: broken, nested too deep, numbers that are none (NaN)."""
    try:
        return json.loads(_decoded(path), parse_constant=_no_number)
    except json.JSONDecodeError as wrong:
        words = {"file": path.name, "line": wrong.lineno, "column": wrong.colno}
        raise Unreadable(_("%(file)s is broken JSON at line %(line)s, column %(column)s.") % words) from wrong
    except RecursionError as wrong:
        raise Unreadable(_("%(file)s is nested too deep.") % {"file": path.name}) from wrong
    except ValueError as wrong:
        raise Unreadable(_("%(file)s holds a number that is none.") % {"file": path.name}) from wrong


def objects_of(data: Any, file: str) -> list[dict[str, Any]]:
    """The objects of a JSON file that holds one, a list of them, or a list under a single key such as `data`."""
    if isinstance(data, dict):
        inner = [value for value in data.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        data = inner[0] if len(data) == 1 and inner else [data]
    if not isinstance(data, list) or not data:
        raise Unreadable(_("%(file)s holds nothing.") % {"file": file})
    return data


def rows_of(path: Path, columns: Columns, required: Sequence[str]) -> list[Row]:
    """The rows of a table, or the objects of a JSON file, under our names. Raises Unreadable."""
    if kind_of(path) != "json":
        return table(path, columns, required)
    found = []
    for number, item in enumerate(objects_of(json_of(path), path.name), 1):
        if not isinstance(item, dict):
            raise Unreadable(_("Item %(number)s of %(file)s is no object.") % {"number": number, "file": path.name})
        found.append(Row(number, named(item, columns)))
    missing = [name for name in required if not any(name in row.cells for row in found)]
    if missing:
        wanted = ", ".join(f"“{columns[name][0]}”" for name in missing)
        raise Unreadable(_("%(file)s lacks %(columns)s.") % {"file": path.name, "columns": wanted})
    return found


def named(cells: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    """The cells under our names; columns we do not know are left out."""
    ours: dict[str, Any] = {}
    for key, value in cells.items():
        name = _name_of(str(key), columns)
        if name and ours.get(name) in (None, ""):
            ours[name] = value
    return ours


def table(path: Path, columns: Columns, required: Sequence[str]) -> list[Row]:
    """The rows of an XLSX or CSV below the row that names its columns.

    That row is looked for in every sheet, so titles above it do not matter. Raises Unreadable and names the columns
    that are missing when no row has all the `required` ones.
    """
    sheets = _sheets(path) if kind_of(path) == "xlsx" else [_csv_rows(path)]
    best: set[str] | None = None
    for rows in sheets:
        names, missing, body = _below_header(rows, columns, required)
        if not missing:
            return list(_body(body, names))
        best = missing if best is None or len(missing) < len(best) else best
    if best is None:
        raise Unreadable(_("%(file)s holds nothing.") % {"file": path.name})
    wanted = ", ".join(f"“{columns[name][0]}”" for name in required if name in best)
    raise Unreadable(
        _("%(file)s has no row with the column names. Missing: %(columns)s.") % {"file": path.name, "columns": wanted}
    )


Numbered = Iterator[tuple[int, list[Any]]]


def _below_header(
    rows: Numbered, columns: Columns, required: Sequence[str]
) -> tuple[dict[int, str], set[str], Numbered]:
    """Which column is what; what is missing in the best row found; the rows below it."""
    missing = set(required)
    for number, cells in rows:
        names: dict[int, str] = {}
        for index, cell in enumerate(cells):
            name = _name_of(cell, columns) if isinstance(cell, str) else None
            if name and name not in names.values():
                names[index] = name
        absent = set(required) - set(names.values())
        if not absent:
            return names, set(), rows
        missing = absent if len(absent) < len(missing) else missing
        if number >= HEADER_WITHIN:
            break
    return {}, missing, rows


def _body(rows: Numbered, names: Mapping[int, str]) -> Iterator[Row]:
    for number, cells in rows:
        if number > MAX_ROWS:
            raise Unreadable(_("More than %(count)s rows. Split the file.") % {"count": MAX_ROWS})
        if any(isinstance(cell, Formula) or (cell is not None and str(cell).strip()) for cell in cells):
            yield Row(number, {name: cells[index] for index, name in names.items() if index < len(cells)})


def _name_of(header: str, columns: Columns) -> str | None:
    folded = bare(header[:200])
    return next((name for name, known in columns.items() if folded in map(_known, known)), None) if folded else None


@cache
def _known(column: str) -> str:
    return bare(column)


# --- XLSX --------------------------------------------------------------------------------------


def _sheets(path: Path) -> Iterator[Numbered]:
    has_formulas = _unpacks_safely(path)
    broken = Unreadable(_("%(file)s is no XLSX that can be read.") % {"file": path.name})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about drawings and styles, which nobody needs here
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
            formulas = load_workbook(path, read_only=True, keep_links=False) if has_formulas else None
    except Exception as wrong:
        raise broken from wrong
    for sheet in book.worksheets:
        other = formulas[sheet.title] if formulas else None
        yield _guarded(_sheet_rows(sheet, other), broken)


def _sheet_rows(sheet: Any, formulas: Any) -> Numbered:
    """Values; a formula whose result was never saved is shown as itself and will be refused where it matters."""
    sheet.reset_dimensions()  # what the sheet says of its size may be wrong
    rows = sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
    if formulas is None:
        yield from ((number, list(cells)) for number, cells in enumerate(rows, 1))
        return
    formulas.reset_dimensions()
    written = formulas.iter_rows(max_col=MAX_COLUMNS)
    for number, (cells, sources) in enumerate(zip(rows, written, strict=False), 1):
        values = list(cells)
        for index, source in enumerate(sources):
            if index < len(values) and values[index] is None and source.data_type == "f":
                values[index] = Formula(f"{get_column_letter(index + 1)}{number}")
        yield number, values


class Formula:
    """A cell with a formula but without a saved result."""

    def __init__(self, cell: str) -> None:
        self.cell = cell

    def __str__(self) -> str:
        raise Rejected(_("Cell %(cell)s holds a formula without a result. Save the values.") % {"cell": self.cell})


def _guarded(rows: Numbered, broken: Unreadable) -> Numbered:
    """The parser's own mishaps on a damaged sheet, said in our words."""
    try:
        yield from rows
    except (Unreadable, Rejected):
        raise
    except Exception as wrong:
        raise broken from wrong


def _unpacks_safely(path: Path) -> bool:
    """Counts what really comes out of the archive, refuses entities; says whether there are formulas."""
    has_formulas, unpacked = False, 0
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "xl/workbook.xml" not in names:
                raise Unreadable(_("%(file)s is neither XLSX nor CSV nor JSON.") % {"file": path.name})
            if len(names) > MAX_PARTS:
                raise Unreadable(_("%(file)s is too large when unpacked.") % {"file": path.name})
            for name in names:
                with archive.open(name) as part:
                    tail = b""
                    while chunk := part.read(2**20):
                        unpacked += len(chunk)
                        if unpacked > MAX_UNPACKED:
                            raise Unreadable(_("%(file)s is too large when unpacked.") % {"file": path.name})
                        seam = tail + chunk
                        if name.endswith((".xml", ".rels")) and (b"<!DOCTYPE" in seam or b"<!ENTITY" in seam):
                            raise Unreadable(_("%(file)s defines XML entities.") % {"file": path.name})
                        has_formulas = has_formulas or b"<f>" in seam or b"<f " in seam
                        tail = chunk[-16:]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as wrong:
        raise Unreadable(_("%(file)s is no XLSX that can be read.") % {"file": path.name}) from wrong
    return has_formulas


# --- text --------------------------------------------------------------------------------------


def _csv_rows(path: Path) -> Numbered:
    text = _decoded(path)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for cells in reader:
            yield reader.line_num, list(cells[:MAX_COLUMNS])
    except csv.Error as wrong:
        raise Unreadable(
            _("%(file)s is broken at line %(line)s.") % {"file": path.name, "line": reader.line_num}
        ) from wrong


def _decoded(path: Path, otherwise: str = "") -> str:
    """UTF-8 (with or without its mark), UTF-16, or the Windows code page of Vietnamese."""
    raw = _bytes(path)
    try:
        text = raw.decode(_encoding(raw))
    except UnicodeDecodeError:
        try:
            text = nfc(raw.decode("cp1258"))
        except UnicodeDecodeError as wrong:
            raise Unreadable(
                _("The encoding of %(file)s is not known. Save it as UTF-8.") % {"file": path.name}
            ) from wrong
    if not text.strip():
        raise Unreadable(_("%(file)s is empty.") % {"file": path.name})
    if re.search("[\x00-\x08\x0e-\x1f]", text):
        raise Unreadable((otherwise or _("%(file)s is neither XLSX nor CSV nor JSON.")) % {"file": path.name})
    return text


def _encoding(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = raw[:400]
    if sample.count(0) > len(sample) // 4:  # UTF-16 of mostly plain letters, without its mark
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    return "utf-8-sig"


def _bytes(path: Path) -> bytes:
    try:
        if not path.exists():
            raise Unreadable(_("There is no file %(file)s.") % {"file": path})
        if not path.is_file():
            raise Unreadable(_("%(file)s is no file.") % {"file": path})
        if path.stat().st_size > MAX_BYTES:
            size = {"file": path.name, "limit": MAX_BYTES // 2**20}
            raise Unreadable(_("%(file)s is larger than %(limit)s MB.") % size)
        raw = path.read_bytes()
    except (OSError, ValueError) as wrong:
        raise Unreadable(_("%(file)s cannot be opened.") % {"file": path}) from wrong
    if not raw:
        raise Unreadable(_("%(file)s is empty.") % {"file": path.name})
    return raw


def _no_number(word: str) -> Any:
    raise ValueError(word)


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return _("a list or an object")
    return str(value)
