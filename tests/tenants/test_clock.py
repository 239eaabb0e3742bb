"""One clock: now, or the moment somebody has set; today is the day on the office's wall."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from tenants import clock, journal
from tenants.models import JournalEntry

LATE_EVENING = dt.datetime(2026, 11, 20, 17, 30, tzinfo=dt.UTC)  # 00:30 of the 21st in the office


def test_it_is_now():
    assert abs(clock.now() - timezone.now()) < dt.timedelta(seconds=5)


def test_the_moment_can_be_set_and_ends():
    with clock.at(LATE_EVENING):
        assert (clock.now(), clock.today()) == (LATE_EVENING, dt.date(2026, 11, 21))
        with clock.at(LATE_EVENING - dt.timedelta(days=1)):
            assert clock.today() == dt.date(2026, 11, 20)
        assert clock.now() == LATE_EVENING
    assert clock.now() != LATE_EVENING


def test_a_moment_needs_a_time_zone():
    with pytest.raises(ValueError, match="time zone"), clock.at(dt.datetime(2026, 1, 1)):
        pass


def test_the_journal_follows_the_clock(cast):
    with clock.at(LATE_EVENING):
        journal.write("noted", cast.ha, by=cast.khanh)
    assert JournalEntry.objects.get(verb="noted").at == LATE_EVENING
