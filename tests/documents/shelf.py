"""Records of the tests: a procedure that leaves them, groups, and a disposal on its way."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from documents import disposing, record_keeping
from documents.content import RecordKept
from documents.models import Disposal, RecordGroup, RecordSeries, Version
from tenants import clock
from tests.cast import Cast
from tests.documents.library import BIRTH, approved

KEPT = (
    RecordKept("Hồ sơ đăng ký khai sinh", "Tư pháp – Hộ tịch", "10 năm"),
    RecordKept("Sổ đăng ký khai sinh", "Tư pháp – Hộ tịch", "Vĩnh viễn"),
    RecordKept("Phiếu kiểm soát", "Một cửa", "theo quy định của ngành"),
)


def procedure(cast: Cast, records: tuple[RecordKept, ...] = KEPT, code: str = "QT.TP.01") -> Version:
    return approved(cast, code=code, content=replace(BIRTH, records=records))


def series_of(number: int = 1, code: str = "QT.TP.01") -> RecordSeries:
    return RecordSeries.objects.get(code=f"{code}-HS{number:02}")


def box(cast: Cast, year: int = 2010, series: RecordSeries | None = None, **more: Any) -> RecordGroup:
    """A box of one year, closed at its end."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    entered = {"title": f"Năm {year}", "first_on": first, "last_on": last, "closed_on": last, "count": 120} | more
    return record_keeping.open_group(series or series_of(), by=cast.nhung, **entered)


def proposed(cast: Cast, *groups: RecordGroup) -> Disposal:
    return disposing.propose(groups or [box(cast)], by=cast.nhung, reason="Hết thời hạn lưu")


def decided(cast: Cast, *groups: RecordGroup) -> Disposal:
    return disposing.approve(proposed(cast, *groups), by=cast.duc, decision="45/QĐ-UBND")


def carried_out(cast: Cast, *groups: RecordGroup) -> Disposal:
    return finish(cast, decided(cast, *groups))


def finish(cast: Cast, disposal: Disposal, **more: Any) -> Disposal:
    done = {
        "on": clock.today(), "place": "Kho lưu trữ", "method": "Cắt nhỏ",
        "commission": ["Phạm Quốc Khánh, Thư ký ISO", "Vũ Hồng Nhung, Văn thư"],
    }  # fmt: skip
    return disposing.carry_out(disposal, by=cast.nhung, **(done | more))
