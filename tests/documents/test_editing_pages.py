"""The editors: everything by submit buttons, nothing typed is lost."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from documents import actions
from documents.content import Content, Step, Time, TimeUnit, Who
from documents.models import Document, Version
from tests.cast import Cast
from tests.documents.library import BIRTH, draft

STEPS = "/tan-hoa/documents/QT.TP.01/versions/1.0/steps/"
EDIT = "/tan-hoa/documents/QT.TP.01/versions/1.0/edit/"
NEW = "/tan-hoa/documents/new/"
SignIn = Callable[..., Client]


def typed(*rows: dict[str, str], **more: str) -> dict[str, str]:
    """The step editor as a browser sends it."""
    data = {"count": str(len(rows)), "seen": str(actions.last_saved(Version.objects.get()))} | more
    for place, row in enumerate(rows, 1):
        values = {"name": "", "who": "", "norm": "", "unit": "hour", "form": ""} | row
        data |= {f"{name}-{place}": value for name, value in values.items()}
    return data


FIRST = {"name": "Tiếp nhận", "who": "role:receptionist", "norm": "0,5", "form": "Mẫu 01"}
SECOND = {"name": "Thẩm tra", "who": "role:officer", "norm": "3"}


def saved() -> Content:
    return Content.of(Version.objects.get().content)


def test_steps_are_saved_with_their_responsibles(cast: Cast, client_of: SignIn) -> None:
    draft(cast)
    unit = cast.units["tan-hoa/Một cửa"]
    third = {"name": "Trả kết quả", "who": f"unit:{unit.pk}", "norm": "0,25", "unit": "working_day"}
    fourth = {"name": "Ký", "who": f"member:{cast.duc.pk}", "norm": "1"}
    response = client_of(cast.ha).post(STEPS, typed(FIRST, SECOND, third, fourth, save="1"))
    assert response.status_code == 302
    steps = saved().steps
    assert [(step.name, step.whom, step.norm.amount, step.norm.unit) for step in steps] == [
        ("Tiếp nhận", "receptionist", Decimal("0.5"), TimeUnit.HOUR),
        ("Thẩm tra", "officer", Decimal(3), TimeUnit.HOUR),
        ("Trả kết quả", str(unit.pk), Decimal("0.25"), TimeUnit.WORKING_DAY),
        ("Ký", str(cast.duc.pk), Decimal(1), TimeUnit.HOUR),
    ]
    assert steps[2].who_words == "Một cửa"
    assert steps[3].who_words == "Trần Văn Đức, Chủ tịch"
    assert saved().norm_hours == Decimal("6.5")


@pytest.mark.parametrize(
    ("button", "names"),
    [
        ("up-2", ["Thẩm tra", "Tiếp nhận"]),
        ("down-1", ["Thẩm tra", "Tiếp nhận"]),
        ("up-1", ["Tiếp nhận", "Thẩm tra"]),
        ("down-2", ["Tiếp nhận", "Thẩm tra"]),
        ("remove-1", ["Thẩm tra"]),
        ("add-2", ["Tiếp nhận", "Thẩm tra", ""]),
        ("add-0", ["", "Tiếp nhận", "Thẩm tra"]),
        ("up-99", ["Tiếp nhận", "Thẩm tra"]),
        ("recount", ["Tiếp nhận", "Thẩm tra"]),
    ],
)
def test_buttons_move_what_was_typed_and_save_nothing(
    cast: Cast, client_of: SignIn, button: str, names: list[str]
) -> None:
    draft(cast)
    response = client_of(cast.ha).post(STEPS, typed(FIRST, SECOND | {"norm": "ba"}, **{button: "1"}))
    assert response.status_code == 200
    forms = response.context["forms"]
    assert [form["name"].value() or "" for form in forms] == names
    assert ("ba" in [form["norm"].value() for form in forms]) == ("Thẩm tra" in names)
    assert saved() == BIRTH


@pytest.mark.parametrize(
    "wrong",
    [{"norm": "ba"}, {"norm": "-1"}, {"norm": "NaN"}, {"norm": "1e9"}, {"norm": "999999"}, {"who": "role:king"}, {"name": "x" * 501},
     {"name": "a\x00b"}, {"unit": "month"}, {"norm": "0,00001"}],
)  # fmt: skip
def test_a_malformed_step_is_not_saved_and_stays_in_the_form(
    cast: Cast, client_of: SignIn, wrong: dict[str, str]
) -> None:
    draft(cast)
    response = client_of(cast.ha).post(STEPS, typed(FIRST, SECOND | wrong, save="1"))
    assert response.status_code == 200
    assert 'class="step-edit bad"' in response.content.decode()
    assert response.context["forms"][0]["name"].value() == "Tiếp nhận"
    assert saved() == BIRTH


def test_another_agencys_member_is_no_choice(cast: Cast, client_of: SignIn) -> None:
    draft(cast)
    row = SECOND | {"who": f"member:{cast.lan.pk}"}
    assert client_of(cast.ha).post(STEPS, typed(FIRST, row, save="1")).status_code == 200
    assert saved() == BIRTH


def test_steps_over_the_limit_are_said_at_once(cast: Cast, client_of: SignIn) -> None:
    draft(cast)
    response = client_of(cast.ha).post(STEPS, typed(FIRST, SECOND | {"norm": "9"}, recount="1"))
    assert response.context["over"].minutes == 90
    assert response.context["chart"].over_x


@pytest.mark.parametrize("count", ["", "x", "-3", "100000"])
def test_a_wrong_count_is_harmless(cast: Cast, client_of: SignIn, count: str) -> None:
    draft(cast)
    assert client_of(cast.ha).post(STEPS, typed(FIRST) | {"count": count, "recount": "1"}).status_code == 200


def test_a_stale_step_editor_keeps_what_was_typed(cast: Cast, client_of: SignIn) -> None:
    version = draft(cast)
    data = typed(FIRST, save="1")
    actions.edit(version, BIRTH, "Đăng ký khai sinh (sửa)", by=cast.khanh)
    response = client_of(cast.ha).post(STEPS, data)
    assert response.status_code == 409
    assert "Phạm Quốc Khánh" in response.content.decode()
    assert response.context["forms"][0]["name"].value() == "Tiếp nhận"
    again = data | {"seen": str(response.context["seen"])}
    assert client_of(cast.ha).post(STEPS, again).status_code == 302
    assert [step.name for step in saved().steps] == ["Tiếp nhận"]


# --- the text -------------------------------------------------------------------------------------


def text(client: Client, **changes: str) -> dict[str, Any]:
    """The text editor as the page gives it, with some entries changed."""
    page = client.get(EDIT)
    form = page.context["form"]
    data = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else value for name, value in data.items() if value is not False}
    data |= {"seen": str(page.context["seen"]), "count": str(len(page.context["rows"]))}
    for row in page.context["rows"]:
        data |= {row.add_prefix(name): row[name].value() or "" for name in row.fields}
    return data | changes


def test_saving_the_page_as_it_is_changes_nothing(cast: Cast, client_of: SignIn) -> None:
    version = draft(cast)
    client = client_of(cast.ha)
    assert client.post(EDIT, text(client)).status_code == 302
    assert saved() == BIRTH
    assert version.history.count() == 1


def test_lines_become_rows(cast: Cast, client_of: SignIn) -> None:
    draft(cast)
    client = client_of(cast.ha)
    changes = {
        "legal_bases": "60/2014/QH13 | Luật Hộ tịch\r\n\r\n18/2026/NĐ-CP",
        "records": "Sổ | Lưu trữ | 20 năm",
        "services": "1.001193\n1.001193\n1.000894",
        "paper-3": "Văn bản ủy quyền",
        "copies-3": "1",
        "paper-1": "",
    }
    assert client.post(EDIT, text(client, **changes)).status_code == 302
    content = saved()
    assert [(basis.number, basis.name) for basis in content.legal_bases] == [
        ("60/2014/QH13", "Luật Hộ tịch"),
        ("18/2026/NĐ-CP", ""),
    ]
    assert [(kept.name, kept.place, kept.retention) for kept in content.records] == [("Sổ", "Lưu trữ", "20 năm")]
    assert content.services == ("1.001193", "1.000894")
    assert [(paper.name, paper.originals, paper.copies) for paper in content.components] == [
        ("Giấy chứng sinh", 1, 0),
        ("Văn bản ủy quyền", 0, 1),
    ]
    assert content.steps == BIRTH.steps


@pytest.mark.parametrize(
    "wrong",
    [{"limit_amount": "x", "same_day": ""}, {"limit_amount": "99999", "same_day": ""}, {"sets": "0"}, {"title": ""}, {"purpose": "a\x00"},
     {"limit_amount": "1,5", "limit_unit": "month", "same_day": ""}, {"fee": "x" * 100_001}, {"services": "1" * 41},
     {"legal_bases": "x\n" * 201}, {"originals-1": "-1"}],
)  # fmt: skip
def test_a_wrong_entry_is_not_saved_and_stays(cast: Cast, client_of: SignIn, wrong: dict[str, str]) -> None:
    draft(cast)
    client = client_of(cast.ha)
    response = client.post(EDIT, text(client, **wrong, place="Quầy 5"))
    assert response.status_code == 200
    assert 'class="wrong"' in response.content.decode()
    assert response.context["form"]["place"].value() == "Quầy 5"
    assert saved() == BIRTH


def test_a_stale_text_shows_both_and_keeps_what_was_typed(cast: Cast, client_of: SignIn) -> None:
    draft(cast)
    ha, khanh = client_of(cast.ha), client_of(cast.khanh)
    mine, theirs = text(ha, fee="8.000 đồng"), text(khanh, fee="Miễn")
    assert khanh.post(EDIT, theirs).status_code == 302
    response = ha.post(EDIT, mine)
    assert response.status_code == 409
    assert [(line.theirs, line.yours, line.kept) for line in response.context["differences"]] == [
        ("Miễn", "8.000 đồng", False)
    ]
    assert response.context["form"]["fee"].value() == "8.000 đồng"
    assert saved().fee == "Miễn"


def again(response: Any) -> dict[str, Any]:
    """The page of two people as its reader saves it, untouched."""
    form, rows = response.context["form"], response.context["rows"]
    data = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else value for name, value in data.items() if value is not False}
    for row in rows:
        data |= {row.add_prefix(name): row[name].value() or "" for name in row.fields}
    return data | {"seen": str(response.context["seen"]), "count": str(len(rows))}


def test_what_only_the_colleague_wrote_is_shown_and_survives_the_second_saving(cast: Cast, client_of: SignIn) -> None:
    draft(cast)
    ha, khanh = client_of(cast.ha), client_of(cast.khanh)
    mine = text(ha, fee="8.000 đồng", forms="BM.TP.01.01 | Phiếu thẩm tra hồ sơ\r\nBM.TP.01.02 | Sổ")
    theirs = text(khanh, **{"paper-2": "Giấy chứng sinh điện tử", "paper-3": "Văn bản ủy quyền", "originals-3": "1"})
    theirs |= {"place": "Quầy 9", "records": "Sổ hộ tịch | Tư pháp | Vĩnh viễn", "sets": "2"}
    del theirs["same_day"]
    assert khanh.post(EDIT, theirs).status_code == 302
    response = ha.post(EDIT, mine)
    assert response.status_code == 409
    html = response.content.decode()
    assert "Văn bản ủy quyền" in html
    assert "Quầy 9" in html
    assert {line.kept for line in response.context["differences"]} == {True}
    assert ha.post(EDIT, again(response)).status_code == 302
    content = saved()
    assert [paper.name for paper in content.components] == [
        "Tờ khai đăng ký khai sinh",
        "Giấy chứng sinh điện tử",
        "Văn bản ủy quyền",
    ]
    assert (content.place, content.sets, content.limit.same_day) == ("Quầy 9", 2, False)
    assert [kept.name for kept in content.records] == ["Sổ hộ tịch"]
    assert content.fee == "8.000 đồng"
    assert [form.code for form in content.forms] == ["BM.TP.01.01", "BM.TP.01.02"]


def test_where_both_wrote_in_one_row_the_page_says_whose_is_lost(cast: Cast, client_of: SignIn) -> None:
    draft(cast)
    ha, khanh = client_of(cast.ha), client_of(cast.khanh)
    mine, theirs = text(ha, **{"paper-2": "Giấy chứng sinh (bản chính)"}), text(khanh, **{"paper-2": "Giấy cam đoan"})
    khanh.post(EDIT, theirs)
    response = ha.post(EDIT, mine)
    lost = [line for line in response.context["differences"] if not line.kept]
    assert [line.theirs for line in lost] == ["Giấy cam đoan · 1"]
    assert ha.post(EDIT, again(response)).status_code == 302
    assert [paper.name for paper in saved().components][1] == "Giấy chứng sinh (bản chính)"


def test_the_colleagues_step_survives(cast: Cast, client_of: SignIn) -> None:
    version = draft(cast)
    ha = client_of(cast.ha)
    rows = [
        {"name": step.name, "who": f"{step.who}:{step.whom}", "norm": str(step.norm.amount), "form": step.form}
        for step in BIRTH.steps
    ]
    mine = typed(*rows[:2], rows[2] | {"norm": "2"}, save="1")
    added = Step("Đóng dấu", Who.ROLE, "document_controller", "Văn thư", Time(Decimal("0.5"), TimeUnit.HOUR))
    longer = replace(BIRTH, steps=(*BIRTH.steps[:2], added, BIRTH.steps[2]))
    actions.edit(version, longer, version.title, by=cast.khanh)
    response = ha.post(STEPS, mine)
    assert response.status_code == 409
    assert "Đóng dấu" in response.content.decode()
    forms = response.context["forms"]
    data = {form.add_prefix(name): form[name].value() or "" for form in forms for name in form.fields}
    data |= {"seen": str(response.context["seen"]), "count": str(len(forms)), "save": "1"}
    assert ha.post(STEPS, data).status_code == 302
    assert [(step.name, step.norm.amount) for step in saved().steps] == [
        (BIRTH.steps[0].name, Decimal("0.5")),
        (BIRTH.steps[1].name, Decimal(3)),
        ("Đóng dấu", Decimal("0.5")),
        (BIRTH.steps[2].name, Decimal(2)),
    ]


def test_a_paper_can_be_added_without_saving(cast: Cast, client_of: SignIn) -> None:
    draft(cast)
    client = client_of(cast.ha)
    response = client.post(EDIT, text(client, purpose="Mới", **{"add-4": ""}))
    assert len(response.context["rows"]) == 5
    assert response.context["form"]["purpose"].value() == "Mới"
    assert saved() == BIRTH


# --- a new document -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "entered",
    [
        {"kind": "policy", "code": "QT.TP.01", "title": "Trùng"},
        {"kind": "policy", "code": "qt.tp.01", "title": "Trùng chữ thường"},
        {"kind": "policy", "code": "new", "title": "Trùng địa chỉ"},
        {"kind": "king", "code": "CSCL", "title": "Sai loại"},
        {"kind": "policy", "code": "CS CL", "title": "Có dấu cách"},
        {"kind": "policy", "code": "CSCL", "title": ""},
        {"kind": "policy", "code": "CSCL", "title": "x" * 501},
        {"kind": "policy", "code": "CSCL\x00", "title": "Không"},
        {"kind": "policy", "code": "CSCL", "title": "Đơn vị lạ", "unit": "foreign"},
    ],
)
def test_a_wrong_document_is_not_begun(cast: Cast, client_of: SignIn, entered: dict[str, str]) -> None:
    draft(cast)
    if entered.get("unit") == "foreign":
        entered = entered | {"unit": str(cast.units["phu-lam/Văn phòng"].pk)}
    response = client_of(cast.ha).post(NEW, entered)
    assert response.status_code == 200
    assert 'class="errors"' in response.content.decode()
    assert Document.objects.count() == 1


def test_an_auditor_is_told_whose_task_it_is(cast: Cast, client_of: SignIn) -> None:
    assert client_of(cast.mai).get(NEW).status_code == 403
