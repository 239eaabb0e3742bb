"""Which clauses a document serves: as its kind and its title imply, and as somebody said."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.transaction import atomic
from django.utils.translation import gettext as _

from documents import permissions
from documents.models import Clause, Document, Kind
from documents.standard_models import ClauseNote, ServedClause
from tenants.models import Member
from tenants.transitions import NotAllowed, NotPossible, deed, lock
from tenants.words import fold

BY_KIND: dict[str, tuple[str, ...]] = {
    Kind.POLICY: ("5.2",),
    Kind.OBJECTIVES: ("6.2",),
    Kind.MANUAL: ("4.3", "4.4"),
    Kind.OPERATIONAL_PROCEDURE: ("8.1", "8.2.2", "8.5.1"),
    Kind.WORK_INSTRUCTION: ("8.5.1",),
}
BY_TITLE: tuple[tuple[str, tuple[str, ...]], ...] = (  # folded words of a system document → numbers in ISO 9001:2015
    ("danh gia noi bo", ("9.2",)),
    ("thong tin dang van ban", ("7.5",)),
    ("kiem soat tai lieu", ("7.5",)),
    ("kiem soat ho so", ("7.5.3",)),
    ("rui ro", ("6.1",)),
    ("khong phu hop", ("8.7", "10.2")),
    ("hanh dong khac phuc", ("10.2",)),
    ("xem xet cua lanh dao", ("9.3",)),
    ("khieu nai", ("8.2.1", "9.1.2")),
    ("hai long", ("9.1.2",)),
    ("thoa man", ("9.1.2",)),
    ("dao tao", ("7.2",)),
    ("mua sam", ("8.4",)),
    ("boi canh", ("4.1", "4.2")),
    ("ban chi dao", ("5.3",)),
    ("chuc nang", ("5.3",)),
    ("cai tien", ("10.3",)),
)
TITLED = (Kind.SYSTEM_PROCEDURE, Kind.INTERNAL_PROCEDURE, Kind.DECISION, Kind.MANUAL, Kind.WORK_INSTRUCTION)


def implied(document: Document) -> tuple[str, ...]:
    """Clause numbers of the edition in use that this document serves without anybody saying so."""
    found = list(BY_KIND.get(document.kind, ()))
    if document.kind in TITLED:
        title = fold(document.title)
        found += [number for words, numbers in BY_TITLE if words in title for number in numbers]
    return tuple(dict.fromkeys(found))


def covers(about: str, number: str) -> bool:
    """9.3 speaks for 9.3.2; 9.3.2 alone does not speak for the whole of 9.3."""
    return about == number or number.startswith(f"{about}.")


@atomic
def name_clauses(document: Document, clauses: Iterable[Clause], *, by: Member) -> Document:
    """The document serves exactly these clauses, besides those its kind implies. Naming the same changes nothing."""
    document = lock(document)
    if not permissions.may_name_clauses(document, by):
        raise NotAllowed(
            _("Your role in this agency does not include this."), about=document, needs=_("the ISO secretary")
        )
    wanted = {clause.pk: clause for clause in clauses}
    standing = {row.clause_id: row for row in document.served.select_related("clause")}
    added = [clause for pk, clause in wanted.items() if pk not in standing]
    dropped = [row for pk, row in standing.items() if pk not in wanted]
    if added or dropped:
        details = {"added": [str(clause) for clause in added], "removed": [str(row.clause) for row in dropped]}
        with deed("clauses_named", document, by=by, details=details):
            for row in dropped:
                row.delete()
            for clause in added:
                ServedClause(document=document, clause=clause).save()
    return document


@atomic
def note_clause(clause: Clause, *, applies: bool, words: str, by: Member) -> ClauseNote:
    """What the agency says about a clause. That it does not apply needs the reason."""
    if not permissions.may_note_clauses(by):
        raise NotAllowed(_("Your role in this agency does not include this."), needs=_("the ISO secretary"))
    if not applies and not words.strip():
        raise NotPossible(_("A reason is needed."))
    note = ClauseNote.objects.select_for_update(of=("self",)).filter(clause=clause).first() or ClauseNote(clause=clause)
    if note.pk and (note.applies, note.words) == (applies, words):
        return note
    note.applies, note.words = applies, words
    with deed("clause_noted", note, by=by, details={"applies": applies}):
        note.save()
    return note
