"""The drawn states are those of the models."""

from qms.management.commands.states import PLACE, page


def test_the_page_is_current() -> None:
    assert PLACE.read_text() == page()


def test_a_version_goes_from_draft_to_in_force() -> None:
    for line in (
        "draft --> in_review",
        "in_review --> in_approval",
        "in_approval --> approved",
        "approved --> in_force",
    ):
        assert line in page()
