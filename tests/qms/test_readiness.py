"""The readiness list: what is asked, what is there, who does what next; counted only from what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from audits import actions as auditing
from documents import actions, set_actions
from documents.content import Content
from documents.models import Clause, Document, Kind, Version
from documents.set_matching import items_of
from documents.set_reader import the_set
from processes.models import Service
from qms import readiness
from qms.readiness import Line, Readiness
from tenants import clock
from tenants.models import Member
from tests import cast as the_cast
from tests.cast import Cast
from tests.documents.library import approved, signed_again
from tests.documents.test_framework_set import without_blanks
from tests.office import office_time

Door = Callable[[Member], Client]
ALL = list(the_set().templates)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


PAGE = "/tan-hoa/readiness/"


def line(found: Readiness, title: str) -> Line:
    return next(one for group in found.groups for one in group.lines if one.title.startswith(title))


def said(found: Readiness, title: str) -> tuple[str, str, str]:
    """State, who, and what they do next."""
    one = line(found, title)
    return (one.words, one.next.who, one.next.what) if one.next else (one.words, "", "")


def filled_in(version: Version, *, by: Member) -> Version:
    """Its blanks are filled in."""
    content = Content.of(version.content)
    return actions.edit(version, without_blanks(content), version.title, by=by)


def in_force(cast: Cast, version: Version) -> Version:
    version = actions.submit(filled_in(version, by=version.drafted_by), by=version.drafted_by)
    version = actions.review(version, by=cast.oanh)
    return actions.approve(version, by=cast.duc, effective_from=clock.today())


def test_with_nothing_there_everything_is_missing_and_the_secretary_begins(cast: Cast) -> None:
    found = readiness.of(cast.agency)
    assert said(found, "Chính sách") == (
        "missing",
        "Phạm Quốc Khánh, Thư ký ISO",
        "begin the draft from the framework set",
    )
    assert line(found, "Chính sách").next.url.endswith("/framework-set/?item=quality-policy")  # type: ignore[union-attr]
    assert not any("Biểu mẫu" in group.title or group.title.startswith("Forms") for group in found.groups)
    assert (found.missing, found.blanks, found.is_complete) == (16, 0, False)
    assert [(group.ready, group.asked) for group in found.groups] == [(0, 3), (0, 3), (0, 6), (0, 4), (4, 4), (1, 2)]
    assert (found.ready, found.asked, found.percent) == (5, 22, 22)


def test_each_state_names_who_does_what_next(cast: Cast) -> None:
    version = next(one for one in set_actions.begin(ALL, by=cast.nhung) if one.document.code == "MTCL.01")
    title = "Mục tiêu chất lượng năm"
    found = readiness.of(cast.agency)
    assert said(found, title) == ("Draft", "Vũ Hồng Nhung, Văn thư", "fill in the blanks")
    assert line(found, title).note == "3 blanks open"
    assert found.blanks > 3
    version = filled_in(version, by=cast.nhung)
    assert said(readiness.of(cast.agency), title) == ("Draft", "Vũ Hồng Nhung, Văn thư", "submit it for review")
    version = actions.submit(version, by=cast.nhung)
    assert said(readiness.of(cast.agency), title)[1:] == (
        "Nguyễn Thị Kim Oanh, Phó Chủ tịch",
        "read and sign the review",
    )
    version = actions.review(version, by=cast.oanh)
    assert said(readiness.of(cast.agency), title)[1:] == ("Trần Văn Đức, Chủ tịch", "read and sign the approval")
    before = readiness.of(cast.agency).ready
    version = actions.approve(version, by=cast.duc, effective_from=clock.today())
    found = readiness.of(cast.agency)
    assert (line(found, title).ready, found.ready) == (True, before + 1)
    assert said(found, title)[2] == "read it and confirm"
    for row in version.acknowledgements.select_related("member"):
        actions.acknowledge(version, by=row.member)
    assert said(readiness.of(cast.agency), title)[2] == ""


@pytest.fixture
def long_there(db: None) -> Iterator[Cast]:
    """The cast, at work since January 2025; Tân Hòa is active."""
    cache.clear()
    with clock.at(office_time("2025-01-06")):
        people = the_cast.build()
    with people.agency.active():
        yield people


def test_a_text_of_last_year_and_an_overdue_review_are_not_ready(long_there: Cast) -> None:
    cast = long_there
    with clock.at(office_time("2025-03-03")):
        for version in set_actions.begin(["quality-objectives", "quality-policy"], by=cast.khanh):
            in_force(cast, version)
    with clock.at(office_time("2026-02-27")):
        found = readiness.of(cast.agency)
        assert line(found, "Mục tiêu").ready
        assert line(found, "Chính sách").ready
    with clock.at(office_time("2026-03-02")):
        found = readiness.of(cast.agency)
        assert said(found, "Mục tiêu")[0] == "of 2025, not yet of 2026"
        assert said(found, "Mục tiêu")[2] == "begin the text of 2026"
        assert line(found, "Chính sách").ready
    with clock.at(office_time("2026-03-09")):
        assert said(readiness.of(cast.agency), "Chính sách")[2] == "review the document"


def titled(cast: Cast, version: Version, year: int) -> Version:
    """In force, its title naming this year."""
    content = without_blanks(Content.of(version.content))
    return in_force(cast, actions.edit(version, content, f"Mục tiêu chất lượng năm {year}", by=version.drafted_by))


def test_the_year_of_a_text_is_the_one_its_title_names(long_there: Cast) -> None:
    cast = long_there
    with clock.at(office_time("2025-12-25")):
        version = set_actions.begin(["quality-objectives"], by=cast.khanh)[0]
        assert version.title == "Mục tiêu chất lượng năm 2026 và kế hoạch thực hiện"
        assert "2025" not in str(version.content)
        in_force(cast, version)
    with clock.at(office_time("2026-03-03")):
        assert line(readiness.of(cast.agency), "Mục tiêu").ready
    with clock.at(office_time("2026-11-05")):
        for row in Version.objects.get().acknowledgements.select_related("member"):
            actions.acknowledge(Version.objects.get(), by=row.member)
        found = readiness.of(cast.agency)
        assert (line(found, "Mục tiêu").ready, said(found, "Mục tiêu")[2]) == (True, "begin the text of 2027")
    with clock.at(office_time("2027-01-05")):
        late = actions.begin_draft(version.document, by=cast.khanh, new_issue=True, reason="Năm mới")
        titled(cast, late, 2026)
    with clock.at(office_time("2027-03-02")):
        assert said(readiness.of(cast.agency), "Mục tiêu")[0] == "of 2026, not yet of 2027"
        actions.begin_draft(version.document, by=cast.khanh, new_issue=True, reason="Năm mới")
        found = readiness.of(cast.agency)
        assert said(found, "Mục tiêu")[2] == "write it for the new year"
        assert line(found, "Mục tiêu").note == "Its title still says 2026."


def test_a_document_of_the_right_kind_and_clause_counts_without_a_word(cast: Cast) -> None:
    own = actions.create_document(
        Kind.POLICY, "CS", "Chính sách", None, by=cast.khanh, content=Content(text="Đúng hẹn.")
    )
    assert said(readiness.of(cast.agency), "Chính sách")[0] == "Draft"
    actions.drop(own, by=cast.khanh, reason="Làm lại")
    assert said(readiness.of(cast.agency), "Chính sách")[0] == "missing"


def test_a_text_that_was_replaced_is_not_looked_at(cast: Cast) -> None:
    text = Content(text="Đúng hẹn.")
    first = actions.create_document(Kind.POLICY, "CS", "Chính sách", None, by=cast.ha, content=text)
    later = signed_again(cast, in_force(cast, first))
    (found,) = [item for item in items_of(cast.agency) if item.document]
    assert (found.held, found.document.living) == (later, [later])


def test_what_does_not_apply_is_not_counted_and_keeps_its_reason(cast: Cast) -> None:
    before = readiness.of(cast.agency).asked
    set_actions.exclude("public-posting", by=cast.khanh, reason="Tỉnh công khai chung")
    found = readiness.of(cast.agency)
    one = line(found, "Công khai")
    assert (one.words, one.note, one.asked) == ("does not apply", "Tỉnh công khai chung", False)
    assert (found.asked, found.excluded) == (before - 1, 1)


def test_services_count_as_the_catalogue_gives_them_to_a_commune(cast: Cast) -> None:
    for code, level in (("1.001193", "Cấp Xã"), ("1.000894", "Cấp xã"), ("2.000001", "Cấp Tỉnh")):
        Service.objects.create(code=code, name=code, level=level, sha256="x")
    title = "Services the catalogue"
    assert said(readiness.of(cast.agency), title)[0] == "0 of 2 with a procedure in force"
    approved(cast)
    found = readiness.of(cast.agency)
    assert said(found, title)[0] == "1 of 2 with a procedure in force"
    assert line(found, title).next.url.endswith("/services/?covered=no")  # type: ignore[union-attr]
    with cast.dost.active():
        assert not any(group.title == "Procedures for public services" for group in readiness.of(cast.dost).groups)


def test_the_audit_of_the_year_counts_when_it_is_closed(cast: Cast) -> None:
    title = "Internal audit of the year"
    assert said(readiness.of(cast.agency), title)[0] == "none yet"
    clauses = Clause.objects.filter(number="8.1", edition__is_default=True)
    audit = auditing.plan(cast.ha.unit, "Đợt 1", clock.today(), cast.mai, [], clauses, by=cast.khanh)
    found = readiness.of(cast.agency)
    assert line(found, title).ready is False
    assert said(found, title)[1:] == ("Ngô Thị Mai, Công chức Văn phòng", "hold the audit and close it")
    audit = auditing.begin(audit, by=cast.mai)
    auditing.answer(audit.questions.get(), "conforming", "Đã xem", by=cast.mai)
    auditing.close(audit, "Đạt", by=cast.mai)
    found = readiness.of(cast.agency)
    assert (line(found, title).ready, line(found, title).words) == (True, "1 audit closed")
    assert line(found, title).note == "No audit planned yet: Kinh tế; Lãnh đạo; Một cửa; Văn phòng."


def test_nobody_in_a_post_is_said(cast: Cast) -> None:
    with cast.other.active():
        found = readiness.of(cast.other)
        assert said(found, "Lead auditor") == ("nobody appointed", "Nông Thị Yến, Thư ký ISO", "appoint somebody")


def test_the_list_asks_no_more_however_much_there_is(cast: Cast, client_of: Door) -> None:
    client = client_of(cast.khanh)
    client.get(PAGE)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        return len(queries)

    empty = asked()
    for version in set_actions.begin(ALL, by=cast.khanh):
        in_force(cast, version)
    assert asked() <= empty + 4  # what is read by its ids is not asked for where there are none
    assert empty <= 25


def test_page_and_paper_say_the_same(cast: Cast, client_of: Door) -> None:
    set_actions.begin(["quality-policy"], by=cast.khanh)
    khanh, ha = client_of(cast.khanh), client_of(cast.ha)
    page = khanh.get(PAGE).content.decode()
    assert "CSCL.01 Chính sách chất lượng" in page
    assert "/framework-set/quality-policy/answer/" in page
    assert "/answer/" not in ha.get(PAGE).content.decode()
    assert "Chính sách chất lượng" in khanh.get(f"{PAGE}?open=1").content.decode()
    paper = khanh.get("/tan-hoa/readiness.pdf")
    assert (paper["Content-Type"], paper.content[:4]) == ("application/pdf", b"%PDF")


@pytest.mark.parametrize(("key", "shown"), [("khanh", True), ("duc", True), ("ha", False)])
def test_the_home_page_leads_secretary_and_head_to_it_while_something_is_open(
    cast: Cast, client_of: Door, key: str, shown: bool
) -> None:
    member = getattr(cast, key)
    assert (PAGE in client_of(member).get("/tan-hoa/").content.decode()) is shown
    for version in set_actions.begin(ALL, by=cast.khanh):
        in_force(cast, version)
    assert readiness.still_open(member) == (0 if shown else None)
    assert PAGE not in client_of(member).get("/tan-hoa/").content.decode()


def test_master_list_and_evidence_lead_to_it(cast: Cast, client_of: Door) -> None:
    for page in ("documents", "evidence", "framework-set"):
        assert PAGE in client_of(cast.ha).get(f"/tan-hoa/{page}/").content.decode(), page
    assert Document.objects.count() == 0
