"""Days off and make-up days come from files; the province writes them, everybody reckons again."""

import datetime as dt

import pytest

from tenants.models import CalendarDay, JournalEntry
from tenants.signals import calendar_changed
from tests.tenants.importing import hostile_files, run, shared, xlsx

OFF, MAKE_UP = CalendarDay.Kind.OFF, CalendarDay.Kind.MAKE_UP
HEAD = "date,kind,name,source\n"
SWAP = HEAD + "2026-01-02,off,Nghỉ Tết Dương lịch,TB 1/2025\n10/01/2026,make_up,Làm bù,TB 1/2025\n"


def written(tmp_path, text, name="days.csv"):
    path = tmp_path / name
    path.write_text(text)
    return path


def days():
    return {day.day.isoformat(): (day.kind, day.name, day.source) for day in CalendarDay.objects.all()}


@pytest.fixture
def told():
    """The agencies that were told to reckon again."""
    heard = []

    def listen(agency, by, **_):
        heard.append((agency.slug, by.agency_id == agency.pk and by.is_clock))

    calendar_changed.connect(listen)
    yield heard
    calendar_changed.disconnect(listen)


def test_corrections_are_taken_and_everybody_reckons_again(people, tmp_path, told):
    ended = run("import_calendar", written(tmp_path, SWAP))
    assert (ended.code, ended.counts) == (0, (2, 2, 0, 0, 0))
    assert days() == {
        "2026-01-02": (OFF, "Nghỉ Tết Dương lịch", "TB 1/2025"),
        "2026-01-10": (MAKE_UP, "Làm bù", "TB 1/2025"),
    }
    assert sorted(told) == [("phu-lam", True), ("so-khcn", True), ("tan-hoa", True), ("ubnd-tinh", True)]


def test_the_province_keeps_the_change_in_its_journal_and_history(people, tmp_path):
    run("import_calendar", written(tmp_path, SWAP))
    province = people.agency.parent
    with province.active():
        line = JournalEntry.objects.get(verb="imported_calendar")
        assert line.by == province.clock()
        assert line.details == {"file": "days.csv", "created": 2, "updated": 0}
        assert {row.history_user_id for row in CalendarDay.history.all()} == {province.clock().pk}


def test_running_again_changes_nothing_and_tells_nobody(people, tmp_path, told):
    path = written(tmp_path, SWAP)
    run("import_calendar", path)
    told.clear()
    assert run("import_calendar", path).counts == (2, 0, 0, 2, 0)
    assert told == []


def test_a_dry_run_writes_nothing(people, tmp_path):
    assert run("import_calendar", written(tmp_path, SWAP), "--dry-run").counts == (2, 2, 0, 0, 0)
    assert days() == {}


def test_bad_rows_are_rejected_one_by_one(people, tmp_path):
    rows = [
        "2026-01-02,off,Nghỉ,", "31/02/2026,off,Nghỉ,", "2026-01-03,perhaps,Nghỉ,", "2026-01-05,off,,",
        "2026-01-06,make_up,Làm bù,", "02/01/2026,off,Khác,", "1890-01-01,off,Nghỉ,", f"2026-01-07,off,{'x' * 200},",
    ]  # fmt: skip
    ended = run("import_calendar", written(tmp_path, HEAD + "\n".join(rows)))
    assert (ended.code, ended.counts) == (1, (8, 1, 0, 0, 7))
    assert sorted(ended.reasons) == [3, 4, 5, 6, 7, 8, 9]
    assert list(days()) == ["2026-01-02"]


def test_a_day_is_corrected_and_removed(people, tmp_path):
    run("import_calendar", written(tmp_path, SWAP))
    changed = HEAD + "2026-01-02,off,Nghỉ hoán đổi,\n2026-01-10,remove,,\n2026-03-01,remove,,\n"
    assert run("import_calendar", written(tmp_path, changed)).counts == (3, 0, 2, 1, 0)
    assert days() == {"2026-01-02": (OFF, "Nghỉ hoán đổi", "TB 1/2025")}


def test_a_source_confirms_an_estimated_day(people, tmp_path):
    run("import_calendar", written(tmp_path, "date,kind,name\n2027-09-02,off,Quốc khánh\n"))
    assert days()["2027-09-02"][2] == "days.csv"
    ended = run("import_calendar", written(tmp_path, HEAD + "2027-09-02,off,Quốc khánh,TB 9/2026\n", "later.csv"))
    assert ended.counts == (1, 0, 1, 0, 0)
    assert days()["2027-09-02"][2] == "TB 9/2026"


def test_excel_with_vietnamese_columns(people, tmp_path):
    path = xlsx(tmp_path / "lich.xlsx", ["LỊCH NGHỈ"], ["TT", "Ngày", "Loại", "Nội dung", "Căn cứ"],
                [1, dt.datetime(2026, 1, 2), "nghỉ", "Nghỉ bù", "TB 1"],
                [2, "10/01/2026", "Làm bù", "Làm bù", "TB 1"])  # fmt: skip
    assert run("import_calendar", path).counts == (2, 2, 0, 0, 0)
    assert days()["2026-01-10"] == (MAKE_UP, "Làm bù", "TB 1")


def test_seeding_fills_gaps_and_leaves_corrections_alone(people, tmp_path):
    run("import_calendar", written(tmp_path, HEAD + "2026-09-02,off,Quốc khánh (đã sửa),QĐ 1\n"))
    ended = run("import_calendar", "--seed", "2026")
    read, created, updated, unchanged, rejected = ended.counts
    assert (ended.code, read - created, updated, unchanged, rejected) == (0, 1, 0, 1, 0)
    assert days()["2026-09-02"] == (OFF, "Quốc khánh (đã sửa)", "QĐ 1")
    assert days()["2026-01-01"][2].startswith("holidays ")
    assert "2026-01-02" not in days()  # what the package does not know
    assert run("import_calendar", "--seed", "2026").counts == (read, 0, 0, read, 0)


def test_seeding_works_before_any_agency_exists(db):
    assert run("import_calendar", "--seed", "2025-2026").code == 0
    assert CalendarDay.objects.filter(day__year=2025).exists()


@pytest.mark.parametrize("years", ["abc", "2026-", "26"])
def test_seeding_needs_years(people, years):
    assert run("import_calendar", "--seed", years).code == 2


def test_neither_file_nor_years_is_an_error(people):
    assert run("import_calendar").code == 2


def test_the_package_list_of_2020_to_2031(people):
    path = shared("holidays", "holidays_pkg_VN_2020_2031.csv")
    assert run("import_calendar", path).counts == (176, 176, 0, 0, 0)
    assert CalendarDay.objects.filter(kind=MAKE_UP).count() == 3
    assert run("import_calendar", path).counts == (176, 0, 0, 176, 0)


def test_what_is_no_calendar_is_refused_whole(people):
    for path in hostile_files():
        ended = run("import_calendar", path)
        assert (ended.code, bool(ended.complaint), days()) == (2, True, {}), path.name
