"""The lists as of a past day: page, Excel, CSV, PDF; what held, who signed, who had read."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from openpyxl import load_workbook
from pypdf import PdfReader

from documents import actions, past
from documents.content import Content
from documents.models import Acknowledgement, Kind
from tenants import clock
from tenants.models import Unit
from tenants.transitions import record
from tests.cast import Cast, build
from tests.documents.library import approved, signed_again
from tests.office import in_force, office_time

BASE = "/tan-hoa/master-list/"


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """At work since January 2024."""
    cache.clear()
    with clock.at(office_time("2024-01-08")):
        people = build()
    with people.agency.active():
        yield people


@pytest.fixture
def years(cast: Cast, client_of: Callable[..., Client]) -> Client:
    """01/00 in force from 4 March 2024, 01/01 from 1 June; an external document from 5 March, withdrawn on 10 April."""
    with clock.at(office_time("2024-03-04")):
        first = in_force(cast)
    with clock.at(office_time("2024-03-05")):
        text = Content(text="Luật của Quốc hội")
        law = actions.create_document(Kind.EXTERNAL, "TLBN.01", "Luật Hộ tịch", None, by=cast.ha, content=text)
        actions.submit(law, by=cast.ha)
        actions.review(law, by=cast.oanh)
        law = actions.approve(law, by=cast.duc, effective_from=clock.today())
        actions.acknowledge(first, by=cast.tuan)
    with clock.at(office_time("2024-04-10")):
        actions.withdraw(law, by=cast.duc, reason="Hết hiệu lực")
    with clock.at(office_time("2024-05-20")):
        changed = actions.begin_draft(
            first.document, new_issue=False, reason="Đoàn đánh giá kiến nghị", by=cast.khanh, drafter=cast.ha
        )
        actions.submit(changed, by=cast.ha)
        actions.review(changed, by=cast.oanh)
        actions.approve(changed, by=cast.duc, effective_from=dt.date(2024, 6, 1))
    with clock.at(office_time("2024-06-01")):
        changed.refresh_from_db()
        actions.bring_into_force(changed)
    return client_of(cast.khanh)


def lines(client: Client, query: str) -> list[tuple[Any, ...]]:
    return [(line.code, *line.values) for line in client.get(BASE + query).context["lines"]]


@pytest.mark.parametrize(
    ("day", "numbers"),
    [
        ("03/03/2024", []),
        ("04/03/2024", [("QT.TP.01", "01/00")]),
        ("05/03/2024", [("QT.TP.01", "01/00"), ("TLBN.01", "01/00")]),
        ("10/04/2024", [("QT.TP.01", "01/00"), ("TLBN.01", "01/00")]),
        ("11/04/2024", [("QT.TP.01", "01/00")]),
        ("31/05/2024", [("QT.TP.01", "01/00")]),
        ("01/06/2024", [("QT.TP.01", "01/01")]),
        ("", [("QT.TP.01", "01/01")]),
    ],
)
def test_what_was_in_force_on_a_day(years: Client, day: str, numbers: list[tuple[str, str]]) -> None:
    assert [(line[0], line[2]) for line in lines(years, f"?on={day}")] == numbers


def test_who_had_signed_and_how_many_had_read_by_then(years: Client) -> None:
    asked = Acknowledgement.objects.filter(version__revision=0, version__document__code="QT.TP.01").count()
    before, after = lines(years, "?on=04/03/2024")[0], lines(years, "?on=05/03/2024")[0]
    assert before[5:] == ("Trần Văn Đức, Chủ tịch", "Tư pháp – Hộ tịch", f"0/{asked}")
    assert after[5:] == ("Trần Văn Đức, Chủ tịch", "Tư pháp – Hộ tịch", f"1/{asked}")


def test_the_unit_is_the_one_of_that_day(years: Client, cast: Cast) -> None:
    document = Acknowledgement.objects.filter(version__document__code="QT.TP.01").first().version.document
    with clock.at(office_time("2024-07-01")):
        actions.edit_document(document, unit=cast.units["tan-hoa/Văn phòng"], by=cast.khanh)
    assert lines(years, "?on=30/06/2024")[0][6] == "Tư pháp – Hộ tịch"
    assert lines(years, "?on=01/07/2024")[0][6] == "Văn phòng"


def test_a_unit_is_called_as_it_was_on_that_day(years: Client, cast: Cast) -> None:
    unit = cast.units["tan-hoa/Tư pháp – Hộ tịch"]
    with clock.at(office_time("2024-07-01")):
        unit.name = "Hành chính tư pháp"
        record(unit, "edited", by=cast.khanh)
        record(Unit(name="Tư pháp – Hộ tịch"), "created", by=cast.khanh)
    assert [lines(years, f"?on={day}")[0][6] for day in ("30/06/2024", "01/07/2024")] == [
        "Tư pháp – Hộ tịch", "Hành chính tư pháp",
    ]  # fmt: skip
    for day in ("30/06/2024", "01/07/2024"):
        assert [line[0] for line in lines(years, f"?on={day}&unit={unit.pk}")] == ["QT.TP.01"]
    other = Unit.objects.get(name="Tư pháp – Hộ tịch")
    assert lines(years, f"?on=30/06/2024&unit={other.pk}") == []


def test_the_unit_of_a_reader_is_the_one_of_that_day(years: Client, cast: Cast) -> None:
    with clock.at(office_time("2024-07-01")):
        cast.tuan.unit = cast.units["tan-hoa/Kinh tế"]
        record(cast.tuan, "edited", by=cast.khanh)
    for day, unit in (("30/06/2024", "Một cửa"), ("01/07/2024", "Kinh tế")):
        found = lines(years, f"distribution/?on={day}&kind=operational_procedure")
        assert {line[2]: line[3] for line in found}["Đỗ Minh Tuấn"] == unit


def test_what_was_replaced_on_its_first_day_says_so(cast: Cast) -> None:
    signed_again(cast, approved(cast))
    with translation.override("en"):
        listing = past.amendments(cast.khanh, clock.today(), clock.today())
        states = [line.values[-1] for line in listing.lines(listing.rows)]
    assert states == ["In force", "Superseded; held on no whole day"]


def test_external_documents(years: Client) -> None:
    assert [line[0] for line in lines(years, "external/?on=10/04/2024")] == ["TLBN.01"]
    assert lines(years, "external/?on=11/04/2024") == []
    assert [line[0] for line in lines(years, "?on=10/04/2024&kind=external")] == ["TLBN.01"]
    assert [line[0] for line in lines(years, "?kind=operational_procedure")] == ["QT.TP.01"]


def test_amendments_between_two_days(years: Client) -> None:
    found = lines(years, "amendments/?first=01/03/2024&last=20/05/2024")
    assert [(line[0], line[2], line[3]) for line in found] == [
        ("QT.TP.01", "01/01", "Đoàn đánh giá kiến nghị"), ("TLBN.01", "01/00", ""), ("QT.TP.01", "01/00", ""),
    ]  # fmt: skip
    assert lines(years, "amendments/?first=06/03/2024&last=19/05/2024") == []
    assert [line[0] for line in lines(years, "amendments/?first=01/03/2024&last=20/05/2024&kind=external")] == [
        "TLBN.01"
    ]


def test_who_was_asked_and_when_they_read(years: Client) -> None:
    on_first = {line[2]: line[5] for line in lines(years, "distribution/?on=04/03/2024")}
    assert on_first["Đỗ Minh Tuấn"] is None
    on_next = {line[2]: line[5] for line in lines(years, "distribution/?on=05/03/2024&kind=operational_procedure")}
    assert on_next["Đỗ Minh Tuấn"] is not None
    assert set(on_first) == set(on_next)


@pytest.mark.parametrize("name", ["", "external/", "amendments/", "distribution/"])
@pytest.mark.parametrize(
    "day", ["tomorrow", "32/13/2024", "01/01/0001", "31/12/9999", "01/01/1700", "2024-04-10", "\0"]
)
def test_a_day_that_is_none_is_said_in_the_form(years: Client, name: str, day: str) -> None:
    answer = years.get(BASE + name, {"on": day, "first": day, "last": day, "kind": "x", "unit": "x", "page": "x"})
    assert answer.status_code == 200


def test_the_same_lines_in_excel_csv_and_pdf(years: Client) -> None:
    sheet = load_workbook(io.BytesIO(years.get(BASE + "?on=10/04/2024&as=xlsx").content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == ["QT.TP.01", "TLBN.01"]
    assert rows[1][4].date() == dt.date(2024, 3, 4)
    assert "TLBN.01" in years.get(BASE + "external/?on=10/04/2024&as=csv").content.decode()
    for name in ("", "external/", "amendments/", "distribution/"):
        answer = years.get(f"{BASE}{name}?on=10/04/2024&first=01/03/2024&last=20/05/2024&as=pdf")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split())
        assert "TLBN.01" in text, name
        assert "UBND XÃ TÂN HÒA" in text


def test_the_lists_lead_to_each_other_and_from_the_master_list(years: Client) -> None:
    for page in ("/tan-hoa/documents/", BASE, BASE + "amendments/"):
        answer = years.get(page).content.decode()
        for name in ("", "external/", "amendments/", "distribution/"):
            assert f'href="{BASE}{name}"' in answer, (page, name)


def test_queries_do_not_grow_with_the_lines(
    years: Client, cast: Cast, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(2, 6):
        in_force(cast, f"QT.TP.{number:02}", f"Thủ tục {number}")
    for name in ("", "external/", "amendments/", "distribution/"):
        with django_assert_max_num_queries(19):
            assert years.get(BASE + name).status_code == 200
