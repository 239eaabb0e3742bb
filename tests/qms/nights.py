"""What the tests of the night have in common: a few days, work that falls due, what was told."""

from __future__ import annotations

import datetime as dt

from processes.models import Dossier
from tenants import clock
from tenants.history import doing
from tenants.models import Agency, Mail, Member, WorkHours
from tests.cast import Cast
from tests.office import in_force, office_time, received

MONDAY = office_time("2026-03-02")  # no day off for weeks around
WEDNESDAY = office_time("2026-03-04")
THURSDAY = office_time("2026-03-05", "05:30")
DIGEST = {"key__startswith": "digest-"}


def busy(cast: Cast, moment: dt.datetime = WEDNESDAY) -> Dossier:
    """A dossier in Tân Hòa whose first step, Tuấn's, is due two hours later."""
    with clock.at(moment), cast.agency.active():
        return received(cast, in_force(cast).document)


def digest(member: Member) -> Mail:
    with member.agency.active():
        return member.mails.get(**DIGEST)


def without_hours(agency: Agency) -> None:
    """An agency whose calendar cannot be made."""
    with agency.active(), doing(agency.clock()):
        WorkHours.objects.all().delete()


def end(cast: Cast, last: dt.date) -> None:
    type(cast.agency).objects.filter(pk=cast.agency.pk).update(valid_to=last)
