"""Form 01, the receipt and appointment slip a resident takes home (Circular 03/2025/TT-VPCP, annex I)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.utils.safestring import SafeString, mark_safe

from processes import deadlines
from processes.models import Dossier
from tenants import letterhead
from tenants.calendar import calendar_of
from tenants.due import LineKind
from tenants.links import absolute, below
from tenants.qr import svg
from tenants.transitions import lock, record


def make_slip(dossier_id: int) -> bool:
    """Render and keep the slip of a dossier of the active agency. False when it was there already.

    Drawing takes a second, so nobody waits for it: the dossier is locked only to keep what was drawn.
    """
    dossier = Dossier.objects.get(pk=dossier_id)
    if dossier.slip_id:
        return False
    content = letterhead.render("processes/slip.html", slip_of(dossier))
    dossier = lock(dossier)
    if dossier.slip_id:
        return False
    dossier.slip = letterhead.store(content, name=f"{dossier.code}-01.pdf")
    record(dossier, "made_slip", by=dossier.agency.clock())
    return True


def slip_of(dossier: Dossier) -> dict[str, Any]:
    """What the paper says. `row` is one paper received, with what was agreed at the counter."""
    address, content = tracking_address(dossier), dossier.content
    due = deadlines.explained(content, dossier, calendar_of(dossier.agency))
    told = (LineKind.STARTED, LineKind.RESULT)  # the paper says these in sentences of their own
    return {
        "agency": dossier.agency,
        "dossier": dossier,
        "version": dossier.version,
        "content": content,
        "due": due and replace(due, lines=tuple(line for line in due.lines if line.kind not in told)),
        "qr": _small(svg(address, label=address)),
        "address": absolute(below("public:track"), agency=dossier.agency),
    }


def tracking_address(dossier: Dossier) -> str:
    """The short address in the QR code: it opens the dossier for whoever holds the slip."""
    return (
        f"{absolute(below('short_dossier', dossier.code), agency=dossier.agency)}?{urlencode({'k': dossier.look_up})}"
    )


def _small(code: SafeString) -> SafeString:
    """At the size its own attributes give (an inch), not as wide as the column."""
    return mark_safe(code.replace(' class="qr"', ""))
