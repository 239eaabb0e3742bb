"""The tables of a PDF without tags, put together from where words and lines stand, say what those of Word say."""

from __future__ import annotations

import io
import resource

import pytest
from pypdf import PdfReader, PdfWriter, Transformation

from documents.confined import placed_pdf, tagged_pdf
from documents.extraction import Block, Extract, Table, extract
from documents.importing import read
from documents.paper_reading import Office, understand
from documents.understanding import Understood
from tests.documents import placed_papers as papers


def extracted(data: bytes) -> Extract:
    found = extract(data, "tables")
    assert "placed" in found.marks
    return found


def understood(data: bytes) -> Understood:
    return understand(extracted(data), "a.pdf", Office())


def rows(blocks: tuple[Block, ...]) -> list[list[tuple[str, ...]]]:
    return [list(block.rows) for block in blocks if isinstance(block, Table)]


def lines(found: Extract) -> list[str]:
    return [block.text for block in found.blocks if not isinstance(block, Table)]


def steps(said: Understood) -> list[tuple[str, str, int]]:
    return [(step.name, step.who_words, step.norm.minutes) for step in said.what.steps]


WHOLE = [(name, who, minutes) for (_, name, who, _, _), minutes in zip(papers.STEPS, (30, 240, 120, 60), strict=True)]


def test_cover_signers_amendments_and_steps() -> None:
    paper = papers.COVER + papers.AMENDED + papers.SECTIONS + papers.table([papers.HEAD, *papers.STEPS])
    reading = read(papers.printed(paper), "a.pdf", Office())
    said = reading.understood
    assert said is not None
    assert {name: said.value(name) for name in ("code", "title", "issue", "issued_on")} == {
        "code": "QT.TP.07", "title": "Chứng thực bản sao", "issue": "2", "issued_on": "2025-07-15",
    }  # fmt: skip
    assert [(row.role, row.name, row.title) for row in said.signers] == [
        ("drafted", "Nguyễn Thị Hồng", "Công chức Tư pháp – Hộ tịch"), ("reviewed", "Phan Văn Tài", "Phó Chủ tịch UBND xã"),
        ("approved", "Lê Quốc Bảo", "Chủ tịch UBND xã"),
    ]  # fmt: skip
    assert [(row.number, row.on, row.parts, row.summary) for row in said.amendments] == [
        ("01", "15/07/2025", "Mục 5.4", "Rút ngắn thời gian giải quyết theo mô hình chính quyền địa phương hai cấp; thay biểu mẫu")
    ]  # fmt: skip
    assert steps(said) == WHOLE
    assert [step.form for step in said.what.steps] == [row[-1] for row in papers.STEPS]
    assert "tables_placed" in {doubt.kind for doubt in said.doubts}  # who imports it is told to compare


def test_merged_cells_of_the_head_and_of_the_responsible() -> None:
    table = (
        '<table class="ruled"><tr><td rowspan=2>TT</td><td rowspan=2>Trình tự</td><td rowspan=2>Trách nhiệm</td><td colspan=2>Thời gian</td></tr>'
        "<tr><td>Thường</td><td>Khẩn</td></tr><tr><td>1</td><td>Tiếp nhận</td><td rowspan=2>Văn thư</td><td>2 giờ</td><td>1 giờ</td></tr>"
        "<tr><td>2</td><td>Vào sổ</td><td>1 giờ</td><td>1 giờ</td></tr></table>"
    )
    assert rows(extracted(papers.printed(table)).blocks) == [[
        ("TT", "Trình tự", "Trách nhiệm", "Thời gian", ""), ("", "", "", "Thường", "Khẩn"), ("1", "Tiếp nhận", "Văn thư", "2 giờ", "1 giờ"),
        ("2", "Vào sổ", "", "1 giờ", "1 giờ"),
    ]]  # fmt: skip
    assert steps(understood(papers.printed(papers.SECTIONS + table))) == [
        ("Tiếp nhận", "Văn thư", 120),
        ("Vào sổ", "Văn thư", 60),
    ]


def test_a_table_goes_on_over_the_page_with_its_head_again_and_a_row_divided() -> None:
    many = [
        (str(at), f"Việc thứ {at} " + "và các việc có liên quan " * 9, "Văn thư", "1 giờ", "") for at in range(1, 31)
    ]
    found = extracted(papers.printed(papers.table([papers.HEAD, *many], heads=1), rows="auto"))
    assert found.page_count == 4
    (table,) = rows(found.blocks)
    assert [row[0] for row in table] == ["TT", *(str(at) for at in range(1, 31))]
    assert {" ".join(row[1].split()) for row in table[1:]} == {row[1].strip() for row in many}


def test_a_head_of_two_rows_divided_by_the_page() -> None:
    def row(first: tuple[str, ...], rest: str) -> str:
        cells = (f'<td style="width: {wide}%">{said}</td>' for said, wide in zip(first, (10, 30, 30), strict=True))
        return f"<tr>{''.join(cells)}{rest}</tr>"

    above = row(("TT", "Trình tự", "Trách nhiệm"), "<td>Thời gian</td>")
    below = row(("", "", ""), "<td>Giờ</td><td>Ngày</td>") + row(("1", "Vào sổ", "Văn thư"), "<td>2 giờ</td><td></td>")
    tables = (f'<table class="ruled">{rows}</table>' for rows in (above, below))
    said = understood(papers.printed(papers.SECTIONS + "<p style='break-before: page; margin: 0'></p>".join(tables)))
    assert steps(said) == [("Vào sổ", "Văn thư", 120)]


def test_a_row_without_number_divided_by_the_page() -> None:
    many = [(f"Bước {at}: " + "kiểm tra các việc có liên quan " * 12, "Văn thư", "01 giờ") for at in range(1, 20)]
    table = papers.table([("Các bước thực hiện", "Người thực hiện", "Thời gian"), *many], heads=1)
    said = understood(papers.printed(papers.SECTIONS + table, rows="auto"))
    assert [step.name for step in said.what.steps] == [row[0].partition(": ")[2].strip() for row in many]


def test_a_running_head_in_a_table_is_the_head_of_the_paper() -> None:
    head = papers.table(
        [
            (
                "UBND XÃ PHÚ LÂM",
                "QUY TRÌNH<br>CHỨNG THỰC",
                "Mã hiệu: QT.TP.07<br>Lần ban hành: 02<br>Trang <span class=at></span>/2",
            )
        ]
    )
    page = "margin-top: 4cm; @top-center { content: element(head); width: 100% }"
    paper = f'<style>.at::after {{ content: counter(page) }} .head {{ position: running(head) }}</style><div class="head">{head}</div>'
    table = (
        papers.table([papers.HEAD, *papers.STEPS[:2]])
        + "<p style='break-after: page'></p>"
        + papers.table([papers.HEAD, *papers.STEPS[2:]])
    )
    found = extracted(papers.printed(paper + papers.SECTIONS + table, page=page))
    assert rows(found.headers) == [
        [("UBND XÃ PHÚ LÂM", "QUY TRÌNH\nCHỨNG THỰC", "Mã hiệu: QT.TP.07\nLần ban hành: 02\nTrang 1/2")]
    ]
    said = understand(found, "a.pdf", Office())
    assert (said.value("code"), said.facts["code"].place, said.value("issue")) == ("QT.TP.07", "header", "2")
    assert steps(said) == WHOLE


def test_a_running_head_that_touches_the_table_below_it() -> None:
    head = [("UBND XÃ", "QUY TRÌNH", "Mã hiệu: QT.TP.07")]
    sheets = [[*head, ("TT", "Mã hiệu", "Tên biểu mẫu"), ("1", "BM.01", "Sổ")], head, head]
    found = extracted(
        papers.printed(
            "<p style='break-before: page'></p>".join(papers.table(rows) + "<p>Văn bản</p>" for rows in sheets)
        )
    )
    assert rows(found.headers) == [head]
    assert rows(found.blocks) == [sheets[0][1:]]


def test_two_tables_that_touch_are_two() -> None:
    first, second = [("Mã hiệu", "QT.TP.07")], [("TT", "Tên", "Ngày", "Ký"), ("1", "Tờ khai", "", "")]
    assert rows(extracted(papers.printed(papers.table(first) + papers.table(second))).blocks) == [first, second]


def test_the_head_and_the_foot_of_a_letter_are_read_one_side_after_the_other() -> None:
    found = extracted(papers.printed(papers.LETTER))
    assert lines(found) == [
        "ỦY BAN NHÂN DÂN", "XÃ TÂN HÒA", "Số: 45/QĐ-UBND", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập – Tự do – Hạnh phúc",
        "Tân Hòa, ngày 12 tháng 5 năm 2026", "QUYẾT ĐỊNH", "Về việc ban hành Quy chế hoạt động", "Điều 1. Ban hành Quy chế.", "Nơi nhận:",
        "- Như Điều 1;", "- Lưu: VT.", "CHỦ TỊCH", "Nguyễn Văn Hùng",
    ]  # fmt: skip
    assert rows(found.blocks) == []
    assert understand(found, "a.pdf").value("issued_on") == "2026-05-12"


@pytest.mark.parametrize(
    "look",
    [
        "", "border: 3pt double", "border: 1pt dotted", "border: 0; border-bottom: 1pt solid", "border: 0; border-left: 1pt solid",
        "text-align: center; vertical-align: middle", "text-align: justify", "font-size: 7pt; padding: 0 1pt",
    ],
)  # fmt: skip
def test_steps_however_the_table_is_ruled(look: str) -> None:
    style = f"<style>.ruled td {{ {look} }}</style>"
    assert (
        steps(understood(papers.printed(style + papers.SECTIONS + papers.table([papers.HEAD, *papers.STEPS])))) == WHOLE
    )


@pytest.mark.parametrize("look", ["", "border-left: 1pt solid", "border-bottom: 1pt solid", "letter-spacing: 0.6pt"])
@pytest.mark.parametrize("kind", ["bare", "boxed"])
def test_steps_without_lines_or_with_one_around_all_and_one_below_the_head(kind: str, look: str) -> None:
    style = f"<style>.{kind} td {{ {look} }} .boxed {{ border: 1pt solid }} .boxed tr:first-child td {{ border-bottom: 1pt solid }}</style>"
    said = understood(papers.printed(style + papers.SECTIONS + papers.table([papers.HEAD, *papers.STEPS], kind)))
    assert steps(said) == WHOLE


def test_text_in_justified_lines_and_lists_is_no_table() -> None:
    text = (
        "<p style='text-align: justify'>" + "Công chức tiếp nhận kiểm tra hồ sơ của tổ chức và cá nhân " * 20 + "</p>"
    )
    items = "<ol><li>Tờ khai theo mẫu</li><li>Giấy chứng sinh</li></ol><ul><li>Bản chính</li><li>Bản sao</li></ul>"
    assert rows(extracted(papers.printed(text + items)).blocks) == []


def test_a_booklet_is_read_one_column_after_the_other() -> None:
    text = "".join(
        f"<p>{number}. Công chức tiếp nhận kiểm tra hồ sơ của tổ chức và cá nhân theo quy định</p>"
        for number in range(1, 13)
    )
    found = lines(extracted(papers.printed(f"<div style='columns: 2'>{text}</div>")))
    assert [line.split(".")[0] for line in found] == [str(number) for number in range(1, 13)]


def test_a_title_in_capitals_ends_where_other_letters_begin() -> None:
    cover = "<p>QUY TRÌNH</p><p class='middle' style='font-size: 17pt'>CHỨNG THỰC BẢN SAO TỪ BẢN CHÍNH</p><p>Mã hiệu: QT.TP.07</p>"
    said = understood(papers.printed(cover))
    assert (said.value("title"), said.value("code")) == ("Chứng thực bản sao từ bản chính", "QT.TP.07")


def test_a_flow_chart_in_a_cell_leaves_the_table_whole() -> None:
    box = "<div style='border: 1pt solid; margin: 4pt; padding: 2pt'>%s</div>"
    drawn = [(row[0], box % row[1], *row[2:]) for row in papers.STEPS]
    assert steps(understood(papers.printed(papers.SECTIONS + papers.table([papers.HEAD, *drawn])))) == WHOLE


def test_a_table_within_a_cell_is_read() -> None:
    inner = papers.table([papers.HEAD, *papers.STEPS])
    outer = papers.table(
        [
            ("1", "MỤC ĐÍCH"),
            ("", "Thống nhất"),
            ("5", "NỘI DUNG QUY TRÌNH"),
            ("", f"Các bước:{inner}"),
            ("6", "BIỂU MẪU"),
        ]
    )
    assert steps(understood(papers.printed(outer))) == WHOLE


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_page_that_is_stored_turned(turned: int) -> None:
    writer = PdfWriter(
        clone_from=PdfReader(io.BytesIO(papers.printed(papers.SECTIONS + papers.table([papers.HEAD, *papers.STEPS]))))
    )
    page = writer.pages[0]
    wide, high = page.mediabox.width, page.mediabox.height
    move = {90: (high, 0), 180: (wide, high), 270: (0, wide)}[turned]
    page.add_transformation(Transformation().rotate(turned).translate(*move))
    if turned != 180:
        page.mediabox.upper_right = (high, wide)
        page.cropbox.upper_right = (high, wide)
    page.rotate(turned)
    out = io.BytesIO()
    writer.write(out)
    assert steps(understood(out.getvalue())) == WHOLE


def test_name_and_title_below_the_role_in_its_own_cell() -> None:
    cells = (
        "Người viết<br>Công chức Tư pháp –<br>Hộ tịch<br><br>Mai Thị Cúc",
        "Người kiểm tra<br>Phó Chủ tịch<br>UBND xã<br>(Đã ký)<br>Tạ Văn Minh",
        "Phê duyệt<br>Cao Thị Ngọc",
    )
    expected = [
        ("Mai Thị Cúc", "Công chức Tư pháp – Hộ tịch"),
        ("Tạ Văn Minh", "Phó Chủ tịch UBND xã"),
        ("Cao Thị Ngọc", ""),
    ]
    said = understood(papers.printed("<p>QUY TRÌNH</p><p>TIẾP CÔNG DÂN</p>" + papers.table([cells])))
    assert [(row.name, row.title) for row in said.signers] == expected


def test_tags_say_which_cells_were_merged() -> None:
    table = (
        '<table class="ruled"><tr><td rowspan=2>Giấy tờ</td><td colspan=2>Số bản</td></tr><tr><td>chính</td><td>sao</td></tr>'
        "<tr><td colspan=2>Tờ khai</td><td>x</td></tr></table>"
    )
    found = extract(papers.printed(table, pdf_tags=True), "tables")
    assert found.marks == ()
    assert rows(found.blocks) == [[("Giấy tờ", "Số bản", ""), ("", "chính", "sao"), ("Tờ khai", "", "x")]]


def test_tags_that_leave_out_cells_are_not_believed() -> None:
    cut = papers.table([("Giấy tờ", "Bản chính", "Bản sao"), ("Tờ khai", "x"), ("CCCD", "", "x")])
    assert rows(extracted(papers.printed(cut, pdf_tags=True)).blocks) == [
        [("Giấy tờ", "Bản chính", "Bản sao"), ("Tờ khai", "x", ""), ("CCCD", "", "x")]
    ]


def test_marks_drawn_apart_from_their_letters_belong_to_them() -> None:
    assert "HẸ\u1e3eN" in extracted(papers.printed("<p>HẸM\u0301N</p>")).text


# --- hostile files ---------------------------------------------------------------------------------


def drawn(content: bytes, pages: int = 1) -> bytes:
    """Pages with a word and what `content` draws."""
    writer = PdfWriter(
        clone_from=PdfReader(
            io.BytesIO(papers.printed("<p>Nội dung</p>" + "<p style='break-before: page'>Nội dung</p>" * (pages - 1)))
        )
    )
    for page in writer.pages:
        stream = page.get_contents()
        assert stream is not None
        stream.set_data(stream.get_data() + content)
        page.replace_contents(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"".join(b"%d 0 m %d 800 l S 0 %d m 600 %d l S\n" % (at % 600, at % 600, at % 800, at % 800) for at in range(60_000)),
        b"".join(b"%d %d 9 9 re S\n" % (at % 59 * 10, at // 59 % 80 * 10) for at in range(60_000)),
        b" ".join([b"0 0 m", *(b"%d %d l" % (at % 600, at // 600) for at in range(400_000)), b"S"]),
        b"1e30 -1e30 m 1e38 1e38 l 9e99 0 l -9e99 5 l h S",
    ],
    ids=["graph paper", "boxes", "one long path", "beyond all measure"],
)  # fmt: skip
def test_a_drawing_costs_little_and_is_no_table(content: bytes) -> None:
    data = drawn(content)
    begun = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    found = extracted(data)
    assert (found.text, rows(found.blocks)) == ("Nội dung", [])
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - begun < 5


def test_pages_no_time_is_left_for_and_too_full_ones_are_read_in_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = papers.printed(papers.SECTIONS + papers.table([papers.HEAD, *papers.STEPS]))
    for seconds, signs, notes in ((0, 40_000, ["placed", "placed_first"]), (10**9, 0, ["placed"])):
        with monkeypatch.context() as patched:
            patched.setattr(placed_pdf, "SECONDS", seconds)
            patched.setattr(placed_pdf, "MOST_SIGNS", signs)
            said = tagged_pdf.read(paper)
        assert said["notes"] == notes
        assert [block for block in said["blocks"] if "rows" in block] == []
        assert "Ký chứng thực" in " ".join(block["text"] for block in said["blocks"])
