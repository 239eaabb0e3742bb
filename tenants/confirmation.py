"""Showing once more that it is you, at the moment of signing: by password in the form, by passkey or code on its page.

A confirmation is kept by the sign-in package in the session, is good for five minutes and for one signature.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django import forms
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.transitions import NotPossible

GOOD_FOR = 5 * 60  # seconds
USED = "confirmation_used"  # in the session: the moment of the confirmation last used


@dataclass(frozen=True)
class Way:
    """Another way to confirm than the password in the form."""

    words: str
    url: str


def standing(request: Any) -> dict[str, Any] | None:
    """The confirmation of this session that is fresh and has not been used for a signature."""
    given = [record for record in get_authentication_records(request, request.user) if record.get("reauthenticated")]
    if not given or time.time() - given[-1]["at"] >= GOOD_FOR or given[-1]["at"] == request.session.get(USED):
        return None
    return given[-1]


def use(request: Any) -> str:
    """Use it up for one signature; says how it was given: password, webauthn, totp or recovery_codes."""
    record = standing(request)
    if record is None:
        raise NotPossible(_("Confirm that it is you, then sign."))
    request.session[USED] = record["at"]
    return str(record.get("type") or record["method"])


def other_ways(request: Any) -> list[Way]:
    """Passkey and code, as far as this person has set them up; they lead back here."""
    words = {
        "mfa_reauthenticate": _("Confirm by code instead"),
        "mfa_reauthenticate:webauthn": _("Confirm by passkey instead"),
    }
    back = urlencode({"next": request.get_full_path()})
    methods = get_adapter().get_reauthentication_methods(request.user)
    return [Way(words[method["id"]], f"{method['url']}?{back}") for method in methods if method["id"] in words]


class ConfirmedForm(forms.Form):
    """A form that signs: it asks for the password unless there is a confirmation standing."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=gettext_lazy("You show with it that it is you who signs now."),
        error_messages={"required": gettext_lazy("Type your password: nobody else may sign in your name.")},
    )

    def __init__(self, *args: Any, request: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.other_ways = request, other_ways(request)
        self.has_confirmed = standing(request) is not None
        if self.has_confirmed:
            del self.fields["password"]
        elif not request.user.has_usable_password():
            if not self.other_ways:
                raise NotPossible(_("Set up a passkey or a code in your account first, then sign.")) from None
            self.fields["password"].disabled = True
            self.fields["password"].help_text = _("Your account has no password: confirm by passkey or code below.")

    def clean_password(self) -> str:
        """Wrong attempts are counted as those of signing in are."""
        password = self.cleaned_data["password"]
        if not get_adapter().reauthenticate(self.request.user, password):
            raise forms.ValidationError(_("This is not your password."))
        reauthenticate_by_password(self.request)
        return ""

    def clean(self) -> dict[str, Any]:
        """Once confirmed it is not asked for again, though another entry must be corrected."""
        entered = super().clean() or {}
        if "password" in entered:
            del self.fields["password"]
            self.has_confirmed = True
        return entered

    @staticmethod
    def account_url() -> str:
        return reverse("mfa_index")
