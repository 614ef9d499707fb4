"""The Bluesky adapter at a personal data server by hand; the same contract runs at a real one."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from publishing.platforms.base import (
    SENDING,
    Media,
    PublishKit,
    Rejected,
    SignInAgain,
    Step,
    TokenExpired,
    TryLater,
)
from publishing.platforms.bluesky import Bluesky
from tests.peers.fake_bluesky import DID, HANDLE, PASSWORD, FakeBluesky
from tests.peers.wire import Response
from tests.publishing.platforms.contract import MP4, PNG, Bench, Killed, PlatformContract, killed_after
from trenddrop.core.platforms.options import read

FINAL = ("POST", r"com\.atproto\.repo\.putRecord$")
STAGING = ("POST", r"com\.atproto\.repo\.uploadBlob$")


def refusal(words: str) -> Response:
    return Response(400, {"error": "InvalidRequest", "message": words})


def media_of(record: dict[str, object], read: Callable[[str], bytes]) -> list[bytes]:
    """The files a record names, in order."""
    embed = record["embed"]
    assert isinstance(embed, dict)
    blobs = [image["image"] for image in embed.get("images", [])] or [embed["video"]]
    return [read(blob["ref"]["$link"]) for blob in blobs]


@pytest.fixture
def server() -> Iterator[FakeBluesky]:
    with FakeBluesky() as running:
        yield running


@pytest.fixture
def adapter(server: FakeBluesky, client: httpx.Client, clock: Callable[[], datetime], naps: list[float]) -> Bluesky:
    return Bluesky(client=client, clock=clock, sleep=naps.append, service=server.url, appview=server.appview.url)


@pytest.fixture
def bench(adapter: Bluesky, server: FakeBluesky) -> Bench:
    token = adapter.sign_in(HANDLE, PASSWORD).token
    return Bench(
        adapter=adapter,
        token=token,
        server=server,
        final=FINAL,
        staging=STAGING,
        text_limit=300,
        read_text=lambda uri: str(server.records[uri]["value"]["text"]),
        read_media=lambda uri: media_of(server.records[uri]["value"], server.blobs.__getitem__),
        count=lambda uri: server.appview.count(uri, likeCount=1, replyCount=2, repostCount=3),
        refusal=refusal,
        comment=FINAL,
        read_thread=server.thread,
        public=lambda: sum("/app.bsky.feed.post/" in uri for uri in server.records),
    )


class TestBluesky(PlatformContract):
    comments = True

    @pytest.fixture
    def bench(self, bench: Bench) -> Bench:
        return bench


# Signing in


def test_a_handle_is_taken_as_people_paste_it(adapter: Bluesky) -> None:
    connected = adapter.sign_in("\u202a@Kesar.Test \u202c", PASSWORD)
    assert connected.profile.id == DID
    assert connected.profile.handle == HANDLE


def test_a_wrong_app_password_is_said_and_not_shown(adapter: Bluesky) -> None:
    with pytest.raises(SignInAgain, match="app password") as refused:
        adapter.sign_in(HANDLE, "wrong-word-0000")
    assert "wrong-word-0000" not in str(refused.value)


def test_an_account_with_a_mailed_code_is_sent_to_app_passwords(adapter: Bluesky, server: FakeBluesky) -> None:
    answer = Response(401, {"error": "AuthFactorTokenRequired", "message": "A sign in code has been sent"})
    server.fault("POST", "createSession", answer=answer)
    with pytest.raises(SignInAgain, match="App passwords"):
        adapter.sign_in(HANDLE, PASSWORD)


def test_the_accounts_own_server_is_used_after_sign_in(
    adapter: Bluesky, server: FakeBluesky, client: httpx.Client, clock: Callable[[], datetime]
) -> None:
    with FakeBluesky() as home:
        document = {"service": [{"id": "#atproto_pds", "serviceEndpoint": home.url}]}
        answer = adapter._sessions.wire.call(
            "POST",
            f"{home.url}/xrpc/com.atproto.server.createSession",
            json={"identifier": HANDLE, "password": PASSWORD},
        ).fields()
        server.fault("POST", "createSession", answer=Response(200, {**answer, "didDoc": document}))
        connected = adapter.sign_in(HANDLE, PASSWORD)
        assert connected.token.extra["pds"] == home.url
        assert home.seen("GET", "getSession")
        assert not server.seen("GET", "getSession")


def test_the_expiry_is_read_from_the_token(adapter: Bluesky, clock: Callable[[], datetime]) -> None:
    token = adapter.sign_in(HANDLE, PASSWORD).token
    assert token.expires_at is not None
    assert timedelta(minutes=119) < token.expires_at - clock() <= timedelta(hours=2)
    assert token.extra["scope"] == "com.atproto.appPass"


def test_a_refresh_spends_both_secrets(adapter: Bluesky) -> None:
    token = adapter.sign_in(HANDLE, PASSWORD).token
    fresh = adapter.refresh(token)
    assert {fresh.access, fresh.refresh}.isdisjoint(token.secrets)
    assert adapter.profile(fresh).id == DID
    with pytest.raises(SignInAgain, match="connect the account again"):
        adapter.refresh(token)


def test_trouble_during_a_refresh_does_not_disconnect(adapter: Bluesky, server: FakeBluesky) -> None:
    token = adapter.sign_in(HANDLE, PASSWORD).token
    for what in ({"answer": Response(502, "<html>")}, {"cut_before": True}, {"answer": Response(429, {})}):
        server.fault("POST", "refreshSession", **what)
        with pytest.raises(TryLater):
            adapter.refresh(token)
    assert adapter.refresh(token).access


def test_a_token_that_ran_out_early_asks_for_a_refresh(bench: Bench, server: FakeBluesky) -> None:
    server.fault(*FINAL, answer=Response(400, {"error": "ExpiredToken", "message": "Token has expired"}))
    with pytest.raises(TokenExpired) as expired:
        bench.publish(PublishKit("k1", "Good morning"))
    assert expired.value.after == timedelta(0)


def test_a_server_address_that_is_none_is_refused(adapter: Bluesky) -> None:
    for typed in ("http://example.com", "ftp://example.com", "https://user:pw@example.com", "no good"):
        with pytest.raises(Rejected, match="not the address"):
            adapter.sign_in(HANDLE, PASSWORD, service=typed)


# Posts


def test_links_mentions_and_tags_carry_byte_offsets(bench: Bench, server: FakeBluesky) -> None:
    text = "🌸 Namaste @lisbon.test, @nobody.test! Söe https://kesar.example/a_(b). #केसर #1 #saffron!"
    uri = bench.publish(PublishKit("facets", text))
    raw = text.encode()
    seen = [
        (raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(), facet["features"][0])
        for facet in server.records[uri]["value"]["facets"]
    ]
    kind = "app.bsky.richtext.facet#"
    assert seen == [
        ("@lisbon.test", {"$type": f"{kind}mention", "did": "did:plc:lisbonrooftops222222222"}),
        ("https://kesar.example/a_(b)", {"$type": f"{kind}link", "uri": "https://kesar.example/a_(b)"}),
        ("#केसर", {"$type": f"{kind}tag", "tag": "केसर"}),
        ("#saffron", {"$type": f"{kind}tag", "tag": "saffron"}),
    ]


def test_a_mention_nobody_can_resolve_does_not_hold_the_post_back(bench: Bench, server: FakeBluesky) -> None:
    server.fault("GET", "resolveHandle", answer=Response(500, {"error": "InternalServerError"}))
    uri = bench.publish(PublishKit("mention", "Hello @lisbon.test"))
    assert "facets" not in server.records[uri]["value"]


def test_hashtags_the_text_lacks_go_into_the_records_own_list(bench: Bench, server: FakeBluesky) -> None:
    kit = PublishKit("tags", "Today #Saffron", hashtags=["saffron", "harvest", *[f"t{n}" for n in range(12)]])
    tags = server.records[bench.publish(kit)]["value"]["tags"]
    assert tags == ["harvest", *[f"t{n}" for n in range(7)]]


def test_pictures_carry_alt_text_and_shape(bench: Bench, server: FakeBluesky, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    picture = Media(tmp_path / "a.png", "image/png", alt="Crocus", width=2, height=1, size=len(PNG))
    uri = bench.publish(PublishKit("alt", "Look", media=[picture, replace(picture, alt="", width=None)], language="hi"))
    value = server.records[uri]["value"]
    first, second = value["embed"]["images"]
    assert (first["alt"], first["aspectRatio"]) == ("Crocus", {"width": 2, "height": 1})
    assert second["alt"] == ""
    assert "aspectRatio" not in second
    assert value["langs"] == ["hi"]


def test_a_link_card_takes_the_thumbnail(bench: Bench, server: FakeBluesky, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    picture = Media(tmp_path / "a.png", "image/png", size=len(PNG))
    chosen = read("bluesky", {"link": "https://kesar.example/"})
    kit = PublishKit("card", "Read", title="Kesar", description="Saffron", thumbnail=picture, options=chosen)
    external = server.records[bench.publish(kit)]["value"]["embed"]["external"]
    told = {"uri": "https://kesar.example/", "title": "Kesar", "description": "Saffron"}
    assert {name: external[name] for name in told} == told
    assert server.blobs[external["thumb"]["ref"]["$link"]] == PNG


def test_a_resend_with_the_same_step_changes_nothing(bench: Bench, server: FakeBluesky) -> None:
    kit = PublishKit("twice", "Once")
    bench.publish(kit)
    assert server.commits == 1
    bench.publish(kit, resume=bench.steps[-1])
    bench.publish(kit, resume=next(step for step in bench.steps if step.name == SENDING))
    assert server.commits == 1


def test_a_file_the_server_dropped_is_uploaded_again(bench: Bench, server: FakeBluesky, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    kit = PublishKit("dropped", "Look", media=[Media(tmp_path / "a.png", "image/png", size=len(PNG))])
    with pytest.raises(Killed):
        bench.adapter.publish(kit, token=bench.token, record=killed_after(2, bench.steps))
    server.blobs.clear()
    assert bench.read_media(bench.publish(kit, resume=bench.steps[-1])) == [PNG]


def test_a_file_over_the_servers_limit_is_refused(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "big.mp4").write_bytes(bytes(6 * 1024**2))
    with pytest.raises(Rejected, match="too large"):
        bench.publish(PublishKit("big", "Look", media=[Media(tmp_path / "big.mp4", "video/mp4")]))
    assert bench.sent() == 0


# The video service


@pytest.fixture
def by_service(
    server: FakeBluesky, client: httpx.Client, clock: Callable[[], datetime], naps: list[float], bench: Bench
) -> Bench:
    service = {"service": server.url, "appview": server.appview.url, "video_service": server.url}
    adapter = Bluesky(client=client, clock=clock, sleep=naps.append, **service)
    return replace(bench, adapter=adapter, staging=("POST", r"app\.bsky\.video\.uploadVideo$"))


@pytest.fixture
def film(tmp_path: Path) -> Media:
    (tmp_path / "film.mp4").write_bytes(MP4)
    return Media(tmp_path / "film.mp4", "video/mp4", width=1080, height=1920, size=len(MP4))


def test_a_video_by_the_service_waits_until_it_is_processed(
    by_service: Bench, server: FakeBluesky, film: Media, naps: list[float]
) -> None:
    uri = by_service.publish(PublishKit("film", "Watch", media=[film]))
    assert by_service.read_media(uri) == [MP4]
    assert naps == [2.0, 2.0]
    assert [step.name for step in by_service.steps] == ["chosen", "video_job", "uploaded", "sending", "posted"]
    ticket = server.seen("POST", "uploadVideo")[0].bearer
    assert ticket == f"ticket.com.atproto.repo.uploadBlob.did:web:127.0.0.1%3A{server.url.rsplit(':', 1)[-1]}"


def test_a_video_job_is_taken_up_again_not_sent_again(by_service: Bench, film: Media) -> None:
    kit = PublishKit("film", "Watch", media=[film])
    with pytest.raises(Killed):
        by_service.adapter.publish(kit, token=by_service.token, record=killed_after(2, by_service.steps))
    assert by_service.read_media(by_service.publish(kit, resume=by_service.steps[-1])) == [MP4]
    assert by_service.uploads() == 1


def test_a_video_that_takes_long_is_looked_at_later(by_service: Bench, server: FakeBluesky, film: Media) -> None:
    server.processing = 1000
    kit = PublishKit("film", "Watch", media=[film])
    with pytest.raises(TryLater, match="still processing"):
        by_service.publish(kit)
    assert by_service.steps[-1].name == "video_job"
    server.jobs[by_service.steps[-1].data["jobs"]["0"]]["left"] = 0
    assert by_service.read_media(by_service.publish(kit, resume=by_service.steps[-1])) == [MP4]


def test_a_video_the_service_cannot_process_is_refused(by_service: Bench, server: FakeBluesky, film: Media) -> None:
    status = {"jobId": "job-1", "did": DID, "state": "JOB_STATE_FAILED", "error": "no video track"}
    server.fault("GET", "getJobStatus", answer=Response(200, {"jobStatus": status}))
    with pytest.raises(Rejected, match="no video track"):
        by_service.publish(PublishKit("film", "Watch", media=[film]))


# Numbers


def test_numbers_are_named_as_everywhere_and_views_are_absent(bench: Bench) -> None:
    uri = bench.publish(PublishKit("count", "Count"))
    bench.count(uri)
    counted = bench.adapter.metrics([uri], token=bench.token)[uri]
    assert counted.metrics == {"likes": 1, "comments": 2, "shares": 3, "quotes": 0, "saves": 0}
    assert not counted.simulated


def test_many_posts_are_asked_for_in_lots_of_25(bench: Bench, server: FakeBluesky) -> None:
    uris = [bench.publish(PublishKit(f"many-{number}", f"Post {number}")) for number in range(30)]
    assert set(bench.adapter.metrics(uris, token=bench.token)) == set(uris)
    assert [len(asked.query["uris"]) for asked in server.appview.seen("GET", "getPosts")] == [25, 5]


def test_an_appview_that_is_down_is_no_zero(bench: Bench, server: FakeBluesky) -> None:
    server.appview.stop()
    with pytest.raises(TryLater):
        bench.adapter.metrics([f"at://{DID}/app.bsky.feed.post/3kabcabcabc2a"], token=bench.token)


def test_the_profile_stands_without_an_appview(bench: Bench, server: FakeBluesky) -> None:
    server.appview.stop()
    profile = bench.adapter.profile(bench.token)
    assert (profile.handle, profile.followers) == (HANDLE, None)


def test_a_step_from_an_older_attempt_keeps_its_record_key(bench: Bench) -> None:
    step = Step("chosen", {"rkey": "3kabcabcabc2a", "created_at": "2026-11-20T10:00:00.000Z", "blobs": {}, "jobs": {}})
    kit = PublishKit("older", "From before")
    assert bench.publish(kit, resume=step).endswith("/3kabcabcabc2a")
    assert bench.find(kit) is None
    assert bench.find(kit, resume=step) is not None
