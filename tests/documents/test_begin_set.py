"""Drafts from the framework set: codes by the agency's patterns, nothing twice, nothing overwritten."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.db.transaction import atomic
from django.test import Client
from django.utils import translation

from documents import actions, codes, set_actions
from documents.clauses import note_clause
from documents.content import Content
from documents.models import Clause, Document, FrameworkChoice, Kind, ServedClause, Version
from documents.set_matching import items_of
from documents.set_reader import the_set
from tenants.models import JournalEntry, Member
from tenants.transitions import NotAllowed, NotPossible
from tests import cast as the_cast
from tests.cast import Cast
from tests.documents.test_two_at_once import at_once

Door = Callable[[Member], Client]
ALL = list(the_set().templates)


def code_of(key: str) -> str:
    return Document.objects.get(framework_items__item=key).code


def test_one_press_begins_the_whole_set_as_drafts_of_who_pressed(cast: Cast) -> None:
    begun = set_actions.begin(ALL, by=cast.khanh)
    assert len(begun) == len(ALL) == Document.objects.count()
    assert {(version.state, version.number, version.drafted_by) for version in begun} == {
        ("draft", "01/00", cast.khanh)
    }
    assert [code_of(key) for key in ("quality-policy", "internal-audit", "audit-programme", "corrective-action")] == [
        "CSCL.01", "QT.HT.03", "BM.HT.03.01", "BM.HT.04.01",
    ]  # fmt: skip
    audit = Content.of(Version.objects.get(document__code="QT.HT.03").content)
    assert audit.forms[0].code == "BM.HT.03.01"
    assert "(QT.HT.04)" in audit.references[2]
    assert audit.steps[0].form == "BM.HT.03.01 Chương trình đánh giá nội bộ năm"
    assert audit.steps[0].who_words == "Thư ký ISO"
    served = ServedClause.objects.filter(document__code="QT.HT.06").values_list("clause__number", flat=True)
    assert set(served) == {"5.1.2", "8.2.1", "8.5.3", "9.1.2", "9.1.3"}
    lines = JournalEntry.objects.filter(verb="began_from_set")
    assert (lines.count(), {line.by_id for line in lines}) == (len(ALL), {cast.khanh.pk})


def test_who_begins_the_manual_is_led_to_say_why_clauses_do_not_apply(cast: Cast, client_of: Door) -> None:
    khanh, preview = client_of(cast.khanh), "/tan-hoa/framework-set/quality-manual/"
    left = list(Clause.objects.filter(edition__is_default=True, number__in=["7.1.5", "8.3"]).order_by("position"))
    notes = [f"{clause.get_absolute_url()}note/" for clause in left]
    assert all(note in khanh.get(preview).content.decode() for note in notes)
    answer = khanh.post("/tan-hoa/framework-set/", {"items": ["quality-manual"]}, follow=True)
    assert "7.1.5, 8.3" in answer.content.decode()
    served = ServedClause.objects.filter(document__code=code_of("quality-manual"))
    assert not served.filter(clause__number__startswith="8.3").exists()
    assert not served.filter(clause__number="7.1.5").exists()
    for clause in left:
        note_clause(clause, applies=False, words="Pháp luật quy định", by=cast.khanh)
    assert not any(note in khanh.get(preview).content.decode() for note in notes)


def test_pressing_again_begins_nothing(cast: Cast) -> None:
    set_actions.begin(ALL, by=cast.khanh)
    assert set_actions.begin(ALL, by=cast.nhung) == []
    assert Document.objects.count() == len(ALL)


def test_some_are_begun_now_and_the_rest_later(cast: Cast) -> None:
    titles = {version.title for version in set_actions.begin(["satisfaction"], by=cast.khanh)}
    assert titles == {
        "Tiếp nhận phản ánh, khiếu nại và đo lường sự hài lòng", "Phiếu khảo sát sự hài lòng", "Bảng tổng hợp sự hài lòng",
        "Sổ theo dõi góp ý, phản ánh, khiếu nại",
    }  # fmt: skip
    assert set_actions.begin(["survey"], by=cast.khanh) == []
    assert len(set_actions.begin(ALL, by=cast.khanh)) == len(ALL) - 4
    assert code_of("documented-information") == "QT.HT.02"


def test_a_form_alone_brings_nothing_without_its_procedure(cast: Cast) -> None:
    assert set_actions.begin(["survey"], by=cast.khanh) == []


def test_what_the_agency_has_is_left_as_it_is_with_its_own_forms(cast: Cast) -> None:
    own = actions.create_document(Kind.SYSTEM_PROCEDURE, "QT-07", "Quy trình đánh giá nội bộ", None, by=cast.ha)
    begun = set_actions.begin(ALL, by=cast.khanh)
    assert not {"Đánh giá nội bộ", "Chương trình đánh giá nội bộ năm"} & {version.title for version in begun}
    item = next(item for item in items_of(cast.agency) if item.key == "internal-audit")
    assert (item.document, item.choice) == (own.document, None)
    own.refresh_from_db()
    assert own.title == "Quy trình đánh giá nội bộ"


def test_codes_follow_the_agencys_own_patterns(cast: Cast) -> None:
    patterns = {"system_procedure": "QTHT-{nn}", "form": "BM-{field}-{nn}", "policy": "CS-{nnn}"}
    codes.set_patterns(patterns, by=cast.khanh)
    actions.create_document(Kind.SYSTEM_PROCEDURE, "QTHT-05", "Quản lý văn bản đến", None, by=cast.ha)
    set_actions.begin(["quality-policy", "risk-opportunity"], by=cast.khanh)
    assert [code_of(key) for key in ("quality-policy", "risk-opportunity", "risk-plan")] == [
        "CS-001",
        "QTHT-06",
        "BM-06-03",
    ]


def test_only_who_keeps_the_documents_begins_and_only_in_their_agency(cast: Cast) -> None:
    for member in (cast.ha, cast.duc, cast.mai):
        with pytest.raises(NotAllowed):
            set_actions.begin(ALL, by=member)
    with pytest.raises(NotAllowed):
        set_actions.begin(ALL, by=cast.yen)
    assert Document.objects.count() == 0


def test_of_two_who_press_at_once_one_begins(committed: None) -> None:
    cast = the_cast.build()

    def press(member: Member) -> Callable[[], object]:
        def deed() -> object:
            with cast.agency.active():
                return len(set_actions.begin(["quality-policy", "risk-opportunity"], by=member))

        return deed

    assert sorted(at_once(press(cast.khanh), press(cast.nhung)), key=str) == [0, 6]
    with cast.agency.active():
        assert Document.objects.count() == 6


def test_a_document_of_ours_stands_for_an_item_or_the_item_does_not_apply(cast: Cast) -> None:
    own = actions.create_document(Kind.REGULATION, "QC.01", "Quy chế công khai", None, by=cast.ha).document
    set_actions.name_document("public-posting", own, by=cast.khanh)
    assert set_actions.begin(["public-posting"], by=cast.khanh) == []
    set_actions.exclude("public-posting", by=cast.khanh, reason="Đã có quy chế của huyện")
    assert set_actions.begin(["public-posting"], by=cast.khanh) == []
    set_actions.reopen("public-posting", by=cast.duc)
    assert len(set_actions.begin(["public-posting"], by=cast.khanh)) == 1
    with pytest.raises(NotPossible):
        set_actions.reopen("public-posting", by=cast.khanh)
    verbs = JournalEntry.objects.filter(about_type="documents.frameworkchoice").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["item_named", "item_excluded", "item_reopened"]


def test_what_every_agency_needs_cannot_be_left_out(cast: Cast) -> None:
    with translation.override("en"), pytest.raises(NotPossible, match="cannot be left out"):
        set_actions.exclude("internal-audit", by=cast.khanh, reason="Không cần")
    with pytest.raises(NotPossible):
        set_actions.exclude("public-posting", by=cast.khanh, reason=" ")
    with pytest.raises(NotAllowed):
        set_actions.exclude("public-posting", by=cast.nhung, reason="Không cần")
    with pytest.raises(IntegrityError), atomic():
        FrameworkChoice(item="x").save_base(raw=True)


def test_posting_is_asked_of_communes_only(cast: Cast) -> None:
    assert "public-posting" in {item.key for item in items_of(cast.agency)}
    with cast.dost.active():
        assert "public-posting" not in {item.key for item in items_of(cast.dost)}


def test_the_page_begins_what_is_ticked(cast: Cast, client_of: Door) -> None:
    khanh, address = client_of(cast.khanh), "/tan-hoa/framework-set/"
    assert khanh.get(address).content.decode().count('name="items"') == len(ALL)
    with translation.override("en"):
        rows = [row for group in khanh.get(address).context["groups"] for row in group["rows"]]
    assert {(row.free, row.ticked, row.note) for row in rows} == {(True, True, "")}
    assert khanh.get(f"{address}?item=quality-policy").content.decode().count(" checked>") == 1
    assert khanh.post(address, {}).status_code == 200
    assert khanh.post(address, {"items": ["nothing"]}).status_code == 200
    assert Document.objects.count() == 0
    assert khanh.post(address, {"items": ["quality-policy"]}).status_code == 302
    assert khanh.post(address, {"items": ["quality-policy"]}).status_code == 302
    assert Document.objects.count() == 1
    shown = khanh.get(address).content.decode()
    assert "CSCL.01 Chính sách chất lượng" in shown
    ha = client_of(cast.ha)
    assert 'name="items"' not in ha.get(address).content.decode()
    assert ha.post(address, {"items": ["quality-manual"]}).status_code == 403


def test_the_preview_reads_as_the_draft_will(cast: Cast, client_of: Door) -> None:
    page = client_of(cast.khanh).get("/tan-hoa/framework-set/quality-objectives/").content.decode()
    assert "Tỷ lệ hồ sơ thủ tục hành chính giải quyết trước hạn" in page
    assert "<li>tỷ lệ đúng hạn</li>" in page
    assert client_of(cast.khanh).get("/tan-hoa/framework-set/nothing/").status_code == 404
    for key in ALL:
        assert client_of(cast.khanh).get(f"/tan-hoa/framework-set/{key}/").status_code == 200
    assert Document.objects.count() == 0


def test_a_draft_with_blanks_is_not_submitted(cast: Cast, client_of: Door) -> None:
    version = next(iter(set_actions.begin(["quality-objectives"], by=cast.khanh)))
    with pytest.raises(NotPossible, match="tỷ lệ đúng hạn; tỷ lệ hài lòng"):
        actions.submit(version, by=cast.khanh)
    content = Content.of(version.content)
    version = actions.edit(
        version, Content(text=content.text.replace("[… ", "(").replace("]", ")")), version.title, by=cast.khanh
    )
    assert actions.submit(version, by=cast.khanh).state == "in_review"


def test_the_answer_page_says_what_is_wrong(cast: Cast, client_of: Door) -> None:
    khanh, address = client_of(cast.khanh), "/tan-hoa/framework-set/public-posting/answer/"
    own = actions.create_document(Kind.REGULATION, "QC.01", "Quy chế công khai", None, by=cast.ha).document
    assert khanh.get(address).status_code == 200
    for entered in ({}, {"answer": "ours"}, {"answer": "not_needed", "reason": " "}, {"answer": "back"}):
        assert khanh.post(address, entered).status_code == 200
    assert khanh.post(address, {"answer": "ours", "document": own.pk}).headers["Location"] == "/tan-hoa/readiness/"
    assert FrameworkChoice.objects.get().document == own
    assert khanh.post(address, {"answer": "not_needed", "reason": "Tỉnh làm chung"}).status_code == 302
    assert FrameworkChoice.objects.get().reason == "Tỉnh làm chung"
    assert khanh.post(address, {"answer": "back"}).status_code == 302
    assert not FrameworkChoice.objects.exists()
    strict = "/tan-hoa/framework-set/internal-audit/answer/"
    assert khanh.post(strict, {"answer": "not_needed", "reason": "x"}).status_code == 200
    assert client_of(cast.ha).get(address).status_code == 403


def test_the_command_begins_what_is_missing(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("begin_framework", "--agency", "tan-hoa", "--as", "khanh@example.vn", "--item", "quality-policy")
    call_command("begin_framework", "--agency", "tan-hoa", "--as", "khanh@example.vn")
    assert capsys.readouterr().out.splitlines()[:2] == ["CSCL.01  Chính sách chất lượng", "1 drafts begun."]
    assert Document.objects.count() == len(ALL)
    for wrong in (["--agency", "x", "--as", "khanh@example.vn"], ["--agency", "tan-hoa", "--as", "lan@example.vn"],
                  ["--agency", "tan-hoa", "--as", "ha@example.vn"]):  # fmt: skip
        with pytest.raises(CommandError):
            call_command("begin_framework", *wrong)
