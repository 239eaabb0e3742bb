"""The sample's framework sets: Tân Hòa has nearly everything in force, Phú Lâm is half-way, the others have not begun."""

from __future__ import annotations

from dataclasses import replace

from documents import actions as writing
from documents import changing, reviewing, routes, set_actions
from documents.content import BLANK, Content
from documents.models import Acknowledgement, Document, Extent, FrameworkChoice, State, Version
from documents.set_reader import the_set
from qms.sample.office import Office, at, back
from tenants import clock
from tenants.models import Role

ALL = tuple(the_set().templates)
FILLED = {  # what the office writes into the blanks
    "luật, văn bản quy định thẩm quyền, chức năng, nhiệm vụ của cơ quan: tên, số, ký hiệu, ngày": "Luật Tổ chức chính quyền địa phương",
    "đơn vị tham mưu": "Văn phòng", "ngày cuối chuyển tiếp": "31 tháng 12",
    "tỷ lệ đúng hạn": "98", "tỷ lệ hài lòng": "95", "tỷ lệ xác nhận đã đọc": "95", "thời gian tập huấn": "tháng 3",
    "ngày hoàn thành quy trình còn thiếu": "30/6", "số tiền": "24.000.000", "số điện thoại tiếp nhận phản ánh": "0200 3888 113",
    "địa chỉ trang thông tin điện tử": "trang thông tin điện tử của xã", "số": "10", "tên đơn vị chủ trì": "Sở Khoa học và Công nghệ",
    "trang thiết bị cần bổ sung, ghi \"không\" nếu đủ": "01 máy quét",
}  # fmt: skip
LAST = ("review-conclusions", "validity-confirmation", "conformity-announcement")  # wait for the audit in progress
STILL_DRAFTS = ("yearly-plan", "public-posting")
ISSUER = "thẩm quyền ban hành, viết hoa: chức vụ của người đứng đầu và tên cơ quan"
KEPT_AS_SAID = "theo quy định của ngành"
HALF_WAY = ("steering-committee", "yearly-plan", "issue-decision", "satisfaction", "public-posting")


def begin_sets(nearly: Office, half_way: Office) -> None:
    with nearly.agency.active():
        _nearly_complete(nearly)
    with half_way.agency.active():
        _half_way(half_way)


def _nearly_complete(office: Office) -> None:
    """All but the confirmation of the year, which waits for the audit in progress."""
    secretary = office.one(Role.ISO_SECRETARY)
    _keep_the_old(office)
    _objectives_of_the_year(office)
    with at(back(40), 14):
        begun = set_actions.begin(ALL, by=secretary)
    last = Document.objects.filter(framework_items__item__in=LAST)
    held = [version for version in begun if version.document not in last]
    with at(back(38), 9):
        for version in held:
            writing.submit(_filled(version, office), by=secretary)
    _signed(office, held)
    with at(back(30), 9):
        unread = Acknowledgement.objects.filter(version__in=held, read_at=None).select_related("version", "member")
        for row in unread:
            if row.member_id != office.one(Role.RECEPTIONIST).pk:  # who still has some to read
                writing.acknowledge(row.version, by=row.member)


def _half_way(office: Office) -> None:
    """Some signed, one in review, drafts with blanks, the rest not begun."""
    secretary = office.one(Role.ISO_SECRETARY)
    with at(back(12), 9):
        begun = {version.title: version for version in set_actions.begin(HALF_WAY, by=secretary)}
    items = dict(FrameworkChoice.objects.values_list("document", "item"))
    done = [version for version in begun.values() if items[version.document_id] not in STILL_DRAFTS]
    with at(back(11), 9):
        for version in done:
            writing.submit(_filled(version, office), by=secretary)
    _signed(office, done[:-1], days=9)


def _signed(office: Office, versions: list[Version], days: int = 36) -> None:
    with at(back(days), 9):
        for version in versions:
            _reviewed(office, version)
    with at(back(days), 10):
        for version in versions:
            writing.approve(version, by=office.one(Role.AGENCY_HEAD), effective_from=clock.today())


def _reviewed(office: Office, version: Version) -> None:
    """By whomever its route waits for, one after the other."""
    version.refresh_from_db()
    while version.state == State.IN_REVIEW:
        hands = set(version.signatures.filter(round=version.round).values_list("member", flat=True))
        version = writing.review(version, by=routes.asked(version, office.people.values(), (), hands)[0])


def _filled(version: Version, office: Office) -> Version:
    content = Content.of(version.content)
    known = FILLED | {ISSUER: f"CHỦ TỊCH {office.agency.name.upper()}"}
    done = replace(
        content,
        text=BLANK.sub(lambda blank: known.get(blank[1], "không"), content.text),
        legal_bases=tuple(basis for basis in content.legal_bases if not BLANK.search(basis.number)),
        records=tuple(replace(one, retention=BLANK.sub(KEPT_AS_SAID, one.retention)) for one in content.records),
    )
    return writing.edit(version, done, version.title, by=office.one(Role.ISO_SECRETARY))


def _keep_the_old(office: Office) -> None:
    """The yearly review of the system's own documents: all still fit."""
    with at(back(25), 9):
        for document in Document.objects.due_for_review(clock.today()).filter(kind__in=("manual", "system_procedure")):
            reviewing.review_document(document, "keep", "Còn phù hợp.", by=office.one(Role.ISO_SECRETARY))


def _objectives_of_the_year(office: Office) -> None:
    """A new issue of the objectives for this year."""
    secretary, objectives = office.one(Role.ISO_SECRETARY), Document.objects.get(code="MTCL")
    with at(back(200), 9):
        asked = changing.propose(objectives, "Toàn bộ", "Ban hành mục tiêu chất lượng năm nay", by=secretary)
        version = changing.accept(asked, secretary, Extent.ISSUE, by=office.one(Role.AGENCY_HEAD))
        change = {"change_summary": "Chỉ tiêu của năm nay."}
        version = writing.edit(version, Content.of(version.content), version.title, by=secretary, change=change)
        version = writing.submit(version, by=secretary)
    _signed(office, [version], days=199)
