"""Which services a document is the procedure for: what its version in force, as signed, says; nobody enters it."""

from __future__ import annotations

from django.db.transaction import atomic

from documents.content import Content
from documents.models import Document, Version
from processes.models import Coverage, Service
from tenants.models import Member
from tenants.transitions import deed, record


@atomic
def cover(version: Version, *, by: Member) -> None:
    """The document covers exactly the services this version names; codes the catalogue does not know cover nothing."""
    named = Service.objects.filter(code__in=Content.of(version.content).services)
    standing = Coverage.objects.filter(document=version.document)
    for row in standing.exclude(service__in=named).select_related("service"):
        _remove(row, by=by)
    for service in named.exclude(coverages__in=standing).order_by("code"):
        row = Coverage(document=version.document, service=service)
        record(row, "covered", by=by, details={"service": service.code})


@atomic
def uncover(document: Document, *, by: Member) -> None:
    for row in Coverage.objects.filter(document=document).select_related("service"):
        _remove(row, by=by)


def _remove(row: Coverage, *, by: Member) -> None:
    with deed("uncovered", row, by=by, details={"service": row.service.code}):
        key = row.pk
        row.delete()
        row.pk = key  # the journal's line says which row it was
