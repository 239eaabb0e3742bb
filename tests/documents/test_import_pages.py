"""Papers brought through the page: looked at before anything is made, then drafts, whatever happens to the worker."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from documents import actions, filing, import_runs, import_tasks, importing
from documents.models import Confidentiality, Document, Kind, Outcome, State, Version
from tenants import clock
from tenants.models import JournalEntry
from tests.cast import Cast
from tests.documents import paper_offices as offices
from tests.documents.bringing import ClientOf, brought, sent, worked
from tests.documents.clamd import scanner
from tests.documents.library import as_shown


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
    client, paper = client_of(cast.ha), offices.ward()  # written once: a package says the second in which it was packed
    runs = [brought(client, sent(name, paper)) for name in ("a.docx", "b.docx")]
    for run in runs:
        worked(cast, run)
        address = f"/tan-hoa/imports/{run.pk}/"
        client.post(address, as_shown(client.get(address).content.decode()) | {"f1-is_wanted": "on"})
    for run in runs:
        worked(cast, run)
    assert Document.objects.count() == 1
    assert [run.files.get().outcome for run in runs] == [Outcome.CREATED, Outcome.UNCHANGED]
