"""How a kind of document is signed in an agency."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.history import History
from tenants.scoping import AgencyOwned


class ApprovalRoute(AgencyOwned):
    """The stages a kind of document goes through; a kind without a row goes through the usual three hands."""

    kind = models.CharField(_("kind"), max_length=30)
    stages = models.JSONField(_("stages"), default=dict)  # shape: documents.routes.Route
    history = History()

    class Meta:
        verbose_name, verbose_name_plural = _("approval route"), _("approval routes")
        ordering = ["kind"]
        constraints = [models.UniqueConstraint(fields=["agency", "kind"], name="one_route_per_kind")]

    def __str__(self) -> str:
        return self.kind
