"""Frameworks into the shared library of standards. Running a file again changes nothing.

People's words win: a field that no longer says what the last import wrote was changed by somebody, and is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from documents.frameworks import Edition, Library, Node, Pair, library_of
from documents.models import Clause, StandardEdition
from documents.standard_models import Correlation
from tenants.imports import Report
from tenants.sources import Rejected, Unreadable

Told = dict[tuple[Clause | None, Clause | None], Pair]  # what the files of this run said first of two clauses


def import_frameworks(files: Iterable[Path]) -> Report:
    """All files are read before anything is written; editions come before the correlations between them."""
    report = Report()
    libraries = [(path, library_of(path)) for path in files]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('documents.framework_import'))")  # one import at a time
    for _path, library in libraries:
        report.read += library.read - _rows(library)
        for place, reason in library.rejected:
            report.reject(place, reason)
        for edition in library.editions:
            _take_edition(edition, report)
    told: Told = {}
    for path, library in libraries:
        for mapping in library.mappings:
            try:
                former, later = (_clauses_of(name, path.name) for name in (mapping.former, mapping.later))
            except Unreadable as wrong:
                if not library.editions:
                    raise
                report.read += len(mapping.pairs)
                report.reject(f"{mapping.former} → {mapping.later}", str(wrong))
                continue
            for pair in mapping.pairs:
                report.take(pair.place, partial(_take_pair, pair, former, later, told))
    return report


def _rows(library: Library) -> int:
    """What `Report.take` will count itself."""
    return sum(len(e.nodes) for e in library.editions) + sum(len(m.pairs) for m in library.mappings)


# --- editions ------------------------------------------------------------------------------------


def _take_edition(given: Edition, report: Report) -> None:
    row = _edition_for(given)
    try:
        _write_words(row, given.words)
    except Rejected as wrong:
        raise Unreadable(f"{given.code}: {wrong}") from wrong
    _write_fact(row, "is_draft", given.is_draft)
    row.save()
    standing = {clause.urn: clause for clause in row.clauses.all()}
    taken: dict[str, Clause] = {}
    positions = {node.urn: place for place, node in enumerate(given.nodes, 1)}
    for node in _parents_first(given.nodes):
        clause = standing.get(node.urn) or Clause(edition=row, urn=node.urn)
        if _take_node(node, clause, taken, positions[node.urn], report):
            taken[node.urn] = clause
    for urn, clause in standing.items():
        if urn not in taken and urn not in given.named and not clause.gone:
            clause.gone = True  # audits, documents and notes may name it
            clause.save()
            report.updated += 1


def _edition_for(given: Edition) -> StandardEdition:
    """A framework is known by its urn and takes a free code; an edition of ours is known by its code."""
    known = {"urn": given.urn} if given.urn else {"urn": "", "code": given.code}
    found = StandardEdition.objects.filter(**known).first()
    if found:
        return found
    codes = set(StandardEdition.objects.filter(code__startswith=given.code[:90]).values_list("code", flat=True))
    if given.code in codes and not given.urn:
        raise Unreadable(_("Another edition has the code “%(code)s” already.") % {"code": given.code})
    others = (f"{given.code[:90]}-{number}" for number in count(2))
    code = next(code for code in chain([given.code], others) if code not in codes)
    found = StandardEdition(code=code, urn=given.urn)
    found.is_default = given.is_default and not StandardEdition.objects.filter(is_default=True).exists()
    return found


def _parents_first(nodes: list[Node]) -> list[Node]:
    """The order of writing; the order of the file stays in `position`."""
    children: dict[str, list[Node]] = {}
    for node in nodes:
        children.setdefault(node.parent, []).append(node)
    found, waiting = list[Node](), list(reversed(children.get("", [])))
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting += reversed(children.get(node.urn, []))
    return found


def _take_node(node: Node, clause: Clause, taken: dict[str, Clause], position: int, report: Report) -> bool:
    """Whether it was taken. What is as it was asks the database nothing."""
    before = None if clause._state.adding else _facts(clause)
    try:
        _fill(clause, node, taken, position)
    except Rejected as wrong:
        report.read += 1
        report.reject(node.place, str(wrong))
        return False
    if before == _facts(clause):
        report.read += 1
        report.unchanged += 1
        return True

    def write() -> str:
        clause.save()
        return "created" if before is None else "updated"

    return report.take(node.place, write)


def _fill(clause: Clause, node: Node, taken: dict[str, Clause], position: int) -> None:
    if node.parent and node.parent not in taken:
        raise Rejected(_("What it hangs on was rejected."))
    parent = taken.get(node.parent)
    _write_words(clause, node.words)
    _write_fact(clause, "number", node.number)
    _write_fact(clause, "assessable", node.assessable)
    clause.parent, clause.position, clause.gone = parent, position, False
    clause.depth = node.depth or (parent.depth + 1 if parent else 1)


def _facts(row: Clause | Correlation) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _write_words(row: Any, words: dict[str, str]) -> None:
    """Each field that still says what was imported last (or nothing) takes the new words; the others are people's."""
    known = dict(row.imported)
    for name, text in words.items():
        longest = row._meta.get_field(name).max_length
        if longest and len(text) > longest:
            raise Rejected(_("“%(text)s…” is longer than %(longest)s signs.") % {"text": text[:30], "longest": longest})
        if getattr(row, name) in ("", known.get(name, "")):
            setattr(row, name, text)
        known[name] = text
    row.imported = known


def _write_fact(row: Any, name: str, value: Any) -> None:
    """The same of a number, a yes or no, a choice: for these nothing is an answer too."""
    if name not in row.imported or getattr(row, name) == row.imported[name]:
        setattr(row, name, value)
    row.imported = row.imported | {name: value}


# --- correlations --------------------------------------------------------------------------------


def _clauses_of(name: str, file: str) -> dict[str, Clause]:
    """Those of the edition with this urn or code. Raises Unreadable when it is not here."""
    edition = StandardEdition.objects.filter(urn=name).exclude(urn="").first()
    edition = edition or StandardEdition.objects.filter(code=name).first()
    if edition is None:
        words = {"file": file, "name": name[:100]}
        raise Unreadable(_("%(file)s: there is no framework “%(name)s” here. Import it first.") % words)
    return {clause.urn: clause for clause in edition.clauses.filter(gone=False)}


def _take_pair(pair: Pair, former: dict[str, Clause], later: dict[str, Clause], told: Told) -> str:
    for urn, known in ((pair.former, former), (pair.later, later)):
        if urn and urn not in known:
            raise Rejected(_("There is no clause “%(urn)s” in the framework.") % {"urn": urn})
    before, after = former.get(pair.former), later.get(pair.later)
    turned = Correlation.objects.filter(former=after, later=before).exists() if before and after else False
    if not pair.kind or turned:  # said to have nothing in common; or known from the other side
        return "unchanged"
    first = told.setdefault((before, after), pair)
    if first.kind != pair.kind:
        raise Rejected(_("These two clauses have another correlation already in these files."))
    if first is not pair:
        return "unchanged"
    row = Correlation.objects.filter(former=before, later=after).first()
    row = row or Correlation(former=before, later=after)
    was = None if row._state.adding else _facts(row)
    _write_fact(row, "kind", pair.kind)
    _write_words(row, {f"note_{language}": pair.note.get(language, "") for language in ("vi", "en")})
    if was == _facts(row):
        return "unchanged"
    row.save()
    return "updated" if was else "created"
