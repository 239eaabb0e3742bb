"""`manage.py import_agencies FILE…`: agencies from lists of administrative units, and who succeeded whom."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from tenants.importers.agencies import import_agencies
from tenants.imports import UNREADABLE, ImportCommand, Report
from tenants.sources import Rejected, day_of


class Command(ImportCommand):
    help = "Open or correct agencies from lists of administrative units, and link predecessors with successors."
    files_help = "JSON of provinces with their units, a mapping of former to present units, or a table (CSV, XLSX)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--province", metavar="NAME", action="append", default=[], help="only this one; may be repeated"
        )
        parser.add_argument("--valid-from", metavar="DAY", help="first day of units whose file does not say it")
        parser.add_argument("--successors", metavar="FILE", type=Path, help="the mapping of former to present units")

    def take(self, files: list[Path], **options: Any) -> Report:
        mapping = [options["successors"]] if options["successors"] else []
        try:
            since = day_of(options["valid_from"]) if options["valid_from"] else None
        except Rejected as wrong:
            raise CommandError(str(wrong), returncode=UNREADABLE) from wrong
        return import_agencies([*files, *mapping], provinces=options["province"], valid_from=since)
