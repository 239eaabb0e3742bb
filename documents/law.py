"""What can be done in the register of legal texts, and with the updates it asks for."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from documents import law_sweep, permissions
from documents.citations import code_of
from documents.law_models import LegalText, LegalTextFacts, LegalUpdate, OwnLegalText
from tenants.models import Member
from tenants.transitions import NotAllowed, NotPossible, lock, perform, record

EDITABLE = {
    "number",
    "kind",
    "issuer",
    "title",
    "issued_on",
    "effective_from",
    "effective_to",
    "replaces",
    "amends",
    "repeals",
}


@atomic
def record_text(*, shared: bool, by: Member, **facts: Any) -> LegalTextFacts:
    """Enter a text in the register of the province (`shared`) or in the agency's own.

    What it replaces, amends or repeals, and its own last day, opens an update for every document in force that cites it, here at once and in the
    other agencies by a job. Raises ValidationError when the number is malformed or already there.
    """
    _may(by, shared=shared)
    text: LegalTextFacts = (LegalText if shared else OwnLegalText)()
    return _write(text, "text_recorded", facts, by=by)


@atomic
def edit_text(text: LegalTextFacts, *, by: Member, **facts: Any) -> LegalTextFacts:
    """Correct what the register says. Open updates follow; what was taken back opens again when the register says so again."""
    _may(by, shared=text.shared)
    return _write(lock(text), "text_edited", facts, by=by)


def _write(text: LegalTextFacts, verb: str, facts: dict[str, Any], *, by: Member) -> LegalTextFacts:
    if unknown := facts.keys() - EDITABLE:
        raise TypeError(f"not to be edited: {', '.join(sorted(unknown))}")
    for name, value in facts.items():
        setattr(text, name, value)
    text.code = code_of(text.number)
    text.changed_codes = sorted({code_of(old) for _how, old in text.changes})
    text.full_clean()
    for _how, old in text.changes:
        if code_of(old) == text.code:
            raise ValidationError(_("A text cannot replace or amend itself: %(number)s.") % {"number": old})
    try:
        record(text, verb, by=by, details={"fields": sorted(facts)})
    except IntegrityError as taken:  # somebody entered it between the check and the writing
        raise ValidationError({"number": _("The register has a text with this number already.")}) from taken
    law_sweep.open_updates(by.agency, by=by)
    if text.shared:
        law_sweep.open_everywhere()
    return text


@atomic
def waive(update: LegalUpdate, *, by: Member, reason: str) -> LegalUpdate:
    """The document stays as it is though the law changed; the reason says why. Raises NotPossible without one."""
    document, update = update.document, lock(update)
    update.document = document
    if not reason.strip():
        raise NotPossible(_("A reason is needed."))
    perform(update.waive, by=by, reason=reason)
    return update


def _may(by: Member, *, shared: bool) -> None:
    if shared and not permissions.may_keep_shared_legal_texts(by):
        raise NotAllowed(
            _("The register of the province is kept by the lead department."), needs=_("the lead department")
        )
    if not shared and not permissions.may_keep_legal_texts(by):
        raise NotAllowed(_("Your role in this agency does not include this."), needs=_("the ISO secretary"))
