"""What is done: the catalogue of administrative procedures (TTHC), and residents' dossiers run by signed procedures."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import ConcurrentTransitionMixin, transition

from documents.content import Content
from documents.models import Document, Version
from processes import permissions
from processes.querysets import OPEN, DossierQuerySet, ServiceQuerySet, TaskQuerySet
from tenants import clock
from tenants.due import CUT_OFF
from tenants.history import History
from tenants.models import Member, StoredFile, Unit
from tenants.scoping import AgencyOwned, ScopedManager
from tenants.transitions import StateField


class Service(models.Model):
    """An administrative procedure (TTHC) as the national database has it. Shared; nothing takes effect by import alone."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.TextField(_("name"))
    field = models.CharField(_("field"), max_length=200, blank=True, db_index=True)
    level = models.CharField(_("level"), max_length=200, blank=True)
    agencies = models.TextField(_("agencies"), blank=True)  # one a line
    decision = models.CharField(_("announced by"), max_length=200, blank=True)
    details = models.JSONField(_("details"), default=dict)  # shape: processes.catalogue.Details
    doubts = models.JSONField(
        _("needs confirmation"), default=list
    )  # what the import could not read for sure, in words
    sha256 = models.CharField(max_length=64, editable=False)  # of what was imported, to tell unchanged from updated
    imported_at = models.DateTimeField(_("imported at"), default=clock.now)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("administrative procedure"), _("administrative procedures")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Coverage(AgencyOwned):
    """This document is the agency's procedure for that service; many to many (Circular 26/2014 art 41.6)."""

    document = models.ForeignKey(Document, models.PROTECT, verbose_name=_("document"), related_name="coverages")
    service = models.ForeignKey(
        Service, models.PROTECT, verbose_name=_("administrative procedure"), related_name="coverages"
    )
    history = History()

    class Meta:
        verbose_name, verbose_name_plural = _("covered procedure"), _("covered procedures")
        constraints = [models.UniqueConstraint(fields=["document", "service"], name="covered_once")]

    def __str__(self) -> str:
        return f"{self.document.code}: {self.service.code}"


class Applicant(AgencyOwned):
    """The resident or organisation behind one dossier, and all that leads to them: its table is closed to overseers."""

    name = models.CharField(_("full name"), max_length=150)
    id_number = models.CharField(_("personal ID number"), max_length=20, blank=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True, help_text=_("Whom or what it concerns."))
    other_papers = models.TextField(_("other papers received"), blank=True)  # one a line, in the clerk's own words
    note = models.TextField(_("note"), blank=True)
    look_up = models.CharField(
        max_length=12, editable=False
    )  # printed on the slip: the secret for following the dossier
    folded = models.TextField(editable=False, default="")  # what search looks in: code, names, without diacritics
    history = History(excluded_fields=["folded"])

    class Meta:
        verbose_name, verbose_name_plural = _("applicant"), _("applicants")

    def __str__(self) -> str:
        return self.name

    @property
    def brought(self) -> list[str]:
        """The papers received besides those the procedure asks for."""
        return self.other_papers.splitlines()

    @property
    def is_reachable(self) -> bool:
        """There is something to mask."""
        return bool(self.phone or self.email or self.id_number)


class Channel(models.TextChoices):
    DIRECT = "direct", _("at the counter")
    POST = "post", _("by post")
    ONLINE = "online", _("online")


class DossierState(models.TextChoices):
    """The slice's states (domain §9.1); pauses, refusals and withdrawals come with the dossiers in depth."""

    RECEIVED = "received", _("Received")
    PROCESSING = "processing", pgettext_lazy("dossier", "In progress")
    RESULT_READY = "result_ready", _("Result ready")
    CLOSED = "closed", pgettext_lazy("dossier", "Closed")


class Punctuality(models.TextChoices):
    """Result classes (domain §6.4-8)."""

    EARLY = "early", _("early")
    ON_TIME = "on_time", _("on time")
    OVERDUE = "overdue", _("late")


class Dossier(ConcurrentTransitionMixin, AgencyOwned):
    """A resident's dossier. It stays on the version in force when it was received."""

    code = models.CharField(_("code"), max_length=60)
    version = models.ForeignKey(Version, models.PROTECT, verbose_name=_("procedure"), related_name="dossiers")
    service = models.ForeignKey(
        Service, models.PROTECT, verbose_name=_("administrative procedure"), null=True, blank=True
    )
    applicant = models.OneToOneField(Applicant, models.PROTECT, verbose_name=_("applicant"), related_name="dossier")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.DIRECT)
    components = models.JSONField(
        _("papers received"), default=list
    )  # [{"name", "originals", "copies"}], names of the version only: what else was brought lies with the applicant
    received_at = models.DateTimeField(_("received at"))  # complete and valid
    cut_off = models.TimeField(
        _("same-day cut-off"), default=CUT_OFF, editable=False
    )  # the agency's at receipt: later ones change nothing here
    received_by = models.ForeignKey(Member, models.PROTECT, verbose_name=_("received by"), related_name="+")
    due_at = models.DateTimeField(_("due"))
    near_at = models.DateTimeField(
        _("near due from"), editable=False
    )  # a fifth or one working day left (domain §6.4-8)
    form_key = models.UUIDField(
        null=True, editable=False
    )  # of the form it was entered with: sent twice is entered once
    state = StateField(_("state"), choices=DossierState, default=DossierState.RECEIVED, protected=True)
    finished_at = models.DateTimeField(_("result ready at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    punctuality = models.CharField(_("in time"), max_length=10, choices=Punctuality, blank=True, editable=False)
    slip = models.ForeignKey(
        StoredFile, models.PROTECT, verbose_name=_("receipt slip"), null=True, editable=False, related_name="+"
    )
    history = History()
    handled_by: int  # of with_handling()

    objects = ScopedManager.from_queryset(DossierQuerySet)()
    everywhere = DossierQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("dossier"), _("dossiers")
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "code"], name="dossier_code_once"),
            models.UniqueConstraint(fields=["agency", "form_key"], name="dossier_form_once"),
            models.CheckConstraint(name="closed_has_result", condition=~Q(state="closed") | ~Q(punctuality="")),
            models.CheckConstraint(name="due_after_receipt", condition=Q(due_at__gt=F("received_at"))),
        ]
        indexes = [
            models.Index(fields=["agency", "state", "due_at"], name="dossier_by_due"),
            models.Index(fields=["agency", "-received_at"], name="dossier_newest"),
            models.Index(fields=["agency", "version"], name="dossier_by_version"),
            models.Index(  # with what is counted of them, so that no row is visited
                fields=["agency", "finished_at"],
                include=["punctuality"],
                condition=Q(finished_at__isnull=False),
                name="dossier_finished",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("dossier", args=[self.code])

    @property
    def look_up(self) -> str:
        """Printed on the slip: the secret for following the dossier. Kept with the personal data."""
        return self.applicant.look_up

    @property
    def content(self) -> Content:
        return Content.of(self.version.content)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    # --- consequences of what happens to its tasks, carried out by processes.actions only ---

    @transition(state, DossierState.RECEIVED, DossierState.PROCESSING)
    def begin(self) -> None:
        """Somebody works on it."""

    @transition(state, [DossierState.RECEIVED, DossierState.PROCESSING], DossierState.RESULT_READY)
    def finish(self, at: dt.datetime | None = None, punctuality: str = "") -> None:
        """Every step but the return of the result is done: this moment is compared with the due moment."""
        self.finished_at, self.punctuality = at, punctuality

    @transition(state, DossierState.RESULT_READY, DossierState.PROCESSING)
    def reopen(self) -> None:
        """The result was sent back to an earlier step."""
        self.finished_at, self.punctuality = None, ""

    @transition(
        state, DossierState.RESULT_READY, DossierState.CLOSED, permission=permissions.may_close,
        custom={"label": _("Hand out the result and close"), "needs": _("the one-stop desk, when the result is ready")},
    )  # fmt: skip
    def close(self, at: dt.datetime | None = None) -> None:
        """The resident has the result."""
        self.closed_at = at


class TaskState(models.TextChoices):
    OPEN = "open", _("To do")
    DONE = "done", _("Done")
    SENT_BACK = "sent_back", _("Returned")


class Task(ConcurrentTransitionMixin, AgencyOwned):
    """One step of one dossier, given to a member, or to a unit or role until a member takes it."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, verbose_name=_("dossier"), related_name="tasks")
    step = models.PositiveSmallIntegerField(_("step"))  # number in the pinned version, from 1
    name = models.CharField(_("name"), max_length=300)
    member = models.ForeignKey(
        Member, models.PROTECT, verbose_name=_("member"), null=True, blank=True, related_name="tasks"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), null=True, blank=True, related_name="tasks")
    role = models.CharField(_("role"), max_length=30, blank=True)
    state = StateField(_("state"), choices=TaskState, default=TaskState.OPEN, protected=True)
    opened_at = models.DateTimeField(_("opened at"))
    due_at = models.DateTimeField(_("due"))
    near_at = models.DateTimeField(_("near due from"), editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, editable=False)
    punctuality = models.CharField(_("in time"), max_length=10, choices=Punctuality, blank=True, editable=False)
    history = History()
    pressing_at: dt.datetime | None  # of by_pressure()

    objects = ScopedManager.from_queryset(TaskQuerySet)()
    everywhere = TaskQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("task"), _("tasks")
        ordering = ["dossier", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dossier"], condition=Q(state="open"), name="one_open_task"),
            models.CheckConstraint(
                name="task_is_somebodys", condition=Q(member__isnull=False) | Q(unit__isnull=False) | ~Q(role="")
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "member", "due_at"], condition=Q(state="open"), name="task_open_by_member"),
            models.Index(fields=["agency", "due_at"], condition=Q(state="open"), name="task_open_by_due"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier.code}, {self.step}. {self.name}"

    def get_absolute_url(self) -> str:
        return self.dossier.get_absolute_url()

    @transition(
        state, TaskState.OPEN, TaskState.DONE, permission=permissions.may_do,
        custom={"label": _("Done, hand over"), "needs": _("whoever the step belongs to")},
    )  # fmt: skip
    def complete(self, at: dt.datetime | None = None, punctuality: str = "") -> None:
        """The step is done; the next one opens, or the result is ready."""
        self.finished_at, self.punctuality = at, punctuality

    @transition(
        state, TaskState.OPEN, TaskState.SENT_BACK, permission=permissions.may_do,
        custom={"label": _("Return to the previous step"), "needs": _("whoever the step belongs to")},
    )  # fmt: skip
    def send_back(self, at: dt.datetime | None = None) -> None:
        """Back to the previous step, with a reason."""
        self.finished_at = at


class HandOver(AgencyOwned):
    """Who gave the dossier to whom, when, in time or late (form 06): append-only."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, verbose_name=_("dossier"), related_name="hand_overs")
    given_by = models.ForeignKey(Member, models.PROTECT, verbose_name=_("given by"), related_name="+")
    task = models.ForeignKey(
        Task, models.PROTECT, null=True, related_name="+"
    )  # the step that ended; none at reception
    next_task = models.ForeignKey(
        Task, models.PROTECT, null=True, related_name="+"
    )  # the step that opened; none at closing
    at = models.DateTimeField(_("at"))
    taken_by = models.CharField(
        _("taken by"), max_length=200, blank=True
    )  # as named then; nobody when the dossier closes
    punctuality = models.CharField(max_length=10, choices=Punctuality, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("hand-over"), _("hand-overs")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.dossier.code} {self.at:%d/%m/%Y %H:%M}"
