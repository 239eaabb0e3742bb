"""What words of retention mean, and the day it ends."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.retention import CountedFrom, Retention, Rule, ends_on, read

CLOSED = dt.date(2020, 3, 15)


@pytest.mark.parametrize(
    ("words", "kind", "years"),
    [
        ("10 năm", "years", 10), ("05 (năm) năm", "years", 5), ("Lưu 20 năm", "years", 20), ("5 years", "years", 5),
        ("Vĩnh viễn", "permanent", None), ("vĩnh  viễn", "permanent", None), ("Đến khi có bản thay thế", "event", None),
        ("", "unset", None), ("theo quy định của ngành", "unset", None), ("5-20 năm", "unset", None), ("5 đến 10 năm", "unset", None),
        ("6 tháng", "unset", None), ("1 năm 6 tháng", "unset", None), ("Lâu dài", "unset", None), ("0 năm", "unset", None),
        ("999 năm", "unset", None), ("10 năm, sau đó 5 năm", "unset", None), ("vĩnh viễn hoặc 20 năm", "unset", None),
        ("năm 2020", "unset", None), ("2020 năm", "unset", None), ("1.5 năm", "unset", None),
    ],
)  # fmt: skip
def test_what_can_be_read_is_read_and_nothing_is_guessed(words: str, kind: str, years: int | None) -> None:
    rule = read(words)
    assert (rule.kind, rule.years) == (kind, years)


def test_years_count_from_the_end_of_the_year_unless_the_words_name_the_day() -> None:
    assert ends_on(read("5 năm"), CLOSED) == dt.date(2025, 12, 31)
    assert ends_on(read("5 năm kể từ ngày đóng hồ sơ"), CLOSED) == dt.date(2025, 3, 15)
    leap = Rule(Retention.YEARS, 1, CountedFrom.CLOSING_DAY)
    assert ends_on(leap, dt.date(2024, 2, 29)) == dt.date(2025, 2, 28)


def test_what_has_no_end_has_none() -> None:
    assert ends_on(read("Vĩnh viễn"), CLOSED) is None
    assert ends_on(read("5 năm"), None) is None
    assert ends_on(Rule(), CLOSED) is None
    assert ends_on(Rule(Retention.EVENT), CLOSED) is None


def test_an_event_ends_it_or_begins_the_years() -> None:
    later = dt.date(2022, 6, 1)
    assert ends_on(Rule(Retention.EVENT), CLOSED, later) == later
    assert ends_on(Rule(Retention.EVENT), CLOSED, dt.date(2019, 1, 1)) == CLOSED
    assert ends_on(Rule(Retention.EVENT, 2), CLOSED, later) == dt.date(2024, 12, 31)


@given(st.dates(), st.integers(1, 150), st.sampled_from(list(CountedFrom)))
def test_it_never_ends_early_and_never_fails(closed: dt.date, years: int, counted_from: str) -> None:
    end = ends_on(Rule(Retention.YEARS, years, counted_from), closed)
    assert end is not None
    assert end >= closed
    assert end.year == min(closed.year + years, 9999)


@given(st.text())
def test_any_words_are_read(words: str) -> None:
    assert read(words).kind in Retention
