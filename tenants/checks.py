"""Fail closed at the start: the application works as a database role that policies bind, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

HINT = "Row-level security would not bind it. DATABASE_URL must name the role made by `manage.py provision`."
QUESTION = """
    SELECT current_user, r.rolsuper, r.rolbypassrls,
           EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                   WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND pg_has_role(r.oid, c.relowner, 'MEMBER'))
    FROM pg_roles r WHERE r.rolname = current_user
"""


def objections(connection: Any) -> list[str]:
    """Why this connection's role could pass by the row-level policies; empty when it cannot."""
    with connection.cursor() as cursor:
        cursor.execute(QUESTION)
        role, superuser, bypasses, owns = cursor.fetchone()
    found = []
    if superuser:
        found.append(f"The database role {role} is a superuser.")
    if bypasses:
        found.append(f"The database role {role} has BYPASSRLS.")
    if owns:
        found.append(f"The database role {role} owns tables of the application.")
    return found


def refuse_bypassing_role(connection: Any, **_kwargs: Any) -> None:
    """On every new connection, before the first query: web, worker, beat and commands alike.

    Raises ImproperlyConfigured. Commands that change the schema work as the owner and pass (settings.AS_OWNER).
    """
    if settings.AS_OWNER or connection.vendor != "postgresql":
        return
    found = objections(connection)
    if found:
        connection.close()
        raise ImproperlyConfigured(f"{' '.join(found)} {HINT}")


def check_at_start() -> None:
    """Ask before the first request or job; forked children inherit no connection. Raises ImproperlyConfigured."""
    try:
        connections["default"].ensure_connection()
    finally:
        connections["default"].close()


@register(Tags.database)
def check_role(app_configs: Any, databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """`manage.py check --database default` says the same in words."""
    if settings.AS_OWNER:
        return []
    return [
        Error(objection, hint=HINT, id="tenants.E001")
        for alias in databases or ()
        for objection in objections(connections[alias])
    ]


@register(Tags.security, deploy=True)
def check_what_leaves(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """What nobody notices until a resident scans the code or a reminder never comes."""
    found: list[CheckMessage] = []
    if settings.EMAIL_BACKEND.endswith("dummy.EmailBackend"):
        hint = "Set EMAIL_HOST. Mails are marked as sent and can only be read in the browser."
        found.append(Warning("No mail leaves this installation.", hint=hint, id="tenants.W001"))
    if urlsplit(settings.SITE_ADDRESS).hostname in {None, "localhost", "127.0.0.1", "::1"}:
        hint = "Set SITE_ADDRESS to the address people use."
        found.append(Warning(f"Mails and QR codes say {settings.SITE_ADDRESS}.", hint=hint, id="tenants.W002"))
    return found
