"""What can be done with a resident's dossier.

**Finish and close.** The last step of a procedure is its *return step* when it belongs to the one-stop desk or has no
norm, and is not the only one. When every step before it is done the result is ready: `finish` compares this moment
with the due moment. The return step is then open, never late, and `close` (the result handed out) ends it. A procedure
whose last step belongs to somebody else is finished by that step; the one-stop desk then closes the dossier without a
task of its own. Punctuality is fixed at `finish`: when the resident comes changes nothing.

**Notes** (of a hand-over, a return, a closing) may speak of the resident. They are kept in `HandOver.note` alone, which
only those who handle the dossier read, never in journal or history.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.transaction import atomic
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import actions as documents
from documents.content import Content, Step
from documents.models import Document, Kind, State, Version
from processes import deadlines, permissions
from processes.assignment import Responsible, candidates, is_return_step, responsible, takers
from processes.models import Applicant, Channel, Dossier, DossierState, HandOver, Service, Task, TaskState
from processes.tasks import render_slip
from tenants import clock
from tenants.calendar import calendar_of
from tenants.models import Agency, Member
from tenants.numbering import from_pattern
from tenants.tasks import later
from tenants.transitions import NotAllowed, NotPossible, deed, lock, perform, record
from tenants.words import fold, official

LOOK_UP_SIGNS = "23456789CDFGHJKMNPQRTVWXY"  # nothing that can be mistaken, no vowels that make words
LOOK_UP_LENGTH = 6
MOST_DRAWS = 10_000  # numbers drawn for one code, when a new pattern runs into codes of the former


@atomic
def receive(
    document: Document,
    applicant: dict[str, str],
    *,
    by: Member,
    subject: str = "",
    channel: str = Channel.DIRECT,
    components: Iterable[dict[str, Any]] = (),
    service: Service | None = None,
    note: str = "",
    at: dt.datetime | None = None,
    form_key: UUID | None = None,
) -> Dossier:
    """A complete and valid dossier is received and starts by the version in force, on which it stays.

    `at` is the moment of receipt when it lies before the entry (post, online): the clock runs from it. `components`
    are papers the version asks for; others are named in `applicant["other_papers"]`. What comes twice with the same
    `form_key` (a double click) is one dossier: the first one is returned. Raises NotAllowed for who may not receive,
    NotPossible without a version in force, without steps, for a service the version does not name, or for a moment in
    the future.
    """
    if not permissions.may_receive(by):
        raise NotAllowed(
            _("“%(deed)s” is not your task.") % {"deed": _("Receive a dossier")}, needs=_("the one-stop desk")
        )
    if first := entered_with(form_key):
        return first
    received = at or clock.now()
    if received > clock.now():
        raise NotPossible(_("A dossier cannot be received in the future."))
    document = _held(document)
    _bring_due_into_force(document)
    version = _version_for(document, received)
    content = Content.of(version.content)
    if not content.steps:
        raise NotPossible(_("The version in force has no steps."), about=document)
    look_up = "".join(secrets.choice(LOOK_UP_SIGNS) for _sign in range(LOOK_UP_LENGTH))
    dossier = Dossier(
        version=version, service=_serves(version, service), channel=channel, components=list(components),
        received_at=received, cut_off=by.agency.cut_off, received_by=by, form_key=form_key, agency=by.agency,
    )  # fmt: skip
    try:
        with atomic():
            return _enter(dossier, Applicant(**applicant, subject=subject, note=note, look_up=look_up), content, by=by)
    except IntegrityError:
        if first := entered_with(form_key):  # the other click was faster
            return first
        raise


def entered_with(form_key: UUID | None) -> Dossier | None:
    """The dossier this form has already become."""
    return Dossier.objects.filter(form_key=form_key).first() if form_key else None


@atomic
def complete(task: Task, *, by: Member, note: str = "", next_member: Member | None = None) -> Dossier:
    """The step is done and handed over; the next one opens, or the result is ready. The return step closes the dossier.

    Raises NotPossible when somebody else was faster or `next_member` cannot do the next step, NotAllowed for others.
    """
    dossier, task = _locked(task)
    content = dossier.content
    if task.state == TaskState.OPEN and is_return_step(content, task.step):
        return close(dossier, by=by, note=note)
    now = clock.now()
    punctuality = deadlines.outcome(now, task.due_at)
    _take(task, by)
    perform(task.complete, by=by, details=_noted(note), at=now, punctuality=punctuality)
    following = task.step + 1 if task.step < len(content.steps) else None
    if following is None or is_return_step(content, following):
        perform(dossier.finish, by=by, at=now, punctuality=deadlines.outcome(now, dossier.due_at))
    elif dossier.state == DossierState.RECEIVED:
        perform(dossier.begin, by=by)
    next_task = None
    if following is not None:
        whose = _chosen(content.steps[following - 1], dossier, next_member)
        next_task = _open(dossier, following, by=by, at=now, whose=whose)
    _hand_over(dossier, by=by, at=now, task=task, next_task=next_task, punctuality=punctuality, note=note)
    return dossier


@atomic
def send_back(task: Task, *, by: Member, reason: str) -> Dossier:
    """Back to the previous step, to whoever did it, with a fresh norm. A ready result is no longer ready.

    Raises NotPossible without a reason, for the first step, or when somebody else was faster.
    """
    dossier, task = _locked(task)
    if not reason.strip():
        raise NotPossible(_("Say why it goes back."), about=dossier)
    if task.step == 1:
        raise NotPossible(_("The first step has no step before it."), about=dossier)
    now, step = clock.now(), task.step - 1
    _take(task, by)
    perform(task.send_back, by=by, details=_noted(reason), at=now)
    if dossier.state == DossierState.RESULT_READY:
        perform(dossier.reopen, by=by)
    former = dossier.tasks.filter(step=step, state=TaskState.DONE).select_related("member").order_by("-pk").first()
    whose = responsible(dossier.content.steps[step - 1])
    if former and former.member and former.member.at_work_on(clock.today()):
        whose = Responsible(member=former.member)
    next_task = _open(dossier, step, by=by, at=now, whose=whose)
    _hand_over(dossier, by=by, at=now, task=task, next_task=next_task, note=reason)
    return dossier


@atomic
def assign(task: Task, member: Member, *, by: Member, reason: str = "") -> Task:
    """Give an open task to a colleague who can do its step: by the heads, or by whoever has it. Its norm runs on.

    Where nobody at work can do the step, only a head gives it on, to anybody at work.
    """
    dossier, task = _locked(task)
    if task.state != TaskState.OPEN:
        raise NotPossible(_("This step is no longer open."), about=dossier)
    if not permissions.may_assign(task, by):
        raise NotAllowed(_("“%(deed)s” is not your task.") % {"deed": _("Assign")}, about=dossier, needs=_("the heads"))
    if member.is_clock or member.agency_id != dossier.agency_id or not member.at_work_on(clock.today()):
        raise NotPossible(_("%(name)s is not at work here.") % {"name": member.name}, about=dossier)
    if task.member_id == member.pk:
        raise NotPossible(_("%(name)s already has this task.") % {"name": member.name}, about=dossier)
    step = dossier.content.steps[task.step - 1]
    if member not in takers(step, task, by=by):
        raise NotPossible(_("%(name)s cannot do “%(step)s”.") % {"name": member.name, "step": step.name}, about=dossier)
    details = {"from": _holder(task), "to": member.name, **_noted(reason)}
    task.member = member
    record(task, "assigned", by=by, details=details)
    _hand_over(dossier, by=by, at=clock.now(), next_task=task, note=reason)
    return task


@atomic
def close(dossier: Dossier, *, by: Member, note: str = "") -> Dossier:
    """The resident has the result. The one-stop desk may hand out what a colleague was to hand out."""
    dossier, now = lock(dossier), clock.now()
    perform(dossier.close, by=by, details=_noted(note), at=now)
    task = dossier.tasks.open().select_related("member", "unit").first()
    if task:
        task.dossier = dossier
        details = {} if permissions.may_do(task, by) else {"instead_of": _holder(task)}
        task.member = by
        perform(task.complete, by=by, details=details, at=now)
    _hand_over(dossier, by=by, at=now, task=task, note=note)
    return dossier


@atomic
def correct_applicant(dossier: Dossier, *, by: Member, **entered: str) -> Dossier:
    """Mend a slip of the pen in what was written down of the resident. The slip is made anew.

    The journal says which entries, never what they say. Raises NotPossible when the dossier is closed.
    """
    dossier = lock(dossier)
    if not dossier.is_open:
        raise NotPossible(_("The dossier is closed."), about=dossier)
    if not permissions.may_correct(dossier, by):
        deed_words = _("“%(deed)s” is not your task.") % {"deed": _("Correct the applicant's data")}
        raise NotAllowed(deed_words, about=dossier, needs=_("the one-stop desk"))
    resident = dossier.applicant
    changed = [name for name, value in entered.items() if getattr(resident, name) != value]
    if not changed:
        return dossier
    for name in changed:
        setattr(resident, name, entered[name])
    resident.folded = _folded(dossier, resident)
    with official():
        words = {field.name: str(field.verbose_name) for field in Applicant._meta.fields}
        fields = ", ".join(words[name] for name in changed)
    with deed("corrected", dossier, by=by, details={"fields": fields}):
        resident.save()
        dossier.slip = None
        dossier.save()
    later(render_slip, dossier.agency_id, dossier.pk)
    return dossier


def version_in_force(document: Document) -> Version:
    """The version by which dossiers are received now. One whose day has come holds, though the sweep is still to come
    (`receive` brings it into force). Reads only. Raises NotPossible when there is none.
    """
    return _version_for(document, clock.now())


def _version_for(document: Document, received: dt.datetime) -> Version:
    """The version that held on the day of receipt."""
    if document.kind != Kind.OPERATIONAL_PROCEDURE:
        raise NotPossible(_("Dossiers run by operational procedures only."), about=document)
    day = timezone.localdate(received)
    versions = document.versions.in_force_on(day)
    if day == clock.today():  # what is withdrawn holds no longer from that very moment
        versions = versions.exclude(state=State.WITHDRAWN)
    version = versions.order_by("-issue", "-revision").first()
    if version is None:
        raise NotPossible(_("%(code)s has no version in force.") % {"code": document.code}, about=document)
    version.document = document
    return version


def _held(document: Document) -> Document:
    """The document locked before its version is chosen: whoever withdraws or signs meanwhile waits, or came first."""
    try:
        return lock(document)
    except Document.DoesNotExist as gone:  # it belongs to another agency
        raise NotPossible(_("%(code)s has no version in force.") % {"code": document.code}) from gone


def _serves(version: Version, service: Service | None) -> Service | None:
    """The service this dossier asks for: it must be one the signed version names; the first of them by itself."""
    named = Content.of(version.content).services
    if service is None:
        return Service.objects.filter(code__in=named).order_by("code").first()
    if service.code not in named:
        values = {"code": version.document.code, "service": service.code}
        raise NotPossible(_("%(code)s is not the procedure for %(service)s.") % values, about=version.document)
    return service


def _bring_due_into_force(document: Document) -> None:
    """The document is locked: the sweep, or a colleague, may be at it, and whoever comes second finds nothing due."""
    for version in document.versions.due_to_come_into_force().order_by("effective_from", "pk"):
        version.document = document
        documents.bring_into_force(version)


def _enter(dossier: Dossier, resident: Applicant, content: Content, *, by: Member) -> Dossier:
    """Number, due moment, first step and slip of a new dossier."""
    agency, received = by.agency, dossier.received_at
    calendar = calendar_of(agency)
    dossier.code = _free_code(agency, timezone.localdate(received))
    dossier.due_at = deadlines.due_by(content, dossier, calendar).original_at
    dossier.near_at = deadlines.near_at(received, dossier.due_at, calendar)
    resident.folded = _folded(dossier, resident)
    with deed("received", dossier, by=by):
        resident.save()
        dossier.applicant = resident
        dossier.save()
    entered = clock.now()  # whoever has the first step gets it now, whenever the dossier came in
    task = _open(dossier, 1, by=by, at=entered, whose=responsible(content.steps[0], preferred=[by]))
    _hand_over(dossier, by=by, at=entered, next_task=task)
    later(render_slip, agency.pk, dossier.pk)
    return dossier


def _free_code(agency: Agency, on: dt.date) -> str:
    """The next number of the agency's pattern; numbers an earlier pattern has used up are passed over."""
    for _draw in range(MOST_DRAWS):
        code = from_pattern(agency.dossier_code_pattern, agency=agency, kind="dossier", on=on)
        if not Dossier.objects.filter(code=code).exists():
            return code
    raise NotPossible(_("The pattern of the dossier codes gives only codes used before. It must be changed."))


def _folded(dossier: Dossier, resident: Applicant) -> str:
    return fold(f"{dossier.code} {resident.name} {resident.subject}")


def _open(dossier: Dossier, number: int, *, by: Member, at: dt.datetime, whose: Responsible) -> Task:
    step = dossier.content.steps[number - 1]
    calendar = calendar_of(by.agency)
    due_at = deadlines.step_due(step, at, dossier.due_at, calendar)
    task = Task(
        dossier=dossier, step=number, name=step.name[:300], member=whose.member, unit=whose.unit, role=whose.role,
        opened_at=at, due_at=due_at, near_at=deadlines.near_at(at, due_at, calendar),
    )  # fmt: skip
    with official():
        words = whose.words
    return record(task, "opened", by=by, details={"to": words, **whose.details})


def _chosen(step: Step, dossier: Dossier, member: Member | None) -> Responsible:
    """The colleague chosen at the hand-over, who must be able to do the step; else as the version says."""
    if member is None:
        return responsible(step)
    if member not in candidates(step):
        raise NotPossible(_("%(name)s cannot do “%(step)s”.") % {"name": member.name, "step": step.name}, about=dossier)
    return Responsible(member=member)


def _locked(task: Task) -> tuple[Dossier, Task]:
    """Dossier and task fresh from the database, the dossier locked: whoever comes second sees what the first did."""
    dossier = lock(task.dossier)
    task = Task.objects.select_related("member", "unit").get(pk=task.pk)
    task.dossier = dossier
    return dossier, task


def _take(task: Task, by: Member) -> None:
    """Nobody's task becomes that of whoever does it, so that it can come back to them."""
    if task.member_id is None and permissions.may_do(task, by):
        task.member = by


def _hand_over(dossier: Dossier, *, by: Member, at: dt.datetime, next_task: Task | None = None, **row: Any) -> None:
    """One line of form 06: who gave, who took, as they were named at that moment."""
    taken_by = _holder(next_task) if next_task else ""
    HandOver.objects.create(dossier=dossier, given_by=by, at=at, next_task=next_task, taken_by=taken_by, **row)


def _holder(task: Task) -> str:
    with official():
        return Responsible(task.member, task.unit, task.role).words


def _noted(note: str) -> dict[str, Any]:
    """A note may speak of the resident: it stands on the control slip alone, the journal says that there is one."""
    return {"noted": True} if note.strip() else {}
