"""An agency with two clients whose people cannot see each other: on real pages, by direct addresses, in files."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from accounts import tenancy
from accounts.models import BrandProfile
from content.services import assets
from tests.browser.pages import chromium, look, open_page, sign_in
from tests.cast import gather
from tests.world import World, furnish

pytestmark = pytest.mark.browser

OF_CHAI = {
    "studio": "asset", "file": "asset", "thumbnail": "asset", "frame": "frame", "post": "post",
    "practice_media": "practice_media", "client_logo": "client",
}  # fmt: skip


def picture() -> ContentFile[bytes]:
    """A logo."""
    made = io.BytesIO()
    Image.new("RGB", (320, 320), "#7c2d12").save(made, "WEBP")
    return ContentFile(made.getvalue())


@pytest.fixture
def world(transactional_db: None) -> World:
    """Kesar with work for Chai Point, and a note for Metro Dental."""
    cast = gather()
    found = furnish(cast)
    with tenancy.operator():
        cast.client.brand_colors, cast.client.contact_email = ["#7c2d12", "#a8a29e", "#ffffff"], "isha@chai.example"
        cast.client.logo.save("logo.webp", picture())
    for client, member, title in ((cast.metro, cast.farah, "Braces in a week"), (cast.client, cast.esha, "Masala")):
        with tenancy.operator():
            brand = BrandProfile.objects.create(organization=cast.kesar, client=client, name=f"{title} brand")
        with tenancy.of_member(cast.asha):
            text = f"{title} is what our customers ask for"
            assets.create_from_text(text=text, title=title, key=member.pk, brand=brand, by=cast.asha)
    return found


@pytest.fixture
def browser(world: World) -> Iterator[Browser]:
    """Chromium, once the world stands."""
    with chromium() as opened:
        yield opened


def status_of(page: Page, address: str) -> int:
    """Ask for an address as this person's browser does."""
    return int(page.evaluate("async (address) => (await fetch(address)).status", address))


def titles(page: Page, address: str) -> str:
    """Return what the library shows."""
    page.goto(address + reverse("library"))
    return page.locator("main").inner_text()


def test_two_clients_of_an_agency_never_see_each_other(browser: Browser, live_server: Any, world: World) -> None:
    url, cast = live_server.url, world.cast
    esha = open_page(browser, url + reverse("today"), state=sign_in(browser, url, cast.esha.user.email)).page
    farah = open_page(browser, url + reverse("today"), state=sign_in(browser, url, cast.farah.user.email)).page
    assert "Masala" in titles(esha, url)
    assert "KESAR asset" in titles(esha, url)
    assert "Braces" not in titles(esha, url)
    assert "Braces" in titles(farah, url)
    assert not {"Masala", "KESAR"} & set(titles(farah, url).split())
    for name, thing in OF_CHAI.items():
        path = reverse(name, args=[world.ids[thing]])
        assert (name, status_of(esha, path)) == (name, 200)
        assert (name, status_of(farah, path)) == (name, 404)
    farah.goto(url + reverse("studio", args=[world.ids["asset"]]))
    assert "KESAR" not in farah.content()
    for page in ("posts", "notifications", "brand", "today"):
        farah.goto(url + reverse(page))
        assert "KESAR" not in farah.locator("main").inner_text(), page
    esha.goto(url + reverse("library") + "?q=braces")
    assert "Braces in a week" not in esha.locator("main").inner_text()


def test_the_agency_adds_a_client_looks_at_one_only_and_archives_it(
    browser: Browser, live_server: Any, world: World, tmp_path: Any
) -> None:
    url, cast = live_server.url, world.cast
    state, esha_state = sign_in(browser, url, cast.asha.user.email), sign_in(browser, url, cast.esha.user.email)
    page = open_page(browser, url + reverse("clients"), state=state).page
    page.get_by_role("link", name="Add a client").click()
    page.get_by_label("Name", exact=True).fill("Fjord Coffee")
    page.get_by_label("Contact", exact=False).first.fill("Jonas Petersen")
    page.get_by_label("Main colour").fill("#7c2d12")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Fjord Coffee")).to_be_visible()
    expect(page.get_by_text("reads well").first).to_be_visible()
    page.get_by_label("Or a new one, called").fill("Fjord Roasts")
    page.get_by_role("button", name="Give them this brand").click()
    expect(page.get_by_role("button", name="Take back Fjord Roasts")).to_be_visible()
    page.goto(url + reverse("clients"))
    page.locator(".clients > li").filter(has_text="Metro Dental").get_by_role("button").click()
    expect(page.get_by_text("Only Metro Dental is shown.")).to_be_visible()
    assert "Masala" not in titles(page, url)
    assert "Braces" in titles(page, url)
    page.get_by_role("button", name="Show everything").click()
    assert "Masala" in titles(page, url)
    esha = open_page(browser, url + reverse("library"), state=esha_state).page
    page.goto(url + reverse("client", args=[cast.client.pk]))
    page.get_by_role("button", name="Archive this client").click()
    expect(page.get_by_text("Chai Point is archived")).to_be_visible()
    esha.goto(url + reverse("library"))
    assert "Masala" not in esha.content()
    page.goto(url + reverse("clients") + "?archived")
    page.get_by_role("button", name="Restore Chai Point").click()
    expect(page.get_by_text("Chai Point is back")).to_be_visible()
    assert "Masala" in titles(esha, url)


def test_the_pages_of_clients_have_no_fault(browser: Browser, live_server: Any, world: World) -> None:
    url, cast = live_server.url, world.cast
    state = sign_in(browser, url, cast.asha.user.email)
    paths = {
        "clients": reverse("clients"),
        "client": reverse("client", args=[cast.client.pk]),
        "client-new": reverse("client_new"),
        "clients-archived": reverse("clients") + "?archived",
    }
    found = []
    for name, path in paths.items():
        found += look(browser, state, url + path, name)
    assert found == []
