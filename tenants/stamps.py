"""Words laid over a stored paper: obsolete, copy no. 3. The copy handed out is derived; the stored file never changes."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

from tenants.letterhead import render

COPIES = 64  # different stamps kept drawn in one process


def stamped(content: bytes, mark: str, note: str = "") -> bytes:
    """The PDF with `mark` across every page and `note` at its head."""
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415  (only who hands out such a copy needs it)

    stamp = PdfReader(io.BytesIO(_drawn(mark, note))).pages[0]
    writer = PdfWriter(clone_from=io.BytesIO(content))
    writer.pdf_header = PdfReader(io.BytesIO(content)).pdf_header
    for page in writer.pages:
        _lay_over(page, stamp)
    writer.compress_identical_objects()  # the stamp's fonts come with every page
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _lay_over(page: Any, stamp: Any) -> None:
    """On top of the page, whatever its size."""
    from pypdf import Transformation  # noqa: PLC0415

    across, along = (float(page.mediabox.width), float(page.mediabox.height))
    fitting = Transformation().scale(across / float(stamp.mediabox.width), along / float(stamp.mediabox.height))
    page.merge_transformed_page(stamp, fitting)


@lru_cache(maxsize=COPIES)
def _drawn(mark: str, note: str) -> bytes:
    return render("stamp_pdf.html", {"mark": mark, "note": note})
