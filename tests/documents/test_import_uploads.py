"""What is uploaded for an import: archives, files that are too large or harmful, what is kept and for how long."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from documents import import_runs, import_tasks
from documents.models import ImportedFile, ImportRun, Outcome
from tenants import clock
from tenants.models import JournalEntry
from tests.cast import Cast
from tests.documents import paper_offices as offices
from tests.documents.bringing import ClientOf, brought, packed, sent, worked
from tests.documents.clamd import VIRUS, scanner


def test_an_archive_is_unpacked_under_harmless_names(cast: Cast, client_of: ClientOf) -> None:
    archive = packed(**{
        "../../etc/QT.TP.04.docx": offices.ward(), "C:\\Windows\\x.docx": offices.commune(), "__MACOSX/._a.docx": b"x", ".ẩn.docx": b"x",
        "TTHC/Thumbs.db": b"x", "TTHC/~$a.docx": b"x",
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
    assert [(file.name, bool(file.problem), file.original is None) for file in run.files.all()] == [
        ("a.docx", True, True),
        ("b.txt", False, False),
    ]
    assert client.post("/tan-hoa/imports/", {}).status_code == 200


def test_the_original_comes_back_byte_for_byte_and_is_only_saved(cast: Cast, client_of: ClientOf) -> None:
    client, data = client_of(cast.ha), "# Ghi chép\n".encode()
    run = brought(client, sent("x.txt", data))
    address = f"/tan-hoa/imports/{run.pk}/1/"
    assert client.get(f"{address}original/").status_code == 404  # nobody has looked at it yet
    worked(cast, run)
    answer = client.get(f"{address}original/")
    assert b"".join(answer.streaming_content) == data
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert "original/" in client.get(address).content.decode()


def test_what_is_refused_is_neither_handed_out_nor_kept(
    cast: Cast, client_of: ClientOf, django_capture_on_commit_callbacks: Any
) -> None:
    client = client_of(cast.ha)
    run = brought(client, sent("x.html", b"<html><script>alert(1)</script>"), sent("a.docx", offices.ward()))
    bytes_of = [Path(default_storage.path(file.original.path)) for file in run.files.all()]
    with django_capture_on_commit_callbacks(execute=True):
        worked(cast, run)
    address = f"/tan-hoa/imports/{run.pk}/1/"
    assert client.get(f"{address}original/").status_code == 404
    assert "original/" not in client.get(address).content.decode()
    assert [place.exists() for place in bytes_of] == [False, True]
    client.post(f"/tan-hoa/imports/{run.pk}/", {})  # not taken: left out
    with django_capture_on_commit_callbacks(execute=True):
        worked(cast, run)
    assert [place.exists() for place in bytes_of] == [False, False]
    assert list(run.files.values_list("outcome", "original", "examined")) == [
        (Outcome.REFUSED, None, {}),
        (Outcome.LEFT, None, {}),
    ]
    assert client.get(f"/tan-hoa/imports/{run.pk}/2/original/").status_code == 404


def test_what_the_scanner_finds_is_not_even_kept(cast: Cast, client_of: ClientOf, settings: Any) -> None:
    with scanner() as server:
        settings.CLAMAV_ADDRESS = server.address
        run = brought(client_of(cast.ha), sent("a.txt", b"# " + VIRUS), sent("b.txt", b"# fine"))
    assert [(file.outcome, file.original is None) for file in run.files.all()] == [
        (Outcome.REFUSED, True),
        (Outcome.WAITING, False),
    ]
    assert "Test.Virus" in run.files.first().problem


def test_while_the_scanner_is_silent_files_wait_and_are_read_when_it_answers(
    cast: Cast, client_of: ClientOf, settings: Any
) -> None:
    settings.CLAMAV_ADDRESS = "127.0.0.1:1"
    client = client_of(cast.ha)
    run = brought(client, sent("a.docx", offices.ward()), sent("b.docx", offices.commune()))
    assert worked(cast, run) == 0
    assert list(run.files.values_list("outcome", "read_at")) == [(Outcome.WAITING, None)] * 2
    page = client.get(f"/tan-hoa/imports/{run.pk}/")
    assert page.status_code == 202
    assert run.files.first().problem in page.content.decode()
    assert client.get(f"/tan-hoa/imports/{run.pk}/1/original/").status_code == 404
    assert import_tasks.go_on_waiting(cast.agency.pk) == 1  # tried again by the clock
    settings.CLAMAV_ADDRESS = ""
    assert worked(cast, run) == 2
    assert [file.may_be_saved for file in run.files.all()] == [True, True]


def test_nobody_leaves_many_imports_unfinished(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.ha)
    runs = [brought(client, sent("a.txt", b"# a")) for _number in range(import_runs.MOST_OPEN)]
    answer = client.post("/tan-hoa/imports/", {"files": [sent("a.txt", b"# a")]})
    assert answer.status_code == 200
    assert str(import_runs.MOST_OPEN) in _alert(answer.content.decode())
    worked(cast, runs[0])
    client.post(f"/tan-hoa/imports/{runs[0].pk}/", {})
    worked(cast, runs[0])
    brought(client, sent("a.txt", b"# a"))


def test_files_nobody_went_on_with_are_removed_after_a_month(
    cast: Cast, client_of: ClientOf, django_capture_on_commit_callbacks: Any
) -> None:
    client = client_of(cast.ha)
    run = brought(client, sent("a.docx", offices.ward()))
    worked(cast, run)
    place = Path(default_storage.path(run.files.get().original.path))
    now = clock.now()
    with clock.at(now + dt.timedelta(days=import_runs.DAYS_KEPT - 1)):
        assert import_tasks.expire_imports(cast.agency.pk) == 0
    with clock.at(now + dt.timedelta(days=import_runs.DAYS_KEPT + 1)):
        with django_capture_on_commit_callbacks(execute=True):
            assert import_tasks.expire_imports(cast.agency.pk) == 1
        assert import_tasks.expire_imports(cast.agency.pk) == 0
    file = run.files.get()
    assert (file.outcome, file.original, place.exists()) == (Outcome.LEFT, None, False)
    assert file.problem in client.get(f"/tan-hoa/imports/{run.pk}/").content.decode()
    assert JournalEntry.objects.filter(verb="import_expired").count() == 1


def test_files_that_are_too_large_are_named_and_nothing_is_half_taken(
    cast: Cast, client_of: ClientOf, settings: Any
) -> None:
    settings.UPLOAD_LARGEST = 1000
    for files in ([sent("nhỏ.txt", b"# a"), sent("lớn.pdf", b"x" * 1001)], [sent("lớn.pdf", b"x" * 1001)]):
        answer = client_of(cast.ha).post("/tan-hoa/imports/", {"files": files})
        assert answer.status_code == 200
        assert "lớn.pdf" in _alert(answer.content.decode())
    assert not ImportRun.objects.exists()


def test_an_archive_may_be_larger_than_a_document(cast: Cast, client_of: ClientOf, settings: Any) -> None:
    settings.UPLOAD_LARGEST, settings.UPLOAD_LARGEST_ARCHIVE = 50_000, 200_000
    papers = {f"{number}.txt": os.urandom(30_000).hex().encode()[:40_000] for number in range(3)}
    assert 50_000 < len(packed(**papers)) < 200_000
    run = brought(client_of(cast.ha), sent("bộ.zip", packed(**papers)))
    assert run.files.count() == 3
    settings.UPLOAD_LARGEST_ARCHIVE = 60_000
    answer = client_of(cast.ha).post("/tan-hoa/imports/", {"files": sent("bộ.zip", packed(**papers))})
    assert "bộ.zip" in _alert(answer.content.decode())


def test_more_files_than_one_request_may_have_are_refused_in_words(cast: Cast, client_of: ClientOf) -> None:
    answer = client_of(cast.ha).post("/tan-hoa/imports/", {"files": [sent(f"{n}.txt", b"a") for n in range(101)]})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "100" in page
    assert "ZIP" in page
    assert not ImportRun.objects.exists()


def test_an_upload_that_ends_badly_leaves_no_bytes_behind(cast: Cast, client_of: ClientOf) -> None:
    before = {path for path in Path(default_storage.location).rglob("*") if path.is_file()}
    many = packed(**{f"{number}.txt": b"x" for number in range(301)})
    assert client_of(cast.ha).post("/tan-hoa/imports/", {"files": sent("a.zip", many)}).status_code == 200
    assert {path for path in Path(default_storage.location).rglob("*") if path.is_file()} == before


def _alert(page: str) -> str:
    return page[page.index('role="alert"') :][:2000]
