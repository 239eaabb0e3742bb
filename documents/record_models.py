"""Records kept: series taken from the procedures, groups with their retention, holds, and disposal (ISO 9001 clause 7.5.3).

The database itself disposes of nothing that is held, permanent or not decided (documents/migrations, “records_secured”).
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import ConcurrentTransitionMixin, transition

from documents import record_permissions as permissions
from documents.models import Document, Version
from documents.record_querysets import DisposalQuerySet, GroupQuerySet, HoldQuerySet, SeriesQuerySet
from documents.retention import MOST_YEARS, CountedFrom, Retention, Rule
from documents.signature_models import Confirmed
from tenants import clock
from tenants.history import History
from tenants.models import Member, StoredFile, Unit
from tenants.scoping import AgencyOwned, ScopedManager
from tenants.transitions import StateField


class Medium(models.TextChoices):
    PAPER = "paper", pgettext_lazy("medium of records", "paper")
    ELECTRONIC = "electronic", pgettext_lazy("medium of records", "electronic")
    BOTH = "both", _("paper and electronic")


class RecordSeries(AgencyOwned):
    """One line of a procedure's part 7, “records kept”, through all its versions: name, place and words of retention are
    the version's, taken when it comes into force; a person says only what the words leave open.
    """

    document = models.ForeignKey(
        Document, models.PROTECT, verbose_name=_("document"), related_name="record_series", editable=False
    )
    version = models.ForeignKey(
        Version, models.PROTECT, verbose_name=_("version that names it"), related_name="+", editable=False
    )
    number = models.PositiveSmallIntegerField(editable=False)  # in the document, never reused
    code = models.CharField(_("code"), max_length=60, editable=False)
    key = models.CharField(max_length=330, editable=False)  # the folded name: by it the next version is followed
    name = models.CharField(_("name"), max_length=300, editable=False)
    place = models.CharField(pgettext_lazy("of records", "kept at"), max_length=300, blank=True, editable=False)
    words = models.CharField(_("retention as the version says it"), max_length=300, blank=True, editable=False)
    ended_on = models.DateField(_("no longer named since"), null=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit that keeps it"), null=True, blank=True)
    medium = models.CharField(_("medium"), max_length=12, choices=Medium, default=Medium.BOTH)
    retention = models.CharField(_("kept"), max_length=10, choices=Retention, default=Retention.UNSET)
    years = models.PositiveSmallIntegerField(
        _("years"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_YEARS)]
    )
    event = models.CharField(_("until what happens"), max_length=200, blank=True)
    counted_from = models.CharField(
        _("years counted from"), max_length=12, choices=CountedFrom, default=CountedFrom.YEAR_END
    )
    legal_basis = models.CharField(_("legal basis of the retention"), max_length=200, blank=True)
    dossiers = models.BooleanField(_("holds the finished dossiers of the procedure"), default=False)
    history = History()

    objects = ScopedManager.from_queryset(SeriesQuerySet)()
    everywhere = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("series of records"), _("series of records")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "code"], name="record_series_code_once"),
            models.UniqueConstraint(fields=["document", "key"], name="record_series_once"),
            models.UniqueConstraint(
                fields=["document"], condition=Q(dossiers=True), name="one_series_of_dossiers",
                violation_error_message=_("Another series of this procedure holds its dossiers."),
            ),
            models.CheckConstraint(
                name="retention_years_given",
                condition=Q(retention="years", years__isnull=False)
                | Q(retention="event") | Q(retention__in=["unset", "permanent"], years__isnull=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("record_series", args=[self.code])

    @property
    def rule(self) -> Rule:
        return Rule(self.retention, self.years, self.counted_from)


class GroupState(models.TextChoices):
    OPEN = "open", pgettext_lazy("record group", "Being filled")
    CLOSED = "closed", pgettext_lazy("record group", "Kept")
    DISPOSED = "disposed", pgettext_lazy("record group", "Disposed of")


class RecordGroup(ConcurrentTransitionMixin, AgencyOwned):
    """One box, folder or year of a series. `ends_on`, the last day it must be kept, is reckoned, never typed; what was
    disposed of stays in the register.
    """

    series = models.ForeignKey(RecordSeries, models.PROTECT, verbose_name=_("series"), related_name="groups")
    number = models.PositiveIntegerField(editable=False)  # in the series, never reused
    code = models.CharField(_("code"), max_length=80, editable=False)
    title = models.CharField(pgettext_lazy("record group", "title"), max_length=300)
    first_on = models.DateField(_("records from"))
    last_on = models.DateField(_("records to"), null=True, blank=True)
    count = models.PositiveIntegerField(_("number of papers or files"), null=True, blank=True)
    location = models.CharField(_("location"), max_length=200, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    event_on = models.DateField(_("the event happened on"), null=True, blank=True)
    ends_on = models.DateField(_("kept until"), null=True, editable=False)  # documents.retention.ends_on
    disposed_on = models.DateField(_("disposed of on"), null=True, editable=False)
    state = StateField(_("state"), choices=GroupState, default=GroupState.OPEN, protected=True)
    history = History()

    objects = ScopedManager.from_queryset(GroupQuerySet)()
    everywhere = GroupQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("record group"), _("record groups")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "code"], name="record_group_code_once"),
            models.CheckConstraint(
                name="records_end_after_start", condition=Q(last_on__isnull=True) | Q(last_on__gte=F("first_on"))
            ),
            models.CheckConstraint(
                name="record_group_closed",
                condition=Q(state="open", closed_on__isnull=True, ends_on__isnull=True)
                | Q(state__in=["closed", "disposed"], closed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="record_group_disposed",
                condition=Q(state="disposed", disposed_on__isnull=False)
                | (~Q(state="disposed") & Q(disposed_on__isnull=True)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "ends_on"], condition=Q(state="closed"), name="record_groups_ending"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("record_group", args=[self.code])

    @transition(state, GroupState.OPEN, GroupState.CLOSED)
    def close_group(self, on: dt.date | None = None, ends_on: dt.date | None = None) -> None:
        """Nothing more is added; the retention begins to run."""
        self.closed_on, self.ends_on = on, ends_on

    @transition(state, GroupState.CLOSED, GroupState.DISPOSED)
    def dispose(self, on: dt.date | None = None) -> None:
        """A decided disposal was carried out; the database refuses it for anything held, permanent or undecided."""
        self.disposed_on = on


class HoldKind(models.TextChoices):
    INSPECTION = "inspection", _("inspection or audit")
    COMPLAINT = "complaint", _("complaint or denunciation")
    LAWSUIT = "lawsuit", _("lawsuit")
    INVESTIGATION = "investigation", _("investigation")
    OTHER = "other", _("other reason")


class RecordHold(AgencyOwned):
    """Nothing of this group or series is disposed of while it stands, whatever was decided before."""

    series = models.ForeignKey(
        RecordSeries, models.PROTECT, verbose_name=_("series"), null=True, blank=True, related_name="holds"
    )
    group = models.ForeignKey(
        RecordGroup, models.PROTECT, verbose_name=_("record group"), null=True, blank=True, related_name="holds"
    )
    kind = models.CharField(_("because of"), max_length=20, choices=HoldKind)
    reason = models.CharField(_("reason"), max_length=1000)
    placed_by = models.ForeignKey(Member, models.PROTECT, verbose_name=_("placed by"), related_name="+")
    placed_at = models.DateTimeField(_("placed at"), default=clock.now)
    lifted_by = models.ForeignKey(Member, models.PROTECT, verbose_name=_("lifted by"), null=True, related_name="+")
    lifted_at = models.DateTimeField(_("lifted at"), null=True)
    lift_reason = models.CharField(_("why it was lifted"), max_length=1000, blank=True)
    history = History()

    objects = ScopedManager.from_queryset(HoldQuerySet)()
    everywhere = HoldQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("hold on disposal"), _("holds on disposal")
        ordering: ClassVar = ["-placed_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="hold_is_on_one_thing",
                condition=Q(series__isnull=False, group__isnull=True) | Q(series__isnull=True, group__isnull=False),
            ),
            models.CheckConstraint(
                name="hold_lifted_with_reason",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lift_reason="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lift_reason="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "group"], condition=Q(lifted_at__isnull=True), name="holds_on_groups"),
            models.Index(fields=["agency", "series"], condition=Q(lifted_at__isnull=True), name="holds_on_series"),
        ]

    def __str__(self) -> str:
        return str(self.series or self.group)

    def get_absolute_url(self) -> str:
        return str((self.series or self.group).get_absolute_url())  # type: ignore[union-attr]  # one of them stands


class DisposalState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("disposal", "To be decided")
    APPROVED = "approved", pgettext_lazy("disposal", "Approved, to be carried out")
    REFUSED = "refused", pgettext_lazy("disposal", "Refused")
    TAKEN_BACK = "taken_back", pgettext_lazy("disposal", "Taken back")
    CARRIED_OUT = "carried_out", pgettext_lazy("disposal", "Carried out")


class Disposal(ConcurrentTransitionMixin, AgencyOwned):
    """Somebody proposes to dispose of what need no longer be kept, the head decides, and minutes say it was done."""

    code = models.CharField(_("code"), max_length=40)
    reason = models.CharField(_("reason"), max_length=1000)
    proposed_by = models.ForeignKey(Member, models.PROTECT, verbose_name=_("proposed by"), related_name="+")
    proposed_at = models.DateTimeField(_("proposed at"), default=clock.now)
    state = StateField(_("state"), choices=DisposalState, default=DisposalState.PROPOSED, protected=True)
    decided_by = models.ForeignKey(
        Member, models.PROTECT, verbose_name=_("decided by"), null=True, editable=False, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    decision = models.CharField(_("number of the decision"), max_length=60, blank=True, editable=False)
    answer = models.CharField(_("answer"), max_length=1000, blank=True, editable=False)
    confirmed = models.CharField(
        _("identity confirmed by"), max_length=20, choices=Confirmed, blank=True, default="", editable=False
    )
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)  # of the list that was approved
    carried_out_on = models.DateField(_("carried out on"), null=True, editable=False)
    carried_out_by = models.ForeignKey(
        Member, models.PROTECT, verbose_name=_("carried out by"), null=True, editable=False, related_name="+"
    )
    place = models.CharField(pgettext_lazy("of a disposal", "place"), max_length=200, blank=True, editable=False)
    method = models.CharField(_("how it was destroyed"), max_length=200, blank=True, editable=False)
    commission = models.TextField(_("members of the commission"), blank=True, editable=False)  # one a line
    minutes = models.ForeignKey(
        StoredFile, models.PROTECT, verbose_name=_("minutes"), null=True, editable=False, related_name="+"
    )
    history = History()

    objects = ScopedManager.from_queryset(DisposalQuerySet)()
    everywhere = DisposalQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("disposal of records"), _("disposals of records")
        ordering: ClassVar = ["-proposed_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "code"], name="disposal_code_once"),
            models.CheckConstraint(
                name="disposal_by_two_persons", condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by"))
            ),
            models.CheckConstraint(
                name="disposal_decided",
                condition=Q(state__in=["proposed", "taken_back"])
                | (Q(state="refused", decided_at__isnull=False) & ~Q(answer=""))
                | (Q(state__in=["approved", "carried_out"], decided_at__isnull=False) & ~Q(decision="") & ~Q(sha256="")),
            ),
            models.CheckConstraint(
                name="disposal_carried_out",
                condition=~Q(state="carried_out")
                | (Q(carried_out_on__isnull=False, carried_out_by__isnull=False) & ~Q(commission="")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("disposal", args=[self.code])

    @property
    def stands(self) -> bool:
        return self.state in (DisposalState.PROPOSED, DisposalState.APPROVED)

    @transition(
        state, DisposalState.PROPOSED, DisposalState.APPROVED, permission=permissions.may_decide_disposal,
        custom={"label": _("Approve the disposal"), "needs": _("the head of the agency, about what others proposed")},
    )  # fmt: skip
    def approve(self, decider: Member, decision: str, sha256: str, confirmed: str = "") -> None:
        """Yes, by a numbered decision, for the items that were not struck."""
        self.decided_by, self.decided_at = decider, clock.now()
        self.decision, self.sha256, self.confirmed = decision, sha256, confirmed

    @transition(
        state, [DisposalState.PROPOSED, DisposalState.APPROVED], DisposalState.REFUSED,
        permission=permissions.may_decide_disposal,
        custom={"label": _("Refuse the disposal"), "grave": True, "needs": _("the head of the agency, about what others proposed")},
    )  # fmt: skip
    def refuse(self, decider: Member, answer: str) -> None:
        """No, with a reason, also after it was approved; every item returns to the register."""
        self.decided_by, self.decided_at, self.answer = decider, clock.now(), answer

    @transition(
        state, DisposalState.PROPOSED, DisposalState.TAKEN_BACK, permission=permissions.may_take_back,
        custom={"label": _("Take the proposal back"), "grave": True, "needs": _("whoever keeps the records")},
    )  # fmt: skip
    def take_back(self) -> None:
        """Not now, with a reason; every item returns to the register."""

    @transition(
        state, DisposalState.APPROVED, DisposalState.CARRIED_OUT, permission=permissions.may_carry_out,
        custom={"label": _("Enter that it was carried out"), "needs": _("whoever keeps the records, after the decision")},
    )  # fmt: skip
    def carry_out(self, on: dt.date, doer: Member, place: str, how: str, commission: str) -> None:
        """The papers are destroyed; minutes are drawn up from what is said here."""
        self.carried_out_on, self.carried_out_by = on, doer
        self.place, self.method, self.commission = place, how, commission


class Outcome(models.TextChoices):
    """What became of an item."""

    LISTED = "listed", pgettext_lazy("disposal item", "in the list")
    STRUCK = "struck", pgettext_lazy("disposal item", "struck off by the decision")
    RETURNED = "returned", pgettext_lazy("disposal item", "returned to the register")
    HELD = "held", pgettext_lazy("disposal item", "left out because of a hold")
    DISPOSED = "disposed", pgettext_lazy("disposal item", "disposed of")


class DisposalItem(AgencyOwned):
    """A record group in a proposal."""

    disposal = models.ForeignKey(Disposal, models.PROTECT, verbose_name=_("disposal"), related_name="items")
    group = models.ForeignKey(RecordGroup, models.PROTECT, verbose_name=_("record group"), related_name="items")
    outcome = models.CharField(
        pgettext_lazy("disposal item", "what became of it"), max_length=10, choices=Outcome, default=Outcome.LISTED
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    history = History()

    class Meta:
        verbose_name, verbose_name_plural = _("item of a disposal"), _("items of disposals")
        ordering: ClassVar = ["group__code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["disposal", "group"], name="disposal_item_once"),
            models.UniqueConstraint(
                fields=["group"], condition=Q(outcome__in=["listed", "disposed"]), name="one_disposal_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.disposal.code}: {self.group.code}"
