"""Plain text line by line."""

from __future__ import annotations

from typing import Any

from documents.confined.trees import found, paragraph
from documents.text_files import decoded


def read(data: bytes) -> dict[str, Any]:
    text, doubtful = decoded(data)
    return found((paragraph(line) for line in text.splitlines()), notes=["letters"] if doubtful else [])
