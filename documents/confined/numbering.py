"""The numbers a word processor counts by itself: 1., 1.1, a), IV, –."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from documents.confined.trees import attribute, child, local, number

BULLETS = {"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓", "\uf02d": "–"}  # of Symbol and Wingdings
ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


@dataclass(frozen=True)
class Level:
    start: int
    shape: str
    text: str


class Numbering:
    """Counts the paragraphs of every list in the order in which they come."""

    def __init__(self, root: Element | None) -> None:
        self.abstract: dict[str, dict[int, Level]] = {}
        self.of: dict[str, str] = {}
        self.overridden: dict[str, dict[int, Level]] = {}
        self.restarts: dict[str, dict[int, int]] = {}
        self.counts: dict[str, dict[int, int]] = {}
        self.begun: set[str] = set()
        for node in root if root is not None else ():
            if local(node) == "abstractNum":
                self.abstract[attribute(node, "abstractNumId")] = _levels(node)
            elif local(node) == "num":
                self._number(node)

    def _number(self, node: Element) -> None:
        key = attribute(node, "numId")
        self.of[key] = attribute(child(node, "abstractNumId"), "val")
        for override in node:
            if local(override) == "lvlOverride":
                place = number(attribute(override, "ilvl"))
                self.overridden.setdefault(key, {}).update(_levels(override))
                start = attribute(child(override, "startOverride"), "val")
                if start:
                    self.restarts.setdefault(key, {})[place] = number(start, 1)

    def next(self, key: str, place: int) -> str:
        """The label of the next paragraph of this list on this level; empty where there is none."""
        levels = {**self.abstract.get(self.of.get(key, ""), {}), **self.overridden.get(key, {})}
        level = levels.get(place)
        if level is None or level.shape == "none":
            return ""
        if level.shape == "bullet":
            return BULLETS.get(level.text, level.text if level.text.isprintable() and level.text.strip() else "–")
        counts = self.counts.setdefault(self.of[key], {})  # lists of one kind go on counting together
        if key not in self.begun:
            self.begun.add(key)
            for restarted, start in self.restarts.get(key, {}).items():
                counts[restarted] = start - 1
        counts[place] = counts.get(place, level.start - 1) + 1
        for deeper in [other for other in counts if other > place]:
            del counts[deeper]
        return re.sub(r"%([1-9])", lambda found: self._said(levels, counts, int(found[1]) - 1), level.text)

    def _said(self, levels: dict[int, Level], counts: dict[int, int], place: int) -> str:
        level = levels.get(place)
        return counted(counts.get(place, level.start), level.shape) if level else ""


def _levels(node: Element) -> dict[int, Level]:
    return {
        number(attribute(level, "ilvl")): Level(
            start=number(attribute(child(level, "start"), "val"), 1),
            shape=attribute(child(level, "numFmt"), "val", "decimal"),
            text=attribute(child(level, "lvlText"), "val"),
        )
        for level in node
        if local(level) == "lvl"
    }


def counted(count: int, shape: str) -> str:
    """counted(3, "lowerLetter") is c."""
    if shape in ("lowerLetter", "upperLetter") and count > 0:
        letters = chr(ord("a") + (count - 1) % 26) * min((count - 1) // 26 + 1, 10)
        return letters.upper() if shape == "upperLetter" else letters
    if shape in ("lowerRoman", "upperRoman") and 0 < count < 4000:
        roman = ""
        for value, signs in ROMAN:
            roman += signs * (count // value)
            count %= value
        return roman.upper() if shape == "upperRoman" else roman
    return f"{count:02}" if shape == "decimalZero" else str(count)
