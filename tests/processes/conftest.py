"""Dossiers are tested on a Wednesday in March 2026 with no day off for weeks around."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from documents.models import Version
from processes.models import Dossier
from tenants import clock
from tests import cast as the_cast
from tests.cast import Cast
from tests.office import in_force, office_time, received

WEDNESDAY = office_time("2026-03-04")


@pytest.fixture
def march(db: None) -> Iterator[Cast]:
    """The cast, at work since January; it is Wednesday, nine o'clock; Tân Hòa is active."""
    cache.clear()
    with clock.at(office_time("2026-01-05")):
        cast = the_cast.build()
    with clock.at(WEDNESDAY), cast.agency.active():
        yield cast


@pytest.fixture
def birth(march: Cast) -> Version:
    """Birth registration in force: receive 2 h, verify 12 h, sign 4 h, return; three working days."""
    return in_force(march)


@pytest.fixture
def dossier(march: Cast, birth: Version) -> Dossier:
    """Received by Tuấn, whose first step is open."""
    return received(march, birth.document, subject="cháu Lý Gia Hân")
