"""A piece in Chromium: judged while one types, mended with a click, said in other ways, taken back."""

import re
import time
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from playwright.sync_api import Browser, Route, StorageState, expect

from accounts import tenancy
from content.models import ContentAsset, MediaFix
from tests.browser.pages import SIGHTS, faults, open_page
from tests.cast import Cast
from tests.content.making import bring, pieces, process
from tests.publishing.conftest import make_piece

pytestmark = pytest.mark.browser

LONG = "Saffron wakes tired skin. " * 14


@pytest.fixture
def asset(people: Cast) -> ContentAsset:
    return process(bring(people))


def test_a_piece_is_judged_while_typing_mended_and_said_in_other_ways(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState
) -> None:
    place = live_server.url + reverse("studio", args=[asset.pk]) + "?piece=bluesky"
    opened = open_page(browser, place, state=state)
    page = opened.page
    expect(page.locator("#preflight")).to_contain_text("Bluesky takes it as it is.")
    page.get_by_role("textbox", name="Text", exact=True).fill(LONG)
    expect(page.locator("#preflight")).to_contain_text("over Bluesky's 300")  # nothing was saved for that
    page.get_by_role("button", name="Shorten the text").click()
    expect(page.locator("#preflight")).to_contain_text("Bluesky takes it as it is.")
    expect(page.get_by_role("textbox", name="Text", exact=True)).not_to_have_value(LONG)
    page.get_by_text("Other ways to say it").click()
    page.get_by_role("button", name="Write these").click()
    way = page.locator(".ways2 > li").first
    words = way.locator("p.pre").first.inner_text()
    way.get_by_role("button", name="Take this one").click()
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value(words)
    page.goto(live_server.url + reverse("studio", args=[asset.pk]) + "?piece=bluesky")
    page.get_by_text("4 versions").click()
    page.get_by_role("link", name="Compare versions").click()
    expect(page.locator("ins").first).to_be_visible()
    assert opened.complaints == []


def test_a_click_that_mends_wins_over_the_look_at_the_last_key(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState
) -> None:
    place = live_server.url + reverse("studio", args=[asset.pk]) + "?piece=bluesky"
    page = open_page(browser, place, state=state, settled=True).page
    text = page.get_by_role("textbox", name="Text", exact=True)
    text.fill(LONG)
    shorten = page.get_by_role("button", name="Shorten the text")
    expect(shorten).to_be_visible()

    def slow(route: Route) -> None:
        time.sleep(1.5)
        route.continue_()

    page.route("**" + reverse("piece", args=[pieces(asset)["bluesky"].pk]), slow)
    text.press("End")
    text.press("x")
    shorten.click()
    expect(page.locator("#preflight")).to_contain_text("Bluesky takes it as it is.")
    expect(text).not_to_have_value(re.compile("x$"))
    assert len(text.input_value()) < len(LONG)


def test_one_press_makes_a_wide_film_tall(
    browser: Browser, live_server: Any, people: Cast, state: StorageState
) -> None:
    facts = {
        "kind": "video", "container": "mp4", "video_codec": "h264", "audio_codec": "aac", "fps": 30.0, "width": 1920,
        "height": 1080, "duration": 20.0, "size": 1000,
    }  # fmt: skip
    with tenancy.of_organization(people.kesar.pk):
        film = ContentAsset.objects.create(
            organization=people.kesar, kind="video", title="Monsoon", file=ContentFile(b"film", "film.mp4"),
            mime_type="video/mp4", duration=20.0, media_info=facts, status=ContentAsset.Status.READY,
        )  # fmt: skip
        piece = make_piece(people.kesar, asset=film, platform="tiktok")
    place = f"{live_server.url}{reverse('studio', args=[film.pk])}?piece={piece.pk}"
    page = open_page(browser, place, state=state, settled=True).page
    page.get_by_role("button", name="Make it tall").click()
    expect(page.locator("#media")).to_contain_text("Waiting to begin")
    with tenancy.of_organization(people.kesar.pk):
        assert MediaFix.objects.get().recipe["aspect"] == pytest.approx(9 / 16)


@pytest.mark.parametrize(("width", "theme"), SIGHTS)
def test_the_comparison_can_be_read_in_each_sight(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState, width: int, theme: str
) -> None:
    place = live_server.url + reverse("piece_versions", args=[pieces(asset)["x"].pk])
    opened = open_page(browser, place, width=width, theme=theme, state=state)
    assert faults(opened, f"piece-versions-{width}-{theme}") == []
