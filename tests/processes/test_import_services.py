"""National lists and records of administrative procedures enter the catalogue; nothing comes into force by it."""

import json

import pytest

from documents.content import LegalBasis
from documents.models import Document
from processes.catalogue import Paper, Result, TimeRow, details_of, doubts_of
from processes.models import Coverage, Service
from tenants.models import JournalEntry
from tests.tenants.importing import hostile_files, run, shared, xlsx

HEAD = ["Mã số", "Tên", "Cơ quan ban hành", "Cơ quan thực hiện", "Lĩnh vực"]
LIST = "danh-sach-tthc-BoTuPhap.xlsx"
RECORD = {
    "ma_thu_tuc": "1.001193",
    "ten_thu_tuc": "Thủ tục đăng ký khai sinh ",
    "so_quyet_dinh": "163/QĐ-BTP",
    "cap_thuc_hien": "Cấp xã",
    "linh_vuc": "Hộ tịch",
    "doi_tuong_thuc_hien": "Công dân Việt Nam, Tổ chức (không bao gồm doanh nghiệp, HTX)",
    "co_quan_thuc_hien": "Ủy ban Nhân dân\xa0xã,\xa0phường,\xa0thị trấn.",
    "trinh_tu_thuc_hien": "Nếu tiếp nhận hồ sơ sau 15 giờ thì trả kết quả trong ngày làm việc tiếp theo.",
    "cach_thuc_thuc_hien": "Hình thức nộpThời gianPhí, lệ phíMô tả"
    "Trực tuyến5 Ngày làm việcMiễn phí(Mức do HĐND (tỉnh) quyết định.)"
    "Trực tiếp5 Ngày làm việc35,000 Việt Nam ĐồngNộp tại Một cửa",
    "thanh_phan_ho_so": "* Giấy tờ phải nộp:Tên giấy tờMẫu đơn, tờ khaiSố lượng"
    "- Tờ khai theo mẫu.Mẫu TP-01.docx1 bản chính"
    "Giấy chứng sinh1 bản chính,2 bản sao* Lưu ý:Tên giấy tờMẫu đơn, tờ khaiSố lượng"
    "Xuất trình giấy tờ tùy thân0 bản chính",
    "can_cu_phap_ly": "Tên văn bản pháp lýMã văn bản"
    "Nghị định số 123/2015/NĐ-CP ngày 15/11/2015 của Chính phủ123/2015/NĐ-CP"
    "Luật Hộ tịch60/2014/QH13",
    "ket_qua_xu_ly": "Giấy khai sinhMã: KQ.G15.000031Từ khóaKhông có thông tinMô tả",
    "yeu_cau_dieu_kien": "Không có thông tin",
    "raw_text": "…",
}


@pytest.fixture
def record(tmp_path):
    def write(name="1.json", **changes):
        path = tmp_path / name
        path.write_text(json.dumps({**RECORD, **changes}))
        return path

    return write


def doubts(code="1.001193"):
    return {doubt.kind: doubt.told for doubt in doubts_of(Service.objects.get(code=code))}


def test_a_record_is_taken_apart(people, record):
    ended = run("import_services", record())
    assert (ended.code, ended.counts) == (0, (1, 1, 0, 0, 0))
    service = Service.objects.get()
    assert (service.name, service.field, service.level) == ("Thủ tục đăng ký khai sinh", "Hộ tịch", "Cấp xã")
    assert (service.agencies, service.decision) == ("Ủy ban Nhân dân xã, phường, thị trấn", "163/QĐ-BTP")
    details = details_of(service)
    assert details.applicants == ("Công dân Việt Nam", "Tổ chức (không bao gồm doanh nghiệp, HTX)")
    assert details.channels == (
        TimeRow("online", "Trực tuyến", "5", "working_day", "Miễn phí (Mức do HĐND (tỉnh) quyết định.)", ""),
        TimeRow("direct", "Trực tiếp", "5", "working_day", "35,000 Việt Nam Đồng", "Nộp tại Một cửa"),
    )
    assert details.papers == (
        Paper("Tờ khai theo mẫu.", 1, 0, "Mẫu TP-01.docx", "Giấy tờ phải nộp"),
        Paper("Giấy chứng sinh", 1, 2, "", "Giấy tờ phải nộp"),
        Paper("Xuất trình giấy tờ tùy thân", 0, 0, "", "Lưu ý"),
    )
    assert details.legal_bases == (
        LegalBasis("123/2015/NĐ-CP", "Nghị định số 123/2015/NĐ-CP ngày 15/11/2015 của Chính phủ"),
        LegalBasis("60/2014/QH13", "Luật Hộ tịch"),
    )
    assert details.results == (Result("Giấy khai sinh", "KQ.G15.000031"),)
    assert (details.conditions, details.mentions_same_day) == ("", True)
    assert doubts() == {}


def test_import_alone_makes_no_procedure(people, record):
    run("import_services", record())
    with people.agency.active():
        assert not Document.objects.exists()
        assert not Coverage.objects.exists()


def test_lists_of_rows_are_read_as_well_as_glued_tables(db, record):
    ways = [
        {"Hình thức nộp": "Trực tiếp", "Thời gian": "0,5 Ngày làm việc", "Phí, lệ phí": "8.000 đồng"},
        ["Trực tuyến", "8 Giờ", "", "x"],
    ]
    papers = [
        {"Tên giấy tờ": "Tờ khai", "Số lượng": "2 bản chính, 1 bản sao"},
        {"giay_to": "CCCD", "ban_chinh": 0, "ban_sao": 1},
    ]
    bases = [{"ma_van_ban": "60/2014/QH13", "ten_van_ban": "Luật Hộ tịch"}, ["Nghị định", "123/2015/NĐ-CP"]]
    path = record(
        cach_thuc_thuc_hien=ways, thanh_phan_ho_so=papers, can_cu_phap_ly=bases, ket_qua_xu_ly=[{"ten": "Bản sao"}]
    )
    assert run("import_services", path).code == 0
    details = details_of(Service.objects.get())
    assert [(row.channel, row.amount, row.unit) for row in details.channels] == [
        ("direct", "0.5", "working_day"),
        ("online", "8", "hour"),
    ]
    assert [(paper.name, paper.originals, paper.copies) for paper in details.papers] == [
        ("Tờ khai", 2, 1),
        ("CCCD", 0, 1),
    ]
    assert [basis.number for basis in details.legal_bases] == ["60/2014/QH13", "123/2015/NĐ-CP"]
    assert details.results == (Result("Bản sao"),)


def test_running_again_changes_nothing(db, record):
    path = record()
    run("import_services", path)
    before = Service.objects.get().imported_at
    assert run("import_services", path).counts == (1, 0, 0, 1, 0)
    assert Service.objects.get().imported_at == before


def test_a_dry_run_writes_nothing(db, record):
    assert run("import_services", record(), "--dry-run").counts == (1, 1, 0, 0, 0)
    assert not Service.objects.exists()


def test_list_and_record_merge_whatever_comes_first(db, record, tmp_path):
    row = ["1.001193", "Đăng ký khai sinh", "Bộ Tư pháp", "Sở Tư pháp\nỦy ban nhân dân cấp xã ", "Hộ tịch"]
    listed = xlsx(tmp_path / "list.xlsx", ["DANH SÁCH"], HEAD, row)
    full = record(co_quan_thuc_hien="Không có thông tin")
    assert run("import_services", listed, full).counts == (2, 1, 1, 0, 0)
    first = Service.objects.get()
    assert first.agencies.splitlines() == ["Sở Tư pháp", "Ủy ban nhân dân cấp xã"]
    assert (first.name, details_of(first).issuer, len(details_of(first).papers)) == (
        "Thủ tục đăng ký khai sinh",
        "Bộ Tư pháp",
        3,
    )
    assert doubts() == {"names_differ": "Đăng ký khai sinh"}
    assert run("import_services", listed, full).counts == (2, 0, 0, 2, 0)
    first.delete()
    assert run("import_services", full, listed).counts == (2, 1, 1, 0, 0)
    second = Service.objects.get()
    assert (second.sha256, second.details, second.agencies) == (first.sha256, first.details, first.agencies)


def test_a_service_known_only_from_the_list_says_so(db, tmp_path):
    run(
        "import_services",
        xlsx(tmp_path / "list.xlsx", HEAD, ["1.000094", "Đăng ký kết hôn", "Bộ Tư pháp", "", "Hộ tịch"]),
    )
    assert set(doubts("1.000094")) == {"list_only", "no_agency"}


@pytest.mark.parametrize(
    ("changes", "kind", "told"),
    [
        ({"cach_thuc_thuc_hien": "Trực tuyến1Miễn phíTrực tiếp1Miễn phí"}, "no_unit", "1"),
        ({"cach_thuc_thuc_hien": "Trực tiếpKhông có thông tin2,000 Việt Nam Đồng"}, "no_time", ""),
        (
            {"cach_thuc_thuc_hien": "Trực tiếp5 NgàyMiễn phíTrực tiếp15 Ngày làm việcMiễn phí"},
            "times_differ",
            "5 ngày; 15 ngày làm việc",
        ),
        ({"cach_thuc_thuc_hien": "Trực tiếp5500,000 Việt Nam Đồng"}, "fee_unsure", "Trực tiếp5500,000 Việt Nam Đồng"),
        ({"cach_thuc_thuc_hien": "theo quy định"}, "unread", "theo quy định"),
        ({"co_quan_thuc_hien": ""}, "no_agency", ""),
        (
            {"co_quan_thuc_hien": "chứng thực tiến hành chụp từ bản chính"},
            "odd_agency",
            "chứng thực tiến hành chụp từ bản chính",
        ),
        ({"so_quyet_dinh": "Demo/QĐ-BCA"}, "odd_decision", "Demo/QĐ-BCA"),
        ({"ten_thu_tuc": "Test 1"}, "odd_name", "Test 1"),
        ({"ket_qua_xu_ly": "Giấy phépMã: rjwegefuTừ khóa"}, "odd_result", "rjwegefu"),
        ({"can_cu_phap_ly": "Không có thông tin"}, "no_legal_basis", ""),
    ],
)
def test_what_cannot_be_read_for_sure_is_told(db, record, changes, kind, told):
    run("import_services", record(**changes))
    assert doubts()[kind] == told


def test_one_name_under_two_codes_is_told_to_both(db, record):
    run("import_services", record())
    assert "same_name" not in doubts()
    run("import_services", record(ma_thu_tuc="9.000001"))
    assert doubts()["same_name"] == doubts("9.000001")["same_name"] == "1.001193, 9.000001"
    assert run("import_services", record()).counts == (1, 0, 0, 1, 0)
    assert doubts()["same_name"] == "1.001193, 9.000001"


def test_a_code_that_became_a_number_gets_its_noughts_back(db, tmp_path):
    run("import_services", xlsx(tmp_path / "list.xlsx", HEAD, [1.00308, "Cấp bản sao từ sổ gốc", "", "", ""]))
    assert doubts("1.003080")["odd_code"] == "1.00308"


def test_bad_rows_are_rejected_one_by_one(db, tmp_path):
    path = xlsx(
        tmp_path / "list.xlsx", HEAD,
        ["1.000001", "Đăng ký A", "", "", ""], ["", "Không mã", "", "", ""], ["a b/c", "Mã sai", "", "", ""],
        ["1.000002", "", "", "", ""], ["1.000001", "Lặp lại", "", "", ""], ["1.000003", "Dài", "", "", "x" * 300],
        ["1.000004", "=1+1", "", "", ""], ["1.000005", "Đăng ký B", "", "", ""],
    )  # fmt: skip
    ended = run("import_services", path)
    assert (ended.code, ended.counts) == (1, (8, 2, 0, 0, 6))
    assert sorted(ended.reasons) == [3, 4, 5, 6, 7, 8]
    assert sorted(Service.objects.values_list("code", flat=True)) == ["1.000001", "1.000005"]


def test_damaged_values_reject_their_record_only(db, record, tmp_path):
    folder = tmp_path / "records"
    folder.mkdir()
    for number, changes in enumerate(
        [{}, {"ten_thu_tuc": ["x"]}, {"ten_thu_tuc": "\ud800"}, {"ma_thu_tuc": {"a": 1}}, {"linh_vuc": True}], 1
    ):
        path = (
            record(ma_thu_tuc=f"1.00000{number}")
            if not changes
            else record(**{"ma_thu_tuc": f"1.00000{number}", **changes})
        )
        path.rename(folder / f"{number}.json")
    (folder / "notes.txt").write_text("no record")
    (folder / "broken.json").write_text("{")
    ended = run("import_services", folder)
    assert (ended.code, ended.counts) == (1, (7, 1, 0, 0, 6))
    assert Service.objects.get().code == "1.000001"


def test_an_unreadable_file_beside_a_good_one_leaves_nothing_written(db, record, tmp_path):
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"PK\x03\x04 nothing")
    assert run("import_services", record(), bad).code == 2
    assert not Service.objects.exists()


def test_the_province_keeps_a_line_in_its_journal(people, record):
    run("import_services", record())
    with people.agency.parent.active():
        line = JournalEntry.objects.get(verb="imported_services")
    assert line.details == {"created": 1, "updated": 0, "rejected": 0}


def test_the_ministrys_271_procedures_and_98_records(db):
    sources = shared("tthc", LIST), shared("tthc", "raw")
    assert run("import_services", *sources).counts == (369, 271, 98, 0, 0)
    assert run("import_services", *sources).counts == (369, 0, 0, 369, 0)
    services = list(Service.objects.all())
    details = {service.code: details_of(service) for service in services}
    full = [one for one in details.values() if one.in_record is not None]
    assert len(full) == 98
    assert sum(len(one.channels) for one in full) == 266
    assert sum(len(one.papers) for one in full) == 1136
    assert all(one.asked and one.legal_bases and one.results for one in full)
    assert all(service.name == " ".join(service.name.split()) for service in services)
    told = [doubt.kind for service in services for doubt in doubts_of(service)]
    counts = {kind: told.count(kind) for kind in ("no_unit", "no_time", "list_only", "odd_result", "odd_agency")}
    assert counts == {"no_unit": 37, "no_time": 23, "list_only": 173, "odd_result": 7, "odd_agency": 1}
    birth = details["1.001193"]
    assert [(row.amount, row.unit) for row in birth.times] == [("1", "")]
    assert birth.mentions_same_day


def test_what_is_no_list_is_refused_whole(db):
    for path in hostile_files():
        ended = run("import_services", path)
        assert (ended.code, bool(ended.complaint), Service.objects.count()) == (2, True, 0), path.name
