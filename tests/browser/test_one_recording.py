"""One recording of two people becomes twelve pieces of six kinds for six platforms, in Chromium.

The short form hums what is said and brings the words as subtitles. The long one records all ten minutes with two
voices (flite must be there) and lets the product listen.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts import tenancy
from accounts.models import BrandProfile
from content.models import ContentAsset, GeneratedContent, PieceFile, RepurposingJob, Transcript
from content.pieces.preflight import refusals
from content.pipeline import repurposing
from tests.browser.pages import Opened, look, open_page, screenshot, sign_in
from tests.cast import Cast, gather
from tests.content.making import process
from tests.core import conversation
from tests.core.conversation import Turn

pytestmark = pytest.mark.browser

TURNS = 48  # of the short form: enough words for an article
PLATFORMS = ["tiktok", "youtube", "instagram", "linkedin", "x", "bluesky"]
JOLT = 2.5  # widths of the picture per second squared, the most that a crop's speed may change
KINDS = {"short_video", "social_post", "thread", "carousel", "article", "newsletter"}


@dataclass
class Stage:
    """Asha's browser, the server, and the recording with what is said in it."""

    people: Cast
    opened: Opened
    url: str
    film: Path
    turns: list[Turn]
    is_spoken: bool

    @property
    def page(self) -> Page:
        return self.opened.page


@pytest.fixture
def people(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's driver keeps a loop in this thread
    cast = gather()
    with tenancy.of_organization(cast.kesar.pk):
        BrandProfile.objects.filter(pk=cast.brand.pk).update(preferred_platforms=PLATFORMS)
    return cast


@pytest.fixture(params=[False, pytest.param(True, marks=pytest.mark.long)], ids=["hummed", "spoken"])
def stage(request: pytest.FixtureRequest, browser: Browser, live_server: Any, people: Cast, tmp_path: Path) -> Stage:
    is_spoken = request.param
    if is_spoken and not conversation.can_speak():
        pytest.skip("flite is not on this machine")
    film = tmp_path / "Why your skin feels worse in the rain.mp4"
    turns = conversation.record(film, conversation.lines(None if is_spoken else TURNS), speaks=is_spoken)
    opened = open_page(browser, live_server.url + "/library/", state=sign_in(browser, live_server.url))
    return Stage(people, opened, live_server.url, film, turns, is_spoken)


def test_one_recording_becomes_twelve_pieces_of_six_kinds_for_six_platforms(browser: Browser, stage: Stage) -> None:
    asset = brings_the_recording(stage)
    finds_it_read(stage, asset)
    jobs = makes_the_whole_plan(stage, asset)
    made = pieces(stage)
    assert len(made) >= 12
    assert {piece.kind for piece in made} == KINDS
    assert {piece.platform for piece in made} == set(PLATFORMS)
    assert {str(piece): [found.message for found in refusals(piece)] for piece in made if refusals(piece)} == {}
    finds_nothing_wrong_with_any_film(stage)
    finds_every_piece_ready_in_the_studio(stage, asset, made)
    assert looks_at_all_of_it(browser, stage, asset, jobs) == []
    assert stage.opened.complaints == []


def brings_the_recording(stage: Stage) -> ContentAsset:
    page = stage.page
    with page.expect_file_chooser() as asked:
        page.get_by_role("link", name="Upload").click()
    asked.value.set_files(stage.film)
    row = page.locator("[data-up='list'] > li", has_text=stage.film.name)
    expect(row.get_by_role("link", name="Open")).to_be_visible(timeout=60_000)
    row.get_by_role("link", name="Open").click()
    page.wait_for_url("**/studio/**")
    with tenancy.of_organization(stage.people.kesar.pk):
        asset = ContentAsset.objects.get()
    return asset if stage.is_spoken else brings_the_words(stage, asset)


def brings_the_words(stage: Stage, asset: ContentAsset) -> ContentAsset:
    page, words = stage.page, conversation.subtitles(stage.turns).encode()
    page.get_by_text("bring", exact=False).first.click()
    page.get_by_label("Subtitles").set_input_files({"name": "talk.vtt", "mimeType": "text/vtt", "buffer": words})
    page.get_by_role("button", name="Use this file").click()
    expect(page.get_by_text(stage.turns[0].text[:20]).first).to_be_visible()
    return asset


def finds_it_read(stage: Stage, asset: ContentAsset) -> None:
    process(asset)
    with tenancy.of_organization(asset.organization_id):
        asset.refresh_from_db()
        said = Transcript.objects.get(asset=asset)
    assert asset.status == "ready"
    assert asset.duration == pytest.approx(stage.turns[-1].end, abs=2)
    assert len(said.text.split()) > 0.8 * sum(len(turn.text.split()) for turn in stage.turns)
    stage.page.reload()
    expect(stage.page.locator("#understood")).to_contain_text("Hook")


def makes_the_whole_plan(stage: Stage, asset: ContentAsset) -> list[RepurposingJob]:
    """One click on the plan; the test is the worker."""
    page = stage.page
    page.get_by_role("link", name="Make more").click()
    page.get_by_role("button", name="Make a plan").click()
    expect(page.get_by_role("button", name="Make what is ticked")).to_be_visible()
    screenshot(page, "one-recording-plan")
    page.get_by_role("button", name="Make what is ticked").click()
    expect(page.get_by_text("on their way").first).to_be_visible()
    while repurposing.run_next():
        pass
    with tenancy.of_organization(asset.organization_id):
        jobs = list(RepurposingJob.objects.filter(asset=asset).order_by("created_at"))
    assert {job.kind: job.error for job in jobs if job.status != "completed"} == {}
    expect(page.locator("#jobs").get_by_text("Ready", exact=True)).to_have_count(len(jobs), timeout=15_000)
    page.wait_for_load_state("networkidle")  # the last look for progress may still be on its way
    return jobs


def pieces(stage: Stage) -> list[GeneratedContent]:
    with tenancy.of_organization(stage.people.kesar.pk):
        rows = GeneratedContent.objects.filter(job__isnull=False).select_related("asset", "job")
        return list(rows.order_by("kind", "platform", "part"))


def finds_nothing_wrong_with_any_film(stage: Stage) -> None:
    """What the product's own check says of every file; the crops of people who sit stand, or move in one go."""
    with tenancy.of_organization(stage.people.kesar.pk):
        files = list(PieceFile.objects.filter(job__isnull=False))
    reports = {str(one): one.report for one in files}
    wrong = {name: one["told"] for name, report in reports.items() for one in report if not one["ok"]}
    assert wrong == {}
    films = [{one["check"] for one in report} for report in reports.values() if len(report) > 2]
    assert all(checked >= {"length", "black", "frozen", "loudness", "captions", "crop", "letters"} for checked in films)
    moved = [crop for one in files for crop in one.recipe.get("crop", ())]
    assert moved
    assert max(crop["turns"] for crop in moved) <= 1
    assert max(crop["jolt"] for crop in moved) < JOLT


def finds_every_piece_ready_in_the_studio(stage: Stage, asset: ContentAsset, made: list[GeneratedContent]) -> None:
    """One of each kind and platform is opened; nothing there says that it cannot be sent."""
    page = stage.page
    for piece in {(piece.kind, piece.platform): piece for piece in made}.values():
        page.goto(f"{stage.url}/studio/{asset.pk}/?piece={piece.pk}")
        expect(page.locator("#compose")).to_have_attribute("data-composer", piece.platform)
        expect(page.get_by_label("Text", exact=True)).to_have_value(re.compile(r"\w{3}"))
        expect(page.locator("#compose .note[data-state=failed]")).to_have_count(0)


def looks_at_all_of_it(browser: Browser, stage: Stage, asset: ContentAsset, jobs: list[RepurposingJob]) -> list[str]:
    state, found = stage.page.context.storage_state(), []
    shown = {job.kind: f"/jobs/{job.pk}/" for job in jobs if stage.is_spoken or job.kind in {"shorts", "carousel"}}
    addresses = {"plan": f"/studio/{asset.pk}/more/"} | shown
    for name, address in addresses.items():
        found += look(browser, state, stage.url + address, f"one-recording-{name}")
    return found
