"""The child that reads files can open nothing more once it reads, and only some children run at once."""

from __future__ import annotations

import fcntl
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from documents import actions, confinement, filing, import_runs, import_tasks
from documents.confinement import Busy, confined
from documents.content import Content
from documents.import_archives import Brought
from documents.models import Kind
from tests.cast import Cast
from tests.documents.office_files import docx, paragraph
from tests.documents.test_files import upload

SignIn = Callable[..., Client]
WORD = docx(paragraph("Điều 1."))


@pytest.fixture
def all_places_taken(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = Path(settings.VAR) / "readers"
    folder.mkdir(exist_ok=True)
    monkeypatch.setattr(confinement, "PATIENCE", 0.2)
    with ExitStack() as held:
        for number in range(settings.READERS):
            fcntl.flock(held.enter_context((folder / str(number)).open("w")), fcntl.LOCK_EX)
        yield


def test_once_it_reads_it_opens_no_file_and_no_connection() -> None:
    tried = """
        import socket
        from documents.confined.__main__ import _shut
        _shut()
        for way in (lambda: open("/etc/passwd"), lambda: socket.socket()):
            try:
                way()
            except OSError as refused:
                print(refused.errno)
    """
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(tried)],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["24", "24"]  # EMFILE


def test_nobody_waits_for_ever_for_a_place(all_places_taken: None) -> None:
    with pytest.raises(Busy):
        confined("read", "docx", WORD)


def test_the_places_are_given_back() -> None:
    for _ in range(settings.READERS + 1):
        assert confined("read", "docx", WORD)["blocks"]


def test_an_upload_meanwhile_changes_nothing_and_says_what_to_do(
    cast: Cast, client_of: SignIn, all_places_taken: None
) -> None:
    version = actions.create_document(Kind.REGULATION, "QC.VP.01", "Tiếp công dân", cast.ha.unit, by=cast.ha)
    answer = upload(client_of(cast.ha), version, WORD, "a.docx")
    assert answer.status_code == 200
    assert str(Busy()) in answer.content.decode()
    version.refresh_from_db()
    assert not Content.of(version.content).file.given


def test_an_attachment_is_not_taken_unread_because_of_it(cast: Cast, all_places_taken: None) -> None:
    with pytest.raises(Busy):
        filing.examine(WORD, "a.docx", as_content=False)


def test_an_import_goes_on_later(cast: Cast, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    run = import_runs.bring("x", [Brought("a.docx", WORD)], by=cast.ha)
    request.getfixturevalue("all_places_taken")
    with pytest.raises(Busy):
        import_tasks.go_on.__wrapped__(cast.agency.pk, run.pk)  # the queue tries it again
    file = run.files.get()
    assert (file.read_at, file.problem, file.claimed_at) == (None, "", None)
