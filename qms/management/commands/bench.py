"""`manage.py bench`: how fast the pages are with many agencies and dossiers (docs/bench.md)."""

import datetime as dt
import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from qms.bench import papers, report
from qms.bench.database import Database
from qms.bench.measure import measure
from qms.bench.server import CannotServe
from qms.bench.sizes import SIZES

DEFAULT = ("S", "M")


class Command(BaseCommand):
    help = "Load many agencies and dossiers into databases of their own, and measure the pages against a bare one."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--size", choices=[*SIZES, "all"], default="all", help="all: S and M")
        parser.add_argument("--json", type=Path, help="where the figures go; without it into the folder bench of var")
        parser.add_argument(
            "--only", default="", help="only pages whose name contains this, for example “dossier list”"
        )
        parser.add_argument(
            "--fresh", action="store_true", help="load again; otherwise a database of the last days is used"
        )
        parser.add_argument("--drop", action="store_true", help="remove the databases afterwards (M takes 1.4 GB)")
        parser.add_argument(
            "--papers", type=int, metavar="COUNT", default=0, help="instead of pages: import a folder of so many files"
        )
        parser.add_argument(
            "--keep", action="store_true", help="keep the server running afterwards, for a profiler, until Ctrl-C"
        )

    def handle(
        self, *, size: str, json: Path | None, only: str, fresh: bool, drop: bool, keep: bool, **options: Any
    ) -> None:
        sizes = [SIZES[name] for name in (DEFAULT if size == "all" else (size,))]
        file = json or Path(settings.VAR) / "bench" / f"{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        if options["papers"]:
            imported = papers.measure_import(options["papers"])
            file.write_text(papers.as_json(imported))
            self.say(f"{papers.words(imported)}\nFigures: {file}")
            return
        results = []
        try:
            for one in sizes:
                serve = self.keep_serving if keep and one is sizes[-1] else None
                results.append(measure(one, fresh=fresh, only=only, say=self.say, keep_serving=serve))
                self.write(results, file)
            problems = "; ".join(report.growing(results)) or "the same with few and many rows, at every size"
            self.say(f"\nQuery counts: {problems}\nFigures: {file}")
            if only and not any(result.lines or result.wrong for result in results):
                raise CommandError(f"No page has “{only}” in its name; docs/bench.md names them.")
            if wrong := [words for result in results for words in result.wrong]:
                raise CommandError(f"{len(wrong)} pages could not be measured, see above.")
        except CannotServe as problem:
            raise CommandError(str(problem)) from problem
        finally:
            if drop:
                for one in sizes:
                    Database(one).drop()

    def say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()

    def keep_serving(self, port: int) -> None:
        self.say(f"http://127.0.0.1:{port}/ until Ctrl-C")
        try:
            while True:
                time.sleep(1)
        except KeyboardInterrupt:
            self.say("")

    def write(self, results: list[report.Result], file: Path) -> None:
        """What there is so far: a long run that is interrupted has not been for nothing."""
        file.write_text(json.dumps(report.as_json(results), indent=1, ensure_ascii=False))
        self.say(f"\n{report.table(results[-1])}")
