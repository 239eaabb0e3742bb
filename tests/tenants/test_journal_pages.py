"""The activity log: who did what, found again by person, deed, date and words."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants import clock, journal
from tenants.models import JournalEntry
from tenants.reports import deed_words, line_of, verbs, words_of
from tenants.views import LINES

JOURNAL = "/tan-hoa/journal/"


def lines(answer) -> list[str]:
    return [line.text for line in answer.context["lines"]]


def test_everybody_at_work_reads_the_journal_of_their_agency_only(cast, client_of):
    texts = lines(client_of(cast.ha).get(JOURNAL + "?q=Một cửa"))
    assert len(texts) == 1
    assert "Một cửa" in texts[0]
    assert client_of(cast.lan).get(JOURNAL).status_code == 404


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?verb=edited", 1),
        ("?verb=appointed&q=Lê Thu Hà", 1),
        ("?q=không có gì như vậy", 0),
        ("?since=01/01/2030", 0),
        ("?until=01/01/2020", 0),
    ],
)
def test_the_filter_finds(cast, client_of, query, count):
    journal.write("edited", cast.ha, by=cast.khanh, reason="Sửa chức danh")
    assert len(lines(client_of(cast.ha).get(JOURNAL + query))) == count


def test_the_filter_by_person_and_by_reason(cast, client_of):
    journal.write("edited", cast.ha, by=cast.khanh, reason="Sửa chức danh")
    desk = client_of(cast.ha)
    assert len(lines(desk.get(f"{JOURNAL}?by={cast.khanh.pk}"))) == 1
    assert len(lines(desk.get(f"{JOURNAL}?q=chức danh&by={cast.khanh.pk}"))) == 1


@pytest.mark.parametrize(
    "query", ["?by=1e9", "?by=99999999999999999999999", "?since=x", "?before=x_1", "?before=_", "?q=%00", "?verb=no"]
)
def test_hostile_queries_do_not_break_the_page(cast, client_of, query):
    assert client_of(cast.ha).get(JOURNAL + query).status_code == 200


def test_every_line_is_reached_once_page_by_page(cast, client_of):
    moment = clock.now()
    for number in range(2 * LINES + 3):  # many in the same instant: the place is instant and number
        with clock.at(moment - dt.timedelta(seconds=number // 40)):
            journal.write("noted", cast.ha, by=cast.khanh, reason=str(number))
    desk, seen, query = client_of(cast.ha), [], "?verb="
    while True:
        answer = desk.get(JOURNAL + query)
        seen += [line.quote for line in answer.context["lines"] if "noted" in line.text]
        if not answer.context["older"]:
            break
        query = "?before=" + answer.context["older"].replace("+", "%2B")
    assert sorted(map(int, seen)) == list(range(2 * LINES + 3))


def test_the_page_asks_a_fixed_number_of_questions(cast, client_of):
    desk = client_of(cast.ha)
    desk.get(JOURNAL)
    with CaptureQueriesContext(connection) as few:
        desk.get(JOURNAL)
    for _number in range(30):
        journal.write("noted", cast.ha, by=cast.khanh)
    with CaptureQueriesContext(connection) as many:
        desk.get(JOURNAL)
    assert len(many) == len(few)


def test_words_come_from_the_registry_the_transition_or_the_verb():
    assert deed_words("appointed") in {"thêm thành viên", "appointed"}
    assert deed_words("never_heard_of_it") == "never heard of it"
    assert "approve" in dict(verbs())


def test_states_are_said_in_words(cast):
    entry = JournalEntry(
        verb="approve", about_type="documents.version", about_label="QT.01 01/00", before="draft", after="in_force"
    )
    assert "QT.01 01/00" in words_of(entry)
    assert "in_force" not in words_of(entry)


def test_a_line_names_the_person_and_leads_to_the_record(cast):
    entry = journal.write("edited", cast.ha, by=cast.khanh, reason="Vì đổi việc")
    line = line_of(entry)
    assert line.text.startswith(f"{cast.khanh.name}: ")
    assert (line.quote, line.url.endswith(f"/members/{cast.ha.pk}/")) == ("Vì đổi việc", True)


def test_unknown_kinds_of_record_are_shown_without_a_link(cast):
    entry = JournalEntry(verb="noted", about_type="gone.model", about_label="X", before="a", after="b", by=cast.ha)
    assert line_of(entry).url == ""
