"""An office on the day a decree is replaced, and the entry that says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.test import Client

from documents import law
from tenants import clock
from tenants.models import Member
from tests import cast as the_cast
from tests.cast import Cast
from tests.office import office_time

NOW = office_time("2026-10-05")
OLD, NEW = "123/2015/NĐ-CP", "335/2026/NĐ-CP"
Door = Callable[[Member], Client]


def at_work() -> Iterator[Cast]:
    """The cast in its agency on that day; for a fixture."""
    with clock.at(NOW):
        cast = the_cast.build()
        with cast.agency.active():
            yield cast


def change(cast: Cast, *, by: Member | None = None, shared: bool = False, **facts: Any) -> Any:
    given = {
        "number": NEW, "title": "Quy định chi tiết Luật Hộ tịch", "issuer": "Chính phủ", "effective_from": dt.date(2026, 10, 5),
        "replaces": [OLD],
    }  # fmt: skip
    return law.record_text(shared=shared, by=by or cast.khanh, **given | facts)


def entered(**changes: str) -> dict[str, str]:
    """What is typed into the form of an entry."""
    given = {
        "number": NEW, "kind": "decree", "title": "Hộ tịch", "issuer": "Chính phủ", "issued_on": "1/9/2026", "effective_from": "05/10/2026",
        "effective_to": "", "replaces": f"Nghị định số {OLD} ngày 15/11/2015", "amends": "", "register": "own",
    }  # fmt: skip
    return given | changes
