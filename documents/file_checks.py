"""What `manage.py check` says about the virus scanner."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from documents import virus_scan


@register(Tags.security)
def check_scanner_address(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """An address nobody can connect to would refuse every upload."""
    address = settings.CLAMAV_ADDRESS
    host, _colon, port = address.rpartition(":")
    if not address or address.startswith("/") or (host and port.isdecimal()):
        return []
    hint = "Write host:port or the absolute path of a Unix socket."
    return [Error(f"CLAMAV_ADDRESS is {address}.", hint=hint, id="documents.E001")]


@register(Tags.security, deploy=True)
def check_scanner_answers(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """`check --deploy` asks it."""
    if not settings.CLAMAV_ADDRESS or virus_scan.answers():
        return []
    hint = "Until it answers, every upload is refused."
    return [Warning(f"No virus scanner answers at {settings.CLAMAV_ADDRESS}.", hint=hint, id="documents.W001")]
