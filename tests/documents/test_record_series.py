"""Series of records follow the procedures in force; groups and their last day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from documents import actions, record_keeping, record_series
from documents.content import Content, RecordKept
from documents.models import RecordGroup, RecordSeries, Version
from documents.record_series import follow_all, set_series
from tenants import clock
from tenants.models import JournalEntry
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast
from tests.documents.library import draft
from tests.documents.shelf import KEPT, box, procedure, series_of

SignIn = Callable[..., Client]


def revised(cast: Cast, version: Version, *records: RecordKept) -> Version:
    draft = actions.begin_draft(version.document, by=cast.khanh, drafter=cast.ha, new_issue=False, reason="YC-1")
    content = replace(Content.of(draft.content), records=records)
    draft = actions.submit(actions.edit(draft, content, draft.title, by=cast.ha), by=cast.ha)
    return actions.approve(actions.review(draft, by=cast.oanh), by=cast.duc, effective_from=clock.today())


def test_series_come_from_part_seven_when_it_comes_into_force(cast: Cast) -> None:
    draft(cast, code="QT.TP.09")
    assert not RecordSeries.objects.exists()
    version = procedure(cast)
    rows = [(row.code, row.name, row.place, row.retention, row.years) for row in RecordSeries.objects.order_by("code")]
    assert rows == [
        ("QT.TP.01-HS01", "Hồ sơ đăng ký khai sinh", "Tư pháp – Hộ tịch", "years", 10),
        ("QT.TP.01-HS02", "Sổ đăng ký khai sinh", "Tư pháp – Hộ tịch", "permanent", None),
        ("QT.TP.01-HS03", "Phiếu kiểm soát", "Một cửa", "unset", None),
    ]
    assert {row.version_id for row in RecordSeries.objects.all()} == {version.pk}
    assert {row.unit_id for row in RecordSeries.objects.all()} == {version.document.unit_id}
    assert [row.dossiers for row in RecordSeries.objects.order_by("code")] == [True, False, False]


def test_a_new_version_is_followed_and_numbers_are_never_reused(cast: Cast) -> None:
    version = procedure(cast)
    group = box(cast, 2020)
    revised(
        cast,
        version,
        replace(KEPT[0], name="hồ sơ  đăng ký KHAI SINH", retention="5 năm"),
        RecordKept("Biên bản", "", "70 năm"),
    )
    one, two, new = series_of(1), series_of(2), series_of(4)
    assert (one.years, one.words, one.ended_on) == (5, "5 năm", None)
    assert two.ended_on == clock.today()
    assert (new.name, new.years) == ("Biên bản", 70)
    group.refresh_from_db()
    assert group.ends_on == dt.date(2025, 12, 31)
    assert group.history.count() == 3
    lines = JournalEntry.objects.about(one).values_list("verb", flat=True)
    assert sorted(lines) == ["retention_reckoned", "series_followed", "series_followed"]
    with pytest.raises(NotPossible):
        box(cast, series=two)


def test_what_a_person_said_stays_while_the_words_do(cast: Cast) -> None:
    version = procedure(cast)
    set_series(series_of(3), by=cast.khanh, retention="years", years=3, legal_basis="10/2022/TT-BNV")
    revised(cast, version, *KEPT)
    assert (series_of(3).years, series_of(3).legal_basis) == (3, "10/2022/TT-BNV")
    revised(cast, version, replace(KEPT[2], retention="theo thông tư mới"))
    assert series_of(3).retention == "unset"


def test_what_the_procedure_says_is_changed_in_the_procedure(cast: Cast) -> None:
    procedure(cast)
    with pytest.raises(NotPossible):
        set_series(series_of(1), by=cast.khanh, retention="years", years=3)
    with pytest.raises(NotAllowed):
        set_series(series_of(3), by=cast.ha, retention="years", years=3)
    group = box(cast, 2020)
    set_series(series_of(1), by=cast.khanh, counted_from="closing_day")
    group.refresh_from_db()
    assert group.ends_on == dt.date(2030, 12, 31)


def test_a_withdrawn_procedure_takes_no_new_groups(cast: Cast) -> None:
    version = procedure(cast)
    actions.withdraw(version, by=cast.duc, reason="Bãi bỏ")
    assert all(row.ended_on == clock.today() for row in RecordSeries.objects.all())


def test_documents_from_before_the_register_are_followed_by_the_sweep(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(record_series, "follow", lambda version, *, by: 0)
        procedure(cast)
    assert follow_all(cast.agency.pk) == 3
    assert follow_all(cast.agency.pk) == 0
    assert RecordSeries.objects.count() == 3


def test_two_lines_of_one_name_are_two_series(cast: Cast) -> None:
    procedure(cast, (KEPT[0], KEPT[0], RecordKept("  ")))
    assert [row.name for row in RecordSeries.objects.order_by("code")] == [KEPT[0].name] * 2


# --- groups -------------------------------------------------------------------------------------------


def test_two_lines_of_one_name_keep_their_boxes_in_another_order(cast: Cast) -> None:
    book, other = (
        RecordKept("Sổ theo dõi", place, words) for place, words in (("Một cửa", "5 năm"), ("Tư pháp", "20 năm"))
    )
    version = revised(cast, procedure(cast), book, other)
    before = {row.place: row.pk for row in RecordSeries.objects.filter(name="Sổ theo dõi")}
    version = revised(cast, version, other, book)
    rows = RecordSeries.objects.filter(name="Sổ theo dõi")
    assert {row.place: row.pk for row in rows} == before
    assert {row.place: row.years for row in rows} == {"Một cửa": 5, "Tư pháp": 20}
    revised(cast, version, other)
    assert {row.place for row in rows.filter(ended_on=None)} == {"Tư pháp"}


def test_the_last_day_is_reckoned_and_never_typed(cast: Cast) -> None:
    procedure(cast)
    group = record_keeping.open_group(series_of(), by=cast.ha, title="Hộp 1", first_on=dt.date(2020, 1, 2))
    assert (group.code, group.state, group.ends_on) == ("QT.TP.01-HS01.01", "open", None)
    group = record_keeping.close_group(group, by=cast.ha, on=dt.date(2021, 5, 4))
    assert group.ends_on == dt.date(2031, 12, 31)
    group = record_keeping.edit_group(group, by=cast.nhung, reason="Nhầm ngày", closed_on=dt.date(2020, 12, 30))
    assert group.ends_on == dt.date(2030, 12, 31)
    with pytest.raises(TypeError):
        record_keeping.edit_group(group, by=cast.nhung, reason="x", ends_on=dt.date(2000, 1, 1))


def test_only_the_keepers_and_the_unit_enter_groups(cast: Cast) -> None:
    procedure(cast)
    for stranger in (cast.tuan, cast.bao, cast.duc):
        with pytest.raises(NotAllowed):
            record_keeping.open_group(series_of(), by=stranger, title="x", first_on=dt.date(2020, 1, 1))
    assert box(cast).number == 1
    assert record_keeping.open_group(series_of(), by=cast.thanh, title="x", first_on=dt.date(2020, 1, 1)).number == 2


@pytest.mark.parametrize(
    "wrong",
    [{"last_on": dt.date(2009, 1, 1)}, {"closed_on": dt.date(2010, 6, 1)}, {"closed_on": dt.date(2999, 1, 1)}],
)
def test_impossible_days_are_refused_with_words(cast: Cast, wrong: dict[str, dt.date]) -> None:
    procedure(cast)
    with pytest.raises(NotPossible):
        box(cast, **wrong)
    assert not RecordGroup.objects.exists()


def test_the_database_keeps_every_line(cast: Cast) -> None:
    procedure(cast)
    group = box(cast)
    for statement in (
        "DELETE FROM documents_recordgroup WHERE id = %s",
        "UPDATE documents_recordgroup SET state = 'disposed', disposed_on = now() WHERE id = %s",
        "UPDATE documents_recordgroup SET closed_on = NULL WHERE id = %s",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [group.pk])


# --- pages --------------------------------------------------------------------------------------------


def test_the_register_is_kept_through_its_pages(cast: Cast, client_of: SignIn) -> None:
    procedure(cast)
    nhung, ha, tuan = client_of(cast.nhung), client_of(cast.ha), client_of(cast.tuan)
    shown = nhung.get("/tan-hoa/records/").content.decode()
    assert "/tan-hoa/records/series/QT.TP.01-HS03/" in shown, "what nobody has said stands on top"
    assert "/tan-hoa/records/" in ha.get("/tan-hoa/").content.decode(), "the menu leads here"
    page = "/tan-hoa/records/series/QT.TP.01-HS01/"
    assert "QT.TP.01-HS01" in ha.get("/tan-hoa/records/series/").content.decode()
    assert page + "groups/new/" in ha.get(page).content.decode()
    assert page + "groups/new/" not in tuan.get(page).content.decode()
    assert tuan.get(page + "groups/new/").status_code == 403
    right = {
        "title": "<b>Năm 2010</b>",
        "first_on": "01/01/2010",
        "last_on": "31/12/2010",
        "count": "12",
        "location": "Tủ 3",
        "closed_on": "",
    }
    for wrong in (
        {}, {"title": ""}, {"first_on": "31/12/9999"}, {"first_on": "01/01/1900"}, {"last_on": "01/01/2009"}, {"count": "-1"},
        {"count": "9" * 30}, {"title": "x\x00"}, {"closed_on": "02/03/2010"}, {"title": "x" * 301},
    ):  # fmt: skip
        assert ha.post(page + "groups/new/", right | wrong if wrong else {}).status_code == 200, wrong
    assert not RecordGroup.objects.exists()
    assert ha.post(page + "groups/new/", right).status_code == 302
    group = "/tan-hoa/records/groups/QT.TP.01-HS01.01/"
    assert "&lt;b&gt;" in ha.get(group).content.decode()
    assert ha.post(group + "close/", {"on": "01/01/2009"}).status_code == 200
    assert ha.post(group + "close/", {"on": "31/12/2010"}).status_code == 302
    assert ha.get(group + "close/").status_code == 409
    assert "31/12/2020" in ha.get(group).content.decode()
    changed = right | {"title": "Năm 2010", "closed_on": "31/12/2011"}
    assert ha.post(group + "edit/", changed).status_code == 200, "a reason is needed"
    assert ha.post(group + "edit/", changed | {"reason": "Đóng muộn"}).status_code == 302
    assert RecordGroup.objects.get().ends_on == dt.date(2021, 12, 31)


def test_the_retention_is_said_on_its_page(cast: Cast, client_of: SignIn) -> None:
    procedure(cast)
    khanh, page = client_of(cast.khanh), "/tan-hoa/records/series/QT.TP.01-HS03/"
    entry = {
        "unit": "",
        "medium": "paper",
        "counted_from": "year_end",
        "retention": "years",
        "years": "3",
        "event": "",
        "legal_basis": "10/2022/TT-BNV",
    }
    for wrong in (
        {"years": ""},
        {"years": "0"},
        {"years": "151"},
        {"legal_basis": ""},
        {"retention": "x"},
        {"retention": "event"},
        {"dossiers": "on"},
    ):
        assert khanh.post(page + "edit/", entry | wrong).status_code == 200, wrong
    assert series_of(3).retention == "unset"
    assert khanh.post(page + "edit/", entry).status_code == 302
    assert (series_of(3).retention, series_of(3).years, series_of(3).medium) == ("years", 3, "paper")
    assert client_of(cast.ha).get(page + "edit/").status_code == 403
    said = khanh.get("/tan-hoa/records/series/QT.TP.01-HS01/edit/").content.decode()
    assert 'name="years"' not in said


def test_the_register_as_of_a_past_day_and_as_files(
    cast: Cast, client_of: SignIn, django_assert_max_num_queries
) -> None:
    procedure(cast)
    box(cast, 2010)
    with clock.at(clock.now() + dt.timedelta(days=3)):
        box(cast, 2011)
        client = client_of(cast.khanh)
        before = f"{clock.today() - dt.timedelta(days=1):%d/%m/%Y}"
        assert "HS01.02" not in client.get(f"/tan-hoa/records/?on={before}").content.decode()
        assert "HS01.02" in client.get("/tan-hoa/records/").content.decode()
        with django_assert_max_num_queries(30) as few:
            client.get("/tan-hoa/records/")
        for year in range(1990, 2005):
            box(cast, year)
        with django_assert_max_num_queries(len(few)):
            client.get("/tan-hoa/records/")
        assert "Năm 1990" not in client.get("/tan-hoa/records/?year=2010").content.decode()
        assert "Năm 2010" in client.get("/tan-hoa/records/?year=2010&state=due").content.decode()
        for query in (
            "?year=x",
            "?state=x",
            "?series=0",
            "?unit=9999999999999999999",
            "?on=31/12/2999",
            "?year=99999999999",
            "?page=x",
        ):
            assert client.get(f"/tan-hoa/records/{query}").status_code == 200, query
        for kind, mark in (("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf"), ("pdf", b"%PDF")):
            assert client.get(f"/tan-hoa/records/?as={kind}").content.startswith(mark)
        assert "Năm 2010" in client.get("/tan-hoa/records/?as=csv").content.decode()


def test_boxes_of_a_series_that_ended_keep_their_retention(cast: Cast) -> None:
    """Of two lines of one name the first is dropped, then the other's retention changes: the boxes of the first stay."""
    version = procedure(cast, (RecordKept("Hồ sơ", "VP", "20 năm"), RecordKept("Hồ sơ", "TP", "10 năm")))
    group = box(cast, 2015)
    ends_on = group.ends_on
    version = revised(cast, version, RecordKept("Hồ sơ", "TP", "10 năm"))
    revised(cast, version, RecordKept("Hồ sơ", "TP", "5 năm"))
    group.refresh_from_db()
    assert group.ends_on == ends_on
    assert series_of(1).ended_on == clock.today()
    assert (series_of(2).ended_on, series_of(2).years) == (None, 5)
