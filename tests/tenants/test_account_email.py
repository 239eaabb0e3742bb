"""The e-mail is the key to the account: who had it before opens nothing with it, and hears that it changed."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from tenants.account_actions import correct_account, save_account
from tenants.models import JournalEntry, User
from tenants.tasks import send_letter
from tests.cast import PASSWORD

RESET = "/accounts/password/reset/"
NEW = "thu.ha@example.vn"


def ask_reset(address: str) -> list[list[str]]:
    """To whom a link was sent."""
    mail.outbox.clear()
    Client().post(RESET, {"email": address})
    return [message.to for message in mail.outbox if "/reset/key/" in message.body]


def signs_in(login: str) -> bool:
    return Client().post("/sign-in/", {"login": login, "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize("whose", ["own", "administrator"])
def test_a_former_address_opens_the_account_no_longer(cast, whose):
    assert ask_reset("ha@example.vn") == [["ha@example.vn"]]
    assert EmailAddress.objects.filter(email="ha@example.vn").exists()  # the package keeps it since then
    user = User.objects.get(username="ha")
    user.email = NEW
    if whose == "own":
        save_account(user, ["email"])
    else:
        correct_account(user, by=cast.khanh, fields=["email"])
    assert ask_reset("ha@example.vn") == []
    assert not signs_in("ha@example.vn")
    assert ask_reset(NEW) == [[NEW]]
    assert signs_in(NEW)


def test_a_link_sent_before_the_change_opens_nothing(cast):
    ask_reset("ha@example.vn")
    link = next(word for word in mail.outbox[-1].body.split() if "/reset/key/" in word)
    user = User.objects.get(username="ha")
    user.email = NEW
    save_account(user, ["email"])
    page = Client().get(link[link.index("/accounts/") :], follow=True)
    assert b"password1" not in page.content


def test_the_administrator_corrects_it_in_the_admin_with_a_line_in_the_journal(cast, client_of):
    ask_reset("ha@example.vn")
    data = {"username": "ha", "full_name": "Lê Thu Hà", "email": NEW, "language": "vi"}
    page = f"/tan-hoa/admin/tenants/user/{cast.ha.user_id}/change/"
    assert client_of(cast.khanh).post(page, data).status_code == 302
    assert ask_reset("ha@example.vn") == []
    entry = JournalEntry.objects.get(about_type="tenants.user", verb="edited")
    assert (entry.by, entry.details) == (cast.khanh, {"fields": ["email"]})


def test_whoever_reads_at_the_former_address_is_told(cast, django_capture_on_commit_callbacks, monkeypatch):
    told = []
    monkeypatch.setattr(send_letter, "delay", lambda *letter: told.append(letter))
    user = User.objects.get(username="ha")
    user.email = NEW
    with django_capture_on_commit_callbacks(execute=True):
        save_account(user, ["email"])
    assert [address for address, _subject, _body in told] == ["ha@example.vn"]
    send_letter(*told[0])
    assert "“ha”" in mail.outbox[-1].body
    user.language = "en"
    with django_capture_on_commit_callbacks(execute=True):
        save_account(user, ["language", "email"])
    assert len(told) == 1  # nothing was changed about it


def test_the_packages_own_page_leads_to_the_account_and_changes_nothing(cast):
    client = Client()
    client.post("/sign-in/", {"login": "ha", "password": PASSWORD})
    assert client.get("/accounts/email/").url == "/account/"
    assert client.get("/tan-hoa/accounts/email/").url == "/tan-hoa/account/"
    for data in ({"action_add": "", "email": "bao@example.vn"}, {"action_primary": "", "email": "bao@example.vn"}):
        assert client.post("/accounts/email/", data).url == "/account/"
    assert not EmailAddress.objects.exists()
    assert User.objects.get(username="ha").email == "ha@example.vn"
