"""Agencies, units, members and the calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql

from qms.bench.database import copy
from qms.bench.sizes import DEPARTMENT, LEAST_STAFF, PROVINCE, Size, shares
from tenants.national_calendar import national_days

LONG_AGO = dt.date(2015, 1, 1)
NO_PASSWORD = "bench"  # noqa: S105  # nobody can sign in with it; sessions are made directly
FIRST = [  # roles of the first members of every agency; more follow in the order of MORE
    ["agency_head"], ["deputy_head"], ["iso_secretary", "agency_admin"], ["receptionist"], ["unit_head"], ["officer"],
    ["officer"], ["officer", "internal_auditor"],
]  # fmt: skip
MORE = [["officer"], ["officer"], ["receptionist"], ["officer"], ["unit_head"], ["officer"], ["officer"], ["officer"]]
UNITS = ["Văn phòng HĐND và UBND", "Trung tâm Phục vụ hành chính công", "Phòng Kinh tế", "Phòng Văn hóa - Xã hội"]
NAMES = [
    "Nguyễn Thị Hà", "Trần Văn Bình", "Lê Minh Đức", "Phạm Thu Trang", "Hoàng Quốc Việt",
    "Vũ Thị Lan", "Đặng Văn Nam", "Bùi Ngọc Mai",
]  # fmt: skip


def load_people(connection: psycopg.Connection, size: Size) -> None:
    staff = shares(size.staff, size.agencies, LEAST_STAFF)
    copy(
        connection, "tenants_agency",
        "id slug code name kind parent_id superior_line place symbol applies_by_law valid_from dossier_code_pattern cut_off"
        " pause_policy mfa_roles",
        (_agency(number) for number in staff),
    )  # fmt: skip
    units = ((number * 10 + place, number, name, LONG_AGO) for number in staff for place, name in enumerate(UNITS))
    copy(connection, "tenants_unit", "id agency_id name valid_from", units)
    sessions = (
        (number, "{0,1,2,3,4}", *hours, "work", LONG_AGO)
        for number in staff
        for hours in ((dt.time(7, 30), dt.time(11, 30)), (dt.time(13), dt.time(17)))
    )
    copy(connection, "tenants_workhours", "agency_id weekdays opens closes counts valid_from", sessions)
    year = dt.date.today().year  # noqa: DTZ011  # bulk data
    days = [day for one in (year - 1, year, year + 1) for day in national_days(one)]
    facts = ((day.day, str(day.kind), day.name_vi, day.source) for day in days)
    copy(connection, "tenants_calendarday", "day kind name source", facts)
    members = list(_members(staff))
    copy(
        connection, "tenants_user",
        "id password is_superuser username full_name email address language is_active is_staff password_is_initial sessions_ended date_joined",
        (
            (user, NO_PASSWORD, False, f"u{user}", name, f"u{user}@bench.invalid", "", "vi", True, False, False, 0, LONG_AGO)
            for _id, _agency, user, name, *_rest in members
            if user is not None
        ),
    )  # fmt: skip
    copy(connection, "tenants_member", "id agency_id user_id name title unit_id roles valid_from is_clock", members)


def first_free(connection: psycopg.Connection, table: str) -> int:
    row = connection.execute(
        sql.SQL("SELECT coalesce(max(id), 0) + 1 FROM {}").format(sql.Identifier(table))
    ).fetchone()
    assert row is not None
    return int(row[0])


def slug_of(agency: int) -> str:
    return f"a-{agency:03}"


def _agency(number: int) -> tuple[Any, ...]:
    kind = {PROVINCE: "province", DEPARTMENT: "department"}.get(number, "commune")
    name = {PROVINCE: "Ủy ban nhân dân tỉnh", DEPARTMENT: "Sở Khoa học và Công nghệ"}.get(
        number, f"Ủy ban nhân dân xã Bình An {number}"
    )
    parent = None if number == PROVINCE else PROVINCE
    pattern = "{symbol}-{yy}{mm}{dd}-{nnnn}"
    superior = "" if parent is None else "TỈNH HÒA GIANG"
    return (
        number, slug_of(number), f"{number:05}", name, kind, parent, superior, "Bình An", f"A{number:03}", True, LONG_AGO, pattern,
        dt.time(15), "exact_hours", "{}",
    )  # fmt: skip


def _members(staff: dict[int, int]) -> Iterator[tuple[Any, ...]]:
    """(id, agency, user, name, title, unit, roles, valid_from, is_clock)"""
    member = user = 0
    for agency, count in staff.items():
        member += 1
        yield (member, agency, None, "Đồng hồ hệ thống", "", None, "{}", LONG_AGO, True)
        for place in range(count):
            member, user = member + 1, user + 1
            roles = FIRST[place] if place < len(FIRST) else MORE[place % len(MORE)]
            if agency == DEPARTMENT and place == len(FIRST) - 1:
                roles = ["overseer"]
            unit = agency * 10 + place % len(UNITS)
            yield (
                member,
                agency,
                user,
                f"{NAMES[place % len(NAMES)]} {place}",
                "Chuyên viên",
                unit,
                roles,
                LONG_AGO,
                False,
            )
