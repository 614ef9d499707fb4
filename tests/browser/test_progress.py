"""Pages that look again by themselves: the progress moves, and whoever is at something else there stays at it."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts import tenancy
from content.models import ContentAsset, MediaFix, RepurposingJob
from tests.browser.pages import open_page, sign_in
from tests.cast import Cast
from tests.content.making import bring, pieces, process

pytestmark = pytest.mark.browser


@pytest.fixture
def asset(people: Cast) -> ContentAsset:
    return process(bring(people))


def on(people: Cast, model: Any, **changes: Any) -> None:
    """What a worker writes."""
    with tenancy.of_organization(people.kesar.pk):
        model.objects.update(**changes)


def is_same(page: Page, at: str) -> bool:
    """Whether the part that was marked stands there still."""
    return bool(page.evaluate("at => document.querySelector(at)?.dataset.seen === 'yes'", at))


def mark(page: Page, at: str) -> None:
    page.evaluate("at => { document.querySelector(at).dataset.seen = 'yes'; }", at)


@pytest.mark.parametrize("of_asset", [True, False])
def test_a_list_of_jobs_keeps_the_focus_while_they_go_on(
    of_asset: bool, browser: Browser, live_server: Any, people: Cast, asset: ContentAsset
) -> None:
    with tenancy.of_organization(people.kesar.pk):
        for kind in ("social", "thread"):
            RepurposingJob.objects.create(organization=people.kesar, asset=asset, kind=kind, status="processing")
    place = f"/studio/{asset.pk}/more/" if of_asset else "/jobs/"
    page = open_page(browser, live_server.url + place, state=sign_in(browser, live_server.url)).page
    stop = page.get_by_role("button", name="Stop").first
    stop.focus()
    mark(page, "#jobs li")
    on(people, RepurposingJob, progress=41)
    expect(page.get_by_text("41 %")).to_have_count(2, timeout=15_000)
    expect(stop).to_be_focused()
    assert is_same(page, "#jobs li")
    on(people, RepurposingJob, status="completed", progress=100)
    expect(page.locator("#jobs").get_by_text("Ready", exact=True)).to_have_count(2, timeout=15_000)


def test_a_file_that_is_made_fit_moves_its_progress_alone_until_it_is_over(
    browser: Browser, live_server: Any, people: Cast, asset: ContentAsset
) -> None:
    piece = pieces(asset)["bluesky"]
    with tenancy.of_organization(people.kesar.pk):
        MediaFix.objects.create(organization=people.kesar, piece=piece, status="processing")
    place = f"{live_server.url}/studio/{asset.pk}/?piece={piece.pk}"
    page = open_page(browser, place, state=sign_in(browser, live_server.url)).page
    cancel = page.locator("#media").get_by_role("button", name="Cancel")
    cancel.focus()
    mark(page, "#media")
    on(people, MediaFix, progress=41)
    expect(page.locator("#fix-far")).to_contain_text("41 %", timeout=15_000)
    expect(cancel).to_be_focused()
    assert is_same(page, "#media")
    on(people, MediaFix, status="failed", error="The disk is full.")
    expect(page.locator("#media")).to_contain_text("The disk is full.", timeout=15_000)
