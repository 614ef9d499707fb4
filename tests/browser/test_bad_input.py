"""What goes wrong in a person's hands: told on the page, nothing lost, nothing sent twice."""

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.newcomer import ZONE, Newcomer
from tests.browser.pages import screenshot
from tests.content.files import wav

pytestmark = [pytest.mark.browser, pytest.mark.peer]

TALK = """Your skin barrier loses water in the monsoon. Wash your face twice a day, with cold water, and never scrub.
Forty people tried a ceramide cream on damp skin for two weeks. Thirty one had less dry skin after seven days."""
AGE_THE_TOKENS = """
from django.utils import timezone
from publishing.models import PlatformConnection
PlatformConnection.objects.filter(platform="bluesky", display_name="{name}").update(expires_at=timezone.now())
"""


def write_from_text(somebody: Newcomer, text: str = TALK) -> str:
    """Paste a text and wait for its pieces; the Studio's address."""
    page = somebody.go("/library/new/")
    page.get_by_label("A link, or the text itself").fill(text)
    page.get_by_role("button", name="Read it").click()
    page.wait_for_url("**/studio/**")
    somebody.until(page.locator("#piece"), seconds=120)
    return somebody.path()


def posts_of(somebody: Newcomer) -> int:
    """How many posts there are, of all kinds."""
    return somebody.go("/posts/?view=all").locator(".plan-list > li").count()


def test_a_tab_closed_during_an_upload_loses_nothing(newcomer: Callable[[str], Newcomer], tmp_path: Path) -> None:
    ben = newcomer("Ben Thomas")
    file = tmp_path / "rain on the roof.wav"
    file.write_bytes(wav(300))
    ben.go("/library/")
    ben.slow_down(600_000)
    row = ben.choose(file)
    expect(row.locator("[data-up='percent']")).to_have_text(re.compile(r"[2-9]\d %"))
    ben.page.close()
    page = ben.new_tab()
    asked: list[tuple[str, str]] = []
    page.on("request", lambda sent: asked.append((sent.method, sent.headers.get("upload-offset", ""))))
    ben.go("/library/")
    expect(page.get_by_text("Not finished last time")).to_contain_text(file.name)
    screenshot(page, "bad-closed-tab")
    row = ben.choose(file)
    ben.until(row.get_by_role("link", name="Open"))
    methods = [method for method, _offset in asked]
    assert "HEAD" in methods, "the server was asked how much had arrived"
    assert "POST" not in methods, "nothing was begun anew"
    assert ("PATCH", "0") not in asked
    studio = row.get_by_role("link", name="Open").get_attribute("href") or ""
    kept = ben.context.request.get(f"{ben.url}{studio.replace('/studio/', '/files/')}").body()
    assert hashlib.sha256(kept).digest() == hashlib.sha256(file.read_bytes()).digest()


def test_a_playlist_called_mp4_is_refused_on_the_page(newcomer: Callable[[str], Newcomer], tmp_path: Path) -> None:
    ben = newcomer("Ben Thomas")
    file = tmp_path / "holiday.mp4"
    file.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n")
    page = ben.go("/library/")
    row = ben.choose(file)
    expect(row.get_by_role("alert")).to_contain_text("a list that points to other files")
    screenshot(page, "bad-playlist")
    expect(ben.go("/library/").get_by_text("Nothing here yet")).to_be_visible()


def test_a_double_click_sends_once(newcomer: Callable[[str], Newcomer]) -> None:
    ben = newcomer("Ben Thomas")
    ben.connect("practice", name="Ben alone")
    ben.open_piece(write_from_text(ben), "x")
    ben.choose_account("Practice network")
    ben.plan.get_by_role("button", name="Send it now").dblclick()
    expect(ben.page).to_have_url(re.compile("/posts/[^/]+/$"), timeout=30_000)
    ben.until(ben.page.get_by_text(re.compile("^It is live on")))
    assert posts_of(ben) == 1
    expect(ben.go("/practice/").locator("article")).to_have_count(1)


def test_a_wrong_password_is_told_and_what_was_typed_is_kept(stage: Stage, newcomer: Callable[[str], Newcomer]) -> None:
    ben = newcomer("Ben Thomas")
    ben.connect("bluesky", handle=stage.pds.handle, app_password="aaaa-bbbb-cccc-dddd", server=stage.pds.url)
    form = ben.page.locator("main form")
    expect(form.get_by_role("alert")).to_contain_text("app password")
    expect(form.get_by_label("Handle")).to_have_value(stage.pds.handle)
    expect(form.get_by_label("Server")).to_have_value(stage.pds.url)
    expect(form.get_by_label("App password")).to_have_value("")
    screenshot(ben.page, "bad-wrong-password")


def test_a_time_in_the_past_is_refused_and_the_form_kept(newcomer: Callable[[str], Newcomer]) -> None:
    ben = newcomer("Ben Thomas")
    ben.connect("practice", name="Ben alone")
    ben.open_piece(write_from_text(ben), "x")
    yesterday = f"{dt.datetime.now(ZoneInfo(ZONE)) - dt.timedelta(days=1):%Y-%m-%dT%H:%M}"
    ben.plan.get_by_label("When").fill(yesterday)
    expect(ben.page.locator("#when-note")).to_contain_text("in the past")
    ben.plan.get_by_role("button", name="Plan it").click()
    expect(ben.plan.locator("#id_local_time_error")).to_contain_text("in the past")
    expect(ben.plan.get_by_label("When")).to_have_value(yesterday)
    screenshot(ben.page, "bad-past")
    assert posts_of(ben) == 0


def test_a_text_over_the_limit_is_counted_kept_and_not_sent(newcomer: Callable[[str], Newcomer]) -> None:
    ben = newcomer("Ben Thomas")
    ben.connect("practice", name="Ben alone")
    studio = write_from_text(ben)
    ben.open_piece(studio, "bluesky")
    long = "Wash twice. " * 40
    ben.page.locator("#compose textarea[name='text']").fill(long)
    expect(ben.page.locator("[data-count='text']")).to_have_class(re.compile("over"))
    assert ben.counter()[0] > 300
    ben.rewrite(long)
    expect(ben.page.locator("#compose textarea[name='text']")).to_have_value(long.strip())
    expect(ben.page.locator(".form .note").first).to_contain_text("300")
    expect(ben.plan).to_contain_text("300")
    screenshot(ben.page, "bad-over-limit")
    ben.plan.get_by_role("button", name="Send it now").click()
    expect(ben.plan.get_by_role("alert")).to_contain_text(re.compile(r"\d+ over"))
    assert posts_of(ben) == 0


def test_a_password_changed_on_the_server_holds_the_post_until_the_account_is_back(
    stage: Stage, newcomer: Callable[[str], Newcomer]
) -> None:
    ben = newcomer("Ben Thomas")
    connect_with_new_password(ben, stage, "First")
    ben.open_piece(write_from_text(ben), "bluesky")
    ben.rewrite("Held back until Ben is signed in again.")
    take_back(stage, "First")
    stage.product.operator(AGE_THE_TOKENS.format(name="Kesar Naturals"))
    post = ben.send_now("Bluesky")
    ben.until(ben.page.get_by_text(re.compile("connect(ed)? again", re.IGNORECASE)).first)
    screenshot(ben.page, "bad-signed-out-post")
    expect(ben.go("/today/").get_by_role("region", name="Needs you")).to_contain_text("Reconnect")
    page = ben.go("/connections/")
    expect(page.locator("main")).to_contain_text(f"{stage.pds.handle} must be connected again")
    screenshot(page, "bad-signed-out-account")
    connect_with_new_password(ben, stage, "Second")
    ben.go(post)
    ben.until(ben.page.get_by_text(re.compile("^It is live on")), seconds=90)
    texts = [record["value"]["text"] for record in stage.pds.posts()]
    assert sum(text.startswith("Held back until Ben") for text in texts) == 1


def connect_with_new_password(somebody: Newcomer, stage: Stage, name: str) -> None:
    """Make an app password on the server, and connect with it."""
    made = stage.pds.call("POST", "com.atproto.server.createAppPassword", json={"name": name})["password"]
    somebody.connect("bluesky", handle=stage.pds.handle, app_password=made, server=stage.pds.url)
    expect(somebody.page.get_by_role("row", name=re.compile(stage.pds.handle))).to_contain_text("Connected")


def take_back(stage: Stage, name: str) -> None:
    """Revoke an app password on the server, as its owner does in Bluesky's settings."""
    session = {"identifier": stage.pds.handle, "password": stage.pds.password}
    address = f"{stage.pds.url}/xrpc/com.atproto.server"
    owner = httpx.post(f"{address}.createSession", json=session, trust_env=False).json()["accessJwt"]
    headers = {"Authorization": f"Bearer {owner}"}
    answer = httpx.post(f"{address}.revokeAppPassword", json={"name": name}, headers=headers, trust_env=False)
    answer.raise_for_status()
