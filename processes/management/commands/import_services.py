"""`manage.py import_services FILE…`: administrative procedures (TTHC) into the catalogue."""

from pathlib import Path
from typing import Any

from processes.importers import import_services
from tenants.imports import ImportCommand, Report


class Command(ImportCommand):
    help = "Take lists and records of administrative procedures into the catalogue. Nothing comes into force by it."
    files_help = "a list (XLSX, CSV), a record (JSON), or a folder of such files"

    def take(self, files: list[Path], **options: Any) -> Report:
        return import_services(files)
