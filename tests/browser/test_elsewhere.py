"""A piece finished elsewhere, and a script that becomes a video, in Chromium."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts import tenancy
from content.models import GeneratedContent, PieceFile, RepurposingJob
from tests.browser.pages import look, open_page, sign_in
from tests.cast import Cast
from tests.content.making import bring
from tests.content.test_elsewhere import H264, made_here
from tests.content.test_voices import approved
from tests.core.recordings import draw

pytestmark = pytest.mark.browser


def test_a_piece_is_finished_elsewhere_and_a_script_filmed(
    browser: Browser, people: Cast, live_server: Any, tmp_path: Path
) -> None:
    url, state = live_server.url, sign_in(browser, live_server.url)
    film = draw(tmp_path / "film.mp4", *H264, source="testsrc=d=3:s=180x320:r=25")
    piece = made_here(people, film)
    script = approved(people, "Cold water tells.", "Real saffron turns the water golden.")
    bring(people, film, title="Threads in a glass")
    opened = open_page(browser, f"{url}/pieces/{piece.pk}/elsewhere/", state=state)
    takes_the_kit(opened.page)
    brings_it_back(opened.page, film, piece)
    wrong = look(browser, state, f"{url}/pieces/{piece.pk}/elsewhere/", "elsewhere")
    asks_for_a_video(opened.page, f"{url}/ideas/scripts/{script.pk}/video/", people)
    wrong += look(browser, state, f"{url}/ideas/scripts/{script.pk}/video/", "script-video")
    assert [*wrong, *opened.complaints] == []


def takes_the_kit(page: Page) -> None:
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the kit").click()
    assert download.value.suggested_filename == "Is it real_-bluesky.zip"


def brings_it_back(page: Page, film: Path, piece: GeneratedContent) -> None:
    page.get_by_label("The finished file").set_input_files(film)
    page.get_by_label("Finished in").select_option("Descript")
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_text("Kept as take 2 from Descript")).to_be_visible()
    expect(page.get_by_text("made from take 1")).to_be_visible()
    page.get_by_role("button", name="Send this one").click()
    expect(page.get_by_text("Take 1 is sent from now on.")).to_be_visible()
    with tenancy.of_organization(piece.organization_id):
        rows = PieceFile.objects.filter(piece=piece).order_by("number")
        assert [row.is_current for row in rows] == [True, False]


def asks_for_a_video(page: Page, address: str, people: Cast) -> None:
    page.goto(address)
    page.get_by_label("Scene 2 shows").select_option("Threads in a glass")
    page.get_by_label("Square 1:1").check()
    expect(page.get_by_text("Costs at most 2 credits.")).to_be_visible()  # one for each format
    page.get_by_role("button", name="Make the video").click()
    expect(page.get_by_text("The video is being made.")).to_be_visible()
    with tenancy.of_organization(people.kesar.pk):
        assert set(RepurposingJob.objects.values_list("format", flat=True)) == {"vertical", "square"}
