"""A procedure in force, a dossier, a text under review: reached by the deeds, for tests of what comes after."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from documents import actions as documents
from documents.content import Component, Content, LegalBasis, Step, Time, TimeUnit, Who
from documents.models import Document, Kind, Version
from processes import actions as processes
from processes.models import Channel, Dossier
from tenants import clock
from tenants.models import Role
from tests.cast import Cast

BIRTH = Content(
    purpose="Thống nhất cách đăng ký khai sinh",
    scope="Công chức Tư pháp – Hộ tịch",
    services=("1.001193",),
    legal_bases=(LegalBasis("60/2014/QH13", "Luật Hộ tịch"),),
    components=(Component("Tờ khai đăng ký khai sinh"),),
    limit=Time(Decimal(3), TimeUnit.WORKING_DAY),
    place="Bộ phận Một cửa",
    result="Giấy khai sinh",
    steps=(
        Step("Tiếp nhận hồ sơ", Who.ROLE, Role.RECEPTIONIST, "Một cửa", Time(Decimal(2), TimeUnit.HOUR)),
        Step("Thẩm định", Who.ROLE, Role.OFFICER, "Công chức", Time(Decimal(12), TimeUnit.HOUR)),
        Step("Ký giấy khai sinh", Who.ROLE, Role.AGENCY_HEAD, "Chủ tịch", Time(Decimal(4), TimeUnit.HOUR)),
        Step("Trả kết quả", Who.ROLE, Role.RECEPTIONIST, "Một cửa"),
    ),
)


def in_force(cast: Cast, code: str = "QT.TP.01", title: str = "Đăng ký khai sinh", content: Content = BIRTH) -> Version:
    """Drafted by Hà, reviewed by the deputy, approved by the chairman, in force today."""
    version = submitted(cast, code, title, content)
    documents.review(version, by=cast.oanh)
    return documents.approve(version, by=cast.duc, effective_from=clock.today())


def submitted(cast: Cast, code: str, title: str = "Đăng ký kết hôn", content: Content = BIRTH) -> Version:
    """Drafted by Hà and waiting for the deputy's review."""
    unit = cast.units["tan-hoa/Tư pháp – Hộ tịch"]
    version = documents.create_document(Kind.OPERATIONAL_PROCEDURE, code, title, unit, by=cast.ha, content=content)
    return documents.submit(version, by=cast.ha)


def received(cast: Cast, document: Document, *, name: str = "Lò Thị Vân", **details: Any) -> Dossier:
    """Received by Tuấn at the one-stop desk now: his step of two hours is open."""
    return processes.receive(document, {"name": name}, by=cast.tuan, channel=Channel.DIRECT, **details)


def office_time(day: str, time: str = "09:00") -> dt.datetime:
    """office_time("2026-03-04") is nine o'clock on the office's wall."""
    return dt.datetime.fromisoformat(f"{day}T{time}:00+07:00")
