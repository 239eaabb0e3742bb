"""Files brought through the page of imports."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from documents import import_tasks
from documents.models import ImportRun
from tenants.models import Member
from tests.cast import Cast

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
