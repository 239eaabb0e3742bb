"""Document and first draft in one deed; the code is given once."""

import pytest
from django.core.exceptions import ValidationError

from documents import actions
from documents.models import Document, Kind, State
from tenants.models import JournalEntry
from tenants.transitions import NotAllowed
from tests.cast import Cast
from tests.documents.library import draft


def test_it_begins_as_draft_01_00_with_one_journal_line(cast: Cast) -> None:
    version = draft(cast)
    assert (version.number, version.state, version.drafted_by) == ("01/00", State.DRAFT, cast.ha)
    assert list(JournalEntry.objects.about(version.document).values_list("verb", flat=True)) == ["created"]
    assert version.document.history.count() == version.history.count() == 1


def test_a_code_is_not_used_twice(cast: Cast) -> None:
    draft(cast)
    for again in ("QT.TP.01", "qt.tp.01"):
        with pytest.raises(ValidationError):
            draft(cast, code=again)
    assert Document.objects.count() == 1


def test_another_agency_has_its_own_codes(cast: Cast) -> None:
    draft(cast)
    with cast.other.active():
        version = actions.create_document(Kind.POLICY, "QT.TP.01", "Khác", None, by=cast.yen)
        assert version.agency == cast.other
    assert Document.objects.count() == 1


@pytest.mark.parametrize(
    "code", ["", "a b", "QT/01", "../x", ".", "..", "-", "_", ".QT", "=1+1", "<script>", "x" * 41, "QT\n"]
)
def test_a_malformed_code_is_refused(cast: Cast, code: str) -> None:
    with pytest.raises(ValidationError):
        actions.create_document(Kind.POLICY, code, "Chính sách", None, by=cast.ha)


def test_another_agencys_unit_is_refused(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        actions.create_document(Kind.POLICY, "CSCL", "Chính sách", cast.units["phu-lam/Văn phòng"], by=cast.ha)


def test_an_auditor_alone_does_not_draft(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.create_document(Kind.POLICY, "CSCL", "Chính sách", None, by=cast.mai)


def test_a_form_of_a_restricted_procedure_is_restricted_unless_said_otherwise(cast: Cast) -> None:
    closed = actions.create_document(
        Kind.SYSTEM_PROCEDURE, "QT.MAT.01", "Thanh tra", None, by=cast.khanh, confidentiality="restricted"
    ).document
    levels = [
        actions.create_document(
            Kind.FORM, f"BM.MAT.0{number}", "Phiếu", None, by=cast.khanh, procedure=procedure, confidentiality=level
        ).document.confidentiality
        for number, (procedure, level) in enumerate(((closed, ""), (closed, "internal"), (draft(cast).document, "")))
    ]
    assert levels == ["restricted", "internal", "internal"]
