"""Finished dossiers in the register of records: counted by year from the data, kept by the procedure's rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from documents.content import RecordKept
from documents.models import RecordSeries
from documents.record_reports import dossiers_on
from documents.record_series import counted, set_series
from processes import actions
from processes.records import by_year
from tenants import clock
from tenants.models import Member
from tests.cast import Cast
from tests.office import BIRTH, in_force, office_time, received


@pytest.fixture
def finished(march: Cast) -> Cast:
    """One dossier closed in March 2026, one in the first minute of 2027 on the office's wall, one still open."""
    content = replace(
        BIRTH, records=(RecordKept("Hồ sơ khai sinh", "Tư pháp", "5 năm"), RecordKept("Sổ", "", "Vĩnh viễn"))
    )
    version = in_force(march, content=content)
    for closed in ("2026-03-20T09:00", "2027-01-01T00:01"):
        dossier = received(march, version.document)
        actions.complete(dossier.tasks.open().get(), by=march.tuan, next_member=march.ha)
        actions.complete(dossier.tasks.open().get(), by=march.ha)
        ready = actions.complete(dossier.tasks.open().get(), by=march.duc)
        with clock.at(office_time(*closed.split("T"))):
            actions.close(ready, by=march.tuan)
    received(march, version.document)
    return march


def test_closed_dossiers_are_counted_by_the_offices_year(finished: Cast, django_assert_num_queries: Callable) -> None:
    series = RecordSeries.objects.get(dossiers=True)
    assert series.name == "Hồ sơ khai sinh"
    with django_assert_num_queries(2):
        rows = dossiers_on(finished.khanh, dt.date(2032, 6, 1))
    assert [(row.year, row.count, row.ends_on, row.ended) for row in rows] == [
        (2026, 1, dt.date(2031, 12, 31), True),
        (2027, 1, dt.date(2032, 12, 31), False),
    ]
    assert [(row.year, row.count) for row in dossiers_on(finished.khanh, dt.date(2026, 12, 31))] == [(2026, 1)]
    assert dossiers_on(finished.khanh, dt.date(2026, 3, 19)) == []
    assert [row.year for row in dossiers_on(finished.khanh, dt.date(2032, 6, 1), year=2027)] == [2027]


def test_a_procedure_that_names_another_series_moves_them(finished: Cast) -> None:
    first, other = RecordSeries.objects.order_by("code")
    set_series(first, by=finished.khanh, dossiers=False)
    set_series(other, by=finished.khanh, dossiers=True)
    assert {row.ends_on for row in dossiers_on(finished.khanh, dt.date(2032, 6, 1))} == {None}


def test_the_page_says_plainly_that_nothing_is_deleted(finished: Cast, client_of: Callable[[Member], Client]) -> None:
    with clock.at(office_time("2027-02-01")):
        page = client_of(finished.khanh).get("/tan-hoa/records/").content.decode()
    assert "QT.TP.01-HS01" in page
    assert "2027" in page
    assert page.count("<form") <= 5


def test_nothing_is_counted_of_nothing(cast: Cast) -> None:
    assert counted([], clock.today()) == []
    assert by_year([1, 2], clock.today()) == []
    assert dossiers_on(cast.khanh, dt.date(2026, 1, 1)) == []
