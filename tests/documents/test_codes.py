"""The next free code by the agency's pattern; a number that was given is never given again."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from documents import actions, codes
from documents.models import Document, Kind
from tenants.models import Member
from tenants.transitions import NotAllowed
from tests.cast import Cast
from tests.documents.library import draft

SignIn = Callable[[Member], Client]


def test_the_next_free_code_is_proposed(cast: Cast) -> None:
    assert codes.next_code(Kind.OPERATIONAL_PROCEDURE, "TP") == "QT.TP.01"
    draft(cast, code="QT.TP.07")
    assert codes.next_code(Kind.OPERATIONAL_PROCEDURE, "TP") == "QT.TP.08"
    assert codes.next_code(Kind.OPERATIONAL_PROCEDURE, "KT") == "QT.KT.01"
    assert codes.next_code(Kind.FORM, "TP.07") == "BM.TP.07.01"


def test_a_dropped_document_keeps_its_number(cast: Cast) -> None:
    actions.drop(draft(cast, code="QT.TP.01"), by=cast.ha, reason="Trùng")
    assert codes.next_code(Kind.OPERATIONAL_PROCEDURE, "TP") == "QT.TP.02"


def test_it_is_filled_in_when_none_is_typed(cast: Cast, client_of: SignIn) -> None:
    draft(cast)
    entered = {"kind": "operational_procedure", "field": "TP", "code": "", "title": "Cấp bản sao", "unit": ""}
    assert client_of(cast.ha).post("/tan-hoa/documents/new/", entered).status_code == 302
    assert Document.objects.filter(code="QT.TP.02").exists()
    answer = client_of(cast.ha).post("/tan-hoa/documents/new/", entered | {"field": ""})
    assert answer.status_code == 200


def test_an_agency_writes_its_own(cast: Cast, client_of: SignIn) -> None:
    khanh = client_of(cast.khanh)
    shown = khanh.get("/tan-hoa/codes/").context["form"]
    entered = {field.name: field.value() for field in shown} | {"operational_procedure": "QT-{field}-{nnn}"}
    assert khanh.post("/tan-hoa/codes/", entered).status_code == 302
    assert codes.next_code(Kind.OPERATIONAL_PROCEDURE, "TP") == "QT-TP-001"
    with cast.other.active():
        assert codes.next_code(Kind.OPERATIONAL_PROCEDURE, "TP") == "QT.TP.01"


@pytest.mark.parametrize("pattern", ["QT.TP", "QT.{nn}.{nn}", "QT/{nn}", ".{nn}"])
def test_a_pattern_makes_codes(cast: Cast, pattern: str) -> None:
    with pytest.raises(ValidationError):
        codes.set_patterns({"form": pattern}, by=cast.khanh)


def test_only_who_keeps_the_documents_sets_them(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        codes.set_patterns({"form": "B.{nn}"}, by=cast.ha)
