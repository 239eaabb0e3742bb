"""The ruled tables of a PDF without tags say what those of Word say; what is not sure stays lines, word for word."""

from __future__ import annotations

import io
import resource
from collections import Counter
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter, Transformation

from documents.confined import pdf, ruled_pdf
from documents.extraction import Block, Extract, Table, extract
from documents.importing import read
from documents.paper_reading import Office
from documents.understanding import Understood
from tests.documents import ruled_papers as papers

STEPS = papers.table([papers.HEAD, *papers.STEPS])
WHOLE = [(name, who, minutes) for (_, name, who, _, _), minutes in zip(papers.STEPS, (30, 240, 120, 60), strict=True)]
BREAK = "<p style='break-before: page; margin: 0'></p>"


def understood(data: bytes) -> Understood:
    reading = read(data, "a.pdf", Office())
    assert reading.understood is not None
    return reading.understood


def doubts(said: Understood) -> set[str]:
    return {doubt.kind for doubt in said.doubts}


def rows(blocks: tuple[Block, ...]) -> list[list[tuple[str, ...]]]:
    return [list(block.rows) for block in blocks if isinstance(block, Table)]


def ruled(paper: str, **how: Any) -> list[list[tuple[str, ...]]]:
    return rows(extract(papers.printed(paper, **how), "ruled").blocks)


def steps(said: Understood) -> list[tuple[str, str, int]]:
    return [(step.name, step.who_words, step.norm.minutes) for step in said.what.steps]


def signs(found: Extract) -> Counter[str]:
    texts = [found.text, *(row for side in (found.headers, found.footers) for row in Extract(side).text.split("\n"))]
    return Counter(sign for text in texts for sign in text if not sign.isspace())


def test_cover_signers_amendments_and_steps() -> None:
    said = understood(papers.printed(papers.COVER + papers.AMENDED + papers.SECTIONS + STEPS))
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
    assert "signers_missing" not in doubts(said)
    assert {"tables_ruled", "tables_as_lines"} & doubts(said) == {"tables_ruled"}  # who imports it is told to compare


def test_merged_cells_of_the_head_and_of_the_responsible() -> None:
    table = (
        '<table class="ruled"><tr><td rowspan=2>TT</td><td rowspan=2>Trình tự</td><td rowspan=2>Trách nhiệm</td><td colspan=2>Thời gian</td></tr>'
        "<tr><td>Thường</td><td>Khẩn</td></tr><tr><td>1</td><td>Tiếp nhận</td><td rowspan=2>Văn thư</td><td>2 giờ</td><td>1 giờ</td></tr>"
        "<tr><td>2</td><td>Vào sổ</td><td>1 giờ</td><td>1 giờ</td></tr></table>"
    )
    assert ruled(table) == [[
        ("TT", "Trình tự", "Trách nhiệm", "Thời gian", ""), ("", "", "", "Thường", "Khẩn"), ("1", "Tiếp nhận", "Văn thư", "2 giờ", "1 giờ"),
        ("2", "Vào sổ", "", "1 giờ", "1 giờ"),
    ]]  # fmt: skip
    for how in ({}, {"pdf_tags": True}):
        said = understood(papers.printed(papers.SECTIONS + table, **how))
        assert steps(said) == [("Tiếp nhận", "Văn thư", 120), ("Vào sổ", "Văn thư", 60)]


def test_a_table_goes_on_over_the_page_with_its_head_again_and_a_row_divided() -> None:
    many = [
        (str(at), f"Việc thứ {at} " + "và các việc có liên quan " * 9, "Văn thư", "1 giờ", "") for at in range(1, 31)
    ]
    (table,) = ruled(papers.table([papers.HEAD, *many], heads=1), rows="auto")
    assert [row[0] for row in table] == ["TT", *(str(at) for at in range(1, 31))]
    assert {" ".join(row[1].split()) for row in table[1:]} == {row[1].strip() for row in many}


def test_a_row_that_names_nobody_begins_a_page_and_stays_a_row() -> None:
    first = papers.table([papers.HEAD, ("1", "Tiếp nhận hồ sơ", "Văn thư", "1 giờ", "")])
    rest = papers.table([("", "Trường hợp thiếu giấy tờ: hướng dẫn bổ sung", "", "", "")])
    (table,) = ruled(f"<style>td {{ width: 20% }}</style>{first}{BREAK}{rest}")
    assert len(table) == 3


def test_a_running_head_in_a_table_is_the_head_of_the_paper() -> None:
    cells = ("UBND XÃ PHÚ LÂM", "QUY TRÌNH<br>CHỨNG THỰC", "Mã hiệu: QT.TP.07<br>Lần ban hành: 02<br>Trang <b></b>/2")
    page = "margin-top: 4cm; @top-center { content: element(head); width: 100% }"
    style = "<style>b::after { content: counter(page) } .head { position: running(head) }</style>"
    head = f'{style}<div class="head">{papers.table([cells])}</div>'
    halves = papers.table([papers.HEAD, *papers.STEPS[:2]]), papers.table([papers.HEAD, *papers.STEPS[2:]])
    data = papers.printed(head + papers.SECTIONS + BREAK.join(halves), page=page)
    assert rows(extract(data, "ruled").headers) == [
        [("UBND XÃ PHÚ LÂM", "QUY TRÌNH\nCHỨNG THỰC", "Mã hiệu: QT.TP.07\nLần ban hành: 02\nTrang 1/2")]
    ]
    said = understood(data)
    assert (said.value("code"), said.facts["code"].place, said.value("issue")) == ("QT.TP.07", "header", "2")
    assert steps(said) == WHOLE


def test_tables_of_the_text_on_every_page_stay() -> None:
    """Amendments that differ only in their numbers, and steps on all pages, are no running heads."""
    lines = [(f"0{at}", f"1{at}/07/2025", "Thay biểu mẫu") for at in (1, 2, 3)]
    amended = [papers.table([("Lần", "Ngày", "Nội dung"), line]) for line in lines]
    text = "<p>Các sửa đổi của quy trình</p>"
    assert [line for table in ruled(BREAK.join(text + table for table in amended)) for line in table[1:]] == lines
    many = [(str(at), "Việc", "Văn thư") for at in range(1, 90)]
    (table,) = ruled(papers.table([("TT", "Việc", "Ai"), *many], heads=1))
    assert len(table) == 90


def test_two_tables_that_touch_are_two() -> None:
    first, second = [("Mã hiệu", "QT.TP.07")], [("TT", "Tên", "Ngày", "Ký"), ("1", "Tờ khai", "", "")]
    assert ruled(papers.table(first) + papers.table(second)) == [first, second]


@pytest.mark.parametrize(
    "look",
    [
        "", "border: 3pt double", "border: 1pt dotted", "border: 1pt dashed", "text-align: center; vertical-align: middle",
        "text-align: justify", "font-size: 7pt; padding: 0 1pt", "border: 0; border-left: 1pt solid; border-bottom: 1pt solid",
    ],
)  # fmt: skip
def test_steps_however_the_table_is_ruled(look: str) -> None:
    style = f"<style>.ruled td {{ {look} }}</style>"
    assert steps(understood(papers.printed(style + papers.SECTIONS + STEPS))) == WHOLE


@pytest.mark.parametrize(
    "mark",
    [
        "position: fixed; top: 9cm; left: 1cm; font-size: 70pt; transform: rotate(-45deg)",
        "position: fixed; top: 9cm; left: 1cm; font-size: 12pt; transform: rotate(-30deg)",
        "position: fixed; top: 6cm; left: 0; font-size: 80pt",
    ],
)
def test_what_lies_over_a_table_is_not_in_its_cells(mark: str) -> None:
    said = understood(
        papers.printed(f"<div style='{mark}; color: #ccc'>BẢN LƯU HÀNH NỘI BỘ</div>" + papers.SECTIONS + STEPS)
    )
    assert steps(said) == WHOLE


def test_rows_that_only_their_numbers_divide() -> None:
    cells = tuple("<br>".join(column) for column in zip(*[row[:4] for row in (
        ("1", "Tiếp nhận", "Văn thư", "1 giờ"), ("2", "Vào sổ", "Văn thư", "2 giờ"),
    )], strict=True))  # fmt: skip
    assert ruled(papers.table([papers.HEAD[:4], cells]))[0][1:] == [
        ("1", "Tiếp nhận", "Văn thư", "1 giờ"), ("2", "Vào sổ", "Văn thư", "2 giờ"),
    ]  # fmt: skip


def test_names_and_titles_divided_by_the_width_of_their_cell() -> None:
    style = "<style>td { width: 80pt; text-align: center } table { width: auto !important }</style>"
    signers = [
        ("NGƯỜI VIẾT", "NGƯỜI KIỂM TRA", "NGƯỜI PHÊ DUYỆT"),
        ("Công chức Tư pháp – Hộ tịch", "Phó Chủ tịch", "Chủ tịch"),
        ("Nguyễn Thị Thanh Hương", "Hoàng Thị Minh Phương", "Lê Quốc Bảo"),
    ]
    said = understood(papers.printed(f"{style}<p>QUY TRÌNH</p><p>TIẾP CÔNG DÂN</p>{papers.table(signers)}"))
    assert [(row.name, row.title) for row in said.signers] == [
        ("Nguyễn Thị Thanh Hương", "Công chức Tư pháp – Hộ tịch"), ("Hoàng Thị Minh Phương", "Phó Chủ tịch"), ("Lê Quốc Bảo", "Chủ tịch"),
    ]  # fmt: skip


def test_name_and_title_below_the_role_in_its_own_cell() -> None:
    cells = (
        "Người viết<br>Công chức Tư pháp –<br>Hộ tịch<br><br>Mai Thị Cúc",
        "Người kiểm tra<br>Phó Chủ tịch<br>UBND xã<br>(Đã ký)<br>Tạ Văn Minh",
        "Phê duyệt<br>Cao Thị Ngọc",
    )
    said = understood(papers.printed("<p>QUY TRÌNH</p><p>TIẾP CÔNG DÂN</p>" + papers.table([cells])))
    assert [(row.name, row.title) for row in said.signers] == [
        ("Mai Thị Cúc", "Công chức Tư pháp – Hộ tịch"), ("Tạ Văn Minh", "Phó Chủ tịch UBND xã"), ("Cao Thị Ngọc", ""),
    ]  # fmt: skip


def test_a_flow_chart_in_a_cell_leaves_the_table_whole() -> None:
    box = "<div style='border: 1pt solid; margin: 4pt; padding: 2pt'>%s</div>"
    drawn = [(row[0], box % row[1], *row[2:]) for row in papers.STEPS]
    assert steps(understood(papers.printed(papers.SECTIONS + papers.table([papers.HEAD, *drawn])))) == WHOLE


def test_a_table_within_a_cell_is_read() -> None:
    outer = [
        ("1", "MỤC ĐÍCH"),
        ("", "Thống nhất"),
        ("5", "NỘI DUNG QUY TRÌNH"),
        ("", f"Các bước:{STEPS}"),
        ("6", "BIỂU MẪU"),
    ]
    assert steps(understood(papers.printed(papers.table(outer)))) == WHOLE


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_page_that_is_stored_turned(turned: int) -> None:
    assert steps(understood(moved(turned, shown=turned))) == WHOLE


def moved(turned: float, *, shown: int = 0) -> bytes:
    """The steps drawn turned by so many degrees, and how much readers turn the page back."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(papers.printed(papers.SECTIONS + STEPS))))
    page = writer.pages[0]
    wide, high = page.mediabox.width, page.mediabox.height
    move = {90: (high, 0), 180: (wide, high), 270: (0, wide)}.get(int(turned), (0, 0))
    page.add_transformation(Transformation().rotate(turned).translate(*move))
    if turned in (90, 270):
        page.mediabox.upper_right = page.cropbox.upper_right = (high, wide)
    page.rotate(shown)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("turned", [90, 180, 270, 1.5, 3.0])
def test_what_is_written_askew_or_turned_stays_lines(turned: float) -> None:
    data = moved(turned)
    assert extract(data, "ruled") == extract(data, "pdf")
    assert "tables_as_lines" in doubts(understood(data))


def test_text_in_justified_lines_lists_and_frames_is_no_table() -> None:
    text = "<p style='text-align: justify'>" + "Công chức tiếp nhận hồ sơ của tổ chức và cá nhân " * 20 + "</p>"
    items = "<ol><li>Tờ khai theo mẫu</li><li>Giấy chứng sinh</li></ol>"
    data = papers.printed(f"<div style='border: 2pt solid; padding: 9pt'>{text}</div><hr>{items}")
    assert extract(data, "ruled") == extract(data, "pdf")


@pytest.mark.parametrize("paper", [papers.COVER, papers.AMENDED, papers.SECTIONS + STEPS, papers.COVER + BREAK + STEPS])
def test_not_a_letter_is_lost_or_invented(paper: str) -> None:
    data = papers.printed(paper)
    assert signs(extract(data, "ruled")) == signs(extract(data, "pdf")) != Counter()


def test_signers_side_by_side_without_lines_are_missed_and_that_is_said() -> None:
    said = understood(papers.printed(papers.table(papers.SIGNERS, "middle") + papers.SECTIONS + STEPS))
    assert said.signers == ()
    assert "signers_missing" in doubts(said)


def test_tags_say_which_cells_were_merged() -> None:
    table = (
        '<table class="ruled"><tr><td rowspan=2>Giấy tờ</td><td colspan=2>Số bản</td></tr><tr><td>chính</td><td>sao</td></tr>'
        "<tr><td colspan=2>Tờ khai</td><td>x</td></tr></table>"
    )
    found = extract(papers.printed(table, pdf_tags=True), "tagged")
    assert (found.marks, rows(found.blocks)) == (
        (),
        [[("Giấy tờ", "Số bản", ""), ("", "chính", "sao"), ("Tờ khai", "", "x")]],
    )


def test_where_tags_leave_out_cells_the_lines_say_which() -> None:
    signers = papers.table([
        ("", "Người viết", "Người kiểm tra", "Người duyệt"), ("Họ và tên", "Mai Thị Cúc", "", "Cao Thị Ngọc"),
        ("Chức vụ", "Kế toán", "Phó Chủ tịch", "Chủ tịch"),
    ])  # fmt: skip
    data = papers.printed("<p>QUY TRÌNH</p><p>TIẾP CÔNG DÂN</p>" + signers, pdf_tags=True)
    assert extract(data, "tagged").marks == ("ragged 0",)
    assert [(row.name, row.title) for row in understood(data).signers] == [
        ("Mai Thị Cúc", "Kế toán"), ("", "Phó Chủ tịch"), ("Cao Thị Ngọc", "Chủ tịch"),
    ]  # fmt: skip


def test_a_frame_around_the_page_is_no_cell() -> None:
    head = "<tr><td>UBND XÃ</td><td>QUY TRÌNH<br>CHỨNG THỰC</td><td>Mã hiệu: QT.TP.07</td></tr>"
    page = f'<table class="ruled">{head}<tr><td colspan=3>{papers.SECTIONS}<p>Các bước:</p>{STEPS}</td></tr></table>'
    said = understood(papers.printed(page))
    assert (said.value("code"), said.what.purpose, said.what.scope) == ("QT.TP.07", "Thống nhất.", "UBND xã.")
    assert steps(said) == WHOLE


def test_two_columns_of_a_page_are_no_cells() -> None:
    left = "1. MỤC ĐÍCH<br>Thống nhất.<br>2. PHẠM VI<br>UBND xã."
    data = papers.printed(papers.table([(left, "6. BIỂU MẪU<br>BM.TP.07.01 Sổ")]))
    assert extract(data, "ruled") == extract(data, "pdf")


def test_a_name_below_a_title_that_fills_its_cell() -> None:
    style = "<style>td { text-align: center } table { width: auto !important }</style>"
    cell = "{}<br>{}<br>{}"
    signers = [tuple(cell.format(*one) for one in zip(*papers.SIGNERS[:2], papers.SIGNERS[3], strict=True))]
    said = understood(papers.printed(f"{style}<p>QUY TRÌNH</p><p>TIẾP CÔNG DÂN</p>{papers.table(signers)}"))
    assert [(row.name, row.title) for row in said.signers] == [*zip(papers.SIGNERS[3], papers.SIGNERS[1], strict=True)]


def test_rows_like_those_of_the_page_before_are_kept() -> None:
    rest = [("TT", "Nội dung", "Đạt"), ("1", "Hồ sơ đủ", "x"), ("2", "Đúng hạn", "x")]
    (table,) = ruled(papers.table(rest) + BREAK + papers.table([*rest, ("3", "Lưu", "")]))
    assert table == [*rest, *rest[1:], ("3", "Lưu", "")]


def test_another_table_with_the_same_columns_is_another() -> None:
    first = [("Lần", "Nội dung", "Ngày"), ("01", "Thay biểu mẫu", "01/07/2025")]
    second = [("STT", "Nơi nhận", "Số bản"), ("1", "Một cửa", "02")]
    style = "<style>td { width: 33% }</style>"
    assert ruled(style + papers.table(first) + BREAK + papers.table(second)) == [first, second]


def test_a_running_head_with_the_number_of_the_page_in_a_cell_of_its_own() -> None:
    heads = [papers.table([("UBND XÃ", "QUY TRÌNH", "Trang", f"{at} (tổng: 3)")]) for at in (1, 2, 3)]
    texts = [papers.table([papers.HEAD[:4], ("1", "Tiếp nhận", "Văn thư", "1 giờ")], "ruled")]
    texts += [papers.table([(str(at), "Vào sổ", "Văn thư", "1 giờ")]) for at in (2, 3)]
    style = "<style>td { width: 25% }</style>"
    paper = BREAK.join(f"{head}<p></p>{text}" for head, text in zip(heads, texts, strict=True))
    found = extract(papers.printed(style + paper), "ruled")
    assert [row[0] for table in rows(found.blocks) for row in table] == ["TT", "1", "2", "3"]


def test_a_page_with_a_stamp_over_its_table_is_read_as_lines() -> None:
    stamp = f"<div style='position: fixed; top: 8.2cm; left: 5cm; line-height: 1'>TÀI LIỆU KIỂM SOÁT<br>{'BẢN CHÍNH ' * 4}</div>"
    said = understood(papers.printed(papers.SECTIONS + STEPS + stamp + BREAK + papers.AMENDED))
    assert steps(said) == []
    assert {"tables_ruled", "tables_partly"} <= doubts(said)


def test_numbers_beside_one_text_divide_no_row() -> None:
    text = "Tiếp nhận hồ sơ của tổ chức, cá nhân theo quy định của pháp luật và kiểm tra " * 2
    (table,) = ruled(
        f"<style>td {{ width: 33% }}</style>{papers.table([('Ngày', 'Việc', 'Ai'), ('1<br>2', text, 'Văn thư')])}"
    )
    assert table[1:] == [("1\n2", text.strip(), "Văn thư")]


def test_signs_beyond_the_first_plane_of_letters() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(papers.printed(papers.table([("TT", "Đạt"), ("1", "Z")])))))
    for font in writer.pages[0]["/Resources"]["/Font"].values():  # type: ignore[index]  # whatever the machine's fonts have
        letters = font["/ToUnicode"].get_object()
        letters.set_data(letters.get_data().lower().replace(b"<005a>", b"<d83dddf9>"))
    out = io.BytesIO()
    writer.write(out)
    assert rows(extract(out.getvalue(), "ruled").blocks) == [[("TT", "Đạt"), ("1", "🗹")]]


def test_lists_of_documents_say_nothing_about_the_paper() -> None:
    listed = papers.table(
        [("TT", "Tên tài liệu", "Mã hiệu", "Lần ban hành"), ("1", "Quy trình kiểm soát", "QT.HT.01", "03")]
    )
    said = understood(papers.printed(f"<p>DANH MỤC TÀI LIỆU NỘI BỘ</p><p>BM.HT.01.01</p>{listed}"))
    assert [said.value(name) for name in ("code", "title", "issue")] == ["BM.HT.01.01", "Danh mục tài liệu nội bộ", ""]


def test_only_the_table_with_cells_left_out_is_mended() -> None:
    roles = papers.table(
        [("NGƯỜI VIẾT", "NGƯỜI PHÊ<br>DUYỆT"), ("Kế toán", "Chủ tịch"), ("Mai Thị Cúc", "Cao Thị Ngọc")], "middle"
    )
    cut = papers.table([("Giấy tờ", "Bản chính", "Bản sao"), ("Tờ khai", "x"), ("CCCD", "", "x")])
    data = papers.printed(f"<p>QUY TRÌNH</p><p>TIẾP CÔNG DÂN</p>{roles}{cut}", pdf_tags=True)
    assert extract(data, "tagged").marks == ("ragged 1",)
    assert [(row.role, row.name) for row in understood(data).signers] == [
        ("drafted", "Mai Thị Cúc"),
        ("approved", "Cao Thị Ngọc"),
    ]


# --- hostile files ---------------------------------------------------------------------------------


def drawn(content: bytes) -> bytes:
    """A page with words and what `content` draws."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(papers.printed("<p>Nội dung</p>"))))
    stream = writer.pages[0].get_contents()
    assert stream is not None
    stream.set_data(stream.get_data() + content)
    writer.pages[0].replace_contents(stream)
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
    found = extract(data, "ruled")
    assert (found.text, rows(found.blocks)) == ("Nội dung", [])
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - begun < 5


@pytest.mark.parametrize(("limit", "most"), [("SECONDS", 0), ("MOST_SIGNS", 0)])
def test_pages_no_time_is_left_for_and_too_full_ones_are_read_in_lines(
    monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    paper = papers.printed(papers.SECTIONS + STEPS)
    monkeypatch.setattr(ruled_pdf, limit, most)
    assert ruled_pdf.read(paper) == pdf.read(paper) | {"notes": ["partly"]}
