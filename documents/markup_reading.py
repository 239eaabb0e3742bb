"""Blocks of formatted text, and how they are read out of tags: into one canonical shape (documents/markup.py says which)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.utils.translation import gettext as _

from tenants.letters import nfc

NESTED = 8  # lists and quotations within each other; what lies deeper moves up
MOST_CELLS = 5_000  # of one table
WIDEST = 50  # columns
MARKS = ("a", "strong", "em", "u", "s", "sub", "sup")  # from the outermost
ALIGNED = {"center": "centre", "centre": "centre", "right": "right", "end": "right", "justify": "justify"}
HEADINGS = ("h2", "h3", "h4")
BREAK = "\n"  # the text of a run that is a line break

SAME = {
    "b": "strong", "i": "em", "ins": "u", "strike": "s", "del": "s", "h1": "h2", "h5": "h4", "h6": "h4",
    **{tag: tag for tag in (*MARKS, "p", *HEADINGS, "br", "ul", "ol", "li", "blockquote", "table", "thead", "tr", "th", "td")},
}  # fmt: skip
UNSEEN = re.compile(  # signs of control, and those that turn the direction in which the rest is read
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]"
)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_EMPTY_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s<>\"\x00-\x20]{1,2000}", re.IGNORECASE)


class Refused(ValueError):
    """What cannot be kept, in words for whoever wrote it."""


@dataclass(frozen=True)
class Run:
    """Words of one look; a line break is a run of its own."""

    text: str
    marks: tuple[str, ...] = ()
    href: str = ""


@dataclass(frozen=True)
class Block:
    """A paragraph or heading (its runs), or what holds others: list, item, quotation, table, row, cell."""

    tag: str
    runs: tuple[Run, ...] = ()
    children: tuple[Block, ...] = ()
    align: str = ""
    start: int = 1
    columns: int = 1
    rows: int = 1

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


Blocks = tuple[Block, ...]


# --- reading ---------------------------------------------------------------------------------------


@dataclass
class _Node:
    tag: str
    align: str = ""
    start: int = 1
    columns: int = 1
    rows: int = 1
    runs: list[Run] = field(default_factory=list)
    children: list[_Node] = field(default_factory=list)
    before: list[_Node] = field(default_factory=list)  # of a table: what stood in it outside of any cell


class Reader(HTMLParser):
    """Builds blocks out of well-formed tags of the known set."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("root")
        self.open = [self.root]
        self.tags: list[tuple[str, _Node | None]] = []  # containers as they were opened; None: one that is not kept
        self.marks: list[tuple[str, str]] = []
        self.leaf: _Node | None = None
        self.headed = 0  # within so many thead
        self.is_loose = False  # the leaf has no tag of its own

    def blocks(self) -> Blocks:
        return tuple(_settled(self.root.children, top=True))

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        tag, given = SAME.get(name, ""), {key: value or "" for key, value in attrs}
        if tag in MARKS:
            address = nfc(given.get("href", "").strip()) if tag == "a" else ""
            self.marks.append((tag, address if _ADDRESS.fullmatch(address) else ""))
        elif tag == "br":
            self._leaf().runs.append(Run(BREAK))
        elif tag in ("p", *HEADINGS) or name == "div":
            self._begin(_Node(tag or "p", align=_align(given)))
        elif tag == "thead":
            self.leaf, self.headed = None, self.headed + 1
        elif tag:
            self._open(tag, given)
        else:
            self.leaf = None

    def handle_endtag(self, name: str) -> None:
        tag = SAME.get(name, "")
        if tag in MARKS:
            if self.marks:
                self.marks.pop()
        elif tag == "thead":
            self.leaf, self.headed = None, max(0, self.headed - 1)
        elif tag != "br":
            self.leaf = None
            if self.tags and self.tags[-1][0] == tag and self.tags.pop()[1] is not None:
                self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.leaf is not None and not self.is_loose:
            self._say(data)
        elif self._flow() is self.root:
            self.loose(data)
        elif data.strip(" \t\n\r\f") or self.leaf is not None:
            self._say(data)

    def loose(self, text: str) -> None:
        """Words outside of all tags: lines are lines, empty lines part paragraphs."""
        for place, paragraph in enumerate(_EMPTY_LINES.split(text)):
            if place:
                self.leaf = None
            for number, line in enumerate(paragraph.split("\n")):
                if number and self.leaf is not None:
                    self.leaf.runs.append(Run(BREAK))
                if line and (line.strip(" \t\r\f") or self.leaf is not None):
                    self._say(line)

    def _say(self, data: str) -> None:
        names = {tag for tag, _href in self.marks}
        href = next((href for tag, href in reversed(self.marks) if tag == "a"), "")
        marks = tuple(tag for tag in MARKS if tag in names and (tag != "a" or href))
        self._leaf().runs.append(Run(UNSEEN.sub("", _BLANKS.sub(" ", data)), marks, href))

    def _leaf(self) -> _Node:
        if self.leaf is None:
            self._begin(_Node("p"))
            self.is_loose = True
        assert self.leaf is not None
        return self.leaf

    def _begin(self, leaf: _Node) -> None:
        self._flow(leaf)
        self.leaf, self.is_loose = leaf, False

    def _flow(self, leaf: _Node | None = None) -> _Node:
        """The node that holds paragraphs here; with `leaf`, it is put there."""
        here = self.open[-1]
        if here.tag in ("ul", "ol"):
            if not here.children:
                here.children.append(_Node("li"))
            here = here.children[-1]
        if here.tag in ("table", "tr"):
            here = next(node for node in reversed(self.open) if node.tag == "table")
            if leaf is not None:
                here.before.append(leaf)
        elif leaf is not None:
            here.children.append(leaf)
        return here

    def _open(self, tag: str, given: dict[str, str]) -> None:
        self.leaf = None
        here, node = self.open[-1], None
        if self._has_place(tag, here):
            start, columns, rows = (_whole(given.get(name, "")) for name in ("start", "colspan", "rowspan"))
            cell = "th" if tag == "td" and self.headed else tag
            node = _Node(cell, start=start, columns=columns, rows=rows)
            (here if tag in ("li", "tr", "th", "td") else self._flow()).children.append(node)
            self.open.append(node)
        self.tags.append((tag, node))

    def _has_place(self, tag: str, here: _Node) -> bool:
        if tag in ("th", "td"):
            return here.tag == "tr"
        if tag in ("tr", "li"):
            return here.tag in (("table",) if tag == "tr" else ("ul", "ol"))
        around = [node.tag for node in self.open]
        if here.tag in ("table", "tr") or (tag == "table" and "table" in around):
            return False
        return sum(name in ("ul", "ol", "blockquote") for name in around) < NESTED


def _align(given: dict[str, str]) -> str:
    words = [*given.get("class", "").split(), given.get("align", ""), given.get("style", "").rpartition(":")[2]]
    return next((ALIGNED[word] for word in (word.strip(" ;").lower() for word in words) if word in ALIGNED), "")


def _whole(value: str) -> int:
    return min(int(value), 9999) if value.isascii() and value.isdecimal() and 0 < len(value) < 9 and int(value) else 1


# --- canonical shape -------------------------------------------------------------------------------


def _settled(nodes: Iterable[_Node], *, top: bool = False) -> Iterator[Block]:
    for node in nodes:
        if node.tag in ("p", *HEADINGS):
            yield from _paragraphs(node, heading=top and node.tag != "p")
        elif node.tag == "table":
            yield from _settled(node.before, top=top)
            rows = [tuple(_cell(cell) for cell in row.children) for row in node.children]
            if rows := [row for row in rows if row]:
                yield Block("table", children=_rectangle(rows))
        elif node.tag in ("ul", "ol"):
            items = (Block("li", children=tuple(_settled(item.children))) for item in node.children)
            if items_said := tuple(item for item in items if item.children):
                yield Block(node.tag, children=items_said, start=node.start if node.tag == "ol" else 1)
        elif children := tuple(_settled(node.children)):
            yield Block(node.tag, children=children)


def _cell(node: _Node) -> Block:
    return Block(node.tag, children=tuple(_settled(node.children)), columns=node.columns, rows=node.rows)


def _paragraphs(node: _Node, *, heading: bool) -> Iterator[Block]:
    """A leaf as it is kept: blanks as one, no line break at its ends, two of them part paragraphs."""
    strong = node.tag != "p" and not heading  # a heading within a list or table
    found: list[list[Run]] = [[]]
    breaks = 0
    for run in node.runs:
        if run.text == BREAK and not run.marks:
            breaks += 1
            continue
        if not run.text.strip(" \t\r\n\f") and breaks:
            continue
        if breaks > 1 and not heading:
            found.append([])
        elif breaks:
            found[-1].append(Run(" " if heading else BREAK))
        breaks = 0
        marks = tuple(mark for mark in MARKS if mark in run.marks or (strong and mark == "strong"))
        found[-1].append(Run(run.text, marks, run.href))
    for runs in found:
        if tidy := tuple(_tidy(runs)):
            yield Block(node.tag if heading else "p", tidy, align=node.align)


def _tidy(runs: list[Run]) -> list[Run]:
    """Runs of one look joined, blanks collapsed across them, none at the ends and beside line breaks."""
    joined: list[Run] = []
    blank = True  # what stands before ends with a blank
    for run in runs:
        if run.text == BREAK:
            _strip_end(joined)
            if joined:
                joined.append(run)
            blank = True
            continue
        text = _BLANKS.sub(" ", run.text)
        text = text[1:] if blank and text.startswith(" ") else text
        if not text:
            continue
        blank = text.endswith(" ")
        last = joined[-1] if joined else None
        if last and last.text != BREAK and (last.marks, last.href) == (run.marks, run.href):
            joined[-1] = Run(nfc(last.text + text), run.marks, run.href)
        else:
            joined.append(Run(nfc(text), run.marks, run.href))
    while joined and (joined[-1].text == BREAK or joined[-1].text.endswith(" ")):
        if joined[-1].text == BREAK:
            joined.pop()
        else:
            _strip_end(joined)
    return joined if any(run.text.strip() for run in joined) else []


def _strip_end(runs: list[Run]) -> None:
    if runs and runs[-1].text != BREAK and runs[-1].text.endswith(" "):
        last = runs.pop()
        if text := last.text.rstrip(" "):
            runs.append(Run(text, last.marks, last.href))


def _rectangle(rows: list[tuple[Block, ...]]) -> Blocks:
    """The rows with every place of the grid taken once: spans cut to what is there, empty cells for what is missing."""
    if len(rows) > MOST_CELLS:
        raise _too_large()
    taken: list[set[int]] = [set() for _row in rows]
    placed: list[list[Block]] = []
    for number, row in enumerate(rows):
        column, cells = 0, []
        for cell in row:
            while column in taken[number]:
                column += 1
            if column >= WIDEST:
                raise _too_large()
            free = next(
                n for n in range(1, WIDEST + 1) if n == min(cell.columns, WIDEST) or column + n in taken[number]
            )
            deep = min(cell.rows, len(rows) - number)
            for below in range(number, number + deep):
                taken[below].update(range(column, column + free))
            cells.append(Block(cell.tag, children=cell.children, columns=free, rows=deep))
            column += free
        placed.append(cells)
    width = max(max(columns, default=-1) for columns in taken) + 1
    if width > WIDEST or width * len(rows) > MOST_CELLS:
        raise _too_large()
    return tuple(
        Block("tr", children=(*cells, *(Block(_like(cells)) for _missing in range(width - len(columns)))))
        for cells, columns in zip(placed, taken, strict=True)
    )


def _like(cells: list[Block]) -> str:
    return "th" if cells and all(cell.tag == "th" for cell in cells) else "td"


def _too_large() -> Refused:
    return Refused(
        _("A table has at most %(columns)s columns and %(cells)s cells. Divide it.")
        % {"columns": WIDEST, "cells": MOST_CELLS}
    )
