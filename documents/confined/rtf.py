"""RTF: its text, tables and margins; the instructions of its fields, which may fetch or start something."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from documents.confined.fields import WITHIN, check_field
from documents.confined.trees import found, paragraph, table
from documents.legacy_letters import converted, letters_of_font

TOKEN = re.compile(rb"\\(?:([A-Za-z]{1,32})(-?[0-9]{1,10})? ?|'([0-9A-Fa-f]{2})|(.))|([{}])|([^\\{}]+)", re.S)
UNSEEN = {
    "colortbl", "stylesheet", "info", "pict", "objdata", "filetbl", "listtable", "listoverridetable", "revtbl", "rsidtbl",
    "generator", "xmlnstbl", "themedata", "colorschememapping", "datastore", "latentstyles", "bkmkstart", "bkmkend",
    "annotation", "atnid", "atnauthor", "nonshppict", "private", "userprops", "pgptbl", "mmathPr", "wgrffmtfilter",
}  # fmt: skip  # groups that are not text
KEPT_THOUGH_STARRED = ("shppict", "shpinst", "shptxt", "shprslt", "fldinst")
MARGINS = ("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf")
SIGNS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "~": " ", "_": "-",
}  # fmt: skip
CODE_PAGES = {  # by \fcharset
    77: 10000, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256, 186: 1257,
    204: 1251, 222: 874, 238: 1250,
}  # fmt: skip


@dataclass(frozen=True)
class Group:
    """What holds between two braces."""

    to: str = "body"  # body, header, footer, fonts, field, or "" for what is not read
    font: int = 0
    fallback: int = 1  # signs behind a \\u that older programs show in its place
    in_table: bool = False
    starred: bool = False


class Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.code_page, self.default_font = 1252, 0
        self.fonts: dict[int, tuple[int, str]] = {}  # code page (0: of the document) and name
        self.group, self.above = Group(), list[Group]()
        self.bytes, self.letters = b"", ""  # of the open run: bytes in its code page; signs before them
        self.texts = {"body": "", "header": "", "footer": "", "fonts": "", "field": ""}
        self.margins: dict[str, list[str]] = {"header": [], "footer": []}
        self.blocks: list[dict[str, Any]] = []
        self.cells: list[str] = []
        self.rows: list[list[str]] = []
        self.fields: list[str] = []
        self.notes: set[str] = set()
        self.skip = 0

    def answer(self) -> dict[str, Any]:
        for word, number, sign in self._tokens():
            if sign is not None:
                self._add(sign)
            elif word == "{":
                self._flush()
                self.above.append(self.group)
                self.group, self.skip = replace(self.group, starred=False), 0
            elif word == "}":
                self._close()
            else:
                self._control(word, number)
        self._flush()
        self._end_paragraph()
        self._end_table()
        for words in self.fields:
            check_field(words, "RTF")
        return found(
            self.blocks,
            headers=[paragraph(line) for line in dict.fromkeys(self.margins["header"])],
            footers=[paragraph(line) for line in dict.fromkeys(self.margins["footer"])],
            notes=sorted(self.notes),
        )

    def _tokens(self) -> Iterator[tuple[str, int | None, bytes | None]]:
        """A control word and its number; or bytes of text."""
        place = 0
        while token := TOKEN.match(self.data, place):
            place = token.end()
            word, number, code, sign, brace, text = token.groups()
            if text is not None:
                yield "", None, re.sub(rb"[\r\n\0]", b"", text)
            elif code is not None:
                yield "'", None, bytes([int(code, 16)])
            elif word is None and sign in (b"{", b"}", b"\\"):
                yield "", None, sign
            elif word is None:
                yield (brace or sign).decode("latin-1"), None, None
            else:
                count = int(number) if number is not None else None
                if word == b"bin" and count and count > 0:
                    place += count
                yield word.decode(), count, None

    # --- signs ---

    def _add(self, text: bytes) -> None:
        kept = text[self.skip :]
        self.skip = max(0, self.skip - len(text))
        if self.group.to:
            self.bytes += kept

    def _say(self, sign: str) -> None:
        """A sign that is told by its name or number."""
        if self.group.to:
            self._decode()
            self.letters += sign

    def _decode(self) -> None:
        if not self.bytes:
            return
        page, name = self.fonts.get(self.group.font, (0, ""))
        letters = letters_of_font(name)
        if letters and self.group.to not in ("fonts", "field"):
            self.letters += converted(self.bytes.decode("latin-1"), letters)
            self.notes.add("old_fonts")
        else:
            self.letters += self.bytes.decode(_codec(page or self.code_page), "replace")
        self.bytes = b""

    def _flush(self) -> None:
        self._decode()
        if self.letters and self.group.to:
            self.texts[self.group.to] += self.letters
        self.letters = ""

    # --- groups and words ---

    def _close(self) -> None:
        if self.group.to == "fonts":
            self._name_font()
        self._flush()
        gone, self.skip = self.group, 0
        self.group = self.above.pop() if self.above else Group()
        if gone.to == self.group.to:
            return
        if gone.to == "field":
            self.fields.append(self.texts["field"])
            self.texts["field"] = ""
        elif gone.to in self.margins:
            self._end_margin(gone.to)

    def _control(self, word: str, number: int | None) -> None:
        if word == "u" and number is not None:
            self._say(_sign(number))
            self.skip = self.group.fallback
            return
        starred, self.group = self.group.starred, replace(self.group, starred=word == "*")
        if word == "fonttbl":
            self._into("fonts")
        elif word == "fldinst":
            if self.group.to == "field":
                self._say(WITHIN)
            self._into("field")
        elif word == "template":  # what the document is made from, checked as the field of this name
            self._into("field")
            self._say(f"{WITHIN}TEMPLATE ")
        elif word in MARGINS:
            self._into(word[:6])
        elif word in UNSEEN or (starred and word not in KEPT_THOUGH_STARRED):
            self._into("")
        elif self.group.to == "fonts":
            self._font(word, number)
        elif word in SIGNS:
            self._say(SIGNS[word])
        else:
            self._layout(word, number)

    def _into(self, to: str) -> None:
        self._flush()
        if self.group.to:  # within what is not read nothing is
            self.group = replace(self.group, to=to)

    def _font(self, word: str, number: int | None) -> None:
        if word == "f" and number is not None:
            self._name_font()
            self.group = replace(self.group, font=number)
            self.fonts.setdefault(number, (0, ""))
        elif word == "fcharset" and number is not None:
            self.fonts[self.group.font] = (CODE_PAGES.get(number, 0), "")

    def _name_font(self) -> None:
        """The name stands behind what is said of the font, up to a semicolon."""
        self._flush()
        page, known = self.fonts.get(self.group.font, (0, ""))
        self.fonts[self.group.font] = (page, known or self.texts["fonts"].split(";")[0].strip())
        self.texts["fonts"] = ""

    def _layout(self, word: str, number: int | None) -> None:
        if word == "ansicpg" and number:
            self.code_page = number
        elif word == "deff":
            self.default_font = number or 0
            self.group = replace(self.group, font=self.default_font)
        elif word == "uc":
            self.group = replace(self.group, fallback=min(max(number if number is not None else 1, 0), 100))
        elif word in ("f", "plain"):
            self._decode()
            self.group = replace(self.group, font=number or 0 if word == "f" else self.default_font)
        elif word == "v" and number != 0:
            self.notes.add("hidden_text")
        elif word in ("par", "sect", "page", "\n", "\r"):
            self._flush()
            self._end_line()
        elif word in ("pard", "intbl"):
            self.group = replace(self.group, in_table=word == "intbl")
        elif word in ("cell", "nestcell"):
            self._flush()
            self.cells.append(self.texts["body"])
            self.texts["body"] = ""
        elif word in ("row", "nestrow"):
            self._flush()
            self.rows.append(self.cells)
            self.cells, self.texts["body"] = [], ""

    # --- lines and tables ---

    def _end_line(self) -> None:
        if self.group.to in self.margins:
            self._end_margin(self.group.to)
        elif self.group.to != "body":
            return
        elif self.group.in_table:
            self.texts["body"] += "\n"
        else:
            self._end_paragraph()

    def _end_margin(self, name: str) -> None:
        if self.texts[name].strip():
            self.margins[name].append(self.texts[name])
        self.texts[name] = ""

    def _end_paragraph(self) -> None:
        self._end_table()
        if self.texts["body"].strip():
            self.blocks.append(paragraph(self.texts["body"]))
        self.texts["body"] = ""

    def _end_table(self) -> None:
        if self.cells:
            self.rows.append(self.cells)
        if self.rows:
            self.blocks.append(table(self.rows))
        self.cells, self.rows = [], []


def look(data: bytes) -> dict[str, Any]:
    """Raises Problem for fields that fetch or start something."""
    return {"notes": Reader(data).answer()["notes"]}


def read(data: bytes) -> dict[str, Any]:
    return Reader(data).answer()


def _sign(number: int) -> str:
    number = number % 65_536
    return "" if 0xD800 <= number < 0xE000 else chr(number)


def _codec(page: int) -> str:
    try:
        return codecs.lookup({10000: "mac_roman", 65001: "utf-8"}.get(page, f"cp{page}")).name
    except LookupError:
        return "cp1252"
