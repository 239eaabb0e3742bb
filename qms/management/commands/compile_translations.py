from django.core.management.base import BaseCommand

from qms.catalogues import compile_all


class Command(BaseCommand):
    help = "Compiles the translations (no gettext tools needed)."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"{compile_all()} catalogues compiled.")
