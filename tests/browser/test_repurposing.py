"""Making more of a recording in Chromium: the plan, one click, live progress, the result with its player."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, StorageState, expect

from accounts import tenancy
from content.models import ContentAsset, RepurposingJob
from content.pipeline import repurposing
from content.services import repurposing as commands
from content.services import transcripts
from tests.browser.pages import look, open_page
from tests.browser.test_studio import SRT
from tests.cast import Cast
from tests.content.making import PORTRAIT, bring, process
from tests.publishing.conftest import make_piece

pytestmark = pytest.mark.browser
SMALL = {"side": 180, "start": 0.3, "end": 2.3, "layout": "fit"}


@pytest.fixture
def asset(people: Cast) -> ContentAsset:
    """A video that was read; a minute long, as far as the plan knows."""
    made = bring(people, PORTRAIT, mime_type="video/mp4")
    with tenancy.of_member(people.asha):
        transcripts.bring_subtitles(made, SRT * 9, name="skin.srt", by=people.asha)
    made = process(made)
    with tenancy.of_member(people.asha):
        ContentAsset.objects.filter(pk=made.pk).update(duration=60.0)
    return made


def opened_out(page: Page) -> None:
    page.locator("summary").last.click()


def test_a_plan_becomes_jobs_by_one_click_and_each_shows_what_came_of_it(
    browser: Browser, live_server: Any, people: Cast, asset: ContentAsset, state: StorageState
) -> None:
    address = live_server.url + reverse("make_more", args=[asset.pk])
    opened = open_page(browser, live_server.url + reverse("studio", args=[asset.pk]), state=state)
    page = opened.page
    page.get_by_role("link", name="Make more").click()
    page.get_by_role("button", name="Make a plan").click()
    expect(page.get_by_role("button", name="Make what is ticked")).to_be_visible()
    for box in page.get_by_role("checkbox", name="Short videos").all():
        expect(box).to_be_checked()
    with tenancy.of_member(people.asha):
        commands.ask(
            ContentAsset.objects.get(pk=asset.pk), kind="shorts", by=people.asha, platforms=["tiktok", "youtube"],
            format="vertical", config=SMALL,
        )  # fmt: skip
    assert repurposing.run_next() is not None
    page.get_by_role("button", name="Make what is ticked").click()
    expect(page.get_by_text("on their way").first).to_be_visible()
    expect(page.get_by_role("progressbar").first).to_be_visible()
    with tenancy.of_member(people.asha):
        done = RepurposingJob.objects.get(status="completed")
    for name, where in [("more", address), ("job", live_server.url + reverse("repurposing_job", args=[done.pk]))]:
        assert look(browser, state, where, f"repurposing-{name}", first=opened_out) == []
    opened.page.goto(live_server.url + reverse("repurposing_job", args=[done.pk]))
    expect(page.locator("video")).to_have_count(1)
    page.get_by_text("Another range, style or picture").click()
    page.get_by_label("To second").fill("2")
    page.get_by_role("button", name="Make it anew").click()
    expect(page.get_by_text("Waiting to begin")).to_be_visible()
    with tenancy.of_member(people.asha):
        assert RepurposingJob.objects.filter(config__end=2.0, status="queued").count() == 1


def test_what_is_finished_stands_still_while_the_rest_of_a_job_is_made(
    browser: Browser, live_server: Any, people: Cast, asset: ContentAsset, state: StorageState
) -> None:
    with tenancy.of_member(people.asha):
        commands.ask(
            ContentAsset.objects.get(pk=asset.pk), kind="shorts", by=people.asha, platforms=["tiktok"],
            format="vertical", config=SMALL,
        )  # fmt: skip
    assert repurposing.run_next() is not None

    def stands(**values: Any) -> None:
        with tenancy.of_organization(people.kesar.pk):
            RepurposingJob.objects.update(**values)

    stands(status="processing", progress=40)
    with tenancy.of_organization(people.kesar.pk):
        job = RepurposingJob.objects.get()
    page = open_page(browser, live_server.url + reverse("repurposing_job", args=[job.pk]), state=state).page
    video = page.locator("video")
    video.evaluate("async film => { film.muted = film.loop = true; await film.play(); film.dataset.mine = 1; }")
    page.get_by_role("button", name="Stop").evaluate("button => { button.dataset.mine = 1; }")
    stands(progress=60)
    expect(page.locator("#how-far")).to_contain_text("60 %", timeout=20_000)
    expect(page.locator("button[data-mine]")).to_be_visible()
    with tenancy.of_organization(people.kesar.pk):
        make_piece(people.kesar, asset=asset, job=job, part=50, title="The next one")
    expect(page.get_by_role("heading", name="The next one")).to_be_visible(timeout=20_000)
    assert video.evaluate("film => film.dataset.mine && !film.paused && film.currentTime > 0")
    stands(status="completed", progress=100)
    expect(page.get_by_text("Another range, style or picture")).to_be_visible(timeout=20_000)
    expect(page.locator("#how-far")).to_have_count(0, timeout=20_000)
    expect(page.locator(".result")).to_have_count(2, timeout=20_000)
    assert video.evaluate("film => film.dataset.mine && !film.paused")


def test_without_script_a_job_is_asked_for_and_stopped(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState
) -> None:
    address = live_server.url + reverse("make_more", args=[asset.pk])
    page = open_page(browser, address + "?start=0.5&end=2.5#by-hand", state=state, script=False).page
    expect(page.get_by_label("From second")).to_have_value("0.5")
    page.get_by_role("button", name="Make it", exact=True).click()
    expect(page.get_by_text("Waiting to begin")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
