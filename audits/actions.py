"""What can be done with internal audits (ISO 9001 clause 9.2, ISO 19011)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.db.transaction import atomic
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import notices, permissions, tasks
from audits.models import Answer, Audit, Auditor, AuditState, Finding, Question
from audits.reports import NONCONFORMING, contradicts, gaps, questions_of, standing
from documents.models import Clause, StandardEdition
from tenants import clock
from tenants.models import Member, Unit
from tenants.numbering import from_pattern, next_number
from tenants.transitions import (
    NotAllowed,
    NotPossible,
    deed,
    lock,
    perform,
    record,
)

PLANNERS = gettext_lazy("the head, the ISO secretary or a lead auditor")
EDITORS = gettext_lazy("the head, the ISO secretary or the lead auditor of this audit")
PLAN = {"title", "planned_on", "lead", "scope"}  # what `edit` changes one by one
CORRECTABLE = {"grade", "description", "evidence"}
CODE = "DGNB-{yyyy}-{nn}"  # the number starts again with each year of the audit programme


@atomic
def plan(
    unit: Unit,
    title: str,
    planned_on: dt.date,
    lead: Member,
    team: Iterable[Member],
    clauses: Iterable[Clause],
    *,
    by: Member,
    scope: str = "",
) -> Audit:
    """Plan an internal audit of `unit`: one checklist question for each chosen clause of the default edition.

    Raises NotAllowed when `by` may not plan, NotPossible when lead or team are no auditors or belong to the unit,
    or when no clause is chosen.
    """
    if not permissions.may_plan(by):
        raise NotAllowed(_("Planning an audit is not your task."), needs=PLANNERS)
    edition = StandardEdition.objects.get(is_default=True)
    team = checked_team(unit, lead, team)
    clauses = _checked_clauses(edition, clauses)
    code = from_pattern(CODE, agency=by.agency, kind="audit", on=planned_on)
    audit = Audit(code=code, unit=unit, title=title, planned_on=planned_on, lead=lead, edition=edition, scope=scope)
    record(audit, "planned", by=by)
    with deed("team_named", audit, by=by, details={"lead": lead.name, "team": [member.name for member in team]}):
        for member in team:
            Auditor.objects.create(audit=audit, member=member)
        for position, clause in enumerate(clauses, 1):
            Question.objects.create(audit=audit, clause=clause, position=position, text=clause.question_vi)
    notices.planned(audit, by=by)
    return audit


@atomic
def edit(
    audit: Audit,
    *,
    by: Member,
    team: Iterable[Member] | None = None,
    clauses: Iterable[Clause] | None = None,
    **changed: Any,
) -> Audit:
    """Change the plan: of title, planned_on, lead and scope only what is given, so that nobody's saving is undone.

    The clauses can change only before the audit begins; the unit never changes.
    """
    audit = lock(audit)
    if audit.state not in (AuditState.PLANNED, AuditState.IN_PROGRESS):
        raise NotPossible(_("The audit has ended; its plan can no longer be changed."), about=audit)
    if not permissions.may_edit(audit, by):
        raise NotAllowed(_("Changing the plan is not your task."), about=audit, needs=EDITORS)
    named_before, day_before = _named(audit), audit.planned_on
    for name in PLAN & changed.keys():
        setattr(audit, name, changed[name])
    team = [auditor.member for auditor in audit.team.select_related("member__unit")] if team is None else team
    team = checked_team(audit.unit, audit.lead, team)
    with deed("edited", audit, by=by, details={"lead": audit.lead.name, "team": [member.name for member in team]}):
        audit.save()
        _set_team(audit, team)
        if clauses is not None:
            _set_clauses(audit, _checked_clauses(audit.edition, clauses))
    notices.planned(audit, by=by, known=named_before)
    if audit.planned_on != day_before:
        notices.moved(audit, day_before, by=by, known=named_before)
    return audit


@atomic
def begin(audit: Audit, *, by: Member) -> Audit:
    """Open the audit: from now on the team answers."""
    audit = lock(audit)
    perform(audit.begin, by=by)
    return audit


@atomic
def answer(question: Question, answer: str, note: str, *, by: Member) -> Question:
    """What the auditor found for one question. The same answer again changes nothing.

    Raises NotPossible outside the audit's time, without an answer, for a nonconformity without evidence, and when a
    nonconformity already written down would be answered away; NotAllowed for anybody outside the team.
    """
    audit = _in_progress(question.audit, by)
    question = lock(question)
    note = note.strip()
    if refusal := why_not(question, answer, note):
        raise NotPossible(refusal, about=audit)
    if (question.answer, question.note) == (answer, note):
        return question
    question.answer, question.note = answer, note
    question.answered_by, question.answered_at = by, clock.now()
    return record(
        question, "answered", by=by, details={"audit": audit.code, "question": question.position, "answer": answer}
    )


def why_not(question: Question, answer: str, note: str) -> str:
    """Why this answer cannot be taken, in words for the auditor; "" when it can."""
    if answer not in Answer.values:
        return _("Choose one of the answers.")
    if answer in NONCONFORMING and not note.strip():
        return _("Write down the evidence seen: a nonconformity rests on evidence.")
    for finding in standing(question):
        if contradicts(answer, finding.grade):
            words = _("%(code)s records here: %(grade)s. Correct or withdraw the finding first.")
            return words % {"code": finding.code, "grade": finding.get_grade_display()}
    return ""


def why_not_find(question: Question | None, grade: str, evidence: str) -> str:
    """Why this finding cannot stand, in words for the auditor; "" when it can."""
    if grade in NONCONFORMING and not evidence.strip():
        return _("Write down the evidence seen: a nonconformity rests on evidence.")
    if question is not None and contradicts(question.answer, grade):
        words = _("Question %(number)s is answered: %(answer)s. Change the answer first.")
        return words % {"number": question.position, "answer": question.get_answer_display()}
    return ""


@atomic
def find(
    audit: Audit,
    clause: Clause,
    grade: str,
    description: str,
    evidence: str,
    *,
    by: Member,
    question: Question | None = None,
) -> Finding:
    """Write down a finding, numbered within the audit.

    Raises NotPossible outside the audit's time, for a clause or question of something else, for a nonconformity
    without evidence or against the answer given; NotAllowed for anybody outside the team.
    """
    audit = _in_progress(audit, by)
    asked_here = question is None or (question.audit_id, question.clause_id) == (audit.pk, clause.pk)
    if clause.edition_id != audit.edition_id or not asked_here:
        raise NotPossible(_("Clause and question must belong to this audit."), about=audit)
    if refusal := why_not_find(lock(question) if question else None, grade, evidence):
        raise NotPossible(refusal, about=audit)
    finding = Finding(
        audit=audit,
        code=f"{audit.code}-{next_number(f'finding {audit.code}'):02}",
        clause=clause,
        question=question,
        grade=grade,
        description=description.strip(),
        evidence=evidence.strip(),
        found_by=by,
        found_at=clock.now(),
    )
    return record(finding, "found", by=by, details={"audit": audit.code, "grade": grade, "clause": clause.number})


@atomic
def correct_finding(finding: Finding, *, by: Member, reason: str, **changed: Any) -> Finding:
    """Put a finding right while the audit is in progress: of grade, description and evidence only what is given.

    Raises NotPossible without a reason, for a withdrawn finding, and for what `find` would refuse.
    """
    finding = _standing(finding, reason, by=by)
    for name in CORRECTABLE & changed.keys():
        setattr(finding, name, changed[name].strip())
    if refusal := why_not_find(finding.question, finding.grade, finding.evidence):
        raise NotPossible(refusal, about=finding.audit)
    details = {"audit": finding.audit.code, "grade": finding.grade}
    return record(finding, "corrected", by=by, reason=reason.strip(), details=details)


@atomic
def withdraw_finding(finding: Finding, *, by: Member, reason: str) -> Finding:
    """It was none. It keeps its number and stays readable, and counts nowhere."""
    finding = _standing(finding, reason, by=by)
    finding.withdrawn = reason.strip()
    return record(finding, "withdrew", by=by, reason=finding.withdrawn, details={"audit": finding.audit.code})


@atomic
def close(audit: Audit, conclusion: str, *, by: Member) -> Audit:
    """End the audit with its conclusion; the report is rendered by a worker once this is committed.

    Raises NotPossible while a question is unanswered or a nonconforming answer lacks its finding.
    """
    audit = lock(audit)
    if audit.state == AuditState.IN_PROGRESS and permissions.may_conduct(audit, by):  # otherwise perform says why not
        if missing := gaps(questions_of(audit)):
            raise NotPossible(" ".join(missing.in_words()), about=audit)
        if not conclusion.strip():
            raise NotPossible(_("Write the conclusion of the audit."), about=audit)
        audit.report_job = str(uuid4())
    perform(audit.close, by=by, conclusion=conclusion.strip())
    tasks.enqueue(audit)
    notices.closed(audit, by=by)
    return audit


@atomic
def cancel(audit: Audit, reason: str, *, by: Member) -> Audit:
    """It will not take place, or not be finished. The reason stays."""
    audit = lock(audit)
    if not reason.strip():
        raise NotPossible(_("Give the reason."), about=audit)
    perform(audit.cancel, by=by, reason=reason.strip())
    notices.cancelled(audit, reason.strip(), by=by)
    return audit


@atomic
def render_again(audit: Audit, *, by: Member) -> Audit:
    """Ask the worker once more for a report that did not come. Rendering twice still gives one file."""
    audit = lock(audit)
    if audit.state != AuditState.CLOSED or audit.report_id is not None:
        raise NotPossible(_("There is no report to wait for."), about=audit)
    if not permissions.may_ask_for_report(audit, by):
        raise NotAllowed(_("Asking for the report again is not your task."), about=audit, needs=EDITORS)
    with deed("report_asked_again", audit, by=by):
        tasks.enqueue(audit)
    return audit


def checked_team(unit: Unit, lead: Member, team: Iterable[Member]) -> list[Member]:
    """The team beside the lead, each once. Raises NotPossible with the reason (clause 9.2.2 c)."""
    members = list(dict.fromkeys(member for member in team if member != lead))
    for member in [lead, *members]:
        if not permissions.is_independent(member, unit):
            words = _("%(name)s works in %(unit)s and cannot audit their own unit.")
            raise NotPossible(words % {"name": member.name, "unit": unit.name})
    if not permissions.may_lead(lead, unit):
        raise NotPossible(_("%(name)s has no role of lead auditor.") % {"name": lead.name})
    for member in members:
        if not permissions.may_audit(member, unit):
            raise NotPossible(_("%(name)s has no role of internal auditor.") % {"name": member.name})
    return members


def _checked_clauses(edition: StandardEdition, clauses: Iterable[Clause]) -> list[Clause]:
    chosen = sorted(set(clauses), key=lambda clause: clause.position)
    if not chosen:
        raise NotPossible(_("Choose at least one clause."))
    if any(clause.edition_id != edition.pk for clause in chosen):
        raise NotPossible(_("Choose clauses of %(edition)s.") % {"edition": edition.name})
    return chosen


def _in_progress(audit: Audit, by: Member) -> Audit:
    """The audit, locked, while its team may write in it."""
    audit = lock(audit)
    if audit.state != AuditState.IN_PROGRESS:
        raise NotPossible(_("Answers and findings are written while the audit is in progress."), about=audit)
    if not permissions.may_answer(audit, by):
        raise NotAllowed(_("Only the audit team answers and writes findings."), about=audit, needs=_("the audit team"))
    return audit


def _standing(finding: Finding, reason: str, *, by: Member) -> Finding:
    """The finding, locked behind its audit, while it can still be changed."""
    audit = _in_progress(finding.audit, by)
    if not reason.strip():
        raise NotPossible(_("Give the reason."), about=audit)
    finding = lock(finding)
    finding.audit = audit
    if finding.withdrawn:
        raise NotPossible(_("%(code)s is withdrawn already.") % {"code": finding.code}, about=audit)
    return finding


def _named(audit: Audit) -> set[int]:
    return {audit.lead_id, *audit.team.values_list("member_id", flat=True)}


def _set_team(audit: Audit, team: list[Member]) -> None:
    present = {auditor.member_id: auditor for auditor in audit.team.all()}
    wanted = {member.pk: member for member in team}
    for pk in present.keys() - wanted.keys():
        present[pk].delete()
    for pk in wanted.keys() - present.keys():
        Auditor.objects.create(audit=audit, member=wanted[pk])


def _set_clauses(audit: Audit, clauses: list[Clause]) -> None:
    """Questions for exactly these clauses, numbered from 1. Raises NotPossible once the audit has begun."""
    present = {question.clause_id: question for question in audit.questions.all()}
    if list(present) == [clause.pk for clause in clauses]:
        return
    if audit.state != AuditState.PLANNED:
        raise NotPossible(_("The checklist can no longer change: the audit has begun."), about=audit)
    for question in present.values():
        question.delete()
    for position, clause in enumerate(clauses, 1):
        Question.objects.create(audit=audit, clause=clause, position=position, text=clause.question_vi)
