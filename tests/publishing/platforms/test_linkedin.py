"""The LinkedIn adapter at a server by hand: pages that can be looked through, people who cannot."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from publishing.platforms.base import (
    CannotLook,
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
from publishing.platforms.linkedin import LinkedIn
from publishing.platforms.linkedin.text import little, plain, same
from tests.peers.fake_linkedin import CLIENT, PAGE, PERSON, SECRET, FakeLinkedIn, cut
from tests.peers.wire import Response
from tests.publishing.platforms.contract import MP4, PNG, Bench, PlatformContract
from trenddrop.core.platforms.options import read

FINAL = ("POST", r"^/rest/posts$")
STAGING = ("PUT", r"^/dms-uploads/")
COMMENT = ("POST", r"/comments$")
PERSONS = "openid profile w_member_social"
PAGES = "rw_organization_admin w_organization_social r_organization_social"


def refusal(words: str) -> Response:
    return Response(422, {"status": 422, "serviceErrorCode": 100, "code": "INVALID", "message": words})


@pytest.fixture
def server() -> Iterator[FakeLinkedIn]:
    with FakeLinkedIn() as running:
        yield running


@pytest.fixture
def make(client: httpx.Client, clock: Callable[[], datetime], naps: list[float]) -> Callable[..., LinkedIn]:
    def made(server: FakeLinkedIn, **more: Any) -> LinkedIn:
        given = {"client_id": CLIENT, "client_secret": SECRET, "api": server.url, "web": server.url, **more}
        return LinkedIn(**{"client": client, "clock": clock, "sleep": naps.append, **given})

    return made


def token_of(server: FakeLinkedIn, owner: str, scope: str) -> Token:
    return Token(server.token(scope), extra={"owner": owner, "scope": scope})


def bench_of(adapter: LinkedIn, server: FakeLinkedIn, owner: str, scope: str) -> Bench:
    def post(urn: str) -> dict[str, Any]:
        return next(one for one in server.posts if one["id"] == urn)

    def files(urn: str) -> list[bytes]:
        content = post(urn)["content"]
        images = content.get("multiImage", {}).get("images") or [content["media"]]
        return [server.content(one["id"]) for one in images]

    return Bench(
        adapter=adapter,
        token=token_of(server, owner, scope),
        server=server,
        final=FINAL,
        staging=STAGING,
        text_limit=3000,
        read_text=lambda urn: plain(post(urn)["commentary"]),
        read_media=files,
        count=lambda urn: post(urn)["counts"].update(likeCount=1),
        refusal=refusal,
        letter="é",
        stranger=Token("stranger-token-00", extra={"owner": owner, "scope": scope}),
        comment=COMMENT,
        public=lambda: len(server.posts),
    )


@pytest.fixture
def bench(make: Callable[..., LinkedIn], server: FakeLinkedIn) -> Bench:
    return bench_of(make(server), server, PAGE, PAGES)


@pytest.fixture
def person(make: Callable[..., LinkedIn], server: FakeLinkedIn) -> Bench:
    return bench_of(make(server), server, PERSON, PERSONS + " r_member_postAnalytics")


class TestLinkedInPage(PlatformContract):
    comments = True
    pictures = 20

    @pytest.fixture
    def bench(self, bench: Bench) -> Bench:
        return bench


class TestLinkedInPerson(PlatformContract):
    comments = True
    pictures = 20
    finds = False

    @pytest.fixture
    def bench(self, person: Bench) -> Bench:
        return person


def options(**chosen: Any) -> dict[str, Any]:
    return read("linkedin", chosen)


@pytest.fixture
def film(tmp_path: Path) -> Media:
    (tmp_path / "film.mp4").write_bytes(MP4)
    return Media(tmp_path / "film.mp4", "video/mp4", alt="Hands", size=len(MP4))


@pytest.fixture
def picture(tmp_path: Path) -> Media:
    (tmp_path / "a.png").write_bytes(PNG)
    return Media(tmp_path / "a.png", "image/png", alt="Crocus", size=len(PNG))


# Little text


@pytest.mark.parametrize(
    "text",
    [
        "Saffron (pure) <3 [50%] {a|b} ~ *now* _here_ @asha \\o/",
        "#saffron #केसर #a_b and # alone, #1",
        "https://kesar.example/a_(b)?x=1#top",
        "Two\n\nparagraphs 👩🏽‍🌾",
    ],
)
def test_no_sign_cuts_a_text_short(text: str) -> None:
    assert plain(cut(little(text))) == text
    assert same(little(text), text)
    assert not same(little(text), text + "!")


def test_linkedin_cuts_what_is_not_escaped() -> None:
    assert cut("Saffron (pure) and more") == "Saffron "


def test_hashtags_stay_what_they_are() -> None:
    assert little("Hi #saffron_tea!") == "Hi #saffron_tea!"
    assert little("Hi #हिन्दी_दिवस!") == "Hi #हिन्दी_दिवस!"
    assert plain("Hi {hashtag|\\#|saffron} @[Kesar](urn:li:organization:1)") == "Hi #saffron Kesar"


# Posts


def test_a_document_is_posted_with_its_title(bench: Bench, server: FakeLinkedIn, tmp_path: Path) -> None:
    (tmp_path / "guide.pdf").write_bytes(b"%PDF-1.7 saffron")
    guide = Media(tmp_path / "guide.pdf", "application/pdf", size=16)
    urn = bench.publish(PublishKit("k", "The guide", title="Saffron guide", media=[guide]))
    media = server.posts[-1]["content"]["media"]
    assert media["id"].startswith("urn:li:document:")
    assert media["title"] == "Saffron guide"
    assert bench.read_media(urn) == [b"%PDF-1.7 saffron"]


def test_a_link_becomes_a_card_with_its_picture(bench: Bench, server: FakeLinkedIn, picture: Media) -> None:
    chosen = options(link="https://kesar.example/harvest")
    bench.publish(PublishKit("k", "Read", title="Harvest", thumbnail=picture, options=chosen))
    article = server.posts[-1]["content"]["article"]
    assert (article["source"], article["title"]) == ("https://kesar.example/harvest", "Harvest")
    assert server.content(article["thumbnail"]) == PNG


def test_several_pictures_say_what_they_show(bench: Bench, server: FakeLinkedIn, picture: Media) -> None:
    bench.publish(PublishKit("k", "Look", media=[picture, replace(picture, alt="")]))
    images = server.posts[-1]["content"]["multiImage"]["images"]
    assert [one.get("altText") for one in images] == ["Crocus", None]


def test_a_person_may_post_for_connections_a_page_may_not(bench: Bench, person: Bench, server: FakeLinkedIn) -> None:
    kit = PublishKit("k", "For friends", options=options(privacy="followers"))
    person.publish(kit)
    assert server.posts[-1]["visibility"] == "CONNECTIONS"
    with pytest.raises(Rejected, match="page's posts are public"):
        bench.publish(kit)


def test_a_video_is_taken_up_in_the_middle(
    bench: Bench, server: FakeLinkedIn, film: Media, picture: Media, naps: list[float]
) -> None:
    server.part = 100_000
    kit = PublishKit("film", "Watch", media=[film], thumbnail=picture)
    with pytest.raises(TryLater):
        bench.adapter.publish(kit, token=bench.token, record=failing_after(bench, server, steps=3))
    assert [step.name for step in bench.steps] == ["upload", "uploading", "uploading"]
    urn = bench.publish(kit, resume=bench.steps[-1])
    assert bench.read_media(urn) == [MP4]
    assert bench.uploads() == 4 + 1 + 1
    [file] = server.files.values()
    assert file["parts"][999] == PNG
    assert naps == [2.0, 2.0]


def failing_after(bench: Bench, server: FakeLinkedIn, *, steps: int) -> Callable[[Step], None]:
    def record(step: Step) -> None:
        bench.steps.append(step)
        if len(bench.steps) == steps:
            server.fault(*STAGING, cut_before=True)

    return record


def test_where_to_upload_is_locked_in_the_steps(bench: Bench, film: Media) -> None:
    bench.publish(PublishKit("film", "Watch", media=[film]))
    assert "s3cr3t" not in repr(bench.steps)


def test_a_video_closed_without_an_answer_is_not_closed_twice(bench: Bench, server: FakeLinkedIn, film: Media) -> None:
    kit = PublishKit("film", "Watch", media=[film])
    with pytest.raises(TryLater):
        bench.adapter.publish(kit, token=bench.token, record=closing_lost(bench, server))
    assert bench.steps[-1].name == "uploading"
    assert bench.read_media(bench.publish(kit, resume=bench.steps[-1])) == [MP4]
    assert bench.uploads() == 1


def closing_lost(bench: Bench, server: FakeLinkedIn) -> Callable[[Step], None]:
    def record(step: Step) -> None:
        bench.steps.append(step)
        if step.name == "uploading":
            server.fault("POST", "/rest/videos$", cut_after=True)

    return record


def test_a_video_linkedin_cannot_process_is_refused_in_its_words(
    bench: Bench, server: FakeLinkedIn, film: Media
) -> None:
    failed = {"status": "PROCESSING_FAILED", "processingFailureReason": "NO_VIDEO_TRACK"}
    server.fault("GET", "/rest/videos/", answer=Response(200, failed))
    with pytest.raises(Rejected, match="NO_VIDEO_TRACK"):
        bench.publish(PublishKit("film", "Watch", media=[film]))
    assert bench.sent() == 0


def test_an_upload_that_is_gone_is_begun_anew(bench: Bench, server: FakeLinkedIn, picture: Media) -> None:
    kit = PublishKit("k", "Look", media=[picture])
    server.fault(*STAGING, cut_before=True)
    with pytest.raises(TryLater):
        bench.publish(kit)
    server.files.clear()
    assert bench.read_media(bench.publish(kit, resume=bench.steps[-1])) == [PNG]


def test_who_may_not_ask_after_a_picture_waits_a_moment(
    person: Bench, server: FakeLinkedIn, picture: Media, naps: list[float]
) -> None:
    server.may_ask = False
    person.publish(PublishKit("k", "Look", media=[picture]))
    assert naps == [2.0]


# Copies and looking


def test_a_refused_copy_names_the_post_itself(person: Bench, server: FakeLinkedIn) -> None:
    kit = PublishKit("k", "Crocus")
    server.fault(*FINAL, cut_after=True)
    with pytest.raises(OutcomeUnknown):
        person.publish(kit)
    with pytest.raises(CannotLook, match="without its review"):
        person.find(kit, resume=person.steps[-1])
    assert person.publish(kit, resume=person.steps[-1]) == server.posts[0]["id"]
    assert len(server.posts) == 1
    with pytest.raises(Rejected, match="Change a word"):
        person.publish(PublishKit("k2", "Crocus"))


def test_a_copy_without_a_name_stays_unknown(bench: Bench, server: FakeLinkedIn) -> None:
    server.fault(*FINAL, cut_before=True)
    with pytest.raises(OutcomeUnknown):
        bench.publish(PublishKit("k", "Crocus"))
    server.fault(*FINAL, answer=Response(409, {"status": 409, "message": "Duplicate"}))
    with pytest.raises(OutcomeUnknown, match="already"):
        bench.publish(PublishKit("k", "Crocus"), resume=bench.steps[-1])


def test_a_post_without_a_name_is_looked_for(bench: Bench, server: FakeLinkedIn) -> None:
    server.fault(*FINAL, answer=Response(201, ""))
    with pytest.raises(OutcomeUnknown, match="where it is"):
        bench.publish(PublishKit("k", "Crocus"))


def test_a_post_beyond_the_first_page_is_found(bench: Bench, server: FakeLinkedIn) -> None:
    urn = bench.publish(PublishKit("first", "The first"))
    server.posts += [{**server.posts[0], "id": f"urn:li:share:{n}", "commentary": f"More {n}"} for n in range(60)]
    assert bench.find(PublishKit("first", "The first")) == urn


def test_a_found_post_without_its_comment_is_finished(bench: Bench, server: FakeLinkedIn) -> None:
    kit = PublishKit("k", "One", options=options(first_comment="And this"))
    server.fault(*FINAL, cut_after=True)
    with pytest.raises(OutcomeUnknown):
        bench.publish(kit)
    with pytest.raises(PartlyThere) as partly:
        bench.find(kit, resume=bench.steps[-1])
    bench.publish(kit, resume=partly.value.step)
    bench.publish(kit, resume=bench.steps[-1])
    assert [one["message"]["text"] for one in server.comments] == ["And this"]


def test_a_comment_nobody_knows_about_is_said_not_sent_again(bench: Bench, server: FakeLinkedIn) -> None:
    kit = PublishKit("k", "One", options=options(first_comment="And this"))
    server.fault(*COMMENT, cut_after=True)
    published = bench.adapter.publish(kit, token=bench.token, record=bench.steps.append)
    assert "answer was lost" in published.shortfalls[0]
    died = next(step for step in bench.steps if step.data.get("comment") == "sending")
    again = bench.adapter.publish(kit, token=bench.token, record=bench.steps.append, resume=died)
    assert "look under the post" in again.shortfalls[0]
    assert len(server.comments) == 1


# Refusals


@pytest.mark.parametrize(
    ("status", "code", "error", "told"),
    [
        (401, "EXPIRED_ACCESS_TOKEN", SignInAgain, ""),
        (401, "REVOKED_ACCESS_TOKEN", SignInAgain, ""),
        (403, "ACCESS_DENIED", SignInAgain, ""),
        (404, "NOT_FOUND", Rejected, "not_found"),
        (409, "CONFLICT", Rejected, "duplicate"),
        (422, "INVALID", Rejected, "422"),
        (426, "NONEXISTENT_VERSION", Rejected, "config"),
        (503, "", OutcomeUnknown, ""),
    ],
)
def test_each_refusal_means_one_thing(
    bench: Bench, server: FakeLinkedIn, status: int, code: str, error: type[Exception], told: str
) -> None:
    server.fault(*FINAL, answer=Response(status, {"status": status, "code": code, "message": "no"}))
    with pytest.raises(error) as refused:
        bench.publish(PublishKit("k", "Crocus"))
    assert getattr(refused.value, "code", "") == told


def test_who_can_renew_is_asked_to(bench: Bench, server: FakeLinkedIn) -> None:
    bench.token = replace(bench.token, refresh="AQR-1")
    server.fault(*FINAL, answer=Response(401, {"status": 401, "code": "EXPIRED_ACCESS_TOKEN", "message": "old"}))
    with pytest.raises(TokenExpired):
        bench.publish(PublishKit("k", "Crocus"))


def test_a_version_that_ended_is_said_to_the_operator(make: Callable[..., LinkedIn], server: FakeLinkedIn) -> None:
    adapter = make(server, version="202401")
    with pytest.raises(Rejected, match="LINKEDIN_VERSION"):
        adapter.publish(PublishKit("k", "x"), token=token_of(server, PAGE, PAGES), record=lambda _step: None)


def test_a_full_day_ends_at_midnight_utc(make: Callable[..., LinkedIn], server: FakeLinkedIn) -> None:
    adapter = make(server, clock=lambda: datetime(2026, 11, 20, 21, 30, tzinfo=UTC))
    server.fault(*FINAL, answer=Response(429, {"status": 429, "code": "TOO_MANY_REQUESTS", "message": "Enough"}))
    with pytest.raises(TryLater) as slowed:
        adapter.publish(PublishKit("k", "x"), token=token_of(server, PAGE, PAGES), record=lambda _step: None)
    assert slowed.value.after == timedelta(hours=2, minutes=30)
