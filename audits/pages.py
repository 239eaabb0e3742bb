"""What the pages of an audit show, prepared for their templates. No rule and no writing but through actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from audits import actions, permissions
from audits.deeds import Mark, mark_of, mark_of_answer
from audits.forms import AnswerForm
from audits.models import Answer, Audit, AuditState, Finding, Question
from audits.proof import Proof, proofs_for
from audits.querysets import AuditQuerySet
from audits.reports import (
    chart_of,
    clause_title,
    gaps,
    lacks_finding,
    standing,
    team_of,
    wording,
)
from audits.tasks import STAGE_WORDS, STAGES
from tenants import clock
from tenants.models import Member
from tenants.transitions import NotAllowed, NotPossible, label_of, offers
from tenants.words import day, moment

# --- the list ------------------------------------------------------------------------------------


def filtered(rows: AuditQuerySet, chosen: dict[str, Any]) -> AuditQuerySet:
    if chosen.get("year"):
        rows = rows.of_year(chosen["year"])
    if chosen.get("state"):
        rows = rows.filter(state=chosen["state"])
    if chosen.get("unit"):
        rows = rows.filter(unit=chosen["unit"])
    return rows.with_progress().select_related("unit", "lead").order_by("-planned_on", "-pk")


@dataclass(frozen=True)
class Row:
    audit: Audit
    mark: Mark
    days_late: int


@dataclass(frozen=True)
class Year:
    number: int
    rows: list[Row]


def by_year(audits: Iterable[Audit]) -> list[Year]:
    """Newest year first; the audits come ordered."""
    today, years = clock.today(), dict[int, list[Row]]()
    for audit in audits:
        late = (audit.planned_on - today).days if audit.state == AuditState.PLANNED else 0
        years.setdefault(audit.planned_on.year, []).append(Row(audit, mark_of(audit), min(late, 0)))
    return [Year(number, rows) for number, rows in years.items()]


def sentence(rows: AuditQuerySet) -> dict[str, Any]:
    """The counts of this year's audits, each with the filter that shows exactly those rows."""
    year = clock.today().year
    states = {f"n_{state}": Count("pk", filter=Q(state=state)) for state in AuditState.values}
    counts = rows.of_year(year).aggregate(all=Count("pk"), **states)
    parts = [
        {"words": words % {"count": count}, "query": f"?year={year}&state={state}"}
        for state, words, count in (
            ("planned", _("%(count)s planned"), counts["n_planned"]),
            ("in_progress", _("%(count)s in progress"), counts["n_in_progress"]),
            ("closed", _("%(count)s closed"), counts["n_closed"]),
            ("cancelled", _("%(count)s cancelled"), counts["n_cancelled"]),
        )
        if count
    ]
    return {"year": year, "all": counts["all"], "parts": parts}


# --- the plan ------------------------------------------------------------------------------------


def plan_of(audit: Audit) -> dict[str, Any]:
    """What the form shows of an audit that stands."""
    return {
        "title": audit.title,
        "planned_on": audit.planned_on,
        "lead": audit.lead_id,
        "team": list(audit.team.values_list("member_id", flat=True)),
        "scope": audit.scope,
        "clauses": list(audit.questions.values_list("clause_id", flat=True)),
    }


def ticked(form: Any) -> dict[str, Any]:
    """The clauses ticked, as the form would send them, and those that were when the page was made."""
    if "clauses" not in form.fields:
        return {}
    field = form["clauses"]
    return {
        "chosen": {str(value) for value in field.value() or []},
        "seen_clauses": field.as_hidden(only_initial=True),
    }


# --- the record ----------------------------------------------------------------------------------


def record(audit: Audit, questions: list[Question]) -> dict[str, Any]:
    findings = list(audit.findings.select_related("clause", "found_by").order_by("pk"))
    answered = sum(bool(question.answer) for question in questions)
    return {
        "audit": audit,
        "mark": mark_of(audit),
        "facts": facts(audit),
        "answered": answered,
        "asked": len(questions),
        "chart": chart_of(question.answer for question in questions) if answered else None,
        "findings": [(found, mark_of_answer(found.grade)) for found in findings],
        "standing": sum(not found.withdrawn for found in findings),
        "days_late": min((audit.planned_on - clock.today()).days, 0) if audit.state == AuditState.PLANNED else 0,
    }


def facts(audit: Audit) -> list[dict[str, str]]:
    team = ", ".join(auditor.member.name for auditor in team_of(audit)) or _("the lead alone")
    lines = [
        (_("Unit audited"), audit.unit.name),
        (_("Lead auditor"), _person(audit.lead)),
        (_("Auditors"), team),
        (_("Criteria"), audit.edition.name),
        (_("Planned for"), day(audit.planned_on)),
        (_("Begun"), moment(audit.begun_at)),
        (_("Closed"), moment(audit.closed_at)),
        (_("Scope"), audit.scope),
    ]
    return [{"label": label, "text": text} for label, text in lines if text]


def _person(member: Member) -> str:
    return f"{member.name}, {member.unit.name}" if member.unit else member.name


def finding(found: Finding, member: Member) -> dict[str, Any]:
    lines = [
        {"label": _("Clause"), "text": f"{found.clause.number} {clause_title(found.clause)}"},
        {"label": _("Found by"), "text": found.found_by.name},
        {"label": _("Found at"), "text": moment(found.found_at)},
    ]
    if found.question:
        url = reverse("checklist", args=[found.audit.code]) + anchor(str(found.question_id))
        text = f"{found.question.position}. {wording(found.question)}"
        lines.insert(1, {"label": _("Question"), "text": text, "url": url})
    open_ = found.audit.state == AuditState.IN_PROGRESS and not found.withdrawn
    may_write = open_ and permissions.may_answer(found.audit, member)
    return {"finding": found, "mark": mark_of_answer(found.grade), "facts": lines, "may_write": may_write}


def change_finding(found: Finding, verb: str, form: Any, member: Member) -> dict[str, Any]:
    """The page that corrects or withdraws a finding."""
    words = {
        "correct": (_("Correct the finding"), _("What stood there before stays in the history, with your reason.")),
        "withdraw": (
            _("Withdraw the finding"),
            _(
                "It keeps its number and stays readable, and counts nowhere. The answer to its question can change again."
            ),
        ),
    }
    label, sentence = words[verb]
    return {
        **finding(found, member),
        "audit": found.audit,
        "form": form,
        "label": f"{label} {found.code}",
        "sentence": sentence,
        "is_grave": verb == "withdraw",
    }


# --- the checklist -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """One question as the checklist shows it."""

    question: Question
    form: AnswerForm
    title: str
    text: str
    mark: Mark | None
    proofs: list[Proof]
    findings: list[Finding]
    needs_finding: bool


def answer_forms(questions: list[Question], data: Any = None) -> list[AnswerForm]:
    return [AnswerForm(data, question=question) for question in questions]


def save_answers(forms: list[AnswerForm], *, by: Member) -> tuple[list[AnswerForm], list[AnswerForm]]:
    """Save every changed answer that can be taken; those that cannot come back with their entries.

    The caller has locked the audit and checked that `by` may write in it.
    """
    wrong = [form for form in forms if not form.is_valid()]
    touched = [form for form in forms if form not in wrong and form.is_touched]
    for form in touched:
        form.accept(actions.answer(form.question, form.cleaned_data["answer"], form.cleaned_data["note"], by=by))
    for form in wrong:
        if form.has_error("__all__", "meanwhile"):
            form.accept(form.question)
    return touched, wrong


def checklist(audit: Audit, member: Member, forms: list[AnswerForm], wrong: list[AnswerForm]) -> dict[str, Any]:
    at = clock.now()
    proofs = proofs_for(audit.unit, [form.question.clause.number for form in forms], at)
    may_answer = audit.state == AuditState.IN_PROGRESS and permissions.may_answer(audit, member)
    return {
        "audit": audit,
        "asked": [_asked(form, proofs) for form in forms],
        "answered": sum(bool(form.question.answer) for form in forms),
        "proof_at": at,
        "may_answer": may_answer,
        "wrong": wrong,
        "missing": gaps(form.question for form in forms).in_words(),
    }


def _asked(form: AnswerForm, proofs: dict[str, list[Proof]]) -> Asked:
    question = form.question
    return Asked(
        question=question,
        form=form,
        title=f"{question.clause.number} {clause_title(question.clause)}",
        text=wording(question),
        mark=mark_of_answer(question.answer),
        proofs=proofs.get(question.clause.number, []),
        findings=standing(question),
        needs_finding=lacks_finding(question),
    )


def anchor(question: str) -> str:
    """Where the page opens again: at the question whose button was pressed."""
    return f"#q{question}" if question.isascii() and question.isdigit() else ""


def finding_for(audit: Audit, question: str) -> dict[str, Any]:
    """What a finding for this question begins with: its clause, its grade, the note as evidence."""
    is_number = question.isascii() and question.isdigit() and len(question) < 19
    asked = audit.questions.filter(pk=question).first() if is_number else None
    if asked is None:
        return {}
    grade = asked.answer if asked.answer not in ("", Answer.CONFORMING, Answer.NOT_APPLICABLE) else ""
    return {"question": asked.pk, "clause": asked.clause_id, "grade": grade, "evidence": asked.note}


# --- deeds ---------------------------------------------------------------------------------------


def check(transition: Callable[..., Any], member: Member) -> None:
    """The form of a deed is shown only to those who can do it now. Raises NotPossible, NotAllowed."""
    audit = transition.__self__  # type: ignore[attr-defined]
    offer = next(offer for offer in offers(audit, member) if offer.verb == transition.__name__)
    if not offer.possible:
        raise NotPossible(_("“%(deed)s” is not possible now.") % {"deed": offer.label}, about=audit)
    if not offer.allowed:
        raise NotAllowed(_("“%(deed)s” is not your task.") % {"deed": offer.label}, about=audit, needs=offer.needs)


def check_writing(audit: Audit, member: Member) -> None:
    """Raises NotPossible outside the audit's time, NotAllowed for anybody outside the team."""
    if audit.state != AuditState.IN_PROGRESS:
        raise NotPossible(_("Answers and findings are written while the audit is in progress."), about=audit)
    if not permissions.may_answer(audit, member):
        raise NotAllowed(_("Only the audit team answers and writes findings."), about=audit, needs=_("the audit team"))


def deed(audit: Audit, verb: str, form: Any, questions: list[Question] | None = None) -> dict[str, Any]:
    """The page of one deed: what will happen, the facts it rests on, the verb again."""
    sentences = {
        "begin": _("The audit opens now; the team can answer the checklist and write findings."),
        "close": _("Answers and findings can no longer change. A worker renders the report, and the heads are told."),
        "cancel": _("The audit ends without a report. What was written stays readable, with your reason."),
    }
    lines = facts(audit)
    if questions is not None:
        answered = sum(bool(question.answer) for question in questions)
        words = _("%(answered)s of %(asked)s") % {"answered": answered, "asked": len(questions)}
        lines.append({"label": _("Answered"), "text": words})
        lines.append({"label": _("Findings"), "text": str(audit.findings.standing().count())})
    missing = gaps(questions).in_words() if questions is not None else []
    return {
        "audit": audit,
        "form": form,
        "label": label_of(getattr(audit, verb)),
        "sentence": sentences[verb],
        "facts": lines,
        "is_grave": verb == "cancel",
        "missing": [] if form.is_bound else missing,
    }


# --- the report ----------------------------------------------------------------------------------


def progress(state: str, info: Any) -> dict[str, Any]:
    """How far the worker is, in words; `failed` when it gave up."""
    if state in ("FAILURE", "REVOKED"):
        return {"failed": True}
    if state == "PROGRESS" and isinstance(info, dict) and info.get("words") in STAGE_WORDS:
        done, of = info.get("done", 0), info.get("of", STAGES)
        words = _("Stage %(done)s of %(of)s: %(what)s.")
        return {"words": words % {"done": done, "of": of, "what": STAGE_WORDS[info["words"]]()}, "done": done, "of": of}
    if state in ("STARTED", "RETRY"):
        return {"words": _("A worker has begun."), "done": 0, "of": STAGES}
    return {"words": _("Waiting for a worker."), "done": 0, "of": STAGES}
