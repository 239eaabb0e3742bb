"""The way of one dossier as its page, the control slip and the public page show it: steps, deeds, what happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from documents.content import Content, Step
from processes import deadlines, permissions
from processes.models import Dossier, DossierState, HandOver, Punctuality, Task, TaskState
from tenants.models import JournalEntry, Member, Role
from tenants.standing import lateness
from tenants.transitions import Offer, offers
from tenants.words import DueWords, clock, days_left, due_words, moment, short_day, time_left, working_time
from tenants.workdays import Calendar

MOST_LANES, MOST_COMING = 6, 4


@dataclass(frozen=True)
class State:
    """For the tag `state`."""

    tone: str
    sign: str
    words: str


@dataclass(frozen=True)
class TrackStep:
    """For parts/track.html."""

    title: str
    lines: list[str]
    kind: str  # done, now, ahead
    words: str
    late: bool = False
    lane: int = 0


@dataclass(frozen=True)
class Track:
    lanes: list[str]
    steps: list[TrackStep]


@dataclass(frozen=True)
class Button:
    label: Any
    url: str
    icon: str = ""
    first: bool = False
    grave: bool = False
    direct: bool = False


@dataclass(frozen=True)
class Deeds:
    """For parts/deeds.html."""

    ask: str
    offered: list[Button]
    not_now: list[str]


@dataclass(frozen=True)
class Line:
    """For parts/history.html."""

    at: dt.datetime
    text: str
    quote: str = ""


@dataclass(frozen=True)
class Journey:
    """One dossier at one moment, read once: its version's content, its tasks in order, its agency's calendar."""

    dossier: Dossier
    content: Content
    tasks: Sequence[Task]
    calendar: Calendar
    now: dt.datetime

    @property
    def open_task(self) -> Task | None:
        return next((task for task in self.tasks if task.state == TaskState.OPEN), None)

    @property
    def awaits_return(self) -> bool:
        return self.dossier.state == DossierState.RESULT_READY

    # --- in one line ---

    @property
    def state(self) -> State:
        task, total = self.open_task, len(self.content.steps)
        words = str(self.dossier.get_state_display())
        if self.dossier.state == DossierState.CLOSED:
            return State("", "done", words)
        if self.awaits_return:
            return State("ok", "done", words)
        if task:
            words = _("%(state)s, step %(step)s of %(total)s") % {"state": words, "step": task.step, "total": total}
        return State("active", "hand-over", words)

    @property
    def due(self) -> DueWords:
        """While in work against the clock; afterwards whether it was in time."""
        dossier = self.dossier
        if not dossier.punctuality or dossier.finished_at is None:
            return due_words(dossier.due_at, self.now, self.calendar, dossier.near_at)
        return finished_words(dossier, self.calendar)

    @property
    def due_state(self) -> State:
        due = self.due
        words = f"{due.words}, {due.detail}" if due.detail else due.words
        return State(due.tone or "", "warning" if due.tone == "late" else "clock", words)

    # --- the track ---

    def track(self, *, public: bool = False) -> Track:
        lanes = list(dict.fromkeys(step.who_words for step in self.content.steps if step.who_words))
        drawn = lanes if len(lanes) <= MOST_LANES and not public else []
        steps = [self._track_step(number, step, drawn, public) for number, step in enumerate(self.content.steps, 1)]
        return Track(drawn, steps)

    def _track_step(self, number: int, step: Step, lanes: list[str], public: bool) -> TrackStep:
        own = [task for task in self.tasks if task.step == number]
        latest = own[-1] if own else None
        lane = lanes.index(step.who_words) + 1 if step.who_words in lanes else 0
        norm = deadlines.norm_of(step)
        lines, late = [], False
        if latest is None or latest.state == TaskState.SENT_BACK:
            kind, words = "ahead", _("Not reached yet")
            lines.append(step.who_words)
            lines.append(_("norm %(time)s") % {"time": working_time(norm.minutes)} if norm else "")
        elif latest.state == TaskState.DONE:
            kind, words = "done", _("Done %(day)s, %(time)s") % _when(latest.finished_at)
            late = latest.punctuality == Punctuality.OVERDUE
            lines.append(holder(latest, with_unit=public))
        else:
            kind, late = "now", latest.due_at < self.now and not self.awaits_return
            words = self._progress(latest)
            lines.append(holder(latest, with_unit=public))
            if public:
                lines.append(_("since %(time)s, %(day)s") % _when(latest.opened_at))
        if latest is not None and kind != "ahead" and norm and not public:
            used = _("used %(used)s of %(norm)s")
            lines.append(used % {"used": working_time(self.used(latest)), "norm": working_time(norm.minutes)})
        returned = sum(1 for task in own if task.state == TaskState.SENT_BACK)
        if returned:
            lines.append(ngettext("returned once", "returned %(count)s times", returned) % {"count": returned})
        return TrackStep(step.name, [line for line in lines if line], kind, words, late, lane)

    def _progress(self, task: Task) -> str:
        if self.awaits_return:
            return _("Waiting for the resident")
        due = due_words(task.due_at, self.now, self.calendar, task.near_at)
        if due.tone == "late":
            return due.words
        return _("In progress, should be done by %(time)s, %(day)s") % _when(task.due_at)

    @property
    def received_outside_hours(self) -> bool:
        return self.calendar.next_reception_moment(self.dossier.received_at) != self.dossier.received_at

    def used(self, task: Task) -> int:
        """Working minutes from opening to the end of the task, or to now."""
        end = max(task.finished_at or self.now, task.opened_at)
        return self.calendar.working_minutes_between(task.opened_at, end)

    # --- what can be done ---

    def deeds(self, member: Member) -> Deeds:
        """The next action in one sentence, the buttons this member may press, and what is not yet possible."""
        allowed: list[Offer] = []
        not_now: list[str] = []
        task = self.open_task
        for row in filter(None, (task, self.dossier)):
            for offer in offers(row, member):
                if not self._applies(offer.verb):
                    continue
                if offer.allowed:
                    allowed.append(offer)
                elif offer.verb != "send_back":
                    not_now.append(f"{_lower(offer.label)} ({offer.needs})")
        allowed.sort(key=lambda offer: offer.verb == "send_back")  # going on is the next action, going back is not
        offered = [self._button(offer.verb, offer.label, first=offer is allowed[0]) for offer in allowed]
        if task and permissions.may_assign(task, member):
            offered.append(self._button("assign", _("Assign"), first=False))
        coming = self.content.steps[task.step :] if task else ()
        not_now += [f"{_lower(step.name)} ({step.who_words})" for step in coming[:MOST_COMING]]
        return Deeds(self._ask(member), offered, list(dict.fromkeys(not_now)))

    def _applies(self, verb: str) -> bool:
        """Which deeds belong to this stage: the return step is ended by closing, the first one cannot go back."""
        task = self.open_task
        if self.dossier.state == DossierState.CLOSED:
            return False
        if verb == "close":
            return self.awaits_return
        return not (verb == "complete" and self.awaits_return) and not (verb == "send_back" and task and task.step == 1)

    def _button(self, verb: str, label: Any, *, first: bool) -> Button:
        page, sign = {
            "complete": ("complete", "hand-over"),
            "send_back": ("send_back_task", "return"),
            "assign": ("assign", "person"),
            "close": ("close_dossier", "done"),
        }[verb]
        return Button(label, reverse(page, args=[self.dossier.code]), sign, first)

    def _ask(self, member: Member) -> str:
        task, dossier = self.open_task, self.dossier
        if dossier.state == DossierState.CLOSED:
            words = _("The result was handed out at %(time)s on %(day)s. Nothing more is to be done.")
            return words % _when(dossier.closed_at)
        if self.awaits_return:
            who, what = (
                (holder(task) if task else str(Role.RECEPTIONIST.label)),
                _("hand out the result to the resident."),
            )
        elif task:
            who, what = holder(task), f"{_lower(task.name)}."
        else:
            return ""
        if task and permissions.may_do(task, member):
            who = you(member)
        start = _("Next, for %(who)s:") % {"who": who} if who else _("Next:")
        return format_html("<strong>{}</strong> {} {}", start, what, self._norm_words(task) if task else "")

    def _norm_words(self, task: Task) -> str:
        norm = deadlines.norm_of(self.content.steps[task.step - 1])
        if norm is None or self.awaits_return:
            return ""
        values = {"step": task.step, "used": working_time(self.used(task)), "norm": working_time(norm.minutes)}
        return _("Step %(step)s has used %(used)s of %(norm)s.") % values

    # --- what happened ---

    def history(self, *, seen: bool) -> list[Line]:
        """The journal about the dossier and its tasks in words, newest first; `seen` adds the notes (processes.actions)."""
        tasks = {task.pk: task for task in self.tasks}
        about_tasks = Q(about_type=Task._meta.label_lower, about_id__in=tasks)
        entries = JournalEntry.objects.filter(self._about | about_tasks).select_related("by").order_by("-at", "-pk")
        slip = list(self.dossier.hand_overs.exclude(note="")) if seen else []
        return [
            Line(entry.at, _told(entry, self._task_of(entry, tasks), seen=seen), entry.reason or _note(entry, slip))
            for entry in entries
        ]

    def moves(self) -> list[Line]:
        """How the due moment came to be what it is, where today's calendar does not explain it: its moves, in order."""
        entries = JournalEntry.objects.filter(self._about, verb="recomputed_due").select_related("by")
        return [Line(entry.at, _told(entry, None, seen=False)) for entry in entries.order_by("at", "pk")]

    @property
    def _about(self) -> Q:
        return Q(about_type=Dossier._meta.label_lower, about_id=self.dossier.pk)

    @staticmethod
    def _task_of(entry: JournalEntry, tasks: dict[int, Task]) -> Task | None:
        return tasks.get(entry.about_id) if entry.about_type == Task._meta.label_lower else None


def journey_of(dossier: Dossier, calendar: Calendar, now: dt.datetime) -> Journey:
    """Read everything a page about this dossier needs: one query for the tasks."""
    tasks = list(dossier.tasks.select_related("member__unit", "unit").order_by("pk"))
    for task in tasks:
        task.dossier = dossier
    return Journey(dossier, dossier.content, tasks, calendar, now)


def holder(task: Task, *, with_unit: bool = False) -> str:
    """Who has the task, by name, else the unit or role that may take it."""
    if task.member:
        unit = task.member.unit.name if with_unit and task.member.unit else ""
        return f"{task.member.name}, {unit}" if unit else task.member.name
    return task.unit.name if task.unit else str(Role(task.role).label) if task.role in Role.values else task.role


def finished_words(dossier: Dossier, calendar: Calendar) -> DueWords:
    """Xong trước hạn 1 ngày, đúng hạn, quá hạn 2 ngày; below it when the result was ready."""
    finished = dossier.finished_at or dossier.due_at
    detail = _("result ready %(day)s, %(time)s") % _when(finished)
    late = lateness(finished, dossier.due_at, calendar)
    if dossier.punctuality == Punctuality.OVERDUE and late:
        words = days_left(-late.days) if late.days else time_left(-max(late.minutes, 1))
        return DueWords(_("Finished %(late)s") % {"late": words}, "late", detail, finished)
    words = _("Finished early") if dossier.punctuality == Punctuality.EARLY else _("Finished on time")
    return DueWords(words, "ok", detail, finished)


def you(member: Member) -> str:
    """How the page speaks to this member: chị, anh by their own setting, else no pronoun; "you" in English."""
    if not (get_language() or "").startswith("vi"):
        return _("you")
    return member.user.address if member.user else ""


def _when(value: dt.datetime | None) -> dict[str, str]:
    return {"day": short_day(value), "time": clock(value)}


def _lower(words: Any) -> str:
    """Inside a sentence a step's name begins small, unless it begins with an abbreviation (UBND …)."""
    text = str(words)
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2].isspace() else text


TOLD: dict[str, str | Promise] = {  # the journal's verbs as sentences
    "received": gettext_lazy("%(by)s received the complete dossier."),
    "opened": gettext_lazy("Step %(step)s, %(name)s, goes to %(to)s."),
    "assigned": gettext_lazy("%(by)s gave step %(step)s to %(to)s."),
    "complete": gettext_lazy("%(by)s finished step %(step)s, %(name)s."),
    "send_back": gettext_lazy("%(by)s returned step %(step)s to the previous step."),
    "begin": gettext_lazy("Work on the dossier has begun."),
    "finish": gettext_lazy("The result is ready."),
    "reopen": gettext_lazy("The result was sent back."),
    "close": gettext_lazy("%(by)s handed out the result and closed the dossier."),
    "corrected": gettext_lazy("%(by)s corrected the applicant's data: %(fields)s."),
    "made_slip": gettext_lazy("The receipt slip was made."),
    "recomputed_due": gettext_lazy("The due moment moved from %(from)s to %(to)s."),
}


def _note(entry: JournalEntry, slip: list[HandOver]) -> str:
    """What the control slip says of this deed: its line has the same author, the same step, and the nearest moment."""
    if not entry.details.get("noted"):
        return ""
    step = entry.about_id if entry.about_type == Task._meta.label_lower else None
    lines = [line for line in slip if line.given_by_id == entry.by_id and step in (line.task_id, line.next_task_id)]
    nearest = min(lines, key=lambda line: abs(line.at - entry.at), default=None)
    return nearest.note if nearest else ""


def _told(entry: JournalEntry, task: Task | None, *, seen: bool) -> str:
    """One journal line as a sentence."""
    details = entry.details
    values = {"by": entry.by.name, "step": "", "name": ""}
    values |= {key: details.get(key, "") for key in ("to", "fields")}
    if task:
        values |= {"step": str(task.step), "name": task.name}
    if entry.verb == "recomputed_due":
        values |= {key: moment(dt.datetime.fromisoformat(details[key])) for key in ("from", "to")}
    told = str(TOLD.get(entry.verb, "%(by)s: " + entry.verb)) % values
    if "instead_of" in details and entry.verb == "opened":
        nobody = _("Nobody at work: %(who)s.") % {"who": details["instead_of"]}
        told = f"{told} {nobody}"
    if details.get("noted") and not seen:
        told = f"{told} {_('The note is on the control slip.')}"
    return told
