"""Approvals in Chromium: the pages in each sight, and a piece on its way to yes, by keyboard."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, StorageState, expect

from accounts import tenancy
from accounts.models import Membership
from content.models import ContentAsset, GeneratedContent
from content.services import pieces
from publishing import linking
from publishing.delivery import adapters, sending
from publishing.models import ApprovalRequest, ApprovalWorkflow, ReviewComment, ReviewLink, ScheduledPost
from publishing.services import links
from publishing.services.approvals import asking, commenting, deciding
from tests.browser.pages import ROOT, Opened, faults, look, open_page
from tests.cast import Cast, gather
from tests.publishing import wire
from tests.publishing.agreeing import ask, make_workflow, stage
from tests.publishing.agreeing import browser as client_of
from tests.publishing.conftest import make_connection

pytestmark = pytest.mark.browser

TO_EIGHT = """film => new Promise(done => {
    film.addEventListener("seeked", done, {once: true}); film.currentTime = 8;
})"""
FILM = ROOT / "content" / "examples" / "monsoon-skin.mp4"
TEXT = (
    "Your filter caught some of it. Your face caught the rest.\n\nOn a 400+ AQI day we measured up to 40 % more water"
    " loss in four hours."
)


@pytest.fixture
def people(transactional_db: None, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> Cast:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's driver keeps a loop in this thread
    settings.MEDIA_ROOT = tmp_path / "media"
    return gather()


def film_of(cast: Cast) -> ContentAsset:
    """A tall film of Chai Point; call in scope."""
    name = default_storage.save("assets/film.mp4", ContentFile(FILM.read_bytes()))
    facts = {
        "kind": "video", "container": "mp4", "video_codec": "h264", "audio_codec": "aac", "fps": 30.0,
        "width": 1080, "height": 1920, "duration": 20.0, "size": FILM.stat().st_size,
    }  # fmt: skip
    return ContentAsset.objects.create(
        organization=cast.kesar, client=cast.client, kind="video", title="Monsoon", file=name, mime_type="video/mp4",
        duration=20.0, media_info=facts, status=ContentAsset.Status.READY,
    )  # fmt: skip


@pytest.fixture
def platform(settings: Any) -> Iterator[wire.Server]:
    """The small platform, in place of the practice network."""
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    with wire.running() as server:
        yield server
    adapters.close()


@dataclass
class Seen:
    """What there is to look at: a workflow, a film that came back once, and something due."""

    workflow: ApprovalWorkflow
    film: ApprovalRequest
    words: ApprovalRequest


@pytest.fixture
def seen(people: Cast) -> Seen:
    now = timezone.now()
    with tenancy.of_organization(people.kesar.pk):
        stages = [stage("Editor", people.ben), stage("Manager", people.asha, hours=7), stage("Client", "client")]
        workflow = make_workflow(people, *stages[1:], name="House and client", client=people.client)
        quick = make_workflow(people, stages[1], name="Quick look")
        fields: dict[str, Any] = {"platform": "instagram", "text": TEXT, "hashtags": ["AQIskincare", "glowup"]}
        film = ask(
            people, workflow, title="AQI and your skin barrier", asset=film_of(people), client=people.client, **fields
        )
        anchor = commenting.Anchor(moment=8.0)
        head = commenting.comment(film, by=people.asha, body="This is not what the sheet says.", anchor=anchor)
        deciding.ask_for_changes(film, by=people.asha, seen=film.seen_as, now=now, words="Use the measured figure.")
        commenting.comment(film, by=people.ben, body="Changed to “a third”, page 2 of the lab sheet.", parent=head)
        new = TEXT.replace("up to 40 % more", "a third more")
        pieces.edit(film.piece, by=people.ben, text=new, hashtags=["AQIskincare", "DelhiAir"])
        film = asking.ask_again(film, by=people.ben, now=now, note="Page 2 of the lab sheet.")
        commenting.comment(film, by=people.ben, body="Ask Ira first?", is_internal=True)
        words = ask(people, quick, title="Batch 27, explained", text=TEXT, platform="linkedin")
    return Seen(workflow, film, words)


def test_the_pages_of_approvals_can_be_read_in_each_sight(
    browser: Browser, live_server: Any, seen: Seen, state: StorageState
) -> None:
    places = {
        "approvals": reverse("approvals"),
        "approval": reverse("approval", args=[seen.film.pk]),
        "approval-words": reverse("approval", args=[seen.words.pk]),
        "workflows": reverse("workflows"),
        "workflow": reverse("workflow", args=[seen.workflow.pk]),
        "absences": reverse("absences"),
    }
    found = []
    for name, place in places.items():
        found += look(browser, state, live_server.url + place, name, settled=True)
    assert found == []


def test_whoever_began_to_ask_for_changes_can_approve_without_a_word(
    browser: Browser, live_server: Any, people: Cast, seen: Seen, state: StorageState
) -> None:
    place = live_server.url + reverse("approval", args=[seen.words.pk])
    page = open_page(browser, place + "?do=changes", state=state, settled=True).page
    words = page.locator("#id_words")
    page.locator("h1").first.click()
    page.keyboard.press("c")
    page.locator("[data-changes]").click()
    assert words.evaluate("words => words.validity.valueMissing")  # changes are asked for in words
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("[data-yes]").click()
    with tenancy.of_organization(people.kesar.pk):
        seen.words.refresh_from_db()
        assert seen.words.status == "approved"


def test_a_comment_is_reason_enough_for_changes_and_keeps_the_words_it_is_about(
    browser: Browser, live_server: Any, people: Cast, seen: Seen, state: StorageState
) -> None:
    place = live_server.url + reverse("approval", args=[seen.words.pk])
    page = open_page(browser, place + "?do=changes", state=state, settled=True).page
    page.on("dialog", lambda dialog: pytest.fail(dialog.type))
    page.evaluate("""() => { const words = document.querySelector("[data-words] [data-field=text]").firstChild;
        getSelection().setBaseAndExtent(words, 5, words, 11); }""")
    page.get_by_label("Comment", exact=True).fill("Say mask.")
    page.locator("[data-changes]").click()
    page.wait_for_url(lambda url: "do=changes" not in url)
    with tenancy.of_organization(people.kesar.pk):
        assert ApprovalRequest.objects.get(pk=seen.words.pk).feedback == "Say mask."
        assert ReviewComment.objects.get(request=seen.words).quote == TEXT[5:11]


# A piece on its way to yes: nobody of the house touches a mouse.


@dataclass
class House:
    """Who works at what, each in a browser of their own."""

    cast: Cast
    address: str
    asha: Page
    ben: Page

    def request(self) -> ApprovalRequest:
        """What is asked, as it stands."""
        with tenancy.of_organization(self.cast.kesar.pk):
            return ApprovalRequest.objects.select_related("piece__asset").get()

    def post(self) -> ScheduledPost:
        """The post, as it stands."""
        with tenancy.of_organization(self.cast.kesar.pk):
            return ScheduledPost.objects.select_related("connection").get()


def enter(browser: Browser, address: str, member: Membership) -> Opened:
    """Open the start page of somebody who is signed in."""
    cookie = client_of(member).cookies["sessionid"].value
    host = urlsplit(address).hostname
    cookies = [{"name": "sessionid", "value": cookie, "domain": host, "path": "/"}]
    return open_page(browser, address + reverse("today"), state={"cookies": cookies, "origins": []})


def press(page: Page, role: Any, name: str | re.Pattern[str]) -> None:
    """Go to a control and press Enter."""
    page.get_by_role(role, name=name).first.press("Enter")


def test_a_piece_goes_through_three_stages_comes_back_from_a_phone_and_goes_out_by_itself(
    browser: Browser, live_server: Any, people: Cast, platform: wire.Server
) -> None:
    with tenancy.of_organization(people.kesar.pk):
        film = film_of(people)
        make_connection(people.kesar, address=platform.address)
    opened = [enter(browser, live_server.url, member) for member in (people.asha, people.ben)]
    house = House(people, live_server.url, opened[0].page, opened[1].page)
    sets_a_workflow(house)
    composes(house, film)
    agrees(house.ben)
    agrees(house.asha)
    phone = opens_her_link(browser, house)
    asks_for_changes_at_a_second(phone, house)
    revises(house)
    for page in (house.ben, house.asha):
        compares_and_agrees(page)
    says_yes(phone, house)
    goes_out(house)
    assert [*opened[0].complaints, *opened[1].complaints] == []


def sets_a_workflow(house: House) -> None:
    page = house.asha
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url("**" + reverse("approvals"))
    press(page, "link", "Workflows")
    press(page, "link", "Make a workflow")
    page.get_by_label("Name", exact=True).fill("Three yeses")
    for number, (name, who) in enumerate(
        {"Editor": "Ben Thomas", "Manager": "Asha Menon", "Isha": "The client"}.items()
    ):
        if number:
            press(page, "button", "Add a stage")
        part = page.locator(".arrange > li").nth(number)
        part.get_by_label("Name of the stage").fill(name)
        part.get_by_label(who).press("Space")
    page.get_by_label("Also for clients without a workflow of their own").press("Space")
    press(page, "button", "Save")
    expect(page.locator(".flows > li")).to_contain_text("Three yeses")


def composes(house: House, film: ContentAsset) -> None:
    page = house.ben
    page.goto(f"{house.address}{reverse('compose')}?asset={film.pk}")
    box = page.get_by_role("checkbox", name="@kesar")
    if not box.is_checked():
        box.press("Space")
    page.get_by_label("Text").first.fill(TEXT)
    expect(page.locator("[data-counts] > li")).to_have_count(1)  # the page listens
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(reverse("composing", args=[film.pk])))
    page.wait_for_load_state("networkidle")
    page.get_by_role("textbox", name="Text", exact=True).press("Control+Enter")
    page.wait_for_url("**" + reverse("calendar") + "**")
    assert house.post().status == "waiting"
    assert [stage["name"] for stage in house.request().stages] == ["Editor", "Manager", "Isha"]


def agrees(page: Page) -> None:
    """Through the inbox: the first row, then A and Enter."""
    page.goto(urljoin(page.url, reverse("approvals")))
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/approvals/[0-9a-f-]{36}/"))
    page.wait_for_load_state("networkidle")
    page.keyboard.press("a")
    expect(page.locator("[data-yes]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Approved.").first).to_be_visible()


def opens_her_link(browser: Browser, house: House) -> Opened:
    with tenancy.of_organization(house.cast.kesar.pk):
        made = links.make(
            by=house.cast.asha, name="Isha Shah", email="isha@chaipoint.example", now=timezone.now(),
            client=house.cast.client,
        )  # fmt: skip
        address = linking.url_of(made)
    path = re.sub(r"^https?://[^/]+", "", address)
    phone = open_page(browser, house.address + path, width=390, theme="dark")
    phone.page.get_by_role("button", name="Look at it").click()
    return phone


def asks_for_changes_at_a_second(phone: Opened, house: House) -> None:
    page = phone.page
    piece = str(house.request().piece)
    page.get_by_role("link", name=re.compile(re.escape(piece[:20]))).first.click()
    film = page.locator("video")
    film.evaluate(
        "film => new Promise(done => { film.addEventListener('seeked', done, {once: true}); film.currentTime = 8; })"
    )
    page.get_by_role("button", name="Comment at 0:08").click()
    page.locator("#remark").fill("This is not what the sheet says.")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_text("This is not what the sheet says.")).to_be_visible()
    assert faults(phone, "link-piece-390-dark") == []
    page.get_by_label("What should change?").fill("Use the measured figure.")
    page.get_by_role("button", name="Ask for changes").click()
    expect(page.get_by_text("Being changed").first).to_be_visible()
    with tenancy.of_organization(house.cast.kesar.pk):
        assert ReviewComment.objects.get().moment == pytest.approx(8.0, abs=0.1)


def revises(house: House) -> None:
    page, asked = house.ben, house.request()
    page.goto(house.address + reverse("today"))
    press(page, "link", "See what to change")
    press(page, "button", "I make them")
    expect(page.get_by_text("0:08").first).to_be_visible()
    press(page, "link", "Open in the Studio")
    text = page.get_by_role("textbox", name="Text", exact=True)
    text.fill(TEXT.replace("up to 40 % more", "a third more"))
    page.locator("#compose").get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.get_by_text("2 versions")).to_be_visible()
    page.goto(house.address + reverse("approval", args=[asked.pk]))
    page.get_by_label("What you changed").fill("Page 2 of the lab sheet.")
    press(page, "button", "The changes are made")
    expect(page.get_by_text("Asked again").first).to_be_visible()
    with tenancy.of_organization(house.cast.kesar.pk):
        assert "a third more" in GeneratedContent.objects.get(pk=asked.piece_id).text


def compares_and_agrees(page: Page) -> None:
    page.goto(urljoin(page.url, reverse("approvals")))
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/approvals/[0-9a-f-]{36}/"))
    expect(page.locator("ins", has_text="a third")).to_be_visible()
    expect(page.locator("del", has_text="up to 40 %")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("a")
    expect(page.locator("[data-yes]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Approved.").first).to_be_visible()


def says_yes(phone: Opened, house: House) -> None:
    page = phone.page
    with tenancy.of_organization(house.cast.kesar.pk):
        link = ReviewLink.objects.get()
    page.goto(house.address + reverse("review_piece", args=[link.pk, house.request().pk]))
    expect(page.locator("ins", has_text="a third")).to_be_visible()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved").first).to_be_visible()
    assert phone.complaints == []


def goes_out(house: House) -> None:
    post = house.post()
    assert (house.request().status, post.status) == ("approved", "scheduled")
    assert "a third more" in post.text
    due = post.scheduled_for + dt.timedelta(seconds=1)
    sending.deliver(post.pk, organization_id=house.cast.kesar.pk, clock=lambda: due, chance=Random(1))
    house.ben.goto(house.address + reverse("post", args=[post.pk]))
    expect(house.ben.get_by_text("It is live", exact=False).first).to_be_visible()
