"""Words that were not sent, in Chromium: nothing else takes their place unless whoever typed them says so."""

import datetime as dt
import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Dialog, Page, Route, StorageState, expect

from accounts import tenancy
from content.models import Script
from content.services import pieces
from publishing import linking
from publishing.models import ApprovalRequest
from publishing.services import links
from publishing.services.approvals import asking, commenting, deciding
from tests.browser.pages import open_page
from tests.cast import Cast
from tests.content.making import bring, process
from tests.content.test_ideas import again, written
from tests.publishing.agreeing import ask, make_workflow, stage
from tests.publishing.conftest import make_connection, make_piece, make_post
from tests.publishing.test_links import asked_of_client

pytestmark = pytest.mark.browser

LOST = "What you changed is not saved yet and would be lost. Go on without it?"


def stays(page: Page) -> list[str]:
    """Answer each question with no, and keep it: its words, or its kind when the browser chooses the words."""
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message or dialog.type)
        dialog.dismiss()

    page.on("dialog", answer)
    return asked


@pytest.fixture
def script(people: Cast) -> Script:
    return written(people)


def test_scenes_that_were_not_saved_are_not_lost_by_an_approval(
    browser: Browser, live_server: Any, script: Script, state: StorageState
) -> None:
    page = open_page(browser, live_server.url + reverse("script", args=[script.pk]), state=state, settled=True).page
    asked, scene = stays(page), page.locator("#s1")
    scene.fill("Rain dries your skin.")
    page.get_by_role("button", name="Approve v1").click()
    page.get_by_role("button", name="Write again").click()
    expect(scene).to_have_value("Rain dries your skin.")
    assert asked == [LOST] * 2
    page.locator("a.crumb").first.click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == [LOST] * 2 + ["beforeunload"]
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_role("button", name="Approve v2")).to_be_visible()
    page.get_by_role("button", name="Approve v2").click()
    expect(page.get_by_text("Approved by Asha")).to_be_visible()
    assert len(asked) == 3
    assert again(script).scenes[0]["say"] == "Rain dries your skin."


@pytest.fixture
def review(people: Cast) -> ApprovalRequest:
    """A piece that came back once, with a remark."""
    now = timezone.now()
    with tenancy.of_organization(people.kesar.pk):
        workflow = make_workflow(people, stage("Manager", people.asha))
        first = ask(people, workflow, title="Batch 27", text="We publish every sheet.", platform="linkedin")
        commenting.comment(first, by=people.asha, body="Which sheet?")
        deciding.ask_for_changes(first, by=people.asha, seen=first.seen_as, now=now, words="Name the lab.")
        for text in ("Our lab publishes every sheet.", "Our lab in Pune publishes every sheet."):
            pieces.edit(first.piece, by=people.ben, text=text)
        return asking.ask_again(first, by=people.ben, now=now, note="Named.")


def test_a_note_of_a_review_is_not_lost_by_what_else_is_sent(
    browser: Browser, live_server: Any, review: ApprovalRequest, state: StorageState
) -> None:
    page = open_page(browser, live_server.url + reverse("approval", args=[review.pk]), state=state, settled=True).page
    asked, note, remark = stays(page), page.locator("#id_words"), page.get_by_label("Comment", exact=True)
    note.fill("The second line is too long.")
    remark.fill("And who says so?")
    page.get_by_role("button", name="Comment", exact=True).click(no_wait_after=True)
    page.wait_for_timeout(300)
    page.get_by_label("Compare with").select_option(index=1)
    page.wait_for_timeout(300)
    note.fill("")
    page.get_by_role("button", name="Settle").click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"] * 3
    expect(remark).to_have_value("And who says so?")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".talk")).to_contain_text("And who says so?")
    page.locator(".talk summary", has_text="Reply").first.click()
    page.locator(".talk textarea").first.fill("Sheet two.")
    page.get_by_role("link", name="Approvals").first.click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"] * 4
    page.locator(".talk form button", has_text="Reply").first.click()
    expect(page.locator(".talk")).to_contain_text("Sheet two.")
    page.locator("#id_words").fill("Now it is good.")
    page.locator("[data-yes]").click()
    expect(page.get_by_text("Waiting for you")).to_have_count(0)
    assert asked == ["beforeunload"] * 4


@pytest.fixture
def at_client(browser: Browser, live_server: Any, people: Cast) -> Page:
    """The page of a piece behind a client's link."""
    with tenancy.of_organization(people.kesar.pk):
        asked_of_client(people, people.client, "Batch 27", text="We publish every sheet.", include_media=False)
        given: dict[str, Any] = {"name": "Isha", "email": "isha@chaipoint.example", "client": people.client}
        link = links.make(by=people.asha, now=timezone.now(), **given)
    page = open_page(browser, f"{live_server.url}{reverse('review', args=[linking.token_of(link.pk)])}").page
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("link", name="Batch 27").click()
    page.wait_for_url("**/review/at/*/*/")
    return page


def test_a_clients_note_is_not_lost_by_a_comment(at_client: Page) -> None:
    page = at_client
    asked = stays(page)
    page.get_by_label("What should change?").fill("Name the lab.")
    page.get_by_label("Comment", exact=True).fill("Which sheet?")
    page.get_by_role("button", name="Comment", exact=True).click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    expect(page.get_by_label("What should change?")).to_have_value("Name the lab.")
    page.get_by_label("Comment", exact=True).fill("")
    page.get_by_role("button", name="Ask for changes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing needs you now")
    assert asked == ["beforeunload"]


def test_a_refused_remark_keeps_its_place(at_client: Page) -> None:
    page = at_client
    page.evaluate("""() => { const words = document.querySelector("[data-words] [data-field=text]").firstChild;
        getSelection().setBaseAndExtent(words, 3, words, 10); }""")
    expect(page.locator("[data-place]")).to_contain_text("About “publish”")
    remark = page.get_by_label("Comment", exact=True)
    remark.evaluate("field => { field.removeAttribute('maxlength'); }")
    remark.fill("x" * 4001)
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator("#remark_error")).to_be_visible()
    expect(page.locator("[data-place]")).to_contain_text("About “publish”")
    remark.fill("Which sheets?")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".talk q")).to_have_text("publish")


def test_corrected_words_are_asked_for_before_the_studio_is_left_and_not_when_they_are_sent(
    browser: Browser, live_server: Any, people: Cast, state: StorageState
) -> None:
    asset = process(bring(people))
    page = open_page(browser, live_server.url + reverse("studio", args=[asset.pk]), state=state, settled=True).page
    asked, words = stays(page), page.locator("#id_text_words")
    page.locator("summary", has_text="Correct the words").click()
    words.fill("Rain is not the enemy. A wet towel is.")
    page.locator("a.crumb").first.click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Save the words").click()
    expect(page.get_by_text("Everything that follows from the words is made anew.")).to_be_visible()
    assert asked == ["beforeunload"]


def test_stages_that_were_only_added_are_asked_for_before_the_workflow_is_left(
    browser: Browser, live_server: Any, people: Cast, state: StorageState
) -> None:
    page = open_page(browser, live_server.url + reverse("workflow_new"), state=state, settled=True).page
    asked = stays(page)
    page.get_by_label("Name").first.fill("House")
    page.get_by_role("button", name="Add a stage").click()
    expect(page.locator("[data-arrange] > li")).to_have_count(2)
    assert asked == []
    page.get_by_role("link", name="Back", exact=True).click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("minutes", [0, 1])
def test_an_address_that_is_pasted_stays_while_the_page_looks_again_by_itself(
    browser: Browser, live_server: Any, people: Cast, state: StorageState, minutes: int
) -> None:
    at = timezone.now() + dt.timedelta(minutes=minutes)
    with tenancy.of_organization(people.kesar.pk):
        account = make_connection(people.kesar)
        post = make_post(make_piece(people.kesar), account, at=at, status="unconfirmed")
    place, page = live_server.url + reverse("post", args=[post.pk]), browser.new_context(storage_state=state).new_page()

    def soon(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=re.sub(r"load delay:\d\ds", "load delay:2s", answer.text()))

    page.route(place, soon, times=1)  # it would look once, in a minute: the test does not wait for that long
    page.goto(place)
    assert page.locator("#post").get_attribute("hx-trigger") == ("load delay:2s" if minutes else "every 4s")
    page.locator("#post").evaluate("box => { box.dataset.first = ''; }")
    field = page.get_by_label("Address of the post")
    field.focus()
    page.wait_for_timeout(4500)
    expect(field).to_be_focused()
    field.press_sequentially("https://social.exa")
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(4500)
    expect(field).to_have_value("https://social.exa")
    field.fill("")
    field.blur()
    expect(page.locator("#post[data-first]")).to_have_count(0, timeout=10_000)  # then it has looked again


def test_words_typed_while_a_page_is_looking_again_by_itself_stay(
    browser: Browser, live_server: Any, people: Cast, state: StorageState
) -> None:
    with tenancy.of_organization(people.kesar.pk):
        account = make_connection(people.kesar)
        post = make_post(make_piece(people.kesar), account, at=timezone.now(), status="unconfirmed")
    place, held = live_server.url + reverse("post", args=[post.pk]), list[Route]()
    page = open_page(browser, place, state=state).page
    page.route(place, lambda route: held.append(route))  # noqa: PLW0108 (a built-in is not taken)
    page.wait_for_timeout(5000)
    field = page.get_by_label("Address of the post")
    field.fill("https://social.example/1")
    for route in held:
        with page.expect_response(place):
            route.continue_()
    page.wait_for_timeout(300)
    assert held
    expect(field).to_have_value("https://social.example/1")
