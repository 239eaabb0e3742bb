"""What must be true of every page, looked at in the browser: layout, accessibility, language, no error."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from babel.messages.catalog import Message
from django.conf import settings
from playwright.sync_api import ConsoleMessage, Page

from qms.catalogues import OWN, PACKAGES, read

SHOTS = Path(settings.VAR) / "shots"
PICTURES = bool(
    os.environ.get("QMS_SHOTS")
)  # of every page looked at, for people; of a failed test there always is one
LOOKS = {  # name: (width, height, colour scheme)
    "1280-light": (1280, 900, "light"), "390-dark": (390, 844, "dark"),
    "1280-dark": (1280, 900, "dark"), "390-light": (390, 844, "light"),
}  # fmt: skip
USUAL, ALL = ("1280-light", "390-dark"), tuple(LOOKS)
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
    "preload": False,  # would fetch stylesheets and write them into the page, which our CSP refuses
}
# Words of the page with the language of their nearest `lang`: the texts of the smallest blocks, and what is read aloud.
WORDS = """() => {
  const seen = [], blocks = "address,article,aside,blockquote,dd,div,dl,dt,fieldset,figcaption,footer,form,h1,h2,h3,h4,header,li,main,nav,ol,p,"
    + "section,table,tbody,td,th,thead,tr,ul,caption,legend,label,option,select,details,summary";
  const say = (element, text) => {
    text = (text || "").replace(/\\s+/g, " ").trim();
    const language = element.closest("[lang]");
    if (text && /\\p{L}/u.test(text)) seen.push([language ? language.lang : "", text]);
  };
  for (const element of document.body.querySelectorAll("*")) {
    if (element.closest("script,style,svg,[aria-hidden=true],template")) continue;
    for (const name of ["aria-label", "placeholder", "title", "alt", "data-label"]) say(element, element.getAttribute(name));
    if (element.matches("input[type=submit],input[type=button]")) say(element, element.value);
    for (const node of element.childNodes) if (node.nodeType === 3) say(element, node.textContent);
    if (element.children.length && !element.querySelector(blocks + ",[lang]")) say(element, element.textContent);
  }
  say(document.documentElement, document.title.split(" · ")[0]);
  return seen;
}"""


class Watch:
    """Collects what the page complained about: scripts, refused content, files that did not come."""

    def __init__(self, page: Page) -> None:
        self.errors: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        page = message.page
        if message.text.startswith("Failed to load resource") and page and message.location["url"] == page.url:
            return  # the page itself answered 403, 404 or 409, which the test expects or asserts against
        if message.location["url"].endswith("/favicon.ico"):
            return  # asked for by the browser beside a PDF, which cannot name an icon
        where = message.location
        self.errors.append(f"{page.url if page else ''}: {message.text} ({where['url']}:{where['lineNumber']})")


def problems(
    page: Page, *, language: str = "vi", looks: tuple[str, ...] = USUAL,
    shot: str = "", data: tuple[str, ...] = (),
) -> list[str]:  # fmt: skip
    """What is wrong with the page shown now, once it is there whole. `data`: what people wrote.

    The layout is looked at in every look; what axe finds depends on width and colours each, so two looks show it.
    """
    page.wait_for_load_state()
    found = _frame(page, language)
    found += foreign_words(page, language, data)
    for look in looks:
        width, height, scheme = LOOKS[look]
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        wide = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        if wide[0] > wide[1]:
            found.append(f"{look}: scrolls sideways, {wide[0]} of {wide[1]} px: {_too_wide(page)}")
        if look in USUAL:
            found += [f"{look}: {line}" for line in _axe(page)]
        if PICTURES and shot:
            SHOTS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=SHOTS / f"{shot}-{look}.png", full_page=True)
    return [f"{page.url}: {line}" for line in found]


def nothing_wrong(found: list[str]) -> None:
    assert not found, "\n" + "\n".join(found)


def _frame(page: Page, language: str) -> list[str]:
    found = []
    heads = page.locator("h1").count()
    if heads != 1:
        found.append(f"{heads} h1")
    spoken = page.locator("html").get_attribute("lang")
    if spoken != language:
        found.append(f"lang is {spoken}")
    title = page.title()
    if not re.fullmatch(r"\S.* · \S.*", title):
        found.append(f"title: {title}")
    return found


def _too_wide(page: Page) -> str:
    """The innermost elements that reach over the right edge."""
    return str(
        page.evaluate("""() => [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1
            && !e.closest(".roll") && !e.children.length).slice(0, 3).map(e => e.outerHTML.slice(0, 120))""")
    )


def _axe(page: Page) -> list[str]:
    if page.evaluate("!window.axe"):  # it stays in the page while its look changes
        page.evaluate(Axe().axe_script)
    violations = page.evaluate("options => axe.run(options).then(found => found.violations)", RULES)
    return [
        f"{violation['id']}: {node['target']} {node['html'][:160]} {node.get('failureSummary', '')[:240]!r}"
        for violation in violations
        for node in violation["nodes"][:4]
    ]


# --- language --------------------------------------------------------------------------------------

LANGUAGES = {"English", "Tiếng Việt"}  # each calls itself by its own name
ENGLISH = re.compile(
    r"\b(the|and|of|is|are|this|that|with|for|not|from|your|you|has|have|was|been|it|to|by|on|be|no|please|enter|select)\b",
    re.IGNORECASE,
)
LETTERS = re.compile(r"[^\W\d_]{2}")
VIETNAMESE = re.compile(r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)


def foreign_words(page: Page, language: str, data: tuple[str, ...] = ()) -> list[str]:
    """Words of the interface in the other language than the page's. Titles, names and legal texts are data."""
    texts = {text for spoken, text in page.evaluate(WORDS) if spoken == language} - LANGUAGES
    texts = {text for text in (_without(written, data) for written in texts) if LETTERS.search(text)}
    foreign = untranslated if language == "vi" else left_vietnamese
    return sorted(f"not in {language}: {text[:120]}" for text in texts if foreign(text))


def _without(text: str, data: tuple[str, ...]) -> str:
    """The text with an ellipsis for what people of the sample wrote."""
    for written in sorted(data, key=len, reverse=True):
        text = text.replace(written, "…")
    return text


@cache
def untranslated(text: str) -> bool:
    """On a Vietnamese page: the English words of a message, or a sentence with English in it and no Vietnamese."""
    if text in _exact("english") or any(pattern.fullmatch(text) for pattern in _patterns("english")):
        return True
    return len(ENGLISH.findall(text)) > 0 and not VIETNAMESE.search(text) and "@" not in text


@cache
def left_vietnamese(text: str) -> bool:
    """On an English page: the Vietnamese words of a message. Other Vietnamese there is what people wrote."""
    if not VIETNAMESE.search(text):
        return False
    return text in _exact("vietnamese") or any(pattern.fullmatch(text) for pattern in _patterns("vietnamese"))


@cache
def _exact(which: str) -> frozenset[str]:
    return frozenset(" ".join(own.split()) for own in _texts(which) if "%" not in own)


@cache
def _patterns(which: str) -> tuple[re.Pattern[str], ...]:
    """Messages with placeholders; those that are hardly more than placeholders say nothing about language."""
    found = []
    for own in _texts(which):
        parts = re.split(r"%\(\w+\)[sd]|%[sd]", " ".join(own.split()))
        if len(parts) > 1 and sum(len(word) > 2 for part in parts for word in re.findall(r"[^\W\d_]+", part)) >= 2:
            found.append(re.compile(".+".join(re.escape(part.replace("%%", "%")) for part in parts)))
    return tuple(found)


def _texts(which: str) -> list[str]:
    return [text for message in _messages() for text in _sides(message)[which == "vietnamese"]]


@cache
def _messages() -> tuple[Message, ...]:
    """The messages whose two languages differ."""
    return tuple(
        message
        for file in (OWN, PACKAGES)
        for message in read(file)
        if message.id and not set(_sides(message)[0]) & set(_sides(message)[1])
    )


def _sides(message: Message) -> tuple[list[str], list[str]]:
    english, vietnamese = ([side] if isinstance(side, str) else list(side) for side in (message.id, message.string))
    return english, [text for text in vietnamese if text]
