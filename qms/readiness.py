"""The readiness list: what the framework model asks of an agency, what is there, what is missing, who does what next.

Counted is only what the system can see: documents by their state, appointments, the catalogue, audits, updates to the
law. The list asks a fixed number of questions of the database, however many documents there are.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from audits.models import Audit, AuditState
from documents import permissions, routes
from documents.models import Acknowledgement, LegalUpdate, State, Version
from documents.set_facts import title_of
from documents.set_matching import Item, items_of
from documents.set_reader import the_set
from processes.models import Service
from tenants import clock
from tenants.models import Agency, Member, Role, Unit
from tenants.words import day

LAST_YEARS_HOLDS_UNTIL = (2, 28)  # plan and objectives of a year are issued by then (domain §1.13, §4.2 A2)


@dataclass(frozen=True)
class Next:
    """Who does what next, with the way to the deed."""

    who: str
    what: str
    url: str = ""


@dataclass(frozen=True)
class Line:
    """One thing that is asked. `ready` counts; `asked` is False for what the agency said does not apply."""

    title: str
    words: str
    tone: str
    ready: bool
    url: str = ""
    code: str = ""
    note: str = ""
    next: Next | None = None
    asked: bool = True
    answer: str = ""  # where one says which document it is, or that it does not apply


@dataclass(frozen=True)
class Group:
    title: str
    lines: list[Line]

    @property
    def ready(self) -> int:
        return sum(line.ready for line in self.lines if line.asked)

    @property
    def asked(self) -> int:
        return sum(line.asked for line in self.lines)


@dataclass(frozen=True)
class Readiness:
    agency: Agency
    groups: list[Group] = field(default_factory=list)
    blanks: int = 0
    missing: int = 0  # documents not begun
    excluded: int = 0
    on: dt.date = dt.date.min

    @property
    def ready(self) -> int:
        return sum(group.ready for group in self.groups)

    @property
    def asked(self) -> int:
        return sum(group.asked for group in self.groups)

    @property
    def percent(self) -> int:
        """Cut, not rounded: it is 100 only when everything is ready."""
        return self.ready * 100 // self.asked if self.asked else 100

    @property
    def is_complete(self) -> bool:
        return self.ready == self.asked


class People:
    """Those at work in the agency, asked once: who holds a role, in words."""

    def __init__(self) -> None:
        self.members = list(Member.objects.at_work().order_by("pk"))

    def one(self, *roles: str, beside: int | None = None) -> str:
        """Name and title of the first in the first of these roles, somebody else than `beside`; else the role's name."""
        for role in roles:
            for member in self.members:
                if role in member.roles and member.pk != beside:
                    return _named(member)
        return _("%(role)s (nobody appointed)") % {"role": Role(roles[0]).label}

    def waited_for(self, version: Version) -> str:
        """Who is asked to sign it next; where nobody can, whom its route names."""
        asked = routes.asked(version, self.members, (), {version.drafted_by_id})
        return _named(asked[0]) if asked else routes.waited_for(version)

    def has(self, *roles: str) -> bool:
        return any(set(roles) & set(member.roles) for member in self.members)


def of(agency: Agency, member: Member | None = None) -> Readiness:
    """The whole list of this agency, which must be active; what `member` may not see is counted and not named."""
    items = [item for item in items_of(agency, member) if item.asked]
    people, on = People(), clock.today()
    unread = _unread([item.held.pk for item in items if item.held])
    lines = {item.key: _line(item, people, unread, on) for item in items}
    groups = [Group(group.title, [lines[key] for key in group.items if key in lines]) for group in the_set().groups]
    groups += [
        Group(_("Posts"), list(_appointments(people))),
        Group(_("Procedures for public services"), list(_services(agency, people))),
        Group(_("Work of the year %(year)s") % {"year": on.year}, [_audits(people, on), _law(people, on)]),
    ]
    return Readiness(
        agency=agency,
        groups=[group for group in groups if group.lines],
        blanks=sum(item.open.blanks for item in items if item.open),  # type: ignore[attr-defined]  # an annotation
        missing=sum(item.is_free for item in items),
        excluded=sum(item.excluded for item in items),
        on=on,
    )


def still_open(member: Member) -> int | None:
    """Documents of the framework model that are not in force yet, for whoever answers for the system; None for others."""
    if not permissions.may_choose_item(member):
        return None
    on = clock.today()
    items = [item for item in items_of(member.agency) if item.asked and not item.excluded]
    return sum(not _is_ready(item, on) for item in items)


# --- documents -----------------------------------------------------------------------------------


def _line(item: Item, people: People, unread: dict[int, int], on: dt.date) -> Line:
    document, keeper = item.document, people.one(Role.ISO_SECRETARY, Role.DOCUMENT_CONTROLLER)
    words, tone, note, following = _standing(item, people, unread, on, keeper)
    if item.hidden:
        following = Next(following.who, following.what) if following else None
        note = _("restricted document")
        return Line(title_of(item.template), words, tone, _is_ready(item, on), note=note, next=following)
    return Line(
        title=document.title if document else title_of(item.template),
        words=words, tone=tone, ready=_is_ready(item, on), note=note, next=following,
        url=document.get_absolute_url() if document else reverse("framework_template", args=[item.key]),
        code=document.code if document else "", asked=not item.excluded, answer=reverse("answer_item", args=[item.key]),
    )  # fmt: skip


def _is_ready(item: Item, on: dt.date) -> bool:
    return item.held is not None and not _is_late(item, on)


def _is_late(item: Item, on: dt.date) -> bool:
    """Its review is overdue, or it is of a former year."""
    return _review_is_overdue(item, on) or _is_of_a_former_year(item, on)


def _review_is_overdue(item: Item, on: dt.date) -> bool:
    due = item.document.next_review_on if item.document else None
    return due is not None and due < on


def _is_of_a_former_year(item: Item, on: dt.date) -> bool:
    if not item.template.yearly or item.held is None or item.held.effective_from is None:
        return False
    month, last = LAST_YEARS_HOLDS_UNTIL
    years = on.year - item.held.effective_from.year
    return years > 1 or (years == 1 and on > dt.date(on.year, month, last))


def _standing(
    item: Item, people: People, unread: dict[int, int], on: dt.date, keeper: str
) -> tuple[str, str, str, Next | None]:
    """State in words, its tone, a note, who does what next."""
    if item.excluded and item.choice:
        return pgettext("item of the framework", "does not apply"), "held", item.choice.reason, None
    if item.document is None:
        url = f"{reverse('framework_set')}?item={item.key}"
        return _("missing"), "late", "", Next(keeper, _("begin the draft from the framework set"), url)
    if item.held is None:
        return _under_way(item, people, keeper)
    since = _("in force since %(day)s") % {"day": day(item.held.effective_from)}
    code = item.document.code
    if item.open is not None and (_is_late(item, on) or item.open.state != State.APPROVED):
        words, _tone, note, following = _under_way(item, people, keeper)
        shown = _("%(since)s; next version: %(state)s") % {"since": since, "state": words}
        return shown, "near" if _is_late(item, on) else "ok", note, following
    if _is_of_a_former_year(item, on):
        words = _("of %(year)s, not yet of %(now)s") % {"year": item.held.effective_from.year, "now": on.year}  # type: ignore[union-attr]
        following = Next(
            keeper, _("begin the text of %(year)s") % {"year": on.year}, reverse("draft_version", args=[code])
        )
        return words, "late", "", following
    if _review_is_overdue(item, on):
        words = _("in force, review overdue since %(day)s") % {"day": day(item.document.next_review_on)}
        return words, "late", "", Next(keeper, _("review the document"), reverse("review_document", args=[code]))
    if count := unread.get(item.held.pk):
        who = ngettext("%(count)s person", "%(count)s people", count) % {"count": count}
        return since, "ok", "", Next(who, _("read it and confirm"), _address(item.held, "version"))
    return since, "ok", "", None


def _under_way(item: Item, people: People, keeper: str) -> tuple[str, str, str, Next | None]:
    version, code = item.open, item.document.code if item.document else ""
    if version is None:  # dropped or withdrawn, and nothing took its place
        following = Next(keeper, _("begin the next draft"), reverse("draft_version", args=[code]))
        return _("begun, then given up"), "late", "", following
    words, drafter = str(version.get_state_display()), version.drafted_by
    match version.state:
        case State.DRAFT if version.blanks:  # type: ignore[attr-defined]  # an annotation
            count = version.blanks  # type: ignore[attr-defined]
            note = ngettext("%(count)s blank open", "%(count)s blanks open", count) % {"count": count}
            return (
                words,
                "near",
                note,
                Next(_named(drafter), _("fill in the blanks"), _address(version, "edit_version")),
            )
        case State.DRAFT:
            return words, "near", "", Next(_named(drafter), _("submit it for review"), _address(version, "submit"))
        case State.IN_REVIEW:
            who = people.waited_for(version)
            return words, "near", "", Next(who, _("read and sign the review"), _address(version, "review"))
        case State.IN_APPROVAL:
            who = people.waited_for(version)
            return words, "near", "", Next(who, _("read and sign the approval"), _address(version, "approve"))
    since = _("signed, in force from %(day)s") % {"day": day(version.effective_from)}
    return since, "near", "", None


def _unread(versions: list[int]) -> dict[int, int]:
    rows = Acknowledgement.objects.filter(version__in=versions, read_at=None).values("version")
    return {row["version"]: row["n"] for row in rows.annotate(n=Count("pk"))}


def _address(version: Version, name: str) -> str:
    code = version.document.code
    return reverse(name, args=[code, (version.issue, version.revision)])


# --- people, services, the year ------------------------------------------------------------------

POSTS: tuple[tuple[Any, tuple[str, ...], Any], ...] = (
    (gettext_lazy("Head of the agency, who approves"), (Role.AGENCY_HEAD,), ""),
    (gettext_lazy("Reviewer of the texts"), (Role.DEPUTY_HEAD, Role.UNIT_HEAD), gettext_lazy("Nobody signs their own text.")),
    (gettext_lazy("ISO secretary"), (Role.ISO_SECRETARY,), ""),
    (gettext_lazy("Lead auditor"), (Role.LEAD_AUDITOR,), gettext_lazy("Not of the unit that is audited.")),
)  # fmt: skip


def _appointments(people: People) -> Any:
    administrator = people.one(Role.AGENCY_ADMIN)
    for title, roles, note in POSTS:
        there = people.has(*roles)
        following = None if there else Next(administrator, _("appoint somebody"), reverse("appoint"))
        words = people.one(*roles) if there else _("nobody appointed")
        yield Line(str(title), words, "ok" if there else "late", there, reverse("members"), "", str(note), following)


def _services(agency: Agency, people: People) -> Any:
    """Nothing where the catalogue names no service for this agency: then nothing is known, and nothing is counted."""
    counts = Service.objects.asked_of(agency).aggregate(
        asked=Count("pk", distinct=True), there=Count("pk", filter=Q(coverages__agency=agency), distinct=True)
    )
    if not counts["asked"]:
        return
    ready = counts["there"] == counts["asked"]
    words = _("%(there)s of %(asked)s with a procedure in force") % counts
    missing = f"{reverse('services')}?covered=no"
    who = people.one(Role.UNIT_HEAD, Role.ISO_SECRETARY)
    following = None if ready else Next(who, _("begin the procedures that are missing"), missing)
    title = _("Services the catalogue gives to this agency")
    yield Line(title, words, "ok" if ready else "late", ready, reverse("services"), "", "", following)


def _audits(people: People, on: dt.date) -> Line:
    """At least one a year, of every unit (QĐ 19/2014 art 4)."""
    held = list(
        Audit.objects.filter(planned_on__year=on.year).exclude(state=AuditState.CANCELLED).select_related("lead")
    )
    closed = [audit for audit in held if audit.state == AuditState.CLOSED]
    title, url = _("Internal audit of the year"), reverse("audits")
    reached = {audit.unit_id for audit in held}
    left = [unit.name for unit in Unit.objects.valid_on(on).order_by("name") if unit.pk not in reached]
    note = _("No audit planned yet: %(units)s.") % {"units": "; ".join(left)} if held and left else ""
    plan = Next(people.one(Role.ISO_SECRETARY), _("plan an audit"), reverse("plan_audit"))
    standing = next((audit for audit in held if audit.state != AuditState.CLOSED), None)
    if standing is not None:
        following = Next(_named(standing.lead), _("hold the audit and close it"), standing.get_absolute_url())
    else:
        following = plan if not closed or left else None  # type: ignore[assignment]
    if closed:
        words = ngettext("%(count)s audit closed", "%(count)s audits closed", len(closed)) % {"count": len(closed)}
        return Line(title, words, "ok", True, url, "", note, following)
    if standing is not None:
        words = _("planned for %(day)s") % {"day": day(standing.planned_on)}
        return Line(title, words, "near", False, url, "", note, following)
    return Line(title, _("none yet"), "late", False, url, "", note, following)


def _law(people: People, on: dt.date) -> Line:
    """Every change of the law is in the documents three months after it took effect (QĐ 19/2014 art 4)."""
    late = LegalUpdate.objects.filter(state="open", due_on__lt=on).count()
    title, url = _("Documents follow the law"), reverse("legal_texts")
    if not late:
        return Line(title, _("no update is overdue"), "ok", True, url)
    words = ngettext("%(count)s update overdue", "%(count)s updates overdue", late) % {"count": late}
    following = Next(people.one(Role.ISO_SECRETARY), _("update the documents"), url)
    return Line(title, words, "late", False, url, "", "", following)


def _named(member: Member) -> str:
    title = member.title.split(",", 1)[0].strip()
    return f"{member.name}, {title}" if title else member.name
