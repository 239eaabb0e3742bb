"""`manage.py import_framework FILE…`: editions of standards and other frameworks, and how their clauses correspond."""

from pathlib import Path
from typing import Any

from documents.framework_import import import_frameworks
from tenants.imports import ImportCommand, Report


class Command(ImportCommand):
    help = "Take frameworks (our own YAML, or libraries of CISO Assistant) into the shared library of standards."
    files_help = "YAML"

    def take(self, files: list[Path], **options: Any) -> Report:
        return import_frameworks(files)
