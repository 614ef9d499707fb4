"""The transcript's editor in Chromium: a long recording in parts that follow the player, corrected and marked."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils.timezone import now
from playwright.sync_api import Browser, Dialog, Page, StorageState, expect

from accounts import tenancy
from content.models import ContentAsset, PipelineStep, Transcript
from tests.browser.pages import SIGHTS, axe, faults, open_page, until
from tests.cast import Cast
from tests.content.making import bring
from tests.core.recordings import draw

pytestmark = pytest.mark.browser

LINES = 60  # three seconds each


@pytest.fixture
def asset(people: Cast, tmp_path: Path) -> ContentAsset:
    """Three minutes in which sixty lines are said, with a filler and a silence."""
    path = draw(tmp_path / "long.mp3", "-b:a", "16k", source=f"anullsrc=r=16000:cl=mono:d={LINES * 3}")
    made = bring(people, path, duration=float(LINES * 3), mime_type="audio/mpeg", media_info={"has_audio": True})
    rows: list[list[Any]] = [
        [round(line * 3 + at * 0.4, 2), round(line * 3 + at * 0.4 + 0.3, 2), word, 0.4 if word == "saffron" else None]
        for line in range(LINES)
        for at, word in enumerate(f"um line {line} says saffron".split())
    ]
    with tenancy.of_organization(people.kesar.pk):
        Transcript.objects.create(
            organization=people.kesar, asset=made, words=rows, text=" ".join(str(row[2]) for row in rows),
            language="en", engine="test", marks=[["filler", 0.0, 0.3], ["silence", 2.0, 3.0]], turns=[[0.0, "Asha"]],
        )  # fmt: skip
        PipelineStep.objects.filter(asset=made).update(status="done", started_at=now())
        ContentAsset.objects.filter(pk=made.pk).update(status="ready", language="en")
    return made


def place(live_server: Any, asset: ContentAsset) -> str:
    return str(live_server.url + reverse("transcript", args=[asset.pk]))


def part(page: Page) -> Any:
    return page.get_by_role("navigation", name="Parts of the transcript")


def said(asset: ContentAsset) -> Transcript:
    with tenancy.of_organization(asset.organization_id):
        return Transcript.objects.get(asset=asset)


def test_parts_follow_the_player_and_a_line_is_corrected_in_its_place(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState
) -> None:
    opened = open_page(browser, place(live_server, asset), state=state)
    page = opened.page
    expect(part(page)).to_contain_text("part 1 of 2")
    page.locator("[data-script] [data-t]").nth(6).click()
    until(page, "document.querySelector('audio').currentTime > 3")
    page.evaluate("document.querySelector('audio').currentTime = 155")  # as if it had played until there
    expect(part(page)).to_contain_text("part 2 of 2, from 2:30")
    expect(page.locator("[data-script] .w")).to_have_attribute("data-t", re.compile("^154"))
    expect(page.locator("#marks-here li")).to_have_count(0)  # those are of the first part
    page.locator("[data-script] [data-t='153.8']").dblclick()
    text = page.locator("[data-lineform] textarea")
    expect(text).to_be_focused()
    assert page.evaluate("getSelection().toString()") == "51"
    page.keyboard.type("fifty-one")
    page.evaluate("document.querySelector('audio').currentTime = 10")
    expect(text).to_have_value("um line fifty-one says saffron")  # a part with an open line stays
    page.keyboard.press("Control+Enter")
    expect(page.locator("#told")).to_contain_text("The words have changed")
    expect(page.locator("[data-script]")).to_contain_text("line fifty-one says")
    page.get_by_label("Go to").fill("0:10")
    page.get_by_role("button", name="Go", exact=True).click()
    expect(part(page)).to_contain_text("part 1 of 2")
    expect(page.locator("#marks-here li")).to_have_count(2)
    assert "line fifty-one says" in said(asset).text
    assert opened.complaints == []


def test_lines_that_are_open_are_told_apart_and_their_words_are_not_lost_by_going_elsewhere(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState
) -> None:
    opened = open_page(browser, place(live_server, asset), state=state)
    page, asked = opened.page, list[str]()

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", stay)
    for at in ("0:03", "0:06"):
        page.get_by_role("link", name=f"Edit the line at {at}").click()
        expect(page.get_by_label(f"The words at {at}")).to_be_focused()
    assert axe(page, rules=["duplicate-id-aria"]) == []
    page.get_by_label("The words at 0:06").fill("Words of mine")
    page.get_by_label("Go to").fill("2:40")
    page.get_by_role("button", name="Go", exact=True).click()
    expect(page.get_by_label("The words at 0:06")).to_have_value("Words of mine")
    assert asked == ["What you changed is not saved yet and would be lost. Go on without it?"]
    page.get_by_label("The words at 0:06").press("Control+Enter")
    expect(page.locator("[data-script]")).to_contain_text("Words of mine")
    page.get_by_role("button", name="Go", exact=True).click()  # the other line was opened, and nothing changed in it
    expect(part(page)).to_contain_text("part 2 of 2")
    assert len(asked) == 1


def test_finding_puts_no_token_in_the_address_and_replacing_still_sends_it(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState
) -> None:
    opened = open_page(browser, place(live_server, asset), state=state)
    page = opened.page
    page.get_by_label("Find", exact=True).fill("saffron")
    page.locator(".replaces").get_by_role("button", name="Find").click()
    page.wait_for_url("**find=saffron**")
    assert "csrf" not in page.url
    page.get_by_label("Replace with").fill("crocus")
    page.get_by_role("button", name="Replace all").click()
    expect(page.locator("#told")).to_contain_text("The words have changed")
    assert "saffron" not in said(asset).text
    assert opened.complaints == []


def test_in_the_studio_parts_follow_the_player_too(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState
) -> None:
    for width, theme in SIGHTS:
        opened = open_page(
            browser, live_server.url + reverse("studio", args=[asset.pk]), state=state, width=width, theme=theme
        )
        page = opened.page
        expect(part(page)).to_contain_text("part 1 of 2")
        page.locator("[data-script] [data-t]").nth(6).click()
        until(page, "document.querySelector('audio').currentTime > 3")
        page.evaluate("document.querySelector('audio').currentTime = 170")
        expect(part(page)).to_contain_text("part 2 of 2")
        expect(page.locator("[data-script] .w")).to_have_text(re.compile(r"saffron|says|line|um|5\d"))
        page.get_by_label("Go to", exact=True).fill("0:12")
        page.get_by_role("button", name="Go", exact=True).click()
        expect(part(page)).to_contain_text("part 1 of 2")
        assert faults(opened, f"studio-long-{width}-{theme}") == []
        page.context.close()


def test_chosen_words_are_marked_as_a_filler(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState
) -> None:
    opened = open_page(browser, place(live_server, asset), state=state)
    page = opened.page
    page.locator("summary", has_text="Silences and fillers").click()
    page.evaluate(
        """() => { const words = document.querySelectorAll("[data-script] [data-t]");
        getSelection().setBaseAndExtent(words[5].firstChild, 0, words[6].firstChild, 4); }"""
    )
    expect(page.get_by_label("From")).to_have_value("3.00")
    expect(page.get_by_label("To", exact=True)).to_have_value("3.80")
    page.get_by_role("button", name="Mark it").click()
    expect(page.get_by_text("Marked.")).to_be_visible()
    expect(page.locator("[data-script] .filler")).to_have_text(["um", "um", "line"])
    assert ["filler", 3.0, 3.7] in said(asset).marks
    assert opened.complaints == []


def test_the_editor_works_without_script(
    browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState
) -> None:
    page = open_page(browser, place(live_server, asset), state=state, script=False).page
    page.get_by_role("link", name="Go on").first.click()
    expect(part(page)).to_contain_text("part 2 of 2")
    page.get_by_role("link", name="Edit the line at 2:33").click()
    page.get_by_label("The words at 2:33").fill("line fifty-one says kesar")
    page.get_by_label("Who speaks").fill("Ben")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(part(page)).to_contain_text("part 2 of 2")
    expect(page.locator(".said", has_text="fifty-one says kesar")).to_contain_text("Ben")
    page.locator("summary", has_text="Silences and fillers").click()
    page.get_by_label("From").fill("2:35")
    page.get_by_label("To", exact=True).fill("2:34")
    page.get_by_role("button", name="Mark it").click()
    expect(page.locator("#id_mark_error")).to_contain_text("The end has to come after the beginning.")


def test_the_editor_has_no_fault(browser: Browser, live_server: Any, asset: ContentAsset, state: StorageState) -> None:
    for (width, theme), asked in zip(SIGHTS, ("?edit=3&to=4.6", "?find=saffron&page=2"), strict=True):
        opened = open_page(browser, place(live_server, asset) + asked, width=width, theme=theme, state=state)
        opened.page.evaluate("document.querySelectorAll('details.more').forEach(each => { each.open = true; })")
        assert faults(opened, f"transcript-{width}-{theme}") == []
        opened.page.context.close()
