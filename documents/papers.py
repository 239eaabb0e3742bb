"""The paper of a version: rendered once when it is issued, stored with its hash, served from then on."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from documents.models import State, Version
from documents.reports import sheet_of
from tenants import letterhead, links, qr
from tenants.tasks import AgencyTask, later
from tenants.transitions import lock, record

ISSUED = (State.APPROVED, State.IN_FORCE, State.SUPERSEDED, State.WITHDRAWN)


@shared_task(base=AgencyTask, autoretry_for=(OSError,), retry_backoff=30, max_retries=8)
def render_version_pdf(agency_id: int, version_id: int) -> bool:
    """Render the paper of one issued version, and store it if nobody else has meanwhile.

    Drawing takes seconds: nothing is locked until it is done.
    """
    version = Version.objects.select_related("document__unit", "agency").filter(pk=version_id).first()
    if version is None or version.pdf_id is not None or version.state not in ISSUED:
        return False
    content = letterhead.render("documents/version_pdf.html", paper_of(version))
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


def paper_of(version: Version) -> dict[str, Any]:
    """What the paper's template needs."""
    address = public_address(version)
    return {"sheet": sheet_of(version), "address": address, "qr": qr.svg(address)}


def public_address(version: Version) -> str:
    """Where the QR code leads: the public page of a procedure for residents, else the document's own page."""
    code = version.document.code
    if version.document.kind == "operational_procedure":
        return links.absolute(links.below("short_procedure", code))
    return links.absolute(links.below("document", code))
