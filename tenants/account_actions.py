"""What can be done with accounts: opened, renewed, corrected, barred."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import F
from django.db.transaction import atomic
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from tenants import notices, permissions
from tenants.actions import record_once
from tenants.models import Member, User
from tenants.transitions import NotAllowed, NotPossible, record, renewed


@atomic
def open_account(user: User, *, by: Member) -> str:
    """A new account with a one-time password, which is returned and kept nowhere. NotPossible for a name in use."""
    if not (by.is_clock or permissions.may_open_accounts(by)):
        raise NotAllowed(
            _("Your role in this agency does not include this."), needs=_("the administrator of the agency")
        )
    password = one_time_password()
    user.set_password(password)
    user.password_is_initial = True
    record_once(user, "account_opened", _("This user name or e-mail address is taken."), by=by)
    return password


@atomic
def renew_password(member: Member, *, by: Member, reason: str = "") -> str:
    """A new one-time password for somebody who forgot theirs; it is returned and kept nowhere, open sessions end."""
    user = _managed(member.user, by)
    password = one_time_password()
    user.set_password(password)
    user.password_is_initial = True
    record(renewed(user, ["password", "password_is_initial"], by=by), "password_renewed", by=by, reason=reason)
    notices.password_renewed(user, by=by)
    return password


def one_time_password() -> str:
    """Three groups of four, without signs that look alike: 59 bits, easy to read out."""
    return "-".join(get_random_string(4, "abcdefghjkmnpqrstuvwxyz23456789") for _group in range(3))


@atomic
def save_account(user: User, fields: Iterable[str]) -> User:
    """A person's own settings: language, form of address, e-mail. No governed row, so no journal."""
    former = _email_of(user)
    user.save(update_fields=fields)
    _follow_email(user, former)
    return user


@atomic
def correct_account(user: User, *, by: Member, fields: Iterable[str], reason: str = "") -> User:
    """Name, e-mail and language, by the administrator. `fields`: what was changed."""
    _managed(user, by)
    former, named = _email_of(user), list(fields)
    row = renewed(user, named, by=by)
    taken = _("This user name or e-mail address is taken.")
    record_once(row, "edited", taken, by=by, reason=reason, details={"fields": named})
    _follow_email(row, former)
    return row


@atomic
def bar(user: User, *, by: Member, reason: str = "") -> User:
    """The account opens nothing any more, and its open sessions end. Raises NotPossible when it is barred already."""
    _managed(user, by)
    if user.pk == by.user_id:
        raise NotPossible(_("Nobody bars their own account."), about=user)
    if not user.is_active:
        raise NotPossible(_("This account is barred already."), about=user)
    user.is_active = False
    record(row := renewed(user, ["is_active"], by=by), "account_barred", by=by, reason=reason)
    notices.account_barred(row, by=by)
    return row


@atomic
def admit(user: User, *, by: Member, reason: str = "") -> User:
    """The account opens again. Raises NotPossible when it was not barred."""
    _managed(user, by)
    if user.is_active:
        raise NotPossible(_("This account is not barred."), about=user)
    user.is_active = True
    return record(renewed(user, ["is_active"], by=by), "account_admitted", by=by, reason=reason)


@atomic
def remove_second_step(user: User, *, by: Member, reason: str = "") -> User:
    """For somebody who lost phone and recovery codes: signs in by password alone until they set up a new one.

    Open sessions end, the person is told. Raises NotPossible when the account has no second step.
    """
    _managed(user, by)
    if not Authenticator.objects.filter(user=user).delete()[0]:
        raise NotPossible(_("This account has no second step."), about=user)
    row = renewed(user, [], by=by)
    row.sessions_ended += 1
    record(row, "second_step_removed", by=by, reason=reason)
    notices.second_step_removed(row, by=by)
    return row


def end_sessions(user: User) -> None:
    """Every open session of this account ends (models.User.get_session_auth_hash)."""
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
    user.refresh_from_db(fields=["sessions_ended"])


def _managed(user: User | None, by: Member) -> User:
    if user is None or not permissions.may_manage_account(user, by):
        needs = _("the administrator of the only agency this person works in")
        raise NotAllowed(_("Your role in this agency does not include this."), about=user, needs=needs)
    return user


def _email_of(user: User) -> str:
    """As it stands; nobody else changes it until the transaction ends."""
    return str(User.objects.select_for_update().values_list("email", flat=True).get(pk=user.pk))


def _follow_email(user: User, former: str) -> None:
    """Who has the address has the account: a former one opens it no longer, and whoever reads there is told."""
    EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email).delete()
    if former and former.lower() != user.email.lower():
        notices.email_changed(user, former)
