"""What is read from uploaded files: text in its order, tables, margins; and what stops a file that harms."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import translation

from documents import confinement
from documents.confined import rtf
from documents.confined.numbering import counted
from documents.confined.trees import LONGEST, found
from documents.extraction import Extract, Paragraph, Table, Unreadable, extract
from tests.documents import office_files as files
from tests.documents.office_files import docx, odt, paragraph, part, row
from tests.tenants.importing import shared

NFD = "Quy trình đăng ký khai sinh".replace("ì", "i\u0300").replace("ý", "y\u0301")
STYLES = part(
    "styles",
    '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Muc"><w:name w:val="Mục"/><w:basedOn w:val="H2"/>'
    '<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Loop"><w:name w:val="x"/><w:basedOn w:val="Loop"/></w:style>',
)
NUMBERING = part(
    "numbering",
    '<w:abstractNum w:abstractNumId="7">'
    '<w:lvl w:ilvl="0"><w:start w:val="5"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="8">'
    '<w:lvl w:ilvl="0"><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1)"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>',
)


def listed(number: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def texts(found: Extract) -> list[str]:
    return [block.text for block in found.blocks if isinstance(block, Paragraph)]


# --- Word -------------------------------------------------------------------------------------------


def test_paragraphs_of_word_are_nfc_and_know_their_level() -> None:
    found = extract(docx(paragraph("MỤC ĐÍCH", style="H1") + paragraph(NFD), word__styles=STYLES), "docx")
    assert found.blocks == (Paragraph("MỤC ĐÍCH", 1), Paragraph("Quy trình đăng ký khai sinh"))


def test_word_lists_are_counted_as_word_counts_them() -> None:
    body = (
        paragraph("Nội dung", properties=listed(1))
        + paragraph("Cơ sở pháp lý", style="Muc")
        + paragraph("Thành phần", style="Muc")
        + paragraph("Tờ khai", properties=listed(2))
        + paragraph("Giấy chứng sinh", properties=listed(2))
        + paragraph("Biểu mẫu", properties=listed(1))
        + paragraph("Mẫu số 1", style="Muc")
    )
    found = extract(docx(body, word__styles=STYLES, word__numbering=NUMBERING), "docx")
    assert texts(found) == [
        "5. Nội dung", "5.1 Cơ sở pháp lý", "5.2 Thành phần", "a) Tờ khai", "b) Giấy chứng sinh", "6. Biểu mẫu", "6.1 Mẫu số 1",
    ]  # fmt: skip
    assert found.blocks[1] == Paragraph("5.1 Cơ sở pháp lý", 2)


def test_numbers_are_spelled_as_lists_do() -> None:
    shapes = ["decimal", "lowerLetter", "upperLetter", "lowerRoman", "upperRoman", "decimalZero"]
    assert [counted(4, shape) for shape in shapes] == ["4", "d", "D", "iv", "IV", "04"]
    assert counted(28, "lowerLetter") == "bb"


def test_merged_cells_stand_in_their_first_place_and_a_table_within_is_kept_in_its_cell() -> None:
    wide = f'<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{paragraph("Trách nhiệm")}</w:tc>'
    top = f'<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{paragraph("Bước 1")}</w:tc>'
    below = f"<w:tc><w:tcPr><w:vMerge/></w:tcPr>{paragraph('')}</w:tc>"
    inner = f"<w:tc><w:tbl>{row('a', 'b')}</w:tbl>{paragraph('dưới')}</w:tc>"
    body = f"<w:tbl>{row('TT', wide)}{row(top, 'Nộp', '2 giờ')}{row(below, 'Nhận', inner)}</w:tbl>"
    assert extract(docx(body), "docx").blocks == (
        Table((("TT", "Trách nhiệm", ""), ("Bước 1", "Nộp", "2 giờ"), ("", "Nhận", "a | b\ndưới"))),
    )


def test_tracked_changes_are_read_as_accepted_and_that_is_said() -> None:
    body = (
        "<w:p><w:r><w:t>Trong </w:t></w:r><w:del><w:r><w:delText>5</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>3</w:t></w:r></w:ins><w:r><w:t> ngày</w:t></w:r></w:p>"
    )
    found = extract(docx(body), "docx")
    assert texts(found) == ["Trong 3 ngày"]
    assert found.marks == ("tracked",)
    with translation.override("en"):
        assert "accepted" in found.notes[0]


def test_footnotes_text_boxes_fields_and_breaks_are_read() -> None:
    body = (
        '<w:p><w:r><w:t>Luật</w:t><w:footnoteReference w:id="2"/><w:tab/><w:t>mới</w:t><w:br/><w:t>dòng hai</w:t></w:r>'
        "<w:r><w:instrText>PAGE</w:instrText></w:r><w:hyperlink><w:r><w:t> nối</w:t></w:r></w:hyperlink></w:p>"
        f"<w:p><w:r><w:pict><w:txbxContent>{paragraph('trong khung')}</w:txbxContent></w:pict></w:r></w:p>"
        f"<w:sdt><w:sdtContent>{paragraph('trong ô điền')}</w:sdtContent></w:sdt>"
    )
    notes = part("footnotes", f'<w:footnote w:id="2">{paragraph("Số 60/2014/QH13")}</w:footnote>')
    found = extract(docx(body, word__footnotes=notes), "docx")
    assert texts(found) == ["Luật[1]\tmới\ndòng hai nối", "trong khung", "trong ô điền", "[1] Số 60/2014/QH13"]


def test_the_header_of_the_page_is_kept_apart_because_code_and_issue_stand_there() -> None:
    header = part("hdr", f"<w:tbl>{row('UBND xã', 'Mã số: QT.TP.01')}</w:tbl>")
    footer = part("ftr", paragraph("Lần ban hành: 02"))
    found = extract(docx(word__header1=header, word__header2=header, word__footer1=footer), "docx")
    assert found.headers == (Table((("UBND xã", "Mã số: QT.TP.01"),)),)
    assert found.footers == (Paragraph("Lần ban hành: 02"),)


def test_text_in_fonts_of_the_nineties_is_turned_into_unicode() -> None:
    typed = '<w:p><w:r><w:rPr><w:rFonts w:ascii=".VnTime"/></w:rPr><w:t>Céng hßa x· héi chñ nghÜa ViÖt Nam</w:t></w:r></w:p>'
    found = extract(docx(typed), "docx")
    assert texts(found) == ["Cộng hòa xã hội chủ nghĩa Việt Nam"]
    assert found.marks == ("old_fonts",)
    typed = '<w:p><w:r><w:rPr><w:rFonts w:ascii="VNI-Times"/></w:rPr><w:t>Kieåm soaùt vaên baûn</w:t></w:r></w:p>'
    found = extract(docx(typed), "docx")
    assert texts(found) == ["Kiểm soát văn bản"]
    assert found.marks == ("old_fonts",)


# --- the others -------------------------------------------------------------------------------------


def test_a_workbook_is_read_sheet_by_sheet_with_values_as_people_see_them() -> None:
    rows = [["Mã", "Tên", "Ngày"], [], ["QT.01", "Văn thư", dt.date(2026, 3, 1)], [1, 2.5, None]]
    found = extract(files.xlsx(rows), "xlsx")
    assert found.sheets == ("Danh mục",)
    assert found.blocks == (
        Paragraph("Danh mục", 1),
        Table((("Mã", "Tên", "Ngày"), ("QT.01", "Văn thư", "01/03/2026"), ("1", "2,5", ""))),
    )


def test_an_open_document_is_read_with_lists_tables_notes_and_blanks() -> None:
    body = (
        '<text:h text:outline-level="2">Phạm vi</text:h><text:p>Áp<text:s text:c="2"/>dụng<text:note><text:note-citation>1'
        "</text:note-citation><text:note-body><text:p>xem Điều 2</text:p></text:note-body></text:note></text:p>"
        "<text:list><text:list-item><text:p>một</text:p></text:list-item></text:list>"
        '<table:table><table:table-row><table:table-cell table:number-columns-repeated="2"><text:p>a</text:p></table:table-cell>'
        '<table:covered-table-cell/><table:table-cell table:number-columns-repeated="16000000"/></table:table-row></table:table>'
    )
    found = extract(odt(body), "odt")
    assert found.blocks == (
        Paragraph("Phạm vi", 2), Paragraph("Áp  dụng[1]"), Paragraph("một"), Table((("a", "a"),)), Paragraph("[1] xem Điều 2"),
    )  # fmt: skip


def test_a_pdf_is_read_in_vietnamese_and_its_repeated_margins_are_taken_out() -> None:
    pages = [
        [
            "Mã số: QT.TP.01",
            f"Điều {number}. Việc thứ {number} của Ủy ban nhân dân xã được làm đúng hạn.",
            f"Trang {number}/4",
        ]
        for number in range(1, 5)
    ]
    found = extract(files.pdf(pages), "pdf")
    assert found.page_count == 4
    assert found.headers == (Paragraph("Mã số: QT.TP.01"),)
    assert found.footers == (Paragraph("Trang 1/4"),)
    assert texts(found)[2] == "Điều 3. Việc thứ 3 của Ủy ban nhân dân xã được làm đúng hạn."


def test_lines_of_a_pdf_are_put_together_to_paragraphs() -> None:
    long = (
        "Ủy ban nhân dân xã có trách nhiệm tiếp nhận hồ sơ của công dân, kiểm tra thành phần và hẹn ngày trả kết quả "
        * 3
    )
    found = extract(files.pdf([[long.strip(), "a) Tờ khai"]]), "pdf")
    assert texts(found) == [long.strip(), "a) Tờ khai"]


def test_a_pdf_without_text_says_so() -> None:
    assert extract(files.pdf([[]]), "pdf").marks == ("no_text",)


def test_the_files_handed_to_the_project_are_read() -> None:
    for path in sorted(shared("files").iterdir()):
        if path.suffix in (".docx", ".pdf", ".odt"):
            found = extract(path.read_bytes(), path.suffix[1:])
            assert "Lorem ipsum dolor" in found.text or "lorem" not in path.name, path.name


def test_what_was_read_can_be_stored_and_read_again() -> None:
    found = extract(docx(f"{paragraph('a')}<w:tbl>{row('b', 'c')}</w:tbl>"), "docx")
    assert Extract.of(found.as_json()) == found
    assert found.text == "a\nb\tc"


# --- what harms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "kind", "problem"),
    [
        (b"PK\x03\x04", "docx", "broken"),
        (b"%PDF-1.7", "pdf", "broken"),
        (files.encrypted_pdf(), "pdf", "encrypted"),
        (docx(word__document='<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "docx", "entities"),
        (docx(word__document="<a/>"), "docx", "broken"),
        (files.zipped({"[Content_Types].xml": "<a/>"}), "xlsx", "unreadable"),
        (docx("<w:tbl><w:tr><w:tc>" * 3000 + "</w:tc></w:tr></w:tbl>" * 3000), "docx", ""),
    ],
    ids=["no package", "no pdf", "encrypted", "entities", "no body", "no workbook", "deep"],
)
def test_what_cannot_be_read_is_said_in_words(data: bytes, kind: str, problem: str) -> None:
    if problem:
        with pytest.raises(Unreadable) as refused:
            extract(data, kind)
        assert refused.value.problem == problem
        assert str(refused.value)
    else:
        assert extract(data, kind).blocks == ()


def test_a_file_that_eats_memory_is_stopped() -> None:
    body = "<w:p/>" * 8_000_000  # elements of a gigabyte and more
    with pytest.raises(Unreadable) as refused:
        extract(docx(body), "docx")
    assert refused.value.problem == "exhausting"


def test_a_file_that_takes_too_long_is_stopped(monkeypatch: Any) -> None:
    monkeypatch.setattr(confinement, "WAIT", 0.001)
    with pytest.raises(Unreadable) as refused:
        extract(docx(), "docx")
    assert refused.value.problem == "exhausting"


def test_the_child_knows_none_of_our_secrets(monkeypatch: Any) -> None:
    monkeypatch.setenv("SECRET_KEY", "x")
    assert "SECRET_KEY" not in confinement.KEPT
    assert "DATABASE_URL" not in confinement.KEPT


def test_what_is_kept_of_a_very_long_file_ends_in_its_middle_and_that_is_said() -> None:
    long = {"text": "a" * LONGEST, "level": 0}
    said = found([{"text": "b", "level": 0}, long, {"text": "c", "level": 0}], notes=["tracked"])
    assert [len(block["text"]) for block in said["blocks"]] == [1, LONGEST - 1]
    assert said["notes"] == ["tracked", "cut"]
    rows = [["a" * (LONGEST // 2), ""], ["b" * (LONGEST // 2)], ["c"]]
    assert found([{"rows": rows}]) == {"blocks": [{"rows": rows[:2]}], "notes": ["cut"]}
    assert found([long]) == {"blocks": [long]}


def test_plain_text_and_rtf_are_read_with_their_letters() -> None:
    assert extract("Mã hiệu\r\n\r\nQuy trình".encode("utf-16"), "txt").text == "Mã hiệu\nQuy trình"
    assert extract("Mã hiệu".encode(), "txt").marks == ()
    assert extract("Übergrößenträger façade".encode("cp1252"), "txt").marks == ("letters",)


RTF = rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset163 Times New Roman;}{\f1 .VnTime;}{\f2 Arial{\*\falt Helvetica};}}
{\stylesheet{\s1 heading 1;}}{\*\generator Msftedit;}{\header\pard QT-01\par}{\info{\title t}}
\pard\uc1\f0 Quy tri\'ccnh ki\u7875?m so\u225\'e1t \{a\}\par
{\f1 Quy tr\'d7nh ki\'d3m so\'b8t}\par
{\v gi\u7845?u}{\pict\bin4 }}}}}{\*\foo bar}x\line y\par
\trowd\intbl a\cell b\par c\cell\row\trowd\intbl d\cell\cell\row\pard
{\field{\*\fldinst HYPERLINK "http://example.vn"}{\fldrslt \f2 xem \'e9}}}"""


def test_rtf_is_read_with_code_pages_old_fonts_tables_and_margins() -> None:
    read = extract(RTF, "rtf")
    lines = ("Quy trình kiểm soát {a}", "Quy trình kiểm soát", "giấux\ny")
    rows = Table((("a", "b\nc"), ("d", "")))
    assert read.blocks == (*map(Paragraph, lines), rows, Paragraph("xem é"))
    assert read.headers == (Paragraph("QT-01"),)
    assert read.marks == ("hidden_text", "old_fonts")


def test_broken_rtf_is_no_error_of_ours() -> None:
    for place in range(0, len(RTF), 3):
        for given in (RTF[:place], RTF[:place] + RTF[place + 3 :], RTF[:place] + b"{" + RTF[place:]):
            assert "blocks" in rtf.read(given)
    assert extract(b"{\\rtf1}}}}\\u99999999?\\'zz\\bin-5 a", "rtf").text


def test_hidden_text_and_boxes_to_tick_are_shown() -> None:
    box = '<w:sym w:font="Wingdings" w:char="F0A8"/>'
    read = extract(
        docx(
            f'<w:p><w:r>{box}<w:t> Có</w:t></w:r><w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t> Không</w:t></w:r></w:p>'
            '<w:p><w:r><w:sym w:font="MS Gothic" w:char="2612"/><w:sym w:char="zz"/></w:r>'
            '<w:r><w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr><w:t>\uf06f</w:t></w:r></w:p>'
            '<w:p><w:r><w:fldChar><w:ffData><w:checkBox><w:default w:val="1"/></w:checkBox></w:ffData></w:fldChar></w:r></w:p>'
        ),
        "docx",
    )
    assert read.text == "☐ Có☑ Không\n☒☐\n☑"
    assert read.marks == ()
    hidden = extract(docx("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>giấu</w:t></w:r></w:p>"), "docx")
    assert (hidden.text, hidden.marks) == ("giấu", ("hidden_text",))
    shown = extract(docx('<w:p><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>hiện</w:t></w:r></w:p>'), "docx")
    assert shown.marks == ()


def test_cells_beyond_what_is_kept_are_told_and_gaps_are_not() -> None:
    far = files.xlsx([["a"]], more={"XFD1": "xa"})
    assert extract(far, "xlsx").marks == ("cut",)
    low = extract(files.xlsx([["a"]], more={"A30000": "sau"}), "xlsx")
    assert (low.marks, low.text) == ((), "Danh mục\na\nsau")


def test_what_is_written_twice_between_paragraphs_or_rows_is_read_once() -> None:
    def twice(new: str, old: str) -> str:
        choice = f'<mc:Choice Requires="w14">{new}</mc:Choice><mc:Fallback>{old}</mc:Fallback>'
        space = "http://schemas.openxmlformats.org/markup-compatibility/2006"
        return f'<mc:AlternateContent xmlns:mc="{space}">{choice}</mc:AlternateContent>'

    body = twice(paragraph("một"), paragraph("cũ")) + f"<w:tbl>{row('hai')}{twice(row('ba'), row('cũ'))}</w:tbl>"
    found = extract(docx(paragraph("không") + body), "docx")
    assert found.blocks == (Paragraph("không"), Paragraph("một"), Table((("hai",), ("ba",))))
