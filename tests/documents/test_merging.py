"""Rows that two people wrote in: what only one of them touched is kept."""

import pytest

from documents.merging import merged


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "rows", "lost"),
    [
        ("ab", "ab", "ab", "ab", ""),
        ("ab", "ab", "abc", "abc", ""),
        ("ab", "abc", "ab", "abc", ""),
        ("ab", "xab", "ab", "xab", ""),
        ("ab", "axb", "aby", "axby", ""),
        ("ab", "aB", "ab", "aB", ""),  # rewritten by them
        ("ab", "ab", "aB", "aB", ""),  # by me
        ("ab", "aB", "xab", "xaB", ""),
        ("ab", "aB", "aC", "aC", "B"),  # by both
        ("ab", "aB", "aB", "aB", ""),  # by both alike
        ("ab", "a", "ab", "a", ""),  # removed by them
        ("ab", "a", "aB", "aB", ""),  # removed by them, rewritten by me: mine stands
        ("ab", "ab", "b", "b", ""),  # removed by me
        ("ab", "aB", "a", "a", "B"),  # rewritten by them, removed by me
        ("", "xy", "", "xy", ""),
        ("", "x", "y", "xy", ""),
        (None, "ab", "ac", "ac", "b"),
        ("aab", "aabc", "aab", "aabc", ""),
    ],
)
def test_theirs_is_done_to_mine_where_mine_is_untouched(
    base: str | None, theirs: str, mine: str, rows: str, lost: str
) -> None:
    found = merged(base, theirs, mine)
    assert ("".join(found.rows), "".join(found.lost)) == (rows, lost)


def test_what_was_taken_and_what_went_is_said() -> None:
    found = merged("abc", "aBcd", "abc")
    assert (found.taken, found.gone) == (["B", "d"], ["b"])
