"""Django admin: the steering committee's desk inside one agency, by the permissions of the office."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.urls import reverse

from tenants.actions import appoint, edit_agency, edit_member
from tenants.governed import GovernedAdmin
from tenants.models import Agency, CalendarDay, JournalEntry, Member, Unit, User
from tenants.transitions import NotAllowed

LISTS = ["agency", "unit", "member", "calendarday", "closure", "workhours", "journalentry", "mail", "reminder"]


def address(model: str, page: str = "", *parts: object) -> str:
    return f"/tan-hoa/admin/tenants/{model}/" + "".join(f"{part}/" for part in (*parts, page) if part)


@pytest.mark.parametrize("model", [*LISTS, "user"])
def test_every_list_opens_for_the_administrator(cast, client_of, model):
    assert client_of(cast.khanh).get(address(model)).status_code == 200


@pytest.mark.parametrize("model", LISTS)
def test_every_list_and_search_opens_for_the_head(cast, client_of, model):
    assert client_of(cast.duc).get(address(model)).status_code == 200


def test_only_governed_classes_are_in_the_admin():
    assert admin.site._registry
    assert all(isinstance(found, GovernedAdmin) for found in admin.site._registry.values())


def test_an_officer_is_refused_and_told_whose_it_is(cast, client_of):
    answer = client_of(cast.ha).get("/tan-hoa/admin/", follow=True)
    assert answer.status_code == 403


def test_a_stranger_signs_in_first(cast, client):
    answer = client.get("/tan-hoa/admin/")
    assert (answer.status_code, answer.url) == (302, "/tan-hoa/sign-in/?next=/tan-hoa/admin/")


def test_a_member_of_another_agency_finds_nothing(cast, client_of):
    assert client_of(cast.yen).get("/tan-hoa/admin/").status_code == 404


def test_rows_of_another_agency_are_not_found(cast, client_of):
    with cast.other.active():
        foreign = Unit.objects.get(name="Một cửa")
    desk = client_of(cast.khanh)
    assert desk.get(address("unit", "change", foreign.pk)).status_code == 404
    assert desk.get(address("unit", "history", foreign.pk)).status_code == 404
    assert desk.get(address("member", "change", cast.lan.pk)).status_code == 404
    assert cast.lan.name not in desk.get(address("member") + "?q=Lan").content.decode()


def test_saving_writes_history_and_journal_and_not_djangos_own_log(cast, client_of):
    unit = cast.units["tan-hoa/Một cửa"]
    data = {"name": "Trung tâm Phục vụ hành chính công", "valid_from": "01/07/2025"}
    assert client_of(cast.khanh).post(address("unit", "change", unit.pk), data).status_code == 302
    unit.refresh_from_db()
    line = JournalEntry.objects.about(unit).first()
    assert (unit.name, line.verb, line.by) == ("Trung tâm Phục vụ hành chính công", "edited", cast.khanh)
    assert unit.history.first().history_user_id == cast.khanh.pk
    assert not LogEntry.objects.exists()


def test_the_same_name_again_is_a_form_error(cast, client_of):
    answer = client_of(cast.khanh).post(address("unit", "add"), {"name": "Một cửa", "valid_from": "01/07/2025"})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors


def test_nothing_can_be_deleted(cast, client_of):
    unit = cast.units["tan-hoa/Một cửa"]
    desk = client_of(cast.khanh)
    assert desk.post(address("unit", "delete", unit.pk), {"post": "yes"}).status_code == 403
    desk.post(address("unit"), {"action": "delete_selected", "_selected_action": unit.pk, "post": "yes"})
    assert Unit.objects.filter(pk=unit.pk).exists()


def test_the_journal_is_read_only(cast, client_of):
    entry = JournalEntry.objects.first()
    desk = client_of(cast.khanh)
    assert desk.get(address("journalentry", "change", entry.pk)).status_code == 200
    assert desk.post(address("journalentry", "change", entry.pk), {"reason": "x"}).status_code == 403
    assert desk.get(address("journalentry", "add")).status_code == 403


def test_the_history_says_who_and_what(cast, client_of):
    unit = cast.units["tan-hoa/Một cửa"]
    desk = client_of(cast.khanh)
    desk.post(address("unit", "change", unit.pk), {"name": "Bộ phận Một cửa", "valid_from": "01/07/2025"})
    page = desk.get(address("unit", "history", unit.pk)).content.decode()
    assert cast.khanh.name in page
    assert "Một cửa → Bộ phận Một cửa" in page


def test_the_history_of_a_row_written_from_another_agency_opens(cast, client_of):
    with cast.dost.active():
        province = Agency.objects.get(slug="ubnd-tinh")
    User.objects.filter(pk=cast.khanh.user_id).update(is_staff=True)
    desk = client_of(cast.khanh)
    page = desk.get(f"/tan-hoa/admin/tenants/agency/{cast.agency.pk}/history/")
    assert page.status_code == 200
    assert province.pk not in [row.pk for row in desk.get(address("agency")).context["cl"].queryset]


def test_the_shared_calendar_is_kept_by_the_province_only(cast, client_of):
    data = {"day": "24/11/2026", "kind": "off", "name": "Ngày Văn hóa", "source": "Nghị quyết 80-NQ/TW"}
    assert client_of(cast.khanh).post(address("calendarday", "add"), data).status_code == 403
    province = Agency.objects.get(slug="ubnd-tinh")
    with province.active():
        user = User.objects.create_user("quan", "x", full_name="Quản trị tỉnh")
        keeper = appoint(user, by=province.clock(), roles=["agency_admin"])
    answer = client_of(keeper).post("/ubnd-tinh/admin/tenants/calendarday/add/", data)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert CalendarDay.objects.get().name == "Ngày Văn hóa"


def test_accounts_of_other_agencies_are_not_listed(cast, client_of):
    page = client_of(cast.khanh).get(address("user")).content.decode()
    assert cast.ha.name in page
    assert cast.lan.name not in page


def test_only_the_administrator_sees_accounts(cast, client_of):
    assert client_of(cast.duc).get(address("user")).status_code == 403


def test_choices_and_autocomplete_stay_in_the_agency(cast, client_of):
    desk = client_of(cast.khanh)
    form = desk.get(address("member", "change", cast.ha.pk)).context["adminform"].form
    assert {unit.agency_id for unit in form.fields["unit"].queryset} == {cast.agency.pk}
    query = "/tan-hoa/admin/autocomplete/?app_label=tenants&model_name=member&field_name=unit&term=Lãnh đạo"
    found = desk.get(query).json()["results"]
    assert [row["id"] for row in found] == [str(cast.units["tan-hoa/Lãnh đạo"].pk)]  # two other agencies have one too


def test_the_administrator_of_a_commune_cannot_make_an_overseer(cast, client_of):
    data = {"name": cast.ha.name, "roles": ["officer", "overseer"], "valid_from": "01/01/2025"}
    answer = client_of(cast.khanh).post(address("member", "change", cast.ha.pk), data)
    assert answer.status_code == 200
    assert "roles" in answer.context["adminform"].form.errors
    assert Member.objects.get(pk=cast.ha.pk).roles == ["officer"]


def test_an_agency_is_edited_by_its_own_administrator_and_not_opened(cast, client_of):
    desk = client_of(cast.khanh)
    assert desk.get(address("agency", "add")).status_code == 403
    form = desk.get(address("agency", "change", cast.agency.pk)).context["adminform"].form
    data = {name: form.initial.get(name) for name in form.fields if form.initial.get(name) not in (None, [], "")}
    data |= {
        "place": "Tân Hòa",
        "mfa_roles": ["agency_head"],
        "valid_from": "01/07/2025",
        "cut_off": "15:00",
        "parent": "",
    }
    answer = desk.post(address("agency", "change", cast.agency.pk), data)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    cast.agency.refresh_from_db()
    assert (cast.agency.place, cast.agency.mfa_roles, cast.agency.slug) == ("Tân Hòa", ["agency_head"], "tan-hoa")


def test_the_province_opens_an_agency(cast, client_of):
    User.objects.filter(pk=cast.khanh.user_id).update(is_staff=True)
    data = {
        "slug": "dong-son", "name": "UBND xã Đông Sơn", "kind": "commune", "valid_from": "01/07/2025",
        "cut_off": "15:00", "pause_policy": "exact_hours", "applies_by_law": "on",
        "dossier_code_pattern": "{symbol}-{nnnn}",
    }  # fmt: skip
    answer = client_of(cast.khanh).post(address("agency", "add"), data)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    opened = Agency.objects.get(slug="dong-son")
    with opened.active():
        assert opened.clock().is_clock
        assert reverse("home")


# --- what a query string may ask ---


@pytest.mark.parametrize(
    "query",
    [
        "user/?password__startswith=argon2",
        "mail/?body__contains=a",
        "journalentry/?reason__regex=(",
        "agency/?kind=%00",
        "calendarday/?kind__exact=%00",
        "member/?user__password__startswith=a",
    ],
)
def test_a_list_answers_no_other_questions_than_its_filters(cast, client_of, query):
    assert client_of(cast.khanh).get(f"/tan-hoa/admin/tenants/{query}").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "agency/?kind__exact=commune&applies_by_law__exact=1",
        "calendarday/?day__year=2026&day__month=9&day__day=2",
        "journalentry/?about_type=tenants.unit&at__gte=2026-01-01",
        "member/?unit__id__exact=1",
        "member/?unit__isnull=True",
        "member/?q=%00",
    ],
)
def test_the_filters_of_a_list_still_work(cast, client_of, query):
    assert client_of(cast.khanh).get(f"/tan-hoa/admin/tenants/{query}").status_code == 200


def test_choices_are_searched_whatever_is_typed(cast, client_of):
    query = "/tan-hoa/admin/autocomplete/?app_label=tenants&model_name=member&field_name=unit&term=%00"
    assert client_of(cast.khanh).get(query).status_code == 200


# --- the place of an agency in the province ---


def entered(form, **changes):
    data = {name: form.initial.get(name) for name in form.fields if form.initial.get(name) not in (None, [], "")}
    return data | {"valid_from": "01/01/2015", "cut_off": "15:00"} | changes


def test_an_agency_keeps_its_place_when_its_own_administrator_saves(cast, client_of):
    desk, page = client_of(cast.khanh), address("agency", "change", cast.agency.pk)
    data = entered(desk.get(page).context["adminform"].form, parent="", kind="province", valid_to="01/01/2026")
    assert desk.post(page, data).status_code == 302
    now = Agency.objects.get(pk=cast.agency.pk)
    assert (now.parent, now.kind, now.valid_to) == (cast.agency.parent, "commune", None)


def test_the_present_superior_is_a_choice_for_the_platform_administrator(cast, client_of):
    User.objects.filter(pk=cast.khanh.user_id).update(is_staff=True)
    desk, page = client_of(cast.khanh), address("agency", "change", cast.agency.pk)
    answer = desk.post(page, entered(desk.get(page).context["adminform"].form, place="Tân Hòa"))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert Agency.objects.get(pk=cast.agency.pk).parent == cast.agency.parent


def test_only_who_opens_agencies_moves_one(cast):
    cast.agency.parent = cast.other
    with pytest.raises(NotAllowed):
        edit_agency(cast.agency, by=cast.khanh)


# --- two at once ---


def test_saving_keeps_what_a_colleague_saved_meanwhile(cast):
    stale = Agency.objects.get(pk=cast.agency.pk)
    cast.agency.place = "Tân Hòa mới"
    edit_agency(cast.agency, by=cast.khanh, fields=["place"])
    stale.symbol = "TH2"
    edit_agency(stale, by=cast.khanh, fields=["symbol"])
    now = Agency.objects.get(pk=cast.agency.pk)
    assert (now.place, now.symbol) == ("Tân Hòa mới", "TH2")


# --- addresses and codes ---


@pytest.mark.parametrize("slug", ["healthz", "admin", "public", "static"])
def test_an_address_of_the_system_itself_is_not_given_to_an_agency(db, slug):
    with pytest.raises(ValidationError) as refusal:
        Agency(slug=slug, name="X").full_clean()
    assert list(refusal.value.error_dict) == ["slug"]


@pytest.mark.parametrize(
    "pattern", ["{unknown}-{n}", "{symbol}" * 6 + "{n}", "{nnnn}" + "{yyyy}" * 9 + "-" + "{symbol}"]
)
def test_a_pattern_that_makes_no_good_code_is_refused(db, pattern):
    with pytest.raises(ValidationError) as refusal:
        Agency(slug="dong-son", name="X", symbol="UBND-XA-DONG-SON-XX", dossier_code_pattern=pattern).full_clean()
    assert list(refusal.value.error_dict) == ["dossier_code_pattern"]


def test_a_long_history_asks_no_more_than_a_short_one(cast, client_of, django_assert_max_num_queries):
    desk, page = client_of(cast.khanh), address("member", "history", cast.ha.pk)
    move_about(cast, 3)
    desk.get(page)
    with django_assert_max_num_queries(60) as short:
        answer = desk.get(page).content.decode()
    assert "Một cửa" in answer
    move_about(cast, 6)
    with django_assert_max_num_queries(len(short)):
        desk.get(page)


def move_about(cast, times):
    """From unit to unit, a step of history each."""
    for number in range(times):
        person = Member.objects.get(pk=cast.ha.pk)
        person.unit = cast.units[("tan-hoa/Một cửa", "tan-hoa/Văn phòng", "tan-hoa/Kinh tế")[number % 3]]
        edit_member(person, by=cast.khanh, fields=["unit"])
