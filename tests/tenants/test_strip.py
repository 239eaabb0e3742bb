"""The strip of days above a due date."""

from tenants.due import Pause, PausePolicy, due
from tenants.limits import Limit, Unit
from tenants.strip import DayKind
from tests.tenants.office_calendar import CULTURE_DAY, at, office_calendar, on

CALENDAR = office_calendar()
THREE_DAYS = Limit(3, Unit.WORKING_DAY)
SUPPLEMENT = Pause(at("05/11/2026 10:00"), at("10/11/2026 14:00"))


def cells(received, limit, **rules):
    return [(f"{c.day:%d/%m}", c.kind, c.number) for c in due(at(received), limit, CALENDAR, **rules).days]


def test_same_day_after_the_cut_off_over_a_holiday():
    days = due(at("23/11/2026 15:20"), Limit.within_the_day(), CALENDAR).days
    assert [(day.kind, day.number) for day in days] == [
        (DayKind.RECEIVED, None),
        (DayKind.OFF, None),
        (DayKind.DUE, 1),
    ]
    assert (days[0].at, days[1].name, days[2].at) == (at("23/11/2026 15:20"), CULTURE_DAY, at("25/11/2026 17:00"))


def test_received_and_due_on_one_day_make_one_cell():
    assert cells("20/11/2026 09:00", Limit.within_the_day()) == [("20/11", DayKind.DUE, 1)]


def test_working_days_are_numbered_and_rest_is_not():
    assert cells("20/11/2026 09:00", THREE_DAYS) == [
        ("20/11", DayKind.RECEIVED, None),
        ("21/11", DayKind.WEEKLY_REST, None),
        ("22/11", DayKind.WEEKLY_REST, None),
        ("23/11", DayKind.COUNTED, 1),
        ("24/11", DayKind.OFF, None),
        ("25/11", DayKind.COUNTED, 2),
        ("26/11", DayKind.DUE, 3),
    ]


def test_receipt_on_a_saturday_shows_where_the_count_starts():
    assert cells("28/11/2026 09:00", Limit(1, Unit.WORKING_DAY)) == [
        ("28/11", DayKind.RECEIVED, None),
        ("29/11", DayKind.WEEKLY_REST, None),
        ("30/11", DayKind.STARTED, None),
        ("01/12", DayKind.DUE, 1),
    ]


def test_calendar_days_number_every_day_up_to_their_end():
    assert cells("19/11/2026 09:00", Limit(3, Unit.CALENDAR_DAY)) == [
        ("19/11", DayKind.RECEIVED, None),
        ("20/11", DayKind.COUNTED, 1),
        ("21/11", DayKind.COUNTED, 2),
        ("22/11", DayKind.COUNTED, 3),
        ("23/11", DayKind.DUE, None),
    ]


def test_whole_days_held_are_skipped_in_the_numbers():
    shown = cells("03/11/2026 09:00", THREE_DAYS, pauses=[SUPPLEMENT], policy=PausePolicy.WHOLE_DAYS)
    assert [(kind, number) for _, kind, number in shown] == [
        (DayKind.RECEIVED, None),
        (DayKind.COUNTED, 1),
        (DayKind.COUNTED, 2),
        (DayKind.HELD, None),
        (DayKind.WEEKLY_REST, None),
        (DayKind.WEEKLY_REST, None),
        (DayKind.HELD, None),
        (DayKind.HELD, None),
        (DayKind.DUE, 3),
    ]


def test_a_pause_in_exact_hours_ends_the_numbering():
    shown = cells("03/11/2026 09:00", THREE_DAYS, pauses=[SUPPLEMENT])
    assert [(kind, number) for _, kind, number in shown[:4]] == [
        (DayKind.RECEIVED, None),
        (DayKind.COUNTED, 1),
        (DayKind.HELD, None),
        (DayKind.HELD, None),
    ]
    assert shown[-1][1:] == (DayKind.DUE, None)


def test_while_the_clock_is_stopped_the_strip_ends_on_the_day_it_stopped():
    shown = cells("03/11/2026 09:00", THREE_DAYS, pauses=[Pause(SUPPLEMENT.start, None)])
    assert shown == [
        ("03/11", DayKind.RECEIVED, None),
        ("04/11", DayKind.COUNTED, 1),
        ("05/11", DayKind.HELD, None),
    ]


def test_a_long_span_shows_its_ends_and_how_much_is_left_out():
    days = due(at("01/06/2026 09:00"), Limit(60, Unit.WORKING_DAY), CALENDAR).days
    assert len(days) == 17
    gap = days[8]
    assert (gap.kind, gap.day, gap.until, gap.number) == (DayKind.SKIPPED, on("09/06/2026"), on("14/08/2026"), 67)
    assert (days[7].number, days[9].number, days[-1].number) == (5, None, 60)
    assert (days[-1].kind, days[-1].name) == (DayKind.DUE, "Làm bù ngày 31/08/2026")
