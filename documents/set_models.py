"""What an agency says about a document the framework model asks for."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.models import Document
from documents.set_reader import the_set
from tenants.history import History
from tenants.scoping import AgencyOwned


class FrameworkChoice(AgencyOwned):
    """This document is ours for that item of the framework set (begun from it, or named by somebody), or the item does
    not apply here, with the reason. `item` is the name of a template (documents.set_reader).
    """

    item = models.SlugField(pgettext_lazy("of the framework set", "item"), max_length=60)
    document = models.ForeignKey(
        Document, models.PROTECT, verbose_name=_("document"), null=True, blank=True, related_name="framework_items"
    )
    begun = models.BooleanField(_("begun from the framework set"), default=False)
    reason = models.CharField(_("does not apply because"), max_length=500, blank=True)
    history = History()

    class Meta:
        verbose_name, verbose_name_plural = _("item of the framework set"), _("items of the framework set")
        ordering: ClassVar = ["item"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "item"], name="framework_item_once"),
            models.CheckConstraint(
                name="framework_item_is_there_or_not",
                condition=Q(document__isnull=False, reason="") | Q(document__isnull=True, begun=False) & ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        template = the_set().templates.get(self.item)  # a former set may have had other items
        return template.title.replace(" {year}", "") if template else self.item
