"""Formatted texts: written in the editor, pasted from Word, by keyboard alone, and with scripts switched off."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.acting import button, field, say, text_of
from tests.browser.conftest import PHONE, Desk
from tests.browser.looking import nothing_wrong, problems

CODE = "QC.VP.01"
PICTURES = "Pictures are not kept in a text and were left out. Attach them as files, under “Attachments”."
WORD = """<html><head><style>p.MsoNormal {color: red}</style></head><body lang=VI>
<h1 style='text-align:center'>Dán từ Word</h1>
<p class=MsoNormal style='text-align:justify'><b><span style='color:red'>Đậm</span></b>, <span style='font-style:italic'>nghiêng</span><o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>1.<span>&nbsp;&nbsp;</span></span>Việc một</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>-<span>&nbsp;</span></span>Việc con</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>2.<span>&nbsp;&nbsp;</span></span>Việc hai</p>
<table class=MsoTableGrid border=1 style='border-collapse:collapse'><tr style='height:1pt'><td width=100 style='width:75pt' onclick='alert(1)'>
<p class=MsoNormal align=center>Ô một</p></td><td><p>Ô hai</p></td></tr></table><img src=x onerror='alert(1)'></body></html>"""


def open_draft(page: Page) -> str:
    """A draft that begins with the regulation in force; what an earlier test wrote is dropped. Returns its address."""
    address = f"/tan-hoa/documents/{CODE}/versions/1.1/"
    begin = f"/tan-hoa/documents/{CODE}/draft/"
    page.goto(begin)
    if not page.locator("[name=reason]").count():
        page.goto(f"{address}drop/")
        page.locator("[name=reason]").fill("Viết lại từ đầu")
        button(page, "Drop the draft").click()
        page.goto(begin)
    page.locator("[name=reason]").fill("Đổi lịch tiếp công dân")
    button(page, "Begin the next version").click()
    page.goto(f"{address}edit/")
    return address


def surface(page: Page) -> Locator:
    expect(page.locator("html[data-editors=ready]")).to_be_attached()
    return page.locator(".ProseMirror").first


def tool(page: Page, words: str, context: str = "") -> Locator:
    return page.get_by_role("toolbar").get_by_role("button", name=say(words, context), exact=True)


def markup(page: Page) -> str:
    return page.locator("textarea[name=text]").get_attribute("data-editor") or ""


def test_a_text_is_written_saved_shown_and_compared(desk: Desk) -> None:
    page = desk.of("khanh")
    address = open_draft(page)
    before = markup(page)
    text = surface(page)
    text.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("x")
    page.keyboard.press("Backspace")
    button(page, "Save the text").click()
    page.goto(f"{address}edit/")
    assert markup(page) == before  # the editor wrote it, and it is the same

    defects = problems(page, shot="editor")
    surface(page).click()
    page.keyboard.press("Control+End")
    page.get_by_role("toolbar").get_by_label(say("Kind of paragraph")).select_option("3")
    page.keyboard.type("Điều 5. Hiệu lực")
    page.keyboard.press("Enter")
    tool(page, "Bold").click()
    page.keyboard.type("Quy chế này")
    tool(page, "Bold").click()
    page.keyboard.type(" có hiệu lực từ ngày ký.")
    page.keyboard.press("Enter")
    tool(page, "Numbered list").click()
    page.keyboard.type("Văn phòng")
    page.keyboard.press("Enter")
    page.keyboard.type("Một cửa")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    tool(page, "Insert a table").click()
    for words in ("Đơn vị", "Việc", "Hạn"):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.keyboard.type("Công an xã")
    defects += problems(page, shot="editor-table")
    tool(page, "Link", "formatting").click()
    page.get_by_label(say("Address of the link")).fill("javascript:alert(1)")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="https://")).to_be_visible()
    page.keyboard.press("Escape")
    button(page, "Save the text").click()

    sheet = page.locator(".sheet")
    expect(sheet.get_by_role("heading", name="Điều 5. Hiệu lực")).to_be_visible()
    expect(sheet.locator("strong", has_text="Quy chế này")).to_be_visible()
    expect(sheet.get_by_role("listitem").filter(has_text="Một cửa").last).to_be_visible()
    expect(sheet.get_by_role("columnheader", name="Đơn vị")).to_be_visible()
    expect(sheet.get_by_role("cell", name="Công an xã")).to_be_visible()
    defects += problems(page, shot="editor-sheet", data=("Công an xã",))
    page.goto(f"{address}compare/1.0/")
    expect(page.locator(".changes ins", has_text="Điều 5. Hiệu lực")).to_be_visible()
    expect(page.locator(".changes .cells ins", has_text="Công an xã")).to_be_visible()
    defects += problems(page, shot="editor-compare")
    assert "Công an xã" in text_of(page.request.get(f"{address}compare/1.0.pdf").body())
    nothing_wrong(defects)


def test_what_is_pasted_from_word_keeps_its_shape_and_nothing_else(desk: Desk) -> None:
    page = desk.of("khanh")
    address = open_draft(page)
    text = surface(page)
    text.click()
    page.keyboard.press("Control+a")
    page.evaluate(
        """html => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
            document.querySelector(".ProseMirror").dispatchEvent(paste);
        }""",
        WORD,
    )
    expect(page.get_by_role("alert").filter(has_text=say(PICTURES))).to_be_visible()
    button(page, "Save the text").click()
    page.goto(f"{address}edit/")
    assert re.sub(r"\s+", " ", markup(page)) == (
        '<h2 class="centre">Dán từ Word</h2><p class="justify"><strong>Đậm</strong>, <em>nghiêng</em></p>'
        "<ol><li>Việc một<ul><li>Việc con</li></ul></li><li>Việc hai</li></ol>"
        '<table><tbody><tr><td><p class="centre">Ô một</p></td><td>Ô hai</td></tr></tbody></table>'
    )


def test_it_is_written_by_keyboard_alone(desk: Desk) -> None:
    page = desk.of("khanh", size=PHONE)
    open_draft(page)
    text = surface(page)
    expect(field(page, "Content")).to_have_attribute("role", "textbox")
    text.focus()
    page.keyboard.press("Control+End")
    page.keyboard.press("Alt+F10")
    expect(page.get_by_label(say("Kind of paragraph"))).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(tool(page, "Bold")).to_be_focused()
    page.keyboard.press("Enter")
    expect(tool(page, "Bold")).to_have_attribute("aria-pressed", "true")
    expect(text).to_be_focused()
    page.keyboard.type("bằng bàn phím")
    expect(text.locator("strong", has_text="bằng bàn phím")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(text).not_to_be_focused()


def test_without_scripts_the_same_text_is_a_plain_area(desk: Desk) -> None:
    page = desk.of("khanh", script=False)
    address = open_draft(page)
    before = markup(page)
    area = field(page, "Content")
    button(page, "Save the text").click()
    page.goto(f"{address}edit/")
    assert markup(page) == before
    area.fill(area.input_value() + "\n\nĐiều cuối.\nGiữ a < b.\n\n<ul><li>một</li></ul><script>x</script>")
    button(page, "Save the text").click()
    expect(page.locator(".sheet p", has_text="Giữ a < b.")).to_be_visible()
    page.goto(f"{address}edit/")
    assert markup(page) == before + "<p>Điều cuối.<br>Giữ a &lt; b.</p><ul><li>một</li></ul>"
