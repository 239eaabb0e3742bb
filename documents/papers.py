"""The paper of a version: rendered once when it is issued, stored with its hash, served from then on."""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task
from django.core.files.storage import default_storage
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _

from documents import stamps
from documents.confinement import Busy, joined
from documents.file_kinds import FileKind
from documents.file_models import uploaded
from documents.models import State, Version
from documents.reports import sheet_of
from tenants import letterhead, links, qr
from tenants.tasks import AgencyTask, later
from tenants.transitions import lock, record

log = logging.getLogger("qms.documents")
MARK = 16  # signs of the hash in the address on a print
ISSUED = (State.APPROVED, State.IN_FORCE, State.SUPERSEDED, State.WITHDRAWN)


@shared_task(base=AgencyTask, autoretry_for=(OSError, Busy), retry_backoff=30, max_retries=8)
def render_version_pdf(agency_id: int, version_id: int) -> bool:
    """Render the paper of one issued version, and store it if nobody else has meanwhile.

    Drawing takes seconds: nothing is locked until it is done.
    """
    version = Version.objects.select_related("document__unit", "agency").filter(pk=version_id).first()
    if version is None or version.pdf_id is not None or version.state not in ISSUED:
        return False
    content = _drawn(version)
    name = f"{version.document.code}_{version.issue:02}-{version.revision:02}.pdf"
    version = lock(version)
    if version.pdf_id is not None:
        return False
    version.pdf = letterhead.store(content, name=name)
    record(
        version,
        "rendered",
        by=version.agency.clock(),
        details={"sha256": version.pdf.sha256, "bytes": version.pdf.size},
    )
    return True


@shared_task(base=AgencyTask)
def render_waiting_versions(agency_id: int) -> int:
    """Papers whose job was lost are queued again. Returns how many."""
    waiting = list(Version.objects.filter(state__in=ISSUED, pdf=None).values_list("pk", flat=True))
    for version_id in waiting:
        later(render_version_pdf, agency_id, version_id)
    return len(waiting)


def _drawn(version: Version) -> bytes:
    """The paper; of an uploaded PDF its pages behind the control sheet.

    Where these cannot be taken over (uploads are tried, but the paper is made later and with a longer cover) the control
    sheet says that they are missing. Raises Busy.
    """
    paper = paper_of(version)
    file = uploaded(paper["sheet"].content).get(paper["sheet"].content.file.sha256)
    if file is not None and file.kind == FileKind.PDF:
        cover = letterhead.render("documents/version_pdf.html", paper | {"follows": True})
        if whole := joined(cover, file.content):
            return whole
        log.warning("%s: the pages of %s cannot be taken over", version, file)
        paper |= {"apart": True}
    return letterhead.render("documents/version_pdf.html", paper)


def paper_of(version: Version) -> dict[str, Any]:
    """What the paper's template needs."""
    address = public_address(version)
    return {"sheet": sheet_of(version), "address": address, "qr": qr.svg(address)}


def public_address(version: Version) -> str:
    """Where the QR code leads: the page that tells anybody holding this print whether it is the version in force."""
    number = (version.issue, version.revision)
    return links.absolute(links.below("public:check", version.document.code, number, version.sha256[:MARK]))


def watermark_of(version: Version) -> str:
    """What is written across a copy that nobody may work by; empty for the version in force."""
    if version.state == State.SUPERSEDED:
        return _("Superseded")
    if version.state == State.WITHDRAWN:
        return _("Withdrawn")
    if version.state == State.APPROVED and not version.holds:
        return _("Not yet in force")
    return ""


def served(version: Version) -> HttpResponseBase:
    """The stored paper; of a version that is not in force a copy with that across every page.

    Raises NotPossible when such a copy cannot be made, Busy.
    """
    assert version.pdf is not None
    with translation.override("vi"):
        mark = watermark_of(version)
    if not mark:
        return letterhead.serve(version.pdf)
    return letterhead.derived(stamps.stamped(version.pdf, mark), name=version.pdf.name)


def stored(version: Version) -> bytes:
    """The bytes of the stored paper."""
    assert version.pdf is not None
    with default_storage.open(version.pdf.path) as file:
        return bytes(file.read())
