"""What is found: internal audits, their checklists and findings (ISO 9001 clause 9.2, ISO 19011)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, transition

from audits import permissions
from audits.querysets import AuditQuerySet, FindingQuerySet
from documents.models import Clause, StandardEdition
from tenants import clock
from tenants.history import History
from tenants.models import Member, StoredFile, Unit
from tenants.scoping import AgencyOwned, ScopedManager
from tenants.transitions import StateField


class AuditState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    IN_PROGRESS = "in_progress", _("In progress")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class Answer(models.TextChoices):
    """What the auditor found for a question, and the grades of findings (domain §5.1)."""

    CONFORMING = "conforming", _("Conforming")
    MAJOR = "major", _("Major nonconformity")
    MINOR = "minor", _("Minor nonconformity")
    OBSERVATION = "observation", _("Observation")
    OPPORTUNITY = "opportunity", _("Opportunity for improvement")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


GRADES = [grade for grade in Answer.choices if grade[0] not in (Answer.CONFORMING, Answer.NOT_APPLICABLE)]


class Audit(ConcurrentTransitionMixin, AgencyOwned):
    """An internal audit of one unit. Auditors do not audit their own unit (clause 9.2.2 c)."""

    code = models.CharField(_("code"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit audited"))
    edition = models.ForeignKey(StandardEdition, models.PROTECT, verbose_name=_("criteria"))
    scope = models.TextField(_("scope"), blank=True)
    planned_on = models.DateField(_("date"))
    lead = models.ForeignKey(Member, models.PROTECT, verbose_name=_("lead auditor"), related_name="+")
    state = StateField(_("state"), choices=AuditState, default=AuditState.PLANNED, protected=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    begun_at = models.DateTimeField(_("begun at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    report = models.ForeignKey(
        StoredFile, models.PROTECT, verbose_name=_("report"), null=True, editable=False, related_name="+"
    )
    report_job = models.CharField(max_length=60, blank=True, editable=False)  # the Celery task that renders the report
    history = History()

    objects = ScopedManager.from_queryset(AuditQuerySet)()
    everywhere = AuditQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("internal audit"), _("internal audits")
        ordering = ["-planned_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["agency", "code"], name="audit_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("audit", args=[self.code])

    @transition(
        state, AuditState.PLANNED, AuditState.IN_PROGRESS, permission=permissions.may_conduct,
        custom={"label": _("Begin the audit"), "needs": _("the lead auditor")},
    )  # fmt: skip
    def begin(self) -> None:
        """The opening meeting is held; questions can be answered."""
        self.begun_at = clock.now()

    @transition(
        state, AuditState.IN_PROGRESS, AuditState.CLOSED, permission=permissions.may_conduct,
        custom={"label": _("Close the audit"), "needs": _("the lead auditor, when every question is answered")},
    )  # fmt: skip
    def close(self, conclusion: str = "") -> None:
        """Every question is answered; the report is rendered from what is now fixed."""
        self.conclusion, self.closed_at = conclusion, clock.now()

    @transition(
        state, [AuditState.PLANNED, AuditState.IN_PROGRESS], AuditState.CANCELLED, permission=permissions.may_plan_audit,
        custom={"label": _("Cancel the audit"), "grave": True, "needs": _("the head or the ISO secretary")},
    )  # fmt: skip
    def cancel(self) -> None:
        """It will not take place; the reason stays."""


class Auditor(AgencyOwned):
    """A member of the audit team beside the lead."""

    audit = models.ForeignKey(Audit, models.PROTECT, verbose_name=_("audit"), related_name="team")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    history = History()

    class Meta:
        verbose_name, verbose_name_plural = _("auditor"), _("auditors")
        constraints = [models.UniqueConstraint(fields=["audit", "member"], name="auditor_once")]

    def __str__(self) -> str:
        return self.member.name


class Question(AgencyOwned):
    """One line of the checklist: a clause, the question, what the auditor found and saw."""

    audit = models.ForeignKey(Audit, models.PROTECT, verbose_name=_("audit"), related_name="questions")
    clause = models.ForeignKey(Clause, models.PROTECT, verbose_name=_("clause"))
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("question"), max_length=400)
    answer = models.CharField(_("answer"), max_length=20, choices=Answer, blank=True)
    note = models.TextField(_("evidence seen"), blank=True)
    answered_by = models.ForeignKey(
        Member, models.PROTECT, verbose_name=_("answered by"), null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    history = History()

    class Meta:
        verbose_name, verbose_name_plural = _("checklist question"), _("checklist questions")
        ordering = ["audit", "position"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "position"], name="question_position_once"),
            models.CheckConstraint(name="answer_has_author", condition=Q(answer="") | Q(answered_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.clause.number} {self.text}"


class Finding(AgencyOwned):
    """A finding of an audit: graded, with the clause and the evidence seen."""

    audit = models.ForeignKey(Audit, models.PROTECT, verbose_name=_("audit"), related_name="findings")
    code = models.CharField(_("code"), max_length=40)
    clause = models.ForeignKey(Clause, models.PROTECT, verbose_name=_("clause"))
    question = models.ForeignKey(
        Question, models.PROTECT, verbose_name=_("question"), null=True, blank=True, related_name="findings"
    )
    grade = models.CharField(_("grade"), max_length=20, choices=GRADES)
    description = models.TextField(_("description"))
    evidence = models.TextField(_("evidence"), blank=True)
    found_by = models.ForeignKey(Member, models.PROTECT, verbose_name=_("found by"), related_name="+")
    found_at = models.DateTimeField(_("found at"), default=clock.now)
    withdrawn = models.CharField(
        _("withdrawn because"), max_length=1000, blank=True
    )  # it keeps its number, and counts no more
    history = History()

    objects = ScopedManager.from_queryset(FindingQuerySet)()
    everywhere = FindingQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("finding"), _("findings")
        ordering = ["audit", "pk"]
        constraints = [models.UniqueConstraint(fields=["agency", "code"], name="finding_code_once")]

    def __str__(self) -> str:
        return self.code
