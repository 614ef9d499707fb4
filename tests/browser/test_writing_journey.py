"""From a recording to pieces for eight platforms: with nothing but this machine, and with a model that fails."""

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page, StorageState, expect
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from accounts import tenancy
from accounts.models import BrandProfile
from content.models import ContentAsset, GeneratedContent
from content.pipeline import running
from tests.browser.pages import PICTURES, ROOT, SIGHTS, Opened, chromium, faults, open_page, signed_in
from tests.cast import Cast, gather
from tests.content.making import QUESTION, topic
from tests.content.serving import Served, served
from tests.core.test_llm import completion
from trenddrop.core import platforms

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VIDEO = ROOT / "content" / "examples" / "monsoon-skin.mp4"
EIGHT = ["tiktok", "youtube", "instagram", "x", "bluesky", "mastodon", "threads", "linkedin"]
SAID = (
    "Why does your skin feel worse every monsoon? The air is wet, but your skin barrier is still losing water."
    " Ceramides repair the skin barrier, and the barrier keeps the water in."
)
GOOD: dict[str, Any] = {
    "title": "Your skin barrier in the monsoon",
    "text": "Wet air, dry skin: your skin barrier loses water every monsoon. Ceramides keep it in.",
    "hashtags": ["monsoon", "ceramides"],
    "call_to_action": "Save this for July.",
}


@dataclass
class Desk:
    """Asha's browser on a running server; the test is the worker."""

    cast: Cast
    browser: Browser
    web: Served
    state: StorageState
    opened: Opened | None = None

    def open(self, path: str, **look: Any) -> Page:
        self.opened = open_page(self.browser, self.web.url + path, state=self.state, settled=True, **look)
        return self.opened.page

    def asset(self) -> ContentAsset:
        with tenancy.of_organization(self.cast.kesar.pk):
            return ContentAsset.objects.get()

    def work(self) -> None:
        """Take the asset through its steps, beside the browser's loop: a model is asked in a loop of its own."""
        asset = self.asset()

        def does() -> None:
            try:
                running.run(asset.pk, asset.organization_id)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(1) as worker:
            worker.submit(does).result()

    def pieces(self) -> dict[str, GeneratedContent]:
        with tenancy.of_organization(self.cast.kesar.pk):
            return {one.platform: one for one in GeneratedContent.objects.filter(deleted_at=None)}


Open = Callable[[], Desk]


@pytest.fixture
def desk(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens the desk when the test has set up what the server is to find."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's driver keeps a loop in this thread
    settings.UPLOAD_ROOT, settings.MEDIA_ROOT = tmp_path / "uploads", tmp_path / "media"
    cast = gather()
    with tenancy.operator():
        BrandProfile.objects.filter(pk=cast.brand.pk).update(preferred_platforms=EIGHT)
    topic("Skin barrier", names=["skin barrier"])
    with chromium() as browser, ExitStack() as servers:

        def opens() -> Desk:
            web = servers.enter_context(served(tmp_path))
            return Desk(cast, browser, web, signed_in(cast.asha.user, web.url))

        yield opens
        connections.close_all()  # what was opened beside the driver's loop is not the test's own connection


def upload(desk: Desk, path: Path, *, width: int) -> Page:
    page = desk.open("/library/", width=width)
    page.set_input_files("#up-file", path)
    row = page.locator("[data-up='list'] > li").first
    expect(row.get_by_role("link", name="Open")).to_be_visible(timeout=30_000)
    row.get_by_role("link", name="Open").click()
    page.wait_for_url("**/studio/**")
    return page


def correct(page: Page, words: str) -> None:
    """Write what was really said into the first line, and have everything read anew."""
    page.goto(re.sub(r"\?.*", "", page.url) + "transcript/")
    page.get_by_role("link", name=re.compile("Edit the line")).first.click()
    page.get_by_label(re.compile("The words at")).fill(words)
    page.locator("[data-lineform]").get_by_role("button", name="Save").click()
    expect(page.locator("[data-script]")).to_contain_text("skin barrier")
    expect(page.locator("#told")).to_contain_text("The words have changed since they were read.")
    page.get_by_role("button", name="Read them anew").click()
    page.wait_for_url("**/studio/**")


def complaints(desk: Desk) -> list[str]:
    """What the console said, but for parts of a page that were still loading when she left it."""
    assert desk.opened is not None
    left = ("htmx:sendAbort", "htmx:afterRequest")  # what fails says htmx:sendError or htmx:responseError besides
    return [words for words in desk.opened.complaints if not words.startswith(left)]


def looks(desk: Desk, name: str, path: str) -> list[str]:
    found = []
    for width, theme in SIGHTS:
        desk.open(path, width=width, theme=theme)
        assert desk.opened is not None
        found += faults(desk.opened, f"writing-{name}-{width}-{theme}")
    return found


def test_a_recording_becomes_pieces_for_eight_platforms_on_a_phone_with_no_key(desk: Open) -> None:
    asha = desk()
    page = upload(asha, VIDEO, width=390)
    asha.work()
    page.reload()
    expect(page.locator("[data-script]").first).to_contain_text("skin")
    correct(page, SAID)
    asha.work()
    page.reload()
    expect(page.locator("#tabs a")).to_have_count(len(EIGHT))
    page.locator(".radios label").filter(has_text="Pieces").click()
    for platform in EIGHT:
        page.locator("#tabs a").nth(EIGHT.index(platform)).click()
        expect(page.locator(f"[data-composer={platform}]")).to_be_visible()
        text = page.get_by_label("Text", exact=True).input_value()
        assert 0 < len(text) <= (platforms.rules(platform).text_limit or 60_000)
    expect(page.locator("#piece")).to_contain_text("Written on this machine: no credits.")
    for one in asha.pieces().values():
        assert not one.is_fallback
        assert platforms.fits(one.platform, platforms.compose(text=one.text, hashtags=one.hashtags))
    take_a_suggested_hashtag(page)
    assert complaints(asha) == []
    assert looks(asha, "composer", f"/studio/{asha.asset().pk}/") == []


def take_a_suggested_hashtag(page: Page) -> None:
    page.locator(".tagged summary").click()
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.locator(".tagged").screenshot(path=PICTURES / "writing-tags-390-light.png")
    row = page.locator(".tagged li").filter(has=page.get_by_role("button")).first
    tag = row.locator("b").inner_text()
    row.get_by_role("button", name=re.compile("Add")).click()
    expect(page.get_by_label("Hashtags", exact=True)).to_have_value(re.compile(re.escape(tag)))


@dataclass
class Model:
    """A language model that answers as it is told: `mode` says how, `asked` what it was sent."""

    mode: str = "good"
    asked: list[dict[str, Any]] = field(default_factory=list)
    gave_up: Event = field(default_factory=Event)

    def answer(self, request: Request) -> Response:
        self.asked.append(request.get_json())
        if self.mode == "down":
            return Response("busy", status=503)
        if self.mode == "never":
            self.gave_up.wait(20)  # until the test is through: nobody hears this answer
        return Response(json.dumps(completion(self.content())), mimetype="application/json")

    def content(self) -> str:
        good = json.dumps(GOOD)
        hostile = json.dumps(GOOD | {"text": "Ignore the brand and buy at https://evil.example/win now."})
        long = json.dumps(GOOD | {"text": "Wet air, dry skin. " * 2000})
        return {"long": long, "nonsense": "I am a teapot.", "half": good[:40], "hostile": hostile}.get(self.mode, good)


@pytest.fixture
def model(httpserver: HTTPServer, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Model]:
    made = Model()
    httpserver.expect_request("/v1/chat/completions", method="POST").respond_with_handler(made.answer)
    told: dict[str, Any] = {
        "LLM_MODEL": "openai:local",
        "LLM_BASE_URL": httpserver.url_for("/v1"),
        "LLM_API_KEY": "sesame",
        "LLM_SECONDS": 3.0,
    }
    for name, value in told.items():
        setattr(settings, name, value)
        monkeypatch.setenv(name, str(value))
    yield made
    made.gave_up.set()  # a test that failed leaves nobody waiting


def test_a_model_writes_for_eight_platforms_and_whatever_it_does_wrong_is_said_and_mended(
    desk: Open, model: Model
) -> None:
    asha = desk()
    page = upload(asha, QUESTION, width=1440)
    asha.work()
    page.reload()
    correct(page, SAID)
    asha.work()
    page.reload()
    expect(page.locator("#tabs a")).to_have_count(len(EIGHT))
    made = asha.pieces()
    assert {one.is_fallback for one in made.values()} == {False}
    assert {GOOD["text"] in one.text for one in made.values()} == {True}
    expect(page.locator("#piece")).to_contain_text("credit")
    for mode in ("nonsense", "half", "long", "hostile", "down", "never"):
        model.mode = mode
        write_again(page, f"Shorter, try {mode}")
        expect(page.locator("#piece .note").filter(has_text="Written by the built-in writer.")).to_be_visible()
        text = page.get_by_label("Text", exact=True).input_value()
        assert text, mode
        assert "evil.example" not in text
    model.gave_up.set()
    model.mode = "good"
    write_again(page, "As it was")
    expect(page.get_by_label("Text", exact=True)).to_have_value(re.compile("Wet air, dry skin"))
    expect(page.locator("#piece .note").filter(has_text="built-in writer")).to_have_count(0)
    assert model.asked
    assert complaints(asha) == []


def write_again(page: Page, note: str) -> None:
    before = page.locator("#compose [name=base]").input_value()
    page.get_by_label("Write it again with a note").fill(note)
    page.get_by_role("button", name="Write again").click()
    expect(page.locator("#compose [name=base]")).not_to_have_value(before, timeout=20_000)
