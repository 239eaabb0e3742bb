"""Correct the applicant's data: a slip of the pen at the counter is mended there, and the slip says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from processes import actions
from processes.models import Applicant, Dossier
from processes.slips import make_slip
from tenants.models import JournalEntry, Member, StoredFile
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast

ClientOf = Callable[[Member], Client]
FORM = {"name": "Lò Thị Vân", "id_number": "", "phone": "", "email": "", "address": "", "subject": "cháu Lý Gia Hân"}


def test_the_counter_mends_it_and_the_journal_names_the_entries_only(
    march: Cast, dossier: Dossier, client_of: ClientOf
) -> None:
    make_slip(dossier.pk)
    client, address = client_of(march.tuan), f"/tan-hoa/dossiers/{dossier.code}/correct/"
    assert 'value="Lò Thị Vân"' in client.get(address).content.decode()
    assert client.post(address, FORM | {"name": "Lò Thị Vấn", "phone": "0912345318"}).status_code == 302
    mended = Dossier.objects.get(pk=dossier.pk)
    assert (mended.applicant.name, mended.applicant.phone) == ("Lò Thị Vấn", "0912345318")
    line = JournalEntry.objects.get(verb="corrected")
    assert (line.by, line.details) == (march.tuan, {"fields": "họ và tên, điện thoại"})
    assert mended.look_up == dossier.look_up
    assert list(Dossier.objects.all().found_by("lo thi van", march.tuan)) == [mended]
    assert [row.name for row in mended.applicant.history.all()] == ["Lò Thị Vấn", "Lò Thị Vân"]
    assert mended.slip is None
    assert make_slip(dossier.pk)
    assert StoredFile.objects.count() == 2  # what was handed out before is kept


def test_what_a_colleague_changed_meanwhile_stays(march: Cast, dossier: Dossier) -> None:
    actions.correct_applicant(dossier, by=march.tuan, phone="0912345318")
    actions.correct_applicant(dossier, by=march.tuan, address="Bản Mới")
    applicant = Applicant.objects.get()
    assert (applicant.phone, applicant.address) == ("0912345318", "Bản Mới")


def test_nothing_changed_is_no_deed(march: Cast, dossier: Dossier) -> None:
    actions.correct_applicant(dossier, by=march.tuan, name="Lò Thị Vân")
    assert not JournalEntry.objects.filter(verb="corrected").exists()


@pytest.mark.parametrize("name", ["duc", "ha", "mai", "khanh"])
def test_it_is_the_desks(march: Cast, dossier: Dossier, client_of: ClientOf, name: str) -> None:
    member = getattr(march, name)
    with pytest.raises(NotAllowed):
        actions.correct_applicant(dossier, by=member, name="Ai đó")
    address = f"/tan-hoa/dossiers/{dossier.code}/"
    assert client_of(member).get(f"{address}correct/").status_code == 403
    assert f"{address}correct/" not in client_of(member).get(address).content.decode()
    assert f"{address}correct/" in client_of(march.tuan).get(address).content.decode()


def test_closed_it_stays_as_it_is(march: Cast, dossier: Dossier) -> None:
    for member in (march.tuan, march.ha, march.duc):
        actions.complete(dossier.tasks.open().get(), by=member)
    closed = actions.close(dossier, by=march.tuan)
    with pytest.raises(NotPossible):
        actions.correct_applicant(closed, by=march.tuan, name="Ai đó")


def test_a_page_left_open_puts_back_nothing(march: Cast, dossier: Dossier, client_of: ClientOf) -> None:
    client, address = client_of(march.tuan), f"/tan-hoa/dossiers/{dossier.code}/correct/"
    form = client.get(address).context["form"]
    entries = {form.add_prefix(name): form[name].value() for name in form.fields}
    left_open = entries | {form.add_initial_prefix(name): value for name, value in entries.items()}
    actions.correct_applicant(dossier, by=march.tuan, phone="0912345318")
    assert client.post(address, left_open | {"address": "Bản Mới"}).status_code == 302
    applicant = Applicant.objects.get()
    assert (applicant.phone, applicant.address) == ("0912345318", "Bản Mới")
