"""The library in Chromium: files dropped, paused, resumed after a reload; found, deleted and brought back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from accounts import tenancy
from content import search
from content.models import Collection, ContentAsset, PipelineStep, Transcript
from tests.browser.pages import SIGHTS, Opened, axe, chromium, open_page, screenshot, signed_in
from tests.browser.pages import faults as lacks
from tests.cast import Cast, gather
from tests.content.files import wav
from tests.content.serving import Served, served

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAID = "first the oil then ceramides while damp and a film on top at night"


@dataclass
class Desk:
    """Asha's browser on a running server."""

    cast: Cast
    browser: Browser
    web: Served
    state: StorageState

    def open(self, path: str, **look: Any) -> Page:
        opened = open_page(self.browser, self.web.url + path, state=self.state, **look)
        opened.page.wait_for_load_state("networkidle")
        return opened.page


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server of these tests keeps its files."""
    return tmp_path_factory.mktemp("library")


@pytest.fixture(scope="module")
def web(folder: Path, django_db_setup: None) -> Iterator[Served]:
    """One server for all of these tests."""
    with served(folder) as found:
        yield found


@pytest.fixture
def desk(settings: Any, web: Served, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's driver keeps a loop in this thread
    cast = gather()
    settings.UPLOAD_ROOT = folder / "uploads"
    with chromium() as browser:
        yield Desk(cast, browser, web, signed_in(cast.asha.user, web.url))


def fill(cast: Cast) -> None:
    """Assets of every kind and state."""
    with tenancy.of_organization(cast.kesar.pk):
        folder = Collection.objects.create(organization=cast.kesar, name="Monsoon launch")
        for kind, status, title in [
            ("video", "ready", "What Delhi’s air does to your skin"),
            ("video", "processing", "How we press kesar at 4 a.m., with a title that is far too long for one line"),
            ("audio", "failed", "Podcast: Ira on “The Long Commute”"),
            ("document", "pending", "Lab sheet: barrier serum, batch 27"),
            ("image", "cancelled", "Hydration myths"),
        ]:
            error = "No sound we can read. The picture is fine." if status == "failed" else ""
            asset = ContentAsset.objects.create(
                organization=cast.kesar, title=title, kind=kind, status=status, error=error, duration=408, size=9e8,
                tags=["skin", "monsoon"], content_hash="same" if kind == "video" else "", collection=folder,
            )  # fmt: skip
            if status == "processing":
                PipelineStep.objects.create(
                    organization=cast.kesar, asset=asset, name="transcribe", position=3, status="running", progress=38
                )
            words = [[float(at), at + 0.9, word, 0.9] for at, word in enumerate(SAID.split())]
            Transcript.objects.create(organization=cast.kesar, asset=asset, words=words, text=SAID, engine="test")
            search.index(asset)


PAGES = [
    "/library/", "/library/?layout=list", "/library/?q=ceramides", "/library/deleted/", "/library/new/",
    "/library/sorting/",
]  # fmt: skip


def faults(desk: Desk, path: str, width: int, theme: str) -> list[str]:
    """Everything wrong with a page in one sight."""
    page = desk.open(path, width=width, theme=theme)
    name = "-".join(filter(None, re.split(r"\W+", path)))
    found = lacks(Opened(page), f"{name}-filled-{width}-{theme}")
    page.context.close()
    return found


def test_the_library_has_no_fault_in_any_sight(desk: Desk) -> None:
    fill(desk.cast)
    assert [fault for path in PAGES for sight in SIGHTS for fault in faults(desk, path, *sight)] == []


def test_an_upload_is_paused_survives_a_reload_and_goes_on(desk: Desk, tmp_path: Path) -> None:
    film = tmp_path / "Rooftop session.wav"
    film.write_bytes(wav(1)[:44] + bytes(120 * 1024**2))
    page = desk.open("/library/")
    slow = page.context.new_cdp_session(page)
    slow.send("Network.enable")
    speed = {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": 20_000_000}
    slow.send("Network.emulateNetworkConditions", speed)
    page.set_input_files("#up-file", film)
    row = page.locator("[data-up='list'] > li").first
    expect(row.locator("[data-up='status']")).to_contain_text("left", timeout=20_000)
    screenshot(page, "library-uploading-1440-light", whole=False)
    row.get_by_role("button", name="Pause").click()
    expect(row).to_contain_text("Paused at")
    row.get_by_role("button", name="Go on").click()
    expect(row.locator("[data-up='percent']")).to_contain_text("4", timeout=20_000)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("[data-up='left']")).to_contain_text("Rooftop session.wav")
    page.set_input_files("#up-file", film)
    row = page.locator("[data-up='list'] > li").first
    expect(row.get_by_role("link", name="Open")).to_be_visible(timeout=60_000)
    expect(page.locator("#assets h3")).to_have_text(["Rooftop session"])
    with tenancy.of_organization(desk.cast.kesar.pk):
        assert ContentAsset.objects.get().size == film.stat().st_size


def test_bad_files_say_why_beside_a_good_one(desk: Desk, tmp_path: Path) -> None:
    files = {"good.wav": wav(), "empty.mp4": b"", "playlist.mp4": b"#EXTM3U\n/etc/passwd\n"}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    page = desk.open("/library/")
    page.set_input_files("#up-file", [tmp_path / name for name in files])
    rows = page.locator("[data-up='list'] > li")
    expect(rows.filter(has_text="good.wav").get_by_role("link", name="Open")).to_be_visible(timeout=20_000)
    expect(rows.filter(has_text="empty.mp4")).to_contain_text("The file is empty.")
    expect(rows.filter(has_text="playlist.mp4")).to_contain_text("points to other files")
    assert axe(page) == []
    page.reload()
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-up='left']")).to_be_hidden()  # what is refused for good is no upload to go on with


def test_what_is_ticked_is_deleted_and_the_message_undoes_it(desk: Desk) -> None:
    fill(desk.cast)
    page = desk.open("/library/")
    card = page.locator(".assets > li").first
    card.hover()
    card.get_by_role("checkbox").check()
    page.get_by_role("button", name="Delete what is ticked").click()
    expect(page.locator(".assets > li")).to_have_count(4)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".assets > li")).to_have_count(5)


@pytest.mark.parametrize("layout", ["grid", "list"])
def test_what_is_ticked_stays_ticked_while_it_is_worked_on_and_when_an_upload_is_done(desk: Desk, layout: str) -> None:
    fill(desk.cast)
    page = desk.open(f"/library/?layout={layout}")
    for title in ("How we press kesar", "Hydration myths"):
        page.get_by_role("checkbox", name=re.compile(f"Tick {title}")).check(force=True)
    with page.expect_response(re.compile("/card/"), timeout=6000):
        pass
    with page.expect_response(re.compile(r"/library/\?")):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('upload:done'))")
    page.wait_for_timeout(300)
    expect(page.get_by_role("checkbox", name=re.compile("^Tick"))).to_have_count(5)
    ticked = page.locator("[name=asset]:checked")
    expect(ticked).to_have_count(2)
    assert page.evaluate("new FormData(document.querySelector('#bulk')).getAll('asset').length") == 2


def test_what_is_ticked_is_tagged_and_put_into_a_folder_on_a_phone(desk: Desk) -> None:
    fill(desk.cast)
    page = desk.open("/library/?q=myths", width=390)
    page.locator(".assets > li").get_by_role("checkbox").check()
    bar = page.get_by_role("group", name="What is ticked")
    bar.get_by_label("Tags, separated by commas").fill("winter")
    bar.get_by_role("button", name="Add").click()
    expect(page.get_by_text("Tags of 1 asset changed.")).to_be_visible()
    assert "q=myths" in page.url
    page.locator(".assets > li").get_by_role("checkbox").check()
    page.get_by_role("group", name="What is ticked").get_by_label("Folder").select_option("")
    page.get_by_role("button", name="Put there").click()
    expect(page.get_by_text("1 asset is in no folder now.")).to_be_visible()
    expect(page.get_by_role("link", name="#winter")).to_be_visible()


def test_a_file_that_is_here_already_is_told_beside_its_upload(desk: Desk, tmp_path: Path) -> None:
    page = desk.open("/library/")
    for name in ("Morning talk.wav", "copy.wav"):
        (tmp_path / name).write_bytes(wav())
        page.set_input_files("#up-file", tmp_path / name)
        row = page.locator("[data-up='list'] > li", has_text=name)
        expect(row.get_by_role("link", name="Open", exact=True)).to_be_visible(timeout=20_000)
    expect(row).to_contain_text("The same file is here already: “Morning talk”.")
    assert axe(page) == []
    row.get_by_role("link", name="Open the other").click()
    page.wait_for_url("**/studio/**")
    expect(page.get_by_role("heading", level=1)).to_have_text("Morning talk")


def test_searching_while_typing_shows_where_it_is_said(desk: Desk) -> None:
    fill(desk.cast)
    page = desk.open("/library/")
    page.get_by_role("searchbox").first.fill("ceramides")
    expect(page.locator("#assets mark").first).to_have_text("ceramides")
    expect(page.get_by_text("5 assets say “ceramides”, 5 times in all.")).to_be_visible()
    assert "q=ceramides" in page.url
    expect(page.get_by_role("link", name="0:04").first).to_be_visible()


def test_without_a_script_the_form_sends_the_file(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "note.wav").write_bytes(wav())
    page = desk.open("/upload/", script=False)
    page.set_input_files("input[type=file]", tmp_path / "note.wav")
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/studio/**")
    assert "note" in page.title()
