"""`manage.py translations`: collect new words into the catalogue; with --check only say what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from qms.catalogues import OWN, PACKAGES, broken, compile_all, package_messages, untranslated

OURS = {"qms", "tenants", "documents", "processes", "audits"}
UNSEEN = {"django.contrib.auth", "django.contrib.contenttypes", "django.contrib.postgres"}
# Words of packages that are the same in Vietnamese, or never reach a page.
SAME = {"", "ID", "URL", "OK", "Email", "SHA-256", "%d %B %Y"}


class Command(BaseCommand):
    help = "Collects translatable words (needs gettext); --check fails when a Vietnamese translation is missing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing, exit 1 when something is missing")

    def handle(self, *args: Any, **options: Any) -> None:
        before = OWN.read_bytes()
        ignore = [".venv/*", "var/*", "tests/*", "node_modules/*"]
        call_command(
            "makemessages", locale=["vi"], no_location=True, no_obsolete=True, ignore_patterns=ignore, verbosity=0
        )
        missing = [f"without translation: {words}" for words in untranslated(OWN)]
        missing += [f"without translation (package): {words}" for words in untranslated(PACKAGES)]
        missing += [f"broken: {words}" for file in (OWN, PACKAGES) for words in broken(file)]
        if options["check"]:
            OWN.write_bytes(before)
        compile_all()
        missing += [f"package speaks English: {words}" for words in self._of_packages()]
        for line in missing:
            self.stdout.write(line)
        if missing and options["check"]:
            raise CommandError(f"{len(missing)} words to mend; `manage.py translations` collects them.")
        self.stdout.write(f"{len(missing)} words to mend.")

    def _of_packages(self) -> list[str]:
        """What the packages we show would say in English to a Vietnamese reader."""
        found = []
        with translation.override("vi"):
            for config in apps.get_app_configs():
                if config.name in OURS | UNSEEN:
                    continue
                for context, (words, *plural) in package_messages(Path(config.path) / "locale"):
                    said = _said(context, words, *plural)
                    if said == words and words not in SAME and any(letter.isalpha() for letter in words):
                        found.append(f"{config.name}: {words}")
        return sorted(set(found))


def _said(context: str | None, words: str, plural: str = "") -> str:
    """What a page says for these words of a package. A plural is asked for as one: not every Python finds it otherwise."""
    if plural:
        return translation.npgettext(context, words, plural, 1) if context else translation.ngettext(words, plural, 1)
    return translation.pgettext(context, words) if context else translation.gettext(words)
