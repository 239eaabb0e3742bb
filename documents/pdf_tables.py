"""The tables of a PDF that becomes a draft: by its tags, by its ruled lines, or none, which is said."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from documents.extraction import Block, Extract, Table, Unreadable, extract

Rows = tuple[tuple[str, ...], ...]


def taken_to(extracted: Extract, data: bytes) -> tuple[Extract, str]:
    """What was extracted of this PDF with its tables, and the doubt about them (documents.understanding); "" for none.

    A PDF as Word and our own papers make it says what is a row and what a cell; of any other ruled lines may say it.
    """
    with suppress(Unreadable):
        tagged = extract(data, "tagged")
        if any(isinstance(block, Table) for block in tagged.blocks):
            blocks = _mended(tagged.blocks, data) if "ragged" in tagged.marks else tagged.blocks
            return replace(extracted, blocks=blocks), ""
    with suppress(Unreadable):
        ruled = extract(data, "ruled")
        if any(isinstance(block, Table) for block in (*ruled.headers, *ruled.blocks)):
            return replace(extracted, blocks=ruled.blocks, headers=ruled.headers, footers=ruled.footers), "tables_ruled"
    return extracted, "tables_as_lines"


def _mended(blocks: tuple[Block, ...], data: bytes) -> tuple[Block, ...]:
    """Tags may leave out cells that were merged or are empty, so that others move up: the lines of a table with the very
    same letters say where they stand.
    """
    with suppress(Unreadable):
        ruled = {_letters(block.rows): block for block in extract(data, "ruled").blocks if isinstance(block, Table)}
        return tuple(ruled.get(_letters(block.rows), block) if isinstance(block, Table) else block for block in blocks)
    return blocks


def _letters(rows: Rows) -> str:
    return "".join("".join(cell.split()) for row in rows for cell in row)
