"""The calendar is data: rows make it, deeds change it, and every change is told to whoever keeps due moments."""

from __future__ import annotations

import datetime as dt

import pytest

from tenants import calendar, clock
from tenants.actions import (
    add_closure,
    edit_agency,
    remove_calendar_day,
    remove_closure,
    set_calendar_day,
    set_work_hours,
)
from tenants.calendar import calendar_of
from tenants.history import doing
from tenants.models import Agency, CalendarDay, JournalEntry, WorkHours
from tenants.scoping import active_agency_id
from tenants.signals import calendar_changed
from tenants.transitions import NotAllowed, NotPossible
from tenants.workdays import OFFICE_TIME

CULTURE_DAY = dt.date(2026, 11, 24)
MORNING, AFTERNOON = (dt.time(7, 30), dt.time(11, 30)), (dt.time(13), dt.time(17))


@pytest.fixture(autouse=True)
def friday():
    """It is the Friday before the days these tests speak of: what is past can no longer be entered."""
    with clock.at(dt.datetime(2026, 11, 20, 9, tzinfo=OFFICE_TIME)):
        yield


@pytest.fixture
def heard():
    """Who was told, as (agency that must recompute, agency active meanwhile, agency of `by`)."""
    told = []

    def listen(sender, agency, by, **kwargs):
        told.append((agency.pk, active_agency_id(), by.agency_id))

    calendar_changed.connect(listen)
    yield told
    calendar_changed.disconnect(listen)


@pytest.fixture
def province(cast):
    return Agency.objects.get(slug="ubnd-tinh")


def set_day(province: Agency, day: dt.date = CULTURE_DAY, **changes: str) -> CalendarDay:
    entered = {"kind": "off", "name": "Ngày Văn hóa Việt Nam", "source": "Nghị quyết 80-NQ/TW"} | changes
    with province.active():
        return set_calendar_day(day, by=province.clock(), **entered)


def session(weekdays, opens, closes, counts="work") -> WorkHours:
    return WorkHours(weekdays=weekdays, opens=opens, closes=closes, counts=counts)


def test_a_new_agency_works_monday_to_friday(cast):
    own = calendar_of(cast.agency)
    assert own.sessions_of(dt.date(2026, 11, 23)) == (MORNING, AFTERNOON)
    assert not own.is_working_day(dt.date(2026, 11, 22))


def test_a_day_off_of_the_province_holds_in_every_agency(cast, province):
    assert calendar_of(cast.agency).is_working_day(CULTURE_DAY)
    set_day(province)
    assert not calendar_of(cast.agency).is_working_day(CULTURE_DAY)
    with cast.other.active():
        assert not calendar_of(cast.other).is_working_day(CULTURE_DAY)


def test_a_make_up_saturday_is_worked(cast, province):
    set_day(province, dt.date(2026, 8, 22), kind="make_up", name="Làm bù")
    assert calendar_of(cast.agency).is_working_day(dt.date(2026, 8, 22))


def test_a_closure_holds_in_one_agency_only(cast):
    add_closure(CULTURE_DAY, name="Ngập lụt", by=cast.khanh)
    assert not calendar_of(cast.agency).is_working_day(CULTURE_DAY)
    with cast.other.active():
        assert calendar_of(cast.other).is_working_day(CULTURE_DAY)


def test_a_removed_closure_and_a_removed_day_are_worked_again(cast, province):
    remove_closure(add_closure(CULTURE_DAY, name="Ngập lụt", by=cast.khanh), by=cast.khanh, reason="Nước rút")
    row = set_day(province)
    with province.active():
        remove_calendar_day(row, by=province.clock(), reason="Nhập nhầm")
    assert calendar_of(cast.agency).is_working_day(CULTURE_DAY)
    assert JournalEntry.objects.first().verb == "closure_removed"


def test_a_closed_day_is_not_closed_twice(cast):
    add_closure(CULTURE_DAY, name="Ngập lụt", by=cast.khanh)
    with pytest.raises(NotPossible):
        add_closure(CULTURE_DAY, name="Bão", by=cast.khanh)


def test_hours_change_from_a_day_on(cast):
    set_work_hours(
        [session([0, 1, 2, 3, 4], dt.time(8), dt.time(12)), session([5], *MORNING, counts="reception")],
        valid_from=dt.date(2026, 12, 1), by=cast.khanh, reason="Giờ mùa đông",
    )  # fmt: skip
    own = calendar_of(cast.agency)
    assert own.sessions_of(dt.date(2026, 11, 30)) == (MORNING, AFTERNOON)
    assert own.sessions_of(dt.date(2026, 12, 1)) == ((dt.time(8), dt.time(12)),)
    assert own.reception_of(dt.date(2026, 12, 5)) == (MORNING,)
    assert not own.is_working_day(dt.date(2026, 12, 5))


def test_hours_set_again_for_the_same_day_replace_the_former(cast):
    for opens in (dt.time(8), dt.time(9)):
        set_work_hours([session([0, 1, 2, 3, 4], opens, dt.time(12))], valid_from=dt.date(2026, 12, 1), by=cast.khanh)
    assert calendar_of(cast.agency).sessions_of(dt.date(2026, 12, 1)) == ((dt.time(9), dt.time(12)),)


@pytest.mark.parametrize(
    "sessions",
    [
        [],
        [session([5], *MORNING, counts="reception")],
        [session([0], dt.time(8), dt.time(12)), session([0], dt.time(11), dt.time(13))],
    ],
)
def test_hours_that_do_not_fit_together_are_refused_and_nothing_is_written(cast, sessions):
    with pytest.raises(NotPossible):
        set_work_hours(sessions, valid_from=dt.date(2026, 12, 1), by=cast.khanh)
    assert not WorkHours.objects.filter(valid_from=dt.date(2026, 12, 1)).exists()


def test_a_calendar_is_kept_until_one_of_its_rows_changes(cast, province, django_assert_num_queries):
    first = calendar_of(cast.agency)
    with django_assert_num_queries(1):
        assert calendar_of(cast.agency) is first
    row = set_day(province)
    second = calendar_of(cast.agency)
    assert second is not first
    with doing(cast.khanh):  # however a row is written, past every deed of ours
        CalendarDay.objects.filter(pk=row.pk).update(name="Ngày hội")
    assert calendar_of(cast.agency).days_off[CULTURE_DAY] == "Ngày hội"


def test_the_calendar_of_another_agency_is_not_built_from_nothing(cast):
    with pytest.raises(ValueError, match="working hours"):
        calendar_of(cast.other)


def test_only_years_that_are_announced_are_certain(cast, province):
    set_day(province)
    set_day(province, dt.date(2027, 1, 1), source="holidays 0.80")
    assert calendar_of(cast.agency).announced_until == dt.date(2026, 12, 31)
    set_day(province, dt.date(2027, 1, 1), source="Thông báo 6150/TB-BLĐTBXH")
    assert calendar_of(cast.agency).announced_until == dt.date(2026, 12, 31)  # one day is not the year's decision
    for day in range(5, 10):
        set_day(province, dt.date(2027, 2, day), source="Thông báo 6150/TB-BLĐTBXH")
    assert calendar_of(cast.agency).announced_until == dt.date(2027, 12, 31)


def test_a_shared_change_is_told_to_every_agency_with_itself_active(cast, province, heard):
    set_day(province)
    everybody = Agency.objects.count()
    assert everybody == 4
    assert sorted(heard) == sorted((agency.pk, agency.pk, agency.pk) for agency in Agency.objects.all())


def test_the_same_day_again_changes_nothing_and_tells_nobody(cast, province, heard):
    set_day(province)
    heard.clear()
    with province.active():
        lines = JournalEntry.objects.count()
        set_day(province)
        assert JournalEntry.objects.count() == lines
    assert heard == []


def test_several_days_together_are_told_once(cast, province, heard):
    with province.active(), calendar.together(by=province.clock()):
        set_day(province)
        set_day(province, dt.date(2026, 1, 1))
        assert heard == []
    assert len(heard) == 4


def test_a_local_change_is_told_to_the_agency_alone(cast, heard):
    add_closure(CULTURE_DAY, name="Ngập lụt", by=cast.khanh)
    assert heard == [(cast.agency.pk, cast.agency.pk, cast.agency.pk)]


def test_what_is_past_moves_no_due_date(cast):
    """An agency that could close last week afterwards would never be late."""
    yesterday = clock.today() - dt.timedelta(days=1)
    with pytest.raises(NotPossible):
        add_closure(yesterday, name="Ngập lụt", by=cast.khanh)
    with pytest.raises(NotPossible):
        set_work_hours([session([0], *MORNING)], valid_from=yesterday, by=cast.khanh)
    with clock.at(clock.now() - dt.timedelta(days=2)):
        closure = add_closure(yesterday, name="Ngập lụt", by=cast.agency.clock())
    with pytest.raises(NotPossible):
        remove_closure(closure, by=cast.khanh)
    assert add_closure(clock.today(), name="Ngập lụt", by=cast.khanh).pk


def test_the_rules_of_counting_are_told_too(cast, heard):
    cast.agency.cut_off = dt.time(14)
    edit_agency(cast.agency, by=cast.khanh)
    assert heard == [(cast.agency.pk,) * 3]


def test_the_shared_calendar_is_not_for_a_commune(cast):
    with pytest.raises(NotAllowed):
        set_calendar_day(CULTURE_DAY, kind="off", name="Nghỉ", by=cast.khanh)


def test_closures_and_hours_are_not_for_everybody(cast):
    with pytest.raises(NotAllowed):
        add_closure(CULTURE_DAY, name="Nghỉ", by=cast.ha)
    with pytest.raises(NotAllowed):
        set_work_hours([session([0], *MORNING)], valid_from=CULTURE_DAY, by=cast.duc)


def test_history_keeps_what_a_day_was(cast, province):
    row = set_day(province)
    set_day(province, name="Ngày Văn hóa")
    assert [state.name for state in row.history.all()] == ["Ngày Văn hóa", "Ngày Văn hóa Việt Nam"]


def test_a_calendar_is_answered_though_another_thread_takes_it_from_the_kept_ones(cast, monkeypatch):
    monkeypatch.setattr(calendar, "KEPT", 0)  # as if it were taken at once
    assert calendar.calendar_of(cast.agency).is_working_day(dt.date(2026, 3, 4))
