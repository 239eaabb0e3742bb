"""Building the sample province: agencies, people, documents, a year of dossiers, audits, each through its deed.

The story ends today, whenever it is loaded. Numbers are drawn from a fixed seed, so two loads tell the same story.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from functools import cache

from django.contrib.auth.hashers import make_password
from django.db.transaction import atomic

from documents.models import Document
from processes.models import Dossier
from qms.sample.audits import conduct_audits
from qms.sample.dossiers import DOSSIERS, OTHERS, run_dossiers
from qms.sample.framework import begin_sets
from qms.sample.imports import bring_papers
from qms.sample.laws import record_laws
from qms.sample.office import Office, at, back
from qms.sample.papers import fill_catalogue, issue_documents
from qms.sample.people import FULL_CAST, PASSWORD, PLACES, Person, Place, small_cast
from qms.sample.records import keep_records
from tenants.actions import appoint, open_agency, open_unit, succeed
from tenants.models import Agency, AgencyKind, User

SAMPLE = "Dữ liệu mẫu"  # why each of its agencies was opened
MERGER = dt.date(2025, 7, 1)  # two-tier government; the communes' predecessors end the day before


@atomic
def load(say: Callable[[str], None] = lambda words: None) -> None:
    """Everything, or nothing when it is interrupted. Run once on an empty installation; `loaded()` tells."""
    draw = random.Random(2026)
    offices = {place.slug: office for place, office in _agencies(say)}
    fill_catalogue()
    say("Documents")
    for place in PLACES:
        if not place.ended:
            with offices[place.slug].agency.active():
                issue_documents(offices[place.slug], place)
    communes = [place for place in PLACES if place.kind in (AgencyKind.COMMUNE, AgencyKind.WARD) and not place.ended]
    for place in communes:
        number = DOSSIERS.get(place.slug, OTHERS)
        say(f"{place.name}: {number} dossiers")
        run_dossiers(offices[place.slug], number, draw)
    say("Legal texts")
    standing = [offices[place.slug] for place in PLACES if not place.ended]
    record_laws(offices["so-khcn"], offices["tan-hoa"], standing)
    with offices["tan-hoa"].agency.active():
        bring_papers(offices["tan-hoa"])
    say("Records")
    keep_records(offices["tan-hoa"])
    say("Audits")
    conduct_audits(offices["tan-hoa"])
    say("Framework sets")
    begin_sets(offices["tan-hoa"], offices["phu-lam"])


def loaded() -> bool:
    return Agency.history.filter(slug="tan-hoa", history_change_reason=SAMPLE).exists()


def in_the_way() -> list[str]:
    """Addresses of the sample that a real agency has: the sample cannot be loaded beside it."""
    slugs = [place.slug for place in PLACES]
    return list(Agency.objects.filter(slug__in=slugs).order_by("slug").values_list("slug", flat=True))


def _agencies(say: Callable[[str], None]) -> Iterator[tuple[Place, Office]]:
    say("Agencies and people")
    agencies: dict[str, Agency] = {}
    users: dict[str, User] = {}
    for number, place in enumerate(PLACES):
        born = MERGER if place.predecessors else dt.date(2015, 1, 1)
        agency = Agency(
            slug=place.slug, name=place.name, kind=place.kind, symbol=place.symbol, parent=agencies.get(place.parent),
            superior_line=place.superior, place=place.place, valid_from=born,
        )  # fmt: skip
        agencies[place.slug] = open_agency(agency, reason=SAMPLE)
        office = Office(agency)
        if not place.ended:
            with agency.active(), at(back(500)):
                for person in FULL_CAST.get(place.slug) or small_cast(place, number):
                    _appoint(office, person, users)
        yield place, office
    for place in PLACES:
        for former in place.predecessors:
            succeed(
                agencies[former], [agencies[place.slug]], on=MERGER, reason="Sắp xếp đơn vị hành chính từ 01/07/2025"
            )
    with_communes = [agencies[place.slug] for place in PLACES if place.predecessors]
    succeed(agencies["huyen-thanh-lam"], with_communes, on=MERGER, reason="Kết thúc hoạt động cấp huyện từ 01/07/2025")


@cache
def hashed() -> str:
    """Everybody of the sample has the same password; hashing it a hundred times would take half a minute."""
    return make_password(PASSWORD)


def _appoint(office: Office, person: Person, users: dict[str, User]) -> None:
    clock_member = office.agency.clock()
    if person.unit not in office.units:
        office.units[person.unit] = open_unit(person.unit, by=clock_member)
    if person.username not in users:
        users[person.username] = User.objects.create(
            username=person.username, password=hashed(), full_name=person.name, email=f"{person.username}@hoagiang.example",
            address=person.address, language=person.language, is_staff=person.staff,
        )  # fmt: skip
    member = appoint(
        users[person.username], by=clock_member, title=person.title, unit=office.units[person.unit], roles=person.roles,
        valid_from=dt.date(2025, 7, 1),
    )  # fmt: skip
    member.agency = office.agency
    office.people[person.username] = member


def count() -> dict[str, int]:
    """What is there, for the command's last line."""
    total = {"agencies": Agency.objects.count(), "documents": 0, "dossiers": 0, "late": 0}
    for agency in Agency.objects.all():
        with agency.active():
            total["documents"] += Document.objects.count()
            total["dossiers"] += Dossier.objects.count()
            total["late"] += Dossier.objects.filter(punctuality="overdue").count()
    return total
