"""Numbered controlled copies: handed out, printed with their number, recalled when the version is over."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from pypdf import PdfReader

from documents import actions, copies, reminders
from documents.copy_models import ControlledCopy
from documents.papers import render_version_pdf, stored
from qms import home
from tenants import clock
from tenants.models import JournalEntry
from tenants.reminders import Night, remind
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast
from tests.documents.library import approved, draft, signed_again

SignIn = Callable[..., Client]
PAGE = "/tan-hoa/documents/QT.TP.01/versions/1.0/copies/"


def test_copies_are_numbered_from_one_and_never_again(cast: Cast) -> None:
    version = approved(cast)
    first = copies.hand_out(version, by=cast.nhung, holder="Một cửa", place="Quầy 2")
    copies.recall(first, by=cast.nhung, note="Đã hủy")
    second = copies.hand_out(version, by=cast.khanh, holder="Tư pháp")
    assert [first.number, second.number] == [1, 2]
    assert [line.verb for line in JournalEntry.objects.filter(about_type="documents.controlledcopy").order_by("pk")] == [
        "handed_out", "recalled", "handed_out",
    ]  # fmt: skip
    assert first.history.count() == 2


def test_only_who_keeps_the_documents_does_it_and_only_of_a_signed_version(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        copies.hand_out(draft(cast), by=cast.nhung, holder="x")
    version = approved(cast, code="QT.TP.02")
    with pytest.raises(NotAllowed):
        copies.hand_out(version, by=cast.ha, holder="x")
    with pytest.raises(NotPossible):
        copies.hand_out(version, by=cast.nhung, holder="x", on=clock.today() + dt.timedelta(days=1))
    copy = copies.hand_out(version, by=cast.nhung, holder="x")
    with pytest.raises(NotAllowed):
        copies.recall(copy, by=cast.duc)
    with pytest.raises(NotPossible):
        copies.recall(copy, by=cast.nhung, on=clock.today() - dt.timedelta(days=1))
    copies.recall(copy, by=cast.nhung)
    with pytest.raises(NotPossible):
        copies.recall(copy, by=cast.nhung)
    actions.withdraw(version, by=cast.duc, reason="Bãi bỏ")
    with pytest.raises(NotPossible):
        copies.hand_out(version, by=cast.nhung, holder="x")


def test_the_database_refuses_half_a_recall_and_another_agencys_version(cast: Cast) -> None:
    copy = copies.hand_out(approved(cast), by=cast.nhung, holder="x")
    for wrong in ("recalled_on = handed_out_on", f"agency_id = {cast.other.pk}"):
        with pytest.raises(Exception), transaction.atomic(), connection.cursor() as cursor:  # noqa: B017, PT011
            cursor.execute(f"UPDATE documents_controlledcopy SET {wrong} WHERE id = %s", [copy.pk])
    with pytest.raises(IntegrityError), transaction.atomic():
        ControlledCopy.objects.bulk_create(
            [ControlledCopy(version=copy.version, number=1, holder="y", handed_out_by=cast.nhung)]
        )


def test_the_print_bears_its_number_and_the_stored_file_stays(cast: Cast, client_of: SignIn) -> None:
    version = approved(cast)
    copies.hand_out(version, by=cast.nhung, holder="Bộ phận Một cửa", place="Quầy 2")
    client = client_of(cast.tuan)
    assert client.get(PAGE + "1.pdf").status_code == 202
    render_version_pdf(cast.agency.pk, version.pk)
    version.refresh_from_db()
    before = stored(version)
    printed = client.get(PAGE + "1.pdf").content
    for page in PdfReader(io.BytesIO(printed)).pages:
        assert "01 · Bộ phận Một cửa, Quầy 2" in page.extract_text()
    assert stored(version) == before
    assert client.get(PAGE + "2.pdf").status_code == 404


def test_copies_of_what_is_over_stand_to_be_recalled(cast: Cast) -> None:
    version = approved(cast)
    for holder in ("Một cửa", "Tư pháp"):
        copies.hand_out(version, by=cast.nhung, holder=holder)
    assert not ControlledCopy.objects.to_recall().exists()
    assert recalls(cast.nhung) == []
    signed_again(cast, version)
    (item,) = recalls(cast.nhung)
    assert "2" in item.text.split()
    assert recalls(cast.ha) == []
    for copy in ControlledCopy.objects.to_recall():
        copies.recall(copy, by=cast.nhung)
    assert recalls(cast.nhung) == []


def recalls(member) -> list[home.Item]:
    groups = [
        group for group in home.of(member, clock.now()).groups if str(group.title) == str(home.GROUPS["recall"][0])
    ]
    return [item for group in groups for item in group.tasks]


def test_the_controller_is_reminded_once_a_week(cast: Cast) -> None:
    version = approved(cast)
    copies.hand_out(version, by=cast.nhung, holder="Một cửa")
    actions.withdraw(version, by=cast.duc, reason="Bãi bỏ")

    def told() -> list[str]:
        found = [one for one in reminders.occasions(Night.of(cast.agency)) if one.kind == "copy_recall"]
        assert {one.member_id for one in found} == {cast.nhung.pk}
        return [one.key for one in found]

    first = told()
    with clock.at(clock.now() + dt.timedelta(days=6)):
        assert told() == first
    with clock.at(clock.now() + dt.timedelta(days=7)):
        assert told() != first
    (mail,) = [mail for mail in remind(cast.agency, [reminders.occasions]) if mail.member_id == cast.nhung.pk]
    assert "QT.TP.01" in mail.body
    assert "Một cửa" in mail.body


def test_the_register_is_kept_through_its_pages(cast: Cast, client_of: SignIn) -> None:
    version = approved(cast)
    nhung, ha = client_of(cast.nhung), client_of(cast.ha)
    assert PAGE in ha.get("/tan-hoa/documents/QT.TP.01/versions/1.0/").content.decode()
    assert PAGE + "new/" not in ha.get(PAGE).content.decode()
    assert PAGE + "new/" in nhung.get(PAGE).content.decode()
    assert ha.get(PAGE + "new/").status_code == 403
    today = f"{clock.today():%d/%m/%Y}"
    for wrong in ({}, {"holder": "x"}, {"holder": "x", "on": "31/12/9999"}, {"holder": "x\x00", "on": today}):
        assert nhung.post(PAGE + "new/", wrong).status_code == 200
    assert nhung.post(PAGE + "new/", {"holder": "<b>Một cửa</b>", "place": "", "on": today}).status_code == 302
    shown = nhung.get(PAGE).content.decode()
    assert "<b>Một cửa" not in shown
    assert PAGE + "1/recall/" in shown
    assert ha.post(PAGE + "1/recall/", {"on": today}).status_code == 403
    assert nhung.post(PAGE + "1/recall/", {"on": "01/01/2001"}).status_code == 200
    actions.withdraw(version, by=cast.duc, reason="Bãi bỏ")
    assert nhung.get(PAGE + "new/").status_code == 409
    assert nhung.post(PAGE + "1/recall/", {"on": today, "note": "Đã hủy"}).status_code == 302
    assert nhung.get(PAGE + "1/recall/").status_code == 409
    assert "Đã hủy" in nhung.get(PAGE).content.decode()
    assert nhung.get(PAGE + "99/recall/").status_code == 404
    assert nhung.get(PAGE + "99999999999999999999/recall/").status_code == 404
    assert "QT.TP.01 01/00" in ha.get("/tan-hoa/documents/QT.TP.01/activity/").content.decode()
