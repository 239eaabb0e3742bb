"""Dossiers in the browser: the register with filter and files, the dossier, the counter's form, who sees what."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.translation import gettext
from openpyxl import load_workbook

from documents import actions as documents
from documents.content import Component
from documents.models import Version
from processes import actions
from processes.models import Dossier
from processes.reports import applicant_of, harmless, title_of
from qms import home
from tenants import clock
from tenants.models import Member
from tests.cast import Cast
from tests.office import BIRTH, in_force, office_time, received

ClientOf = Callable[[Member], Client]
FORM = {
    "name": "Lý Văn  Thành",
    "phone": "+84 912 345 318",
    "id_number": "001 085 000 123",
    "channel": "direct",
    "originals_0": "1",
    "copies_0": "",
}


def text(answer: object) -> str:
    assert answer.status_code == 200  # type: ignore[attr-defined]
    return answer.content.decode()  # type: ignore[attr-defined]


# --- the register --------------------------------------------------------------------------------------------------


def test_the_names_of_a_line_are_read_at_once(cast: Cast) -> None:
    received(cast, in_force(cast).document)
    with CaptureQueriesContext(connection) as asked:
        (row,) = Dossier.objects.with_names(cast.tuan)
        assert (title_of(row, cast.tuan), applicant_of(row, cast.tuan)) == ("Đăng ký khai sinh", "Lò Thị Vân")
        assert (row.state, row.finished_at) == ("received", None)
    assert len(asked) == 1


def test_late_stands_above_in_time(march: Cast, birth: Version, client_of: ClientOf) -> None:
    late = received(march, birth.document)
    with clock.at(office_time("2026-03-11")):
        fresh = received(march, birth.document)
        page = text(client_of(march.ha).get("/tan-hoa/dossiers/"))
    assert page.index(late.code) < page.index(fresh.code)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", True), ("?q=lo+thi+van", True), ("?q=0304-0001", True), ("?q=nobody", False), ("?state=received", True),
        ("?state=closed", False), ("?due=late", False), ("?due=near,late", False), ("?due=near", False),
        ("?procedure=QT.TP.01", True), ("?procedure=%27%3B--", True), ("?state=%00", True), ("?page=99999", True),
        ("?mine=1", False),
    ],
)  # fmt: skip
def test_the_filter(march: Cast, dossier: Dossier, client_of: ClientOf, query: str, shown: bool) -> None:
    page = text(client_of(march.duc).get(f"/tan-hoa/dossiers/{query}"))
    assert (f"/tan-hoa/dossiers/{dossier.code}/" in page) is shown


def test_mine_is_what_waits_for_me(march: Cast, dossier: Dossier, client_of: ClientOf) -> None:
    assert dossier.code in text(client_of(march.tuan).get("/tan-hoa/dossiers/?mine=1"))


def test_near_due_is_at_most_one_working_day_left(march: Cast, dossier: Dossier, client_of: ClientOf) -> None:
    near = "/tan-hoa/dossiers/?due=near"
    with clock.at(office_time("2026-03-06", "16:59")):  # Friday: 8 h 1 min left until Monday 17:00
        assert dossier.code not in text(client_of(march.ha).get(near))
    with clock.at(office_time("2026-03-06", "17:00")):
        assert dossier.code in text(client_of(march.ha).get(near))


def test_a_longer_list_asks_no_more_questions(march: Cast, birth: Version, client_of: ClientOf) -> None:
    client = client_of(march.ha)

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            text(client.get("/tan-hoa/dossiers/"))
        return len(asked)

    received(march, birth.document)
    questions()
    few = questions()
    for _number in range(8):
        received(march, birth.document)
    assert questions() == few


def test_the_other_commune_sees_none_of_it(march: Cast, dossier: Dossier, client_of: ClientOf) -> None:
    client = client_of(march.long)
    assert dossier.code not in text(client.get("/phu-lam/dossiers/?state=all"))
    for path in (
        "",
        "activity/",
        "slips/1.pdf",
        "slips/6/",
        "complete/",
        "send-back/",
        "assign/",
        "close/",
        "correct/",
    ):
        assert client.get(f"/phu-lam/dossiers/{dossier.code}/{path}").status_code == 404
        assert client.get(f"/tan-hoa/dossiers/{dossier.code}/{path}").status_code == 404
    assert client.get("/phu-lam/dossiers/new/QT.TP.01/").status_code == 404


# --- form 07 -------------------------------------------------------------------------------------------------------


def test_the_files_carry_the_rows_shown_and_no_formula(march: Cast, birth: Version, client_of: ClientOf) -> None:
    received(march, birth.document, name='=HYPERLINK("http://x")')
    received(march, birth.document, name="Nông Thị Sen", note="@SUM(A1)\x07")
    client = client_of(march.tuan)
    table = list(csv.reader(io.StringIO(client.get("/tan-hoa/dossiers/?as=csv").content.decode("utf-8-sig"))))
    assert len(table) == 3
    assert {row[3] for row in table[1:]} == {'\'=HYPERLINK("http://x")', "Nông Thị Sen"}
    sheet = load_workbook(io.BytesIO(client.get("/tan-hoa/dossiers/?as=xlsx&q=nong").content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 2
    assert rows[1][3] == "Nông Thị Sen"
    assert rows[1][13] == "'@SUM(A1) "


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", " =1"])
def test_what_a_spreadsheet_would_reckon_is_text(cell: str) -> None:
    assert harmless(cell).startswith("'")


# --- residents' data -----------------------------------------------------------------------------------------------


def test_an_auditor_reads_the_way_but_not_the_resident(march: Cast, dossier: Dossier, client_of: ClientOf) -> None:
    page = text(client_of(march.tuan).get(f"/tan-hoa/dossiers/{dossier.code}/"))
    assert "Lò Thị Vân" in page
    assert "Lý Gia Hân" in page
    client = client_of(march.mai)
    for path in (f"{dossier.code}/", f"{dossier.code}/activity/", f"{dossier.code}/slips/6/", "", "?as=csv"):
        page = text(client.get(f"/tan-hoa/dossiers/{path}"))
        assert dossier.code in page
        assert "Vân" not in page
        assert "Gia Hân" not in page
    assert dossier.code not in text(client.get("/tan-hoa/dossiers/?q=lo+thi+van"))
    assert client.get(f"/tan-hoa/dossiers/{dossier.code}/slips/1.pdf").status_code == 403


def test_ways_to_reach_the_resident_are_masked_until_asked_for(
    march: Cast, birth: Version, client_of: ClientOf
) -> None:
    applicant = {"name": "Lò Thị Vân", "phone": "0912345318", "id_number": "001085000123", "email": "van@example.vn"}
    dossier = actions.receive(birth.document, applicant, by=march.tuan)
    address = f"/tan-hoa/dossiers/{dossier.code}/"
    masked, shown = (text(client_of(march.tuan).get(address + query)) for query in ("", "?contact=1"))
    stranger = text(client_of(march.mai).get(address + "?contact=1"))
    for secret in ("0912345318", "001085000123", "van@example.vn"):
        assert secret in shown
        assert secret not in masked
        assert secret not in stranger


# --- the dossier ---------------------------------------------------------------------------------------------------


def test_the_buttons_are_those_of_whoever_has_it(march: Cast, dossier: Dossier, client_of: ClientOf) -> None:
    address = f"/tan-hoa/dossiers/{dossier.code}/"
    assert f'{address}complete/"' in text(client_of(march.tuan).get(address))
    others = text(client_of(march.bao).get(address))
    assert f'{address}complete/"' not in others
    assert f'{address}assign/"' not in others
    assert f'{address}assign/"' in text(client_of(march.duc).get(address))


def test_every_stage_has_its_page(march: Cast, dossier: Dossier, client_of: ClientOf) -> None:
    address = f"/tan-hoa/dossiers/{dossier.code}/"
    client = client_of(march.tuan)
    actions.complete(dossier.tasks.open().get(), by=march.tuan, next_member=march.ha)
    text(client.get(address))
    actions.complete(dossier.tasks.open().get(), by=march.ha)
    actions.send_back(dossier.tasks.open().get(), by=march.duc, reason="Sai ngày sinh của mẹ")
    assert "Sai ngày sinh của mẹ" in text(client.get(address))
    actions.complete(dossier.tasks.open().get(), by=march.ha)
    actions.complete(dossier.tasks.open().get(), by=march.duc)
    assert f'{address}close/"' in text(client.get(address))
    assert client.get(f"{address}complete/").url == f"{address}close/"
    assert client.post(f"{address}close/", {"note": ""}, follow=True).status_code == 200
    closed = text(client.get(address))
    assert f'{address}close/"' not in closed
    assert client.get(f"{address}close/").status_code == 409
    assert "Sai ngày sinh của mẹ" in text(client.get(f"{address}slips/6/"))


def test_looking_changes_nothing(march: Cast, dossier: Dossier, client_of: ClientOf) -> None:
    for path in ("complete/", "assign/"):
        assert client_of(march.tuan).get(f"/tan-hoa/dossiers/{dossier.code}/{path}").status_code == 200
    assert dossier.tasks.open().get().step == 1


def test_a_deed_of_somebody_else_is_403(march: Cast, dossier: Dossier, client_of: ClientOf) -> None:
    client = client_of(march.mai)
    for path in ("complete/", "send-back/", "assign/"):
        assert client.get(f"/tan-hoa/dossiers/{dossier.code}/{path}").status_code == 403
    assert client.post(f"/tan-hoa/dossiers/{dossier.code}/complete/", {"note": ""}).status_code == 403
    assert dossier.tasks.open().get().step == 1


# --- the counter's form --------------------------------------------------------------------------------------------


def test_receive_in_the_browser(march: Cast, birth: Version, client_of: ClientOf) -> None:
    answer = client_of(march.tuan).post("/tan-hoa/dossiers/new/QT.TP.01/", FORM | {"other": "Sổ hộ khẩu cũ\n\n"})
    dossier = Dossier.objects.get()
    assert answer.url == f"/tan-hoa/dossiers/{dossier.code}/"
    applicant = dossier.applicant
    assert (applicant.name, applicant.phone, applicant.id_number) == ("Lý Văn Thành", "0912345318", "001085000123")
    assert dossier.components == [
        {"name": "Tờ khai đăng ký khai sinh", "originals": 1, "copies": 0},
    ]
    assert applicant.brought == ["Sổ hộ khẩu cũ"]


def test_a_double_click_makes_one_dossier(march: Cast, birth: Version, client_of: ClientOf) -> None:
    client, address = client_of(march.tuan), "/tan-hoa/dossiers/new/QT.TP.01/"
    keys = [re.search(r'name="form_key" value="([0-9a-f-]{36})"', text(client.get(address))) for _twice in range(2)]
    assert all(keys)
    assert keys[0][1] != keys[1][1]  # type: ignore[index]
    once, again = (client.post(address, FORM | {"form_key": keys[0][1]}) for _twice in range(2))  # type: ignore[index]
    dossier = Dossier.objects.get()
    assert once.url == again.url == f"/tan-hoa/dossiers/{dossier.code}/"
    page = text(client.get(again.url))
    assert page.count(dossier.code) > 1
    assert client.post(address, FORM | {"form_key": keys[1][1]}).url != once.url  # type: ignore[index]


def test_the_form_keeps_its_key_when_something_is_wrong(march: Cast, birth: Version, client_of: ClientOf) -> None:
    key = "5b1c9b52-51f4-4b43-9a9e-6f0d6b8d3f10"
    address = "/tan-hoa/dossiers/new/QT.TP.01/"
    assert f'value="{key}"' in text(client_of(march.tuan).post(address, FORM | {"name": "", "form_key": key}))
    assert 'id="errors"' in text(client_of(march.tuan).post(address, FORM | {"form_key": "'; --"}))
    assert not Dossier.objects.exists()


def test_the_form_of_a_version_whose_day_has_come(march: Cast, birth: Version, client_of: ClientOf) -> None:
    """The counter's form asks for the papers of the version the dossier will run by."""
    content = dataclasses.replace(BIRTH, components=(Component("Giấy chứng sinh"),))
    coming = documents.begin_draft(
        birth.document, by=march.khanh, drafter=march.ha, new_issue=False, reason="Mới", content=content
    )
    documents.submit(coming, by=march.ha)
    documents.review(coming, by=march.oanh)
    documents.approve(coming, by=march.duc, effective_from=dt.date(2026, 3, 5))
    client, address = client_of(march.tuan), "/tan-hoa/dossiers/new/QT.TP.01/"
    assert "Giấy chứng sinh" not in text(client.get(address))
    with clock.at(office_time("2026-03-05", "07:30")):
        assert "Giấy chứng sinh" in text(client.get(address))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "  "), ("name", "12345"), ("name", "a" * 151), ("name", "a\x00b"), ("phone", "12"),
        ("phone", "0912abc345"), ("phone", "٠٩١٢٣٤٥٦٧٨"), ("id_number", "00108500012"), ("id_number", "<script>"),
        ("email", "a@b"),
        ("channel", "pigeon"),
        ("originals_0", "-1"), ("originals_0", "1000"), ("originals_0", "one"), ("originals_0", "1" * 5000),
        ("subject", "x" * 201),
        ("address", "x" * 301), ("note", "x" * 2001),
    ],
)  # fmt: skip
def test_a_bad_entry_comes_back_with_its_reason(
    march: Cast, birth: Version, client_of: ClientOf, field: str, value: str
) -> None:
    page = text(client_of(march.tuan).post("/tan-hoa/dossiers/new/QT.TP.01/", FORM | {field: value}))
    assert 'id="errors"' in page
    assert field == "phone" or "+84 912 345 318" in page  # the other entries are kept
    assert not Dossier.objects.exists()


@pytest.mark.parametrize(
    ("channel", "at", "taken"),
    [
        ("post", "04/03/2026 08:10", True), ("online", "2026-03-04T08:10", True), ("online", "", True),
        ("direct", "04/03/2026 08:10", False),  # at the counter it is now
        ("post", "04/03/2026 09:01", False),  # still to come
        ("post", "03/03/2026 16:00", False),  # before the version was in force
        ("post", "yesterday", False),
    ],
)  # fmt: skip
def test_the_moment_of_receipt_by_post_and_online(
    march: Cast, birth: Version, client_of: ClientOf, channel: str, at: str, taken: bool
) -> None:
    form = FORM | {"channel": channel, "received_at": at}
    answer = client_of(march.tuan).post("/tan-hoa/dossiers/new/QT.TP.01/", form)
    assert answer.status_code == (302 if taken else 200)
    moments = list(Dossier.objects.values_list("received_at", flat=True))
    assert moments == ([office_time("2026-03-04", "08:10" if at else "09:00")] if taken else [])
    if not taken:
        assert list(answer.context["form"].errors) == ["received_at"]


def test_received_outside_hours_says_so(march: Cast, birth: Version, client_of: ClientOf) -> None:
    with clock.at(office_time("2026-03-05")):
        evening = received(march, birth.document, at=office_time("2026-03-04", "20:00"))
        usual = received(march, birth.document)
        with translation.override("vi"):
            words = gettext("received outside hours")
        pages = [text(client_of(march.tuan).get(f"/tan-hoa/dossiers/{one.code}/")) for one in (evening, usual)]
    assert [words in page for page in pages] == [True, False]


def test_every_month_count_of_home_leads_to_its_rows(march: Cast, birth: Version, client_of: ClientOf) -> None:
    """In work, late, results of this month, the late ones among them; one of February is in none of the latter."""

    def finish(dossier: Dossier, at: str) -> None:
        with clock.at(office_time(at)):
            actions.complete(dossier.tasks.open().get(), by=march.tuan, next_member=march.ha)
            actions.complete(dossier.tasks.open().get(), by=march.ha)
            actions.complete(dossier.tasks.open().get(), by=march.duc)

    dossiers = [received(march, birth.document) for _number in range(6)]
    finish(dossiers[0], "2026-03-05")
    finish(dossiers[1], "2026-03-20")
    finish(dossiers[2], "2026-04-02")
    finish(dossiers[3], "2026-04-03")
    with clock.at(office_time("2026-04-06")):
        actions.close(dossiers[3], by=march.tuan)
        received(march, birth.document)
        client = client_of(march.tuan)
        month = home.of(march.tuan, clock.now()).month
        rows = [client.get(f"/tan-hoa{count['url']}").context["page"].paginator.count for count in month]
    assert [count["count"] for count in month] == rows == [3, 2, 2, 2]


def test_hostile_text_is_shown_as_text(march: Cast, birth: Version, client_of: ClientOf) -> None:
    client = client_of(march.tuan)
    answer = client.post("/tan-hoa/dossiers/new/QT.TP.01/", FORM | {"name": "<script>alert(1)</script>"}, follow=True)
    assert "<script>alert" not in text(answer)
    assert "&lt;script&gt;alert(1)" in text(answer)


def test_the_counter_is_for_those_who_receive(march: Cast, birth: Version, client_of: ClientOf) -> None:
    client = client_of(march.duc)
    assert client.get("/tan-hoa/dossiers/new/").status_code == 403
    assert client.get("/tan-hoa/dossiers/new/QT.TP.01/").status_code == 403
    assert client.post("/tan-hoa/dossiers/new/QT.TP.01/", FORM).status_code == 403
    assert client_of(march.tuan).get("/tan-hoa/dossiers/new/").status_code == 200


# --- procedures ----------------------------------------------------------------------------------------------------


def test_procedures_count_what_is_open_and_in_time(march: Cast, dossier: Dossier, client_of: ClientOf) -> None:
    done = received(march, dossier.version.document)
    actions.complete(done.tasks.open().get(), by=march.tuan, next_member=march.ha)
    actions.complete(done.tasks.open().get(), by=march.ha)
    with clock.at(office_time("2026-03-20")):
        actions.complete(done.tasks.open().get(), by=march.duc)
    page = text(client_of(march.ha).get("/tan-hoa/procedures/"))
    assert '?procedure=QT.TP.01">2<' in page
    assert "0\u00a0%" in page
    assert "QT.TP.01" not in text(client_of(march.long).get("/phu-lam/procedures/"))
