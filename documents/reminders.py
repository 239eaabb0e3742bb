"""What the clock reminds of in documents: texts that wait for a signature, to be read, or to be reviewed again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from documents import law_reminders, record_reminders, routes
from documents.copy_models import ControlledCopy
from documents.models import Acknowledgement, Delegation, Document, State, Version
from tenants.links import below
from tenants.models import Member, Role
from tenants.reminders import Night, Occasion

SIGNED_WITHIN = 1  # working days; nobody is reminded of what came today
READ_WITHIN = 3  # working days
REVIEW_AHEAD = dt.timedelta(days=30)
REVIEW_AGAIN = 7  # days between two reminders of an overdue review


def occasions(night: Night) -> Iterator[Occasion]:
    """A fixed number of queries, whatever the number of documents."""
    yield from _signatures(night)
    yield from _reading(night)
    yield from _reviews(night)
    yield from _copies(night)
    yield from law_reminders.occasions(night)
    yield from record_reminders.occasions(night)


def _signatures(night: Night) -> Iterator[Occasion]:
    """Submitted and not signed for more than a working day: whoever was asked hears of it again, then every week."""
    delegations = list(Delegation.objects.standing(night.today))
    waiting = Version.objects.filter(state__in=(State.IN_REVIEW, State.IN_APPROVAL)).order_by("pk")
    for version in waiting.with_hands().select_related("document", "drafted_by").prefetch_related("signatures"):
        given = [signature for signature in version.signatures.all() if signature.round == version.round]
        since = max((signature.signed_at for signature in given), default=version.created_at)
        if night.working_days_since(since) <= SIGNED_WITHIN:
            continue
        kind = version.document.kind
        delegates = {row.to_id for row in delegations if not row.kinds or kind in row.kinds}
        for member in routes.asked(version, night.staff, delegates, version.hands):
            yield Occasion(
                member_id=member.pk,
                kind="signature_waiting",
                about=f"version {version.pk} {version.state} {version.round}",
                moment=since,
                rung=f"waiting {night.weeks_since(since)}",
                path=below("version", version.document.code, (version.issue, version.revision)),
                text=_of(version) | {"drafter": version.drafted_by.name, "due": since},
            )


def _reading(night: Night) -> Iterator[Occasion]:
    """In force and not read three working days after it was asked: the reader hears of it, then every week."""
    unread = Acknowledgement.objects.still_meant().filter(
        read_at=None, version__state=State.IN_FORCE, member_id__in=night.by_id
    )
    for row in unread.select_related("version__document").order_by("asked_at", "pk"):
        if night.working_days_since(row.asked_at) > READ_WITHIN:
            yield Occasion(
                member_id=row.member_id,
                kind="unread",
                about=f"acknowledgement {row.pk}",
                moment=row.asked_at,
                rung=f"unread {night.weeks_since(row.asked_at)}",
                path=below("version", row.version.document.code, (row.version.issue, row.version.revision)),
                text=_of(row.version) | {"due": row.asked_at},
            )


def _reviews(night: Night) -> Iterator[Occasion]:
    """A document in force whose review comes within thirty days, has come, or is overdue: again every week."""
    due = Document.objects.due_for_review(night.today + REVIEW_AHEAD).order_by("next_review_on", "code")
    for document in due:
        review_on: dt.date = document.next_review_on  # type: ignore[assignment]  # no date, not due for review
        late = (night.today - review_on).days
        rung = "soon" if late < 0 else f"week {late // REVIEW_AGAIN}"
        for member in _reviewers(night, document, overdue=late > 0):
            yield Occasion(
                member_id=member.pk,
                kind="review_late" if late > 0 else "review_due",
                about=f"document {document.pk}",
                moment=review_on,
                rung=rung,
                path=below("document", document.code),
                text={"code": document.code, "title": document.said_title, "day": review_on},
            )


def _copies(night: Night) -> Iterator[Occasion]:
    """Numbered copies still out of a version nobody may work by: who keeps the documents hears of it, every week."""
    rows = ControlledCopy.objects.to_recall().select_related("version__document").defer("version__content")
    for copy in rows.order_by("pk"):
        over = copy.version.effective_to or copy.handed_out_on
        for member in night.in_role(Role.DOCUMENT_CONTROLLER) or night.in_role(Role.ISO_SECRETARY):
            yield Occasion(
                member_id=member.pk,
                kind="copy_recall",
                about=f"copy {copy.pk}",
                moment=over,
                rung=f"out {(night.today - over).days // 7}",
                path=below("copies", copy.version.document.code, (copy.version.issue, copy.version.revision)),
                text=_of(copy.version) | {"copy": f"{copy.number:02}", "holder": copy.holder, "day": over},
            )


def _reviewers(night: Night, document: Document, *, overdue: bool) -> list[Member]:
    """The head of the unit in charge and the ISO secretary; the head of the agency once it is overdue."""
    heads = _unit_heads(night, document)
    others = night.in_role(Role.ISO_SECRETARY, *([Role.AGENCY_HEAD] if overdue else []))
    return list({member.pk: member for member in (*heads, *others)}.values())


def _unit_heads(night: Night, document: Document) -> list[Member]:
    return [member for member in night.of_unit(document.unit_id) if Role.UNIT_HEAD in member.roles]


def _of(version: Version) -> dict[str, str]:
    return {"code": version.document.code, "title": version.said_title, "number": version.number}
