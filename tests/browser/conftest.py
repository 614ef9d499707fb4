"""What a live server needs before its first request; and for the journeys the whole product beside real servers."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import Browser, StorageState

from tests.browser.newcomer import Newcomer
from tests.browser.pages import chromium, sign_in
from tests.browser.product import Product
from tests.cast import Cast, gather
from tests.peers import MastodonPeer, Pds, start_mastodon, start_pds
from tests.trends.feeds import FeedServer, running
from tests.trends.recordings import recording

# What rises in these journeys is "skin barrier", which the example video speaks of.
RISING = {
    "/trending/rss": "google_trends",
    "/api/v1/trends/tags": "mastodon_tags",
    "/xrpc/app.bsky.unspecced.getTrends": "bluesky",
}
KINDS = ["google_trends", "google_news", "mastodon", "bluesky", "hacker_news", "wikipedia"]
ADD_SOURCES = """
from django.utils import timezone
from trends.services import sources
for kind in {kinds}:
    region = "IN" if kind.startswith("google") else ""
    language = "en" if region or kind == "wikipedia" else ""
    config = {{"base_url": "{address}"}}
    sources.add(kind, name=kind, now=timezone.now(), region=region, language=language, config=config)
"""


@dataclass
class Stage:
    """The product, and the servers around it."""

    product: Product
    pds: Pds
    mastodon: MastodonPeer
    feeds: FeedServer


@pytest.fixture(scope="session", autouse=True)
def static_folder() -> None:
    """The static files' middleware looks for this folder as soon as the server starts, before a test's own settings."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Everything runs: the Procfile's processes, a Bluesky server, a Mastodon server, and the trend sources."""
    with (
        start_pds() as pds,
        start_mastodon() as mastodon,
        running(clock=lambda: dt.datetime.now(dt.UTC)) as feeds,
    ):
        for path, name in RISING.items():
            feeds.serve(path, rising(recording(name, now=dt.datetime.now(dt.UTC))))
        told = {"BLUESKY_SERVICE": pds.url, "BLUESKY_APPVIEW": pds.appview.url}
        product = Product(tmp_path_factory.mktemp("product"), told=told)
        try:
            product.start()
            product.operator(ADD_SOURCES.format(kinds=KINDS, address=feeds.url))
            yield Stage(product, pds, mastodon, feeds)
        finally:
            product.stop()


def rising(answer: bytes) -> bytes:
    """A recorded answer in which another topic rises."""
    for old, new in {b"monsoonskincare": b"skinbarrier", b"onsoon skincare": b"kin barrier"}.items():
        answer = answer.replace(old, new)
    return answer.replace(b"Mkin", b"Skin").replace(b"mkin", b"skin").replace(b"monsoon-skin", b"skin-barrier")


@pytest.fixture
def people(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The cast, whose rows the live server sees."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's driver keeps a loop in this thread
    return gather()


@pytest.fixture
def browser(people: Cast) -> Iterator[Browser]:
    """Chromium, once the cast stands."""
    with chromium() as opened:
        yield opened
        connections.close_all()  # what was opened beside the driver's loop is not the test's own connection


@pytest.fixture
def state(browser: Browser, live_server: Any) -> StorageState:
    """What a browser remembers in which Asha signed in."""
    return sign_in(browser, live_server.url)


@pytest.fixture
def chrome() -> Iterator[Browser]:
    """Chromium, for one test."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def newcomer(chrome: Browser, stage: Stage, request: pytest.FixtureRequest) -> Callable[[str], Newcomer]:
    """Let somebody sign up, each time with an address of her own."""

    def arrive(name: str) -> Newcomer:
        email = f"{name.split(maxsplit=1)[0].lower()}-{abs(hash(request.node.name))}@kesar.example"
        somebody = Newcomer(chrome, stage.product.url, name, email)
        somebody.sign_up()
        return somebody

    return arrive
