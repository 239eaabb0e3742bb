"""A person's own mails can be read in the browser, by that person only."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from smtplib import SMTPAuthenticationError, SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPSenderRefused

import pytest
from django.core import mail as post
from django.core.mail.backends.base import BaseEmailBackend
from django.test import override_settings

from tenants import clock
from tenants.models import Mail, User
from tenants.tasks import send_mail, send_waiting_mails_of


def write(member, key="k", body="Việc sắp đến hạn: http://127.0.0.1:8000/tan-hoa/dossiers/TH-1/ <script>") -> Mail:
    return Mail.objects.create(member=member, key=key, subject="Việc hôm nay", body=body)


def test_the_list_shows_own_mails_only(cast, client_of):
    write(cast.ha)
    assert "Việc hôm nay" in client_of(cast.ha).get("/tan-hoa/mails/").content.decode()
    assert "Việc hôm nay" not in client_of(cast.bao).get("/tan-hoa/mails/").content.decode()


def test_a_mail_is_shown_with_its_links_and_without_its_markup(cast, client_of):
    page = client_of(cast.ha).get(f"/tan-hoa/mails/{write(cast.ha).pk}/").content.decode()
    assert 'href="http://127.0.0.1:8000/tan-hoa/dossiers/TH-1/"' in page
    assert "&lt;script&gt;" in page


def test_the_mail_of_a_colleague_is_not_found_even_for_the_head(cast, client_of):
    assert client_of(cast.duc).get(f"/tan-hoa/mails/{write(cast.ha).pk}/").status_code == 404


def test_the_mail_of_the_same_person_in_another_agency_is_not_found(cast, client_of):
    with cast.other.active():
        foreign = write(cast.lan)
    assert client_of(cast.ha).get(f"/tan-hoa/mails/{foreign.pk}/").status_code == 404


# --- on the way ---


class Refusing(BaseEmailBackend):
    """A mail server that does not take this address; `code` says whether it ever will."""

    code = 550

    def send_messages(self, messages):
        raise SMTPRecipientsRefused({messages[0].to[0]: (self.code, b"no such person")})


class Busy(Refusing):
    code = 450


class RefusingTheText(BaseEmailBackend):
    """It took sender and address, and refuses what is said."""

    refusal: SMTPException = SMTPDataError(554, b"looks like spam")

    def send_messages(self, messages):
        raise self.refusal


class RefusingTheSender(RefusingTheText):
    refusal = SMTPSenderRefused(553, b"not from here", "iso@localhost")


class RefusingUs(RefusingTheText):
    refusal = SMTPAuthenticationError(535, b"wrong password")


class RefusingForNow(RefusingTheText):
    refusal = SMTPDataError(451, b"later")


@contextmanager
def sending_by(backend: type):
    with override_settings(EMAIL_BACKEND=f"{__name__}.{backend.__name__}"):
        yield


def test_an_address_that_is_refused_for_good_is_not_tried_again(cast):
    mail = write(cast.ha)
    with sending_by(Refusing):
        assert send_mail(cast.agency.pk, mail.pk) is False
    mail.refresh_from_db()
    assert (mail.sent_at, "550" in mail.failed) == (None, True)
    assert send_mail(cast.agency.pk, mail.pk) is False
    assert outbox() == []


@pytest.mark.parametrize("backend", [RefusingTheText, RefusingTheSender])
def test_a_mail_that_is_refused_for_good_is_not_tried_again(cast, backend):
    mail = write(cast.ha)
    with sending_by(backend):
        assert send_mail(cast.agency.pk, mail.pk) is False
    mail.refresh_from_db()
    assert (mail.sent_at, str(backend.refusal.smtp_code) in mail.failed) == (None, True)


@pytest.mark.parametrize("backend", [RefusingUs, RefusingForNow])
def test_what_is_not_the_mails_fault_waits(cast, backend):
    mail = write(cast.ha)
    with sending_by(backend), pytest.raises(SMTPException):
        send_mail(cast.agency.pk, mail.pk)
    mail.refresh_from_db()
    assert (mail.sent_at, mail.failed) == (None, "")


def test_an_address_that_is_refused_for_now_waits(cast):
    mail = write(cast.ha)
    with sending_by(Busy), pytest.raises(SMTPRecipientsRefused):
        send_mail(cast.agency.pk, mail.pk)
    assert send_mail(cast.agency.pk, mail.pk) is True
    assert outbox() == [["ha@example.vn"]]


def test_a_mail_to_nobody_is_not_called_sent(cast):
    User.objects.filter(pk=cast.ha.user_id).update(email="")
    mail = write(cast.ha)
    assert send_mail(cast.agency.pk, mail.pk) is False
    mail.refresh_from_db()
    assert (mail.sent_at, bool(mail.failed)) == (None, True)


def test_the_sweep_takes_only_mails_that_have_waited(cast, django_capture_on_commit_callbacks):
    write(cast.ha)
    with django_capture_on_commit_callbacks() as queued:
        assert send_waiting_mails_of(cast.agency.pk) == 0
    assert queued == []
    with clock.at(clock.now() + dt.timedelta(minutes=11)), django_capture_on_commit_callbacks() as queued:
        assert send_waiting_mails_of(cast.agency.pk) == 1
    assert len(queued) == 1


def outbox() -> list[list[str]]:
    return [message.to for message in post.outbox]
