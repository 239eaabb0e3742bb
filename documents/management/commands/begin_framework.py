"""`manage.py begin_framework --agency SLUG --as EMAIL`: drafts of everything in the framework set that is not there yet."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from documents.set_actions import begin
from documents.set_reader import the_set
from tenants.models import Agency, Member
from tenants.transitions import Refusal


class Command(BaseCommand):
    help = "Begin drafts from the framework set in one agency. Running it again begins nothing twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--agency", required=True, metavar="SLUG")
        parser.add_argument("--as", required=True, dest="drafter", metavar="EMAIL", help="who drafts")
        parser.add_argument(
            "--item", action="append", choices=list(the_set().templates), help="only this; may be repeated"
        )

    def handle(self, *, agency: str, drafter: str, item: list[str] | None, **options: Any) -> None:
        home = Agency.objects.filter(slug=agency).first()
        if home is None:
            raise CommandError(f"There is no agency “{agency}”.")
        with home.active():
            member = Member.objects.at_work().select_related("agency").filter(user__email__iexact=drafter).first()
            if member is None:
                raise CommandError(f"Nobody with the e-mail {drafter} is at work in {home.name}.")
            try:
                begun = begin(item or list(the_set().templates), by=member)
            except (Refusal, ValidationError) as refused:
                raise CommandError(str(refused)) from refused
        for version in begun:
            self.stdout.write(f"{version.document.code}  {version.title}")
        self.stdout.write(f"{len(begun)} drafts begun.")
