"""Papers brought through the page: looked at before anything is made, then drafts, whatever happens to the worker."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from documents import actions, filing, import_runs, import_tasks, importing
from documents.models import Confidentiality, Document, ImportedFile, ImportRun, Kind, Outcome, State, Version
from tenants import clock
from tenants.models import JournalEntry, Member
from tests.cast import Cast
from tests.documents import paper_offices as offices
from tests.documents.clamd import VIRUS, scanner
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


@pytest.mark.parametrize("kind", ["operational_procedure", "work_instruction"])
def test_what_the_scanner_has_learnt_since_is_not_taken(
    cast: Cast, client_of: ClientOf, settings: Any, kind: str
) -> None:
    run = brought(client_of(cast.ha), sent("QT.TP.04.docx", offices.ward()))
    worked(cast, run)
    chosen = {"code": "QT.TP.04", "kind": kind, "title": "Cấp bản sao", "unit": None, "is_wanted": True}
    import_runs.choose(run, {1: chosen}, by=cast.ha)
    settings.CLAMAV_ADDRESS = "127.0.0.1:1"
    assert worked(cast, run) == 0
    assert run.files.get().outcome == Outcome.WAITING  # the scanner is silent
    with scanner(b"stream: Test.Virus FOUND\0") as server:
        settings.CLAMAV_ADDRESS = server.address
        assert worked(cast, run) == 1
    file = run.files.get()
    assert (file.outcome, file.original, file.examined) == (Outcome.REFUSED, None, {})
    assert "Test.Virus" in file.problem
    assert not Document.objects.exists()


def test_what_trips_us_when_it_is_read_for_another_kind_is_not_taken(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = brought(client_of(cast.ha), sent("QT.TP.04.docx", offices.ward()))
    worked(cast, run)
    chosen = {"code": "HD.TP.01", "kind": "work_instruction", "title": "Cấp", "unit": None, "is_wanted": True}
    import_runs.choose(run, {1: chosen}, by=cast.ha)
    monkeypatch.setattr(importing, "understand", None)
    worked(cast, run)
    assert run.files.get().outcome == Outcome.REFUSED
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("first", "then"),
    [("operational_procedure", "work_instruction"), ("work_instruction", "operational_procedure")],
)
def test_a_draft_is_not_renewed_by_a_file_of_another_kind(
    cast: Cast, client_of: ClientOf, first: str, then: str
) -> None:
    client = client_of(cast.ha)
    contents = []
    for kind, hour in ((first, "1 giờ"), (then, "3 giờ")):
        run = brought(client, sent("QT.TP.04.docx", offices.ward(last_hour=hour)))
        worked(cast, run)
        chosen = {"code": "QT.TP.04", "kind": kind, "title": "Cấp", "unit": None, "is_wanted": True}
        import_runs.choose(run, {1: chosen}, by=cast.ha)
        worked(cast, run)
        contents.append(Version.objects.get().content)
    file = run.files.get()
    assert file.outcome == Outcome.REFUSED
    assert all(str(Kind(kind).label) in file.problem for kind in (first, then))
    assert contents[0] == contents[1]
    assert Version.objects.get().document.kind == first


def test_asked_twice_the_first_counts(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.ha)
    run = brought(client, sent("a.docx", offices.ward()))
    worked(cast, run)
    address = f"/tan-hoa/imports/{run.pk}/"
    chosen = {"code": "QT.TP.04", "kind": "operational_procedure", "title": "Cấp", "unit": None, "is_wanted": True}
    import_runs.choose(run, {1: chosen}, by=cast.ha)
    import_runs.choose(run, {1: chosen | {"code": "QT.TP.05", "is_wanted": False}}, by=cast.ha)
    file = run.files.get()
    assert (file.outcome, file.code) == (Outcome.WAITING, "QT.TP.04")
    assert JournalEntry.objects.filter(verb="import_asked").count() == 1
    worked(cast, run)
    assert client.post(address, {"f1-code": "QT.TP.05"}).status_code in {200, 302}
    assert run.files.get().outcome == Outcome.CREATED


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
    with clock.at(clock.now() + import_runs.LAPSE + dt.timedelta(seconds=1)):
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


def test_each_file_is_examined_once(cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(cast.ha)
    run = brought(client, sent("a.docx", offices.ward()), sent("b.docx", offices.department()))
    worked(cast, run)

    def again(*_given: object, **_named: object) -> None:
        raise AssertionError("examined twice")

    monkeypatch.setattr(filing, "examine", again)
    address = f"/tan-hoa/imports/{run.pk}/"
    entered = as_shown(client.get(address).content.decode()) | {"f1-is_wanted": "on", "f2-is_wanted": "on"}
    client.post(address, entered)
    worked(cast, run)
    assert list(run.files.values_list("outcome", "examined")) == [(Outcome.CREATED, {})] * 2


def test_the_pages_do_not_load_what_was_read(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.ha)
    run = brought(client, sent("a.docx", offices.ward()))
    address = f"/tan-hoa/imports/{run.pk}/"
    for status in (202, 200):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == status
        said = " ".join(query["sql"] for query in queries)
        assert '"documents_importedfile"."understood",' not in said
        assert '"documents_importedfile"."examined"' not in said
        worked(cast, run)


def test_a_file_is_read_between_transactions_by_one_worker(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(cast.ha)
    run = brought(client, sent("a.txt", b"# a"))
    read, others = importing.read, []

    def slow(*given: Any, **named: Any) -> Any:
        others.append(worked(cast, run))  # another worker, meanwhile
        return read(*given, **named)

    monkeypatch.setattr(importing, "read", slow)
    assert worked(cast, run) == 1
    assert others == [0]


def test_a_file_whose_worker_was_killed_is_read_by_another_later(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = brought(client_of(cast.ha), sent("a.txt", b"# a"))
    read = importing.read

    def killed(*_given: Any, **_named: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(importing, "read", killed)
    with pytest.raises(KeyboardInterrupt):
        worked(cast, run)
    monkeypatch.setattr(importing, "read", read)
    assert worked(cast, run) == 0  # perhaps it still reads
    assert import_tasks.go_on_waiting(cast.agency.pk) == 1
    with clock.at(clock.now() + import_runs.LAPSE + dt.timedelta(seconds=1)):
        assert worked(cast, run) == 1


@pytest.mark.parametrize("kind", ["operational_procedure", "work_instruction"])
def test_a_file_that_ends_its_workers_is_given_up_and_the_others_go_on(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    client = client_of(cast.ha)
    run = brought(client, sent("a.docx", offices.ward()), sent("b.docx", offices.commune()))
    read, tried, begun = importing.read, [], clock.now()

    def killed(data: bytes, name: str, *given: Any, **named: Any) -> Any:
        if name == "a.docx" and named["kind"] == ("" if kind == "operational_procedure" else kind):
            tried.append(name)
            raise KeyboardInterrupt
        return read(data, name, *given, **named)

    monkeypatch.setattr(importing, "read", killed)
    if kind == "work_instruction":  # chosen by hand: it is read again
        worked(cast, run)
        chosen = {"code": "HD.TP.01", "kind": kind, "title": "Cấp bản sao", "unit": None, "is_wanted": True}
        import_runs.choose(run, {1: chosen}, by=cast.ha)
    for hour in range(1, 6):
        with clock.at(begun + dt.timedelta(hours=hour)), contextlib.suppress(KeyboardInterrupt):
            worked(cast, run)
    assert len(tried) == import_runs.MOST_TRIES
    one, other = run.files.all()
    assert (one.outcome, one.original, other.problem) == (Outcome.REFUSED, None, "")
    assert other.read_at is not None
    assert one.problem in client.get(f"/tan-hoa/imports/{run.pk}/").content.decode()


def test_only_who_brought_them_and_who_keeps_documents_see_them(cast: Cast, client_of: ClientOf) -> None:
    run = brought(client_of(cast.ha), sent("a.docx", offices.ward()))
    worked(cast, run)
    address = f"/tan-hoa/imports/{run.pk}/"
    for member, status in ((cast.ha, 200), (cast.khanh, 200), (cast.nhung, 200), (cast.bao, 404), (cast.mai, 404)):
        for path in (address, f"{address}1/", f"{address}1/original/"):
            assert client_of(member).get(path).status_code == status, (member, path)
    assert client_of(cast.mai).get("/tan-hoa/imports/").status_code == 403
    assert client_of(cast.lan).get("/phu-lam" + address.removeprefix("/tan-hoa")).status_code == 404


def test_a_document_hidden_since_does_not_leave_through_its_import(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.ha)
    run = brought(client, sent("a.docx", offices.ward()), sent("b.docx", offices.commune()))
    worked(cast, run)
    chosen = {"kind": "work_instruction", "title": "Cấp", "unit": None, "is_wanted": True}
    codes = {position: chosen | {"code": f"HD.TP.0{position}"} for position in (1, 2)}
    import_runs.choose(run, codes, by=cast.ha)
    worked(cast, run)
    address = f"/tan-hoa/imports/{run.pk}/"
    places = (f"{address}1/", f"{address}1/original/")
    assert "HD.TP.01" in client.get(address).content.decode()
    assert [client.get(place).status_code for place in places] == [200, 200]
    version = Version.objects.get(document__code="HD.TP.01")
    actions.take_over(version, by=cast.khanh, reason="Nghỉ việc")
    actions.edit_document(version.document, by=cast.khanh, confidentiality=Confidentiality.RESTRICTED)
    assert [client.get(place).status_code for place in places] == [404, 404]
    page = client.get(address).content.decode()
    assert "HD.TP.02" in page
    assert "HD.TP.01" not in page
    assert client.get(f"{address}2/original/").status_code == 200
    assert [client_of(cast.khanh).get(place).status_code for place in places] == [200, 200]


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
