"""Signing in: django-allauth, made to fit an office where the agency opens the accounts."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.db.models import Q, QuerySet
from django.urls import reverse

from tenants.models import JournalEntry, Member, User


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: Any) -> bool:
        """Nobody signs up: the agency's administrator opens accounts."""
        return False

    def set_password(self, user: User, password: str) -> None:
        """The person's own password from now on."""
        user.password_is_initial = False
        super().set_password(user, password)

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
    """Accounts an administrator of this agency may see: of its members, past ones too, and those opened here."""
    opened = JournalEntry.objects.filter(verb="account_opened", about_type=User._meta.label_lower).values("about_id")
    return User.objects.filter(Q(pk__in=Member.objects.people().values("user")) | Q(pk__in=opened))


def must_change_password(request: Any) -> bool:
    """The password is the one-time password the administrator has passed on."""
    return bool(request.user.password_is_initial)


def lacks_second_step(request: Any) -> bool:
    """Does one of this member's roles need two-step sign-in, and the account has none?

    Asked at every request of such a member: a second step that was removed must count at once.
    """
    if not set(request.agency.mfa_roles) & set(request.member.roles):
        return False
    return not Authenticator.objects.filter(user=request.user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
