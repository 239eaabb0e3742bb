"""A commune of ten people with no document at all: the set is begun, filled in, signed; the readiness list goes up."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.test import Client

from documents.content import BLANK
from documents.models import Document, Version
from qms import readiness
from tenants.models import Member
from tests.cast import PASSWORD, Cast
from tests.documents.library import as_shown
from tests.flows.test_sign_document import shown

SignIn = Callable[[Member], Client]
HOME = "/tan-hoa/"


def fill_in(client: Client, version: Version) -> None:
    """As on the page: every blank is written over."""
    address = f"{HOME}documents/{version.document.code}/versions/1.0/edit/"
    page = client.get(address)
    entered = {field.name: field.value() for field in page.context["form"] if field.value() is not None}
    entered |= {
        "seen": page.context["seen"],
    } | {name: BLANK.sub("95", said) for name, said in entered.items() if isinstance(said, str)}
    assert client.post(address, entered).status_code == 302


def sign(client: Client, version: Version, deed: str) -> int:
    address = f"{HOME}documents/{version.document.code}/versions/1.0/{deed}/"
    entered = {name: field.value() for name, field in shown(client, address)}
    return client.post(address, entered | {"read": "on", "capacity": "own", "password": PASSWORD}).status_code


def percent(client: Client) -> int:
    """As the page says it."""
    found = re.search(r"\((\d+) %\)", client.get(f"{HOME}readiness/").content.decode())
    assert found
    return int(found[1])


def test_an_afternoon(cast: Cast, client_of: SignIn) -> None:
    khanh, oanh, duc = (client_of(member) for member in (cast.khanh, cast.oanh, cast.duc))
    assert f"{HOME}readiness/" in khanh.get(HOME).content.decode()
    at_first = percent(khanh)

    entered = as_shown(khanh.get(f"{HOME}framework-set/").content.decode())
    ticked = re.findall(r'name="items" value="([\w-]+)" checked', khanh.get(f"{HOME}framework-set/").content.decode())
    assert (
        khanh.post(f"{HOME}framework-set/", entered | {"items": ticked}).headers["Location"] == f"{HOME}framework-set/"
    )
    assert Document.objects.count() == len(ticked) == 32
    assert percent(khanh) <= at_first  # drafts are no documents in force; their forms are asked for now

    for version in Version.objects.select_related("document").order_by("pk"):
        page = khanh.get(f"{HOME}readiness/").content.decode() if version.document.kind == "objectives" else ""
        if "[…" in str(version.content):
            assert sign(khanh, version, "submit") == 200  # the page again, with what is still to be filled in
            version.refresh_from_db()
            assert version.state == "draft"
            fill_in(khanh, version)
        assert sign(khanh, version, "submit") == 302
        assert sign(oanh, version, "review") == 302
        assert sign(duc, version, "approve") == 302
        if page:
            assert "/edit/" in page
    found = readiness.of(cast.agency)
    assert (found.blanks, found.missing) == (0, 0)
    assert [group.ready == group.asked for group in found.groups] == [True] * 6 + [
        False
    ]  # the audit is still to be held
    assert percent(khanh) > at_first
    assert f"{HOME}readiness/" not in khanh.get(HOME).content.decode()
