"""The documents in Django admin: read, filtered, deeds as buttons, nothing of another agency."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from documents.actions import edit_document
from documents.models import Document
from tests.cast import Cast
from tests.documents.library import approved, as_shown, submitted

ADMIN = "/tan-hoa/admin/documents/"
SignIn = Callable[..., Client]


@pytest.mark.parametrize("name", ["document", "version", "signature", "acknowledgement", "standardedition", "clause"])
def test_lists_open_with_search(cast: Cast, client_of: SignIn, name: str) -> None:
    approved(cast)
    client = client_of(cast.khanh)
    assert client.get(f"{ADMIN}{name}/").status_code == 200
    assert client.get(f"{ADMIN}{name}/?q=QT").status_code in (200, 302)
    assert client.get(f"{ADMIN}{name}/add/").status_code == 403
    assert client_of(cast.ha).get(f"{ADMIN}{name}/").status_code in (302, 403)


def test_a_deed_is_a_button_that_leads_to_its_page(cast: Cast, client_of: SignIn) -> None:
    version = submitted(cast)
    page = client_of(cast.oanh).get(f"{ADMIN}version/{version.pk}/change/")
    assert page.status_code == 200
    assert "/tan-hoa/documents/QT.TP.01/versions/1.0/review/" in page.content.decode()
    assert (
        "/versions/1.0/review/"
        not in client_of(cast.khanh).get(f"{ADMIN}version/{version.pk}/change/").content.decode()
    )


def test_the_history_shows_every_saving(cast: Cast, client_of: SignIn) -> None:
    version = approved(cast)
    page = client_of(cast.khanh).get(f"{ADMIN}version/{version.pk}/history/")
    assert page.status_code == 200
    assert "Trần Văn Đức" in page.content.decode()


def test_unit_and_review_date_are_edited_through_the_deed_the_title_is_not(cast: Cast, client_of: SignIn) -> None:
    document = approved(cast).document
    entered = {"title": "Đăng ký khai sinh tại xã", "unit": "", "next_review_on": "2027-01-05"}
    assert client_of(cast.khanh).post(f"{ADMIN}document/{document.pk}/change/", entered).status_code == 302
    saved = Document.objects.get()
    assert (saved.title, saved.unit, saved.next_review_on) == ("Đăng ký khai sinh", None, dt.date(2027, 1, 5))
    assert document.history.latest("history_id").history_user == cast.khanh


def test_a_form_left_open_writes_only_what_was_changed_in_it(cast: Cast, client_of: SignIn) -> None:
    document = approved(cast).document
    page = client_of(cast.khanh).get(f"{ADMIN}document/{document.pk}/change/")
    shown = as_shown(page.content.decode())
    office = cast.units["tan-hoa/Văn phòng"]
    edit_document(document, by=cast.nhung, unit=office)
    entered = shown | {"next_review_on": "2027-01-05"}
    assert client_of(cast.khanh).post(f"{ADMIN}document/{document.pk}/change/", entered).status_code == 302
    saved = Document.objects.get()
    assert (saved.unit, saved.next_review_on) == (office, dt.date(2027, 1, 5))


def test_another_agencys_rows_are_not_found(cast: Cast, client_of: SignIn) -> None:
    version = approved(cast)
    stranger = client_of(cast.yen)
    assert stranger.get(f"/phu-lam/admin/documents/version/{version.pk}/change/").status_code == 404
    assert "QT.TP.01" not in stranger.get("/phu-lam/admin/documents/version/").content.decode()
