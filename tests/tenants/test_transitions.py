"""perform, record, deed: who did what is written, or nothing is written at all."""

from __future__ import annotations

import datetime as dt

import pytest

from documents.models import Document, State, Version
from tenants import clock
from tenants.actions import appoint, open_unit, release
from tenants.models import JournalEntry, Role, Unit
from tenants.transitions import NotAllowed, NotPossible, deed, lock, offers, perform, record
from tests import cast as the_cast
from tests.documents.library import draft, submitted
from tests.documents.test_two_at_once import at_once


def journal_of(row) -> list[tuple[str, str, str]]:
    return [(line.verb, line.before, line.after) for line in JournalEntry.objects.about(row).order_by("pk")]


def test_a_transition_leaves_a_new_state_a_journal_line_and_a_history_row(cast):
    version = submitted(cast)
    perform(version.review, by=cast.oanh, reason="Đủ căn cứ", details={"pages": 7})
    line = JournalEntry.objects.about(version).first()
    assert Version.objects.get(pk=version.pk).state == State.IN_APPROVAL
    assert (line.verb, line.before, line.after, line.by, line.reason, line.details) == (
        "review", "in_review", "in_approval", cast.oanh, "Đủ căn cứ", {"pages": 7},
    )  # fmt: skip
    state = version.history.first()
    assert (state.history_user_id, state.history_change_reason, state.state) == (
        cast.oanh.pk,
        "Đủ căn cứ",
        "in_approval",
    )


def test_a_transition_that_does_not_exist_from_here_is_not_possible(cast):
    version = draft(cast)
    with pytest.raises(NotPossible):
        perform(version.approve, by=cast.duc)
    assert "approve" not in [verb for verb, _before, _after in journal_of(version)]


def test_who_may_not_is_refused_and_nothing_is_written(cast):
    version = submitted(cast)
    before = journal_of(version)
    with pytest.raises(NotAllowed):
        perform(version.review, by=cast.bao)
    assert journal_of(version) == before
    assert Version.objects.get(pk=version.pk).state == State.IN_REVIEW


def test_nobody_is_no_doer(cast):
    version = submitted(cast)
    for nobody in (None, cast.oanh.user, "oanh"):
        with pytest.raises(TypeError):
            perform(version.review, by=nobody)
        with pytest.raises(TypeError):
            record(Unit(name="Mới"), "opened", by=nobody)
    with pytest.raises(TypeError):
        perform(version.review)


def test_a_member_of_another_agency_does_nothing_here(cast):
    version = submitted(cast)
    with pytest.raises(NotAllowed):
        perform(version.review, by=cast.son)
    with pytest.raises(NotAllowed):
        record(cast.units["tan-hoa/Một cửa"], "edited", by=cast.yen)


def test_a_row_of_another_agency_is_not_touched_from_here(cast):
    with pytest.raises(NotAllowed):
        record(cast.units["phu-lam/Một cửa"], "edited", by=cast.khanh)


def test_who_has_left_may_nothing_more(cast):
    version = submitted(cast)
    release(cast.oanh, by=cast.khanh, on=cast.oanh.valid_from)
    with clock.at(clock.now() + dt.timedelta(days=1)), pytest.raises(NotAllowed):
        perform(version.review, by=cast.oanh)


def test_the_state_is_not_assigned(cast):
    with pytest.raises(AttributeError):
        draft(cast).state = State.IN_FORCE


def test_a_failure_within_the_transition_leaves_nothing(cast):
    version = submitted(cast)
    before = journal_of(version)
    with pytest.raises(TypeError):
        perform(version.review, by=cast.oanh, unknown="argument")
    assert journal_of(version) == before


def test_the_second_of_two_who_read_the_same_row_is_told(cast):
    mine = submitted(cast)
    theirs = Version.objects.get(pk=mine.pk)
    perform(mine.review, by=cast.oanh)
    with pytest.raises(NotPossible, match=r".+"):
        perform(theirs.review, by=cast.thanh)
    assert [verb for verb, _before, _after in journal_of(mine)].count("review") == 1


def test_two_at_once_on_two_connections_write_one_line(committed):
    cast = the_cast.build()
    with cast.agency.active():
        version = submitted(cast)

    def review(member):
        def press():
            with cast.agency.active():
                perform(lock(version).review, by=member)
                return "done"

        return press

    answers = at_once(review(cast.oanh), review(cast.thanh))
    assert sorted(type(answer).__name__ for answer in answers) == ["NotPossible", "str"]
    with cast.agency.active():
        assert JournalEntry.objects.about(version).filter(verb="review").count() == 1


def test_record_writes_row_history_and_line(cast):
    unit = record(Unit(name="Tổ công nghệ số"), "opened", by=cast.khanh, reason="Quyết định 12", details={"n": 1})
    line = JournalEntry.objects.about(unit).get()
    assert (line.verb, line.by, line.reason, line.details, line.about_label) == (
        "opened", cast.khanh, "Quyết định 12", {"n": 1}, "Tổ công nghệ số",
    )  # fmt: skip
    assert unit.history.get().history_change_reason == "Quyết định 12"


def test_a_deed_over_several_rows_is_one_line(cast):
    first, second = cast.units["tan-hoa/Một cửa"], cast.units["tan-hoa/Kinh tế"]
    lines = JournalEntry.objects.count()
    with deed("merged", first, by=cast.khanh, reason="Sắp xếp lại"):
        first.name, second.parent = "Trung tâm", first
        first.save()
        second.save()
    assert JournalEntry.objects.count() == lines + 1
    assert second.history.first().history_change_reason == "Sắp xếp lại"


def test_a_deed_that_breaks_off_leaves_nothing(cast):
    unit, lines = cast.units["tan-hoa/Một cửa"], JournalEntry.objects.count()
    with pytest.raises(ZeroDivisionError), deed("merged", unit, by=cast.khanh):  # noqa: PT012  (breaks off in the middle)
        unit.name = "Khác"
        unit.save()
        raise ZeroDivisionError
    unit.refresh_from_db()
    assert (unit.name, JournalEntry.objects.count()) == ("Một cửa", lines)


def test_offers_name_what_is_possible_allowed_and_whose_it_is(cast):
    version = submitted(cast)
    shown = {offer.verb: offer for offer in offers(version, cast.bao)}
    assert (shown["review"].possible, shown["review"].allowed) == (True, False)
    assert shown["review"].needs
    assert not shown["approve"].possible
    assert {offer.verb for offer in offers(version, cast.oanh) if offer.allowed} >= {"review"}
    assert "supersede" not in shown  # a consequence, never offered


def test_the_author_signs_nothing_of_their_own(cast):
    cast.ha.roles = [Role.OFFICER, Role.AGENCY_HEAD]
    with pytest.raises(NotAllowed):
        perform(submitted(cast).review, by=cast.ha)


def test_the_journal_is_written_in_the_agency_of_the_doer(cast):
    unit = open_unit("Tổ công nghệ số", by=cast.khanh)
    with cast.other.active():
        assert not JournalEntry.objects.about(unit).exists()


def test_no_query_runs_for_a_refusal_of_another_agency(cast, django_assert_num_queries):
    with django_assert_num_queries(0), pytest.raises(NotAllowed):
        record(Document(code="X", title="X", agency_id=cast.other.pk), "created", by=cast.khanh)


def test_a_person_appointed_twice_at_once_is_one_member(committed):
    cast = the_cast.build()

    def press():
        with cast.agency.active():
            return appoint(cast.lan.user, by=cast.khanh, roles=[Role.OFFICER])

    answers = at_once(press, press)
    assert sorted(type(answer).__name__ for answer in answers) == ["Member", "NotPossible"]
