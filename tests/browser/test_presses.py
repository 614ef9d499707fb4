"""What a press does in Chromium: it is sent once, it tells how it went, and it can be pressed again where it may."""

import datetime as dt
import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Dialog, Page, Route, StorageState, expect

from accounts import tenancy
from content.models import ContentAsset
from publishing.models import PlatformConnection, ScheduledPost
from publishing.services import slots
from tests.browser.pages import open_page
from tests.cast import Cast
from tests.content.making import bring, pieces, process
from tests.publishing.conftest import make_connection

pytestmark = pytest.mark.browser


@pytest.fixture
def account(people: Cast) -> PlatformConnection:
    """An account with a slot every day."""
    with tenancy.of_organization(people.kesar.pk):
        account = make_connection(people.kesar)
        slots.add(account, weekdays=range(7), at=dt.time(9), zone="Asia/Kolkata", by=people.asha)
    return account


@pytest.fixture
def asset(people: Cast, account: PlatformConnection) -> ContentAsset:
    return process(bring(people))


def studio(browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState) -> Page:
    place = live_server.url + reverse("studio", args=[asset.pk]) + "?piece=bluesky"
    return open_page(browser, place, state=state, settled=True).page


def slow(route: Route) -> None:
    time.sleep(0.5)
    route.continue_()


def planned(people: Cast, asset: ContentAsset) -> int:
    with tenancy.of_organization(people.kesar.pk):
        return ScheduledPost.objects.filter(piece=pieces(asset)["bluesky"]).count()


def test_a_double_press_queues_one_post(
    browser: Browser, live_server: Any, people: Cast, asset: ContentAsset, state: StorageState
) -> None:
    page = studio(browser, live_server, asset, state)
    page.route("**/queue/**", slow)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="Add to the queue").dblclick()
    page.wait_for_url("**/posts/**")
    assert len(sent) == 1
    assert planned(people, asset) == 1


def test_a_button_stays_busy_until_the_page_has_left(
    browser: Browser, live_server: Any, people: Cast, asset: ContentAsset, state: StorageState
) -> None:
    page = studio(browser, live_server, asset, state)
    page.route("**/posts/**", slow)
    page.evaluate(
        """() => document.body.addEventListener("htmx:afterRequest", () => setTimeout(() => {
            for (const button of document.querySelectorAll("#plan .btns button")) button.click();
        }, 50))"""
    )
    page.get_by_role("button", name="Add to the queue").click()
    page.wait_for_url("**/posts/**")
    assert planned(people, asset) == 1


def test_what_was_refused_can_be_pressed_again(
    browser: Browser, live_server: Any, people: Cast, asset: ContentAsset, state: StorageState
) -> None:
    page = studio(browser, live_server, asset, state)
    answers = iter([429])

    def refuse_once(route: Route) -> None:
        if status := next(answers, None):
            route.fulfill(status=status)
        else:
            route.continue_()

    page.route("**/queue/**", refuse_once)
    queue = page.get_by_role("button", name="Add to the queue")
    with page.expect_response(lambda answer: answer.status == 429):
        queue.click()
    expect(queue).not_to_have_attribute("aria-busy", "true")
    queue.click()
    page.wait_for_url("**/posts/**")
    assert planned(people, asset) == 1


def test_a_press_in_a_part_that_loaded_itself_tells_that_it_failed_and_that_it_is_busy(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState
) -> None:
    page = studio(browser, live_server, asset, state)
    send = page.get_by_role("button", name="Send it now")
    busy: list[str | None] = []

    def refuse(route: Route) -> None:
        busy.append(send.get_attribute("aria-busy"))
        route.fulfill(status=429)

    page.route("**/publish/**", refuse)
    send.click()
    expect(page.locator("[data-toasts] .toast")).to_contain_text("Too many")
    assert busy == ["true"]
    page.unroute("**/publish/**")
    page.context.set_offline(True)
    send.click()
    expect(page.locator("[data-toasts] .toast")).to_have_count(2)
    expect(send).not_to_have_attribute("aria-busy", "true")


def test_a_part_that_looks_again_by_itself_says_nothing_of_its_failures(
    browser: Browser, live_server: Any, people: Cast, account: PlatformConnection, state: StorageState
) -> None:
    asset = bring(people)
    page = studio(browser, live_server, asset, state)
    page.route("**/studio/**", lambda route: route.fulfill(status=429))
    with page.expect_response(lambda answer: answer.status == 429):
        pass
    page.wait_for_timeout(300)
    expect(page.locator("[data-toasts] .toast")).to_have_count(0)


def test_whoever_stays_on_the_page_can_press_again(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState
) -> None:
    page = studio(browser, live_server, asset, state)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("textbox", name="Text", exact=True).press_sequentially("More ")
    sign_out = page.locator(f"form[action='{reverse('account_logout')}'] button")
    for times in (1, 2):
        sign_out.evaluate("button => { button.click(); }")
        page.wait_for_timeout(300)
        assert asked == ["beforeunload"] * times
    expect(sign_out).not_to_have_attribute("aria-busy", "true")
    page.remove_listener("dialog", stay)
    page.on("dialog", lambda dialog: dialog.accept())
    sign_out.evaluate("button => { button.click(); }")
    page.wait_for_url(lambda url: "/studio/" not in url)


def test_a_button_that_is_moved_away_under_a_press_is_pressed(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState
) -> None:
    page = studio(browser, live_server, asset, state)
    summary = page.locator("summary", has_text=re.compile(r"\d versions?"))
    for moves, opened in ((0, False), (400, True)):  # a hand that leaves it takes the press back
        summary.scroll_into_view_if_needed()
        box = summary.bounding_box()
        assert box
        x, y = box["x"] + 20, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.evaluate(f"document.getElementById('piece').style.paddingTop = '{moves}px'")
        page.mouse.move(x + (0 if moves else 90), y - (0 if moves else 300))
        page.mouse.up()
        assert summary.locator("..").evaluate("box => box.open") is opened


@pytest.mark.parametrize("page_name", ["compose", "brand", "library_item_new", "idea_new", "asset_new", "workflow_new"])
def test_words_that_were_not_sent_are_asked_for_before_a_page_is_left(
    browser: Browser, live_server: Any, state: StorageState, page_name: str
) -> None:
    page = open_page(browser, live_server.url + reverse(page_name), state=state, settled=True).page
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    box = page.locator("form[data-asks]").locator("textarea, input[type=text]").first
    box.click()
    box.fill("Words of much work")
    page.get_by_role("link", name="Library").first.click()
    expect(box).to_have_value("Words of much work")
    assert asked == ["beforeunload"]
    box.fill(box.evaluate("field => field.defaultValue"))
    page.get_by_role("link", name="Library").first.click()
    expect(page).to_have_url(re.compile("/library/"))
    assert asked == ["beforeunload"]


@pytest.mark.parametrize(
    ("place", "fields"),
    [
        ("/trends/watches/new/", {"Name": "Natural dyes", "Keywords": "#MarigoldDye"}),
        ("/brand/library/new/?kind=hook", {"Text": "Have you seen {topic}?"}),
    ],
)
def test_a_form_that_shows_a_preview_as_one_types_is_saved_once_by_a_double_press(
    place: str, fields: dict[str, str], browser: Browser, live_server: Any, people: Cast, state: StorageState
) -> None:
    page = open_page(browser, live_server.url + place, state=state, settled=True).page
    for label, words in fields.items():
        page.get_by_label(label).first.fill(words)
    held: list[Route] = []
    page.route(re.compile("/new/"), lambda route: held.append(route))  # noqa: PLW0108 (a built-in is not taken)
    save = page.get_by_role("button", name="Save")
    save.scroll_into_view_if_needed()
    box = save.bounding_box()
    assert box is not None
    for _press in range(2):
        page.mouse.click(box["x"] + 9, box["y"] + 9)
        page.wait_for_timeout(300)
    assert len(held) == 1
    held[0].continue_()
    page.wait_for_url(lambda url: "/new/" not in url)


def test_files_can_be_picked_before_the_part_that_takes_them_is_loaded(
    browser: Browser, live_server: Any, people: Cast, state: StorageState, tmp_path: Path
) -> None:
    words = tmp_path / "monsoon.txt"
    words.write_text("Rain is not the enemy. A wet towel is, and so is a heavy cream on damp skin.", encoding="utf-8")
    page = browser.new_context(storage_state=state).new_page()
    waiting: list[Route] = []
    page.route("**/js/upload*.js", lambda route: waiting.append(route))  # noqa: PLW0108 (the driver marks it)
    page.goto(live_server.url + "/library/", wait_until="domcontentloaded")
    with page.expect_file_chooser() as asked:
        page.get_by_role("link", name="Upload").click()
    asked.value.set_files(words)
    assert page.locator("[data-up='list'] > li").count() == 0
    for route in waiting:
        route.continue_()
    row = page.locator("[data-up='list'] > li", has_text=words.name)
    expect(row.get_by_role("link", name="Open")).to_be_visible(timeout=60_000)
