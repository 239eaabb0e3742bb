"""One signature, written with everything it was given for: text, stage, capacity, meaning; and sealed."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from documents import permissions
from documents.models import Capacity, Signature, SignatureRole, Version
from documents.routing import authority
from tenants import clock
from tenants.models import Member

MEANINGS = {
    SignatureRole.DRAFTED: gettext_noop("I drafted this text and answer for what it says"),
    SignatureRole.REVIEWED: gettext_noop("I have reviewed this text; it can be approved"),
    SignatureRole.APPROVED: gettext_noop("I approve this text for use"),
}


def sign(
    version: Version,
    role: SignatureRole,
    *,
    by: Member,
    stage: int,
    place: int | None,
    capacity: str = "",
    confirmed: str = "",
) -> Signature:
    delegation = permissions.delegation_of(by, version.document.kind) if capacity == Capacity.BY_DELEGATION else None
    with translation.override("vi"):  # signatures are official text, whatever language the signer reads
        meaning = _(MEANINGS[role])
    row = Signature(
        version=version,
        round=version.round,
        role=role,
        stage=stage,
        place=place,
        member=by,
        name=by.name,
        title=by.title,
        capacity=capacity,
        authority=authority(by.agency, capacity),
        basis=delegation.decision if delegation else version.route["by_order"] if capacity == "TL." else "",
        meaning=meaning,
        confirmed=confirmed,
        delegation=delegation,
        sha256=version.sha256,
        effective_from=version.effective_from if role == SignatureRole.APPROVED else None,
        signed_at=clock.now(),
    )
    row.seal = row.sealed()
    row.save()
    return row
