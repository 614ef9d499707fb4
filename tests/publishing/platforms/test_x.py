"""The X adapter at a server by hand that spends refresh tokens, refuses copies and shortens links."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from publishing.platforms.base import (
    POSTED,
    SENDING,
    Media,
    OutcomeUnknown,
    PartlyThere,
    PublishKit,
    Rejected,
    SignInAgain,
    Step,
    Token,
    TokenExpired,
    TryLater,
)
from publishing.platforms.signing_in import Way
from publishing.platforms.x import X
from publishing.platforms.x import uploads as x_uploads
from publishing.platforms.x.text import same
from tests.peers.fake_x import CLIENT, CONSUMER_SECRET, HANDLE, SECRET, USER_ID, FakeX
from tests.peers.wire import Response
from tests.publishing.platforms.contract import MP4, PNG, Bench, PlatformContract
from trenddrop.core.platforms.options import read

FINAL = ("POST", r"^/2/tweets$")
STAGING = ("POST", r"/append$")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
WAY = Way(state="s-1", verifier="v" * 43, redirect_uri="https://trenddrop.example/back")


def refusal(words: str) -> Response:
    about = "https://api.x.com/2/problems/invalid-request"
    return Response(400, {"title": "Invalid Request", "detail": words, "type": about, "status": 400})


@pytest.fixture
def server() -> Iterator[FakeX]:
    with FakeX() as running:
        yield running


@pytest.fixture
def make(client: httpx.Client, clock: Callable[[], datetime], naps: list[float]) -> Callable[..., X]:
    def made(server: FakeX, **more: Any) -> X:
        settings = {"client_id": CLIENT, "client_secret": SECRET, "consumer_secret": CONSUMER_SECRET, **more}
        return X(
            **{"client": client, "clock": clock, "sleep": naps.append, "api": server.url, "web": server.url, **settings}
        )

    return made


def token_at(server: FakeX) -> Token:
    access, refresh = server.signed_in()
    return Token(access, refresh, extra={"user_id": USER_ID, "handle": HANDLE})


@pytest.fixture
def bench(make: Callable[..., X], server: FakeX) -> Bench:
    return bench_at(make(server), server)


def bench_at(adapter: X, server: FakeX) -> Bench:
    def post(post_id: str) -> dict[str, Any]:
        return next(one for one in server.posts if one["id"] == post_id)

    def thread(post_id: str) -> list[str]:
        texts = [post(post_id)["sent"]["text"]]
        while under := [
            one for one in server.posts if one["sent"].get("reply", {}).get("in_reply_to_tweet_id") == post_id
        ]:
            assert len(under) == 1
            texts.append(under[0]["sent"]["text"])
            post_id = under[0]["id"]
        return texts

    def files(post_id: str) -> list[bytes]:
        return [server.uploads[one]["content"] for one in post(post_id)["sent"]["media"]["media_ids"]]

    return Bench(
        adapter=adapter,
        token=token_at(server),
        server=server,
        final=FINAL,
        staging=STAGING,
        text_limit=280,
        read_text=lambda post_id: str(post(post_id)["sent"]["text"]),
        read_media=files,
        count=lambda post_id: post(post_id)["counts"].update(like_count=1),
        refusal=refusal,
        letter="é",
        stranger=Token("stranger-token-00", extra={"user_id": USER_ID, "handle": HANDLE}),
        comment=FINAL,
        read_thread=thread,
        public=lambda: len(server.posts),
    )


class TestX(PlatformContract):
    comments = True

    def files_again(self, done: list[Step], files: int) -> int:
        return files - sum(step.name == "uploading" for step in done)

    @pytest.fixture
    def bench(self, bench: Bench) -> Bench:
        return bench


def options(**chosen: Any) -> dict[str, Any]:
    return read("x", chosen)


@pytest.fixture
def film(tmp_path: Path) -> Media:
    (tmp_path / "film.mp4").write_bytes(MP4)
    return Media(tmp_path / "film.mp4", "video/mp4", alt="Hands", size=len(MP4))


@pytest.fixture
def picture(tmp_path: Path) -> Media:
    (tmp_path / "a.png").write_bytes(PNG)
    return Media(tmp_path / "a.png", "image/png", alt="Crocus", size=len(PNG))


def asked(adapter: X) -> dict[str, str]:
    query = parse_qs(urlsplit(adapter.authorize_url(WAY)).query)
    return {name: values[0] for name, values in query.items()}


# Posts


def test_what_a_post_carries_is_said(bench: Bench, server: FakeX, picture: Media) -> None:
    chosen = options(replies="mentioned", paid_partnership=True)
    bench.publish(PublishKit("k", "Crocus", media=[picture], options=chosen, extra={"ai_label": True}))
    sent = server.posts[-1]["sent"]
    assert (sent["reply_settings"], sent["paid_partnership"], sent["made_with_ai"]) == ("mentionedUsers", True, True)
    assert [one["alt"] for one in server.uploads.values()] == ["Crocus"]


def test_a_post_for_everybody_says_nothing_about_it(bench: Bench, server: FakeX) -> None:
    bench.publish(PublishKit("k", "Crocus", options=options()))
    assert server.posts[-1]["sent"] == {"text": "Crocus"}


def test_a_large_file_is_taken_up_in_the_middle(
    bench: Bench, server: FakeX, film: Media, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(x_uploads, "PART", 100_000)
    kit = PublishKit("film", "Watch", media=[film])
    server.fault("POST", "/append$", cut_before=True)
    with pytest.raises(TryLater):
        bench.publish(kit)
    first = bench.steps[-1]
    server.fault("POST", "/finalize$", answer=Response(503, {}))
    with pytest.raises(TryLater):
        bench.publish(kit, resume=first)
    assert [step.name for step in bench.steps] == ["upload", "uploading", "uploading", "uploading", "uploading"]
    assert bench.read_media(bench.publish(kit, resume=bench.steps[2])) == [MP4]
    assert len(server.seen("POST", "/initialize$")) == 1


def test_an_upload_closed_without_an_answer_is_not_sent_again(bench: Bench, server: FakeX, film: Media) -> None:
    kit = PublishKit("film", "Watch", media=[film])
    server.fault("POST", "/finalize$", cut_after=True)
    with pytest.raises(TryLater):
        bench.publish(kit)
    assert bench.read_media(bench.publish(kit, resume=bench.steps[-1])) == [MP4]
    assert bench.uploads() == 1


def test_a_video_is_asked_for_when_x_says(bench: Bench, film: Media, naps: list[float]) -> None:
    bench.publish(PublishKit("film", "Watch", media=[film]))
    assert naps == [3.0, 3.0]


def test_a_video_x_cannot_process_is_refused_in_its_words(bench: Bench, server: FakeX, film: Media) -> None:
    failed = {"state": "failed", "error": {"code": 1, "message": "Video track is missing"}}
    answer = Response(200, {"data": {"id": "1", "processing_info": failed}})
    server.fault("POST", "/finalize$", answer=answer)
    with pytest.raises(Rejected, match="Video track is missing"):
        bench.publish(PublishKit("film", "Watch", media=[film]))
    assert bench.sent() == 0


def test_an_upload_that_ran_out_is_begun_anew(bench: Bench, server: FakeX, picture: Media) -> None:
    kit = PublishKit("k", "Crocus", media=[picture])
    server.fault("POST", "/append$", cut_before=True)
    with pytest.raises(TryLater):
        bench.publish(kit)
    server.uploads.clear()
    assert bench.read_media(bench.publish(kit, resume=bench.steps[-1])) == [PNG]


def test_a_file_that_was_whole_but_ran_out_is_uploaded_anew(
    make: Callable[..., X], server: FakeX, picture: Media
) -> None:
    now = [datetime.now(UTC)]
    adapter, token, steps = make(server, clock=lambda: now[0]), token_at(server), list[Step]()
    kit = PublishKit("k", "Crocus", media=[picture])
    for hours, uploads in ((0, 1), (1, 1), (24, 2)):
        now[0] += timedelta(hours=hours)
        server.fault(*FINAL, cut_before=True)
        with pytest.raises(OutcomeUnknown):
            adapter.publish(kit, token=token, record=steps.append, resume=steps[-1] if steps else None)
        assert len(server.seen("POST", "/initialize$")) == uploads
    assert steps[-1].data["media"]["0"]["id"] == str(max(int(one) for one in server.uploads))


def test_a_moving_picture_goes_alone(bench: Bench, picture: Media) -> None:
    with pytest.raises(Rejected, match="GIF"):
        bench.publish(PublishKit("k", "Crocus", media=[replace(picture, mime="image/gif"), picture]))
    assert bench.uploads() == 0


def test_a_subscriber_may_write_long_posts(make: Callable[..., X], server: FakeX) -> None:
    server.subscription = "Premium"
    adapter = make(server)
    [connected] = adapter.exchange(WAY, code=server.allow(asked(adapter)))
    text = "Long " * 200
    published = adapter.publish(PublishKit("k", text), token=connected.token, record=lambda _step: None)
    assert server.posts[-1]["id"] == published.platform_id
    with pytest.raises(Rejected, match="719 over"):
        adapter.publish(PublishKit("k", text), token=token_at(server), record=lambda _step: None)


# Copies and looking


def test_a_copy_x_refuses_is_the_post_we_look_for(bench: Bench, server: FakeX) -> None:
    kit = PublishKit("k", "Crocus")
    server.fault(*FINAL, cut_after=True)
    with pytest.raises(OutcomeUnknown):
        bench.publish(kit)
    assert bench.publish(kit, resume=bench.steps[-1]) == server.posts[0]["id"]
    assert len(server.posts) == 1


def test_a_copy_x_does_not_show_yet_stays_unknown(bench: Bench, server: FakeX) -> None:
    kit = PublishKit("k", "Crocus")
    server.fault(*FINAL, cut_after=True)
    with pytest.raises(OutcomeUnknown):
        bench.publish(kit)
    server.behind = 1
    with pytest.raises(OutcomeUnknown, match="already"):
        bench.publish(kit, resume=bench.steps[-1])


def test_a_text_x_had_before_is_refused_with_what_to_do(bench: Bench) -> None:
    bench.publish(PublishKit("k", "Crocus"))
    with pytest.raises(Rejected, match="Change a word"):
        bench.publish(PublishKit("k2", "Crocus"))


def test_the_same_words_with_other_files_are_another_post(bench: Bench, server: FakeX, picture: Media) -> None:
    since = datetime.now(UTC)
    bench.publish(PublishKit("k", "Crocus"))
    kit = PublishKit("k2", "Crocus", media=[picture])
    assert bench.adapter.find_published(kit, token=bench.token, since=since) is None


def test_a_post_beyond_the_first_page_is_found(bench: Bench, server: FakeX) -> None:
    post = bench.publish(PublishKit("first", "The first"))
    for number in range(101):
        server.posts.append(
            {**server.posts[0], "id": str(number), "text": f"More {number}", "sent": {"text": f"More {number}"}}
        )
    assert bench.find(PublishKit("first", "The first")) == post


@pytest.mark.parametrize(
    ("shown", "sent"),
    [
        ({"text": "1 &lt; 2 &amp; so"}, "1 < 2 & so"),
        (
            {
                "text": "See https://t.co/a",
                "entities": {"urls": [{"url": "https://t.co/a", "expanded_url": "http://kesar.example/"}]},
            },
            "See kesar.example",
        ),
        (
            {
                "text": "Pic https://t.co/b",
                "entities": {"urls": [{"url": "https://t.co/b", "display_url": "pic.x.com/1"}]},
            },
            "Pic",
        ),
        ({"text": "Cut…", "note_tweet": {"text": "Cut here no more"}}, "Cut here no more"),
    ],
)
def test_a_text_is_recognised_as_x_shows_it(shown: dict[str, Any], sent: str) -> None:
    assert same(shown, sent)
    assert not same(shown, sent + "!")


# Threads and comments


def test_a_thread_that_broke_says_which_parts_stand(bench: Bench, server: FakeX) -> None:
    kit = PublishKit("k", "One", parts=["Two", "Three"])
    answers = iter([None, "lost"])

    def record(step: Step) -> None:
        bench.steps.append(step)
        if next(answers, None):
            server.fault(*FINAL, cut_before=True)

    with pytest.raises(OutcomeUnknown):
        bench.adapter.publish(kit, token=bench.token, record=record)
    with pytest.raises(PartlyThere, match="1 of 3") as partly:
        bench.find(kit, resume=bench.steps[-1])
    assert partly.value.step.name == SENDING
    assert partly.value.step.data["part"] == 1
    assert bench.read_thread is not None
    assert bench.read_thread(bench.publish(kit, resume=partly.value.step)) == ["One", "Two", "Three"]


def test_a_part_that_is_refused_ends_the_thread_of_a_post_that_stands(bench: Bench, server: FakeX) -> None:
    def record(step: Step) -> None:
        if step.data.get("part") == 1:
            server.fault(*FINAL, answer=refusal("the moon"))

    kit = PublishKit("k", "One", parts=["Two", "Three"])
    published = bench.adapter.publish(kit, token=bench.token, record=record)
    assert [post["sent"]["text"] for post in server.posts] == ["One"]
    assert published.shortfalls == ("The thread ends before part 2: X does not take this: the moon",)


def test_a_part_too_long_is_refused_before_anything_stands(bench: Bench, server: FakeX) -> None:
    for kit in (
        PublishKit("k", "One", parts=["x" * 281]),
        PublishKit("k", "One", options={"first_comment": "x" * 281}),
    ):
        with pytest.raises(Rejected, match="1 over"):
            bench.publish(kit)
    assert server.posts == []


def test_a_comment_goes_under_the_last_part(bench: Bench, server: FakeX) -> None:
    kit = PublishKit("k", "One", parts=["Two"], options=options(first_comment="Link: https://kesar.example"))
    bench.publish(kit)
    assert server.posts[-1]["sent"]["reply"]["in_reply_to_tweet_id"] == server.posts[-2]["id"]
    bench.publish(kit, resume=bench.steps[-1])
    assert len(server.posts) == 3


@pytest.mark.parametrize("stands", [True, False])
def test_a_comment_whose_answer_was_lost_is_looked_for(bench: Bench, server: FakeX, stands: bool) -> None:
    kit = PublishKit("k", "One", options=options(first_comment="And this"))

    def record(step: Step) -> None:
        bench.steps.append(step)
        if step.data.get("comment") == "sending":
            server.fault(*FINAL, cut_after=stands, cut_before=not stands)

    published = bench.adapter.publish(kit, token=bench.token, record=record)
    assert "look whether it stands" in published.shortfalls[0]
    server.faults.clear()
    again = bench.adapter.publish(kit, token=bench.token, record=bench.steps.append, resume=bench.steps[-1])
    assert [post["sent"]["text"] for post in server.posts] == ["One", "And this"]
    assert again.shortfalls == ()


def test_a_found_post_without_its_comment_is_finished(bench: Bench, server: FakeX) -> None:
    kit = PublishKit("k", "One", options=options(first_comment="And this"))
    server.fault(*FINAL, cut_after=True)
    with pytest.raises(OutcomeUnknown):
        bench.publish(kit)
    with pytest.raises(PartlyThere) as partly:
        bench.find(kit, resume=bench.steps[-1])
    assert partly.value.step.name == POSTED
    bench.publish(kit, resume=partly.value.step)
    assert [post["sent"]["text"] for post in server.posts] == ["One", "And this"]


# Refusals


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (Response(402, {"title": "Payment Required", "detail": "No credits"}), Rejected, "config"),
        (Response(403, {"type": "https://api.x.com/2/problems/usage-capped", "detail": "cap"}), Rejected, "config"),
        (Response(403, {"type": "https://api.x.com/2/problems/client-forbidden", "detail": "no"}), Rejected, "config"),
        (Response(403, {"detail": "You are not permitted"}), Rejected, "403"),
        (Response(403, {"detail": "Forbidden"}, {"WWW-Authenticate": 'error="insufficient_scope"'}), SignInAgain, ""),
        (Response(404, {"detail": "Gone"}), Rejected, "not_found"),
        (Response(401, {"title": "Unauthorized", "status": 401}), TokenExpired, ""),
        (Response(503, {"title": "Over capacity"}), OutcomeUnknown, ""),
    ],
)
def test_each_refusal_means_one_thing(
    bench: Bench, server: FakeX, answer: Response, error: type[Exception], code: str
) -> None:
    server.fault(*FINAL, answer=answer)
    with pytest.raises(error) as refused:
        bench.publish(PublishKit("k", "Crocus"))
    assert getattr(refused.value, "code", "") == code


def test_the_reset_of_a_limit_is_read(bench: Bench, server: FakeX, clock: Callable[[], datetime]) -> None:
    reset = str(int(clock().timestamp()) + 600)
    server.fault(*FINAL, answer=Response(429, {"title": "Too Many Requests"}, {"x-rate-limit-reset": reset}))
    with pytest.raises(TryLater) as slowed:
        bench.publish(PublishKit("k", "Crocus"))
    assert slowed.value.after is not None
    assert timedelta(minutes=9.9) < slowed.value.after <= timedelta(minutes=10)
