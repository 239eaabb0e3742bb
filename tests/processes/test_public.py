"""Residents without sign-in: procedures in force here, and the way of a dossier for whoever holds its slip."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from redis.exceptions import ConnectionError

from documents import actions as documents
from documents.models import Version
from processes import actions, public
from processes.models import Dossier
from tenants import clock
from tests.cast import Cast
from tests.office import in_force, office_time, submitted


@pytest.fixture
def resident() -> Client:
    return Client()


def track(resident: Client, code: str, k: str, slug: str = "tan-hoa", **extra: str) -> tuple[int, str]:
    answer = resident.get(f"/{slug}/public/track/", {"code": code, "k": k}, **extra)  # type: ignore[arg-type]
    return answer.status_code, answer.content.decode()


def without_entry(page: str, entry: str) -> str:
    """The page without what was typed in and without the form's own token."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.replace(entry, "…"))


# --- the way of a dossier ------------------------------------------------------------------------------------------


def test_the_slip_opens_the_way_with_officials_named(march: Cast, dossier: Dossier, resident: Client) -> None:
    """Each step with unit, officer and due moment (Decree 224/2026 art 15)."""
    actions.complete(dossier.tasks.open().get(), by=march.tuan, next_member=march.ha)
    status, page = track(resident, dossier.code, dossier.look_up)
    assert status == 200
    assert "Lê Thu Hà, Tư pháp – Hộ tịch" in page
    assert "09/03/2026" in page


def test_the_resident_is_masked_even_there(march: Cast, dossier: Dossier, resident: Client) -> None:
    actions.complete(dossier.tasks.open().get(), by=march.tuan, next_member=march.ha, note="ghi chú nội bộ")
    _status, page = track(resident, dossier.code, dossier.look_up)
    assert "L.\u00a0T.\u00a0V." in page
    for hidden in ("Vân", "Gia Hân", "ghi chú nội bộ"):
        assert hidden not in page


def test_small_letters_and_blanks_do_not_matter(march: Cast, dossier: Dossier, resident: Client) -> None:
    word = f" {dossier.look_up[:3].lower()} {dossier.look_up[3:].lower()} "
    assert dossier.version.title in track(resident, f" {dossier.code.lower()} ", word)[1]


def test_a_wrong_word_and_an_unknown_code_answer_alike(march: Cast, dossier: Dossier, resident: Client) -> None:
    wrong = track(resident, dossier.code, "AAAAAA")
    unknown = track(resident, "TH-260304-9999", "AAAAAA")
    assert wrong[0] == unknown[0] == 200
    assert without_entry(wrong[1], dossier.code) == without_entry(unknown[1], "TH-260304-9999")
    assert dossier.version.title not in wrong[1]


@pytest.mark.parametrize("k", ["", "\x00", "é" * 6, "x" * 5000, "------"])
def test_any_nonsense_is_a_plain_answer(march: Cast, dossier: Dossier, resident: Client, k: str) -> None:
    status, page = track(resident, dossier.code, k)
    assert status == 200
    assert dossier.version.title not in page


def test_the_other_commune_knows_nothing_of_it(march: Cast, dossier: Dossier, resident: Client) -> None:
    assert dossier.version.title not in track(resident, dossier.code, dossier.look_up, slug="phu-lam")[1]


def test_after_twenty_tries_even_the_right_word_waits(march: Cast, dossier: Dossier, resident: Client) -> None:
    for _number in range(20):
        assert track(resident, dossier.code, "AAAAAA")[0] == 200
    assert track(resident, dossier.code, dossier.look_up)[0] == 429
    assert track(resident, dossier.code, dossier.look_up, REMOTE_ADDR="203.0.113.9")[0] == 200


def test_changing_the_code_does_not_begin_anew(march: Cast, dossier: Dossier, resident: Client) -> None:
    for number in range(public.TRIES_OF_ADDRESS):
        slug = ("tan-hoa", "phu-lam")[number % 2]
        assert track(resident, f"TH-260304-{number:04}", "AAAAAA", slug=slug)[0] == 200
    assert track(resident, dossier.code, dossier.look_up)[0] == 429
    assert track(resident, dossier.code, dossier.look_up, REMOTE_ADDR="203.0.113.9")[0] == 200


def test_right_words_are_not_counted(march: Cast, dossier: Dossier, resident: Client) -> None:
    for _number in range(public.TRIES + 5):
        assert track(resident, dossier.code, dossier.look_up)[0] == 200


@pytest.mark.parametrize("failing", ["add", "incr"])
def test_without_counters_nobody_looks_up(
    march: Cast, dossier: Dossier, resident: Client, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def refuse(*_arguments: object) -> None:
        raise ConnectionError("Connection refused.")

    monkeypatch.setattr(public.cache, failing, refuse)
    status, page = track(resident, dossier.code, dossier.look_up)
    assert status == 503
    assert 'id="errors"' in page
    assert dossier.version.title not in page


def test_a_late_dossier_says_so(march: Cast, dossier: Dossier, resident: Client) -> None:
    with clock.at(office_time("2026-03-11")):
        page = track(resident, dossier.code, dossier.look_up)[1]
    assert 'class="state late' in page


def test_ready_and_closed_are_told(march: Cast, dossier: Dossier, resident: Client) -> None:
    actions.complete(dossier.tasks.open().get(), by=march.tuan, next_member=march.ha)
    actions.complete(dossier.tasks.open().get(), by=march.ha)
    actions.complete(dossier.tasks.open().get(), by=march.duc)
    assert "Bộ phận Một cửa" in track(resident, dossier.code, dossier.look_up)[1]
    actions.close(dossier, by=march.tuan)
    assert track(resident, dossier.code, dossier.look_up)[0] == 200


def test_the_answer_is_kept_nowhere(march: Cast, dossier: Dossier, resident: Client) -> None:
    answer = resident.get("/tan-hoa/public/track/", {"code": dossier.code, "k": dossier.look_up})
    assert "no-store" in answer["Cache-Control"]


# --- procedures ----------------------------------------------------------------------------------------------------


def test_only_what_is_in_force_is_published(march: Cast, birth: Version, resident: Client) -> None:
    submitted(march, "QT.TP.02", title="Đăng ký kết hôn")
    page = resident.get("/tan-hoa/public/procedures/").content.decode()
    assert "Đăng ký khai sinh" in page
    assert "kết hôn" not in page
    assert resident.get("/tan-hoa/public/procedures/QT.TP.02/").status_code == 404
    assert "Đăng ký khai sinh" not in resident.get("/phu-lam/public/procedures/").content.decode()
    assert resident.get("/phu-lam/public/procedures/QT.TP.01/").status_code == 404


def test_it_is_found_without_accents(march: Cast, birth: Version, resident: Client) -> None:
    in_force(march, "QT.XD.01", title="Cấp giấy phép xây dựng")
    page = resident.get("/tan-hoa/public/procedures/?q=khai+SINH").content.decode()
    assert "QT.TP.01" in page
    assert "QT.XD.01" not in page
    in_force(march, "QT.TP.03", title="Cấp phiếu lý lịch tư pháp")
    page = resident.get("/tan-hoa/public/procedures/?q=lí+lịch").content.decode()
    assert ("QT.TP.03" in page, "QT.TP.01" in page) == (True, False)


def test_the_page_says_what_to_bring_and_who_does_what(march: Cast, birth: Version, resident: Client) -> None:
    page = resident.get("/tan-hoa/public/procedures/QT.TP.01/").content.decode()
    for words in (
        "Tờ khai đăng ký khai sinh",
        "Giấy khai sinh",
        "Ký giấy khai sinh",
        "60/2014/QH13",
        "Bộ phận Một cửa",
    ):
        assert words in page


def test_a_signed_later_version_is_announced(march: Cast, birth: Version, resident: Client) -> None:
    address = "/tan-hoa/public/procedures/QT.TP.01/"
    assert "01/04/2026" not in resident.get(address).content.decode()
    coming = documents.begin_draft(
        birth.document, by=march.khanh, drafter=march.ha, new_issue=False, reason="Luật Hộ tịch mới"
    )
    documents.submit(coming, by=march.ha)
    documents.review(coming, by=march.oanh)
    documents.approve(coming, by=march.duc, effective_from=dt.date(2026, 4, 1))
    assert "01/04/2026" in resident.get(address).content.decode()


def test_without_an_agency_there_is_nothing(db: None, resident: Client) -> None:
    for page in ("procedures/", "procedures/X/", "track/"):
        assert resident.get(f"/public/{page}").status_code == 404


def test_a_withdrawn_procedure_has_no_page_to_lead_to(march: Cast, dossier: Dossier, resident: Client) -> None:
    address = f"/tan-hoa/public/procedures/{dossier.version.document.code}/"
    assert address in track(resident, dossier.code, dossier.look_up)[1]
    documents.withdraw(dossier.version, by=march.duc, reason="Trái luật mới")
    assert address not in track(resident, dossier.code, dossier.look_up)[1]
