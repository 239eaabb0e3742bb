"""My work today: one list for every role, grouped by due (ui.md §2.2). A fixed number of queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Prefetch, Q, Window
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audits.models import Audit
from documents import permissions, record_permissions
from documents.copy_models import ControlledCopy
from documents.law_reports import due_of, sentence_of
from documents.models import Acknowledgement, ChangeRequest, Disposal, Document, LegalUpdate, Version
from documents.permissions import KEEPERS
from processes.models import Dossier, Task
from processes.reports import applicant_of, title_of
from tenants.calendar import calendar_of
from tenants.links import address
from tenants.models import Member, Role
from tenants.shown import Shown
from tenants.words import DueWords, due_words, short_day
from tenants.workdays import OFFICE_TIME, Calendar

MOST, MOST_TO_READ = 60, 6  # a page to live in: the rest is behind the counts


@dataclass(frozen=True)
class Item(Shown):
    due: DueWords
    title: str
    url: str
    text: str = ""
    deed: dict[str, Any] | None = None


@dataclass
class Group:
    title: str | Promise
    tone: str
    icon: str
    tasks: list[Item] = field(default_factory=list)
    more: int = 0  # that are not shown,
    url: str = ""  # and where they are

    @property
    def total(self) -> int:
        return len(self.tasks) + self.more

    @property
    def count(self) -> str:
        return ngettext("%d task", "%d tasks", self.total) % self.total


@dataclass(frozen=True)
class Work:
    groups: list[Group]
    total: int
    late: int
    today: int
    to_read: list[dict[str, Any]]
    unread: int
    month: list[dict[str, Any]]
    month_start: dt.date


GROUPS = {  # in the order of the page
    "late": (gettext_lazy("Late"), "late", "warning"),
    "today": (gettext_lazy("Due today"), "near", "clock"),
    "sign": (gettext_lazy("Waiting for your signature"), "", "sign"),
    "decide": (gettext_lazy("Requests for change to decide"), "", "edit"),
    "review": (gettext_lazy("Documents to review"), "", "read"),
    "dispose": (gettext_lazy("Disposals of records"), "", "dossier"),
    "return": (gettext_lazy("Results to hand out"), "", "hand-over"),
    "recall": (gettext_lazy("Copies to recall"), "", "return"),
    "week": (gettext_lazy("This week"), "", "plan"),
    "later": (gettext_lazy("Later"), "", "plan"),
    "drafts": (gettext_lazy("Your drafts"), "", "edit"),
}


def of(member: Member, now: dt.datetime) -> Work:
    """Everything the home page shows this member at this moment."""
    calendar = calendar_of(member.agency)
    groups = {key: Group(title, tone, icon) for key, (title, tone, icon) in GROUPS.items()}
    ends = _ends(now)
    _add_tasks(groups, member, now, ends, calendar)
    _add_papers(groups, member)
    if permissions.may_hand_out(member):
        _add_copies(groups)
    if member.has_role(*permissions.LAW_KEEPERS, *permissions.UNIT_KEEPERS):
        _add_updates(groups, member, ends)
    if permissions.may_decide_changes(member):
        _add_requests(groups, member)
    _add_reviews(groups, member, now)
    if record_permissions.may_decide_disposals(member) or record_permissions.may_keep_records(member):
        _add_disposals(groups, member)
    for audit in Audit.objects.visible_to(member).waiting_for(member).select_related("unit").order_by("planned_on"):
        due = calendar.closing(calendar.working_day_from(audit.planned_on))
        groups[_when(due, ends)].tasks.append(_audit(audit, due, now, calendar))
    to_read = _to_read(member)
    filled = [group for group in groups.values() if group.total]
    month_start = now.astimezone(OFFICE_TIME).date().replace(day=1)
    return Work(
        groups=filled,
        total=sum(group.total for group in filled),
        late=groups["late"].total,
        today=groups["today"].total,
        to_read=[_paper_to_read(row.version) for row in to_read],
        unread=to_read[0].unread if to_read else 0,
        month=_month(member, now, month_start),
        month_start=month_start,
    )


def _ends(now: dt.datetime) -> dict[str, dt.datetime]:
    """Until when a due moment belongs to a group; what lies beyond them all is for later."""
    midnight = dt.datetime.combine(now.astimezone(OFFICE_TIME).date(), dt.time(), OFFICE_TIME)
    monday = midnight + dt.timedelta(days=8 - midnight.isoweekday())
    return {"late": now, "today": midnight + dt.timedelta(days=1), "week": monday}


def _when(due: dt.datetime, ends: dict[str, dt.datetime]) -> str:
    """In which group a due moment belongs."""
    return next((group for group, end in ends.items() if due < end), "later")


def _add_tasks(
    groups: dict[str, Group], member: Member, now: dt.datetime, ends: dict[str, dt.datetime], calendar: Calendar
) -> None:
    """Open steps by what presses more, the step's due or the dossier's; results that wait for the resident apart."""
    waiting = Task.objects.visible_to(member).waiting_for(member).by_pressure()
    rows = waiting.prefetch_related(Prefetch("dossier", Dossier.objects.with_names(member)))[:MOST]
    for task in rows:
        group = _when(task.pressing_at, ends) if task.pressing_at else "return"
        groups[group].tasks.append(_task(task, member, now, calendar))
    if len(rows) < MOST:
        return
    since, counts = Q(pressing_at__isnull=False), {"return": Count("pk", filter=Q(pressing_at=None))}
    for group, end in ends.items():
        counts[group] = Count("pk", filter=since & Q(pressing_at__lt=end))
        since = Q(pressing_at__gte=end)
    counts["later"] = Count("pk", filter=since)
    _rest(groups, waiting.order_by().aggregate(**counts), f"{reverse('dossiers')}?mine=1")


def _task(task: Task, member: Member, now: dt.datetime, calendar: Calendar) -> Item:
    dossier = task.dossier
    url = address("dossier", dossier.code)
    if task.pressing_at:
        due = due_words(task.pressing_at, now, calendar, min(task.near_at, dossier.near_at))
    else:
        due = DueWords(words=_("Ready"), tone="ok", detail=short_day(dossier.finished_at), at=dossier.finished_at)
    return Item(
        due=due,
        title=f"{title_of(dossier, member)}, {applicant_of(dossier, member)}",
        url=url,
        text=_("%(code)s · step %(number)s: %(name)s") % {"code": dossier.code, "number": task.step, "name": task.name},
        deed={"label": _("Do this step"), "url": address("complete", dossier.code), "first": due.tone == "late"},
    )


def _add_papers(groups: dict[str, Group], member: Member) -> None:
    """Versions this member can sign now, and drafts they must finish."""
    waiting, drafts = Version.objects.visible_to(member).waiting_for(member), Q(state="draft")
    rows = waiting.select_related("document", "drafted_by").defer("content").order_by("created_at")[:MOST]
    for version in rows:
        groups["drafts" if version.state == "draft" else "sign"].tasks.append(_paper(version))
    if len(rows) == MOST:
        counts = waiting.aggregate(sign=Count("pk", filter=~drafts), drafts=Count("pk", filter=drafts))
        _rest(groups, counts, address("documents"))


def _add_copies(groups: dict[str, Group]) -> None:
    """Versions out of force of which numbered copies are still out."""
    over = Version.objects.filter(copies__in=ControlledCopy.objects.to_recall()).annotate(out=Count("copies__pk"))
    for version in over.select_related("document").defer("content").order_by("effective_to", "pk")[:MOST]:
        url = address("copies", version.document.code, (version.issue, version.revision))
        groups["recall"].tasks.append(
            Item(
                due=DueWords(
                    words=str(version.get_state_display()), tone="late", detail=short_day(version.effective_to)
                ),
                title=f"{version.document.code} {version.title}, {version.number}",
                url=url,
                text=ngettext("%d copy is still out", "%d copies are still out", version.out) % version.out,
                deed={"label": _("Recall copies"), "url": url},
            )
        )


def _add_updates(groups: dict[str, Group], member: Member, ends: dict[str, dt.datetime]) -> None:
    """Documents this member keeps that must follow a change of the law, by the day they are due."""
    updates = LegalUpdate.objects.visible_to(member).waiting_for(member)
    rows = updates.select_related("document").order_by("due_on", "pk")[:MOST]
    for update in rows:
        code = update.document.code
        end_of_day = dt.datetime.combine(update.due_on + dt.timedelta(days=1), dt.time(), OFFICE_TIME)
        groups[_when(end_of_day - dt.timedelta(microseconds=1), ends)].tasks.append(
            Item(
                due=due_of(update),
                title=f"{code} {update.document.title}",
                url=address("document", code),
                text=sentence_of(update),
                deed={"label": _("Open the document"), "url": address("document", code)},
            )
        )


def _rest(groups: dict[str, Group], counts: dict[str, int], url: str) -> None:
    """What was cut off is counted all the same, and can be reached."""
    for group, count in counts.items():
        groups[group].more, groups[group].url = count - len(groups[group].tasks), url


def _paper(version: Version) -> Item:
    verb = {"draft": "edit_version", "in_review": "review", "in_approval": "approve"}[version.state]
    label = {"draft": _("Go on writing"), "in_review": _("Review"), "in_approval": _("Read and sign")}[version.state]
    number = (version.issue, version.revision)
    code = version.document.code
    return Item(
        due=DueWords(words=str(version.get_state_display()), tone=""),
        title=f"{code} {version.title}",
        url=address("version", code, number),
        text=_("Version %(number)s, drafted by %(name)s") % {"number": version.number, "name": version.drafted_by.name},
        deed={"label": label, "url": address(verb, code, number)},
    )


def _add_requests(groups: dict[str, Group], member: Member) -> None:
    """Requests for change this member can decide, the oldest first."""
    waiting = ChangeRequest.objects.visible_to(member).waiting_for(member)
    rows = list(waiting.select_related("document", "asked_by").order_by("asked_at")[:MOST])
    for row in rows:
        url = address("change_request", row.code)
        item = Item(
            due=DueWords(words=short_day(row.asked_at), tone=""),
            title=str(row.document),
            url=url,
            text=f"{row.code}, {row.asked_by.name}: {row.reason}",
            deed={"label": _("Decide"), "url": url},
        )
        groups["decide"].tasks.append(item)
    if len(rows) == MOST:
        _rest(groups, {"decide": waiting.count()}, address("change_requests"))


def _add_reviews(groups: dict[str, Group], member: Member, now: dt.datetime) -> None:
    """Documents whose review has come: of every unit for whoever keeps them, of their own for the head of a unit; the
    head of the agency sees those that are overdue.
    """
    today = now.astimezone(OFFICE_TIME).date()
    if member.has_role(*KEEPERS):
        theirs = Q()
    elif member.has_role(Role.AGENCY_HEAD):
        theirs = Q(next_review_on__lt=today)
    elif member.has_role(Role.UNIT_HEAD) and member.unit_id:
        theirs = Q(unit=member.unit_id)
    else:
        return
    due = Document.objects.visible_to(member).due_for_review(today).filter(theirs)
    rows = list(due.order_by("next_review_on", "code")[:MOST])
    for row in rows:
        due_on: dt.date = row.next_review_on  # type: ignore[assignment]  # no date, not due
        late = due_on < today
        item = Item(
            due=DueWords(words=_("overdue") if late else _("today"), tone="late" if late else "near"),
            title=str(row),
            url=address("document", row.code),
            text=_("Review due on %(day)s") % {"day": f"{due_on:%d/%m/%Y}"},
            deed={"label": _("Review the document"), "url": address("review_document", row.code)},
        )
        groups["review"].tasks.append(item)
    if len(rows) == MOST:
        _rest(groups, {"review": due.count()}, f"{reverse('documents')}?review=overdue")


def _add_disposals(groups: dict[str, Group], member: Member) -> None:
    """What the head has to decide, and what was approved and is to be carried out."""
    waiting = Disposal.objects.visible_to(member).waiting_for(member)
    rows = list(waiting.select_related("proposed_by").order_by("proposed_at")[:MOST])
    for row in rows:
        to_decide = row.state == "proposed"
        item = Item(
            due=DueWords(words=short_day(row.proposed_at), tone=""),
            title=row.code,
            url=row.get_absolute_url(),
            text=f"{row.proposed_by.name}: {row.reason}",
            deed={"label": _("Decide") if to_decide else _("Carry out"), "url": row.get_absolute_url()},
        )
        groups["dispose"].tasks.append(item)
    if len(rows) == MOST:
        _rest(groups, {"dispose": waiting.count()}, address("disposals"))


def _audit(audit: Audit, due: dt.datetime, now: dt.datetime, calendar: Calendar) -> Item:
    url = address("audit", audit.code)
    return Item(
        due=due_words(due, now, calendar),
        title=str(audit),
        url=url,
        text=_("Audit of %(unit)s") % {"unit": audit.unit.name},
        deed={"label": _("Answer the checklist") if audit.state == "in_progress" else _("Open the audit"), "url": url},
    )


def _to_read(member: Member) -> list[Any]:
    """The first that are shown; each knows how many there are, `unread`."""
    rows = (
        Acknowledgement.objects.of(member)
        .filter(read_at=None, version__state="in_force")
        .select_related("version__document")
    )
    rows = rows.defer("version__content").annotate(unread=Window(Count("pk")))
    return list(rows.order_by("asked_at")[:MOST_TO_READ])


def _paper_to_read(version: Version) -> dict[str, Any]:
    return {
        "title": f"{version.document.code} {version.title}",
        "url": address("version", version.document.code, (version.issue, version.revision)),
        "text": version.change_summary or _("Version %(number)s") % {"number": version.number},
    }


def _month(member: Member, now: dt.datetime, start: dt.date) -> list[dict[str, Any]]:
    """The agency's dossiers this month, in one query; each count leads to its rows."""
    begin = dt.datetime.combine(start, dt.time(), OFFICE_TIME)
    finished = Q(finished_at__gte=begin)
    counts = (
        Dossier.objects.visible_to(member)
        .filter(Q(state__in=("received", "processing")) | finished)
        .aggregate(
            open=Count("pk", filter=Q(state__in=("received", "processing"))),
            late=Count("pk", filter=Q(state__in=("received", "processing"), due_at__lt=now)),
            done=Count("pk", filter=finished),
            done_late=Count("pk", filter=finished & Q(punctuality="overdue")),
        )
    )
    url = address("dossiers")
    return [
        {"label": _("in progress"), "count": counts["open"], "url": f"{url}?state=in_work"},
        {"label": _("late"), "count": counts["late"], "url": f"{url}?due=late"},
        {"label": _("results this month"), "count": counts["done"], "url": f"{url}?finished_from={start:%Y-%m-%d}"},
        {
            "label": _("of these late"),
            "count": counts["done_late"],
            "url": f"{url}?finished_from={start:%Y-%m-%d}&punctuality=overdue",
        },
    ]
