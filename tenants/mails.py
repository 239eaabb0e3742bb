"""A mail is written once per event and person, and sent when what caused it is committed."""

from __future__ import annotations

from collections.abc import Iterable

from tenants.models import Mail, Member
from tenants.tasks import later, send_mail

LONGEST_SUBJECT = 250


def write(member: Member, key: str, subject: str, body: str) -> bool:
    """Write the mail under its unique `key` (one per agency and member) and queue it. False when it was there already."""
    mail, ours = Mail.objects.get_or_create(
        member=member, key=key, defaults={"subject": _one_line(subject), "body": body}
    )
    if ours:
        later(send_mail, mail.agency_id, mail.pk)
    return ours


def write_all(key: str, letters: Iterable[tuple[Member, str, str]]) -> None:
    """The same for many members at once, in one statement: (member, subject, body) each."""
    rows = [Mail(member=member, key=key, subject=_one_line(subject), body=body) for member, subject, body in letters]
    if rows:
        Mail.objects.bulk_create(rows, ignore_conflicts=True)
        for mail in Mail.objects.filter(key=key, sent_at=None, failed="").only("agency_id"):
            later(send_mail, mail.agency_id, mail.pk)


def _one_line(subject: str) -> str:
    """A line break would end the mail's header."""
    return " ".join(subject.split())[:LONGEST_SUBJECT]
