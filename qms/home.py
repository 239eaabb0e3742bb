"""My work today: one list for every role, grouped by due (ui.md §2.2). A fixed number of queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, Window
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audits.models import Audit
from documents.models import Acknowledgement, Version
from processes.models import Dossier, Task
from processes.reports import applicant_of, title_of
from tenants.calendar import calendar_of
from tenants.models import Member
from tenants.words import DueWords, due_words
from tenants.workdays import OFFICE_TIME, Calendar

MOST, MOST_TO_READ = 60, 6  # a page to live in: the rest is behind the counts


@dataclass(frozen=True)
class Item:
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

    @property
    def count(self) -> str:
        return ngettext("%d task", "%d tasks", len(self.tasks)) % len(self.tasks)


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
    "week": (gettext_lazy("This week"), "", "plan"),
    "later": (gettext_lazy("Later"), "", "plan"),
    "drafts": (gettext_lazy("Your drafts"), "", "edit"),
}


def of(member: Member, now: dt.datetime) -> Work:
    """Everything the home page shows this member at this moment."""
    calendar = calendar_of(member.agency)
    groups = {key: Group(title, tone, icon) for key, (title, tone, icon) in GROUPS.items()}
    tasks = Task.objects.visible_to(member).waiting_for(member)
    tasks = tasks.select_related("dossier__applicant", "dossier__version").defer("dossier__version__content")
    for task in tasks.order_by("due_at")[:MOST]:
        groups[_when(task.due_at, now)].tasks.append(_task(task, member, now, calendar))
    for version in _papers(member):
        mine = version.state == "draft"
        groups["drafts" if mine else "sign"].tasks.append(_paper(version))
    for audit in (
        Audit.objects.visible_to(member).waiting_for(member).select_related("unit").order_by("planned_on")[:MOST]
    ):
        groups[_when(calendar.closing(calendar.working_day_from(audit.planned_on)), now)].tasks.append(
            _audit(audit, now, calendar)
        )
    to_read = _to_read(member)
    filled = [group for group in groups.values() if group.tasks]
    month_start = now.astimezone(OFFICE_TIME).date().replace(day=1)
    return Work(
        groups=filled,
        total=sum(len(group.tasks) for group in filled),
        late=len(groups["late"].tasks),
        today=len(groups["today"].tasks),
        to_read=[_paper_to_read(row.version) for row in to_read],
        unread=to_read[0].unread if to_read else 0,
        month=_month(member, now, month_start),
        month_start=month_start,
    )


def _when(due: dt.datetime, now: dt.datetime) -> str:
    """In which group a due moment belongs."""
    day, today = due.astimezone(OFFICE_TIME).date(), now.astimezone(OFFICE_TIME).date()
    if due < now:
        return "late"
    if day == today:
        return "today"
    return "week" if day <= today + dt.timedelta(days=7 - today.isoweekday()) else "later"


def _task(task: Task, member: Member, now: dt.datetime, calendar: Calendar) -> Item:
    dossier = task.dossier
    url = reverse("dossier", args=[dossier.code])
    return Item(
        due=due_words(task.due_at, now, calendar, task.near_at),
        title=f"{title_of(dossier, member)}, {applicant_of(dossier, member)}",
        url=url,
        text=_("%(code)s · step %(number)s: %(name)s") % {"code": dossier.code, "number": task.step, "name": task.name},
        deed={"label": _("Do this step"), "url": reverse("complete", args=[dossier.code]), "first": task.due_at < now},
    )


def _papers(member: Member) -> list[Version]:
    """Versions this member can sign now, and drafts they must finish."""
    rows = Version.objects.visible_to(member).waiting_for(member).select_related("document", "drafted_by")
    return list(rows.defer("content").order_by("created_at")[:MOST])


def _paper(version: Version) -> Item:
    verb = {"draft": "edit_version", "in_review": "review", "in_approval": "approve"}[version.state]
    label = {"draft": _("Go on writing"), "in_review": _("Review"), "in_approval": _("Read and sign")}[version.state]
    number = (version.issue, version.revision)
    code = version.document.code
    return Item(
        due=DueWords(words=str(version.get_state_display()), tone=""),
        title=f"{code} {version.title}",
        url=reverse("version", args=[code, number]),
        text=_("Version %(number)s, drafted by %(name)s") % {"number": version.number, "name": version.drafted_by.name},
        deed={"label": label, "url": reverse(verb, args=[code, number])},
    )


def _audit(audit: Audit, now: dt.datetime, calendar: Calendar) -> Item:
    url = reverse("audit", args=[audit.code])
    return Item(
        due=due_words(calendar.closing(calendar.working_day_from(audit.planned_on)), now, calendar),
        title=str(audit),
        url=url,
        text=_("Audit of %(unit)s") % {"unit": audit.unit.name},
        deed={"label": _("Answer the checklist") if audit.state == "in_progress" else _("Open the audit"), "url": url},
    )


def _to_read(member: Member) -> list[Any]:
    """The first that are shown; each knows how many there are, `unread`."""
    rows = Acknowledgement.objects.filter(member=member, read_at=None, version__state="in_force").select_related(
        "version__document"
    )
    rows = rows.defer("version__content").annotate(unread=Window(Count("pk")))
    return list(rows.order_by("asked_at")[:MOST_TO_READ])


def _paper_to_read(version: Version) -> dict[str, Any]:
    return {
        "title": f"{version.document.code} {version.title}",
        "url": reverse("version", args=[version.document.code, (version.issue, version.revision)]),
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
    url = reverse("dossiers")
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
