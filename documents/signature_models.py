"""Signatures: who signed which version, as what, when."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenants import clock
from tenants.models import Member
from tenants.scoping import AgencyOwned


class SignatureRole(models.TextChoices):
    """The three-role block of a Vietnamese procedure (domain §3.1)."""

    DRAFTED = "drafted", _("Drafted")
    REVIEWED = "reviewed", _("Reviewed")
    APPROVED = "approved", _("Approved")


class Capacity(models.TextChoices):
    """In which capacity a signature is given (Decree 30/2020, domain §8.3)."""

    OWN = "", _("in own authority")
    DEPUTY = "KT.", _("KT. (acting for the head)")
    BY_ORDER = "TL.", _("TL. (by order)")
    BY_DELEGATION = "TUQ.", _("TUQ. (by delegation)")
    ON_BEHALF = "TM.", _("TM. (on behalf of the collective)")
    DEPUTY_ON_BEHALF = "TM. KT.", _("TM., KT. (on behalf of the collective, acting for the head)")


class Confirmed(models.TextChoices):
    """How the signer showed at the moment of signing that it was they (tenants.confirmation); empty: not through a page."""

    PASSWORD = "password", _("password")
    PASSKEY = "webauthn", _("passkey or security key")
    CODE = "totp", _("code of the authenticator app")
    RECOVERY = "recovery_codes", _("recovery code")


class Signature(AgencyOwned):
    """Who signed what, as what, when: append-only. `sha256` is the hash of the content that was signed."""

    version = models.ForeignKey(
        "documents.Version", models.PROTECT, verbose_name=_("version"), related_name="signatures"
    )
    round = models.PositiveSmallIntegerField()
    role = models.CharField(_("role"), max_length=20, choices=SignatureRole)
    member = models.ForeignKey(Member, models.PROTECT, verbose_name=_("signed by"), related_name="+")
    name = models.CharField(_("name"), max_length=150)
    title = models.CharField(pgettext_lazy("of a person", "title"), max_length=150)
    capacity = models.CharField(_("capacity"), max_length=10, choices=Capacity, blank=True, default=Capacity.OWN)
    authority = models.CharField(_("signed for"), max_length=200, blank=True, default="", db_default="")  # KT. CHỦ TỊCH
    basis = models.CharField(_("by which decision"), max_length=120, blank=True, default="", db_default="")
    stage = models.PositiveSmallIntegerField(_("stage"), null=True, editable=False)  # none: before there were routes
    place = models.PositiveSmallIntegerField(null=True, editable=False)  # among the signers of the stage
    meaning = models.CharField(_("meaning"), max_length=200)
    confirmed = models.CharField(
        _("identity confirmed by"), max_length=20, choices=Confirmed, blank=True, default="", db_default=""
    )
    delegation = models.ForeignKey(
        "documents.Delegation", models.PROTECT, verbose_name=_("delegation"), null=True, blank=True, related_name="+"
    )
    sha256 = models.CharField("SHA-256", max_length=64)
    effective_from = models.DateField(_("in force from"), null=True, editable=False)  # said by the approval; older: not
    signed_at = models.DateTimeField(_("signed at"), default=clock.now)
    seal = models.CharField(_("seal"), max_length=64, blank=True, default="", db_default="")  # of this row: sealed()

    class Meta:
        verbose_name, verbose_name_plural = _("signature"), _("signatures")
        ordering = ["signed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "round", "role"],
                condition=Q(stage__isnull=True) | ~Q(role="reviewed"),
                name="one_signature_per_role",
            ),
            models.UniqueConstraint(fields=["version", "round", "stage", "place"], name="one_signature_per_place"),
            models.UniqueConstraint(fields=["version", "round", "member"], name="nobody_signs_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.name}"

    def sealed(self) -> str:
        """The hash of what this row says: the text's hash, stage, person, capacity, meaning, moment, and the day the
        text comes into force where the row says one.
        """
        said = [
            self.version_id, self.round, self.stage, self.place, self.role, self.member_id, self.name, self.title, self.capacity,
            self.authority, self.basis, self.meaning, self.confirmed, self.delegation_id, self.sha256,
            self.signed_at.astimezone(dt.UTC).isoformat(), *([self.effective_from.isoformat()] if self.effective_from else []),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    @property
    def is_intact(self) -> bool:
        """Nobody has changed the row since it was written; rows from before there were seals say nothing."""
        return not self.seal or self.seal == self.sealed()
