"""Procedures as three offices write them in Word (domain §3.1–3.4): cover in tables, in the running head, sections in one table."""

from __future__ import annotations

import io
import unicodedata
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION

STEPS = [  # of E4, copies from the register (domain §3.4)
    (
        "Tiếp nhận hồ sơ, kiểm tra, vào sổ, chuyển công chức Tư pháp – Hộ tịch",
        "Bộ phận TN&TKQ",
        "02 giờ",
        "Mẫu số 01, Mẫu số 06",
    ),
    ("Tra cứu sổ gốc, thẩm định, dự thảo bản sao", "Công chức Tư pháp – Hộ tịch", "03 giờ làm việc", "Bản sao dự thảo"),
    ("Ký duyệt bản sao", "Chủ tịch UBND xã", "0,25 ngày", "Bản sao đã ký"),
    ("Đóng dấu, vào sổ, trả kết quả", "Bộ phận TN&TKQ", "1 giờ", "Sổ theo dõi"),
]
FORMS = [("BM.TP.04.01", "Tờ khai cấp bản sao"), ("BM.TP.04.02", "Sổ cấp bản sao từ sổ gốc")]
AMENDED = (
    "Phiếu YC số 05 ngày 20/11/2025",
    "Mục 5.7",
    "Giảm thời gian 1 ngày còn 0,5 ngày; hồ sơ sau 16h trả ngày tiếp theo",
    "03",
    "28/11/2025",
)


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def table(document: Any, rows: list[tuple[str, ...]]) -> Any:
    made = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        cells = made.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text
    return made


def ward(code: str = "QT.TP.04", *, name: str = "Nguyễn Văn Hùng", last_hour: str = "1 giờ") -> bytes:
    """A ward of Hà Nội: cover in a table with a cell for the emblem, signatures in three columns beside a column of
    words, amendments before the text, sections as headings, the step table with TT | Trình tự | …
    """
    document = Document()
    cover = table(document, [
        ("", "UBND PHƯỜNG LA KHÊ\nQUY TRÌNH\nCẤP BẢN SAO TRÍCH LỤC TỪ SỔ GỐC", f"Mã hiệu: {code}\nLần ban hành: 03\nNgày ban hành: 28/11/2025"),
    ])  # fmt: skip
    cover.cell(0, 0).paragraphs[0].add_run("[biểu trưng]")
    document.add_paragraph()
    table(document, [
        ("Trách nhiệm", "Soạn thảo", "Xem xét", "Phê duyệt"), ("Họ tên", name, "Trần Thị Mai", "Lê Quang Vinh"), ("Chữ ký", "", "", ""),
        ("Chức vụ", "Công chức Tư pháp – Hộ tịch", "Phó Chủ tịch UBND phường", "Chủ tịch UBND phường"),
    ])  # fmt: skip
    document.add_paragraph("SỬA ĐỔI TÀI LIỆU")
    table(document, [
        ("Yêu cầu sửa đổi/ bổ sung", "Trang / Phần liên quan việc sửa đổi", "Mô tả nội dung sửa đổi", "Lần ban hành / Lần sửa đổi", "Ngày ban hành"),
        AMENDED, ("", "", "", "", ""),
    ])  # fmt: skip
    document.add_paragraph("MỤC LỤC")
    for line in (
        "1. MỤC ĐÍCH ............ 2",
        "2. PHẠM VI ............ 2",
        "3. TÀI LIỆU VIỆN DẪN\t2",
        "4. ĐỊNH NGHĨA/VIẾT TẮT\t3",
        "5. NỘI DUNG QUY TRÌNH ... 3",
        "6. BIỂU MẪU ... 5",
        "7. HỒ SƠ CẦN LƯU ... 5",
    ):
        document.add_paragraph(line)
    document.add_heading("1. MỤC ĐÍCH", 1)
    document.add_paragraph("Quy định trình tự và trách nhiệm cấp bản sao trích lục hộ tịch từ sổ gốc.")
    document.add_heading("2. PHẠM VI", 1)
    document.add_paragraph("Áp dụng đối với thủ tục 2.000908 tại UBND phường.")
    document.add_heading("3. TÀI LIỆU VIỆN DẪN", 1)
    document.add_paragraph("- Tiêu chuẩn quốc gia TCVN ISO 9001:2015")
    document.add_paragraph("- Các văn bản pháp quy liên quan tại mục 5.1")
    document.add_heading("4. ĐỊNH NGHĨA/VIẾT TẮT", 1)
    document.add_paragraph("UBND: Ủy ban nhân dân; TN&TKQ: Tiếp nhận và trả kết quả")
    document.add_heading("5. NỘI DUNG QUY TRÌNH", 1)
    document.add_paragraph("5.1. Cơ sở pháp lý")
    document.add_paragraph("- Luật Hộ tịch số 60/2014/QH13 ngày 20/11/2014;")
    document.add_paragraph("- Nghị định số 23/2015/NĐ-CP ngày 16/02/2015 của Chính phủ;")
    document.add_paragraph("5.2. Thành phần hồ sơ")
    table(
        document,
        [
            ("Giấy tờ", "Bản chính", "Bản sao"),
            ("Tờ khai cấp bản sao (BM.TP.04.01)", "x", ""),
            ("Giấy tờ tùy thân", "", "01"),
        ],
    )
    document.add_paragraph("5.3. Số lượng hồ sơ: 01 bộ")
    document.add_paragraph("5.4. Thời gian xử lý")
    document.add_paragraph("Trong ngày làm việc; hồ sơ nhận sau 15 giờ thì trả vào ngày làm việc tiếp theo.")
    document.add_paragraph("5.5. Nơi tiếp nhận và trả kết quả")
    document.add_paragraph("Bộ phận tiếp nhận và trả kết quả UBND phường.")
    document.add_paragraph("5.6. Lệ phí")
    document.add_paragraph("8.000 đồng/bản")
    document.add_paragraph("5.7. Quy trình xử lý công việc")
    rows = [("TT", "Trình tự", "Trách nhiệm", "Thời gian", "Biểu mẫu/Kết quả")]
    rows += [(f"B{number}", *row) for number, row in enumerate(STEPS[:-1], 1)]
    rows += [("B4", STEPS[-1][0], STEPS[-1][1], last_hour, STEPS[-1][3])]
    table(document, rows)
    document.add_heading("6. BIỂU MẪU", 1)
    table(document, [("TT", "Mã hiệu", "Tên biểu mẫu"), *((str(at), *row) for at, row in enumerate(FORMS, 1))])
    document.add_heading("7. HỒ SƠ CẦN LƯU", 1)
    table(document, [("TT", "Hồ sơ lưu"), ("1", "Sổ cấp bản sao"), ("2", "Tờ khai cấp bản sao")])
    document.add_paragraph("Hồ sơ được lưu tại bộ phận Tư pháp – Hộ tịch, thời gian lưu 05 năm.")
    return saved(document)


def department() -> bytes:
    """A department: code, issue and dates in the running head, roman numbers, steps with explanations (HCMC), the step
    table divided by a page with its head repeated and one row cut in two, amendments at the end of the cover.
    """
    document = Document()
    head = document.sections[0].header
    frame = head.add_table(1, 3, width=document.sections[0].page_width)
    frame.cell(0, 0).text = "SỞ KHOA HỌC VÀ CÔNG NGHỆ"
    frame.cell(0, 1).text = "QUY TRÌNH CẤP GIẤY PHÉP TIẾN HÀNH CÔNG VIỆC BỨC XẠ"
    frame.cell(
        0, 2
    ).text = "Mã số: QT-05/HTQLCL\nBan hành lần: 02\nSoát xét: 01\nNgày hiệu lực: ngày 05 tháng 3 năm 2026\nTrang: 1/6"
    document.add_paragraph("ỦY BAN NHÂN DÂN TỈNH")
    document.add_paragraph("SỞ KHOA HỌC VÀ CÔNG NGHỆ")
    table(document, [
        ("NGƯỜI VIẾT", "NGƯỜI KIỂM TRA", "NGƯỜI PHÊ DUYỆT"), ("Chuyên viên", "Trưởng phòng", "Giám đốc"),
        ("(Đã ký)", "(Đã ký)", "(Đã ký)"), ("Phạm Thu Trang", "Đặng Minh Đức", "Vũ Thị Hạnh"),
    ])  # fmt: skip
    document.add_paragraph("BẢNG THEO DÕI SỬA ĐỔI")
    table(
        document,
        [
            ("Lần sửa đổi", "Ngày sửa đổi", "Vị trí", "Nội dung sửa đổi"),
            ("01", "05/3/2026", "Mục V.4", "Rút ngắn thời hạn"),
        ],
    )
    document.add_paragraph("I. MỤC ĐÍCH")
    document.add_paragraph("Thống nhất cách cấp giấy phép.")
    document.add_paragraph("II. PHẠM VI ÁP DỤNG")
    document.add_paragraph("Phòng Quản lý chuyên ngành và các đơn vị liên quan.")
    document.add_paragraph("III. TÀI LIỆU THAM CHIẾU")
    document.add_paragraph("TCVN ISO 9001:2015; Luật Năng lượng nguyên tử số 18/2008/QH12")
    document.add_paragraph("IV. THUẬT NGỮ VÀ ĐỊNH NGHĨA: Không có")
    document.add_paragraph("V. NỘI DUNG THỰC HIỆN")
    document.add_paragraph("1. Căn cứ pháp lý:")
    document.add_paragraph("+ Nghị định 142/2020/NĐ-CP quy định về việc tiến hành công việc bức xạ")
    document.add_paragraph("2. Thành phần hồ sơ:")
    table(
        document,
        [
            ("STT", "Tên hồ sơ", "Số lượng"),
            ("1", "Đơn đề nghị (Mẫu 05)", "01 bản chính"),
            ("2", "Bản sao chứng chỉ", "02 bản sao"),
        ],
    )
    document.add_paragraph("3. Số lượng hồ sơ")
    document.add_paragraph("02 bộ")
    document.add_paragraph("4. Thời hạn giải quyết")
    document.add_paragraph("Không quá 25 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ.")
    document.add_paragraph("5. Phí, lệ phí")
    document.add_paragraph("Theo Thông tư 287/2016/TT-BTC.")
    document.add_paragraph("6. Trình tự thực hiện")
    heads = ("Bước", "Nội dung công việc", "Trách nhiệm", "Thời gian", "Hồ sơ/Biểu mẫu", "Diễn giải")
    table(document, [
        heads, ("Bước 1", "Nộp hồ sơ", "Tổ chức, cá nhân", "Giờ hành chính", "Mẫu 05", ""),
        ("Bước 2", "Tiếp nhận hồ sơ", "Bộ phận Một cửa", "0,5 ngày làm việc", "BM 01", "Kiểm tra đủ thành phần"),
        ("Bước 3", "Thẩm định hồ sơ", "Chuyên viên phòng Quản lý", "20 ngày", "Dự thảo giấy phép", ""),
    ])  # fmt: skip
    document.add_section(WD_SECTION.NEW_PAGE)
    table(document, [
        heads, ("", "và lập biên bản thẩm định", "", "", "", ""), ("Bước 4", "Xem xét", "Lãnh đạo phòng", "1,5 ngày", "", ""),
        ("Bước 5", "Ký giấy phép", "Lãnh đạo Sở", "02 ngày", "Giấy phép", ""), ("Bước 6", "Vào sổ, trả kết quả", "Văn thư", "01 ngày", "", ""),
        ("Tổng cộng", "", "", "25 ngày", "", ""),
    ])  # fmt: skip
    document.add_paragraph("VI. BIỂU MẪU KÈM THEO")
    document.add_paragraph("BM-05.01: Phiếu kiểm soát quá trình")
    document.add_paragraph("VII. LƯU HỒ SƠ")
    table(
        document, [("STT", "Tên hồ sơ", "Nơi lưu", "Thời hạn lưu"), ("1", "Hồ sơ cấp phép", "Phòng Quản lý", "10 năm")]
    )
    return saved(document)


def commune() -> bytes:
    """A commune: everything from section 5 on is one table whose cells are merged; letters decomposed (NFD); the cover
    in lines; amendments after the text.
    """

    def nfd(text: str) -> str:
        return unicodedata.normalize("NFD", text)

    document = Document()
    for line in (
        "UBND HUYỆN PHÚ BÌNH",
        "UBND XÃ TÂN HÒA",
        "QUY TRÌNH",
        "ĐĂNG KÝ KHAI SINH",
        "Mã hiệu : QT – 01/TP",
        "Lần ban hành : 01",
        "Lần sửa đổi : 00",
        "Ngày ban hành : 15.06.2024",
    ):
        document.add_paragraph(nfd(line))
    table(document, [
        ("Người soạn thảo", "Người xem xét", "Người phê duyệt"), ("Công chức TP–HT", "Phó Chủ tịch", "Chủ tịch"), ("LÊ THỊ HOA", "HOÀNG VĂN NAM", "ĐỖ MINH QUÂN"),
    ])  # fmt: skip
    for number, (head, text) in enumerate(
        [
            ("Mục đích", "Quy định cách đăng ký khai sinh cho trẻ em."),
            ("Phạm vi", "Công dân cư trú tại xã; công chức Tư pháp – Hộ tịch chịu trách nhiệm thực hiện."),
            ("Tài liệu viện dẫn", "Sổ tay chất lượng"),
            ("Định nghĩa, viết tắt", "TTHC: thủ tục hành chính"),
        ],
        1,
    ):
        document.add_paragraph(nfd(f"{number}/ {head.upper()}"))
        document.add_paragraph(nfd(text))
    document.add_paragraph(nfd("5/ NỘI DUNG"))
    grid = document.add_table(rows=0, cols=6)

    def row(*texts: str, merge: tuple[int, int] | None = None) -> None:
        cells = grid.add_row().cells
        if merge:
            cells[merge[0]].merge(cells[merge[1]])
        for cell, text in zip(cells, texts, strict=False):
            if text:
                cell.text = nfd(text)

    row("5.1", "Cơ sở pháp lý", merge=(1, 5))
    row("", "- Luật Hộ tịch 60/2014/QH13\n- Nghị định 123/2015/NĐ-CP", merge=(1, 5))
    row("5.2", "Thành phần hồ sơ", "", "", "Bản chính", "Bản sao", merge=(1, 3))
    row("", "Tờ khai đăng ký khai sinh theo mẫu", "", "", "x", "", merge=(1, 3))
    row("", "Giấy chứng sinh", "", "", "x", "", merge=(1, 3))
    row("", "Sổ hộ khẩu", "", "", "", "x", merge=(1, 3))
    row("5.3", "Số lượng hồ sơ", merge=(1, 5))
    row("", "01 bộ", merge=(1, 5))
    row("5.4", "Thời gian xử lý", merge=(1, 5))
    row("", "01 ngày làm việc", merge=(1, 5))
    row("5.5", "Nơi tiếp nhận và trả kết quả", merge=(1, 5))
    row("", "Bộ phận Một cửa UBND xã", merge=(1, 5))
    row("5.6", "Lệ phí", merge=(1, 5))
    row("", "Không", merge=(1, 5))
    row("5.7", "Quy trình xử lý công việc", merge=(1, 5))
    row("TT", "Trình tự", "", "Trách nhiệm", "Thời gian", "Biểu mẫu/ Kết quả", merge=(1, 2))
    row("B1", "Tiếp nhận hồ sơ", "", "Bộ phận Một cửa", "0,5 giờ", "Giấy hẹn", merge=(1, 2))
    row("B2", "Thẩm tra, ghi vào Sổ đăng ký", "", "Công chức TP-HT", "1/2 ngày", "Sổ đăng ký", merge=(1, 2))
    row("B3", "Ký Giấy khai sinh", "", "Lãnh đạo UBND", "1 giờ 30 phút", "Giấy khai sinh", merge=(1, 2))
    row("B4", "Trả kết quả, lưu hồ sơ", "", "Bộ phận Một cửa", "2h", "", merge=(1, 2))
    row("6", "BIỂU MẪU", merge=(1, 5))
    row("", "BM.01 Tờ khai đăng ký khai sinh", merge=(1, 5))
    row("7", "HỒ SƠ LƯU", merge=(1, 5))
    row("", "Tờ khai; Sổ đăng ký khai sinh", merge=(1, 5))
    document.add_paragraph(nfd("TÌNH TRẠNG SỬA ĐỔI"))
    table(document, [tuple(map(nfd, ("Ngày", "Trang/phần", "Nội dung sửa đổi", "Lần sửa đổi"))), ("…", "", "", "")])
    return saved(document)
