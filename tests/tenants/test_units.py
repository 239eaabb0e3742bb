"""Units are opened and edited by those who look after the members."""

from __future__ import annotations

import pytest

from tenants.actions import edit_unit, open_unit
from tenants.models import JournalEntry, Unit
from tenants.transitions import NotAllowed, NotPossible


def test_a_unit_is_opened(cast, client_of):
    parent = cast.units["tan-hoa/Văn phòng"]
    data = {"name": "Tổ tiếp nhận", "parent": parent.pk, "valid_from": "01/07/2025"}
    assert client_of(cast.khanh).post("/tan-hoa/units/new/", data).status_code == 302
    unit = Unit.objects.get(name="Tổ tiếp nhận")
    assert (unit.parent, unit.agency, JournalEntry.objects.about(unit).get().verb) == (parent, cast.agency, "opened")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name": "Một cửa", "valid_from": "01/07/2025"}, "__all__"),
        ({"name": "", "valid_from": "01/07/2025"}, "name"),
        ({"name": "x" * 151, "valid_from": "01/07/2025"}, "name"),
        ({"name": "Mới", "valid_from": "01/07/2025", "valid_to": "01/06/2025"}, "valid_to"),
        ({"name": "Mới", "valid_from": "hôm qua"}, "valid_from"),
    ],
)
def test_wrong_entries_come_back(cast, client_of, data, field):
    answer = client_of(cast.khanh).post("/tan-hoa/units/new/", data)
    assert answer.status_code == 200
    assert field in answer.context["form"].errors


def test_the_name_of_a_unit_elsewhere_is_free_here(cast):
    with cast.other.active():
        assert open_unit("Tư pháp – Hộ tịch", by=cast.yen).agency == cast.other


def test_a_unit_is_not_part_of_itself(cast):
    office, desk = cast.units["tan-hoa/Văn phòng"], cast.units["tan-hoa/Một cửa"]
    desk.parent = office
    edit_unit(desk, by=cast.khanh)
    office.parent = desk
    with pytest.raises(NotPossible):
        edit_unit(office, by=cast.khanh)


def test_a_unit_is_edited_on_its_page(cast, client_of):
    unit = cast.units["tan-hoa/Kinh tế"]
    data = {"name": "Kinh tế và Hạ tầng", "valid_from": "01/07/2025"}
    assert client_of(cast.duc).post(f"/tan-hoa/units/{unit.pk}/", data).status_code == 302
    assert Unit.objects.get(pk=unit.pk).name == "Kinh tế và Hạ tầng"


def test_a_unit_of_another_agency_is_not_found(cast, client_of):
    foreign = cast.units["phu-lam/Một cửa"]
    assert client_of(cast.khanh).get(f"/tan-hoa/units/{foreign.pk}/").status_code == 404
    with pytest.raises(NotAllowed):
        edit_unit(foreign, by=cast.khanh)


def test_an_officer_opens_no_unit(cast, client_of):
    assert client_of(cast.ha).get("/tan-hoa/units/new/").status_code == 403
    with pytest.raises(NotAllowed):
        open_unit("Mới", by=cast.ha)
