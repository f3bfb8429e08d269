"""A page in the browser that is watched: errors, what it asks the server, and pictures of it where somebody wants them."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import pytest

from tests.contract.staff_pages import PREFIX, variable

SHOTS = PREFIX + "SHOTS"
WIDTHS = (1400, 960, 390)
LOCALES = {"ru": "ru-RU", "en": "en-US"}


class Watched:
    """A person's browser window at a desk."""

    def __init__(self, browser: Any, root: str, language: str = "en", width: int = 1400) -> None:
        self.root = root
        self.language = language
        self.context = browser.new_context(
            locale=LOCALES[language], timezone_id="Europe/Moscow", viewport={"width": width, "height": 1000}
        )
        # Pictures of people, which osTicket fetches from elsewhere: nobody's network is asked in a test.
        self.context.route(lambda url: not url.startswith(root), lambda route: route.fulfill(status=204))
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda told: self.errors.append(told.text) if told.type == "error" else None)
        self.page.on("request", lambda one: self.requests.append(f"{one.method} {urlsplit(one.url).path}"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def go(self, path: str) -> None:
        self.page.goto(self.root + path)
        self.page.wait_for_load_state("networkidle")

    def log_in(self) -> None:
        """Log in as an agent, on the page on which agents do."""
        self.go("/scp/login.php")
        self.page.fill("input[name=userid]", variable("STAFF_USER"))
        self.page.fill("input[name=passwd]", variable("STAFF_PASSWORD"))
        self.page.click("button[type=submit], input[type=submit]")
        self.page.wait_for_selector("#nav")

    def open_ticket(self, ticket: int) -> None:
        self.go(f"/scp/tickets.php?id={ticket}")

    def follow(self, click: Callable[[], None]) -> None:
        """Do what makes osTicket fetch a part into the page, and wait for it."""
        self.page.evaluate("() => { window.came = false; $(document).one('pjax:end', () => { window.came = true; }); }")
        click()
        self.page.wait_for_function("window.came !== false")
        self.settle()

    def submit(self, click: Callable[[], None]) -> None:
        """Send a form and wait for the page that answers: only a new one has forgotten the mark."""
        self.page.evaluate("window.isOld = true")
        click()
        self.page.wait_for_function("!window.isOld")
        self.settle()

    def settle(self) -> None:
        """Wait until a part that was fetched into the page is there."""
        self.page.wait_for_load_state("networkidle")

    @property
    def badge(self) -> str | None:
        """The state that the line of the panel shows."""
        return self.page.locator(".sla-line .sla-badge").get_attribute("data-state")

    @property
    def is_open(self) -> bool:
        return self.page.locator(".sla-toggle").get_attribute("aria-expanded") == "true"

    def violations(self, selector: str) -> list[str]:
        """Return what axe-core has against an element and all in it."""
        axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe-core: `make e2e` installs it")
        found = axe.Axe().run(self.page, context=selector).response["violations"]
        return [f"{one['id']}: {[node['target'] for node in one['nodes']]} {one['help']}" for one in found]

    def texts(self, selector: str) -> list[str]:
        """Return what people read in the elements, with plain spaces."""
        return [plain(one) for one in self.page.locator(selector).all_inner_texts()]

    def text(self, selector: str) -> str:
        return plain(self.page.locator(selector).first.inner_text())

    def shoot(self, name: str) -> None:
        """Take pictures at three widths and one as printed, into the folder that the environment names."""
        folder = os.environ.get(SHOTS)
        if not folder:
            return
        Path(folder).mkdir(parents=True, exist_ok=True)
        before = self.page.viewport_size
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 1000})
            self.page.evaluate("window.scrollTo(0, 0)")
            self.page.screenshot(path=f"{folder}/{name}-{self.language}-{width}.png", full_page=True)
        self.page.set_viewport_size({"width": 960, "height": 1000})
        self.page.emulate_media(media="print")
        self.page.screenshot(path=f"{folder}/{name}-{self.language}-print.png", full_page=True)
        self.page.emulate_media(media="screen")
        self.page.set_viewport_size(before)


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())
