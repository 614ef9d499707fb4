"""The WordPress adapter at a site by hand."""

import html
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from publishing.platforms.base import Media, PublishKit, Rejected, Token
from publishing.platforms.signing_in import EntersIn
from publishing.platforms.wordpress import WordPress, paragraphs, slug
from tests.peers.fake_wordpress import PASSWORD, USER, FakeWordPress, no
from tests.publishing.platforms.bench import PNG, Bench
from tests.publishing.platforms.contract import PlatformContract


@pytest.fixture
def server() -> Iterator[FakeWordPress]:
    with FakeWordPress() as running:
        yield running


@pytest.fixture
def adapter(server: FakeWordPress, client: httpx.Client, clock: Callable[[], datetime], naps: list[float]) -> WordPress:
    return WordPress(client=client, clock=clock, sleep=naps.append)


def words_of(content: str) -> str:
    """The text of an article as a reader would copy it."""
    bare = re.sub(r"<figure>.*?</figure>\n?", "", content).replace("</p>\n<p>", "\n\n").replace("<br>", "\n")
    return html.unescape(re.sub(r"<[^>]+>", "", bare)).strip()


@pytest.fixture
def bench(adapter: WordPress, server: FakeWordPress) -> Bench:
    def post(key: str) -> dict[str, Any]:
        return next(each for each in server.posts if str(each["id"]) == key)

    return Bench(
        adapter=adapter,
        token=Token(PASSWORD, extra={"site": server.url, "user": USER}),
        server=server,
        final=("POST", r"/posts$"),
        staging=("POST", r"/media$"),
        text_limit=100_000,
        read_text=lambda key: words_of(post(key)["content"]),
        read_media=lambda key: [
            each["content"] for each in server.media.values() if each["source_url"] in post(key)["content"]
        ],
        count=lambda _key: None,
        refusal=lambda words: no(400, "rest_invalid_param", words),
        letter="क",
        stranger=Token("of nobody", extra={"site": server.url, "user": USER}),
        public=lambda: len(server.posts),
    )


class TestWordPress(PlatformContract):
    counts = False
    pictures = 20

    @pytest.fixture
    def bench(self, bench: Bench) -> Bench:
        return bench


def kit(**more: Any) -> PublishKit:
    return PublishKit(**({"key": "k1", "text": "Rain.", "title": "Monsoon skin"} | more))


def test_an_article_has_paragraphs_links_and_its_first_picture_in_front(
    bench: Bench, server: FakeWordPress, tmp_path: Path
) -> None:
    (tmp_path / "jar & lid.png").write_bytes(PNG)
    picture = Media(tmp_path / "jar & lid.png", "image/png", 'A "jar"', size=len(PNG))
    text = "Rain <b>is not</b>\nthe enemy.\n\nMore: https://kesar.example/a?b=1&c=2."
    bench.publish(kit(text=text, media=[picture], options={"privacy": "private", "comments": False}))
    [post] = server.posts
    [stored] = server.media.values()
    assert (post["status"], post["comment_status"]) == ("private", "closed")
    assert post["featured_media"] == stored["id"]
    assert stored["alt_text"] == 'A "jar"'
    assert post["content"].splitlines()[1:] == [
        "<p>Rain &lt;b&gt;is not&lt;/b&gt;<br>the enemy.</p>",
        '<p>More: <a href="https://kesar.example/a?b=1&amp;amp;c=2">https://kesar.example/a?b=1&amp;c=2</a>.</p>',
    ]


def test_the_slug_reads_well_and_is_of_this_post_alone() -> None:
    assert re.fullmatch(r"monsoon-skin-[0-9a-f]{12}", slug(kit()))
    assert slug(kit()) != slug(kit(key="k2"))
    assert re.fullmatch(r"[0-9a-f]{12}", slug(kit(title="मानसून")))


def test_text_without_anything_makes_no_paragraph() -> None:
    assert paragraphs(" \n\n ") == []


def test_a_site_is_connected_with_an_application_password(adapter: WordPress, server: FakeWordPress) -> None:
    assert isinstance(adapter, EntersIn)
    found = adapter.enter({"site": server.url, "user": USER, "password": PASSWORD})
    assert (found.profile.name, found.profile.url, found.kind) == ("Kesar Naturals", server.url, "site")
    assert found.profile.id == adapter.profile(found.token).id
    assert PASSWORD not in repr(found)


@pytest.mark.parametrize(
    ("typed", "code"),
    [({"password": "wrong"}, "password"), ({"user": "nobody"}, "password"), ({"site": "http://kesar.in"}, "address")],
)
def test_a_wrong_entry_is_told(adapter: WordPress, server: FakeWordPress, typed: dict[str, str], code: str) -> None:
    with pytest.raises(Rejected) as refusal:
        adapter.enter({"site": server.url, "user": USER, "password": PASSWORD} | typed)
    assert refusal.value.code == code


def test_who_may_not_publish_cannot_be_connected(adapter: WordPress, server: FakeWordPress) -> None:
    server.may["publish_posts"] = False
    with pytest.raises(Rejected, match="may not publish"):
        adapter.enter({"site": server.url, "user": USER, "password": PASSWORD})


def test_a_file_too_large_for_the_site_is_told_in_words(bench: Bench, server: FakeWordPress, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    server.fault("POST", "/media$", answer=no(413, "rest_upload_file_too_big", "too big"))
    with pytest.raises(Rejected, match="larger than this site takes"):
        bench.publish(kit(media=[Media(tmp_path / "a.png", "image/png", size=len(PNG))]))
