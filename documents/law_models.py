"""Legal texts, and what has to be done with a document when the law it cites changes (QĐ 19/2014 art 4)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, transition

from documents import permissions
from documents.law_querysets import LegalTextQuerySet, LegalUpdateQuerySet
from documents.models import Document, Version
from tenants import clock
from tenants.history import History
from tenants.models import Member
from tenants.scoping import AgencyOwned, ScopedManager
from tenants.transitions import StateField


class LegalKind(models.TextChoices):
    """Kinds of legal normative document, from the top down, and the others an agency works by."""

    LAW = "law", _("Law")
    ORDINANCE = "ordinance", _("Ordinance")
    RESOLUTION = "resolution", _("Resolution")
    DECREE = "decree", _("Decree")
    DECISION = "decision", _("Decision")
    CIRCULAR = "circular", _("Circular")
    DIRECTIVE = "directive", _("Directive")
    STANDARD = "standard", _("Standard")
    OTHER = "other", _("Other document")


class LegalTextFacts(models.Model):
    """What is known of a legal text. It is cited by its number; `code` is the number as an address and to compare by.

    `replaces`, `amends` and `repeals` (without a successor) hold numbers as the text itself names them, whether we know
    those texts or not; `changed_codes` are the codes of all of them.
    """

    number = models.CharField(
        _("number"),
        max_length=60,
        help_text=_("As it is cited, for example 123/2015/NĐ-CP."),
        validators=[RegexValidator(r"[0-9]", _("A legal text is cited by a number; this has no digit."))],
    )
    code = models.SlugField(max_length=80, editable=False)  # documents.citations.code_of(number)
    kind = models.CharField(_("kind"), max_length=20, choices=LegalKind, default=LegalKind.DECREE)
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    title = models.CharField(_("abstract"), max_length=500)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    effective_from = models.DateField(_("in effect from"), null=True, blank=True)
    effective_to = models.DateField(_("in effect to"), null=True, blank=True)
    replaces = ArrayField(models.CharField(max_length=60), verbose_name=_("replaces"), default=list, blank=True)
    amends = ArrayField(models.CharField(max_length=60), verbose_name=_("amends"), default=list, blank=True)
    repeals = ArrayField(
        models.CharField(max_length=60), verbose_name=_("repeals"), default=list, db_default=[], blank=True
    )
    changed_codes: ArrayField = ArrayField(
        models.CharField(max_length=80), default=list, db_default=[], blank=True, editable=False
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.number} {self.title}"[:300]

    def get_absolute_url(self) -> str:
        return reverse("legal_text", args=[self.code])

    @property
    def shared(self) -> bool:
        """In the register of the province, rather than the agency's own."""
        return not hasattr(self, "agency_id")

    @property
    def changes(self) -> list[tuple[str, str]]:
        """(how, number) of every text it changes."""
        ways = (("replaces", self.replaces), ("amends", self.amends), ("repeals", self.repeals))
        return [(how, number) for how, numbers in ways for number in numbers]


HOW = {"replaces": _("replaces"), "amends": _("amends"), "repeals": _("repeals"), "ended": _("has ended")}
ENDS_AFTER_START = (
    Q(effective_to__isnull=True) | Q(effective_from__isnull=True) | Q(effective_to__gte=F("effective_from"))
)


class LegalText(LegalTextFacts):
    """In the register that the lead department keeps for every agency. Shared."""

    history = History()

    objects = LegalTextQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("legal text"), _("legal texts")
        ordering: ClassVar = ["-effective_from", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"], name="legal_text_once",
                violation_error_message=_("The register has a text with this number already."),
            ),
            models.CheckConstraint(name="legal_text_ends_after_start", condition=ENDS_AFTER_START),
        ]  # fmt: skip


class OwnLegalText(LegalTextFacts, AgencyOwned):
    """A text only this agency works by: a decision of its council, a letter of its superior."""

    history = History()

    objects = ScopedManager.from_queryset(LegalTextQuerySet)()  # type: ignore[misc]  # narrower than AgencyOwned's
    everywhere = LegalTextQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name, verbose_name_plural = _("legal text of the agency"), _("legal texts of the agency")
        ordering: ClassVar = ["-effective_from", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "code"], name="own_legal_text_once",
                violation_error_message=_("The register has a text with this number already."),
            ),
            models.CheckConstraint(name="own_legal_text_ends_after_start", condition=ENDS_AFTER_START),
        ]  # fmt: skip


class Citation(AgencyOwned):
    """A legal text that a version cites, anywhere in its text and in that of its files; written when the text is sealed."""

    version = models.ForeignKey(Version, models.CASCADE, verbose_name=_("version"), related_name="citations")
    code = models.SlugField(max_length=80, db_index=False)
    number = models.CharField(_("number"), max_length=60)  # as the version writes it

    class Meta:
        verbose_name, verbose_name_plural = _("citation"), _("citations")
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "code"], name="cited_once")]
        indexes: ClassVar = [models.Index(fields=["agency", "code"], name="citation_by_code")]

    def __str__(self) -> str:
        return self.number


class UpdateState(models.TextChoices):
    OPEN = "open", _("To be updated")
    DONE = "done", _("Updated")
    NOT_NEEDED = "not_needed", _("No change needed")
    TAKEN_BACK = "taken_back", _("Taken back")


class LegalUpdate(ConcurrentTransitionMixin, AgencyOwned):
    """One document in force cites a text that another changes, or that has ended with no text in its place (its own
    number is then the new one): it has to follow within three months of the effect.

    What was changed by what stands here in words, so that the task keeps its sense if the register is corrected.
    """

    document = models.ForeignKey(Document, models.PROTECT, verbose_name=_("document"), related_name="legal_updates")
    version = models.ForeignKey(Version, models.PROTECT, verbose_name=_("version that cites it"), related_name="+")
    settled_by = models.ForeignKey(
        Version, models.PROTECT, verbose_name=_("updated by"), null=True, blank=True, editable=False, related_name="+"
    )
    number = models.CharField(_("new text"), max_length=60)
    code = models.SlugField(max_length=80, editable=False)
    title = models.CharField(_("abstract"), max_length=500)
    how = models.CharField(_("how"), max_length=10, choices=list(HOW.items()), default="replaces")
    cited = models.CharField(_("text cited"), max_length=60)
    cited_code = models.SlugField(max_length=80, editable=False)
    effective_from = models.DateField(_("in effect from"))
    due_on = models.DateField(_("due"))
    opened_at = models.DateTimeField(_("opened at"), default=clock.now, editable=False)
    state = StateField(_("state"), choices=UpdateState, default=UpdateState.OPEN, protected=True)
    history = History()

    objects = ScopedManager.from_queryset(LegalUpdateQuerySet)()  # type: ignore[misc]  # narrower than AgencyOwned's
    everywhere = LegalUpdateQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name, verbose_name_plural = _("update to the law"), _("updates to the law")
        ordering: ClassVar = ["due_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "code", "cited_code"], name="legal_update_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "due_on"], condition=Q(state="open"), name="legal_updates_open"),
        ]

    def __str__(self) -> str:
        return f"{self.document.code}: {self.cited} → {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.document.code])

    @transition(
        state, UpdateState.OPEN, UpdateState.NOT_NEEDED,
        permission=permissions.may_waive,  # type: ignore[arg-type]  # our permissions take a Member
        custom={"label": _("No change needed"), "needs": _("the ISO secretary or the head of the unit in charge")},
    )  # fmt: skip
    def waive(self) -> None:
        """Somebody compared text and law and says, with the reason, that the document stays as it is."""

    @transition(state, UpdateState.OPEN, UpdateState.DONE)
    def settle(self, version: Version | None = None) -> None:
        """A version that follows the law came into force, or the document is withdrawn."""
        self.settled_by = version

    @transition(state, UpdateState.OPEN, UpdateState.TAKEN_BACK)
    def take_back_update(self) -> None:
        """The register was corrected: the text does not change the one that is cited."""

    @transition(state, [UpdateState.DONE, UpdateState.TAKEN_BACK, UpdateState.NOT_NEEDED], UpdateState.OPEN)
    def reopen_update(self, version: Version) -> None:
        """The register says so again, or says that more changes than was looked at; or `version`, now in force, cites
        the old text again.
        """
        self.version, self.settled_by = version, None


def named(update: LegalUpdate, member: Member | None = None) -> dict[str, str]:
    """The names a sentence about the update needs."""
    return {
        "code": update.document.code, "title": update.document.said_title, "cited": update.cited, "number": update.number,
        "day": f"{update.effective_from:%d/%m/%Y}", "due": f"{update.due_on:%d/%m/%Y}", "ended": "ended" * (update.how == "ended"),
    }  # fmt: skip
