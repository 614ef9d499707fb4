"""Each kind of platform connected at its wire server in Chromium; a post whose answer got lost; connected again."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connections
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from accounts import tenancy
from content.models import ContentAsset, GeneratedContent
from publishing.delivery import adapters, sending, tokens
from publishing.models import Platform, PlatformConnection, ScheduledPost
from publishing.services import posts
from tests.browser.kinds import KINDS, OUT, Kind
from tests.browser.pages import chromium, look, open_page, sign_in
from tests.cast import Cast, gather
from tests.chaos.stage import FILES, facts
from tests.peers import fake_telegram, fake_webhook
from tests.peers.proxy import Proxy
from tests.peers.wire import Server
from tests.publishing.conftest import make_piece
from trenddrop.platforms import PLATFORMS

pytestmark = pytest.mark.browser
BY_HAND = ("spill", "fanbase")
PRACTICE = Kind("practice", "Practice network", ("POST", "/posts$"))


@dataclass
class Stage:
    """The product, and who works there."""

    cast: Cast
    url: str
    settings: Any

    def told(self, **values: Any) -> None:
        """What an operator sets; adapters are made anew."""
        for name, value in values.items():
            setattr(self.settings, name, value)
        adapters.close()

    def account(self, key: str) -> PlatformConnection:
        """The account of a platform that was connected last."""
        with tenancy.of_organization(self.cast.kesar.pk):
            return PlatformConnection.objects.filter(platform=key).latest("updated_at")


@pytest.fixture
def stage(
    transactional_db: None, live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Stage]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's driver keeps a loop in this thread
    settings.SITE_URL = settings.MEDIA_PUBLIC_URL = live_server.url
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    adapters.close()
    yield Stage(gather(), live_server.url, settings)
    adapters.close()


@pytest.fixture
def browser(stage: Stage) -> Iterator[Browser]:
    with chromium() as opened:
        yield opened
        connections.close_all()  # what was opened beside the driver's loop is not the test's own connection


def test_every_kind_of_platform_is_here() -> None:
    assert {kind.key for kind in KINDS} | {PRACTICE.key, *BY_HAND} == set(PLATFORMS)


def test_every_kind_is_connected_a_lost_answer_found_again_and_connected_again(browser: Browser, stage: Stage) -> None:
    Platform.objects.update_or_create(key="tiktok", defaults={"audit": "pending"})
    state = sign_in(browser, stage.url)
    opened = open_page(browser, f"{stage.url}/connections/", state=state)
    page = opened.page
    types_what_is_wrong(page, stage)
    for kind in KINDS:
        with kind.served() as server:
            # Nobody connects them all within a minute, and doors take that for an attack.
            stage.told(**kind.of.settings(server), REDIS_PREFIX=f"test:{kind.row}")
            connects(page, kind, server)
            loses_an_answer(page, stage, kind, server)
            connects_again(page, stage, kind, server)
    practises(page, stage)
    notes_one_to_post_by_hand(page)
    stage.told(X_CLIENT_ID="")
    page.goto(f"{stage.url}/connections/")
    expect(page.locator("section ul.adds").first).to_contain_text("Not set up here")
    wrong = [fault for path, name in sights(stage) for fault in look(browser, state, stage.url + path, name)]
    # Forms that were refused, and the platforms' own pages, complain in the console too.
    ours = [words for words in opened.complaints if stage.url in words and "422" not in words]
    assert [*wrong, *ours] == []


def said(page: Page, words: str) -> None:
    expect(page.get_by_text(words).first).to_be_visible()


def begin(page: Page, key: str) -> None:
    page.goto(re.sub(r"(//[^/]+)/.*", r"\1/connections/", page.url))
    page.locator(f"a[href='/connections/new/{key}/']").click()


# Connecting


def types_what_is_wrong(page: Page, stage: Stage) -> None:
    with fake_telegram.FakeTelegram() as telegram:
        stage.told(TELEGRAM_API_URL=telegram.url)
        begin(page, "telegram")
        page.get_by_label("The bot’s token").fill("wrong")
        page.get_by_label("Channel or group").fill("@kesarnaturals")
        page.get_by_role("button", name="Connect Telegram").click()
        expect(page.locator("main form [role=alert], main form .errors, main form .error").first).to_be_visible()


def connects(page: Page, kind: Kind, server: Server) -> None:
    begin(page, kind.key)
    goes_the_way(page, kind, server)
    if kind.key == "webhook":
        said(page, "it is not shown again")
        fake_webhook.SECRET = page.locator(".secret code").inner_text()  # what people copy to their server
    else:
        said(page, "is connected.")


def goes_the_way(page: Page, kind: Kind, server: Server) -> None:
    if kind.door:
        page.get_by_role("radio", name=kind.door).check()
    for label, value in kind.types(server).items():
        page.get_by_label(re.compile(f"^{label}")).fill(value)
    if kind.way != OUT:
        page.get_by_role("button", name=f"Connect {kind.name}").click()
        return
    said(page, "We never see your password")
    page.get_by_role("button", name=f"Go to {kind.name}").click()
    page.locator("#allow").click()
    page.wait_for_url(re.compile("/connections/"))
    if kind.account and "/choose" in page.url:
        said(page, "Your sign-in opened 2 accounts.")
        page.get_by_label(re.compile(kind.account)).check()
        page.get_by_role("button", name="Connect", exact=True).click()


# A lost answer


def loses_an_answer(page: Page, stage: Stage, kind: Kind, server: Server) -> None:
    """The post is public and nobody heard of it: looked for and found, or a person says where it is. Never twice."""
    server.fault(*kind.loses, cut_after=True)
    post = plan(stage, kind)
    work(post)
    page.goto(f"{stage.url}/posts/{post.pk}/")
    if page.get_by_text("Live", exact=True).count() == 0:
        said(page, "Unconfirmed")
        settle(page, kind, server, post)
    said(page, "Live")
    assert len(list(kind.of.public(server))) == 1, kind


def settle(page: Page, kind: Kind, server: Server, post: ScheduledPost) -> None:
    if kind.found:
        page.get_by_role("button", name="Check now").click()
        work(post)
        page.reload()
        return
    page.get_by_label("Address of the post").first.fill(f"{server.url}/posts/1")
    page.get_by_role("button", name="Mark as posted").first.click()


def plan(stage: Stage, kind: Kind) -> ScheduledPost:
    kesar = stage.cast.kesar
    with tenancy.of_organization(kesar.pk):
        piece = piece_for(stage, kind)
        account = stage.account(kind.key)
        return posts.publish_now(piece, connection=account, zone="UTC", by=stage.cast.asha, now=timezone.now())


def piece_for(stage: Stage, kind: Kind) -> GeneratedContent:
    kesar = stage.cast.kesar
    if kind.flow not in FILES:
        return make_piece(kesar, platform=kind.key, options=dict(kind.options))
    mime, content, name = FILES[kind.flow]
    kept: dict[str, Any] = {"kind": kind.flow, "mime_type": mime, "media_info": facts(kind.flow, len(content))}
    if kind.flow == "picture":
        mime, content, name = "image/jpeg", picture(), "harvest.jpg"
        kept = {"kind": "image", "mime_type": mime, "media_info": {"width": 1080, "height": 1350, "size": len(content)}}
    asset = ContentAsset(organization=kesar, title=name, status=ContentAsset.Status.READY, **kept)
    asset.file.save(name, ContentFile(content), save=False)
    asset.save()
    return make_piece(kesar, asset=asset, platform=kind.key, options=dict(kind.options))


def picture() -> bytes:
    """A photo as platforms ask for."""
    content = io.BytesIO()
    Image.new("RGB", (1080, 1350), "saddlebrown").save(content, "JPEG")
    return content.getvalue()


def work(post: ScheduledPost) -> None:
    sending.deliver(post.pk, organization_id=post.organization_id, clock=timezone.now, chance=Random(1))


def practises(page: Page, stage: Stage) -> None:
    """The practice network is the product's own: between the two stands what loses an answer."""
    with Proxy(f"{stage.url}/practice/api") as proxy:
        stage.told(PRACTICE_URL=proxy.url)
        page.goto(f"{stage.url}/connections/")
        page.locator("a[href='/connections/new/practice/']").click()
        page.get_by_role("button", name="Add the practice network").click()
        said(page, "is connected.")
        proxy.fault(*PRACTICE.loses, cut_after=True)
        post = plan(stage, PRACTICE)
        work(post)
        page.goto(f"{stage.url}/posts/{post.pk}/")
        if page.get_by_text("Unconfirmed").count():
            settle(page, PRACTICE, proxy, post)
        said(page, "Live")
        assert len(proxy.seen("POST", "/posts$")) <= 2


# Again


def connects_again(page: Page, stage: Stage, kind: Kind, server: Server) -> None:
    row = stage.account(kind.key)
    tokens.lose(row, f"{kind.name} ended the sign-in.", now=timezone.now())
    page.goto(f"{stage.url}/connections/")
    said(page, "must be connected again")
    page.get_by_role("link", name="Connect again").click()
    goes_the_way(page, kind, server)
    said(page, "it is not shown again" if kind.key == "webhook" else "is connected.")
    assert stage.account(kind.key).pk == row.pk
    assert stage.account(kind.key).status == PlatformConnection.Status.ACTIVE


def notes_one_to_post_by_hand(page: Page) -> None:
    begin(page, "spill")
    page.get_by_label("Account").fill("@kesar")
    page.get_by_role("button", name="Connect Spill").click()
    said(page, "is connected.")


# How it looks


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
