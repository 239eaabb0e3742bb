"""`manage.py provision`: roles and database on a real PostgreSQL server."""

import os
from argparse import ArgumentParser
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError

from qms.provision import Plan, provision


class Command(BaseCommand):
    help = (
        "Make the owner role, the application role, the database and the grants. DATABASE_URL and DATABASE_OWNER_URL, "
        "when set, say which names and passwords; otherwise passwords are drawn. Prints both. Safe to repeat."
    )
    requires_system_checks = ()  # there may be no database yet

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--superuser-url",
            default=os.environ.get("DATABASE_SUPERUSER_URL"),
            help="address of the server for a superuser; default: the variable DATABASE_SUPERUSER_URL",
        )
        parser.add_argument("--for-tests", action="store_true", help="also prepare template1, for test databases")

    def handle(self, *, superuser_url: str | None, for_tests: bool, **options: Any) -> None:
        if not superuser_url:
            raise CommandError("Give --superuser-url, or set DATABASE_SUPERUSER_URL.")
        app_url, owner_url = os.environ.get("DATABASE_URL"), os.environ.get("DATABASE_OWNER_URL")
        if bool(app_url) != bool(owner_url):
            raise CommandError("Set both DATABASE_URL and DATABASE_OWNER_URL, or none.")
        try:
            plan = Plan.from_urls(app_url, owner_url) if app_url and owner_url else Plan()
            plan = provision(superuser_url, plan, for_tests=for_tests)
        except (ValueError, psycopg.Error) as error:
            raise CommandError(str(error).strip()) from error
        app_url, owner_url = plan.urls(superuser_url)
        self.stdout.write(f"DATABASE_URL={app_url}\nDATABASE_OWNER_URL={owner_url}")
        if not plan.app_password or not plan.owner_password:
            self.stdout.write("# PASSWORD: the role was there before and keeps its password.")
