"""Fill the database of a size, set by set, as its owner."""

from __future__ import annotations

from pathlib import Path

import psycopg

from qms.bench.database import bulk, copy
from qms.bench.load_papers import READING, load_papers
from qms.bench.load_people import load_people
from qms.bench.sizes import LEAST_DOCUMENTS, Size, shares

DOSSIERS = Path(__file__).with_name("load_dossiers.sql")
BIG = [
    "processes_applicant",
    "processes_dossier",
    "processes_task",
    "processes_handover",
    "tenants_journalentry",
    "documents_acknowledgement",
    "documents_searchtext",
]


def load(connection: psycopg.Connection, size: Size) -> None:
    """Everything of this size into a migrated, empty database."""
    with bulk(connection, BIG):
        load_people(connection, size)
        load_papers(connection, shares(size.documents, size.agencies, LEAST_DOCUMENTS))
        connection.execute(READING)
        load_dossiers(connection, shares(size.dossiers, size.agencies))


def load_more(connection: psycopg.Connection, *, open_dossiers: dict[int, int], awaiting: dict[int, int]) -> None:
    """Rows to be used up by deeds: dossiers in work, and documents with a version that waits for approval."""
    with bulk(connection, []):
        load_papers(connection, awaiting, awaiting=True)
        load_dossiers(connection, open_dossiers, open_only=True)
    connection.execute("VACUUM (ANALYZE)")


def load_dossiers(connection: psycopg.Connection, counts: dict[int, int], *, open_only: bool = False) -> None:
    """So many dossiers for each agency id, numbered on from those there are; one in 25 in work, or all."""
    first: dict[int, int] = dict(
        connection.execute("SELECT agency_id, count(*) FROM processes_dossier GROUP BY 1").fetchall()
    )
    connection.execute("CREATE TEMP TABLE bench_share (agency_id bigint, first bigint, count bigint, open_only bool)")
    rows = ((agency, first.get(agency, 0) + 1, count, open_only) for agency, count in counts.items())
    copy(connection, "bench_share", "agency_id first count open_only", rows)
    connection.execute("ANALYZE bench_share")
    connection.execute(DOSSIERS.read_text())  # several statements at once: no parameters
