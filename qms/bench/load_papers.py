"""Documents with versions, signatures and seals as the product would have made them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import psycopg

from documents.citations import cited_in
from documents.content import Component, Content, Form, LegalBasis, RecordKept, Step, Time, TimeUnit, seal
from documents.routes import HEAD
from qms.bench.database import copy
from qms.bench.load_people import first_free

SERVICES = 300
SUBJECTS = [
    "Chứng thực bản sao từ bản chính", "Đăng ký khai sinh", "Đăng ký kết hôn", "Xác nhận tình trạng hôn nhân",
    "Cấp giấy phép xây dựng nhà ở riêng lẻ", "Đăng ký biến động đất đai", "Trợ cấp xã hội hằng tháng",
    "Đăng ký hộ kinh doanh", "Hòa giải tranh chấp đất đai", "Giải quyết khiếu nại lần đầu",
]  # fmt: skip
KINDS = [  # of ten documents of an agency
    "operational_procedure", "operational_procedure", "operational_procedure", "operational_procedure", "system_procedure",
    "work_instruction", "form", "form", "decision", "announcement",
]  # fmt: skip
STEPS = [  # as in load_dossiers.sql: name, role, its words, hours
    ("Tiếp nhận hồ sơ, lập phiếu hẹn trả kết quả", "receptionist", "Bộ phận Một cửa", "4"),
    ("Phân công công chức thụ lý", "unit_head", "Trưởng phòng", "2"),
    ("Thẩm định hồ sơ, dự thảo kết quả", "officer", "Công chức chuyên môn", "20"),
    ("Kiểm tra kết quả thẩm định, trình ký", "unit_head", "Trưởng phòng", "6"),
    ("Ký duyệt kết quả", "agency_head", "Chủ tịch UBND", "6"),
    ("Trả kết quả cho công dân", "receptionist", "Bộ phận Một cửa", "0"),
]
TEXT = (
    "Tài liệu này quy định cách thức thực hiện, trách nhiệm của từng vị trí và hồ sơ phải lưu. "
    "Mọi công chức, viên chức của cơ quan thực hiện đúng nội dung đã được ban hành.\n"
) * 6
HELD = 190  # days a version is in force before the next
LONG = 6  # this document of each agency has twenty pages, another in each issue: for the comparison
PARAGRAPH = (
    "Điều {n}. Bộ phận {a} tiếp nhận, kiểm tra và chuyển hồ sơ số {b} trong thời hạn {c} giờ làm việc; trường hợp hồ sơ chưa đầy đủ thì "
    "hướng dẫn bổ sung một lần bằng văn bản, nêu rõ lý do và căn cứ tại khoản {b} Điều {c} của quy định này. Kết quả được ghi vào sổ theo dõi "
    "mẫu {n}/BM, lưu tại bộ phận {a} và đối chiếu vào ngày {c} hằng tháng. "
)
MEANINGS = {
    "drafted": "Tôi soạn nội dung này và chịu trách nhiệm",
    "reviewed": "Tôi đã xem xét",
    "approved": "Tôi phê duyệt",
}


@dataclass(frozen=True)
class Signers:
    """Who signs in an agency: drafter, reviewer, approver."""

    drafted: int
    reviewed: int
    approved: int


@dataclass(frozen=True)
class Paper:
    """One version to be written."""

    agency: int
    document: int
    version: int
    code: str
    title: str
    kind: str
    number: int  # of the document within its agency
    issue: int
    state: str
    held: int  # versions of the document that came into force

    @property
    def begins(self) -> int:
        """Days ago on which it came into force, or would have been signed."""
        return HELD * (self.held - self.issue + 1) if self.issue <= self.held else 15

    @property
    def ends(self) -> int:
        """Days ago of the last day on which a superseded version held: the day before the next."""
        return HELD * (self.held - self.issue) + 1


def load_papers(connection: psycopg.Connection, documents: dict[int, int], *, awaiting: bool = False) -> None:
    """So many documents for each agency id. With `awaiting` each also has a second version that waits for approval."""
    if not awaiting:
        rows = (
            (n, _service(n), f"Thủ tục hành chính số {n}", "", "", "", "", "{}", "[]", "0" * 64, _day(0))
            for n in range(1, SERVICES + 1)
        )
        copy(
            connection,
            "processes_service",
            "id code name field level agencies decision details doubts sha256 imported_at",
            rows,
        )
    papers = list(_papers(connection, documents, awaiting=awaiting))
    signers = {agency: _signers(connection, agency) for agency in documents}
    newest = {paper.document: paper for paper in papers}.values()
    copy(
        connection, "documents_document", "id agency_id kind code title next_review_on",
        ((p.document, p.agency, p.kind, p.code, p.title, _day(-180)) for p in newest),
    )  # fmt: skip
    covering = [paper for paper in newest if paper.kind == "operational_procedure"]
    coverages = ((paper.agency, paper.document, 1 + paper.number % len(SUBJECTS)) for paper in covering)
    copy(connection, "processes_coverage", "agency_id document_id service_id", coverages)
    seals = {paper.version: "" if paper.state == "draft" else _seal(paper) for paper in papers}
    copy(
        connection, "documents_version",
        "id agency_id document_id issue revision title content change_reason change_parts change_summary drafted_by_id"
        " created_at state round sha256 effective_from effective_to stage awaited",
        (
            (
                p.version, p.agency, p.document, p.issue, 0, p.title, _json(p), _reason(p),
                "", "", signers[p.agency].drafted, _day(p.begins + 10), p.state, 1, seals[p.version],
                _day(p.begins) if p.issue <= p.held else None, _day(p.ends) if p.state == "superseded" else None,
                2, list(HEAD) if p.state == "in_approval" else [],
            )
            for p in papers
        ),
    )  # fmt: skip
    copy(
        connection, "documents_signature", "agency_id version_id round role member_id name title capacity meaning sha256 signed_at",
        (
            (p.agency, p.version, 1, role, getattr(signers[p.agency], role), "Nguyễn Văn A", "", "", meaning, seals[p.version], _day(p.begins))
            for p in papers
            for role, meaning in MEANINGS.items()
            if p.state in ("in_force", "superseded") or (p.state == "in_approval" and role != "approved")
        ),
    )  # fmt: skip
    copy(
        connection, "documents_citation", "agency_id version_id code number",
        (
            (p.agency, p.version, code, number)
            for p in papers if p.state in ("in_force", "in_approval")
            for code, number in _cited_in(_content_of(p)).items()
        ),
    )  # fmt: skip


READING = """
    INSERT INTO documents_acknowledgement (agency_id, version_id, member_id, asked_at, read_at)
    SELECT v.agency_id, v.id, m.id, v.created_at, CASE WHEN (v.id * 31 + m.id) % 50 > 0 THEN v.created_at + interval '1 day' END
    FROM documents_version v JOIN tenants_member m ON m.agency_id = v.agency_id AND NOT m.is_clock AND m.id <> v.drafted_by_id
    WHERE v.state = 'in_force'
"""  # everybody was asked to read everything in force; two in a hundred have not yet


def _papers(connection: psycopg.Connection, documents: dict[int, int], *, awaiting: bool) -> Iterator[Paper]:
    document, version = first_free(connection, "documents_document"), first_free(connection, "documents_version")
    for agency, count in documents.items():
        for number in range(count):
            kind = "operational_procedure" if awaiting else KINDS[number % len(KINDS)]
            title = f"{SUBJECTS[number % len(SUBJECTS)]}, quy định số {number + 1}"
            code = f"{'QX' if awaiting else 'QT'}.{document}"
            states = ("in_force", "in_approval") if awaiting else _states(number)
            held = states.index("in_force") + 1
            for issue, state in enumerate(states, 1):
                yield Paper(agency, document, version, code, title, kind, number, issue, state, held)
                version += 1
            document += 1


def _states(number: int) -> tuple[str, ...]:
    """Some four versions of a document: one in six has but one, one in ten is being changed."""
    if number % 20 in (7, 17):
        return ("superseded", "superseded", "superseded", "in_force", "draft" if number % 20 == 7 else "in_approval")
    return ("in_force",) if number % 6 == 5 else ("superseded", "superseded", "superseded", "superseded", "in_force")


def _signers(connection: psycopg.Connection, agency: int) -> Signers:
    """A drafter, a reviewer and an approver of the agency."""
    found = connection.execute(
        "SELECT DISTINCT ON (role) role, id FROM tenants_member, unnest(roles) role WHERE agency_id = %s ORDER BY role, id",
        [agency],
    )
    first: dict[str, int] = dict(found.fetchall())
    return Signers(first["officer"], first["deputy_head"], first["agency_head"])


def _service(number: int) -> str:
    return f"1.{number:06}"


def _day(ago: int) -> dt.date:
    return dt.date.today() - dt.timedelta(days=ago)  # noqa: DTZ011  # bulk data, a day more or less is nothing


@cache
def _content(kind: str, variant: int) -> Content:
    if kind not in {"operational_procedure", "system_procedure"}:
        return Content(text=TEXT)
    subject = SUBJECTS[variant]
    return Content(
        purpose=f"Quy định trình tự, trách nhiệm giải quyết thủ tục {subject.lower()}. {TEXT[:200]}",
        scope="Áp dụng tại các đơn vị, cá nhân có liên quan của cơ quan.",
        references=("TCVN ISO 9001:2015", "Quyết định số 19/2014/QĐ-TTg", "Thông tư số 26/2014/TT-BKHCN"),
        definitions="UBND: Ủy ban nhân dân; TTHC: thủ tục hành chính; HTQLCL: hệ thống quản lý chất lượng.",
        services=(_service(variant + 1),),
        legal_bases=tuple(
            LegalBasis(f"{n}/2020/NĐ-CP", f"Nghị định quy định chi tiết về {subject.lower()}") for n in range(60, 64)
        ),
        components=tuple(
            Component(f"{name} {subject.lower()}") for name in ("Đơn đề nghị", "Bản sao giấy tờ", "Bản vẽ", "Cam kết")
        ),
        limit=Time(Decimal(5), TimeUnit.WORKING_DAY),
        place="Bộ phận Tiếp nhận và Trả kết quả",
        fee="Không",
        result="Giấy chứng nhận hoặc văn bản trả lời",
        steps=tuple(
            Step(name, whom=role, who_words=words, norm=Time(Decimal(hours), TimeUnit.HOUR), form=f"BM.0{place}")
            for place, (name, role, words, hours) in enumerate(STEPS, 1)
        ),
        forms=tuple(Form(f"BM.0{n}", f"Biểu mẫu số {n}") for n in range(1, 7)),
        records=(RecordKept("Hồ sơ giải quyết", "Phòng chuyên môn", "10 năm"),),
    )


@cache
def _twenty_pages(issue: int) -> Content:
    """140 paragraphs of about 70 words. A later issue rewords every fourth, and some are new or gone."""
    paragraphs = []
    for n in range(1, 141):
        changed = issue > 1 and n % 4 == 0
        words = PARAGRAPH.format(n=n, a=n % 9 + changed, b=n * 7 % 31 + issue * changed, c=n * 5 % 23 + 1)
        if issue == 1 or n % 17 != 5:
            paragraphs.append(words)
        if issue > 1 and n % 23 == 7:
            paragraphs.append(f"Đoạn bổ sung số {n}, áp dụng từ lần ban hành {issue}.")
    return Content(text="\n".join(paragraphs))


def _content_of(paper: Paper) -> Content:
    if paper.number == LONG and paper.kind != "operational_procedure":  # dossiers run by the steps of these
        return _twenty_pages(paper.issue)
    return _content(paper.kind, paper.number % len(SUBJECTS))


@cache
def _cited_in(content: Content) -> dict[str, str]:
    return cited_in(content.as_json())


@cache
def _json_of(content: Content) -> str:
    return json.dumps(content.as_json(), ensure_ascii=False)


def _json(paper: Paper) -> str:
    return _json_of(_content_of(paper))


def _seal(paper: Paper) -> str:
    return seal(
        _content_of(paper),
        code=paper.code,
        issue=paper.issue,
        revision=0,
        title=paper.title,
        change_reason=_reason(paper),
    )


def _reason(paper: Paper) -> str:
    return "Rà soát định kỳ" if paper.issue > 1 else ""
