"""What concerns the resident is read by those who handle the dossier, and by nobody else in or above the agency."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from documents.models import Version
from processes import actions
from processes.models import Dossier
from processes.permissions import may_see_personal_data
from tenants.models import JournalEntry, Member
from tenants.oversight import oversight
from tests.cast import Cast
from tests.office import received

ClientOf = Callable[[Member], Client]
SECRETS = (
    "bệnh hiểm nghèo",
    "con riêng của bà Vân",
    "sai tên cha",
    "đổi người quen",
    "người nhà nhận",
    "Giấy nợ riêng",
)


@pytest.fixture
def told(march: Cast, birth: Version) -> Dossier:
    """A dossier in whose every note somebody wrote what is nobody else's business; its result is handed out."""
    applicant = {"name": "Lò Thị Vân", "other_papers": SECRETS[5]}
    dossier = actions.receive(birth.document, applicant, by=march.tuan, note=SECRETS[0])
    actions.complete(dossier.tasks.open().get(), by=march.tuan, next_member=march.ha, note=SECRETS[1])
    actions.complete(dossier.tasks.open().get(), by=march.ha)
    actions.send_back(dossier.tasks.open().get(), by=march.duc, reason=SECRETS[2])
    actions.assign(dossier.tasks.open().get(), march.thanh, by=march.ha, reason=SECRETS[3])
    actions.complete(dossier.tasks.open().get(), by=march.thanh)
    actions.complete(dossier.tasks.open().get(), by=march.duc)
    return actions.close(dossier, by=march.tuan, note=SECRETS[4])


def pages_of(dossier: Dossier) -> list[str]:
    tasks = [
        f"admin/processes/task/{task.pk}/{page}/" for task in dossier.tasks.all() for page in ("change", "history")
    ]
    hand_overs = [f"admin/processes/handover/{row.pk}/change/" for row in dossier.hand_overs.all()]
    admin = [f"admin/processes/dossier/{dossier.pk}/{page}/" for page in ("change", "history")]
    desk = [f"dossiers/{dossier.code}/{page}" for page in ("", "?contact=1", "activity/", "slips/6/")]
    lists = ["journal/", "dossiers/?state=all", "dossiers/?state=all&as=csv", "search/?q=TH-260304", "admin/"]
    lists += [f"admin/processes/{model}/" for model in ("dossier", "task", "handover")]
    return [*desk, *lists, *admin, *tasks, *hand_overs]


@pytest.mark.parametrize("name", ["mai", "khanh"])
def test_notes_are_read_by_no_auditor_and_no_secretary(
    march: Cast, told: Dossier, client_of: ClientOf, name: str
) -> None:
    client, opened = client_of(getattr(march, name)), 0
    for path in pages_of(told):
        answer = client.get(f"/tan-hoa/{path}")
        assert answer.status_code in (200, 302, 403), path
        opened += answer.status_code == 200
        for secret in (*SECRETS, "Vân"):
            assert secret not in answer.content.decode(), (path, secret)
    assert opened > 6


def test_those_who_handle_it_read_them(march: Cast, told: Dossier, client_of: ClientOf) -> None:
    """They could be read: otherwise the test above proves nothing."""
    for member in (march.tuan, march.duc, march.ha, march.thanh):
        client = client_of(member)
        page = client.get(f"/tan-hoa/dossiers/{told.code}/").content.decode()
        slip = client.get(f"/tan-hoa/dossiers/{told.code}/slips/6/").content.decode()
        assert SECRETS[0] in page
        assert SECRETS[5] in page
        assert all(secret in slip for secret in SECRETS[1:5])
        activity = client.get(f"/tan-hoa/dossiers/{told.code}/activity/").content.decode()
        assert [activity.count(secret) for secret in SECRETS[1:5]] == [1, 1, 1, 1]


def test_overseers_read_none_of_it_in_the_database(march: Cast, told: Dossier) -> None:
    """Ring 3: not a page, the rows themselves, of every table of dossiers and of their history, and the journal."""
    visit = oversight(by=march.ngoc, over=[march.agency], purpose="Kiểm tra")
    with march.dost.active(), visit, connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename ~ '^(processes_|tenants_journalentry)'")
        tables = [row[0] for row in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t")
            found[table] = " ".join(row[0] for row in cursor.fetchall())
    assert told.code in found["processes_dossier"]
    assert "processes_historicaltask" in found
    for table, rows in found.items():
        for secret in (*SECRETS, "Lò Thị Vân"):
            assert secret not in rows, table


def test_history_keeps_no_reason_even_where_it_is_read(march: Cast, told: Dossier) -> None:
    rows = [*told.history.all(), *(row for task in told.tasks.all() for row in task.history.all())]
    assert len(rows) > 8
    assert {row.history_change_reason or "" for row in rows} == {""}


# --- who handles a dossier ---


def seen_by(dossier: Dossier, cast: Cast) -> set[str]:
    return {name for name, member in cast.members.items() if member.agency_id == dossier.agency_id
            and may_see_personal_data(Dossier.objects.get(pk=dossier.pk), member)}  # fmt: skip


def test_who_handles_it_step_by_step(march: Cast, dossier: Dossier) -> None:
    always = {"tuan", "duc", "oanh"}
    assert seen_by(dossier, march) == always
    actions.complete(dossier.tasks.open().get(), by=march.tuan)
    assert seen_by(dossier, march) == always | {"ha", "thanh", "bao"}  # any officer may take it
    actions.assign(dossier.tasks.open().get(), march.ha, by=march.ha)
    assert seen_by(dossier, march) == always | {"ha", "thanh"}  # Thành is the head of her unit
    actions.complete(dossier.tasks.open().get(), by=march.ha)
    assert seen_by(dossier, march) == always | {"ha", "thanh"}  # what was theirs stays theirs to answer for


def test_an_officer_who_received_it_handles_it(march: Cast, birth: Version) -> None:
    dossier = actions.receive(birth.document, {"name": "Lò Thị Vân"}, by=march.bao)
    assert "bao" in seen_by(dossier, march)
    assert "ha" not in seen_by(dossier, march)


def test_search_finds_names_only_among_what_one_handles(march: Cast, birth: Version, client_of: ClientOf) -> None:
    mine, other = received(march, birth.document), received(march, birth.document)
    actions.complete(mine.tasks.open().get(), by=march.tuan, next_member=march.ha)
    for address in ("/tan-hoa/dossiers/?q=lo+thi+van", "/tan-hoa/search/?q=lo+thi+van"):
        page = client_of(march.ha).get(address).content.decode()
        assert mine.code in page
        assert other.code not in page
    assert other.code in client_of(march.ha).get(f"/tan-hoa/dossiers/?q={other.code}").content.decode()


def test_a_file_leaves_with_what_one_may_see_and_with_a_line(march: Cast, birth: Version, client_of: ClientOf) -> None:
    for phone in ("0912345318", "0987654321"):
        dossier = actions.receive(birth.document, {"name": "Lò Thị Vân", "phone": phone}, by=march.tuan)
    actions.complete(dossier.tasks.open().get(), by=march.tuan, next_member=march.ha)
    answer = client_of(march.ha).get("/tan-hoa/dossiers/?as=csv&q=TH&state=all")
    rows = {row[1]: row for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))}
    assert rows[dossier.code][3:5] == ["Lò Thị Vân", "0987654321"]
    assert rows["TH-260304-0001"][3:5] == ["L.\u00a0T.\u00a0V.", ""]
    line = JournalEntry.objects.get(verb="exported")
    assert (line.by, line.details) == (march.ha, {"filter": {"q": "…", "state": "all"}, "count": 2})


@pytest.mark.parametrize("address", ["/tan-hoa/dossiers/", "/tan-hoa/search/?q=TH-26", "/tan-hoa/"])
def test_asking_who_may_see_costs_no_question_per_row(
    march: Cast, birth: Version, client_of: ClientOf, address: str
) -> None:
    client = client_of(march.ha)

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    def more(count: int) -> None:
        for _number in range(count):
            dossier = received(march, birth.document, subject="cháu Hân")
            actions.complete(dossier.tasks.open().get(), by=march.tuan, next_member=march.ha)

    more(1)
    questions()
    few = questions()
    more(6)
    assert questions() == few
