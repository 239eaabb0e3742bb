"""Jobs: each works for one agency, named first; one failure harms one."""

from __future__ import annotations

import logging
from typing import Any

from celery import Task, shared_task
from django.core.mail import EmailMessage
from django.db import transaction

from tenants import clock
from tenants.models import Agency, Mail
from tenants.scoping import active

log = logging.getLogger("qms.tasks")


class AgencyTask(Task):
    """`task.delay(agency_id, …)`: the agency is active while it runs, in one transaction."""

    abstract = True

    def __call__(self, agency_id: int, *args: Any, **kwargs: Any) -> Any:
        with active(agency_id):
            return super().__call__(agency_id, *args, **kwargs)


def later(task: Task, *arguments: Any) -> None:
    """Queue the task once what was written is committed."""
    transaction.on_commit(lambda: task.delay(*arguments))


def for_each_agency(task: Task, *arguments: Any) -> int:
    """One job for each agency that exists today. Returns how many."""
    ids = list(Agency.objects.existing_on(clock.today()).values_list("pk", flat=True))
    for agency_id in ids:
        task.delay(agency_id, *arguments)
    return len(ids)


@shared_task(base=AgencyTask, autoretry_for=(OSError,), retry_backoff=30, max_retries=8)
def send_mail(agency_id: int, mail_id: int) -> bool:
    """Hand one mail to the mail server, once: whoever holds the row's lock sends it."""
    mail = Mail.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=mail_id, sent_at=None).first()
    if mail is None:
        return False
    user = mail.member.user
    if user is not None and user.email:
        EmailMessage(
            mail.subject, mail.body, to=[user.email], headers={"Message-ID": f"<{agency_id}.{mail.pk}@qms>"}
        ).send()
    mail.sent_at = clock.now()
    mail.save(update_fields=["sent_at"])
    return True


@shared_task
def send_waiting_mails() -> int:
    """Mails whose job was lost (a worker killed, the broker down) are queued again."""
    return for_each_agency(send_waiting_mails_of)


@shared_task(base=AgencyTask)
def send_waiting_mails_of(agency_id: int) -> int:
    waiting = list(Mail.objects.filter(sent_at=None).values_list("pk", flat=True))
    for mail_id in waiting:
        later(send_mail, agency_id, mail_id)
    return len(waiting)
