"""`manage.py load_sample`: the sample province, once."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from qms.sample.load import count, load, loaded
from tenants import clock

CORRECTIONS = (
    Path(__file__).resolve().parents[2] / "sample" / "calendar.csv"
)  # what the package lags behind (domain §6.1)


class Command(BaseCommand):
    help = "Loads the sample province through the deeds (under two minutes); does nothing when it is there."

    def handle(self, *args: Any, **options: Any) -> None:
        if loaded():
            self.stdout.write("The sample province is already there.")
            return
        begun, year = time.monotonic(), clock.today().year
        call_command("import_calendar", seed=f"{year - 2}-{year + 1}", stdout=self.stdout)
        call_command("import_calendar", CORRECTIONS, stdout=self.stdout)
        load(self.stdout.write)
        total = ", ".join(f"{number} {words}" for words, number in count().items())
        self.stdout.write(f"{total}. {time.monotonic() - begun:.0f} s.")
