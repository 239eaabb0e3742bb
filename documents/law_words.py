"""How the journal speaks of legal texts, updates, clauses, approval routes and the other deeds of documents, and where
their lines lead.
"""

from __future__ import annotations

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from documents.citations import numbers_in
from tenants.models import JournalEntry

WORDS: dict[str, str | Promise] = {
    "text_recorded": gettext_lazy("entered the legal text"),
    "text_edited": gettext_lazy("corrected the legal text"),
    "update_opened": gettext_lazy("opened the update to the law:"),
    "update_corrected": gettext_lazy("moved the update to the law:"),
    "settle": gettext_lazy("closed the update to the law:"),
    "take_back_update": gettext_lazy("took back, as the register was corrected, the update to the law:"),
    "reopen_update": gettext_lazy("reopened the update to the law:"),
    "waive": gettext_lazy("said that no change is needed:"),
    "clauses_named": gettext_lazy("named the clauses served by"),
    "clause_noted": gettext_lazy("noted how the agency meets clause"),
    "sign_along": gettext_lazy("signed the review, with others still to sign theirs, of"),
    "replaced_signer": gettext_lazy("named somebody else as a signer of"),
    "set_route": gettext_lazy("changed the approval routes of"),
    "set_codes": gettext_lazy("changed how codes are made up:"),
    "delegated": gettext_lazy("delegated signing by"),
    "ended_delegation": gettext_lazy("ended the delegation of signing by"),
    "distributed": gettext_lazy("named the readers of"),
    "handed_out": gettext_lazy("handed out:"),
    "recalled": gettext_lazy("recalled:"),
    "proposed": gettext_lazy("asked for a change of"),
    "reviewed": gettext_lazy("reviewed at its time"),
    "began_from_set": gettext_lazy("began from the framework set:"),
    "item_named": gettext_lazy("named the document for the item of the framework set:"),
    "item_excluded": gettext_lazy("said that an item of the framework set does not apply:"),
    "past_differs": gettext_lazy("found at night that it is not as the history says:"),
    "item_reopened": gettext_lazy("took back what was said about the item of the framework set:"),
}


def _text(entry: JournalEntry) -> str:
    code = next(iter(numbers_in(entry.about_label)), "")
    return reverse("legal_text", args=[code]) if code else reverse("legal_texts")


ADDRESSES = {
    "documents.legaltext": _text,
    "documents.ownlegaltext": _text,
    "documents.legalupdate": lambda entry: reverse("document", args=[entry.about_label.split(":")[0]]),
    "documents.clausenote": lambda entry: reverse("evidence"),
    "documents.frameworkchoice": lambda entry: reverse("framework_set"),
}
