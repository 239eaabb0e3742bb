"""The register of legal texts as the list and search show it: the shared entries and the agency's own together. Of a
text in both the agency's own counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce

from documents.law_models import LegalText, LegalTextFacts, OwnLegalText
from documents.law_sweep import supplanted
from tenants import clock


def entries(*, q: str = "", kind: str = "", effect: str = "") -> QuerySet[Any]:
    """Keys for `texts_of`, the newest effect first; to be counted and cut without loading them.

    `effect` is "now", "ahead" or "ended".
    """
    today, gone = clock.today(), supplanted().keys() if effect else ()
    chosen = []
    same = OwnLegalText.objects.filter(code=OuterRef("code"))
    for own, rows in ((True, OwnLegalText.objects.all()), (False, LegalText.objects.exclude(Exists(same)))):
        found = rows.found_by(q) if q else rows
        found = found.filter(kind=kind) if kind else found
        found = found.in_effect(effect, today, gone) if effect else found
        chosen.append(found.annotate(since=Coalesce("effective_from", Value(dt.date.min)), own=Value(own)))
    keys = [rows.order_by().values_list("since", "number", "own", "pk") for rows in chosen]
    return keys[0].union(keys[1], all=True).order_by("-since", "-number", "-pk")


def texts_of(keys: Iterable[tuple[dt.date, str, bool, int]]) -> list[LegalTextFacts]:
    """In their order, in two queries."""
    keys = list(keys)
    loaded: dict[bool, Any] = {
        True: OwnLegalText.objects.in_bulk([pk for *_facts, own, pk in keys if own]),
        False: LegalText.objects.in_bulk([pk for *_facts, own, pk in keys if not own]),
    }
    return [loaded[own][pk] for *_facts, own, pk in keys]
