"""What is measured: pages and deeds, each as somebody, as requests ready to be sent."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore

from qms.bench.load_people import NO_PASSWORD, slug_of
from qms.bench.sizes import BIGGEST, DEPARTMENT, Size, smallest, writing
from qms.province import VISITS
from tenants import clock
from tenants.models import User

TOKEN = "b" * 32  # the double-submit cookie of the forms
AGENT = "qms-bench"
PURPOSE = "Kiểm tra định kỳ tình hình giải quyết hồ sơ"  # of the overseer's visit, said before


@dataclass(frozen=True)
class Page:
    """One line of the report. The requests are taken in turn; those of a deed are used up."""

    name: str
    who: str
    requests: list[str]
    contains: str = "</html>"
    is_deed: bool = False

    @property
    def status(self) -> int:
        return 302 if self.is_deed else 200


class Desk:
    """Signs members in and writes requests as they would send them."""

    def __init__(self, connection: psycopg.Connection) -> None:
        """Looks through the overseer's door: row security binds the owner too."""
        self.connection = connection
        connection.execute("SELECT set_config('qms.oversight', string_agg(id::text, ','), false) FROM tenants_agency")

    def enter(self, agency: int) -> None:
        """From now on also residents' data of this agency, which overseers do not see."""
        self.connection.execute("SELECT set_config('qms.agency', %s, false)", [str(agency)])

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(query, list(values)).fetchall()

    def member(self, agency: int, role: str) -> int:
        found = self.rows(
            "SELECT id FROM tenants_member WHERE agency_id = %s AND %s = ANY(roles) ORDER BY id LIMIT 1", agency, role
        )
        return int(found[0][0])

    def sign_in(self, members: Iterable[int]) -> dict[int, str]:
        """Session keys, made directly: how passwords are checked is not what is measured."""
        users = self.rows("SELECT id, user_id FROM tenants_member WHERE id = ANY(%s)", list(set(members)))
        until = dt.datetime.now(dt.UTC) + dt.timedelta(days=7)
        told = [row[0] for row in self.rows("SELECT id FROM tenants_agency")]
        mark = hashlib.sha256(self.connection.info.dbname.encode()).hexdigest()[:8]  # another size, another session
        keys = {}
        for member, user in users:
            content = {
                "_auth_user_id": str(user),
                "_auth_user_backend": settings.AUTHENTICATION_BACKENDS[0],
                "_auth_user_hash": User(password=NO_PASSWORD).get_session_auth_hash(),
                VISITS: {str(member): [PURPOSE, clock.today().isoformat(), told]},
            }
            keys[member] = f"bench{mark}{member:019}"
            self.connection.execute(
                "INSERT INTO django_session VALUES (%s, %s, %s) ON CONFLICT (session_key) DO UPDATE"
                " SET session_data = excluded.session_data, expire_date = excluded.expire_date",
                [keys[member], SessionStore().encode(content), until],
            )
        return keys

    def get(self, agency: int, path: str, session: str = "") -> str:
        cookie = f"Cookie: sessionid={session}\r\n" if session else ""
        return f"GET /{slug_of(agency)}/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {AGENT}\r\n{cookie}\r\n"

    def post(self, agency: int, path: str, session: str, **entered: str) -> str:
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **entered})
        return (
            f"POST /{slug_of(agency)}/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {AGENT}\r\n"
            f"Cookie: sessionid={session}; csrftoken={TOKEN}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )


def floor_request(agency: int = BIGGEST) -> str:
    return f"GET /bench-floor?slug={slug_of(agency)} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {AGENT}\r\n\r\n"


def pages(desk: Desk, agency: int) -> list[Page]:
    """The pages of this agency, and the overseer's, that read only."""
    officer, head = desk.member(agency, "officer"), desk.member(agency, "agency_head")
    overseer, controller = desk.member(DEPARTMENT, "overseer"), desk.member(agency, "iso_secretary")
    keys = desk.sign_in([officer, head, overseer, controller])
    desk.enter(agency)
    slips = "SELECT d.code, a.look_up FROM processes_dossier d JOIN processes_applicant a ON a.id = d.applicant_id"
    open_ones = desk.rows(f"{slips} WHERE d.agency_id = %s AND d.state = 'processing' LIMIT 20", agency)
    closed = desk.rows(f"{slips} WHERE d.agency_id = %s AND d.state = 'closed' LIMIT 60", agency)
    (code,) = desk.rows(
        "SELECT d.code FROM documents_document d JOIN documents_version v ON v.document_id = d.id AND v.state = 'in_force'"
        " WHERE d.agency_id = %s AND d.kind = 'operational_procedure' ORDER BY d.id LIMIT 1", agency,
    )[0]  # fmt: skip

    (long,) = desk.rows(
        "SELECT d.code FROM documents_document d JOIN documents_version v ON v.document_id = d.id AND v.issue = 2"
        " WHERE d.agency_id = %s AND length(v.content->>'text') > 10000 ORDER BY d.id LIMIT 1", agency,
    )[0]  # fmt: skip

    def read(name: str, path: str, who: str, member: int) -> Page:
        return Page(name, who, [desk.get(agency, path, keys[member])])

    def each(name: str, path: str, found: list[tuple[Any, ...]]) -> Page:
        return Page(name, "officer", [desk.get(agency, path.format(quote(row[0])), keys[officer]) for row in found])

    tracked = [
        desk.get(agency, f"public/track/?{urlencode({'code': row[0], 'k': row[1]})}") for row in open_ones + closed
    ]
    return [
        read("the door, empty page", "bench-door/", "officer", officer),
        read("the frame, empty page", "bench-shell/", "officer", officer),
        read("home", "", "officer", officer),
        read("home", "", "head", head),
        each("dossier in work", "dossiers/{}/", open_ones or closed),
        each("dossier closed", "dossiers/{}/", closed),
        read("dossier list", "dossiers/", "officer", officer),
        read("dossier list, mine", "dossiers/?mine=1", "officer", officer),
        read("dossier list, search", "dossiers/?q=nguyen+thi&state=closed", "officer", officer),
        read("master list", "documents/", "officer", officer),
        read("document", f"documents/{quote(code)}/", "officer", officer),
        read("two versions of 20 pages", f"documents/{quote(long)}/versions/2.0/compare/1.0/", "officer", officer),
        read("master list, past day", f"master-list/?{urlencode({'on': _ago(200)})}", "officer", officer),
        read("search, two words", "search/?q=ket+hon", "officer", officer),
        read("search, with diacritics", f"search/?{urlencode({'q': 'tranh chấp'})}", "officer", officer),
        read("admin: dossiers", "admin/processes/dossier/", "ISO secretary", controller),
        Page("home", "overseer", [desk.get(DEPARTMENT, "", keys[overseer])]),
        Page("province list", "overseer", [desk.get(DEPARTMENT, "province/", keys[overseer])], slug_of(agency)),
        Page(
            "province, one agency",
            "overseer",
            [desk.get(DEPARTMENT, f"province/agencies/{slug_of(agency)}/", keys[overseer])],
        ),
        Page("public procedures", "anyone", [desk.get(agency, "public/procedures/")]),
        Page("public procedure", "anyone", [desk.get(agency, f"public/procedures/{quote(code)}/")]),
        Page("tracking", "anyone", tracked),
    ]


def _ago(days: int) -> str:
    return f"{clock.today() - dt.timedelta(days=days):%d/%m/%Y}"


def deeds(desk: Desk, size: Size) -> list[Page]:
    """Sign a version, complete a task: in agencies whose pages are not measured."""
    return [
        Page("sign a version", "head", _signing(desk, size), "", True),
        Page("complete a task", "officer", _completing(desk, size), "", True),
    ]


def _signing(desk: Desk, size: Size) -> list[str]:
    heads = {agency: desk.member(agency, "agency_head") for agency in writing(size)}
    keys = desk.sign_in(heads.values())
    waiting = desk.rows(
        "SELECT d.agency_id, d.code, v.issue, v.revision, v.sha256 FROM documents_version v JOIN documents_document d ON d.id = v.document_id"
        " WHERE v.state = 'in_approval' AND d.code LIKE 'QX.%%' AND d.agency_id = ANY(%s) ORDER BY d.id", list(heads),
    )  # fmt: skip
    today = f"{dt.datetime.now(dt.timezone(dt.timedelta(hours=7))):%Y-%m-%d}"
    return [
        desk.post(
            agency, f"documents/{quote(code)}/versions/{issue}.{revision}/approve/", keys[heads[agency]],
            read="on", capacity="own", effective_from=today, seen=seen, password="x",  # noqa: S106  # any will do, see TrustingAdapter
        )
        for agency, code, issue, revision, seen in _mixed(waiting)
    ]  # fmt: skip


def _completing(desk: Desk, size: Size) -> list[str]:
    """Steps an officer has in work; the next one goes to whoever takes it."""
    tasks = desk.rows(
        "SELECT t.agency_id, d.code, t.id, t.member_id FROM processes_task t JOIN processes_dossier d ON d.id = t.dossier_id"
        " WHERE t.state = 'open' AND t.step = 3 AND t.member_id IS NOT NULL AND t.agency_id = ANY(%s) ORDER BY t.id", writing(size),
    )  # fmt: skip
    keys = desk.sign_in(task[3] for task in tasks)
    return [
        desk.post(agency, f"dossiers/{quote(code)}/complete/", keys[member], task=str(task), note="Đã thẩm định")
        for agency, code, task, member in _mixed(tasks)
    ]


def _mixed(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Agencies in turn rather than one after the other."""
    turn: dict[int, int] = {}
    order = []
    for row in rows:
        turn[row[0]] = turn.get(row[0], 0) + 1
        order.append((turn[row[0]], row[0], row))
    return [row for _turn, _agency, row in sorted(order, key=lambda line: line[:2])]


def agencies_compared(size: Size) -> tuple[int, int]:
    """With most rows and with fewest: query counts must be the same."""
    return BIGGEST, smallest(size)
