"""How an audit is brought to where a test needs it: by the deeds, step by step."""

from __future__ import annotations

import datetime as dt
from typing import Any

from audits import actions
from audits.models import Answer, Audit, Question
from documents.models import Clause
from tests.cast import Cast

DAY = dt.date(2026, 11, 25)
CLAUSES = ("7.3", "7.5.3", "8.1", "8.5.1")


def clauses(*numbers: str) -> list[Clause]:
    return list(Clause.objects.filter(edition__is_default=True, assessable=True, number__in=numbers or CLAUSES))


def in_force_clauses() -> int:
    """How many clauses the default edition has."""
    return Clause.objects.filter(edition__is_default=True, assessable=True).count()


def justice(cast: Cast) -> Any:
    """The unit audited: Tư pháp – Hộ tịch of Tân Hòa, headed by Thành."""
    return cast.units["tan-hoa/Tư pháp – Hộ tịch"]


def planned(cast: Cast, **changes: Any) -> Audit:
    """Planned by the ISO secretary; Mai leads, Bảo is in the team."""
    values = {
        "unit": justice(cast),
        "title": "Đánh giá nội bộ đợt 1 năm 2026",
        "planned_on": DAY,
        "lead": cast.mai,
        "team": [cast.bao],
        "clauses": clauses(),
        "by": cast.khanh,
    }
    return actions.plan(**(values | changes))


def begun(cast: Cast, **changes: Any) -> Audit:
    return actions.begin(planned(cast, **changes), by=cast.mai)


def question(audit: Audit, number: str) -> Question:
    return audit.questions.get(clause__number=number)


def answered(cast: Cast, **changes: Any) -> Audit:
    """Everything answered, 7.5.3 as a minor nonconformity with its finding."""
    audit = begun(cast, **changes)
    for number in ("7.3", "8.1", "8.5.1"):
        actions.answer(question(audit, number), Answer.CONFORMING, f"Đã xem {number}", by=cast.bao)
    asked = question(audit, "7.5.3")
    actions.answer(asked, Answer.MINOR, "Bản in 02/00 còn ở quầy 2", by=cast.mai)
    actions.find(
        audit,
        asked.clause,
        Answer.MINOR,
        "Bản hết hiệu lực còn dùng",
        "Bản in 02/00 ở quầy 2",
        by=cast.mai,
        question=asked,
    )
    return audit


def closed(cast: Cast, **changes: Any) -> Audit:
    return actions.close(answered(cast, **changes), "Cơ bản phù hợp.\nCòn một điểm không phù hợp nhẹ.", by=cast.mai)
