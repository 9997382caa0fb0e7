"""One running product with the demo world, one browser, and customers who write on Piazza."""

import html
import itertools
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, FloatRect, Locator, Page, expect

from tests import browser as browsers
from tests.running import Product, serving, until

PASSWORD = "bellosguardo"
EMAILS = {"zoe": "zoe@orsini.example"}
NEWEST = "/inbox/open/?order=newest"
SOON = 20_000  # what must cross web, worker and database on a busy machine
expect.set_options(timeout=SOON)
# We answer these on purpose, and the browser notes them as errors all the same; and what comes for a part of the page
# that was closed meanwhile finds no place, on a busy machine.
ON_PURPOSE = re.compile(r"status of (409|422)|oobErrorNoTarget")
VOICES = (
    "from premura.models import Brand, Voice;"
    "kept = {{'undo_s': {}, 'team_repeats': 0}};"  # what other tests let people say is no boilerplate of theirs
    "[Voice.objects.update_or_create(brand=brand, defaults=kept) for brand in Brand.objects.all()]"
)
PHONE: dict[str, Any] = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/screens" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.process)


@pytest.fixture(scope="package")
def product(demo_home: Path) -> Iterator[Product]:
    with serving(demo_home) as product:
        product.command("shell", "--no-imports", "-c", VOICES.format(0))  # test_writing.py waits; others need not
        yield product


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if why := browsers.missing():
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    with browsers.launched() as browser:
        yield browser


# -- those who work ------------------------------------------------------------------------


@dataclass
class Desks:
    """Opens browsers for agents, and notes what goes wrong in any of them."""

    browser: Browser
    url: str
    cookies: dict[str, Any]  # of those who signed in before
    wrong: list[str] = field(default_factory=list)
    open: list[BrowserContext] = field(default_factory=list)

    def __call__(self, name: str = "ada", at: str = NEWEST, **more: Any) -> Page:
        """Return a browser of its own in which `name` is signed in and looks at `at`: all that is open, or what else.

        Newest first: what somebody has just said stands on top, whatever else presses.
        """
        if name not in self.cookies:
            self.cookies[name] = self._sign_in(name)
        page = self.stranger(storage_state=self.cookies[name], **more)
        page.goto(at)
        return page

    def stranger(self, *, width: int = 1440, height: int = 900, **more: Any) -> Page:
        """Return a browser in which nobody is signed in."""
        size = {"width": width, "height": height}
        context = self.browser.new_context(base_url=self.url, locale="it-IT", viewport=size, **more)
        context.set_default_timeout(SOON)
        context.on("request", lambda request: self._ask(request.url))
        context.on("console", self._say)
        context.on("weberror", lambda error: self.wrong.append(f"script: {error.error}"))
        self.open.append(context)
        return context.new_page()

    def _sign_in(self, name: str) -> Any:
        page = self.stranger()
        sign_in(page, name)
        return page.context.storage_state()

    def _ask(self, url: str) -> None:
        if not url.replace("localhost", "127.0.0.1").startswith((self.url.replace("localhost", "127.0.0.1"), "data:")):
            self.wrong.append(f"asked another host: {url}")

    def _say(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not ON_PURPOSE.search(message.text):
            self.wrong.append(f"console: {message.text} ({message.location.get('url', '')})")


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.goto("/account/login/")
    page.fill("input[name=login]", EMAILS.get(name, f"{name}@bellosguardo.example"))
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/inbox/"))


@pytest.fixture(scope="package")
def cookies() -> dict[str, Any]:
    return {}


@pytest.fixture
def desk(browser: Browser, product: Product, cookies: dict[str, Any]) -> Iterator[Desks]:
    desks = Desks(browser, product.url, cookies)
    yield desks
    for context in desks.open:
        context.close()
    assert desks.wrong == [], "the browsers complained; the product said: " + "".join(product.said[-40:])


# -- those who write ------------------------------------------------------------------------


class Customer:
    """Somebody on Piazza, who writes through its own pages."""

    def __init__(self, url: str, name: str, page: str = "bellosguardo") -> None:
        self.name, self.page = name, page
        # A line that was kept may be closed at the other end in the very moment in which it is used again.
        self.http = httpx.Client(base_url=url, timeout=30, limits=httpx.Limits(max_keepalive_connections=0))
        self.http.get("/playground/").raise_for_status()
        self._post("/playground/persona/", name=name)

    def says(self, text: str, kind: str = "visitor_post", **more: str) -> str:
        """Write something new; return its key."""
        return self._post(f"/playground/{self.page}/say/", kind=kind, text=text, **more)

    def answers(self, key: str, text: str) -> str:
        return self._post(f"/playground/{self.page}/say/", parent=key, text=text)

    def edits(self, key: str, text: str) -> None:
        self._post(f"/playground/items/{key}/edit/", text=text)

    def deletes(self, key: str) -> None:
        self._post(f"/playground/items/{key}/delete/")

    def sees(self) -> str:
        """Return the words on the page's wall."""
        return html.unescape(self.http.get(f"/playground/{self.page}/").text)

    def _post(self, path: str, **fields: str) -> str:
        answer = self.http.post(path, data=fields | {"csrfmiddlewaretoken": self.http.cookies["csrftoken"]})
        assert answer.status_code == 302, f"{path}: {answer.status_code}"
        return answer.headers["Location"].partition("#item-")[2]


_numbers = itertools.count(1)


@pytest.fixture
def customer(product: Product) -> Iterator[Callable[..., Customer]]:
    """Make a new customer; each has a name of their own."""
    made: list[Customer] = []

    def make(page: str = "bellosguardo") -> Customer:
        made.append(Customer(product.url, f"Chiara {_numeral(next(_numbers))}", page))
        return made[-1]

    yield make
    for one in made:
        one.http.close()


def _numeral(n: int) -> str:
    return "".join("ABCDEFGHIJ"[int(digit)] for digit in f"{n:03}").capitalize() + "elli"


# -- what is on the screen ------------------------------------------------------------------


def row(page: Page, text: str) -> Locator:
    return page.locator("#rows .row", has_text=text)


def opened(page: Page, text: str) -> None:
    """Open the conversation in whose row `text` stands."""
    row(page, text).locator("a").click()
    expect(page.locator("#thread")).to_contain_text(text)


def box(shown: Locator) -> FloatRect:
    """Return where it stands, once it stands still: between two looks a bell may put it anew."""
    last: list[FloatRect | None] = [None]

    def still() -> FloatRect | None:
        last.append(shown.bounding_box())
        return last[-1] if last[-1] == last[-2] else None

    found = until(still, "what is shown to stand still")
    assert found
    return found


def counts(page: Page) -> dict[str, int]:
    shown = page.locator("#views [data-count]")
    return {str(one.get_attribute("data-count")): int(one.inner_text()) for one in shown.all()}


def too_wide(page: Page) -> list[str]:
    """Return what sticks out to the right; nothing when the page does not scroll sideways."""
    found: list[str] = page.evaluate(
        """() => {
        const { scrollWidth, clientWidth } = document.documentElement;  // innerWidth grows with what a phone shows
        return scrollWidth <= clientWidth ? [] :
            [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > clientWidth + 1)
                .map((e) => e.outerHTML.slice(0, 120)).slice(0, 5).concat("it scrolls sideways");
        }"""
    )
    return found
