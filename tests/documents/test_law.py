"""The register of legal texts: what cites what, which updates a change opens, when they are late, how they end."""

from __future__ import annotations

import dataclasses
import datetime as dt
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from documents import actions, law, law_reports, law_sweep
from documents.citations import cited_in, code_of, numbers_in
from documents.content import Content, LegalBasis
from documents.law_models import LegalText, LegalUpdate, OwnLegalText
from documents.models import Version
from documents.reminders import occasions
from documents.tasks import open_law_updates
from qms import home
from tenants import clock
from tenants.models import JournalEntry, Mail, Reminder
from tenants.reminders import remind
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast
from tests.documents.legal import NEW, NOW, OLD, Door, at_work, change, entered
from tests.documents.library import BIRTH, approved, draft, next_draft
from tests.office import office_time


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    yield from at_work()


@pytest.mark.parametrize(
    "written",
    [
        "123/2015/NĐ-CP",
        "số 123/2015/NĐ-CP",
        " 123/2015/nđ-cp ",
        "123/2015/ND-CP",
        "0123/2015/NĐ–CP",
        "123/2015/NĐ‑CP",
        unicodedata.normalize("NFD", "123/2015/NĐ-CP"),
    ],
)
def test_a_number_is_the_same_however_it_is_written(written: str) -> None:
    assert code_of(written) == "123-2015-nd-cp"


def test_numbers_are_found_in_running_text() -> None:
    text = "Căn cứ Luật số 60/2014/QH13, Nghị định 123/2015/NĐ-CP (sửa đổi bởi 87/2020/NĐ-CP); Quyết định 19/2014/QĐ-TTg, 766/QĐ-TTg ngày 23/6/2022."
    assert list(numbers_in(text)) == ["60-2014-qh13", "123-2015-nd-cp", "87-2020-nd-cp", "19-2014-qd-ttg", "766-qd-ttg"]
    assert numbers_in("ngày 12/03/2015, tờ 3/4, 1/2") == {}


def test_a_version_cites_its_legal_bases_and_every_number_in_its_text() -> None:
    content = dataclasses.replace(
        BIRTH, definitions="Theo Nghị định 87/2020/NĐ-CP.", legal_bases=(LegalBasis("Hiến pháp 2013"),)
    )
    assert set(cited_in(content.as_json())) == {"hien-phap-2013", "87-2020-nd-cp"}


def test_replacing_a_text_opens_one_update_per_document_due_three_months_after_the_effect(cast: Cast) -> None:
    version = approved(cast)
    other = approved(
        cast, code="QT.TP.02", content=dataclasses.replace(BIRTH, legal_bases=(LegalBasis("60/2014/QH13"),))
    )
    change(cast)
    update = LegalUpdate.objects.get()
    assert (update.document, update.version) == (version.document, version)
    assert (update.cited, update.number, update.how) == (OLD, NEW, "replaces")
    assert update.due_on == dt.date(2027, 1, 5)
    assert not LegalUpdate.objects.filter(document=other.document).exists()
    assert JournalEntry.objects.filter(verb="update_opened").count() == 1
    told = set(Mail.objects.filter(key__startswith="law.").values_list("member__user__username", flat=True))
    assert told == {"khanh", "thanh"}  # the ISO secretary, the head of the unit in charge


def test_a_number_written_differently_is_found_all_the_same(cast: Cast) -> None:
    approved(cast, content=dataclasses.replace(BIRTH, legal_bases=(LegalBasis("Nghị định số 123/2015/ND-CP"),)))
    change(cast)
    assert LegalUpdate.objects.count() == 1


def test_drafts_and_superseded_versions_open_nothing(cast: Cast) -> None:
    draft(cast)
    change(cast)
    assert not LegalUpdate.objects.exists()


def test_what_comes_into_force_later_with_the_old_citation_is_found_by_the_sweep_once(cast: Cast) -> None:
    change(cast)
    approved(cast)
    assert not LegalUpdate.objects.exists()
    assert [open_law_updates(cast.agency.pk), open_law_updates(cast.agency.pk)] == [1, 0]


def test_a_shared_text_reaches_every_agency_and_an_own_one_stays_at_home(cast: Cast) -> None:
    approved(cast)
    with cast.dost.active():
        change(cast, by=cast.ngoc, shared=True)
    assert not LegalUpdate.objects.exists()
    assert open_law_updates(cast.agency.pk) == 1
    change(cast, number="9/2026/NQ-HĐND")
    with cast.other.active():
        assert LegalText.objects.count() == 1
        assert not OwnLegalText.objects.exists()
        assert open_law_updates(cast.other.pk) == 0


def test_only_the_lead_department_keeps_the_shared_register(cast: Cast) -> None:
    for member in (cast.khanh, cast.duc, cast.ha):
        with pytest.raises(NotAllowed):
            change(cast, by=member, shared=True)
    with pytest.raises(NotAllowed):
        change(cast, by=cast.ha)


def test_a_new_version_that_cites_the_new_text_closes_the_update(cast: Cast) -> None:
    version = approved(cast)
    change(cast)
    fresh = next_draft(cast, version)
    content = dataclasses.replace(BIRTH, legal_bases=(LegalBasis("60/2014/QH13"), LegalBasis(NEW)))
    fresh = actions.edit(fresh, content, fresh.title, by=cast.ha)
    actions.approve(
        actions.review(actions.submit(fresh, by=cast.ha), by=cast.oanh), by=cast.duc, effective_from=clock.today()
    )
    update = LegalUpdate.objects.get()
    assert update.state == "done"
    assert update.settled_by == fresh
    assert open_law_updates(cast.agency.pk) == 0


def test_a_new_version_that_still_cites_the_old_text_leaves_it_open(cast: Cast) -> None:
    version = approved(cast)
    change(cast)
    actions.approve(
        actions.review(actions.submit(next_draft(cast, version), by=cast.ha), by=cast.oanh),
        by=cast.duc,
        effective_from=clock.today(),
    )
    assert LegalUpdate.objects.get().state == "open"


def test_withdrawing_the_document_closes_the_update(cast: Cast) -> None:
    version = approved(cast)
    change(cast)
    actions.withdraw(version, by=cast.duc, reason="Không còn thủ tục này")
    assert LegalUpdate.objects.get().state == "done"


def test_no_change_needed_wants_a_reason_and_somebody_who_keeps_the_document(cast: Cast) -> None:
    approved(cast)
    change(cast)
    update = LegalUpdate.objects.get()
    with pytest.raises(NotPossible):
        law.waive(update, by=cast.khanh, reason=" ")
    with pytest.raises(NotAllowed):
        law.waive(update, by=cast.tuan, reason="Không ảnh hưởng")
    assert law.waive(update, by=cast.thanh, reason="Không ảnh hưởng").state == "not_needed"
    with pytest.raises(NotPossible):
        law.waive(update, by=cast.khanh, reason="Lần nữa")
    assert open_law_updates(cast.agency.pk) == 0


@pytest.mark.parametrize(("before", "after"), [("amends", "replaces"), ("amends", "repeals"), ("replaces", "repeals")])
def test_a_waiver_of_less_than_the_register_now_says_does_not_hold(cast: Cast, before: str, after: str) -> None:
    approved(cast)
    text = change(cast, **{"replaces": [], before: [OLD]})
    law.waive(LegalUpdate.objects.get(), by=cast.khanh, reason="Chỉ sửa điều không dùng")
    with clock.at(NOW + dt.timedelta(days=1)):
        law.edit_text(text, by=cast.khanh, **{before: [], after: [OLD]})
        update = LegalUpdate.objects.get()
        assert (update.state, update.how) == ("open", after)
        assert Mail.objects.filter(key__startswith="law.", member=cast.khanh).count() == 2
        law.waive(update, by=cast.khanh, reason="Vẫn đúng")
        assert open_law_updates(cast.agency.pk) == 0


def test_a_waiver_holds_where_only_the_day_moves_or_less_changes(cast: Cast) -> None:
    approved(cast)
    text = change(cast)
    law.waive(LegalUpdate.objects.get(), by=cast.khanh, reason="Không ảnh hưởng")
    law.edit_text(text, by=cast.khanh, effective_from=dt.date(2026, 11, 30))
    law.edit_text(text, by=cast.khanh, replaces=[], amends=[OLD])
    assert LegalUpdate.objects.get().state == "not_needed"


def test_correcting_the_register_moves_what_is_open_and_taking_back_closes_it(cast: Cast) -> None:
    approved(cast)
    text = change(cast)
    text = law.edit_text(text, by=cast.khanh, effective_from=dt.date(2026, 11, 30))
    assert LegalUpdate.objects.get().due_on == dt.date(2027, 2, 28)
    law.edit_text(text, by=cast.khanh, replaces=[])
    assert LegalUpdate.objects.get().state == "taken_back"


def test_a_slip_in_the_register_that_is_mended_opens_the_update_again(cast: Cast) -> None:
    version = approved(cast)
    text = law.edit_text(change(cast), by=cast.khanh, replaces=["132/2015/NĐ-CP"])
    assert LegalUpdate.objects.get().state == "taken_back"
    with clock.at(NOW + dt.timedelta(days=9)):
        law.edit_text(text, by=cast.khanh, replaces=[OLD], effective_from=dt.date(2026, 11, 30))
    update = LegalUpdate.objects.get()
    assert (update.state, update.version, update.due_on) == ("open", version, dt.date(2027, 2, 28))
    assert Mail.objects.filter(key__startswith="law.", member=cast.khanh).count() == 2
    assert open_law_updates(cast.agency.pk) == 0


def test_a_later_version_that_goes_back_to_the_old_text_opens_the_update_again(cast: Cast) -> None:
    version = approved(cast)
    change(cast)
    fresh = signed_with(cast, version, dataclasses.replace(BIRTH, legal_bases=(LegalBasis(NEW),)))
    assert LegalUpdate.objects.get().state == "done"
    with clock.at(NOW + dt.timedelta(days=2)):
        back = signed_with(cast, fresh, BIRTH)
        assert [open_law_updates(cast.agency.pk), open_law_updates(cast.agency.pk)] == [1, 0]
    update = LegalUpdate.objects.get()
    assert (update.state, update.version, update.settled_by) == ("open", back, None)


def signed_with(cast: Cast, version: Version, content: Content) -> Version:
    fresh = actions.edit(next_draft(cast, version), content, version.title, by=cast.ha)
    fresh = actions.review(actions.submit(fresh, by=cast.ha), by=cast.oanh)
    return actions.approve(fresh, by=cast.duc, effective_from=clock.today())


def test_the_register_refuses_a_number_twice_and_a_text_that_replaces_itself(cast: Cast) -> None:
    change(cast)
    with pytest.raises(ValidationError):
        change(cast, number="0335/2026/ND-CP")
    with pytest.raises(ValidationError):
        change(cast, number="5/2026/NĐ-CP", replaces=["05/2026/ND-CP"])
    with pytest.raises(ValidationError):
        change(cast, number="không số")


def test_whoever_keeps_the_document_is_reminded_and_late_the_head_as_well(cast: Cast) -> None:
    approved(cast)
    change(cast)
    due = LegalUpdate.objects.get().due_on

    def told(day: dt.date) -> list[tuple[str, str]]:
        known = set(Reminder.objects.values_list("pk", flat=True))
        with clock.at(office_time(day.isoformat())):
            remind(cast.agency, [occasions])
        rows = Reminder.objects.exclude(pk__in=known).filter(kind__startswith="law_").select_related("member__user")
        return sorted((row.member.user.username, row.kind) for row in rows)

    assert told(due - dt.timedelta(days=31)) == []
    assert told(due - dt.timedelta(days=30)) == [("khanh", "law_due"), ("thanh", "law_due")]
    assert told(due - dt.timedelta(days=29)) == []
    assert told(due - dt.timedelta(days=7)) == [("khanh", "law_due"), ("thanh", "law_due")]
    late = [("duc", "law_late"), ("khanh", "law_late"), ("thanh", "law_late")]
    assert told(due + dt.timedelta(days=1)) == late
    assert told(due + dt.timedelta(days=3)) == []
    assert told(due + dt.timedelta(days=8)) == late
    digest = Mail.objects.filter(key__startswith="digest", member=cast.duc).latest("pk")
    assert "8 " in digest.body
    assert OLD in digest.body


def test_it_stands_on_the_home_page_of_whoever_keeps_it_late_in_days(cast: Cast) -> None:
    approved(cast)
    change(cast)
    later = office_time("2027-01-15")
    with clock.at(later):
        for member, count in ((cast.khanh, 1), (cast.thanh, 1), (cast.tuan, 0)):
            late = [item for group in home.of(member, later).groups for item in group.tasks if group.tone == "late"]
            found = [item for item in late if OLD in item.text]
            assert len(found) == count, member
            assert all("10" in item.due.words for item in found)


@pytest.mark.parametrize("way", ["replaces", "repeals", "amends"])
def test_a_text_that_is_replaced_or_repealed_is_no_longer_in_effect(cast: Cast, client_of: Door, way: str) -> None:
    """From the day the other takes effect."""
    change(cast, number=OLD, replaces=[], effective_from=dt.date(2016, 1, 1))
    change(cast, effective_from=dt.date(2026, 10, 9), **{"replaces": [], way: [OLD]})
    client = client_of(cast.khanh)

    def listed(effect: str) -> bool:
        page = client.get(f"/tan-hoa/legal-documents/?effect={effect}").content.decode()
        return "123-2015-nd-cp" in page

    def said() -> str:
        row = law_reports.rows_of([OwnLegalText.objects.get(code="123-2015-nd-cp")])[0]
        on_paper = law_reports.listing_of([*OwnLegalText.objects.filter(number=OLD)]).table()[1]
        assert row.state.words in on_paper[0]
        return row.state.words

    assert [listed("now"), listed("ended")] == [True, False]
    assert "09/10/2026" not in said()
    with clock.at(office_time("2026-10-09")):
        assert [listed("now"), listed("ended")] == [way == "amends", way != "amends"]
        assert ("09/10/2026" in said()) is (way != "amends")


def test_the_sweep_asks_the_same_number_of_questions_for_many_documents(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        approved(cast, code=f"QT.TP.{number}")
    change(cast)
    with django_assert_max_num_queries(12):
        law_sweep.open_updates(cast.agency, by=cast.agency.clock())


def test_a_text_repealed_without_a_successor_opens_an_update(cast: Cast, client_of: Door) -> None:
    version = approved(cast)
    change(cast, number=OLD, replaces=[])
    answer = client_of(cast.khanh).post("/tan-hoa/legal-documents/new/", entered(replaces="", repeals=OLD))
    assert answer.status_code == 302
    update = LegalUpdate.objects.get()
    assert (update.document, update.how, update.due_on) == (version.document, "repeals", dt.date(2027, 1, 5))
    page = client_of(cast.khanh).get("/tan-hoa/legal-documents/123-2015-nd-cp/").content.decode()
    assert NEW in page
    later = next_draft(cast, version)
    text = dataclasses.replace(BIRTH, legal_bases=(LegalBasis("60/2014/QH13"),))
    later = actions.submit(actions.edit(later, text, later.title, by=cast.ha), by=cast.ha)
    actions.approve(actions.review(later, by=cast.oanh), by=cast.duc, effective_from=clock.today())
    update.refresh_from_db()
    assert (update.state, update.settled_by) == ("done", later)


def test_a_text_that_ended_opens_an_update_until_another_takes_its_place(cast: Cast, client_of: Door) -> None:
    version = approved(cast)
    old = change(cast, number=OLD, replaces=[], effective_from=dt.date(2016, 1, 1), effective_to=dt.date(2026, 9, 30))
    update = LegalUpdate.objects.get()
    assert (update.document, update.how, update.number) == (version.document, "ended", OLD)
    assert (update.effective_from, update.due_on) == (dt.date(2026, 10, 1), dt.date(2027, 1, 1))
    assert law_sweep.settle(version.document, version, by=cast.khanh) == 0  # to cite it is not to follow it
    assert open_law_updates(cast.agency.pk) == 0
    law.edit_text(old, by=cast.khanh, effective_to=dt.date(2026, 10, 31))
    update.refresh_from_db()
    assert update.due_on == dt.date(2027, 2, 1)
    for address in ("legal-documents/", f"legal-documents/updates/{update.pk}/no-change/", "documents/QT.TP.01/"):
        page = client_of(cast.khanh).get(f"/tan-hoa/{address}").content.decode()
        assert OLD in page
    mail = Mail.objects.filter(key__startswith="law.").first()
    assert mail is not None
    assert mail.body.count(OLD) == 1  # it is not changed by itself
    assert "another changes" not in mail.body
    assert "văn bản khác" not in mail.body
    change(cast)
    assert set(LegalUpdate.objects.values_list("how", "state")) == {("ended", "taken_back"), ("replaces", "open")}


def test_a_last_day_far_ahead_opens_nothing_until_it_is_near(cast: Cast) -> None:
    approved(cast)
    text = change(cast, number=OLD, replaces=[], effective_from=dt.date(2016, 1, 1), effective_to=dt.date(2035, 12, 31))
    assert not LegalUpdate.objects.exists()
    with clock.at(office_time("2035-09-29")):
        assert open_law_updates(cast.agency.pk) == 0
    with clock.at(office_time("2035-10-01")):
        assert open_law_updates(cast.agency.pk) == 1
        assert LegalUpdate.objects.get().due_on == dt.date(2036, 4, 1)
        law.edit_text(text, by=cast.khanh, effective_to=dt.date(2040, 12, 31))
        assert LegalUpdate.objects.get().state == "taken_back"


def test_citations_are_those_of_the_text_as_it_was_sealed_last(cast: Cast) -> None:
    version = actions.submit(draft(cast), by=cast.ha)
    assert set(version.citations.values_list("code", flat=True)) >= {"123-2015-nd-cp"}
    version = actions.send_back(version, by=cast.oanh, reason="Luật mới")
    text = dataclasses.replace(BIRTH, legal_bases=(LegalBasis("60/2014/QH13"),), steps=BIRTH.steps)
    version = actions.edit(version, text, version.title, by=cast.ha)
    version = actions.submit(version, by=cast.ha)
    found = set(version.citations.values_list("code", flat=True))
    assert "60-2014-qh13" in found
    assert "123-2015-nd-cp" not in found


@pytest.mark.parametrize(
    "twice", [{"replaces": [], "amends": [OLD], "repeals": [OLD]}, {"amends": ["0123/2015/NĐ–CP"]}]
)
def test_a_number_named_in_two_ways_counts_once_and_the_stronger(cast: Cast, twice: dict[str, Any]) -> None:
    approved(cast)
    change(cast, **twice)
    assert LegalUpdate.objects.get().how == ("replaces" if twice.get("replaces", [OLD]) else "repeals")
    assert_quiet(cast)


def test_the_agencys_own_entry_of_a_text_counts_before_the_shared_one(cast: Cast) -> None:
    approved(cast)
    with cast.dost.active():
        change(cast, by=cast.ngoc, shared=True)
    change(cast, effective_from=dt.date(2026, 11, 30), replaces=[], amends=[OLD])
    update = LegalUpdate.objects.get()
    assert (update.how, update.due_on) == ("amends", dt.date(2027, 2, 28))
    assert_quiet(cast)


def assert_quiet(cast: Cast) -> None:
    """Another look changes nothing and writes nothing."""
    written = JournalEntry.objects.count()
    for _round in range(2):
        assert law_sweep.open_updates(cast.agency, by=cast.agency.clock()) == []
    assert JournalEntry.objects.count() == written
