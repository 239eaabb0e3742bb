"""`manage.py import_documents DIR --agency SLUG --as EMAIL`: a folder of Word and PDF files into drafts."""

from __future__ import annotations

import json as json_text
import logging
import os
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils.translation import gettext as _

from documents import codes, importing, permissions
from documents.models import ImportRun, Kind
from documents.paper_reading import Office
from documents.understanding import place_words
from tenants import clock
from tenants.imports import SOME_REJECTED, UNREADABLE, Report, agency_called, printable
from tenants.models import Agency, Member, Role
from tenants.sources import Rejected
from tenants.transitions import Refusal

log = logging.getLogger("qms.documents")
DRAFTERS = (Role.ISO_SECRETARY, Role.DOCUMENT_CONTROLLER)  # where nobody is named


class Command(BaseCommand):
    help = (
        "Read a folder of Word, Excel, OpenDocument, PDF and text files and begin a draft of each. Drafts only; running it "
        "again changes nothing; what a person edited or signed is never overwritten."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder",
            metavar="DIR",
            type=Path,
            help="the folder, with its folders; hidden files and links are passed over",
        )
        parser.add_argument("--agency", metavar="SLUG", required=True, help="the agency it is for")
        parser.add_argument(
            "--as",
            metavar="EMAIL",
            dest="email",
            default="",
            help="the member who drafts what comes of it (e-mail or user name); without it the agency's ISO secretary, "
            "else who controls its documents",
        )
        parser.add_argument("--kind", choices=Kind.values, default="", help="for files whose kind is not recognised")
        parser.add_argument(
            "--field",
            metavar="CODE",
            default="",
            help="for files without a code: the field of the next free one, such as TP",
        )
        parser.add_argument("--dry-run", action="store_true", help="read and report, write nothing")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(
        self, *, folder: Path, email: str, kind: str, field: str, dry_run: bool, json: bool, **options: Any
    ) -> None:
        agency = agency_called(options["agency"])
        if not folder.is_dir():
            raise CommandError(
                _("%(folder)s is no folder.") % {"folder": printable(str(folder))}, returncode=UNREADABLE
            )
        by = _member(agency, email)
        self.quiet, self.kind, self.field, self.dry_run, self.without_kind = json, kind, field, dry_run, 0
        report = self._walk(folder, agency, by)
        if json:
            self.stdout.write(printable(json_text.dumps(asdict(report), ensure_ascii=False)))
        else:
            self._sum_up(report)
        if report.rejected:
            raise CommandError(
                _("Files not taken: %(count)s.") % {"count": len(report.rejected)}, returncode=SOME_REJECTED
            )

    def _walk(self, folder: Path, agency: Agency, by: Member) -> Report:
        """One file after the other, each read, written and forgotten before the next."""
        report = Report()
        paths = list(files_in(folder))
        names = {importing.harmless(str(path.relative_to(folder))) for path in paths}
        run = ImportRun(agency=agency, label=printable(folder.resolve().name)[:200], by=by)
        run.asked_at = run.finished_at = clock.now()  # what has a row is dealt with
        with agency.active():
            office = Office.of_active()
        for number, path in enumerate(paths, 1):
            name = importing.harmless(str(path.relative_to(folder)))
            report.read += 1
            words = f"{number}/{len(paths)} {name}: "
            try:
                outcome, told = self._one(path, name, number, run, office, agency, by, names)
            except (Rejected, Refusal) as wrong:
                self.without_kind += isinstance(wrong, importing.KindMissing)
                report.reject(name, str(wrong))
                self._say(words + _("not taken. %(reason)s") % {"reason": wrong})
            except OperationalError:
                raise
            except Exception as wrong:  # one bad file never loses the others
                log.exception("import of %s", name)
                report.reject(
                    name,
                    _("It could not be worked on: %(reason)s") % {"reason": f"{type(wrong).__name__}: {wrong}"[:300]},
                )
                self._say(words + report.rejected[-1]["reason"])
            else:
                if outcome:
                    setattr(report, outcome, getattr(report, outcome) + 1)
                self._say(words + told)
        return report

    def _one(
        self, path: Path, name: str, number: int, run: ImportRun, office: Office, agency: Agency, by: Member, names: set[str]
    ) -> tuple[str, str]:  # fmt: skip
        try:
            if problem := importing.too_large(path.stat().st_size):
                raise Rejected(problem)
            data = path.read_bytes()
        except OSError as wrong:
            raise Rejected(_("The file cannot be opened: %(reason)s") % {"reason": wrong.strerror or wrong}) from wrong
        with agency.active():
            if known := importing.known(data, by):
                return "unchanged", _("%(code)s is there already, unchanged.") % {"code": known.code}
        reading = importing.read(data, name, office, otherwise=self.kind)
        if reading.examined is None or reading.problem:
            raise Rejected(reading.problem)
        with agency.active():
            former = run.pk
            try:
                file = importing.described(run, number, name, reading)
                if not file.code and file.kind and self.field:
                    file.code = codes.next_code(file.kind, self.field)
                told = _told(file)
                if self.dry_run:
                    return "", told
                importing.take(file, reading.examined, by=by, others=names)
            except BaseException:
                run.pk = former  # the row of the run went with the file's transaction
                raise
        words = {
            "created": _("draft of %(code)s begun."),
            "updated": _("draft of %(code)s renewed."),
            "unchanged": _("%(code)s is there already, unchanged."),
        }
        code = file.document.code if file.document else file.code
        return file.outcome, f"{words[file.outcome] % {'code': code}} {told}"

    def _say(self, words: str) -> None:
        if not self.quiet:
            self.stdout.write(printable(words))
            self.stdout.flush()

    def _sum_up(self, report: Report) -> None:
        counts = {**asdict(report), "rejected": len(report.rejected)}
        self.stdout.write(
            _(
                "Files read: %(read)s; drafts begun %(created)s, renewed %(updated)s, unchanged %(unchanged)s, not taken %(rejected)s."
            )
            % counts
        )
        if self.without_kind:
            self.stdout.write(
                _(
                    "Kind not recognised: %(count)s. Run it again for these with --kind (such as --kind decision), "
                    "or write the kind above the title (QUY TRÌNH, QUYẾT ĐỊNH …)."
                )
                % {"count": self.without_kind}
            )
        if self.dry_run:
            self.stdout.write(_("Nothing was written (dry run)."))


def files_in(folder: Path) -> Iterator[Path]:
    """Ordinary files below the folder in the order of their names; what systems and Office leave behind and links are passed over."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if importing.is_by_the_way(entry.name) or entry.is_symlink():
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from files_in(Path(entry.path))
        elif entry.is_file(follow_symlinks=False):
            yield Path(entry.path)


def _member(agency: Agency, email: str) -> Member:
    with agency.active():
        found = Member.objects.at_work().select_related("user")
        if email:
            member = found.filter(user__email__iexact=email).first() or found.filter(user__username=email).first()
        else:
            member = next((one for role in DRAFTERS if (one := found.in_role(role).order_by("pk").first())), None)
        if member is None:
            words = _("Nobody at work in this agency has the address “%(email)s”.") % {"email": email}
            nobody = _(
                "This agency has no ISO secretary and nobody who controls its documents. Name somebody with --as."
            )
            raise CommandError(words if email else nobody, returncode=UNREADABLE)
        if not permissions.may_draft(member):
            raise CommandError(
                _("%(name)s may not begin drafts in this agency.") % {"name": member.name}, returncode=UNREADABLE
            )
        member.agency = agency
        return member


def _told(file: Any) -> str:
    """What was understood and what not, in one line."""
    said = file.said
    shown = {"code", "issue", "issued_on", "effective_from"}
    read = [(name, fact.value, place_words(fact.place)) for name, fact in said.facts.items() if name in shown]
    facts = ", ".join(f"{name} {value} ({place})" for name, value, place in read)
    steps = len(file.understood["content"].get("steps", ()))
    parts = [facts, _("steps: %(count)s") % {"count": steps} if steps else "", *(doubt.words for doubt in said.doubts)]
    return " ".join(part for part in parts if part)
