"""People begin, change and leave; who may do that, and what the pages show."""

from __future__ import annotations

import datetime as dt

import pytest

from tenants import clock
from tenants.account_actions import open_account, renew_password
from tenants.actions import appoint, edit_member, release
from tenants.models import JournalEntry, Member, Role, User
from tenants.permissions import may_manage_account
from tenants.transitions import NotAllowed, NotPossible

MEMBERS = "/tan-hoa/members/"


def test_the_page_groups_people_by_unit_with_roles_in_words(cast, client_of):
    page = client_of(cast.ha).get(MEMBERS).content.decode()
    assert all(member.name in page for member in cast.members.values() if member.agency_id == cast.agency.pk)
    assert cast.lan.name not in page
    assert str(Role.LEAD_AUDITOR.label) in page


def test_a_person_page_shows_what_they_did(cast, client_of):
    page = client_of(cast.ha).get(f"{MEMBERS}{cast.khanh.pk}/").content.decode()
    assert cast.khanh.title in page
    assert "khanh@example.vn" not in page  # only for those who manage the account
    assert "ha@example.vn" in client_of(cast.khanh).get(f"{MEMBERS}{cast.ha.pk}/").content.decode()


@pytest.mark.parametrize("page", ["new/", "{ha}/edit/", "{ha}/release/", "{ha}/renew-password/"])
def test_an_officer_is_refused(cast, client_of, page):
    desk, address = client_of(cast.bao), MEMBERS + page.format(ha=cast.ha.pk)
    assert desk.get(address).status_code == 403
    assert desk.post(address, {}).status_code == 403


@pytest.mark.parametrize("page", ["", "edit/", "release/", "renew-password/"])
def test_a_member_of_another_agency_is_not_found(cast, client_of, page):
    assert client_of(cast.khanh).get(f"{MEMBERS}{cast.lan.pk}/{page}").status_code == 404


def new_person(**changes: object) -> dict[str, object]:
    return {
        "account": "new", "login": "hoa", "full_name": "Phan Thị Hoa", "email": "hoa@example.vn", "title": "Công chức",
        "roles": ["officer"], "valid_from": "01/11/2026",
    } | changes  # fmt: skip


def test_a_new_person_gets_an_account_with_a_password_shown_once(cast, client_of):
    desk = client_of(cast.khanh)
    answer = desk.post(MEMBERS + "new/", new_person())
    hoa = Member.objects.get(user__username="hoa")
    assert hoa.user.check_password(answer.context["password"])
    assert answer.context["password"] in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert answer.context["password"] not in desk.get(f"{MEMBERS}{hoa.pk}/").content.decode()
    verbs = [entry.verb for entry in JournalEntry.objects.filter(by=cast.khanh).order_by("pk")]
    assert verbs == ["account_opened", "appointed"]


def test_sending_the_same_form_twice_opens_one_account(cast, client_of):
    desk = client_of(cast.khanh)
    desk.post(MEMBERS + "new/", new_person())
    again = desk.post(MEMBERS + "new/", new_person())
    assert "login" in again.context["form"].errors
    assert User.objects.filter(username="hoa").count() == 1


@pytest.mark.parametrize("login", ["lan", "LAN@example.vn"])
def test_somebody_with_an_account_is_appointed_by_name_or_email(cast, client_of, login):
    data = {"account": "existing", "login": login, "roles": ["internal_auditor"], "valid_from": "01/11/2026"}
    assert client_of(cast.khanh).post(MEMBERS + "new/", data).status_code == 302
    assert Member.objects.get(user=cast.lan.user).roles == ["internal_auditor"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"account": "existing", "login": "nobody"}, "login"),
        ({"account": "existing", "login": "ha"}, "login"),
        ({"login": "ha"}, "login"),
        ({"login": "a b"}, "login"),
        ({"login": "x" * 500}, "login"),
        ({"full_name": ""}, "full_name"),
        ({"email": "HA@example.vn"}, "email"),
        ({"email": "no"}, "email"),
        ({"roles": ["king"]}, "roles"),
        ({"roles": ["overseer"]}, "roles"),
        ({"unit": "999999999999999999999"}, "unit"),
        ({"valid_from": "31/02/2026"}, "valid_from"),
        ({"login": "a\0b"}, "login"),
    ],
)
def test_wrong_entries_come_back_with_words(cast, client_of, changes, field):
    answer = client_of(cast.khanh).post(MEMBERS + "new/", new_person(**changes))
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not Member.objects.filter(user__username="hoa").exists()


def test_a_unit_of_another_agency_is_no_choice(cast, client_of):
    answer = client_of(cast.khanh).post(MEMBERS + "new/", new_person(unit=cast.units["phu-lam/Một cửa"].pk))
    assert "unit" in answer.context["form"].errors


def test_roles_are_edited_and_the_journal_says_from_what_to_what(cast, client_of):
    data = {
        "name": cast.ha.name,
        "title": "Phó phòng",
        "roles": ["officer", "internal_auditor"],
        "valid_from": "01/01/2025",
        "reason": "Quyết định 12/QĐ-UBND",
    }
    assert client_of(cast.khanh).post(f"{MEMBERS}{cast.ha.pk}/edit/", data).status_code == 302
    entry = JournalEntry.objects.about(cast.ha).first()
    assert (entry.reason, cast.ha.history.first().history_change_reason) == (data["reason"], data["reason"])
    assert (entry.verb, entry.details) == ("edited", {"before": ["officer"], "after": ["officer", "internal_auditor"]})


def test_nobody_in_a_commune_makes_an_overseer(cast):
    cast.ha.roles = [Role.OVERSEER]
    with pytest.raises(NotAllowed):
        edit_member(cast.ha, by=cast.duc)


def test_an_overseer_who_manages_members_may_appoint_another(cast):
    with cast.dost.active():
        cast.ngoc.roles = [Role.OVERSEER, Role.AGENCY_ADMIN]
        edit_member(cast.ngoc, by=cast.dost.clock())
        user = User.objects.create_user("an", full_name="Đinh Văn An")
        assert appoint(user, by=cast.ngoc, roles=[Role.OVERSEER]).roles == [Role.OVERSEER]


def test_whoever_leaves_stays_as_member_and_no_longer_enters(cast, client_of):
    yesterday = clock.today() - dt.timedelta(days=1)
    Member.objects.filter(pk=cast.ha.pk).update(valid_from=dt.date(2025, 1, 1))
    desk = client_of(cast.ha)
    assert desk.get(MEMBERS).status_code == 200
    data = {"on": f"{yesterday:%d/%m/%Y}", "reason": "Chuyển công tác"}
    assert client_of(cast.khanh).post(f"{MEMBERS}{cast.ha.pk}/release/", data).status_code == 302
    assert desk.get(MEMBERS).status_code == 404
    assert Member.objects.get(pk=cast.ha.pk).valid_to == yesterday
    assert JournalEntry.objects.about(cast.ha).first().reason == "Chuyển công tác"
    assert cast.ha.name in client_of(cast.bao).get(MEMBERS).content.decode()


def test_the_last_day_is_not_before_the_first(cast, client_of):
    answer = client_of(cast.khanh).post(f"{MEMBERS}{cast.ha.pk}/release/", {"on": "01/01/1999"})
    assert "on" in answer.context["form"].errors


def test_the_last_who_looks_after_the_members_cannot_leave(cast):
    release(cast.duc, by=cast.khanh, on=clock.today())
    with pytest.raises(NotPossible):
        release(cast.khanh, by=cast.khanh, on=clock.today())
    cast.khanh.refresh_from_db()
    same = Member.objects.get(pk=cast.khanh.pk)
    same.roles = []
    with pytest.raises(NotPossible):
        edit_member(same, by=cast.khanh)


def test_who_comes_back_is_the_same_member(cast):
    Member.objects.filter(pk=cast.ha.pk).update(valid_from=dt.date(2025, 1, 1))
    cast.ha.refresh_from_db()
    release(cast.ha, by=cast.khanh, on=clock.today() - dt.timedelta(days=9))
    again = appoint(cast.ha.user, by=cast.khanh, title="Công chức", roles=[Role.OFFICER])
    assert (again.pk, again.valid_from, again.valid_to) == (cast.ha.pk, clock.today(), None)


def test_who_works_here_is_not_appointed_again(cast):
    with pytest.raises(NotPossible):
        appoint(cast.ha.user, by=cast.khanh, roles=[Role.AGENCY_HEAD])


def test_a_forgotten_password_is_renewed_and_open_sessions_end(cast, client_of):
    desk = client_of(cast.ha)
    answer = client_of(cast.khanh).post(f"{MEMBERS}{cast.ha.pk}/renew-password/", {"reason": ""})
    cast.ha.user.refresh_from_db()
    assert cast.ha.user.check_password(answer.context["password"])
    assert desk.get(MEMBERS).status_code == 302


def test_the_account_of_somebody_who_works_elsewhere_too_is_not_taken_over(cast):
    appoint(cast.lan.user, by=cast.khanh, roles=[Role.INTERNAL_AUDITOR])
    assert not may_manage_account(cast.lan.user, cast.khanh)
    with pytest.raises(NotAllowed):
        renew_password(cast.lan, by=cast.khanh)


def test_the_platform_administrator_is_not_taken_over(cast):
    cast.ha.user.is_staff = True
    cast.ha.user.save()
    assert not may_manage_account(cast.ha.user, cast.khanh)


def test_only_the_administrator_opens_accounts(cast):
    with pytest.raises(NotAllowed):
        open_account(User(username="x", full_name="X"), by=cast.duc)


def test_two_who_open_the_same_account_at_once_get_words(cast):
    open_account(User(username="x", full_name="X"), by=cast.khanh)
    with pytest.raises(NotPossible):
        open_account(User(username="x", full_name="X"), by=cast.khanh)


def test_the_page_asks_the_same_number_of_questions_for_more_people(cast, client_of, django_assert_max_num_queries):
    desk = client_of(cast.khanh)
    desk.get(MEMBERS)
    with django_assert_max_num_queries(25) as before:
        desk.get(MEMBERS)
    for number in range(5):
        user = User.objects.create_user(f"u{number}", full_name=f"Người {number}")
        appoint(user, by=cast.khanh, unit=cast.units["tan-hoa/Một cửa"], roles=[Role.OFFICER])
    with django_assert_max_num_queries(len(before)):
        desk.get(MEMBERS)


def secretary(cast) -> Member:
    """An ISO secretary who is not the administrator of the agency."""
    cast.mai.roles = [Role.ISO_SECRETARY]
    return edit_member(cast.mai, by=cast.khanh)


@pytest.mark.parametrize("role", [Role.AGENCY_HEAD, Role.DEPUTY_HEAD, Role.AGENCY_ADMIN])
def test_roles_that_lead_are_given_by_the_administrator_only(cast, role):
    cast.ha.roles = [role]
    with pytest.raises(NotAllowed):
        edit_member(cast.ha, by=secretary(cast))
    assert edit_member(cast.ha, by=cast.khanh).roles == [role]


def test_a_secretary_appoints_officers_but_no_head(cast):
    user, by = User.objects.create_user("an", full_name="Đinh Văn An"), secretary(cast)
    with pytest.raises(NotAllowed):
        appoint(user, by=by, roles=[Role.AGENCY_HEAD])
    assert appoint(user, by=by, roles=[Role.OFFICER]).roles == [Role.OFFICER]


def test_nobody_gives_a_role_to_themselves(cast, client_of):
    data = {"name": cast.khanh.name, "roles": [*cast.khanh.roles, "officer"], "valid_from": "01/01/2025"}
    answer = client_of(cast.khanh).post(f"{MEMBERS}{cast.khanh.pk}/edit/", data)
    assert "roles" in answer.context["form"].errors
    cast.khanh.roles = [*cast.khanh.roles, Role.OFFICER]
    with pytest.raises(NotAllowed):
        edit_member(cast.khanh, by=cast.khanh)


def test_a_secretary_does_not_renew_the_password_of_the_head(cast):
    with pytest.raises(NotAllowed):
        renew_password(cast.duc, by=secretary(cast))


def test_two_who_edit_the_same_person_do_not_undo_each_other(cast):
    stale = Member.objects.get(pk=cast.ha.pk)
    cast.ha.title = "Phó phòng"
    edit_member(cast.ha, by=cast.khanh, fields=["title"])
    stale.roles = [Role.OFFICER, Role.INTERNAL_AUDITOR]
    edit_member(stale, by=cast.khanh, fields=["roles"])
    now = Member.objects.get(pk=cast.ha.pk)
    assert (now.title, now.roles) == ("Phó phòng", [Role.OFFICER, Role.INTERNAL_AUDITOR])


# --- who may give it may take it ---


@pytest.mark.parametrize("person", ["duc", "khanh", "oanh"])
def test_a_secretary_puts_no_leader_out_of_office(cast, person):
    leader, by = getattr(cast, person), secretary(cast)
    with pytest.raises(NotAllowed):
        release(leader, by=by, on=clock.today())
    leader.refresh_from_db()
    leader.roles = [Role.OFFICER]
    with pytest.raises(NotAllowed):
        edit_member(leader, by=by, fields=["roles"])
    leader.refresh_from_db()
    leader.valid_to = clock.today()
    with pytest.raises(NotAllowed):
        edit_member(leader, by=by, fields=["valid_to"])


def test_a_secretary_still_releases_an_officer(cast):
    assert release(cast.ha, by=secretary(cast), on=clock.today()).valid_to == clock.today()


def test_everybody_may_lay_down_their_own_role(cast):
    head = Member.objects.get(pk=cast.duc.pk)
    head.roles = []
    assert edit_member(head, by=cast.duc, fields=["roles"]).roles == []


def test_the_last_administrator_stays_though_a_secretary_is_left(cast):
    secretary(cast)
    with pytest.raises(NotPossible):
        release(cast.khanh, by=cast.khanh, on=clock.today())


def test_an_administrator_who_may_not_sign_in_is_no_successor(cast):
    cast.ha.roles = [Role.AGENCY_ADMIN]
    edit_member(cast.ha, by=cast.khanh, fields=["roles"])
    User.objects.filter(pk=cast.ha.user_id).update(is_active=False)
    with pytest.raises(NotPossible):
        release(cast.khanh, by=cast.khanh, on=clock.today())
    User.objects.filter(pk=cast.ha.user_id).update(is_active=True)
    assert release(cast.khanh, by=cast.khanh, on=clock.today()).valid_to == clock.today()


def test_nobody_undoes_their_own_release(cast, client_of):
    cast.ha.roles = [Role.AGENCY_ADMIN]
    edit_member(cast.ha, by=cast.khanh, fields=["roles"])
    release(cast.khanh, by=cast.ha, on=clock.today())
    page = f"/tan-hoa/admin/tenants/member/{cast.khanh.pk}/change/"
    data = {
        "name": cast.khanh.name, "title": cast.khanh.title, "unit": cast.khanh.unit_id, "roles": cast.khanh.roles,
        "valid_from": f"{cast.khanh.valid_from:%d/%m/%Y}", "valid_to": "",
    }  # fmt: skip
    assert client_of(cast.khanh).post(page, data).status_code == 403
    later = clock.today() + dt.timedelta(days=30)
    with pytest.raises(NotAllowed):
        release(Member.objects.get(pk=cast.khanh.pk), by=cast.khanh, on=later)
    assert Member.objects.get(pk=cast.khanh.pk).valid_to == clock.today()
    assert client_of(cast.ha).post(page, data).status_code == 302  # who may give the roles may


def test_a_secretary_does_not_call_a_former_leader_back(cast):
    Member.objects.filter(pk=cast.duc.pk).update(valid_from=dt.date(2025, 1, 1))
    by = secretary(cast)
    release(Member.objects.get(pk=cast.duc.pk), by=cast.khanh, on=clock.today() - dt.timedelta(days=9))
    former = Member.objects.get(pk=cast.duc.pk)
    former.valid_to = None
    with pytest.raises(NotAllowed):
        edit_member(former, by=by, fields=["valid_to"])


def test_a_first_day_in_the_past_is_corrected_by_whoever_looks_after_members(cast):
    cast.duc.valid_from = dt.date(2025, 7, 1)
    assert edit_member(cast.duc, by=secretary(cast), fields=["valid_from"]).valid_from == dt.date(2025, 7, 1)


def test_two_who_release_each_other_at_once_leave_one(committed):
    from tests import cast as the_cast  # noqa: PLC0415
    from tests.documents.test_two_at_once import at_once  # noqa: PLC0415

    cast = the_cast.build()
    with cast.agency.active():
        cast.ha.roles = [Role.AGENCY_ADMIN]
        edit_member(cast.ha, by=cast.khanh, fields=["roles"])

    def releasing(person, by):
        def deed():
            with cast.agency.active():
                return release(person, by=by, on=clock.today())

        return deed

    answers = at_once(releasing(cast.ha, cast.khanh), releasing(cast.khanh, cast.ha))
    assert sorted(type(answer).__name__ for answer in answers) == ["Member", "NotPossible"]
