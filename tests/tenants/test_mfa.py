"""The second step: code app, recovery codes, keys; and roles that need it.

A key itself cannot be pressed here: Chromium's virtual authenticator (CDP `WebAuthn.addVirtualAuthenticator`) does it
in the browser tests.
"""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.messages import WARNING
from django.core.cache import cache
from django.test import Client

from tenants.models import Role
from tests.cast import PASSWORD


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def signed_in(name: str) -> Client:
    client = Client()
    client.post("/sign-in/", {"login": name, "password": PASSWORD})
    return client


def confirmed(name: str) -> Client:
    """Signed in, and the password given once more: needed for everything about the second step."""
    client = signed_in(name)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def enrolled(client: Client) -> str:
    """Set up the code app; returns its secret."""
    form = client.get("/accounts/2fa/totp/activate/").context["form"]
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_for(form.secret)})
    assert answer.status_code == 302, answer.context["form"].errors
    cache.clear()  # the code counts as used for a moment
    return form.secret


def test_the_app_is_set_up_and_asked_for_at_the_next_sign_in(people):
    secret = enrolled(confirmed("ha"))
    client = Client()
    answer = client.post("/sign-in/", {"login": "ha", "password": PASSWORD})
    assert answer.url == "/accounts/2fa/authenticate/"
    assert client.get("/tan-hoa/members/").status_code == 302  # the password alone does not open
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).context["form"].errors
    assert client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)}).status_code == 302
    assert client.get("/tan-hoa/members/").status_code == 200


def test_a_wrong_code_sets_up_nothing(people):
    client = confirmed("ha")
    client.get("/accounts/2fa/totp/activate/")
    assert client.post("/accounts/2fa/totp/activate/", {"code": "abcdef"}).context["form"].errors
    assert not Authenticator.objects.exists()


def test_a_recovery_code_signs_in_once(people):
    client = confirmed("ha")
    enrolled(client)
    client.post("/accounts/2fa/recovery-codes/generate/")
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    code = re.search(r"\b[0-9a-f]{8}\b", page)[0]
    for expected in (302, 200):
        other = Client()
        other.post("/sign-in/", {"login": "ha", "password": PASSWORD})
        assert other.post("/accounts/2fa/authenticate/", {"code": code}).status_code == expected


@pytest.mark.parametrize("page", ["", "webauthn/add/", "webauthn/", "totp/activate/"])
def test_the_pages_of_the_second_step_open(people, page):
    answer = confirmed("ha").get(f"/tan-hoa/accounts/2fa/{page}")
    assert answer.status_code == 200
    assert "<h1>" in answer.content.decode()


def test_the_key_page_carries_what_the_browser_needs(people):
    page = confirmed("ha").get("/accounts/2fa/webauthn/add/").content.decode()
    assert '"challenge"' in page
    assert 'id="js_data"' in page


def test_signing_in_with_a_key_offers_a_challenge(people, client):
    script = {"x-requested-with": "XMLHttpRequest"}
    assert (
        "challenge"
        in client.get("/accounts/2fa/webauthn/login/", headers=script).json()["request_options"]["publicKey"]
    )


@pytest.fixture
def strict(cast):
    """Tân Hòa asks its head for a second step."""
    type(cast.agency).objects.filter(pk=cast.agency.pk).update(mfa_roles=[Role.AGENCY_HEAD])
    return cast


def test_a_role_that_needs_the_second_step_gets_only_its_page(strict):
    client = confirmed("duc")
    for page in ("", "members/", "journal/", "admin/"):
        assert client.get(f"/tan-hoa/{page}").url == "/tan-hoa/accounts/2fa/"
    assert client.post(f"/tan-hoa/members/{strict.ha.pk}/release/", {"on": "01/01/2030"}).status_code == 302
    enrolled(client)
    assert client.get("/tan-hoa/members/").status_code == 200


def test_other_roles_are_not_asked(strict):
    assert signed_in("ha").get("/tan-hoa/members/").status_code == 200


def test_recovery_codes_alone_are_no_second_step(strict):
    client = confirmed("duc")
    enrolled(client)
    Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).delete()
    assert client.get("/tan-hoa/members/").status_code == 302


def test_a_session_that_was_never_asked_does_not_pass_when_the_owner_sets_it_up(strict):
    stranger = signed_in("duc")  # knows the password
    assert stranger.get("/tan-hoa/members/").status_code == 302
    owner = confirmed("duc")
    enrolled(owner)
    assert owner.get("/tan-hoa/members/").status_code == 200
    assert stranger.get("/tan-hoa/members/").url.startswith("/tan-hoa/sign-in/")  # the session has ended


def test_where_no_role_needs_it_setting_it_up_ends_the_other_sessions_too(people):
    other, owner = signed_in("ha"), confirmed("ha")
    assert other.get("/tan-hoa/members/").status_code == 200
    enrolled(owner)
    assert other.get("/tan-hoa/members/").status_code == 302
    assert owner.get("/tan-hoa/members/").status_code == 200


def test_a_session_without_the_second_step_is_told_to_sign_in_again(strict, client_of):
    enrolled(confirmed("duc"))
    strict.duc.user.refresh_from_db()
    page = client_of(strict.duc).get("/tan-hoa/members/", follow=True)
    assert page.redirect_chain == [("/tan-hoa/accounts/2fa/", 302)]
    (message,) = page.context["messages"]
    assert message.level == WARNING


def test_the_page_says_why_the_second_step_is_asked(strict):
    page = confirmed("duc").get("/tan-hoa/members/", follow=True)
    *_welcome, message = page.context["messages"]
    assert message.level == WARNING
    assert str(message) in page.content.decode()


def test_an_unconfirmed_address_does_not_bar_the_second_step(strict):
    Client().post("/accounts/password/reset/", {"email": "duc@example.vn"})  # allauth notes it as unconfirmed here
    client = confirmed("duc")
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200
