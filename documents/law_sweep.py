"""What the law asks of the documents in force: one task for each document that cites a text which another changes
or which has ended.

The clock looks again every day, so a version that comes into force with an old citation is found too. Nothing is
opened twice: a document, the new text and the old number make one task, which opens again when the reason is back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass

from celery import shared_task
from django.db import OperationalError, connection
from django.db.models import Exists, OuterRef, Q
from django.db.transaction import atomic, on_commit

from documents import law_notices
from documents.citations import cited_in, code_of
from documents.content import Content
from documents.file_models import UploadedFile
from documents.law_models import Citation, LegalText, LegalTextFacts, LegalUpdate, OwnLegalText, UpdateState
from documents.models import Document, Version
from tenants import clock
from tenants.models import Agency, Member
from tenants.tasks import AgencyTask, for_each_agency
from tenants.transitions import lock, perform, record
from tenants.workdays import months_later

MONTHS_TO_FOLLOW = 3  # after the text takes effect (QĐ 19/2014 art 4, TT 26/2014 art 7.2-i)
MONTHS_AHEAD = 3  # before its last day a text that ends by itself is nobody's task: it may be prolonged
SUPPLANTS = {"replaces", "repeals"}
STRENGTH = ("amends", "repeals", "replaces")  # of two ways named for one number, the later counts


@dataclass(frozen=True)
class Change:
    """`text` replaces, amends or repeals the text with the number `old`, or has ended itself (`old` is its own)."""

    text: LegalTextFacts
    how: str
    old: str

    @property
    def effect(self) -> dt.date | None:
        """The first day on which the old text no longer holds as it did."""
        last = self.text.effective_to
        return last + dt.timedelta(days=1) if self.how == "ended" and last else self.text.effective_from

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """Of two entries about the same two texts the higher counts: one with a day, the agency's own, the stronger."""
        return self.effect is not None, not self.text.shared, STRENGTH.index(self.how)

    def is_followed_by(self, cited: Container[str]) -> bool:
        return self.how != "ended" and self.text.code in cited


def changes(codes: Collection[str] | None = None) -> dict[str, list[Change]]:
    """code of the old text → what changes it, by the shared register and the agency's own entries; at least of `codes`.

    A text changes another in one way only, however often the two are named. A text with a last day, no more
    than MONTHS_AHEAD away, and nothing in its place ends by itself.
    """
    counted: dict[tuple[str, str], Change] = {}
    known = ~Q(changed_codes=[]) | Q(effective_to__isnull=False)
    if codes is not None:
        known &= Q(changed_codes__overlap=list(codes)) | Q(code__in=codes)
    rows: list[LegalTextFacts] = [*LegalText.objects.filter(known), *OwnLegalText.objects.filter(known)]
    for text in rows:
        for how, number in text.changes:
            change, key = Change(text, how, number), (text.code, code_of(number))
            if key[0] != key[1] and (key not in counted or change.rank > counted[key].rank):
                counted[key] = change
    found: dict[str, list[Change]] = {}
    for (_code, old), change in counted.items():
        found.setdefault(old, []).append(change)
    horizon = months_later(clock.today(), MONTHS_AHEAD)
    for code, text in {text.code: text for text in rows if text.effective_to}.items():
        near = text.effective_to is not None and text.effective_to <= horizon
        if near and not {change.how for change in found.get(code, ())} & SUPPLANTS:
            found.setdefault(code, []).append(Change(text, "ended", text.number))
    return found


def supplanted(codes: Collection[str] | None = None) -> dict[str, Change]:
    """code → what has replaced or repealed that text by today, the first if several have."""
    today, found = clock.today(), {}
    for code, asked in changes(codes).items():
        gone = [change for change in asked if change.how in SUPPLANTS and change.effect and change.effect <= today]
        if gone:
            found[code] = min(gone, key=lambda change: change.effect or today)
    return found


def citing(codes: Iterable[str], member: Member | None = None) -> list[tuple[Version, dict[str, str]]]:
    """The versions in force that cite one of these texts, each with all it cites; for a member, of what they may see.
    Two queries, however many; no text is loaded.
    """
    named = Citation.objects.filter(version=OuterRef("pk"), code__in=set(codes))
    seen = Version.objects.visible_to(member) if member else Version.objects.all()
    versions = seen.in_force().filter(Exists(named)).defer("content").select_related("document__unit")
    found = versions.order_by("document__code").prefetch_related("citations")
    return [(version, {row.code: row.number for row in version.citations.all()}) for version in found]


@atomic
def keep_citations(version: Version) -> None:
    """What its text, now sealed, cites, and that of its uploaded files."""
    content = Content.of(version.content)
    texts = dict(UploadedFile.objects.named_in(content).values_list("sha256", "text"))
    cited = cited_in(version.content, (texts.get(file.sha256, "") for file in content.files))
    Citation.objects.filter(version=version).delete()  # of a round that was returned
    Citation.objects.bulk_create(Citation(version=version, code=code, number=cited[code][:60]) for code in cited)


@atomic
def open_updates(agency: Agency, *, by: Member) -> list[LegalUpdate]:
    """Open what is missing, and move the due day of what is open where the register was corrected. Returns the new, and
    what was closed and has to be followed again.

    A version that cites the new text as well follows it already.
    """
    with connection.cursor() as cursor:  # one sweep of an agency at a time: two would open the same
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('documents.law'), %s::int)", [agency.pk])
    known = changes()
    standing = {
        (row.document_id, row.code, row.cited_code): row for row in LegalUpdate.objects.select_related("document")
    }
    _close_what_the_register_took_back(standing.values(), known, by=by)
    opened: list[LegalUpdate] = []
    for version, cited in citing(known):
        for old in cited.keys() & known.keys():
            for change in known[old]:
                text = change.text
                if change.effect is None or change.is_followed_by(cited):
                    continue
                row = standing.get((version.document_id, text.code, old))
                if row is None:
                    row = _opened(version, change, cited[old], old, by=by)
                    standing[version.document_id, text.code, old] = row
                    opened.append(row)
                elif row.state in {UpdateState.DONE, UpdateState.TAKEN_BACK} or _outgrew_waiver(row, change):
                    row.document = version.document
                    perform(row.reopen_update, by=by, version=version)
                    _correct(row, change, by=by)
                    opened.append(row)
                else:
                    _correct(row, change, by=by)
    if opened:
        law_notices.updates_opened(opened)
    return opened


def _close_what_the_register_took_back(
    rows: Iterable[LegalUpdate], known: dict[str, list[Change]], *, by: Member
) -> None:
    """An entry was corrected: the text does not change the one that is cited after all."""
    for row in rows:
        asked = {change.text.code for change in known.get(row.cited_code, ())}
        if row.state == UpdateState.OPEN and row.code not in asked:
            perform(row.take_back_update, by=by, details={"register": "corrected"})


def _opened(version: Version, change: Change, cited: str, old: str, *, by: Member) -> LegalUpdate:
    text = change.text
    effect = change.effect
    assert effect is not None  # asked before
    row = LegalUpdate(
        document=version.document, version=version, number=text.number, code=text.code, title=text.title,
        how=change.how, cited=cited[:60], cited_code=old, effective_from=effect,
        due_on=months_later(effect, MONTHS_TO_FOLLOW),
    )  # fmt: skip
    return record(row, "update_opened", by=by, details={"due_on": row.due_on.isoformat()})


def _outgrew_waiver(row: LegalUpdate, change: Change) -> bool:
    """Somebody said that no change is needed, but not of what the register now says: that the whole text goes."""
    return row.state == UpdateState.NOT_NEEDED and change.how not in {row.how, "amends"}


def _correct(row: LegalUpdate, change: Change, *, by: Member) -> None:
    """The register now says another day, way or abstract: what is still open follows it."""
    text = change.text
    facts = {"effective_from": change.effect, "how": change.how, "title": text.title, "number": text.number}
    if row.state != UpdateState.OPEN or all(getattr(row, name) == value for name, value in facts.items()):
        return
    document, row = row.document, lock(row)
    if row.state != UpdateState.OPEN or change.effect is None:
        return
    row.document = document
    before = row.due_on
    for name, value in facts.items():
        setattr(row, name, value)
    row.due_on = months_later(change.effect, MONTHS_TO_FOLLOW)
    details = {"before": before.isoformat(), "after": row.due_on.isoformat()}
    record(row, "update_corrected", by=by, details=details)


@atomic
def settle(document: Document, version: Version | None, *, by: Member) -> int:
    """Close what the version now in force follows: it cites the new text, or no longer the old one.

    `version` is None when the document is withdrawn: then nothing is left to follow. Returns how many were closed.
    """
    cited = set(version.citations.values_list("code", flat=True)) if version else set()
    rows = LegalUpdate.objects.open().select_for_update(of=("self",)).filter(document=document).order_by("pk")
    closed = 0
    for row in rows:
        if row.cited_code not in cited or (row.how != "ended" and row.code in cited):
            row.document = document
            perform(row.settle, by=by, version=version)
            closed += 1
    return closed


def open_everywhere() -> None:
    """Every agency looks at its documents once what was written is committed."""
    on_commit(lambda: for_each_agency(open_law_updates), robust=True)


@shared_task(base=AgencyTask, autoretry_for=(OperationalError,), retry_backoff=30, max_retries=4)
def open_law_updates(agency_id: int) -> int:
    """Returns how many were opened in this agency."""
    agency = Agency.objects.get(pk=agency_id)
    return len(open_updates(agency, by=agency.clock()))


@shared_task
def open_law_updates_everywhere() -> int:
    """One job for each agency. Returns how many."""
    return for_each_agency(open_law_updates)
