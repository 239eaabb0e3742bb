"""Documents of the sample that were uploaded: a Word file in force with an attachment, a draft, a linked regulation."""

from __future__ import annotations

import io
import zipfile
from html import escape

from documents import actions as writing
from documents import filing
from documents.models import Kind
from qms.sample.office import Office, at, back
from tenants import clock
from tenants.models import Role

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
RULES: list[tuple[str, int]] = [
    ("Điều 1. Phạm vi và đối tượng", 1),
    (
        "Quy chế này quy định việc tiếp công dân, tiếp nhận và chuyển đơn khiếu nại, tố cáo, kiến nghị, phản ánh tại trụ sở.",
        0,
    ),
    ("Điều 2. Lịch tiếp công dân", 1),
    ("Chủ tịch tiếp công dân định kỳ; các ngày khác công chức được giao tiếp theo lịch dưới đây.", 0),
    ("Điều 3. Trách nhiệm", 1),
    ("Người tiếp công dân ghi sổ đầy đủ, trả lời ngay việc đã rõ và hẹn ngày trả lời việc còn phải xem xét.", 0),
]
TIMES: list[tuple[str, ...]] = [
    ("Ngày", "Người tiếp", "Thời gian"),
    ("Thứ năm hằng tuần", "Chủ tịch", "7 giờ 30 – 11 giờ 30"),
    ("Các ngày khác", "Công chức Văn phòng", "Trong giờ hành chính"),
]


def word_file(texts: list[tuple[str, int]], table: list[tuple[str, ...]]) -> bytes:
    """A Word document of these paragraphs (with level of heading) and this table behind the fourth."""
    rows = "".join(f"<w:tr>{''.join(f'<w:tc>{_paragraph(cell)}</w:tc>' for cell in row)}</w:tr>" for row in table)
    parts = [_paragraph(text, level) for text, level in texts]
    parts.insert(4, f"<w:tbl>{rows}</w:tbl>")
    relation = f'<Relationship Id="r1" Type="{OFFICE}" Target="word/document.xml"/>'
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{TYPE}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relation}</Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{"".join(parts)}</w:body></w:document>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in files.items():
            package.writestr(zipfile.ZipInfo(name), text)
    return out.getvalue()


def _paragraph(text: str, level: int = 0) -> str:
    outline = f'<w:pPr><w:outlineLvl w:val="{level - 1}"/></w:pPr>' if level else ""
    return f"<w:p>{outline}<w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def fill_uploaded(office: Office) -> None:
    controller, deputy, head = (
        office.one(role) for role in (Role.DOCUMENT_CONTROLLER, Role.DEPUTY_HEAD, Role.AGENCY_HEAD)
    )
    rules = filing.examine(word_file(RULES, TIMES), "Quy chế tiếp công dân.docx", as_content=True)
    note = filing.examine(
        "Sổ tiếp công dân: số thứ tự; họ tên; nội dung; kết quả.\n".encode(), "Mẫu sổ.txt", as_content=False
    )
    with at(back(40), 8):
        version = writing.create_document(
            Kind.REGULATION, "QC.VP.01", "Quy chế tiếp công dân", controller.unit, by=controller
        )
        version = filing.put_content(version, rules, by=controller)
        version = filing.attach(version, note, by=controller)
        version = writing.submit(version, by=controller)
    with at(back(40), 9):
        version = writing.review(version, by=deputy)
    with at(back(40), 10):
        writing.approve(version, by=head, effective_from=clock.today())
    with at(back(2), 9):
        draft = writing.create_document(Kind.REGULATION, "QC.VP.02", "Quy chế làm việc", controller.unit, by=controller)
        filing.put_content(
            draft, filing.examine(word_file(RULES[:4], TIMES), "Quy chế làm việc.docx", as_content=True), by=controller
        )
        law = writing.create_document(
            Kind.EXTERNAL, "TLN.01", "Nghị định 30/2020/NĐ-CP về công tác văn thư", controller.unit, by=controller
        )
        filing.put_link(law, "https://vanban.chinhphu.vn/", by=controller)
