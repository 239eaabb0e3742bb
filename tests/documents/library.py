"""Documents of the tests, brought into every state by legal deeds."""

from __future__ import annotations

import datetime as dt
import re
from copy import copy
from decimal import Decimal

from documents import actions
from documents.content import Component, Content, Form, LegalBasis, RecordKept, Step, Time, TimeUnit, Who
from documents.models import Document, Kind, Version
from tenants import clock
from tests.cast import Cast

BIRTH = Content(
    purpose="Thống nhất cách tiếp nhận, thẩm tra, ký và trả kết quả đăng ký khai sinh.",
    scope="Áp dụng cho Bộ phận Một cửa, công chức Tư pháp – Hộ tịch và lãnh đạo UBND xã.",
    references=("TCVN ISO 9001:2015, điều khoản 8.1, 8.2, 8.5, 8.6",),
    definitions="UBND: Ủy ban nhân dân. TTHC: thủ tục hành chính.",
    services=("1.001193",),
    legal_bases=(LegalBasis("60/2014/QH13", "Luật Hộ tịch"), LegalBasis("123/2015/NĐ-CP")),
    components=(Component("Tờ khai đăng ký khai sinh"), Component("Giấy chứng sinh", originals=1)),
    limit=Time(Decimal(1), TimeUnit.WORKING_DAY, same_day=True),
    place="Trung tâm Phục vụ hành chính công xã Tân Hòa, quầy 2.",
    fee="Miễn lệ phí đăng ký đúng hạn.",
    result="Giấy khai sinh",
    steps=(
        Step("Kiểm tra, tiếp nhận, số hóa", Who.ROLE, "receptionist", "Công chức Một cửa", Time(Decimal("0.5"), TimeUnit.HOUR), "Mẫu 01"),
        Step("Thẩm tra, dự thảo Giấy khai sinh", Who.ROLE, "officer", "Công chức Hộ tịch", Time(Decimal(3), TimeUnit.HOUR), "BM.TP.01.01"),
        Step("Ký Giấy khai sinh", Who.ROLE, "agency_head", "Lãnh đạo UBND xã", Time(Decimal(1), TimeUnit.HOUR), "Giấy khai sinh"),
    ),
    forms=(Form("BM.TP.01.01", "Phiếu thẩm tra hồ sơ"),),
    records=(RecordKept("Sổ đăng ký khai sinh", "Tư pháp – Hộ tịch", "Vĩnh viễn"),),
)  # fmt: skip


def draft(cast: Cast, code: str = "QT.TP.01", title: str = "Đăng ký khai sinh", content: Content = BIRTH) -> Version:
    unit = cast.units["tan-hoa/Tư pháp – Hộ tịch"]
    return actions.create_document(Kind.OPERATIONAL_PROCEDURE, code, title, unit, by=cast.ha, content=content)


def submitted(cast: Cast, **words: str) -> Version:
    return actions.submit(draft(cast, **words), by=cast.ha)


def reviewed(cast: Cast, **words: str) -> Version:
    return actions.review(submitted(cast, **words), by=cast.oanh)


def approved(cast: Cast, on: dt.date | None = None, **words: str) -> Version:
    """Signed by all three; in force at once, or on the day `on`."""
    return actions.approve(reviewed(cast, **words), by=cast.duc, effective_from=on or clock.today())


def next_draft(cast: Cast, version: Version, *, new_issue: bool = False) -> Version:
    return actions.begin_draft(
        version.document,
        by=cast.khanh,
        drafter=cast.ha,
        new_issue=new_issue,
        reason="YC-2026-11, công chức Hộ tịch",
        parts="5.7",
        summary="Bớt một giờ",
    )


def signed_again(cast: Cast, version: Version, on: dt.date | None = None) -> Version:
    """The next version, signed by all three."""
    version = actions.submit(next_draft(cast, version), by=cast.ha)
    version = actions.review(version, by=cast.oanh)
    return actions.approve(version, by=cast.duc, effective_from=on or clock.today())


def forged(version: Version) -> Version:
    """The same row put in behind our back under another code: the code is part of the seal."""
    document, row = copy(version.document), copy(version)
    document.pk = row.pk = None
    document.code, row.document, row.pdf = "QT.TP.99", document, None
    Document.objects.bulk_create([document])
    Version.objects.bulk_create([row])
    return Version.objects.get(pk=row.pk)


def as_shown(html: str) -> dict[str, str]:
    """The entries of the page's main form as a browser would send them back untouched (ticks and choices: the chosen)."""
    form = max(re.findall(r"<form.*?</form>", html, re.DOTALL), key=len)
    shown: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        entry = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" in entry and entry.get("type") not in ("checkbox", "radio", "submit", "file"):
            shown[entry["name"]] = entry.get("value", "")
    for name, choices in re.findall(r'<select[^>]*name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', choices) or re.search(r'value="([^"]*)"', choices)
        shown[name] = chosen[1] if chosen else ""
    return shown
