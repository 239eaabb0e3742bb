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
from tests.documents.library import as_shown, draft

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


# --- forms, which count on within their procedure -------------------------------------------------


def test_a_form_takes_field_and_number_of_its_procedure(cast: Cast) -> None:
    procedure = draft(cast, code="QT.TP.07").document
    assert codes.next_code(Kind.FORM, "", procedure) == "BM.TP.07.01"
    form = actions.create_document(Kind.FORM, "BM.TP.07.01", "Phiếu thẩm tra", None, by=cast.ha, procedure=procedure)
    assert codes.next_code(Kind.FORM, "", procedure) == "BM.TP.07.02"
    actions.drop(form, by=cast.ha, reason="Trùng")
    assert codes.next_code(Kind.FORM, "", procedure) == "BM.TP.07.02"
    assert codes.next_code(Kind.FORM, "", draft(cast, code="QT.TP.08").document) == "BM.TP.08.01"


@pytest.mark.parametrize(
    ("kind", "code", "expected"),
    [("system_procedure", "QT.HT.03", "BM.HT.03.01"), ("internal_procedure", "QT-VP-012", "BM.VP.012.01"),
     ("internal_procedure", "QT.VP.01.B", "BM.VP.01.01")],
)  # fmt: skip
def test_a_procedure_is_read_by_its_pattern_or_its_last_number(cast: Cast, kind: str, code: str, expected: str) -> None:
    procedure = actions.create_document(kind, code, "A", None, by=cast.ha).document
    assert codes.next_code(Kind.FORM, "", procedure) == expected


def test_a_procedure_without_a_number_has_no_next_form(cast: Cast) -> None:
    procedure = actions.create_document("internal_procedure", "QUYTRINH", "A", None, by=cast.ha).document
    with pytest.raises(ValidationError):
        codes.next_code(Kind.FORM, "", procedure)
    with pytest.raises(ValidationError):
        codes.next_code(Kind.FORM, "")


def test_own_patterns_of_forms(cast: Cast) -> None:
    codes.set_patterns({"form": "{field}-{nn}-F{mmm}", "operational_procedure": "P-{field}-{nn}"}, by=cast.khanh)
    procedure = draft(cast, code="P-TP.HT-04").document
    assert codes.next_code(Kind.FORM, "", procedure) == "TP.HT-04-F001"
    codes.set_patterns({"form": "BM.{nn}"}, by=cast.khanh)
    assert codes.next_code(Kind.FORM, "", procedure) == "BM.01"


@pytest.mark.parametrize(
    ("kind", "pattern"), [("form", "BM.{nn}.{mm}.{mm}"), ("form", "BM.{mm}"), ("policy", "CS.{nn}.{mm}")]
)
def test_only_forms_count_within(cast: Cast, kind: str, pattern: str) -> None:
    with pytest.raises(ValidationError):
        codes.set_patterns({kind: pattern}, by=cast.khanh)


def test_a_form_begins_from_the_page_of_its_procedure(cast: Cast, client_of: SignIn) -> None:
    draft(cast)
    ha = client_of(cast.ha)
    assert "documents/new/?procedure=QT.TP.01" in ha.get("/tan-hoa/documents/QT.TP.01/").content.decode()
    shown = as_shown(ha.get("/tan-hoa/documents/new/?procedure=QT.TP.01").content.decode())
    assert (shown["code"], shown["kind"]) == ("BM.TP.01.01", "form")
    assert ha.post("/tan-hoa/documents/new/", shown | {"title": "Phiếu thẩm tra"}).status_code == 302
    assert "BM.TP.01.01" in ha.get("/tan-hoa/documents/QT.TP.01/").content.decode()
    assert "/documents/QT.TP.01/" in ha.get("/tan-hoa/documents/BM.TP.01.01/").content.decode()
    wrong = ha.post("/tan-hoa/documents/new/", shown | {"kind": "policy", "code": "", "title": "A"})
    assert (wrong.status_code, Document.objects.count()) == (200, 2)
    assert ha.get("/tan-hoa/documents/new/?procedure=%00&kind=x").status_code == 200


def test_the_page_offers_the_next_free_codes(cast: Cast, client_of: SignIn) -> None:
    draft(cast)
    page = client_of(cast.ha).get("/tan-hoa/documents/new/").content.decode()
    assert "QT.TP.02" in page
    assert "CSCL.01" in page
    shown = as_shown(
        client_of(cast.ha).get("/tan-hoa/documents/new/?kind=operational_procedure&field=TP").content.decode()
    )
    assert shown["code"] == "QT.TP.02"
