"""`manage.py night`: the night's reminders by hand, without worker or broker."""

import datetime as dt
import logging
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from documents.tasks import bring_due_versions_into_force
from qms.tasks import ASKED
from tenants import clock
from tenants.models import Agency, Mail
from tenants.reminders import remind
from tenants.tasks import agencies_with_work, send_mail
from tenants.workdays import FIRST_YEAR, LAST_YEAR

log = logging.getLogger("qms.night")
STRIKE = dt.time(5, 30)  # as in the timetable of qms.celery
UNREADABLE = 2  # exit code: the wish was not understood, nothing was done


class Command(BaseCommand):
    help = (
        "Remind everybody of what is near due, late or waiting, as the clock does every night: each thing once, in one "
        "mail per person. Exit 0 when every agency was swept, 1 when one failed, 2 when the date or agency is unknown."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--on", metavar="DATE", help=f"as if it were {STRIKE:%H:%M} of this day, written 2026-11-21"
        )
        parser.add_argument("--agency", metavar="SLUG", help="this agency only")

    def handle(self, *, on: str | None, agency: str | None, **options: Any) -> None:
        with clock.at(self.moment(on)):
            agencies = self.agencies(agency)
            failed = [swept for swept in agencies if not self.sweep(swept)]
        if failed:
            raise CommandError(f"{len(failed)} of {len(agencies)} agencies failed.", returncode=1)

    def moment(self, on: str | None) -> dt.datetime:
        """Now, also for today; another day is swept at the hour of the timetable."""
        day = self.day(on) if on is not None else clock.today()
        return clock.now() if day == clock.today() else timezone.make_aware(dt.datetime.combine(day, STRIKE))

    def day(self, on: str) -> dt.date:
        for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                day = dt.datetime.strptime(on.strip(), pattern).date()  # noqa: DTZ007  # a plain day
            except ValueError:
                continue
            if FIRST_YEAR < day.year < LAST_YEAR:
                return day
        raise CommandError(f"“{on}” is no day. Write it as 2026-11-21 or 21/11/2026.", returncode=UNREADABLE)

    def agencies(self, slug: str | None) -> list[Agency]:
        """The same as beat sweeps."""
        found = [agency for agency in agencies_with_work() if slug in (None, agency.slug)]
        if slug is not None and not found:
            raise CommandError(f"No agency “{slug}” exists on {clock.today():%d/%m/%Y}.", returncode=UNREADABLE)
        return found

    def sweep(self, agency: Agency) -> bool:
        """One agency, whatever becomes of the others. Mails that cannot be sent wait for the sweep of mails."""
        try:
            bring_due_versions_into_force(agency.pk)
            with agency.active():
                mails = remind(agency, ASKED)
                made = sum(mail.reminders.count() for mail in mails)
        except Exception as problem:  # whatever it is, it harms one
            log.exception("The night failed in %s", agency.slug)
            self.stderr.write(self.style.ERROR(f"{agency.slug}: {type(problem).__name__}: {problem}".strip()))
            return False
        waiting = sum(not self.sent(agency, mail) for mail in mails)
        note = f", {waiting} of them waiting for the mail server" if waiting else ""
        self.stdout.write(f"{agency.slug}: {made} reminders in {len(mails)} mails{note}")
        return True

    def sent(self, agency: Agency, mail: Mail) -> bool:
        """Handed to the mail server, here or by a worker that was faster."""
        try:
            send_mail(agency.pk, mail.pk)
        except OSError:
            return False
        return True
