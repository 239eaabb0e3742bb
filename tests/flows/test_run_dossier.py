"""The main story: a resident's dossier goes through a signed procedure, page by page, and she follows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from processes.models import Dossier, DossierState, Punctuality
from processes.slips import make_slip
from tenants import clock
from tenants.models import Member
from tests import cast as the_cast
from tests.cast import Cast
from tests.office import in_force, office_time

ClientOf = Callable[[Member], Client]


@pytest.fixture
def office(db: None) -> Iterator[Cast]:
    cache.clear()
    with clock.at(office_time("2026-01-05")):
        cast = the_cast.build()
    with clock.at(office_time("2026-03-04")), cast.agency.active():
        yield cast


def press(client: Client, code: str, deed: str, **entries: Any) -> str:
    """Open the deed's form as the button does, send it with its hidden field, read where it leads."""
    address = f"/tan-hoa/dossiers/{code}/{deed}/"
    form = client.get(address)
    assert form.status_code == 200
    task = form.context["task"]
    answer = client.post(address, {"task": task.pk, **entries}, follow=True)
    assert answer.redirect_chain == [(f"/tan-hoa/dossiers/{code}/", 302)]
    return answer.content.decode()


def test_from_the_counter_to_the_result(office: Cast, client_of: ClientOf) -> None:
    in_force(office)
    desk, officer, chairman, resident = client_of(office.tuan), client_of(office.ha), client_of(office.duc), Client()

    assert "QT.TP.01" in desk.get("/tan-hoa/dossiers/new/").content.decode()
    entries = {"name": "Lò Thị Vân", "phone": "0912345318", "channel": "direct", "originals_0": "1", "copies_0": "0"}
    answer = desk.post("/tan-hoa/dossiers/new/QT.TP.01/", entries, follow=True)
    dossier = Dossier.objects.get()
    assert dossier.code in answer.content.decode()
    make_slip(dossier.pk)
    assert desk.get(f"/tan-hoa/dossiers/{dossier.code}/slips/1.pdf")["Content-Type"] == "application/pdf"

    slip = {"code": dossier.code, "k": dossier.look_up}
    assert "Đỗ Minh Tuấn" in resident.get("/tan-hoa/public/track/", slip).content.decode()

    assert "Lê Thu Hà" in press(desk, dossier.code, "complete", next_member=office.ha.pk)
    with clock.at(office_time("2026-03-05")):
        press(officer, dossier.code, "complete", note="Đã lấy số định danh")
        assert "Trần Văn Đức" in resident.get("/tan-hoa/public/track/", slip).content.decode()
        press(chairman, dossier.code, "send-back", reason="Sai ngày sinh của mẹ")
        press(officer, dossier.code, "complete")
        press(chairman, dossier.code, "complete")
        page = desk.get("/tan-hoa/dossiers/?state=result_ready").content.decode()
        assert dossier.code in page
        press(desk, dossier.code, "close", note="Bà Vân nhận")

    dossier = Dossier.objects.get()
    assert (dossier.state, dossier.punctuality) == (DossierState.CLOSED, Punctuality.EARLY)
    control = desk.get(f"/tan-hoa/dossiers/{dossier.code}/slips/6/").content.decode()
    assert control.count("<tr>") == 1 + 7  # heads, reception, six hand-overs
    for words in ("Đã lấy số định danh", "Sai ngày sinh của mẹ", "Bà Vân nhận"):
        assert words in control
