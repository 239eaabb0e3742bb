"""Editions as trees, a clause with what it was and became, and the documents that serve it. Frozen, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import get_language

from documents.clauses import covers, implied
from documents.models import Clause, Document, StandardEdition, Version
from documents.standard_models import Correlation, CorrelationKind, ServedClause
from tenants.models import Member

TURNED = {"part_of": "contains", "contains": "part_of"}  # as seen from the later clause


@dataclass(frozen=True)
class TreeLine:
    """A clause in the tree; `indent` is its depth below the first level, at most five."""

    number: str
    title: str
    asks: str
    url: str
    indent: int
    heading: bool


@dataclass(frozen=True)
class Related:
    kind: str
    edition: str
    title: str
    url: str
    note: str


@dataclass(frozen=True)
class Serving:
    """A document in force that serves a clause; `said` when somebody named it, else its kind or title implies it."""

    title: str
    url: str
    said: bool


def editions() -> list[dict[str, Any]]:
    counted = StandardEdition.objects.annotate(
        nodes=Count("clauses", filter=Q(clauses__gone=False)),
        asked=Count("clauses", filter=Q(clauses__gone=False, clauses__assessable=True)),
    )
    return [
        {"edition": row, "url": row.get_absolute_url(), "nodes": row.nodes, "asked": row.asked}  # type: ignore[attr-defined]
        for row in counted.order_by("-is_default", "name")
    ]


def tree_of(edition: StandardEdition) -> list[TreeLine]:
    """All its clauses, each below its parent, in the order of the file. One query, however deep."""
    children: dict[int | None, list[Clause]] = {}
    for clause in edition.clauses.filter(gone=False).order_by("position"):
        clause.edition = edition
        children.setdefault(clause.parent_id, []).append(clause)
    lines: list[TreeLine] = []
    waiting = [(clause, 0) for clause in reversed(children.get(None, []))]
    while waiting:
        clause, depth = waiting.pop()
        lines.append(line_of(clause, depth))
        waiting += [(child, depth + 1) for child in reversed(children.get(clause.pk, []))]
    return lines


def line_of(clause: Clause, depth: int) -> TreeLine:
    return TreeLine(
        number=clause.number, title=clause.title, asks=clause.asks, url=clause.get_absolute_url(),
        indent=min(depth, 5), heading=not clause.assessable,
    )  # fmt: skip


def related_to(clause: Clause) -> dict[str, list[Related]]:
    """What it was in other editions (`former`) and what it became there (`later`)."""
    rows = Correlation.objects.filter(Q(former=clause) | Q(later=clause)).select_related(
        "former__edition", "later__edition", "former__parent", "later__parent"
    )
    found: dict[str, list[Related]] = {"former": [], "later": []}
    for row in rows.order_by("pk"):
        side = "later" if row.former_id == clause.pk else "former"
        other = getattr(row, side)
        note = row.note_vi or row.note_en if (get_language() or "vi").startswith("vi") else row.note_en or row.note_vi
        kind = TURNED.get(row.kind, row.kind) if side == "former" else row.kind
        found[side].append(
            Related(
                kind=str(CorrelationKind(kind).label),
                edition=str(other.edition) if other else "",
                title=clause_label(other) if other else "",
                url=other.get_absolute_url() if other else "",
                note=note,
            )
        )
    return found


def clause_label(clause: Clause) -> str:
    """Its number and title; without them the number it stands under, and what it asks for."""
    words = clause.title or Truncator(clause.asks).chars(120)
    if not clause.number and clause.parent and clause.parent.number:
        return f"{clause.parent.number} › {words or clause}"
    return f"{clause.number} {words}".strip() or str(clause)


def served_by(document: Document) -> list[dict[str, Any]]:
    """The clauses this document serves, as somebody said or as its kind implies, in the order of the standard."""
    said = [row.clause for row in document.served.select_related("clause__edition", "clause__parent")]
    default = Clause.objects.filter(edition__is_default=True, gone=False, number__in=implied(document))
    by_kind = default.select_related("edition", "parent").order_by("position")
    by_kind = by_kind.defer("imported", "edition__imported", "parent__imported")
    rows = {
        clause.pk: {"clause": clause, "label": clause_label(clause), "url": clause.get_absolute_url(), "said": True}
        for clause in said
    }
    for clause in by_kind:
        row = {"clause": clause, "label": clause_label(clause), "url": clause.get_absolute_url(), "said": False}
        rows.setdefault(clause.pk, row)
    return sorted(rows.values(), key=lambda row: (row["clause"].edition_id, row["clause"].position))  # type: ignore[attr-defined]


def serving(clauses: Iterable[Clause], member: Member) -> dict[int, list[Serving]]:
    """clause id → the documents in force that serve it and that this member may see. Three queries, however many clauses."""
    wanted = list(clauses)
    versions = Version.objects.visible_to(member).in_force().select_related("document").defer("content")
    versions = versions.order_by("document__code")
    named: dict[int, set[int]] = {}
    for row in ServedClause.objects.filter(clause__in=[clause.pk for clause in wanted]):
        named.setdefault(row.document_id, set()).add(row.clause_id)
    found: dict[int, list[Serving]] = {clause.pk: [] for clause in wanted}
    default = set(Clause.objects.filter(edition__is_default=True).values_list("pk", flat=True))
    for version in versions:
        document = version.document
        said, numbers = named.get(document.pk, set()), implied(document)
        for clause in wanted:
            by_kind = clause.pk in default and any(covers(number, clause.number) for number in numbers)
            if clause.pk in said or by_kind:
                title, url = f"{document.code} {version.title}", reverse("document", args=[document.code])
                found[clause.pk].append(Serving(title, url, clause.pk in said))
    return found
