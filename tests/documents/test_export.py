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

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import load_workbook

from documents import actions, exporting, filing
from documents.bags import Bag, safe_name
from documents.content import Content, seal
from documents.exporting import Broken, make_export, write
from documents.models import Version
from tenants import clock
from tenants.models import StoredFile
from tests.cast import Cast
from tests.documents import office_files
from tests.documents.library import approved
from tests.documents.sets import consisting_of_a_file, some_of_each

SignIn = Callable[..., Client]
PAGE = "/tan-hoa/master-list/export/"


def archive(cast: Cast, folder: Path, *, name: str = "x.zip", all_versions: bool = False) -> zipfile.ZipFile:
    write(folder / name, cast.agency, cast.khanh, all_versions=all_versions)
    return zipfile.ZipFile(folder / name)


def inside(bag: zipfile.ZipFile) -> dict[str, bytes]:
    return {name.removeprefix("tan-hoa-documents/"): bag.read(name) for name in bag.namelist()}


@pytest.fixture
def library(cast: Cast) -> Version:
    return some_of_each(cast)


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
