"""The brand's tabs in Chromium: narrow and wide, light and dark; a text tested, with and without script."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page, expect

from accounts import tenancy
from accounts.models import AudienceProfile, BrandProfile
from accounts.services import voice
from tests.browser.pages import chromium, faults, look, open_page, signed_in
from tests.cast import Cast, gather
from tests.content.making import bring, pieces, process
from tests.voices import on_the_same_topics, posts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATHS = {
    "brand-profile": "/brand/",
    "brand-voice": "/brand/voice/",
    "brand-audiences": "/brand/audiences/",
    "brand-audience-new": "/brand/audiences/new/",
    "brand-list": "/brands/",
}


@pytest.fixture
def cast(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The cast; Kesar's brand has samples, an audience, and a sister."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's driver keeps a loop in this thread
    cast = gather()
    with tenancy.of_organization(cast.kesar.pk):
        BrandProfile.objects.filter(pk=cast.brand.pk).update(
            preferred_platforms=["bluesky"], sample_urls=["https://kesar.example/about"]
        )
        BrandProfile.objects.create(organization=cast.kesar, client=cast.client, name="Chai Point", industry="tea")
        AudienceProfile.objects.create(
            organization=cast.kesar, brand=cast.brand, name="Commuters in Delhi", age_from=24, age_to=38,
            genders=["women"], locations=["Delhi", "Gurugram"], interests=["skincare", "running"],
            pain_points=["Dry skin after the metro"], content_types=["short_video"],
            platform_habits={"instagram": "evenings"},
        )  # fmt: skip
        found = [voice.Found(post) for post in (*posts("slowmiles"), posts("glowgappa")[0])]
        voice.add(cast.brand, found, by=cast.asha)
    return cast


@pytest.fixture
def browser(live_server: Any) -> Iterator[Browser]:
    """Chromium, closed before the server; the connections Django opens beside its driver's loop are closed too."""
    assert live_server.url
    with chromium() as opened:
        yield opened
        connections.close_all()


def test_the_tabs_have_no_fault_in_any_sight(browser: Browser, cast: Cast, live_server: Any) -> None:
    state, found = signed_in(cast.asha.user, live_server.url), list[str]()
    paths = PATHS | {"brand-delete": f"/brand/{cast.brand.pk}/delete/"}
    for name, path in paths.items():
        found += look(browser, state, live_server.url + path, name)
    assert found == []


def ask(page: Page, text: str) -> None:
    page.get_by_label("Text", exact=True).fill(text)
    page.get_by_role("button", name="Test it").click()


def test_a_text_is_tested_in_its_place_with_its_evidence(browser: Browser, cast: Cast, live_server: Any) -> None:
    state, found = signed_in(cast.asha.user, live_server.url), list[str]()
    for width, theme in [(390, "dark"), (1440, "light")]:
        opened = open_page(browser, f"{live_server.url}/brand/voice/", width=width, theme=theme, state=state)
        ask(opened.page, on_the_same_topics("slowmiles")["rain"])
        expect(opened.page.get_by_text("Sounds like you")).to_be_visible()
        ask(opened.page, on_the_same_topics("glowgappa")["rain"])
        expect(opened.page.get_by_text("Not like you")).to_be_visible()
        expect(opened.page.get_by_role("heading", name="Nearest samples")).to_be_visible()
        found += faults(opened, f"brand-verdict-{width}-{theme}")
        opened.page.context.close()
    assert found == []


def test_it_works_without_script_too(browser: Browser, cast: Cast, live_server: Any) -> None:
    state = signed_in(cast.asha.user, live_server.url)
    page = open_page(browser, f"{live_server.url}/brand/voice/", state=state, script=False).page
    ask(page, on_the_same_topics("slowmiles")["coffee"])
    expect(page.get_by_text("Held against 15 samples")).to_be_visible()
    page.get_by_label("Posts that sound like you").fill("I like this bench. It has seen people come, and mostly go.")
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_text("16 of at most 200")).to_be_visible()
    page.context.close()


def test_the_studio_shows_how_a_piece_sounds(browser: Browser, cast: Cast, live_server: Any) -> None:
    piece = pieces(process(bring(cast)))["bluesky"]
    state = signed_in(cast.asha.user, live_server.url)
    address = f"{live_server.url}/studio/{piece.asset_id}/?piece={piece.pk}"
    opened = open_page(browser, address, state=state, settled=True)
    meter = opened.page.locator(".hear summary", has_text="your own samples").first
    expect(meter).to_contain_text(re.compile("you", re.IGNORECASE))
    meter.click()
    expect(opened.page.get_by_role("heading", name="Nearest samples")).to_be_visible()
    found = faults(opened, "studio-voice-1440-light")
    opened.page.context.close()
    assert found == []
