"""Audits about to begin: lead and team hear of each once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from audits import actions
from audits.models import Audit
from audits.reminders import occasions
from documents.models import Clause
from tenants import clock
from tenants.models import Reminder
from tenants.reminders import remind
from tests import cast as the_cast
from tests.cast import Cast
from tests.office import office_time

FRIDAY = dt.date(2026, 3, 13)


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with clock.at(office_time("2026-03-02")):
        cast = the_cast.build()
    with cast.agency.active():
        yield cast


@pytest.fixture
def audit(cast: Cast) -> Audit:
    with clock.at(office_time("2026-03-02")):
        unit, clauses = (
            cast.units["tan-hoa/Một cửa"],
            Clause.objects.filter(edition__is_default=True, assessable=True)[:2],
        )
        return actions.plan(unit, "Đánh giá Một cửa", FRIDAY, cast.mai, [cast.bao], clauses, by=cast.khanh)


def sweep(cast: Cast, day: str) -> list[str]:
    """Whom this sweep reminded."""
    known = set(Reminder.objects.values_list("pk", flat=True))
    with clock.at(office_time(day)):
        remind(cast.agency, [occasions])
    return sorted(Reminder.objects.exclude(pk__in=known).values_list("member__user__username", flat=True))


def test_lead_and_team_hear_of_it_three_working_days_before(cast: Cast, audit: Audit) -> None:
    assert sweep(cast, "2026-03-09") == []
    assert sweep(cast, "2026-03-10") == ["bao", "mai"]
    assert sweep(cast, "2026-03-11") == []


def test_a_weekend_does_not_count(cast: Cast, audit: Audit) -> None:
    with clock.at(office_time("2026-03-02")):
        monday = FRIDAY + dt.timedelta(days=3)
        actions.edit(audit, by=cast.khanh, title=audit.title, planned_on=monday, lead=cast.mai, team=[cast.bao])
    assert sweep(cast, "2026-03-10") == []
    assert sweep(cast, "2026-03-11") == ["bao", "mai"]


def test_a_new_date_reminds_anew(cast: Cast, audit: Audit) -> None:
    assert sweep(cast, "2026-03-10") == ["bao", "mai"]
    with clock.at(office_time("2026-03-10")):
        thursday = FRIDAY - dt.timedelta(days=1)
        actions.edit(audit, by=cast.khanh, title=audit.title, planned_on=thursday, lead=cast.mai, team=[cast.bao])
    assert sweep(cast, "2026-03-10") == ["bao", "mai"]


def test_a_cancelled_audit_is_not_mentioned(cast: Cast, audit: Audit) -> None:
    with clock.at(office_time("2026-03-09")):
        actions.cancel(audit, "Hoãn sang quý sau", by=cast.khanh)
    assert sweep(cast, "2026-03-10") == []


def test_one_that_began_is_not_mentioned(cast: Cast, audit: Audit) -> None:
    with clock.at(office_time("2026-03-09")):
        actions.begin(audit, by=cast.mai)
    assert sweep(cast, "2026-03-10") == []
