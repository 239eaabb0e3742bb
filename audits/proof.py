"""Proof from the system: what our own rows say about a clause, taken at the moment the question is shown.

A clause stands here only when there are rows to answer from. Everything else the auditor sees with their own eyes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.models import Audit, Finding
from documents.models import (
    OPEN_STATES,
    PROCEDURES,
    Acknowledgement,
    Document,
    Kind,
    Version,
)
from processes.models import Dossier, HandOver, Punctuality, Task, TaskState
from tenants.models import Unit
from tenants.words import percent


@dataclass(frozen=True)
class Link:
    """The way to the rows a proof counts."""

    label: str
    url: str


@dataclass(frozen=True)
class Proof:
    """One fact from our own rows: `fact` in figures, `more` beside it, and links to the rows."""

    fact: str
    more: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What the proof is about: the unit audited, at this moment (aware), in this year of the office's wall."""

    unit: Unit
    at: dt.datetime

    @property
    def today(self) -> dt.date:
        return timezone.localdate(self.at)

    @property
    def year_began(self) -> dt.datetime:
        return dt.datetime(self.today.year, 1, 1, tzinfo=timezone.get_current_timezone())

    @property
    def words(self) -> dict[str, str | int]:
        return {"unit": self.unit.name, "year": self.today.year}


def proofs_for(unit: Unit, clauses: Iterable[str], at: dt.datetime) -> dict[str, list[Proof]]:
    """The proofs for these clause numbers. Each source is asked once, however many clauses it speaks for."""
    asked, known, found = Asked(unit, at), dict[Callable[[Asked], Proof], Proof](), dict[str, list[Proof]]()
    for clause in clauses:
        sources = [source for about, source in SOURCES if _covers(about, clause)]
        for source in dict.fromkeys(sources):
            if source not in known:
                known[source] = source(asked)
            found.setdefault(clause, []).append(known[source])
    return found


def _covers(about: str, clause: str) -> bool:
    """7.5 speaks for 7.5.3, and 8.5.1 for a question about the whole of 8.5."""
    return about == clause or clause.startswith(f"{about}.") or about.startswith(f"{clause}.")


def _share(part: int, whole: int) -> str:
    """98,2 %; cut, not rounded, so that 100 % means all (ui.md §5)."""
    return percent(Decimal(part * 1000 // whole) / 10)


# --- what is written down ------------------------------------------------------------------------


def policy_in_force(asked: Asked) -> Proof:
    present = _("The quality policy is in force since %(day)s.")
    return _one_in_force(Kind.POLICY, present, _("No quality policy is in force."))


def objectives_in_force(asked: Asked) -> Proof:
    present = _("Quality objectives are in force since %(day)s.")
    return _one_in_force(Kind.OBJECTIVES, present, _("No quality objectives are in force."))


def _one_in_force(kind: Kind, present: str, absent: str) -> Proof:
    rows = Version.objects.unrestricted().in_force().filter(document__kind=kind)
    version = rows.select_related("document").order_by("-effective_from").first()
    if version is None:
        return Proof(absent)
    way = reverse("version", args=[version.document.code, version])
    return Proof(present % {"day": f"{version.effective_from:%d/%m/%Y}"}, links=(Link(str(version), way),))


def awareness(asked: Asked) -> Proof:
    shown = Version.objects.unrestricted().in_force().order_by().values("pk")
    rows = Acknowledgement.objects.filter(member__unit=asked.unit, version__in=shown)
    counts = rows.aggregate(asked=Count("pk"), read=Count("pk", filter=Q(read_at__isnull=False)))
    if not counts["asked"]:
        return Proof(_("Nobody of %(unit)s has been asked to read a document in force.") % asked.words)
    words = _("%(read)s of %(asked)s acknowledgements of %(unit)s are given (%(share)s).")
    share = _share(counts["read"], counts["asked"])
    return Proof(words % {**asked.words, **counts, "share": share})


def documents_controlled(asked: Asked) -> Proof:
    in_force = Q(versions__state="in_force")
    counts = Document.objects.unrestricted().aggregate(
        in_force=Count("pk", filter=in_force),
        open=Count("pk", filter=Q(versions__state__in=OPEN_STATES)),
        due=Count("pk", filter=in_force & Q(next_review_on__lte=asked.today)),
    )
    fact = ngettext("%(in_force)s document in force", "%(in_force)s documents in force", counts["in_force"])
    more = _("%(open)s being drafted or signed; %(due)s past their review date.")
    return Proof(fact % counts, more % counts, (Link(_("Master list"), f"{reverse('documents')}?state=in_force"),))


# --- what is done --------------------------------------------------------------------------------


def procedures_in_force(asked: Asked) -> Proof:
    rows = Version.objects.unrestricted().in_force().filter(document__kind__in=PROCEDURES)
    counts = rows.aggregate(all=Count("pk"), own=Count("pk", filter=Q(document__unit=asked.unit)))
    words = ngettext("%(own)s procedure in force in %(unit)s", "%(own)s procedures in force in %(unit)s", counts["own"])
    more = _("of %(all)s in the agency.")
    way = f"{reverse('documents')}?state=in_force&kind={Kind.OPERATIONAL_PROCEDURE}&unit={asked.unit.pk}"
    return Proof(words % {**asked.words, **counts}, more % counts, (Link(_("Procedures"), way),))


def dossiers_in_time(asked: Asked) -> Proof:
    rows = Dossier.objects.filter(version__document__unit=asked.unit, received_at__gte=asked.year_began)
    counts = rows.aggregate(
        all=Count("pk"),
        ready=Count("pk", filter=~Q(punctuality="")),
        late=Count("pk", filter=Q(punctuality=Punctuality.OVERDUE)),
        overdue=Count("pk", filter=Q(state__in=("received", "processing"), due_at__lt=asked.at)),
    )
    if not counts["all"]:
        return Proof(_("No dossier of %(unit)s has been received in %(year)s.") % asked.words)
    words = ngettext(
        "%(all)s dossier of %(unit)s in %(year)s", "%(all)s dossiers of %(unit)s in %(year)s", counts["all"]
    )
    return Proof(words % {**asked.words, **counts}, _in_time(counts), _dossier_links(counts))


def _in_time(counts: dict[str, int]) -> str:
    if not counts["ready"]:
        return _("no result yet; %(overdue)s past their due date.") % counts
    in_time = counts["ready"] - counts["late"]
    words = _("%(in_time)s of %(ready)s results in time (%(share)s); %(overdue)s open and past their due date.")
    return words % {**counts, "in_time": in_time, "share": _share(in_time, counts["ready"])}


def _dossier_links(counts: dict[str, int]) -> tuple[Link, ...]:
    late = (Link(_("Late dossiers"), f"{reverse('dossiers')}?due=late"),) if counts["overdue"] else ()
    return (Link(_("Dossiers"), _all_dossiers()), *late)


def _all_dossiers() -> str:
    return f"{reverse('dossiers')}?state=all"


def steps_in_time(asked: Asked) -> Proof:
    ours = Q(unit=asked.unit) | Q(member__unit=asked.unit)
    rows = Task.objects.filter(ours, opened_at__gte=asked.year_began)
    counts = rows.aggregate(
        done=Count("pk", filter=Q(state=TaskState.DONE)),
        late=Count("pk", filter=Q(state=TaskState.DONE, punctuality=Punctuality.OVERDUE)),
        returned=Count("pk", filter=Q(state=TaskState.SENT_BACK)),
        open=Count("pk", filter=Q(state=TaskState.OPEN)),
    )
    if not (counts["done"] or counts["open"] or counts["returned"]):
        return Proof(_("%(unit)s has had no step to do in %(year)s.") % asked.words)
    fact = ngettext(
        "%(done)s step done by %(unit)s in %(year)s", "%(done)s steps done by %(unit)s in %(year)s", counts["done"]
    )
    more = _("%(late)s late; %(returned)s returned to the step before; %(open)s to do.")
    return Proof(fact % {**asked.words, **counts}, more % counts, (Link(_("Dossiers"), _all_dossiers()),))


def hand_overs_recorded(asked: Asked) -> Proof:
    rows = HandOver.objects.filter(dossier__version__document__unit=asked.unit, at__gte=asked.year_began)
    counts = rows.aggregate(all=Count("pk"), dossiers=Count("dossier", distinct=True))
    words = _("%(all)s hand-overs of %(dossiers)s dossiers are recorded in %(year)s, each with giver and moment.")
    return Proof(words % {**asked.words, **counts}, links=(Link(_("Dossiers"), _all_dossiers()),))


def results_late(asked: Asked) -> Proof:
    rows = Dossier.objects.filter(punctuality=Punctuality.OVERDUE, finished_at__gte=asked.year_began)
    counts = rows.aggregate(all=Count("pk"), own=Count("pk", filter=Q(version__document__unit=asked.unit)))
    words = ngettext(
        "%(own)s late result of %(unit)s in %(year)s", "%(own)s late results of %(unit)s in %(year)s", counts["own"]
    )
    return Proof(words % {**asked.words, **counts}, _("of %(all)s in the agency.") % counts)


# --- what was found ------------------------------------------------------------------------------


def audits_held(asked: Asked) -> Proof:
    year = asked.today.year
    audits = Audit.objects.of_year(year).aggregate(all=Count("pk"), closed=Count("pk", filter=Q(state="closed")))
    found = Finding.objects.standing().filter(audit__planned_on__year=year).count()
    words = ngettext("%(all)s internal audit in %(year)s", "%(all)s internal audits in %(year)s", audits["all"])
    more = _("%(closed)s closed; %(found)s findings.") % {**audits, "found": found}
    return Proof(
        words % {**asked.words, **audits}, more, (Link(_("Internal audit"), f"{reverse('audits')}?year={year}"),)
    )


SOURCES: tuple[tuple[str, Callable[[Asked], Proof]], ...] = (
    ("5.2", policy_in_force),
    ("6.2", objectives_in_force),
    ("7.3", awareness),
    ("7.5", documents_controlled),
    ("8.1", procedures_in_force),
    ("8.1", dossiers_in_time),
    ("8.5.1", procedures_in_force),
    ("8.5.1", steps_in_time),
    ("8.5.2", hand_overs_recorded),
    ("8.7", results_late),
    ("9.1.1", dossiers_in_time),
    ("9.2", audits_held),
)
