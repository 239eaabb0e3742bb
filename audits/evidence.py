"""The evidence matrix: for every clause of an edition the documents and records the agency has, and the gaps in words.

Documents come from what they serve (documents.clauses), records from our own rows of the last twelve months.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from audits.models import Audit, Finding
from documents.clauses import covers
from documents.models import (
    OPEN_STATES,
    Acknowledgement,
    Clause,
    ClauseNote,
    Disposal,
    Document,
    LegalUpdate,
    RecordGroup,
    Signature,
    StandardEdition,
    Version,
)
from documents.standard_reports import Serving, serving
from processes.models import Dossier, HandOver, Punctuality
from tenants import clock
from tenants.models import Member


@dataclass(frozen=True)
class Record:
    """Rows of ours that prove something about a clause, with the way to them."""

    words: str
    url: str


@dataclass(frozen=True)
class Line:
    """A clause of the matrix; `gap` says in words what is missing, empty when nothing is or nobody looked (`assessed`)."""

    clause: Clause
    documents: list[Serving]
    records: list[Record]
    note: str
    applies: bool
    gap: str
    assessed: bool = True

    @property
    def tone(self) -> str:
        if not self.applies:
            return "held"
        if not self.assessed:
            return ""
        if self.documents and self.records:
            return "ok"
        return "near" if self.documents or self.records or self.note else "late"

    @property
    def state(self) -> str:
        if not self.applies:
            return _("does not apply")
        if not self.assessed:
            return _("not assessed for this edition")
        if self.documents and self.records:
            return _("documents and records")
        if self.documents:
            return _("documents, no record yet")
        if self.records:
            return _("records, no document yet")
        return _("the agency's own words only") if self.note else _("nothing yet")


@dataclass(frozen=True)
class Chapter:
    title: str
    lines: list[Line]


@dataclass(frozen=True)
class Matrix:
    edition: StandardEdition
    chapters: list[Chapter]
    since: dt.date
    today: dt.date

    @property
    def lines(self) -> list[Line]:
        return [line for chapter in self.chapters for line in chapter.lines]

    @property
    def gaps(self) -> list[Line]:
        return [line for line in self.lines if line.tone == "late"]

    @property
    def assessed(self) -> bool:
        return self.edition.is_default

    @property
    def covered(self) -> int:
        return sum(line.tone in {"ok", "near"} for line in self.lines)

    @property
    def excluded(self) -> int:
        return sum(not line.applies for line in self.lines)


def matrix_of(edition: StandardEdition, member: Member, *, only_gaps: bool = False) -> Matrix:
    """As this member may see it. A fixed number of queries, whatever the number of clauses, documents and dossiers.

    What we know of records and of kinds of documents speaks of the edition in use: of any other nothing is said to lack.
    """
    today = clock.today()
    since = today - dt.timedelta(days=365)
    clauses = list(edition.clauses.filter(gone=False).select_related("parent").order_by("position"))
    asked = [clause for clause in clauses if clause.assessable]
    documents = serving(asked, member)
    notes = {note.clause_id: note for note in ClauseNote.objects.filter(clause__edition=edition)}
    records = records_since(since) if edition.is_default else []
    lines = [
        _line(clause, documents[clause.pk], records, notes.get(clause.pk), assessed=edition.is_default)
        for clause in asked
    ]
    if only_gaps:
        lines = [line for line in lines if line.tone == "late"]
    return Matrix(edition, list(_chapters(lines, clauses)), since, today)


def _line(
    clause: Clause,
    documents: list[Serving],
    records: list[tuple[str, Record]],
    note: ClauseNote | None,
    *,
    assessed: bool,
) -> Line:
    clause_records = [record for about, record in records if covers(about, clause.number)]
    applies, words = (note.applies, note.words) if note else (True, "")
    gap = ""
    if assessed and applies and not documents and not clause_records:
        names = {"clause": str(clause), "asks": clause.asks or clause.title}
        gap = (_("%(clause)s asks for %(asks)s; only the agency's own words yet.") if words
               else _("%(clause)s asks for %(asks)s; nothing yet.")) % names  # fmt: skip
    return Line(clause, documents, clause_records, words, applies, gap, assessed)


def _chapters(lines: Iterable[Line], clauses: list[Clause]) -> Iterable[Chapter]:
    """By the top of the tree the clause stands in, in the order of the standard."""
    by_id = {clause.pk: clause for clause in clauses}
    chapters: dict[int, Chapter] = {}
    for line in lines:
        top = line.clause
        while top.parent_id and top.parent_id in by_id:
            top = by_id[top.parent_id]
        chapters.setdefault(top.pk, Chapter(f"{top} {top.title}".strip(), [])).lines.append(line)
    return chapters.values()


# --- records -------------------------------------------------------------------------------------


def records_since(since: dt.date) -> list[tuple[str, Record]]:
    """(clause number of ISO 9001:2015, record) for everything there is at least one of."""
    found: list[tuple[str, Record]] = []
    for source in SOURCES:
        found += [(about, record) for about, record in source(since) if record.words]
    return found


def _said(words: Any, count: int, url: str) -> Record:
    return Record(words % {"count": count} if count else "", url)


def _open_to_all() -> Any:
    return Document.objects.unrestricted().order_by().values("pk")


def _documents(since: dt.date) -> list[tuple[str, Record]]:
    versions = Version.objects.unrestricted().aggregate(  # what not everybody may see is not counted here
        in_force=Count("pk", filter=Q(state="in_force")),
        changed=Count("pk", filter=~Q(change_reason="") & Q(created_at__date__gte=since)),
        reviewed=Count("pk", filter=Q(state__in=OPEN_STATES)),
    )
    open_to_all = Version.objects.unrestricted().order_by().values("pk")
    signed = Signature.objects.filter(signed_at__date__gte=since, version__in=open_to_all).count()
    read = Acknowledgement.objects.filter(read_at__date__gte=since, version__in=open_to_all).count()
    followed = LegalUpdate.objects.filter(state__in=["done", "not_needed"], document__in=_open_to_all()).count()
    master = reverse("documents")
    in_force = _said(
        ngettext_lazy("%(count)s document in force", "%(count)s documents in force", "count"),
        versions["in_force"],
        f"{master}?state=in_force",
    )
    changed = _said(
        ngettext_lazy("%(count)s change with its reason", "%(count)s changes with their reason", "count"),
        versions["changed"],
        master,
    )
    signatures = _said(
        ngettext_lazy("%(count)s signature", "%(count)s signatures", "count"), signed, reverse("journal")
    )
    law = _said(
        ngettext_lazy("%(count)s update to the law done", "%(count)s updates to the law done", "count"),
        followed,
        reverse("legal_texts"),
    )
    readings = _said(
        ngettext_lazy("%(count)s acknowledgement", "%(count)s acknowledgements", "count"), read, reverse("journal")
    )
    return [
        ("7.5.1", in_force), ("7.5.2", signatures), ("7.5.3", readings), ("7.3", readings), ("6.3", changed), ("8.5.6", changed),
        ("8.2.4", law),
    ]  # fmt: skip


def _kept(since: dt.date) -> list[tuple[str, Record]]:
    groups = RecordGroup.objects.exclude(state="disposed").filter(series__document__in=_open_to_all()).count()
    done = Disposal.objects.unrestricted().filter(state="carried_out", carried_out_on__gte=since).count()
    kept = _said(
        ngettext_lazy("%(count)s record group kept", "%(count)s record groups kept", "count"),
        groups,
        reverse("records"),
    )
    disposed = _said(
        ngettext_lazy("%(count)s disposal with minutes", "%(count)s disposals with minutes", "count"),
        done,
        reverse("disposals"),
    )
    return [("7.5.3", kept), ("7.5.3", disposed)]


def _people(since: dt.date) -> list[tuple[str, Record]]:
    count = Member.objects.people().filter(valid_to=None).exclude(roles=[]).count()
    people = _said(
        ngettext_lazy("%(count)s member with roles", "%(count)s members with roles", "count"), count, reverse("members")
    )
    return [("5.3", people), ("7.1.2", people)]


def _dossiers(since: dt.date) -> list[tuple[str, Record]]:
    counts = Dossier.objects.filter(received_at__date__gte=since).aggregate(
        all=Count("pk"),
        ready=Count("pk", filter=~Q(punctuality="")),
        late=Count("pk", filter=Q(punctuality=Punctuality.OVERDUE)),
    )
    handed = HandOver.objects.filter(at__date__gte=since).count()
    every = f"{reverse('dossiers')}?state=all"
    dossiers = _said(
        ngettext_lazy("%(count)s dossier received", "%(count)s dossiers received", "count"), counts["all"], every
    )
    results = _said(
        ngettext_lazy("%(count)s result released", "%(count)s results released", "count"), counts["ready"], every
    )
    timed = _said(
        ngettext_lazy(
            "%(count)s result measured against its due", "%(count)s results measured against their due", "count"
        ),
        counts["ready"],
        every,
    )
    late = _said(
        ngettext_lazy("%(count)s late result on record", "%(count)s late results on record", "count"),
        counts["late"],
        f"{every}&punctuality=overdue",
    )
    hands = _said(
        ngettext_lazy(
            "%(count)s hand-over with giver and moment", "%(count)s hand-overs with giver and moment", "count"
        ),
        handed,
        every,
    )
    return [
        ("8.1", dossiers), ("8.2.3", dossiers), ("8.5.1", dossiers), ("8.5.2", hands), ("8.6", results), ("8.7", late),
        ("9.1.1", timed), ("9.1.3", timed),
    ]  # fmt: skip


def _audits(since: dt.date) -> list[tuple[str, Record]]:
    held = Audit.objects.filter(state="closed", planned_on__gte=since).count()
    found = Finding.objects.standing().filter(audit__planned_on__gte=since).count()
    audits = _said(
        ngettext_lazy("%(count)s internal audit closed", "%(count)s internal audits closed", "count"),
        held,
        reverse("audits"),
    )
    findings = _said(ngettext_lazy("%(count)s finding", "%(count)s findings", "count"), found, reverse("audits"))
    return [("9.2", audits), ("10.2", findings)]


SOURCES: tuple[Callable[[dt.date], list[tuple[str, Record]]], ...] = (
    _documents, _kept, _people, _dossiers, _audits,
)  # fmt: skip


# --- as a file -----------------------------------------------------------------------------------


def table_of(matrix: Matrix) -> tuple[list[str], list[list[Any]]]:
    heads = [
        _("Clause"), _("Title of the clause"), _("What it asks for"), _("Documents"), _("Records of the last twelve months"),
        _("In the agency's words"), _("State"), _("Gap"),
    ]  # fmt: skip
    rows = [
        [
            str(line.clause), line.clause.title, line.clause.asks, "\n".join(row.title for row in line.documents),
            "\n".join(record.words for record in line.records), line.note, line.state, line.gap,
        ]
        for line in matrix.lines
    ]  # fmt: skip
    return heads, rows
