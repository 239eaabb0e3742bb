"""What a file is, by its content; what may come in, what is attached only, what is refused in which words."""

from __future__ import annotations

import unicodedata
import zipfile
from typing import Any

import pytest
from django.utils import translation
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from documents.confinement import joined
from documents.file_kinds import FileKind, Unfit, kind_of
from documents.file_names import safe_name
from documents.sniffing import KINDS, PROBLEMS, Verdict, inspect
from tests.documents import office_files as files
from tests.tenants.importing import shared

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20) + b"IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + bytes(20) + b"\xff\xd9"
EXPECTED = {  # of the files handed to the project, by suffix
    ".docx": Verdict.CONTENT, ".pdf": Verdict.CONTENT, ".odt": Verdict.CONTENT,
    ".doc": Verdict.ATTACHMENT, ".rtf": Verdict.ATTACHMENT, ".txt": Verdict.ATTACHMENT,
    ".htm": Verdict.REFUSED, ".mht": Verdict.REFUSED,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


def test_the_files_handed_to_the_project_are_what_their_names_say() -> None:
    for path in sorted(shared("files").iterdir()):
        found = inspect(path.read_bytes(), path.name)
        assert found.verdict == EXPECTED[path.suffix], (path.name, found)
        if not found.is_refused:
            assert found.kind == path.suffix[1:]
            assert found.name == path.name


def test_hostile_xml_is_refused() -> None:
    for path in sorted(shared("xml-attacks").iterdir()):
        if path.suffix != ".txt":
            assert inspect(path.read_bytes(), path.name).is_refused, path.name
            inside = inspect(files.docx(word__document=path.read_bytes()), "a.docx")
            assert inside.problem == ("entities" if b"<!DOCTYPE" in path.read_bytes() else ""), path.name


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (files.docx, "docx"),
        (lambda: files.xlsx([["a"]]), "xlsx"),
        (lambda: files.odt("<text:p>a</text:p>"), "odt"),
        (files.pdf, "pdf"),
    ],
)
def test_four_kinds_can_be_the_content(make: Any, kind: str) -> None:
    found = inspect(make(), f"QT 01.{kind}")
    assert (found.kind, found.verdict, found.problem, found.notes) == (kind, Verdict.CONTENT, "", ())
    assert (found.name, len(found.sha256)) == (f"QT 01.{kind}", 64)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (files.doc(), "doc"),
        (files.compound("Workbook"), "xls"),
        (b"{\\rtf1 Xin}", "rtf"),
        ("Ngày họp".encode(), "txt"),
        ("Ngày họp".encode("utf-16"), "txt"),
        (PNG, "png"),
        (JPEG, "jpg"),
    ],
)
def test_older_formats_text_and_pictures_are_attached_only(data: bytes, kind: str) -> None:
    found = inspect(data, f"tep.{kind}")
    assert (found.kind, found.verdict, found.problem) == (kind, Verdict.ATTACHMENT, "")


def test_an_old_doc_named_docx_is_named_as_such() -> None:
    found = inspect(files.doc(), "quy trinh.docx")
    assert (found.kind, found.verdict, found.name) == (FileKind.DOC, Verdict.ATTACHMENT, "quy trinh.doc")
    assert "named DOCX" in found.notes[0]
    assert "old format (DOC)" in found.notes[0]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<!DOCTYPE html><html><script>alert(1)</script>", "web page"),
        (b"  \r\n<html>", "web page"),
        (b"\xef\xbb\xbf<body onload=x>", "web page"),
        ("<html>".encode("utf-16"), "web page"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n", "web archive"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b'<?xml version="1.0"?><a/>', "XML"),
        (b"#!/bin/sh\nrm", "script"),
        (b"MZ\x90\x00", "program"),
        (b"Rar!\x1a\x07", "archive"),
        (b"\x00\x01\x02\x03", "unknown"),
        (files.OLE, "Windows"),
    ],
)
def test_what_only_calls_itself_pdf_is_refused_and_named(data: bytes, words: str) -> None:
    found = inspect(data, "bien ban.pdf")
    assert (found.verdict, found.problem) == (Verdict.REFUSED, "kind")
    assert "named PDF" in found.words
    assert words in found.words


def test_a_script_is_known_by_its_suffix_where_its_text_says_nothing() -> None:
    assert inspect(b"del c:", "xoa.bat").kind == FileKind.SCRIPT


def test_harmless_files_of_every_day_come_in() -> None:
    text = "Biên bản: Macros, WordDocument, EncryptedPackage"
    assert inspect(files.compound("WordDocument", text=text), "a.doc").verdict == Verdict.ATTACHMENT
    own = files.docx(rels=(("attachedTemplate", "file:///C:\\Users\\a\\CV.dotx", "External"),))
    assert inspect(own, "a.docx").verdict == Verdict.CONTENT


@pytest.mark.parametrize(
    "make",
    [
        lambda: files.encrypted_pdf("", owner="chủ"),
        lambda: b"\x1b%-12345X@PJL\r\n" + files.pdf(),
        lambda: b"\0" * 128 + files.pdf(),
        lambda: files.docx() + bytes(12) + b"\r\n",
        lambda: files.xlsx([["=SUM(A2:A9)", '=HYPERLINK("https://example.vn","cmd|a!b")', "='Thu | chi'!A1", '=IF(A1="RTD(","","|!")']]),
        lambda: files.docx(**{"word__embeddings__a.xlsx": files.xlsx([["a"]]), "word__b.bin": files.compound("Workbook"), "word__a.svg": "<svg/>"}),
        lambda: files.written(lambda writer: writer.add_uri(0, "https://example.vn", (0, 0, 9, 9))),
        lambda: files.docx(rels=(("hyperlink", "https://example.vn", "External"),), **{"_xmlsignatures__sig1.xml": "<Signature/>"}),
    ],
)  # fmt: skip
def test_what_harms_nobody_comes_in_as_content(make: Any) -> None:
    found = inspect(make(), "tai lieu.pdf")
    assert (found.verdict, found.problem) == (Verdict.CONTENT, ""), found.words


@pytest.mark.parametrize(
    "text",
    [
        "Điền vào <form đăng ký>, <title của văn bản>; nếu a<b thì <div>".replace("<div>", "c>d"),
        "BM.01 Biểu mẫu", "MZ là mã vùng", "ID3 là thẻ", "From: An\nSubject: họp\n\nKính gửi", "a|b|'c'!\n- x | 'y'!",
        "họ tên,số\nAn,=A1+B1\n", "dòng cuối của DOS\x1a", "Rem là một từ".replace("Rem ", "Rèm "),
    ],
)  # fmt: skip
def test_texts_of_every_day_are_plain_text(text: str) -> None:
    for encoding in ("utf-8", "utf-16", "utf-16-le"):
        found = inspect(text.encode(encoding), "a.txt")
        assert (found.kind, found.verdict) == (FileKind.TEXT, Verdict.ATTACHMENT), encoding


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"word " * 30_000 + b"<script>alert(1)</script>", "html"),
        ("<html><body>".encode("utf-16-le"), "html"),
        (b"Received: from a\r\nFrom: b\r\nSubject: c\r\n\r\nd", "mail"),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>', "office_xml"),
        (b"<?php echo 1;", "script"),
        (b"[InternetShortcut]\r\nURL=http://a", "script"),
        (b"\0\0\0\x18ftypheic\0\0", "picture"),
        (b"\0\0\0\x18ftypisom\0\0", "media"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "media"),
        (b"GIF89a\x01\0\x01\0" + bytes(60), "picture"),
        (b"L\0\0\0\x01\x14\x02\0" + bytes(60), "program"),
        (files.compound("PowerPoint Document"), "slides"),
        (files.compound("__properties_version1.0"), "mail"),
        (files.zipped({"[Content_Types].xml": "presentationml.presentation.main+xml"}), "slides"),
        (files.zipped({"[Content_Types].xml": "ms-excel.sheet.binary.macroEnabled.main"}), "other_office"),
    ],
)
def test_what_is_not_taken_is_named_for_what_it_is(data: bytes, kind: str) -> None:
    found = inspect(data, "a.doc")
    assert (found.kind, found.is_refused) == (kind, True)
    assert str(KINDS[kind]) in found.words


def test_an_old_format_comes_in_and_that_it_is_not_found_is_said() -> None:
    for data in (files.doc(), files.compound("Workbook")):
        assert "will not be found" in inspect(data, "a.doc" if data == files.doc() else "a.xls").notes[0]


def test_encrypted_and_macro_bearing_office_files_are_called_so() -> None:
    assert inspect(files.compound("EncryptedPackage"), "a.docx").words.startswith("Encrypted Office document: ")
    assert inspect(files.docx(main="macroEnabled"), "a.docx").words.startswith("Office document with macros: ")


def test_an_empty_and_an_oversized_file_are_refused(settings: Any) -> None:
    assert "empty" in inspect(b"", "a.docx").words
    settings.UPLOAD_LARGEST = 1000
    assert inspect(b"a" * 1001, "a.txt").problem == "too_large"
    assert not inspect(b"a" * 1000, "a.txt").is_refused


def test_a_signed_pdf_comes_in_and_that_is_said() -> None:
    found = inspect(files.signed_pdf(), "van ban.pdf")
    assert found.is_content
    assert "digital signature" in found.notes[0]


@pytest.mark.parametrize(
    ("make", "marks"),
    [
        (files.layered_pdf, ()),
        (lambda: files.layered_pdf(BaseState=NameObject("/ON")), ()),
        (lambda: files.layered_pdf(OFF=True), ("apart",)),
        (lambda: files.layered_pdf(BaseState=NameObject("/OFF")), ("apart",)),
        (lambda: files.layered_pdf(AS=ArrayObject([DictionaryObject()])), ("apart",)),
        (lambda: files.form_pdf(TextStringObject("Nguyễn Văn A")), ("apart",)),
        (lambda: files.form_pdf(TextStringObject("Nguyễn Văn A"), of_parent=True), ("apart",)),
        (lambda: files.form_pdf(NameObject("/Yes"), "/Btn"), ("apart",)),
        (lambda: files.form_pdf(NameObject("/Off"), "/Btn"), ()),
        (lambda: files.form_pdf(TextStringObject("")), ()),
        (lambda: files.form_pdf(TextStringObject("a"), F=NumberObject(2)), ()),
        (lambda: files.form_pdf(TextStringObject("a"), AP=DictionaryObject({NameObject("/N"): DictionaryObject()})), ()),
        (lambda: files.form_pdf(DictionaryObject(), "/Sig"), ()),
    ],
)  # fmt: skip
def test_pages_that_would_look_otherwise_in_the_paper_stay_apart(make: Any, marks: tuple[str, ...]) -> None:
    found = inspect(make(), "a.pdf")
    assert (found.problem, found.marks) == ("", marks)
    assert bool(joined(files.pdf(), make())) == (not marks)


def test_a_picture_left_on_the_disk_of_its_author_is_told() -> None:
    found = inspect(files.docx(rels=(("image", "file:///C:\\Temp\\clip_image001.png", "External"),)), "a.docx")
    assert (found.verdict, found.marks) == (Verdict.CONTENT, ("elsewhere",))


def test_an_old_office_file_damaged_at_any_place_is_named_and_never_an_error_of_ours() -> None:
    for whole in (files.doc(), files.compound("Workbook", "Padding")):
        said = {
            _said_of(whole[:place] + bytes([sign]) + whole[place + 1 :])
            for place in range(0, 3000, 7)
            for sign in (0, 255, 127)
        }
        said |= {_said_of(whole[:place]) for place in range(0, len(whole), 100)}
        assert {"broken"} < said <= {*FileKind, *PROBLEMS}


@pytest.mark.parametrize(
    ("given", "kind", "safe"),
    [
        ("../../etc/passwd.pdf", "pdf", "passwd.pdf"),
        ("C:\\Users\\a\\QT 01.docx", "docx", "QT 01.docx"),
        ("bien\u202efdp.exe", "pdf", "bienfdp.pdf"),
        ("a\x00b\nc.pdf", "pdf", "abc.pdf"),
        ("..", "pdf", "tai-lieu.pdf"),
        ("...hidden.docx", "docx", "hidden.docx"),
        (".pdf", "pdf", "pdf.pdf"),
        ("CON.pdf", "pdf", "_CON.pdf"),
        ("com1", "txt", "_com1.txt"),
        ('a"b;c<d>.pdf', "pdf", "a_b_c_d_.pdf"),
        ("quyet dinh 12.2026", "pdf", "quyet dinh 12.2026.pdf"),
        ("ảnh.jpeg", "jpg", "ảnh.jpeg"),
        ("", "xlsx", "tai-lieu.xlsx"),
        ("   .  ", "odt", "tai-lieu.odt"),
        ("a" * 300 + ".pdf", "pdf", "a" * 120 + ".pdf"),
    ],
)
def test_hostile_names_become_harmless(given: str, kind: str, safe: str) -> None:
    assert safe_name(given, kind) == safe


def test_a_name_becomes_nfc() -> None:
    name = unicodedata.normalize("NFD", "Quyết định số 5.docx")
    assert safe_name(name, "docx") == "Quyết định số 5.docx"


def test_a_package_of_another_kind_is_refused() -> None:
    assert inspect(files.zipped({"a.txt": "x"}), "a.docx").kind == FileKind.ARCHIVE
    assert inspect(files.docx(main="template"), "a.docx").kind == FileKind.OTHER_OFFICE


def test_the_builders_of_the_tests_build_what_office_programs_open() -> None:
    with zipfile.ZipFile(__import__("io").BytesIO(files.docx())) as package:
        assert package.testzip() is None


def test_a_package_damaged_at_any_place_is_named_and_never_an_error_of_ours() -> None:
    whole = files.docx(files.paragraph("Nội dung") * 50)
    said = set()
    for place in range(0, len(whole), 3):
        for sign in (0x00, 0xFF, whole[place] ^ 0x55):
            said.add(_said_of(whole[:place] + bytes([sign]) + whole[place + 1 :]))
    assert {"docx", "broken"} <= said <= {*FileKind, *PROBLEMS}


def _said_of(data: bytes) -> str:
    try:
        return kind_of(data, "a.docx")
    except Unfit as unfit:
        return unfit.word
