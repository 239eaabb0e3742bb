"""What search sees of a version: its words, kept in step by the database itself (documents/migrations/0007_search)."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.scoping import AgencyOwned


class SearchText(AgencyOwned):
    """Code, title and whole text of one version, readable and as search reads them. Written by a trigger, never by us.

    `body`, `spelled` and `plain` have the same length sign for sign, so a place found in one is the place in all.
    """

    version = models.OneToOneField(
        "documents.Version", models.CASCADE, primary_key=True, related_name="search_text", editable=False
    )
    head = models.IntegerField()  # so many signs of the body are code and title
    body = models.TextField()  # as people read it
    spelled = (
        models.TextField()
    )  # small letters, diacritics kept, one placement of the tone, blanks for all other signs
    plain = models.TextField()  # the same without diacritics
    names = models.TextField()  # code, code without signs, and title, without diacritics: for what is mistyped
    words = SearchVectorField()  # every word plain, and with a sign of equality before it as it is spelled

    class Meta:
        verbose_name, verbose_name_plural = _("text for search"), _("texts for search")
        indexes = [GinIndex(fields=["agency", "words"], name="search_words")]

    def __str__(self) -> str:
        return self.names
