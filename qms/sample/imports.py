"""Papers of the sample on their way in: some have become drafts, some wait to be looked at."""

from __future__ import annotations

from documents import import_runs
from documents.import_archives import Brought
from documents.models import ImportRun
from documents.paper_reading import Office as Reader
from qms.sample.office import Office, at, back
from tenants.models import Role

VISITS = """UBND XÃ TÂN HÒA
QUY TRÌNH
TIẾP CÔNG DÂN
Mã hiệu: QT.VP.21
Lần ban hành: 02
Lần sửa đổi: 00
Ngày ban hành: 15/06/2024

1. MỤC ĐÍCH
Thống nhất cách tiếp công dân, nhận và chuyển đơn tại trụ sở UBND xã.

2. PHẠM VI
Áp dụng cho Ban tiếp công dân, Văn phòng và lãnh đạo UBND xã.

3. TÀI LIỆU VIỆN DẪN
- TCVN ISO 9001:2015, điều khoản 8.2, 9.1.2

4. ĐỊNH NGHĨA, VIẾT TẮT
UBND: Ủy ban nhân dân.

5. NỘI DUNG QUY TRÌNH
5.1 Cơ sở pháp lý
- Luật Tiếp công dân số 42/2013/QH13
- Nghị định số 64/2014/NĐ-CP
5.7 Quy trình xử lý công việc

| TT | Trình tự | Trách nhiệm | Thời gian | Biểu mẫu/Kết quả |
| B1 | Đón tiếp, ghi sổ tiếp công dân | Công chức Văn phòng | 30 phút | Sổ tiếp công dân |
| B2 | Nghe, hướng dẫn hoặc nhận đơn | Công chức Văn phòng | 0,5 ngày | Giấy biên nhận |
| B3 | Phân loại, đề xuất xử lý | Lãnh đạo Văn phòng | 02 ngày làm việc | Phiếu đề xuất |
| B4 | Quyết định xử lý, trả lời công dân | Chủ tịch UBND xã | 01 ngày | Văn bản trả lời |

6. BIỂU MẪU

| TT | Mã hiệu | Tên biểu mẫu |
| 1 | BM.VP.21.01 | Sổ tiếp công dân |

7. HỒ SƠ CẦN LƯU

| TT | Hồ sơ lưu | Nơi lưu | Thời gian lưu |
| 1 | Sổ tiếp công dân | Văn phòng | 10 năm |
"""
RULES = """UBND XÃ TÂN HÒA
QUY CHẾ
LÀM VIỆC CỦA VĂN PHÒNG
Mã hiệu: QC.21
Lần ban hành: 01
Ngày ban hành: 02/01/2024
Văn phòng làm việc theo chế độ thủ trưởng; mỗi việc giao một người chịu trách nhiệm chính.
"""
NOTES = "Một vài ghi chép của cuộc họp rà soát tài liệu, chưa có mã hiệu.\n"


def bring_papers(office: Office) -> None:
    """One run of last week that is finished, one of yesterday that nobody has looked at."""
    controller = office.one(Role.DOCUMENT_CONTROLLER)
    papers = [("QT.VP.21 Tiếp công dân.txt", VISITS), ("QC.21 Quy chế Văn phòng.txt", RULES)]
    with at(back(6), 14):
        run = import_runs.bring("Tài liệu giấy 2024.zip", _bytes(papers), by=controller)
        reader = _read(run)
        chosen = {file.position: {"is_wanted": True} for file in run.files.all()}
        import_runs.choose(run, chosen, by=controller)
        while import_runs.make_next(run.agency.pk, run.pk, reader):
            pass
        import_runs.settle(run)
    with at(back(1), 9):
        later = VISITS.replace("TIẾP CÔNG DÂN", "LẬP LỊCH CÔNG TÁC TUẦN").replace("QT.VP.21", "QT.VP.22")
        papers = [("QT.VP.22 Lịch công tác.txt", later), ("Ghi chép.txt", NOTES), ("Công văn cũ.doc", "")]
        _read(import_runs.bring("Tài liệu còn lại.zip", _bytes(papers), by=controller))


def _bytes(papers: list[tuple[str, str]]) -> list[Brought]:
    return [Brought(name, text.encode()) for name, text in papers]


def _read(run: ImportRun) -> Reader:
    reader = Reader.of_active()
    while import_runs.read_next(run.agency.pk, run.pk, reader):
        pass
    return reader
