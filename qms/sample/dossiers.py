"""A year of dossiers, worked on step by step, and what is on the desks today."""

from __future__ import annotations

import datetime as dt
import random

from django.utils import timezone

from documents.models import Document, Kind
from processes import actions as working
from processes.assignment import candidates
from processes.models import DossierState, Service
from qms.sample.office import Office
from qms.sample.procedures import (
    PROCEDURES,
    Procedure,
)
from tenants import clock
from tenants.calendar import calendar_of
from tenants.models import Agency, Role

DOSSIERS = {"tan-hoa": 96, "phu-lam": 66}
OTHERS = 18  # dossiers of each other commune
LATE = {"tan-hoa": 0.10, "song-van": 0.22}  # the late pattern sits in two communes (domain §9.4)
LATE_ELSEWHERE = 0.03
IN_WORK = (  # (working days ago, procedure, pace): what is on the desks today, some of it near due or late
    (18, "QT.KT.01", 1.9), (4, "QT.TP.02", 2.4), (5, "QT.KT.02", 2.6), (2, "QT.TP.02", 1.3), (3, "QT.TP.02", 1.9), (1, "QT.KT.02", 1.4),
    (1, "QT.TP.02", 1.1), (0, "QT.TP.01", 1.2), (0, "QT.TP.04", 1.5), (0, "QT.TP.02", 1.0), (2, "QT.KT.02", 1.2), (7, "QT.KT.01", 1.2),
    (3, "QT.KT.01", 1.1), (9, "QT.KT.03", 1.0), (12, "QT.KT.04", 1.2), (1, "QT.TP.03", 2.2),
)  # fmt: skip
SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Bùi", "Đỗ", "Nông", "Vi", "Lý", "Lục", "Hứa", "Triệu")
MIDDLES = ("Văn", "Thị", "Đức", "Thu", "Quốc", "Ngọc", "Minh", "Kim")
GIVEN = (
    "An",
    "Bình",
    "Chiến",
    "Dung",
    "Giang",
    "Hạnh",
    "Khải",
    "Lan",
    "Mơ",
    "Nhàn",
    "Oanh",
    "Phú",
    "Sen",
    "Tâm",
    "Uyên",
    "Vượng",
    "Xuân",
    "Yến",
)
VILLAGES = ("thôn Nà Pán", "thôn Bản Cuôn", "thôn Đồng Tâm", "khu 2", "khu 5", "thôn Khe Lạc")


def run_dossiers(office: Office, number: int, draw: random.Random) -> None:
    agency, now = office.agency, clock.now()
    with agency.active():
        calendar = calendar_of(agency)
        documents = {document.code: document for document in Document.objects.filter(kind=Kind.OPERATIONAL_PROCEDURE)}
    chosen = [procedure for procedure in PROCEDURES if procedure.code in documents]
    days = [clock.today() - dt.timedelta(days=back) for back in range(364, -1, -1)]
    days = [day for day in days if calendar.is_working_day(day)]
    late_share = LATE.get(agency.slug, LATE_ELSEWHERE)
    moments = sorted(_moment(draw, days, now) for _number in range(number))
    for received in moments:
        procedure = draw.choices(chosen, [one.share for one in chosen])[0]
        pace = draw.uniform(1.05, 1.6) if draw.random() < late_share else draw.uniform(0.35, 0.92)
        with agency.active():
            _dossier(office, documents[procedure.code], procedure, received, pace=pace, draw=draw, now=now)
    for back, code, pace in IN_WORK if agency.slug in DOSSIERS else IN_WORK[::4]:
        if code in documents:
            procedure = next(one for one in chosen if one.code == code)
            with agency.active():
                received = _earlier(draw, days[-1 - back], now)
                _dossier(office, documents[code], procedure, received, pace=pace, draw=draw, now=now)


def _earlier(draw: random.Random, day: dt.date, now: dt.datetime) -> dt.datetime:
    moment = timezone.make_aware(dt.datetime.combine(day, dt.time(draw.choice((8, 9, 13)), draw.randrange(60))))
    return min(moment, now - dt.timedelta(minutes=5))


def _moment(draw: random.Random, days: list[dt.date], now: dt.datetime) -> dt.datetime:
    """A moment of reception on a working day, a little more often of late, never in the future."""
    day = days[-1 - int(len(days) * draw.random() ** 1.15)]
    hour = draw.choice((7, 8, 8, 9, 9, 10, 13, 14, 14, 15, 16))
    moment = timezone.make_aware(
        dt.datetime.combine(day, dt.time(hour, draw.randrange(30, 60) if hour == 7 else draw.randrange(0, 60)))
    )
    return moment if moment < now else moment - dt.timedelta(days=7)


def _dossier(
    office: Office,
    document: Document,
    procedure: Procedure,
    received: dt.datetime,
    *,
    pace: float,
    draw: random.Random,
    now: dt.datetime,
) -> None:
    """One dossier, worked on step by step until its end or until now."""
    receptionist = office.one(Role.RECEPTIONIST)
    with clock.at(received):
        dossier = working.receive(
            document, _resident(draw, office.agency), by=receptionist, subject=draw.choice(procedure.subjects or ("",)),
            components=[{"name": c.name, "originals": c.originals, "copies": c.copies} for c in procedure.content.components],
            service=Service.objects.get(code=procedure.service), channel=draw.choices(("direct", "online", "post"), (6, 4, 1))[0],
        )  # fmt: skip
    calendar = calendar_of(office.agency)
    whole = max(calendar.working_minutes_between(received, dossier.due_at), 60)
    norms = [float(step.norm.hours or 1) for step in dossier.content.steps]
    done = 0.0
    for step in dossier.content.steps:
        done += float(step.norm.hours or 1)
        moment = calendar.add_working_time(received, max(5, int(whole * pace * done / sum(norms))))
        task = dossier.tasks.open().select_related("member", "unit").first()
        if moment > now or task is None:
            return
        doer = task.member or draw.choice(candidates(step))
        doer.agency = office.agency
        with clock.at(moment):
            dossier = working.complete(task, by=doer)
        if dossier.state == DossierState.CLOSED:
            return


def _resident(draw: random.Random, agency: Agency) -> dict[str, str]:
    name = f"{draw.choice(SURNAMES)} {draw.choice(MIDDLES)} {draw.choice(GIVEN)}"
    return {
        "name": name, "phone": f"09{draw.randrange(10**7, 10**8)}", "id_number": f"0{draw.randrange(10**10, 10**11)}",
        "address": f"{draw.choice(VILLAGES)}, {agency.name.removeprefix('UBND ')}",
    }  # fmt: skip
