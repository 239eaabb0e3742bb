"""The tables of a PDF that becomes a draft: by its tags, by its ruled lines, or none, which is said."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from documents.extraction import Block, Extract, Table, Unreadable, extract


def taken_to(extracted: Extract, data: bytes) -> tuple[Extract, tuple[str, ...]]:
    """What was extracted of this PDF with its tables, and the doubts about them (documents.understanding).

    A PDF as Word and our own papers make it says what is a row and what a cell; of any other ruled lines may say it.
    """
    with suppress(Unreadable):
        tagged = extract(data, "tagged")
        if any(isinstance(block, Table) for block in tagged.blocks):
            ragged = {int(mark.removeprefix("ragged ")) for mark in tagged.marks}
            return replace(extracted, blocks=_mended(tagged.blocks, ragged, data) if ragged else tagged.blocks), ()
    with suppress(Unreadable):
        ruled = extract(data, "ruled")
        if any(isinstance(block, Table) for block in (*ruled.headers, *ruled.blocks)):
            doubts = ("tables_ruled", "tables_partly") if "partly" in ruled.marks else ("tables_ruled",)
            return replace(extracted, blocks=ruled.blocks, headers=ruled.headers, footers=ruled.footers), doubts
    return extracted, ("tables_as_lines",)


def _mended(blocks: tuple[Block, ...], ragged: set[int], data: bytes) -> tuple[Block, ...]:
    """Tags may leave out cells that were merged or are empty, so that others move up: the lines of a table with the very
    same letters say where they stand.
    """
    ruled: dict[str, Table] = {}
    with suppress(Unreadable):
        ruled = {_letters(block): block for block in extract(data, "ruled").blocks if isinstance(block, Table)}
    tables = [block for block in blocks if isinstance(block, Table)]
    mended = iter(ruled.get(_letters(table), table) if at in ragged else table for at, table in enumerate(tables))
    return tuple(next(mended) if isinstance(block, Table) else block for block in blocks)


def _letters(table: Table) -> str:
    return "".join("".join(cell.split()) for row in table.rows for cell in row)
