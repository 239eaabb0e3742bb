"""What goes with a restricted document: journal lines, requests, copies, signatures are hidden where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Q

from documents.permissions import SEE_RESTRICTED
from documents.querysets import hidden_ids

if TYPE_CHECKING:
    from tenants.models import Member

PATHS = {  # from a row that stands in the journal to the documents it is about
    "document": ("pk",),
    "version": ("document",),
    "changerequest": ("document",),
    "legalupdate": ("document",),
    "controlledcopy": ("version__document",),
    "periodicreview": ("version__document",),
    "acknowledgement": ("version__document",),
    "comment": ("version__document",),
    "audience": ("document",),
    "servedclause": ("document",),
    "recordseries": ("document",),
    "recordgroup": ("series__document",),
    "recordhold": ("series__document", "group__series__document"),
    "disposal": ("items__group__series__document",),
    "disposalitem": ("group__series__document",),
    "frameworkchoice": ("document",),
    "importrun": ("files__document",),
    "importedfile": ("document",),
}


def lines_hidden_from(member: Member) -> Q | None:
    """The journal lines about restricted documents this member may not see; None when there are none to hide."""
    if member.has_role(*SEE_RESTRICTED):
        return None
    hidden = hidden_ids(member)
    lines = Q()
    for name, paths in PATHS.items():
        about = Q()
        for path in paths:
            about |= Q(**{f"{path}__in": hidden})
        rows = apps.get_model("documents", name).objects.order_by().filter(about)
        lines |= Q(about_type=f"documents.{name}", about_id__in=rows.values("pk"))
    return lines
