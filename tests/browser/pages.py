"""A page in Chromium: opened with its errors collected, checked by axe, kept as a picture where asked for."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, ConsoleMessage, Page, StorageState, StorageStateCookie, sync_playwright

from accounts.models import User
from tests.cast import PASSWORD

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "tests" / "vendor" / "axe.min.js"
PICTURES = ROOT / "var" / "screenshots"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
WIDTHS = {390: 844, 1440: 900}
# A page is opened once a width; `faults` looks at it in the theme it opened with, then in the other.
OF_COLOUR = ("color-contrast", "link-in-text-block")  # all that another theme can make wrong
SIGHTS = [(390, "dark"), (1440, "light")]


@dataclass
class Opened:
    """A page and what its console complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"]
        )
        yield browser
        browser.close()


def open_page(
    browser: Browser,
    url: str,
    *,
    width: int = 1440,
    theme: str = "light",
    state: Any = None,
    script: bool = True,
    settled: bool = False,
    zone: str | None = None,
) -> Opened:
    """Open an address at a width and in a theme; `state` is a storage state of a signed-in context.

    `settled`: also wait for the parts that load themselves.
    """
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS.get(width, 900)},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
        storage_state=state,
        java_script_enabled=script,
        bypass_csp=False,
        timezone_id=zone,
    )
    opened = Opened(context.new_page())
    watch(opened.page, opened.complaints)
    opened.page.goto(url, wait_until="networkidle" if settled else "load")
    return opened


def sign_in(browser: Browser, address: str, email: str = "asha@kesar.example") -> StorageState:
    """Sign in through the page, and return what the browser remembers."""
    page = open_page(browser, address + reverse("account_login")).page
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: reverse("account_login") not in url)
    state = page.context.storage_state()
    page.context.close()
    return state


def signed_in(user: User, address: str) -> StorageState:
    """What a browser remembers in which somebody signed in, without the pages that lead there."""
    client, name = Client(), settings.SESSION_COOKIE_NAME
    client.force_login(user)
    cookie: StorageStateCookie = {
        "name": name, "value": client.cookies[name].value, "domain": urlsplit(address).hostname or "", "path": "/",
        "expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax",
    }  # fmt: skip
    return {"cookies": [cookie], "origins": []}


def look(
    browser: Browser,
    state: StorageState | None,
    url: str,
    name: str,
    *,
    settled: bool = False,
    zone: str | None = None,
    first: Callable[[Page], object] | None = None,
) -> list[str]:
    """Everything wrong with a page, narrow and wide, light and dark; `first` is done to it before it is looked at."""
    found = []
    for width, theme in SIGHTS:
        opened = open_page(browser, url, width=width, theme=theme, state=state, settled=settled, zone=zone)
        if first:
            first(opened.page)
        found += faults(opened, f"{name}-{width}-{theme}")
        opened.page.context.close()
    return found


def until(page: Page, expression: str, *, seconds: float = 30) -> None:
    """Wait until an expression holds. Playwright's own wait evaluates it in the page, where our policy forbids that."""
    over = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < over, f"not within {seconds:.0f} s: {expression}"
        page.wait_for_timeout(50)


def faults(opened: Opened, name: str) -> list[str]:
    """Everything wrong with an open page in both themes, each with the name of the sight.

    A sight with a fault is kept as a picture; with PICTURES=1 in the environment every sight is.
    """
    stem, _, theme = name.rpartition("-")
    found = _seen(opened.page, name, axe(opened.page))
    if sideways(opened.page):
        found.append(f"{name}: scrolls sideways by {sideways(opened.page)} px")
    other: Literal["light", "dark"] = "light" if theme == "dark" else "dark"
    opened.page.emulate_media(color_scheme=other)
    found += _seen(opened.page, f"{stem}-{other}", axe(opened.page, rules=OF_COLOUR))
    opened.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    return found + [f"{name}: console: {words}" for words in opened.complaints]


def _seen(page: Page, name: str, wrong: Sequence[str]) -> list[str]:
    if wrong or os.environ.get("PICTURES"):
        screenshot(page, name)
    return [f"{name}: {fault}" for fault in wrong]


def watch(page: Page, complaints: list[str]) -> None:
    """Collect what a page's console complains about, with the address it stood at."""

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(f"{message.text} ({message.location['url']})")

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(f"{error} ({page.url})"))


def axe(page: Page, *, rules: Sequence[str] = ()) -> list[str]:
    """What axe finds wrong by WCAG 2.2 AA and its best practices, or by some rules alone: one line a finding."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        """async rules => (await axe.run(document, {
            resultTypes: ["violations"], ...(rules.length && {runOnly: {type: "rule", values: rules}}),
        })).violations""",
        list(rules),
    )
    return [
        f"{violation['id']}: {violation['help']} · {' '.join(map(str, node['target']))} · {node['html'][:160]}"
        for violation in found
        for node in violation["nodes"]
    ]


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than the window; nought is right."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def screenshot(page: Page, name: str, *, whole: bool = True) -> Path:
    """Keep a picture under var/screenshots."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, full_page=whole)
    return path
