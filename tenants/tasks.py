"""Jobs: each works for one agency, named first; one failure harms one."""

from __future__ import annotations

import datetime as dt
import logging
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from typing import Any

from celery import Task, shared_task
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tenants import clock
from tenants.models import Agency, Mail
from tenants.scoping import active
from tenants.signals import work_asked

log = logging.getLogger("qms.tasks")
PERMANENT = 500  # SMTP: from here on the server will not take it later either
PATIENCE = dt.timedelta(minutes=10)


class AgencyTask(Task):
    """`task.delay(agency_id, …)`: the agency is active while it runs, in one transaction."""

    abstract = True

    def __call__(self, agency_id: int, *args: Any, **kwargs: Any) -> Any:
        with active(agency_id):
            return super().__call__(agency_id, *args, **kwargs)


def later(task: Task, *arguments: Any) -> None:
    """Queue the task once what was written is committed."""
    transaction.on_commit(
        lambda: task.delay(*arguments), robust=True
    )  # a broker that is down loses no deed: the sweeps find it


def agencies_with_work() -> list[Agency]:
    """Those that exist today, and those that have ended and left work open: every sweep goes over them."""
    today = clock.today()
    ended = Agency.objects.filter(valid_to__lt=today)
    return [*Agency.objects.existing_on(today), *(agency for agency in ended if _left_work(agency))]


def for_each_agency(task: Task, *arguments: Any) -> int:
    """One job for each agency with work. Returns how many."""
    agencies = agencies_with_work()
    for agency in agencies:
        task.delay(agency.pk, *arguments)
    return len(agencies)


def _left_work(agency: Agency) -> bool:
    with agency.active():
        answers = work_asked.send(sender=Agency, agency=agency)
        return _waiting().exists() or any(left for _receiver, left in answers)


@shared_task(base=AgencyTask)
def send_mail(agency_id: int, mail_id: int) -> bool:
    """Hand one mail to the mail server, once: whoever holds the row's lock sends it. False when it was not sent.

    Raises OSError when the server cannot take it now; the sweep tries again. What it will never take has `failed`.
    """
    mail = _waiting().select_for_update(skip_locked=True, of=("self",)).filter(pk=mail_id).first()
    if mail is None:
        return False
    address = mail.member.user.email if mail.member.user else ""
    headers = {"Message-ID": f"<{agency_id}.{mail.pk}@qms>"}
    try:
        if address:
            EmailMessage(mail.subject, mail.body, to=[address], headers=headers).send()
            mail.sent_at = clock.now()
        else:
            mail.failed = _("The account has no e-mail address.")
    except (SMTPRecipientsRefused, SMTPResponseException) as refusal:
        if not _for_good(refusal):
            raise
        mail.failed = str(refusal)
    mail.save(update_fields=["sent_at", "failed"])
    return mail.sent_at is not None


def _for_good(refusal: SMTPRecipientsRefused | SMTPResponseException) -> bool:
    """Is it this mail that the server refuses, and will refuse tomorrow? A wrong password of ours is mended one day."""
    if isinstance(refusal, SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _words in refusal.recipients.values())
    ours = (SMTPAuthenticationError, SMTPConnectError, SMTPHeloError)
    return refusal.smtp_code >= PERMANENT and not isinstance(refusal, ours)


@shared_task(autoretry_for=(OSError,), retry_backoff=60, max_retries=5)
def send_letter(address: str, subject: str, body: str) -> None:
    """A mail to an address that no member has: a former one, or of an account without an agency."""
    EmailMessage(subject, body, to=[address]).send()


@shared_task
def send_waiting_mails() -> int:
    """Mails whose job was lost (a worker killed, the broker down) or met a silent server are queued again."""
    return for_each_agency(send_waiting_mails_of)


@shared_task(base=AgencyTask)
def send_waiting_mails_of(agency_id: int) -> int:
    """Only those older than ten minutes: the job of a newer one is still on its way."""
    waiting = list(_waiting().filter(made_at__lt=clock.now() - PATIENCE).values_list("pk", flat=True))
    for mail_id in waiting:
        later(send_mail, agency_id, mail_id)
    return len(waiting)


def _waiting() -> QuerySet[Mail]:
    return Mail.objects.filter(sent_at=None, failed="")
