"""Somebody who uses the product in a browser, one step of the main job after another."""

import base64
import datetime as dt
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.pages import watch
from tests.cast import PASSWORD

ZONE = "Asia/Kolkata"
QUICK, LONG = 15_000, 240_000
DROP = """([name, type, data, modified]) => {
    const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], name, { type, lastModified: modified }));
    for (const kind of ["dragenter", "dragover", "drop"])
        document.body.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
}"""
FOLLOW_PROGRESS = """() => {
    window.percents = [];
    const look = () => {
        const shown = document.querySelector("[data-up='percent']")?.textContent;
        if (shown && shown !== window.percents.at(-1)) window.percents.push(shown);
        requestAnimationFrame(look);
    };
    look();
}"""


@dataclass
class Newcomer:
    """One person in one browser, in India; `complaints` is what the consoles of her pages said."""

    browser: Browser
    url: str
    name: str
    email: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context: BrowserContext = self.browser.new_context(
            viewport={"width": 1440, "height": 900}, timezone_id=ZONE, locale="en-IN", reduced_motion="reduce"
        )
        self.context.set_default_timeout(QUICK)
        self.page = self.new_tab()

    def new_tab(self) -> Page:
        """Open another tab; it is the one she looks at from now on."""
        self.page = self.context.new_page()
        watch(self.page, self.complaints)
        return self.page

    def go(self, path: str) -> Page:
        """Open an address of the product."""
        self.page.goto(self.url + path)
        return self.page

    def sign_up(self) -> None:
        """Make an account through the page."""
        page = self.go("/")
        page.get_by_role("link", name="Try it on the practice network").click()
        page.get_by_label("Your name").fill(self.name)
        page.get_by_label("Email").fill(self.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Begin").click()
        page.wait_for_url("**/today/")

    # Files

    def slow_down(self, bytes_per_second: float) -> None:
        """Let this tab's connection carry this much upwards."""
        limits = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_second}
        session = self.context.new_cdp_session(self.page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", limits)

    def drop(self, path: Path, *, name: str = "", kind: str = "video/mp4") -> Locator:
        """Drop a file anywhere on the page; its row in the list."""
        data = base64.b64encode(path.read_bytes()).decode()
        modified = int(path.stat().st_mtime * 1000)
        self.page.evaluate(DROP, [name or path.name, kind, data, modified])
        return self.row(name or path.name)

    def choose(self, path: Path) -> Locator:
        """Choose a file in the dialogue that the button opens; its row in the list."""
        with self.page.expect_file_chooser() as asked:
            self.page.get_by_role("link", name="Upload").click()
        asked.value.set_files(path)
        return self.row(path.name)

    def row(self, name: str) -> Locator:
        """A file's row in the list of uploads."""
        return self.page.locator("[data-up='list'] > li", has_text=name)

    def follow_progress(self) -> None:
        """Note every figure that the page shows from now on."""
        self.page.evaluate(FOLLOW_PROGRESS)

    def seen_progress(self) -> list[int]:
        """The percentages shown since."""
        return [int(re.sub(r"\D", "", shown)) for shown in self.page.evaluate("window.percents")]

    # Accounts

    def connect(self, platform: str, **typed: str) -> None:
        """Go from the page of connections to a platform's own, and fill in what it asks."""
        page = self.go("/connections/")
        page.locator(f"a[href='/connections/new/{platform}/']").click()
        form = page.locator("main form")
        for label, value in typed.items():
            form.get_by_label(re.compile(f"^{label.replace('_', ' ')}\\b", re.IGNORECASE)).fill(value)
        form.get_by_role("button").click()
        page.wait_for_load_state()

    def connect_mastodon(self, server: str, account: str) -> None:
        """Go to one's server, say yes there, and come back."""
        self.connect("mastodon", server=server)
        self.page.wait_for_url(f"{server}/oauth/authorize**")
        self.page.get_by_role("button", name=f"@{account}").click()
        self.page.wait_for_url(f"{self.url}/connections/**")

    # Pieces and posts

    def open_piece(self, studio: str, platform: str) -> Page:
        """Open one platform's piece in the Studio."""
        page = self.go(f"{studio}?piece={platform}")
        expect(page.locator("#compose")).to_have_attribute("data-composer", platform)
        return page

    def rewrite(self, text: str) -> None:
        """Type a new text into the open piece and save it."""
        self.page.locator("#compose textarea[name='text']").fill(text)
        with self.page.expect_response(lambda answer: "/pieces/" in answer.url and answer.request.method == "POST"):
            self.page.get_by_role("button", name="Save").click()
        expect(self.page.locator("[data-unsaved]")).to_be_hidden()

    def counter(self, name: str = "text") -> tuple[int, int]:
        """What the counter under a field shows: used and limit."""
        shown = self.page.locator(f"[data-count='{name}']").inner_text()
        used, limit = (int(re.sub(r"\D", "", part)) for part in shown.split(" of "))
        return used, limit

    def choose_account(self, handle: str) -> None:
        """Choose where the open piece goes."""
        choice = self.plan.get_by_label("To")
        option = choice.locator("option", has_text=handle)
        expect(option).to_have_count(1)
        choice.select_option(label=option.inner_text())

    @property
    def plan(self) -> Locator:
        """The part of the page that plans the open piece."""
        return self.page.locator("#plan-of-piece")

    def send_now(self, handle: str) -> str:
        """Send the open piece at once; the address of the post's page."""
        self.choose_account(handle)
        self.plan.get_by_role("button", name="Send it now").click()
        self.page.wait_for_url("**/posts/*/")
        return self.path()

    def plan_for(self, handle: str, at: dt.datetime) -> str:
        """Plan the open piece for a time on one's own clock; the address of the post's page."""
        self.choose_account(handle)
        self.plan.get_by_label("When").fill(f"{at:%Y-%m-%dT%H:%M}")
        self.plan.get_by_role("button", name="Plan it").click()
        self.page.wait_for_url("**/posts/*/")
        return self.path()

    def path(self) -> str:
        """The address of the open page, without the server."""
        return self.page.url.removeprefix(self.url)

    def until(self, look: Locator, *, seconds: float = 60) -> None:
        """Wait for the page to show something by itself."""
        expect(look).to_be_visible(timeout=seconds * 1000)

    def complaints_about(self, url: str) -> list[str]:
        """What the consoles said of the product itself; other servers' pages are their own affair."""
        return [words for words in self.complaints if url in words]

    def state(self) -> Any:
        """What the browser remembers of her, for another window."""
        return self.context.storage_state()
