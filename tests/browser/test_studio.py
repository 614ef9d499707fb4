"""The Studio in Chromium: seconds and words follow each other, pieces are written, with script and without."""

import datetime as dt
import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils.timezone import now
from playwright.sync_api import Browser, Dialog, Page, Route, StorageState, expect

from accounts import tenancy
from content.models import ContentAsset, GeneratedContent, PipelineStep
from content.services import transcripts
from publishing.services import slots
from tests.browser.pages import look, open_page, until
from tests.cast import Cast
from tests.content.making import PORTRAIT, bring, process, topic
from tests.publishing.conftest import make_connection

pytestmark = pytest.mark.browser

SRT = (
    b"1\n00:00:00,300 --> 00:00:01,900\nYour skin barrier is losing water every monsoon.\n\n"
    b"2\n00:00:02,200 --> 00:00:03,900\nUse a light cream with ceramides.\n"
)


@pytest.fixture
def asset(people: Cast) -> ContentAsset:
    """A video that was read, with one topic that fits."""
    topic("Skin barrier", names=["skin barrier", "ceramides"])
    made = bring(people, PORTRAIT, mime_type="video/mp4")
    with tenancy.of_member(people.asha):
        transcripts.bring_subtitles(made, SRT, name="skin.srt", by=people.asha)
    return process(made)


def place(live_server: Any, asset: ContentAsset, piece: str = "") -> str:
    return str(live_server.url + reverse("studio", args=[asset.pk])) + (f"?piece={piece}" if piece else "")


def second(page: Page) -> float:
    return float(page.evaluate("document.querySelector('video').currentTime"))


def text_of(page: Page) -> Any:
    return page.get_by_label("Text", exact=True)


def test_words_moments_and_matches_lead_to_their_second(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState
) -> None:
    opened = open_page(browser, place(live_server, asset), state=state)
    page = opened.page
    word = page.locator("[data-script] [data-t]").nth(10)
    word.click()
    until(page, "document.querySelector('video').currentTime > 2")
    assert second(page) == pytest.approx(float(str(word.get_attribute("data-t"))), abs=0.3)
    expect(word).to_have_class(re.compile(r"\bw\b"))
    page.locator(".matches [data-seek]").first.click()
    until(page, "document.querySelector('video').currentTime < 2")
    expect(page.locator("[data-script] .hit").first).to_be_visible()
    assert opened.complaints == []


def test_a_piece_is_written_counted_rewritten_and_taken_back(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState
) -> None:
    opened = open_page(browser, place(live_server, asset), state=state)
    page = opened.page
    page.get_by_role("link", name=re.compile("Bluesky")).first.click()
    expect(page.locator("[data-composer=bluesky]")).to_be_visible()
    first = text_of(page).input_value()
    text_of(page).fill("saffron " * 50)
    expect(page.locator("[data-count=text]")).to_have_text(re.compile("over: "))
    expect(page.locator("[data-unsaved]")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".note[data-state=failed]")).to_contain_text("over Bluesky's 300")
    page.get_by_label("Write it again with a note").fill("Shorter")
    page.get_by_role("button", name="Write again").click()
    expect(page.locator(".vers summary", has_text=re.compile(r"\d versions?"))).to_have_text(re.compile("3 versions"))
    page.locator(".vers summary", has_text=re.compile(r"\d versions?")).click()
    page.get_by_role("button", name="Take it back").last.click()
    expect(page.locator(".vers summary", has_text=re.compile(r"\d versions?"))).to_have_text(re.compile("4 versions"))
    expect(text_of(page)).to_have_value(first)
    assert opened.complaints == []


def test_all_of_it_works_without_script(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState
) -> None:
    page = open_page(browser, place(live_server, asset, "mastodon"), state=state, script=False).page
    text_of(page).fill("Without script.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(text_of(page)).to_have_value("Without script.")
    page.get_by_label("Write it again with a note").fill("Shorter")
    page.get_by_role("button", name="Write again").click()
    expect(page.locator(".vers summary", has_text=re.compile(r"\d versions?"))).to_have_text(re.compile("3 versions"))
    page.get_by_text("Correct the words, or bring").click()
    page.get_by_label("Subtitles").set_input_files({"name": "x.srt", "mimeType": "text/plain", "buffer": b"nothing"})
    page.get_by_role("button", name="Use this file").click()
    expect(page.locator(".err")).to_contain_text("holds no subtitles")


def test_what_is_done_meanwhile_shows_itself(
    browser: Browser, live_server: Any, people: Cast, state: StorageState
) -> None:
    asset = bring(people)
    with tenancy.of_organization(people.kesar.pk):
        PipelineStep.objects.filter(asset=asset, name="fetch").update(status="running", progress=40)
    page = open_page(browser, place(live_server, asset), state=state).page
    expect(page.locator("#rail")).to_contain_text("40 %")
    with tenancy.of_organization(people.kesar.pk):
        PipelineStep.objects.filter(asset=asset, name="fetch").update(status="waiting")
    process(asset)
    expect(page.get_by_role("link", name=re.compile("Mastodon"))).to_be_visible(timeout=10_000)
    expect(page.locator("#understood")).to_contain_text("Hook")


def test_a_phone_that_was_led_to_a_piece_shows_the_piece(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState
) -> None:
    page = open_page(browser, place(live_server, asset), width=390, state=state).page
    expect(page.locator("video")).to_be_visible()
    expect(page.locator("#piece")).to_be_hidden()
    page.goto(place(live_server, asset, "bluesky"))
    expect(page.locator("[data-composer=bluesky]")).to_be_visible()
    expect(page.locator("video")).to_be_hidden()
    page.get_by_text("Watch", exact=True).click()
    expect(page.locator("video")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1440])
def test_it_opens_at_its_beginning_with_the_open_tab_in_sight(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState, width: int
) -> None:
    page = open_page(browser, place(live_server, asset), width=width, state=state, settled=True).page
    assert page.evaluate("scrollY") == 0
    page.goto(place(live_server, asset, "mastodon"))
    tab = page.locator("#tabs [aria-current]")
    expect(tab).to_contain_text("Mastodon")
    expect(tab).to_be_in_viewport(ratio=0.9) if width == 390 else expect(tab).to_be_visible()
    assert page.evaluate("scrollY") == 0


def test_a_phone_counts_what_is_done_meanwhile_and_takes_captions_and_moments(
    browser: Browser, live_server: Any, people: Cast, state: StorageState
) -> None:
    asset = bring(people, PORTRAIT, mime_type="video/mp4")
    opened = open_page(browser, place(live_server, asset), width=390, state=state)
    page = opened.page
    expect(page.locator("#n-pieces")).to_have_text("0")
    expect(page.locator("[data-captions]")).to_have_count(0)
    with tenancy.of_member(people.asha):
        transcripts.bring_subtitles(asset, SRT, name="skin.srt", by=people.asha)
    process(asset)
    expect(page.locator("#n-pieces")).to_have_text("6", timeout=15_000)
    expect(page.get_by_label("Find a moment")).to_be_visible()
    captions = page.locator("[data-captions]")
    captions.click()
    expect(captions).to_have_attribute("aria-pressed", "false")
    captions.click()
    until(page, "document.querySelector('video').textTracks[0]?.cues?.length === 2")
    assert opened.complaints == []


def test_tabs_grow_while_pieces_are_written_and_what_is_typed_stays(
    browser: Browser, live_server: Any, people: Cast, asset: ContentAsset, state: StorageState
) -> None:
    with tenancy.of_organization(people.kesar.pk):
        GeneratedContent.objects.filter(asset=asset).exclude(platform__in=["tiktok", "x"]).update(deleted_at=now())
        ContentAsset.objects.filter(pk=asset.pk).update(status="processing")
        PipelineStep.objects.filter(asset=asset, name="generate").update(status="running", progress=30)
    page = open_page(browser, place(live_server, asset), state=state).page
    page.locator("#tabs").get_by_role("link", name=re.compile("X")).last.click()
    expect(page.locator("[data-composer=x]")).to_be_visible()
    text_of(page).fill("What I type.")
    with tenancy.of_organization(people.kesar.pk):
        GeneratedContent.objects.filter(asset=asset).update(deleted_at=None)
    expect(page.locator("#tabs a")).to_have_count(6, timeout=10_000)
    expect(page.locator("#tabs [aria-current]")).to_contain_text("X")
    with tenancy.of_organization(people.kesar.pk):
        PipelineStep.objects.filter(asset=asset, name="generate").update(status="done")
        ContentAsset.objects.filter(pk=asset.pk).update(status="ready")
    expect(page.locator("#rail")).to_contain_text("Show them", timeout=10_000)
    expect(text_of(page)).to_have_value("What I type.")


@pytest.mark.parametrize("way", ["ready", "failed", "working"])
def test_the_studio_has_no_fault_in_any_state(
    browser: Browser, live_server: Any, people: Cast, asset: ContentAsset, state: StorageState, way: str
) -> None:
    with tenancy.of_organization(people.kesar.pk):
        steps = PipelineStep.objects.filter(asset=asset)
        if way == "failed":
            ContentAsset.objects.filter(pk=asset.pk).update(status="failed")
            steps.filter(name="generate").update(status="failed", error="The server has no room.")
        if way == "working":
            ContentAsset.objects.filter(pk=asset.pk).update(status="processing")
            steps.filter(name="generate").update(status="running", progress=50)
    found = look(
        browser, state, place(live_server, asset), f"studio-{way}", first=lambda page: page.wait_for_timeout(300)
    )
    assert found == []


def test_a_press_on_a_tab_counts_though_the_tabs_were_replaced_before_the_mouse_came_up(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState
) -> None:
    opened = open_page(browser, place(live_server, asset, "tiktok"), state=state)
    page = opened.page
    tabs = page.locator("#tabs")
    tabs.get_by_role("link", name=re.compile("Mastodon")).hover()
    page.mouse.down()
    tabs.get_by_role("link", name=re.compile("TikTok")).evaluate("link => { link.dataset.old = 1; link.click(); }")
    expect(page.locator("#tabs [data-old]")).to_have_count(0)
    page.mouse.up()
    expect(page.locator("[data-composer=mastodon]")).to_be_visible()
    assert opened.complaints == []


def test_words_that_are_not_saved_are_not_lost_by_a_tab_unless_she_says_so(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState
) -> None:
    page = open_page(browser, place(live_server, asset, "tiktok"), state=state).page
    asked: list[str] = []

    def says_no(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", says_no)
    text_of(page).fill("What I type.")
    other = page.locator("#tabs").get_by_role("link", name=re.compile("Mastodon"))
    other.click()
    expect(text_of(page)).to_have_value("What I type.")
    assert asked == ["What you changed is not saved yet and would be lost. Go on without it?"]
    page.once("dialog", lambda dialog: dialog.accept())
    other.click()
    expect(page.locator("[data-composer=mastodon]")).to_be_visible()


def test_saved_words_go_out_in_the_place_of_typed_ones_only_if_she_says_so(
    browser: Browser, live_server: Any, people: Cast, asset: ContentAsset, state: StorageState
) -> None:
    with tenancy.of_organization(people.kesar.pk):
        account = make_connection(people.kesar)
        slots.add(account, weekdays=range(7), at=dt.time(9), zone="Asia/Kolkata", by=people.asha)
    page = open_page(browser, place(live_server, asset, "bluesky"), state=state, settled=True).page
    with page.expect_response("**/check/"):
        text_of(page).fill("What I type.")
    page.locator("#desk summary").click()
    page.get_by_text("Other ways to say it").click()
    asked: list[str] = []
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)

    def says_no(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", says_no)
    presses = ["Send it now", "Plan it", "Add to the queue", "Ask for a look", "Write these"]
    for name in presses:
        page.get_by_role("button", name=name).click()
    question = "What you changed is not saved yet: the saved words would be used. Go on with those?"
    assert asked == [question] * len(presses)
    assert sent == []
    page.remove_listener("dialog", says_no)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Add to the queue").click()
    page.wait_for_url("**/posts/**")
    assert len(sent) == 1


def test_words_of_a_refused_save_are_not_lost_by_a_tab(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState
) -> None:
    page = open_page(browser, place(live_server, asset, "tiktok"), state=state, settled=True).page
    asked: list[str] = []

    def says_no(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", says_no)
    text_of(page).fill("What I type.")
    page.get_by_role("textbox", name="Hashtags").fill(" ".join(f"tag{n}" for n in range(61)))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".err")).to_contain_text("At most 60 hashtags")
    expect(page.locator("[data-unsaved]")).to_be_visible()
    page.locator("#tabs").get_by_role("link", name=re.compile("Mastodon")).click()
    expect(text_of(page)).to_have_value("What I type.")
    assert asked == ["What you changed is not saved yet and would be lost. Go on without it?"]
    page.get_by_role("textbox", name="Hashtags").fill("tag1")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-unsaved]")).to_be_hidden()
    assert len(asked) == 1


def test_a_choice_that_is_not_saved_is_not_lost_by_a_tab(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState
) -> None:
    page = open_page(browser, place(live_server, asset, "youtube"), state=state, settled=True).page
    asked: list[str] = []

    def says_no(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", says_no)
    hint = page.locator("[data-unsaved]")
    expect(hint).to_be_hidden()
    page.locator("#options summary").click()
    privacy = page.locator("#options select").first
    before = privacy.input_value()
    privacy.select_option(index=2)
    expect(hint).to_be_visible()
    page.locator("#tabs").get_by_role("link", name=re.compile("Mastodon")).click()
    expect(privacy).to_be_visible()
    assert asked == ["What you changed is not saved yet and would be lost. Go on without it?"]
    privacy.select_option(before)
    expect(hint).to_be_hidden()


@pytest.mark.parametrize("failure", ["lost", "late"])
def test_words_whose_save_failed_are_not_lost_by_leaving(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState, failure: str
) -> None:
    page = open_page(browser, place(live_server, asset, "tiktok"), state=state, settled=True).page
    asked: list[str] = []

    def stays(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    def fail(route: Route) -> None:
        if failure == "late":
            page.wait_for_timeout(600)
        route.abort()

    page.on("dialog", stays)
    page.evaluate("htmx.config.timeout = 200")
    page.route(f"**{page.locator('#compose').get_attribute('action')}", fail)
    text_of(page).press_sequentially("More ")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-toasts] .toast")).to_contain_text("No network")
    page.locator("a.crumb").first.click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
