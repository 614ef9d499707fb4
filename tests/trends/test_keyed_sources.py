"""The sources that take a key, or may: what they promise as every source does, and their own manners."""

import base64
import datetime as dt

import pytest

from tests.trends import test_sources as known
from tests.trends.conftest import NOW
from tests.trends.feeds import WEB_PAGE
from tests.trends.recordings import recording
from trends.sources.base import BadFeed
from trends.sources.reddit import Reddit
from trends.sources.x import X
from trends.sources.youtube import YouTube


class TestYouTube(known.JsonContract, known.Counted):
    source = YouTube()
    recordings = {"youtube": {"region": "IN"}}
    key = "example-key-example-key-0123"
    wrapped = ('{"kind":"youtube#videoListResponse","items":[', "]}")
    entry = '{"id":"v","snippet":{"title":"{title}"},"statistics":{"viewCount":"9","commentCount":"{count}"}}'

    def test_a_video_tells_its_views_likes_and_comments(self) -> None:
        first, second, third = self.parse(recording("youtube", now=NOW), {"region": "IN"})
        assert (first.count, first.traffic, first.engagement) == (12050, 3_057_000, 250_400.0)
        assert (second.count, third.engagement) == (None, None)
        assert first.url == "https://www.youtube.com/watch?v=EXAMPLEvid1"
        assert first.context == ("Sample Beats",)
        assert first.tags == ("monsoon", "song")

    def test_pages_are_followed_as_far_as_wished(self) -> None:
        (request,) = self.source.request({"region": "IN", "pages": "3"}, NOW, self.key)
        content, asked = recording("youtube", now=NOW), [request.url]
        while following := self.source.more(content, request):
            request = following
            asked.append(request.url)
            assert request.headers["X-Goog-Api-Key"] == self.key
        assert len(asked) == 3
        assert all("pageToken=CAMQAA" in url and "chart=mostPopular" in url for url in asked[1:])
        assert self.source.more(b'{"items":[]}', self.source.request({"pages": "4"}, NOW)[0]) is None

    def test_a_spent_quota_is_told_from_a_wrong_key(self) -> None:
        spent = (
            b'{"error":{"code":403,"message":"The request cannot be completed.","errors":[{"reason":"quotaExceeded"}]}}'
        )
        wrong = b'{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","errors":[]}}'
        assert "quota of this key is spent" in self.source.why_refused(403, spent)
        assert "API key not valid" in self.source.why_refused(400, wrong)
        assert self.source.why_refused(403, WEB_PAGE) == ""


class TestX(known.JsonContract, known.Counted):
    source = X()
    recordings = {"x": {}}
    key = "example-bearer-example-bearer"
    wrapped = ('{"data":[', "]}")
    entry = '{"trend_name":"{title}","tweet_count":{count}}'

    def test_hashtags_and_words_are_told_apart_and_a_count_may_be_missing(self) -> None:
        items = self.parse(recording("x", now=NOW))
        assert [(item.kind.value, item.count) for item in items[:2]] == [("hashtag", 12345), ("keyword", None)]
        assert items[0].url == "https://x.com/search?q=%23MonsoonSkin"

    def test_a_place_is_asked_for(self) -> None:
        (request,) = self.source.request({"woeid": "23424848"}, NOW, self.key)
        assert "/2/trends/by/woeid/23424848?max_trends=50&" in request.url
        assert request.headers["Authorization"] == f"Bearer {self.key}"

    def test_its_own_words_of_refusal_are_passed_on(self) -> None:
        body = b'{"title":"CreditsDepleted","detail":"Your account has no credits.","type":"about:blank","status":402}'
        assert self.source.why_refused(402, body) == "X refuses (402): “Your account has no credits.”."
        with pytest.raises(BadFeed, match="Your account has no credits"):
            self.parse(body)


class TestRedditByFeed(known.XmlContract):
    source = Reddit()
    recordings = {"reddit": {"subreddit": "SkincareExample"}}
    wrapped = ('<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom">', "</feed>")
    entry = "<entry><title>{title}</title></entry>"
    dated = "published"

    def test_posts_have_a_rank_and_no_count(self) -> None:
        first = self.parse(recording("reddit", now=NOW))[0]
        assert (first.rank, first.count, first.tags) == (1, None, ("r/SkincareExample",))
        assert first.url == "https://www.reddit.com/r/SkincareExample/comments/aaa111/humid/"
        assert first.published_at == NOW - dt.timedelta(hours=3)

    def test_top_means_of_the_day(self) -> None:
        (request,) = self.source.request({"subreddit": "india", "list": "top"}, NOW)
        assert request.url == "https://www.reddit.com/r/india/top/.rss?limit=25&t=day"


class TestRedditByApp(known.JsonContract, known.Counted):
    source = Reddit()
    recordings = {"reddit_listing": {"subreddit": "SkincareExample"}}
    key = "example-token"
    address = "api_url"
    wrapped = ('{"kind":"Listing","data":{"children":[', "]}}")
    entry = '{"kind":"t3","data":{"title":"{title}","num_comments":{count},"score":2,"permalink":"/r/x/1"}}'

    @pytest.mark.parametrize("content", [b"null", b"3", b'"x"', b"{}", b'{"error":"down"}'])
    def test_json_of_another_shape_is_refused(self, content: bytes) -> None:
        with pytest.raises(BadFeed):
            self.parse(content)

    def test_xml_instead_of_json_is_refused(self) -> None:
        assert self.parse(b'<feed xmlns="http://www.w3.org/2005/Atom"/>') == []  # by then it is the other door's answer

    def test_comments_are_counted_the_score_is_engagement_and_pinned_posts_are_passed_over(self) -> None:
        items = self.parse(recording("reddit_listing", now=NOW))
        assert [(item.count, item.engagement) for item in items] == [(212, 1530.0), (41, 0.0), (300, 80.0)]

    def test_a_token_is_asked_for_with_the_apps_id_and_secret(self) -> None:
        asked = self.source.sign_in({}, "app-id:app-secret")
        assert asked is not None
        assert asked.body == b"grant_type=client_credentials"
        assert base64.b64decode(asked.headers["Authorization"].removeprefix("Basic ")) == b"app-id:app-secret"
        token = self.source.token(b'{"access_token":"abcdef","expires_in":3600}')
        assert (token.value, token.lasts) == ("abcdef", dt.timedelta(hours=1))
        assert "abcdef" not in repr(token)
        with pytest.raises(BadFeed, match="no token"):
            self.source.token(b'{"error":"invalid_grant"}')
