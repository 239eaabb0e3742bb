"""Beginning with the framework set, and saying what the agency has instead of one of its items, or does not need."""

from __future__ import annotations

import re
from collections.abc import Collection

from django.db.transaction import atomic
from django.utils.translation import gettext as _

from documents import permissions
from documents.actions import create_document
from documents.clauses import covers
from documents.codes import next_code
from documents.models import Clause, Document, FrameworkChoice, ServedClause, Version
from documents.set_facts import facts_of, filled, title_of
from documents.set_matching import Item, items_of
from documents.set_reader import Template, the_set
from tenants.models import Agency, Member
from tenants.scoping import is_active
from tenants.transitions import NotAllowed, NotPossible, deed, lock

FIELD = "HT"  # of a system document, where the agency's pattern asks for a field


@atomic
def begin(keys: Collection[str], *, by: Member) -> list[Version]:
    """Drafts 01/00 of these items and of the forms of these procedures, drafted by `by`; all of them or none.

    What is there already, or does not apply, is left as it is, so pressing again begins nothing: the agency is locked,
    and of two people who press at once the second finds everything there. Raises ValidationError when somebody took a
    code at the same moment.
    """
    if not permissions.may_begin_set(by) or not is_active(by.agency_id):
        raise NotAllowed(
            _("Your role in this agency does not include this."),
            needs=_("the ISO secretary or the document controller"),
        )
    agency: Agency = lock(by.agency)
    items = {item.key: item for item in items_of(agency)}
    wanted = to_begin(items, keys)
    codes = {key: item.document.code for key, item in items.items() if item.document}
    promised: list[str] = []
    for template in wanted:
        field = _field_of(codes[template.of]) if template.of else FIELD
        codes[template.key] = next_code(template.kind, field, promised=promised)
        promised.append(codes[template.key])
    facts = facts_of(agency)
    clauses = list(Clause.objects.filter(edition__is_default=True, assessable=True, gone=False).order_by("position"))
    return [_begin(template, facts, codes, clauses, by=by) for template in wanted]


def to_begin(items: dict[str, Item], keys: Collection[str]) -> list[Template]:
    """What pressing would begin: what is free of the items named, and of the forms of the procedures among them."""
    wanted: dict[str, Template] = {}
    for template in the_set().templates.values():
        item = items.get(template.key)
        if item is None or not item.is_free or not {template.key, template.of} & set(keys):
            continue
        if not template.of or template.of in wanted or _was_begun(items.get(template.of)):
            wanted[template.key] = template
    return list(wanted.values())


def _was_begun(item: Item | None) -> bool:
    return item is not None and item.choice is not None and item.choice.begun


def _field_of(code: str) -> str:
    """A form's field is that of its procedure: QT.HT.03 makes BM.HT.03.01."""
    return re.split(r"[.\-]", code, maxsplit=1)[-1]


def _begin(
    template: Template, facts: dict[str, str], codes: dict[str, str], clauses: list[Clause], *, by: Member
) -> Version:
    content = filled(template, facts, codes)
    title = title_of(template)
    version = create_document(template.kind, codes[template.key], title, by.unit, by=by, content=content)
    served = [clause for clause in clauses if any(covers(number, clause.number) for number in template.clauses)]
    details = {"item": template.key, "clauses": [str(clause) for clause in served]}
    with deed("began_from_set", version.document, by=by, details=details):
        FrameworkChoice(item=template.key, document=version.document, begun=True).save()
        for clause in served:
            ServedClause(document=version.document, clause=clause).save()
    return version


@atomic
def name_document(key: str, document: Document, *, by: Member) -> FrameworkChoice:
    """This document is ours for the item. One document may stand for several items."""
    choice = _choice(key, by=by)
    if choice.pk and choice.document_id == document.pk:
        return choice
    choice.document, choice.begun, choice.reason = document, False, ""
    with deed("item_named", choice, by=by, details={"item": key, "document": document.code}):
        choice.save()
    return choice


@atomic
def exclude(key: str, *, by: Member, reason: str) -> FrameworkChoice:
    """The item does not apply here, because. What the law asks of every agency cannot be left out (NotPossible)."""
    choice = _choice(key, by=by)
    if not reason.strip():
        raise NotPossible(_("A reason is needed."))
    if the_set().templates[key].keep:
        raise NotPossible(_("Every agency needs this document. It cannot be left out."))
    if choice.pk and choice.reason == reason:
        return choice
    choice.document, choice.begun, choice.reason = None, False, reason
    with deed("item_excluded", choice, by=by, reason=reason, details={"item": key}):
        choice.save()
    return choice


@atomic
def reopen(key: str, *, by: Member) -> None:
    """What somebody said about the item is taken back; what was begun from the set stays its document."""
    choice = _choice(key, by=by)
    if not choice.pk or choice.begun:
        raise NotPossible(_("Nothing was said about this item that could be taken back."))
    with deed("item_reopened", choice, by=by, details={"item": key}):
        pk = choice.pk
        choice.delete()
        choice.pk = pk  # the journal's line says which row it was


def _choice(key: str, *, by: Member) -> FrameworkChoice:
    """The row of this item, or a new one; the agency is locked, so that two people do not both make one."""
    if not permissions.may_choose_item(by) or not is_active(by.agency_id):
        raise NotAllowed(_("Your role in this agency does not include this."), needs=_("the ISO secretary"))
    template, agency = the_set().templates.get(key), lock(by.agency)
    if template is None or not template.is_asked_of(agency.kind):
        raise NotPossible(_("The framework set does not ask this agency for it."))
    return FrameworkChoice.objects.select_for_update(of=("self",)).filter(item=key).first() or FrameworkChoice(item=key)
