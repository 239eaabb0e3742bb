"""Signing in, in every way there is, and what an account can change."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time

from playwright.sync_api import Page, expect

from qms.sample import PASSWORD
from tests.browser.acting import say
from tests.browser.conftest import Desk
from tests.browser.looking import nothing_wrong, problems
from tests.browser.site import Site

NEW_PASSWORD = "lúa chín vàng đồng 2026"


def code_of(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238: SHA-1, six digits, half a minute)."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def protected(page: Page, address: str) -> None:
    """Open a page that changes how the account is protected: the password is asked for once more."""
    page.goto(address)
    expect(page).to_have_url(re.compile("/accounts/reauthenticate/"))
    nothing_wrong(problems(page))
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(address)))


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.locator("main form").get_by_role("button").first.click()
    expect(page).to_have_url(re.compile("/sign-in/"))


def test_a_wrong_password_is_told_and_says_nothing_about_the_account(desk: Desk) -> None:
    said = []
    for name in ("tuan", "khong-co-nguoi-nay"):
        page = desk.visitor()
        desk.sign_in(page, name, "sai rồi, sai rồi")
        said.append(page.get_by_role("alert").inner_text())
    assert said[0] == said[1]


def test_a_code_app_is_set_up_and_asked_for(desk: Desk, site: Site) -> None:
    page, defects = desk.visitor(), []
    desk.sign_in(page, "quy")
    protected(page, "/accounts/2fa/totp/activate/")
    words = page.locator("#authenticator_secret").input_value()
    defects += problems(page, shot="accounts-totp")
    page.locator("[name=code]").fill(code_of(words.replace(" ", "")))
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/totp/activate/"))

    page.goto("/accounts/2fa/recovery-codes/")
    defects += problems(page, shot="accounts-recovery-codes")
    recovery = re.findall(r"\b[0-9a-f]{8}\b|\b[0-9]{8}\b", _shown(page))
    assert len(recovery) >= 5

    sign_out(page)
    desk.sign_in(page, "quy")
    expect(page).to_have_url(re.compile("/2fa/authenticate/"))
    defects += problems(page, shot="accounts-second-step")
    page.locator("[name=code]").first.fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    site.forget("*totp*used*")  # the code of this half minute was used for setting up
    page.locator("[name=code]").first.fill(code_of(words.replace(" ", "")))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/phu-lam/"))

    sign_out(page)
    desk.sign_in(page, "quy")
    page.locator("[name=code]").first.fill(recovery[0])
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/phu-lam/"))
    sign_out(page)
    desk.sign_in(page, "quy")
    page.locator("[name=code]").first.fill(recovery[0])
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()  # each recovery code works once
    nothing_wrong(defects)


def _shown(page: Page) -> str:
    areas = page.locator("main textarea")
    return areas.first.input_value() if areas.count() else page.locator("main").inner_text()


def test_a_passkey_is_added_and_signs_in_without_a_password(desk: Desk) -> None:
    page, defects = desk.visitor(), []
    key = page.context.new_cdp_session(page)
    key.send("WebAuthn.enable")
    key.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }})  # fmt: skip
    desk.sign_in(page, "giang")
    protected(page, "/accounts/2fa/webauthn/add/")
    page.locator("[name=name]").fill("Khóa của Giang")
    page.locator("[name=passwordless]").check()
    defects += problems(page, shot="accounts-add-passkey")
    page.locator("#mfa_webauthn_add").click()
    expect(page).not_to_have_url(re.compile("/webauthn/add/"))
    page.goto("/accounts/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("Khóa của Giang")
    defects += problems(page, shot="accounts-passkeys")

    sign_out(page)
    page.goto("/phu-lam/")
    page.get_by_role("button", name=say("Sign in with a passkey")).click()
    expect(page.get_by_role("button", name="Lục Trường Giang").first).to_be_visible()
    nothing_wrong(defects)


def test_a_new_password_ends_the_session_of_the_other_browser(desk: Desk) -> None:
    here, there = desk.visitor(), desk.visitor()
    for page in (here, there):
        desk.sign_in(page, "phuc")
        expect(page).to_have_url(re.compile("/phu-lam/$"))
    here.goto("/accounts/password/change/")
    here.locator("[name=oldpassword]").fill(PASSWORD)
    here.locator("[name=password1]").fill(NEW_PASSWORD)
    here.locator("[name=password2]").fill(NEW_PASSWORD)
    here.keyboard.press("Enter")
    expect(here).to_have_url(re.compile(r"/sign-in/\?next=/agencies/"))
    there.goto("/phu-lam/dossiers/")
    expect(there).to_have_url(re.compile("/sign-in/"))
    desk.sign_in(there, "phuc", PASSWORD)
    expect(there.get_by_role("alert")).to_be_visible()
    desk.sign_in(there, "phuc", NEW_PASSWORD)
    expect(there).to_have_url(re.compile("/phu-lam/$"))


def test_language_and_appearance_are_chosen_in_the_account_menu(desk: Desk) -> None:
    page, defects = desk.visitor(), []
    desk.sign_in(page, "son")
    menu = page.get_by_role("navigation", name=say("Account"))

    def choose(words: str) -> None:
        page.get_by_role("button", name=re.compile("Vi Văn Sơn")).first.click()
        page.locator("#account").get_by_role("button", name=words, exact=True).click()

    expect(menu).to_be_hidden()
    choose(say("Dark appearance"))
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    choose("English")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("My work today")
    defects += problems(page, language="en", looks=("1280-light",), shot="accounts-chosen-dark")
    choose("Tiếng Việt")
    choose(say("Appearance of this device"))
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")
    nothing_wrong(defects)


def test_a_member_of_two_agencies_changes_from_one_to_the_other(desk: Desk) -> None:
    page = desk.of("mai")
    page.get_by_role("button", name=re.compile("Ngô Thị Mai")).first.click()
    page.get_by_role("link", name=say("Change agency")).click()
    page.locator("main").get_by_role("link", name=re.compile("UBND xã Phú Lâm")).click()
    expect(page).to_have_url(re.compile("/phu-lam/$"))
    expect(page.locator(".masthead .agency")).to_contain_text("UBND xã Phú Lâm")
    answer = page.goto("/dong-khe/")  # where she does not work
    assert answer is not None
    assert answer.status == 404
