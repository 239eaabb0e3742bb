"""The life of a document around its versions: requests for change, comments, delegated signing, reviews, readers, codes."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import ConcurrentTransitionMixin, transition

from documents import permissions
from documents.querysets import hidden_ids
from tenants import clock
from tenants.history import History
from tenants.models import Member, Role, Unit
from tenants.scoping import AgencyOwned, ScopedManager
from tenants.transitions import StateField


class DelegationQuerySet(models.QuerySet[Any]):
    def visible_to(self, member: Member) -> Self:
        return self.filter(agency=member.agency_id)

    def standing(self, day: dt.date | None = None) -> Self:
        """Of this day, not ended, given by somebody who leads the agency on that day."""
        day = day or clock.today()
        at_work = Q(by__valid_to__isnull=True) | Q(by__valid_to__gte=day)
        return self.filter(
            at_work, first_day__lte=day, last_day__gte=day, ended_at=None, by__roles__contains=[Role.AGENCY_HEAD]
        )

    def for_kind(self, kind: Any) -> Self:
        """Limited to no kinds of document, or to kinds with this one among them."""
        return self.filter(Q(kinds=[]) | Q(kinds__contains=[kind]))


class Delegation(AgencyOwned):
    """The head lets somebody sign approvals (TUQ.) from one day to another, by a numbered decision (Decree 30/2020 art 13)."""

    by = models.ForeignKey(Member, models.PROTECT, verbose_name=_("delegated by"), related_name="+")
    to = models.ForeignKey(Member, models.PROTECT, verbose_name=_("delegated to"), related_name="delegations")
    decision = models.CharField(_("number of the decision"), max_length=60)
    what = models.CharField(_("what is delegated"), max_length=500, blank=True, default="", db_default="")
    kinds: ArrayField = ArrayField(  # of document; none: every kind
        models.CharField(max_length=30), verbose_name=_("kinds of document"), default=list, db_default=[], blank=True
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    ended_at = models.DateTimeField(_("ended early"), null=True, blank=True, editable=False)
    history = History()

    objects = ScopedManager.from_queryset(DelegationQuerySet)()
    everywhere = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("delegation of signing"), _("delegations of signing")
        ordering = ["-first_day", "-pk"]
        constraints = [
            models.CheckConstraint(name="delegation_ends_after_start", condition=Q(last_day__gte=F("first_day"))),
            models.CheckConstraint(name="delegation_to_somebody_else", condition=~Q(to=F("by"))),
        ]

    def __str__(self) -> str:
        return f"{self.decision}: {self.to}"

    @property
    def stands(self) -> bool:
        """Today (whether whoever gave it still leads the agency is asked by `standing`)."""
        return self.ended_at is None and self.first_day <= clock.today() <= self.last_day

    @property
    def kinds_in_words(self) -> str:
        """Empty: every kind."""
        words = dict(apps.get_model("documents", "Document")._meta.get_field("kind").choices or ())
        return ", ".join(str(words[kind]) for kind in self.kinds)

    @property
    def may_still_end(self) -> bool:
        return self.ended_at is None and self.last_day >= clock.today()


class Comment(AgencyOwned):
    """What must be mended, and in which part; said with a return, settled by the next submission."""

    version = models.ForeignKey("documents.Version", models.PROTECT, verbose_name=_("version"), related_name="comments")
    round = models.PositiveSmallIntegerField()  # of signatures, in which it was said
    part = models.CharField(_("part"), max_length=30)  # a key of documents.commenting.parts_of
    text = models.TextField(_("comment"), max_length=2000)
    member = models.ForeignKey(Member, models.PROTECT, verbose_name=_("said by"), related_name="+")
    said_at = models.DateTimeField(_("said at"), default=clock.now)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    history = History()

    class Meta:
        verbose_name, verbose_name_plural = _("comment"), _("comments")
        ordering = ["said_at", "pk"]
        indexes = [models.Index(fields=["version"], condition=Q(settled_at__isnull=True), name="comment_open")]

    def __str__(self) -> str:
        return f"{self.version}: {self.part}"


class ChangeState(models.TextChoices):
    PROPOSED = "proposed", _("To be decided")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", pgettext_lazy("request for change", "Refused")


class Extent(models.TextChoices):
    """How far a change goes: what becomes of the numbers, and of what people have read."""

    CORRECTION = "correction", _("minor correction: revision + 1, whoever has read it need not read it again")
    REVISION = "revision", _("revision of this issue: revision + 1, everybody reads it")
    ISSUE = "issue", _("new issue: issue + 1, everybody reads it")


class ChangeRequestQuerySet(models.QuerySet[Any]):
    def visible_to(self, member: Member) -> Self:
        return self.filter(agency=member.agency_id).exclude(document__in=hidden_ids(member))

    def undecided(self) -> Self:
        return self.filter(state=ChangeState.PROPOSED)

    def waiting_for(self, member: Member) -> Self:
        """What this member can decide."""
        return self.undecided() if permissions.may_decide_changes(member) else self.none()


class ChangeRequest(ConcurrentTransitionMixin, AgencyOwned):
    """Somebody asks for a change of a document; the draft that follows takes its line in the amendment table from here."""

    document = models.ForeignKey(
        "documents.Document", models.PROTECT, verbose_name=_("document"), related_name="change_requests"
    )
    code = models.CharField(_("code"), max_length=40)
    parts = models.CharField(_("parts to be changed"), max_length=200)
    reason = models.CharField(_("reason"), max_length=1000)
    asked_by = models.ForeignKey(Member, models.PROTECT, verbose_name=_("asked by"), related_name="+")
    asked_at = models.DateTimeField(_("asked at"), default=clock.now)
    state = StateField(_("state"), choices=ChangeState, default=ChangeState.PROPOSED, protected=True)
    decided_by = models.ForeignKey(
        Member, models.PROTECT, verbose_name=_("decided by"), null=True, editable=False, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    answer = models.CharField(_("answer"), max_length=1000, blank=True, editable=False)
    version = models.ForeignKey(
        "documents.Version", models.PROTECT, verbose_name=_("draft"), null=True, editable=False, related_name="requests"
    )
    history = History()

    objects = ScopedManager.from_queryset(ChangeRequestQuerySet)()
    everywhere = ChangeRequestQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("request for change"), _("requests for change")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "code"], name="change_request_code_once"),
            models.CheckConstraint(
                name="change_request_decided",
                condition=Q(state="proposed", decided_at__isnull=True)
                | Q(state="accepted", decided_at__isnull=False, version__isnull=False)
                | (Q(state="refused", decided_at__isnull=False) & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}, {self.document.code}"

    def get_absolute_url(self) -> str:
        return reverse("change_request", args=[self.code])

    @property
    def line(self) -> str:
        """As it stands in the amendment table."""
        return f"{self.code}, {self.asked_by.name}: {self.reason}"[:300]

    @transition(
        state, ChangeState.PROPOSED, ChangeState.ACCEPTED, permission=permissions.may_decide_change,
        custom={"label": _("Accept the request"), "needs": _("the ISO secretary or the head of the agency")},
    )  # fmt: skip
    def accept(self, decider: Member, version: Any) -> None:
        """Yes: a drafter writes it."""
        self.decided_by, self.decided_at, self.version = decider, clock.now(), version

    @transition(
        state, ChangeState.PROPOSED, ChangeState.REFUSED, permission=permissions.may_decide_change,
        custom={"label": _("Refuse the request"), "grave": True, "needs": _("the ISO secretary or the head of the agency")},
    )  # fmt: skip
    def refuse(self, decider: Member, answer: str) -> None:
        """No, with a reason; whoever asked is told."""
        self.decided_by, self.decided_at, self.answer = decider, clock.now(), answer


class Verdict(models.TextChoices):
    KEEP = "keep", _("keep: it still fits")
    REVISE = "revise", _("revise: a request for change is opened")
    WITHDRAW = "withdraw", _("withdraw: the head of the agency is asked to withdraw it")


class PeriodicReview(AgencyOwned):
    """Somebody looked whether a version in force still fits, and what they found (ISO 9001 clause 7.5.3): append-only."""

    version = models.ForeignKey("documents.Version", models.PROTECT, verbose_name=_("version"), related_name="reviews")
    due_on = models.DateField(_("was due on"), null=True)
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict)
    reason = models.CharField(_("reason"), max_length=1000)
    member = models.ForeignKey(Member, models.PROTECT, verbose_name=_("reviewed by"), related_name="+")
    reviewed_at = models.DateTimeField(_("reviewed at"), default=clock.now)
    next_on = models.DateField(_("next review"), null=True)
    request = models.ForeignKey(
        ChangeRequest, models.PROTECT, verbose_name=_("request for change"), null=True, related_name="+"
    )

    class Meta:
        verbose_name, verbose_name_plural = _("periodic review"), _("periodic reviews")
        ordering = ["-reviewed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="review_says_what_follows",
                condition=Q(verdict="keep", next_on__isnull=False, request__isnull=True)
                | Q(verdict="revise", request__isnull=False)
                | Q(verdict="withdraw", request__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.get_verdict_display()}"


class Audience(AgencyOwned):
    """Who is asked to read a document: a unit, a role or a person. Without any row: everybody."""

    document = models.ForeignKey(
        "documents.Document", models.PROTECT, verbose_name=_("document"), related_name="audience"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), null=True, blank=True, related_name="+")
    role = models.CharField(_("role"), max_length=30, choices=Role, blank=True)
    member = models.ForeignKey(
        Member, models.PROTECT, verbose_name=_("person"), null=True, blank=True, related_name="+"
    )
    history = History()

    class Meta:
        verbose_name, verbose_name_plural = _("reader of a document"), _("readers of documents")
        ordering = ["document", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "unit", "role", "member"], nulls_distinct=False, name="audience_once"
            ),
            models.CheckConstraint(
                name="audience_is_one_thing",
                condition=Q(unit__isnull=False, role="", member__isnull=True)
                | (Q(unit__isnull=True, member__isnull=True) & ~Q(role=""))
                | Q(unit__isnull=True, role="", member__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit or self.member or self.get_role_display())


class CodePattern(AgencyOwned):
    """How an agency writes the codes of one kind: `QT.{field}.{nn}`."""

    kind = models.CharField(_("kind"), max_length=30)
    pattern = models.CharField(_("pattern"), max_length=60)
    history = History()

    class Meta:
        verbose_name, verbose_name_plural = _("code pattern"), _("code patterns")
        ordering = ["kind"]
        constraints = [models.UniqueConstraint(fields=["agency", "kind"], name="one_pattern_per_kind")]

    def __str__(self) -> str:
        return self.pattern
