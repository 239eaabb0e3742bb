"""Saving a draft: only the draft, only by those who may, and nothing is saved over unseen."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError

from documents import actions
from documents.content import Content, Step
from documents.content_forms import Text
from documents.forms import Line, Words
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast
from tests.documents.library import BIRTH, approved, draft, next_draft, submitted


def test_the_text_is_saved_with_one_line_of_history(cast: Cast) -> None:
    version = actions.edit(draft(cast), replace(BIRTH, fee="8.000 đồng"), "Khai sinh", by=cast.ha)
    version.refresh_from_db()
    assert (Content.of(version.content).fee, version.title) == ("8.000 đồng", "Khai sinh")
    assert [row.history_user.name for row in version.history.all()] == ["Lê Thu Hà", "Lê Thu Hà"]


def test_saving_the_same_writes_nothing(cast: Cast) -> None:
    version = draft(cast)
    actions.edit(version, BIRTH, version.title, by=cast.ha)
    assert version.history.count() == 1


def test_a_stale_save_names_who_and_when(cast: Cast) -> None:
    version = draft(cast)
    seen = actions.last_saved(version)
    actions.edit(version, replace(BIRTH, fee="Miễn"), version.title, by=cast.khanh, seen=seen)
    with pytest.raises(actions.Stale, match="Phạm Quốc Khánh") as stale:
        actions.edit(version, replace(BIRTH, fee="8.000 đồng"), version.title, by=cast.ha, seen=seen)
    assert Content.of(stale.value.version.content).fee == "Miễn"
    version.refresh_from_db()
    assert Content.of(version.content).fee == "Miễn"


@pytest.mark.parametrize("who", ["bao", "oanh", "duc", "mai"])
def test_a_draft_belongs_to_its_drafter(cast: Cast, who: str) -> None:
    version = draft(cast)
    with pytest.raises(NotAllowed):
        actions.edit(version, BIRTH, "Khác", by=cast.members[who])


def test_what_is_submitted_is_no_longer_edited(cast: Cast) -> None:
    version = submitted(cast)
    with pytest.raises(NotPossible):
        actions.edit(version, BIRTH, "Khác", by=cast.ha)


def test_the_amendment_line_is_part_of_the_draft(cast: Cast) -> None:
    version = next_draft(cast, approved(cast))
    version = actions.edit(version, BIRTH, version.title, by=cast.ha, change={"change_parts": "5.2"})
    version.refresh_from_db()
    assert (version.change_reason, version.change_parts) == ("YC-2026-11, công chức Hộ tịch", "5.2")


def test_one_version_is_open_at_a_time(cast: Cast) -> None:
    version = approved(cast)
    next_draft(cast, version)
    with pytest.raises(NotPossible):
        next_draft(cast, version)


TURNED, READ = "Phí \u202e000.8\u202c đồng\u200b", "Phí 000.8 đồng"


def test_nothing_that_turns_the_other_signs_is_written_down(cast: Cast) -> None:
    content = replace(BIRTH, fee=TURNED, purpose=TURNED, steps=(*BIRTH.steps, Step(TURNED)))
    written = Content.of(actions.edit(draft(cast), content, "Khai sinh", by=cast.ha).content)
    assert (written.fee, written.purpose, written.steps[-1].name) == (READ, READ, READ)


@pytest.mark.parametrize("field", [Line(), Words(), Text()])
def test_nothing_that_turns_the_other_signs_is_entered(field: Line | Words) -> None:
    assert field.clean(f"\u2066{TURNED} ") == READ
    with pytest.raises(ValidationError):
        field.clean("a\x00b")
