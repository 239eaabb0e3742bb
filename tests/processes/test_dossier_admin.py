"""Dossiers in Django admin: read there, worked on at the desk; residents only for those who handle dossiers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from processes import actions
from processes.models import Dossier
from tenants.models import Member
from tests.cast import Cast

ClientOf = Callable[[Member], Client]
LISTS = ("dossier", "task", "handover", "coverage")


@pytest.mark.parametrize("model", LISTS)
def test_the_committee_reads_the_list(march: Cast, dossier: Dossier, client_of: ClientOf, model: str) -> None:
    assert client_of(march.khanh).get(f"/tan-hoa/admin/processes/{model}/").status_code == 200
    assert client_of(march.ha).get(f"/tan-hoa/admin/processes/{model}/").status_code in (302, 403)


def test_the_head_reads_the_name_the_secretary_initials(march: Cast, dossier: Dossier, client_of: ClientOf) -> None:
    for path in ("", f"{dossier.pk}/change/"):
        head = client_of(march.duc).get(f"/tan-hoa/admin/processes/dossier/{path}").content.decode()
        secretary = client_of(march.khanh).get(f"/tan-hoa/admin/processes/dossier/{path}").content.decode()
        assert "Lò Thị Vân" in head
        assert dossier.code in secretary
        for hidden in ("Vân", "Gia Hân", dossier.look_up):
            assert hidden not in secretary
        assert dossier.look_up not in head


def test_applicants_are_closed_to_the_secretary(march: Cast, dossier: Dossier, client_of: ClientOf) -> None:
    address = "/tan-hoa/admin/processes/applicant/"
    assert "Lò Thị Vân" in client_of(march.duc).get(address).content.decode()
    shown = client_of(march.duc).get(f"{address}{dossier.applicant_id}/change/").content.decode()
    assert "Lò Thị Vân" in shown
    assert dossier.look_up not in shown
    for path in ("", f"{dossier.applicant_id}/change/", f"{dossier.applicant_id}/history/"):
        answer = client_of(march.khanh).get(address + path)
        assert answer.status_code in (302, 403, 404)
        assert "Vân" not in answer.content.decode()


def test_a_deed_leads_to_the_desk(march: Cast, dossier: Dossier, client_of: ClientOf) -> None:
    actions.complete(dossier.tasks.open().get(), by=march.tuan, next_member=march.ha)
    actions.complete(dossier.tasks.open().get(), by=march.ha)
    task = dossier.tasks.open().get()
    page = client_of(march.duc).get(f"/tan-hoa/admin/processes/task/{task.pk}/change/").content.decode()
    assert f"/tan-hoa/dossiers/{dossier.code}/complete/" in page
    assert 'name="_save"' not in page


def test_nothing_is_written_here(march: Cast, dossier: Dossier, client_of: ClientOf) -> None:
    client = client_of(march.duc)
    before = dossier.tasks.get().due_at
    for path in ("dossier/add/", f"dossier/{dossier.pk}/delete/", "task/add/", "handover/add/"):
        assert client.get(f"/tan-hoa/admin/processes/{path}").status_code == 403
    client.post(f"/tan-hoa/admin/processes/task/{dossier.tasks.get().pk}/change/", {"due_at_0": "2030-01-01"})
    assert dossier.tasks.get().due_at == before


def test_the_other_commune_finds_nothing(march: Cast, dossier: Dossier, client_of: ClientOf) -> None:
    client = client_of(march.yen)
    assert dossier.code not in client.get("/phu-lam/admin/processes/dossier/").content.decode()
    assert client.get(f"/phu-lam/admin/processes/dossier/{dossier.pk}/change/").status_code == 404
