"""A version may consist of an uploaded file: kept byte for byte, sealed, read, found, compared, printed, served."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.transaction import atomic
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext
from pypdf import PdfReader

from documents import actions, confinement, filing, finding, law, virus_scan
from documents.comparison import compare
from documents.content import Content, File, seal
from documents.extraction import Extract
from documents.file_checks import check_scanner_address, check_scanner_answers
from documents.file_models import UploadedFile
from documents.models import Kind, LegalUpdate, Version
from documents.papers import render_version_pdf, stored
from documents.sealing import seal_of
from documents.sniffing import NOTES
from tenants import clock
from tenants.models import JournalEntry, Member, StoredFile
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast
from tests.documents import library
from tests.documents import office_files as files
from tests.documents.clamd import VIRUS, scanner
from tests.documents.office_files import docx, paragraph, row
from tests.tenants.importing import hostile_files, shared

TEXT = "Quy chế tiếp công dân áp dụng cho toàn xã"
WORD = docx(f"{paragraph(TEXT)}<w:tbl>{row('Ngày', 'Người tiếp')}{row('Thứ hai', 'Chủ tịch')}</w:tbl>")


def regulation(cast: Cast, code: str = "QC.VP.01", kind: str = Kind.REGULATION) -> Version:
    return actions.create_document(kind, code, "Tiếp công dân", cast.ha.unit, by=cast.ha)


def put(version: Version, data: bytes = WORD, name: str = "quy che.docx", *, by: Member) -> Version:
    return filing.put_content(version, filing.examine(data, name, as_content=True), by=by)


def signed(cast: Cast, version: Version) -> Version:
    version = actions.review(actions.submit(version, by=cast.ha), by=cast.oanh)
    return actions.approve(version, by=cast.duc, effective_from=clock.today())


def address(version: Version, rest: str = "files/") -> str:
    return f"/tan-hoa/documents/{version.document.code}/versions/{version.issue}.{version.revision}/{rest}"


def upload(client: Client, version: Version, data: bytes, name: str, deed: str = "upload", **more: Any) -> Any:
    field = "content-file" if deed == "upload" else "attachment-file"
    given = {deed: "1", "seen": actions.last_saved(version)} | more
    parts = [f'name="{key}"\r\n\r\n{value}'.encode() for key, value in given.items()]
    parts.append(
        f'name="{field}"; filename="{name}"\r\n\r\n'.encode() + data
    )  # as it is typed: no client mends the name
    body = b"".join(b"--sign\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + b"--sign--\r\n"
    return client.post(address(version), body, content_type="multipart/form-data; boundary=sign")


# --- the artefact ---------------------------------------------------------------------------------------


def test_texts_written_here_keep_the_hash_they_were_signed_with() -> None:
    content = library.BIRTH
    assert not {"file", "link", "attachments"} & set(content.as_json())
    assert Content.of(content.as_json()) == content
    assert seal(Content(text="a"), code="A", issue=1, revision=0, title="b") == (
        hashlib.sha256(
            b'{"change_parts":"","change_reason":"","change_summary":"","code":"A","content":{"components":[],"definitions":"","fee":"",'
            b'"forms":[],"legal_bases":[],"limit":{"amount":"0","same_day":false,"unit":"working_day"},"limit_note":"","place":"",'
            b'"purpose":"","records":[],"references":[],"result":"","scope":"","services":[],"sets":1,"steps":[],"text":"a"},'
            b'"issue":1,"revision":0,"title":"b"}'
        ).hexdigest()
    )


def test_the_file_is_part_of_what_is_sealed(cast: Cast) -> None:
    version = put(regulation(cast), by=cast.ha)
    content = Content.of(version.content)
    assert content.file == File(
        "quy che.docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        len(WORD),
        hashlib.sha256(WORD).hexdigest(),
    )
    before = seal_of(version)
    other = put(version, docx(paragraph("khác")), by=cast.ha)
    assert seal_of(other) != before


def test_a_version_of_a_file_alone_can_be_signed_and_its_bytes_are_the_same(cast: Cast) -> None:
    version = signed(cast, put(regulation(cast), by=cast.ha))
    kept = UploadedFile.objects.get()
    assert (version.state, kept.content, kept.is_whole) == ("in_force", WORD, True)
    assert [line.verb for line in JournalEntry.objects.filter(verb="put_file")] == ["put_file"]


def test_the_same_bytes_are_stored_once_in_each_agency(cast: Cast) -> None:
    put(regulation(cast), by=cast.ha)
    put(regulation(cast, "QC.VP.02"), name="khác.docx", by=cast.ha)
    assert (UploadedFile.objects.count(), StoredFile.objects.count()) == (1, 1)
    with cast.other.active():
        assert UploadedFile.objects.count() == 0


def test_the_database_keeps_the_file_of_a_signed_version(cast: Cast) -> None:
    version = signed(cast, put(regulation(cast), by=cast.ha))
    with pytest.raises(NotPossible):
        put(version, docx(paragraph("khác")), by=cast.ha)
    changes = [
        ("UPDATE documents_version SET content = content || '{\"file\": {}}' WHERE id = %s", [version.pk]),
        ("UPDATE documents_uploadedfile SET sha256 = repeat('0', 64)", []),
        ("DELETE FROM documents_uploadedfile", []),
    ]
    for change, values in changes:
        with pytest.raises(DatabaseError), atomic(), connection.cursor() as cursor:
            cursor.execute(change, values)


def test_nobody_signs_a_file_whose_bytes_have_changed_in_the_store(cast: Cast) -> None:
    version = actions.submit(put(regulation(cast), by=cast.ha), by=cast.ha)
    path = UploadedFile.objects.select_related("stored").get().stored.path
    default_storage.delete(path)
    default_storage.save(path, io.BytesIO(WORD + b" "))
    with pytest.raises(NotPossible, match=r"quy che\.docx"):
        actions.review(version, by=cast.oanh)


def test_a_procedure_keeps_its_seven_parts_and_takes_attachments(cast: Cast) -> None:
    version = library.draft(cast)
    with pytest.raises(NotPossible):
        put(version, by=cast.ha)
    version = filing.attach(version, filing.examine(b"{\\rtf1 a}", "mau.rtf", as_content=False), by=cast.ha)
    content = Content.of(version.content)
    assert ([one.name for one in content.attachments], content.steps) == (["mau.rtf"], library.BIRTH.steps)
    version = filing.detach(version, content.attachments[0].sha256, by=cast.ha)
    assert Content.of(version.content) == library.BIRTH


def test_only_who_may_edit_uploads(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        put(regulation(cast), by=cast.bao)


def test_taking_the_file_off_brings_the_text_back(cast: Cast) -> None:
    version = actions.edit(regulation(cast), Content(text="Viết ở đây"), "Tiếp công dân", by=cast.ha)
    version = filing.take_content_off(put(version, by=cast.ha), by=cast.ha)
    assert Content.of(version.content) == Content(text="Viết ở đây")


def test_the_second_of_two_people_uploading_is_told(cast: Cast, client_of: Callable[[Member], Client]) -> None:
    version = regulation(cast)
    seen = actions.last_saved(version)
    assert upload(client_of(cast.khanh), version, WORD, "mot.docx", seen=seen).status_code == 302
    answer = upload(client_of(cast.ha), version, docx(paragraph("khác")), "hai.docx", seen=seen)
    assert answer.status_code == 409
    assert "Phạm Quốc Khánh" in answer.content.decode()
    version.refresh_from_db()
    assert Content.of(version.content).file.name == "mot.docx"
    assert UploadedFile.objects.count() == 1


def test_an_external_document_may_be_a_link(cast: Cast, client_of: Callable[[Member], Client]) -> None:
    version = regulation(cast, kind=Kind.EXTERNAL)
    client = client_of(cast.ha)
    for bad in ("javascript:alert(1)", "//may/chu", "ftp://example.vn/a", "data:text/html,x", "\\\\may\\a", "https://"):
        answer = client.post(address(version), {"linked": "1", "link": bad, "seen": actions.last_saved(version)})
        assert answer.status_code == 200, bad
        assert Content.of(Version.objects.get(pk=version.pk).content).link == ""
    good = {"linked": "1", "link": "https://vanban.chinhphu.vn/?id=1&x=2", "seen": actions.last_saved(version)}
    assert client.post(address(version), good).status_code == 302
    page = client.get(address(version, "")).content.decode()
    assert '<a href="https://vanban.chinhphu.vn/?id=1&amp;x=2" rel="noopener noreferrer external">' in page
    other = regulation(cast, "QC.VP.02")
    assert client.post(address(other), {"linked": "1", "link": "tủ 3"}).status_code == 409


# --- reading ----------------------------------------------------------------------------------------------


def test_the_page_shows_text_and_tables_as_text(cast: Cast, client_of: Callable[[Member], Client]) -> None:
    hostile = docx(
        paragraph("&lt;script&gt;alert(1)&lt;/script&gt;")
        + f"<w:tbl>{row('Ngày', 'Người')}{row('Hai', '&lt;b&gt;')}</w:tbl>"
    )
    version = put(regulation(cast), hostile, by=cast.ha)
    page = client_of(cast.ha).get(address(version, "")).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert '<th scope="col">Ngày</th>' in page
    assert "<td>&lt;b&gt;</td>" in page
    assert hashlib.sha256(hostile).hexdigest() in page


def test_the_text_of_the_file_is_found(cast: Cast) -> None:
    version = signed(cast, put(regulation(cast), by=cast.ha))
    for words in ("tiếp công dân áp dụng", "tiep cong dan", "Chủ tịch"):
        assert finding.find(cast.bao, words).versions == [version.pk], words
    assert finding.find(cast.bao, "openxmlformats").versions == []


def test_text_and_rtf_attachments_are_found_and_of_old_formats_it_is_said_that_they_are_not(
    cast: Cast, client_of: Callable[[Member], Client]
) -> None:
    version = regulation(cast)
    for name, data in {
        "a.csv": "họ tên,bí danh\n".encode("utf-16"),
        "b.rtf": b"{\\rtf1 s\\u7893? l\\u432?u}",
        "c.doc": files.doc(),
    }.items():
        version = filing.attach(version, filing.examine(data, name, as_content=False), by=cast.ha)
    for words in ("bí danh", "sổ lưu"):
        assert finding.find(cast.ha, words).versions == [version.pk], words
    assert filing.examine(files.doc(), "c.doc", as_content=False).notes == (str(NOTES["old_format"]),)
    assert str(NOTES["old_format"]) in client_of(cast.ha).get(address(version)).content.decode()


def test_the_last_word_of_a_long_file_is_found_behind_a_long_annex(cast: Cast) -> None:
    version = regulation(cast)
    annex = docx(paragraph("phụ lục " * 75_000))
    version = filing.attach(version, filing.examine(annex, "phu luc.docx", as_content=False), by=cast.ha)
    version = signed(cast, put(version, docx(paragraph("nội dung " * 75_000 + "zzcuoi")), by=cast.ha))
    assert finding.find(cast.bao, "zzcuoi").versions == [version.pk]
    assert finding.find(cast.bao, "phụ lục").versions == [version.pk]


def test_two_files_are_compared_paragraph_by_paragraph(cast: Cast) -> None:
    first = signed(cast, put(regulation(cast), by=cast.ha))
    second = library.next_draft(cast, first)
    changed = docx(
        f"{paragraph(TEXT)}{paragraph('Thêm một đoạn')}<w:tbl>{row('Ngày', 'Người tiếp')}{row('Thứ ba', 'Chủ tịch')}</w:tbl>"
    )
    second = put(second, changed, "quy che moi.docx", by=cast.ha)
    with translation.override("en"):
        found = compare(first, second)
        text = next(part for part in found.parts if part.anchor == "p5")
        assert [row.mark for row in text.rows].count("same") == 2
        assert any("Thêm một đoạn" in str(line.inline) for line in text.lines(whole=False))
        assert any("Thứ" in str(line.inline) for line in text.lines(whole=False))
        file = next(part for part in found.parts if part.anchor == "p5f")
        assert file.differs


def test_a_pdf_whose_pages_cannot_stand_in_the_paper_is_attached_and_never_the_content(cast: Cast) -> None:
    version, data = regulation(cast), files.apart_pdf()
    with translation.override("en"), pytest.raises(filing.Refused, match="Print the file to PDF"):
        filing.examine(data, "a.pdf", as_content=True)
    examined = filing.examine(data, "a.pdf", as_content=False)
    with pytest.raises(NotPossible):  # an import examines before it knows what becomes of the file
        filing.put_content(version, examined, by=cast.ha)
    version = filing.attach(version, examined, by=cast.ha)
    assert [file.name for file in Content.of(version.content).attachments] == ["a.pdf"]


def test_a_paper_that_lacks_the_pages_of_its_file_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    version = signed(cast, put(regulation(cast), files.pdf([["Trang một"]]), "quy che.pdf", by=cast.ha))
    monkeypatch.setattr(confinement, "WAIT", 0.001)
    render_version_pdf(cast.agency.pk, version.pk)
    version.refresh_from_db()
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(stored(version))).pages).split())
    with translation.override("vi"):
        said = gettext(
            "The pages of the file could not be put behind this sheet: this print lacks them. "
            "Print the file of this name from the system and keep it with this sheet."
        )
    assert said in text


def test_the_paper_of_a_pdf_is_a_control_sheet_and_its_pages(cast: Cast) -> None:
    data = files.pdf([["Trang thứ nhất của quy chế"], ["Trang thứ hai"]])
    version = signed(cast, put(regulation(cast), data, "quy che.pdf", by=cast.ha))
    assert render_version_pdf(cast.agency.pk, version.pk) is True
    version.refresh_from_db()
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(stored(version))).pages]
    assert "quy che.pdf" in pages[0]
    assert hashlib.sha256(data).hexdigest()[:20] in "".join(pages[:2]).replace(" ", "")
    assert "Lê Thu Hà" in pages[0]
    assert pages[-2:] == ["Trang thứ nhất của quy chế", "Trang thứ hai"]


def test_the_paper_of_another_file_names_it(cast: Cast) -> None:
    version = signed(cast, put(regulation(cast), by=cast.ha))
    render_version_pdf(cast.agency.pk, version.pk)
    version.refresh_from_db()
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(stored(version))).pages)
    assert "quy che.docx" in text
    assert TEXT not in text


# --- through the page ---------------------------------------------------------------------------------------


def test_every_file_handed_to_the_project_goes_through_the_page(
    cast: Cast, client_of: Callable[[Member], Client]
) -> None:
    client, version = client_of(cast.ha), regulation(cast)
    shared("files")
    taken = 0
    for path in hostile_files():
        data = path.read_bytes()
        for deed in ("upload", "attach"):
            answer = upload(client, version, data, path.name, deed)
            assert answer.status_code in (200, 302), (path.name, deed)
            version.refresh_from_db()
            named = {file.sha256: file for file in Content.of(version.content).files}
            sha256 = hashlib.sha256(data).hexdigest()
            assert (answer.status_code == 302) == (sha256 in named) or deed == "attach", (path.name, deed)
            if sha256 in named:
                taken += 1
                got = client.get(address(version, f"files/{sha256}/"))
                assert hashlib.sha256(b"".join(got.streaming_content)).hexdigest() == sha256
                assert got["Content-Disposition"].startswith("attachment")
            if sha256 in named and deed == "attach" and named[sha256] in Content.of(version.content).attachments:
                client.post(address(version), {"detach": sha256, "seen": actions.last_saved(version)})
                version.refresh_from_db()
            elif sha256 in named:
                client.post(address(version), {"take_off": "1", "seen": actions.last_saved(version)})
                version.refresh_from_db()
    assert taken > 30


HOSTILE: dict[str, Callable[[], bytes]] = {
    "bomb.docx": files.bomb,
    "encrypted.pdf": files.encrypted_pdf,
    "encrypted.docx": lambda: files.compound("EncryptedPackage"),
    "macros.docm": lambda: docx(main="macroEnabled"),
    "page.pdf": lambda: b"<html><script>alert(1)</script>",
    "old.docx": files.doc,
    "paths.docx": lambda: docx(**{"..__..__a": b"x"}),
    "entities.docx": lambda: docx(word__document='<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
    "cut.docx": lambda: WORD[:500],
    "no body.docx": lambda: docx(word__document="<a/>"),
    "empty.docx": lambda: b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_in_words_and_leave_nothing(
    cast: Cast, client_of: Callable[[Member], Client], name: str
) -> None:
    version = regulation(cast)
    with translation.override("en"):
        answer = upload(client_of(cast.ha), version, HOSTILE[name](), name)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    version.refresh_from_db()
    assert Content.of(version.content) == Content()
    assert (UploadedFile.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_a_file_larger_than_allowed_stops_at_the_door(
    cast: Cast, client_of: Callable[[Member], Client], settings: Any
) -> None:
    settings.UPLOAD_LARGEST = 1000
    version = regulation(cast)
    answer = upload(client_of(cast.ha), version, WORD + bytes(200_000), "to.docx")
    assert answer.status_code == 200
    assert "1000" in answer.content.decode()
    assert UploadedFile.objects.count() == 0


def test_an_upload_without_a_file_says_so(cast: Cast, client_of: Callable[[Member], Client]) -> None:
    version = regulation(cast)
    answer = client_of(cast.ha).post(address(version), {"upload": "1", "seen": actions.last_saved(version)})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.docx",
        "quy\u202excod.exe",
        "a" * 300 + ".docx",
        "C:\\\\CON.docx",
        "a;b.docx",
        "a\x00b.docx",
        "....//....//a.docx",
        "Quyết định số 5.docx",
    ],
)
def test_hostile_names_are_harmless_in_page_and_header(
    cast: Cast, client_of: Callable[[Member], Client], name: str
) -> None:
    client, version = client_of(cast.ha), regulation(cast)
    assert upload(client, version, WORD, name).status_code == 302
    version.refresh_from_db()
    file = Content.of(version.content).file
    assert file.name.endswith(".docx")
    assert "\u202e" not in client.get(address(version)).content.decode()
    header = client.get(address(version, f"files/{file.sha256}/"))["Content-Disposition"]
    assert header.startswith("attachment; filename")
    assert not set("\r\n/\\") & set(header)


def test_a_name_that_is_none_is_no_file(cast: Cast, client_of: Callable[[Member], Client]) -> None:
    answer = upload(client_of(cast.ha), regulation(cast), WORD, "..")
    assert (answer.status_code, UploadedFile.objects.count()) == (200, 0)


def test_the_download_cannot_act_in_the_browser(cast: Cast, client_of: Callable[[Member], Client]) -> None:
    version = put(regulation(cast), by=cast.ha)
    got = client_of(cast.bao).get(address(version, f"files/{Content.of(version.content).file.sha256}/"))
    assert b"".join(got.streaming_content) == WORD
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert got["Content-Disposition"] == 'attachment; filename="quy che.docx"'


def test_a_file_is_served_only_with_the_version_that_holds_it(
    cast: Cast, client_of: Callable[[Member], Client]
) -> None:
    version = put(regulation(cast), by=cast.ha)
    sha256 = Content.of(version.content).file.sha256
    other = regulation(cast, "QC.VP.02")
    client = client_of(cast.ha)
    assert client.get(address(other, f"files/{sha256}/")).status_code == 404
    assert client.get(address(version, f"files/{'0' * 64}/")).status_code == 404
    assert client_of(cast.lan).get(address(version, f"files/{sha256}/")).status_code in (403, 404)
    assert Client().get(address(version, f"files/{sha256}/")).status_code in (302, 404)


# --- the virus scanner ----------------------------------------------------------------------------------------


def test_every_upload_goes_through_the_scanner(
    cast: Cast, client_of: Callable[[Member], Client], settings: Any
) -> None:
    client, version = client_of(cast.ha), regulation(cast)
    with scanner() as server:
        settings.CLAMAV_ADDRESS = server.address
        assert upload(client, version, WORD, "sach.docx").status_code == 302
        assert server.scanned == [WORD]
        version.refresh_from_db()
        answer = upload(client, version, b"Xin " + VIRUS, "virus.txt", "attach")
        assert "Test.Virus" in answer.content.decode()
    version.refresh_from_db()
    assert Content.of(version.content).attachments == ()


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0"])
def test_nothing_comes_in_while_the_scanner_is_silent(cast: Cast, settings: Any, answer: bytes) -> None:
    with scanner(answer) as server:
        settings.CLAMAV_ADDRESS = server.address
        if answer:
            with pytest.raises(filing.Refused, match=r"[Mm]áy quét|scanner"):
                filing.examine(WORD, "a.docx", as_content=True)
    if not answer:
        with pytest.raises(filing.Refused, match=r"[Mm]áy quét|scanner"):
            filing.examine(WORD, "a.docx", as_content=True)


def test_an_attachment_that_cannot_be_read_is_kept_and_that_is_said(cast: Cast) -> None:
    examined = filing.examine(docx(word__document="<a/>"), "a.docx", as_content=False)
    version = filing.attach(regulation(cast), examined, by=cast.ha)
    assert Content.of(version.content).attachments[0].name == "a.docx"
    assert UploadedFile.objects.get().read == Extract((), marks=("unread",))


def test_the_scanner_may_be_a_socket_in_the_file_system_and_is_asked_by_check(settings: Any, tmp_path: Any) -> None:
    assert check_scanner_address(None) == check_scanner_answers(None) == []
    with scanner(path=str(tmp_path / "clamd")) as server:
        settings.CLAMAV_ADDRESS = server.address
        assert virus_scan.infection_of(b"Xin " + VIRUS) == "Test.Virus"
        assert check_scanner_address(None) == check_scanner_answers(None) == []
    assert [found.id for found in check_scanner_answers(None)] == ["documents.W001"]
    settings.CLAMAV_ADDRESS = "somewhere"
    assert [found.id for found in check_scanner_address(None)] == ["documents.E001"]
    with pytest.raises(virus_scan.Unreachable):
        virus_scan.infection_of(b"x")


# --- the law --------------------------------------------------------------------------------------------


def test_a_change_of_the_law_finds_what_an_uploaded_file_cites_and_the_next_file_closes_it(cast: Cast) -> None:
    version = put(regulation(cast), docx(paragraph("Căn cứ Nghị định số 123/2015/NĐ-CP")), by=cast.ha)
    version = signed(cast, version)
    law.record_text(
        shared=False, by=cast.khanh, number="335/2026/NĐ-CP", title="Hộ tịch", effective_from=clock.today(),
        replaces=["123/2015/NĐ-CP"],
    )  # fmt: skip
    update = LegalUpdate.objects.get()
    assert (update.version, update.cited, update.state) == (version, "123/2015/NĐ-CP", "open")
    signed(cast, put(library.next_draft(cast, version), docx(paragraph("Căn cứ 335/2026/NĐ-CP")), by=cast.ha))
    update.refresh_from_db()
    assert update.state == "done"
