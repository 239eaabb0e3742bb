"""What was signed and what was read stays as it was: in the database, and in what is said where somebody got past it."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client

from documents import actions
from documents.exporting import as_data
from documents.models import Acknowledgement, Document, Kind, Signature, State, Version
from documents.papers import public_address
from documents.reports import sheet_of
from documents.sealing import NotAsSigned, is_as_signed
from documents.tasks import bring_due_versions_into_force, check_past_list
from tenants import clock
from tenants.models import JournalEntry, Mail
from tests.cast import Cast
from tests.documents.library import approved, draft, forged, reviewed, signed_again, submitted

DAY = dt.timedelta(days=1)


def refused(statement: str, row: int) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [row])


# --- what was signed -------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "in_review", "in_approval", "approved", "dropped"])
def test_the_version_in_force_goes_nowhere_but_out_of_force(cast: Cast, state: str) -> None:
    version = approved(cast)
    refused(f"UPDATE documents_version SET state = '{state}' WHERE id = %s", version.pk)
    refused(f"UPDATE documents_version SET state = '{state}', round = 2, sha256 = '' WHERE id = %s", version.pk)


def test_what_is_out_of_force_stays_so(cast: Cast) -> None:
    first = approved(cast)
    second = actions.withdraw(signed_again(cast, first), by=cast.duc, reason="Rà soát")
    for version in (first, second):
        for state in ("draft", "approved", "in_force"):
            refused(f"UPDATE documents_version SET state = '{state}' WHERE id = %s", version.pk)


def test_an_approved_version_is_not_edited_on_a_way_back(cast: Cast) -> None:
    version = approved(cast, on=clock.today() + DAY)
    for state in ("draft", "in_review", "in_approval"):
        refused(f"UPDATE documents_version SET state = '{state}', round = 2, sha256 = '' WHERE id = %s", version.pk)


def test_back_to_draft_begins_a_round_and_breaks_the_seal(cast: Cast) -> None:
    for number, version in enumerate((submitted(cast), reviewed(cast, code="QT.TP.02"))):
        refused("UPDATE documents_version SET state = 'draft' WHERE id = %s", version.pk)
        refused("UPDATE documents_version SET state = 'draft', round = 2, sha256 = 'x' WHERE id = %s", version.pk)
        refused(
            "UPDATE documents_version SET state = 'draft', round = 2, sha256 = '', title = 'x' WHERE id = %s",
            version.pk,
        )
        back = actions.send_back(version, by=(cast.oanh, cast.duc)[number], reason="Ghi lệ phí")
        assert (back.state, back.round, back.sha256) == (State.DRAFT, 2, "")


@pytest.mark.parametrize(
    "change",
    ["sha256 = repeat('b', 64)", "content = '{}'", "round = round + 1", "is_minor = true", "drafted_by_id = drafted_by_id + 1",
     "effective_from = effective_from + 1", "effective_to = current_date"],
)  # fmt: skip
def test_nothing_of_an_approved_version_changes(cast: Cast, change: str) -> None:
    for version in (approved(cast, on=clock.today() + DAY), approved(cast, code="QT.TP.02")):
        refused(f"UPDATE documents_version SET {change} WHERE id = %s", version.pk)


def test_the_last_day_is_set_once(cast: Cast) -> None:
    first = approved(cast)
    with clock.at(clock.now() + 30 * DAY):
        signed_again(cast, first)
    refused("UPDATE documents_version SET effective_to = effective_to - 1 WHERE id = %s", first.pk)
    refused("UPDATE documents_version SET effective_to = NULL WHERE id = %s", first.pk)


# --- and where somebody got past it ---------------------------------------------------------------


def test_a_text_that_was_not_signed_is_named(cast: Cast, client_of: object) -> None:
    version, other = approved(cast), forged(approved(cast, code="QT.TP.02"))
    assert sheet_of(version).as_signed
    assert as_data(version)["as_signed"]
    assert not sheet_of(other).as_signed
    assert not as_data(other)["as_signed"]
    page = client_of(cast.tuan).get("/tan-hoa/documents/QT.TP.99/versions/1.0/").content.decode()  # type: ignore[operator]
    assert "<p><strong>" in page
    for one, valid in ((version, True), (other, False)):
        answer = Client().get(public_address(one).removeprefix("http://127.0.0.1:8000"))
        assert answer.context["as_signed"] is valid


def test_a_signature_under_another_text_is_named(cast: Cast) -> None:
    version = approved(cast)
    row = Signature.objects.filter(version=version, role="reviewed").get()
    row.pk, row.member, row.place, row.sha256 = None, cast.mai, 7, "b" * 64
    Signature.objects.bulk_create([row])
    assert not sheet_of(version).as_signed


def test_what_was_not_signed_does_not_come_into_force(cast: Cast) -> None:
    version, good = (approved(cast, on=clock.today() + DAY, code=f"QT.TP.0{number}") for number in (1, 2))
    other = forged(version)
    with clock.at(clock.now() + DAY):
        with pytest.raises(NotAsSigned):
            actions.bring_into_force(other)
        assert bring_due_versions_into_force(cast.agency.pk) == 2
    assert set(Version.objects.in_force()) == {version, good}


# --- what was read ---------------------------------------------------------------------------------


def test_a_reading_is_neither_deleted_nor_changed(cast: Cast) -> None:
    row = actions.acknowledge(approved(cast), by=cast.tuan)
    waiting = Acknowledgement.objects.filter(read_at=None).first()
    assert waiting is not None
    for pk in (row.pk, waiting.pk):
        refused("DELETE FROM documents_acknowledgement WHERE id = %s", pk)
        refused("UPDATE documents_acknowledgement SET asked_at = '2020-01-01' WHERE id = %s", pk)
    for change in ("read_at = '2020-01-01'", "read_at = NULL", "answer = 'khác'", f"member_id = {cast.mai.pk}"):
        refused(f"UPDATE documents_acknowledgement SET {change} WHERE id = %s", row.pk)


# --- code and kind ---------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["code = 'QT.TP.99'", "kind = 'policy'"])
def test_a_document_keeps_its_code_and_kind(cast: Cast, change: str) -> None:
    for version in (draft(cast), approved(cast, code="QT.TP.02")):
        refused(f"UPDATE documents_document SET {change} WHERE id = %s", version.document_id)


def test_a_code_in_small_letters_is_the_same_code(cast: Cast) -> None:
    approved(cast)
    with pytest.raises(IntegrityError, match="document_code_once"), transaction.atomic():
        Document.objects.bulk_create([Document(kind=Kind.REGULATION, code="qt.tp.01", title="Khác")])


# --- the day it comes into force -------------------------------------------------------------------


def test_the_approval_says_from_which_day_and_seals_it(cast: Cast) -> None:
    day = clock.today() + DAY
    version = approved(cast, on=day)
    drafted, reviewed_, given = Signature.objects.filter(version=version)
    assert (drafted.effective_from, reviewed_.effective_from, given.effective_from) == (None, None, day)
    assert given.is_intact
    given.effective_from = day + DAY
    assert not given.is_intact
    given.effective_from = None
    assert not given.is_intact


def test_a_seal_from_before_the_day_was_in_it_still_holds(cast: Cast) -> None:
    version = approved(cast)
    row = Signature.objects.get(version=version, role="approved")
    row.effective_from = None
    row.seal = row.sealed()
    assert row.is_intact
    assert is_as_signed(version, [row])


def test_another_day_than_the_signed_one_is_named(cast: Cast) -> None:
    version = approved(cast, on=clock.today() + DAY)
    assert sheet_of(version).as_signed
    version.effective_from = clock.today() + 2 * DAY
    assert not sheet_of(version).as_signed


# --- the past lists against the history ------------------------------------------------------------


def written_otherwise(version: Version, **values: object) -> None:
    """The history says something else than the row, as when somebody with the owner's password changed the row."""
    model = Version.history.model
    row = model.objects.filter(id=version.pk).latest("history_id")
    said = {
        field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields if not field.primary_key
    }
    model.objects.create(**said | values)


def test_what_the_legal_deeds_leave_is_as_the_history_says(cast: Cast) -> None:
    first = approved(cast)
    actions.withdraw(signed_again(cast, first), by=cast.duc, reason="Rà soát")  # first was replaced on its first day
    approved(cast, code="QT.TP.02", on=clock.today() + DAY)
    actions.withdraw(approved(cast, code="QT.TP.03", on=clock.today() + DAY), by=cast.duc, reason="Luật hoãn")
    submitted(cast, code="QT.TP.04")
    assert check_past_list(cast.agency.pk) == 0
    assert not JournalEntry.objects.filter(verb="past_differs").exists()


def test_a_row_that_is_not_as_its_history_says_is_written_down_once_and_told(cast: Cast) -> None:
    moved, ended, other, back = (approved(cast, code=f"QT.TP.0{number}") for number in range(1, 5))
    written_otherwise(moved, effective_from=clock.today() - 9 * DAY)
    written_otherwise(ended, effective_to=clock.today() + DAY)
    written_otherwise(other, content={})
    written_otherwise(back, state="withdrawn")
    forged(moved)
    written_otherwise(moved, id=987654321)
    assert [check_past_list(cast.agency.pk) for _night in range(2)] == [6, 0]
    lines = JournalEntry.objects.filter(verb="past_differs")
    assert {(line.about_type, line.about_id) for line in lines} == {
        *(("documents.version", row.pk) for row in (moved, ended, other, back)),
        ("documents.version", Version.objects.get(document__code="QT.TP.99").pk), ("documents.document", moved.document_id),
    }  # fmt: skip
    assert f"{clock.today() - 9 * DAY:%d/%m/%Y}" in lines.get(about_id=moved.pk, about_type="documents.version").reason
    told = Mail.objects.filter(key__startswith="past-differs.")
    assert {mail.member for mail in told} == {cast.duc, cast.khanh}
    assert all(f"QT.TP.0{number}" in told[0].body for number in range(1, 5))


def test_of_two_versions_on_one_day_the_later_one_holds_in_rows_and_history(cast: Cast) -> None:
    first = approved(cast)
    with clock.at(clock.now() + 30 * DAY):
        signed_again(cast, first)
        first.refresh_from_db()
        written_otherwise(first, effective_to=clock.today())  # as it was written before 0011
        assert check_past_list(cast.agency.pk) == 0
