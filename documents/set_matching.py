"""What the agency has of the framework set: each item with its document, as it was begun or named, else as it fits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Case, F, Func, IntegerField, Prefetch, Q, TextField, Value, When
from django.db.models.functions import Cast

from documents.clauses import covers, implied
from documents.models import OPEN_STATES, Document, FrameworkChoice, Kind, ServedClause, State, Version
from documents.querysets import hidden_from
from documents.reports import holding
from documents.set_reader import Template, the_set
from tenants.models import Agency, Member

BLANK = r"\[…\s+[^\[\]]+\]"  # as documents.content finds it, here in the stored JSON


@dataclass(frozen=True)
class Item:
    """An item of the set in one agency. `held` is the version in force, `open` the one under way."""

    template: Template
    document: Document | None
    choice: FrameworkChoice | None
    held: Version | None = None
    open: Version | None = None
    asked: bool = True  # a form of the set is asked for only where its procedure was begun from the set
    hidden: bool = False  # restricted, and not for whom the items were asked: counted, never named

    @property
    def key(self) -> str:
        return self.template.key

    @property
    def excluded(self) -> bool:
        return self.choice is not None and self.choice.document_id is None

    @property
    def is_free(self) -> bool:
        """Nothing is there and nobody has said that nothing is needed: it can be begun."""
        return self.document is None and not self.excluded


def items_of(agency: Agency, member: Member | None = None) -> list[Item]:
    """Every item asked of this kind of agency, in the order of the set. Five queries; the agency must be active.

    For a page name the `member` who reads it: what they may not see is then `hidden`.
    """
    hidden = set(hidden_from(member).values_list("pk", flat=True)) if member else set()
    choices = {choice.item: choice for choice in FrameworkChoice.objects.all()}
    documents = _documents(choices.values())
    numbers = _numbers(documents)
    begun = {choice.document_id for choice in choices.values() if choice.begun}
    loose = [one for one in documents.values() if one.pk not in begun and one.living]  # type: ignore[attr-defined]
    items: list[Item] = []
    for template in the_set().templates.values():
        if template.is_asked_of(agency.kind):
            choice = choices.get(template.key)
            named = documents.get(choice.document_id) if choice and choice.document_id else None
            found = named or (None if choice else _fitting(template, loose, numbers))
            item = _item(template, found, choice, choices)
            items.append(replace(item, hidden=found is not None and found.pk in hidden))
    return items


def _item(
    template: Template, document: Document | None, choice: FrameworkChoice | None, choices: dict[str, FrameworkChoice]
) -> Item:
    procedure = choices.get(template.of)
    asked = not template.of or choice is not None or (procedure is not None and procedure.begun)
    versions = document.living if document else []  # type: ignore[attr-defined]  # see _documents
    held = holding(versions)
    standing = next((version for version in versions if version.state in OPEN_STATES and version is not held), None)
    return Item(template, document, choice, held, standing, asked)


def _documents(choices: Iterable[FrameworkChoice]) -> dict[int, Document]:
    """Those that can be an item, by id, each with its versions in force or under way, `living`. The blanks of drafts are
    counted in the database.
    """
    kinds = {template.kind for template in the_set().templates.values() if template.match}
    named = [choice.document_id for choice in choices if choice.document_id]
    found = Func(Cast(F("content"), TextField()), Value(BLANK), function="regexp_count", output_field=IntegerField())
    blanks = Case(When(state=State.DRAFT, then=found), default=Value(0))
    versions = Version.objects.filter(state__in=[State.IN_FORCE, *OPEN_STATES]).order_by("-issue", "-revision")
    versions = versions.select_related("drafted_by").defer("content").annotate(blanks=blanks)
    rows = Document.objects.filter(Q(kind__in=kinds) | Q(pk__in=named)).order_by("code")
    return {row.pk: row for row in rows.prefetch_related(Prefetch("versions", versions, to_attr="living"))}


def _numbers(documents: dict[int, Document]) -> dict[int, set[str]]:
    """Document id → the clauses of the edition in use that it serves, as somebody said or as its kind implies."""
    found = {pk: set(implied(document)) for pk, document in documents.items()}
    said = ServedClause.objects.filter(document__in=list(documents), clause__edition__is_default=True)
    for document, number in said.values_list("document", "clause__number"):
        found[document].add(number)
    return found


def _fitting(template: Template, documents: list[Document], numbers: dict[int, set[str]]) -> Document | None:
    """The document of this kind that serves what the item is for; one in force before one that is not."""
    if not template.match or template.kind == Kind.FORM:
        return None
    fitting = [one for one in documents if one.kind == template.kind and _serves(numbers[one.pk], template.match)]
    return min(fitting, key=lambda one: holding(one.living) is None, default=None)  # type: ignore[attr-defined]


def _serves(numbers: set[str], wanted: tuple[str, ...]) -> bool:
    return all(any(covers(number, one) or covers(one, number) for number in numbers) for one in wanted)
