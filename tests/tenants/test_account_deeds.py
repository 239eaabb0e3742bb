"""Whose account it is to manage; barred and admitted; a lost second step; who is told."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tenants import clock
from tenants.account_actions import admit, bar, open_account, remove_second_step, renew_password
from tenants.actions import appoint, release
from tenants.models import JournalEntry, Mail, Role, User
from tenants.permissions import may_manage_account
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import PASSWORD
from tests.tenants.test_mfa import confirmed, enrolled, signed_in

USERS = "/tan-hoa/admin/tenants/user/"


def opened_elsewhere(cast) -> User:
    """An account that Phú Lâm opened for somebody to come."""
    user = User(username="hoa", full_name="Phan Thị Hoa", email="hoa@example.vn")
    with cast.other.active():
        open_account(user, by=cast.yen)
    return user


# --- whose it is ---


def test_who_begins_elsewhere_tomorrow_is_not_taken_over_today(cast):
    user = opened_elsewhere(cast)
    with cast.other.active():
        first = clock.today() + dt.timedelta(days=3)
        appoint(user, by=cast.yen, roles=[Role.AGENCY_HEAD], valid_from=first)
    here = appoint(user, by=cast.khanh)
    with pytest.raises(NotAllowed):
        renew_password(here, by=cast.khanh)


def test_an_account_another_agency_has_just_opened_is_theirs(cast):
    user = opened_elsewhere(cast)
    here = appoint(user, by=cast.khanh)
    with pytest.raises(NotAllowed):
        renew_password(here, by=cast.khanh)
    page = f"{USERS}{user.pk}/change/"
    client = Client()
    client.force_login(cast.khanh.user)
    data = {"username": "hoa", "full_name": "Phan Thị Hoa", "email": "khanh2@example.vn", "language": "vi"}
    assert client.post(page, data).status_code == 403
    assert b"hoa@example.vn" not in client.get(page).content


def test_who_has_left_the_agency_that_opened_the_account_is_helped_where_they_work_now(cast):
    user = opened_elsewhere(cast)
    with cast.other.active():
        before = clock.today() - dt.timedelta(days=30)
        there = appoint(user, by=cast.yen, valid_from=before)
        release(there, by=cast.yen, on=clock.today() - dt.timedelta(days=1))
    here = appoint(user, by=cast.khanh)
    assert renew_password(here, by=cast.khanh)


def test_the_platform_administrator_helps_whoever_works_in_two_agencies(cast):
    appoint(cast.lan.user, by=cast.khanh)
    assert not may_manage_account(cast.lan.user, cast.khanh)
    cast.khanh.user.is_staff = True
    cast.khanh.user.save()
    assert may_manage_account(cast.lan.user, cast.khanh)


# --- barred and admitted ---


def test_a_barred_account_enters_nowhere_until_it_is_admitted(cast, client_of):
    open_session, desk = signed_in("ha"), client_of(cast.khanh)
    button = f"{USERS}{cast.ha.user_id}/deeds/bar/"
    assert button in desk.get(f"{USERS}{cast.ha.user_id}/change/").content.decode()
    assert desk.post(button, {"reason": "Điện thoại bị lấy cắp"}).status_code == 302
    assert open_session.get("/tan-hoa/members/").status_code == 302
    assert signed_in("ha").get("/tan-hoa/members/").status_code == 302
    entry = JournalEntry.objects.get(verb="account_barred")
    assert (entry.by, entry.reason) == (cast.khanh, "Điện thoại bị lấy cắp")
    assert "“ha”" in Mail.objects.get(member=cast.ha).body
    with pytest.raises(NotPossible):
        bar(User.objects.get(pk=cast.ha.user_id), by=cast.khanh)
    admit(User.objects.get(pk=cast.ha.user_id), by=cast.khanh)
    assert signed_in("ha").get("/tan-hoa/members/").status_code == 200
    with pytest.raises(NotPossible):
        admit(User.objects.get(pk=cast.ha.user_id), by=cast.khanh)


def test_nobody_bars_themselves_or_somebody_elses_account(cast):
    with pytest.raises(NotPossible):
        bar(cast.khanh.user, by=cast.khanh)
    for user, by in ((cast.lan.user, cast.khanh), (cast.ha.user, cast.duc)):
        for deed in (bar, admit, remove_second_step):
            with pytest.raises(NotAllowed):
                deed(user, by=by)


# --- a lost second step ---


def test_a_lost_second_step_is_taken_away_and_the_person_is_told(cast, client_of):
    enrolled(confirmed("ha"))
    assert Client().post("/sign-in/", {"login": "ha", "password": PASSWORD}).url == "/accounts/2fa/authenticate/"
    cast.ha.user.refresh_from_db()
    taken = client_of(cast.ha)  # whoever found the telephone
    assert taken.get("/tan-hoa/members/").status_code == 200
    button = f"{USERS}{cast.ha.user_id}/deeds/remove_second_step/"
    assert client_of(cast.khanh).post(button, {"reason": "Mất điện thoại"}).status_code == 302
    assert not Authenticator.objects.exists()
    assert taken.get("/tan-hoa/members/").status_code == 302
    assert signed_in("ha").get("/tan-hoa/members/").status_code == 200
    assert JournalEntry.objects.get(verb="second_step_removed").reason == "Mất điện thoại"
    assert Mail.objects.get(member=cast.ha).key.startswith("second-step-removed")
    with pytest.raises(NotPossible):
        remove_second_step(User.objects.get(pk=cast.ha.user_id), by=cast.khanh)


def test_who_renews_a_password_leaves_reason_and_mail(cast, client_of):
    page = f"/tan-hoa/members/{cast.ha.pk}/renew-password/"
    assert client_of(cast.khanh).post(page, {"reason": "Quên mật khẩu"}).status_code == 200
    assert JournalEntry.objects.get(verb="password_renewed").reason == "Quên mật khẩu"
    assert cast.khanh.name in Mail.objects.get(member=cast.ha).body


# --- what is shown, and how ---


def test_how_to_reach_a_person_is_for_whoever_manages_the_account(cast, client_of):
    appoint(cast.son.user, by=cast.khanh)
    desk = client_of(cast.khanh)
    assert "son" in desk.get(USERS).content.decode()
    for page in (USERS, f"{USERS}?q=son@example", f"{USERS}{cast.son.user_id}/change/"):
        assert "son@example.vn" not in desk.get(page).content.decode()
    assert "ha@example.vn" in desk.get(f"{USERS}{cast.ha.user_id}/change/").content.decode()


def test_a_first_password_stands_on_the_answer_and_in_no_cookie(cast, client_of):
    data = {"username": "moi", "full_name": "Người Mới", "email": "moi@example.vn", "language": "vi"}
    answer = client_of(cast.khanh).post(f"{USERS}add/", data)
    password = answer.context["password"]
    assert User.objects.get(username="moi").check_password(password)
    assert password in answer.content.decode()
    assert "messages" not in answer.cookies
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("username", ["lan@example.vn", "a@b"])
def test_a_user_name_is_no_address(cast, client_of, username):
    data = {"username": username, "full_name": "Người Mới", "email": "", "language": "vi"}
    assert "username" in client_of(cast.khanh).post(f"{USERS}add/", data).context["adminform"].form.errors
    person = {"account": "new", "login": username, "full_name": "Người Mới", "valid_from": "01/11/2026"}
    assert "login" in client_of(cast.khanh).post("/tan-hoa/members/new/", person).context["form"].errors
