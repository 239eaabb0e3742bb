"""`manage.py export_documents --agency SLUG FILE`: the whole set of an agency as one archive, without worker or page."""

from __future__ import annotations

import os
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from documents.exporting import Broken, write
from tenants.models import Agency

UNREADABLE = 2  # exit code: the wish was not understood, nothing was done


class Command(BaseCommand):
    help = (
        "Write the documents of an agency, its lists and the SHA-256 of every file into one ZIP file (BagIt, RFC 8493): "
        "versions in force, or every signed version with --all-versions. Drafts are never inside. Exit 0 when it is "
        "written, 1 when a stored file is missing or changed or the file cannot be written, 2 for an unknown agency."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--agency", required=True, metavar="SLUG")
        parser.add_argument("--all-versions", action="store_true", help="superseded and withdrawn ones as well")

    def handle(self, *, file: Path, agency: str, all_versions: bool, **options: Any) -> None:
        found = Agency.objects.filter(slug=agency).first()
        if found is None:
            raise CommandError(f"There is no agency with the address “{agency}”.", returncode=UNREADABLE)
        try:
            with tempfile.NamedTemporaryFile(dir=file.resolve().parent, prefix=".export-", delete=False) as being_made:
                place = Path(being_made.name)
            try:
                with found.active():
                    made = write(place, found, found.clock(), all_versions=all_versions)
                os.replace(place, file)  # whole or not at all
            finally:
                place.unlink(missing_ok=True)
        except Broken as broken:
            raise CommandError(str(broken)) from broken
        except OSError as wrong:
            raise CommandError(f"{file} cannot be written: {wrong.strerror or wrong}") from wrong
        words = f"{file}: {made.versions} versions, {made.unprinted} of them without a PDF yet."
        self.stdout.write(f"{words} SHA-256 of the manifest: {made.manifest}")
