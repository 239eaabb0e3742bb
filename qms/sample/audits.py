"""One audit closed with its report, one in progress, one planned."""

from __future__ import annotations

import datetime as dt

from audits import actions as auditing
from audits.models import Answer, Audit
from documents.models import Clause
from qms.sample.office import Office, at, back
from qms.sample.people import DESK, JUSTICE
from tenants import clock
from tenants.models import Member, Role


def conduct_audits(office: Office) -> None:
    """One audit closed with its report, one in progress, one planned."""
    with office.agency.active():
        secretary, lead, auditor = office.one(Role.ISO_SECRETARY), office.people["mai"], office.people["bao"]
        clauses = list(
            Clause.objects.filter(
                edition__is_default=True,
                number__in=("7.2", "7.3", "7.5.3", "8.1", "8.5.1", "8.5.2", "8.6", "9.1.2", "10.2"),
            )
        )
        with at(back(70)):
            audit = auditing.plan(
                office.units[JUSTICE], "Đánh giá nội bộ đợt 1, bộ phận Tư pháp – Hộ tịch", back(62), lead, [auditor], clauses, by=secretary,
                scope="Các quy trình hộ tịch, chứng thực đang có hiệu lực.",
            )  # fmt: skip
        _conduct(audit, lead, auditor)
        with at(back(3)):
            running = auditing.plan(
                office.units[DESK], "Đánh giá nội bộ đợt 2, Một cửa", back(1), lead, [], clauses[:5], by=secretary
            )
        with at(back(1), 9):
            running = auditing.begin(running, by=lead)
            first = running.questions.first()
            assert first is not None
            auditing.answer(first, Answer.CONFORMING, "Xem 04 chứng chỉ tập huấn năm nay.", by=lead)
            words = "Sổ theo dõi bản giấy ở quầy 1 chưa ghi cột ngày thu hồi."
            auditing.find(running, clauses[1], Answer.OBSERVATION, words, "Sổ ở quầy 1, trang 12", by=lead)
            auditing.plan(
                office.units[DESK],
                "Đánh giá bổ sung sau khắc phục, Một cửa",
                clock.today() + dt.timedelta(days=40),
                lead,
                [],
                clauses[3:6],
                by=secretary,
            )


NOTES = {
    "7.2": (Answer.CONFORMING, "Xem hồ sơ đào tạo của 02 công chức, đủ chứng chỉ nghiệp vụ hộ tịch."),
    "7.3": (Answer.OBSERVATION, "Một công chức chưa xác nhận đã đọc bản sửa đổi QT.TP.01 sau 05 ngày làm việc."),
    "7.5.3": (Answer.CONFORMING, "Đối chiếu 06 tài liệu tại chỗ với danh mục: đúng bản có hiệu lực."),
    "8.1": (Answer.CONFORMING, "Xem 05 hồ sơ khai sinh: các bước theo đúng quy trình."),
    "8.5.1": (Answer.MINOR, "Hồ sơ xác nhận tình trạng hôn nhân trễ hạn, chưa có văn bản xin lỗi và hẹn lại."),
    "8.5.2": (Answer.CONFORMING, "Phiếu kiểm soát của 08 hồ sơ có đủ người giao, người nhận, thời điểm."),
    "8.6": (Answer.CONFORMING, "Kết quả do người có thẩm quyền ký, có thời điểm."),
    "9.1.2": (Answer.OPPORTUNITY, "Nên hỏi ý kiến người dân ngay khi trả kết quả."),
    "10.2": (Answer.CONFORMING, "Sổ theo dõi khắc phục đầy đủ."),
}


def _conduct(audit: Audit, lead: Member, auditor: Member) -> None:
    with at(back(62), 8):
        audit = auditing.begin(audit, by=lead)
    for number, question in enumerate(audit.questions.select_related("clause")):
        answer, note = NOTES[question.clause.number]
        doer = lead if number % 2 else auditor
        with at(back(62), 9 + number // 2, 30 * (number % 2)):
            auditing.answer(question, answer, note, by=doer)
            if answer in (Answer.MINOR, Answer.OBSERVATION, Answer.OPPORTUNITY):
                auditing.find(
                    audit, question.clause, answer, note, "Biên bản phỏng vấn, hồ sơ mẫu", by=doer, question=question
                )
    with at(back(60), 15):
        auditing.close(audit, "Bộ phận thực hiện đúng các quy trình; cần lập văn bản xin lỗi khi trễ hạn.", by=lead)
