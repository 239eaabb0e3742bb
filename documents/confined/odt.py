"""An OpenDocument text as paragraphs and tables."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from xml.etree.ElementTree import Element

from documents.confined.problem import Problem
from documents.confined.trees import COLUMNS, attribute, child, found, local, number, paragraph, parsed, table

LEFT_OUT = (
    "tracked-changes", "annotation", "annotation-end", "sequence-decls", "forms", "variable-decls", "user-field-decls",
    "note-citation", "bibliography-source", "title", "desc",
)  # fmt: skip
GROUPS = (
    "section", "list", "list-item", "list-header", "index-body", "table-of-content", "index-title", "text-box",
    "alphabetical-index", "illustration-index", "table-index", "bibliography", "header", "footer",
)  # fmt: skip
DEEPEST = 40


def read(data: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        reader = _Reader()
        body = child(parsed(package.read("content.xml"), dtd=True), "body", "text")
        if body is None:
            raise Problem("broken", "content.xml")
        blocks = reader.blocks(body)
        blocks += [paragraph(f"[{place}] {text}") for place, text in enumerate(reader.footnotes, 1)]
        if child(body, "tracked-changes") is not None:
            reader.notes.add("tracked")
        margins = _margins(package)
        return found(blocks, **margins, notes=sorted(reader.notes), **_properties(package))


class _Reader:
    def __init__(self) -> None:
        self.footnotes: list[str] = []
        self.notes: set[str] = set()

    def blocks(self, parent: Element, depth: int = 0) -> list[dict[str, Any]]:
        if depth > DEEPEST:
            raise Problem("exhausting")
        blocks: list[dict[str, Any]] = []
        for node in parent:
            kind = local(node)
            if kind in ("p", "h"):
                boxes: list[Element] = []
                level = number(attribute(node, "outline-level"), 1) if kind == "h" else 0
                blocks.append(paragraph(self._inline(node, boxes), level))
                for box in boxes:
                    blocks += self.blocks(box, depth + 1)
            elif kind == "table":
                blocks.append(table(self._rows(node, depth)))
            elif kind in GROUPS or kind in ("frame", "g"):
                blocks += self.blocks(node, depth + 1)
        return blocks

    def _rows(self, parent: Element, depth: int) -> list[list[str]]:
        rows: list[list[str]] = []
        for node in parent:
            if local(node) in ("table-header-rows", "table-rows", "table-row-group"):
                rows += self._rows(node, depth)
            elif local(node) == "table-row":
                row: list[str] = []
                for cell in node:
                    if local(cell) in ("table-cell", "covered-table-cell"):
                        text = self._cell(cell, depth) if local(cell) == "table-cell" else ""
                        times = number(attribute(cell, "number-columns-repeated"), 1)
                        row += [text] * min(times, COLUMNS)
                rows.append(row)
        return rows

    def _cell(self, cell: Element, depth: int) -> str:
        lines = []
        for block in self.blocks(cell, depth + 1):
            if "rows" in block:
                lines += [" | ".join(filter(None, row)) for row in block["rows"]]
            else:
                lines.append(block["text"])
        return "\n".join(filter(str.strip, lines))

    def _inline(self, node: Element, boxes: list[Element], depth: int = 0) -> str:
        if depth > DEEPEST:
            raise Problem("exhausting")
        pieces = [node.text or ""]
        for one in node:
            kind = local(one)
            if kind == "s":
                pieces.append(" " * min(number(attribute(one, "c"), 1), 100))
            elif kind == "tab":
                pieces.append("\t")
            elif kind == "line-break":
                pieces.append("\n")
            elif kind == "note":
                self.footnotes.append(" ".join(block["text"] for block in self.blocks(child(one, "note-body") or one)))
                pieces.append(f"[{len(self.footnotes)}]")
            elif kind == "annotation":
                self.notes.add("comments")
            elif kind in ("text-box", "frame"):
                boxes.append(one)
            elif kind not in LEFT_OUT:
                pieces.append(self._inline(one, boxes, depth + 1))
            pieces.append(one.tail or "")
        return "".join(pieces)


def _margins(package: zipfile.ZipFile) -> dict[str, Any]:
    said: dict[str, list[dict[str, Any]]] = {"headers": [], "footers": []}
    if "styles.xml" not in package.NameToInfo:
        return said
    for page in parsed(package.read("styles.xml"), dtd=True).iter():
        if local(page) == "master-page":
            for node in page:
                kind = {"header": "headers", "footer": "footers"}.get(local(node).split("-")[0])
                if kind:
                    blocks = found(_Reader().blocks(node))["blocks"]
                    said[kind] += [block for block in blocks if block not in said[kind]]
    return said


def _properties(package: zipfile.ZipFile) -> dict[str, Any]:
    if "meta.xml" not in package.NameToInfo:
        return {}
    meta = child(parsed(package.read("meta.xml"), dtd=True), "meta")
    texts = {local(node): (node.text or "").strip() for node in meta} if meta is not None else {}
    pages = attribute(child(meta, "document-statistic"), "page-count")
    return {
        "title": texts.get("title", ""),
        "author": texts.get("initial-creator", "") or texts.get("creator", ""),
        "page_count": number(pages) or None,
    }
