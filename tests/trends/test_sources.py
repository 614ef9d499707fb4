"""What every trend source promises, and each source's own manners."""

import datetime as dt
from collections.abc import Iterator

import httpx
import pytest
from django.conf import settings

from tests.trends.conftest import NOW
from tests.trends.feeds import BOMB, WEB_PAGE, FeedServer
from tests.trends.recordings import recording
from trends import sources
from trends.normalise import Kind
from trends.sources import decoding
from trends.sources.base import MAX_ITEMS, BadConfig, BadFeed, Item, Items, NotYet, Source
from trends.sources.bluesky import Bluesky
from trends.sources.google_news import GoogleNews
from trends.sources.google_trends import GoogleTrends
from trends.sources.hacker_news import HackerNews
from trends.sources.mastodon import Mastodon
from trends.sources.rss import Rss
from trends.sources.wikipedia import Wikipedia


def check(item: Item) -> None:
    """What holds for every item of every source."""
    assert item.title == item.title.strip()
    assert 0 < len(item.title) <= 300
    assert item.key
    assert all(number is None or number >= 0 for number in (item.count, item.traffic, item.engagement))
    assert item.url == "" or httpx.URL(item.url).scheme in {"http", "https"}
    assert item.published_at is None or item.published_at <= NOW
    assert all(at <= NOW for at, _ in item.history)


class Contract:
    """Given to every source by subclassing."""

    source: Source
    recordings: dict[str, dict[str, str]]  # recording name -> the configuration that asks for it
    wrapped: tuple[str, str]  # a document around a list of entries
    entry: str  # one entry titled {title} with count {count}, as text
    joined = ","
    needed: dict[str, str] = {}  # settings without which it can't be asked
    key = ""  # what it signs in with
    address = "base_url"  # the setting that names its server

    def parse(self, content: bytes, config: dict[str, str] | None = None) -> Items:
        return self.source.parse(content, config=self.needed | (config or {}), now=NOW)

    def at(self, server: FeedServer, config: dict[str, str]) -> dict[str, str]:
        """Point a configuration at the local server."""
        return self.needed | config | {self.address: server.url}

    def document(self, entries: Iterator[str] | list[str]) -> bytes:
        return (self.wrapped[0] + self.joined.join(entries) + self.wrapped[1]).encode()

    def one(self, title: str, count: str = "5") -> str:
        return self.entry.replace("{title}", title).replace("{count}", count)

    def test_settings_name_it_by_its_key(self) -> None:
        assert type(sources.source(self.source.key)) is type(self.source)
        assert self.source.key in settings.TREND_SOURCES

    def test_its_recordings_become_items(self) -> None:
        for name, config in self.recordings.items():
            items = self.parse(recording(name, now=NOW), config)
            assert items, name
            for item in items:
                check(item)

    def test_it_reads_the_same_over_http(self, feeds: FeedServer) -> None:
        for name, config in self.recordings.items():
            here = self.at(feeds, config)
            (request,) = self.source.request(here, NOW, self.key)
            answer = httpx.get(request.url, headers=dict(request.headers))
            assert answer.status_code == 200
            assert self.parse(answer.content, here) == self.parse(recording(name, now=NOW), config)

    def test_it_says_who_asks(self) -> None:
        (request,) = self.source.request(self.needed, NOW, self.key)
        assert request.url.startswith("https://")
        assert "TrendDrop" in request.headers["User-Agent"]

    def test_a_key_stands_in_a_header_and_is_never_shown(self) -> None:
        secret = "example-key-example-key-0123"
        (request,) = self.source.request(self.needed, NOW, secret)
        assert secret not in request.url
        assert secret not in repr(request)
        assert any(secret in value for value in request.headers.values()) == (self.source.credential is not None)

    def test_an_address_that_is_none_is_refused(self) -> None:
        with pytest.raises(BadConfig, match=self.address):
            self.source.request(self.needed | {self.address: "file:///etc/passwd"}, NOW, self.key)

    @pytest.mark.parametrize(
        ("content", "words"),
        [(WEB_PAGE, "web page"), (b"", "empty"), (b" \n", "empty"), (b"\xff\xfe\x00\xd8", r"\w+")],
    )
    def test_what_is_no_feed_is_refused_with_a_reason(self, content: bytes, words: str) -> None:
        with pytest.raises(BadFeed, match=words):
            self.parse(content)

    def test_a_cut_off_answer_is_refused(self) -> None:
        whole = self.document([self.one("Rain"), self.one("Ceramides")])
        with pytest.raises(BadFeed, match="cut off"):
            self.parse(whole[: len(whole) * 2 // 3])

    def test_a_hundred_thousand_entries_are_capped_with_a_note(self) -> None:
        items = self.parse(self.document(self.one(f"Topic {number}") for number in range(100_000)))
        assert len(items) == MAX_ITEMS
        assert any("longer than 1,000" in note for note in items.notes)

    def test_a_topic_named_twice_is_one(self) -> None:
        items = self.parse(self.document([self.one("Monsoon skincare"), self.one("monsoon  SKINCARE")]))
        assert [item.title.lstrip("#") for item in items] == ["Monsoon skincare"]
        assert any("merged" in note for note in items.notes)
        assert any("SKINCARE" in name for name in items[0].names)

    @pytest.mark.parametrize("title", ["🌧️", "👩🏽‍🍳🔥", "كأس العالم", "חדשות", "मानसून", "東京", "مرحبا"])
    def test_titles_in_any_script_and_of_emoji_alone_land(self, title: str) -> None:
        (item,) = self.parse(self.document([self.one(title)]))
        assert item.title.lstrip("#") == title
        assert item.key

    def test_a_title_of_nothing_visible_is_passed_over(self) -> None:
        items = self.parse(self.document([self.one("\u200b \u200e", "1"), self.one("Rain")]))
        assert items[-1].title.lstrip("#") == "Rain"
        assert "\u200b" not in items[0].title

    @pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200f", "\u061c", "\ufeff"])
    def test_marks_that_turn_the_text_around_them_are_taken_out(self, mark: str) -> None:
        (item,) = self.parse(self.document([self.one(f"{mark}Mon{mark}soon{mark}")]))
        assert item.title.lstrip("#") == "Monsoon"

    def test_an_endless_title_is_cut_between_letters(self) -> None:
        (item,) = self.parse(self.document([self.one("👩🏽‍🍳" * 500)]))
        assert len(item.title) <= 300
        assert item.title.endswith("🍳…")


class Counted(Contract):
    """For sources that tell numbers."""

    def number(self, item: Item) -> int | None:
        return item.count

    @pytest.mark.parametrize("count", ["-5", "99999999999999999999999"])
    def test_impossible_counts_are_left_out_with_a_note(self, count: str) -> None:
        items = self.parse(self.document([self.one("Rain"), self.one("Flood", count)]))
        assert [item.title.lstrip("#") for item in items] == ["Rain"]
        assert any("Left out 1: a count" in note for note in items.notes)

    def test_a_feed_of_nothing_but_impossible_counts_is_refused(self) -> None:
        with pytest.raises(BadFeed, match="None of its 2 entries"):
            self.parse(self.document([self.one("Rain", "-1"), self.one("Flood", "-2")]))

    def test_the_number_is_read(self) -> None:
        (item,) = self.parse(self.document([self.one("Rain", "1234")]))
        assert self.number(item) == 1234


class XmlContract(Contract):
    """For RSS."""

    wrapped = ('<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>', "</channel></rss>")
    joined = ""
    dated = "pubDate"

    def test_an_entity_bomb_is_refused(self) -> None:
        with pytest.raises(BadFeed, match="entities"):
            self.parse(BOMB)

    def test_text_in_another_encoding_than_said_is_refused(self) -> None:
        with pytest.raises(BadFeed, match="encoding"):
            self.parse(self.document([self.one("Café")]).replace("é".encode(), b"\xe9"))

    def test_an_unknown_encoding_is_refused(self) -> None:
        with pytest.raises(BadFeed, match="unknown encoding"):
            self.parse(self.document([self.one("Rain")]).replace(b"UTF-8", b"x-nobody"))

    def test_other_encodings_are_read_when_they_are_said(self) -> None:
        text = self.document([self.one("東京オリンピック")]).decode().replace("UTF-8", "Shift_JIS")
        (item,) = self.parse(text.encode("shift_jis"))
        assert item.title == "東京オリンピック"

    def test_another_kind_of_xml_is_refused(self) -> None:
        with pytest.raises(BadFeed, match="<svg>"):
            self.parse(b'<svg xmlns="http://www.w3.org/2000/svg"/>')

    def test_a_channel_without_entries_is_no_failure(self) -> None:
        assert self.parse(self.document([])) == []

    def test_tomorrows_news_is_dated_now(self) -> None:
        date = f"<{self.dated}>Fri, 20 Nov 2099 10:00:00 GMT</{self.dated}>"
        entry = self.one("Rain").replace("</title>", f"</title>{date}")
        assert self.parse(self.document([entry]))[0].published_at == NOW


class JsonContract(Contract):
    """For JSON."""

    def test_xml_instead_of_json_is_refused(self) -> None:
        with pytest.raises(BadFeed, match="not JSON"):
            self.parse(b"<rss><channel/></rss>")

    @pytest.mark.parametrize("content", [b"null", b"3", b'"x"', b"{}", b'{"error":"down"}'])
    def test_json_of_another_shape_is_refused(self, content: bytes) -> None:
        with pytest.raises(BadFeed):
            self.parse(content)

    def test_endless_nesting_and_impossible_numbers_are_refused(self) -> None:
        for content in (b"[" * 200_000, b"[NaN]", b"[" + b"9" * 5000 + b"]"):
            with pytest.raises(BadFeed):
                self.parse(content)

    def test_latin_letters_in_the_bytes_are_refused(self) -> None:
        with pytest.raises(BadFeed, match="UTF-8"):
            self.parse(self.document([self.one("Café")]).replace("é".encode(), b"\xe9"))


class TestGoogleNews(XmlContract):
    source = GoogleNews()
    recordings = {"google_news": {}}
    entry = "<item><title>{title}</title></item>"

    def test_a_headline_loses_its_publisher_and_counts_its_articles(self) -> None:
        first = self.parse(recording("google_news", now=NOW))[0]
        assert first.title == "Dermatologists see a monsoon surge in skin barrier complaints"
        assert first.count == 2
        assert first.published_at == NOW - dt.timedelta(minutes=50)
        assert "(The Example Post)" in first.context[0]

    def test_a_dash_inside_the_headline_stays(self) -> None:
        titles = [item.title for item in self.parse(recording("google_news", now=NOW))]
        assert "Phone camera test - night mode grows up" in titles

    def test_country_language_section_and_search_are_asked_for(self) -> None:
        def asked(**config: str) -> str:
            return self.source.request(config, NOW)[0].url

        assert asked(region="IN", language="hi").endswith("/rss?hl=hi-IN&gl=IN&ceid=IN%3Ahi")
        assert "/rss/headlines/section/topic/ENTERTAINMENT?" in asked(category="ENTERTAINMENT")
        assert "/rss/search?q=monsoon+skin+when%3A1d&" in asked(query="monsoon skin when:1d")
        with pytest.raises(BadConfig, match="category"):
            asked(category="GOSSIP")


class TestGoogleTrends(XmlContract, Counted):
    source = GoogleTrends()
    recordings = {"google_trends": {"region": "IN"}}
    entry = "<item><title>{title}</title><x:approx_traffic xmlns:x='urn:any'>{count}</x:approx_traffic></item>"

    def number(self, item: Item) -> int | None:
        return item.traffic

    @pytest.mark.parametrize(
        ("said", "meant"),
        [("200,000+", 200_000), ("20K+", 20_000), ("2.5M+", 2_500_000), ("200.000+", 200_000), ("", None)],
    )
    def test_approximate_traffic_is_understood(self, said: str, meant: int | None) -> None:
        (item,) = self.parse(self.document([self.one("Rain", said)]))
        assert item.traffic == meant

    def test_every_explaining_headline_is_kept(self) -> None:
        first = self.parse(recording("google_trends", now=NOW), {"region": "IN"})[0]
        assert len(first.context) == 2
        assert first.url == "https://post.example/skin-barrier"
        assert first.region == "IN"


class TestMastodon(JsonContract, Counted):
    source = Mastodon()
    recordings = {"mastodon_tags": {"list": "tags"}, "mastodon_links": {"list": "links"}}
    wrapped = ("[", "]")
    entry = '{"name":"{title}","url":"https://m.example/t","history":[{"day":"1795046400","uses":"{count}","accounts":"2"}]}'

    def test_numbers_written_as_strings_are_todays_uses_and_a_week_of_days(self) -> None:
        first = self.parse(recording("mastodon_tags", now=NOW))[0]
        assert (first.title, first.count, first.engagement) == ("#monsoonskincare", 140, 96.0)
        assert first.history[-1] == (dt.datetime(2026, 11, 18, 23, tzinfo=dt.UTC), 41)
        assert len(first.history) == 6

    def test_links_are_headlines(self) -> None:
        first = self.parse(recording("mastodon_links", now=NOW), {"list": "links"})[0]
        assert first.kind is Kind.HEADLINE
        assert first.title.startswith("Dermatologists")

    def test_the_instances_own_error_is_passed_on(self) -> None:
        with pytest.raises(BadFeed, match="This method requires an authenticated user"):
            self.parse(b'{"error":"This method requires an authenticated user"}')


class TestBluesky(JsonContract, Counted):
    source = Bluesky()
    recordings = {"bluesky": {}, "bluesky_topics": {"list": "getTrendingTopics"}}
    wrapped = ('{"trends":[', "]}")
    entry = '{"topic":"x","displayName":"{title}","startedAt":"2026-11-19T01:00:00Z","postCount":{count}}'

    def test_links_lead_to_the_site_and_the_category_is_a_tag(self) -> None:
        first = self.parse(recording("bluesky", now=NOW))[0]
        assert first.url == "https://bsky.app/profile/trending.example/feed/101"
        assert first.tags == ("beauty",)
        assert first.names == ("monsoon-skin",)
        assert first.published_at == NOW - dt.timedelta(hours=6)

    def test_suggestions_are_not_trends(self) -> None:
        items = self.parse(recording("bluesky_topics", now=NOW), {"list": "getTrendingTopics"})
        assert [item.title for item in items] == ["Monsoon skincare", "Street food"]


class TestHackerNews(JsonContract, Counted):
    source = HackerNews()
    recordings = {"hacker_news": {}}
    wrapped = ('{"hits":[', "]}")
    entry = '{"objectID":"1","title":"{title}","points":3,"num_comments":{count},"created_at_i":1795000000}'

    def test_show_and_ask_are_forms_of_the_title(self) -> None:
        first, *_, last = self.parse(recording("hacker_news", now=NOW))
        assert first.title == "A phone camera app that writes its own tests"
        assert first.names == ("Show HN: A phone camera app that writes its own tests",)
        assert (first.count, first.engagement) == (71, 211.0)
        assert last.url == "https://news.ycombinator.com/item?id=9000004"


class TestWikipedia(JsonContract, Counted):
    source = Wikipedia()
    recordings = {"wikipedia": {}}
    wrapped = ('{"items":[{"project":"en.wikipedia","year":"2026","month":"11","day":"18","articles":[', "]}]}")
    entry = '{"article":"{title}","views":{count},"rank":7}'

    def number(self, item: Item) -> int | None:
        return item.traffic

    def test_main_and_special_pages_are_dropped(self) -> None:
        items = self.parse(recording("wikipedia", now=NOW))
        assert [item.title for item in items] == ["Monsoon (film)", "Skin care", "Pani puri"]
        assert items[0].names == ("Monsoon",)
        assert items[0].url == "https://en.wikipedia.org/wiki/Monsoon_(film)"
        assert items[0].rank == 3

    def test_the_views_belong_to_yesterdays_last_hour(self) -> None:
        first = self.parse(recording("wikipedia", now=NOW))[0]
        assert first.observed_at == dt.datetime(2026, 11, 18, 23, tzinfo=dt.UTC)

    def test_yesterday_is_asked_for_in_utc(self) -> None:
        late = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30)))
        (request,) = self.source.request({"language": "hi"}, late)
        assert request.url.endswith("/top/hi.wikipedia/all-access/2026/11/18")

    def test_a_day_that_is_not_ready_is_no_failure(self) -> None:
        assert 404 in self.source.not_yet
        with pytest.raises(NotYet, match="not published yet"):
            self.parse(recording("wikipedia_waiting", now=NOW))


class TestRss(XmlContract):
    source = Rss()
    recordings = {
        "rss": {"feed_url": "https://magazine.example/magazine.xml"},
        "rss_atom": {"feed_url": "https://magazine.example/journal.xml"},
        "rss_rdf": {"feed_url": "https://magazine.example/paper.xml"},
    }
    needed = {"feed_url": "https://magazine.example/feed"}
    address = "feed_url"
    entry = "<item><title>{title}</title></item>"

    def at(self, server: FeedServer, config: dict[str, str]) -> dict[str, str]:
        return config | {"feed_url": config["feed_url"].replace("https://magazine.example", server.url)}

    def test_links_are_resolved_and_summaries_are_context(self) -> None:
        first = self.parse(recording("rss", now=NOW))[0]
        assert first.context == ("What to look for on the label.",)
        assert first.tags == ("Skin", "Monsoon")
        (item,) = self.parse(self.document([self.one("Rain").replace("</title>", "</title><link>/stalls</link>")]))
        assert item.url == "https://magazine.example/stalls"

    def test_atom_titles_lose_their_markup_and_take_the_right_link(self) -> None:
        first, second = self.parse(recording("rss_atom", now=NOW), self.recordings["rss_atom"])
        assert (first.title, first.url) == ("Ceramides measured", "https://journal.example/1")
        assert second.published_at == NOW - dt.timedelta(hours=3)

    def test_rss_1_is_read(self) -> None:
        (item,) = self.parse(recording("rss_rdf", now=NOW))
        assert item.published_at == NOW - dt.timedelta(hours=5)

    def test_letters_that_only_html_names_are_read(self) -> None:
        (item,) = self.parse(self.document([self.one("Caf&eacute;&nbsp;culture &amp; more")]))
        assert item.title == "Café culture & more"

    @pytest.mark.parametrize("address", ["http://¡et.example/feed", "http://host:badport/feed", "https://[::1/feed"])
    def test_an_address_nobody_could_open_is_refused(self, address: str) -> None:
        with pytest.raises(BadConfig, match="feed_url"):
            self.source.request({"feed_url": address}, NOW)


def test_a_topic_keeps_no_address_that_nobody_could_open() -> None:
    for address in ("http://¡et.example/", "http://host:¡et.example/", "https://host:99999999/", "javascript:alert(1)"):
        assert decoding.web_address(address) == ""
    assert decoding.web_address("https://post.example/ü") == "https://post.example/ü"


def test_a_body_that_declares_nothing_is_read_by_its_header() -> None:
    body = "<rss><channel><item><title>Café</title></item></channel></rss>".encode("latin-1")
    assert "Café" in decoding.in_utf8(body, "text/xml; charset=ISO-8859-1").decode()
    assert decoding.in_utf8(body, "text/xml") == body
    assert decoding.in_utf8(body, "text/xml; charset=x-nobody") == body


def test_the_cast_of_variants_answers_as_named(feeds: FeedServer) -> None:
    for variant in ("429", "500", "404", "403"):
        assert httpx.get(f"{feeds.bad(variant)}/rss").status_code == int(variant)
    assert httpx.get(f"{feeds.bad('429')}/rss").headers["Retry-After"] == "120"


def test_an_unchanged_feed_answers_304_to_its_own_tag(feeds: FeedServer) -> None:
    first = httpx.get(f"{feeds.url}/rss")
    again = httpx.get(f"{feeds.url}/rss", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


@pytest.mark.parametrize("variant", ["html", "bomb", "empty", "truncated", "latin"])
def test_each_broken_variant_is_refused_by_the_parser(feeds: FeedServer, variant: str) -> None:
    content = httpx.get(f"{feeds.bad(variant)}/rss").content
    with pytest.raises(BadFeed):
        GoogleNews().parse(content, config={}, now=NOW)


def test_the_huge_variant_is_huge_and_the_slow_one_slow(feeds: FeedServer) -> None:
    with httpx.stream("GET", f"{feeds.bad('huge')}/rss") as answer:
        first = next(answer.iter_bytes(1_000_000))
    assert len(first) == 1_000_000
    feeds.pause = 0.2
    with pytest.raises(httpx.TimeoutException):
        httpx.get(f"{feeds.bad('slow')}/rss", timeout=0.1)


def test_a_source_can_be_made_to_misbehave_and_to_recover(feeds: FeedServer) -> None:
    feeds.behave("google_news", "500")
    assert httpx.get(f"{feeds.url}/rss").status_code == 500
    feeds.behave("google_news", "ok")
    feeds.serve("/api/v1/trends/tags", b"[]", Cache_Control="max-age=60")
    assert httpx.get(f"{feeds.url}/rss").status_code == 200
    assert httpx.get(f"{feeds.url}/api/v1/trends/tags").headers["Cache-Control"] == "max-age=60"
    assert [asked.path for asked in feeds.asked] == ["/rss", "/rss", "/api/v1/trends/tags"]
