"""Agencies, the people at work in them, their calendar, and what the system keeps about deeds."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenants import addresses, clock
from tenants.history import History
from tenants.querysets import (
    AgencyQuerySet,
    JournalQuerySet,
    MemberQuerySet,
    UnitQuerySet,
)
from tenants.scoping import AgencyOwned, ScopedManager, active


class AgencyKind(models.TextChoices):
    """Kinds of agency (domain §1.2, §1.9). Districts exist only in the past."""

    PROVINCE = "province", _("Provincial People's Committee")
    DEPARTMENT = "department", _("Department")
    SUB_DEPARTMENT = "sub_department", _("Sub-department")
    DISTRICT = "district", _("District (until 30/06/2025)")
    COMMUNE = "commune", _("Commune")
    WARD = "ward", _("Ward")
    SPECIAL_ZONE = "special_zone", _("Special zone")
    OTHER = "other", _("Other agency")


class PausePolicy(models.TextChoices):
    """How a pause moves the due moment (domain §6.5, a province option printed on the slip)."""

    EXACT_HOURS = "exact_hours", _("by exact working hours")
    WHOLE_DAYS = "whole_days", _("by whole working days")


class Role(models.TextChoices):
    """Roles at work in an agency (domain §2.4)."""

    AGENCY_HEAD = "agency_head", _("Head of the agency")
    DEPUTY_HEAD = "deputy_head", _("Deputy head, quality representative")
    ISO_SECRETARY = "iso_secretary", _("ISO secretary")
    DOCUMENT_CONTROLLER = "document_controller", _("Document controller")
    UNIT_HEAD = "unit_head", _("Head of unit")
    OFFICER = "officer", _("Officer")
    RECEPTIONIST = "receptionist", _("Receptionist at the one-stop desk")
    INTERNAL_AUDITOR = "internal_auditor", _("Internal auditor")
    LEAD_AUDITOR = "lead_auditor", _("Lead auditor")
    OVERSEER = "overseer", _("Overseer of the lead department")
    PROVINCE_LEADER = "province_leader", _("Province leader")
    SUPERVISOR = "supervisor", _("Supervisor (Fatherland Front, People's Inspection)")
    AGENCY_ADMIN = "agency_admin", _("Administrator of the agency")


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Who signs in. At work in an agency this person is a Member."""

    class Address(models.TextChoices):
        NONE = "", _("no form of address")
        CHI = "chị", "chị"
        ANH = "anh", "anh"

    username = models.CharField(
        _("user name"),
        max_length=150,
        unique=True,
        validators=[
            RegexValidator(r"^[\w.+-]+\Z", _("Use letters, digits and . + - _ only."))
        ],  # no @: it is no e-mail
        error_messages={"unique": _("This user name is taken. Choose another.")},
    )
    full_name = models.CharField(_("full name"), max_length=150)
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.CharField(_("form of address"), max_length=10, choices=Address, blank=True, default="")
    language = models.CharField(
        _("language"), max_length=5, choices=[("vi", "Tiếng Việt"), ("en", "English")], default="vi"
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("platform administrator"), default=False)
    password_is_initial = models.BooleanField(
        _("initial password"), default=False, editable=False
    )  # to be changed at sign-in
    sessions_ended = models.PositiveIntegerField(default=0, editable=False)  # how often all open sessions were ended
    date_joined = models.DateTimeField(_("opened on"), default=clock.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name, verbose_name_plural = _("user"), _("users")
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("email"), name="user_email_once", condition=~Q(email=""),
                violation_error_message=_("This e-mail address is already used by another account."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def _get_session_auth_hash(self, secret: Any = None) -> str:
        """A session opened before the last `sessions_ended` is no longer one of this account."""
        return f"{super()._get_session_auth_hash(secret=secret)}.{self.sessions_ended}"  # type: ignore[misc]

    def get_short_name(self) -> str:
        return self.full_name


class Agency(models.Model):
    """An agency that applies the quality management system: a tenant. Shared, everybody knows which agencies exist."""

    slug = models.SlugField(_("address"), max_length=60, unique=True, help_text=_("The first part of its web address."))
    code = models.CharField(
        _("code"), max_length=20, blank=True, db_index=True, help_text=_("Administrative unit code.")
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=AgencyKind, default=AgencyKind.COMMUNE)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("superior agency"), null=True, blank=True, related_name="children"
    )
    superior_line = models.CharField(
        _("superior line"),
        max_length=200,
        blank=True,
        help_text=_("First line of the letterhead, as the office writes it."),
    )
    place = models.CharField(_("place"), max_length=100, blank=True, help_text=_("Place name in letters."))
    symbol = models.CharField(_("symbol"), max_length=20, blank=True, help_text=_("In document numbers: UBND, SKHCN."))
    applies_by_law = models.BooleanField(_("bound to apply the system"), default=True)
    valid_from = models.DateField(_("valid from"), default=dt.date(2015, 1, 1))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    successors = models.ManyToManyField(
        "self", verbose_name=_("successors"), symmetrical=False, related_name="predecessors", blank=True
    )
    dossier_code_pattern = models.CharField(
        _("dossier code pattern"),
        max_length=60,
        default="{symbol}-{yy}{mm}{dd}-{nnnn}",
        validators=[
            RegexValidator(r"\{n+\}", _("The pattern needs a running number such as {nnnn}.")),
            RegexValidator(r"^[\w.{}-]+\Z", _("Use letters, digits, dots and hyphens only, for example QT.TP.01.")),
        ],
        help_text=_(
            "{symbol}, {code}, {yyyy}, {yy}, {mm}, {dd} and {nnnn}; the number starts again with each date part."
        ),
    )
    cut_off = models.TimeField(
        _("same-day cut-off"), default=dt.time(15), help_text=_("Received from then on: next working day.")
    )
    pause_policy = models.CharField(
        _("pauses count"), max_length=20, choices=PausePolicy, default=PausePolicy.EXACT_HOURS
    )
    mfa_roles = ArrayField(
        models.CharField(max_length=30, choices=Role),
        verbose_name=_("roles that need two-step sign-in"),
        default=list,
        blank=True,
    )
    history = History()

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("agency"), _("agencies")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="agency_ends_after_start", condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The end must not be before the start."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The address must be free, and the pattern must make codes that can stand in an address (60 signs)."""
        if self._state.adding and self.slug in addresses.reserved():
            raise ValidationError({"slug": _("This address is used by the system itself. Choose another.")})
        sample = self.framed(self.dossier_code_pattern, dt.date(2000, 12, 31))
        if not re.fullmatch(r"[\w.-]{1,60}", re.sub(r"\{n+\}", lambda found: "0" * (len(found[0]) - 2), sample)):
            words = _(
                "With this symbol and code the pattern makes “%(sample)s”. Use letters, digits, dots and hyphens, at most 60."
            )
            raise ValidationError({"dossier_code_pattern": words % {"sample": sample}})

    def framed(self, pattern: str, on: dt.date) -> str:
        """`pattern` with the words of this agency and the parts of the date; the running number stays open."""
        words = {
            "symbol": self.symbol or self.slug.upper(),
            "code": self.code,
            "yyyy": f"{on:%Y}",
            "yy": f"{on:%y}",
            "mm": f"{on:%m}",
            "dd": f"{on:%d}",
        }
        plain = {name: re.sub(r"[^\w.-]", "", word) for name, word in words.items()}  # UB/VP: a slash ends an address
        return re.sub(r"\{(\w+)\}", lambda found: plain.get(found[1], found[0]), pattern)

    def active(self) -> Any:
        """`with agency.active():` we work for this agency."""
        return active(self)

    def clock(self) -> Member:
        """The member that stands for the clock, so that nothing is ever done by nobody. Needs the agency active."""
        return Member.objects.get(is_clock=True)

    def ended(self) -> bool:
        """Is its last day past?"""
        return self.valid_to is not None and self.valid_to < clock.today()

    def lineage(self) -> list[Agency]:
        """This agency and its superiors, lowest first."""
        line, agency = [], self
        while agency is not None and agency not in line:
            line.append(agency)
            agency = agency.parent  # type: ignore[assignment]
        return line


class Unit(AgencyOwned):
    """An organisational unit within an agency: an office, a division, a desk."""

    name = models.CharField(_("name"), max_length=150)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("part of"), null=True, blank=True, related_name="parts"
    )
    valid_from = models.DateField(_("valid from"), default=dt.date(2015, 1, 1))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    history = History()

    objects = ScopedManager.from_queryset(UnitQuerySet)()
    everywhere = UnitQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("unit"), _("units")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["agency", "name"], name="unit_named_once")]

    def __str__(self) -> str:
        return self.name


class Member(AgencyOwned):
    """A user at work in one agency, with title, unit and roles, from–to. People leave: members stay."""

    user = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("user"), null=True, blank=True, related_name="members"
    )
    name = models.CharField(_("name"), max_length=150)
    title = models.CharField(pgettext_lazy("of a person", "title"), max_length=150, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("unit"), null=True, blank=True, related_name="members"
    )
    roles = ArrayField(models.CharField(max_length=30, choices=Role), verbose_name=_("roles"), default=list, blank=True)
    valid_from = models.DateField(_("from"), default=clock.today)
    valid_to = models.DateField(_("to"), null=True, blank=True)
    is_clock = models.BooleanField(_("the clock"), default=False, editable=False)
    history = History()

    objects = ScopedManager.from_queryset(MemberQuerySet)()
    everywhere = MemberQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("member"), _("members")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "user"], name="member_once_per_agency"),
            models.UniqueConstraint(fields=["agency"], condition=Q(is_clock=True), name="one_clock_per_agency"),
            models.CheckConstraint(
                name="member_is_person_or_clock",
                condition=Q(user__isnull=True, is_clock=True) | Q(user__isnull=False, is_clock=False),
            ),
            models.CheckConstraint(
                name="member_ends_after_start", condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The end must not be before the start."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(_("System clock")) if self.is_clock else self.name

    def has_role(self, *roles: str) -> bool:
        """At work today in one of these roles?"""
        return self.at_work_on(clock.today()) and bool(set(roles) & set(self.roles))

    def at_work_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class JournalEntry(AgencyOwned):
    """One line of the journal. The database admits neither change nor deletion."""

    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(Member, models.PROTECT, verbose_name=_("by"), related_name="+")
    verb = models.CharField(_("deed"), max_length=60)
    about_type = models.CharField(max_length=60)
    about_id = models.BigIntegerField()
    about_label = models.CharField(_("about"), max_length=300)
    before = models.CharField(_("from state"), max_length=40, blank=True)
    after = models.CharField(_("to state"), max_length=40, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)

    objects = ScopedManager.from_queryset(JournalQuerySet)()
    everywhere = JournalQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("journal line"), _("journal")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["agency", "-at", "-id"], name="journal_newest"),
            models.Index(fields=["agency", "about_type", "about_id", "-at"], name="journal_about"),
            models.Index(fields=["about_id"], condition=Q(verb="account_opened"), name="journal_accounts"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.about_label}"


class Counter(AgencyOwned):
    """A running number, handed out under lock; numbers are never reused."""

    name = models.CharField(max_length=100)
    value = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "name"], name="counter_once")]

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


class CalendarDay(models.Model):
    """A day that differs from the plain week, for the whole province: off, or a make-up working day (domain §6.1)."""

    class Kind(models.TextChoices):
        OFF = "off", _("day off")
        MAKE_UP = "make_up", _("make-up working day")

    day = models.DateField(_("day"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=150)
    source = models.CharField(
        _("source"), max_length=200, blank=True, help_text=_("The decision or notice that fixes it.")
    )
    history = History()

    class Meta:
        verbose_name, verbose_name_plural = _("calendar day"), _("calendar days")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"


class Closure(AgencyOwned):
    """A day on which this agency alone is closed (flood, local festival)."""

    day = models.DateField(_("day"))
    name = models.CharField(_("reason"), max_length=150)
    history = History()

    class Meta:
        verbose_name, verbose_name_plural = _("local closure"), _("local closures")
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["agency", "day"], name="closure_once")]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"


class WorkHours(AgencyOwned):
    """A session of work on some weekdays, from a date on. The newest date that has begun decides."""

    class Counts(models.TextChoices):
        WORK = "work", _("working time")
        RECEPTION = "reception", _("reception only, does not count")

    valid_from = models.DateField(_("valid from"), default=dt.date(2015, 1, 1))
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=list(enumerate([_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]))),
        verbose_name=_("weekdays"),
    )  # fmt: skip
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))
    counts = models.CharField(_("counts as"), max_length=10, choices=Counts, default=Counts.WORK)
    history = History()

    class Meta:
        verbose_name, verbose_name_plural = _("working hours"), _("working hours")
        ordering = ["valid_from", "opens"]
        constraints = [
            models.CheckConstraint(
                name="session_ends_after_start", condition=Q(closes__gt=F("opens")),
                violation_error_message=_("Closing time must be after opening time."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}–{self.closes:%H:%M}"


class StoredFile(AgencyOwned):
    """A file rendered or received once, with its hash. Content never changes."""

    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(max_length=100, default="application/pdf")
    size = models.PositiveBigIntegerField(_("size"))  # bytes
    sha256 = models.CharField("SHA-256", max_length=64)
    path = models.CharField(max_length=200, unique=True)
    stored_at = models.DateTimeField(_("stored at"), default=clock.now)

    class Meta:
        verbose_name, verbose_name_plural = _("stored file"), _("stored files")
        ordering = ["-stored_at"]

    def __str__(self) -> str:
        return self.name


class Reminder(AgencyOwned):
    """One thing one person was reminded of, once: `key` says what, about which row and for which moment."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="reminders")
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    text = models.JSONField(default=dict)  # what the digest needs to say it in the reader's language
    path = models.CharField(max_length=300)  # below the agency's address
    made_at = models.DateTimeField(default=clock.now)
    mail = models.ForeignKey("Mail", models.PROTECT, null=True, related_name="reminders")

    class Meta:
        verbose_name, verbose_name_plural = _("reminder"), _("reminders")
        ordering = ["-made_at"]
        constraints = [models.UniqueConstraint(fields=["agency", "member", "key"], name="reminder_once")]

    def __str__(self) -> str:
        return self.key


class Mail(AgencyOwned):
    """A mail to one member. Readable in the browser; handed to the mail server once."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="mails")
    key = models.CharField(max_length=200)
    subject = models.CharField(pgettext_lazy("of a mail", "subject"), max_length=250)
    body = models.TextField(_("text"))
    made_at = models.DateTimeField(_("made at"), default=clock.now)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    failed = models.TextField(_("why it could not be sent"), blank=True)  # for good: the sweep leaves it alone

    class Meta:
        verbose_name, verbose_name_plural = _("mail"), _("mails")
        ordering = ["-made_at"]
        constraints = [models.UniqueConstraint(fields=["agency", "member", "key"], name="mail_once")]
        indexes = [
            models.Index(
                fields=["agency", "made_at"], condition=Q(sent_at__isnull=True, failed=""), name="mail_waiting"
            )
        ]

    def __str__(self) -> str:
        return self.subject
