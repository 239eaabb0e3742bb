"""A draft nobody wants is dropped; the next one takes its place, so that no number is left out or given twice."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction

from documents import actions
from documents.content import Content
from documents.models import Document, State, Version
from documents.permissions import hands_in
from documents.reports import rows_of, sheet_of
from tenants.models import JournalEntry, Mail
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast
from tests.documents.library import BIRTH, approved, draft, next_draft, signed_again, submitted

OTHER = replace(BIRTH, fee="8.000 đồng")


def dropped(cast: Cast, version: Version) -> Version:
    return actions.drop(version, by=version.drafted_by, reason="Bấm nhầm")


def sign(cast: Cast, version: Version) -> Version:
    version = actions.review(actions.submit(version, by=version.drafted_by), by=cast.oanh)
    return actions.approve(version, by=cast.duc, effective_from=version.created_at.astimezone().date())


@pytest.mark.parametrize("who", ["ha", "khanh", "duc"])
def test_drafter_secretary_and_head_drop_a_draft(cast: Cast, who: str) -> None:
    version = actions.drop(draft(cast), by=cast.members[who], reason="Trùng QT.TP.02")
    assert version.state == State.DROPPED
    line = JournalEntry.objects.get(verb="drop")
    assert (line.by.name, line.before, line.after, line.reason) == (
        cast.members[who].name, "draft", "dropped", "Trùng QT.TP.02",
    )  # fmt: skip
    told = [] if who == "ha" else ["Lê Thu Hà"]
    assert list(Mail.objects.filter(key__startswith="dropped").values_list("member__name", flat=True)) == told


@pytest.mark.parametrize("who", ["bao", "oanh", "nhung", "mai"])
def test_nobody_else_does(cast: Cast, who: str) -> None:
    version = draft(cast)
    with pytest.raises(NotAllowed):
        actions.drop(version, by=cast.members[who], reason="Không cần")


def test_a_reason_is_needed_and_a_draft(cast: Cast) -> None:
    version = draft(cast)
    with pytest.raises(NotPossible):
        actions.drop(version, by=cast.ha, reason=" ")
    with pytest.raises(NotPossible):
        actions.drop(submitted(cast, code="QT.TP.02"), by=cast.ha, reason="Không cần")


def test_it_stands_in_the_way_of_no_other_draft_and_its_number_is_used(cast: Cast) -> None:
    first = approved(cast)
    mistaken = dropped(cast, actions.edit(next_draft(cast, first), OTHER, "Khác", by=cast.ha))
    following = actions.begin_draft(
        first.document, by=cast.khanh, drafter=cast.bao, new_issue=False, reason="Bớt giấy tờ"
    )
    assert (following.pk, following.number, following.state, following.drafted_by) == (
        mistaken.pk, "01/01", State.DRAFT, cast.bao,
    )  # fmt: skip
    assert (Content.of(following.content), following.title) == (BIRTH, "Đăng ký khai sinh")
    assert (following.change_reason, following.change_parts) == ("Bớt giấy tờ", "")
    following.refresh_from_db()
    assert sign(cast, following).state == State.IN_FORCE
    assert [version.number for version in Version.objects.all()] == ["01/01", "01/00"]


def test_a_new_issue_after_a_dropped_revision_leaves_no_gap(cast: Cast) -> None:
    first = approved(cast)
    dropped(cast, next_draft(cast, first))
    following = next_draft(cast, first, new_issue=True)
    assert following.number == "02/00"
    dropped(cast, following)
    assert next_draft(cast, first).number == "01/01"
    assert Version.objects.count() == 2


def test_a_first_draft_is_taken_up_with_its_own_text(cast: Cast) -> None:
    version = dropped(cast, actions.edit(draft(cast), OTHER, "Khai sinh", by=cast.ha))
    version = actions.begin_draft(version.document, by=cast.khanh, drafter=cast.bao, new_issue=False, reason="Vẫn cần")
    assert (version.number, Content.of(version.content).fee, version.title) == ("01/00", "8.000 đồng", "Khai sinh")
    assert version.change_reason == ""
    assert hands_in(version) == {cast.ha.pk, cast.bao.pk}


def test_whoever_wrote_the_dropped_text_may_sign_the_next(cast: Cast) -> None:
    first = approved(cast)
    mistaken = actions.begin_draft(first.document, by=cast.duc, new_issue=False, reason="Nhầm")
    dropped(cast, actions.edit(mistaken, OTHER, "Khác", by=cast.duc))
    following = next_draft(cast, first)
    assert hands_in(following) == {cast.ha.pk}
    assert sign(cast, following).state == State.IN_FORCE


def test_a_returned_draft_can_be_dropped_and_the_next_signed(cast: Cast) -> None:
    first = approved(cast)
    returned = actions.send_back(
        actions.submit(next_draft(cast, first), by=cast.ha), by=cast.thanh, reason="Không cần thiết",
        comments=[("purpose", "Viết lại")],
    )  # fmt: skip
    dropped(cast, returned)
    assert returned.comments.filter(settled_at=None).exists()
    following = next_draft(cast, first)
    assert not following.comments.filter(settled_at=None).exists()  # it spoke of the text that was dropped
    assert sign(cast, following).state == State.IN_FORCE


def test_the_lists_show_what_counts(cast: Cast) -> None:
    second = signed_again(cast, approved(cast))
    dropped(cast, next_draft(cast, second))
    assert [row.number for row in rows_of(Document.objects.all())] == ["01/01"]
    assert not Document.objects.all().in_state("dropped").exists()
    alone = dropped(cast, draft(cast, code="QT.TP.02"))
    assert list(Document.objects.all().in_state("dropped")) == [alone.document]
    assert len(sheet_of(second).amendments) == 1


def test_the_database_keeps_a_dropped_draft_as_it_was(cast: Cast) -> None:
    version = dropped(cast, next_draft(cast, approved(cast)))
    for change in ("title = 'khác'", "issue = 9", "change_reason = 'khác'", "sha256 = 'x'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE documents_version SET {change} WHERE id = %s", [version.pk])


def test_the_number_of_a_draft_does_not_change(cast: Cast) -> None:
    version = draft(cast)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE documents_version SET issue = 9 WHERE id = %s", [version.pk])
