"""Every page with the sample on it: nothing breaks, scrolls sideways, speaks the wrong language or keeps somebody out."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.acting import say
from tests.browser.book import IN_STORIES, NO_PAGE, SWITCHED_OFF, Entry, book, names
from tests.browser.conftest import HOMES, Desk
from tests.browser.looking import ALL, USUAL, nothing_wrong, problems
from tests.browser.site import Site

READERS = ["tuan", "ha", "thanh", "duc", "khanh", "nhung", "mai", "ngoc", "quantri", "diep", ""]


def test_every_address_is_read(site: Site) -> None:
    assert set(READERS) == set(book(site))
    read = {entry.name for entries in book(site).values() for entry in entries}
    assert names() - read - NO_PAGE - IN_STORIES - SWITCHED_OFF == set()


def read_page(page: Page, slug: str, entry: Entry, *, language: str, data: tuple[str, ...]) -> list[str]:
    answer = page.goto(f"/{slug}/{entry.path}")
    assert answer is not None
    if answer.status != entry.status:
        return [f"{page.url}: answered {answer.status}, not {entry.status}: {page.title()}"]
    if not page.url.endswith(f"/{slug}/{entry.path}"):
        return [f"/{slug}/{entry.path}: sent to {page.url}"]
    if answer.headers.get("refresh") or page.locator("meta[http-equiv=refresh]").count():
        return [f"{page.url}: loads anew by itself while somebody reads"]
    shot = f"{slug}-{entry.label}" if entry.core else ""
    return problems(page, language=language, looks=ALL if entry.core else USUAL, shot=shot, data=data)


@pytest.mark.parametrize("reader", READERS)
def test_pages(desk: Desk, site: Site, reader: str) -> None:
    page = desk.of(reader) if reader else desk.visitor()
    slug, language = HOMES.get(reader, "tan-hoa"), "en" if reader == "diep" else "vi"
    found, data = [], site.words(slug)
    for entry in book(site)[reader]:
        found += read_page(page, slug, entry, language=language, data=data)
    nothing_wrong(found)


def test_administration(desk: Desk, site: Site) -> None:
    page, found = desk.of("khanh"), []
    page.goto(f"/tan-hoa{reverse('admin:index')}")
    found += problems(page, looks=USUAL, shot="admin")
    listed = [link.get_attribute("href") for link in page.locator("#content-main th a").all()]
    assert len(listed) > 10
    for path in listed:
        answer = page.goto(str(path))
        assert answer is not None
        assert answer.status == 200, path
        english = tuple(page.locator("td.field-title_en").all_inner_texts())  # the standard's own titles
        found += problems(page, looks=("1280-light",), data=english)
    page.goto(f"/tan-hoa{reverse('admin:documents_document_changelist')}")
    page.locator("#result_list tbody th a").first.click()
    expect(page).to_have_url(re.compile("/change/$"))
    found += problems(page, looks=("1280-light",), shot="admin-document")
    page.locator(".historylink").click()
    expect(page).to_have_url(re.compile("/history/$"))
    found += problems(page, looks=("1280-light",), shot="admin-history")
    nothing_wrong(found)


def test_refusals_are_pages_too(desk: Desk, site: Site) -> None:
    page, found = desk.of("tuan"), []
    draft = reverse("submit", args=["HD.VP.01", (1, 0)])
    withdrawn = reverse("review", args=["HD.VP.00", (1, 0)])
    for path, status in ((draft, 403), ("/documents/KHONG.CO/", 404), ("/no-such-page/", 404), (withdrawn, 409)):
        answer = page.goto(f"/tan-hoa{path}")
        assert answer is not None
        assert answer.status == status, path
        found += problems(page, shot=f"refusal-{status}")
    head = desk.of("duc")
    answer = head.goto(f"/tan-hoa{reverse('approve', args=['QT.TP.01', (1, 1)])}")
    assert answer is not None
    assert answer.status == 409
    found += problems(head, shot="refusal-409")
    nothing_wrong(found)


def test_a_visitor_signs_in_and_lands_where_they_wanted(desk: Desk, site: Site) -> None:
    page = desk.visitor()
    page.goto("/tan-hoa/documents/")
    expect(page).to_have_url(re.compile("/sign-in/"))
    found = problems(page, looks=ALL, shot="sign-in")
    page.locator("[name=login]").fill("tuan")
    page.locator("[name=password]").fill("sai mật khẩu")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    found += problems(page, shot="sign-in-wrong")
    nothing_wrong(found)


def test_the_keyboard_reaches_the_text_first(desk: Desk) -> None:
    page = desk.of("ha")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name=say("Skip to the main content"))
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_closure_is_entered_and_removed(desk: Desk) -> None:
    page = desk.of("khanh")
    page.goto(f"/tan-hoa{reverse('add_closure')}")
    found = []
    page.locator("input[name=day]").fill("24/12/2027")
    page.locator("input[name=name]").fill("Mất điện theo lịch")
    page.locator("main form").get_by_role("button").last.click()
    page.goto(f"/tan-hoa{reverse('calendar')}?year=2027")
    page.locator("main a[href*='/closures/'][href*='/remove/']").first.click()
    page.locator("[name=reason]").fill("Hoãn cắt điện")
    found += problems(page, shot="khanh-remove_closure")
    page.locator("main form").get_by_role("button").last.click()
    expect(page.get_by_text("Mất điện theo lịch")).to_have_count(0)
    nothing_wrong(found)
