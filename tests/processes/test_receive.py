"""Receive a dossier: by the version in force, with a code, a due moment that explains itself, a first task."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import translation

from documents import actions as documents
from documents.content import Step, Time, TimeUnit, Who
from documents.models import Kind, State, Version
from processes import actions
from processes.models import Applicant, Dossier, HandOver, TaskState
from processes.tasks import recompute_of
from tenants import clock
from tenants.actions import edit_agency, set_calendar_day
from tenants.models import JournalEntry, Role
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast
from tests.office import BIRTH, in_force, office_time, received

SAME_DAY = dataclasses.replace(BIRTH, limit=Time(Decimal(1), TimeUnit.WORKING_DAY, same_day=True), steps=(
    Step("Tiếp nhận", Who.ROLE, Role.RECEPTIONIST, "Một cửa", Time(Decimal(1), TimeUnit.HOUR)),
    Step("Thẩm tra", Who.ROLE, Role.OFFICER, "Công chức", Time(Decimal(3), TimeUnit.HOUR)),
))  # fmt: skip


def test_it_is_pinned_to_the_version_in_force(march: Cast, birth: Version) -> None:
    dossier = received(march, birth.document)
    assert dossier.version == birth
    assert dossier.code == "TH-260304-0001"
    assert received(march, birth.document).code == "TH-260304-0002"


def test_three_working_days_end_on_monday_afternoon(march: Cast, birth: Version) -> None:
    assert received(march, birth.document).due_at == office_time("2026-03-09", "17:00")


def test_the_first_step_belongs_to_whoever_received_it(march: Cast, dossier: Dossier) -> None:
    task = dossier.tasks.get()
    assert (task.step, task.member, task.state) == (1, march.tuan, TaskState.OPEN)
    assert task.due_at == office_time("2026-03-04", "11:00")


def test_a_step_received_by_somebody_else_goes_to_the_desk(march: Cast, birth: Version) -> None:
    dossier = actions.receive(birth.document, {"name": "Lò Thị Vân"}, by=march.ha)
    assert dossier.tasks.get().member == march.tuan  # the only receptionist at work


def test_the_receipt_is_a_hand_over_and_two_journal_lines(march: Cast, dossier: Dossier) -> None:
    hand_over = HandOver.objects.get()
    assert (hand_over.given_by, hand_over.task, hand_over.next_task) == (march.tuan, None, dossier.tasks.get())
    verbs = (
        JournalEntry.objects.filter(about_label__startswith=dossier.code).order_by("pk").values_list("verb", flat=True)
    )
    assert list(verbs) == ["received", "opened"]


def test_the_journal_does_not_name_the_resident(march: Cast, dossier: Dossier) -> None:
    assert dossier.applicant.name == "Lò Thị Vân"
    lines = [f"{entry.about_label} {entry.details} {entry.reason}" for entry in JournalEntry.objects.all()]
    assert any(dossier.code in line for line in lines)
    assert not any("Lò" in line or "Gia Hân" in line for line in lines)


def test_the_look_up_word_has_six_unmistakable_signs(march: Cast, dossier: Dossier) -> None:
    assert len(dossier.look_up) == 6
    assert set(dossier.look_up) <= set(actions.LOOK_UP_SIGNS)


def test_it_is_found_without_accents(march: Cast, dossier: Dossier) -> None:
    assert list(Dossier.objects.all().found_by("lo thi VAN", march.tuan)) == [dossier]
    assert list(Dossier.objects.all().found_by("Lí Gia Hân", march.tuan)) == [dossier]
    assert list(Dossier.objects.all().found_by("gi hai", march.tuan)) == []
    assert list(Dossier.objects.all().found_by("lo thi VAN", march.mai)) == []
    assert list(Dossier.objects.all().found_by("0304-0001", march.mai)) == [dossier]


def test_same_day_rule_received_at_14_59_is_due_today(march: Cast) -> None:
    """Received before 15:00 the result is due the same day (procedure 1.001193)."""
    version = in_force(march, content=SAME_DAY)
    with clock.at(office_time("2026-03-04", "14:59")):
        assert received(march, version.document).due_at == office_time("2026-03-04", "17:00")


def test_same_day_rule_received_at_15_00_is_due_on_the_next_working_day(march: Cast) -> None:
    version = in_force(march, content=SAME_DAY)
    with clock.at(office_time("2026-03-06", "15:00")):
        assert received(march, version.document).due_at == office_time("2026-03-09", "17:00")


def test_tet_is_not_counted(march: Cast) -> None:
    """Five working days from 12/02/2026 skip the Tết days off (domain §6.5, first vector)."""
    for day in range(16, 21):
        set_calendar_day(dt.date(2026, 2, day), kind="off", name="Tết Nguyên đán", by=march.agency.clock())
    content = dataclasses.replace(BIRTH, limit=Time(Decimal(5), TimeUnit.WORKING_DAY))
    with clock.at(office_time("2026-02-12")):
        dossier = received(march, in_force(march, content=content).document)
    assert dossier.due_at == office_time("2026-02-26", "17:00")


def signed_for(march: Cast, birth: Version, day: dt.date) -> Version:
    """The next version, approved today for that day."""
    coming = documents.begin_draft(
        birth.document, by=march.khanh, drafter=march.ha, new_issue=False, reason="Luật Hộ tịch mới"
    )
    documents.submit(coming, by=march.ha)
    documents.review(coming, by=march.oanh)
    return documents.approve(coming, by=march.duc, effective_from=day)


def test_a_version_holds_from_its_day_even_before_the_night_sweep(march: Cast, birth: Version) -> None:
    coming = signed_for(march, birth, dt.date(2026, 3, 5))
    assert received(march, birth.document).version == birth
    with clock.at(office_time("2026-03-05", "00:01")):
        assert received(march, birth.document).version == coming
    assert Version.objects.get(pk=coming.pk).state == State.IN_FORCE
    assert Version.objects.get(pk=birth.pk).state == State.SUPERSEDED
    line = JournalEntry.objects.get(verb="bring_into_force", about_id=coming.pk)
    assert line.by.is_clock


def test_a_dossier_of_the_day_before_stays_with_the_former_version(march: Cast, birth: Version) -> None:
    signed_for(march, birth, dt.date(2026, 3, 5))
    with clock.at(office_time("2026-03-05", "08:00")):
        assert received(march, birth.document, at=office_time("2026-03-04", "16:00")).version == birth


def test_one_form_is_one_dossier(march: Cast, birth: Version) -> None:
    key = uuid4()
    first = received(march, birth.document, form_key=key)
    assert received(march, birth.document, form_key=key) == first
    assert received(march, birth.document, form_key=uuid4()).code == "TH-260304-0002"
    assert Applicant.objects.count() == 2


@pytest.mark.parametrize(
    ("hours", "near"),
    [
        (4, ("2026-03-04", "09:00")),  # never more than a working day: from the start
        (16, ("2026-03-05", "09:00")),  # one working day before Friday, nine o'clock
        (100, ("2026-03-18", "09:00")),  # a fifth, 20 h, is more: 80 h of 100 have gone
    ],
)
def test_near_due_is_a_working_day_or_a_fifth_whichever_is_more(march: Cast, hours: int, near: tuple[str, str]) -> None:
    content = dataclasses.replace(SAME_DAY, limit=Time(Decimal(hours), TimeUnit.HOUR))
    assert received(march, in_force(march, content=content).document).near_at == office_time(*near)


def test_what_leads_to_the_resident_lies_with_them(march: Cast, birth: Version) -> None:
    dossier = received(march, birth.document, note="Gọi con gái bà")
    assert (dossier.applicant.note, dossier.applicant.look_up) == ("Gọi con gái bà", dossier.look_up)
    assert not {"note", "look_up"} & {field.name for field in Dossier._meta.fields}


def test_without_a_version_in_force_it_is_refused(march: Cast) -> None:
    draft = documents.create_document(
        Kind.OPERATIONAL_PROCEDURE, "QT.TP.02", "Kết hôn", None, by=march.ha, content=BIRTH
    )
    with pytest.raises(NotPossible, match=r"QT\.TP\.02"):
        received(march, draft.document)
    assert not Dossier.objects.exists()


def test_the_page_of_the_counter_shows_the_new_text_and_writes_nothing(
    march: Cast, birth: Version, client_of: Callable[..., Client]
) -> None:
    coming = signed_for(march, birth, dt.date(2026, 3, 5))
    with clock.at(office_time("2026-03-05", "09:00")):
        page = client_of(march.tuan).get(f"/tan-hoa/dossiers/new/{birth.document.code}/")
    assert page.context["version"] == coming
    coming.refresh_from_db()
    assert coming.state == State.APPROVED


def test_a_withdrawn_procedure_receives_nothing_from_that_moment(march: Cast, birth: Version) -> None:
    documents.withdraw(birth, by=march.duc, reason="Trái luật mới")
    with pytest.raises(NotPossible):
        received(march, birth.document)


def test_an_earlier_moment_takes_the_version_of_that_day(march: Cast, birth: Version) -> None:
    with clock.at(office_time("2026-03-05")):
        dossier = received(march, birth.document, at=office_time("2026-03-04", "16:00"))
    assert dossier.received_at == office_time("2026-03-04", "16:00")
    with pytest.raises(NotPossible):
        received(march, birth.document, at=office_time("2026-03-03"))  # before it was in force


def test_what_came_by_post_counts_from_its_arrival_and_its_first_step_from_the_entry(
    march: Cast, birth: Version
) -> None:
    with clock.at(office_time("2026-03-06", "15:20")):
        dossier = received(march, birth.document, at=office_time("2026-03-04", "20:00"))
    assert dossier.due_at == office_time("2026-03-10", "17:00")  # received in the evening: Thursday is the event
    assert dossier.tasks.get().due_at == office_time("2026-03-09", "07:50")
    assert dossier.hand_overs.get().at == office_time("2026-03-06", "15:20")


def test_a_later_cut_off_changes_nothing_for_what_was_received_under_the_former(march: Cast) -> None:
    version = in_force(march, content=SAME_DAY)
    with clock.at(office_time("2026-03-04", "14:30")):
        dossier = received(march, version.document)
    assert dossier.cut_off == dt.time(15)
    march.agency.cut_off = dt.time(14)
    edit_agency(march.agency, by=march.khanh)
    recompute_of(march.agency.pk)
    assert Dossier.objects.get(pk=dossier.pk).due_at == office_time("2026-03-04", "17:00")
    with clock.at(office_time("2026-03-04", "14:31")):
        assert received(march, version.document).due_at == office_time("2026-03-05", "17:00")


def test_numbers_used_up_by_a_former_pattern_are_passed_over(march: Cast, birth: Version) -> None:
    march.agency.dossier_code_pattern = "{yy}{mm}{n}"
    edit_agency(march.agency, by=march.khanh)
    codes = [received(march, birth.document).code for _number in range(12)]
    assert codes[-2:] == ["260311", "260312"]
    march.agency.dossier_code_pattern = "{yy}{mm}1{n}"
    edit_agency(march.agency, by=march.khanh)
    assert [received(march, birth.document).code for _number in range(2)] == ["260313", "260314"]


def test_what_is_kept_is_vietnamese_whatever_the_clerk_reads(march: Cast, birth: Version) -> None:
    with translation.override("en"):
        dossier = received(march, birth.document)
        actions.complete(dossier.tasks.get(), by=march.tuan)
        task = dossier.tasks.open().get()
        actions.assign(task, march.ha, by=march.ha)
    with translation.override("vi"):
        officer = str(Role.OFFICER.label)
    assert officer != "Officer"
    assert dossier.hand_overs.get(next_task=task, task__isnull=False).taken_by == officer
    opened, assigned = (JournalEntry.objects.get(verb=verb, about_id=task.pk) for verb in ("opened", "assigned"))
    assert (opened.details["to"], assigned.details["from"]) == (officer, officer)


def test_nothing_is_received_in_the_future(march: Cast, birth: Version) -> None:
    with pytest.raises(NotPossible):
        received(march, birth.document, at=office_time("2026-03-05"))


def test_an_auditor_does_not_receive(march: Cast, birth: Version) -> None:
    with pytest.raises(NotAllowed):
        actions.receive(birth.document, {"name": "Lò Thị Vân"}, by=march.mai)


def test_the_version_of_another_agency_cannot_be_used(march: Cast, birth: Version) -> None:
    with march.other.active(), pytest.raises(NotPossible):
        actions.receive(birth.document, {"name": "Lò Thị Vân"}, by=march.long)
