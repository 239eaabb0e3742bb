"""Records of one agency: boxes of past years, a disposal that was carried out, one to be decided, one group held."""

from __future__ import annotations

import datetime as dt

from documents import disposing, record_keeping
from documents.models import RecordGroup, RecordSeries
from documents.record_series import set_series
from qms.sample.office import Office, at, back
from tenants import clock
from tenants.models import Role

AUDITS, SLIPS, DOSSIERS = "QT.HT.02-HS01", "QT.TP.01-HS02", "QT.TP.01-HS01"
LAW = "Thông tư 10/2022/TT-BNV"


def keep_records(office: Office) -> None:
    secretary, controller, head = (
        office.one(role) for role in (Role.ISO_SECRETARY, Role.DOCUMENT_CONTROLLER, Role.AGENCY_HEAD)
    )
    with office.agency.active():
        this_year = clock.today().year
        with at(back(390), 9):
            set_series(_series(DOSSIERS), by=secretary, retention="years", years=20, legal_basis=LAW)
            for code in (AUDITS, SLIPS):
                set_series(_series(code), by=secretary, legal_basis=LAW, medium="paper")
        with at(back(380), 14):
            audits = {
                year: _box(_series(AUDITS), year, office, f"Hồ sơ đánh giá nội bộ năm {year}", count=38 + year % 7)
                for year in range(this_year - 14, this_year - 1)
            }
            for year in range(this_year - 9, this_year - 1):
                _box(_series(SLIPS), year, office, f"Phiếu kiểm soát năm {year}", count=210 + 13 * (year % 5))
        with at(back(30), 9):
            record_keeping.open_group(
                _series(AUDITS), by=controller, title=f"Hồ sơ đánh giá nội bộ năm {this_year}", first_on=back(40),
                location="Tủ 2, ngăn 1",
            )  # fmt: skip
        with at(back(210), 9):
            old = disposing.propose(
                [audits[this_year - 14], audits[this_year - 13]],
                by=controller,
                reason="Hết thời hạn lưu, không còn giá trị tra cứu.",
            )
        with at(back(205), 10):
            old = disposing.approve(old, by=head, decision="61/QĐ-UBND")
        with at(back(200), 15):
            disposing.carry_out(
                old, by=controller, on=clock.today(), place="Kho lưu trữ, trụ sở UBND xã", method="Cắt nhỏ bằng máy hủy giấy",
                commission=[f"{who.name}, {who.title}" for who in (office.one(Role.DEPUTY_HEAD), secretary, controller)],
            )  # fmt: skip
        with at(back(25), 9):
            record_keeping.place_hold(
                audits[this_year - 10],
                by=secretary,
                kind="inspection",
                reason="Đoàn kiểm tra của Sở yêu cầu giữ theo công văn 512/SKHCN-TĐC.",
            )
        with at(back(12), 9):
            due = disposing.propose(
                [audits[this_year - 9]], by=controller, reason="Hết thời hạn lưu, đã số hóa vào báo cáo năm."
            )
        with at(back(10), 15):
            disposing.approve(due, by=head, decision="188/QĐ-UBND")
        with at(back(6), 9):
            disposing.propose(
                [audits[this_year - 12], audits[this_year - 11]],
                by=controller,
                reason="Hết thời hạn lưu, kết quả đã có trong báo cáo năm.",
            )


def _series(code: str) -> RecordSeries:
    return RecordSeries.objects.get(code=code)


def _box(series: RecordSeries, year: int, office: Office, title: str, *, count: int) -> RecordGroup:
    """A year of papers, closed on its last day."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    return record_keeping.open_group(
        series, by=office.one(Role.DOCUMENT_CONTROLLER), title=title, first_on=first, last_on=last, closed_on=last, count=count,
        location=f"Kho lưu trữ, giá {year % 4 + 1}, hộp {year % 10 + 1}",
    )  # fmt: skip
