"""A Word document as paragraphs and tables, as it reads with all tracked changes accepted."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from documents.confined.numbering import Numbering
from documents.confined.problem import Problem
from documents.confined.trees import attribute, child, found, local, number, paragraph, parsed, table
from documents.legacy_letters import converted, letters_of_font

REMOVED = ("del", "moveFrom")
TRACKED = (*REMOVED, "ins", "moveTo")
AROUND = ("sdt", "sdtContent", "customXml", "smartTag", "AlternateContent")
DEEPEST = 20  # tables within tables


@dataclass
class Styles:
    """What a style says of its paragraphs: level of heading, list, font."""

    levels: dict[str, int] = field(default_factory=dict)
    lists: dict[str, tuple[str, int]] = field(default_factory=dict)
    fonts: dict[str, str] = field(default_factory=dict)
    default: str = ""
    font: str = ""


def read(data: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        main = _main_part(package)
        return _Reader(package, main).answer()


class _Reader:
    def __init__(self, package: zipfile.ZipFile, main: str) -> None:
        self.package, self.main = package, main
        self.relations = list(_relations(package, main))
        self.styles = _styles(self._part("styles"))
        self.numbering = Numbering(self._part("numbering"))
        self.footnotes = {**self._notes("footnotes"), **self._notes("endnotes", "e")}
        self.cited: list[str] = []
        self.notes: set[str] = set()

    def answer(self) -> dict[str, Any]:
        root = parsed(self.package.read(self.main))
        body = child(root, "body")
        if body is None:
            raise Problem("broken", self.main)
        blocks = self._blocks(body)
        for place, key in enumerate(dict.fromkeys(self.cited), 1):
            if key in self.footnotes:
                blocks.append(paragraph(f"[{place}] {self._text_of(self.footnotes[key])}"))
        if self._part("comments") is not None:
            self.notes.add("comments")
        return found(
            blocks,
            headers=self._margins("header"),
            footers=self._margins("footer"),
            notes=sorted(self.notes),
            **_properties(self.package),
        )

    # --- parts ---

    def _part(self, kind: str) -> Element | None:
        return next(self._parts(kind), None)

    def _parts(self, kind: str) -> Iterator[Element]:
        for name, target in self.relations:
            if name == kind and target in self.package.NameToInfo:
                yield parsed(self.package.read(target))

    def _notes(self, kind: str, mark: str = "") -> dict[str, Element]:
        root = self._part(kind)
        return {mark + attribute(note, "id"): note for note in root} if root is not None else {}

    def _margins(self, kind: str) -> list[dict[str, Any]]:
        """Headers (or footers) of all sections, each text once."""
        seen: list[dict[str, Any]] = []
        for part in self._parts(kind):
            for block in found(self._blocks(part))["blocks"]:
                if block not in seen:
                    seen.append(block)
        return seen

    # --- blocks ---

    def _blocks(self, parent: Element, depth: int = 0) -> list[dict[str, Any]]:
        blocks: list[dict[str, Any]] = []
        for node in parent:
            kind = local(node)
            if kind == "p":
                blocks += self._paragraph(node)
            elif kind == "tbl" and depth < DEEPEST:
                blocks.append(table(self._rows(node, depth)))
            elif kind in TRACKED:
                self.notes.add("tracked")
                blocks += [] if kind in REMOVED else self._blocks(node, depth)
            elif kind in AROUND and depth < 3 * DEEPEST:
                blocks += self._blocks(_first(node) if kind == "AlternateContent" else node, depth + 1)
            elif kind == "tbl" or kind in AROUND:
                self.notes.add("cut")
        return blocks

    def _paragraph(self, node: Element) -> list[dict[str, Any]]:
        properties = child(node, "pPr")
        style = attribute(child(properties, "pStyle"), "val") or self.styles.default
        boxes: list[Element] = []
        text = self._inline(node, boxes, self.styles.fonts.get(style, self.styles.font))
        level = self.styles.levels.get(style, 0)
        outline = attribute(child(properties, "outlineLvl"), "val")
        if outline:
            level = number(outline, 9) + 1 if number(outline, 9) < 6 else 0
        if text.strip():
            text = self._label(properties, style) + text
        blocks = [paragraph(text, level)]
        for box in boxes:
            blocks += self._blocks(box, DEEPEST - 2)
        return blocks

    def _label(self, properties: Element | None, style: str) -> str:
        """What Word counts by itself: “5.7.1 ”, “a) ”, “– ”."""
        own = child(properties, "numPr")
        listed = self.styles.lists.get(style)
        if own is not None:
            level = number(attribute(child(own, "ilvl"), "val"), listed[1] if listed else 0)
            given = attribute(child(own, "numId"), "val")
            listed = (given or (listed[0] if listed else ""), level)
        label = self.numbering.next(*listed) if listed else ""
        return f"{label} " if label else ""

    def _rows(self, node: Element, depth: int) -> list[list[str]]:
        rows: list[list[str]] = []
        for row in _within(node, "tr", self.notes):
            cells = [""] * min(number(attribute(child(row, "trPr", "gridBefore"), "val")), 100)
            for cell in _within(row, "tc", self.notes):
                properties = child(cell, "tcPr")
                merge = child(properties, "vMerge")
                continues = merge is not None and attribute(merge, "val", "continue") == "continue"
                cells.append("" if continues else self._cell(cell, depth))
                cells += [""] * (min(number(attribute(child(properties, "gridSpan"), "val"), 1), 100) - 1)
            rows.append(cells)
        return rows

    def _cell(self, cell: Element, depth: int) -> str:
        """The paragraphs of a cell one below the other; a table in it row by row."""
        lines = []
        for block in self._blocks(cell, depth + 1):
            if "rows" in block:
                lines += [" | ".join(filter(None, row)) for row in block["rows"]]
            else:
                lines.append(block["text"])
        return "\n".join(filter(str.strip, lines))

    # --- text ---

    def _text_of(self, node: Element) -> str:
        return " ".join(block["text"] for block in self._blocks(node) if block.get("text")).strip()

    def _inline(self, parent: Element, boxes: list[Element], font: str, depth: int = 0) -> str:
        if depth > 60:
            raise Problem("exhausting")
        pieces: list[str] = []
        for node in parent:
            kind = local(node)
            if kind == "t":
                pieces.append(self._spelled(node.text or "", font))
            elif kind == "r":
                if _is_on(child(node, "rPr", "vanish")):
                    self.notes.add("hidden_text")
                fonts = child(node, "rPr", "rFonts")
                pieces.append(self._inline(node, boxes, attribute(fonts, "ascii") or font, depth + 1))
            elif kind in TRACKED:
                self.notes.add("tracked")
                pieces += [] if kind in REMOVED else [self._inline(node, boxes, font, depth + 1)]
            elif sign := _drawn(node, kind):
                pieces.append(sign)
            elif kind in ("footnoteReference", "endnoteReference"):
                key = ("e" if kind.startswith("end") else "") + attribute(node, "id")
                self.cited.append(key)
                pieces.append(f"[{list(dict.fromkeys(self.cited)).index(key) + 1}]")
            elif kind == "txbxContent":
                boxes.append(node)
            elif kind == "AlternateContent":
                pieces.append(self._inline(_first(node), boxes, font, depth + 1))
            elif kind not in ("pPr", "rPr", "instrText", "delText", "delInstrText", "sdtPr", "oMathPara", "Fallback"):
                pieces.append(self._inline(node, boxes, font, depth + 1))
        return "".join(pieces)

    def _spelled(self, text: str, font: str) -> str:
        if font.lower().startswith("wingdings"):
            return "".join(_sign(font, ord(sign)) if 0xF000 <= ord(sign) <= 0xF0FF else sign for sign in text)
        letters = letters_of_font(font)
        if not letters:
            return text
        self.notes.add("old_fonts")
        spelled = converted(text, letters)
        return spelled.upper() if font.startswith(".") and font.endswith("H") else spelled  # .VnTimeH draws capitals


SIGNS = {  # of the fonts whose letters are pictures, as Unicode has them
    "wingdings": {0x6F: "☐", 0x71: "☐", 0x72: "☐", 0xA8: "☐", 0xFE: "☑", 0xFD: "☒", 0xFC: "✓", 0xFB: "✗", 0xE0: "→", 0xDF: "←",
                  0xF0: "⇨", 0xD8: "➢", 0xA7: "▪", 0x6E: "■", 0x6C: "●", 0x76: "❖", 0x46: "☞", 0x20: " "},
    "wingdings 2": {0xA3: "☐", 0x2A: "☐", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x50: "✓", 0x4F: "✗", 0x20: " "},
    "symbol": {0xB7: "•", 0xA3: "≤", 0xB3: "≥", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xB9: "≠", 0xAE: "→", 0xB0: "°"},
}  # fmt: skip


def _drawn(node: Element, kind: str) -> str:
    """What stands in a text without being written: tabs, ends of lines, signs by number, boxes to tick."""
    if kind == "sym":
        code = attribute(node, "char")
        return _sign(attribute(node, "font"), int(code, 16)) if re.fullmatch("[0-9A-Fa-f]{1,5}", code) else ""
    if kind == "checkBox":
        return _box(node)
    return {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}.get(kind, "")


def _sign(font: str, number: int) -> str:
    """A sign given by its number in a font; "" for a mere ornament."""
    known = SIGNS.get(font.lower())
    if known is not None or 0xF000 <= number <= 0xF0FF:
        return (known or {}).get(number & 0xFF, "")
    return chr(number)


def _box(node: Element) -> str:
    checked = child(node, "checked")
    return "☑" if _is_on(checked if checked is not None else child(node, "default")) else "☐"


def _is_on(node: Element | None) -> bool:
    return node is not None and attribute(node, "val", "1").lower() not in ("0", "false", "off")


# --- parts of the package -------------------------------------------------------------------------


def _main_part(package: zipfile.ZipFile) -> str:
    for kind, target in _relations(package, ""):
        if kind == "officeDocument" and target in package.NameToInfo:
            return target
    raise Problem("broken", "_rels/.rels")


def _relations(package: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str]]:
    """Kind and target of what this part refers to within the package."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels not in package.NameToInfo:
        return
    for relation in parsed(package.read(rels)):
        if relation.get("TargetMode", "").lower() != "external":
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
            yield relation.get("Type", "").rsplit("/", 1)[-1], target


def _styles(root: Element | None) -> Styles:
    styles = Styles()
    if root is None:
        return styles
    styles.font = attribute(child(root, "docDefaults", "rPrDefault", "rPr", "rFonts"), "ascii")
    nodes = {attribute(node, "styleId"): node for node in root if local(node) == "style"}
    for key, node in nodes.items():
        if attribute(node, "type") == "paragraph" and attribute(node, "default") in ("1", "true"):
            styles.default = key
        _inherit(styles, key, nodes)
    return styles


def _inherit(styles: Styles, key: str, nodes: dict[str, Element]) -> None:
    """What the style says itself, else the one it is based on."""
    styles.levels[key], styles.fonts[key] = 0, styles.font
    chain: list[Element] = []
    node = nodes.get(key)
    while node is not None and node not in chain and len(chain) < 20:
        chain.append(node)
        node = nodes.get(attribute(child(node, "basedOn"), "val"))
    levels = (level for one in chain if (level := _level(one)) is not None)
    styles.levels[key] = next(levels, 0)
    fonts = (attribute(child(one, "rPr", "rFonts"), "ascii") for one in chain)
    styles.fonts[key] = next(filter(None, fonts), styles.font)
    for one in chain:
        numbered = child(one, "pPr", "numPr")
        if numbered is not None and (given := attribute(child(numbered, "numId"), "val")):
            own = child(chain[0], "pPr", "numPr", "ilvl")
            place = own if own is not None else child(numbered, "ilvl")
            styles.lists[key] = (given, number(attribute(place, "val")))
            break


def _level(style: Element) -> int | None:
    outline = attribute(child(style, "pPr", "outlineLvl"), "val")
    if outline:
        return number(outline, 9) + 1 if number(outline, 9) < 6 else 0
    name = attribute(child(style, "name"), "val").lower()
    if name == "title":
        return 1
    heading = re.fullmatch(r"heading ([1-6])", name)
    return int(heading[1]) if heading else None


def _within(parent: Element, name: str, notes: set[str]) -> Iterable[Element]:
    """Rows or cells, also those in a content control; what was removed under tracking is left out."""
    for node in parent:
        if local(node) == name:
            if child(node, "trPr", "del") is not None:
                notes.add("tracked")
                continue
            yield node
        elif local(node) in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _within(node, name, notes)
        elif local(node) == "AlternateContent":
            yield from _within(_first(node), name, notes)


def _first(alternate: Element) -> Element:
    """The same is said several times, for newer and for older programs: what the newest reads."""
    return next(iter(alternate), Element("none"))


def _properties(package: zipfile.ZipFile) -> dict[str, Any]:
    """Title and author as the program noted them, and the pages it counted last."""
    said: dict[str, Any] = {}
    for name in package.namelist():
        lower = name.lower()
        if lower == "docprops/core.xml":
            root = parsed(package.read(name))
            said["title"] = (getattr(child(root, "title"), "text", "") or "").strip()
            said["author"] = (getattr(child(root, "creator"), "text", "") or "").strip()
        elif lower == "docprops/app.xml":
            pages = getattr(child(parsed(package.read(name)), "Pages"), "text", "") or ""
            said["page_count"] = number(pages.strip()) or None
    return said
