"""The framework set as data: every template is a document that could be signed once its blanks are filled in."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.urls import NoReverseMatch, reverse

from documents.clauses import covers
from documents.content import BLANK, Content, blanks_in, problems
from documents.models import PROCEDURES, Clause
from documents.set_facts import PLACE, facts_of, filled
from documents.set_reader import FOLDER, Template, WrongTemplate, template_of, the_set
from documents.standards import CLAUSES
from tenants.sources import Unreadable
from tests.cast import Cast

SET = the_set().templates
LOOSE = re.compile(r"\[…|\{(doc:|bm:)?[a-z_]+\}")


def without_blanks(content: Content) -> Content:
    """As after an hour of filling in."""
    text = BLANK.sub("95", content.text)
    parts = {
        name: BLANK.sub("95", getattr(content, name)) for name in ("purpose", "scope", "limit_note", "definitions")
    }
    bases = tuple(replace(basis, number=BLANK.sub("95/2026/QH16", basis.number)) for basis in content.legal_bases)
    records = tuple(replace(record, retention=BLANK.sub("95 năm", record.retention)) for record in content.records)
    return replace(content, text=text, legal_bases=bases, records=records, **parts)


@pytest.mark.parametrize("given", SET.values(), ids=list(SET))
def test_every_template_makes_a_draft_that_can_be_submitted_once_it_is_filled_in(cast: Cast, given: Template) -> None:
    codes = {key: f"MA.{number:02}" for number, key in enumerate(SET)}
    content = filled(given, facts_of(cast.agency), codes)
    assert Content.of(content.as_json()) == content
    done = without_blanks(content)
    assert problems(done, kind=given.kind) == []
    assert blanks_in(done) == []
    assert not LOOSE.search(str(done.as_json()))  # no blank, no place for a fact
    assert bool(blanks_in(content)) == bool(problems(content, kind=given.kind))


@pytest.mark.parametrize("given", SET.values(), ids=list(SET))
def test_every_procedure_has_its_seven_parts_and_every_form_it_names_exists(given: Template) -> None:
    if given.kind not in PROCEDURES:
        return
    content = given.content
    assert all(
        [content.purpose, content.scope, content.references, content.definitions, content.legal_bases, content.steps]
    )
    assert content.records
    assert all(record.retention and record.place for record in content.records)
    named = {form.key for form in given.forms if form.key}
    assert named == {form.key for form in the_set().forms_of(given.key)}
    for form in given.forms:
        if form.page:
            try:
                reverse(form.page)
            except NoReverseMatch:
                pytest.fail(f"{given.key}: no page {form.page}")
    for step in content.steps:
        for what, key in PLACE.findall(step.form):
            assert what in {"bm:", "doc:"}
            assert what != "bm:" or key in named or SET[key].kind == "form"


def test_every_clause_is_served_by_a_template(db: None) -> None:
    served = {number for template in SET.values() for number in template.clauses}
    left_out = {number for template in SET.values() for number in template.leaves_out}
    answered = served | left_out
    missing = [
        one.number
        for one in CLAUSES
        if not any(covers(number, one.number) or covers(one.number, number) for number in answered)
    ]
    assert missing == []
    assert left_out == {"7.1.5", "8.3"}
    assert not [number for number in left_out if any(covers(one, number) or covers(number, one) for one in served)]
    known = set(Clause.objects.filter(edition__is_default=True).values_list("number", flat=True))
    assert served <= known


def test_a_decision_has_its_bases_its_issuer_and_the_day_the_register_says() -> None:
    decisions = {key: given.content.text for key, given in SET.items() if given.kind == "decision"}
    assert set(decisions) >= {"steering-committee", "validity-confirmation", "conformity-announcement"}
    for key, text in decisions.items():
        issuer, bases, decides = (
            text.index(words) for words in ("[… thẩm quyền", "Căn cứ [… luật", "QUYẾT ĐỊNH:\n\nĐiều 1.")
        )
        assert issuer < bases < decides, key
        assert "từ ngày được phê duyệt" not in text, key
        assert "từ ngày ghi trên phần mềm là ngày có hiệu lực" in text, key
    assert "Thư ký ISO,\n\nQUYẾT ĐỊNH" not in decisions["steering-committee"]  # which creates that post
    assert "vẫn được áp dụng" in decisions["issue-decision"]


def test_a_denunciation_is_told_apart_before_anything_is_written_down() -> None:
    content = SET["satisfaction"].content
    first, second = content.steps[:2]
    assert "Tố cáo: không ghi" in first.name
    assert "feedback-log" not in first.form
    assert "feedback-log" in second.form
    named = {basis.name for basis in content.legal_bases}
    assert named >= {"Luật Khiếu nại", "Luật Tố cáo", "Luật Tiếp công dân"}
    kept = next(record for record in content.records if "khiếu nại" in record.name)
    assert BLANK.search(kept.retention)


def test_the_twelve_documents_of_the_model_framework_come_first() -> None:
    groups = {group.key: group.items for group in the_set().groups}
    assert [len(groups[key]) for key in ("steering", "policy", "procedures")] == [3, 3, 6]


def test_facts_are_filled_in_and_what_is_not_known_is_a_blank(cast: Cast) -> None:
    facts = facts_of(cast.agency)
    assert facts["agency"] == "UBND xã Tân Hòa"
    assert facts["superior"] == "UBND tỉnh Hòa Giang"
    assert facts["head_named"] == "Trần Văn Đức, Chủ tịch"
    assert facts["committee"].splitlines()[0] == "1. Trần Văn Đức, Chủ tịch: Trưởng ban;"
    assert "Bùi Xuân Thành, Phụ trách Tư pháp: Thành viên" in facts["committee"]
    assert "Phạm Quốc Khánh: Thư ký ISO" in facts["committee"]
    cast.agency.parent, cast.agency.superior_line = None, "ỦY BAN NHÂN DÂN TỈNH HÒA GIANG"
    assert BLANK.search(facts_of(cast.agency)["superior"])  # a line of the letterhead is none of a sentence
    cast.agency.place = ""
    text = filled(SET["quality-manual"], facts_of(cast.agency), {})
    assert blanks_in(text)[:2] == ["cơ quan cấp trên", "địa điểm trụ sở"]
    assert "“Quản lý rủi ro và cơ hội”" in text.text


def test_a_quotation_that_leaves_something_out_is_no_blank() -> None:
    assert blanks_in(Content(text="“Cơ quan […] chịu trách nhiệm”, mục [1], [...]")) == []
    assert blanks_in(Content(text="Từ [… tỷ lệ\n đúng hạn] % trở lên")) == ["tỷ lệ đúng hạn"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- 1", "an object is expected"),
        ("kind: letter\ntitle: x", "kind “letter” is unknown"),
        ("kind: policy", "title is missing"),
        ("kind: policy\ntitle: x\ncolour: red", "unknown colour"),
        ("kind: policy\ntitle: x\ncontent: {purpose: y}", "has a text only"),
        ("kind: policy\ntitle: x\nkeep: perhaps", "perhaps"),
        ("kind: policy\ntitle: x\nasked_of: [village]", "village"),
        ("kind: system_procedure\ntitle: x\ncontent: {steps: [{name: a, role: king}]}", "role “king” is unknown"),
        ("kind: system_procedure\ntitle: x\ncontent: {steps: [{name: a, role: officer, norm: long}]}", "“long”"),
        ("kind: system_procedure\ntitle: x\ncontent: {forms: [{page: audits}]}", "another template"),
        ("kind: system_procedure\ntitle: x\ncontent: {records: [{colour: red}]}", "colour"),
        ("kind: system_procedure\ntitle: x\ncontent: {steps: red}", "must be a list"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_template_is_named_with_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(text)
    with pytest.raises(WrongTemplate) as wrong:
        template_of(file, "policy")
    assert "x.yaml" in str(wrong.value)
    assert said in str(wrong.value)


def test_a_set_that_does_not_hold_together_is_refused(tmp_path: Path) -> None:
    for file in FOLDER.glob("*.yaml"):
        (tmp_path / file.name).write_text(file.read_text())
    (tmp_path / "loose.yaml").write_text("kind: policy\ntitle: x")
    with pytest.raises(WrongTemplate, match="in no group: loose"):
        the_set(tmp_path)
    (tmp_path / "loose.yaml").unlink()
    (tmp_path / "survey.yaml").unlink()
    with pytest.raises(Unreadable):
        the_set(tmp_path)
