"""Words of the office: dates, durations, numbers, names, and how forms are drawn."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from qms.templatetags import office
from qms.templatetags.explain import day_cells, ledger_lines, limit_words
from tenants import words
from tenants.due import Pause, due
from tenants.limits import Limit, Unit
from tenants.shown import Shown
from tenants.workdays import Calendar, Hours

HANOI = timezone.get_default_timezone()
WEDNESDAY = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)  # 17:00 in Hà Nội
MORNING, AFTERNOON = (time(7, 30), time(11, 30)), (time(13), time(17))


@pytest.fixture(autouse=True)
def vietnamese():
    with translation.override("vi"):
        yield


def draw(text: str, **context: object) -> str:
    return Template(text).render(Context(context)).strip()


# --- days and moments ----------------------------------------------------------------------------


def test_moments_are_told_in_local_time():
    assert words.day(WEDNESDAY) == "25/11/2026"
    assert words.clock(WEDNESDAY) == "17:00"
    assert words.moment(WEDNESDAY) == "25/11/2026, 17:00"


def test_a_moment_late_in_utc_belongs_to_the_next_local_day():
    assert words.day(datetime(2026, 11, 25, 18, 0, tzinfo=UTC)) == "26/11/2026"


def test_a_due_moment_names_hour_weekday_and_day():
    assert words.due_moment(WEDNESDAY) == "17:00, thứ\u00a0Tư 25/11/2026"


def test_a_plain_due_day_has_no_hour():
    assert words.due_moment(date(2026, 11, 29)) == "Chủ\u00a0nhật 29/11/2026"


def test_weekdays_are_short_in_the_strip():
    assert [words.short_weekday(date(2026, 11, 23) + timedelta(n)) for n in range(7)] == [
        "T2", "T3", "T4", "T5", "T6", "T7", "CN",
    ]  # fmt: skip


def test_the_year_is_left_out_only_within_the_year():
    today = timezone.localdate()
    assert words.short_day(today) == f"{today:%d/%m}"
    assert words.short_day(date(today.year - 1, 3, 5)) == f"05/03/{today.year - 1}"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 3, 5), "ngày 05 tháng 3 năm 2026"),
        (date(2026, 2, 15), "ngày 15 tháng 02 năm 2026"),
        (date(2026, 12, 9), "ngày 09 tháng 12 năm 2026"),
    ],
)
def test_letters_write_the_date_as_decree_30_asks(day, said):
    with translation.override("en"):
        assert words.letter_day(day) == said


def test_nothing_is_written_for_nothing():
    days = (words.day, words.clock, words.moment, words.due_moment, words.weekday)
    times = (words.working_time, words.time_left, words.days_left)
    for write in (*days, *times, words.number, words.money, words.file_size, words.masked_phone):
        assert write(None) == ""


# --- durations and numbers -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(145, "2 giờ 25 phút"), (180, "3 giờ"), (25, "25 phút"), (0, "0 phút"), (90_000, "1.500 giờ")],
)
def test_working_time_is_told_in_hours_and_minutes(minutes, said):
    assert words.working_time(minutes) == said
    assert words.working_time(timedelta(minutes=minutes)) == said


def test_time_left_turns_into_lateness():
    assert words.time_left(timedelta(hours=6, minutes=50)) == "còn 6 giờ 50 phút"
    assert words.time_left(timedelta(hours=-2)) == "quá hạn 2 giờ"
    assert words.days_left(2) == "còn 2 ngày làm việc"
    assert words.days_left(0) == "hôm nay"
    assert words.opening(words.days_left(-3)) == "Quá hạn 3 ngày"


def test_english_counts_one_and_many():
    with translation.override("en"):
        assert words.days_left(1) == "1 working day left"
        assert words.days_left(-2) == "2 days late"
        assert words.working_time(410) == "6 h 50 min"
        assert words.working_days(Decimal("1.5")) == "1.5 working days"


def test_numbers_have_a_decimal_comma_and_points_between_thousands():
    assert words.number(8000) == "8.000"
    assert words.number(Decimal("1.50")) == "1,5"
    assert words.number(100) == "100"
    assert words.decimal(Decimal("89.6")) == "89,6"
    assert words.money(8000) == "8.000 đồng"
    assert words.money(0) == "miễn"
    assert words.percent(Decimal("97.64")) == "97,6\u00a0%"
    assert words.percent(34.3, "letter") == "34,3%"
    assert words.two_digits(3) == "03"


@pytest.mark.parametrize(
    ("size", "said"),
    [(0, "1\u00a0KB"), (210_400, "210\u00a0KB"), (1_250_000, "1,2\u00a0MB"), (12_000_000, "12\u00a0MB")],
)
def test_files_are_measured_in_kb_and_mb(size, said):
    assert words.file_size(size) == said


# --- people --------------------------------------------------------------------------------------


def test_a_resident_is_shown_by_initials_to_strangers():
    assert words.masked_name("Lý Văn  Thành") == "L.\u00a0V.\u00a0T."
    assert words.masked_name("đỗ") == "Đ."
    assert words.masked_name("") == ""


def test_a_phone_number_keeps_five_digits():
    assert words.masked_phone("0912 345 318") == "09••\u00a0•••\u00a0318"
    assert words.masked_phone("113") == "•••"
    assert "345" not in words.masked_phone("+84 912 345 318")


# --- lists ---------------------------------------------------------------------------------------


def test_a_sort_link_keeps_the_filter_and_leaves_the_page():
    request = RequestFactory().get("/documents/?kind=procedure&page=3&sort=code")
    head = draw('{% sort_head "code" "Code" default="code" %}', request=request)
    assert "?kind=procedure&amp;sort=-code" in head
    assert 'aria-sort="ascending"' in head
    assert "aria-sort" not in draw('{% sort_head "name" "Name" %}', request=request)


def test_an_export_link_keeps_the_filter():
    request = RequestFactory().get("/documents/?q=khai+sinh&page=2")
    assert draw('{% export_query "xlsx" %}', request=request) == "?q=khai+sinh&amp;as=xlsx"


def test_a_state_is_escaped_and_a_long_one_may_break():
    assert office.state("ok", "done", "<b>") == f'<span class="state ok">{office.icon("done")}&lt;b&gt;</span>'
    assert office.state("", "", "a" * 23) == f'<span class="state long">{"a" * 23}</span>'


def test_a_row_of_a_list_answers_by_key_and_lacks_what_it_lacks():
    class Row(Shown):
        title = "Đăng ký khai sinh"

    assert Row()["title"] == Row.title
    assert draw("{{ row.title }}{{ row.nothing }}{% if row.nothing %}x{% endif %}", row=Row()) == Row.title


def test_a_fact_at_hand_is_drawn_like_its_parts():
    fact = SimpleNamespace(tone="ok", sign="done", words="<b>")
    assert draw("{% badge fact %}", fact=fact) == office.state("ok", "done", "<b>")


def test_a_due_moment_says_words_moment_and_detail():
    due_at = words.DueWords("Quá hạn <1>", "late", "hạn 20/11", date(2026, 11, 20))
    assert draw("{% due due %}", due=due_at) == (
        '<p class="due late"><time datetime="2026-11-20">Quá hạn &lt;1&gt;</time><small>hạn 20/11</small></p>'
    )
    assert draw("{% due due %}", due=words.DueWords("Nháp")) == '<p class="due">Nháp</p>'


def test_the_cells_of_a_register_name_their_columns():
    columns = [{"label": "Mã"}, {"label": "Tên"}, {"label": "Số", "number": True}]
    assert draw("{% cells texts columns %}", texts=["<b>", 3], columns=columns) == (
        '<td role="cell" data-label="Tên">&lt;b&gt;</td><td role="cell" data-label="Số" class="number">3</td>'
    )


def test_an_icon_is_hidden_from_screen_readers_and_escaped():
    assert office.icon("clock") == '<svg class="icon" aria-hidden="true"><use href="#i-clock"/></svg>'
    assert "<script" not in office.icon('"><script>')


# --- forms ---------------------------------------------------------------------------------------


class ExtensionForm(forms.Form):
    reason = forms.CharField(label="Lý do", help_text="Người nộp sẽ đọc được.", widget=forms.Textarea)
    on = forms.DateField(label="Ngày hẹn mới")
    channel = forms.ChoiceField(
        label="Kênh", choices=[("a", "Trực tiếp"), ("b", "Bưu chính")], widget=forms.RadioSelect
    )
    read = forms.BooleanField(label="Tôi đã đọc")
    note = forms.CharField(label="Ghi chú", required=False, widget=forms.TextInput(attrs={"placeholder": "Ghi chú"}))


def test_an_input_is_tied_to_its_hint_and_its_error():
    form = ExtensionForm({"reason": "", "on": "24/13/2026"})
    html = str(form)
    assert 'aria-describedby="id_reason-h id_reason-w"' in html
    assert 'id="id_reason-h"' in html
    assert 'id="id_reason-w"' in html
    assert html.count('aria-invalid="true"') >= 2
    assert 'value="24/13/2026"' in html  # what was entered is kept


def test_a_select_draws_groups_and_the_chosen_option():
    field = forms.ChoiceField(choices=[("", "Tất cả"), ("Nhóm <1>", [("a", "A & B"), ("b", "B")])])
    form = type("Choice", (forms.Form,), {"kind": field})({"kind": "a"})
    html = "".join(line.strip() for line in form["kind"].as_widget().splitlines())
    assert html.partition(">")[2] == (
        '<option value="">Tất cả</option><optgroup label="Nhóm &lt;1&gt;"><option value="a" selected>A &amp; B</option>'
        '<option value="b">B</option></optgroup></select>'
    )
    assert office.options(form["kind"].field.widget.optgroups("kind", ["b"])).count("selected") == 1


def test_the_error_summary_links_to_the_fields_and_says_what_belongs_to_none():
    form = ExtensionForm({"reason": "x", "on": "25/11/2026"})
    form.add_error(None, "Tổng các bước vượt thời hạn.")
    html = str(form)
    assert 'role="alert"' in html
    assert "<li>Tổng các bước vượt thời hạn.</li>" in html
    assert 'href="#id_channel_0"' in html
    assert 'href="#id_read"' in html
    assert 'href="#id_reason"' not in html


def test_a_clean_form_has_no_summary():
    html = str(ExtensionForm())
    assert 'role="alert"' not in html
    assert 'class="input"' in html
    assert '<div class="choices"' in html
    assert 'placeholder="Ghi chú"' not in html  # it would only repeat the label


def test_dates_are_entered_as_they_are_written():
    form = ExtensionForm({"on": "05/03/2026"})
    assert form.fields["on"].clean("05/03/2026") == date(2026, 3, 5)


def test_hostile_labels_are_escaped():
    form = ExtensionForm({"note": '"><script>alert(1)</script>'})
    form.fields["note"].label = "<b>x</b>"
    assert "<script>" not in str(form)
    assert "<b>x</b>" not in str(form)


# --- why a due date is what it is ----------------------------------------------------------------


def calendar() -> Calendar:
    weekdays = dict.fromkeys(range(5), (MORNING, AFTERNOON))
    return Calendar({date(2026, 11, 24): "Ngày Văn hóa Việt Nam"}, {}, [Hours(date(2020, 1, 1), weekdays)])


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=HANOI)


def test_the_ledger_explains_a_same_day_limit():
    answer = due(at(23, 15, 20), Limit.within_the_day(), calendar())
    lines = {line.label: line.text for line in ledger_lines(answer, "QT.TP.01, mục 5.4")}
    assert lines["Nhận đủ hồ sơ hợp lệ"] == (
        "15:20, thứ\u00a0Hai 23/11/2026, sau 15:00, nên tính từ ngày làm việc tiếp theo"
    )
    assert lines["Ngày không tính"] == "thứ\u00a0Ba 24/11, Ngày Văn hóa Việt Nam"
    assert lines["Hạn trả kết quả"] == "17:00, thứ\u00a0Tư 25/11/2026"
    assert ledger_lines(answer, "QT.TP.01, mục 5.4")[0].source == "QT.TP.01, mục 5.4"
    assert ledger_lines(answer)[-1].sum


def test_an_open_pause_has_no_date_but_a_reason():
    answer = due(
        at(23, 9), Limit(Decimal(7), Unit.WORKING_DAY), calendar(), pauses=[Pause(at(25, 9), None, "chờ bổ sung")]
    )
    lines = ledger_lines(answer)
    assert lines[-1].text == "dời theo ngày hết tạm dừng"
    shown = [(line.label, line.text, line.source) for line in lines]
    assert ("Tạm dừng", "từ 25/11/2026, 09:00", "chờ bổ sung") in shown


def test_every_cell_of_the_strip_has_its_word():
    answer = due(at(20, 10), Limit(Decimal(7), Unit.WORKING_DAY), calendar())
    cells = day_cells(answer, date(2026, 11, 25))
    assert all(cell.words for cell in cells)
    assert [cell.words for cell in cells if cell.today] == ["ngày 2, hôm nay"]
    assert cells[0].words == "nhận 10:00"
    assert cells[-1].words == "ngày 7, hạn 17:00"


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (Limit(Decimal(7), Unit.WORKING_DAY), "7 ngày làm việc"),
        (Limit(Decimal("0.5"), Unit.WORKING_DAY), "0,5 ngày làm việc"),
        (Limit(Decimal(4), Unit.HOUR), "4 giờ làm việc"),
        (Limit(Decimal(15), Unit.CALENDAR_DAY), "15 ngày"),
        (Limit(Decimal(2), Unit.MONTH), "2 tháng"),
    ],
)
def test_limits_are_told_in_their_own_unit(limit, said):
    assert limit_words(limit) == said


def test_the_same_day_rule_is_told_with_the_hour_of_the_agency():
    with translation.override("en"):
        told = limit_words(Limit.within_the_day(), time(14, 30))
        answer = due(at(23, 15, 20), Limit.within_the_day(), calendar(), cut_off=time(14, 30))
        assert ledger_lines(answer)[0].text == told == "within the day; received from 14:30 on: the next working day"
