"""One size from load to figures: medians, 95th percentiles, requests a second, ratios to the floor, query counts."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from qms.bench.database import Database
from qms.bench.load import load, load_more
from qms.bench.pages import Desk, Page, agencies_compared, deeds, floor_request, pages
from qms.bench.server import serving
from qms.bench.sizes import Size, writing

MANY = 16  # connections
WARM_UP = 16  # requests, so that each process has its templates, calendars and connections
LONGEST = 20  # seconds for one page at one number of connections; what is slower is asked less often
GENERATOR = Path(__file__).with_name("generator.py")


class Wrong(Exception):  # a sentence where it is raised
    """A page did not answer as it should, so a figure about it would mean nothing."""


@dataclass(frozen=True)
class Figures:
    """At one number of connections. Milliseconds as the client saw them; the ratio is to the floor of the same round."""

    connections: int
    requests: int
    median: float
    p95: float
    per_second: float
    floor_median: float
    floor_per_second: float
    ratio: float
    processes: list[int]  # how many requests each server process answered


@dataclass(frozen=True)
class Line:
    """One line of the report."""

    page: str
    who: str
    kilobytes: float
    queries: list[int]  # in the agency with most rows; more than one number when requests differ
    queries_few: list[int]  # in the agency with fewest rows
    figures: list[Figures]


@dataclass(frozen=True)
class Result:
    size: Size
    database: dict[str, Any]
    lines: list[Line] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)  # pages without figures, and why

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def measure(
    size: Size, *, fresh: bool, only: str, say: Callable[[str], None], keep_serving: Callable[[int], None] | None
) -> Result:
    """Load the size if need be, serve it, measure its pages. `only` measures lines whose name contains it.

    A page that answers something else has no line, but stands in `wrong`. Raises CannotServe when the server does not start.
    """
    database = Database(size)
    facts = None if fresh else database.facts()
    if facts is None:
        say(f"Loading size {size.name} …")
        facts = database.make(load)
    say(f"{database.name}: {database.megabytes()} MB, loaded in {facts['load_seconds']} s")
    result = Result(size, {"name": database.name, "megabytes": database.megabytes(), **facts})
    with database.connect() as connection:
        desk = Desk(connection)
        many, few = (pages(desk, agency) for agency in agencies_compared(size))
        load_more(connection, **_needed(size))
        with serving(database) as port:
            for page, same_with_few in [*zip(many, few, strict=True), *((deed, None) for deed in deeds(desk, size))]:
                if only and only not in f"{page.name} ({page.who})":
                    continue
                try:
                    line = _line(port, size, page, same_with_few)
                except Wrong as problem:
                    result.wrong.append(str(problem))
                    say(f"  {problem}")
                    continue
                result.lines.append(line)
                say(f"  {line.page} ({line.who}): " + ", ".join(f"×{figures.ratio:.2f}" for figures in line.figures))
            if keep_serving:
                keep_serving(port)
    return result


def _needed(size: Size) -> dict[str, dict[int, int]]:
    """Rows that the deeds will use up: those measured, and the warm-up. Three in five of these dossiers are at an officer's step."""
    places = writing(size)
    each = -(-(size.deeds * (1 + size.rounds) + 2 * WARM_UP) // len(places))
    return {"open_dossiers": dict.fromkeys(places, each * 5 // 2), "awaiting": dict.fromkeys(places, each + 1)}


def _line(port: int, size: Size, page: Page, same_with_few: Page | None) -> Line:
    supply = _in_turn(page)
    if page.is_deed:
        once, often = (size.deeds, 1), (size.rounds, size.deeds)
    else:
        once, often = (size.pairs, 1), (size.rounds, size.burst)
    answers = [_run(port, page, supply, 1, *once), _run(port, page, supply, MANY, *often)]
    few = _run(port, same_with_few, _in_turn(same_with_few), 1, 2, 1)["queries"] if same_with_few else []
    return Line(
        page=page.name,
        who=page.who,
        kilobytes=round(max(answer["bytes"] for answer in answers) / 1024, 1),
        queries=sorted({count for answer in answers for count in answer["queries"]}),
        queries_few=few,
        figures=[_figures(answer, connections) for answer, connections in zip(answers, (1, MANY), strict=True)],
    )


def _in_turn(page: Page) -> Callable[[int], list[str]]:
    """Hands out requests of the page: the same ones again, or of a deed the next ones."""
    source: Iterator[str] = iter(page.requests)

    def take(count: int) -> list[str]:
        if not page.is_deed:
            return page.requests
        taken = [request for _place, request in zip(range(count), source, strict=False)]
        if len(taken) < count:
            raise Wrong(f"{page.name}: {count} rows are needed, {len(taken)} are prepared.")
        return taken

    return take


def _run(
    port: int, page: Page, supply: Callable[[int], list[str]], connections: int, rounds: int, burst: int
) -> dict[str, Any]:
    warm_up = WARM_UP if not page.is_deed or connections > 1 else 2
    plan = {
        "port": port,
        "connections": connections,
        "rounds": rounds,
        "burst": burst,
        "warm_up": warm_up,
        "longest": LONGEST / rounds,
        "floor": [floor_request()],
        "page": supply(warm_up + rounds * burst),
        "status": page.status,
        "contains": page.contains,
    }
    command = [sys.executable, "-I", str(GENERATOR)]
    done = subprocess.run(command, input=json.dumps(plan), capture_output=True, text=True, check=False)  # noqa: S603  # our own
    if done.returncode:
        raise Wrong(f"{page.name} ({page.who}): the server stopped answering.\n{done.stderr[-1500:]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    if answer["wrong"]:
        raise Wrong(
            f"{page.name} ({page.who}): {answer['wrong']} answers are not what was asked for: {answer['example'][:200]}"
        )
    return answer


def _figures(answer: dict[str, Any], connections: int) -> Figures:
    rounds = answer["rounds"]
    page = [value for one in rounds for value in one["page"]]
    floor = [value for one in rounds for value in one["floor"]]
    if connections == 1:  # rounds of one request: the pairs together are the round
        ratio = median(page) / median(floor)
    else:
        ratio = median(median(one["page"]) / median(one["floor"]) for one in rounds)
    return Figures(
        connections=connections,
        requests=len(page),
        median=round(median(page), 2),
        p95=round(quantiles(page, n=20, method="inclusive")[-1] if len(page) > 1 else page[0], 2),
        per_second=round(len(page) / sum(one["page_seconds"] for one in rounds), 1),
        floor_median=round(median(floor), 2),
        floor_per_second=round(len(floor) / sum(one["floor_seconds"] for one in rounds), 1),
        ratio=round(ratio, 2),
        processes=answer["processes"],
    )
