"""What is counted and printed about an audit: what is still missing, signs of formality, the report."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from audits.models import Answer, Audit, AuditState, Finding, Question
from documents.models import Clause
from tenants import clock
from tenants.models import JournalEntry
from tenants.querysets import in_words

NONCONFORMING = (Answer.MAJOR, Answer.MINOR)
HASTE = dt.timedelta(minutes=30)  # an audit that takes less is a sign of formality (domain §8.2-5)
PATIENCE = dt.timedelta(minutes=2)  # a job nobody knows after that is lost
FEW = 3  # questions below which alike answers mean nothing


# --- the checklist -------------------------------------------------------------------------------


def questions_of(audit: Audit) -> list[Question]:
    """The checklist in its order, with clauses, authors and findings: three queries, however long it is."""
    rows = audit.questions.select_related("clause", "answered_by").prefetch_related("findings")
    return list(rows.order_by("position"))


def wording(question: Question) -> str:
    """The question as the reader's language has it; in other than its own words it stays as the planner wrote it."""
    clause = question.clause
    own_words = question.text != clause.question_vi
    return question.text if own_words or _vietnamese() else clause.question_en


def clause_title(clause: Clause) -> str:
    return clause.title


def _vietnamese() -> bool:
    return (get_language() or "vi").startswith("vi")


@dataclass(frozen=True)
class Gaps:
    """What stands between an audit and its closing."""

    unanswered: tuple[Question, ...]
    without_finding: tuple[Question, ...]

    def __bool__(self) -> bool:
        return bool(self.unanswered or self.without_finding)

    def in_words(self) -> list[str]:
        words = []
        if self.unanswered:
            some = {"count": len(self.unanswered), "questions": _numbers(self.unanswered)}
            words.append(
                ngettext(
                    "%(count)s question is not answered yet: %(questions)s.",
                    "%(count)s questions are not answered yet: %(questions)s.",
                    len(self.unanswered),
                )
                % some
            )
        if self.without_finding:
            some = {"count": len(self.without_finding), "questions": _numbers(self.without_finding)}
            words.append(
                ngettext(
                    "%(count)s nonconformity has no finding yet: question %(questions)s.",
                    "%(count)s nonconformities have no finding yet: questions %(questions)s.",
                    len(self.without_finding),
                )
                % some
            )
        return words


def gaps(questions: Iterable[Question]) -> Gaps:
    questions = list(questions)
    return Gaps(
        unanswered=tuple(question for question in questions if not question.answer),
        without_finding=tuple(question for question in questions if lacks_finding(question)),
    )


def lacks_finding(question: Question) -> bool:
    """Answered as a nonconformity, and none so grave is written down for it."""
    found = {finding.grade for finding in standing(question)}
    return question.answer in NONCONFORMING and question.answer not in found


def standing(question: Question) -> list[Finding]:
    """Its findings that are not withdrawn, however they were read."""
    return [finding for finding in question.findings.all() if not finding.withdrawn]


def contradicts(answer: str, grade: str) -> bool:
    """A nonconformity is written down for a question whose answer denies it, or calls it less grave."""
    if not answer or grade not in NONCONFORMING:
        return False
    return answer not in NONCONFORMING or (grade == Answer.MAJOR and answer != Answer.MAJOR)


def _numbers(questions: Iterable[Question]) -> str:
    return ", ".join(str(question.position) for question in questions)


def signs_of_formality(audit: Audit, questions: Sequence[Question], at: dt.datetime) -> list[str]:
    """What makes an audit look done for form's sake (domain §8.2-5). Information for its lead, never a penalty."""
    signs, answered = [], [question for question in questions if question.answer]
    took = (audit.closed_at or at) - audit.begun_at if audit.begun_at else None
    done = answered and len(answered) == len(questions)
    if took is not None and done and took < HASTE:
        minutes = max(1, int(took.total_seconds() // 60))
        words = ngettext(
            "From the opening to the last answer it took %(minutes)s minute.",
            "From the opening to the last answer it took %(minutes)s minutes.",
            minutes,
        )
        signs.append(words % {"minutes": minutes})
    if done and len(answered) >= FEW and len({question.answer for question in answered}) == 1:
        words = _("All %(count)s answers are the same: %(answer)s.")
        signs.append(words % {"count": len(answered), "answer": answered[0].get_answer_display()})
    if done and not any(question.note.strip() for question in answered):
        signs.append(_("No answer says what evidence was seen."))
    return signs


# --- grades --------------------------------------------------------------------------------------

COLOURS = {  # as presentation attributes, so that paper has them too; with the class screens recolour it by
    Answer.CONFORMING: ("excellent", "#0d554e", "#ffffff"),
    Answer.OPPORTUNITY: ("good", "#2f7f75", "#ffffff"),
    Answer.OBSERVATION: ("fair", "#a5d2ca", "#10241f"),
    Answer.MINOR: ("average", "#efb752", "#2b1c00"),
    Answer.MAJOR: ("weak", "#a92a22", "#ffffff"),
}
NOT_ASKED = ("free", "#e8edf1", "#15202b")
WIDTH, LABELS, ROW = 640, 210, 30  # of the chart, in its own units


@dataclass(frozen=True)
class Bar:
    label: str
    count: int
    css: str
    fill: str
    y: int
    width: float

    @property
    def middle(self) -> int:
        return self.y + 15

    @property
    def after(self) -> float:
        return LABELS + self.width + 8


@dataclass(frozen=True)
class Chart:
    """How many questions got which answer, as bars; `words` says the same."""

    bars: tuple[Bar, ...]
    words: str
    height: int
    left: int = LABELS
    width: int = WIDTH


def chart_of(answers: Iterable[str]) -> Chart:
    """The bars for these answers, in the order of seriousness; an answer nobody gave has no bar but its nought."""
    counts = Counter(answer for answer in answers if answer)
    most = max(counts.values(), default=1)
    order = [*COLOURS, Answer.NOT_APPLICABLE]
    bars = tuple(
        Bar(
            label=str(Answer(answer).label),
            count=counts[answer],
            css=COLOURS.get(answer, NOT_ASKED)[0],
            fill=COLOURS.get(answer, NOT_ASKED)[1],
            y=row * ROW,
            width=round(counts[answer] / most * (WIDTH - LABELS - 40), 1),
        )
        for row, answer in enumerate(order)
    )
    words = "; ".join(f"{bar.label} {bar.count}" for bar in bars if bar.count)
    return Chart(bars, words, height=len(bars) * ROW)


# --- the report ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One question in the report."""

    number: int
    clause: str
    title: str
    text: str
    answer: str
    note: str
    answered_by: str


@dataclass(frozen=True)
class Found:
    """One finding in the report."""

    code: str
    clause: str
    title: str
    grade: str
    description: str
    evidence: str
    found_by: str


@dataclass(frozen=True)
class Report:
    """The audit report as it is printed (ISO 19011 clause 6.5): what is fixed once the audit is closed."""

    code: str
    title: str
    unit: str
    criteria: str
    scope: str
    planned_on: dt.date
    begun_at: dt.datetime
    closed_at: dt.datetime
    lead: str
    lead_title: str
    team: tuple[str, ...]
    lines: tuple[Line, ...]
    findings: tuple[Found, ...]
    answers: tuple[str, ...]
    conclusion: str

    @property
    def sha256(self) -> str:
        """The hash of everything the report says, so that a copy can be compared with the data."""
        text = json.dumps(asdict(self), default=str, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def paragraphs(self) -> list[str]:
        """The conclusion, paragraph by paragraph, without an end mark: the letter sets its own."""
        parts = [part.strip() for part in self.conclusion.splitlines() if part.strip()]
        return [*parts[:-1], parts[-1].rstrip("./")] if parts else []

    @property
    def nonconformities(self) -> int:
        return sum(answer in NONCONFORMING for answer in self.answers)


def report_of(audit: Audit) -> Report:
    """What the report says, in the language active now. ValueError while the audit is not closed."""
    if audit.state != AuditState.CLOSED or audit.begun_at is None or audit.closed_at is None:
        raise ValueError(f"{audit.code} is not closed.")
    questions = questions_of(audit)
    findings = audit.findings.standing().select_related("clause", "found_by")
    return Report(
        code=audit.code,
        title=audit.title,
        unit=audit.unit.name,
        criteria=audit.edition.name,
        scope=audit.scope,
        planned_on=audit.planned_on,
        begun_at=audit.begun_at,
        closed_at=audit.closed_at,
        lead=audit.lead.name,
        lead_title=audit.lead.title,
        team=tuple(_with_title(auditor.member) for auditor in team_of(audit)),
        lines=tuple(_line(question) for question in questions),
        findings=tuple(_found(finding) for finding in findings),
        answers=tuple(question.answer for question in questions),
        conclusion=audit.conclusion,
    )


def team_of(audit: Audit) -> list[Any]:
    return list(audit.team.select_related("member").order_by(in_words("member__name")))


def _with_title(member: Any) -> str:
    return f"{member.name}, {member.title}" if member.title else member.name


def _line(question: Question) -> Line:
    return Line(
        number=question.position,
        clause=question.clause.number,
        title=clause_title(question.clause),
        text=wording(question),
        answer=question.get_answer_display(),
        note=question.note,
        answered_by=question.answered_by.name if question.answered_by else "",
    )


def _found(finding: Finding) -> Found:
    return Found(
        code=finding.code,
        clause=finding.clause.number,
        title=clause_title(finding.clause),
        grade=finding.get_grade_display(),
        description=finding.description,
        evidence=finding.evidence,
        found_by=finding.found_by.name,
    )


# --- what happened -------------------------------------------------------------------------------


def journal_of(audit: Audit) -> QuerySet[JournalEntry]:
    """The journal of the audit, its questions and its findings, newest first."""
    parts = Q(about_type="audits.audit", about_id=audit.pk)
    parts |= Q(about_type="audits.question", about_id__in=audit.questions.order_by().values("pk"))
    parts |= Q(about_type="audits.finding", about_id__in=audit.findings.order_by().values("pk"))
    return JournalEntry.objects.filter(parts).select_related("by")


def is_lost(audit: Audit, state: str) -> bool:
    """Nobody knows the job that renders the report: queued long ago, or killed with its worker."""
    if state != "PENDING" or audit.closed_at is None:
        return False
    asked = (
        JournalEntry.objects.about(audit).filter(verb="report_asked_again").order_by("-at").values_list("at", flat=True)
    )
    return clock.now() - (asked.first() or audit.closed_at) > PATIENCE
