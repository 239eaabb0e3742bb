"""Do the rows, from which the past lists are reckoned, still say what the append-only history says? Asked every night."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from celery import shared_task
from django.db import OperationalError
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.db.transaction import atomic
from django.utils import translation
from django.utils.translation import gettext as _

from documents import notices
from documents.models import Document, State, Version
from tenants import journal
from tenants.models import Agency, JournalEntry, Member, Role
from tenants.tasks import AgencyTask, for_each_agency

SIGNED = (State.APPROVED, State.IN_FORCE, State.SUPERSEDED, State.WITHDRAWN)
DAYS = {"from": "effective_from", "to": "effective_to"}
TOLD = (Role.AGENCY_HEAD, Role.ISO_SECRETARY)
VERB = "past_differs"


def differences(agency: Agency) -> Iterator[tuple[Version | Document, str]]:
    """Each version that holds or held and is not as its history has it, and how in words (of the running language).

    The days count as the lists count them: of two versions on one day the later one holds. Of a row that is gone the
    document is named. A fixed number of queries; no text is loaded.
    """
    written = Version.history.model.objects.filter(agency=agency).order_by()
    newest = written.filter(id=OuterRef("pk")).order_by("-history_id")
    same = ExpressionWrapper(Q(content=OuterRef("content")), BooleanField())
    facts = JSONObject(state="state", sha256="sha256", title="title", same=same, **DAYS)
    rows = Version.objects.order_by("document_id", "-issue", "-revision").defer("content").select_related("document")
    successor: tuple[int, dt.date | None] = (0, None)  # document, first day of the next version
    for row in rows.annotate(said=Subquery(newest.values(facts=facts)[:1])):
        said: dict[str, Any] = row.said or dict.fromkeys(("state", "sha256", "title", "same", *DAYS))
        if row.state not in SIGNED and said["state"] not in SIGNED:
            continue
        first, last = (_day(said[name]) for name in DAYS)
        follows = successor[1] if successor[0] == row.document_id else None
        if last and follows and last >= follows:
            last = follows - dt.timedelta(days=1)
        if words := "; ".join(_how(row, said, first, last)):
            yield row, words
        if said["state"] in (State.IN_FORCE, State.SUPERSEDED) or last:
            successor = (row.document_id, first)
    gone = written.filter(state__in=SIGNED).exclude(Exists(Version.objects.filter(pk=OuterRef("id"))))
    lost = gone.values("id", "document_id", "issue", "revision").distinct()
    documents = Document.objects.in_bulk({line["document_id"] for line in lost})
    for line in lost:
        number = f"{line['issue']:02}/{line['revision']:02}"
        if line["document_id"] in documents:
            yield documents[line["document_id"]], _("version %(number)s is gone") % {"number": number}


def _how(row: Any, said: dict[str, Any], first: dt.date | None, last: dt.date | None) -> Iterator[str]:
    labels = dict(State.choices)
    if row.state != said["state"]:
        former = labels.get(said["state"] or "", _("nothing"))
        yield _("state: %(now)s, by the history %(then)s") % {"now": labels[row.state], "then": former}
    for words, now, then in (
        (_("in force from: %(now)s, by the history %(then)s"), row.effective_from, first),
        (_("in force to: %(now)s, by the history %(then)s"), row.effective_to, last),
    ):
        if now != then:
            yield words % {name: f"{day:%d/%m/%Y}" if day else "–" for name, day in (("now", now), ("then", then))}
    if not said["same"] or (row.sha256, row.title) != (said["sha256"], said["title"]):
        yield _("the text is another than in the history")


def _day(said: str | None) -> dt.date | None:
    return dt.date.fromisoformat(said) if said else None


@atomic
def check_past(agency: Agency) -> int:
    """Write what differs in the journal, once for each difference, and tell the head and the ISO secretary. Returns how many
    were new.
    """
    clock = agency.clock()
    with translation.override("vi"):  # the journal is official text
        found = list(differences(agency))
    new = []
    for row, words in found:
        about = Q(verb=VERB, about_type=row._meta.label_lower, about_id=row.pk)
        if words not in JournalEntry.objects.filter(about).values_list("reason", flat=True):
            new.append((journal.write(VERB, row, by=clock, reason=words), row))
    if new:
        notices.past_differs(
            new[0][0].pk,
            [row for _entry, row in new],
            [*Member.objects.at_work().select_related("user").in_role(*TOLD)],
        )
    return len(new)


@shared_task(base=AgencyTask, autoretry_for=(OperationalError,), retry_backoff=30, max_retries=4)
def check_past_list(agency_id: int) -> int:
    """Returns how many differences were found that nobody had been told of."""
    return check_past(Agency.objects.get(pk=agency_id))


@shared_task
def check_past_lists_everywhere() -> int:
    """One job for each agency. Returns how many."""
    return for_each_agency(check_past_list)
