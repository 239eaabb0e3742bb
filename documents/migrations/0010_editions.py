"""The editions we ship: ISO 9001 of 2008, 2015 and (draft) 2026, the indicators of ISO 18091, and how they correspond.

Later corrections come by `import_framework documents/editions/*.yaml`.
"""

from pathlib import Path
from typing import Any, ClassVar

from django.db import migrations

from documents.frameworks import Edition, Library, library_of

EDITIONS = Path(__file__).resolve().parent.parent / "editions"
FILES = ("tcvn-iso-9001-2015", "tcvn-iso-9001-2008", "iso-9001-2026", "tcvn-iso-18091-2020")


def write(apps: Any, schema_editor: Any) -> None:
    """The clauses of 2015 are there, and audits name them: they stay the same rows with the same words."""
    libraries = [library_of(EDITIONS / f"{name}.yaml") for name in FILES]
    clauses: dict[str, dict[str, Any]] = {}
    for library in libraries:
        assert not library.rejected, library.rejected
        for edition in library.editions:
            clauses[edition.code] = _write_edition(apps, edition)
    for library in libraries:
        _write_correlations(apps, library, clauses)


def _write_edition(apps: Any, given: Edition) -> dict[str, Any]:
    editions, nodes = (apps.get_model("documents", name) for name in ("StandardEdition", "Clause"))
    row = editions.objects.filter(code=given.code).first() or editions(code=given.code)
    _fill(row, given.words)
    row.is_draft = given.is_draft
    row.save()
    written: dict[str, Any] = {}
    standing = {clause.urn: clause for clause in nodes.objects.filter(edition=row)}
    for position, node in enumerate(given.nodes, 1):
        clause = standing.get(node.urn) or nodes(edition=row, urn=node.urn)
        _fill(clause, node.words)
        clause.parent = written.get(node.parent)
        clause.depth = clause.parent.depth + 1 if clause.parent else 1
        clause.number, clause.position, clause.assessable = node.number, position, node.assessable
        clause.save()
        written[node.urn] = clause
    return written


def _fill(row: Any, words: dict[str, str]) -> None:
    for name, text in words.items():
        if not getattr(row, name):
            setattr(row, name, text)
    row.imported = words


def _write_correlations(apps: Any, library: Library, clauses: dict[str, dict[str, Any]]) -> None:
    correlations = apps.get_model("documents", "Correlation")
    for mapping in library.mappings:
        former, later = clauses[mapping.former], clauses[mapping.later]
        for pair in mapping.pairs:
            notes = {f"note_{language}": pair.note.get(language, "") for language in ("vi", "en")}
            ends = {
                "former": former[pair.former] if pair.former else None,
                "later": later[pair.later] if pair.later else None,
            }
            correlations.objects.create(kind=pair.kind, **ends, **notes)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0009_law_secured")]
    operations: ClassVar = [migrations.RunPython(write, migrations.RunPython.noop)]
