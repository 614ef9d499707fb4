"""A post by hand on a phone: save, copy, post, paste the link."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts import tenancy
from publishing.delivery import assisting
from publishing.models import ScheduledPost
from tests.browser.pages import faults, look, open_page, sign_in
from tests.cast import Cast
from tests.publishing.conftest import make_piece, make_post
from tests.publishing.test_by_hand import account, film

pytestmark = pytest.mark.browser
TEXT = "Three layers, in this order.\nThe order is the whole trick.\n\n#barrierrepair #ceramides #DelhiAir"


@pytest.fixture
def post(people: Cast, settings: Any, tmp_path: Any) -> ScheduledPost:
    settings.MEDIA_ROOT = tmp_path / "media"
    at = timezone.now() - dt.timedelta(minutes=2)
    with tenancy.of_organization(people.kesar.pk):
        piece = make_piece(people.kesar, asset=film(people), platform="tiktok", title="Barrier repair", text=TEXT)
        metadata = {"include_media": True, "alt_text": "Three jars", "options": {"privacy": "followers"}}
        connection = account(people, platform="tiktok")
        made = make_post(piece, connection, at=at, metadata=metadata, local_time=f"{at:%Y-%m-%dT%H:%M}")
    assisting.assist(now=timezone.now())
    return made


def test_a_post_by_hand_on_a_phone(browser: Browser, live_server: Any, post: ScheduledPost) -> None:
    state = sign_in(browser, live_server.url)
    found = []
    address = f"{live_server.url}/posts/{post.pk}/by-hand/"
    found += look(browser, state, address, "by-hand", settled=True)
    assert found == []
    opened = open_page(browser, f"{live_server.url}/posts/{post.pk}/", width=390, state=state, settled=True)
    page = opened.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    assert faults(opened, "post-by-hand-390-light") == []
    page.get_by_role("link", name="Post it yourself").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save", exact=True).click()
    assert saved.value.suggested_filename == "barrier-repair.mp4"
    page.get_by_role("button", name="Copy the caption").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == TEXT
    page.get_by_role("button", name="It is posted").click()
    expect(page.get_by_text("It is live on TikTok.")).to_be_visible()
    assert faults(opened, "post-without-link-390-light") == []
    page.get_by_label("Address of the post").fill("https://www.tiktok.com/@kesar/video/1")
    page.get_by_role("button", name="Keep the link").click()
    expect(page.get_by_text("Somebody added its link")).to_be_visible()
    page.get_by_text("Correct its link").click()
    expect(page.get_by_label("Address of the post")).to_have_value("https://www.tiktok.com/@kesar/video/1")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert faults(opened, "post-with-link-1280-light") == []
    assert opened.complaints == []
    page.context.close()
