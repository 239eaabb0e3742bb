"""PDFs as “print to PDF” makes them: only words and lines at places of a page say what is a table."""

from __future__ import annotations

from typing import Any

from weasyprint import HTML

STYLE = """<html lang="vi"><style>
@page { size: A4; margin: 2cm 2cm 2cm 3cm; %s } body { font: 12pt 'Liberation Serif' } p { margin: 4pt 0 }
table { border-collapse: collapse; width: 100%% } td, th { vertical-align: top; padding: 2pt 5pt; font-weight: normal }
.ruled td, .ruled th { border: 0.5pt solid } .middle { text-align: center } tr { break-inside: %s }
</style>"""
HEAD = ("TT", "Trình tự", "Trách nhiệm", "Thời gian", "Biểu mẫu/Kết quả")
STEPS = [
    ("B1", "Tiếp nhận hồ sơ, kiểm tra bản chính, đối chiếu với bản sao", "Bộ phận TN&TKQ", "30 phút", "Giấy tiếp nhận"),
    ("B2", "Kiểm tra, ghi lời chứng, trình ký", "Công chức Tư pháp – Hộ tịch", "4 giờ", "Lời chứng"),
    ("B3", "Ký chứng thực", "Chủ tịch UBND xã", "2 giờ", "Bản sao chứng thực"),
    ("B4", "Đóng dấu, vào sổ, trả kết quả", "Bộ phận TN&TKQ", "1 giờ", "Sổ chứng thực"),
]
SIGNERS = [
    ("NGƯỜI VIẾT", "NGƯỜI KIỂM TRA", "NGƯỜI PHÊ DUYỆT"),
    ("Công chức Tư pháp – Hộ tịch", "Phó Chủ tịch UBND xã", "Chủ tịch UBND xã"),
    ("<br><br>", "", ""),
    ("Nguyễn Thị Hồng", "Phan Văn Tài", "Lê Quốc Bảo"),
]
SECTIONS = "<p>QUY TRÌNH</p><p>CHỨNG THỰC</p><p>1. MỤC ĐÍCH</p><p>Thống nhất.</p><p>2. PHẠM VI</p><p>UBND xã.</p><p>5. NỘI DUNG QUY TRÌNH</p>"


def printed(body: str, *, page: str = "", rows: str = "avoid", **how: Any) -> bytes:
    """`rows`: auto, where the end of a page may divide one."""
    return HTML(string=STYLE % (page, rows) + body).write_pdf(**how)


def table(rows: list[tuple[str, ...]], kind: str = "ruled", *, heads: int = 0) -> str:
    """`heads` rows come again on every page."""
    made = ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows]
    return f'<table class="{kind}"><thead>{"".join(made[:heads])}</thead>{"".join(made[heads:])}</table>'


COVER = f"""<div style="border: 3pt double; padding: 20pt">
<table class="ruled middle"><tr><td rowspan=4>UBND XÃ<br>PHÚ LÂM</td><td rowspan=4>QUY TRÌNH<br>CHỨNG THỰC BẢN SAO</td>
<td>Mã hiệu</td><td>QT.TP.07</td></tr><tr><td>Lần ban hành</td><td>02</td></tr><tr><td>Ngày ban hành</td><td>15/07/2025</td></tr>
<tr><td>Trang</td><td>1/5</td></tr></table><p><br></p>{table(SIGNERS, "ruled middle")}</div>"""
AMENDED = table([
    ("Lần sửa đổi", "Ngày sửa đổi", "Trang/Mục", "Nội dung sửa đổi"),
    ("01", "15/07/2025", "Mục 5.4", "Rút ngắn thời gian giải quyết theo mô hình chính quyền địa phương hai cấp; thay biểu mẫu"),
    ("&nbsp;", "", "", ""),
])  # fmt: skip
