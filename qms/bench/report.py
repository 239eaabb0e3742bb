"""The figures as a table for people and as JSON for machines."""

from __future__ import annotations

import datetime as dt
import os
import platform
import subprocess
from typing import Any

import django
from django.conf import settings

from qms.bench.database import Database
from qms.bench.measure import Line, Result
from qms.bench.server import THREADS, WORKERS

EXPECTED, AIM = 2.5, 1.5  # times the floor, for home and lists at M


def table(result: Result) -> str:
    """One line per page: queries, then median, p95 and ratio at one connection, and with requests a second at many."""
    one, many = (figures.connections for figures in result.lines[0].figures) if result.lines else (1, 1)
    heads = [
        "page",
        "as",
        "kB",
        "queries",
        f"ms at {one}",
        "p95",
        "× floor",
        f"ms at {many}",
        "p95",
        "per s",
        "× floor",
    ]
    rows = [heads]
    for line in result.lines:
        first, second = line.figures
        rows.append(
            [
                line.page, line.who, f"{line.kilobytes:.0f}", _queries(line), f"{first.median:.1f}", f"{first.p95:.1f}",
                f"{first.ratio:.2f}", f"{second.median:.1f}", f"{second.p95:.1f}", f"{second.per_second:.0f}", f"{second.ratio:.2f}",
            ]
        )  # fmt: skip
    floors = [figures for line in result.lines for figures in line.figures]
    for connections in (one, many):
        values = sorted(figures.floor_median for figures in floors if figures.connections == connections)
        if values:
            middle = values[len(values) // 2]
            rows.append([f"floor at {connections}: median {middle:.1f} ms ({values[0]:.1f} to {values[-1]:.1f})"])
    widths = [max(len(row[place]) for row in rows if len(row) > 1) for place in range(len(heads))]
    lines = [
        "  ".join(_set(cell, width, place) for place, (cell, width) in enumerate(zip(row, widths, strict=False)))
        for row in rows
    ]
    rows_of = result.database["rows"]
    title = (
        f"Size {result.size.name}: {result.size.agencies} agencies, {rows_of.get('processes_dossier', 0):,} dossiers"
    )
    return "\n".join([title, *(line.rstrip() for line in lines)])


def _set(cell: str, width: int, place: int) -> str:
    return cell.ljust(width) if place < 2 else cell.rjust(width)


def _queries(line: Line) -> str:
    """`12`, or `12–13` when requests differ; followed by what differs with few rows."""
    words = "–".join(str(count) for count in sorted({line.queries[0], line.queries[-1]}))
    same = not line.queries_few or set(line.queries_few) <= set(line.queries)
    return words if same else f"{words} (few rows: {line.queries_few[-1]})"


def growing(results: list[Result]) -> list[str]:
    """Pages whose number of queries is not the same with many and few rows, or at all sizes; in words."""
    found = []
    most: dict[tuple[str, str], dict[str, int]] = {}
    for result in results:
        for line in result.lines:
            name = f"{line.page} ({line.who})"
            if line.queries_few and line.queries_few[-1] != line.queries[-1]:
                told = f"{line.queries[-1]} queries with many rows, {line.queries_few[-1]} with few"
                found.append(f"{name}, size {result.size.name}: {told}")
            most.setdefault((line.page, line.who), {})[result.size.name] = line.queries[-1]
    for (page, who), counts in most.items():
        if len(set(counts.values())) > 1:
            found.append(
                f"{page} ({who}): " + ", ".join(f"{count} queries at {size}" for size, count in counts.items())
            )
    return found


def as_json(results: list[Result]) -> dict[str, Any]:
    return {
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "machine": _machine(results),
        "server": {"gunicorn_workers": WORKERS, "threads": THREADS},
        "expected": {"home and lists at M": EXPECTED, "aim": AIM},
        "growing_queries": growing(results),
        "sizes": {result.size.name: result.as_json() for result in results},
    }


def _machine(results: list[Result]) -> dict[str, Any]:
    facts = {
        "cores": os.cpu_count(),
        "load": [round(value, 2) for value in os.getloadavg()],
        "memory_megabytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        "system": platform.platform(),
        "python": platform.python_version(),
        "django": django.get_version(),
    }
    if results:
        with Database(results[0].size).connect() as connection:
            facts["postgresql"] = connection.info.parameter_status("server_version")
            for name in ("shared_buffers", "fsync", "synchronous_commit"):
                row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
                facts[name] = row[0] if row else ""
    return facts


def _commit() -> str:
    command = ["git", "-C", str(settings.BASE_DIR), "describe", "--always", "--dirty"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603  # our own
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
