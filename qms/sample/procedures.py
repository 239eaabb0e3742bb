"""Ten real administrative procedures at commune level, as content of internal procedures (facts: domain §3.4).

Codes, limits and legal bases are those of the national database; the split of time over the steps is ours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from documents.content import Component, Content, Form, LegalBasis, RecordKept, Step, Time, TimeUnit, Who
from tenants.models import Role, Unit

HOUR, DAY = TimeUnit.HOUR, TimeUnit.WORKING_DAY


@dataclass(frozen=True)
class Procedure:
    """Document code and title, service code and field, which unit works on it, share of all dossiers."""

    code: str
    title: str
    service: str
    service_name: str
    field: str
    desk: str  # "justice" or "economy"
    share: int
    content: Content
    subjects: tuple[str, ...] = ()


def _law(*lines: str) -> tuple[LegalBasis, ...]:
    return tuple(LegalBasis(*reversed(line.split(" | ", 1))) if " | " in line else LegalBasis(line) for line in lines)


def _papers(*lines: tuple[str, int, int]) -> tuple[Component, ...]:
    return tuple(Component(name, originals, copies) for name, originals, copies in lines)


CIVIL_STATUS = _law(
    "Luật Hộ tịch | 60/2014/QH13",
    "Quy định chi tiết Luật Hộ tịch, sửa đổi bởi 87/2020, 104/2022, 07/2025, 120/2025, 18/2026 | 123/2015/NĐ-CP",
    "Hướng dẫn thi hành Luật Hộ tịch | 04/2020/TT-BTP",
)
CERTIFICATION = _law(
    "Cấp bản sao từ sổ gốc, chứng thực, sửa đổi bởi 07/2025, 280/2025, 18/2026 | 23/2015/NĐ-CP",
    "Phí chứng thực | 226/2016/TT-BTC",
)
TODAY = Time(Decimal(1), DAY, same_day=True)
TODAY_NOTE = "Trong ngày; hồ sơ nhận sau 15 giờ thì trả kết quả trong ngày làm việc tiếp theo."


def _days(amount: int, unit: TimeUnit = DAY) -> Time:
    return Time(Decimal(amount), unit)


def _steps(work: str, *, times: tuple[str, ...], unit: TimeUnit = HOUR, result: str) -> tuple[Step, ...]:
    """The usual six steps (domain §3.2) with their norms: receive, assign, work, appraise, sign, number and return."""

    def norm(nth: int) -> Time:
        return Time(Decimal(times[nth]), unit)

    return (
        Step("Tiếp nhận, kiểm tra, số hóa hồ sơ", Who.ROLE, Role.RECEPTIONIST, "Một cửa", norm(0), "Mẫu 01, Mẫu 06"),
        Step(work, Who.UNIT, "desk", "Công chức chuyên môn", norm(1), "Dự thảo kết quả"),
        Step("Xem xét, trình ký", Who.ROLE, Role.UNIT_HEAD, "Phụ trách bộ phận", norm(2), "Phiếu trình"),
        Step("Ký duyệt", Who.ROLE, Role.DEPUTY_HEAD, "Lãnh đạo UBND", norm(3), result),
        Step("Đóng dấu, vào sổ, chuyển kết quả", Who.ROLE, Role.DOCUMENT_CONTROLLER, "Văn thư", norm(4), "Sổ theo dõi"),
        Step("Trả kết quả, thu phí, lưu hồ sơ", Who.ROLE, Role.RECEPTIONIST, "Một cửa", norm(5), "Mẫu 07"),
    )


def _content(service: str, what: str, **parts: object) -> Content:
    base = Content(
        purpose=f"Thống nhất cách tiếp nhận, giải quyết và trả kết quả {what}, bảo đảm đúng pháp luật, đúng thời hạn, "
        "để người dân theo dõi được từng bước.",
        scope="Áp dụng cho Trung tâm Phục vụ hành chính công, công chức chuyên môn, văn thư và lãnh đạo Ủy ban nhân dân.",
        references=("TCVN ISO 9001:2015, điều khoản 8.1, 8.2, 8.5, 8.6", "Sổ tay chất lượng STCL"),
        definitions="UBND: Ủy ban nhân dân. TTHC: thủ tục hành chính. TTPVHCC: Trung tâm Phục vụ hành chính công. BM: biểu mẫu.",
        services=(service,),
        place="Trung tâm Phục vụ hành chính công; Cổng Dịch vụ công quốc gia.",
        records=(
            RecordKept("Hồ sơ và kết quả giải quyết", "Bộ phận chuyên môn", "theo quy định của ngành"),
            RecordKept("Phiếu kiểm soát quá trình giải quyết hồ sơ", "Một cửa", "10 năm"),
        ),
    )
    return replace(base, **parts)  # type: ignore[arg-type]


SAME_DAY_TIMES = ("0.5", "4", "1", "1", "0.5", "0.5")

PROCEDURES = [
    Procedure(
        "QT.TP.01", "Đăng ký khai sinh", "1.001193", "Đăng ký khai sinh", "Hộ tịch", "justice", 26,
        _content(
            "1.001193", "đăng ký khai sinh", limit=TODAY, limit_note=TODAY_NOTE, fee="Miễn lệ phí khi đăng ký đúng hạn.",
            result="Giấy khai sinh", legal_bases=CIVIL_STATUS,
            components=_papers(
                ("Tờ khai đăng ký khai sinh (mẫu điện tử)", 1, 0),
                ("Giấy chứng sinh, hoặc văn bản của người làm chứng, hoặc giấy cam đoan; không phải nộp khi đã có dữ liệu ký số", 1, 0),
                ("Văn bản ủy quyền được chứng thực (nếu ủy quyền; người thân thích không cần chứng thực)", 1, 0),
            ),
            steps=_steps("Thẩm tra, lấy số định danh, ghi sổ", times=SAME_DAY_TIMES, result="Giấy khai sinh"),
            forms=(Form("BM.TP.01.01", "Tờ khai đăng ký khai sinh"),),
        ),
        ("cháu Lý Gia Hân", "cháu Nguyễn Minh Khôi", "cháu Vi Bảo An", "cháu Trần Hà My", "cháu Nông Tuấn Kiệt"),
    ),
    Procedure(
        "QT.TP.02", "Cấp Giấy xác nhận tình trạng hôn nhân", "1.004873", "Cấp Giấy xác nhận tình trạng hôn nhân",
        "Hộ tịch", "justice", 12,
        _content(
            "1.004873", "cấp Giấy xác nhận tình trạng hôn nhân", limit=_days(3),
            limit_note="Cần xác minh ở xã khác thì xã được hỏi trả lời trong 03 ngày làm việc.",
            fee="Theo nghị quyết của Hội đồng nhân dân tỉnh; miễn cho người có công, hộ nghèo, người khuyết tật.",
            result="Giấy xác nhận tình trạng hôn nhân", legal_bases=CIVIL_STATUS,
            components=_papers(("Tờ khai cấp Giấy xác nhận tình trạng hôn nhân", 1, 0), ("Quyết định ly hôn hoặc giấy chứng tử (nếu có)", 0, 1)),
            steps=_steps("Kiểm tra, xác minh tình trạng hôn nhân", times=("2", "14", "2", "3", "2", "1"), result="Giấy xác nhận"),
            forms=(Form("BM.TP.02.01", "Tờ khai cấp Giấy xác nhận tình trạng hôn nhân"),),
        ),
    ),
    Procedure(
        "QT.TP.03", "Đăng ký kết hôn", "1.000894", "Đăng ký kết hôn", "Hộ tịch", "justice", 9,
        _content(
            "1.000894", "đăng ký kết hôn", limit=TODAY, limit_note=f"{TODAY_NOTE} Cần xác minh thì thêm không quá 05 ngày làm việc.",
            fee="Miễn lệ phí.", result="Giấy chứng nhận kết hôn", legal_bases=CIVIL_STATUS,
            components=_papers(("Tờ khai đăng ký kết hôn", 1, 0), ("Giấy xác nhận tình trạng hôn nhân (nếu chưa có dữ liệu)", 1, 0)),
            steps=_steps("Kiểm tra điều kiện kết hôn, ghi sổ", times=SAME_DAY_TIMES, result="Giấy chứng nhận kết hôn"),
            forms=(Form("BM.TP.03.01", "Tờ khai đăng ký kết hôn"),),
        ),
    ),
    Procedure(
        "QT.TP.04", "Chứng thực bản sao từ bản chính", "2.000815", "Chứng thực bản sao từ bản chính", "Chứng thực",
        "justice", 22,
        _content(
            "2.000815", "chứng thực bản sao từ bản chính", limit=TODAY,
            limit_note=f"{TODAY_NOTE} Nhiều bản, nội dung phức tạp thì kéo dài thêm không quá 02 ngày làm việc.",
            fee="2.000 đồng/trang cho hai trang đầu, 1.000 đồng/trang từ trang thứ ba, không quá 200.000 đồng/bản.",
            result="Bản sao được chứng thực", legal_bases=CERTIFICATION,
            components=_papers(("Bản chính giấy tờ, văn bản", 1, 0), ("Bản sao cần chứng thực", 0, 1)),
            steps=_steps("Đối chiếu bản chính, ghi lời chứng", times=SAME_DAY_TIMES, result="Bản sao chứng thực"),
        ),
    ),
    Procedure(
        "QT.TP.05", "Cấp bản sao từ sổ gốc", "2.000908", "Cấp bản sao từ sổ gốc", "Chứng thực", "justice", 7,
        _content(
            "2.000908", "cấp bản sao từ sổ gốc", limit=TODAY, limit_note=TODAY_NOTE, fee="Không thu phí.",
            result="Bản sao từ sổ gốc", legal_bases=CERTIFICATION,
            components=_papers(("Giấy tờ tùy thân của người yêu cầu (xuất trình)", 1, 0),),
            steps=_steps("Tra cứu sổ gốc, lập bản sao", times=("2", "2.5", "0.5", "2", "0.5", "0.5"), result="Bản sao"),
        ),
    ),
    Procedure(
        "QT.TP.06", "Chứng thực chữ ký", "2.000884", "Chứng thực chữ ký", "Chứng thực", "justice", 8,
        _content(
            "2.000884", "chứng thực chữ ký", limit=TODAY, limit_note=TODAY_NOTE, fee="10.000 đồng/trường hợp.",
            result="Giấy tờ, văn bản được chứng thực chữ ký", legal_bases=CERTIFICATION,
            components=_papers(("Giấy tờ, văn bản sẽ ký", 1, 0), ("Giấy tờ tùy thân (xuất trình)", 1, 0)),
            steps=_steps("Kiểm tra năng lực hành vi, chứng kiến ký", times=SAME_DAY_TIMES, result="Văn bản chứng thực"),
        ),
    ),
    Procedure(
        "QT.KT.01", "Cấp giấy phép xây dựng nhà ở riêng lẻ", "1.013225", "Cấp giấy phép xây dựng nhà ở riêng lẻ",
        "Hoạt động xây dựng", "economy", 7,
        _content(
            "1.013225", "cấp giấy phép xây dựng nhà ở riêng lẻ", limit=_days(15), fee="75.000 đồng/giấy phép.",
            result="Giấy phép xây dựng",
            legal_bases=_law("Quản lý hoạt động xây dựng, sửa đổi bởi 105/2025, 144/2025, 14/2026 | 175/2024/NĐ-CP"),
            components=_papers(
                ("Đơn đề nghị cấp giấy phép xây dựng", 1, 0), ("Giấy tờ về đất đai", 0, 1),
                ("Bản vẽ thiết kế: mặt bằng, mặt đứng, mặt cắt, móng", 2, 0), ("Cam kết an toàn công trình liền kề", 1, 0),
            ),
            steps=_steps("Thẩm định hồ sơ, kiểm tra thực địa, dự thảo giấy phép", times=("0.5", "9", "2", "2", "1", "0.5"), unit=DAY,
                         result="Giấy phép xây dựng"),
            forms=(Form("BM.KT.01.01", "Đơn đề nghị cấp giấy phép xây dựng"),),
        ),
    ),
    Procedure(
        "QT.KT.02", "Đăng ký thành lập hộ kinh doanh", "1.001612", "Đăng ký thành lập hộ kinh doanh",
        "Thành lập và hoạt động của hộ kinh doanh", "economy", 6,
        _content(
            "1.001612", "đăng ký thành lập hộ kinh doanh", limit=_days(3),
            fee="100.000 đồng/lần, không hoàn lại.", result="Giấy chứng nhận đăng ký hộ kinh doanh",
            legal_bases=_law("Đăng ký doanh nghiệp, điều 85 | 168/2025/NĐ-CP", "Hướng dẫn đăng ký hộ kinh doanh | 68/2025/TT-BTC",
                             "Phí, lệ phí thuộc thẩm quyền HĐND tỉnh | 85/2019/TT-BTC"),
            components=_papers(("Giấy đề nghị đăng ký hộ kinh doanh", 1, 0), ("Văn bản ủy quyền (nếu có)", 1, 0)),
            steps=_steps("Kiểm tra tên, ngành, nghĩa vụ thuế; lập giấy chứng nhận", times=("4", "10", "3", "4", "2", "1"),
                         result="Giấy chứng nhận"),
        ),
    ),
    Procedure(
        "QT.KT.03", "Hòa giải tranh chấp đất đai", "1.012812", "Hòa giải tranh chấp đất đai", "Đất đai", "economy", 2,
        _content(
            "1.012812", "hòa giải tranh chấp đất đai", limit=_days(30, TimeUnit.CALENDAR_DAY),
            limit_note="Thông báo thụ lý trong 03 ngày làm việc.", fee="Không thu phí.", result="Biên bản hòa giải",
            legal_bases=_law("Luật Đất đai | 31/2024/QH15", "Quy định chi tiết Luật Đất đai | 102/2024/NĐ-CP"),
            components=_papers(("Đơn yêu cầu hòa giải", 1, 0), ("Giấy tờ liên quan đến thửa đất", 0, 1)),
            steps=_steps("Xác minh, mời các bên, họp Hội đồng hòa giải", times=("1", "14", "1", "1", "0.5", "0.5"), unit=DAY,
                         result="Biên bản hòa giải"),
        ),
    ),
    Procedure(
        "QT.KT.04", "Công nhận hộ nghèo, hộ cận nghèo thường xuyên", "1.011607",
        "Công nhận hộ nghèo, hộ cận nghèo thường xuyên hằng năm", "Giảm nghèo", "economy", 1,
        _content(
            "1.011607", "công nhận hộ nghèo, hộ cận nghèo", limit=_days(15), fee="Không thu phí.",
            result="Quyết định công nhận hộ nghèo, hộ cận nghèo",
            legal_bases=_law("Rà soát hộ nghèo, hộ cận nghèo | 24/2021/QĐ-TTg", "Hướng dẫn phương pháp rà soát | 07/2021/TT-BLĐTBXH"),
            components=_papers(("Giấy đề nghị rà soát hộ nghèo, hộ cận nghèo", 1, 0),),
            steps=_steps("Rà soát, họp dân, niêm yết công khai", times=("0.5", "11", "1", "1", "0.5", "0.5"), unit=DAY, result="Quyết định"),
        ),
    ),
]  # fmt: skip

# Decree 217/2026, in force from 01/07/2026: seven working days for an individual house (domain §3.4 E5).
BUILDING_PERMIT_2026 = replace(
    PROCEDURES[6].content,
    limit=_days(7),
    legal_bases=_law("Cấp giấy phép xây dựng, điều 54, 60 | 217/2026/NĐ-CP"),
    steps=_steps("Thẩm định, kiểm tra thực địa, dự thảo giấy phép", times=("0.5", "4", "0.5", "1", "0.5", "0.5"), unit=DAY,
                 result="Giấy phép xây dựng"),
)  # fmt: skip


def fitted(content: Content, desk: Unit) -> Content:
    """The content with its working step given to this unit."""
    steps = tuple(
        replace(step, whom=str(desk.pk), who_words=desk.name) if step.whom == "desk" else step for step in content.steps
    )
    return replace(content, steps=steps)


OBJECTIVES = """1. Tỷ lệ hồ sơ giải quyết đúng hạn và trước hạn từ 98% trở lên.

2. 100% quy trình được cập nhật trong thời hạn 03 tháng kể từ ngày văn bản quy phạm pháp luật có hiệu lực.

3. 100% công chức liên quan xác nhận đã đọc quy trình trong thời hạn 05 ngày làm việc kể từ ngày có hiệu lực.

4. Đánh giá nội bộ và xem xét của lãnh đạo ít nhất một lần trong năm; 100% sự không phù hợp được khắc phục đúng hạn."""
MANUAL = """Sổ tay mô tả phạm vi, các quá trình và trách nhiệm của Hệ thống quản lý chất lượng tại cơ quan theo TCVN ISO 9001:2015.

Phạm vi: toàn bộ hoạt động liên quan đến thủ tục hành chính thuộc thẩm quyền của cơ quan (Quyết định 19/2014/QĐ-TTg, Điều 3). Không áp dụng điều khoản 8.3.

Trách nhiệm: Trưởng Ban Chỉ đạo ISO phê duyệt tài liệu và xác nhận hiệu lực; Phó Trưởng ban xem xét; Thư ký ISO duy trì danh mục tài liệu."""


def system_procedure(what: str, *steps: tuple[str, str, str], records: tuple[RecordKept, ...] = ()) -> Content:
    """A procedure of the system itself: steps as (what, role, hours)."""
    return Content(
        purpose=f"Quy định cách thực hiện {what} trong Hệ thống quản lý chất lượng.",
        scope="Áp dụng cho mọi đơn vị, cá nhân trong cơ quan.",
        references=("TCVN ISO 9001:2015",),
        definitions="HTQLCL: Hệ thống quản lý chất lượng. BCĐ: Ban Chỉ đạo ISO.",
        steps=tuple(
            Step(name, Who.ROLE, role, str(dict(Role.choices)[role]), Time(Decimal(hours), HOUR))
            for name, role, hours in steps
        ),
        records=records,
    )


SYSTEM = [
    ("QT.HT.01", "Kiểm soát thông tin dạng văn bản", system_procedure(
        "kiểm soát tài liệu và hồ sơ", ("Đề nghị soạn thảo, sửa đổi", Role.OFFICER, "4"), ("Soạn thảo", Role.ISO_SECRETARY, "16"),
        ("Xem xét", Role.DEPUTY_HEAD, "8"), ("Phê duyệt", Role.AGENCY_HEAD, "8"), ("Ban hành, phân phối", Role.DOCUMENT_CONTROLLER, "4"))),
    ("QT.HT.02", "Đánh giá nội bộ", system_procedure(
        "đánh giá nội bộ", ("Lập chương trình năm", Role.ISO_SECRETARY, "8"), ("Thành lập đoàn", Role.AGENCY_HEAD, "4"),
        ("Đánh giá, lập phát hiện", Role.LEAD_AUDITOR, "16"), ("Báo cáo kết quả", Role.LEAD_AUDITOR, "8"),
        records=(RecordKept("Hồ sơ đánh giá nội bộ", "Văn phòng", "05 năm"),))),
    ("QT.HT.03", "Kiểm soát sự không phù hợp và hành động khắc phục", system_procedure(
        "xử lý sự không phù hợp", ("Ghi nhận", Role.OFFICER, "2"), ("Phân tích nguyên nhân", Role.UNIT_HEAD, "8"),
        ("Hành động khắc phục", Role.UNIT_HEAD, "40"), ("Kiểm tra tính hiệu lực", Role.INTERNAL_AUDITOR, "8"),
        records=(RecordKept("Phiếu yêu cầu hành động khắc phục", "Văn phòng", "05 năm"),))),
    ("QT.HT.04", "Quản lý rủi ro và cơ hội", system_procedure(
        "quản lý rủi ro và cơ hội", ("Nhận diện", Role.UNIT_HEAD, "8"), ("Đánh giá mức độ", Role.ISO_SECRETARY, "8"),
        ("Phê duyệt kế hoạch ứng phó", Role.AGENCY_HEAD, "4"))),
    ("QT.HT.05", "Xem xét của lãnh đạo", system_procedure(
        "xem xét của lãnh đạo", ("Chuẩn bị đầu vào", Role.ISO_SECRETARY, "16"), ("Họp xem xét", Role.AGENCY_HEAD, "4"),
        ("Ban hành kết luận", Role.DOCUMENT_CONTROLLER, "4"),
        records=(RecordKept("Biên bản và kết luận xem xét của lãnh đạo", "Văn phòng", "Vĩnh viễn"),))),
]  # fmt: skip
