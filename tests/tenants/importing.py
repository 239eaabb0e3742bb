"""What the tests of the import commands share: running one, and the files handed to the project for trying it."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

DATA = Path(__file__).resolve().parent.parent.parent.parent / "shared" / "data"


@dataclass
class Run:
    """How a command ended: exit code, what it printed, what it complained about."""

    code: int
    printed: str
    complaint: str

    @property
    def report(self) -> dict[str, Any]:
        return json.loads(self.printed)

    @property
    def counts(self) -> tuple[int, int, int, int, int]:
        """read, created, updated, unchanged, rejected"""
        report = self.report
        return (report["read"], report["created"], report["updated"], report["unchanged"], len(report["rejected"]))

    @property
    def reasons(self) -> dict[int | str, str]:
        return {line["row"]: line["reason"] for line in self.report["rejected"]}


def run(command: str, *arguments: Any) -> Run:
    """With --json, as another program would call it."""
    out = io.StringIO()
    try:
        call_command(command, *map(str, arguments), "--json", stdout=out)
    except CommandError as ended:
        return Run(ended.returncode, out.getvalue(), str(ended))
    return Run(0, out.getvalue(), "")


def shared(*parts: str) -> Path:
    """A file or folder of the data handed to the project; the test is skipped where it is absent."""
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"The real data are not here: {'/'.join(parts)} is expected in ../shared/data beside the checkout.")
    return path


def hostile_files() -> list[Path]:
    return sorted([*shared("files").iterdir(), *shared("xml-attacks").iterdir()])


def xlsx(path: Path, *rows: list[Any]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def bomb(path: Path, megabytes: int) -> Path:
    """A small XLSX that unpacks to so much, and lies about nothing else."""
    xlsx(path, ["date", "kind"])
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/image1.bin", "w", force_zip64=True) as part,
    ):
        for _ in range(megabytes):
            part.write(bytes(2**20))
    return path
