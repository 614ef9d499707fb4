"""Each kind of platform connected at its wire server in Chromium; a post whose answer got lost; connected again."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts import tenancy
from publishing.delivery import adapters, sending, tokens
from publishing.models import Platform, PlatformConnection, ScheduledPost
from publishing.services import posts
from tests.browser.pages import SIGHTS, chromium, faults, open_page
from tests.browser.test_look import sign_in
from tests.cast import Cast, gather
from tests.peers import fake_graph, fake_telegram, fake_threads, fake_tiktok, fake_youtube
from tests.peers.fake_facebook import FakeFacebook
from tests.publishing.conftest import make_piece

pytestmark = pytest.mark.browser

ADAPTERS = {
    "facebook": "publishing.platforms.facebook.Facebook",
    "threads": "publishing.platforms.threads.Threads",
    "tiktok": "publishing.platforms.tiktok.TikTok",
    "youtube": "publishing.platforms.youtube.YouTube",
    "telegram": "publishing.platforms.telegram.Telegram",
    "webhook": "publishing.platforms.webhook.Webhook",
    "x": "publishing.platforms.x.X",
    "practice": "publishing.platforms.practice.Practice",
}
CONSENT = {"threads": "Threads", "tiktok": "TikTok", "youtube": "YouTube"}


class TwoPages(FakeFacebook):
    """A person who may publish on both of their Pages."""

    def pages(self) -> list[dict[str, Any]]:
        return [{**page, "tasks": ["CREATE_CONTENT", "ANALYZE"]} for page in super().pages()]


@dataclass
class Stage:
    """The product, and the platforms around it."""

    cast: Cast
    url: str
    facebook: TwoPages


@pytest.fixture
def stage(transactional_db: None, live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's driver keeps a loop in this thread
    settings.SITE_URL, settings.PUBLISHING_PLATFORMS = live_server.url, ADAPTERS
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    with ExitStack() as servers:
        facebook = servers.enter_context(TwoPages())
        threads = servers.enter_context(fake_threads.FakeThreads())
        tiktok = servers.enter_context(fake_tiktok.FakeTikTok())
        youtube = servers.enter_context(fake_youtube.FakeYouTube())
        telegram = servers.enter_context(fake_telegram.FakeTelegram())
        told = {
            ("META_APP_ID", "META_APP_SECRET"): (fake_graph.APP_ID, fake_graph.APP_SECRET),
            ("FACEBOOK_GRAPH_URL", "FACEBOOK_WEB_URL"): (facebook.url, facebook.url),
            ("FACEBOOK_UPLOAD_URL", "TELEGRAM_API_URL"): (facebook.uploads.url, telegram.url),
            ("THREADS_APP_ID", "THREADS_APP_SECRET"): (fake_threads.APP, fake_threads.SECRET),
            ("THREADS_GRAPH_URL", "THREADS_WEB_URL"): (threads.url, threads.url),
            ("TIKTOK_CLIENT_KEY", "TIKTOK_CLIENT_SECRET"): (fake_tiktok.KEY, fake_tiktok.SECRET),
            ("TIKTOK_API_URL", "TIKTOK_WEB_URL"): (tiktok.url, tiktok.url),
            ("YOUTUBE_CLIENT_ID", "YOUTUBE_CLIENT_SECRET"): (fake_youtube.CLIENT, fake_youtube.SECRET),
            ("YOUTUBE_API_URL", "GOOGLE_AUTH_URL", "GOOGLE_TOKEN_URL"): (youtube.url,) * 3,
        }
        for names, values in told.items():
            for name, value in zip(names, values, strict=True):
                setattr(settings, name, value)
        adapters.close()
        yield Stage(gather(), live_server.url, facebook)
    adapters.close()


@pytest.fixture
def browser(stage: Stage) -> Iterator[Browser]:
    with chromium() as opened:
        yield opened
        connections.close_all()  # what was opened beside the driver's loop is not the test's own connection


def test_every_kind_of_platform_is_connected_and_a_lost_answer_found_again(browser: Browser, stage: Stage) -> None:
    Platform.objects.update_or_create(key="tiktok", defaults={"audit": "pending"})
    state = sign_in(browser, stage.url)
    opened = open_page(browser, f"{stage.url}/connections/", state=state)
    page = opened.page
    chooses_among_pages(page)
    for key, name in CONSENT.items():
        goes_out_and_comes_back(page, key, name)
    types_what_is_asked(page)
    copies_a_secret(page)
    notes_one_to_post_by_hand(page)
    expect(page.locator("#add + ul, section ul.adds").first).to_contain_text("Not set up here")  # X has no app
    finds_a_post_whose_answer_got_lost(page, stage)
    connects_again(page, stage)
    wrong = [fault for path, name in sights(stage) for fault in look(browser, state, stage.url + path, name)]
    # Forms that were refused, and the platforms' own pages, complain in the console too.
    ours = [words for words in opened.complaints if stage.url in words and "422" not in words]
    assert [*wrong, *ours] == []


def begin(page: Page, key: str) -> None:
    page.goto(re.sub(r"(//[^/]+)/.*", r"\1/connections/", page.url))
    page.locator(f"a[href='/connections/new/{key}/']").click()


def said(page: Page, words: str) -> None:
    expect(page.get_by_text(words).first).to_be_visible()


def chooses_among_pages(page: Page) -> None:
    begin(page, "facebook")
    said(page, "We never see your password")
    page.get_by_role("button", name="Go to Facebook").click()
    page.locator("#allow").click()
    said(page, "Your sign-in opened 2 accounts.")
    page.get_by_label(re.compile("Kesar")).check()
    page.get_by_role("button", name="Connect", exact=True).click()
    said(page, "is connected.")


def goes_out_and_comes_back(page: Page, key: str, name: str) -> None:
    begin(page, key)
    page.get_by_role("button", name=f"Go to {name}").click()
    page.locator("#allow").click()
    said(page, "is connected.")


def types_what_is_asked(page: Page) -> None:
    begin(page, "telegram")
    page.get_by_label("The bot’s token").fill("wrong")
    page.get_by_label("Channel or group").fill("@kesarnaturals")
    page.get_by_role("button", name="Connect Telegram").click()
    expect(page.locator("main form [role=alert], main form .errors, main form .error").first).to_be_visible()
    page.get_by_label("The bot’s token").fill(fake_telegram.TOKEN)
    page.get_by_role("button", name="Connect Telegram").click()
    said(page, "is connected.")


def copies_a_secret(page: Page) -> None:
    begin(page, "webhook")
    page.get_by_label("Address of your server").fill("https://hooks.kesar.example/posts")
    page.get_by_role("button", name="Connect Webhook").click()
    said(page, "it is not shown again")


def notes_one_to_post_by_hand(page: Page) -> None:
    page.goto(re.sub(r"(//[^/]+)/.*", r"\1/connections/", page.url))
    page.locator("a[href='/connections/new/spill/by-hand/']").click()
    page.get_by_label("Account").fill("@kesar")
    page.get_by_role("button", name="Connect Spill").click()
    said(page, "is connected.")


def finds_a_post_whose_answer_got_lost(page: Page, stage: Stage) -> None:
    kesar = stage.cast.kesar
    with tenancy.of_organization(kesar.pk):
        connection = PlatformConnection.objects.get(platform="facebook")
        piece = make_piece(kesar, platform="facebook")
        post = posts.publish_now(piece, connection=connection, zone="UTC", by=stage.cast.asha, now=timezone.now())
    stage.facebook.fault("POST", r"^/v26\.0/(700100_)?179\d+$", cut_after=True)
    work(post)
    page.goto(f"{stage.url}/posts/{post.pk}/")
    said(page, "Unconfirmed")
    page.get_by_role("button", name="Check now").click()
    work(post)
    page.reload()
    said(page, "Live")
    assert len(stage.facebook.posts) == 1


def work(post: ScheduledPost) -> None:
    sending.deliver(post.pk, organization_id=post.organization_id, clock=timezone.now, chance=Random(1))


def connects_again(page: Page, stage: Stage) -> None:
    with tenancy.of_organization(stage.cast.kesar.pk):
        row = PlatformConnection.objects.get(platform="facebook")
    tokens.lose(row, "Facebook ended the sign-in.", now=timezone.now())
    page.goto(f"{stage.url}/connections/")
    said(page, "must be connected again")
    page.get_by_role("link", name="Connect again").click()
    page.get_by_role("button", name="Go to Facebook").click()
    page.locator("#allow").click()
    said(page, "is connected.")
    with tenancy.of_organization(stage.cast.kesar.pk):
        assert PlatformConnection.objects.get(platform="facebook").pk == row.pk


def sights(stage: Stage) -> list[tuple[str, str]]:
    with tenancy.of_organization(stage.cast.kesar.pk):
        row = PlatformConnection.objects.get(platform="tiktok")
        PlatformConnection.objects.filter(platform="youtube").update(status="needs_reconnect", last_error="It ended.")
    return [
        ("/connections/", "connections"),
        (f"/connections/{row.pk}/", "connection"),
        ("/connections/new/facebook/", "connect"),
        ("/connections/new/x/", "connect-missing"),
    ]


def look(browser: Browser, state: Any, address: str, name: str) -> list[str]:
    found = []
    for width, theme in SIGHTS:
        opened = open_page(browser, address, width=width, theme=theme, state=state)
        found += faults(opened, f"{name}-{width}-{theme}")
        opened.page.context.close()
    return found
