"""The catalogue's pages: looking for a service, reading it, beginning a procedure."""

import pytest

from documents.content import Content
from documents.models import Version
from processes.catalogue import Details, Doubt, LegalBasis, TimeRow
from processes.models import Service
from tests.processes.test_catalogue import DETAILS, begin, signed
from tests.tenants.importing import run, shared

ADDRESS = "/tan-hoa/services/"
DRAFT = "/tan-hoa/services/1.004873/draft/"


def make(code, name, field="Hộ tịch", details=DETAILS, doubts=()):
    told = [{"kind": doubt.kind, "told": doubt.told} for doubt in doubts]
    return Service.objects.create(code=code, name=name, field=field, details=details.as_json(), doubts=told, sha256="x")


@pytest.fixture
def service(db):
    return make("1.004873", "Cấp Giấy xác nhận tình trạng hôn nhân", doubts=[Doubt("no_unit", "3")])


@pytest.fixture
def page(cast, client_of):
    return client_of(cast.ha)


def names(answer):
    return [service.name for service in answer.context["page"]]


def test_search_needs_no_accents(page, service):
    make("1.012783", "Cấp đổi giấy chứng nhận đất đai", "Đất đai")
    assert names(page.get(ADDRESS, {"q": "dat dai"})) == ["Cấp đổi giấy chứng nhận đất đai"]
    assert names(page.get(ADDRESS, {"q": "ĐẤT cap"})) == ["Cấp đổi giấy chứng nhận đất đai"]
    assert names(page.get(ADDRESS, {"q": "1.0048"})) == [service.name]
    assert names(page.get(ADDRESS, {"field": "Đất đai"})) == ["Cấp đổi giấy chứng nhận đất đai"]
    assert names(page.get(ADDRESS, {"q": "%"})) == []


def test_covered_and_not_covered(page, service, cast):
    make("1.000002", "Chứng thực bản sao")
    version = begin(service, cast)
    assert names(page.get(ADDRESS, {"covered": "yes"})) == []
    for address in (ADDRESS, f"{ADDRESS}{service.code}/"):  # a draft is no procedure yet, but it can be found
        assert f"/tan-hoa/documents/{version.document.code}/" in page.get(address).content.decode()
    signed(version, cast)
    assert names(page.get(ADDRESS, {"covered": "yes"})) == [service.name]
    assert names(page.get(ADDRESS, {"covered": "no"})) == ["Chứng thực bản sao"]


def test_the_number_of_queries_does_not_grow_with_the_rows(page, service, cast, django_assert_max_num_queries):
    for number in range(60):
        make(f"2.0000{number:02}", f"Thủ tục {number}")
    page.get(ADDRESS)
    with django_assert_max_num_queries(16):
        answer = page.get(ADDRESS)
    assert len(names(answer)) == 50
    assert "61" in answer.content.decode()


def test_the_page_of_a_service_shows_everything_and_its_doubts(page, service):
    text = page.get("/tan-hoa/services/1.004873/").content.decode()
    for words in (
        "Tờ khai",
        "Mẫu 01.docx",
        "60/2014/QH13",
        "Giấy xác nhận",
        "KQ.G15.000038",
        "Miễn phí",
        DRAFT,
        "Công dân Việt Nam",
    ):
        assert words in text
    assert str(Doubt("no_unit", "3")) in text


def test_a_service_nobody_knows_is_not_found(page, db):
    for code in ("9.999999", "x\x00", "đ"):
        assert page.get(f"/tan-hoa/services/{code}/").status_code == 404
        assert page.get(f"/tan-hoa/services/{code}/draft/").status_code == 404


def test_an_auditor_reads_but_does_not_draft(cast, client_of, service):
    client = client_of(cast.mai)
    assert DRAFT not in client.get("/tan-hoa/services/1.004873/").content.decode()
    assert client.get(DRAFT).status_code == 403
    assert client.post(DRAFT, {}).status_code == 403


def test_beginning_a_draft(page, service, cast):
    form = page.get(DRAFT).context["form"]
    assert (form["code"].value(), form["title"].value()) == (
        "QT.HT.01",
        "Quy trình cấp Giấy xác nhận tình trạng hôn nhân",
    )
    assert [value for value, _words in form.fields["limit"].choices] == ["0", "1", "other"]
    answer = page.post(DRAFT, {"code": "QT.HT.01", "title": "Quy trình xác nhận", "limit": "1"})
    assert (answer.status_code, answer["Location"]) == (302, "/tan-hoa/documents/QT.HT.01/versions/1.0/edit/")
    assert Content.of(Version.objects.get().content).limit.amount == 5
    assert page.get(DRAFT).context["form"]["code"].value() == "QT.HT.02"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"limit": ""}, "limit"),
        ({"limit": "7"}, "limit"),
        ({"limit": "other"}, "amount"),
        ({"limit": "other", "amount": "5"}, "time_unit"),
        ({"limit": "other", "amount": "0", "time_unit": "hour"}, "amount"),
        ({"limit": "other", "amount": "2,5", "time_unit": "calendar_day"}, "amount"),
        ({"limit": "other", "amount": "99999", "time_unit": "month"}, "amount"),
        ({"limit": "other", "amount": "NaN", "time_unit": "hour"}, "amount"),
        ({"limit": "0", "code": "QT HT"}, "code"),
        ({"limit": "0", "title": ""}, "title"),
        ({"limit": "0", "unit": "999999"}, "unit"),
    ],
)
def test_what_is_wrong_goes_back_into_the_form(page, service, given, field):
    answer = page.post(DRAFT, {"code": "QT.HT.01", "title": "Quy trình", **given})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not Version.objects.exists()


def test_a_unit_of_another_agency_is_refused(page, service, cast):
    unit = cast.units["phu-lam/Một cửa"]
    answer = page.post(DRAFT, {"code": "QT.HT.01", "title": "Quy trình", "limit": "0", "unit": unit.pk})
    assert list(answer.context["form"].errors) == ["unit"]


def test_a_time_without_unit_asks_for_one(page, cast):
    details = Details(
        channels=(TimeRow("direct", "Trực tiếp", "3"),), steps="tiếp nhận sau 15 giờ", legal_bases=(LegalBasis("1"),)
    )
    make("1.004873", "Cấp Giấy xác nhận", details=details)
    given = {"code": "QT.HT.01", "title": "Quy trình", "limit": "0"}
    assert list(page.post(DRAFT, given).context["form"].errors) == ["time_unit"]
    assert page.post(DRAFT, {**given, "time_unit": "working_day"}).status_code == 302
    assert page.post(DRAFT, {**given, "code": "QT.HT.02", "limit": "same_day"}).status_code == 302
    limits = [Content.of(version.content).limit for version in Version.objects.order_by("pk")]
    assert [(limit.amount, limit.same_day) for limit in limits] == [(3, False), (1, True)]


def test_every_real_service_has_its_page_and_its_draft(page, cast):
    run("import_services", shared("tthc", "danh-sach-tthc-BoTuPhap.xlsx"), shared("tthc", "raw"))
    for code in Service.objects.exclude(details__in_record=None).values_list("code", flat=True)[:20]:
        assert page.get(f"/tan-hoa/services/{code}/").status_code == 200
        given = {
            "code": f"QT.{code}",
            "title": "Quy trình",
            "limit": "other",
            "amount": "1,5",
            "time_unit": "working_day",
        }
        assert page.post(f"/tan-hoa/services/{code}/draft/", given).status_code == 302
