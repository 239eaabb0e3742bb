"""Formatted text as it is kept: a small set of HTML, sanitised, in one canonical form.

Kept are p, h2–h4, ul, ol (start), li, blockquote, table with thead, tbody, tr, th, td (colspan, rowspan), strong, em, u,
s, sub, sup, br, a (http, https, mailto), and the classes centre, right, justify of a paragraph or heading. Headings
stand at the top level only, tables not within tables, cells make a full rectangle. The same text has the same form, so
it has the same seal. Whatever comes in passes `clean`: nh3 drops what is foreign, then the rest is built anew.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from html import escape
from typing import NoReturn

import nh3
from django.utils.translation import gettext as _

from documents.markup_reading import BREAK, HEADINGS, SAME, UNSEEN, Block, Blocks, Reader, Refused, Run
from tenants.letters import nfc

LONGEST = 300_000  # signs with their tags
DEEPEST = 60  # tags within tags; reading takes time by the length times the depth

BORDERS = {  # they say nothing themselves, but words on either side of them do not belong together
    "div", "section", "article", "header", "footer", "main", "aside", "center", "pre", "address", "dl", "dt", "dd",
    "figure", "figcaption", "caption", "form", "fieldset", "legend", "hr", "details", "summary", "tbody", "tfoot",
}  # fmt: skip
SILENT = {
    "script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math", "textarea", "select",
    "noembed", "noframes", "xmp", "plaintext",
}  # fmt: skip
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
OTHERS = (  # what else is a tag and no word in angle brackets
    "html|head|body|span|font|label|button|option|audio|video|canvas|map|nav|small|big|mark|code|tt|q|cite|abbr|time|"
    "picture|applet|frame|frameset|marquee|colgroup|[ovw]:[a-z0-9]+"
)
_NAMES = "|".join([*sorted({*SAME, *BORDERS, *SILENT, *VOID}, key=len, reverse=True), OTHERS])
_VALUE = r"""\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+)"""
_BARE = r"(?:nowrap|noshade|compact|hidden|disabled|checked|reversed|async|defer)\b"
_ATTRIBUTE = rf"\s+(?:[a-zA-Z_:@][\w:.-]*{_VALUE}|{_BARE})"
_TAG = re.compile(rf"<(/?)({_NAMES})((?:{_ATTRIBUTE})*)\s*/?>|<!--|<!\[|<!doctype\b|<\?xml\b", re.IGNORECASE)
PICTURES = {"img", "picture", "svg", "v:imagedata"}
_LOOSE_SIGN = re.compile(r"&(?!(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});)")
_DOUBTFUL = re.compile(r"<(?=[a-zA-Z/!?])|&(?=[a-zA-Z0-9#])")  # might begin a tag or stand for another sign
_LINES = re.compile(r"</(?:li|tr|p|h[234])>|<(?:ul|ol|table|thead|tbody|blockquote)[^>]*>|</(?:ul|ol|thead|tbody)>")

_CLEANER = nh3.Cleaner(
    tags={*SAME, *BORDERS} - {"svg", "math"},
    clean_content_tags=SILENT,
    attributes={
        "a": {"href"},
        "ol": {"start"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
        **{tag: {"class", "align", "style"} for tag in ("p", "div", "h1", *HEADINGS, "h5", "h6")},
    },
    filter_style_properties={"text-align"},
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)


def clean(given: str) -> str:
    """The canonical form of whatever was typed, pasted or imported; "" when nothing is said. Raises Refused.

    Text outside of all tags is taken as it is written: an empty line begins a paragraph, a sign < that begins no tag
    is a sign.
    """
    kept = write(blocks_of(sanitised(given)))
    return kept if len(kept) <= LONGEST else _too_long()


def sanitised(given: str) -> str:
    """The same without anything foreign. Raises Refused where it is too long or too deep to be read."""
    text = nfc(UNSEEN.sub("", given.replace("\r\n", "\n").replace("\r", "\n")))
    if len(text) > LONGEST:
        _too_long()
    pieces, end, opened = [], 0, Counter[str]()
    for found in _TAG.finditer(text):
        pieces += [_as_signs(text[end : found.start()]), found[0]]
        end = found.end()
        _count(opened, found)
    return _CLEANER.clean("".join([*pieces, _as_signs(text[end:])]))


def has_pictures(given: str) -> bool:
    """Whether pictures were typed or pasted: `clean` leaves them out, and whoever saves should know."""
    return any((tag[2] or "").lower() in PICTURES for tag in _TAG.finditer(given))


def _too_long() -> NoReturn:
    raise Refused(_("The text is too long. With its formatting it has at most %(most)s signs.") % {"most": LONGEST})


def _as_signs(text: str) -> str:
    return _LOOSE_SIGN.sub("&amp;", text).replace("<", "&lt;")


def _count(opened: Counter[str], found: re.Match[str]) -> None:
    name = (found[2] or "").lower()
    if not name or name in VOID or name == "p":
        return
    opened[name] += -1 if found[1] and opened[name] else 0 if found[1] else 1
    if opened.total() > DEEPEST:
        raise Refused(
            _(
                "Lists, tables or other parts lie too deep within each other, or tags are not closed. "
                "Write them one after the other."
            )
        )


def of_plain(text: str) -> Blocks:
    """Plain text as it has always been shown: an empty line begins a paragraph, a line break stays one."""
    reader = Reader()
    reader.loose(nfc(UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))))
    return reader.blocks()


def plain(blocks: Blocks) -> str | None:
    """The text as plain text says it; None where it has any formatting that would be lost."""
    if any(block.tag != "p" or block.align or any(run.marks for run in block.runs) for block in blocks):
        return None
    return "\n\n".join(block.text for block in blocks)


def blocks_of(markup: str) -> Blocks:
    """Sanitised markup as blocks, in canonical order and shape. Raises Refused where a table is too large."""
    reader = Reader()
    reader.feed(markup)
    reader.close()
    return reader.blocks()


# --- writing ---------------------------------------------------------------------------------------


def write(blocks: Iterable[Block]) -> str:
    """Blocks as they are kept."""
    return "".join(map(_written, blocks))


def typed(blocks: Iterable[Block]) -> str:
    """Blocks as somebody sees them who writes without the editor: plain paragraphs as text, empty lines between; what
    has a form in its tags, a line for each item and row. `clean` makes the same blocks of it again.
    """
    return "\n\n".join(map(_typed, blocks))


def _typed(block: Block) -> str:
    if block.tag == "p" and not block.align:
        return inline(block.runs, plainly=True)
    return _LINES.sub(r"\g<0>\n", _written(block)).rstrip("\n")


def _written(block: Block) -> str:
    if block.tag in ("p", *HEADINGS):
        look = f' class="{block.align}"' if block.align else ""
        return f"<{block.tag}{look}>{inline(block.runs)}</{block.tag}>"
    if block.tag == "table":
        head, body = parted(block)
        groups = [(name, rows) for name, rows in (("thead", head), ("tbody", body)) if rows]
        return f"<table>{''.join(f'<{name}>{write(rows)}</{name}>' for name, rows in groups)}</table>"
    return f"<{block.tag}{attributes(block)}>{held(block)}</{block.tag}>"


def attributes(block: Block) -> str:
    given = {"start": block.start, "colspan": block.columns, "rowspan": block.rows}
    return "".join(f' {name}="{value}"' for name, value in given.items() if value != 1)


def held(block: Block, drawn: Callable[[Blocks], str] = write) -> str:
    """What is in an item, a cell or another holder; an only paragraph without an alignment needs no tag there."""
    first = block.children[0] if block.children else None
    alone = sum(child.tag == "p" for child in block.children) == 1
    if block.tag in ("li", "th", "td") and first and first.tag == "p" and not first.align and alone:
        return inline(first.runs) + drawn(block.children[1:])
    return drawn(block.children)


def parted(table: Block) -> tuple[Blocks, Blocks]:
    """Head and body of a table: rows of heads only, at its beginning, are its head."""
    heads = 0
    for row in table.children:
        if not row.children or any(cell.tag != "th" for cell in row.children):
            break
        heads += 1
    deep = any(cell.rows + place > heads for place, row in enumerate(table.children[:heads]) for cell in row.children)
    return (
        ((), table.children)
        if deep or heads == len(table.children)
        else (table.children[:heads], table.children[heads:])
    )


def inline(runs: Iterable[Run], *, plainly: bool = False) -> str:
    """Runs with their marks, those that go on left open. `plainly`: line breaks as such, signs that begin no tag too."""
    pieces: list[str] = []
    opened: list[tuple[str, str]] = []
    for run in runs:
        wanted = [(mark, run.href if mark == "a" else "") for mark in run.marks]
        common = 0
        while opened[common : common + 1] == wanted[common : common + 1] != []:
            common += 1
        pieces += [f"</{mark}>" for mark, _href in reversed(opened[common:])]
        for mark, href in wanted[common:]:
            pieces.append(f'<a href="{escape(href)}">' if mark == "a" else f"<{mark}>")
        opened = wanted
        if run.text == BREAK:
            pieces.append(BREAK if plainly else "<br>")
        else:
            pieces.append(_said(run.text, plainly=plainly))
    return "".join([*pieces, *(f"</{mark}>" for mark, _href in reversed(opened))])


def _said(text: str, *, plainly: bool) -> str:
    if plainly:
        said = _DOUBTFUL.sub(lambda sign: escape(sign[0]), text)
    else:
        said = escape(text, quote=False)
    return f"&#824;{said[1:]}" if text[0] == "\u0338" else said  # it would make another sign of the > before it
