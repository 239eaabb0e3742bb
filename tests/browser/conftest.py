"""Browser tests: one running site with the sample province and one Chromium for each test process.

Chromium and Playwright live as long as this folder's tests: Playwright runs an event loop in the thread, and Django
refuses the database to a thread with a running loop.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from qms.sample import PASSWORD
from tests.browser.looking import SHOTS, Watch, nothing_wrong
from tests.browser.site import Site, sample_template

DESK, PHONE = (1280, 900), (390, 844)
HOMES = {  # who signs in where
    "tuan": "tan-hoa", "ha": "tan-hoa", "thanh": "tan-hoa", "duc": "tan-hoa", "oanh": "tan-hoa", "khanh": "tan-hoa", "nhung": "tan-hoa",
    "mai": "tan-hoa", "bao": "tan-hoa", "diep": "phu-lam", "lan": "phu-lam", "long": "phu-lam", "tho": "phu-lam", "ngoc": "so-khcn",
    "kien": "so-khcn", "quantri": "ubnd-tinh", "quy": "phu-lam", "giang": "phu-lam", "phuc": "phu-lam", "son": "phu-lam",
}  # fmt: skip
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--no-proxy-server",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="package")
def site(template: str) -> Iterator[Site]:
    served = Site(sample_template(template))
    try:
        served.start()
        yield served
    finally:
        served.stop()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.fail("Chromium is not installed. `make test` installs it (scripts/system-packages test).", pytrace=False)
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, headless=True, args=FLAGS)
        yield browser
        browser.close()


class Desk:
    """Opens browsers as the people of the sample; what went wrong in any of them fails the test at its end."""

    def __init__(self, site: Site, chromium: Browser, states: dict[str, Any]) -> None:
        self.site, self.chromium, self.states = site, chromium, states
        self.contexts: list[BrowserContext] = []
        self.watches: list[Watch] = []

    def visitor(self, *, size: tuple[int, int] = DESK, script: bool = True, **more: Any) -> Page:
        """A browser nobody is signed in to. Addresses are relative to the site."""
        context = self.chromium.new_context(
            base_url=self.site.address, viewport={"width": size[0], "height": size[1]}, java_script_enabled=script,
            locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", reduced_motion="reduce", **more,
        )  # fmt: skip
        context.set_default_timeout(30_000)
        self.contexts.append(context)
        page = context.new_page()
        self.watches.append(Watch(page))
        return page

    def sign_in(self, page: Page, name: str, password: str = PASSWORD) -> None:
        """Through the form, as people do it."""
        page.goto(f"/{HOMES.get(name, 'tan-hoa')}/")
        page.locator("[name=login]").fill(name)
        page.locator("[name=password]").fill(password)
        with page.expect_navigation():
            page.keyboard.press("Enter")

    def of(self, name: str, **more: Any) -> Page:
        """A browser signed in as this person, at their home page. The form is filled in once per run."""
        if name not in self.states:
            page = self.visitor()
            self.sign_in(page, name)
            expect(page).to_have_url(f"{self.site.address}/{HOMES[name]}/")
            self.states[name] = page.context.storage_state()
        page = self.visitor(storage_state=self.states[name], **more)
        page.goto(f"/{HOMES[name]}/")
        return page

    def picture(self, name: str) -> None:
        """What everybody sees when a test fails."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(page for context in self.contexts for page in context.pages):
            with suppress(Error):
                page.screenshot(path=SHOTS / f"failed-{name}-{number}.png", full_page=True)

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.fixture(scope="package")
def states() -> dict[str, Any]:
    """Cookies of who has signed in so far."""
    return {}


@pytest.fixture
def desk(site: Site, chromium: Browser, states: dict[str, Any], request: pytest.FixtureRequest) -> Iterator[Desk]:
    opened = Desk(site, chromium, states)
    yield opened
    if request.node.stash.get(FAILED, False):
        opened.picture(re.sub(r"\W+", "-", request.node.name))
    opened.close()
    nothing_wrong([line for watch in opened.watches for line in watch.errors])


@pytest.fixture
def as_person(desk: Desk) -> Callable[..., Page]:
    return desk.of
