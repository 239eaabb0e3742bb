"""The deeds panel of an audit, and its journal in words: what is next, who does it, what happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from audits import permissions
from audits.models import Answer, Audit, AuditState, Question
from audits.reports import Gaps, gaps
from tenants.models import JournalEntry, Member
from tenants.transitions import offers
from tenants.words import day, opening

ENDED = (AuditState.CLOSED, AuditState.CANCELLED)
PAGES = {"begin": ("begin_audit", "audit"), "close": ("close_audit", "done"), "cancel": ("cancel_audit", "")}


@dataclass(frozen=True)
class Button:
    """One deed, or a page that leads to one, for parts/deeds.html."""

    label: str | Promise
    url: str
    icon: str = ""
    first: bool = False
    grave: bool = False
    direct: bool = False


@dataclass(frozen=True)
class Deeds:
    """What parts/deeds.html shows."""

    ask: str
    offered: list[Button] = field(default_factory=list)
    not_now: list[str] = field(default_factory=list)


def deeds_of(audit: Audit, member: Member, questions: Sequence[Question]) -> Deeds:
    missing, found = gaps(questions), offers(audit, member)
    in_team = audit.state == AuditState.IN_PROGRESS and permissions.may_answer(audit, member)
    buttons = [*_writing(audit, in_team, missing), *_reading(audit)]
    for offer in found:
        if offer.allowed:
            name, icon = PAGES[offer.verb]
            first = offer.verb == "begin" or (offer.verb == "close" and not missing)
            buttons.append(Button(offer.label, reverse(name, args=[audit.code]), icon, first, offer.grave))
    if permissions.may_edit(audit, member):
        buttons.append(Button(_("Change the plan"), reverse("edit_audit", args=[audit.code]), "edit"))
    waits = [
        f"{offer.label} ({offer.needs})" for offer in found if not offer.allowed and not _is_over(audit, offer.verb)
    ]
    return Deeds(_ask(audit, member, in_team, missing, len(questions)), sorted(buttons, key=_order), waits)


def _writing(audit: Audit, in_team: bool, missing: Gaps) -> list[Button]:
    if not in_team:
        return []
    return [
        Button(_("Answer the checklist"), reverse("checklist", args=[audit.code]), "tasks", first=bool(missing)),
        Button(_("Write a finding"), reverse("find", args=[audit.code]), "finding"),
    ]


def _reading(audit: Audit) -> list[Button]:
    if audit.state != AuditState.CLOSED:
        return []
    return [Button(_("Audit report"), reverse("report", args=[audit.code]), "document", first=True)]


def _order(button: Button) -> tuple[bool, bool]:
    return (not button.first, button.grave)


def _is_over(audit: Audit, verb: str) -> bool:
    return audit.state in ENDED or (verb == "begin" and audit.state != AuditState.PLANNED)


def _ask(audit: Audit, member: Member, in_team: bool, missing: Gaps, asked: int) -> str:
    """What happens next, who does it, by when: one sentence."""
    if audit.state == AuditState.CLOSED:
        return _ended(_("Closed on %(day)s.") % {"day": day(audit.closed_at)}, audit)
    if audit.state == AuditState.CANCELLED:
        return format_html("<strong>{}</strong>", _("Cancelled: this audit does not take place."))
    lead = _you(member) if audit.lead_id == member.pk else audit.lead.name
    team = _you(member) if in_team else _("the audit team")
    if audit.state == AuditState.PLANNED:
        return _sentence(lead, _("begin the audit, planned for %(day)s.") % {"day": day(audit.planned_on)})
    if missing.unanswered:
        left = len(missing.unanswered)
        words = ngettext(
            "answer the %(left)s open question; %(done)s of %(asked)s are answered.",
            "answer the %(left)s open questions; %(done)s of %(asked)s are answered.",
            left,
        )
        return _sentence(team, words % {"left": left, "done": asked - left, "asked": asked})
    if missing.without_finding:
        return _sentence(team, _("write the finding for what is answered as a nonconformity."))
    return _sentence(lead, _("close the audit with its conclusion; every question is answered."))


def _ended(fact: str, audit: Audit) -> str:
    report = _("The report is stored with its hash.") if audit.report_id else _("A worker is rendering the report.")
    return format_html("<strong>{}</strong> {}", fact, report)


def _sentence(who: str, what: str) -> str:
    """`who` in words, or "" for the reader themselves without a form of address."""
    head = _("Next, for %(who)s:") % {"who": who} if who else _("Next, for you:")
    return format_html("<strong>{}</strong> {}", head, what)


def _you(member: Member) -> str:
    """How the system speaks to this person in Vietnamese: chị, anh; "" otherwise."""
    return member.user.address if member.user and (get_language() or "").startswith("vi") else ""


# --- marks ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mark:
    """A state, answer or grade for the tag `state`: word, icon, tone."""

    words: str
    sign: str
    tone: str = ""


def mark_of(audit: Audit) -> Mark:
    signs = {
        AuditState.PLANNED: ("plan", ""),
        AuditState.IN_PROGRESS: ("audit", "active"),
        AuditState.CLOSED: ("done", "ok"),
        AuditState.CANCELLED: ("close", ""),
    }
    sign, tone = signs[AuditState(audit.state)]
    return Mark(audit.get_state_display(), sign, tone)


def mark_of_answer(answer: str) -> Mark | None:
    if not answer:
        return None
    signs = {Answer.CONFORMING: ("check", "ok"), Answer.MAJOR: ("finding", "late"), Answer.MINOR: ("finding", "near")}
    sign, tone = signs.get(Answer(answer), ("info", ""))
    return Mark(str(Answer(answer).label), sign, tone)


# --- the journal in words ------------------------------------------------------------------------

VERBS: dict[str, str | Promise] = {
    "planned": gettext_lazy("planned the audit"),
    "team_named": gettext_lazy("named the team and drew up the checklist"),
    "edited": gettext_lazy("changed the plan"),
    "begin": gettext_lazy("began the audit"),
    "answered": gettext_lazy("answered question %(question)s: %(answer)s"),
    "found": gettext_lazy("wrote finding %(about)s: %(grade)s"),
    "corrected": gettext_lazy("corrected finding %(about)s: %(grade)s"),
    "withdrew": gettext_lazy("withdrew finding %(about)s"),
    "close": gettext_lazy("closed the audit"),
    "cancel": gettext_lazy("cancelled the audit"),
    "report_stored": gettext_lazy("stored the report"),
    "report_asked_again": gettext_lazy("asked for the report again"),
}


@dataclass(frozen=True)
class Happened:
    """One line for parts/history.html."""

    at: object
    text: str
    quote: str = ""
    url: str = ""


def happened(entries: Iterable[JournalEntry]) -> list[Happened]:
    return [Happened(entry.at, f"{entry.by.name}: {_deed_of(entry)}", entry.reason) for entry in entries]


def _deed_of(entry: JournalEntry) -> str:
    """The deed as the office says it; a verb nobody has written words for stands as it is."""
    details = {name: str(value) for name, value in entry.details.items()}
    facts = {"question": details.get("question", ""), "about": entry.about_label}
    facts["answer"] = _label(details.get("answer", ""))
    facts["grade"] = _label(details.get("grade", ""))
    return str(VERBS.get(entry.verb, opening(entry.verb.replace("_", " ")))) % facts


def _label(answer: str) -> str:
    return str(Answer(answer).label) if answer in Answer.values else answer


# What the journal of the whole agency says: the deed, followed by the row it is about.
WORDS: dict[str, str | Promise] = {
    "planned": VERBS["planned"],
    "team_named": VERBS["team_named"],
    "answered": gettext_lazy("answered the question"),
    "found": gettext_lazy("wrote the finding"),
    "corrected": gettext_lazy("corrected the finding"),
    "withdrew": gettext_lazy("withdrew the finding"),
    "report_stored": VERBS["report_stored"],
    "report_asked_again": VERBS["report_asked_again"],
}
ADDRESSES = {
    "audits.audit": lambda entry: reverse("audit", args=[entry.about_label.split(" ")[0]]),
    "audits.question": lambda entry: reverse("checklist", args=[entry.details["audit"]]) + f"#q{entry.about_id}",
    "audits.finding": lambda entry: reverse("finding", args=[entry.details["audit"], entry.about_label]),
}
