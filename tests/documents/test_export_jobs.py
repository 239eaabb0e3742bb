"""The archive is made by a worker, once whatever happens to it, and handed out to who may have it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client, override_settings
from django.utils.html import escape
from django.utils.translation import gettext

from documents import actions, exporting, record_permissions
from documents.export_models import DocumentExport
from documents.exporting import expire_exports, make_export, make_waiting_exports, write
from documents.models import Version
from tenants import clock
from tenants.models import JournalEntry
from tenants.transitions import NotAllowed, NotPossible
from tests import cast as the_cast
from tests.cast import Cast
from tests.documents.library import approved
from tests.documents.sets import consisting_of_a_file, some_of_each
from tests.documents.test_two_at_once import at_once

SignIn = Callable[..., Client]
PAGE = "/tan-hoa/master-list/export/"


@pytest.fixture
def library(cast: Cast) -> Version:
    return some_of_each(cast)


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
