"""How the journal speaks of records kept and of exports, and where its lines lead."""

from __future__ import annotations

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from tenants.models import JournalEntry

WORDS: dict[str, str | Promise] = {
    "series_followed": gettext_lazy("took from the procedure in force the series of records"),
    "series_ended": gettext_lazy("ended, as no procedure in force names it, the series of records"),
    "series_set": gettext_lazy("set retention and keeping of the series of records"),
    "retention_reckoned": gettext_lazy("reckoned anew until when the groups are kept of"),
    "group_opened": gettext_lazy("entered the record group"),
    "group_corrected": gettext_lazy("corrected the record group"),
    "close_group": gettext_lazy("closed the record group"),
    "hold_placed": gettext_lazy("placed a hold on"),
    "hold_lifted": gettext_lazy("lifted a hold on"),
    "proposed_disposal": gettext_lazy("proposed the disposal of records"),
    "dispose": gettext_lazy("disposed of the record group"),
    "minutes_stored": gettext_lazy("stored the minutes of the disposal"),
    "export_asked": gettext_lazy("asked for the export of all documents of"),
    "export_fetched": gettext_lazy("fetched the export of all documents of"),
    "finish_export": gettext_lazy("made the export of all documents of"),
    "fail_export": gettext_lazy("could not make the export of all documents of"),
    "expire_export": gettext_lazy("removed, its days being over, the export of all documents of"),
}


def _code(entry: JournalEntry) -> str:
    return entry.about_label.split(" ")[0]


ADDRESSES = {
    "documents.recordseries": lambda entry: reverse("record_series", args=[_code(entry)]),
    "documents.recordgroup": lambda entry: reverse("record_group", args=[_code(entry)]),
    "documents.recordhold": lambda entry: reverse("records") + "?state=held",
    "documents.disposal": lambda entry: reverse("disposal", args=[_code(entry)]),
    "documents.documentexport": lambda entry: reverse("exports"),
}
