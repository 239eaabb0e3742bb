"""The rules of docs/architecture that a machine can keep."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from tenants.reports import deed_words

ROOT = Path(__file__).resolve().parent.parent
APPS = ("qms", "audits", "processes", "documents", "tenants")
SOURCES = [file for app in APPS for file in (ROOT / app).rglob("*.py") if "migrations" not in file.parts]
TEMPLATES = [*(ROOT / "templates").rglob("*.html")]
FORBIDDEN_NAMES = {"utils", "helpers", "common", "core", "services", "manager", "handler"}


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def calls(file: Path) -> list[tuple[str, int]]:
    """(attribute called, line) of every method call in the file."""
    tree = ast.parse(file.read_text())
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    return [(node.func.attr, node.lineno) for node in found if isinstance(node.func, ast.Attribute)]


def test_the_sources_are_found() -> None:
    assert len(SOURCES) > 50
    assert len(TEMPLATES) > 30


@pytest.mark.parametrize("file", SOURCES, ids=name)
def test_files_stay_small_enough_to_be_seen(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= 500


@pytest.mark.parametrize("file", SOURCES, ids=name)
def test_no_module_has_a_name_that_says_nothing(file: Path) -> None:
    assert file.stem not in FORBIDDEN_NAMES


@pytest.mark.parametrize(
    "file",
    [file for file in SOURCES if file.name in {"views.py", "public.py"} or file.stem.endswith("_views")],
    ids=name,
)
def test_views_write_nothing_themselves(file: Path) -> None:
    writing = {"update", "bulk_update", "bulk_create", "delete", "get_or_create", "update_or_create", "create"}
    source = file.read_text()
    rows = [line for attribute, line in calls(file) if attribute in writing]
    rows = [
        line
        for line in rows
        if "objects." in source.splitlines()[line - 1] or "everywhere." in source.splitlines()[line - 1]
    ]
    saves = [
        line
        for attribute, line in calls(file)
        if attribute == "save" and "commit=False" not in source.splitlines()[line - 1]
    ]
    assert rows == []
    assert saves == []


def test_bulk_writes_pass_history_and_journal_only_where_said() -> None:
    """`queryset.update()` and `bulk_*` pass machine, history and journal: each use stands here with its reason."""
    allowed = {
        "tenants/reminders.py",  # reminders are rows without history; inserting under the key is the lock
        "tenants/mails.py",  # so are mails
        "tenants/account_actions.py",  # the sign-in package's own rows, and the count of ended sessions: no governed rows
        "documents/law_sweep.py",  # what a sealed text cites is derived from it: no states, no history
        "processes/importers.py",  # the catalogue is shared and imported whole; it has neither states nor history
    }
    pattern = re.compile(r"\.(objects|everywhere)\b.*\.(update|bulk_update|bulk_create|delete)\(")
    used = {name(file) for file in SOURCES if pattern.search(file.read_text())}
    assert used <= allowed


def test_what_looks_past_the_active_agency_is_listed() -> None:
    """`everywhere` is the greppable way out of ring 2 (ring 3 still holds)."""
    allowed = {
        "qms/province.py",  # the overseer's pages, inside `oversight`
        "tenants/scoping.py",
        "tenants/oversight.py",
    }
    using = {name(file) for file in SOURCES if re.search(r"\.everywhere\b", file.read_text())}
    assert using <= allowed


def test_states_change_through_transitions_only() -> None:
    """No source assigns `.state`; the machine does."""
    assigned = [
        f"{name(file)}:{node.lineno}"
        for file in SOURCES
        if file.name != "keeper.py"  # its state is that of a server process
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Attribute) and target.attr == "state" for target in node.targets)
    ]
    assert assigned == []


@pytest.mark.parametrize("file", TEMPLATES, ids=name)
def test_templates_carry_no_style_and_no_script_of_their_own(file: Path) -> None:
    source = file.read_text()
    assert not re.search(r"<style|<script(?![^>]*(\bsrc=|application/json))|\son\w+=|javascript:", source)
    if "pdf" not in file.stem and "parts/chart" not in name(file):
        assert not re.search(r"\sstyle=", source)


def test_nothing_of_this_machine_is_committed() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    for path in filter(None, listed.split("\0")):
        content = (ROOT / path).read_bytes() if (ROOT / path).is_file() else b"\0"
        if b"\0" not in content and len(ROOT.parts) > 2:
            assert f"{ROOT}/" not in content.decode(errors="replace"), path


def test_what_installs_the_project_names_no_download_address() -> None:
    """Packages are pinned by version and hash; where they come from is the machine's own setting."""
    files = [ROOT / name for name in ("requirements.txt", "pyproject.toml", "Makefile", "Dockerfile", ".ci/run")]
    for file in [*files, *(ROOT / "scripts").iterdir()]:
        assert not re.search(r"https?://(?!127\.0\.0\.1|localhost)", file.read_text()), file.name


def test_the_journal_has_words_for_every_deed() -> None:
    """What a source writes as a verb is read by people, and chosen in the journal's filter."""
    written = {
        str(argument.value)
        for file in SOURCES
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and (getattr(node.func, "id", "") or getattr(node.func, "attr", "")) in {"record", "record_once", "deed"}
        for argument in node.args[:2]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }
    assert len(written) > 60
    assert sorted(verb for verb in written if deed_words(verb) == verb.replace("_", " ")) == []
