"""A draft procedure begins from the catalogue, with everything filled in and norms within the limit."""

import dataclasses
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from documents import actions as documents
from documents.content import Content, LegalBasis, Time, TimeUnit, problems
from documents.models import Document, Kind, State
from processes import actions as processes
from processes.catalogue import Details, Paper, Result, TimeRow, time_words
from processes.drafting import draft_content, start_procedure, steps_within
from processes.models import Coverage, Service
from tenants import clock
from tenants.models import JournalEntry, Role
from tenants.transitions import NotAllowed, NotPossible

THREE_DAYS = Time(Decimal(3), TimeUnit.WORKING_DAY)
DETAILS = Details(
    applicants=("Công dân Việt Nam",),
    channels=(
        TimeRow("online", "Trực tuyến", "3", "working_day", "Miễn phí"),
        TimeRow("direct", "Trực tiếp", "5", "working_day", "Miễn phí"),
    ),
    papers=(
        Paper("Tờ khai", 1, 0, "Mẫu 01.docx", "Giấy tờ phải nộp"),
        Paper("Trường hợp khác thì …", 0, 0, "", "Giấy tờ phải nộp"),
        Paper("Quyền lựa chọn nơi nộp", 1, 0, "", "Lưu ý:"),
    ),
    legal_bases=(LegalBasis("60/2014/QH13", "Luật Hộ tịch"),),
    results=(Result("Giấy xác nhận", "KQ.G15.000038"),),
)


@pytest.fixture
def service(db):
    return Service.objects.create(
        code="1.004873",
        name="Cấp Giấy xác nhận tình trạng hôn nhân",
        field="Hộ tịch",
        details=DETAILS.as_json(),
        sha256="x",
    )


def begin(service, cast, by=None, **given):
    given = {"code": "QT.HT.01", "title": "Quy trình xác nhận hôn nhân", "unit": None, "limit": THREE_DAYS} | given
    return start_procedure(service, by=by or cast.ha, **given)


def test_the_draft_takes_over_what_the_catalogue_knows(cast, service):
    version = begin(service, cast, unit=cast.units["tan-hoa/Tư pháp – Hộ tịch"])
    content = Content.of(version.content)
    assert (version.state, version.document.kind, version.drafted_by) == (
        State.DRAFT,
        Kind.OPERATIONAL_PROCEDURE,
        cast.ha,
    )
    assert content.services == ("1.004873",)
    assert [(paper.name, paper.originals, paper.form) for paper in content.components] == [
        ("Tờ khai", 1, "Mẫu 01.docx")
    ]
    assert content.legal_bases == DETAILS.legal_bases
    assert (content.limit, content.fee, content.result) == (THREE_DAYS, "Miễn phí", "Giấy xác nhận")
    assert content.place == "Bộ phận Tiếp nhận và Trả kết quả (Một cửa), UBND xã Tân Hòa"
    assert content.limit_note == "Nguồn còn ghi: Trực tiếp: 5 ngày làm việc (cần xác nhận)."
    assert problems(content, kind=Kind.OPERATIONAL_PROCEDURE) == []


def signed(version, cast, services=None):
    """In force today, for other services than the draft began with when they are named."""
    if services is not None:
        content = dataclasses.replace(Content.of(version.content), services=services)
        version = documents.edit(version, content, version.title, by=cast.ha)
    version = documents.review(documents.submit(version, by=cast.ha), by=cast.oanh)
    return documents.approve(version, by=cast.duc, effective_from=clock.today())


def test_a_draft_covers_nothing_yet(cast, service):
    begin(service, cast)
    assert not Coverage.objects.exists()
    assert list(Service.objects.not_covered_by(cast.ha)) == [service]


def test_in_force_the_document_covers_the_service_and_the_journal_says_so(cast, service):
    version = signed(begin(service, cast), cast)
    assert Coverage.objects.get().document == version.document
    assert set(Service.objects.covered_by(cast.ha)) == {service}
    assert JournalEntry.objects.get(verb="covered").details == {"service": service.code}


def test_it_covers_what_was_signed_not_what_the_draft_began_with(cast, service):
    other = Service.objects.create(code="2.000635", name="Cấp bản sao", details={}, sha256="x")
    version = signed(begin(service, cast), cast, services=("2.000635", "9.999999"))
    assert [row.service for row in Coverage.objects.all()] == [other]
    following = documents.begin_draft(
        version.document, by=cast.khanh, drafter=cast.ha, new_issue=False, reason="Thêm thủ tục"
    )
    signed(following, cast, services=("2.000635", service.code))
    assert {row.service for row in Coverage.objects.all()} == {other, service}
    third = documents.begin_draft(
        version.document, by=cast.khanh, drafter=cast.ha, new_issue=False, reason="Bớt thủ tục"
    )
    signed(third, cast, services=(service.code,))
    assert [row.service for row in Coverage.objects.all()] == [service]
    assert JournalEntry.objects.get(verb="uncovered").details == {"service": "2.000635"}


def test_withdrawn_it_covers_nothing(cast, service):
    version = signed(begin(service, cast), cast)
    documents.withdraw(version, by=cast.duc, reason="Trái luật mới")
    assert not Coverage.objects.exists()


def test_a_dossier_asks_for_a_service_the_signed_version_names(cast, service):
    other = Service.objects.create(code="2.000635", name="Cấp bản sao", details={}, sha256="x")
    document = signed(begin(service, cast), cast).document
    assert processes.receive(document, {"name": "Lò Thị Vân"}, by=cast.tuan).service == service
    with pytest.raises(NotPossible, match=r"2\.000635"):
        processes.receive(document, {"name": "Lò Thị Vân"}, by=cast.tuan, service=other)


def test_another_agency_does_not_cover_it_by_that(cast, service):
    signed(begin(service, cast), cast)
    with cast.other.active():
        assert list(Service.objects.covered_by(cast.long)) == []
        assert list(Service.objects.not_covered_by(cast.long)) == [service]


def test_a_code_is_given_once(cast, service):
    begin(service, cast)
    with pytest.raises(ValidationError):
        begin(service, cast)
    assert Document.objects.count() == 1


def test_an_auditor_alone_does_not_draft(cast, service):
    with pytest.raises(NotAllowed):
        begin(service, cast, by=cast.mai)
    assert not Document.objects.exists()


@pytest.mark.parametrize("amount", ["0.25", "1", "4", "8", "23.5", "24", "40", "696"])
def test_norms_never_exceed_the_limit_and_use_it_up(amount):
    limit = Time(Decimal(amount), TimeUnit.HOUR)
    steps = steps_within(limit)
    assert sum(step.norm.amount for step in steps) == Decimal(amount)
    assert min(step.norm.amount for step in steps) >= 0


@pytest.mark.parametrize(
    "limit",
    [Time(Decimal(30), TimeUnit.CALENDAR_DAY), Time(Decimal(1), TimeUnit.MONTH), Time(Decimal(1), same_day=True)],
)
def test_limits_in_other_units_are_kept_too(limit):
    content = Content(limit=limit, steps=steps_within(limit))
    assert content.norm_hours == content.limit_hours


def test_a_three_day_procedure_is_divided_as_usual():
    steps = steps_within(THREE_DAYS)
    assert [str(step.norm.amount) for step in steps] == ["0", "2", "2", "11", "4", "4", "1", "0"]
    assert [step.whom for step in steps] == [
        Role.RECEPTIONIST, Role.RECEPTIONIST, Role.UNIT_HEAD, Role.OFFICER, Role.UNIT_HEAD, Role.AGENCY_HEAD,
        Role.DOCUMENT_CONTROLLER, Role.RECEPTIONIST,
    ]  # fmt: skip


def test_a_service_known_only_from_the_list_gives_a_draft_that_says_what_is_missing(cast):
    service = Service.objects.create(code="1.000001", name="Thủ tục A", details={}, sha256="x")
    content = draft_content(service, agency=cast.agency, limit=THREE_DAYS)
    assert len(problems(content, kind=Kind.OPERATIONAL_PROCEDURE)) == 3  # legal basis, components, result


def test_details_survive_being_stored(service):
    service.refresh_from_db()
    assert Details.of(service.details) == DETAILS


def test_times_in_words():
    assert time_words(THREE_DAYS)
    assert DETAILS.channels[0].time == THREE_DAYS
    assert TimeRow(amount="1").time is None
