"""Plain text line by line."""

from __future__ import annotations

from typing import Any

from documents.confined.trees import LONGEST, found, paragraph
from documents.text_files import decoded


def read(data: bytes) -> dict[str, Any]:
    most = 4 * LONGEST  # bytes: no sign has more than four
    text, doubtful = decoded(data if len(data) <= most else data[:most].rpartition(b"\n")[0])
    return found((paragraph(line) for line in text.splitlines()), notes=["letters"] if doubtful else [])
