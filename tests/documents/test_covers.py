"""Covers and step tables as offices lay them out; in plain text a cell that was merged is an empty one, as in Word's."""

from __future__ import annotations

import pytest

from documents.extraction import Extract, Paragraph, Table
from documents.models import Kind
from documents.paper_reading import extract_of_text, understand
from documents.understanding import Understood

FACTS = ("code", "title", "issue", "revision", "issued_on", "effective_from")
SECTIONS = "1. MỤC ĐÍCH\nThống nhất.\n2. PHẠM VI\nUBND xã.\n5. NỘI DUNG QUY TRÌNH\n"


def read(text: str, name: str = "a.txt") -> Understood:
    return understand(extract_of_text(text), name)


def facts(text: str, name: str = "a.txt") -> dict[str, str]:
    said = read(text, name)
    return {fact: said.value(fact) for fact in FACTS if said.value(fact)}


def steps(*rows: str) -> list[tuple[str, str, int]]:
    said = read("QUY TRÌNH\nTIẾP CÔNG DÂN\nMã hiệu: QT.VP.02\n" + SECTIONS + "\n".join(rows))
    return [(step.name, step.whom, step.norm.minutes) for step in said.what.steps]


def test_labels_in_a_row_with_their_values_below() -> None:
    assert facts(
        "QUY TRÌNH QUẢN LÝ TÀI SẢN\n| Mã hiệu | Lần ban hành | Lần sửa đổi | Ngày ban hành | Ngày hiệu lực |\n"
        "| QT.TC.03 | 02 | 00 | 20/12/2024 | 01/01/2025 |"
    ) == {
        "code": "QT.TC.03", "title": "Quản lý tài sản", "issue": "2", "revision": "0", "issued_on": "2024-12-20", "effective_from": "2025-01-01",
    }  # fmt: skip


def test_short_labels_count_with_a_colon_or_a_number() -> None:
    assert facts("QUY TRÌNH\nĐĂNG KÝ KHAI TỬ\nMã: QT.TP.03\nHiệu lực: 15/10/2023\n| Ban hành | Lần 3 |\n| Sửa đổi | Lần 1 |") == {
        "code": "QT.TP.03", "title": "Đăng ký khai tử", "issue": "3", "revision": "1", "effective_from": "2023-10-15",
    }  # fmt: skip
    assert "issue" not in facts("QUY TRÌNH\nĐĂNG KÝ KHAI TỬ\nBan hành kèm theo Quyết định số 12/QĐ-UBND")
    assert facts("QUY TRÌNH\nĐĂNG KÝ KHAI TỬ\nBan hành lần thứ: nhất")["issue"] == "1"


@pytest.mark.parametrize(
    "line",
    [
        "| Mã hiệu: QT.VP.02 | Lần ban hành: 02 | Ngày: 15/02/2024 |", "(Ban hành kèm theo Quyết định số 12/QĐ-UBND ngày 15/02/2024 của Chủ tịch)",
        "Tân Hòa, ngày 15 tháng 02 năm 2024",
    ],
)  # fmt: skip
def test_the_day_of_issue_where_no_label_says_it(line: str) -> None:
    assert facts(f"QUY TRÌNH\nTIẾP CÔNG DÂN\n{line}")["issued_on"] == "2024-02-15"


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ("QUY TRÌNH\nKIỂM TRA NHÀ NƯỚC VỀ ĐO LƯỜNG", "Kiểm tra nhà nước về đo lường"), ("TRUNG TÂM\nSỔ TAY CHẤT LƯỢNG\n"
        "CHƯƠNG 1. GIỚI THIỆU", "Sổ tay chất lượng"),
        ("QUYẾT ĐỊNH\nVề việc công bố Hệ thống", "Quyết định về việc công bố Hệ thống"), ("QUY CHẾ\n"
        "Hoạt động của Ban Chỉ đạo ISO", "Quy chế hoạt động của Ban Chỉ đạo ISO"),
        ("QUY TRÌNH\nCẤP PHÉP XÂY DỰNG\nLỊCH SỬ SỬA ĐỔI", "Cấp phép xây dựng"), ("QUY TRÌNH\nThủ tục: Đăng ký khai tử (1.000656)", "Đăng ký khai tử"),
        ("QUY TRÌNH\nBỔ NHIỆM CÁN BỘ", "Bổ nhiệm cán bộ"), ("SỞ NỘI VỤ\nQUY TRÌNH\nSỐ HÓA HỒ SƠ", "Số hóa hồ sơ"),
        ("BẢN MÔ TẢ CÔNG VIỆC\nVị trí: Kế toán", "Bản mô tả công việc vị trí: Kế toán"),
        ("QUY TRÌNH ISO 9001:2015\nTUYÊN TRUYỀN PHÁP LUẬT", "Tuyên truyền pháp luật"), ("PHIẾU TIẾP NHẬN HỒ SƠ\n"
        "BM.VP.01.03", "Phiếu tiếp nhận hồ sơ"),
        ("| UBND | QUY TRÌNH | Mã hiệu: | QT.TP.04 |\n| | CẤP BẢN SAO | Lần ban hành: | 02 |", "Cấp bản sao"),
        ("QUY TRÌNH\nCẤP GIẤY XÁC NHẬN TÌNH\nTRẠNG HÔN NHÂN", "Cấp giấy xác nhận tình trạng hôn nhân"),
        ("| UBND | QUY TRÌNH THỦ TỤC HÀNH CHÍNH | Mã hiệu QT-TP-06 |\n| | Cấp bản sao trích lục | |", "Cấp bản sao trích lục"),
    ],
)  # fmt: skip
def test_titles(lines: str, title: str) -> None:
    assert facts(lines)["title"] == title


def test_a_code_alone_in_the_corner_of_a_form() -> None:
    said = read("| UBND XÃ TÂN HÒA | SỔ THEO DÕI HỒ SƠ | BM.VP.01.06 |")
    assert (said.value("code"), said.value("kind"), said.facts["code"].sure) == ("BM.VP.01.06", Kind.FORM, "likely")


SIGNERS = [
    ("drafted", "Mai Thị Cúc", "Kế toán"),
    ("reviewed", "Tạ Văn Minh", "Chánh Văn phòng"),
    ("approved", "Cao Thị Ngọc", "Chủ tịch"),
]


@pytest.mark.parametrize(
    "lines",
    [
        "Người soạn thảo: Mai Thị Cúc – Kế toán\nNgười kiểm tra: Tạ Văn Minh – Chánh Văn phòng\nNgười phê duyệt: Cao Thị Ngọc – Chủ tịch",
        "| Biên soạn | Thẩm xét | Phê duyệt |\n| Kế toán | Chánh Văn phòng | Chủ tịch |\n| (Ký, ghi rõ họ tên) | | |\n"
        "| Mai Thị Cúc | Tạ Văn Minh | Cao Thị Ngọc |",
        "| Soạn thảo: | Xem xét: | Phê duyệt: |\n| Ngày: / /2024 | Ngày: | Ngày: 01/4/2024 |\n"
        "| Mai Thị Cúc | Tạ Văn Minh | Cao Thị Ngọc |\n| Kế toán | Chánh Văn phòng | Chủ tịch |",
    ],
)  # fmt: skip
def test_signers_in_lines_and_tables(lines: str) -> None:
    said = read(f"QUY TRÌNH\nTIẾP CÔNG DÂN\n{lines}")
    assert [(row.role, row.name, row.title) for row in said.signers] == SIGNERS


def test_signers_in_the_cells_of_their_roles() -> None:
    cells = (
        "Biên soạn\nKế toán\n(Đã ký)\nMai Thị Cúc",
        "Thẩm xét\nChánh\nVăn phòng\nTạ Văn Minh",
        "Phê duyệt\nChủ tịch\nCao Thị Ngọc",
    )
    said = understand(Extract((Paragraph("QUY TRÌNH\nTIẾP CÔNG DÂN"), Table((cells,)))), "a.docx")
    assert [(row.role, row.name, row.title) for row in said.signers] == SIGNERS


def test_who_does_what_with_which_kind_of_document_is_no_cover() -> None:
    said = read(
        "QUY TRÌNH\nTIẾP CÔNG DÂN\n| Loại tài liệu | Soạn thảo | Xem xét | Phê duyệt |\n"
        "| Chính sách chất lượng | Thư ký ISO | Phó Chủ tịch | Chủ tịch |"
    )
    assert said.signers == ()


def test_the_titles_of_who_will_sign() -> None:
    said = read(
        "QUY TRÌNH\nTIẾP CÔNG DÂN\n| | Soạn thảo | Xem xét | Phê duyệt |\n| Chức danh | Kế toán | Chánh Văn phòng | Chủ tịch |\n"
        "| Họ tên | … | … | … |"
    )
    assert [row.title for row in said.signers] == ["Kế toán", "Chánh Văn phòng", "Chủ tịch"]


def test_rows_of_a_table_in_a_part_that_is_text() -> None:
    said = read(
        "QUY TRÌNH\nTIẾP CÔNG DÂN\n1. MỤC ĐÍCH\nThống nhất.\n2. PHẠM VI\nUBND xã.\n3. TÀI LIỆU VIỆN DẪN\n| 1 | Luật Tiếp công dân | 42/2013/QH13 |\n"
        "4. ĐỊNH NGHĨA\n| TCD | Tiếp công dân |\n5. NỘI DUNG QUY TRÌNH\nTheo lưu đồ."
    )
    assert said.what.references == ("Luật Tiếp công dân: 42/2013/QH13",)
    assert said.what.definitions == "TCD: Tiếp công dân"


def test_an_amendment_table_whose_head_is_divided() -> None:
    said = read(
        "QUY TRÌNH\nHÀNH ĐỘNG KHẮC PHỤC\n| TT | Nội dung sửa đổi | | Ngày sửa | Lần sửa |\n| | Trang | Nội dung | | |\n"
        "| 1 | 5 | Sửa biểu mẫu | 01/08/2024 | 1 |"
    )
    assert [(row.parts, row.summary, row.on, row.number) for row in said.amendments] == [
        ("5", "Sửa biểu mẫu", "01/08/2024", "1")
    ]


def test_an_amendment_table_of_days_and_contents() -> None:
    said = read(
        "QUY TRÌNH\nRỦI RO\n| STT | Nội dung sửa đổi | | Ngày | Ghi chú |\n| | Trang | Tóm tắt nội dung | | |\n"
        "| 1 | 4 | Thay biểu mẫu | 05/01/2026 | |"
    )
    assert [(row.parts, row.summary, row.on) for row in said.amendments] == [("4", "Thay biểu mẫu", "05/01/2026")]


def test_a_column_of_names_under_a_word_for_revisions() -> None:
    names = ("Mai Thị Cúc", "Tạ Văn Minh", "Cao Thị Ngọc")
    roles = "| Trách nhiệm | Soạn thảo | Soát xét | Phê duyệt |"
    said = read(f"QUY TRÌNH\nTIẾP CÔNG DÂN\n{roles}\n| Họ và tên | {' | '.join(names)} |")
    assert tuple(row.name for row in said.signers) == names
    assert "number_unclear" not in {doubt.kind for doubt in said.doubts}


def test_signers_in_rows_with_a_title_of_two_lines() -> None:
    rows = (
        ("Biên soạn", "Mai Thị Cúc", "Kế toán"),
        ("Thẩm xét", "Tạ Văn Minh", "Chánh\nVăn phòng"),
        ("Phê duyệt", "Cao Thị Ngọc", "Chủ tịch"),
    )
    said = understand(Extract((Paragraph("QUY TRÌNH\nTIẾP CÔNG DÂN"), Table(rows))), "a.docx")
    assert [(row.role, row.name, row.title) for row in said.signers] == SIGNERS


def test_an_amendment_table_before_the_cover() -> None:
    table = "| Lần | Ngày | Nội dung sửa đổi | Trang |\n| 01 | 02/02/2023 | Bổ sung biểu mẫu | 4 |\n"
    said = f"{table}QUY TRÌNH HỌP GIAO BAN\nMã hiệu: QT.VP.31\nLần ban hành: 02\nNgày ban hành: 3 tháng 3 năm 2024"
    assert facts(said) == {"code": "QT.VP.31", "title": "Họp giao ban", "issue": "2", "issued_on": "2024-03-03"}


HEAD = "| TT | Trình tự | Trách nhiệm | Thời gian | Biểu mẫu/Kết quả |"


def test_steps_go_on_after_a_break_of_the_page_with_the_head_again() -> None:
    assert steps(
        HEAD, "| 1 | Tiếp nhận | Bộ phận Một cửa | 30 phút | |", "| 2 | Đối chiếu | | 1 giờ | |", "QT.TP.12 Trang 4/6", HEAD,
        "| 3 | Ký chứng thực | Phó Chủ tịch UBND xã | 01 giờ | Bản sao |",
    ) == [("Tiếp nhận", "receptionist", 30), ("Đối chiếu", "receptionist", 60), ("Ký chứng thực", "deputy_head", 60)]  # fmt: skip


def test_a_column_of_step_numbers_called_otherwise() -> None:
    assert steps(
        "| Bước công việc | Nội dung thực hiện | Trách nhiệm | Thời gian hoàn thành |", "| B1 | Tiếp nhận | Một cửa | 0,5 ngày |",
        "| | Họp Hội đồng | Hội đồng | 15' |", "| B2 | Ký duyệt | Thủ trưởng đơn vị | 1/2 ngày làm việc |",
    ) == [("Tiếp nhận", "receptionist", 240), ("Họp Hội đồng", "", 15), ("Ký duyệt", "agency_head", 240)]  # fmt: skip


def test_numbers_beside_words_that_only_count_the_steps() -> None:
    assert steps(
        "| TT | Các bước | Nội dung | Thực hiện | Thời gian |", "| 1 | Bước 1 | Lập danh sách | Kế toán | 01 buổi |",
        "| 2 | Bước 2 | Duyệt | PCT UBND xã | 2 ngày |",
    ) == [("Lập danh sách", "officer", 240), ("Duyệt", "deputy_head", 960)]  # fmt: skip


def test_numbers_before_the_names_of_all_steps() -> None:
    head = "| Các bước thực hiện | Đơn vị thực hiện | Thời hạn |"
    assert steps(head, "| Bước 1: Lập danh sách | Kế toán | 2 giờ |", "| Bước 2: Duyệt | PCT UBND xã | 1 giờ |") == [
        ("Lập danh sách", "officer", 120), ("Duyệt", "deputy_head", 60),
    ]  # fmt: skip
    assert (
        steps(head, "| 1. Lập danh sách | Kế toán | 2 giờ |", "| 30 phút nghỉ | Kế toán | 1 giờ |")[0][0]
        == "1. Lập danh sách"
    )


def test_headings_that_word_shows_in_capitals_are_headings() -> None:
    said = read("QUY TRÌNH\nTIẾP CÔNG DÂN\n1. mục đích\nThống nhất.\n2. phạm vi\nUBND xã.")
    assert (said.what.purpose, said.what.scope) == ("Thống nhất.", "UBND xã.")


def test_the_rest_of_a_row_is_no_section() -> None:
    table = f"{HEAD}\n| 1 | Trả kết quả, | Một cửa | 1 giờ | |\n| | lưu hồ sơ | | | |\n"
    forms = "6. BIỂU MẪU\n| TT | Mã hiệu | Tên biểu mẫu |\n| 1 | BM.01 | Sổ |"
    said = read(f"QUY TRÌNH\nTIẾP CÔNG DÂN\n{SECTIONS}{table}{forms}")
    assert [step.name for step in said.what.steps] == ["Trả kết quả, lưu hồ sơ"]
    assert [form.code for form in said.what.forms] == ["BM.01"]


def test_a_head_of_two_rows() -> None:
    assert steps(
        "| TT | Nội dung công việc | Trách nhiệm | Thời gian xử lý | | Hồ sơ |", "| | | | Bình thường | Khẩn | |",
        "| 1 | Vào sổ | Văn thư | 02 giờ | 30 phút | |",
    ) == [("Vào sổ", "document_controller", 120)]  # fmt: skip


def test_sections_with_letters() -> None:
    said = read(
        "Tên quy trình: ĐĂNG KÝ KẾT HÔN\n| A | MỤC ĐÍCH |\n| | Hướng dẫn đăng ký kết hôn |\n| B | PHẠM VI |\n| | Công dân |\n"
        "E. NỘI DUNG QUY TRÌNH\n" + HEAD + "\n| B1 | Tiếp nhận | Một cửa | 2h | |"
    )  # fmt: skip
    assert (said.value("kind"), said.what.purpose, len(said.what.steps)) == (
        Kind.OPERATIONAL_PROCEDURE,
        "Hướng dẫn đăng ký kết hôn",
        1,
    )


def test_components_below_a_head_that_says_only_what_they_are() -> None:
    rows = "| | Thành phần | Bản chính | Bản sao |\n| - | Giấy đề nghị | x | |\n| - | CCCD | | x |"
    said = read(f"QUY TRÌNH\nXÁC NHẬN HỘ NGHÈO\n{SECTIONS}5.2 Thành phần hồ sơ\n{rows}")
    assert [(one.name, one.originals, one.copies) for one in said.what.components] == [
        ("Giấy đề nghị", 1, 0),
        ("CCCD", 0, 1),
    ]


def test_a_row_of_steps_behind_an_empty_cell_is_no_head_of_other_papers() -> None:
    assert [name for name, _who, _minutes in steps(
        "| | TT | Trình tự | Trách nhiệm | Thời gian | Kết quả |", "| | B1 | Ký chứng thực | Chủ tịch UBND xã | 2 giờ | Bản sao chứng thực |",
        "| | B2 | Trả kết quả | Một cửa | 1 giờ | |",
    )] == ["Ký chứng thực", "Trả kết quả"]  # fmt: skip


def test_what_the_counter_takes_in_serves_residents() -> None:
    assert read("QUY TRÌNH\nCẤP BẢN SAO TRÍCH LỤC\nMã hiệu: QT-TP-06").value("kind") == Kind.OPERATIONAL_PROCEDURE
    assert read("QUY TRÌNH\nTIẾP CÔNG DÂN\nMã hiệu: QT-VP-06").value("kind") == Kind.INTERNAL_PROCEDURE


def test_a_table_as_wide_as_the_amendments_before_it_is_read() -> None:
    said = read(
        "| Lần sửa đổi | Ngày sửa đổi | Nội dung sửa đổi | Trang |\n| 1 | 05/3/2024 | Giảm thời gian | 4 |\n\n"
        "QUY TRÌNH\nTIẾP CÔNG DÂN\n\n| Mã hiệu | QT.VP.02 | Lần ban hành | 03 |\n| Ngày ban hành | 12/5/2024 | Trang | 1/10 |\n"
        "1. MỤC ĐÍCH\nx\n5. NỘI DUNG"
    )
    assert {name: said.value(name) for name in ("code", "issue", "issued_on")} == {
        "code": "QT.VP.02",
        "issue": "3",
        "issued_on": "2024-05-12",
    }
    assert [line.number for line in said.amendments] == ["1"]


@pytest.mark.parametrize(
    "name", ["Chu Văn An", "TRƯƠNG THỊ MAI", "Trương Thị Mai", "Nhan Thị Hoa", "Phó Đức Phương", "PHÙ VĂN NAM", "Thư Thị Lan", "Văn Minh Tuấn"]
)  # fmt: skip
def test_names_that_sound_like_titles_are_names(name: str) -> None:
    for title in ("Chuyên Viên", "Trưởng Phòng", "PHÓ CHỦ TỊCH", "Văn Thư", "Công Chức", "Thư Ký"):
        said = read(
            f"QUY TRÌNH\nMã hiệu: QT.VP.02\n| Soạn thảo | Xem xét | Phê duyệt |\n| {title} | Phó Giám đốc | Chủ tịch |\n"
            f"| {name} | Trần Thị Bình | Lê Văn Hùng |\n1. MỤC ĐÍCH\nx\n5. NỘI DUNG"
        )
        assert (said.signers[0].name, said.signers[0].title) == (name, title)


def test_lines_of_a_cell_are_items() -> None:
    table = Table(
        (("1", "Luật Hộ tịch số 60/2014/QH13\nNghị định số 123/2015/NĐ-CP"), ("2", "Thông tư số 04/2020/TT-BTP"))
    )
    parts = [
        Paragraph(text) for text in ("QUY TRÌNH", "KHAI SINH", "1. MỤC ĐÍCH", "Thống nhất.", "3. TÀI LIỆU VIỆN DẪN")
    ]
    said = understand(Extract((*parts, table, Paragraph("5. NỘI DUNG QUY TRÌNH"))), "a.docx")
    assert len(said.what.references) == 3


def test_an_amount_in_a_row_of_its_own_table_is_kept() -> None:
    said = read(
        f"QUY TRÌNH\nKHAI SINH\n{SECTIONS}5.1 Phí, lệ phí\n| 8.000 | đồng/việc |\n5.2 Số lượng hồ sơ\n| 02 | bộ |"
    )
    assert (said.what.fee, said.what.sets) == ("8.000: đồng/việc", 2)


def test_a_cover_that_counts_its_rows() -> None:
    said = read(
        "| TT | Thông tin | Nội dung |\n| 1 | Mã hiệu | QT.TP.05 |\n| 2 | Tên tài liệu | Chứng thực |\n| 3 | Lần ban hành | 03 |"
    )
    assert [said.value(name) for name in ("code", "title", "issue")] == ["QT.TP.05", "Chứng thực", "3"]


def test_a_list_behind_the_amendments_is_another_table() -> None:
    said = read(
        "QUY TRÌNH\nKHAI SINH\n| Lần sửa đổi | Ngày sửa đổi | Nội dung sửa đổi |\n| 01 | 01/07/2025 | Thay biểu mẫu |\n\n"
        "| STT | Nơi nhận | Số bản |\n| 1 | Một cửa | 02 |"
    )
    assert [row.number for row in said.amendments] == ["01"]
