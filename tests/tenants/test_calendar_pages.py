"""The calendar page and its forms."""

from __future__ import annotations

import datetime as dt

import pytest

from tenants import clock
from tenants.actions import add_closure, appoint, remove_closure, set_calendar_day, set_work_hours
from tenants.models import Agency, CalendarDay, Closure, JournalEntry, User, WorkHours
from tenants.transitions import NotPossible
from tenants.workdays import OFFICE_TIME

CALENDAR = "/tan-hoa/calendar/"
HOURS = {
    "valid_from": "01/12/2026", "weekdays": ["0", "1", "2", "3", "4"], "morning_opens": "07:00",
    "morning_closes": "11:00", "afternoon_opens": "13:30", "afternoon_closes": "17:30",
}  # fmt: skip


@pytest.fixture(autouse=True)
def friday():
    """It is the Friday before the days these tests speak of: what is past can no longer be entered."""
    with clock.at(dt.datetime(2026, 11, 20, 9, tzinfo=OFFICE_TIME)):
        yield


@pytest.fixture
def keeper(cast):
    """The administrator of the Provincial People's Committee."""
    province = Agency.objects.get(slug="ubnd-tinh")
    with province.active():
        user = User.objects.create_user("quan", full_name="Đào Anh Quân")
        member = appoint(user, by=province.clock(), roles=["agency_admin"])
        set_calendar_day(dt.date(2026, 11, 24), kind="off", name="Ngày Văn hóa", source="80-NQ/TW", by=member)
    return member


def test_the_year_shows_days_off_with_source_and_counts_working_days(cast, client_of, keeper):
    add_closure(dt.date(2026, 11, 25), name="Ngập lụt", by=cast.khanh)
    answer = client_of(cast.ha).get(CALENDAR + "?year=2026")
    page = answer.content.decode()
    assert all(words in page for words in ("Ngày Văn hóa", "80-NQ/TW", "Ngập lụt", "07:30–11:30"))
    assert answer.context["year"].working_days == 261 - 2


@pytest.mark.parametrize("year", ["", "abc", "٢٠٢٦", "-1", "99999"])
def test_a_strange_year_shows_this_year(cast, client_of, year):
    assert client_of(cast.ha).get(f"{CALENDAR}?year={year}").status_code == 200


@pytest.mark.parametrize("year", ["0000", "9999", "1975"])
def test_a_year_beyond_the_calendar_is_not_found(cast, client_of, year):
    assert client_of(cast.ha).get(f"{CALENDAR}?year={year}").status_code == 404


def test_a_closure_is_entered_and_removed(cast, client_of):
    desk = client_of(cast.khanh)
    assert desk.post(CALENDAR + "closures/new/", {"day": "24/11/2026", "name": "Ngập lụt"}).status_code == 302
    closure = Closure.objects.get()
    again = desk.post(CALENDAR + "closures/new/", {"day": "24/11/2026", "name": "Bão"})
    assert again.context["form"].errors
    assert desk.post(f"{CALENDAR}closures/{closure.pk}/remove/", {"reason": "Nước rút"}).status_code == 302
    assert not Closure.objects.exists()


def test_a_closure_elsewhere_is_not_found(cast, client_of):
    with cast.other.active():
        foreign = add_closure(dt.date(2026, 11, 24), name="Bão", by=cast.yen)
    assert client_of(cast.khanh).get(f"{CALENDAR}closures/{foreign.pk}/remove/").status_code == 404


def test_hours_are_set(cast, client_of):
    data = HOURS | {"saturday_opens": "07:30", "saturday_closes": "11:30"}
    assert client_of(cast.khanh).post(CALENDAR + "hours/", data).status_code == 302
    assert WorkHours.objects.filter(valid_from=dt.date(2026, 12, 1)).count() == 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"morning_closes": "06:00"}, "morning_closes"),
        ({"afternoon_closes": ""}, "afternoon_closes"),
        ({"afternoon_opens": "10:00"}, "afternoon_opens"),
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": ["9"]}, "weekdays"),
        ({"morning_opens": "25:00"}, "morning_opens"),
        ({"weekdays": ["5"], "saturday_opens": "08:00", "saturday_closes": "09:00"}, "saturday_opens"),
    ],
)
def test_wrong_hours_come_back(cast, client_of, changes, field):
    answer = client_of(cast.khanh).post(CALENDAR + "hours/", HOURS | changes)
    assert answer.status_code == 200
    assert field in answer.context["form"].errors


def test_the_province_sets_corrects_and_removes_a_day(cast, client_of, keeper):
    desk = client_of(keeper)
    data = {"day": "24/11/2026", "kind": "off", "name": "Ngày Văn hóa Việt Nam", "source": "Nghị quyết 80"}
    assert desk.post("/ubnd-tinh/calendar/days/new/", data).status_code == 302
    row = CalendarDay.objects.get()
    assert row.name == "Ngày Văn hóa Việt Nam"
    assert desk.post(f"/ubnd-tinh/calendar/days/{row.day}/remove/", {}).status_code == 302
    assert not CalendarDay.objects.exists()


@pytest.mark.parametrize(
    ("day", "kind", "field"),
    [
        ("23/11/2026", "make_up", "kind"),
        ("01/01/0001", "off", "day"),
        ("31/12/9999", "off", "day"),
        ("x", "off", "day"),
    ],
)
def test_a_day_that_cannot_be_comes_back(cast, client_of, keeper, day, kind, field):
    data = {"day": day, "kind": kind, "name": "Nghỉ"}
    for address in ("/ubnd-tinh/calendar/days/new/", "/ubnd-tinh/admin/tenants/calendarday/add/"):
        answer = client_of(keeper).post(address, data)
        form = answer.context.get("form") or answer.context["adminform"].form
        assert field in form.errors
    assert CalendarDay.objects.count() == 1


@pytest.mark.parametrize("day", ["01/01/0001", "31/12/9999", "19/11/2026", ""])
def test_a_closure_beyond_the_calendar_comes_back(cast, client_of, day):
    answer = client_of(cast.khanh).post(CALENDAR + "closures/new/", {"day": day, "name": "Bão"})
    assert "day" in answer.context["form"].errors
    hours = client_of(cast.khanh).post(CALENDAR + "hours/", HOURS | {"valid_from": day})
    assert "valid_from" in hours.context["form"].errors


@pytest.mark.parametrize("page", ["days/new/", "closures/new/", "hours/"])
def test_the_forms_are_not_for_an_officer(cast, client_of, page):
    assert client_of(cast.ha).get(CALENDAR + page).status_code == 403


@pytest.mark.parametrize("day", ["2026-11-25", "24/11/2026", "x", "0000-00-00", "2026-W48-2x"])
def test_a_day_that_is_not_in_the_calendar_is_not_found(cast, client_of, keeper, day):
    assert client_of(keeper).get(f"/ubnd-tinh/calendar/days/{day}/remove/").status_code == 404


def test_a_commune_does_not_set_days_of_the_province(cast, client_of, keeper):
    row = CalendarDay.objects.get()
    assert client_of(cast.khanh).post(f"{CALENDAR}days/{row.day}/remove/", {}).status_code == 403


def test_the_form_begins_with_the_hours_that_hold(cast, client_of):
    form = client_of(cast.khanh).get("/tan-hoa/calendar/hours/").context["form"]
    assert (form["weekdays"].initial, form["morning_opens"].initial) == ([0, 1, 2, 3, 4], dt.time(7, 30))
    hours = [WorkHours(weekdays=[0, 1, 2, 3, 4, 5], opens=dt.time(8), closes=dt.time(12))]
    set_work_hours(hours, valid_from=clock.today(), by=cast.khanh)
    form = client_of(cast.khanh).get("/tan-hoa/calendar/hours/").context["form"]
    names = ("weekdays", "morning_opens", "morning_closes", "afternoon_opens")
    assert [form[name].initial for name in names] == [[0, 1, 2, 3, 4, 5], dt.time(8), dt.time(12), None]


def test_what_somebody_has_just_removed_is_not_removed_again(cast):
    closure = add_closure(clock.today() + dt.timedelta(days=9), "Lũ", by=cast.khanh)
    same = Closure.objects.get(pk=closure.pk)
    remove_closure(closure, by=cast.khanh)
    with pytest.raises(NotPossible):
        remove_closure(same, by=cast.khanh)
    assert JournalEntry.objects.filter(verb="closure_removed").count() == 1
    assert Closure.history.filter(id=closure.pk, history_type="-").count() == 1


def test_the_clock_has_a_name_in_the_readers_language(cast, client_of):
    desk = client_of(cast.ha)
    desk.cookies["django_language"] = "en"
    page = desk.get("/tan-hoa/journal/").content.decode()
    assert "System clock" in page
    assert "Đồng hồ hệ thống" not in page
