"""Reading is confirmed once, for the version in force."""

import pytest

from documents import actions
from documents.models import Acknowledgement
from tenants.models import JournalEntry
from tenants.transitions import NotPossible
from tests.cast import Cast
from tests.documents.library import approved, signed_again, submitted


def test_it_is_noted_once(cast: Cast) -> None:
    version = approved(cast)
    first = actions.acknowledge(version, by=cast.tuan)
    again = actions.acknowledge(version, by=cast.tuan)
    assert first.read_at == again.read_at
    assert JournalEntry.objects.filter(verb="acknowledged").count() == 1
    assert Acknowledgement.objects.filter(version=version, read_at=None).count() == 5


def test_who_signed_may_confirm_as_well(cast: Cast) -> None:
    assert actions.acknowledge(approved(cast), by=cast.duc).read_at is not None


def test_what_is_not_in_force_is_not_confirmed(cast: Cast) -> None:
    version = submitted(cast)
    with pytest.raises(NotPossible):
        actions.acknowledge(version, by=cast.tuan)


def test_a_page_opened_before_it_was_superseded_confirms_nothing(cast: Cast) -> None:
    opened = approved(cast)
    signed_again(cast, opened)
    with pytest.raises(NotPossible):
        actions.acknowledge(opened, by=cast.duc)
    assert not Acknowledgement.objects.filter(version=opened, member=cast.duc).exists()
