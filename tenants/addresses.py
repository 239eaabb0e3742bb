"""The first segments of the system's own addresses, which no agency can have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver


@cache
def reserved() -> frozenset[str]:
    """First segments of the system's own addresses: an agency with such an address could never be opened."""
    own = {str(settings.STATIC_URL).strip("/").split("/")[0], "media", "static", "favicon.ico", "robots.txt"}
    return frozenset(own | set(_segments(get_resolver().url_patterns)))


def _segments(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        first = str(pattern.pattern).lstrip("^").split("/")[0]
        if isinstance(pattern, URLResolver) and not first:
            yield from _segments(pattern.url_patterns)
        elif re.fullmatch(r"[\w-]+", first):
            yield first
