"""How a person acts in the browser: controls by their words, papers by their links."""

from __future__ import annotations

import io
import re
from contextlib import suppress

from django.utils.translation import gettext, override, pgettext
from playwright.sync_api import Error, Locator, Page, Response
from pypdf import PdfReader


def say(words: str, context: str = "", language: str = "vi") -> str:
    """The words as they stand on a page in this language; tests name controls by their English message."""
    with override(language):
        return pgettext(context, words) if context else gettext(words)


def button(page: Page, words: str, **values: object) -> Locator:
    """The button or link with these words in the text of the page."""
    named = say(words) % values if values else say(words)
    main = page.locator("main")
    return (
        main.get_by_role("button", name=named, exact=True).or_(main.get_by_role("link", name=named, exact=True)).first
    )


def field(page: Page, words: str, context: str = "") -> Locator:
    """The entry with this label; “(optional)” may stand behind it."""
    label = re.compile(rf"^\s*{re.escape(say(words, context))}\s*(\(.*\))?\s*$")
    return page.locator("main").get_by_label(label).first


def paper(page: Page, address: str) -> bytes:
    """The bytes of a PDF the worker may still be making: the waiting page opens it by itself."""

    def is_it(answer: Response) -> bool:
        return answer.status == 200 and answer.headers.get("content-type", "") == "application/pdf"

    with page.expect_response(is_it, timeout=120_000), suppress(Error):  # a download ends the navigation
        page.goto(address)
    return page.request.get(address).body()


def text_of(content: bytes) -> str:
    assert content.startswith(b"%PDF")
    return " ".join(" ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(content)).pages).split())
