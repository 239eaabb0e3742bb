"""The parts of a content that may be formatted: how each is kept, shown on paper, compared and read by machines.

A part is kept as plain text as long as it says no more than plain text can; `Content.rich` names the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from itertools import count
from typing import Any

from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from documents import markup
from documents.content import RICH, Content
from documents.markup_reading import UNSEEN, Block, Blocks, Run

DEPTH = 1  # headings on paper stand below the heading of their part


def blocks_of(content: Content, part: str) -> Blocks:
    """A part, plain or formatted, as blocks."""
    text = getattr(content, part)
    return markup.blocks_of(text) if part in content.rich else markup.of_plain(text)


def with_parts(content: Content, given: dict[str, str]) -> Content:
    """`content` with these parts, formatted as they come. What nobody changed stays as it was written, sign for sign.

    Raises markup.Refused.
    """
    new: dict[str, Any] = {}
    rich = [part for part in content.rich if part not in given]
    for part, text in given.items():
        blocks = markup.blocks_of(markup.sanitised(text))
        same = blocks == blocks_of(content, part)
        new[part] = getattr(content, part) if same else _kept(blocks)
        if part in content.rich if same else markup.plain(blocks) is None:
            rich.append(part)
    return replace(content, **new, rich=_ordered(rich))


def _kept(blocks: Blocks) -> str:
    plain = markup.plain(blocks)
    return markup.write(blocks) if plain is None else plain


def cleaned(content: Content) -> Content:
    """What is written down: every formatted part sanitised and in its canonical form, nothing that nobody sees.

    Raises markup.Refused.
    """
    content = _seen(content)
    rich = [part for part in content.rich if part in RICH]
    if not content.rich:
        return content
    found = {part: markup.blocks_of(markup.sanitised(getattr(content, part))) for part in rich}
    still = _ordered([part for part, blocks in found.items() if markup.plain(blocks) is None])
    new: dict[str, Any] = {part: _kept(blocks) for part, blocks in found.items()}
    return replace(content, **new, rich=still)


def _seen(part: Any) -> Any:
    """The same without signs that nobody sees or that turn the direction of the others, whatever depth they lie in."""
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{field.name: _seen(getattr(part, field.name)) for field in fields(part)})
    if isinstance(part, tuple):
        return tuple(map(_seen, part))
    return UNSEEN.sub("", part) if type(part) is str else part


def _ordered(parts: list[str]) -> tuple[str, ...]:
    return tuple(part for part in RICH if part in parts)


def typed(content: Content, part: str) -> str:
    """The part as it stands in a form without the editor."""
    return markup.typed(blocks_of(content, part))


# --- on paper --------------------------------------------------------------------------------------


def on_paper(content: Content) -> dict[str, SafeString]:
    """Every part that may be formatted as it stands on the sheet; their tables are counted through."""
    numbers = count(1)
    return {part: shown(content, part, numbers) for part in RICH}


def shown(content: Content, part: str, numbers: Iterator[int] | None = None) -> SafeString:
    """The part as it stands on the sheet. Nothing but our own tags can come out, whatever was stored."""
    if part not in content.rich:
        return mark_safe(linebreaks(getattr(content, part), autoescape=True))
    return mark_safe(_Paper(part, numbers or count(1)).whole(blocks_of(content, part)))


def headings(content: Content, part: str) -> list[tuple[str, str]]:
    """Anchor on the sheet and words of every heading of the part."""
    if part not in content.rich:
        return []
    titles = [block.text for block in blocks_of(content, part) if block.tag in markup.HEADINGS]
    return [(f"{part}-{number}", title) for number, title in enumerate(titles, 1)]


class _Paper:
    """Draws blocks for the sheet: headings below their part, tables that scroll by themselves, heads with a scope."""

    def __init__(self, part: str, numbers: Iterator[int]) -> None:
        self.part, self.numbers, self.headings = part, numbers, 0

    def whole(self, blocks: Blocks) -> str:
        return "".join(self._heading(block) if block.tag in markup.HEADINGS else self._block(block) for block in blocks)

    def _heading(self, block: Block) -> str:
        self.headings += 1
        tag, look = f"h{int(block.tag[1]) + DEPTH}", f' class="{block.align}"' if block.align else ""
        return f'<{tag} id="{self.part}-{self.headings}"{look}>{markup.inline(block.runs)}</{tag}>'

    def drawn(self, blocks: Blocks) -> str:
        return "".join(map(self._block, blocks))

    def _block(self, block: Block) -> str:
        if block.tag == "p":
            return markup.write([block])
        if block.tag == "table":
            return self._table(block)
        inner = markup.held(block, self.drawn)
        return f"<{block.tag}{markup.attributes(block)}>{inner}</{block.tag}>"

    def _table(self, table: Block) -> str:
        name = _("Table %(number)s") % {"number": next(self.numbers)}
        head, body = markup.parted(table)
        rows = (
            f"<thead>{self._rows(head, 'col')}</thead>" if head else ""
        ) + f"<tbody>{self._rows(body, 'row')}</tbody>"
        return f'<div class="roll" role="region" aria-label="{name}" tabindex="0"><table>{rows}</table></div>'

    def _rows(self, rows: Blocks, scope: str) -> str:
        return "".join(f"<tr>{''.join(self._cell(cell, scope) for cell in row.children)}</tr>" for row in rows)

    def _cell(self, cell: Block, scope: str) -> str:
        given = markup.attributes(cell) + (f' scope="{scope}"' if cell.tag == "th" else "")
        return f"<{cell.tag}{given}>{markup.held(cell, self.drawn)}</{cell.tag}>"


# --- in lines --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TextLine:
    """A paragraph, heading, item or row of a table: its words by cells, and what it looks like."""

    cells: tuple[str, ...]
    kind: str  # p, h2–h4, ul, ol, blockquote, tr, th
    look: tuple[Any, ...] = ()  # alignment, depth, numbering, spans
    marks: tuple[Any, ...] = ()  # which words are bold, italic …


def lines_of(content: Content, part: str) -> list[TextLine]:
    return list(_lines(blocks_of(content, part), "p", ()))


def _lines(blocks: Blocks, kind: str, look: tuple[Any, ...]) -> Iterator[TextLine]:
    for block in blocks:
        if block.tag == "p" or block.tag in markup.HEADINGS:
            yield from _of_leaf(block, kind if block.tag == "p" else block.tag, (*look, block.align))
        elif block.tag == "table":
            heads, _body = markup.parted(block)
            for place, row in enumerate(block.children):
                yield _of_row(row, "th" if place < len(heads) else "tr")
        elif block.tag in ("ul", "ol"):
            for number, item in enumerate(block.children, block.start):
                begins = block.tag == "ol" and number == block.start
                yield from _lines(item.children, block.tag, (*look, block.tag, number if begins else 0))
        else:
            yield from _lines(block.children, block.tag, (*look, block.tag))


def _of_leaf(block: Block, kind: str, look: tuple[Any, ...]) -> Iterator[TextLine]:
    line: list[Run] = []
    for run in (*block.runs, Run(markup.BREAK)):
        if run.text != markup.BREAK:
            line.append(run)
        elif words := " ".join("".join(one.text for one in line).split()):
            yield TextLine((words,), kind, look, _marks(line))
            line = []


def _of_row(row: Block, kind: str) -> TextLine:
    cells, look, marks = [], [], []
    for cell in row.children:
        inner = list(_lines(cell.children, "p", ()))
        cells.append(" ".join(line.cells[0] for line in inner))
        look.append((cell.tag, cell.columns, cell.rows, *((line.kind, line.look) for line in inner)))
        marks.append(tuple(line.marks for line in inner))
    return TextLine(tuple(cells), kind, tuple(look), tuple(marks))


def _marks(runs: list[Run]) -> tuple[Any, ...]:
    return tuple((" ".join(run.text.split()), run.marks, run.href) for run in runs if run.marks and run.text.strip())


# --- for machines ----------------------------------------------------------------------------------


def without_tags(data: dict[str, Any]) -> dict[str, Any]:
    """Stored JSON of a content with the formatted parts as words, as whoever greps it wants them."""
    rich = [part for part in data.get("rich") or () if isinstance(data.get(part), str)]
    return data | {part: "\n".join(words_of(data[part])) for part in rich}


def words_of(text: str) -> Iterator[str]:
    for line in _lines(markup.blocks_of(text), "p", ()):
        yield " | ".join(line.cells)
