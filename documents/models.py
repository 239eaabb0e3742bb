"""Controlled documents: what is written down, in versions, signed and in force (ISO 9001 clause 7.5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, transition

from documents import permissions
from documents.querysets import AcknowledgementQuerySet, DocumentQuerySet, VersionQuerySet
from tenants import clock
from tenants.history import History
from tenants.models import Member, StoredFile, Unit
from tenants.scoping import AgencyOwned, ScopedManager
from tenants.transitions import StateField


class Kind(models.TextChoices):
    """Kinds of document (domain §9.1), in the order of the master list."""

    POLICY = "policy", _("Quality policy")
    OBJECTIVES = "objectives", _("Quality objectives")
    MANUAL = "manual", _("Quality manual")
    SYSTEM_PROCEDURE = "system_procedure", _("System procedure")
    OPERATIONAL_PROCEDURE = "operational_procedure", _("Operational procedure")
    INTERNAL_PROCEDURE = "internal_procedure", _("Internal procedure")
    WORK_INSTRUCTION = "work_instruction", _("Work instruction")
    FORM = "form", _("Form")
    REGULATION = "regulation", _("Regulation")
    FUNCTIONS = "functions", _("Functions and duties")
    JOB_DESCRIPTION = "job_description", _("Job description")
    DECISION = "decision", _("Decision")
    ANNOUNCEMENT = "announcement", _("Announcement")
    EXTERNAL = "external", _("External document")


PROCEDURES = (Kind.SYSTEM_PROCEDURE, Kind.OPERATIONAL_PROCEDURE, Kind.INTERNAL_PROCEDURE)
LEVELS = {  # of the pyramid (domain §3.1); external documents stand beside it
    1: (Kind.POLICY, Kind.OBJECTIVES, Kind.MANUAL),
    2: PROCEDURES,
    3: (Kind.WORK_INSTRUCTION, Kind.REGULATION, Kind.FUNCTIONS, Kind.JOB_DESCRIPTION, Kind.DECISION, Kind.ANNOUNCEMENT),
    4: (Kind.FORM,),
}


class State(models.TextChoices):
    """States of a version (domain §9.1). Superseded and withdrawn versions stay readable; a dropped one never held."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    IN_APPROVAL = "in_approval", _("Awaiting approval")
    APPROVED = "approved", _("Approved, not yet in force")
    IN_FORCE = "in_force", _("In force")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DROPPED = "dropped", pgettext_lazy("draft", "Dropped")


class Confidentiality(models.TextChoices):
    """Who may see a document. Levels of state secrets are none of these: such documents do not belong here (domain §8.3)."""

    PUBLIC = "public", pgettext_lazy("confidentiality", "public")
    INTERNAL = "internal", pgettext_lazy("confidentiality", "internal: everybody in the agency")
    RESTRICTED = "restricted", pgettext_lazy("confidentiality", "restricted: its readers only")


OPEN_STATES = (State.DRAFT, State.IN_REVIEW, State.IN_APPROVAL, State.APPROVED)


class Document(AgencyOwned):
    """A controlled document through all its versions. Its code is given once and never reused."""

    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    code = models.CharField(
        _("code"),
        max_length=40,
        validators=[
            RegexValidator(
                r"^[^\W_][\w.\-]*\Z",
                _("Begin with a letter or digit; then letters, digits, dots and hyphens only, for example QT.TP.01."),
            )
        ],
    )
    title = models.CharField(_("title"), max_length=500)  # of the version in force; before the first, as it was begun
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit in charge"), null=True, blank=True)
    next_review_on = models.DateField(_("next review"), null=True, blank=True)
    question = models.CharField(_("question to readers"), max_length=300, blank=True, default="", db_default="")
    confidentiality = models.CharField(
        _("confidentiality"), max_length=20, choices=Confidentiality, default="internal", db_default="internal"
    )
    procedure = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("procedure it belongs to"), null=True, blank=True, related_name="forms"
    )
    history = History()

    objects = ScopedManager.from_queryset(DocumentQuerySet)()
    everywhere = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("document"), _("documents")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(  # qt.tp.01 is QT.TP.01, on paper and on the telephone
                F("agency"), Upper("code"), name="document_code_once",
                violation_error_message=_("This code is already used by another document. Codes are never reused."),
            ),
            models.CheckConstraint(  # what residents are asked to follow is published (Decree 63/2010)
                name="operational_procedure_is_open",
                condition=~Q(kind="operational_procedure") | ~Q(confidentiality="restricted"),
                violation_error_message=_("An operational procedure is made public by law; it cannot be restricted."),
            ),
            models.CheckConstraint(name="form_has_procedure", condition=Q(procedure__isnull=True) | Q(kind="form")),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["agency"], condition=Q(confidentiality="restricted"), name="document_restricted"),
            models.Index(fields=["agency", "code"], name="document_by_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.code])

    @property
    def said_title(self) -> str:
        """In mails and reminders, which others may come to read: that of a restricted document stays in the system."""
        return str(_("restricted document")) if self.confidentiality == Confidentiality.RESTRICTED else self.title

    @property
    def is_procedure(self) -> bool:
        return self.kind in PROCEDURES

    @property
    def level(self) -> int | None:
        """1 (policy) to 4 (forms); None for external documents."""
        return next((level for level, kinds in LEVELS.items() if self.kind in kinds), None)


class Version(ConcurrentTransitionMixin, AgencyOwned):
    """One version: text, steps, limits, forms and legal bases as one artefact (`content`), signed and in force as a whole.

    The database refuses any change of content, number or hash once the version has left the draft state, and any move
    that is not one of the transitions below: a new one needs its line in the trigger `documents_keep_signed` as well.
    """

    document = models.ForeignKey(Document, models.PROTECT, verbose_name=_("document"), related_name="versions")
    issue = models.PositiveSmallIntegerField(_("issue no."))
    revision = models.PositiveSmallIntegerField(_("revision no."), default=0)
    title = models.CharField(_("title"), max_length=500)
    content = models.JSONField(_("content"), default=dict)  # shape: documents.content
    change_reason = models.CharField(_("request for change"), max_length=300, blank=True)
    change_parts = models.CharField(_("parts changed"), max_length=200, blank=True)
    change_summary = models.TextField(_("what changed"), blank=True)
    is_minor = models.BooleanField(
        _("minor correction"), default=False, db_default=False, editable=False
    )  # who has read need not again
    drafted_by = models.ForeignKey(Member, models.PROTECT, verbose_name=_("drafted by"), related_name="+")
    created_at = models.DateTimeField(_("begun"), default=clock.now, editable=False)
    state = StateField(_("state"), choices=State, default=State.DRAFT, protected=True)
    round = models.PositiveSmallIntegerField(default=1, editable=False)  # of signatures; a return begins the next
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)  # of the content as submitted
    route = models.JSONField(
        default=dict, db_default={}, editable=False
    )  # as fixed at submission: documents.routes.Route
    stage = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)  # of the route, being signed
    awaited: ArrayField = ArrayField(  # who is waited for, as documents.routes names them
        models.CharField(max_length=40), default=list, db_default=[], editable=False
    )
    effective_from = models.DateField(_("in force from"), null=True, blank=True)
    effective_to = models.DateField(_("in force to"), null=True, blank=True, editable=False)
    pdf = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="PDF", null=True, editable=False, related_name="+")
    history = History()
    hands: list[int]  # only where asked for: VersionQuerySet.with_hands
    unasked: list[int]  # likewise: VersionQuerySet.with_unasked

    objects = ScopedManager.from_queryset(VersionQuerySet)()
    everywhere = VersionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("version"), _("versions")
        ordering = ["document", "-issue", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["document", "issue", "revision"], name="version_number_once"),
            models.UniqueConstraint(fields=["document"], condition=Q(state="in_force"), name="one_version_in_force"),
            models.UniqueConstraint(
                fields=["document"], condition=Q(state__in=["draft", "in_review", "in_approval", "approved"]), name="one_version_open"
            ),
            models.CheckConstraint(  # replaced on its first day, it ended the day before: it held on no day
                name="version_ends_after_start",
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from") - 1),
            ),
            ExclusionConstraint(  # ranges of one number need no extension in the database
                name="one_version_on_a_day",
                expressions=[
                    (Func(F("document"), F("document"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func(F("effective_from"), F("effective_to") + 1, Value("[)"), function="daterange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state="in_force") | Q(state__in=["superseded", "withdrawn"], effective_to__isnull=False),
            ),
            models.CheckConstraint(name="in_force_has_date", condition=~Q(state="in_force") | Q(effective_from__isnull=False)),
            models.CheckConstraint(name="signed_has_hash", condition=Q(state__in=["draft", "dropped"]) | ~Q(sha256="")),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["agency", "state", "effective_from"], name="version_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.document.code} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("version", args=[self.document.code, (self.issue, self.revision)])

    @property
    def number(self) -> str:
        """As the office writes it: 03/01 is issue 3, revision 1."""
        return f"{self.issue:02}/{self.revision:02}"

    @property
    def said_title(self) -> str:
        """As Document.said_title, of this version."""
        hidden = self.document.confidentiality == Confidentiality.RESTRICTED
        return self.document.said_title if hidden else self.title

    @property
    def is_editable(self) -> bool:
        return self.state == State.DRAFT

    @property
    def holds(self) -> bool:
        """In force, or approved and its day has come: so it reads, though the sweep is still to come."""
        if self.state != State.APPROVED:
            return self.state == State.IN_FORCE
        return self.effective_from is not None and self.effective_from <= clock.today()

    # --- what can happen to a version (the signatures themselves are rows, written by documents.actions) ---

    @transition(
        state, State.DRAFT, State.IN_REVIEW, permission=permissions.may_submit,
        custom={"label": _("Submit for review"), "needs": _("the drafter")},
    )  # fmt: skip
    def submit(self, sha256: str = "", route: dict[str, Any] | None = None, awaited: Sequence[str] = ()) -> None:
        """The drafter signs as drafter; the content is sealed by its hash and can no longer be edited. The route of its
        kind is copied: what is changed there later does not concern this version.
        """
        self.sha256, self.route, self.stage, self.awaited = sha256, route or {}, 1, list(awaited)

    @transition(
        state, State.DRAFT, State.DRAFT, permission=permissions.may_take_over,
        custom={"label": _("Take over the draft"), "needs": _("the ISO secretary or the head of the agency")},
    )  # fmt: skip
    def take_over(self, drafter: Member) -> None:
        """Somebody else answers for the text from now on; the former drafter's hand stays in it."""
        self.drafted_by = drafter

    @transition(
        state, State.DRAFT, State.DROPPED, permission=permissions.may_drop,
        custom={"label": _("Drop the draft"), "grave": True, "needs": _("the drafter")},
    )  # fmt: skip
    def drop(self) -> None:
        """Nobody goes on with it, with a reason. It never held; the document is free for another draft."""

    @transition(state, State.DROPPED, State.DRAFT)
    def take_up(self) -> None:
        """The next draft of the document begins in the place of the one that was dropped: no number is left out."""
        self.round += 1

    @transition(
        state, State.IN_REVIEW, State.IN_APPROVAL, permission=permissions.may_review,
        custom={"label": _("Sign the review"), "needs": _("whoever has to sign next")},
    )  # fmt: skip
    def review(self, stage: int = 2, awaited: Sequence[str] = ()) -> None:
        """The last review of the route is signed; the head is asked."""
        self.stage, self.awaited = stage, list(awaited)

    @transition(
        state, State.IN_REVIEW, State.IN_REVIEW, permission=permissions.may_review,
        custom={"label": _("Sign the review"), "needs": _("whoever its route waits for")},
    )  # fmt: skip
    def sign_along(self, stage: int, awaited: Sequence[str]) -> None:
        """A review is signed, and others of the route are still to sign theirs."""
        self.stage, self.awaited = stage, list(awaited)

    @transition(
        state, State.IN_APPROVAL, State.APPROVED, permission=permissions.may_approve,
        custom={"label": _("Sign the approval"), "needs": _("the head of the agency, after the review")},
    )  # fmt: skip
    def approve(self, effective_from: dt.date | None = None) -> None:
        """The head signs; the version waits for its day (which may be today)."""
        self.effective_from, self.awaited = effective_from, []

    @transition(
        state, [State.IN_REVIEW, State.IN_APPROVAL], State.DRAFT, permission=permissions.may_return,
        custom={"label": _("Return to the drafter"), "needs": _("whoever has to sign next")},
    )  # fmt: skip
    def send_back(self) -> None:
        """Back to the drafter with a reason; the next submission begins a new round of signatures."""
        self.round += 1
        self.sha256, self.stage, self.awaited = "", 0, []

    @transition(state, State.APPROVED, State.IN_FORCE)
    def bring_into_force(self) -> None:
        """Its day has come."""

    @transition(state, State.IN_FORCE, State.SUPERSEDED)
    def supersede(self, on: dt.date | None = None) -> None:
        """A later version came into force; this one held until the day before. Replaced on its first day, it held on none."""
        if on and self.effective_from:
            self.effective_to = max(on, self.effective_from) - dt.timedelta(days=1)

    @transition(
        state, [State.APPROVED, State.IN_FORCE], State.WITHDRAWN, permission=permissions.may_withdraw,
        custom={"label": _("Withdraw"), "grave": True, "needs": _("the head of the agency")},
    )  # fmt: skip
    def withdraw(self, on: dt.date) -> None:
        """Out of force with a reason and no successor; what was not in force yet never held, and has no last day."""
        if self.state == State.IN_FORCE:
            self.effective_to = on  # yesterday, where it is not to have held today; on its first day: on none


class Acknowledgement(AgencyOwned):
    """A version somebody must read; `read_at` when they said they have. Bound to the version (ISO 9001 clause 7.3)."""

    version = models.ForeignKey(
        Version, models.PROTECT, verbose_name=_("version"), related_name="acknowledgements", db_index=False
    )
    member = models.ForeignKey(Member, models.PROTECT, verbose_name=_("member"), related_name="acknowledgements")
    asked_at = models.DateTimeField(_("asked at"), default=clock.now)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    answer = models.CharField(_("answer to the question"), max_length=1000, blank=True, default="", db_default="")
    history = History()

    objects = ScopedManager.from_queryset(AcknowledgementQuerySet)()
    everywhere = AcknowledgementQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("acknowledgement"), _("acknowledgements")
        constraints = [  # with what lists count of them, so that no row is visited
            models.UniqueConstraint(
                fields=["version", "member"], include=["agency", "read_at"], name="acknowledged_once"
            )
        ]
        indexes = [models.Index(fields=["agency", "member"], condition=Q(read_at__isnull=True), name="to_read")]

    def __str__(self) -> str:
        return f"{self.member}: {self.version}"


class StandardEdition(models.Model):
    """An edition of a standard or framework, as data. Shared by all agencies."""

    code = models.SlugField(_("code"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=300)
    is_default = models.BooleanField(_("the one in use"), default=False)
    is_draft = models.BooleanField(_("draft edition"), default=False)  # known from secondary sources only
    urn = models.CharField(max_length=300, blank=True, db_index=True)  # of an imported framework
    version = models.CharField(_("version"), max_length=40, blank=True)  # of the imported library
    description = models.TextField(_("description"), blank=True)
    source = models.TextField(_("source"), blank=True)  # who published it, and its copyright
    imported = models.JSONField(default=dict, editable=False)  # the words as last imported: what differs is people's

    class Meta:
        verbose_name, verbose_name_plural = _("standard edition"), _("standard editions")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("standard", args=[self.code])


class Clause(models.Model):
    """A clause, or a node of an imported framework, in the tree of its edition.

    `urn` names it within the edition: its number, or the name an imported library gives it. `asks` says in our own
    words what it asks for, `question` what an auditor asks about it; the texts of the standards are copyrighted.
    """

    edition = models.ForeignKey(StandardEdition, models.CASCADE, verbose_name=_("edition"), related_name="clauses")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    urn = models.CharField(max_length=300)
    number = models.CharField(_("clause"), max_length=100, blank=True)
    position = models.PositiveIntegerField()
    depth = models.PositiveSmallIntegerField(default=1)
    assessable = models.BooleanField(_("asked about"), default=True)  # a heading is not
    gone = models.BooleanField(_("no longer in the framework"), default=False)  # kept: audits and documents may name it
    title_vi = models.TextField(blank=True)
    title_en = models.TextField(blank=True)
    asks_vi = models.TextField(blank=True)
    asks_en = models.TextField(blank=True)
    question_vi = models.CharField(max_length=400, blank=True)
    question_en = models.CharField(max_length=400, blank=True)
    imported = models.JSONField(default=dict, editable=False)  # the words as last imported: what differs is people's

    class Meta:
        verbose_name, verbose_name_plural = _("clause"), _("clauses")
        ordering = ["edition", "position"]
        constraints = [models.UniqueConstraint(fields=["edition", "urn"], name="clause_once")]

    def __str__(self) -> str:
        return self.number or self.urn.rsplit(":", 1)[-1]

    def get_absolute_url(self) -> str:
        return reverse("clause", args=[self.edition.code, self.urn])

    @property
    def title(self) -> str:
        """In the reader's language, or in the one there is."""
        return self._in_words("title")

    @property
    def asks(self) -> str:
        return self._in_words("asks")

    def _in_words(self, what: str) -> str:
        vi, en = getattr(self, f"{what}_vi"), getattr(self, f"{what}_en")
        return str(vi or en) if (get_language() or "vi").startswith("vi") else str(en or vi)


# Models of their own files, which need those above.
from documents.copy_models import ControlledCopy  # noqa: E402
from documents.cycle_models import (  # noqa: E402  (they refer to the models above)
    Audience,
    ChangeRequest,
    ChangeState,
    CodePattern,
    Comment,
    Delegation,
    Extent,
    PeriodicReview,
    Verdict,
)
from documents.export_models import DocumentExport  # noqa: E402
from documents.file_models import UploadedFile  # noqa: E402
from documents.import_models import ImportedFile, ImportRun, Outcome  # noqa: E402
from documents.law_models import Citation, LegalText, LegalUpdate, OwnLegalText  # noqa: E402
from documents.record_models import Disposal, DisposalItem, RecordGroup, RecordHold, RecordSeries  # noqa: E402
from documents.route_models import ApprovalRoute  # noqa: E402
from documents.search_models import SearchText  # noqa: E402
from documents.set_models import FrameworkChoice  # noqa: E402
from documents.signature_models import Capacity, Confirmed, Signature, SignatureRole  # noqa: E402
from documents.standard_models import ClauseNote, Correlation, ServedClause  # noqa: E402

__all__ = [
    "OPEN_STATES",
    "PROCEDURES",
    "Acknowledgement",
    "ApprovalRoute",
    "Audience",
    "Capacity",
    "ChangeRequest",
    "ChangeState",
    "Citation",
    "Clause",
    "ClauseNote",
    "CodePattern",
    "Comment",
    "Confidentiality",
    "Confirmed",
    "ControlledCopy",
    "Correlation",
    "Delegation",
    "Disposal",
    "DisposalItem",
    "Document",
    "DocumentExport",
    "Extent",
    "FrameworkChoice",
    "ImportRun",
    "ImportedFile",
    "Kind",
    "LegalText",
    "LegalUpdate",
    "Outcome",
    "OwnLegalText",
    "PeriodicReview",
    "RecordGroup",
    "RecordHold",
    "RecordSeries",
    "SearchText",
    "ServedClause",
    "Signature",
    "SignatureRole",
    "StandardEdition",
    "State",
    "UploadedFile",
    "Verdict",
    "Version",
]  # fmt: skip
