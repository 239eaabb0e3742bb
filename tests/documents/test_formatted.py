"""A text with headings, lists, tables: saved, sealed, shown, compared, found, written without the editor."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from django.utils import translation
from pypdf import PdfReader

from documents import actions, formatted
from documents.citations import cited_in
from documents.comparison import compare
from documents.content import Content, seal
from documents.finding import find, show
from documents.markup_reading import Refused
from documents.models import Kind, Version
from documents.papers import render_version_pdf, stored
from documents.reports import sheet_of
from tenants import clock
from tests.cast import Cast
from tests.documents.library import BIRTH, draft

SignIn = Callable[..., Client]
EDIT = "/tan-hoa/documents/QC.01/versions/1.0/edit/"
TEXT = (
    "<h2>Chương I</h2><p>Tiếp <strong>công</strong> dân theo Nghị định <em>63/2010</em>/NĐ-CP.</p>"
    '<ol start="3"><li>Một</li><li>H<sub>2</sub>O</li></ol>'
    "<table><thead><tr><th>Ngày</th><th>Người tiếp</th></tr></thead><tbody><tr><td>Thứ Ba</td><td>Chủ tịch</td></tr>"
    "<tr><td>Thứ Tư</td><td>Văn phòng</td></tr></tbody></table>"
)
RICH = Content(text=TEXT, rich=("text",))


def regulation(cast: Cast, content: Content = RICH) -> Version:
    return actions.create_document(Kind.REGULATION, "QC.01", "Quy chế tiếp công dân", None, by=cast.ha, content=content)


def saved(version: Version) -> Content:
    version.refresh_from_db()
    return Content.of(version.content)


def entered(client: Client, **changed: str) -> dict[str, str]:
    """What the form of the draft holds, without the editor."""
    page = client.get(EDIT)
    form = page.context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"seen": str(page.context["seen"])}
    return data | changed


# --- kept and sealed -----------------------------------------------------------------------------


def test_what_is_plain_keeps_the_seal_it_had(db: object) -> None:
    assert "rich" not in Content(text="a").as_json()
    assert seal(Content(text="Ký.\n\nGiữ."), code="CS", issue=1, revision=0, title="Chính sách") == (
        "1fc0f56d03c5bd5e6a0991892a855d5cba6810b205d0cc5efaf164d326416265"
    )


def test_whatever_door_it_comes_through_it_is_cleaned(cast: Cast) -> None:
    dirty = replace(RICH, text=f"<script>x</script>{TEXT}<p onclick=x>&nbsp;</p>", rich=("text", "fee"))
    version = regulation(cast, dirty)
    assert (saved(version).text, saved(version).rich) == (TEXT, ("text",))
    actions.edit(version, replace(dirty, text="<p>Chỉ <b>chữ</b><iframe src=x></iframe></p>"), "Quy chế", by=cast.ha)
    assert saved(version).text == "<p>Chỉ <strong>chữ</strong></p>"
    with pytest.raises(Refused):
        actions.edit(version, replace(RICH, text="<div>" * 1000), "Quy chế", by=cast.ha)


def test_what_plain_text_can_say_is_kept_as_plain_text(cast: Cast) -> None:
    version = regulation(cast, Content(text="<p>Một.<br>Hai &amp; ba.</p><p>Bốn.</p>", rich=("text",)))
    assert saved(version) == Content(text="Một.\nHai & ba.\n\nBốn.")


def test_the_same_text_has_the_same_seal(cast: Cast) -> None:
    other = replace(RICH, text=TEXT.replace("<strong>", "<b>").replace("</strong>", "</b>").replace("><", ">\n <"))
    seals = {seal(formatted.cleaned(content), code="A", issue=1, revision=0, title="B") for content in (RICH, other)}
    assert len(seals) == 1


# --- written without the editor ------------------------------------------------------------------


def test_an_untouched_form_changes_nothing(cast: Cast, client_of: SignIn) -> None:
    version = regulation(cast)
    client = client_of(cast.ha)
    assert client.post(EDIT, entered(client)).status_code == 302
    assert saved(version) == RICH
    assert version.history.count() == 1


def test_plain_text_stays_as_it_was_signed_until_somebody_changes_it(cast: Cast, client_of: SignIn) -> None:
    odd = Content(text="  - một\n   - hai <b>\n\n\nba ")
    version = regulation(cast, odd)
    client = client_of(cast.ha)
    client.post(EDIT, entered(client))
    assert saved(version) == odd
    client.post(EDIT, entered(client, text="<p>Một <strong>hai</strong></p>"))
    assert saved(version) == Content(text="<p>Một <strong>hai</strong></p>", rich=("text",))


def test_a_paragraph_is_added_without_tags(cast: Cast, client_of: SignIn) -> None:
    version = regulation(cast)
    client = client_of(cast.ha)
    data = entered(client)
    assert "Tiếp <strong>công</strong> dân" in data["text"]
    client.post(EDIT, data | {"text": data["text"] + "\n\nĐiều cuối: a < b."})
    assert saved(version).text == TEXT + "<p>Điều cuối: a &lt; b.</p>"


@pytest.mark.parametrize(
    "given",
    ["<table><tr><td>" * 1000, "<p>" + "x" * 100_001, "<b>x</b>" * 60_000, "a\x00", "<ul>" * 99],
    ids=["tables", "words", "tags", "sign", "lists"],
)
def test_too_much_comes_back_with_words(cast: Cast, client_of: SignIn, given: str) -> None:
    version = regulation(cast)
    client = client_of(cast.ha)
    answer = client.post(EDIT, entered(client, text=given))
    assert answer.status_code == 200
    assert answer.context["form"].errors["text"]
    assert saved(version) == RICH


@pytest.mark.parametrize("picture", ['<img src="data:image/png;base64,AA==">', "<svg><path/></svg>", "<v:imagedata />"])
def test_pictures_are_left_out_and_whoever_saves_is_told(cast: Cast, client_of: SignIn, picture: str) -> None:
    version = regulation(cast)
    client = client_of(cast.ha)
    page = client.post(EDIT, entered(client, text=f"{TEXT}<p>Sơ đồ {picture}</p>"), follow=True)
    assert saved(version).text == TEXT + "<p>Sơ đồ</p>"
    assert [message.level_tag for message in page.context["messages"]] == ["success", "warning"]
    page = client.post(EDIT, entered(client, text=f"{TEXT}<p>Sơ đồ img, 5 <svg 7</p>"), follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["success"]


def test_five_megabytes_are_refused_as_a_page(cast: Cast, client_of: SignIn) -> None:
    regulation(cast)
    client = client_of(cast.ha)
    assert client.post(EDIT, entered(client, text="x" * 5_500_000)).status_code in (400, 413)


def test_somebody_was_faster(cast: Cast, client_of: SignIn) -> None:
    version = regulation(cast)
    client = client_of(cast.ha)
    data = entered(client)
    actions.edit(version, replace(RICH, text=TEXT.replace("Một", "Mười")), version.title, by=cast.khanh)
    answer = client.post(EDIT, data | {"title": "Quy chế mới"})
    assert answer.status_code == 409
    assert "<li>Mười</li>" in answer.context["form"]["text"].value()


# --- shown, printed, found, compared -------------------------------------------------------------


def test_the_sheet_has_headings_below_its_own_and_heads_with_a_scope(cast: Cast, client_of: SignIn) -> None:
    version = regulation(cast)
    drawn = sheet_of(version).written["text"]
    assert '<h3 id="text-1">Chương I</h3>' in drawn
    assert [(one.anchor, one.title) for one in sheet_of(version).headings][2:] == [("text-1", "Chương I")]
    assert '<th scope="col">Ngày</th>' in drawn
    assert '<ol start="3">' in drawn
    assert drawn in client_of(cast.ha).get("/tan-hoa/documents/QC.01/versions/1.0/").content.decode()


def test_tables_have_a_name_each(cast: Cast) -> None:
    table = "<table><tbody><tr><td>x</td></tr></tbody></table>"
    drawn = "".join(formatted.on_paper(Content(purpose=table, scope=table * 2, rich=("purpose", "scope"))).values())
    assert drawn.count("<table>") == len(set(re.findall(r'aria-label="([^"]+)"', drawn))) == 3


def test_what_was_stored_past_the_door_shows_no_foreign_tag(cast: Cast) -> None:
    bad = Content(text='<script>alert(1)</script><p onclick="x">y</p><a href="javascript:x">z</a>', rich=("text",))
    assert formatted.shown(bad, "text") == "<p>alert(1)</p><p>y</p><p>z</p>"


def test_the_paper_has_real_headings_lists_and_tables(cast: Cast) -> None:
    version = actions.submit(regulation(cast), by=cast.ha)
    version = actions.approve(actions.review(version, by=cast.oanh), by=cast.duc, effective_from=clock.today())
    assert render_version_pdf(cast.agency.pk, version.pk)
    version.refresh_from_db()
    reader = PdfReader(io.BytesIO(stored(version)))
    words = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "Tiếp công dân theo Nghị định 63/2010/NĐ-CP." in words
    kinds = roles(reader)
    assert {"H3", "L", "LI", "Table", "TH", "TD"} <= kinds


def roles(reader: PdfReader) -> set[str]:
    """The roles of the structure tree."""
    found: set[str] = set()
    waiting = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if not isinstance(node, dict):
            waiting += [one for one in node if not isinstance(one, int)] if isinstance(node, list) else []
            continue
        found.add(str(node.get("/S", "")).lstrip("/"))
        kids = node.get("/K", [])
        waiting += [kid for kid in (kids if isinstance(kids, list) else [kids]) if not isinstance(kid, int)]
    return found


@pytest.mark.parametrize("typed", ["tiếp công dân", '"h2o"', "chu tich", '"thứ ba chủ tịch"', "63/2010/nđ-cp"])
def test_search_reads_words_and_no_tags(cast: Cast, typed: str) -> None:
    regulation(cast)
    found = find(cast.ha, typed)
    [hit] = show(found, found.versions)
    assert "<" not in "".join(piece.text for piece in hit.pieces)


@pytest.mark.parametrize("typed", ["strong", "thead", "rich", "text"])
def test_search_finds_no_names_of_tags(cast: Cast, typed: str) -> None:
    regulation(cast)
    assert find(cast.ha, typed).versions == []


def test_a_legal_text_is_found_though_its_number_is_half_in_italics(cast: Cast) -> None:
    assert cited_in(RICH.as_json()) == {"63-2010-nd-cp": "63/2010/NĐ-CP"}


def said(cast: Cast, before: Content, after: Content) -> list[str]:
    version = regulation(cast, before)
    other = Version(document=version.document, issue=1, revision=1, title=version.title, content=after.as_json())
    other.agency = version.agency
    with translation.override("en"):
        return compare(version, other).phrases


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ("Tiếp <strong>công</strong> dân", "Tiếp công dân", ["formatting of 1 paragraph changed"]),
        ("<h2>Chương I</h2>", "<h3>Chương I</h3>", ["formatting of 1 paragraph changed"]),
        ("Chủ tịch", "Phó Chủ tịch", ["1 paragraph changed"]),
        ("<tr><td>Thứ Ba</td><td>Chủ tịch</td></tr>", "", ["1 paragraph removed"]),
        ("<li>Một</li>", "<li>Một</li><li>Hai</li>", ["1 paragraph added"]),
    ],
)
def test_a_comparison_goes_by_paragraphs_items_and_rows(cast: Cast, was: str, now: str, expected: list[str]) -> None:
    assert said(cast, RICH, replace(RICH, text=TEXT.replace(was, now))) == expected


def test_plain_text_made_paragraphs_is_no_change(cast: Cast) -> None:
    plain = Content(text="Một.\nHai.\n\nBa.")
    rich = Content(text="<p>Một.<br>Hai.</p><p><strong>Ba.</strong></p>", rich=("text",))
    assert said(cast, plain, rich) == ["formatting of 1 paragraph changed"]


def test_parts_of_a_procedure_are_formatted_each_for_itself(cast: Cast) -> None:
    version = draft(cast)
    given = {"purpose": "<p><em>Thống nhất</em> cách làm.</p>", "scope": "Mọi đơn vị.", "definitions": ""}
    content = formatted.with_parts(BIRTH, given)
    assert content.rich == ("purpose",)
    version = actions.edit(version, content, version.title, by=cast.ha)
    assert sheet_of(version).written["purpose"] == "<p><em>Thống nhất</em> cách làm.</p>"
