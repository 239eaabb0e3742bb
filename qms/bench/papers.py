"""Importing a folder of papers: how long it takes, when it first says something, and that its memory stays flat."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from xml.sax.saxutils import escape

import psycopg
from django.conf import settings

from qms.bench.database import Database, bulk
from qms.bench.load_people import load_people, slug_of
from qms.bench.sizes import BIGGEST, SIZES, Size

SETTLED = 20  # files after which everything that is loaded once has been
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    ' Target="word/document.xml"/></Relationships>'
)
STEPS = [
    ("TT", "Trình tự", "Trách nhiệm", "Thời gian", "Biểu mẫu/Kết quả"),
    ("B1", "Tiếp nhận hồ sơ", "Bộ phận Một cửa", "02 giờ", "Mẫu 01"),
    ("B2", "Thẩm định hồ sơ", "Công chức chuyên môn", "0,5 ngày", "Dự thảo"),
    ("B3", "Ký duyệt", "Chủ tịch UBND", "02 giờ", "Kết quả"),
]


@dataclass(frozen=True)
class Imported:
    """Figures of one import; memory is that of the command's process, in MB, files are read in children of their own."""

    files: int
    drafts: int
    seconds: float
    first_word_seconds: float
    memory_settled: float
    memory_most: float

    @property
    def growth(self) -> float:
        return round(self.memory_most / self.memory_settled, 3)


def measure_import(count: int) -> Imported:
    """A folder of `count` procedures of about twelve pages, imported by the command into an agency of its own database."""
    database = Database(replace(SIZES["XS"], name="papers"))
    database.make(_load)
    try:
        with tempfile.TemporaryDirectory() as folder, database.connect() as connection:
            connection.execute("SELECT set_config('qms.agency', %s, false)", [str(BIGGEST)])
            row = connection.execute(
                "SELECT u.username FROM tenants_member m JOIN tenants_user u ON u.id = m.user_id"
                " WHERE m.agency_id = %s AND 'iso_secretary' = ANY(m.roles) ORDER BY m.id LIMIT 1", [BIGGEST],
            ).fetchone()  # fmt: skip
            assert row is not None
            for number in range(count):
                write_paper(Path(folder) / f"QT.TP.{number + 1:03} Thủ tục {number + 1}.docx", number + 1)
            return _imported(database, Path(folder), slug_of(BIGGEST), row[0], count)
    finally:
        database.drop()


def _load(connection: psycopg.Connection, size: Size) -> None:
    with bulk(connection, []):
        load_people(connection, size)


def _imported(database: Database, folder: Path, slug: str, user: str, count: int) -> Imported:
    environment = os.environ | {
        "DATABASE_URL": database.url, "DATABASE_OWNER_URL": database.owner_url, "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY, "QMS_PRODUCTION": "0", "PYTHONUNBUFFERED": "1", "MEDIA_ROOT": str(folder / ".media"),
    }  # fmt: skip
    command = [
        sys.executable,
        str(settings.BASE_DIR / "manage.py"),
        "import_documents",
        str(folder),
        "--agency",
        slug,
        "--as",
        user,
    ]
    start, first, seen = time.monotonic(), 0.0, []
    with subprocess.Popen(  # noqa: S603  # our own command
        command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        drafts = 0
        for line in child.stdout:
            first = first or time.monotonic() - start
            if line.split("/")[0].isdecimal():
                seen.append(_memory(child.pid))
                drafts += ": QT.TP." in line or "QT.TP." in line.split(":", 1)[-1]
    seconds = time.monotonic() - start
    settled = seen[min(SETTLED, len(seen)) - 1] if seen else 0.0
    return Imported(count, drafts, round(seconds, 1), round(first, 1), settled, max(seen, default=0.0))


def _memory(pid: int) -> float:
    """Resident memory of a process in MB."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return 0.0
    kilobytes = next((line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")), "0")
    return round(int(kilobytes) / 1024, 1)


def write_paper(path: Path, number: int) -> None:
    """A procedure in seven sections with a step table, as Word would save it, and pages of text."""
    rows = ["QUY TRÌNH", f"THỦ TỤC SỐ {number}", f"Mã hiệu: QT.TP.{number:03}", "Lần ban hành: 01", "1. MỤC ĐÍCH"]
    rows += [f"Thống nhất cách giải quyết thủ tục số {number}, đoạn {place}. " * 12 for place in range(40)]
    rows += ["2. PHẠM VI", "Toàn cơ quan.", "5. NỘI DUNG", "5.7. Quy trình xử lý công việc"]
    table = "".join(f"<w:tr>{''.join(f'<w:tc>{_paragraph(cell)}</w:tc>' for cell in row)}</w:tr>" for row in STEPS)
    body = (
        "".join(map(_paragraph, rows))
        + f"<w:tbl>{table}</w:tbl>"
        + _paragraph("7. HỒ SƠ LƯU")
        + _paragraph("Hồ sơ thủ tục")
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("_rels/.rels", RELATIONS)
        package.writestr(
            "word/document.xml",
            f'<?xml version="1.0"?><w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
        )


def _paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def words(result: Imported) -> str:
    return (
        f"Importing {result.files} files: {result.drafts} drafts in {result.seconds} s ({result.seconds / max(1, result.files):.2f} s a file), "
        f"first word after {result.first_word_seconds} s, memory {result.memory_settled} MB after {SETTLED} files, "
        f"{result.memory_most} MB at most (× {result.growth})"
    )


def as_json(result: Imported) -> str:
    return json.dumps(asdict(result) | {"growth": result.growth}, indent=1)
