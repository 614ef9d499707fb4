"""Videos on YouTube and TikTok, from the plan to the live post, through everything that delivers them."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts import tenancy
from accounts.models import Organization
from content.models import ContentAsset
from publishing.delivery import adapters
from publishing.models import PlatformConnection, QuotaUse, ScheduledPost
from publishing.platforms.tiktok import TikTok
from publishing.platforms.youtube import YouTube
from tests.cast import Cast, gather
from tests.peers import fake_tiktok, fake_youtube
from tests.peers.wire import Server
from tests.publishing.conftest import Clock, Desk, make_connection, make_piece, make_post

HERE = "tests.publishing.test_videos_at_work"
HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
CLOCK: list[Callable[[], dt.datetime]] = []


class TimedYouTube(YouTube):
    """YouTube at the tests' hour."""

    def __init__(self, **told: Any) -> None:
        super().__init__(**told | {"clock": CLOCK[-1]})


class TimedTikTok(TikTok):
    """TikTok at the tests' hour."""

    def __init__(self, **told: Any) -> None:
        super().__init__(**told | {"clock": CLOCK[-1]})


@pytest.fixture
def clock(settings: Any) -> Iterator[Clock]:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    settings.PUBLISHING_PLATFORMS = {"youtube": f"{HERE}.TimedYouTube", "tiktok": f"{HERE}.TimedTikTok"}
    clock = Clock()
    CLOCK.append(clock)
    yield clock
    adapters.close()


def film(organization: Organization) -> ContentAsset:
    name = default_storage.save("assets/film.mp4", ContentFile(b"a film"))
    facts = {"container": "mp4", "duration": 7.5, "width": 1080, "height": 1920, "size": 6}
    return ContentAsset.objects.create(
        organization=organization, kind="video", title="Film", file=name, mime_type="video/mp4",
        media_info=facts,
    )  # fmt: skip


def planned(cast: Cast, clock: Clock, server: Any, *, at: dt.datetime, **account: Any) -> Desk:
    """A video of Kesar's, planned for a time."""
    with tenancy.of_organization(cast.kesar.pk):
        connection: PlatformConnection = make_connection(cast.kesar, address=server.url, **account)
        piece = make_piece(cast.kesar, platform=account["platform"], asset=film(cast.kesar))
        post = make_post(piece, connection, at=at, scheduled_by=cast.ben.user, metadata={"options": {}})
    return Desk(cast, clock, server, connection, post)


@pytest.fixture
def tube(transactional_db: None, clock: Clock, settings: Any) -> Iterator[Desk]:
    with fake_youtube.FakeYouTube(clock) as server:
        for name in ("YOUTUBE_API_URL", "YOUTUBE_UPLOAD_URL", "GOOGLE_TOKEN_URL"):
            setattr(settings, name, server.url)
        extra = {"channel": fake_youtube.CHANNEL, "uploads": fake_youtube.UPLOADS}
        account = {"platform": "youtube", "access_token": fake_youtube.TOKEN, "refresh_token": fake_youtube.REFRESH}
        desk = planned(gather(), clock, server, at=clock() + 2 * HOUR, extra=extra, **account)
        with tenancy.of_organization(desk.cast.kesar.pk):
            ScheduledPost.objects.update(next_try_at=clock() + HOUR)
        yield desk


@pytest.fixture
def tok(transactional_db: None, clock: Clock, settings: Any) -> Iterator[Desk]:
    with fake_tiktok.FakeTikTok(clock) as server:
        settings.TIKTOK_API_URL = settings.TIKTOK_WEB_URL = server.url
        settings.TIKTOK_CLIENT_KEY, settings.TIKTOK_CLIENT_SECRET = fake_tiktok.KEY, fake_tiktok.SECRET
        extra = {"open_id": "open-kesar", "scope": fake_tiktok.EVERYTHING}
        account = {"platform": "tiktok", "access_token": fake_tiktok.TOKEN, "refresh_token": fake_tiktok.REFRESH}
        yield planned(gather(), clock, server, at=clock(), extra=extra, **account)


def server_of(desk: Desk) -> Any:
    server: Server = desk.platform  # type: ignore[assignment]
    return server


def test_a_video_waits_on_youtube_and_is_live_at_its_time(tube: Desk) -> None:
    tube.clock.now += HOUR
    tube.work()
    assert (tube.now().status, tube.now().platform_post_id) == ("handed", server_of(tube).posts[0]["id"])
    assert server_of(tube).posts[0]["status"]["privacyStatus"] == "private"
    tube.clock.now += HOUR + 3 * MINUTE
    tube.work()
    assert (tube.now().status, tube.now().url[:24]) == ("published", "https://www.youtube.com/")
    assert server_of(tube).posts[0]["status"]["privacyStatus"] == "public"
    assert {each.key: each.used for each in QuotaUse.objects.all()} == {"youtube:uploads": 1, "youtube:units": 2}
    use = QuotaUse.objects.get(key__contains="uploads")
    assert use.ends_at - use.begins_at >= dt.timedelta(hours=23)


def test_a_video_that_youtube_forgot_is_made_public_by_us(tube: Desk) -> None:
    server_of(tube).forgets = True
    tube.clock.now += HOUR
    tube.work()
    tube.clock.now += HOUR + 3 * MINUTE
    tube.work()
    assert tube.now().status == "published"
    assert server_of(tube).posts[0]["status"]["privacyStatus"] == "public"


def test_a_video_youtube_locked_says_so_on_its_page(tube: Desk) -> None:
    server_of(tube).audited = False
    tube.clock.now += 2 * HOUR
    tube.work()
    assert tube.now().status == "published", tube.now().error
    assert "audited" in tube.now().shortfalls[0]


def test_a_post_tiktok_moderates_is_live_first_and_gets_its_link_later(tok: Desk) -> None:
    server = server_of(tok)
    server.moderation = 1
    tok.work()
    assert (tok.now().status, tok.now().url) == ("published", "")
    assert tok.now().platform_post_id == server.posts[0]["publish_id"]
    tok.clock.now += 3 * MINUTE
    tok.work()
    post = server.posts[0]["id"]
    assert (tok.now().platform_post_id, tok.now().url) == (post, f"{server.url}/@/video/{post}")
    assert len(server.posts) == 1


def test_an_expired_token_at_tiktok_is_renewed_and_the_post_goes_out(tok: Desk) -> None:
    server = server_of(tok)
    del server.tokens[fake_tiktok.TOKEN]
    tok.work()
    assert tok.now().status == "published"
    with tenancy.of_organization(tok.cast.kesar.pk):
        account = PlatformConnection.objects.get(pk=tok.connection.pk)
    assert account.extra["may_privacy"] == "public friends private"
    assert account.access_token.open() in server.tokens
