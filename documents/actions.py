"""What can be done with documents: draft, edit, submit, review, approve, return, bring into force, withdraw, read.

Every deed locks the document first, which orders its versions: two people who press at once are one after the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.transaction import atomic
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from documents import commenting, formatted, law_sweep, notices, permissions, reading, record_series, routes, routing
from documents.content import Content
from documents.correcting import unmended
from documents.models import (
    OPEN_STATES,
    Acknowledgement,
    Confidentiality,
    Document,
    Kind,
    SignatureRole,
    State,
    Version,
)
from documents.papers import render_version_pdf
from documents.sealing import check_as_signed, check_seal, check_seen, is_as_signed, seal_now, seal_of
from documents.signals import came_into_force, was_withdrawn
from documents.signing import sign
from documents.whole_files import check_files
from tenants import clock
from tenants.history import doing
from tenants.models import Member, Unit
from tenants.tasks import later
from tenants.transitions import NotAllowed, NotPossible, deed, given, lock, perform, record
from tenants.workdays import months_later

EDITABLE = {"unit", "next_review_on", "question", "confidentiality", "procedure"}  # of a document
REVIEW_AFTER_MONTHS = 12  # a document in force is looked at again at least once a year (QĐ 19/2014 art 4)


class Stale(NotPossible):
    """The draft was saved by somebody else since this person opened it.

    `saved` is that saving and `base` what this person had opened (history rows; no base when that is unknown).
    """

    def __init__(self, version: Version, saved: Any, base: Any) -> None:
        words = _("%(who)s saved this draft at %(when)s.") % {
            "who": saved.history_user,
            "when": f"{timezone.localtime(saved.history_date):%H:%M, %d/%m/%Y}",
        }
        super().__init__(words, about=version)
        self.version, self.saved, self.base = version, saved, base


# --- drafting ------------------------------------------------------------------------------------


@atomic
def create_document(
    kind: str,
    code: str,
    title: str,
    unit: Unit | None,
    *,
    by: Member,
    content: Content | None = None,
    procedure: Document | None = None,
    confidentiality: str = "",
    number: tuple[int, int] = (1, 0),
    change: dict[str, str] | None = None,
) -> Version:
    """A new document with its first draft, 01/00 unless it goes on from paper with another issue and revision `number`
    and the line of the amendment table that led to it (`change`, as in `edit`).

    `procedure`: whose form it is. `confidentiality`: the usual one of its kind when none is said; a form of a restricted
    procedure is restricted.
    Raises ValidationError when the code is taken or malformed.
    """
    _may(permissions.may_draft(by))
    usual = Confidentiality.PUBLIC if kind == Kind.OPERATIONAL_PROCEDURE else Confidentiality.INTERNAL
    if procedure and procedure.confidentiality == Confidentiality.RESTRICTED:
        usual = Confidentiality.RESTRICTED
    document = Document(
        kind=kind, code=code, title=title, unit=unit, procedure=procedure, confidentiality=confidentiality or usual
    )
    document.full_clean()
    version = Version(
        document=document, issue=number[0], revision=number[1], title=title,
        content=formatted.cleaned(content or Content()).as_json(), drafted_by=by, **(change or {}),
    )  # fmt: skip
    try:
        with deed("created", document, by=by, details={"version": version.number}):
            document.save()
            version.document = document
            version.save()
    except IntegrityError as taken:  # somebody took the code between the check and the writing
        raise ValidationError(
            {"code": _("This code is already used by another document. Codes are never reused.")}
        ) from taken
    return version


@atomic
def edit_document(document: Document, *, by: Member, **changed: Any) -> Document:
    """Unit in charge (`unit`), review date (`next_review_on`), question to readers (`question`), `confidentiality` and the
    `procedure` of a form, whichever is `changed`; the others stay as they are now.

    Code and kind stay for ever; the title is that of the version in force.
    """
    document = lock(document)
    _may(permissions.may_manage(document, by))
    if unknown := changed.keys() - EDITABLE:
        raise TypeError(f"not to be edited: {', '.join(sorted(unknown))}")
    for name, value in changed.items():
        setattr(document, name, value)
    document.full_clean()
    return record(document, "edited", by=by, details={"fields": sorted(changed)}) if changed else document


@atomic
def begin_draft(
    document: Document,
    *,
    by: Member,
    new_issue: bool,
    reason: str,
    parts: str = "",
    summary: str = "",
    content: Content | None = None,
    drafter: Member | None = None,
    minor: bool = False,
) -> Version:
    """The next version as a draft of `drafter` (of `by` when none is named): revision + 1, or issue + 1 with revision 0
    (domain §8.3). Whoever decides about changes begins it; everybody else asks for it (documents.changing).

    `minor`: a correction; whoever has read the version before need not read it again. It begins with the newest signed
    text; where none was signed, with the draft that was dropped. A dropped draft is taken up again, so that no number
    is left out. Raises NotPossible while another version is open.
    """
    document = lock(document)
    _may(permissions.may_decide_changes(by))
    given(reason)
    if minor and new_issue:
        raise NotPossible(_("A new issue is no minor correction."), about=document)
    versions = list(document.versions.all())
    if standing := next((version for version in versions if version.state in OPEN_STATES), None):
        raise NotPossible(standing_in_the_way(standing), about=document)
    dropped = next((version for version in versions if version.state == State.DROPPED), None)
    signed = [version for version in versions if version.state != State.DROPPED]
    version = dropped or Version(document=document)
    version.drafted_by = drafter or by
    version.is_minor = minor and bool(signed)
    if signed:
        newest = max(signed, key=lambda version: (version.issue, version.revision))
        version.issue = newest.issue + 1 if new_issue else newest.issue
        version.revision = 0 if new_issue else newest.revision + 1
        version.title, version.content = newest.title, newest.content
        version.change_reason, version.change_parts, version.change_summary = reason, parts, summary
        version.created_at = clock.now()  # what was written before is gone, and whoever wrote it may sign again
    if content:
        version.content = formatted.cleaned(content).as_json()
    if dropped is None:
        verb = "began_correction" if version.is_minor else "began_issue" if signed and new_issue else "began"
        return record(version, verb, by=by, reason=reason)
    version.document = document
    settled = commenting.settle(version, by=by) if signed else 0  # they spoke of the text that was dropped
    perform(version.take_up, by=by, reason=reason, details={"settled": settled})
    return version


def standing_in_the_way(version: Version) -> str:
    """Why the next draft cannot begin yet. What is approved for a later day is waited for, or withdrawn: a draft begun
    beside it would begin with a text that has not held.
    """
    names = {"number": version.number}
    if version.state == State.APPROVED:
        names["day"] = f"{version.effective_from:%d/%m/%Y}"
        return _("Version %(number)s comes into force on %(day)s. Begin the next one then, or withdraw it.") % names
    return _("Version %(number)s is still open. Finish or return it first.") % names


@atomic
def edit(
    version: Version,
    content: Content,
    title: str,
    *,
    by: Member,
    seen: int | None = None,
    change: dict[str, str] | None = None,
) -> Version:
    """Save the draft's text. `seen` is the saving the editor started from (`last_saved`); None saves over anything.

    `change` holds the lines of the amendment table (change_reason, change_parts, change_summary).
    Raises Stale when somebody else saved since, NotPossible when the version is no longer a draft.
    """
    version = opened(version, by=by, seen=seen)
    written = {"content": formatted.cleaned(content).as_json(), "title": title} | (change or {})
    if all(getattr(version, name) == value for name, value in written.items()):
        return version
    for name, value in written.items():
        setattr(version, name, value)
    return record(version, "edited", by=by)


def opened(version: Version, *, by: Member, seen: int | None) -> Version:
    """The draft, locked to be saved. Raises Stale, NotPossible and NotAllowed as `edit` does."""
    version = _locked(version)
    if not version.is_editable:
        raise NotPossible(_("Version %(number)s is no longer a draft.") % {"number": version.number}, about=version)
    _may(permissions.may_edit(version, by), about=version)
    last = version.history.select_related("history_user").latest("history_id")
    if seen is not None and last.history_id != seen:
        raise Stale(version, last, version.history.filter(history_id=seen).first())
    return version


def last_saved(version: Version) -> int:
    """The mark of the latest saving, for `edit(seen=…)`."""
    return int(version.history.latest("history_id").history_id)


@atomic
def take_over(version: Version, *, by: Member, reason: str) -> Version:
    """`by` becomes the drafter, with a reason: whoever drafted it is away or has another task, and is told."""
    version = _locked(version)
    given(reason)
    former = version.drafted_by
    perform(version.take_over, by=by, reason=reason, drafter=by, details={"from": former.name})
    notices.was_taken_over(version, former, by=by, reason=reason, mark=last_saved(version))
    return version


@atomic
def drop(version: Version, *, by: Member, reason: str) -> Version:
    """Nobody goes on with this draft; the document is free for another. The drafter is told when it was not they."""
    version = _locked(version)
    given(reason)
    perform(version.drop, by=by, reason=reason)
    if version.drafted_by_id != by.pk:
        notices.was_dropped(version, by=by, reason=reason)
    return version


# --- signing -------------------------------------------------------------------------------------


@atomic
def submit(version: Version, *, by: Member, seen: str | None = None, confirmed: str = "") -> Version:
    """The drafter signs; the content is sealed, open comments are settled. Raises NotPossible with what must be mended.

    `seen` as in `review`: the draft is open to others until this moment.
    `confirmed`: how they showed at this moment that it is they (documents.models.Confirmed), here and below.
    """
    version = _as_seen(version, seen)
    if version.is_editable and (found := unmended(version)):
        raise NotPossible(" ".join(found), about=version)
    check_files(version)
    route = routing.route_for(version.document)
    if found := routing.gaps_of(version, route, drafter=by) if version.is_editable else []:
        raise NotPossible(" ".join(found), about=version)
    waited = routes.awaited(route, 1, ())
    details = {"round": version.round, "confirmed": confirmed, "settled": commenting.settle(version, by=by)}
    perform(
        version.submit, by=by, sha256=seal_of(version), route=route.as_json(), awaited=waited, details=details
    )  # fmt: skip
    sign(version, SignatureRole.DRAFTED, by=by, confirmed=confirmed, stage=0, place=0)
    law_sweep.keep_citations(version)
    notices.asked_to_review(version)
    return version


@atomic
def review(
    version: Version, *, by: Member, capacity: str | None = None, seen: str | None = None, confirmed: str = ""
) -> Version:
    """One review of the route is signed. `seen` is the seal of the text they read; without it that of `version` as it
    was handed in.

    The last that is needed hands the version to the next stage. Raises NotPossible when the text is no longer the one
    they saw, and NotAllowed for who is not waited for.
    """
    version = _as_seen(version, seen)  # locked: two signatures at once are counted one after the other
    capacity = _capacity(by, SignatureRole.REVIEWED, capacity, version)
    check_seal(version)
    route, number = routes.route_of(version), version.stage
    signed = routes.filled(version, number) if version.state == State.IN_REVIEW else {}
    place = routes.place_for(version, by, signed) if version.state == State.IN_REVIEW else None
    full = set(signed) | {place if place is not None else -1}
    done = not route.stage(number).open_places(full) if place is not None else True
    following = number + 1 if done else number
    waited = routes.awaited(route, following, () if done else full)
    over = following >= route.approval
    details = _signed(version, capacity, confirmed) | {"stage": number, "place": place}
    perform(version.review if over else version.sign_along, by=by, stage=following, awaited=waited, details=details)
    sign(version, SignatureRole.REVIEWED, by=by, capacity=capacity, confirmed=confirmed, stage=number, place=place)
    if over:
        notices.asked_to_approve(version)
    elif done or route.stage(number).ordered:
        notices.asked_to_review(version)
    return version


@atomic
def approve(
    version: Version,
    *,
    by: Member,
    effective_from: dt.date,
    capacity: str | None = None,
    seen: str | None = None,
    confirmed: str = "",
) -> Version:
    """The head signs, or who signs for the head. In force at once when the day is today, else on its day; a past day, or
    one on which another version held until it was withdrawn, raises NotPossible.

    `seen` as in `review`. The PDF is rendered once, now that everybody has signed.
    """
    version = _as_seen(version, seen)
    if effective_from < clock.today():
        raise NotPossible(_("The day it comes into force cannot be in the past."), about=version)
    _check_day_is_free(version, effective_from)
    capacity = _capacity(by, SignatureRole.APPROVED, capacity, version)
    check_seal(version)
    number = version.stage
    details = _signed(version, capacity, confirmed) | {"effective_from": effective_from.isoformat()}
    perform(version.approve, by=by, effective_from=effective_from, details=details)
    sign(version, SignatureRole.APPROVED, by=by, capacity=capacity, confirmed=confirmed, stage=number, place=0)
    if effective_from == clock.today():
        _come_into_force(version, by=by)
    later(render_version_pdf, version.agency_id, version.pk)
    return version


@atomic
def send_back(version: Version, *, by: Member, reason: str, comments: Iterable[commenting.Said] = ()) -> Version:
    """Back to the drafter with a reason, and comments each on its part (documents.commenting).

    Signatures of this round stay on record, the next round begins.
    """
    version = _locked(version)
    given(reason)
    said, comments = version.round, list(comments)
    perform(version.send_back, by=by, reason=reason, details={"comments": len(comments)})
    commenting.say(version, comments, round=said, by=by, reason=reason)
    notices.was_sent_back(version, by=by, reason=reason)
    return version


# --- in force and out of force -------------------------------------------------------------------


@atomic
def bring_into_force(version: Version, *, by: Member | None = None) -> Version:
    """Its day has come; done by the clock. Raises NotPossible before that day, when it is not approved, and NotAsSigned
    when the text is no longer the one that was signed.
    """
    version = _locked(version)
    if version.state == State.APPROVED and version.effective_from and version.effective_from > clock.today():
        raise NotPossible(_("Its day has not come yet."), about=version)
    check_as_signed(version)
    _come_into_force(version, by=by or version.agency.clock())
    return version


@atomic
def withdraw(version: Version, *, by: Member, reason: str, held_today: bool = True) -> Version:
    """Out of force with a reason and without a successor. Today is its last day; where it is not to have `held_today`,
    yesterday was, and another text can come into force today. Whoever had confirmed reading it is told.

    An approved version whose day has come held until then, though the sweep is still to come: it comes into force first,
    and nobody is asked to read it. Not if it is to have held on no day, or is not as signed: then the one before holds on.
    Raises NotPossible for a version whose successor's day has come.
    """
    version = _locked(version)
    given(reason)
    last = clock.today() - dt.timedelta(days=not held_today)
    held = version.state == State.APPROVED and version.effective_from is not None and version.effective_from <= last
    if held and permissions.may_withdraw(version, by) and is_as_signed(version):
        _come_into_force(version, by=version.agency.clock(), asking=False)
    if version.state == State.IN_FORCE and version.document.versions.due_to_come_into_force().exists():
        raise NotPossible(_("A later version holds already. Withdraw that one."), about=version)
    perform(version.withdraw, by=by, reason=reason, on=last)
    law_sweep.settle(version.document, version.document.versions.in_force().first(), by=by)
    if not version.document.versions.in_force().exists():
        record_series.end_all(version.document, by=by)
    was_withdrawn.send(Version, version=version, by=by)
    have_read = version.acknowledgements.exclude(read_at=None).values("member")
    notices.was_withdrawn(version, Member.objects.select_related("user").at_work().filter(pk__in=have_read), reason)
    return version


@atomic
def acknowledge(version: Version, *, by: Member, answer: str = "") -> Acknowledgement:
    """`by` says they have read the version in force, and answers its question where one is asked. Twice changes nothing."""
    version = _locked(version)
    if version.state != State.IN_FORCE:
        raise NotPossible(_("Only the version in force is acknowledged."), about=version)
    row = Acknowledgement.objects.filter(version=version, member=by).first()
    row = row or Acknowledgement(version=version, member=by)
    if row.read_at is None:
        if version.document.question and not answer.strip():
            raise NotPossible(_("Answer the question before you confirm."), about=version)
        with deed("acknowledged", version, by=by):
            row.read_at, row.answer = clock.now(), answer.strip()
            row.save()
    return row


# --- parts of deeds ------------------------------------------------------------------------------


def _locked(version: Version) -> Version:
    """The version fresh from the database, its document locked before it."""
    document = lock(version.document)
    version = lock(version)
    version.document = document
    return version


def _as_seen(version: Version, seen: str | None) -> Version:
    """The version locked, if it still says what they signed. Raises NotPossible."""
    seen = seal_now(version) if seen is None else seen
    version = _locked(version)
    check_seen(version, seen)
    return version


def _come_into_force(version: Version, *, by: Member, asking: bool = True) -> None:
    """Supersede the predecessor, set the next review, ask its readers who have not signed to read it (if `asking`).

    After a minor correction whoever has read the former version keeps that.
    """
    document, on = version.document, version.effective_from or clock.today()
    former = document.versions.in_force().select_for_update(of=("self",)).first()
    if former is not None and version.state == State.APPROVED:
        former.document = document
        perform(former.supersede, by=by, on=on)
    asked = Version.objects.with_unasked().get(pk=version.pk).unasked
    rows = [row for row in reading.asked_of(version, former, asked) if asking or row.read_at]
    waiting = [row.member_id for row in rows if row.read_at is None]
    perform(version.bring_into_force, by=by, details={"readers": len(waiting)})
    document.title, document.next_review_on = version.title, months_later(on, REVIEW_AFTER_MONTHS)
    with doing(by):
        document.save()
    bulk_create_with_history(rows, Acknowledgement, default_user=by, default_date=clock.now())
    law_sweep.settle(document, version, by=by)
    record_series.follow(version, by=by)
    came_into_force.send(Version, version=version, by=by)
    notices.came_into_force(version, Member.objects.select_related("user").filter(pk__in=waiting))


def _signed(version: Version, capacity: str, confirmed: str) -> dict[str, Any]:
    return {"round": version.round, "sha256": version.sha256, "capacity": capacity, "confirmed": confirmed}


def _check_day_is_free(version: Version, day: dt.date) -> None:
    """Until its last day the withdrawn version held, and no two hold on one day."""
    last = version.document.versions.filter(state=State.WITHDRAWN, effective_to__gte=day).first()
    if last is not None:
        raise NotPossible(
            _("Version %(number)s held until it was withdrawn on %(day)s. Choose a later day.")
            % {"number": last.number, "day": f"{last.effective_to:%d/%m/%Y}"},
            about=version,
        )


def _capacity(by: Member, role: SignatureRole, wanted: str | None, version: Version) -> str:
    """The capacity to sign in: the usual one of this member when none is wanted. Raises NotPossible for one not theirs."""
    allowed = permissions.capacities(by, role, version)
    if wanted is None:
        return allowed[0]
    if wanted not in allowed:
        raise NotPossible(_("You cannot sign in this capacity."), about=None)
    return wanted


def _may(allowed: bool, *, about: Any = None) -> None:
    if not allowed:
        raise NotAllowed(_("Your role in this agency does not include this."), about=about)
