"""The main walk: a procedure is begun, written, signed by three people, read, changed and signed again."""

from collections.abc import Callable

from django.forms import BoundField
from django.test import Client

from documents.models import Acknowledgement, ChangeRequest, Version
from documents.papers import render_version_pdf
from tenants.models import JournalEntry, Mail
from tests.cast import PASSWORD, Cast

BASE = "/tan-hoa/documents/"
V = BASE + "QT.TP.04/versions/"


def write(client: Client, number: str) -> None:
    """Fill in the text and the steps, as in the example E4 of the domain."""
    page = client.get(f"{V}{number}/edit/")
    entered = {
        "seen": page.context["seen"], "count": 1, "title": "Cấp bản sao từ sổ gốc", "change_reason": "YC-2026-02",
        "purpose": "Thống nhất cách cấp bản sao.", "scope": "Bộ phận Một cửa, Tư pháp, lãnh đạo xã.",
        "services": "2.000908", "legal_bases": "23/2015/NĐ-CP | Nghị định về cấp bản sao từ sổ gốc", "sets": 1, "limit_amount": 1,
        "limit_unit": "working_day", "place": "Quầy 2", "fee": "Không", "result": "Bản sao",
        "paper-1": "Giấy tờ tùy thân", "originals-1": 1,
    }  # fmt: skip
    assert client.post(f"{V}{number}/edit/", entered).status_code == 302
    page = client.get(f"{V}{number}/steps/")
    steps = [
        ("Tiếp nhận", "receptionist", "2"),
        ("Thẩm định", "officer", "3"),
        ("Ký", "agency_head", "2"),
        ("Trả", "receptionist", "1"),
    ]
    rows: dict[str, object] = {"seen": page.context["seen"], "count": len(steps), "save": 1}
    for place, (name, role, hours) in enumerate(steps, 1):
        rows |= {
            f"name-{place}": name,
            f"who-{place}": f"role:{role}",
            f"norm-{place}": hours,
            f"unit-{place}": "hour",
            f"form-{place}": "",
        }
    assert client.post(f"{V}{number}/steps/", rows).status_code == 302


def sign(cast: Cast, client_of: Callable[..., Client], number: str) -> None:
    for member, deed in ((cast.ha, "submit"), (cast.oanh, "review"), (cast.duc, "approve")):
        client, address = client_of(member), f"{V}{number}/{deed}/"
        entered = {name: field.value() for name, field in shown(client, address)}
        assert (
            client.post(address, entered | {"read": "on", "capacity": "own", "password": PASSWORD}).status_code == 302
        )


def shown(client: Client, address: str) -> list[tuple[str, BoundField]]:
    """The entries of the signing page as they stand."""
    form = client.get(address).context["form"]
    return [(field.name, field) for field in form if field.value() is not None]


def test_a_procedure_comes_into_force_and_is_replaced(cast: Cast, client_of: Callable[..., Client]) -> None:
    ha, oanh, tuan = client_of(cast.ha), client_of(cast.oanh), client_of(cast.tuan)
    begun = ha.post(
        BASE + "new/",
        {"kind": "operational_procedure", "code": "QT.TP.04", "title": "Cấp bản sao từ sổ gốc", "unit": ""},
    )
    assert begun.headers["Location"] == f"{V}1.0/edit/"
    write(ha, "1.0")
    entered = {name: field.value() for name, field in shown(ha, f"{V}1.0/submit/")}
    assert ha.post(f"{V}1.0/submit/", entered | {"read": "on", "password": PASSWORD}).status_code == 302
    assert oanh.post(f"{V}1.0/send-back/", {"reason": "Ghi rõ nơi tiếp nhận."}).status_code == 302
    sign(cast, client_of, "1.0")
    first = Version.objects.get()
    assert (first.state, first.round) == ("in_force", 2)
    assert render_version_pdf(cast.agency.pk, first.pk)
    assert tuan.get(f"{V}1.0.pdf")["Content-Type"] == "application/pdf"

    assert f"{V}1.0/" in tuan.get("/tan-hoa/acknowledgements/").content.decode()
    assert tuan.post(f"{V}1.0/acknowledge/").status_code == 302
    assert Acknowledgement.objects.get(version=first, member=cast.tuan).read_at is not None

    khanh = client_of(cast.khanh)
    asked = ha.post(BASE + "QT.TP.04/request/", {"parts": "5.7", "reason": "Bớt một giờ ở bước 2"})
    code = ChangeRequest.objects.get().code
    assert asked.headers["Location"] == f"/tan-hoa/requests/{code}/"
    assert f"/tan-hoa/requests/{code}/" in khanh.get("/tan-hoa/").content.decode()
    entered = {"drafter": cast.ha.pk, "extent": "revision"}
    assert khanh.post(f"/tan-hoa/requests/{code}/accept/", entered).headers["Location"] == f"{V}1.1/"
    sign(cast, client_of, "1.1")
    first.refresh_from_db()
    second = Version.objects.in_force().get()
    assert (first.state, second.number) == ("superseded", "01/01")
    assert f"{code}, Lê Thu Hà: Bớt một giờ ở bước 2" in tuan.get(f"{V}1.1/").content.decode()
    verbs = list(JournalEntry.objects.about(first).order_by("pk").values_list("verb", flat=True))
    assert verbs == [
        "edited", "edited", "submit", "send_back", "submit", "review", "approve", "bring_into_force", "rendered", "acknowledged",
        "supersede",
    ]  # fmt: skip
    assert Mail.objects.filter(member=cast.ha).count() == 2  # returned, request accepted
    assert Mail.objects.filter(member=cast.tuan).count() == 2
