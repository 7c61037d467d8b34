"""A browser that looks at the running site and complains about anything the site got wrong.

Every page that a test opens is watched: an error on the console, a refused style or script (CSP), a failed
request, or a request to another host fails the test.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from chuongtrinh.models import User
from tests import record
from tests.factories.people import PASSWORD

AXE = (Path(__file__).parent / "axe.min.js").read_text()
# Playwright keeps an event loop in this thread; the fixtures' database calls are synchronous all the same.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.journey)


def chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        message = (
            "Bỏ qua kiểm thử trình duyệt: chưa có Chromium (Debian, Ubuntu: sudo apt-get install chromium)"
        )
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])


class Visitor:
    """One person at one screen; remembers what the browser complained about."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.origin = origin
        self.context = context
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("request", self._asked)
        self.page.on("requestfailed", lambda request: self._failed(request.url, request.failure))
        self.page.on("response", lambda got: got.status >= 400 and self._failed(got.url, str(got.status)))

    def _heard(self, message) -> None:
        # Leaving a page while htmx waits for an answer is no fault; htmx tells of it as one.
        left = message.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))
        if message.type in ("error", "warning") and not left:
            self.complaints.append(f"console: {message.text}")

    def _asked(self, request) -> None:
        if not request.url.startswith((self.origin, "data:")):
            self.complaints.append(f"another host: {request.url}")

    def _failed(self, url: str, why: str | None) -> None:
        if why != "net::ERR_ABORTED":  # a search that the next letter made pointless
            self.complaints.append(f"failed: {url} {why}")

    def open(self, path: str) -> Page:
        """Open a page, whole: its scripts have run, its fonts are there; no script fetches more by itself."""
        self.page.goto(f"{self.origin}{path}", wait_until="load")
        self.page.evaluate("document.fonts.ready.then(() => null)")
        return self.page

    def follow(self, link: Locator) -> Page:
        """Press what opens another page, whole: a measure taken before that is of the old page or of none."""
        with self.page.expect_navigation(wait_until="load"):
            link.click()
        self.page.evaluate("document.fonts.ready.then(() => null)")
        return self.page

    def sign_in(self, username: str) -> Page:
        self.open("/dang-nhap/")
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.locator("input[name=password]").press("Enter")
        self.page.wait_for_url(lambda url: "/dang-nhap/" not in url)
        return self.page

    def violations(self) -> list[str]:
        """What axe finds on the present page against WCAG 2.2 AA and its own best practices."""
        # Evaluated through the debugger, which the page's own policy does not bind.
        self.page.evaluate(AXE)
        found = self.page.evaluate("() => axe.run(document, {resultTypes: ['violations'], preload: false})")
        return [
            f"{one['id']} ({one['impact']}): {node['target']} {node['html'][:160]}"
            for one in found["violations"]
            for node in one["nodes"]
        ]

    def overflow(self) -> int:
        """By how many pixels the page is wider than the screen."""
        return self.page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )


@pytest.fixture
def office(transactional_db, personas: SimpleNamespace, live_server) -> SimpleNamespace:
    """The running site with the signed programme and one account a role."""
    return SimpleNamespace(url=live_server.url, **vars(personas))


@pytest.fixture
def demo_office(transactional_db, live_server) -> SimpleNamespace:
    """The running site with the demo's record (tests/record.py): its programme and, as attributes, the
    account of each role by its name in the demo."""
    programme = record.lay()
    accounts = {user.username: user for user in User.objects.filter(committee=programme.committee)}
    return SimpleNamespace(url=live_server.url, programme=programme, **accounts)


@pytest.fixture
def visit(browser: Browser, transactional_db, live_server) -> Iterator:
    """visit(width=390, javascript=False) → a Visitor whose complaints fail the test."""
    visitors: list[Visitor] = []

    def start(*, width: int = 1280, height: int = 900, javascript: bool = True, user=None) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=javascript, locale="en-GB"
        )
        if user is not None:
            from django.test import Client

            client = Client()
            client.force_login(user)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
            )
        visitors.append(visitor := Visitor(context, live_server.url))
        return visitor

    yield start
    complaints = [one for visitor in visitors for one in visitor.complaints]
    for visitor in visitors:
        visitor.context.close()
    assert complaints == []
