"""The tables and headings of a tagged PDF: Word and our own papers write down what is a row and what a cell.

PDFium knows for every sign of a page to which marked content it belongs, and for every element of the structure which
marked contents it holds; put together they are the cells. A PDF without tags has none of this: `read` then finds nothing.
"""

from __future__ import annotations

import ctypes
import re
from collections import defaultdict
from typing import Any

from documents.confined.pdf import MOST_PAGES, opened
from documents.confined.trees import clean, found, paragraph, table

DEEPEST = 60
MOST_SPANNED = 50  # columns or rows one cell goes over
ELEMENTS = 200_000  # of one file
BLOCKS = {"P", "H", "LI", "Caption", "BlockQuote", "Div", "Sect", "Note"}


def read(data: bytes) -> dict[str, Any]:
    """Blocks in the order of the structure; noted are the tables in which cells seem to be left out."""
    document = opened(data)
    reader = _Reader()
    for place in range(min(len(document), MOST_PAGES)):
        page = document[place]
        reader.take(page)
        page.close()
    said = document.get_metadata_dict()
    notes = [f"ragged {number}" for number in reader.ragged]
    return found(reader.blocks, page_count=len(document), notes=notes, title=clean(said.get("Title", ""))[:500])


class _Reader:
    """Blocks of all pages, in the order of the structure."""

    def __init__(self) -> None:
        from pypdfium2 import raw  # noqa: PLC0415

        self.raw = raw
        self.blocks: list[dict[str, Any]] = []
        self.count = 0
        self.tables = 0
        self.ragged: list[int] = []  # the tables (the first is 0) whose rows have more cells or fewer

    def take(self, page: Any) -> None:
        tree = self.raw.FPDF_StructTree_GetForPage(page.raw)
        if not tree:
            return
        try:
            self.texts = self._texts(page)
            self.open: list[str] = []
            for place in range(self.raw.FPDF_StructTree_CountChildren(tree)):
                self._walk(self.raw.FPDF_StructTree_GetChildAtIndex(tree, place), 0)
            self._close()
        finally:
            self.raw.FPDF_StructTree_Close(tree)

    # --- structure

    def _walk(self, element: Any, depth: int) -> None:
        self.count += 1
        if not element or depth > DEEPEST or self.count > ELEMENTS:
            return
        kind = self._kind(element)
        if kind == "Table":
            self._close()
            rows = _spread(self._rows(element, depth))
            if len({len(row) for row in rows}) > 1:
                self.ragged.append(self.tables)
            self.blocks.append(table(rows))
            self.tables += bool(rows)
            return
        level = int(kind[1]) if re.fullmatch("H[1-6]", kind) else 0
        if level or kind in BLOCKS:
            self._close()
        if level:
            self.blocks.append(paragraph(_line(self._all(element, depth)), level))
            return
        self._own(element, lambda child: self._walk(child, depth + 1), self.open)
        if kind in BLOCKS:
            self._close()

    def _rows(self, element: Any, depth: int) -> list[list[tuple[str, int, int]]]:
        """Of each cell its text, and over how many columns and rows it goes."""
        rows: list[list[tuple[str, int, int]]] = []
        for child in self._children(element):
            self.count += 1
            if depth > DEEPEST or self.count > ELEMENTS:
                break
            kind = self._kind(child)
            if kind == "TR":
                cells = [cell for cell in self._children(child) if self._kind(cell) in {"TD", "TH"}]
                rows.append([
                    (_lines(self._all(cell, depth + 1)), self._number(cell, b"ColSpan"), self._number(cell, b"RowSpan"))
                    for cell in cells
                ])  # fmt: skip
            elif kind in {"THead", "TBody", "TFoot"}:
                rows += self._rows(child, depth + 1)
        return rows

    def _number(self, element: Any, name: bytes) -> int:
        """An attribute of a cell that counts columns or rows."""
        said = ctypes.c_float()
        for place in range(min(self.raw.FPDF_StructElement_GetAttributeCount(element), 9)):
            attributes = self.raw.FPDF_StructElement_GetAttributeAtIndex(element, place)
            value = self.raw.FPDF_StructElement_Attr_GetValue(attributes, name)
            if value and self.raw.FPDF_StructElement_Attr_GetNumberValue(value, said):
                return min(max(int(said.value), 1), MOST_SPANNED)
        return 1

    def _all(self, element: Any, depth: int) -> list[str]:
        """The texts below an element; "\n" between its blocks."""
        self.count += 1
        if not element or depth > DEEPEST or self.count > ELEMENTS:
            return []
        texts: list[str] = []
        self._own(element, lambda child: texts.extend(self._all(child, depth + 1)), texts)
        return [*texts, "\n"] if self._kind(element) in BLOCKS else texts

    def _own(self, element: Any, below: Any, into: list[str]) -> None:
        """Children and own texts of an element in their order."""
        for place in range(self.raw.FPDF_StructElement_CountChildren(element)):
            child = self.raw.FPDF_StructElement_GetChildAtIndex(element, place)
            if child:
                below(child)
            else:
                mark = self.raw.FPDF_StructElement_GetChildMarkedContentID(element, place)
                if mark >= 0:
                    into.append(self.texts.get(mark, ""))

    def _children(self, element: Any) -> list[Any]:
        count = self.raw.FPDF_StructElement_CountChildren(element)
        return [
            child for place in range(count) if (child := self.raw.FPDF_StructElement_GetChildAtIndex(element, place))
        ]

    def _kind(self, element: Any) -> str:
        size = self.raw.FPDF_StructElement_GetType(element, None, 0)
        buffer = ctypes.create_string_buffer(size)
        self.raw.FPDF_StructElement_GetType(element, buffer, size)
        return buffer.raw[: max(size - 2, 0)].decode("utf-16-le", errors="replace")

    def _close(self) -> None:
        text = _line(self.open)
        self.open = []
        if text:
            self.blocks.append(paragraph(text))

    # --- texts

    def _texts(self, page: Any) -> dict[int, str]:
        """Marked content → its text; what stands in no marked content (running heads) under -1."""
        textpage = page.get_textpage()
        texts: dict[int, list[str]] = defaultdict(list)
        last = -1
        for place in range(textpage.count_chars()):
            sign = chr(self.raw.FPDFText_GetUnicode(textpage.raw, place))
            piece = self.raw.FPDFText_GetTextObject(textpage.raw, place)
            if piece:
                last = self.raw.FPDFPageObj_GetMarkedContentID(piece)
            texts[last].append("\n" if sign in "\r\n" else "-" if sign in "\ufffe\x02" else sign)
        textpage.close()
        return {mark: "".join(signs) for mark, signs in texts.items()}


def _spread(rows: list[list[tuple[str, int, int]]]) -> list[list[str]]:
    """Texts in their columns: those that are merged stand in the first."""
    taken: dict[tuple[int, int], str] = {}
    for at, cells in enumerate(rows):
        column = 0
        for text, wide, high in cells:
            while (at, column) in taken:
                column += 1
            taken |= {(at + below, column + beside): "" for below in range(high) for beside in range(wide)}
            taken[at, column] = text
            column += wide
    spread: list[list[str]] = [[] for _ in rows]
    for at, column in sorted(place for place in taken if place[0] < len(rows)):
        spread[at] += [""] * (column - len(spread[at])) + [taken[at, column]]
    return [row for row in spread if any(row)]


def _lines(texts: list[str]) -> str:
    joined = "".join(texts)
    return "\n".join(line for part in joined.split("\n") if (line := " ".join(part.split())))


def _line(texts: list[str]) -> str:
    return " ".join("".join(texts).split())
