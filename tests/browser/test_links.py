"""A client approves on a phone by a link; the quality desk by keyboard; both looked at narrow and wide."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts import tenancy
from publishing import linking
from publishing.models import ApprovalDecision, QARequest, ReviewComment, ReviewLink
from publishing.services import desk, links
from tests.browser.pages import faults, look, open_page, sign_in
from tests.cast import Cast
from tests.publishing.test_links import asked_of_client

pytestmark = pytest.mark.browser
TEXT = "Your filter caught some of it. Your face caught the rest."


@pytest.fixture
def link(people: Cast) -> ReviewLink:
    with tenancy.of_organization(people.kesar.pk):
        asked_of_client(people, people.client, "AQI and your skin barrier", text=TEXT, include_media=False)
        asked_of_client(people, people.client, "Why we publish our lab sheets", text=TEXT, include_media=False)
        given: dict[str, Any] = {"name": "Isha", "email": "isha@chaipoint.example", "client": people.client}
        return links.make(by=people.asha, now=timezone.now(), **given)


def test_a_client_approves_on_a_phone_without_an_account(browser: Browser, live_server: Any, link: ReviewLink) -> None:
    door = f"{live_server.url}{reverse('review', args=[linking.token_of(link.pk)])}"
    opened = open_page(browser, door, width=390, theme="dark")
    page = opened.page
    found = faults(opened, "link-door-390-dark")
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 pieces need your word")
    assert linking.token_of(link.pk) not in page.url
    found += faults(opened, "link-work-390-dark")
    page.get_by_role("link", name="AQI and your skin barrier").click()
    page.get_by_label("Comment", exact=True).fill("Which sheet says that?")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_text("Which sheet says that?")).to_be_visible()
    found += faults(opened, "link-piece-390-dark")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One piece needs your word")
    page.get_by_role("link", name="Why we publish our lab sheets").click()
    page.get_by_role("button", name="Ask for changes").click()
    expect(page.get_by_text("Say in a few words")).to_be_visible()
    page.get_by_label("What should change?").fill("Name the lab.")
    page.get_by_role("button", name="Ask for changes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing needs you now")
    with tenancy.of_organization(link.organization_id):
        assert ReviewComment.objects.get().name == "Isha"
    other = open_page(browser, door, width=1440)
    expect(other.page.get_by_text("opened in another browser")).to_be_visible()
    found += faults(other, "link-other-1440-light")
    assert [fault for fault in found if "422" not in fault] == []


def test_a_comment_that_was_not_sent_goes_along_with_the_decision(
    browser: Browser, live_server: Any, link: ReviewLink
) -> None:
    page = open_page(browser, f"{live_server.url}{reverse('review', args=[linking.token_of(link.pk)])}", width=390).page
    page.on("dialog", lambda dialog: pytest.fail(dialog.type))
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("link", name="AQI and your skin barrier").click()
    page.get_by_label("Comment", exact=True).fill("Which sheet says that?")
    page.get_by_role("button", name="Ask for changes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One piece needs your word")
    page.get_by_role("link", name="Why we publish our lab sheets").click()
    page.get_by_label("What should change?").fill("Good.")
    page.get_by_label("Comment", exact=True).fill("Which lab?")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing needs you now")
    with tenancy.of_organization(link.organization_id):
        said = ApprovalDecision.objects.order_by("created_at").values_list("verdict", "words")
        assert list(said) == [("changes", "Which sheet says that?"), ("approved", "Good.")]
        assert ReviewComment.objects.get().body == "Which lab?"


def test_a_client_decides_by_keyboard(browser: Browser, live_server: Any, link: ReviewLink) -> None:
    opened = open_page(browser, f"{live_server.url}{reverse('review', args=[linking.token_of(link.pk)])}")
    page = opened.page
    page.get_by_role("button", name="Look at it").click()
    for title, left in (
        ("AQI and your skin barrier", "One piece needs your word"),
        ("Why we", "Nothing needs you now"),
    ):
        page.get_by_role("link", name=title).click()
        page.locator("h1").click()
        page.keyboard.press("a")
        expect(page.locator("[data-yes]")).to_be_focused()
        if title == "Why we":
            page.keyboard.press("c")
            page.keyboard.type("Name the lab.")
        page.keyboard.press("Control+Enter" if title == "Why we" else "Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(left)
    assert opened.complaints == []
    with tenancy.of_organization(link.organization_id):
        assert sorted(ApprovalDecision.objects.values_list("verdict", flat=True)) == ["approved", "changes"]


def test_the_desk_is_worked_by_keyboard(browser: Browser, live_server: Any, people: Cast, link: ReviewLink) -> None:
    with tenancy.of_organization(people.kesar.pk):
        piece = linking.waiting(link)[0].piece
        row = desk.request_look(piece, kind="expert", by=people.ben, now=timezone.now(), brief="The claim")
    state, found = sign_in(browser, live_server.url), []
    for name, path in (("desk", "/desk/"), ("look", f"/desk/{row.pk}/"), ("links", f"/links/{link.pk}/")):
        found += look(browser, state, live_server.url + path, name)
    assert found == []
    page = open_page(browser, f"{live_server.url}/desk/", state=state).page
    page.keyboard.press("j")
    expect(page.locator("tbody th a").first).to_be_focused()
    page.locator("main").press("t")
    expect(page.get_by_role("heading", name="Finish it")).to_be_visible()
    page.locator("main").press("f")
    page.keyboard.type("88")
    page.keyboard.press("Tab")
    page.keyboard.type("Reads well.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Reads well.")).to_be_visible()
    with tenancy.of_organization(people.kesar.pk):
        assert QARequest.objects.get().quality_score == 88
