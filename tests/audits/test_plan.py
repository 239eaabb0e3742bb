"""Planning an audit: code, team, checklist, who may, who is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from audits import actions
from audits.models import Audit
from documents.models import Clause, StandardEdition
from tenants.models import JournalEntry, Mail, Member, Role
from tenants.transitions import NotAllowed, NotPossible, record
from tests.audits.stage import DAY, clauses, justice, planned
from tests.cast import Cast


def test_the_code_counts_within_the_year_of_the_audit(cast: Cast) -> None:
    codes = [planned(cast).code, planned(cast).code, planned(cast, planned_on=dt.date(2027, 3, 1)).code]
    assert codes == ["DGNB-2026-01", "DGNB-2026-02", "DGNB-2027-01"]


def test_each_chosen_clause_becomes_one_question_in_the_order_of_the_standard(cast: Cast) -> None:
    audit = planned(cast, clauses=[*clauses("8.1"), *clauses("4.1"), *clauses("8.1")])
    questions = list(audit.questions.all())
    assert [(question.position, question.clause.number) for question in questions] == [(1, "4.1"), (2, "8.1")]
    assert questions[1].text == Clause.objects.get(number="8.1", edition=audit.edition).question_vi
    assert [question.answer for question in questions] == ["", ""]


def test_the_lead_named_again_in_the_team_stands_once(cast: Cast) -> None:
    audit = planned(cast, team=[cast.mai, cast.bao, cast.bao])
    assert [auditor.member for auditor in audit.team.all()] == [cast.bao]


def test_planning_is_written_in_the_journal(cast: Cast) -> None:
    audit = planned(cast)
    lines = JournalEntry.objects.about(audit).order_by("pk")
    assert [(line.verb, line.by) for line in lines] == [("planned", cast.khanh), ("team_named", cast.khanh)]


def test_lead_team_and_head_of_the_unit_get_one_mail_each(cast: Cast) -> None:
    audit = planned(cast)
    mails = Mail.objects.filter(key__startswith=f"audit-planned-{audit.pk}-")
    assert {mail.member for mail in mails} == {cast.mai, cast.bao, cast.thanh}
    assert "/tan-hoa/audits/DGNB-2026-01/" in mails.get(member=cast.mai).body


@pytest.mark.parametrize("name", ["ha", "bao", "tuan"])
def test_others_may_not_plan(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        planned(cast, by=getattr(cast, name))
    assert not Audit.objects.exists()


def test_nobody_leads_the_audit_of_their_own_unit(cast: Cast) -> None:
    with pytest.raises(NotPossible, match="Ngô Thị Mai"):
        planned(cast, unit=cast.units["tan-hoa/Văn phòng"])
    assert not Audit.objects.exists()


def test_nobody_in_the_team_audits_their_own_unit(cast: Cast) -> None:
    with pytest.raises(NotPossible, match="Hoàng Gia Bảo"):
        planned(cast, unit=cast.units["tan-hoa/Kinh tế"])


def test_who_works_in_a_part_of_the_unit_is_not_independent_of_it(cast: Cast) -> None:
    office = cast.units["tan-hoa/Văn phòng"]
    office.parent = justice(cast)
    record(office, "edited", by=cast.khanh)
    cast.mai.refresh_from_db()
    with pytest.raises(NotPossible, match="Ngô Thị Mai"):
        planned(cast)


def test_the_lead_must_be_a_lead_auditor(cast: Cast) -> None:
    with pytest.raises(NotPossible, match="Hoàng Gia Bảo"):
        planned(cast, lead=cast.bao, team=[])


def test_the_team_must_be_auditors(cast: Cast) -> None:
    with pytest.raises(NotPossible, match="Đỗ Minh Tuấn"):
        planned(cast, team=[cast.tuan])


def test_who_has_left_is_no_auditor(cast: Cast) -> None:
    cast.bao.valid_to = cast.bao.valid_from
    record(cast.bao, "released", by=cast.khanh)
    if cast.bao.has_role(Role.INTERNAL_AUDITOR):  # the last day still counts
        cast.bao.valid_from = cast.bao.valid_to = cast.bao.valid_from - dt.timedelta(days=2)
        record(cast.bao, "released", by=cast.khanh)
    with pytest.raises(NotPossible, match="Hoàng Gia Bảo"):
        planned(cast)


def test_a_checklist_needs_a_clause(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        planned(cast, clauses=[])


def test_clauses_of_another_edition_are_refused(cast: Cast) -> None:
    other = StandardEdition(code="other", name="Other", is_default=False)
    other.pk = 0
    with pytest.raises(NotPossible):
        planned(cast, clauses=[Clause(edition=other, number="4.1", position=1, pk=-1)])


def test_the_team_can_change_and_only_the_new_are_told(cast: Cast) -> None:
    audit = planned(cast, team=[])
    values = {"title": "Đợt 1, sửa", "planned_on": DAY, "lead": cast.mai, "team": [cast.bao], "by": cast.khanh}
    edited = actions.edit(audit, **values, clauses=clauses("4.1"))
    assert edited.title == "Đợt 1, sửa"
    assert [auditor.member for auditor in edited.team.all()] == [cast.bao]
    assert [question.clause.number for question in edited.questions.all()] == ["4.1"]
    assert Mail.objects.filter(key__startswith=f"audit-planned-{audit.pk}-").count() == 3
    assert actions.edit(edited, **values | {"team": []}).team.count() == 0


def test_the_checklist_is_fixed_once_the_audit_has_begun(cast: Cast) -> None:
    audit = actions.begin(planned(cast), by=cast.mai)
    values = {"title": audit.title, "planned_on": DAY, "lead": cast.mai, "team": [], "by": cast.khanh}
    with pytest.raises(NotPossible):
        actions.edit(audit, **values, clauses=clauses("4.1"))
    assert actions.edit(audit, **values, clauses=clauses()).team.count() == 0


def test_a_colleague_may_not_change_the_plan(cast: Cast) -> None:
    audit = planned(cast)
    with pytest.raises(NotAllowed):
        actions.edit(audit, title="x", planned_on=DAY, lead=cast.mai, team=[], by=cast.thanh)


def test_two_who_change_the_plan_keep_each_others_words(cast: Cast) -> None:
    audit = planned(cast)
    actions.edit(audit, scope="Quý 3", by=cast.khanh)
    actions.edit(audit, title="Đợt 1, sửa", by=cast.mai)
    audit.refresh_from_db()
    assert (audit.scope, audit.title) == ("Quý 3", "Đợt 1, sửa")


def test_a_page_left_open_changes_only_what_was_changed_on_it(
    cast: Cast, client_of: Callable[[Member], Client]
) -> None:
    audit = planned(cast)
    address = f"/tan-hoa/audits/{audit.code}/edit/"
    page = client_of(cast.mai).get(address).context["form"]
    stale = {name: page[name].value() for name in page.fields}
    stale |= {f"initial-{name}": value for name, value in stale.items()}
    actions.edit(audit, scope="Quý 3", by=cast.khanh)
    assert client_of(cast.mai).post(address, stale | {"title": "Đợt 1, sửa"}).status_code == 302
    audit.refresh_from_db()
    assert (audit.scope, audit.title) == ("Quý 3", "Đợt 1, sửa")


def test_a_moved_audit_is_told_to_all_who_expect_it(cast: Cast) -> None:
    audit = planned(cast)
    actions.edit(audit, planned_on=DAY + dt.timedelta(days=1), by=cast.khanh)
    mails = Mail.objects.filter(key__startswith=f"audit-moved-{audit.pk}-")
    assert {mail.member for mail in mails} == {cast.mai, cast.bao, cast.thanh}
    assert "26/11/2026" in mails[0].subject


def test_a_cancelled_audit_is_told_with_the_reason(cast: Cast) -> None:
    audit = planned(cast)
    actions.cancel(audit, "Trùng kỳ thanh tra", by=cast.khanh)
    mails = Mail.objects.filter(key=f"audit-cancelled-{audit.pk}")
    assert {mail.member for mail in mails} == {cast.mai, cast.bao, cast.thanh}
    assert "Trùng kỳ thanh tra" in mails[0].body
