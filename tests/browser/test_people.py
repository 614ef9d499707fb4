"""Signing up and in as people do: passkeys with a device's own key, codes of an app, sessions ended from afar."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.accounts.opening import app_code
from tests.browser.newcomer import Newcomer
from tests.browser.pages import ROOT, SIGHTS, faults, screenshot, watch
from tests.browser.pages import Opened as Seen
from tests.cast import PASSWORD

pytestmark = pytest.mark.browser

PICTURE = ROOT / "tests" / "media" / "dot.png"
ASHA = "asha@kesar.example"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


REFUSING = "() => { navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError')); }"


class Visitor:
    """One browser with cookies of its own, at a server called localhost (passkeys need a name)."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.url = url.replace("127.0.0.1", "localhost")
        self.context: BrowserContext = browser.new_context(reduced_motion="reduce")
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.seen = Seen(self.page)
        watch(self.page, self.seen.complaints)

    def go(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def type_password(self) -> None:
        """Fill in address and password."""
        page = self.go("/accounts/login/")
        page.get_by_label("Email").fill(ASHA)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()

    def sign_in(self) -> None:
        """Sign in with the password alone."""
        self.type_password()
        self.page.wait_for_url("**/today/")

    def prove(self) -> None:
        """Say once more who one is."""
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="It is me").click()

    def carry_a_key(self) -> None:
        """Let the device hold passkeys, opened by a finger that is always there."""
        session = self.context.new_cdp_session(self.page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    def look(self, name: str) -> list[str]:
        """Look at the open page in its four sights; what is wrong with it."""
        found = []
        for width, theme in SIGHTS:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            found += faults(self.seen, f"people-{name}-{width}-{theme}")
        return found


@pytest.fixture
def visit(browser: Browser, live_server: Any) -> Callable[[], Visitor]:
    """Let somebody come with a browser of their own."""
    return lambda: Visitor(browser, live_server.url)


def test_a_passkey_is_made_opens_the_door_and_is_removed(visit: Callable[[], Visitor]) -> None:
    asha = visit()
    asha.carry_a_key()
    asha.sign_in()
    page = asha.go("/settings/security/")
    page.get_by_role("link", name="Add a passkey").click()
    asha.prove()
    page.get_by_label("Its name").fill("My phone")
    page.get_by_role("button", name="Make it").click()
    page.wait_for_url("**/recovery-codes/")
    asha.context.clear_cookies()
    asha.go("/accounts/login/").get_by_role("button", name="Continue with a passkey").click()
    page.wait_for_url("**/today/")
    asha.context.clear_cookies()
    asha.type_password()
    page.get_by_role("button", name="Use a passkey or security key").click()
    page.wait_for_url("**/today/")
    asha.go("/accounts/2fa/webauthn/").get_by_role("link", name="Remove My phone").click()
    with suppress(AssertionError):  # asked again only where the last proof is too old
        expect(page.get_by_role("button", name="It is me")).to_be_visible(timeout=500)
        asha.prove()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("None yet")).to_be_visible()
    assert asha.seen.complaints == []


def test_a_cancelled_passkey_is_said_in_words(visit: Callable[[], Visitor]) -> None:
    asha = visit()
    asha.go("/accounts/login/")
    asha.page.evaluate(REFUSING)
    asha.page.get_by_role("button", name="Continue with a passkey").click()
    expect(asha.page.get_by_text("No passkey was used.")).to_be_visible()


def test_an_app_is_asked_after_the_password_and_a_recovery_code_stands_in(visit: Callable[[], Visitor]) -> None:
    asha = visit()
    asha.sign_in()
    page = asha.go("/settings/security/")
    page.get_by_role("link", name="Set up authenticator app").click()
    asha.prove()
    secret = page.get_by_label("Or type this into the app").input_value()
    page.get_by_label("Authenticator code").fill(app_code(secret))
    page.get_by_role("button", name="Switch it on").click()
    codes = page.locator(".codes li")
    expect(codes).to_have_count(10)
    spare = codes.first.inner_text()
    for code in (app_code(secret), spare):
        cache.clear()  # as if the half minute of the last code were over
        asha.context.clear_cookies()
        asha.type_password()
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/today/")
    expect(asha.go("/settings/security/").get_by_text("9 left.")).to_be_visible()


def test_another_device_is_signed_out_from_here(visit: Callable[[], Visitor]) -> None:
    here, lost, third = visit(), visit(), visit()
    for each in (lost, third, here):
        each.sign_in()
    page = here.go("/settings/security/")
    page.get_by_role("button", name="Sign out Chrome").first.click()
    expect(page.get_by_text("That device is signed out.")).to_be_visible()
    page.get_by_role("button", name="Sign out all other devices").click()
    expect(page.get_by_text("Every other device is signed out.")).to_be_visible()
    for each in (lost, third):
        expect(each.go("/today/").get_by_role("heading", name="Sign in")).to_be_visible()
    expect(here.go("/today/").get_by_role("heading", name="Today")).to_be_visible()


def test_a_picture_stands_where_the_initials_were(visit: Callable[[], Visitor]) -> None:
    asha = visit()
    asha.sign_in()
    page = asha.go("/settings/")
    page.get_by_label("Choose a picture").set_input_files(PICTURE)
    page.get_by_role("button", name="Take this one").click()
    expect(page.locator(".me img.av")).to_be_visible()
    picture = page.locator(".me img.av")
    assert picture.evaluate("async picture => { await picture.decode(); return picture.naturalWidth }") > 0


def test_whoever_leaves_may_come_back(visit: Callable[[], Visitor]) -> None:
    dev = visit()
    page = dev.go("/accounts/login/")
    page.get_by_label("Email").fill("dev@lisbon.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/today/")
    dev.go("/settings/leave/")
    dev.prove()
    wrong = dev.look("leave")
    page.get_by_label("I have read this.").check()
    page.get_by_role("button", name="Delete my account").click()
    wrong += dev.look("left")
    page = dev.go("/accounts/login/")
    page.get_by_label("Email").fill("dev@lisbon.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    wrong += dev.look("come-back")
    page.get_by_role("button", name="Keep my account").click()
    page.wait_for_url("**/today/")
    assert wrong == []


def test_the_pages_of_ones_account_have_no_fault(visit: Callable[[], Visitor]) -> None:
    asha = visit()
    asha.go("/accounts/login/code/")
    wrong = asha.look("code")
    asha.sign_in()
    pages = {"profile": "/settings/", "security": "/settings/security/", "phone": "/settings/phone/"}
    for name, path in pages.items():
        asha.go(path)
        wrong += asha.look(name)
    asha.go("/accounts/2fa/totp/activate/")
    wrong += asha.look("is-it-you")
    asha.prove()
    more = {"app": "totp/activate/", "passkey": "webauthn/add/", "passkeys": "webauthn/"}
    for name, path in more.items():
        asha.go(f"/accounts/2fa/{path}")
        wrong += asha.look(name)
    assert wrong == []


@pytest.mark.peer
def test_a_newcomer_gets_from_signing_up_to_the_first_upload(newcomer: Callable[[str], Newcomer]) -> None:
    farah = newcomer("Farah Ali")
    farah.go("/upload/").wait_for_load_state("networkidle")  # the box's script comes after the page
    row = farah.drop(PICTURE, kind="image/png")
    farah.until(row.get_by_role("link", name="Open"), seconds=60)
    expect(farah.go("/library/").get_by_text("dot").first).to_be_visible()
    screenshot(farah.page, "people-first-upload")
