"""The Bluesky adapter at a real personal data server."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from publishing.platforms.base import Media, OutcomeUnknown, PublishKit, Rejected, SignInAgain
from publishing.platforms.bluesky import Bluesky
from tests.peers import Pds, Proxy
from tests.publishing.platforms.contract import MP4, PNG, Bench, PlatformContract
from tests.publishing.platforms.test_bluesky import FINAL, STAGING, media_of, refusal
from trenddrop.core.platforms.options import read

pytestmark = pytest.mark.peer


@pytest.fixture
def proxy(pds: Pds) -> Iterator[Proxy]:
    with Proxy(pds.url) as running:
        yield running


@pytest.fixture
def adapter(proxy: Proxy, pds: Pds, client: httpx.Client, clock: Callable[[], datetime], naps: list[float]) -> Bluesky:
    return Bluesky(client=client, clock=clock, sleep=naps.append, service=proxy.url, appview=pds.appview.url)


@pytest.fixture
def bench(adapter: Bluesky, pds: Pds, proxy: Proxy) -> Bench:
    def value(uri: str) -> dict[str, Any]:
        found: dict[str, Any] = pds.read_post(uri)["value"]
        return found

    def thread(uri: str) -> list[str]:
        texts = [str(value(uri)["text"])]
        posts = pds.posts()
        while under := [one for one in posts if one["value"].get("reply", {}).get("parent", {}).get("uri") == uri]:
            uri = under[0]["uri"]
            texts.append(under[0]["value"]["text"])
        return texts

    return Bench(
        adapter=adapter,
        token=adapter.sign_in(pds.handle, pds.app_password).token,
        server=proxy,
        final=FINAL,
        staging=STAGING,
        text_limit=300,
        read_text=lambda uri: str(value(uri)["text"]),
        read_media=lambda uri: media_of(value(uri), pds.read_blob),
        count=lambda uri: pds.appview.count(uri, likeCount=1),
        refusal=refusal,
        comment=FINAL,
        read_thread=thread,
        public=lambda: len(pds.posts()),
    )


class TestBlueskyItself(PlatformContract):
    comments = True

    @pytest.fixture
    def bench(self, bench: Bench) -> Bench:
        return bench


def test_the_server_finds_our_records_valid(bench: Bench, proxy: Proxy, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    (tmp_path / "a.mp4").write_bytes(MP4)
    picture = Media(tmp_path / "a.png", "image/png", alt="Crocus", width=2, height=1, size=len(PNG))
    film = Media(tmp_path / "a.mp4", "video/mp4", alt="Hands", width=1080, height=1920, size=len(MP4))
    card = read("bluesky", {"link": "https://kesar.example/", "replies": "mentioned", "first_comment": "More"})
    text = "🌸 @lisbon.test https://kesar.example #saffron #केसर"
    kits = [
        PublishKit("valid-1", text, language="en", hashtags=["harvest"]),
        PublishKit("valid-2", text, language="pt-BR", media=[picture, picture]),
        PublishKit("valid-3", text, media=[film]),
        PublishKit("valid-4", text, thumbnail=picture, options=card, parts=["And then"]),
    ]
    for kit in kits:
        bench.publish(kit)
    answers = [answer.content for asked, answer in proxy.answered if asked.path.endswith("putRecord")]
    # The last is a post, a part, a gate and a comment.
    assert len(answers) == 7
    assert all(b'"validationStatus":"valid"' in answer for answer in answers)


def test_a_mention_of_another_account_becomes_a_link_to_it(bench: Bench, pds: Pds) -> None:
    did = pds.create_account("chitra.test")
    uri = bench.publish(PublishKit("mention-1", "Thanks @chitra.test and @nobody-here.test"))
    facets = pds.read_post(uri)["value"]["facets"]
    assert [facet["features"][0]["did"] for facet in facets] == [did]


def test_a_resend_makes_no_second_commit(bench: Bench, pds: Pds) -> None:
    kit = PublishKit("commit-1", "One commit")
    uri = bench.publish(kit)
    before = pds.read_post(uri)["cid"], len(pds.posts())
    bench.publish(kit, resume=bench.steps[-1])
    assert (pds.read_post(uri)["cid"], len(pds.posts())) == before


def test_the_record_keys_sort_by_time(bench: Bench, pds: Pds) -> None:
    keys = [f"01934b6e-{number:04x}-7000-8000-00000000000f" for number in (1, 2, 3)]
    uris = [bench.publish(PublishKit(key, f"Sorted {key}")) for key in keys]
    assert uris == sorted(uris)


def test_a_session_is_renewed_and_the_old_one_is_spent(adapter: Bluesky, pds: Pds) -> None:
    token = adapter.sign_in(pds.handle, pds.app_password).token
    fresh = adapter.refresh(token)
    assert adapter.profile(fresh).id == pds.did
    assert fresh.refresh != token.refresh
    assert fresh.expires_at is not None


def test_a_wrong_password_is_a_real_no(adapter: Bluesky, pds: Pds) -> None:
    with pytest.raises(SignInAgain, match="app password"):
        adapter.sign_in(pds.handle, "wrong-word-0000")


def test_an_app_password_taken_back_ends_the_session(adapter: Bluesky, pds: Pds) -> None:
    made = pds.call("POST", "com.atproto.server.createAppPassword", json={"name": "Short"})["password"]
    token = adapter.sign_in(pds.handle, made).token
    assert token.extra["scope"] == "com.atproto.appPass"
    httpx.post(
        f"{pds.url}/xrpc/com.atproto.server.revokeAppPassword",
        json={"name": "Short"},
        headers={"Authorization": f"Bearer {pds._access}"},
        trust_env=False,
    ).raise_for_status()
    with pytest.raises(SignInAgain):
        adapter.refresh(token)


def test_a_file_over_the_servers_limit_is_refused_in_its_words(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "big.mp4").write_bytes(MP4 + bytes(6 * 1024**2))
    try:
        bench.publish(PublishKit("big-1", "Look", media=[Media(tmp_path / "big.mp4", "video/mp4")]))
    except Rejected as refused:
        assert "does not take this" in str(refused)  # noqa: PT017 (servers differ in their limit)


def test_two_posts_of_the_same_text_stay_two(bench: Bench, pds: Pds) -> None:
    kit = PublishKit("same-1", "Said twice")
    first, second = bench.publish(kit), bench.publish(replace(kit, key="same-2"))
    assert first != second
    assert bench.find(kit) == first


def test_fifty_posts_whose_answers_are_lost_are_fifty_posts(bench: Bench, pds: Pds, proxy: Proxy) -> None:
    before = len(pds.posts())
    for number in range(50):
        kit = PublishKit(f"lost-{number}", f"Lost answer {number}")
        accepted = bool(number % 2)
        proxy.fault(*FINAL, cut_after=accepted, cut_before=not accepted)
        with pytest.raises(OutcomeUnknown):
            bench.publish(kit)
        found = bench.find(kit, resume=bench.steps[-1])
        assert (found is not None) == accepted
        bench.publish(kit, resume=bench.steps[-1])
    assert len(pds.posts()) - before == 50
