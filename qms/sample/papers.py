"""The sample's catalogue and documents, in every state."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from documents import actions as writing
from documents import changing, copies, delegating, reading, reviewing
from documents.content import Content
from documents.copy_models import ControlledCopy
from documents.models import Acknowledgement, Document, Extent, Kind, Version
from processes.importers import import_services
from qms.sample.files import fill_uploaded
from qms.sample.office import Office, at, back
from qms.sample.people import ECONOMY, FULL_CAST, JUSTICE, Place
from qms.sample.procedures import (
    BUILDING_PERMIT_2026,
    MANUAL,
    OBJECTIVES,
    POLICY,
    PROCEDURES,
    SYSTEM,
    Procedure,
    fitted,
)
from tenants import clock
from tenants.models import AgencyKind, Member, Role, Unit


def fill_catalogue() -> None:
    """The ten procedures as catalogue entries, through the same door as an imported list."""
    with tempfile.TemporaryDirectory() as folder:
        for procedure in PROCEDURES:
            record = {
                "ma_thu_tuc": procedure.service,
                "ten_thu_tuc": procedure.service_name,
                "linh_vuc": procedure.field,
                "cap_thuc_hien": "Cấp xã",
                "co_quan_thuc_hien": "Ủy ban nhân dân cấp xã",
                "ket_qua_xu_ly": procedure.content.result,
            }
            (Path(folder) / f"{procedure.service}.json").write_text(json.dumps(record, ensure_ascii=False))
        report = import_services([Path(folder)])
    if report.rejected:
        raise RuntimeError(f"The sample's own services were refused: {report.rejected}")


def issue_documents(office: Office, place: Place) -> None:
    secretary = office.one(Role.ISO_SECRETARY)
    for kind, code, title, text in [
        (Kind.POLICY, "CSCL", "Chính sách chất lượng", POLICY),
        (Kind.OBJECTIVES, "MTCL", "Mục tiêu chất lượng năm", OBJECTIVES),
    ]:
        _issue(office, kind, code, title, Content(text=text), drafter=secretary, on=back(400))
    communal = place.kind in (AgencyKind.COMMUNE, AgencyKind.WARD)
    told = place.slug in FULL_CAST
    if told:
        _issue(office, Kind.MANUAL, "STCL", "Sổ tay chất lượng", Content(text=MANUAL), drafter=secretary, on=back(400))
    for code, title, content in SYSTEM if told else SYSTEM[:2]:
        _issue(office, Kind.SYSTEM_PROCEDURE, code, title, content, drafter=secretary, on=back(398))
    if communal:
        for procedure in PROCEDURES if told else PROCEDURES[:5]:
            _procedure(office, procedure)
    if place.slug == "tan-hoa":
        _states(office)
    if place.slug == "phu-lam":
        _update_building_permit(office)
    with at(back(395), 14):
        for row in Acknowledgement.objects.filter(read_at=None).select_related("version", "member")[
            :: 2 if told else 1
        ]:
            if row.version.state == "in_force":
                answer = "Trong ngày làm việc tiếp theo." if row.version.document.question else ""
                writing.acknowledge(row.version, by=row.member, answer=answer)


def _procedure(office: Office, procedure: Procedure) -> Version:
    unit = office.units[JUSTICE if procedure.desk == "justice" else ECONOMY]
    drafter = next(member for member in office.people.values() if member.unit_id == unit.pk)
    content = fitted(procedure.content, unit)
    return _issue(
        office,
        Kind.OPERATIONAL_PROCEDURE,
        procedure.code,
        procedure.title,
        content,
        drafter=drafter,
        on=back(390),
        unit=unit,
    )


def _issue(
    office: Office,
    kind: str,
    code: str,
    title: str,
    content: Content,
    *,
    drafter: Member,
    on: dt.date,
    unit: Unit | None = None,
) -> Version:
    """A document through all three hands, in force on `on`."""
    with at(on, 8):
        version = writing.create_document(kind, code, title, unit or drafter.unit, by=drafter, content=content)
        version = writing.submit(version, by=drafter)
    return _sign(office, version, on=on)


def _sign(office: Office, version: Version, *, on: dt.date) -> Version:
    with at(on, 9):
        version = writing.review(version, by=office.one(Role.DEPUTY_HEAD))
    with at(on, 10):
        return writing.approve(version, by=office.one(Role.AGENCY_HEAD), effective_from=clock.today())


def _revise(
    office: Office, code: str, content: Content, *, on: dt.date, new_issue: bool, reason: str, parts: str, summary: str
) -> Version:
    document = Document.objects.get(code=code)
    drafter = document.versions.latest("pk").drafted_by
    with at(on - dt.timedelta(days=2), 9):
        asked = changing.propose(document, parts, reason, by=drafter)
    with at(on, 8):
        extent = Extent.ISSUE if new_issue else Extent.REVISION
        version = changing.accept(asked, drafter, extent, by=office.one(Role.ISO_SECRETARY))
        change = {"change_summary": summary}
        version = writing.edit(version, content, version.title, by=drafter, change=change)
        version = writing.submit(version, by=drafter)
    return _sign(office, version, on=on)


def _update_building_permit(office: Office) -> None:
    """Phú Lâm has put Decree 217/2026 into its procedure in time; Tân Hòa still runs by fifteen days."""
    on = max(dt.date(2026, 9, 14), back(150)) if clock.today() > dt.date(2026, 9, 14) else back(150)
    _revise(
        office, "QT.KT.01", fitted(BUILDING_PERMIT_2026, office.units[ECONOMY]), on=on, new_issue=True,
        reason="Nghị định 217/2026/NĐ-CP có hiệu lực từ 01/07/2026", parts="5.1, 5.4, 5.7",
        summary="Thời hạn cấp phép nhà ở riêng lẻ còn 07 ngày làm việc.",
    )  # fmt: skip


def _hand_out_copies(office: Office, version: Version, on: dt.date) -> list[ControlledCopy]:
    """Numbered prints for two desks."""
    controller, desks = (
        office.one(Role.DOCUMENT_CONTROLLER),
        [("Bộ phận Một cửa", "Quầy 2"), ("Tư pháp – Hộ tịch", "Tủ số 1")],
    )
    with at(on, 10):
        return [copies.hand_out(version, by=controller, holder=holder, place=place) for holder, place in desks]


def _states(office: Office) -> None:
    """Documents in every state, so that each can be seen."""
    secretary, controller = office.one(Role.ISO_SECRETARY), office.one(Role.DOCUMENT_CONTROLLER)
    first = Document.objects.get(code="QT.TP.01").versions.latest("pk")
    out, birth = _hand_out_copies(office, first, back(380)), Content.of(first.content)
    steps = list(birth.steps)
    steps[1] = replace(steps[1], norm=replace(steps[1].norm, amount=Decimal(3)))
    revised = _revise(
        office, "QT.TP.01", replace(birth, steps=tuple(steps)), on=back(55), new_issue=False, reason="Công chức Tư pháp – Hộ tịch đề nghị",
        parts="5.7, bước 2", summary="Giảm thời gian thẩm tra từ 4 giờ còn 3 giờ.",
    )  # fmt: skip
    _hand_out_copies(office, revised, back(54))
    with at(back(54), 11):  # the other print of the former version is still out
        copies.recall(out[1], by=controller, note="Đã hủy.")
    guide = Content(
        text="Hướng dẫn quét, đặt tên và ký số thành phần hồ sơ tại Một cửa.\n\nMỗi giấy tờ một tệp PDF, độ phân giải 200 dpi."
    )
    with at(back(6), 9):  # a draft
        writing.create_document(
            Kind.WORK_INSTRUCTION,
            "HD.VP.01",
            "Số hóa hồ sơ tại Một cửa",
            controller.unit,
            by=controller,
            content=guide,
        )
    with at(back(5), 9):  # in review
        version = writing.create_document(
            Kind.WORK_INSTRUCTION, "HD.VP.02", "Sử dụng chữ ký số", controller.unit, by=controller,
            content=Content(text="Cách ký số văn bản đi và kết quả thủ tục hành chính; bảo quản thiết bị ký."),
        )  # fmt: skip
        writing.submit(version, by=controller)
    with at(back(4), 9):  # awaiting the head's signature
        version = writing.create_document(
            Kind.INTERNAL_PROCEDURE, "QT.VP.01", "Quản lý văn bản đến", secretary.unit, by=secretary,
            content=replace(SYSTEM[0][2], purpose="Quy định việc tiếp nhận, chuyển, theo dõi giải quyết văn bản đến."),
        )  # fmt: skip
        writing.submit(version, by=secretary)
    with at(back(3), 14):
        writing.review(version, by=office.one(Role.DEPUTY_HEAD))
    with at(back(3), 9):  # approved for a later day
        version = writing.create_document(
            Kind.INTERNAL_PROCEDURE, "QT.VP.02", "Quản lý văn bản đi", secretary.unit, by=secretary,
            content=replace(SYSTEM[0][2], purpose="Quy định việc soạn thảo, ký, phát hành văn bản đi."),
        )  # fmt: skip
        version = writing.submit(version, by=secretary)
    with at(back(2), 9):
        version = writing.review(version, by=office.one(Role.DEPUTY_HEAD))
    with at(back(2), 15):
        writing.approve(version, by=office.one(Role.AGENCY_HEAD), effective_from=clock.today() + dt.timedelta(days=12))
    with at(back(7), 9):  # dropped
        version = writing.create_document(
            Kind.WORK_INSTRUCTION, "HD.VP.03", "Quét hồ sơ tại Một cửa", controller.unit, by=controller, content=guide
        )
        writing.drop(version, by=controller, reason="Trùng với hướng dẫn số hóa hồ sơ đang soạn.")
    old = _issue(
        office, Kind.WORK_INSTRUCTION, "HD.VP.00", "Tiếp nhận hồ sơ giấy", Content(text="Cách tiếp nhận, đóng dấu, luân chuyển hồ sơ giấy."),
        drafter=controller, on=back(380),
    )  # fmt: skip
    with at(back(120), 10):  # withdrawn
        writing.withdraw(old, by=office.one(Role.AGENCY_HEAD), reason="Đã chuyển hẳn sang hồ sơ điện tử.")
    _around(office)
    fill_uploaded(office)


def _around(office: Office) -> None:
    """What goes on around the versions: requests, a return with comments, a delegation, a review, readers, a question."""
    secretary, controller, head = (
        office.one(role) for role in (Role.ISO_SECRETARY, Role.DOCUMENT_CONTROLLER, Role.AGENCY_HEAD)
    )
    birth, marriage = (Document.objects.get(code=code) for code in ("QT.TP.01", "QT.TP.02"))
    with at(back(9), 9):
        writing.edit_document(birth, by=secretary, question="Hồ sơ nộp sau 15 giờ thì trả kết quả khi nào?")
        refused = changing.propose(marriage, "5.6", "Đề nghị ghi thêm phí xác nhận", by=controller)
        changing.refuse(refused, by=secretary, reason="Phí không do xã quy định; giữ như văn bản của HĐND tỉnh.")
    with at(back(4), 10):
        officer = birth.versions.latest("pk").drafted_by
        changing.propose(birth, "5.2", "Bỏ bản sao giấy tờ đã có trong cơ sở dữ liệu quốc gia về dân cư", by=officer)
        guide = writing.create_document(
            Kind.WORK_INSTRUCTION, "HD.VP.04", "Tra cứu cơ sở dữ liệu dân cư", controller.unit, by=controller,
            content=Content(text="Cách tra cứu, lưu kết quả tra cứu vào hồ sơ."),
        )  # fmt: skip
        reading.distribute(
            guide.document, [controller.unit] if controller.unit else [], [Role.RECEPTIONIST], [], by=secretary
        )
        guide = writing.submit(guide, by=controller)
    with at(back(3), 10):
        comments = [("text", "Nêu rõ ai được cấp tài khoản tra cứu."), ("title", "Ghi đủ tên cơ sở dữ liệu.")]
        writing.send_back(guide, by=office.one(Role.DEPUTY_HEAD), reason="Xem các góp ý.", comments=comments)
        heads_unit = next(member for member in office.people.values() if Role.UNIT_HEAD in member.roles)
        first, last = clock.today(), clock.today() + dt.timedelta(days=20)
        delegating.delegate(heads_unit, "27/QĐ-UBND", first, last, by=head)
    with at(back(20), 9):
        reviewing.review_document(
            Document.objects.get(code="CSCL"), "keep", "Còn phù hợp với chỉ tiêu năm.", by=secretary
        )
