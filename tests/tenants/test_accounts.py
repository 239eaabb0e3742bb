"""Signing in by name or e-mail; limits on guessing; sessions; the provincial sign-on; a person in two agencies."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client

from tenants.account_actions import open_account
from tenants.actions import appoint
from tenants.models import Role, User
from tests.cast import PASSWORD

SIGN_IN = "/sign-in/"


def sign_in(login: str, password: str = PASSWORD, client: Client | None = None):
    return (client or Client()).post(SIGN_IN, {"login": login, "password": password})


@pytest.mark.parametrize("login", ["ha", "ha@example.vn", "HA@Example.vn"])
def test_sign_in_by_name_or_email(people, login):
    answer = sign_in(login)
    assert (answer.status_code, answer.url) == (302, "/agencies/")


@pytest.mark.parametrize(
    ("login", "password"), [("ha", "sai"), ("nobody", PASSWORD), ("ha", ""), ("ha\0", PASSWORD), ("x" * 9999, "x")]
)
def test_a_wrong_sign_in_comes_back_with_words(people, login, password):
    answer = sign_in(login, password)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert 'role="alert"' in answer.content.decode()


def test_the_answer_does_not_tell_whether_the_account_exists(people):
    known, unknown = sign_in("ha", "sai"), sign_in("khong-co", "sai")
    assert known.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()


def test_after_five_failures_the_account_waits_and_says_so(people):
    for _attempt in range(5):
        assert sign_in("ha", "sai").context["form"].errors
    answer = sign_in("ha")  # the right password, too early
    wrong, limited = sign_in("bao", "sai").context["form"], answer.context["form"]
    assert answer.status_code == 200
    assert list(limited.non_field_errors()) != list(wrong.non_field_errors())
    assert sign_in("bao").status_code == 302  # a colleague is not kept out


def test_an_inactive_account_does_not_enter(people):
    User.objects.filter(username="ha").update(is_active=False)
    assert sign_in("ha").url != "/agencies/"


def test_nobody_signs_up(people, client):
    assert "closed" in str(client.get("/accounts/signup/").templates[0].name)
    client.post(
        "/accounts/signup/", {"username": "x", "email": "x@example.vn", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert not User.objects.filter(username="x").exists()


def test_the_way_back_leads_to_no_stranger(people):
    answer = Client().post(SIGN_IN + "?next=https://example.com/", {"login": "ha", "password": PASSWORD})
    assert answer.url == "/agencies/"


def test_cookies_are_closed_to_scripts_and_other_sites(people):
    cookie = sign_in("ha").cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


# --- passwords ---


def test_changing_the_password_ends_the_other_sessions(people):
    here, elsewhere = Client(), Client()
    sign_in("ha", client=here)
    sign_in("ha", client=elsewhere)
    new = "mưa phùn tháng hai"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert elsewhere.get("/tan-hoa/members/").status_code == 302
    assert sign_in("ha", new).status_code == 302


@pytest.mark.parametrize("password", ["ngắn", "12345678901234", "password1234"])
def test_a_weak_password_is_refused_with_words(people, password):
    client = Client()
    sign_in("ha", client=client)
    answer = client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": password, "password2": password}
    )
    assert answer.context["form"].errors
    assert sign_in("ha").status_code == 302


def test_a_one_time_password_must_be_changed_first(cast):
    user = User(username="hoa", full_name="Phan Thị Hoa")
    password = open_account(user, by=cast.khanh)
    appoint(user, by=cast.khanh, roles=[Role.OFFICER])
    client, own = Client(), "mưa phùn tháng hai"
    sign_in("hoa", password, client)
    assert client.get("/tan-hoa/members/").url == "/tan-hoa/accounts/password/change/"
    client.post("/tan-hoa/accounts/password/change/", {"oldpassword": password, "password1": own, "password2": own})
    sign_in("hoa", own, client)
    assert client.get("/tan-hoa/members/").status_code == 200
    assert not User.objects.get(username="hoa").password_is_initial


# --- agencies ---


def test_who_works_nowhere_sees_a_clear_page(people):
    User.objects.create_user("moi", PASSWORD, full_name="Người Mới")
    client = Client()
    answer = client.post(SIGN_IN, {"login": "moi", "password": PASSWORD}, follow=True)
    assert answer.status_code == 200
    assert answer.context["agencies"] == []
    assert client.get("/tan-hoa/members/").status_code == 404


def test_who_works_in_one_agency_goes_straight_in(people):
    client = Client()
    sign_in("ha", client=client)
    assert client.get("/agencies/").url == "/tan-hoa/"


def test_who_works_in_two_agencies_switches(cast):
    appoint(cast.lan.user, by=cast.khanh, roles=[Role.INTERNAL_AUDITOR], title="Đánh giá viên")
    client = Client()
    sign_in("lan", client=client)
    page = client.get("/agencies/").content.decode()
    assert 'href="/tan-hoa/"' in page
    assert 'href="/phu-lam/"' in page
    for slug, name in (("tan-hoa", cast.ha.name), ("phu-lam", cast.son.name), ("tan-hoa", cast.ha.name)):
        assert name in client.get(f"/{slug}/members/").content.decode()


def test_the_settings_page_saves_language_and_address_and_refuses_a_taken_email(cast):
    client = Client()
    sign_in("ha", client=client)
    data = {"language": "en", "address": "chị", "email": "ha@example.vn"}
    assert client.post("/tan-hoa/account/", data).status_code == 302
    user = User.objects.get(username="ha")
    assert (user.language, user.address) == ("en", "chị")
    taken = client.post("/tan-hoa/account/", data | {"email": "BAO@example.vn"})
    assert "email" in taken.context["form"].errors or taken.context["form"].non_field_errors()


# --- the provincial sign-on -------------------------------------------------------------------------


class Sso(HTTPServer):
    """A tiny OpenID Connect provider: one person, one code, PKCE checked."""

    person: dict[str, object]
    challenge = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class SsoPages(BaseHTTPRequestHandler):
    server: Sso

    def do_GET(self) -> None:
        if self.path.endswith("openid-configuration"):
            here = self.server.address
            self._answer(
                {
                    "issuer": here, "authorization_endpoint": f"{here}/authorize", "token_endpoint": f"{here}/token",
                    "userinfo_endpoint": f"{here}/userinfo", "jwks_uri": f"{here}/jwks",
                }
            )  # fmt: skip
        else:
            assert self.headers["Authorization"] == "Bearer token"
            self._answer(self.server.person)

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        digest = hashlib.sha256(sent["code_verifier"][0].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.server.challenge
        self._answer({"access_token": "token", "token_type": "Bearer", "expires_in": 60})

    def _answer(self, content: dict[str, object]) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def sso(settings):
    server = Sso(("127.0.0.1", 0), SsoPages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app = {
        "provider_id": "tinh", "name": "Đăng nhập một lần của tỉnh", "client_id": "qms", "secret": "s",
        "settings": {"server_url": server.address},
    }  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    yield server
    server.shutdown()
    server.server_close()


def sign_on(sso: Sso, **person: object) -> Client:
    """Go the whole way: our button, the provider, back with the code."""
    sso.person = {"sub": "001", **person}
    client = Client()
    away = urlsplit(client.post("/accounts/oidc/tinh/login/?process=login").url)
    asked = parse_qs(away.query)
    sso.challenge = asked["code_challenge"][0]
    client.get(urlsplit(asked["redirect_uri"][0]).path, {"code": "c", "state": asked["state"][0]})
    return client


def enters(client: Client) -> bool:
    return client.get("/tan-hoa/members/").status_code == 200


def test_the_provider_stands_on_the_sign_in_page(people, sso, client):
    assert "Đăng nhập một lần của tỉnh" in client.get(SIGN_IN).content.decode()


def test_a_verified_address_opens_the_account_the_agency_made(people, sso):
    assert enters(sign_on(sso, email="HA@example.vn", email_verified=True))
    assert SocialAccount.objects.get().user.username == "ha"
    assert enters(sign_on(sso, email="changed@example.vn", email_verified=True))  # the same person at the provider


@pytest.mark.parametrize(
    "person",
    [
        {"email": "ha@example.vn", "email_verified": False},
        {"email": "ha@example.vn"},
        {"email": "stranger@example.com", "email_verified": True},
        {"email": "", "email_verified": True},
        {},
    ],
)
def test_anything_less_opens_nothing(people, sso, person):
    assert not enters(sign_on(sso, **person))
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == len(people.members)


def test_it_opens_an_account_whose_one_time_password_was_never_used(cast, sso):
    user = User(username="hoa", full_name="Phan Thị Hoa", email="hoa@example.vn")
    password = open_account(user, by=cast.khanh)
    appoint(user, by=cast.khanh, roles=[Role.OFFICER])
    assert enters(sign_on(sso, email="hoa@example.vn", email_verified=True))
    client = Client()
    sign_in("hoa", password, client)
    assert not enters(client)  # whoever comes by that password still changes it first


def test_a_closed_account_is_not_opened(people, sso):
    User.objects.filter(username="ha").update(is_active=False)
    assert not enters(sign_on(sso, email="ha@example.vn", email_verified=True))


# --- the e-mail is the key to the account ---


def test_another_email_needs_the_password_again_and_is_then_saved(cast):
    client, data = Client(), {"language": "vi", "address": "", "email": "thu.ha@example.vn"}
    sign_in("ha", client=client)
    with_old = data | {"language": "en", "email": "ha@example.vn"}
    assert client.post("/tan-hoa/account/", with_old).url == "/tan-hoa/account/"
    asked = client.post("/tan-hoa/account/", data)
    assert asked.url == "/tan-hoa/accounts/reauthenticate/"
    assert User.objects.get(username="ha").email == "ha@example.vn"
    assert client.post(asked.url, {"password": "sai"}).status_code == 200
    assert User.objects.get(username="ha").email == "ha@example.vn"
    assert client.post(asked.url, {"password": PASSWORD}).status_code == 302
    assert User.objects.get(username="ha").email == "thu.ha@example.vn"


@pytest.mark.parametrize("page", ["/account/", "/agencies/", "/accounts/email/", "/accounts/2fa/", "/tan-hoa/account/"])
def test_a_one_time_password_opens_nothing_but_its_change(people, page):
    User.objects.filter(username="ha").update(password_is_initial=True)
    client = Client()
    sign_in("ha", client=client)
    assert client.get(page).url.endswith("/accounts/password/change/")
    assert client.post(page, {"language": "vi", "email": "x@example.com"}).url.endswith("/accounts/password/change/")
    assert client.get("/accounts/password/change/").status_code == 200


# --- who is told ---


def change_password(client: Client) -> int:
    new = "mưa phùn tháng hai"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    return client.post("/accounts/password/change/", data).status_code


def test_whoever_has_the_account_hears_that_its_password_changed(people):
    client = Client()
    sign_in("ha", client=client)
    mail.outbox.clear()
    assert change_password(client) == 302
    (told,) = mail.outbox
    assert told.to == ["ha@example.vn"]
    assert "Mật khẩu đã được đổi." in told.body


def test_a_mail_server_that_is_down_keeps_nobody_from_changing_it(people, settings):
    client = Client()
    sign_in("ha", client=client)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert change_password(client) == 302
    assert sign_in("ha", "mưa phùn tháng hai").status_code == 302
