"""The sample's legal texts: one replaced months ago, so an update is late; one that will be replaced next year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from documents import law
from documents.law_models import LegalKind
from documents.law_sweep import open_updates
from qms.sample.office import Office
from tenants.models import Role

DECREE = {"kind": LegalKind.DECREE, "issuer": "Chính phủ"}
LAW = {"kind": LegalKind.LAW, "issuer": "Quốc hội"}
SHARED = [
    LAW | {"number": "60/2014/QH13", "title": "Luật Hộ tịch", "effective_from": dt.date(2016, 1, 1)},
    LAW | {"number": "03/2026/QH16", "title": "Luật Hộ tịch", "effective_from": dt.date(2027, 3, 1), "replaces": ["60/2014/QH13"]},
    DECREE | {"number": "123/2015/NĐ-CP", "title": "Quy định chi tiết Luật Hộ tịch", "effective_from": dt.date(2016, 1, 1)},
    DECREE | {"number": "175/2024/NĐ-CP", "title": "Quản lý hoạt động xây dựng", "effective_from": dt.date(2024, 12, 30)},
    DECREE
    | {"number": "217/2026/NĐ-CP", "title": "Cấp giấy phép xây dựng", "effective_from": dt.date(2026, 7, 1), "replaces": ["175/2024/NĐ-CP"]},
]  # fmt: skip
OWN = {
    "number": "05/2026/QĐ-UBND", "kind": LegalKind.DECISION, "issuer": "UBND xã Tân Hòa", "title": "Quy chế làm việc của UBND xã",
    "effective_from": dt.date(2026, 1, 15),
}  # fmt: skip


def record_laws(lead: Office, home: Office, others: Iterable[Office]) -> None:
    """The lead department fills the register, the commune adds its own text, every agency finds what it must update."""
    with lead.agency.active():
        for facts in SHARED:
            law.record_text(shared=True, by=lead.one(Role.OVERSEER), **facts)
    with home.agency.active():
        law.record_text(shared=False, by=home.one(Role.ISO_SECRETARY), **OWN)
    for office in others:
        with office.agency.active():
            open_updates(office.agency, by=office.agency.clock())
