"""The contract every import command keeps: what it prints, and how it ends.

Exit 0: all rows were taken. 1: some were rejected, the others are in. 2: the file could not be read, nothing is
written.
Running it again creates nothing.
"""

from __future__ import annotations

import json as json_text
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DataError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from tenants.models import Agency
from tenants.sources import Rejected, Unreadable
from tenants.transitions import Refusal

SOME_REJECTED, UNREADABLE = 1, 2


@dataclass
class Report:
    """What became of the rows."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[dict[str, Any]] = field(default_factory=list)

    def reject(self, row: int | str, reason: str) -> None:
        self.rejected.append({"row": row, "reason": reason})

    def add(self, other: Report) -> None:
        """What became of another file's rows as well."""
        self.read += other.read
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.rejected += other.rejected

    def take(self, row: int | str, writing: Callable[[], str]) -> bool:
        """Count one row: `writing` says created, updated or unchanged; a rejected row leaves nothing behind.

        Whether it was taken; keys that are checked at the commit are checked here, so that they reject their own row.
        """
        self.read += 1
        try:
            with transaction.atomic():
                outcome = writing()
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        except (Rejected, Refusal) as wrong:
            self.reject(row, str(wrong))
        except ValidationError as wrong:
            self.reject(row, words_of(wrong))
        except (IntegrityError, DataError) as wrong:
            self.reject(row, _("The database refuses it: %(reason)s") % {"reason": str(wrong).splitlines()[0]})
        else:
            setattr(self, outcome, getattr(self, outcome) + 1)
            return True
        return False


def printable(words: str) -> str:
    r"""Half a surrogate of the file cannot be written to a stream: `\udcff` says which it was, also in JSON."""
    return words.encode(errors="backslashreplace").decode()


def words_of(wrong: ValidationError) -> str:
    """“slug: …” for each field that is wrong."""
    if hasattr(wrong, "error_dict"):
        return " ".join(f"{name}: {' '.join(texts)}" for name, texts in wrong.message_dict.items())
    return " ".join(wrong.messages)


class ImportCommand(BaseCommand):
    """Base of the import commands: FILE…, --dry-run, --json, and --agency where `for_agency` says so."""

    requires_system_checks = ()
    for_agency = False
    files_optional = False
    files_help = "XLSX, CSV or JSON"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", metavar="FILE", nargs="*" if self.files_optional else "+", type=Path, help=self.files_help
        )
        parser.add_argument("--dry-run", action="store_true", help="read and report, write nothing")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        if self.for_agency:
            parser.add_argument("--agency", metavar="SLUG", required=True, help="the agency it is for")

    def take(self, files: list[Path], **options: Any) -> Report:
        """Read and write. Raises Unreadable before anything is written."""
        raise NotImplementedError

    def handle(self, *, files: list[Path], dry_run: bool, json: bool, **options: Any) -> None:
        if self.for_agency:
            options["agency"] = agency_called(options["agency"])
        try:
            with transaction.atomic():
                report = self.take(files, **options)
                if dry_run:
                    transaction.set_rollback(True)
        except Unreadable as wrong:
            if json:
                self._print_json(Report(rejected=[{"row": None, "reason": str(wrong)}]))
            raise CommandError(str(wrong), returncode=UNREADABLE) from wrong
        if json:
            self._print_json(report)
        else:
            self._print_words(report, dry_run=dry_run)
        if report.rejected:
            raise CommandError(
                _("Rows rejected: %(count)s.") % {"count": len(report.rejected)}, returncode=SOME_REJECTED
            )

    def _print_json(self, report: Report) -> None:
        self.stdout.write(printable(json_text.dumps(asdict(report), ensure_ascii=False)))

    def _print_words(self, report: Report, *, dry_run: bool) -> None:
        for line in report.rejected:
            self.stdout.write(printable(_("Row %(row)s: %(reason)s") % line))
        self.stdout.write(
            _(
                "Read %(read)s: created %(created)s, updated %(updated)s, unchanged %(unchanged)s, "
                "rejected %(rejected)s."
            )
            % {**asdict(report), "rejected": len(report.rejected)}
        )
        if dry_run:
            self.stdout.write(_("Nothing was written (dry run)."))


def agency_called(slug: str) -> Agency:
    """The agency with this address. Raises CommandError (2) when there is none."""
    agency = Agency.objects.filter(slug=slug).first()
    if agency is None:
        raise CommandError(_("There is no agency with the address “%(slug)s”.") % {"slug": slug}, returncode=UNREADABLE)
    return agency
