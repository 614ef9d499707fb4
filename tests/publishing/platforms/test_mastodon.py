"""The Mastodon adapter at two servers: one by hand with real HTML and slow video, and mastodon-mock."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from publishing.platforms.base import Media, PublishKit, Rejected, SignInAgain, Token, TryLater
from publishing.platforms.mastodon import Mastodon
from publishing.platforms.mastodon.apps import challenge, instance_of
from publishing.platforms.mastodon.text import same
from publishing.platforms.signing_in import App, SignsIn, Way
from tests.peers import MastodonPeer, Proxy
from tests.peers.fake_mastodon import TOKEN, FakeMastodon, rendered
from tests.peers.wire import Response, Server
from tests.publishing.platforms.contract import MP4, PNG, Bench, PlatformContract
from trenddrop.core.platforms.options import read

FINAL = ("POST", r"^/api/v1/statuses$")
STAGING = ("POST", r"^/api/v2/media$")


def refusal(words: str) -> Response:
    return Response(422, {"error": f"Validation failed: {words}"})


@pytest.fixture
def adapter(client: httpx.Client, clock: Callable[[], datetime], naps: list[float]) -> Mastodon:
    return Mastodon(client=client, clock=clock, sleep=naps.append, website="https://trenddrop.example")


# By hand


@pytest.fixture
def server() -> Iterator[FakeMastodon]:
    with FakeMastodon() as running:
        yield running


@pytest.fixture
def bench(adapter: Mastodon, server: FakeMastodon) -> Bench:
    def status(status_id: str) -> dict[str, object]:
        return next(status for status in server.statuses if status["id"] == status_id)

    def sent_text(status_id: str) -> str:
        place = server.statuses.index(status(status_id))
        accepted = [
            asked for asked, answer in server.answered if (asked.method, asked.path) == ("POST", FINAL[1][1:-1])
        ]
        texts = list(dict.fromkeys(asked.json()["status"] for asked in accepted))
        assert same(str(server.statuses[place]["content"]), texts[-1])
        return str(texts[-1])

    def thread(status_id: str) -> list[str]:
        texts = [server.sources[status_id]]
        while under := [one for one in server.statuses if one["in_reply_to_id"] == status_id]:
            assert len(under) == 1
            status_id = under[0]["id"]
            texts.append(server.sources[status_id])
        return texts

    def files(status_id: str) -> list[bytes]:
        attached = status(status_id)["media_attachments"]
        assert isinstance(attached, list)
        return [server.media[one["id"]]["content"] for one in attached]

    return Bench(
        adapter=adapter,
        token=Token(TOKEN, extra={"instance": server.url}),
        server=server,
        final=FINAL,
        staging=STAGING,
        text_limit=500,
        read_text=sent_text,
        read_media=files,
        count=lambda status_id: status(status_id).update(favourites_count=1),
        refusal=refusal,
        comment=FINAL,
        read_thread=thread,
        public=lambda: len(server.statuses),
    )


class TestMastodon(PlatformContract):
    comments = True

    @pytest.fixture
    def bench(self, bench: Bench) -> Bench:
        return bench


@pytest.fixture
def film(tmp_path: Path) -> Media:
    (tmp_path / "film.mp4").write_bytes(MP4)
    return Media(tmp_path / "film.mp4", "video/mp4", alt="Hands", size=len(MP4))


def test_a_video_is_waited_for_until_the_server_has_processed_it(
    bench: Bench, server: FakeMastodon, film: Media, naps: list[float]
) -> None:
    server.processing = 3
    bench.publish(PublishKit("film", "Watch", media=[film]))
    assert naps == [2.0, 2.0, 2.0]
    assert [one["alt"] for one in server.media.values()] == ["Hands"]


def test_a_video_that_takes_long_is_taken_up_again_not_sent_again(
    bench: Bench, server: FakeMastodon, film: Media
) -> None:
    server.processing = 10_000
    kit = PublishKit("film", "Watch", media=[film])
    with pytest.raises(TryLater, match="still processing") as slow:
        bench.publish(kit)
    assert slow.value.after == timedelta(seconds=30)
    for media in server.media.values():
        media["left"] = 0
    assert bench.read_media(bench.publish(kit, resume=bench.steps[-1])) == [MP4]
    assert bench.uploads() == 1


def test_a_video_the_server_cannot_process_is_refused_in_its_words(
    bench: Bench, server: FakeMastodon, film: Media
) -> None:
    server.fault("GET", "/api/v1/media/", answer=Response(422, {"error": "Error processing thumbnail"}))
    with pytest.raises(Rejected, match="processing thumbnail"):
        bench.publish(PublishKit("film", "Watch", media=[film]))
    assert bench.sent() == 0


def test_a_file_the_server_forgot_is_uploaded_again(bench: Bench, server: FakeMastodon, film: Media) -> None:
    kit = PublishKit("film", "Watch", media=[film])
    server.fault(*FINAL, cut_before=True)
    with pytest.raises(Exception, match="It may be public"):
        bench.publish(kit)
    server.media.clear()
    assert bench.read_media(bench.publish(kit, resume=bench.steps[-1])) == [MP4]


def test_a_videos_thumbnail_goes_along(bench: Bench, server: FakeMastodon, film: Media, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    bench.publish(PublishKit("film", "Watch", media=[film], thumbnail=Media(tmp_path / "a.png", "image/png")))
    assert [one["thumbnail"] for one in server.media.values()] == [PNG]


def test_language_visibility_and_content_warning_are_sent(bench: Bench, server: FakeMastodon) -> None:
    chosen = read("mastodon", {"privacy": "unlisted", "spoiler_text": "Flowers"})
    bench.publish(PublishKit("cw", "Crocus", language="hi", options=chosen))
    status = server.statuses[-1]
    assert (status["language"], status["visibility"], status["spoiler_text"]) == ("hi", "unlisted", "Flowers")


@pytest.mark.parametrize(
    "reset", [lambda now: (now + timedelta(minutes=4)).isoformat(), lambda now: str(int(now.timestamp()) + 240)]
)
def test_the_reset_of_a_rate_limit_is_read_as_time_or_number(
    bench: Bench, server: FakeMastodon, reset: Callable[[datetime], str]
) -> None:
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset(datetime.now(UTC))}
    server.fault(*FINAL, answer=Response(429, {"error": "Too many requests"}, headers))
    with pytest.raises(TryLater) as slowed:
        bench.publish(PublishKit("busy", "Busy"))
    assert slowed.value.after is not None
    assert timedelta(minutes=3.9) < slowed.value.after <= timedelta(minutes=4)


def test_the_servers_own_limits_count(bench: Bench, server: FakeMastodon) -> None:
    generous = {"configuration": {"statuses": {"max_characters": 5000}}}
    server.fault("GET", "/api/v2/instance", answer=Response(200, generous), times=None)
    with pytest.raises(Rejected, match="500 exceeded"):
        bench.publish(PublishKit("long", "x" * 501))
    assert bench.sent() == 1


def test_a_file_over_the_servers_limit_is_refused_before_it_is_sent(bench: Bench, film: Media) -> None:
    with pytest.raises(Rejected, match="takes 103,809,024"):
        bench.publish(PublishKit("big", "Watch", media=[replace(film, size=103_809_025)]))
    assert bench.uploads() == 0


def test_a_server_that_does_not_tell_its_limits_still_gets_the_post(bench: Bench, server: FakeMastodon) -> None:
    server.fault("GET", "/api/v2/instance", answer=Response(404, {"error": "Not found"}))
    assert bench.read_text(bench.publish(PublishKit("old", "Hello"))) == "Hello"


def test_after_the_keys_hour_the_post_is_still_found_by_its_text(client: httpx.Client, naps: list[float]) -> None:
    now = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    with FakeMastodon(lambda: now) as server:
        adapter = Mastodon(client=client, clock=lambda: now, sleep=naps.append)
        token = Token(TOKEN, extra={"instance": server.url})
        kit = PublishKit(
            "late", "Read https://kesar.example/a/very/long/address?that=is&shortened=yes\n\n#saffron & <more>"
        )
        server.fault(*FINAL, cut_after=True)
        with pytest.raises(Exception, match="It may be public"):
            adapter.publish(kit, token=token, record=lambda _step: None)
        began, now = now, now + timedelta(hours=30)
        found = adapter.find_published(kit, token=token, since=began)
        assert found is not None
        assert found.platform_id == server.statuses[0]["id"]
        assert adapter.find_published(kit, token=token, since=began + timedelta(hours=1)) is None


def test_a_post_beyond_the_first_page_is_found(bench: Bench) -> None:
    post = bench.publish(PublishKit("first", "The first"))
    for number in range(45):
        bench.publish(PublishKit(f"more-{number}", f"More {number}"))
    assert bench.find(PublishKit("first", "The first")) == post


@pytest.mark.parametrize(
    "text",
    [
        "Two\nlines and\n\na paragraph",
        "With @ben@social.example and @asha, https://kesar.example/0123456789/0123456789/0123456789?a=1&b=2.",
        "Tags #Saffron #केसर, 1 < 2 && \"quotes\" 'too' — e\u0301",
        "  blanks   around  ",
    ],
)
def test_a_servers_html_is_recognised_as_the_text_that_was_sent(text: str) -> None:
    assert same(rendered(text), text)
    assert not same(rendered(text), text + "!")


# Signing in


@pytest.mark.parametrize(
    ("typed", "server"),
    [
        ("mastodon.social", "https://mastodon.social"),
        (" https://Social.Example/@ben ", "https://social.example"),
        ("@ben@social.example", "https://social.example"),
        ("social.example:8443/", "https://social.example:8443"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
    ],
)
def test_a_server_is_understood_as_people_type_it(typed: str, server: str) -> None:
    assert instance_of(typed) == server


@pytest.mark.parametrize("typed", ["", "http://social.example", "javascript:alert(1)", "a b", "https://x@y.example"])
def test_what_is_no_servers_address_is_refused(typed: str) -> None:
    with pytest.raises(Rejected, match="not the address"):
        instance_of(typed)


def test_the_challenge_is_the_one_of_rfc_7636() -> None:
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_page_that_is_no_mastodon_server_is_refused(adapter: Mastodon) -> None:
    with (
        Server(lambda _request: Response(200, {"hello": "world"})) as other,
        pytest.raises(Rejected, match="like a Mastodon"),
    ):
        adapter.introduce(other.url, "https://trenddrop.example/back")


# mastodon-mock


@pytest.fixture
def proxy(mastodon_peer: MastodonPeer) -> Iterator[Proxy]:
    with Proxy(mastodon_peer.url) as running:
        yield running


@pytest.fixture
def at_peer(adapter: Mastodon, mastodon_peer: MastodonPeer, proxy: Proxy) -> Bench:
    def thread(status_id: str) -> list[str]:
        found = mastodon_peer.under(status_id)
        texts = [str(mastodon_peer.read_post(status_id)["source"])]
        while under := [one for one in found if one["in_reply_to_id"] == status_id]:
            status_id = under[0]["id"]
            texts.append(str(mastodon_peer.read_post(status_id)["source"]))
        return texts

    def files(status_id: str) -> list[bytes]:
        attached = mastodon_peer.read_post(status_id)["media_attachments"]
        return [mastodon_peer.read_media(one["url"]) for one in attached]

    return Bench(
        adapter=adapter,
        token=Token(mastodon_peer.token, extra={"instance": proxy.url}),
        server=proxy,
        final=FINAL,
        staging=STAGING,
        text_limit=500,
        read_text=lambda status_id: str(mastodon_peer.read_post(status_id)["source"]),
        read_media=files,
        count=mastodon_peer.favourite,
        refusal=refusal,
        letter="é",  # this server counts code points, where Mastodon counts graphemes
        comment=FINAL,
        read_thread=thread,
        public=mastodon_peer.public,
    )


class TestMastodonAtAnotherServer(PlatformContract):
    comments = True

    @pytest.fixture
    def bench(self, at_peer: Bench) -> Bench:
        return at_peer


def approve(address: str) -> dict[str, str]:
    """Say yes in the browser, as `kesar`."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    form = {name: asked[name] for name in ("redirect_uri", "client_id", "scope", "state")}
    answer = httpx.post(address.partition("?")[0], data={**form, "username": "kesar"}, trust_env=False)
    back = urlsplit(answer.headers["location"])
    return {name: values[0] for name, values in parse_qs(back.query).items()}


def test_an_account_is_connected_through_an_app_registered_on_the_fly(
    adapter: Mastodon, mastodon_peer: MastodonPeer
) -> None:
    app = adapter.introduce(mastodon_peer.url, "https://trenddrop.example/back")
    assert app.client_secret not in repr(app)
    way = Way("s-1", "v" * 43, app.redirect_uri)
    there = adapter.at(app)
    assert isinstance(there, SignsIn)
    address = there.authorize_url(way)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge"] == [challenge("v" * 43)]
    assert asked["code_challenge_method"] == ["S256"]
    came_back = approve(address)
    assert came_back["state"] == "s-1"
    (connected,) = there.exchange(way, code=came_back["code"])
    assert "write:statuses" in connected.scopes
    assert connected.service == mastodon_peer.url
    assert connected.profile.handle.startswith("kesar@127.0.0.1:")
    post = adapter.publish(PublishKit("oauth", "By OAuth"), token=connected.token, record=lambda _step: None)
    assert mastodon_peer.read_post(post.platform_id)["source"] == "By OAuth"
    there.revoke(connected.token)
    with pytest.raises(SignInAgain):
        adapter.profile(connected.token)


def test_a_code_that_is_wrong_asks_to_start_again(adapter: Mastodon, mastodon_peer: MastodonPeer) -> None:
    app = adapter.introduce(mastodon_peer.url, "https://trenddrop.example/back")
    with pytest.raises(SignInAgain, match="start it again") as refused:
        adapter.at(app).exchange(Way("s-1", "v" * 43, app.redirect_uri), code="no-such-code-91")
    assert app.client_secret not in str(refused.value)


def test_the_limits_are_the_servers_own(adapter: Mastodon, mastodon_peer: MastodonPeer) -> None:
    limits = adapter.limits(mastodon_peer.url)
    assert (limits.characters, limits.attachments) == (500, 4)
    assert limits.video_bytes is not None


def test_the_servers_own_faults_are_understood(at_peer: Bench, mastodon_peer: MastodonPeer) -> None:
    mastodon_peer.fault(path="/api/v1/statuses", methods=["POST"], type="ratelimit")
    with pytest.raises(TryLater) as slowed:
        at_peer.publish(PublishKit("limited", "Limited"))
    assert slowed.value.after == timedelta(seconds=300)
    mastodon_peer.fault(path="/api/v1/statuses", methods=["POST"], type="malformed")
    with pytest.raises(Exception, match="It may be public"):
        at_peer.publish(PublishKit("limited", "Limited"))
    assert at_peer.find(PublishKit("limited", "Limited")) is None


def test_every_right_that_is_asked_for_says_what_for_and_no_app_prints_its_secret(adapter: Mastodon) -> None:
    app = App("https://social.example", "id", "secret-81", "https://trenddrop.example/back")
    asked = {scope.name: str(scope.why) for scope in adapter.at(app).scopes}
    assert {"write:statuses", "write:media"} <= set(asked)
    assert all(asked.values())
    assert "secret-81" not in repr(adapter.at(app))
