"""Rows of long lists, as templates read them."""

from __future__ import annotations

from typing import Any


class Shown:
    """A template asks for a key before it asks for an attribute. Without keys every cell raises an exception first, which
    takes as long as the cell itself.
    """

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)
