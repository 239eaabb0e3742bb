"""What is understood of papers as offices write them, and of our own when they are printed and read back."""

from __future__ import annotations

import io
import time
import unicodedata
from decimal import Decimal

import pytest
from docx import Document
from openpyxl import Workbook

from documents import papers
from documents.content import Content, Time, TimeUnit
from documents.cover import code_in_name, code_of, day_in, sentence
from documents.extraction import Paragraph, extract
from documents.importing import read
from documents.legacy_letters import converted, in_unicode, letters_of
from documents.models import Kind
from documents.norms import limit_of, norm_of
from documents.paper_reading import Office, extract_of_text, understand
from documents.understanding import Understood
from tenants import letterhead
from tests.cast import Cast
from tests.documents import paper_offices as offices
from tests.documents.library import BIRTH, approved

HOUR, DAY, CALENDAR, MONTH = TimeUnit.HOUR, TimeUnit.WORKING_DAY, TimeUnit.CALENDAR_DAY, TimeUnit.MONTH


def understood(data: bytes, name: str = "a.docx", kind: str = "docx") -> Understood:
    return understand(extract(data, kind), name)


def kinds(said: Understood) -> set[str]:
    return {doubt.kind for doubt in said.doubts}


def facts(said: Understood) -> dict[str, str]:
    return {name: fact.value for name, fact in said.facts.items()}


# --- three offices -----------------------------------------------------------------------------------


def test_a_ward_with_a_cover_in_tables() -> None:
    said = understood(offices.ward())
    assert facts(said) == {
        "code": "QT.TP.04", "title": "Cấp bản sao trích lục từ sổ gốc", "kind": Kind.OPERATIONAL_PROCEDURE, "issue": "3", "issued_on": "2025-11-28",
    }  # fmt: skip
    assert said.facts["code"].place == "table:1"
    assert [(row.role, row.name, row.title) for row in said.signers] == [
        ("drafted", "Nguyễn Văn Hùng", "Công chức Tư pháp – Hộ tịch"), ("reviewed", "Trần Thị Mai", "Phó Chủ tịch UBND phường"),
        ("approved", "Lê Quang Vinh", "Chủ tịch UBND phường"),
    ]  # fmt: skip
    assert [(row.reason, row.parts, row.summary, row.number, row.on) for row in said.amendments] == [offices.AMENDED]
    content = said.what
    assert (
        content.purpose == "Quy định trình tự và trách nhiệm cấp bản sao trích lục hộ tịch từ sổ gốc."
    )  # not the table of contents
    assert content.services == ("2.000908",)
    assert [basis.number for basis in content.legal_bases] == ["60/2014/QH13", "23/2015/NĐ-CP"]
    assert [(row.name, row.originals, row.copies, row.form) for row in content.components] == [
        ("Tờ khai cấp bản sao", 1, 0, "BM.TP.04.01"), ("Giấy tờ tùy thân", 0, 1, ""),
    ]  # fmt: skip
    assert (content.sets, content.limit, content.fee) == (1, Time(Decimal(1), DAY, same_day=True), "8.000 đồng/bản")
    assert [(step.name, step.who_words, step.form) for step in content.steps] == [
        (row[0], row[1], row[3]) for row in offices.STEPS
    ]
    assert [(step.whom, step.norm.amount, step.norm.unit) for step in content.steps] == [
        ("receptionist", 2, HOUR), ("officer", 3, HOUR), ("agency_head", Decimal("0.25"), DAY), ("receptionist", 1, HOUR),
    ]  # fmt: skip
    assert [(form.code, form.name) for form in content.forms] == offices.FORMS
    assert [(kept.name, kept.place, kept.retention) for kept in content.records] == [
        ("Sổ cấp bản sao", "bộ phận Tư pháp – Hộ tịch", "05 năm"), ("Tờ khai cấp bản sao", "bộ phận Tư pháp – Hộ tịch", "05 năm"),
    ]  # fmt: skip
    assert said.missing == ("result",)


def test_a_department_with_its_cover_in_the_running_head() -> None:
    said = understood(offices.department())
    assert facts(said) == {
        "code": "QT-05.HTQLCL", "title": "Cấp giấy phép tiến hành công việc bức xạ", "kind": Kind.OPERATIONAL_PROCEDURE, "issue": "2",
        "revision": "1", "effective_from": "2026-03-05",
    }  # fmt: skip
    assert said.facts["code"].place == "header"
    assert [(row.role, row.name, row.title) for row in said.signers] == [
        ("drafted", "Phạm Thu Trang", "Chuyên viên"), ("reviewed", "Đặng Minh Đức", "Trưởng phòng"), ("approved", "Vũ Thị Hạnh", "Giám đốc"),
    ]  # fmt: skip
    content = said.what
    assert [step.name for step in content.steps] == [  # one row was cut in two by the end of a page, whose head came again
        "Nộp hồ sơ", "Tiếp nhận hồ sơ", "Thẩm định hồ sơ và lập biên bản thẩm định", "Xem xét", "Ký giấy phép", "Vào sổ, trả kết quả",
    ]  # fmt: skip
    assert content.norm_minutes == 25 * 480  # as the paper adds up itself
    assert (content.limit, content.sets) == (Time(Decimal(25), DAY), 2)
    assert [(row.name, row.originals, row.copies) for row in content.components] == [
        ("Đơn đề nghị", 1, 0),
        ("Bản sao chứng chỉ", 0, 2),
    ]
    assert [kept.retention for kept in content.records] == ["10 năm"]
    assert content.definitions == ""  # it says that there are none
    assert {"code_respelled", "who_unknown", "not_kept"} <= kinds(said)
    assert "total_differs" not in kinds(said)


def test_a_commune_with_everything_in_one_table_and_letters_in_pieces() -> None:
    said = understood(offices.commune())
    assert facts(said) == {
        "code": "QT-01.TP", "title": "Đăng ký khai sinh", "kind": Kind.OPERATIONAL_PROCEDURE, "issue": "1", "revision": "0", "issued_on": "2024-06-15",
    }  # fmt: skip
    content = said.what
    assert [row.name for row in content.components] == [
        "Tờ khai đăng ký khai sinh theo mẫu",
        "Giấy chứng sinh",
        "Sổ hộ khẩu",
    ]
    assert [(row.originals, row.copies) for row in content.components] == [(1, 0), (1, 0), (0, 1)]
    assert [(step.name, step.norm.minutes) for step in content.steps] == [
        ("Tiếp nhận hồ sơ", 30), ("Thẩm tra, ghi vào Sổ đăng ký", 240), ("Ký Giấy khai sinh", 90), ("Trả kết quả, lưu hồ sơ", 120),
    ]  # fmt: skip
    assert content.fee == "Không"
    assert content.place == "Bộ phận Một cửa UBND xã"
    assert [kept.name for kept in content.records] == ["Tờ khai; Sổ đăng ký khai sinh"]  # not the amendments behind it
    assert all(unicodedata.is_normalized("NFC", str(fact.value)) for fact in said.facts.values())
    assert "no_steps" not in kinds(said)


# --- our own, and other files ------------------------------------------------------------------------


def test_what_we_print_we_can_read(cast: Cast) -> None:
    version = approved(cast)
    said = read(
        letterhead.render("documents/version_pdf.html", papers.paper_of(version)), "in.pdf", Office()
    ).understood
    assert said is not None
    told = facts(said)
    assert (told["code"], told["title"], told["issue"], told["revision"]) == ("QT.TP.01", "Đăng ký khai sinh", "1", "0")
    assert (told["kind"], told["effective_from"]) == (Kind.OPERATIONAL_PROCEDURE, version.effective_from.isoformat())
    assert [row.name for row in said.signers] == ["Lê Thu Hà", "Nguyễn Thị Kim Oanh", "Trần Văn Đức"]
    content, printed = said.what, BIRTH
    for part in (
        "purpose",
        "scope",
        "references",
        "definitions",
        "legal_bases",
        "sets",
        "place",
        "fee",
        "result",
        "forms",
        "records",
    ):
        assert getattr(content, part) == getattr(printed, part), part
    assert [(row.name, row.originals, row.copies) for row in content.components] == [
        (row.name, row.originals, row.copies) for row in printed.components
    ]
    assert [(step.name, step.who_words, step.norm.minutes, step.form) for step in content.steps] == [
        (step.name, step.who_words, step.norm.minutes, step.form) for step in printed.steps
    ]  # fmt: skip
    assert content.limit == printed.limit


def test_a_workbook_is_read_as_far_as_it_goes() -> None:
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    for row in (
        ["DANH MỤC HỒ SƠ"],
        ["Mã hiệu: BM.HT.03", "Lần ban hành: 02"],
        ["TT", "Tên hồ sơ", "Nơi lưu"],
        [1, "Hồ sơ khai sinh", "Một cửa"],
    ):
        sheet.append(row)
    book.save(out)
    said = understood(out.getvalue(), "BM.HT.03.xlsx", "xlsx")
    assert (said.value("code"), said.value("kind"), said.value("issue")) == ("BM.HT.03", Kind.FORM, "2")
    assert "Hồ sơ khai sinh" in said.what.text


def test_a_handbook_in_markdown_with_its_head() -> None:
    text = "# Internal Audit\n\n**Document-ID:** 0560\n**Revision:** [TODO]\n**Owner:** {{ x }}\n\n<!-- remark -->\n\n## Purpose\n\nDefines it.\n"
    said = understand(extract_of_text(text), "0560_Internal_Audit.md")
    assert (said.value("code"), said.value("title"), said.value("kind")) == (
        "0560",
        "Internal Audit",
        Kind.SYSTEM_PROCEDURE,
    )
    assert said.what.purpose == "Defines it."
    assert "number_unclear" in kinds(said)


def test_what_holds_nothing_says_so() -> None:
    said = understand(extract_of_text(""), "QT.TP.09 Đăng ký.docx")
    assert (said.value("code"), said.value("title")) == ("QT.TP.09", "Đăng ký")
    assert {"no_text", "title_from_name"} <= kinds(said)
    assert said.what == Content()


def test_understanding_survives_being_stored() -> None:
    said = understood(offices.ward())
    assert Understood.of(said.as_json()).as_json() == said.as_json()


# --- the small things ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "amount", "unit"),
    [
        ("0,5 ngày", "0.5", DAY), ("04 giờ làm việc", "4", HOUR), ("02 ngày làm việc", "2", DAY), ("1/2 ngày", "0.5", DAY), ("½ ngày", "0.5", DAY),
        ("30 phút", "0.5", HOUR), ("1 giờ 30 phút", "1.5", HOUR), ("2h", "2", HOUR), ("Không quá 03 (ba) ngày làm việc", "3", DAY),
        ("0.25 ngày LV", "0.25", DAY), ("nửa ngày", "0.5", DAY), ("10 phút", "0.1667", HOUR), ("Giờ hành chính", "0", DAY), ("", "0", DAY), ("20 ngày", "20", DAY),
        ("Sáu giờ", "6", HOUR), ("trong thời hạn NĂM ngày", "5", DAY), ("một (01) buổi", "0.5", DAY), ("ba (3) ngày làm việc", "3", DAY),
    ],
)  # fmt: skip
def test_norms_in_words(words: str, amount: str, unit: TimeUnit) -> None:
    read = norm_of(words)
    assert (read.time.amount, read.time.unit) == (Decimal(amount), unit)
    assert read.told


@pytest.mark.parametrize(
    ("words", "amount", "unit"),
    [
        ("20 ngày kể từ ngày nhận đủ hồ sơ", "20", CALENDAR), ("15 ngày làm việc", "15", DAY), ("02 tháng", "2", MONTH), ("Không quá 30 ngày", "30", CALENDAR),
        ("24 giờ làm việc", "24", HOUR),
    ],
)  # fmt: skip
def test_limits_tell_calendar_days_from_working_days(words: str, amount: str, unit: TimeUnit) -> None:
    assert limit_of(words).time == Time(Decimal(amount), unit)


def test_what_is_no_time_or_no_certain_one_is_said() -> None:
    assert not norm_of("01 - 02 ngày").told
    assert norm_of("01 - 02 ngày").time.amount == 2
    assert not norm_of("tùy theo hồ sơ").told
    assert limit_of("Trong ngày làm việc; nhận sau 15 giờ thì ngày làm việc tiếp theo").time.same_day


@pytest.mark.parametrize(
    "words", ["Sau buổi họp", "Trả sau giờ làm việc", "Sau ngày họp giao ban", "Các bà (ngày lẻ)", "Bay giờ cao điểm"]
)
def test_number_words_have_their_tones(words: str) -> None:
    assert not norm_of(words).time.given
    assert not norm_of(words).told


@pytest.mark.parametrize(
    ("written", "code"),
    [("QT.TP.01", "QT.TP.01"), ("QT/HTQLCL/05", "QT.HTQLCL.05"), ("QT – 05", "QT-05"), ("QT 05", "QT.05"), ("STCL", "STCL"), ("……", ""), ("BM.01-QT.02", "BM.01-QT.02"),
     ("HTQLCL-LĐTBXH", "HTQLCL-LĐTBXH"), ("UBND XÃ", ""), ("1.001193", ""), ("12", ""), ("QT." + "A1." * 14, "")],
)  # fmt: skip
def test_codes_as_offices_write_them(written: str, code: str) -> None:
    assert code_of(written) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("QT.TP.01 Đăng ký khai sinh.docx", "QT.TP.01"), ("01. QT-HT-02 Kiem soat.doc", "QT-HT-02"), ("QT 05 Tiep cong dan.docx", "QT.05"), ("BM.TP.01.02.xlsx", "BM.TP.01.02"),
        ("bao cao nam 2024.docx", ""), ("QMS-ISO-trong-co-quan-hanh-chinh_QD19-2014_TT26-2014.md", ""), ("QT.TP.01 2024.docx", "QT.TP.01"), ("QĐ 19-2014.docx", ""), ("QT_TP_03_khai_tu.pdf", "QT.TP.03"),
    ],
)  # fmt: skip
def test_codes_in_the_names_of_files(name: str, code: str) -> None:
    assert code_in_name(name) == code


def test_days_as_papers_write_them() -> None:
    assert [str(day_in(words)) for words in ("05/3/2026", "5.3.26", "ngày 05 tháng 3 năm 2026", "2026-03-05")] == [
        "2026-03-05"
    ] * 4
    assert day_in("…/…/20…") is None
    assert day_in("31/02/2026") is None


def test_capitals_come_down_and_abbreviations_stay() -> None:
    assert sentence("TIẾP CÔNG DÂN TẠI UBND XÃ (TTHC)") == "Tiếp công dân tại UBND xã (TTHC)"


OLD = {
    "tcvn3": "Quy tr×nh ®¨ng ký khai sinh cña Uû ban nh©n d©n x·",
    "vni": "Quy trình ñaêng kyù khai sinh cuûa Uyû ban nhaân daân xaõ",
}


@pytest.mark.parametrize("letters", OLD)
def test_letters_from_before_unicode_are_recognised_and_converted(letters: str) -> None:
    assert letters_of(OLD[letters]) == letters
    assert converted(OLD[letters], letters).replace("Uyû", "Uỷ") == "Quy trình đăng ký khai sinh của Uỷ ban nhân dân xã"


@pytest.mark.parametrize(
    "text", ["Quy trình đăng ký khai sinh", "Résumé naïve: 5 × 3 µm © 2024 §5", "Hà Nội, Nam", "plain words", "¿Qué?"]
)
def test_unicode_and_other_languages_stay_as_they_are(text: str) -> None:
    assert in_unicode([text]) == ([text], "")


def test_a_unit_in_the_head_of_the_column_counts_for_its_numbers() -> None:
    rows = [
        "| Bước | Tên bước | Đơn vị chịu trách nhiệm | Thời gian (giờ) | Kết quả |",
        "| 1 | Nhận | Lãnh đạo Văn phòng | 4 | Phiếu |",
        "| 2 | Ký | Chủ tịch | 0,5 | |",
    ]
    said = understand(
        extract_of_text(
            "QUY TRÌNH\nTIẾP CÔNG DÂN\nMã hiệu: QT.VP.02\n1. MỤC ĐÍCH\nA.\n5. NỘI DUNG\n" + "\n".join(rows)
        ),
        "a.txt",
    )
    assert [(step.whom, step.norm.minutes) for step in said.what.steps] == [("unit_head", 240), ("agency_head", 30)]


@pytest.mark.parametrize(
    ("font", "lines"),
    [
        ("VNI-Times", ["QUY TRÌNH", "TIEÁP COÂNG DAÂN", "Maõ hieäu: QT.VP.05", "1. MUÏC ÑÍCH", "Thoáng nhaát caùch tieáp coâng daân.", "2. PHAÏM VI", "Toaøn cô quan."]),
        (".VnTime", ["Quy tr×nh", "TiÕp c«ng d©n", "M· hiÖu: QT.VP.05", "1. Môc ®Ých", "Thèng nhÊt c¸ch tiÕp c«ng d©n.", "2. Ph¹m vi", "Toµn c¬ quan."]),
    ],
)  # fmt: skip
def test_a_paper_in_an_old_font_is_read_in_unicode(font: str, lines: list[str]) -> None:
    document = Document()
    for line in lines:
        document.add_paragraph().add_run(line).font.name = font
    said = understood(offices.saved(document))
    assert (said.value("code"), said.value("title").lower()) == ("QT.VP.05", "tiếp công dân")
    assert (said.what.purpose, said.what.scope) == ("Thống nhất cách tiếp công dân.", "Toàn cơ quan.")
    assert "old_letters" in kinds(said)


SYSTEM = """SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG
| QUY TRÌNH KIỂM SOÁT TÀI LIỆU | Mã số | QT-HT-01 |
| | Ngày BH | 01/03/2025 |
| | Lần BH | 04 |

| | Họ và tên | Chức vụ | Chữ ký |
| Người viết | Nguyễn Văn An | Thư ký ISO | |
| Người kiểm tra | Trần Thị Bình | Phó Giám đốc | |
| Người phê duyệt | Lê Văn Cường | Giám đốc | |

THEO DÕI TÌNH TRẠNG SỬA ĐỔI
| Ngày tháng | Trang | Nội dung sửa đổi | Lần sửa đổi | Ghi chú |
| 01/03/2025 | 3 | Bổ sung biểu mẫu | 04 | |

I. MỤC ĐÍCH VÀ PHẠM VI
Quy định cách kiểm soát tài liệu.
II. TÀI LIỆU VIỆN DẪN
TCVN ISO 9001:2015
III. NỘI DUNG
| TT | Trách nhiệm | Tiến trình | Mô tả/Biểu mẫu |
| 1 | Đơn vị soạn thảo | Đề nghị soạn thảo | BM.01 |
| 2 | Lãnh đạo Sở | Phê duyệt | |
IV. HỒ SƠ
| TT | Tên hồ sơ | Nơi lưu | Thời gian lưu |
| 1 | Phiếu yêu cầu | Văn phòng | 3 năm |
"""


def test_a_system_procedure_with_labels_beside_their_values_and_signers_in_rows() -> None:
    said = understand(extract_of_text(SYSTEM), "x.txt")
    assert facts(said) == {
        "code": "QT-HT-01", "title": "Kiểm soát tài liệu", "kind": Kind.SYSTEM_PROCEDURE, "issue": "4", "issued_on": "2025-03-01",
    }  # fmt: skip
    assert [(row.role, row.name, row.title) for row in said.signers] == [
        ("drafted", "Nguyễn Văn An", "Thư ký ISO"), ("reviewed", "Trần Thị Bình", "Phó Giám đốc"), ("approved", "Lê Văn Cường", "Giám đốc"),
    ]  # fmt: skip
    assert [(row.parts, row.summary, row.number) for row in said.amendments] == [("3", "Bổ sung biểu mẫu", "04")]
    content = said.what
    assert [(step.name, step.whom, step.form) for step in content.steps] == [
        ("Đề nghị soạn thảo", "", "BM.01"),
        ("Phê duyệt", "agency_head", ""),
    ]
    assert [(kept.name, kept.place, kept.retention) for kept in content.records] == [
        ("Phiếu yêu cầu", "Văn phòng", "3 năm")
    ]
    assert "who_unknown" in kinds(said)


def test_a_code_of_the_name_only_and_what_is_none_are_doubts() -> None:
    said = understand(extract_of_text("QUY TRÌNH\nTIẾP CÔNG DÂN"), "QT.VP.02 Tiếp công dân.txt")
    assert (said.value("code"), "code_from_name" in kinds(said)) == ("QT.VP.02", True)
    said = understand(extract_of_text("QUY TRÌNH\nTIẾP CÔNG DÂN\nMã số TTHC: 1.004873\nMã hiệu: QT.VP.02"), "a.txt")
    assert (said.value("code"), "code_unclear" in kinds(said)) == ("QT.VP.02", False)
    said = understand(extract_of_text("QUY TRÌNH\nTIẾP CÔNG DÂN\nMã số: chưa có"), "a.txt")
    assert (said.value("code"), "code_unclear" in kinds(said)) == ("", True)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("QUYẾT ĐỊNH", Kind.DECISION), ("QUY CHẾ", Kind.REGULATION), ("CHÍNH SÁCH CHẤT LƯỢNG", Kind.POLICY), ("MỤC TIÊU CHẤT LƯỢNG NĂM 2024", Kind.OBJECTIVES),
        ("SỔ TAY CHẤT LƯỢNG", Kind.MANUAL), ("SỔ TAY ISO", Kind.MANUAL), ("HƯỚNG DẪN", Kind.WORK_INSTRUCTION), ("BIỂU MẪU", Kind.FORM), ("THÔNG BÁO", Kind.ANNOUNCEMENT),
        ("KẾ HOẠCH", Kind.ANNOUNCEMENT), ("THÔNG TƯ", Kind.EXTERNAL), ("BẢN MÔ TẢ CÔNG VIỆC", Kind.JOB_DESCRIPTION),
    ],
)  # fmt: skip
def test_the_heading_of_a_plain_paper_tells_its_kind(heading: str, kind: Kind) -> None:
    text = f"UBND XÃ TÂN HÒA\nSố: 12/VB-UBND\n{heading}\nVề việc duy trì hệ thống quản lý chất lượng\nCăn cứ Luật …"
    said = understand(extract_of_text(text), "van ban.txt")
    assert said.value("kind") == kind
    assert ("kind_guessed" in kinds(said)) == (kind in {Kind.EXTERNAL} or heading == "KẾ HOẠCH")


@pytest.mark.parametrize("text", ["." * 100_000, "_" * 100_000, "<!--" * 100_000, "1. Mục đích" + "\t" * 100_000 + "x"])
def test_the_time_of_reading_does_not_grow_with_the_square_of_the_text(text: str) -> None:
    begun = time.process_time()
    understand(extract_of_text(f"QUY TRÌNH\n1. MỤC ĐÍCH\n{text}\n5. NỘI DUNG\n{text}"), "a.md")
    assert time.process_time() - begun < 5


def test_remarks_are_left_out_and_one_without_an_end_is_text() -> None:
    blocks = extract_of_text("a <!-- b\nc --> d <!----> e <!-- f").blocks
    assert [block.text for block in blocks if isinstance(block, Paragraph)] == ["a  d  e <!-- f"]


@pytest.mark.parametrize("sign", ["c)", "c.", "C)", "c:"])
def test_a_lettered_item_is_no_section(sign: str) -> None:
    said = understand(
        extract_of_text(
            "QUY TRÌNH\nA. MỤC ĐÍCH\nThống nhất:\nB. PHẠM VI\nUBND xã.\nE. NỘI DUNG QUY TRÌNH\na) Tiếp nhận\n"
            f"{sign} Lưu hồ sơ\nNgười thực hiện ghi sổ.\nF. BIỂU MẪU\n| TT | Mã hiệu | Tên biểu mẫu |\n"
            "| 1 | BM.VP.02.01 | Sổ |\nG. HỒ SƠ LƯU\n| TT | Tên hồ sơ | Nơi lưu | Thời gian lưu |\n| 1 | Sổ | VP | 5 năm |"
        ),
        "a.txt",
        kind="internal_procedure",
    )
    assert [form.code for form in said.what.forms] == ["BM.VP.02.01"]
    assert [record.retention for record in said.what.records] == ["5 năm"]
    assert said.what.scope == "UBND xã."


def test_who_is_taken_from_the_step_before_is_said() -> None:
    said = understand(
        extract_of_text(
            "QUY TRÌNH\nMã hiệu: QT.VP.02\n1. MỤC ĐÍCH\nx\n5. NỘI DUNG\n| TT | Nội dung | Trách nhiệm | Thời gian |\n"
            "| 1 | Tiếp nhận | Một cửa | 1 giờ |\n| 2 | Phê duyệt | | 2 giờ |\n| 3 | Trả | Một cửa | 1 giờ |"
        ),
        "a.txt",
        kind="internal_procedure",
    )
    assert [step.who_words for step in said.what.steps] == ["Một cửa"] * 3
    assert [doubt.detail for doubt in said.doubts if doubt.kind == "who_from_above"] == ["2"]
