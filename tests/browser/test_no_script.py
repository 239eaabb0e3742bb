"""With JavaScript switched off the office works on: menus, the way of a dossier, the step editor."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.acting import button, field, say
from tests.browser.conftest import PHONE, Desk


def test_the_menu_opens_on_a_phone(desk: Desk) -> None:
    page = desk.of("ha", size=PHONE, script=False)
    menu = page.get_by_role("navigation", name=say("Sections"))
    expect(menu).to_be_hidden()
    page.get_by_role("button", name=say("Open the menu")).click()
    menu.get_by_role("link", name=say("Master list")).click()
    expect(page).to_have_url(re.compile("/tan-hoa/documents/$"))
    page.get_by_role("button", name=re.compile("Lê Thu Hà")).first.click()
    expect(page.locator("#account")).to_be_visible()


def test_a_dossier_goes_its_whole_way(desk: Desk) -> None:
    clerk = desk.of("tuan", script=False)
    clerk.locator("main").get_by_role("link", name=say("Receive a dossier")).click()
    clerk.get_by_role("link", name="Chứng thực chữ ký").first.click()
    clerk.locator("[name=name]").fill("Vi Thị Mơ")
    button(clerk, "Receive and print the slip").click()
    expect(clerk).to_have_url(re.compile("/dossiers/[^/]+-[0-9]{4}/$"))
    address = clerk.url
    for name in ("tuan", "ha", "thanh", "oanh", "nhung"):
        page = clerk if name == "tuan" else desk.of(name, script=False)
        page.goto(address)
        button(page, "Done, hand over").click()
        button(page, "Done, hand over").click()
        expect(page).to_have_url(address)
    clerk.goto(address)
    button(clerk, "Hand out the result and close").click()
    button(clerk, "Hand out the result and close").click()
    expect(clerk).to_have_url(address)
    expect(button(clerk, "Hand out the result and close")).to_have_count(0)


def are(page: Page, names: list[str]) -> None:
    """The steps of the editor, in order."""
    entries = page.locator("fieldset.step-edit [name^=name-]")
    expect(entries).to_have_count(len(names))
    for number, name in enumerate(names):
        expect(entries.nth(number)).to_have_value(name)


def test_steps_are_added_moved_and_removed(desk: Desk) -> None:
    page = desk.of("khanh", script=False)
    page.goto("/tan-hoa/documents/QT.TP.05/draft/")
    field(page, "Request for change").fill("Công chức đề nghị thêm một bước")
    button(page, "Begin the next version").click()
    button(page, "Save and go to the steps").click()
    entries = page.locator("fieldset.step-edit [name^=name-]")
    expect(entries).to_have_count(6)
    before = [entry.input_value() for entry in entries.all()]
    button(page, "Add a step at the end").click()
    expect(entries).to_have_count(7)
    page.locator("[name=name-7]").fill("Báo tin cho người dân")
    page.locator("[name=up-7]").click()
    are(page, [*before[:5], "Báo tin cho người dân", before[5]])
    page.locator("[name=down-1]").click()
    are(page, [before[1], before[0], *before[2:5], "Báo tin cho người dân", before[5]])
    page.locator("[name=up-2]").click()
    are(page, [*before[:5], "Báo tin cho người dân", before[5]])
    page.locator("[name=remove-3]").click()
    are(page, [*before[:2], *before[3:5], "Báo tin cho người dân", before[5]])
    page.locator("[name=norm-5]").fill("0,5")
    button(page, "Recount").click()
    expect(page).to_have_url(re.compile("/steps/$"))
    button(page, "Save the steps").click()
    expect(page.get_by_role("status").first).to_be_visible()
    page.goto("/tan-hoa/documents/QT.TP.05/versions/1.1/steps/")
    are(page, [*before[:2], *before[3:5], "Báo tin cho người dân", before[5]])
