"""`manage.py load_sample`: the sample province, once."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from qms.sample.load import count, in_the_way, load, loaded
from tenants import clock

CORRECTIONS = (
    Path(__file__).resolve().parents[2] / "sample" / "calendar.csv"
)  # what the package lags behind (domain §6.1)


class Command(BaseCommand):
    help = "Loads the sample province through the deeds (under two minutes); does nothing when it is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="in production too, with its published passwords")

    def handle(self, *, force: bool, **options: Any) -> None:
        if loaded():
            self.stdout.write("The sample province is already there.")
            return
        if settings.PRODUCTION and not force:
            raise CommandError("The sample's passwords are published. In production it is loaded with --force only.")
        if taken := in_the_way():
            raise CommandError(f"Agencies of the sample's addresses are there already: {', '.join(taken)}.")
        if settings.PRODUCTION:
            self.stderr.write(self.style.WARNING("Everybody knows the passwords of the sample's accounts."))
        begun, year = time.monotonic(), clock.today().year
        call_command("import_calendar", seed=f"{year - 2}-{year + 1}", stdout=self.stdout)
        call_command("import_calendar", CORRECTIONS, stdout=self.stdout)
        load(self.stdout.write)
        total = ", ".join(f"{number} {words}" for words, number in count().items())
        self.stdout.write(f"{total}. {time.monotonic() - begun:.0f} s.")
