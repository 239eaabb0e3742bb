"""Who is told what was done with their account. Sent when it is committed."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from tenants import clock, mails
from tenants.models import Member, User
from tenants.tasks import later, send_letter


def password_renewed(user: User, *, by: Member) -> None:
    with translation.override(user.language):
        text = _(
            "%(by)s (%(agency)s) has made a new one-time password for your account “%(username)s”. "
            "If you did not ask for it, tell the administrator of your agency at once."
        )
        _tell(user, "password-renewed", _("Your password was renewed"), text, by)


def second_step_removed(user: User, *, by: Member) -> None:
    with translation.override(user.language):
        text = _(
            "%(by)s (%(agency)s) has removed the second step of your account “%(username)s”: the password alone signs in. "
            "Set up a new second step. If you did not ask for this, tell the administrator of your agency at once."
        )
        _tell(user, "second-step-removed", _("Your second step was removed"), text, by)


def account_barred(user: User, *, by: Member) -> None:
    with translation.override(user.language):
        text = _(
            "%(by)s (%(agency)s) has barred your account “%(username)s”. You can no longer sign in. "
            "Ask the administrator of your agency."
        )
        _tell(user, "account-barred", _("Your account was barred"), text, by)


def email_changed(user: User, former: str) -> None:
    """To the former address: whoever reads there must hear of it."""
    with translation.override(user.language):
        text = _(
            "This address no longer belongs to the account “%(username)s”; reminders and new passwords go elsewhere from "
            "now on. If you did not change it, tell the administrator of your agency at once."
        )
        later(send_letter, former, _("Your e-mail address was changed"), text % {"username": user.username})


def _tell(user: User, key: str, subject: str, text: str, by: Member) -> None:
    """As a mail of the agency, which can be read on the desk; without a member here, to the address alone."""
    body = text % {"by": by.name, "agency": by.agency.name, "username": user.username}
    member = Member.objects.filter(user=user).first()
    if member is not None:
        mails.write(member, f"{key}-{clock.now():%Y%m%d%H%M%S%f}", subject, body)
    elif user.email:
        later(send_letter, user.email, subject, body)
