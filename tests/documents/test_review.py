"""The reviewer signs what was submitted, letter for letter."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from documents import actions
from documents.content import Content
from documents.models import State
from documents.permissions import capacities as may_sign_in
from documents.sealing import NotAsSigned
from tenants.models import Mail
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast
from tests.documents.library import BIRTH, draft, forged, reviewed, submitted


def test_the_head_is_asked_to_approve(cast: Cast) -> None:
    version = reviewed(cast)
    assert version.state == State.IN_APPROVAL
    assert list(Mail.objects.filter(key__startswith="approve").values_list("member__name", flat=True)) == [
        "Trần Văn Đức"
    ]


@pytest.mark.parametrize("who", ["ha", "bao", "tuan", "khanh", "nhung"])
def test_neither_the_drafter_nor_the_staff_review(cast: Cast, who: str) -> None:
    version = submitted(cast)
    with pytest.raises(NotAllowed):
        actions.review(version, by=cast.members[who])


def test_who_drafted_cannot_review_though_somebody_else_submitted(cast: Cast) -> None:
    version = actions.create_document(
        "policy", "CSCL", "Chính sách", None, by=cast.oanh, content=Content(text="Phục vụ người dân.")
    )
    version = actions.submit(actions.take_over(version, by=cast.khanh, reason="Chị Oanh đi công tác"), by=cast.khanh)
    with pytest.raises(NotAllowed):
        actions.review(version, by=cast.oanh)


def test_a_draft_is_not_reviewed(cast: Cast) -> None:
    version = draft(cast)
    with pytest.raises(NotPossible):
        actions.review(version, by=cast.oanh)


def test_nobody_signs_a_text_they_have_not_seen(cast: Cast) -> None:
    """Returned, changed and submitted again while the reviewer's page lay open."""
    version = submitted(cast)
    seen = version.sha256
    version = actions.send_back(version, by=cast.thanh, reason="Ghi lệ phí")
    version = actions.edit(version, replace(BIRTH, fee="1.000.000 đồng"), version.title, by=cast.ha)
    version = actions.submit(version, by=cast.ha)
    with pytest.raises(NotPossible) as refusal, translation.override("en"):
        actions.review(version, by=cast.oanh, seen=seen)
    assert refusal.value.message == "The text was changed since you opened this page. Read it again."
    assert actions.review(version, by=cast.oanh, seen=version.sha256).state == State.IN_APPROVAL


@pytest.mark.parametrize(("who", "capacities"), [("duc", [""]), ("oanh", [""]), ("thanh", [""])])
def test_the_capacity_of_a_review_goes_by_the_role(cast: Cast, who: str, capacities: list[str]) -> None:
    """Decree 30/2020 art 13."""
    assert may_sign_in(cast.members[who], "reviewed") == capacities
    version = submitted(cast)
    with pytest.raises(NotPossible):
        actions.review(version, by=cast.members[who], capacity="KT.")
    actions.review(version, by=cast.members[who])
    assert version.signatures.get(role="reviewed").capacity == capacities[0]


@pytest.mark.parametrize("part", ["title", "change_reason", "change_parts", "change_summary"])
def test_the_database_keeps_the_whole_sheet(cast: Cast, part: str) -> None:
    version = submitted(cast)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE documents_version SET {part} = 'khác' WHERE id = %s", [version.pk])


def test_a_foreign_member_cannot_sign(cast: Cast) -> None:
    version = submitted(cast)
    with pytest.raises(NotAllowed):
        actions.review(version, by=cast.son)


def test_a_signature_is_never_changed(cast: Cast) -> None:
    version = submitted(cast)
    for statement in ("UPDATE documents_signature SET name = 'khác'", "DELETE FROM documents_signature"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert version.signatures.get().name == "Lê Thu Hà"


def test_a_text_that_does_not_match_its_hash_is_not_signed(cast: Cast) -> None:
    version = forged(submitted(cast))
    with pytest.raises(NotAsSigned):
        actions.review(version, by=cast.oanh)
