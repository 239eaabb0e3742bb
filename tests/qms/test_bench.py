"""The measuring itself, at the tiny size: every page answers, and the figures are there. Nothing about how fast."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from qms.bench.measure import MANY, Figures, Line, Result
from qms.bench.report import growing
from qms.bench.sizes import BIGGEST, SIZES, shares, smallest

PAGES = {
    "home", "dossier in work", "dossier list", "master list", "province list", "public procedure", "tracking", "sign a version",
    "complete a task", "two versions of 20 pages",
}  # fmt: skip


@pytest.mark.parametrize("name", ["XS", "S", "M"])
def test_a_size_is_spread_unevenly_and_completely(name: str) -> None:
    size = SIZES[name]
    dossiers = shares(size.dossiers, size.agencies)
    assert sum(dossiers.values()) == size.dossiers
    assert len(dossiers) == size.agencies
    assert max(dossiers, key=dossiers.__getitem__) == BIGGEST
    assert dossiers[smallest(size)] == min(dossiers[number] for number in dossiers if number >= BIGGEST)


def test_query_counts_that_grow_are_told() -> None:
    figures = [Figures(1, 1, 1, 1, 1, 1, 1, 1, [1])] * 2
    line = Line("home", "officer", 1, queries=[12], queries_few=[9], figures=figures)
    result = type("Result", (), {"size": SIZES["M"], "lines": [line]})
    assert growing([result]) == ["home (officer), size M: 12 queries with many rows, 9 with few"]  # type: ignore[list-item]


def test_words_that_no_page_has_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    command = "qms.management.commands.bench"
    monkeypatch.setattr(f"{command}.measure", lambda size, **_options: Result(size, {}))
    monkeypatch.setattr(f"{command}.Command.write", lambda *_arguments: None)
    with pytest.raises(CommandError, match="“no such page”"):
        call_command("bench", size="XS", only="no such page", json=tmp_path / "bench.json")


def test_the_tiny_size_from_load_to_figures(tmp_path: Path) -> None:
    """As a command of its own: it makes its database, starts the real server, and takes the database away again."""
    file = tmp_path / "bench.json"
    command = [sys.executable, "manage.py", "bench", "--size", "XS", "--fresh", "--drop", "--json", str(file)]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "qms.settings"}
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(file.read_text())
    assert told["machine"]["cores"] == os.cpu_count()
    found = told["sizes"]["XS"]
    assert found["database"]["rows"]["processes_dossier"] == SIZES["XS"].dossiers
    assert {line["page"] for line in found["lines"]} >= PAGES
    assert found["wrong"] == []
    assert told["growing_queries"] == []
    for line in found["lines"]:
        assert [figures["connections"] for figures in line["figures"]] == [1, MANY]
        assert all(count > 0 for count in line["queries"])
        for figures in line["figures"]:
            assert 0 < figures["median"] <= figures["p95"]
            assert figures["ratio"] > 0
            assert sum(figures["processes"]) == figures["requests"]
