"""Disposal of records: proposed from what the system drew up, decided by the head, carried out with minutes.

Only the register changes here. Rows and files of the system itself are deleted by none of this.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping

from celery import shared_task
from django.db.transaction import atomic
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import record_notices
from documents import record_permissions as permissions
from documents.record_models import Disposal, DisposalItem, DisposalState, Outcome, RecordGroup, RecordSeries
from documents.record_papers import minutes_of
from tenants import clock, letterhead
from tenants.history import doing
from tenants.models import Member
from tenants.numbering import next_number
from tenants.tasks import AgencyTask, later
from tenants.transitions import NotAllowed, NotPossible, given, lock, perform, record
from tenants.words import day, official


@atomic
def propose(groups: Iterable[RecordGroup], *, by: Member, reason: str) -> Disposal:
    """Ask for the disposal of these groups. Raises NotPossible for any whose retention has not ended, that is held,
    permanent, or in another proposal.
    """
    if not permissions.may_keep_records(by):
        raise NotAllowed(
            _("Your role in this agency does not include this."),
            needs=_("the ISO secretary or the document controller"),
        )
    given(reason)
    wanted = sorted({group.pk for group in groups})
    locked = list(RecordGroup.objects.filter(pk__in=wanted).select_for_update(of=("self",)).order_by("pk"))
    if not locked:
        raise NotPossible(_("Choose at least one record group."))
    free = set(RecordGroup.objects.filter(pk__in=wanted).disposable().values_list("pk", flat=True))
    if barred := [group.code for group in locked if group.pk not in free]:
        raise NotPossible(
            _(
                "These cannot be proposed: %(codes)s. Their retention has not ended, a hold stands, or they are in another proposal."
            )
            % {"codes": ", ".join(barred[:10])}
        )
    year = clock.today().year
    disposal = Disposal(code=f"HTL-{year}-{next_number(f'disposal {year}'):02}", reason=reason, proposed_by=by)
    record(disposal, "proposed_disposal", by=by, reason=reason, details={"groups": [group.code for group in locked]})
    with doing(by, reason):
        for group in locked:
            DisposalItem(disposal=disposal, group=group).save()
    record_notices.asked_to_decide(disposal, len(locked))
    return disposal


@atomic
def take_back(disposal: Disposal, *, by: Member, reason: str) -> Disposal:
    """Before it is decided; every item returns."""
    disposal = lock(disposal)
    given(reason)
    perform(disposal.take_back, by=by, reason=reason)
    _return(disposal, Outcome.RETURNED, reason, by=by)
    return disposal


@atomic
def approve(
    disposal: Disposal,
    *,
    by: Member,
    decision: str,
    struck: Mapping[int, str] | None = None,
    seen: str | None = None,
    confirmed: str = "",
) -> Disposal:
    """The head approves by a numbered decision what is not struck (`struck`: item id → why it returns).

    `seen` is the fingerprint of the list they read. Raises NotPossible when the list changed, nothing is left, or a
    hold stands on what is left.
    """
    disposal = lock(disposal)
    _check_seen(disposal, seen)
    if not decision.strip():
        raise NotPossible(_("Give the number of the decision."), about=disposal)
    items, reasons = _listed(disposal), dict(struck or {})
    if reasons.keys() - {item.pk for item in items}:
        raise NotPossible(_("The list was changed since you opened this page. Read it again."), about=disposal)
    left = [item for item in items if item.pk not in reasons]
    if not left:
        raise NotPossible(_("Nothing is left to approve. Refuse the disposal instead."), about=disposal)
    _check_free(disposal, left)
    with doing(by):
        for item in items:
            if item.pk in reasons:
                item.outcome, item.reason = Outcome.STRUCK, reasons[item.pk][:500]
                item.save()
    details = {"decision": decision, "struck": [item.group.code for item in items if item.pk in reasons]}
    perform(
        disposal.approve, by=by, decider=by, decision=decision.strip(), sha256=fingerprint(disposal), confirmed=confirmed,
        details=details | {"confirmed": confirmed},
    )  # fmt: skip
    record_notices.was_decided(disposal)
    return disposal


@atomic
def refuse(disposal: Disposal, *, by: Member, reason: str) -> Disposal:
    """No, also after the approval as long as nothing is destroyed; every item returns, whoever proposed it is told."""
    disposal = lock(disposal)
    given(reason)
    perform(disposal.refuse, by=by, reason=reason, decider=by, answer=reason[:1000])
    _return(disposal, Outcome.RETURNED, reason, by=by)
    record_notices.was_decided(disposal)
    return disposal


@atomic
def carry_out(
    disposal: Disposal,
    *,
    by: Member,
    on: dt.date,
    place: str,
    method: str,
    commission: Iterable[str],
    seen: str | None = None,
) -> Disposal:
    """What was approved is destroyed, before a commission of at least two. What a hold stands on is left out and returns.

    `seen`: fingerprint of the list on the page (`to_carry_out`). Raises NotPossible when a hold came in between, when
    the retention of something had not ended on the day `on`, or when nothing may be destroyed. The minutes are drawn by a worker and stored once.
    """
    disposal = lock(disposal)
    members = [line.strip() for line in commission if line.strip()]
    if len(members) < 2:
        raise NotPossible(_("Name at least two members of the commission."), about=disposal)
    if disposal.decided_at and not timezone.localdate(disposal.decided_at) <= on <= clock.today():
        raise NotPossible(_("The day must lie between the decision and today."), about=disposal)
    groups, held = to_carry_out(disposal, locked=True)
    if seen is not None and seen != marked(groups):
        raise NotPossible(_("The list was changed since you opened this page. Read it again."), about=disposal)
    if disposal.state == DisposalState.APPROVED and not groups:
        raise NotPossible(_("A hold stands on everything in the list: nothing may be destroyed."), about=disposal)
    _check_ended(disposal, groups, on)
    perform(
        disposal.carry_out, by=by, on=on, doer=by, place=place, how=method, commission="\n".join(members),
        details={"groups": [item.group.code for item in groups], "left_out": [item.group.code for item in held]},
    )  # fmt: skip
    for item in groups:
        perform(item.group.dispose, by=by, on=on, details={"disposal": disposal.code})
    with doing(by):
        for item in groups:
            item.outcome = Outcome.DISPOSED
            item.save()
        for item in held:
            item.outcome = Outcome.HELD
            item.save()
    later(render_minutes, disposal.agency_id, disposal.pk)
    return disposal


def to_carry_out(disposal: Disposal, *, locked: bool = False) -> tuple[list[DisposalItem], list[DisposalItem]]:
    """Of what is in the list: what may be destroyed now, and what is kept back (a hold, another rule). Can lock them."""
    items = _listed(disposal)
    if locked:  # series before groups, as everywhere
        series = RecordSeries.objects.filter(pk__in={item.group.series_id for item in items})
        rows = series.select_for_update(of=("self",)).order_by("pk").in_bulk()
        groups = RecordGroup.objects.filter(pk__in=[item.group_id for item in items])
        fresh = groups.select_for_update(of=("self",)).order_by("pk").in_bulk()
        for item in items:
            item.group = fresh[item.group_id]
            item.group.series = rows[item.group.series_id]
    free = _free(items)
    return [item for item in items if item.group_id in free], [item for item in items if item.group_id not in free]


def fingerprint(disposal: Disposal) -> str:
    """SHA-256 of the list as it stands: what the head reads is what the head approves."""
    return marked(_listed(disposal))


def marked(items: Iterable[DisposalItem]) -> str:
    lines = [
        [item.group.code, item.group.title, item.group.first_on.isoformat(), str(item.group.ends_on), item.group.count]
        for item in items
    ]
    return hashlib.sha256(json.dumps(lines, ensure_ascii=False).encode()).hexdigest()


# --- the minutes ----------------------------------------------------------------------------------


@shared_task(base=AgencyTask, autoretry_for=(OSError,), retry_backoff=30, max_retries=8)
def render_minutes(agency_id: int, disposal_id: int) -> bool:
    """Draw the minutes of a disposal that was carried out and store them, unless somebody has meanwhile."""
    disposal = Disposal.objects.filter(pk=disposal_id, state=DisposalState.CARRIED_OUT, minutes=None).first()
    if disposal is None:
        return False
    with official():
        content = letterhead.render("documents/disposal_minutes_pdf.html", minutes_of(disposal))
    disposal = lock(disposal)
    if disposal.minutes_id is not None:
        return False
    disposal.minutes = letterhead.store(content, name=f"{disposal.code}_bien-ban-huy.pdf")
    details = {"sha256": disposal.minutes.sha256, "bytes": disposal.minutes.size}
    record(disposal, "minutes_stored", by=disposal.agency.clock(), details=details)
    return True


@shared_task(base=AgencyTask)
def render_waiting_minutes(agency_id: int) -> int:
    """Minutes whose job was lost are queued again. Returns how many."""
    waiting = list(Disposal.objects.filter(state=DisposalState.CARRIED_OUT, minutes=None).values_list("pk", flat=True))
    for disposal_id in waiting:
        later(render_minutes, agency_id, disposal_id)
    return len(waiting)


# --- parts of deeds -------------------------------------------------------------------------------


def _listed(disposal: Disposal) -> list[DisposalItem]:
    rows = DisposalItem.objects.filter(disposal=disposal, outcome=Outcome.LISTED)
    return list(rows.select_related("group__series").order_by("group__code"))


def _free(items: list[DisposalItem]) -> set[int]:
    """Ids of the groups that may be destroyed today: ended by the rule as it is now, not permanent, not held."""
    groups = RecordGroup.objects.filter(pk__in=[item.group_id for item in items]).ended().free()
    return set(groups.exclude(series__retention="permanent").values_list("pk", flat=True))


def _check_free(disposal: Disposal, items: list[DisposalItem]) -> None:
    free = _free(items)
    if barred := [item.group.code for item in items if item.group_id not in free]:
        raise NotPossible(
            _("A hold stands on these, or their retention has changed: %(codes)s. Strike them off first.")
            % {"codes": ", ".join(barred[:10])},
            about=disposal,
        )


def _check_ended(disposal: Disposal, items: list[DisposalItem], on: dt.date) -> None:
    """By the rule as it is now, which may have changed since the decision, on the day named."""
    if early := [item.group.code for item in items if item.group.ends_on is None or item.group.ends_on >= on]:
        raise NotPossible(
            _("On %(day)s the retention of these had not ended: %(codes)s. Choose a later day.")
            % {"day": day(on), "codes": ", ".join(early[:10])},
            about=disposal,
        )


def _check_seen(disposal: Disposal, seen: str | None) -> None:
    if seen is not None and seen != fingerprint(disposal):
        raise NotPossible(_("The list was changed since you opened this page. Read it again."), about=disposal)


def _return(disposal: Disposal, outcome: str, reason: str, *, by: Member) -> None:
    with doing(by, reason):
        for item in _listed(disposal):
            item.outcome, item.reason = outcome, reason[:500]
            item.save()
