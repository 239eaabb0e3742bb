"""Running numbers: unique, without a hole on success, never reused."""

from __future__ import annotations

import datetime as dt
import re

from django.db import connection

from tenants.models import Agency
from tenants.scoping import active_agency_id


def next_number(name: str) -> int:
    """The next number of the active agency's counter `name` (first is 1). Others wait until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO tenants_counter (agency_id, name, value) VALUES (%s, %s, 1)
               ON CONFLICT (agency_id, name) DO UPDATE SET value = tenants_counter.value + 1 RETURNING value""",
            [active_agency_id(), name],
        )
        return int(cursor.fetchone()[0])


def from_pattern(pattern: str, *, agency: Agency, kind: str, on: dt.date) -> str:
    """A code from a pattern such as `{symbol}-{yy}{mm}{dd}-{nnnn}`; the number starts again with each date part."""
    frame = agency.framed(pattern, on)
    number = next_number(f"{kind} {frame}")
    return re.sub(r"\{(n+)\}", lambda found: str(number).zfill(len(found[1])), frame)
