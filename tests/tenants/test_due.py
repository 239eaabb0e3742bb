"""Due moments, named like the rules they come from, and the explanation they carry."""

from datetime import date, time
from decimal import Decimal

import pytest

from tenants.due import LineKind, Pause, PausePolicy, due
from tenants.limits import Limit, Unit
from tenants.workdays import Hours
from tests.tenants.office_calendar import (
    CULTURE_DAY,
    MONDAY_TO_FRIDAY,
    SATURDAY_RECEPTION,
    TET,
    at,
    office_calendar,
    on,
)

CALENDAR = office_calendar()
SAME_DAY = Limit.within_the_day()
SUPPLEMENT = Pause(at("05/11/2026 10:00"), at("10/11/2026 14:00"), "Chờ bổ sung hồ sơ")


def working_days(amount):
    return Limit(Decimal(amount), Unit.WORKING_DAY)


def hours(amount):
    return Limit(Decimal(amount), Unit.HOUR)


def calendar_days(amount):
    return Limit(amount, Unit.CALENDAR_DAY)


def lines(result, kind):
    return [line for line in result.lines if line.kind is kind]


def kinds(result):
    return [line.kind for line in result.lines]


# --- the vectors -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "received", "expected"),
    [
        pytest.param(5, "12/02/2026 09:00", "26/02/2026 17:00", id="Tết is skipped"),
        pytest.param(7, "20/11/2026 10:00", "02/12/2026 17:00", id="Culture Day is skipped"),
        pytest.param(3, "23/11/2026 16:30", "27/11/2026 17:00", id="late in the day of receipt"),
        pytest.param(3, "26/08/2026 09:00", "03/09/2026 17:00", id="swapped day and National Day"),
        pytest.param(2, "20/08/2026 09:00", "22/08/2026 17:00", id="ends on a make-up Saturday"),
        pytest.param(5, "23/04/2026 14:00", "05/05/2026 17:00", id="compensated Hùng Kings and May"),
        pytest.param(5, "23/04/2025 14:00", "29/04/2025 17:00", id="make-up Saturday counts"),
        pytest.param(10, "01/02/2027 08:00", "22/02/2027 17:00", id="estimated Tết 2027"),
    ],
)
def test_working_days_count_from_the_day_after_receipt(amount, received, expected):
    assert due(at(received), working_days(amount), CALENDAR).at == at(expected)


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("20/11/2026 14:59", "20/11/2026 17:00"),
        ("20/11/2026 15:00", "23/11/2026 17:00"),
        ("23/11/2026 15:20", "25/11/2026 17:00"),
        ("21/11/2026 09:00", "23/11/2026 17:00"),
    ],
)
def test_same_day_with_cut_off_at_15(received, expected):
    assert due(at(received), SAME_DAY, CALENDAR).at == at(expected)


@pytest.mark.parametrize(
    ("limit", "received", "expected"),
    [
        (hours(2), "20/11/2026 11:00", "20/11/2026 14:30"),
        (hours(4), "20/11/2026 16:00", "23/11/2026 10:30"),
        (hours(8), "23/11/2026 10:00", "25/11/2026 10:00"),
        (working_days("0.5"), "23/11/2026 06:50", "23/11/2026 11:30"),
    ],
)
def test_hours_and_fractions_of_a_day_run_through_the_sessions(limit, received, expected):
    assert due(at(received), limit, CALENDAR).at == at(expected)


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("26/01/2026 09:00", "25/02/2026 17:00"),
        ("12/11/2026 09:00", "14/12/2026 17:00"),
        ("01/10/2026 09:00", "02/11/2026 17:00"),
    ],
)
def test_30_calendar_days_roll_only_their_end(received, expected):
    assert due(at(received), calendar_days(30), CALENDAR).at == at(expected)


@pytest.mark.parametrize(
    ("months", "received", "expected"),
    [
        (3, "01/07/2026 08:00", "01/10/2026 17:00"),
        (2, "25/09/2026 08:00", "25/11/2026 17:00"),
        (1, "30/09/2026 08:00", "30/10/2026 17:00"),
        (2, "24/09/2026 08:00", "25/11/2026 17:00"),  # 24/11 is off
        (1, "22/07/2026 08:00", "22/08/2026 17:00"),  # a make-up Saturday
    ],
)
def test_months_end_on_the_corresponding_day_rolled_to_a_working_day(months, received, expected):
    assert due(at(received), Limit(months, Unit.MONTH), CALENDAR).at == at(expected)


def test_7_working_days_with_a_pause_of_26_and_a_half_hours():
    result = due(at("02/11/2026 09:00"), working_days(7), CALENDAR, pauses=[SUPPLEMENT])
    assert result.original_at == at("11/11/2026 17:00")
    assert result.at == at("17/11/2026 10:00")
    assert result.paused_minutes == 26.5 * 60
    assert kinds(result)[-3:] == [LineKind.ORIGINAL, LineKind.PAUSE, LineKind.RESULT]
    (pause,) = lines(result, LineKind.PAUSE)
    assert (pause.at, pause.until, pause.minutes) == (SUPPLEMENT.start, SUPPLEMENT.end, 1590)
    assert pause.name == "Chờ bổ sung hồ sơ"


# --- the start event -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "start", "expected"),
    [
        ("21/11/2026 09:00", "23/11/2026 07:30", "26/11/2026 17:00"),  # a Saturday is an event of Monday
        ("20/11/2026 17:01", "23/11/2026 07:30", "26/11/2026 17:00"),
        ("20/11/2026 17:00", "20/11/2026 17:00", "25/11/2026 17:00"),  # the closing minute is within hours
        ("20/11/2026 12:00", "20/11/2026 13:00", "25/11/2026 17:00"),
        ("20/11/2026 05:00", "20/11/2026 07:30", "25/11/2026 17:00"),
    ],
)
def test_received_outside_hours_starts_with_the_next_session(received, start, expected):
    result = due(at(received), working_days(2), CALENDAR)
    assert (result.counted_from, result.at) == (at(start), at(expected))


def test_saturday_reception_is_an_event_of_saturday_but_no_working_day():
    calendar = office_calendar(hours=(Hours(date(2020, 1, 1), MONDAY_TO_FRIDAY, SATURDAY_RECEPTION),))
    assert due(at("28/11/2026 09:00"), working_days(1), calendar).at == at("30/11/2026 17:00")
    assert due(at("27/11/2026 20:00"), working_days(1), calendar).at == at("30/11/2026 17:00")
    assert due(at("28/11/2026 14:00"), working_days(1), calendar).at == at("01/12/2026 17:00")
    assert due(at("28/11/2026 09:00"), SAME_DAY, calendar).at == at("30/11/2026 17:00")
    assert due(at("28/11/2026 09:00"), hours(1), calendar).at == at("30/11/2026 08:30")


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("21/11/2026 16:00", "23/11/2026 17:00"),  # Saturday afternoon is not "after 15:00 on Monday"
        ("23/11/2026 18:00", "25/11/2026 17:00"),
        ("22/08/2026 10:00", "22/08/2026 17:00"),  # make-up Saturday
        ("21/08/2026 15:00", "22/08/2026 17:00"),
        ("20/11/2026 06:00", "20/11/2026 17:00"),
    ],
)
def test_same_day_at_the_edges(received, expected):
    assert due(at(received), SAME_DAY, CALENDAR).at == at(expected)


def test_cut_off_belongs_to_the_agency():
    assert due(at("20/11/2026 15:30"), SAME_DAY, CALENDAR, cut_off=time(16)).at == at("20/11/2026 17:00")


def test_same_day_after_a_half_day_has_closed_is_the_next_working_day():
    morning = MONDAY_TO_FRIDAY | {5: ((time(7, 30), time(11, 30)),)}
    calendar = office_calendar(hours=(Hours(date(2020, 1, 1), morning),))
    assert due(at("28/11/2026 11:00"), SAME_DAY, calendar).at == at("28/11/2026 11:30")
    assert due(at("28/11/2026 12:00"), SAME_DAY, calendar).at == at("30/11/2026 17:00")


# --- pauses ----------------------------------------------------------------------------------------------------------


def test_whole_days_count_a_pause_like_a_period_in_days():
    result = due(at("02/11/2026 09:00"), working_days(7), CALENDAR, pauses=[SUPPLEMENT], policy=PausePolicy.WHOLE_DAYS)
    assert result.at == at("16/11/2026 17:00")  # Fri 6, Mon 9 and Tue 10 are not counted
    assert lines(result, LineKind.PAUSE)[0].count == 3


def test_whole_day_pause_within_one_day_adds_nothing():
    pause = Pause(at("05/11/2026 08:00"), at("05/11/2026 16:00"))
    result = due(at("02/11/2026 09:00"), working_days(7), CALENDAR, pauses=[pause], policy=PausePolicy.WHOLE_DAYS)
    assert result.at == result.original_at


def test_whole_day_pause_ending_at_the_weekend_ends_on_monday():
    pause = Pause(at("06/11/2026 08:00"), at("08/11/2026 16:00"))
    result = due(at("02/11/2026 09:00"), working_days(4), CALENDAR, pauses=[pause], policy=PausePolicy.WHOLE_DAYS)
    assert result.at == at("09/11/2026 17:00")


def test_hours_are_paused_exactly_under_either_policy():
    pause = Pause(at("20/11/2026 11:00"), at("23/11/2026 08:00"))
    for policy in PausePolicy:
        result = due(at("20/11/2026 10:00"), hours(2), CALENDAR, pauses=[pause], policy=policy)
        assert result.at == at("23/11/2026 09:00")


@pytest.mark.parametrize("policy", list(PausePolicy))
def test_calendar_days_are_paused_by_calendar_days(policy):
    tet = Pause(at("10/02/2026 09:00"), at("24/02/2026 09:00"), "Chờ bổ sung")
    result = due(at("26/01/2026 09:00"), calendar_days(30), CALENDAR, pauses=[tet], policy=policy)
    assert result.original_at == at("25/02/2026 17:00")
    assert result.at == at("11/03/2026 17:00")  # 14 days later
    assert lines(result, LineKind.PAUSE)[0].count == 14


def test_calendar_days_paused_behind_their_rolled_end_do_not_fall_due_within_the_pause():
    pause = Pause(at("14/12/2026 09:00"), at("15/12/2026 10:00"))
    result = due(at("12/11/2026 09:00"), calendar_days(30), CALENDAR, pauses=[pause])
    assert result.original_at == at("14/12/2026 17:00")
    assert result.at == at("15/12/2026 17:00")


def test_while_a_pause_is_open_there_is_no_due_moment():
    result = due(at("02/11/2026 09:00"), working_days(7), CALENDAR, pauses=[Pause(SUPPLEMENT.start, None, "M02")])
    assert result.at is None
    assert result.working_minutes is None
    assert result.original_at == at("11/11/2026 17:00")
    assert result.paused_since == at("05/11/2026 10:00")
    assert [line.name for line in lines(result, LineKind.PAUSE_OPEN)] == ["M02"]
    assert lines(result, LineKind.RESULT)[0].at is None


def test_a_pause_after_the_due_moment_does_not_undo_lateness():
    late = Pause(at("12/11/2026 08:00"), None, "M02")
    result = due(at("02/11/2026 09:00"), working_days(7), CALENDAR, pauses=[late])
    assert result.at == at("11/11/2026 17:00")
    assert result.paused_since is None
    assert LineKind.PAUSE_WITHOUT_EFFECT in kinds(result)


def test_overlapping_pauses_stop_the_clock_once():
    fee = Pause(at("06/11/2026 08:00"), at("10/11/2026 14:00"), "Chờ nộp phí")
    inner = Pause(at("06/11/2026 09:00"), at("09/11/2026 09:00"), "Lấy ý kiến")
    alone = due(at("02/11/2026 09:00"), working_days(7), CALENDAR, pauses=[SUPPLEMENT])
    both = due(at("02/11/2026 09:00"), working_days(7), CALENDAR, pauses=[fee, inner, SUPPLEMENT])
    assert both.at == alone.at
    assert both.paused_minutes == alone.paused_minutes


def test_a_pause_before_the_count_begins_adds_only_what_follows():
    pause = Pause(at("21/11/2026 08:00"), at("23/11/2026 08:30"))
    assert due(at("21/11/2026 07:00"), hours(2), CALENDAR, pauses=[pause]).at == at("23/11/2026 10:30")


# --- the explanation -------------------------------------------------------------------------------------------------


def test_the_explanation_names_each_day_not_counted_and_each_make_up_day():
    result = due(at("20/08/2026 09:00"), working_days(9), CALENDAR)
    assert result.at == at("04/09/2026 17:00")
    assert kinds(result) == [
        LineKind.RULE,
        LineKind.STARTED,
        LineKind.MAKE_UP_DAY,
        LineKind.DAY_OFF,
        LineKind.DAY_OFF,
        LineKind.DAY_OFF,
        LineKind.WEEKLY_REST,
        LineKind.RESULT,
    ]
    off = [(line.day, line.name) for line in lines(result, LineKind.DAY_OFF)]
    assert off == [
        (on("31/08/2026"), "Nghỉ hoán đổi"),
        (on("01/09/2026"), "Quốc khánh"),
        (on("02/09/2026"), "Quốc khánh"),
    ]
    assert lines(result, LineKind.MAKE_UP_DAY)[0].day == on("22/08/2026")
    assert lines(result, LineKind.WEEKLY_REST)[0].count == 3
    assert lines(result, LineKind.RULE)[0].limit == working_days(9)


def test_the_explanation_says_why_the_start_moved():
    cut_off = due(at("23/11/2026 15:20"), SAME_DAY, CALENDAR).lines[1]
    assert (cut_off.kind, cut_off.at, cut_off.name) == (
        LineKind.STARTED_AFTER_CUT_OFF,
        at("25/11/2026 07:30"),
        "15:00",
    )
    holiday = due(at("24/11/2026 09:00"), working_days(1), CALENDAR).lines[1]
    assert (holiday.kind, holiday.name) == (LineKind.STARTED_ON_CLOSED_DAY, CULTURE_DAY)
    evening = due(at("20/11/2026 20:00"), working_days(1), CALENDAR).lines[1]
    assert (evening.kind, evening.at) == (LineKind.STARTED_OUTSIDE_HOURS, at("23/11/2026 07:30"))


def test_a_rolled_calendar_period_names_the_day_it_would_have_ended():
    result = due(at("17/01/2026 09:00"), calendar_days(28), CALENDAR)  # ends Monday 16/02, the first day of Tết
    (moved,) = lines(result, LineKind.END_MOVED)
    assert (moved.day, moved.name, moved.at) == (on("16/02/2026"), TET, at("23/02/2026 17:00"))
    assert len(lines(result, LineKind.DAY_OFF)) == 5


def test_a_due_date_beyond_the_announced_calendar_says_so():
    calendar = office_calendar(announced_until=on("31/12/2026"))
    (line,) = lines(due(at("28/12/2026 09:00"), working_days(10), calendar), LineKind.NOT_ANNOUNCED)
    assert line.day == on("31/12/2026")
    assert LineKind.NOT_ANNOUNCED not in kinds(due(at("01/12/2026 09:00"), working_days(10), calendar))


# --- refusals --------------------------------------------------------------------------------------------------------


def test_naive_moments_are_refused_everywhere():
    naive = at("20/11/2026 09:00").replace(tzinfo=None)
    for attempt in (
        lambda: due(naive, working_days(1), CALENDAR),
        lambda: Pause(naive, None),
        lambda: Pause(at("20/11/2026 09:00"), naive),
    ):
        with pytest.raises(ValueError, match="time zone"):
            attempt()


def test_a_pause_ending_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="ends before it begins"):
        Pause(at("20/11/2026 09:00"), at("20/11/2026 08:00"))


def test_unknown_policies_are_refused():
    with pytest.raises(ValueError, match="weekly"):
        due(at("20/11/2026 09:00"), working_days(1), CALENDAR, policy="weekly")
