"""Papers brought through the page: looked at before anything is made, then drafts, whatever happens to the worker."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from documents import import_tasks, importing
from documents.models import Document, ImportedFile, ImportRun, Outcome, State, Version
from tenants.models import JournalEntry, Member
from tests.cast import Cast
from tests.documents import paper_offices as offices
from tests.documents.library import as_shown

ClientOf = Callable[[Member], Client]


def sent(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def brought(client: Client, *files: SimpleUploadedFile) -> ImportRun:
    answer = client.post("/tan-hoa/imports/", {"files": list(files)})
    assert answer.status_code == 302, answer.content.decode()
    return ImportRun.objects.get(pk=int(answer["Location"].rstrip("/").rsplit("/", 1)[1]))


def worked(cast: Cast, run: ImportRun) -> int:
    return import_tasks.go_on(cast.agency.pk, run.pk)


def packed(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return out.getvalue()


def test_nothing_is_made_before_somebody_has_looked(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.ha)
    assert "/imports/" in client.get("/tan-hoa/documents/").content.decode()
    run = brought(client, sent("QT.TP.04.docx", offices.ward()), sent("QT-05.docx", offices.department()))
    page = client.get(f"/tan-hoa/imports/{run.pk}/")
    assert page.status_code == 202  # nobody has read them yet
    assert "http-equiv" in page.content.decode()
    worked(cast, run)
    page = client.get(f"/tan-hoa/imports/{run.pk}/")
    assert page.status_code == 200
    shown = as_shown(page.content.decode())
    assert (shown["f1-code"], shown["f1-kind"], shown["f2-code"]) == (
        "QT.TP.04",
        "operational_procedure",
        "QT-05.HTQLCL",
    )
    assert not Document.objects.exists()


def test_what_is_corrected_in_the_table_is_what_is_made(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.ha)
    run = brought(client, sent("QT.TP.04.docx", offices.ward()), sent("QT-05.docx", offices.department()))
    worked(cast, run)
    address = f"/tan-hoa/imports/{run.pk}/"
    entered = as_shown(client.get(address).content.decode())
    entered |= {"f1-is_wanted": "on", "f1-code": "QT.TP.44", "f1-title": "Cấp bản sao", "f1-unit": str(cast.ha.unit_id)}
    assert client.post(address, entered).status_code == 302
    assert client.get(address).status_code == 202
    worked(cast, run)
    page = client.get(address).content.decode()
    assert "QT.TP.44" in page
    version = Version.objects.get()
    assert (version.document.code, version.title, version.document.unit, version.state) == (
        "QT.TP.44",
        "Cấp bản sao",
        cast.ha.unit,
        State.DRAFT,
    )
    assert version.drafted_by == cast.ha
    assert list(run.files.values_list("outcome", flat=True)) == [Outcome.CREATED, Outcome.LEFT]
    assert set(JournalEntry.objects.filter(verb__startswith="import").values_list("verb", flat=True)) == {
        "import_begun", "import_asked", "import_finished",
    }  # fmt: skip


def test_a_wrong_entry_comes_back_with_words_and_nothing_is_made(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.ha)
    run = brought(client, sent("a.docx", offices.ward()), sent("b.docx", offices.commune()))
    worked(cast, run)
    address = f"/tan-hoa/imports/{run.pk}/"
    entered = as_shown(client.get(address).content.decode()) | {"f1-is_wanted": "on", "f2-is_wanted": "on"}
    for wrong in (
        {"f1-code": "///"},
        {"f1-code": "new"},
        {"f1-kind": ""},
        {"f1-title": ""},
        {"f2-code": entered["f1-code"]},
        {"f1-unit": "9999"},
    ):
        answer = client.post(address, entered | wrong)
        assert answer.status_code == 200, wrong
        assert 'id="errors"' in answer.content.decode() or "f1-unit" in wrong
    run.refresh_from_db()
    assert run.asked_at is None


def test_a_kind_chosen_by_hand_reads_the_paper_for_that_kind(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.ha)
    run = brought(client, sent("QT.TP.04.docx", offices.ward()))
    worked(cast, run)
    address = f"/tan-hoa/imports/{run.pk}/"
    entered = as_shown(client.get(address).content.decode())
    client.post(address, entered | {"f1-is_wanted": "on", "f1-kind": "work_instruction", "f1-code": "HD.TP.01"})
    worked(cast, run)
    version = Version.objects.get()
    assert version.document.kind == "work_instruction"
    assert version.content["steps"] == []
    assert version.content["file"]["sha256"] == run.files.get().sha256


def test_a_job_that_is_delivered_twice_or_dies_makes_each_draft_once(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(cast.ha)
    run = brought(
        client, sent("a.docx", offices.ward()), sent("b.docx", offices.department()), sent("c.docx", offices.commune())
    )
    worked(cast, run)
    address = f"/tan-hoa/imports/{run.pk}/"
    entered = as_shown(client.get(address).content.decode())
    client.post(address, entered | {f"f{number}-is_wanted": "on" for number in (1, 2, 3)})
    make, calls = importing.take, []

    def dies(*given: object, **named: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return make(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "take", dies)
    with pytest.raises(KeyboardInterrupt):
        worked(cast, run)
    monkeypatch.setattr(importing, "take", make)
    assert Document.objects.count() == 1
    assert import_tasks.go_on_waiting(cast.agency.pk) == 1  # the sweep finds what was left behind
    assert worked(cast, run) == 2
    assert worked(cast, run) == 0
    assert Document.objects.count() == 3
    assert import_tasks.go_on_waiting(cast.agency.pk) == 0


def test_a_file_that_trips_us_does_not_keep_the_others(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(cast.ha)
    run = brought(client, sent("a.docx", offices.ward()), sent("b.docx", offices.commune()))
    understood = importing.understand

    def trips(extract: object, name: str, *given: object, **named: object) -> object:
        if name == "a.docx":
            raise ZeroDivisionError
        return understood(extract, name, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "understand", trips)
    worked(cast, run)
    assert list(run.files.values_list("outcome", flat=True)) == [Outcome.REFUSED, Outcome.WAITING]
    assert client.get(f"/tan-hoa/imports/{run.pk}/").status_code == 200


def test_an_archive_is_unpacked_under_harmless_names(cast: Cast, client_of: ClientOf) -> None:
    archive = packed(**{
        "../../etc/QT.TP.04.docx": offices.ward(), "C:\\Windows\\x.docx": offices.commune(), "__MACOSX/._a.docx": b"x", ".ẩn.docx": b"x",
        "thư mục/": b"", "trống.docx": b"",
    })  # fmt: skip
    run = brought(client_of(cast.ha), sent("Bộ tài liệu.zip", archive))
    assert set(run.files.values_list("name", flat=True)) == {"etc/QT.TP.04.docx", "C:/Windows/x.docx", "trống.docx"}
    worked(cast, run)
    assert ImportedFile.objects.get(name="trống.docx").outcome == Outcome.REFUSED


def test_archives_that_harm_are_refused_in_words(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(cast.ha)
    broken = packed(**{"a.docx": b"x" * 5000})[:-40]
    many = packed(**{f"{number}.txt": b"x" for number in range(301)})
    for data in (broken, many):
        answer = client.post("/tan-hoa/imports/", {"files": sent("a.zip", data)})
        assert answer.status_code == 200
        assert 'id="errors"' in answer.content.decode()
    assert not ImportRun.objects.exists()
    monkeypatch.setattr("documents.sniffing.largest", lambda: 1000)
    monkeypatch.setattr("documents.import_archives.largest", lambda: 1000)
    monkeypatch.setattr("documents.importing.largest", lambda: 1000)
    run = brought(client, sent("bomb.zip", packed(**{"a.docx": b"0" * 10_000_000, "b.txt": b"x"})))
    assert [file.name for file in run.files.all()] == ["b.txt"]
    assert client.post("/tan-hoa/imports/", {}).status_code == 200


def test_the_original_comes_back_byte_for_byte_and_is_only_saved(cast: Cast, client_of: ClientOf) -> None:
    client, data = client_of(cast.ha), b"<html><script>alert(1)</script>"
    run = brought(client, sent("x.html", data))
    answer = client.get(f"/tan-hoa/imports/{run.pk}/1/original/")
    assert b"".join(answer.streaming_content) == data
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    worked(cast, run)
    assert client.get(f"/tan-hoa/imports/{run.pk}/1/").status_code == 200


def test_only_who_brought_them_and_who_keeps_documents_see_them(cast: Cast, client_of: ClientOf) -> None:
    run = brought(client_of(cast.ha), sent("a.docx", offices.ward()))
    worked(cast, run)
    address = f"/tan-hoa/imports/{run.pk}/"
    for member, status in ((cast.ha, 200), (cast.khanh, 200), (cast.nhung, 200), (cast.bao, 404), (cast.mai, 404)):
        for path in (address, f"{address}1/", f"{address}1/original/"):
            assert client_of(member).get(path).status_code == status, (member, path)
    assert client_of(cast.mai).get("/tan-hoa/imports/").status_code == 403
    assert client_of(cast.lan).get("/phu-lam" + address.removeprefix("/tan-hoa")).status_code == 404


def test_what_was_understood_is_shown_with_its_place(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.ha)
    run = brought(client, sent("QT-05.docx", offices.department()))
    worked(cast, run)
    page = client.get(f"/tan-hoa/imports/{run.pk}/1/").content.decode()
    for words in (
        "QT-05.HTQLCL",
        "05/03/2026",
        "Phạm Thu Trang",
        "Rút ngắn thời hạn",
        "Thẩm định hồ sơ và lập biên bản thẩm định",
    ):
        assert words in page


def test_two_runs_at_once_make_one_draft(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.ha)
    runs = [brought(client, sent(name, offices.ward())) for name in ("a.docx", "b.docx")]
    for run in runs:
        worked(cast, run)
        address = f"/tan-hoa/imports/{run.pk}/"
        client.post(address, as_shown(client.get(address).content.decode()) | {"f1-is_wanted": "on"})
    for run in runs:
        worked(cast, run)
    assert Document.objects.count() == 1
    assert [run.files.get().outcome for run in runs] == [Outcome.CREATED, Outcome.UNCHANGED]


def test_files_that_are_too_large_are_named_and_nothing_is_half_taken(
    cast: Cast, client_of: ClientOf, settings: Any
) -> None:
    settings.UPLOAD_LARGEST = 1000
    for files in ([sent("nhỏ.txt", b"# a"), sent("lớn.pdf", b"x" * 1001)], [sent("lớn.pdf", b"x" * 1001)]):
        answer = client_of(cast.ha).post("/tan-hoa/imports/", {"files": files})
        assert answer.status_code == 200
        assert "lớn.pdf" in _alert(answer.content.decode())
    assert not ImportRun.objects.exists()


def _alert(page: str) -> str:
    return page[page.index('role="alert"') :][:2000]
