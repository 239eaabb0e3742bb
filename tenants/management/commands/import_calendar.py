"""`manage.py import_calendar FILE`: correct days off and make-up days; `--seed 2026-2028` fills unknown years."""

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from tenants.importers.calendar import import_calendar, seed_calendar
from tenants.imports import UNREADABLE, ImportCommand, Report


class Command(ImportCommand):
    help = "Correct the days off and make-up days of the province; open due moments are reckoned again."
    files_help = "CSV, XLSX or JSON with the columns date, kind (off, make_up, remove), name, source"
    files_optional = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--seed", metavar="YEAR[-YEAR]", help="fill in national days that are still unknown")

    def take(self, files: list[Path], *, seed: str | None = None, **options: Any) -> Report:
        if not files and not seed:
            raise CommandError(_("Give a file, or --seed with years."), returncode=UNREADABLE)
        report = seed_calendar(_years(seed)) if seed else Report()
        for path in files:
            report.add(import_calendar(path))
        return report


def _years(words: str) -> range:
    found = re.fullmatch(r"(\d{4})(?:\s*[-–]\s*(\d{4}))?", words.strip())
    if not found:
        raise CommandError(
            _("“%(words)s” is no year and no range such as 2026-2028.") % {"words": words}, returncode=UNREADABLE
        )
    first, last = int(found[1]), int(found[2] or found[1])
    return range(first, last + 1)
