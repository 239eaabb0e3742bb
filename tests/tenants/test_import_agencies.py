"""Lists of administrative units become agencies, once; old ones lead to those that succeeded them."""

import datetime as dt
import json
import time

import pytest

from tenants.actions import edit_agency
from tenants.models import Agency, AgencyKind, JournalEntry, Member, WorkHours
from tenants.transitions import NotPossible
from tests.tenants.importing import hostile_files, run, shared

BEFORE = "quang-ninh_hung-yen_thai-binh_before-2025-07.json"
AFTER = "quang-ninh_hung-yen_after-2025-07.json"
CONVERTER = "converter_quang-ninh_hung-yen.json"
HEAD = "name,kind,parent,code,slug,valid_from,valid_to,predecessors\n"


def ward(code, full):
    return {
        "Code": code,
        "Name": full.removeprefix("Đặc khu ").removeprefix("Xã ").removeprefix("Phường "),
        "FullName": full,
    }


OLD = [{"Code": "22", "Name": "Mẫu", "FullName": "Tỉnh Mẫu", "District": [
    {"Code": "193", "Name": "Hòa Bắc", "FullName": "Huyện Hòa Bắc",
     "Ward": [ward("001", "Xã Tân Lập"), ward("002", "Xã Tân Quý")]},
]}]  # fmt: skip
NEW = [
    {
        "Code": "22",
        "Name": "Mẫu",
        "FullName": "Tỉnh Mẫu",
        "Wards": [ward("001", "Xã Tân Lập"), ward("003", "Đặc khu Vân Sơn")],
    }
]
MAPPING = {
    "DICT_PROVINCE": {"tinhmau": ["tinhmau"]},
    "DICT_PROVINCE_WARD_NO_DIVIDED": {"tinhmau": {"xatanlap": ["tinhmau_huyenhoabac_xatanlap"]}},
    "DICT_PROVINCE_WARD_DIVIDED": {"tinhmau": {"tinhmau_huyenhoabac_xatanqui": [
        {"newWardKey": "xatanlap"}, {"newWardKey": "dackhuvanson"}]}},
}  # fmt: skip


@pytest.fixture
def file(tmp_path):
    def write(content, name="units.json"):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


def test_a_province_with_its_communes(db, file):
    ended = run("import_agencies", file(NEW))
    assert (ended.code, ended.counts) == (0, (3, 3, 0, 0, 0))
    commune = Agency.objects.get(slug="tan-lap")
    assert (commune.name, commune.code, commune.kind) == ("UBND xã Tân Lập", "001", AgencyKind.COMMUNE)
    assert (commune.parent.slug, commune.superior_line, commune.place) == ("tinh-mau", "TỈNH MẪU", "Tân Lập")
    assert (commune.symbol, commune.applies_by_law, commune.valid_from) == ("UBND", False, dt.date(2025, 7, 1))
    assert Agency.objects.get(slug="van-son").kind == AgencyKind.SPECIAL_ZONE
    assert commune.parent.applies_by_law


def test_every_agency_gets_its_clock_its_hours_and_a_first_journal_line(db, file):
    run("import_agencies", file(NEW))
    for agency in Agency.objects.all():
        with agency.active():
            assert Member.objects.get().is_clock
            assert WorkHours.objects.count() == 2
            assert JournalEntry.objects.get().verb == "opened"


def test_running_again_creates_nothing(db, file):
    run("import_agencies", file(NEW))
    assert run("import_agencies", file(NEW)).counts == (3, 0, 0, 3, 0)


def test_a_dry_run_opens_nothing(db, file):
    assert run("import_agencies", file(NEW), "--dry-run").counts == (3, 3, 0, 0, 0)
    assert not Agency.objects.exists()


def test_a_new_name_under_the_same_code_corrects_the_agency(db, file):
    run("import_agencies", file(NEW))
    renamed = [{**NEW[0], "Wards": [ward("001", "Phường Tân Lập")]}]
    assert run("import_agencies", file(renamed)).counts == (2, 0, 1, 1, 0)
    agency = Agency.objects.get(code="001")
    assert (agency.name, agency.kind, agency.slug) == ("UBND phường Tân Lập", AgencyKind.WARD, "tan-lap")
    with agency.active():
        assert JournalEntry.objects.filter(verb="edited").get().details == {"changed": ["kind", "name"]}


def test_old_units_ended_and_a_code_taken_over_is_another_agency(db, file):
    run("import_agencies", file(OLD, "old.json"), file(NEW, "new.json"))
    old, new = Agency.objects.filter(code="001").order_by("valid_from")
    assert (old.slug, old.parent.kind, old.valid_to) == (
        "xa-tan-lap-hoa-bac",
        AgencyKind.DISTRICT,
        dt.date(2025, 6, 30),
    )
    assert (new.slug, new.parent.kind, new.valid_to) == ("tan-lap", AgencyKind.PROVINCE, None)
    assert old.parent.parent == new.parent


def test_the_mapping_links_the_old_with_their_successors(db, file):
    mapping = file(MAPPING, "map.json")
    run("import_agencies", file(OLD, "old.json"), file(NEW, "new.json"))
    ended = run("import_agencies", mapping)
    assert (ended.code, ended.counts) == (0, (2, 0, 2, 0, 0))
    divided = Agency.objects.get(code="002")
    assert {agency.slug for agency in divided.successors.all()} == {"tan-lap", "van-son"}
    assert {agency.code for agency in Agency.objects.get(slug="tan-lap").predecessors.all()} == {"001", "002"}
    assert run("import_agencies", mapping).counts == (2, 0, 0, 2, 0)


def test_a_mapping_of_units_nobody_knows_is_rejected_line_by_line(db, file):
    ended = run("import_agencies", file(NEW), "--successors", file(MAPPING, "map.json"))
    assert (ended.code, ended.counts) == (1, (5, 3, 0, 0, 2))


def test_a_table_in_any_order_with_superiors_and_predecessors(db, file):
    rows = HEAD + (
        "UBND xã Bình An,commune,UBND tỉnh Mẫu,101,,2025-07-01,,Xã Cũ Một;102\n"
        "Xã Cũ Một,,Tỉnh Mẫu,100,,,30/06/2025,\nXã Cũ Hai,,Tỉnh Mẫu,102,,,,\n"
        "Sở Khoa học và Công nghệ,,UBND tỉnh Mẫu,,,,,\nChi cục Thủy lợi,,Sở Khoa học và Công nghệ,,,,,\n"
        "Tỉnh Mẫu,tỉnh,,22,ubnd,,,\n"
    )
    path = file(rows, "units.csv")
    ended = run("import_agencies", path)
    assert (ended.code, ended.counts) == (1, (6, 5, 0, 0, 1))  # its predecessors stand below it in the file …
    ended = run("import_agencies", path)
    assert (ended.code, ended.counts) == (0, (6, 1, 0, 5, 0))  # … so they are known the second time
    assert run("import_agencies", path).counts == (6, 0, 0, 6, 0)
    commune = Agency.objects.get(code="101")
    assert {agency.valid_to for agency in commune.predecessors.all()} == {dt.date(2025, 6, 30)}
    department = Agency.objects.get(slug="so-khoa-hoc-va-cong-nghe")
    assert (department.kind, department.symbol, department.superior_line) == (
        AgencyKind.DEPARTMENT,
        "SKHCN",
        "UBND TỈNH MẪU",
    )
    assert Agency.objects.get(name="Chi cục Thủy lợi").parent == department


def test_bad_rows_are_rejected_one_by_one(db, file):
    rows = HEAD + (
        "Tỉnh Mẫu,,,22,,,,\n,xã,Tỉnh Mẫu,1,,,,\nXã A,vương quốc,Tỉnh Mẫu,2,,,,\nXã B,,Tỉnh Khác,3,,,,\n"
        "Xã C,,Tỉnh Mẫu,4,Xã C,,,\n"
        "Xã D,,Tỉnh Mẫu,5,admin,,,\nXã E,,Tỉnh Mẫu,6,,2026-02-01,2026-01-01,\nXã F,,Tỉnh Mẫu,7,,hôm qua,,\n"
        f"Xã {'G' * 300},,Tỉnh Mẫu,8,,,,\nXã H,,Tỉnh Mẫu,9,,,,Xã Không Có\n"
        "Xã I,,Tỉnh Mẫu,10,,,,\nXã I,,Tỉnh Mẫu,10,,,,\nXã I,,Tỉnh Mẫu,11,,,,\n"
    )
    ended = run("import_agencies", file(rows, "units.csv"))
    assert (ended.code, ended.counts) == (1, (13, 2, 0, 0, 11))
    assert set(Agency.objects.values_list("slug", flat=True)) == {"tinh-mau", "i"}


def test_a_circle_of_superiors_is_rejected(db, file):
    ended = run("import_agencies", file("name,parent\nXã A,Xã B\nXã B,Xã A\n", "units.csv"))
    assert (ended.code, ended.counts) == (1, (2, 0, 0, 0, 2))


def test_addresses_of_the_system_are_never_given_away(db, file):
    units = [{**NEW[0], "Wards": [ward("001", "Xã Admin"), ward("002", "Xã Documents")]}]
    run("import_agencies", file(units))
    assert set(Agency.objects.values_list("slug", flat=True)) == {"tinh-mau", "xa-admin", "xa-documents"}


def test_equal_names_get_different_addresses(db, file):
    units = [NEW[0], {"Code": "23", "Name": "Khác", "FullName": "Tỉnh Khác", "Wards": [ward("001", "Xã Tân Lập")]}]
    assert run("import_agencies", file(units)).counts == (5, 5, 0, 0, 0)
    assert Agency.objects.get(parent__code="23").slug == "xa-tan-lap"


def test_one_province_only(db, file):
    units = [NEW[0], {"Code": "23", "Name": "Khác", "FullName": "Tỉnh Khác", "Wards": [ward("009", "Xã Xa")]}]
    assert run("import_agencies", file(units), "--province", "tinh khac").counts == (2, 2, 0, 0, 0)
    assert run("import_agencies", file(units), "--province", "Không Có").code == 2


def test_the_first_day_can_be_told(db, file):
    run("import_agencies", file(NEW), "--valid-from", "01/01/2026")
    assert Agency.objects.get(slug="tan-lap").valid_from == dt.date(2026, 1, 1)
    assert run("import_agencies", file(NEW), "--valid-from", "mai").code == 2


@pytest.mark.parametrize(
    "content", ['{"DICT_PROVINCE": [1]}', '{"DICT_PROVINCE": {"a": "b"}}', "[1]", "[[]]", '{"x": 1}', "[]"]
)
def test_json_of_another_shape_is_refused_whole(db, file, content):
    ended = run("import_agencies", file(content))
    assert (ended.code, Agency.objects.count()) == (2, 0)


def test_units_with_damaged_parts_are_rejected_alone(db, file):
    units = [{**NEW[0], "Wards": [ward("001", "Xã Tân Lập"), 7, {"Name": ["x"]}, {"Code": {}, "Name": "Y"}]}]
    assert run("import_agencies", file(units)).counts == (5, 2, 0, 0, 3)


def test_the_54_communes_of_quang_ninh_in_seconds(db):
    path = shared("admin-units", AFTER)
    begun = time.monotonic()
    assert run("import_agencies", path, "--province", "Quảng Ninh").counts == (55, 55, 0, 0, 0)
    assert time.monotonic() - begun < 30  # about two on an idle machine
    province = Agency.objects.get(kind=AgencyKind.PROVINCE)
    kinds = {kind: province.children.filter(kind=kind).count() for kind in ("ward", "commune", "special_zone")}
    assert kinds == {"ward": 30, "commune": 22, "special_zone": 2}
    assert Agency.objects.get(code="06652").slug == "ha-tu"
    assert run("import_agencies", path, "--province", "Quảng Ninh").counts == (55, 0, 0, 55, 0)


def test_the_104_communes_of_hung_yen(db):
    assert run("import_agencies", shared("admin-units", AFTER), "--province", "Tỉnh Hưng Yên").counts == (
        105,
        105,
        0,
        0,
        0,
    )


def test_every_present_unit_of_quang_ninh_has_its_predecessors(db):
    before, after, mapping = (shared("admin-units", name) for name in (BEFORE, AFTER, CONVERTER))
    ended = run("import_agencies", before, after, mapping, "--province", "Quảng Ninh")
    assert (ended.code, ended.counts) == (0, (185 + 55 + 171, 185 + 54, 171, 1, 0))
    present = Agency.objects.filter(valid_to=None).exclude(kind=AgencyKind.PROVINCE)
    assert (present.count(), present.filter(predecessors=None).count()) == (54, 0)
    former = Agency.objects.exclude(valid_to=None)
    assert (former.count(), set(former.values_list("valid_to", flat=True))) == (184, {dt.date(2025, 6, 30)})
    assert run("import_agencies", mapping, "--province", "Quảng Ninh").counts == (171, 0, 0, 171, 0)


def test_what_is_no_list_of_units_is_refused_whole(db):
    for path in hostile_files():
        ended = run("import_agencies", path)
        assert (ended.code, bool(ended.complaint), Agency.objects.count()) == (2, True, 0), path.name


# --- a rejected row leaves nothing behind, in memory neither ---


def test_what_stands_below_a_rejected_agency_is_rejected_with_it_and_the_others_are_in(db, file):
    run("import_agencies", file(HEAD + "UBND tỉnh Mẫu,tỉnh,,22,ubnd-tinh,,,\n", "top.csv"))
    rows = HEAD + (
        "Xã A Mới,commune,ubnd-tinh,,xa-a-moi,,,Không Có Ai\n"
        "Xã B Mới,commune,xa-a-moi,,xa-b-moi,,,\n"
        "Xã C Mới,commune,ubnd-tinh,,xa-c-moi,,,\n"
    )
    ended = run("import_agencies", file(rows, "units.csv"))
    assert (ended.code, ended.counts) == (1, (3, 1, 0, 0, 2))
    assert list(Agency.objects.filter(slug__startswith="xa-").values_list("slug", flat=True)) == ["xa-c-moi"]


def test_a_rejected_correction_is_not_taken_for_done_by_a_later_row(db, file):
    run(
        "import_agencies",
        file(HEAD + "UBND tỉnh Mẫu,tỉnh,,22,ubnd-tinh,,,\nXã A,commune,ubnd-tinh,,xa-a,,,\n", "a.csv"),
    )
    rows = HEAD + "Xã B,commune,ubnd-tinh,,xa-a,,,Không Có Ai\nXã B,commune,ubnd-tinh,,xa-a,,,\n"
    ended = run("import_agencies", file(rows, "b.csv"))
    assert (ended.code, ended.counts) == (1, (2, 0, 1, 0, 1))
    assert Agency.objects.get(slug="xa-a").name == "UBND xã B"


def test_a_known_predecessor_is_not_ended_by_a_row_that_is_rejected_for_the_other(db, file):
    top = "UBND tỉnh Mẫu,tỉnh,,22,ubnd-tinh,,,\nXã A,commune,ubnd-tinh,,xa-a,,,\n"
    run("import_agencies", file(HEAD + top, "a.csv"))
    rows = HEAD + (
        "Xã B,commune,ubnd-tinh,,xa-b,2025-07-01,,xa-a;Không Có Ai\nXã A,commune,ubnd-tinh,,xa-a,,2025-06-30,\n"
    )
    assert run("import_agencies", file(rows, "b.csv")).counts == (2, 0, 1, 0, 1)
    assert Agency.objects.get(slug="xa-a").valid_to == dt.date(2025, 6, 30)


def test_superiors_in_a_circle_are_refused(people, file):
    rows = HEAD + "UBND tỉnh Hòa Giang,tỉnh,tan-hoa,,ubnd-tinh,,,\n"
    ended = run("import_agencies", file(rows, "circle.csv"))
    assert (ended.code, ended.counts) == (1, (1, 0, 0, 0, 1))
    province = Agency.objects.get(slug="ubnd-tinh")
    assert province.parent is None
    province.parent = people.agency
    with province.active(), pytest.raises(NotPossible):
        edit_agency(province, by=province.clock())


def test_half_a_surrogate_comes_back_in_a_report_that_can_be_printed(db, file):
    ended = run("import_agencies", file('[{"FullName": "Tỉnh \\ud800", "Code": "1", "Wards": []}]'), "--json")
    assert ended.code in (0, 1)
    assert "\\ud800" in ended.printed.encode().decode() or ended.code == 0
