"""Signing in: django-allauth, made to fit an office where the agency opens the accounts."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth import update_session_auth_hash
from django.db.models import Q, QuerySet
from django.urls import reverse

from tenants import permissions
from tenants.account_actions import end_sessions
from tenants.models import JournalEntry, Member, User


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: Any) -> bool:
        """Nobody signs up: the agency's administrator opens accounts."""
        return False

    def set_password(self, user: User, password: str) -> None:
        """The person's own password from now on."""
        user.password_is_initial = False
        super().set_password(user, password)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """A mail server that is down keeps nobody from changing their password."""
        with suppress(OSError):
            super().send_notification_mail(*args, **kwargs)

    def get_password_change_redirect_url(self, request: Any) -> str:
        """Changing the password signs out everywhere; whoever signs in again goes to work, not back to the form."""
        return reverse("choose_agency")


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: Any, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: Any, sociallogin: Any) -> None:
        """The provincial sign-on vouches for the e-mail: connect it to the account the agency opened."""
        if sociallogin.is_existing:
            return
        for address in sociallogin.email_addresses:
            user = (
                User.objects.filter(email__iexact=address.email, is_active=True).first() if address.verified else None
            )
            if user is not None:
                sociallogin.connect(request, user)
                return


def display_name(user: User) -> str:
    return str(user)


def known_in(member: Member) -> QuerySet[User]:
    """Accounts an administrator of this agency may see: of its members, past ones too, and those opened here.

    The platform administrator sees every account.
    """
    if permissions.runs_platform(member):
        return User.objects.all()
    opened = JournalEntry.objects.filter(verb="account_opened", about_type=User._meta.label_lower).values("about_id")
    return User.objects.filter(Q(pk__in=Member.objects.people().values("user")) | Q(pk__in=opened))


def must_change_password(request: Any) -> bool:
    """This session was opened with the one-time password the administrator has passed on.

    Whoever came by the provincial sign-on or a passkey never needs that password.
    """
    if not request.user.password_is_initial:
        return False
    ways = _ways_in(request)
    return not ways or "password" in ways


def lacks_second_step(request: Any) -> bool:
    """Does one of this member's roles need two-step sign-in, and this session was not asked for it?

    Asked at every request of such a member: a second step that was removed must count at once.
    """
    if not set(request.agency.mfa_roles) & set(request.member.roles):
        return False
    return "mfa" not in _ways_in(request) or not has_second_step(request.user)


def has_second_step(user: User) -> bool:
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def _ways_in(request: Any) -> set[str]:
    """How this session has shown who it is: password, mfa, socialaccount …"""
    return {record["method"] for record in get_authentication_records(request, request.user)}


def second_step_added(sender: Any, instance: Authenticator, created: bool, **_kwargs: Any) -> None:
    """The session that set it up has given it; every other one was opened without it, and ends."""
    request = context.request
    if not created or instance.type == Authenticator.Type.RECOVERY_CODES or request is None:
        return
    if request.user == instance.user:
        end_sessions(request.user)
        update_session_auth_hash(request, request.user)
        record_authentication(request, request.user, "mfa", id=instance.pk, type=instance.type)
