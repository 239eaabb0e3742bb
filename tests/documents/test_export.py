"""The whole set as one archive: verified by anybody, the same when nothing changed, nothing inside that must not be."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, override_settings
from django.utils.html import escape
from django.utils.translation import gettext
from openpyxl import load_workbook

from documents import actions, exporting, filing, record_permissions
from documents.bags import Bag, safe_name
from documents.content import Content, seal
from documents.export_models import DocumentExport
from documents.exporting import Broken, expire_exports, make_export, make_waiting_exports, write
from documents.models import Version
from documents.papers import render_version_pdf
from tenants import clock
from tenants.models import JournalEntry, StoredFile
from tenants.transitions import NotAllowed, NotPossible
from tests import cast as the_cast
from tests.cast import Cast
from tests.documents import office_files
from tests.documents.library import approved, draft, signed_again, submitted
from tests.documents.test_two_at_once import at_once

SignIn = Callable[..., Client]
PAGE = "/tan-hoa/master-list/export/"


def archive(cast: Cast, folder: Path, *, name: str = "x.zip", all_versions: bool = False) -> zipfile.ZipFile:
    write(folder / name, cast.agency, cast.khanh, all_versions=all_versions)
    return zipfile.ZipFile(folder / name)


def inside(bag: zipfile.ZipFile) -> dict[str, bytes]:
    return {name.removeprefix("tan-hoa-documents/"): bag.read(name) for name in bag.namelist()}


@pytest.fixture
def library(cast: Cast) -> Version:
    """One superseded and one in force with its paper; a draft and one in review; another agency's own."""
    first = approved(cast)
    render_version_pdf(cast.agency.pk, first.pk)
    second = signed_again(cast, first)
    render_version_pdf(cast.agency.pk, second.pk)
    draft(cast, code="QT.NHAP", title="BIMAT-NHAP")
    submitted(cast, code="QT.TRINH", title="BIMAT-TRINH")
    with cast.other.active():
        other = actions.create_document(
            "policy", "CSCL-PL", "BIMAT-PHULAM", None, by=cast.yen, content=Content(text="x")
        )
        actions.approve(
            actions.review(actions.submit(other, by=cast.yen), by=cast.son), by=cast.lan, effective_from=clock.today()
        )
    return second


def test_every_hash_verifies_with_the_ordinary_tool(cast: Cast, library: Version, tmp_path: Path) -> None:
    archive(cast, tmp_path, all_versions=True).extractall(tmp_path)
    base = tmp_path / "tan-hoa-documents"
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        told = subprocess.run(
            ["sha256sum", "-c", "--strict", manifest], cwd=base, capture_output=True, text=True, check=False
        )
        assert told.returncode == 0, told.stdout + told.stderr
        assert told.stdout.count(": OK") == len((base / manifest).read_text().splitlines())
    files = [file for file in (base / "data").rglob("*") if file.is_file()]
    lines = (base / "manifest-sha256.txt").read_text().splitlines()
    assert {line.split("  ", 1)[1] for line in lines} == {str(file.relative_to(base)) for file in files}
    info = dict(line.split(": ", 1) for line in (base / "bag-info.txt").read_text().splitlines())
    assert info["Payload-Oxum"] == f"{sum(file.stat().st_size for file in files)}.{len(files)}"
    assert (base / "bagit.txt").read_text() == "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    table = list(csv.DictReader(io.StringIO((base / "files.csv").read_text("utf-8-sig"))))
    assert {(row["path"], int(row["bytes"])) for row in table} == {
        (str(f.relative_to(base)), f.stat().st_size) for f in files
    }
    assert "sha256sum -c" in (base / "README.txt").read_text()


def test_a_changed_byte_is_found(cast: Cast, library: Version, tmp_path: Path) -> None:
    archive(cast, tmp_path).extractall(tmp_path)
    base = tmp_path / "tan-hoa-documents"
    (base / "data/documents/QT.TP.01/01-01/content.json").write_text("{}")
    told = subprocess.run(
        ["sha256sum", "-c", "manifest-sha256.txt"], cwd=base, capture_output=True, text=True, check=False
    )
    assert told.returncode != 0


def test_what_is_in_force_and_with_all_versions_what_was(cast: Cast, library: Version, tmp_path: Path) -> None:
    now, ever = inside(archive(cast, tmp_path)), inside(archive(cast, tmp_path, name="y.zip", all_versions=True))

    def folders(files: dict[str, bytes]) -> list[str]:
        found = (re.match(r"data/documents/(.*)/content.json", name) for name in files)
        return sorted(match[1] for match in found if match)

    assert folders(now) == ["QT.TP.01/01-01"]
    assert folders(ever) == ["QT.TP.01/01-00", "QT.TP.01/01-01"]
    papers = [name for name in ever if name.endswith(".pdf")]
    assert len(papers) == 2
    for name in papers:
        assert StoredFile.objects.filter(sha256=hashlib.sha256(ever[name]).hexdigest()).exists()
    assert {
        "data/lists/master-list.csv",
        "data/lists/master-list.xlsx",
        "data/lists/amendments.csv",
        "data/lists/distribution.csv",
    } <= set(now)


def test_no_draft_and_nothing_of_another_agency(cast: Cast, library: Version, tmp_path: Path) -> None:
    for kind in (False, True):
        for name, content in inside(archive(cast, tmp_path, all_versions=kind)).items():
            assert b"BIMAT" not in content, name
            assert "NHAP" not in name
            assert "CSCL-PL" not in name
            if name.endswith(".xlsx"):
                sheet = zipfile.ZipFile(io.BytesIO(content))
                assert all(b"BIMAT" not in sheet.read(part) for part in sheet.namelist())


def test_the_content_gives_the_seal_that_was_signed(cast: Cast, library: Version, tmp_path: Path) -> None:
    files = inside(archive(cast, tmp_path, all_versions=True))
    read = [json.loads(content) for name, content in files.items() if name.endswith("content.json")]
    assert len(read) == 2
    for data in read:
        again = seal(
            Content.of(data["content"]), code=data["code"], issue=data["issue"], revision=data["revision"], title=data["title"],
            change_reason=data["change_reason"], change_parts=data["change_parts"], change_summary=data["change_summary"],
        )  # fmt: skip
        assert (
            again
            == data["sha256"]
            == Version.objects.get(issue=data["issue"], revision=data["revision"], document__code=data["code"]).sha256
        )
        assert [row["sha256"] for row in data["signatures"]] == [again] * 3


def test_the_seal_of_a_signature_is_checked_from_the_archive_as_its_readme_says(
    cast: Cast, library: Version, tmp_path: Path
) -> None:
    archive(cast, tmp_path).extractall(tmp_path)
    base = tmp_path / "tan-hoa-documents"
    readme = (base / "README.txt").read_text()
    script = textwrap.dedent(readme[readme.rindex("  import hashlib") :])
    place = base / "data/documents/QT.TP.01/01-01"

    def told() -> list[str]:
        run = subprocess.run([sys.executable, "-c", script], cwd=place, capture_output=True, text=True, check=True)
        return [line.rsplit(" ", 1)[1] for line in run.stdout.splitlines()]

    assert told() == ["True"] * 3
    content = place / "content.json"
    content.write_text(content.read_text().replace(cast.duc.name, "Ai đó"))
    assert told() == ["True", "True", "False"]


def test_the_same_set_gives_the_same_archive(cast: Cast, library: Version, tmp_path: Path) -> None:
    one = write(tmp_path / "1.zip", cast.agency, cast.khanh)
    two = write(tmp_path / "2.zip", cast.agency, cast.duc)
    assert one == two
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    actions.acknowledge(library, by=cast.tuan)
    assert write(tmp_path / "3.zip", cast.agency, cast.khanh).manifest != one.manifest


def test_a_stored_file_that_is_gone_or_changed_is_said_and_nothing_is_stored(
    cast: Cast, library: Version, tmp_path: Path
) -> None:
    library.refresh_from_db()
    assert library.pdf is not None
    path = Path(default_storage.path(library.pdf.path))
    whole = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(whole[:-1] + b"x")
    with pytest.raises(Broken, match=r"QT\.TP\.01"):
        write(tmp_path / "1.zip", cast.agency, cast.khanh)
    path.unlink()
    export = exporting.ask(by=cast.khanh)
    assert make_export(cast.agency.pk, export.pk) is False
    export.refresh_from_db()
    assert export.state == "failed"
    assert "QT.TP.01" in export.failure
    path.write_bytes(whole)


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("../../etc/passwd", "_.._etc_passwd"), ("con.pdf", "_con.pdf"), ("NUL", "_NUL"), ("a/b\\c:d", "a_b_c_d"), ("", "_"), ("...", "_"),
        (".hidden", "hidden"), ("tệp số 1.pdf", "tệp_số_1.pdf"), ("-rf", "_-rf"),
        ("x\ny\x00z", "x_y_z"), ("ten. ", "ten._"), ("ten.", "ten"), ("=1+1", "_1_1"),
    ],
)  # fmt: skip
def test_hostile_names_are_harmless(hostile: str, harmless: str) -> None:
    assert safe_name(hostile) == harmless


def test_long_names_are_cut_and_names_of_other_case_kept_apart(tmp_path: Path) -> None:
    long = safe_name("ệ" * 400 + ".pdf")
    assert len(long) <= 120
    assert len(long.encode()) <= 255
    assert long.endswith(".pdf")
    with Bag(tmp_path / "x.zip", "base") as bag:
        paths = [bag.add(name, [b"1"]).path for name in ("a/X.txt", "a/x.txt", "a/X.txt")]
        bag.finish({}, {})
    assert paths == ["data/a/X.txt", "data/a/x~2.txt", "data/a/X~3.txt"]


def test_codes_that_no_other_system_takes(cast: Cast, tmp_path: Path) -> None:
    for code in ("CON", "qt.a", "QT.B", "x.."):
        version = actions.create_document(
            "policy", code, "=cmd|' /C calc'!A0", None, by=cast.khanh, content=Content(text="x")
        )
        actions.approve(
            actions.review(actions.submit(version, by=cast.khanh), by=cast.oanh),
            by=cast.duc,
            effective_from=clock.today(),
        )
    files = inside(archive(cast, tmp_path))
    contents = sorted(name for name in files if "content" in name)
    assert len({name.casefold() for name in contents}) == 4
    assert not any(part.endswith(".") or part.upper() == "CON" for name in contents for part in name.split("/"))
    assert b",'=cmd" in files["files.csv"] or b"\"'=cmd" in files["files.csv"]


def test_memory_stays_flat(cast: Cast, tmp_path: Path) -> None:
    """Chunks go through; nothing is kept of them."""

    def chunks() -> Iterator[bytes]:
        for _place in range(64):
            yield b"\0" * (1 << 20)

    import tracemalloc  # noqa: PLC0415

    with Bag(tmp_path / "x.zip", "base") as bag:
        tracemalloc.start()
        bag.add("big.bin", chunks())
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        bag.finish({}, {})
    assert peak < 8 << 20


def test_the_number_of_queries_grows_with_batches_only(
    cast: Cast, tmp_path: Path, django_assert_max_num_queries
) -> None:
    approved(cast)
    consisting_of_a_file(cast, "QC.01", "Điều 1.")
    with django_assert_max_num_queries(40) as few:
        write(tmp_path / "1.zip", cast.agency, cast.khanh)
    for number in range(2, 7):
        approved(cast, code=f"QT.TP.{number:02}")
        consisting_of_a_file(cast, f"QC.{number:02}", f"Điều {number}.")
    with django_assert_max_num_queries(len(few)):
        write(tmp_path / "2.zip", cast.agency, cast.khanh)


def test_lists_are_written_some_lines_at_a_time_and_open_in_excel(
    cast: Cast, library: Version, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = write(tmp_path / "1.zip", cast.agency, cast.khanh, all_versions=True)
    monkeypatch.setattr(exporting, "LINES_AT_ONCE", 1)
    assert write(tmp_path / "2.zip", cast.agency, cast.khanh, all_versions=True) == whole
    files = inside(zipfile.ZipFile(tmp_path / "2.zip"))
    sheet = load_workbook(io.BytesIO(files["data/lists/distribution.xlsx"])).active
    lines = list(csv.reader(io.StringIO(files["data/lists/distribution.csv"].decode("utf-8-sig"))))
    assert sheet is not None
    assert sheet.max_row == len(lines) > 5
    assert [cell.value for cell in sheet[1]] == lines[0]


# --- the worker ---------------------------------------------------------------------------------------


def test_made_once_however_often_the_job_runs(cast: Cast, library: Version) -> None:
    export = exporting.ask(by=cast.khanh)
    with pytest.raises(NotPossible):
        exporting.ask(by=cast.khanh)
    assert make_export(cast.agency.pk, export.pk) is True
    assert make_export(cast.agency.pk, export.pk) is False
    export.refresh_from_db()
    with default_storage.open(export.path) as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == export.sha256
    assert (export.versions, export.unprinted, export.size) == (1, 0, default_storage.size(export.path))
    assert [line.verb for line in JournalEntry.objects.about(export).order_by("pk")] == [
        "export_asked",
        "finish_export",
    ]


def test_what_nobody_thought_of_ends_the_export_in_words(
    cast: Cast, library: Version, client_of: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_words: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setattr(exporting.past, "external_list", broken)
    export = exporting.ask(by=cast.khanh)
    assert make_export(cast.agency.pk, export.pk) is False
    export.refresh_from_db()
    assert export.state == "failed"
    assert export.failure in client_of(cast.khanh).get(PAGE).content.decode()
    monkeypatch.undo()
    assert make_export(cast.agency.pk, exporting.ask(by=cast.khanh).pk) is True


def test_what_is_not_made_in_a_day_ends_in_words(cast: Cast, library: Version) -> None:
    export = exporting.ask(by=cast.khanh)
    with clock.at(export.asked_at + exporting.PATIENCE * 2):
        assert make_waiting_exports(cast.agency.pk) == 1
    with clock.at(export.asked_at + exporting.GIVEN_UP * 2):
        assert make_waiting_exports(cast.agency.pk) == 0
    export.refresh_from_db()
    assert export.state == "failed"
    assert export.failure


def test_a_job_killed_after_storing_leaves_one_file(
    cast: Cast, library: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = exporting.ask(by=cast.khanh)

    class Killed(BaseException):
        """The worker is gone."""

    def kill(*_args: object, **_kwargs: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(exporting, "perform", kill)
        with pytest.raises(Killed):
            make_export(cast.agency.pk, export.pk)
    export.refresh_from_db()
    assert export.state == "asked"
    with clock.at(clock.now() + exporting.PATIENCE * 2):
        assert make_waiting_exports(cast.agency.pk) == 1
    assert make_export(cast.agency.pk, export.pk) is True
    assert len(default_storage.listdir(f"{cast.agency.pk}/exports")[1]) == 1


def test_two_workers_store_one_file(committed: None) -> None:
    cast = the_cast.build()
    with cast.agency.active():
        approved(cast)
        export = exporting.ask(by=cast.khanh)

    def work() -> object:
        return make_export(cast.agency.pk, export.pk)

    assert sorted(at_once(work, work), key=str) == [False, True]
    with cast.agency.active():
        assert JournalEntry.objects.about(export).filter(verb="finish_export").count() == 1
        assert len(default_storage.listdir(f"{cast.agency.pk}/exports")[1]) == 1


def test_a_job_that_comes_again_while_it_runs_ends_at_once(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = the_cast.build()
    with cast.agency.active():
        approved(cast)
        export = exporting.ask(by=cast.khanh)
    written: list[object] = []

    def work() -> object:
        return make_export(cast.agency.pk, export.pk)

    def slow(*given: Any, **named: Any) -> object:
        written.append(given)
        if len(written) == 1:
            assert at_once(work) == [False]
        return write(*given, **named)

    monkeypatch.setattr(exporting, "write", slow)
    assert work() is True
    assert len(written) == 1


@override_settings(EXPORT_DAYS=2)
def test_after_its_days_the_file_is_removed_and_the_line_stays(cast: Cast, library: Version) -> None:
    export = exporting.ask(by=cast.khanh)
    make_export(cast.agency.pk, export.pk)
    export.refresh_from_db()
    assert expire_exports(cast.agency.pk) == 0
    assert export.expires_at is not None
    with clock.at(export.expires_at):
        assert expire_exports(cast.agency.pk) == 1
        assert expire_exports(cast.agency.pk) == 0
    assert DocumentExport.objects.get().state == "expired"
    assert not default_storage.exists(export.path)


# --- pages and command --------------------------------------------------------------------------------


def test_asked_for_and_fetched_by_who_may(cast: Cast, library: Version, client_of: SignIn) -> None:
    khanh, duc, ha = client_of(cast.khanh), client_of(cast.duc), client_of(cast.ha)
    assert PAGE in khanh.get("/tan-hoa/documents/").content.decode()
    assert PAGE not in ha.get("/tan-hoa/documents/").content.decode()
    assert ha.get(PAGE).status_code == 403
    assert ha.post(PAGE, {}).status_code == 403
    assert client_of(cast.nhung).get(PAGE).status_code == 403
    with pytest.raises(NotAllowed):
        exporting.ask(by=cast.ha)
    assert khanh.post(PAGE, {"all_versions": "on"}).status_code == 302
    export = DocumentExport.objects.get()
    file = f"{PAGE}{export.pk}.zip"
    assert khanh.get(file).status_code == 409
    assert khanh.post(PAGE, {"all_versions": "on"}).status_code == 409
    make_export(cast.agency.pk, export.pk)
    assert file in khanh.get(PAGE).content.decode()
    assert file not in duc.get(PAGE).content.decode()
    for stranger, status in ((duc, 403), (ha, 403), (client_of(cast.yen), 404)):
        assert stranger.get(file).status_code == status
    answer = khanh.get(file)
    content = b"".join(answer.streaming_content)
    export.refresh_from_db()
    assert hashlib.sha256(content).hexdigest() == export.sha256
    assert "attachment" in answer["Content-Disposition"]
    assert khanh.post(file).status_code == 405
    assert JournalEntry.objects.about(export).filter(verb="export_fetched").count() == 1
    assert khanh.get(f"{PAGE}999999999999999999999.zip").status_code == 404


def test_what_was_hidden_meanwhile_is_not_handed_out(
    cast: Cast, client_of: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may export today sees every restricted document; the archive does not rest on that."""
    monkeypatch.setattr(record_permissions, "EXPORTERS", ("receptionist",))
    version = consisting_of_a_file(cast, "QC.01", "Điều 1.")
    export, tuan = exporting.ask(by=cast.tuan), client_of(cast.tuan)
    make_export(cast.agency.pk, export.pk)
    file = f"{PAGE}{export.pk}.zip"
    assert file in tuan.get(PAGE).content.decode()
    assert tuan.get(file).status_code == 200
    actions.edit_document(version.document, by=cast.khanh, confidentiality="restricted")
    assert file not in tuan.get(PAGE).content.decode()
    refused = tuan.get(file)
    assert refused.status_code == 409
    words = escape(
        gettext(
            "This archive may hold a document that you may no longer see. Make a new one: it holds what you may see now."
        )
    )
    assert words in refused.content.decode()
    assert words in tuan.get(PAGE).content.decode()
    again = exporting.ask(by=cast.tuan)
    make_export(cast.agency.pk, again.pk)
    assert tuan.get(f"{PAGE}{again.pk}.zip").status_code == 200
    assert JournalEntry.objects.about(export).filter(verb="export_fetched").count() == 1


def test_the_command_writes_the_same(cast: Cast, library: Version, tmp_path: Path) -> None:
    made = write(tmp_path / "1.zip", cast.agency, cast.khanh)
    said = io.StringIO()
    call_command("export_documents", tmp_path / "2.zip", agency="tan-hoa", stdout=said)
    assert made.manifest in said.getvalue()
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["1.zip", "2.zip"]
    with pytest.raises(CommandError) as unknown:
        call_command("export_documents", tmp_path / "3.zip", agency="khong-co", stdout=said)
    assert unknown.value.returncode == 2
    with pytest.raises(CommandError):
        call_command("export_documents", tmp_path / "no" / "3.zip", agency="tan-hoa", stdout=said)


def consisting_of_a_file(cast: Cast, code: str, words: str) -> Version:
    """A regulation in force whose content is a Word file that says this."""
    word = office_files.docx(office_files.paragraph(words))
    version = actions.create_document("regulation", code, "Nội quy", None, by=cast.ha)
    version = filing.put_content(version, filing.examine(word, f"{code}.docx", as_content=True), by=cast.ha)
    version = actions.review(actions.submit(version, by=cast.ha), by=cast.oanh)
    return actions.approve(version, by=cast.duc, effective_from=clock.today())


def test_uploaded_files_are_inside_byte_for_byte(cast: Cast, tmp_path: Path) -> None:
    word, note = office_files.docx(office_files.paragraph("Điều 1.")), "Sổ trực: ngày, người trực.\n".encode()
    version = actions.create_document("regulation", "QC.01", "Nội quy", None, by=cast.ha)
    version = filing.put_content(version, filing.examine(word, "Nội quy.docx", as_content=True), by=cast.ha)
    version = filing.attach(version, filing.examine(note, "Nội quy.docx.txt", as_content=False), by=cast.ha)
    version = actions.review(actions.submit(version, by=cast.ha), by=cast.oanh)
    actions.approve(version, by=cast.duc, effective_from=clock.today())
    files = inside(archive(cast, tmp_path))
    kept = {name: data for name, data in files.items() if "/QC.01/" in name and not name.endswith("content.json")}
    assert list(kept.values()) == [word, note]
