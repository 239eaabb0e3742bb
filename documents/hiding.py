"""What goes with a restricted document: journal lines, requests, copies, signatures are hidden where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Q

from documents.querysets import hidden_from

if TYPE_CHECKING:
    from tenants.models import Member

PATHS = {  # from a row that stands in the journal to its document
    "document": "pk",
    "version": "document",
    "changerequest": "document",
    "legalupdate": "document",
    "controlledcopy": "version__document",
    "periodicreview": "version__document",
}


def lines_hidden_from(member: Member) -> Q | None:
    """The journal lines about restricted documents this member may not see; None when there are none to hide."""
    hidden = hidden_from(member)
    if hidden.query.is_empty():
        return None
    lines = Q()
    for name, path in PATHS.items():
        rows = apps.get_model("documents", name).objects.order_by().filter(**{f"{path}__in": hidden.values("pk")})
        lines |= Q(about_type=f"documents.{name}", about_id__in=rows.values("pk"))
    return lines
