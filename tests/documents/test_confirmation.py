"""Nobody signs with somebody else's open browser: whoever signs shows once more that it is they."""

from collections.abc import Callable

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from documents.models import Signature, Version
from tenants import confirmation
from tenants.models import JournalEntry, Member
from tests.cast import PASSWORD, Cast
from tests.documents.library import as_shown, draft, submitted

SignIn = Callable[[Member], Client]
V = "/tan-hoa/documents/QT.TP.01/versions/1.0/"


def signing(client: Client, deed: str = "review") -> dict[str, str]:
    """The page's entries, the text read, no password yet."""
    return as_shown(client.get(f"{V}{deed}/").content.decode()) | {"read": "on", "capacity": "own"}


@pytest.mark.parametrize("typed", ["", "sai mật khẩu", PASSWORD + " "])
def test_without_the_password_nothing_is_signed(cast: Cast, client_of: SignIn, typed: str) -> None:
    submitted(cast)
    oanh = client_of(cast.oanh)
    answer = oanh.post(V + "review/", signing(oanh) | {"password": typed})
    assert answer.status_code == 200
    assert 'id="id_password-w"' in answer.content.decode()
    assert (Version.objects.get().state, Signature.objects.count()) == ("in_review", 1)


def test_the_signature_says_how_it_was_confirmed(cast: Cast, client_of: SignIn) -> None:
    draft(cast)
    ha = client_of(cast.ha)
    assert ha.post(V + "submit/", signing(ha, "submit") | {"password": PASSWORD}).status_code == 302
    assert Signature.objects.get().confirmed == "password"
    assert JournalEntry.objects.get(verb="submit").details["confirmed"] == "password"
    assert PASSWORD not in str(JournalEntry.objects.values_list("details", flat=True))


def test_a_confirmation_signs_once(cast: Cast, client_of: SignIn) -> None:
    """Returned and submitted again at once: the same reviewer types the password again."""
    submitted(cast)
    oanh = client_of(cast.oanh)
    oanh.post(V + "review/", signing(oanh) | {"password": PASSWORD})
    assert Version.objects.get().state == "in_approval"
    submitted(cast, code="QT.TP.02")
    other = V.replace("QT.TP.01", "QT.TP.02") + "review/"
    entered = as_shown(oanh.get(other).content.decode()) | {"read": "on", "capacity": "own"}
    assert "password" in entered
    assert oanh.post(other, entered).status_code == 200
    assert Version.objects.get(document__code="QT.TP.02").state == "in_review"


def test_another_mistake_does_not_ask_for_the_password_twice(cast: Cast, client_of: SignIn) -> None:
    submitted(cast)
    oanh = client_of(cast.oanh)
    unread = {name: value for name, value in signing(oanh).items() if name != "read"} | {"password": PASSWORD}
    assert 'name="password"' not in oanh.post(V + "review/", unread).content.decode()
    assert oanh.post(V + "review/", signing(oanh)).status_code == 302
    assert Signature.objects.get(role="reviewed").confirmed == "password"


def test_an_old_confirmation_does_not_sign(cast: Cast, client_of: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    submitted(cast)
    oanh = client_of(cast.oanh)
    oanh.post("/tan-hoa" + reverse("account_reauthenticate"), {"password": PASSWORD, "next": V + "review/"})
    assert "password" not in signing(oanh)
    monkeypatch.setattr(confirmation, "GOOD_FOR", 0)
    assert "password" in signing(oanh)
    assert oanh.post(V + "review/", signing(oanh)).status_code == 200
    assert Version.objects.get().state == "in_review"


def test_a_code_of_the_authenticator_signs_as_well(cast: Cast, client_of: SignIn) -> None:
    submitted(cast)
    secret = generate_totp_secret()
    user = cast.oanh.user
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.TOTP, data={"secret": get_adapter().encrypt(secret)}
    )
    oanh = client_of(cast.oanh)
    way = reverse("mfa_reauthenticate")
    assert f"{way}?next=" in oanh.get(V + "review/").content.decode()
    code = f"{hotp_value(secret, next(yield_hotp_counters_from_time())):06}"
    answer = oanh.post(f"/tan-hoa{way}", {"code": code, "next": V + "review/"})
    assert answer.headers["Location"] == V + "review/"
    assert oanh.post(V + "review/", signing(oanh)).status_code == 302
    assert Signature.objects.get(role="reviewed").confirmed == "totp"


def test_guessing_the_password_is_limited(cast: Cast, client_of: SignIn) -> None:
    submitted(cast)
    cache.clear()
    oanh = client_of(cast.oanh)
    entered = signing(oanh)
    for _attempt in range(6):
        oanh.post(V + "review/", entered | {"password": "đoán mò"})
    assert oanh.post(V + "review/", entered | {"password": PASSWORD}).status_code == 200
    assert Version.objects.get().state == "in_review"


def test_whoever_has_neither_password_nor_key_sets_one_up_first(cast: Cast, client_of: SignIn) -> None:
    submitted(cast)
    cast.oanh.user.set_unusable_password()
    cast.oanh.user.save()
    assert client_of(cast.oanh).get(V + "review/").status_code == 409
