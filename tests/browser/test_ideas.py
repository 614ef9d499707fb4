"""Ideas in Chromium: a line becomes a script, is edited and approved, and is spoken by a program of this machine."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, StorageState, expect
from pytest_django.live_server_helper import LiveServer

from accounts import tenancy
from content.models import VoiceOver
from content.pipeline import speaking
from tests.browser.pages import SIGHTS, Opened, chromium, faults, open_page, signed_in
from tests.cast import Cast, gather
from tests.content.making import ARTICLE
from tests.content.test_voices import a_voice, approved, program, spoken

__all__ = ["program"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@dataclass
class Desk:
    """Ben's browser on a running server."""

    cast: Cast
    browser: Browser
    url: str
    state: StorageState

    def open(self, path: str, **look: Any) -> Opened:
        return open_page(self.browser, self.url + path, state=self.state, **look)


@pytest.fixture
def desk(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's driver keeps a loop in this thread
    cast = gather()
    with chromium() as browser:
        yield Desk(cast, browser, live_server.url, signed_in(cast.ben.user, live_server.url))
        connections.close_all()  # under the driver's loop, this thread has a connection of its own


def test_an_idea_becomes_a_script_that_is_approved_and_heard(desk: Desk, program: Path) -> None:
    a_voice(desk.cast)
    opened = desk.open("/ideas/new/", width=390)
    page = opened.page
    page.get_by_label("The idea").fill(ARTICLE)
    page.get_by_role("button", name="Write the script").click()
    expect(page.get_by_label("Scene 1, said")).not_to_be_empty(timeout=15_000)
    page.get_by_label("Scene 1, said").fill("Rain dries your skin.")
    page.get_by_role("button", name="Add a scene after 1").click()
    expect(page.get_by_text("1 scene waits for your words.")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="Take scene 2 out").click()
    expect(page.get_by_role("button", name="Approve v3")).to_be_visible(timeout=15_000)
    expect(page.get_by_label("Scene 1, said")).to_have_value("Rain dries your skin.")
    page.get_by_role("button", name="Approve v3").click()
    page.get_by_role("button", name="Speak it").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible(timeout=15_000)
    speak_all(desk)
    expect(page.locator("audio")).to_be_visible(timeout=15_000)
    assert opened.complaints == []


def speak_all(desk: Desk) -> None:
    with tenancy.of_organization(desk.cast.kesar.pk):
        keys = list(VoiceOver.objects.values_list("pk", flat=True))
    for key in keys:
        speaking.run(key, desk.cast.kesar.pk)


@pytest.mark.parametrize(("width", "theme"), SIGHTS)
def test_pages_of_ideas_look_right(desk: Desk, program: Path, width: int, theme: str) -> None:
    script = approved(desk.cast, "Rain dries your skin.", "Wash once, with cold water.")
    spoken(desk.cast, script, a_voice(desk.cast))
    paths = {
        "ideas": "/ideas/",
        "idea-new": "/ideas/new/",
        "idea": f"/ideas/{script.prompt_id}/",
        "script": f"/ideas/scripts/{script.pk}/",
        "script-version": f"/ideas/scripts/{script.pk}/versions/2/",
        "voices": "/ideas/voices/",
        "voice-add": "/ideas/voices/new/",
    }
    found = []
    for name, path in paths.items():
        opened = desk.open(path, width=width, theme=theme)
        found += faults(opened, f"{name}-{width}-{theme}")
        opened.page.context.close()
    assert found == []
