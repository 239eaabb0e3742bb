"""The application does not work as a role that policies do not bind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.db import connection

from qms import embedded
from tenants.checks import check_role, objections

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_applications_role_is_bound(db):
    assert objections(connection) == []
    assert check_role(None, databases=["default"]) == []
    assert not [found for found in run_checks(databases=["default"]) if found.id == "tenants.E001"]


def ask_as(address: str, *command: str) -> subprocess.CompletedProcess[str]:
    """A command of the application, with this address as its database."""
    name = settings.DATABASES["default"]["NAME"]
    environment = os.environ | {
        "DATABASE_URL": address.rsplit("/", 1)[0] + f"/{name}",
        "REDIS_URL": settings.REDIS_URL,
        "DJANGO_SETTINGS_MODULE": "qms.settings",
        "QMS_PRODUCTION": "0",
    }
    return subprocess.run(
        [sys.executable, "-W", "ignore", str(ROOT / "manage.py"), *command],
        capture_output=True, text=True, env=environment, cwd=ROOT, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.skipif(not settings.EMBEDDED, reason="needs the superuser of the embedded servers")
@pytest.mark.parametrize(("role", "words"), [("superuser_url", "superuser"), ("owner_url", "owns tables")])
def test_a_role_that_is_not_bound_is_refused_at_the_first_connection(db, role, words):
    address = getattr(embedded.join(), role)
    answer = ask_as(
        address, "shell", "-v0", "-c", "from tenants.models import Agency; print('rows', Agency.objects.count())"
    )
    assert answer.returncode != 0
    assert words in answer.stderr
    assert "rows" not in answer.stdout
    checked = ask_as(address, "check", "--database", "default")
    assert checked.returncode != 0
