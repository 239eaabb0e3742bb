"""`manage.py import_documents`: a folder becomes drafts, once; what people wrote stays theirs."""

from __future__ import annotations

import io
import json
import unicodedata
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from documents import actions, importing
from documents.models import Document, ImportedFile, ImportRun, Kind, State, UploadedFile, Version
from documents.sniffing import NOTES
from tenants.models import JournalEntry, StoredFile
from tests import cast as the_cast
from tests.cast import Cast
from tests.documents import paper_offices as offices
from tests.documents.test_two_at_once import at_once
from tests.tenants.importing import shared

TONES = "\u0300\u0301\u0303\u0309\u0323"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two procedures of two offices, one in the folder of its unit."""
    place = tmp_path / "giấy tờ"
    (place / "Tư pháp – Hộ tịch").mkdir(parents=True)
    (place / "Tư pháp – Hộ tịch" / "QT.TP.04 Cấp bản sao.docx").write_bytes(offices.ward())
    (place / "QT-05 Bức xạ.docx").write_bytes(offices.department())
    return place


def run(folder: Path, by: str = "ha@example.vn", **options: object) -> dict:
    """The report, as --json prints it."""
    out = io.StringIO()
    try:
        call_command("import_documents", str(folder), agency="tan-hoa", email=by, json=True, stdout=out, **options)
    except CommandError as told:
        if told.returncode != 1:  # that some were not taken is in the report
            raise
    return json.loads(out.getvalue().splitlines()[0])


def counts(report: dict) -> tuple[int, int, int, int]:
    return report["created"], report["updated"], report["unchanged"], len(report["rejected"])


def census() -> tuple[int, ...]:
    return tuple(
        model.objects.count()
        for model in (Document, Version, ImportedFile, ImportRun, StoredFile, UploadedFile, JournalEntry)
    )


def test_a_folder_becomes_drafts_with_what_the_paper_says(cast: Cast, folder: Path) -> None:
    assert counts(run(folder)) == (2, 0, 0, 0)
    version = Version.objects.get(document__code="QT.TP.04")
    assert (version.state, version.issue, version.revision, version.drafted_by) == (State.DRAFT, 3, 0, cast.ha)
    assert version.title == "Cấp bản sao trích lục từ sổ gốc"
    assert (version.document.kind, version.document.unit) == (Kind.OPERATIONAL_PROCEDURE, cast.ha.unit)
    assert [step["name"] for step in version.content["steps"]] == [step[0] for step in offices.STEPS]
    assert version.change_summary.startswith("Giảm thời gian 1 ngày")
    assert not version.signatures.exists()
    other = Version.objects.get(document__code="QT-05.HTQLCL")
    assert (other.issue, other.revision, other.content["limit"]["amount"]) == (2, 1, "25")


def test_the_original_is_kept_byte_for_byte(cast: Cast, folder: Path) -> None:
    run(folder)
    file = ImportedFile.objects.get(code="QT.TP.04")
    assert file.name == "Tư pháp – Hộ tịch/QT.TP.04 Cấp bản sao.docx"
    assert file.original is not None
    data = (folder / file.name).read_bytes()
    assert UploadedFile.objects.get(stored=file.original).content == data
    version = Version.objects.get(document__code="QT.TP.04")
    assert [one["sha256"] for one in version.content["attachments"]] == [file.sha256]


def test_what_has_no_parts_is_the_file_itself(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "HD.TP.01 Hướng dẫn.docx").write_bytes(offices.ward("HD.TP.01"))
    assert counts(run(tmp_path, kind="work_instruction")) == (1, 0, 0, 0)
    version = Version.objects.get()
    assert version.document.kind == Kind.WORK_INSTRUCTION
    assert version.content["file"]["sha256"] == ImportedFile.objects.get().sha256
    assert version.content["text"] == ""


def test_running_it_again_writes_nothing_at_all(cast: Cast, folder: Path) -> None:
    run(folder)
    before = census()
    assert counts(run(folder)) == (0, 0, 2, 0)
    assert census() == before


def test_a_dry_run_reads_and_writes_nothing(cast: Cast, folder: Path) -> None:
    before = census()
    assert counts(run(folder, dry_run=True)) == (0, 0, 0, 0)
    assert census() == before


def test_a_changed_file_renews_the_draft_nobody_touched(cast: Cast, folder: Path) -> None:
    run(folder)
    path = folder / "Tư pháp – Hộ tịch" / "QT.TP.04 Cấp bản sao.docx"
    path.write_bytes(offices.ward(last_hour="3 giờ"))
    assert counts(run(folder)) == (0, 1, 1, 0)
    version = Version.objects.get(document__code="QT.TP.04")
    assert version.content["steps"][-1]["norm"]["amount"] == "3"
    assert counts(run(folder)) == (0, 0, 2, 0)
    path.write_bytes(offices.ward())  # and back again
    assert counts(run(folder)) == (0, 1, 1, 0)


def test_a_draft_that_a_person_edited_is_never_overwritten(cast: Cast, folder: Path) -> None:
    run(folder)
    version = Version.objects.get(document__code="QT.TP.04")
    actions.edit(version, actions.Content.of(version.content), "Cấp bản sao trích lục", by=cast.ha)
    (folder / "Tư pháp – Hộ tịch" / "QT.TP.04 Cấp bản sao.docx").write_bytes(offices.ward(last_hour="3 giờ"))
    report = run(folder)
    assert counts(report) == (0, 0, 1, 1)
    version.refresh_from_db()
    assert version.title == "Cấp bản sao trích lục"
    assert version.content["steps"][-1]["norm"]["amount"] == "1"


def test_a_signed_version_is_never_overwritten(cast: Cast, folder: Path) -> None:
    run(folder)
    version = Version.objects.get(document__code="QT.TP.04")
    content = actions.Content.of(version.content | {"result": "Bản sao"})
    actions.submit(actions.edit(version, content, version.title, by=cast.ha), by=cast.ha)
    (folder / "Tư pháp – Hộ tịch" / "QT.TP.04 Cấp bản sao.docx").write_bytes(offices.ward(last_hour="3 giờ"))
    assert counts(run(folder)) == (0, 0, 1, 1)
    version.refresh_from_db()
    assert version.state == State.IN_REVIEW


def test_one_code_in_two_files_of_a_folder_is_named_every_time(cast: Cast, folder: Path) -> None:
    (folder / "zz bản khác.docx").write_bytes(offices.ward(name="Hoàng Văn Khác"))
    report = run(folder)
    assert counts(report) == (2, 0, 0, 1)
    assert "QT.TP.04 Cấp bản sao.docx" in report["rejected"][0]["reason"]
    assert counts(run(folder)) == (0, 0, 2, 1)


def test_the_code_of_a_document_written_here_stays_its_own(cast: Cast, folder: Path) -> None:
    made = actions.create_document(Kind.OPERATIONAL_PROCEDURE, "QT.TP.04", "Viết tại đây", cast.ha.unit, by=cast.ha)
    report = run(folder)
    assert counts(report) == (1, 0, 0, 1)
    assert "Viết tại đây" in report["rejected"][0]["reason"]
    made.refresh_from_db()
    assert made.title == "Viết tại đây"


def test_every_bad_file_is_named_and_loses_no_other(cast: Cast, folder: Path) -> None:
    (folder / "trống.docx").write_bytes(b"")
    (folder / "hỏng.docx").write_bytes(b"PK\x03\x04" + b"x" * 400)
    (folder / "trang.pdf").write_bytes(b"<html><script>alert(1)</script></html>")
    (folder / "cũ.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    (folder / "tên\n\x1b[31m\u202exấu.docx").write_bytes(offices.commune())
    (folder / ".ẩn.docx").write_bytes(offices.ward("QT.AN.01"))
    (folder / "~$QT.docx").write_bytes(b"lock")
    for left_behind in ("Thumbs.db", "desktop.ini", "~WRL0003.tmp", ".DS_Store"):
        (folder / left_behind).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (folder / "lối.docx").symlink_to("/etc/passwd")
    (folder / "vòng").symlink_to(folder)
    report = run(folder)
    assert counts(report) == (3, 0, 0, 4)
    assert {line["row"] for line in report["rejected"]} == {"trống.docx", "hỏng.docx", "trang.pdf", "cũ.doc"}
    assert all(line["reason"] for line in report["rejected"])
    assert not Document.objects.filter(code__startswith="QT.AN").exists()


def test_a_file_without_kind_or_code_says_what_to_do_and_can_be_told(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "ghi chép.txt").write_text("Một vài dòng.\nKhông có gì khác.")
    report = run(tmp_path)
    assert counts(report) == (0, 0, 0, 1)
    assert counts(run(tmp_path, kind="work_instruction", field="VP")) == (1, 0, 0, 0)
    assert Document.objects.get().code == "HD.VP.01"


def test_who_may_not_draft_imports_nothing(cast: Cast, folder: Path) -> None:
    for stranger in ("mai@example.vn", "lan@example.vn", "nobody@example.vn"):
        with pytest.raises(CommandError) as told:
            call_command("import_documents", str(folder), agency="tan-hoa", email=stranger, stdout=io.StringIO())
        assert told.value.returncode == 2
    assert not Document.objects.exists()


def test_progress_is_said_file_by_file(cast: Cast, folder: Path) -> None:
    out = io.StringIO()
    call_command("import_documents", str(folder), agency="tan-hoa", email="ha", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0].startswith("1/2 QT-05 Bức xạ.docx")
    assert lines[1].startswith("2/2 ")


def test_killed_in_the_middle_it_goes_on_where_it_stood(
    cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take, calls = importing.take, []

    def killed(*given: object, **named: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return take(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "take", killed)
    with pytest.raises(KeyboardInterrupt):
        run(folder)
    assert Document.objects.count() == 1
    monkeypatch.setattr(importing, "take", take)
    assert counts(run(folder)) == (1, 0, 1, 0)
    assert Document.objects.count() == 2


def test_two_commands_at_once_make_each_draft_once(committed: None, folder: Path) -> None:
    cast = the_cast.build()
    reports = at_once(lambda: run(folder), lambda: run(folder))
    assert sorted(counts(report)[0] + counts(report)[2] for report in reports) == [2, 2]  # type: ignore[arg-type]
    assert sum(counts(report)[0] for report in reports) == 2  # type: ignore[arg-type]
    with cast.agency.active():
        assert Document.objects.count() == ImportedFile.objects.count() == 2


@pytest.mark.parametrize("kind", ["frameworks", "files", "xml-attacks"])
def test_public_files_are_read_or_named_without_an_error(cast: Cast, kind: str) -> None:
    place = shared(kind)
    report = run(place, kind="manual")
    assert report["created"] + len(report["rejected"]) + report["unchanged"] == report["read"] > 5
    assert not any("Error" in line["reason"] for line in report["rejected"])


def test_a_code_written_with_other_signs_is_the_same_code(cast: Cast, folder: Path) -> None:
    actions.create_document("internal_procedure", "QT-TP.04", "Viết tại đây", None, by=cast.khanh)
    report = run(folder)
    assert counts(report) == (1, 0, 0, 1)
    assert "QT-TP.04" in report["rejected"][0]["reason"]


def test_a_document_one_may_not_see_is_not_told_by_its_code_or_its_file(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "HD.TP.01 Hướng dẫn.docx").write_bytes(offices.ward("HD.TP.01"))
    assert counts(run(tmp_path, by="khanh@example.vn", kind="work_instruction")) == (1, 0, 0, 0)
    secret = Document.objects.get()
    actions.edit_document(secret, by=cast.khanh, confidentiality="restricted")
    said = run(tmp_path, kind="work_instruction")["rejected"][0]["reason"]
    assert secret.title not in said


@pytest.mark.parametrize("letters", ["utf-16", "utf-8-sig", "cp1258"])
def test_a_text_is_read_with_the_letters_it_was_typed_with(cast: Cast, tmp_path: Path, letters: str) -> None:
    words = "QUY TRÌNH\nKIỂM SOÁT TÀI LIỆU\nMã hiệu: QT.HT.01\n1. MỤC ĐÍCH\nThống nhất.\n2. PHẠM VI\nToàn cơ quan."
    if letters == "cp1258":
        words = "".join(_for_windows(sign) for sign in words)
    (tmp_path / "a.txt").write_bytes(words.encode(letters))
    assert counts(run(tmp_path)) == (1, 0, 0, 0)
    version = Version.objects.get(document__code="QT.HT.01")
    assert (version.title, version.content["purpose"]) == ("Kiểm soát tài liệu", "Thống nhất.")
    assert not any(str(NOTES["letters"]) in doubt.words for doubt in ImportedFile.objects.get().said.doubts)


def test_letters_that_cannot_be_read_are_a_doubt(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "QT.VP.01.txt").write_bytes("Übung größer".encode("cp1252"))
    run(tmp_path, kind="work_instruction")
    assert any(str(NOTES["letters"]) in doubt.words for doubt in ImportedFile.objects.get().said.doubts)


def _for_windows(sign: str) -> str:
    """A letter of Windows-1258: the tone as a sign of its own."""
    base = "".join(part for part in unicodedata.normalize("NFD", sign) if part not in TONES)
    tones = "".join(part for part in unicodedata.normalize("NFD", sign) if part in TONES)
    return unicodedata.normalize("NFC", base) + tones


def test_without_a_name_the_iso_secretary_drafts(cast: Cast, folder: Path) -> None:
    assert counts(run(folder, by="")) == (2, 0, 0, 0)
    assert {version.drafted_by for version in Version.objects.all()} == {cast.khanh}


def test_the_last_line_says_which_option_helps(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "ghi chép.txt").write_text("Một vài dòng.\nKhông có gì khác.")
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("import_documents", str(tmp_path), agency="tan-hoa", email="ha", stdout=out)
    assert "--kind" in out.getvalue().splitlines()[-1]
