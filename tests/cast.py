"""The people of the tests: two communes and the lead department, all invented. Built through the deeds."""

from __future__ import annotations

import pickle
import re
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from psycopg import sql

from tenants import clock
from tenants.actions import appoint, open_agency, open_unit
from tenants.models import Agency, AgencyKind, Member, Role, Unit, User

PASSWORD = "mùa thu Hà Nội"


@dataclass
class Cast:
    """`cast.ha`, `cast.duc` … are members of Tân Hòa; `cast.lan`, … of Phú Lâm, the other commune."""

    agency: Agency
    other: Agency
    dost: Agency
    members: dict[str, Member] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Member:
        try:
            return self.__dict__["members"][name]  # not yet there while it is unpickled
        except KeyError:
            raise AttributeError(name) from None


TAN_HOA = [  # key, name, title, unit, roles
    ("duc", "Trần Văn Đức", "Chủ tịch", "Lãnh đạo", [Role.AGENCY_HEAD]),
    ("oanh", "Nguyễn Thị Kim Oanh", "Phó Chủ tịch", "Lãnh đạo", [Role.DEPUTY_HEAD]),
    ("khanh", "Phạm Quốc Khánh", "Thư ký ISO", "Văn phòng", [Role.ISO_SECRETARY, Role.AGENCY_ADMIN]),
    ("nhung", "Vũ Hồng Nhung", "Văn thư", "Văn phòng", [Role.DOCUMENT_CONTROLLER]),
    ("tuan", "Đỗ Minh Tuấn", "Công chức Một cửa", "Một cửa", [Role.RECEPTIONIST]),
    ("ha", "Lê Thu Hà", "Công chức Tư pháp – Hộ tịch", "Tư pháp – Hộ tịch", [Role.OFFICER]),
    ("thanh", "Bùi Xuân Thành", "Phụ trách Tư pháp", "Tư pháp – Hộ tịch", [Role.UNIT_HEAD, Role.OFFICER]),
    ("bao", "Hoàng Gia Bảo", "Công chức Kinh tế", "Kinh tế", [Role.OFFICER, Role.INTERNAL_AUDITOR]),
    ("mai", "Ngô Thị Mai", "Công chức Văn phòng", "Văn phòng", [Role.LEAD_AUDITOR, Role.INTERNAL_AUDITOR]),
]
PHU_LAM = [
    ("lan", "Trương Thị Lan", "Chủ tịch", "Lãnh đạo", [Role.AGENCY_HEAD]),
    ("son", "Vi Văn Sơn", "Phó Chủ tịch", "Lãnh đạo", [Role.DEPUTY_HEAD]),
    ("yen", "Nông Thị Yến", "Thư ký ISO", "Văn phòng", [Role.ISO_SECRETARY, Role.AGENCY_ADMIN]),
    ("long", "Lý Thành Long", "Công chức", "Một cửa", [Role.RECEPTIONIST, Role.OFFICER]),
]
DOST = [
    ("ngoc", "Lương Thị Bích Ngọc", "Phó Giám đốc", "Lãnh đạo", [Role.DEPUTY_HEAD, Role.OVERSEER]),
]


def build() -> Cast:
    """Province, lead department and two communes, everybody appointed, through the deeds.

    What they wrote is kept and written again, by one statement for each agency, where another test begins at the same
    moment. Not where it will be committed: the sequences know nothing of rows written again.
    """
    moment = clock._moment.get()
    if moment not in _KEPT or not connection.in_atomic_block:
        with connection.execute_wrapper(tables := _Tables()):
            cast = _through_the_deeds()
        if connection.in_atomic_block:
            _KEPT[moment] = pickle.dumps(cast), [*tables.as_written()]
        return cast
    kept, written = _KEPT[moment]
    for agency, statement in written:
        if agency:  # of the same number as in tests before, and with no files of theirs
            shutil.rmtree(Path(settings.MEDIA_ROOT) / str(agency.pk), ignore_errors=True)
        with agency.active() if agency else nullcontext(), connection.cursor() as cursor:
            cursor.execute(statement)
    return pickle.loads(kept)  # type: ignore[no-any-return]  # our own


def _through_the_deeds() -> Cast:
    province = open_agency(
        Agency(slug="ubnd-tinh", name="UBND tỉnh Hòa Giang", kind=AgencyKind.PROVINCE, symbol="UBND")
    )
    dost = _agency("so-khcn", "Sở Khoa học và Công nghệ", AgencyKind.DEPARTMENT, "SKHCN", province)
    agency = _agency("tan-hoa", "UBND xã Tân Hòa", AgencyKind.COMMUNE, "TH", province)
    other = _agency("phu-lam", "UBND xã Phú Lâm", AgencyKind.COMMUNE, "PL", province)
    cast = Cast(agency, other, dost)
    for home, people in ((agency, TAN_HOA), (other, PHU_LAM), (dost, DOST)):
        _populate(cast, home, people)
    return cast


def _agency(slug: str, name: str, kind: str, symbol: str, parent: Agency) -> Agency:
    superior = "TỈNH HÒA GIANG" if kind == AgencyKind.COMMUNE else "UBND TỈNH HÒA GIANG"
    return open_agency(
        Agency(
            slug=slug,
            name=name,
            kind=kind,
            symbol=symbol,
            parent=parent,
            superior_line=superior,
            place=name.rsplit(maxsplit=1)[-1],
        )
    )


def _populate(cast: Cast, home: Agency, people: list[tuple[str, str, str, str, list[Role]]]) -> None:
    with home.active():
        clock = home.clock()
        for key, name, title, unit, roles in people:
            place = f"{home.slug}/{unit}"
            if place not in cast.units:
                cast.units[place] = open_unit(unit, by=clock)
            user = User.objects.create_user(key, PASSWORD, full_name=name, email=f"{key}@example.vn")
            cast.members[key] = appoint(user, by=clock, title=title, unit=cast.units[place], roles=roles)
            cast.members[key].agency = home


# --- written again -------------------------------------------------------------------------------

_KEPT: dict[datetime | None, tuple[bytes, list[tuple[Agency | None, str]]]] = {}


def forget() -> None:
    """The database is another one: its numbers begin anew."""
    _KEPT.clear()


class _Tables:
    """Sees what is inserted into, and writes all rows of it as statements."""

    def __init__(self) -> None:
        self.names: dict[str, None] = {}

    def __call__(self, execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
        if into := re.match(r'INSERT INTO "(\w+)"', statement):
            self.names[into[1]] = None
        return execute(statement, params, many, context)

    def as_written(self) -> Iterator[tuple[Agency | None, str]]:
        models = {model._meta.db_table: model for model in apps.get_models()}
        owned = [name for name in self.names if any(field.column == "agency_id" for field in models[name]._meta.fields)]
        yield None, self._rows([name for name in self.names if name not in owned])
        for agency in Agency.objects.order_by("pk"):
            with agency.active():
                yield agency, self._rows(owned, f"WHERE agency_id = {agency.pk}")

    def _rows(self, names: list[str], where: str = "") -> str:
        lines = []
        with connection.cursor() as cursor:
            for name in names:
                cursor.execute(f"SELECT json_agg(t)::text FROM {name} t {where}")  # names of our tables
                rows = sql.Literal(cursor.fetchone()[0] or "[]").as_string(cursor.cursor)
                lines.append(f"INSERT INTO {name} SELECT * FROM json_populate_recordset(NULL::{name}, {rows})")
        return "; ".join(lines)
