"""The composer in Chromium: a thread's parts as they are typed, hashtags as people write them, whose account it is."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts import tenancy
from accounts.models import BrandProfile
from content.services.handwritten import Words
from publishing.services import compose
from publishing.services.compose import When
from tests.browser.pages import faults, open_page, sign_in
from tests.cast import Cast
from tests.publishing.agreeing import ask, make_workflow, stage
from tests.publishing.conftest import make_connection

pytestmark = pytest.mark.browser
THREAD = "Rain is not the enemy.\n\n---\n\nYour soap is."


@pytest.fixture
def composing(people: Cast, settings: Any) -> str:
    """A client's words that are to go to one of the house's own accounts."""
    settings.PUBLISHING_PLATFORMS = dict.fromkeys(("practice", "bluesky"), "tests.publishing.wire.Small")
    with tenancy.of_organization(people.kesar.pk):
        account = make_connection(people.kesar, platform="bluesky", handle="kesar.example")
        brand = BrandProfile.objects.create(organization=people.kesar, client=people.client, name="Chai Point")
        at = (timezone.now() + dt.timedelta(days=2)).replace(tzinfo=None, second=0, microsecond=0)
        [draft] = compose.begin(
            Words(text="Rain is not the enemy.", hashtags=[]), accounts=[account], when=When(at, "Asia/Kolkata"),
            by=people.ben, now=timezone.now(), key=uuid.uuid4(), brand=brand,
        )  # fmt: skip
        return reverse("composing", args=[draft.piece.asset_id])


def test_a_threads_parts_stand_one_under_another_as_they_are_typed(
    browser: Browser, live_server: Any, composing: str
) -> None:
    state = sign_in(browser, live_server.url)
    opened = open_page(browser, f"{live_server.url}{composing}", width=390, state=state, settled=True)
    page, preview = opened.page, opened.page.locator("#preview")
    expect(page.get_by_text("is not an account of theirs but your own")).to_be_visible()
    page.get_by_label("Text", exact=True).fill(THREAD)
    expect(preview.locator("ol.thread > li")).to_have_text(["Rain is not the enemy.", "Your soap is."])
    expect(preview).not_to_contain_text("---")
    page.get_by_label("Hashtags").fill("skin care, #monsoon")
    expect(preview).to_contain_text("#skincare #monsoon")
    found = faults(opened, "composing-thread-390-light")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert found + faults(opened, "composing-thread-1280-light") == []
    page.get_by_label("Text", exact=True).fill("One post.\n\n---")
    expect(preview.locator("ol.thread > li")).to_have_text(["One post.", "#skincare #monsoon"])
    page.get_by_label("Hashtags").fill("")
    expect(preview.locator("p.body")).to_have_text("One post.")
    page.get_by_label("Text", exact=True).fill(THREAD)
    page.get_by_label("Hashtags").fill("skin care, #monsoon")
    page.get_by_role("button", name="Keep as drafts").click()
    expect(page.get_by_label("Hashtags")).to_have_value("#skincare #monsoon")
    expect(page.locator("#preview ol.thread > li")).to_have_count(2)


def test_a_thread_in_a_review_is_parted_by_lines(browser: Browser, live_server: Any, people: Cast) -> None:
    with tenancy.of_organization(people.kesar.pk):
        workflow = make_workflow(people, stage("Look", people.asha), is_required=False)
        asked = ask(people, workflow, platform="x", text=THREAD)
    state, address = sign_in(browser, live_server.url), reverse("approval", args=[asked.pk])
    opened = open_page(browser, f"{live_server.url}{address}?show=clean", width=1280, state=state, settled=True)
    expect(opened.page.locator("figure.card ol.thread > li")).to_have_count(2)
    line = opened.page.locator("[data-field=text] .parting")
    expect(line).to_have_count(1)
    box = line.bounding_box()
    assert box is not None
    assert box["height"] < 4
    assert faults(opened, "review-thread-1280-light") == []


def test_an_account_to_be_connected_again_is_told_where_a_piece_is_sent(
    browser: Browser, live_server: Any, people: Cast, settings: Any
) -> None:
    settings.PUBLISHING_PLATFORMS = dict.fromkeys(("practice", "x"), "tests.publishing.wire.Small")
    with tenancy.of_organization(people.kesar.pk):
        workflow = make_workflow(people, stage("Look", people.asha), is_required=False)
        piece = ask(people, workflow, platform="x", text=THREAD).piece
        for handle, status in (("@a.broken", "needs_reconnect"), ("@b.well", "active")):
            make_connection(people.kesar, platform="x", account_id=handle, handle=handle, status=status)
    state, address = sign_in(browser, live_server.url), reverse("schedule", args=[piece.pk])
    opened = open_page(browser, f"{live_server.url}{address}", width=390, state=state, settled=True)
    expect(opened.page.get_by_label("To", exact=True).locator("option:checked")).to_have_text("@b.well (X)")
    expect(opened.page.get_by_text("@a.broken is not chosen by itself")).to_be_visible()
    expect(opened.page.locator("dl.facts ol.thread > li")).to_have_count(2)
    assert faults(opened, "schedule-broken-390-light") == []
