"""Internal audits in Django admin: read by the steering committee, deeds through the desk's pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from audits.models import Audit, Finding, Question
from tenants.models import Member
from tests.audits.stage import answered
from tests.cast import Cast


@pytest.mark.parametrize("page", ["audit", "auditor", "question", "finding"])
def test_the_committee_reads_lists_and_rows(cast: Cast, client_of: Callable[[Member], Client], page: str) -> None:
    audit = answered(cast)
    row = {
        "audit": audit,
        "auditor": audit.team.get(),
        "question": Question.objects.first(),
        "finding": Finding.objects.get(),
    }[page]
    secretary = client_of(cast.khanh)
    for address in ("", f"?q={audit.code}", f"{row.pk}/change/", f"{row.pk}/history/"):
        assert secretary.get(f"/tan-hoa/admin/audits/{page}/{address}").status_code == 200, address
    assert secretary.get(f"/tan-hoa/admin/audits/{page}/add/").status_code == 403


def test_an_officer_and_a_stranger_stay_outside(cast: Cast, client_of: Callable[[Member], Client]) -> None:
    audit = answered(cast)
    assert client_of(cast.ha).get(f"/tan-hoa/admin/audits/audit/{audit.pk}/change/").status_code != 200
    assert client_of(cast.yen).get(f"/phu-lam/admin/audits/audit/{audit.pk}/change/").status_code == 404


def test_the_deed_button_leads_to_the_desk(cast: Cast, client_of: Callable[[Member], Client]) -> None:
    audit = answered(cast)
    page = client_of(cast.khanh).get(f"/tan-hoa/admin/audits/audit/{audit.pk}/change/")
    assert [button["url"] for button in page.context["deed_buttons"]] == [f"/tan-hoa/audits/{audit.code}/cancel/"]
    assert (
        client_of(cast.khanh).post(f"/tan-hoa/admin/audits/audit/{audit.pk}/change/", {"title": "x"}).status_code == 403
    )
    assert Audit.objects.get().title == audit.title
