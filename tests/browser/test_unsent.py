"""Words that were not sent, in Chromium: nothing else takes their place unless whoever typed them says so."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Dialog, Page, StorageState, expect

from content.models import Script
from tests.browser.pages import open_page
from tests.cast import Cast
from tests.content.test_ideas import again, written

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
