"""A draft procedure from a service of the catalogue, in the seven parts of a Vietnamese procedure (domain §3.1).

The words below are text of the draft, so they are Vietnamese whatever language the drafter reads. All of it can be
changed before it is submitted; nobody is bound by it before it is signed.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from documents.actions import create_document
from documents.content import Component, Content, Form, RecordKept, Step, Time, TimeUnit, Who
from documents.models import Kind, Version
from processes.catalogue import Details, TimeRow, details_of
from processes.models import Service
from tenants.models import Agency, Member, Role, Unit

QUARTER = Decimal("0.25")  # norms are given in quarters of an hour
FULL_FROM = Decimal(24)  # working hours from which on the small steps have their full norm; below they shrink alike
ONE_STOP = "Bộ phận Tiếp nhận và Trả kết quả (Một cửa)"
UNITS = {
    TimeUnit.HOUR: "giờ làm việc",
    TimeUnit.WORKING_DAY: "ngày làm việc",
    TimeUnit.CALENDAR_DAY: "ngày",
    TimeUnit.MONTH: "tháng",
}
SLIPS = (  # the forms of the one-stop shop (Circular 03/2025/TT-VPCP, annex I; domain §1.6)
    Form("Mẫu số 01", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"),
    Form("Mẫu số 02", "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"),
    Form("Mẫu số 03", "Phiếu từ chối tiếp nhận, giải quyết hồ sơ"),
    Form("Mẫu số 04", "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết"),
    Form("Mẫu số 06", "Phiếu kiểm soát quá trình giải quyết hồ sơ"),
)
# The skeleton common to almost all of them (domain §3.2): name, role, words, share in hours, form or result.
# Filing away (B9) is part 7 of the document, not a step that holds up the resident's result.
SKELETON = (
    ("Kiểm tra hồ sơ khi công dân, tổ chức nộp", Role.RECEPTIONIST, "Công chức Một cửa", "0", "Mẫu số 01, 02 hoặc 03"),
    ("Tiếp nhận, số hóa, chuyển hồ sơ", Role.RECEPTIONIST, "Công chức Một cửa", "2", "Mẫu số 06"),
    ("Phân công thụ lý", Role.UNIT_HEAD, "Phụ trách đơn vị chuyên môn", "2", "Ý kiến phân công"),
    ("Thẩm định hồ sơ, dự thảo kết quả", Role.OFFICER, "Công chức chuyên môn", "", "Dự thảo kết quả"),
    ("Xem xét, ký nháy, trình ký", Role.UNIT_HEAD, "Phụ trách đơn vị chuyên môn", "4", "Dự thảo đã ký nháy"),
    ("Ký duyệt kết quả", Role.AGENCY_HEAD, "Lãnh đạo cơ quan", "4", "Kết quả đã ký"),
    ("Đóng dấu, vào sổ, chuyển kết quả", Role.DOCUMENT_CONTROLLER, "Văn thư", "1", "Kết quả đã phát hành"),
    ("Trả kết quả, thu phí, lệ phí", Role.RECEPTIONIST, "Công chức Một cửa", "0", "Kết quả, ý kiến đánh giá"),
)


def start_procedure(service: Service, *, code: str, title: str, unit: Unit | None, limit: Time, by: Member) -> Version:
    """A new operational procedure as a draft, filled in from the catalogue; in force it covers the service.

    Raises NotAllowed for who may not draft, ValidationError when the code is taken or malformed.
    """
    content = draft_content(service, agency=by.agency, limit=limit)
    return create_document(Kind.OPERATIONAL_PROCEDURE, code, title, unit, by=by, content=content)


def draft_content(service: Service, *, agency: Agency, limit: Time) -> Content:
    """What the catalogue knows, as the content of a version; the steps' norms add up to the limit at most."""
    details = details_of(service)
    return Content(
        purpose=f"Quy định trình tự, trách nhiệm và thời gian giải quyết thủ tục “{service.name}” tại {agency.name}, "
        "bảo đảm đúng quy định của pháp luật và yêu cầu của TCVN ISO 9001:2015.",
        scope=f"Áp dụng đối với công chức, đơn vị của {agency.name} tham gia giải quyết thủ tục "
        f"và {_applicants(details)}.",
        references=("TCVN ISO 9001:2015", *filter(None, [_decision(service)])),
        definitions="TTHC: thủ tục hành chính; UBND: Ủy ban nhân dân; "
        "TN&TKQ: tiếp nhận và trả kết quả; HTQLCL: hệ thống quản lý chất lượng.",
        services=(service.code,),
        legal_bases=details.legal_bases,
        components=tuple(Component(paper.name, paper.originals, paper.copies, paper.form) for paper in details.asked),
        sets=1,
        limit=limit,
        limit_note=_variants(details, limit),
        place=details.reception or f"{ONE_STOP}, {agency.name}",
        fee=_fee(details),
        result="; ".join(result.name for result in details.results),
        steps=steps_within(limit),
        forms=(*SLIPS, *_forms(details)),
        records=(
            RecordKept("Hồ sơ của công dân, tổ chức theo mục 5.2", "Đơn vị chuyên môn"),
            RecordKept("Phiếu kiểm soát quá trình giải quyết hồ sơ", "Đơn vị chuyên môn"),
            RecordKept("Kết quả giải quyết thủ tục hành chính", "Đơn vị chuyên môn, Văn thư"),
        ),
    )


def steps_within(limit: Time) -> tuple[Step, ...]:
    """The eight usual steps; the examination gets what the others leave of the limit.

    Small steps keep their usual norm from three working days on and shrink with the limit below that.
    """
    whole = Content(limit=limit).limit_hours or Decimal(0)
    scale = min(Decimal(1), whole / FULL_FROM)
    norms = [_quarters(Decimal(share) * scale) if share else None for _name, _role, _words, share, _form in SKELETON]
    rest = whole - sum((norm for norm in norms if norm is not None), Decimal(0))
    return tuple(
        Step(name, Who.ROLE, role, words, Time(_plain(rest if norm is None else norm), TimeUnit.HOUR), form)
        for (name, role, words, _share, form), norm in zip(SKELETON, norms, strict=True)
    )


def _quarters(hours: Decimal) -> Decimal:
    return (hours / QUARTER).to_integral_value(ROUND_DOWN) * QUARTER


def _plain(hours: Decimal) -> Decimal:
    """4.00 as 4: the content is sealed as it is written."""
    return Decimal(f"{hours.normalize():f}")


def _applicants(details: Details) -> str:
    return ", ".join(details.applicants) or "tổ chức, cá nhân có yêu cầu"


def _decision(service: Service) -> str:
    return f"Quyết định công bố thủ tục hành chính số {service.decision}" if service.decision else ""


def _variants(details: Details, limit: Time) -> str:
    """Times of the source other than the one chosen, so that whoever reviews the draft sees them."""
    others = [row for row in details.times if row.time != limit]
    if not others:
        return ""
    return "Nguồn còn ghi: " + "; ".join(f"{row.said}: {_said(row)}" for row in others) + " (cần xác nhận)."


def _said(row: TimeRow) -> str:
    amount = row.amount.replace(".", ",")
    return f"{amount} {UNITS[TimeUnit(row.unit)]}" if row.unit else f"{amount} (không rõ đơn vị)"


def _fee(details: Details) -> str:
    fees = dict.fromkeys(row.fee for row in details.channels if row.fee and row.fee != "Không có thông tin")
    return "\n".join(fees)


def _forms(details: Details) -> list[Form]:
    named = {paper.form: paper.name for paper in details.papers if paper.form}
    return [Form(form[:100], name) for form, name in named.items()]
