"""The receipt slip: made once by the worker, stored with its hash, carrying the look-up word and a code to scan."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from processes.models import Dossier
from processes.slips import make_slip, slip_of, tracking_address
from processes.tasks import render_slip
from tenants import letterhead
from tenants.models import JournalEntry, Member, StoredFile
from tests.cast import Cast

ClientOf = Callable[[Member], Client]


def test_it_is_made_once(march: Cast, dossier: Dossier) -> None:
    assert make_slip(dossier.pk)
    assert not make_slip(dossier.pk)
    file = StoredFile.objects.get()
    assert Dossier.objects.get(pk=dossier.pk).slip == file
    assert file.name == "TH-260304-0001-01.pdf"
    content = default_storage.open(file.path).read()
    assert content.startswith(b"%PDF-")
    assert hashlib.sha256(content).hexdigest() == file.sha256
    line = JournalEntry.objects.get(verb="made_slip")
    assert line.by.is_clock


def test_nobody_waits_while_it_is_drawn(march: Cast, dossier: Dossier, monkeypatch: Any) -> None:
    """The dossier is locked once the paper is there; who drew it meanwhile has won."""

    def drawn_by_another(*_page: Any) -> bytes:
        assert not any("FOR UPDATE" in query["sql"] for query in asked)
        monkeypatch.setattr(letterhead, "render", drawn)
        assert make_slip(dossier.pk)
        return b"%PDF- of the slower one"

    drawn = letterhead.render
    monkeypatch.setattr(letterhead, "render", drawn_by_another)
    with CaptureQueriesContext(connection) as asked:
        assert not make_slip(dossier.pk)
    assert StoredFile.objects.count() == 1


def test_the_task_works_for_the_agency_named(march: Cast, dossier: Dossier) -> None:
    assert render_slip(march.agency.pk, dossier.pk)
    assert Dossier.objects.get(pk=dossier.pk).slip is not None


def test_the_code_leads_to_this_dossier(march: Cast, dossier: Dossier) -> None:
    address = tracking_address(dossier)
    assert address.endswith(f"/tan-hoa/t/TH-260304-0001?k={dossier.look_up}")
    assert "<svg" in slip_of(dossier)["qr"]


def test_the_page_waits_for_the_worker_then_serves_the_file(march: Cast, dossier: Dossier, client_of: ClientOf) -> None:
    client, address = client_of(march.tuan), f"/tan-hoa/dossiers/{dossier.code}/slips/1.pdf"
    waiting = client.get(address)
    assert waiting.status_code == 202
    assert 'http-equiv="refresh"' in waiting.content.decode()
    make_slip(dossier.pk)
    served = client.get(address)
    assert (served.status_code, served["Content-Type"]) == (200, "application/pdf")
    assert b"".join(served.streaming_content).startswith(b"%PDF-")
