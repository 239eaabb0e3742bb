"""Two versions compared: on the page, on paper, and where somebody reads or signs."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pypdf import PdfReader

from documents import actions, differences
from documents.comparison import compare, known_to, predecessor
from documents.content import Component, Content, Step, Time, TimeUnit, Who
from documents.excerpts import LINES_SHOWN
from documents.models import Kind, Version
from tenants import clock
from tests.cast import Cast
from tests.documents.library import BIRTH, approved, draft, next_draft, signed_again, submitted

BASE = "/tan-hoa/documents/QT.TP.01/"
PAGE = BASE + "versions/1.1/compare/1.0/"
SignIn = Callable[..., Client]

CHANGED = replace(
    BIRTH,
    purpose="Thống nhất cách tiếp nhận, thẩm tra, ký số và trả kết quả đăng ký khai sinh.",
    components=(*BIRTH.components, Component("Bản sao căn cước", originals=0, copies=1)),
    limit=Time(Decimal(3), TimeUnit.WORKING_DAY),
    steps=(
        BIRTH.steps[0],
        Step("Phân công thụ lý", Who.ROLE, "unit_head", "Phụ trách Tư pháp", Time(Decimal(1), TimeUnit.HOUR)),
        replace(BIRTH.steps[1], norm=Time(Decimal(6), TimeUnit.HOUR)),
        BIRTH.steps[2],
    ),
    records=(),
)


def revised(cast: Cast, content: Content = CHANGED) -> Version:
    """01/01, a draft that says `content`, of a document in force as 01/00."""
    version = next_draft(cast, approved(cast))
    return actions.edit(version, content, version.title, by=cast.ha)


def test_the_summary_says_what_changed(cast: Cast) -> None:
    version = revised(cast)
    base = predecessor(version)
    assert base is not None
    assert base.number == "01/00"
    with translation.override("en"):
        found = compare(base, version)
        assert found.phrases == [
            "“Purpose” changed",
            "1 paper added",
            "time limit within the day; received from 15:00 on: the next working day → 3 working days",
            "1 step changed",
            "1 step added",
            "all steps together 4 h 30 min → 8 h 30 min",
            "1 record kept removed",
        ]
        assert found.summary.startswith("“Purpose” changed, 1 paper added")
        assert [part.title for part in found.changed][:2] == ["Purpose", "Dossier components"]
        assert "Scope" in found.unchanged


def test_a_version_does_not_differ_from_itself(cast: Cast) -> None:
    version = approved(cast)
    found = compare(version, version)
    assert found.changed == []
    assert found.phrases == []


def test_it_reads_both_ways(cast: Cast) -> None:
    version = revised(cast)
    base = predecessor(version)
    assert base is not None
    there, back = compare(base, version), compare(version, base)
    assert [part.title for part in there.changed] == [part.title for part in back.changed]


@pytest.mark.parametrize("view", ["", "?view=side", "?all=1", "?view=side&all=1"])
def test_the_page_shows_it_in_every_view(cast: Cast, client_of: SignIn, view: str) -> None:
    revised(cast)
    answer = client_of(cast.tuan).get(PAGE + view)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert re.search(r"<ins><span class=\"unseen\">[^<]+ </span>số</ins>", html)
    assert "Phân công thụ lý" in html
    assert "Bản sao căn cước" in html
    assert ("Miễn lệ phí" in html) == ("all" in view)
    assert html.count("<h1>") == 1
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_every_way_leads_there(cast: Cast, client_of: SignIn) -> None:
    revised(cast)
    client = client_of(cast.tuan)
    assert f'href="{PAGE}"' in client.get(BASE + "versions/1.1/").content.decode()
    assert f'href="{BASE}compare/"' in client.get(BASE).content.decode()
    assert client.get(BASE + "compare/?before=1.0&after=1.1")["Location"] == PAGE
    for wrong in ("?before=1.0&after=1.0", "?before=9.9&after=1.0", "?before=%00&after=x", "?before=1.0"):
        answer = client.get(BASE + "compare/" + wrong)
        assert answer.status_code == 200
        assert 'class="errors"' in answer.content.decode()


def test_one_version_alone_cannot_be_compared(cast: Cast, client_of: SignIn) -> None:
    draft(cast)
    assert 'class="empty"' in client_of(cast.ha).get(BASE + "compare/").content.decode()
    assert client_of(cast.ha).get(BASE + "versions/1.0/compare/1.1/").status_code == 404


def test_the_paper_says_the_same(cast: Cast, client_of: SignIn) -> None:
    revised(cast)
    answer = client_of(cast.tuan).get(PAGE[:-1] + ".pdf")
    assert answer["Content-Type"] == "application/pdf"
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split())
    for words in (
        "BẢNG SO SÁNH",
        "UBND XÃ TÂN HÒA",
        "QT.TP.01",
        "01/00",
        "01/01",
        "Phân công thụ lý",
        "Bản sao căn cước",
    ):
        assert words in text


def test_the_signers_see_what_they_sign(cast: Cast, client_of: SignIn) -> None:
    actions.submit(revised(cast), by=cast.ha)
    html = client_of(cast.oanh).get(BASE + "versions/1.1/review/").content.decode()
    assert "<ins>" in html
    assert "Phân công thụ lý" in html
    assert f"{PAGE}?view=side" in html


def test_the_reader_sees_what_changed_since_they_last_read(cast: Cast, client_of: SignIn) -> None:
    first = approved(cast)
    actions.acknowledge(first, by=cast.tuan)
    second = next_draft(cast, first)
    second = actions.edit(second, CHANGED, second.title, by=cast.ha)
    second = actions.approve(
        actions.review(actions.submit(second, by=cast.ha), by=cast.oanh), by=cast.duc, effective_from=clock.today()
    )
    third = signed_again(cast, second)
    assert known_to(third, cast.tuan) == first
    assert known_to(third, cast.mai) == second
    assert known_to(third, cast.oanh) == second
    read = client_of(cast.tuan).get(BASE + "versions/1.2/acknowledge/").content.decode()
    assert "<ins>" in read
    assert BASE + "versions/1.2/compare/1.0/" in read
    assert "<ins>" not in client_of(cast.mai).get(BASE + "versions/1.2/acknowledge/").content.decode()


def test_the_first_version_has_nothing_to_be_compared_with(cast: Cast, client_of: SignIn) -> None:
    submitted(cast)
    html = client_of(cast.oanh).get(BASE + "versions/1.0/review/").content.decode()
    assert 'id="changes"' not in html


def test_hostile_text_is_compared_as_text(cast: Cast, client_of: SignIn) -> None:
    revised(cast, replace(CHANGED, purpose="<script>alert(1)</script> & <b>", fee='"><img src=x onerror=alert(1)>'))
    for view in ("", "?view=side"):
        html = client_of(cast.ha).get(PAGE + view).content.decode()
        assert "<script>alert" not in html
        assert "<img" not in html
        assert "&lt;script&gt;" in html


def test_the_number_of_queries_does_not_grow_with_the_rows(cast: Cast, client_of: SignIn) -> None:
    version, client = revised(cast), client_of(cast.tuan)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    more = replace(CHANGED, components=tuple(Component(f"Giấy tờ số {n}") for n in range(60)))
    actions.edit(version, more, version.title, by=cast.ha)
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)
    assert len(many) == len(few)


# --- very long texts ------------------------------------------------------------------------------


def long_texts(cast: Cast, before: list[str], after: list[str]) -> Version:
    """01/01 of a regulation, a draft; the one in force says `before`."""
    version = actions.create_document(
        Kind.REGULATION, "QC.VP.01", "Nội quy", cast.ha.unit, by=cast.ha, content=Content(text="\n".join(before))
    )
    version = actions.review(actions.submit(version, by=cast.ha), by=cast.oanh)
    version = actions.approve(version, by=cast.duc, effective_from=clock.today())
    return actions.edit(next_draft(cast, version), Content(text="\n".join(after)), "Nội quy", by=cast.ha)


REGULATION = "/tan-hoa/documents/QC.VP.01/versions/1.1/"


def test_a_long_comparison_is_shown_in_portions_that_hold_every_change_once(cast: Cast, client_of: SignIn) -> None:
    version = long_texts(cast, [f"Dòng cũ thứ {n}" for n in range(700)], [f"Dòng {n} viết lại hẳn" for n in range(700)])
    client, found, start = client_of(cast.tuan), [], 1
    while start:
        html = client.get(f"{REGULATION}compare/1.0/?from={start}").content.decode()
        assert len(re.findall(r'class="line ', html)) <= LINES_SHOWN
        found += re.findall(r"Dòng cũ thứ \d+|Dòng \d+ viết lại hẳn", re.sub(r"<[^>]+>", "", html))
        start = max((int(line) for line in re.findall(r"\?from=(\d+)\"", html) if int(line) > start), default=0)
    assert len(found) == len(set(found))
    base = predecessor(version)
    assert base is not None
    assert compare(base, version).shown().total >= 1400
    assert {f"Dòng cũ thứ {n}" for n in range(700)} <= set(found)
    assert {f"Dòng {n} viết lại hẳn" for n in range(700)} <= set(found)


def test_who_signs_a_long_text_is_told_how_much_they_do_not_see_here(cast: Cast, client_of: SignIn) -> None:
    version = long_texts(cast, ["x"], [f"Dòng {n}" for n in range(700)])
    actions.submit(version, by=cast.ha)
    html = client_of(cast.oanh).get(REGULATION + "review/").content.decode()
    assert "compare/1.0/?from=301" in html
    assert "Dòng 290" in html
    assert "Dòng 690" not in html


def test_the_paper_of_a_long_comparison_is_a_portion_and_says_so(cast: Cast, client_of: SignIn) -> None:
    long_texts(cast, ["x"], [f"Dòng {n}" for n in range(700)])
    answer = client_of(cast.tuan).get(REGULATION + "compare/1.0.pdf?from=601")
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split())
    assert "Dòng 690" in text
    assert "Dòng 500 " not in text
    assert "601" in text
    assert "701" in text


def test_a_line_too_long_for_paper_is_refused_in_words(cast: Cast, client_of: SignIn) -> None:
    long_texts(cast, ["x"], ["từ " * 40_000])
    assert client_of(cast.tuan).get(REGULATION + "compare/1.0/").status_code == 200
    assert client_of(cast.tuan).get(REGULATION + "compare/1.0.pdf?from=2").status_code == 409


def test_what_is_too_much_is_not_compared_and_never_called_the_same(cast: Cast, client_of: SignIn) -> None:
    before = [f"Dòng {n}" for n in range(5000)]
    version = long_texts(cast, before, [*before[:10], "Thêm", *before[10:-1], "Cuối"])
    base = predecessor(version)
    assert base is not None
    with translation.override("en"):
        found = compare(base, version)
        assert found.phrases == ["“Content” is too long to be compared whole", "1 paragraph added"]
    assert found.changed[0].left > 3000
    html = client_of(cast.tuan).get(REGULATION + "compare/1.0/").content.decode()
    assert "Thêm" in html
    assert "<strong>" in html.split('id="changes"')[1].split("</h3>")[1][:60]


def test_a_change_at_the_end_of_a_very_long_text_is_found(cast: Cast) -> None:
    before = [f"Dòng {n}" for n in range(5000)]
    version = long_texts(cast, before, [*before[:-1], "Dòng cuối khác"])
    base = predecessor(version)
    assert base is not None
    [part] = compare(base, version).changed
    assert part.left == 0
    assert part.lines(whole=False)[0].skipped == 4998
    assert any("khác" in str(line.inline) for line in part.lines(whole=False))


def test_the_work_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of rows that were all changed and shuffled, each is held against a few others, not against all."""
    chance, share, held = random.Random(1), differences._share, []
    monkeypatch.setattr(differences, "_share", lambda old, new: held.append(1) or share(old, new))
    before = [(" ".join(f"từ{chance.randrange(200)}" for _ in range(30)),) for _ in range(1000)]
    after = [(f"{row[0]} sửa",) for row in before]
    chance.shuffle(after)
    rows = differences.compare_rows(before, after)
    assert {(row.before, row.after) for row in rows} >= {(1, after.index((f"{before[0][0]} sửa",)) + 1)}
    assert 1000 <= len(held) <= 1000 * differences.CANDIDATES
