"""Disposal of records: drawn up, proposed, decided by somebody else, carried out with minutes; a hold stops it anywhere."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from pypdf import PdfReader

from documents import disposing, record_keeping, record_reminders
from documents.disposing import render_minutes, render_waiting_minutes
from documents.models import Disposal, DisposalItem, RecordGroup, RecordHold
from documents.record_series import set_series
from qms import home
from tenants import clock
from tenants.models import JournalEntry, Mail, Member, StoredFile
from tenants.reminders import Night, remind
from tenants.transitions import NotAllowed, NotPossible
from tests import cast as the_cast
from tests.cast import PASSWORD, Cast
from tests.documents.shelf import box, carried_out, decided, finish, procedure, proposed, series_of
from tests.documents.test_two_at_once import at_once

SignIn = Callable[..., Client]
PAGE = "/tan-hoa/records/disposals/"


@pytest.fixture
def shelf(cast: Cast) -> Cast:
    procedure(cast)
    return cast


def hold(cast: Cast, target: object, by: Member | None = None) -> RecordHold:
    return record_keeping.place_hold(target, by=by or cast.khanh, kind="inspection", reason="Đoàn kiểm tra")  # type: ignore[arg-type]


def outcomes(disposal: Disposal) -> dict[str, str]:
    return {item.group.code[-2:]: item.outcome for item in DisposalItem.objects.filter(disposal=disposal)}


def test_the_system_draws_up_what_has_ended_and_nothing_else(shelf: Cast) -> None:
    due, held = box(shelf, 2010), box(shelf, 2011)
    box(shelf, clock.today().year - 1)  # not ended
    box(shelf, 1990, series=series_of(2))  # permanent
    box(shelf, 1990, series=series_of(3))  # nobody has said how long
    box(shelf, 2012, closed_on=None)  # still open
    hold(shelf, held)
    assert list(RecordGroup.objects.disposable()) == [due]
    proposed(shelf, due)
    assert not RecordGroup.objects.disposable().exists()


def test_a_retention_ends_with_its_last_day_not_on_it(shelf: Cast) -> None:
    group = box(shelf, 2010)
    assert group.ends_on == dt.date(2020, 12, 31)
    assert not RecordGroup.objects.all().disposable(dt.date(2020, 12, 31)).exists()
    assert RecordGroup.objects.all().disposable(dt.date(2021, 1, 1)).get() == group


def test_whatever_may_not_be_proposed_is_refused_by_name(shelf: Cast) -> None:
    permanent = box(shelf, 1990, series=series_of(2))
    with pytest.raises(NotPossible, match=re.escape(permanent.code)):
        proposed(shelf, box(shelf), permanent)
    with pytest.raises(NotAllowed):
        disposing.propose([box(shelf)], by=shelf.ha, reason="x")
    with pytest.raises(NotPossible):
        disposing.propose([], by=shelf.nhung, reason="x")
    with pytest.raises(NotPossible):
        disposing.propose([box(shelf)], by=shelf.nhung, reason=" ")
    assert not Disposal.objects.exists()


def test_from_proposal_to_minutes(shelf: Cast) -> None:
    one, two = box(shelf, 2010), box(shelf, 2011)
    disposal = proposed(shelf, one, two)
    assert Mail.objects.filter(member=shelf.duc, key=f"disposal.{disposal.pk}.asked").count() == 1
    struck = {disposal.items.get(group=two).pk: "Còn cần tra cứu"}
    disposal = disposing.approve(disposal, by=shelf.duc, decision="45/QĐ-UBND", struck=struck, confirmed="password")
    disposal = finish(shelf, disposal)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, one.disposed_on, two.state) == ("disposed", clock.today(), "closed")
    assert outcomes(disposal) == {"01": "disposed", "02": "struck"}
    assert list(RecordGroup.objects.disposable()) == [two], "what was struck off returns"
    assert render_minutes(shelf.agency.pk, disposal.pk) is True
    assert render_minutes(shelf.agency.pk, disposal.pk) is False
    assert render_waiting_minutes(shelf.agency.pk) == 0
    disposal.refresh_from_db()
    assert disposal.minutes is not None
    with transaction.atomic():
        from django.core.files.storage import default_storage  # noqa: PLC0415

        with default_storage.open(disposal.minutes.path) as file:
            words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(file.read())).pages)
    for said in ("BIÊN BẢN", "45/QĐ-UBND", one.code, "Vũ Hồng Nhung, Văn thư", "Cắt nhỏ"):
        assert said in " ".join(words.split()), said
    assert two.code not in words
    assert [line.verb for line in JournalEntry.objects.about(disposal).order_by("pk")] == [
        "proposed_disposal", "approve", "carry_out", "minutes_stored",
    ]  # fmt: skip


def test_two_persons(shelf: Cast) -> None:
    shelf.khanh.roles = ["iso_secretary", "agency_head"]
    Member.objects.filter(pk=shelf.khanh.pk).update(roles=shelf.khanh.roles)
    own = disposing.propose([box(shelf)], by=shelf.khanh, reason="x")
    with pytest.raises(NotAllowed):
        disposing.approve(own, by=shelf.khanh, decision="1/QĐ")
    for other in (shelf.nhung, shelf.oanh, shelf.ha):
        with pytest.raises(NotAllowed):
            disposing.approve(own, by=other, decision="1/QĐ")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE documents_disposal SET state = 'approved', decided_by_id = proposed_by_id, decided_at = now(), decision = 'x', sha256 = 'x'"
        )
    with pytest.raises(NotPossible):
        finish(shelf, own)


def test_what_is_refused_or_taken_back_returns(shelf: Cast) -> None:
    group = box(shelf)
    refused = disposing.refuse(proposed(shelf, group), by=shelf.duc, reason="Đang kiểm tra")
    assert outcomes(refused) == {"01": "returned"}
    taken = disposing.take_back(proposed(shelf, group), by=shelf.nhung, reason="Nhầm")
    assert taken.state == "taken_back"
    revoked = disposing.refuse(decided(shelf, group), by=shelf.duc, reason="Có đơn khiếu nại")
    assert revoked.state == "refused"
    with pytest.raises(NotPossible):
        finish(shelf, revoked)
    assert list(RecordGroup.objects.disposable()) == [group]
    assert Mail.objects.filter(member=shelf.nhung, key__endswith=".refused").count() == 2


def test_the_head_approves_the_list_they_read(shelf: Cast) -> None:
    disposal = proposed(shelf, box(shelf, 2010), box(shelf, 2011))
    seen = disposing.fingerprint(disposal)
    with pytest.raises(NotPossible):
        disposing.approve(disposal, by=shelf.duc, decision="1", seen="0" * 64)
    with pytest.raises(NotPossible):
        disposing.approve(disposal, by=shelf.duc, decision=" ", seen=seen)
    with pytest.raises(NotPossible):
        disposing.approve(disposal, by=shelf.duc, decision="1", struck={item.pk: "x" for item in disposal.items.all()})
    with pytest.raises(NotPossible):
        disposing.approve(disposal, by=shelf.duc, decision="1", struck={0: "x"})
    assert disposing.approve(disposal, by=shelf.duc, decision="1", seen=seen).sha256 == seen


# --- holds --------------------------------------------------------------------------------------------


def test_a_hold_stops_it_before_the_proposal_before_the_decision_and_after(shelf: Cast) -> None:
    group, other = box(shelf, 2010), box(shelf, 2011)
    first = hold(shelf, series_of())
    with pytest.raises(NotPossible):
        proposed(shelf, group)
    record_keeping.lift_hold(first, by=shelf.duc, reason="Kết thúc kiểm tra")
    disposal = proposed(shelf, group, other)
    second = hold(shelf, group)
    with pytest.raises(NotPossible, match=re.escape(group.code)):
        disposing.approve(disposal, by=shelf.duc, decision="1")
    record_keeping.lift_hold(second, by=shelf.duc, reason="Xong")
    disposal = disposing.approve(disposal, by=shelf.duc, decision="1")
    seen = disposing.marked(disposing.to_carry_out(disposal)[0])
    hold(shelf, group)
    with pytest.raises(NotPossible):
        finish(shelf, disposal, seen=seen)
    disposal = finish(shelf, disposal)
    assert outcomes(disposal) == {"01": "held", "02": "disposed"}
    group.refresh_from_db()
    assert group.state == "closed"


def test_nothing_is_destroyed_when_everything_is_held(shelf: Cast) -> None:
    disposal = decided(shelf)
    hold(shelf, series_of())
    with pytest.raises(NotPossible):
        finish(shelf, disposal)
    disposal.refresh_from_db()
    assert disposal.state == "approved"


def test_a_rule_that_changed_after_the_decision_counts(shelf: Cast) -> None:
    set_series(series_of(3), by=shelf.khanh, retention="years", years=5, legal_basis="x")
    disposal = decided(shelf, box(shelf, 2010, series=series_of(3)))
    set_series(series_of(3), by=shelf.khanh, retention="permanent", legal_basis="x")
    with pytest.raises(NotPossible):
        finish(shelf, disposal)


def test_a_day_on_which_the_retention_had_not_ended_is_refused_in_words(shelf: Cast) -> None:
    """The rule was changed after the decision: it has ended by today, not by the day that is entered."""
    series, day = series_of(3), clock.today()
    set_series(series, by=shelf.khanh, retention="years", years=1, counted_from="closing_day", legal_basis="x")
    closed = dt.date(day.year - 5, day.month, 1) + dt.timedelta(days=40)
    first = closed - dt.timedelta(days=30)
    group = box(shelf, closed.year, series_of(3), first_on=first, last_on=closed, closed_on=closed)
    disposal = decided(shelf, group)
    with clock.at(clock.now() + dt.timedelta(days=60)):
        set_series(series_of(3), by=shelf.khanh, years=5)
        group.refresh_from_db()
        assert day <= group.ends_on < clock.today()
        with pytest.raises(NotPossible) as refusal:
            finish(shelf, disposal, on=day)
        assert group.code in str(refusal.value.message)
        assert finish(shelf, disposal).state == "carried_out"


def test_the_database_itself_refuses(shelf: Cast) -> None:
    """Whatever the application believes: held, permanent, not ended, undecided."""
    group = box(shelf)
    standing = hold(shelf, group)
    for statement in (
        "UPDATE documents_recordhold SET reason = 'y' WHERE id = %s",
        "DELETE FROM documents_recordhold WHERE id = %s",
        "UPDATE documents_recordhold SET lifted_at = now() WHERE id = %s",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [standing.pk])
    record_keeping.lift_hold(standing, by=shelf.khanh, reason="Xong")
    with pytest.raises(NotPossible):
        record_keeping.lift_hold(standing, by=shelf.khanh, reason="Xong")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE documents_recordhold SET lifted_at = NULL, lifted_by_id = NULL, lift_reason = '' WHERE id = %s",
            [standing.pk],
        )
    over = carried_out(shelf, group)
    group.refresh_from_db()
    for statement in (
        "UPDATE documents_recordgroup SET title = 'y' WHERE id = %s",
        "UPDATE documents_recordgroup SET state = 'closed', disposed_on = NULL WHERE id = %s",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [group.pk])
    with pytest.raises(NotPossible):
        hold(shelf, group)
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordHold.objects.bulk_create([RecordHold(group=group, kind="other", reason="x", placed_by=shelf.khanh)])
    assert over.state == "carried_out"


def test_a_hold_and_a_disposal_at_the_same_moment(committed: None) -> None:
    """Whoever comes second sees the first: never destroyed under a hold, never a hold on what is gone."""
    cast = the_cast.build()
    with cast.agency.active():
        procedure(cast)
        disposal = decided(cast, box(cast, 2010))
        group = RecordGroup.objects.get()

    def destroy() -> object:
        with cast.agency.active():
            return finish(cast, disposal)

    def keep() -> object:
        with cast.agency.active():
            return hold(cast, group)

    at_once(destroy, keep)
    with cast.agency.active():
        group.refresh_from_db()
        assert (group.state == "disposed") != RecordHold.objects.filter(group=group).exists()


def test_the_trigger_waits_for_a_hold_on_the_series_that_is_being_placed(committed: None) -> None:
    """Without the application's own locks: the row is updated while the hold of another connection is not committed."""
    cast = the_cast.build()
    with cast.agency.active():
        procedure(cast)
        disposal = decided(cast, box(cast, 2010))
        group = RecordGroup.objects.get()
        with connection.cursor() as cursor:  # the application believes that all is done
            cursor.execute(
                """UPDATE documents_disposal SET state = 'carried_out', carried_out_on = current_date, commission = 'x',
                   carried_out_by_id = %s WHERE id = %s""",
                [cast.nhung.pk, disposal.pk],
            )

    def destroy() -> object:
        try:
            with cast.agency.active(), connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE documents_recordgroup SET state = 'disposed', disposed_on = current_date WHERE id = %s",
                    [group.pk],
                )
        except IntegrityError as refused:
            return refused
        return None

    def keep() -> object:
        with cast.agency.active():
            return hold(cast, series_of())

    answers = at_once(destroy, keep)
    with cast.agency.active():
        gone = RecordGroup.objects.get().state == "disposed"
        placed = RecordHold.objects.get()
        if gone:  # then it was gone before the hold was written
            assert answers[0] is None
        else:
            assert isinstance(answers[0], IntegrityError)
        assert placed.series_id == group.series_id


# --- who hears of it, and the pages -------------------------------------------------------------------


def test_home_has_what_waits_for_this_person(shelf: Cast) -> None:
    def waits(member: Member) -> list[str]:
        groups = home.of(member, clock.now()).groups
        return [
            item.title for group in groups if str(group.title) == str(home.GROUPS["dispose"][0]) for item in group.tasks
        ]

    disposal = proposed(shelf)
    assert (waits(shelf.duc), waits(shelf.nhung), waits(shelf.ha)) == ([disposal.code], [], [])
    disposing.approve(disposal, by=shelf.duc, decision="1")
    assert (waits(shelf.duc), waits(shelf.nhung), waits(shelf.khanh)) == ([], [disposal.code], [disposal.code])


def test_the_keepers_hear_once_in_the_month_in_which_retention_ends(shelf: Cast) -> None:
    group = box(shelf, 2020)
    december = dt.datetime(2030, 12, 5, 3, tzinfo=dt.UTC)
    with clock.at(december - dt.timedelta(days=30)):
        assert list(record_reminders.occasions(Night.of(shelf.agency))) == []
    with clock.at(december):
        told = list(record_reminders.occasions(Night.of(shelf.agency)))
        assert {one.member_id for one in told} == {shelf.khanh.pk, shelf.nhung.pk, shelf.thanh.pk}
        mails = remind(shelf.agency, [record_reminders.occasions])
        assert all(group.code in mail.body for mail in mails)
        assert len(mails) == 3
    with clock.at(december + dt.timedelta(days=9)):
        assert remind(shelf.agency, [record_reminders.occasions]) == []


def test_a_disposal_through_its_pages(shelf: Cast, client_of: SignIn) -> None:
    one, two = box(shelf, 2010), box(shelf, 2011)
    nhung, duc, ha = client_of(shelf.nhung), client_of(shelf.duc), client_of(shelf.ha)
    assert "/tan-hoa/records/disposals/new/" in nhung.get("/tan-hoa/records/").content.decode()
    assert ha.get(PAGE + "new/").status_code == 403
    shown = nhung.get(PAGE + "new/").content.decode()
    assert shown.count("checked") == 2
    for wrong in ({}, {"groups": ["0"], "reason": "x"}, {"groups": [one.pk]}, {"groups": ["x"], "reason": "y"}):
        assert nhung.post(PAGE + "new/", wrong).status_code == 200, wrong
    assert nhung.post(PAGE + "new/", {"groups": [one.pk, two.pk], "reason": "Hết hạn"}).status_code == 302
    disposal = Disposal.objects.get()
    page = f"{PAGE}{disposal.code}/"
    assert nhung.get(PAGE + "new/").status_code == 409, "nothing is left to propose"
    for person, status in ((nhung, 403), (ha, 403), (duc, 200)):
        assert person.get(page + "approve/").status_code == status
    form = duc.get(page + "approve/").content.decode()
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', form)
    assert seen
    entry = {
        "seen": seen[1],
        "decision": "45/QĐ-UBND",
        "struck": [disposal.items.get(group=two).pk],
        "why": "Còn dùng",
        "read": "on",
        "password": PASSWORD,
    }
    for wrong in ({"password": "x"}, {"password": ""}, {"decision": ""}, {"why": ""}, {"read": ""}, {"struck": ["0"]}):
        assert duc.post(page + "approve/", entry | wrong).status_code == 200, wrong
        disposal.refresh_from_db()
        assert disposal.state == "proposed"
    entry.pop("password")  # shown above that it is they, when another entry was wrong
    answer = duc.post(page + "approve/", entry)
    if answer.status_code == 200:
        answer = duc.post(page + "approve/", entry | {"password": PASSWORD})
    assert answer.status_code == 302
    disposal.refresh_from_db()
    assert (disposal.state, disposal.decision, disposal.confirmed) == ("approved", "45/QĐ-UBND", "password")
    assert duc.get(page + "approve/").status_code == 409
    assert duc.get(page + "carry-out/").status_code == 403
    assert ha.get(page + "minutes.pdf").status_code == 404
    today = f"{clock.today():%d/%m/%Y}"
    done = {"on": today, "place": "Kho", "method": "Cắt nhỏ", "commission": "A, Chủ tịch\nB, Văn thư"}
    for wrong in ({"commission": "A"}, {"on": "01/01/2001"}, {"on": "31/12/2999"}, {"place": ""}, {"method": ""}):
        assert nhung.post(page + "carry-out/", done | wrong).status_code == 200, wrong
    assert nhung.post(page + "carry-out/", done).status_code == 302
    assert nhung.get(page + "minutes.pdf").status_code == 202
    render_minutes(shelf.agency.pk, disposal.pk)
    assert ha.get(page + "minutes.pdf")["Content-Type"] == "application/pdf"
    group_page = ha.get(one.get_absolute_url().replace("/records", "/tan-hoa/records", 1)).content.decode()
    assert page + "minutes.pdf" in group_page
    assert one.code in ha.get("/tan-hoa/records/?state=disposed").content.decode()
    assert StoredFile.objects.filter(name__startswith=disposal.code).count() == 1


def test_holds_through_their_pages(shelf: Cast, client_of: SignIn) -> None:
    group = box(shelf)
    khanh, ha = client_of(shelf.khanh), client_of(shelf.ha)
    page = f"/tan-hoa/records/groups/{group.code}/"
    assert ha.get(page + "hold/").status_code == 403
    for wrong in (
        {},
        {"kind": "x", "reason": "y"},
        {"kind": "lawsuit", "reason": ""},
        {"kind": "lawsuit", "reason": "x\x00"},
    ):
        assert khanh.post(page + "hold/", wrong).status_code == 200
    assert khanh.post(page + "hold/", {"kind": "lawsuit", "reason": "Vụ án 12"}).status_code == 302
    assert "Vụ án 12" in ha.get(page).content.decode()
    assert group.code in ha.get("/tan-hoa/records/?state=held").content.decode()
    assert group.code not in ha.get("/tan-hoa/records/?state=due").content.decode()
    lift = f"/tan-hoa/records/holds/{RecordHold.objects.get().pk}/lift/"
    assert ha.post(lift, {"reason": "x"}).status_code == 403
    assert khanh.post(lift, {"reason": ""}).status_code == 200
    assert khanh.post(lift, {"reason": "Án đã thi hành"}).status_code == 302
    assert khanh.post(lift, {"reason": "x"}).status_code == 409
    assert khanh.get("/tan-hoa/records/holds/0/lift/").status_code == 404
