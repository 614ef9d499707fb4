"""A subreddit's posts: by RSS without an account (no scores, one request in 30 s), by OAuth with an approved app."""

import base64
import datetime as dt
import re
from typing import Any, ClassVar
from urllib.parse import urlencode

from trends.normalise import Kind
from trends.sources import base, decoding, syndication

LIMIT = 100
FEED_LIMIT = 25
SITE = "https://www.reddit.com"
SHORTEST = dt.timedelta(minutes=1)
LONGEST = dt.timedelta(days=1)
JSON_START = re.compile(rb"\s*[{\[]")
NAME = r"[A-Za-z0-9_]{2,30}"
STICKY = ("stickied", "over_18")


class Reddit(base.Source):
    """With an app the count is the comments and engagement the score; by RSS a post is a headline with a rank."""

    key: ClassVar[str] = "reddit"
    label: ClassVar[str] = "Reddit"
    platform: ClassVar[str] = "reddit"
    interval: ClassVar[dt.timedelta] = dt.timedelta(minutes=30)
    counting: ClassVar[base.Counting] = base.Counting.TOTAL
    floor: ClassVar[dt.timedelta] = dt.timedelta(minutes=10)
    spacing: ClassVar[dt.timedelta] = dt.timedelta(seconds=30)
    spacing_signed_in: ClassVar[dt.timedelta | None] = dt.timedelta(seconds=1)  # about 100 a minute are allowed
    stale_after: ClassVar[dt.timedelta | None] = dt.timedelta(days=1)
    credential: ClassVar[base.Credential | None] = base.Credential(
        "client_id:client_secret of an app Reddit has approved; empty asks by RSS",
        r"[\w-]{5,60}:[\w-]{5,100}",
        required=False,
    )
    options: ClassVar[tuple[base.Option, ...]] = (
        base.base_url(SITE),
        base.Option("api_url", "https://oauth.reddit.com", "where apps ask", r"https?://[^\s?#]+[^\s?#/]"),
        base.Option(
            "subreddit", "all", "a subreddit's name without r/", r"[A-Za-z0-9_]{2,30}(\+[A-Za-z0-9_]{2,30}){0,9}"
        ),
        base.Option("list", "hot", "hot, top (of the day), new or rising", r"hot|top|new|rising"),
        base.Option("language", "", "a language code such as en or hi", r"([a-z]{2,3}(-[A-Za-z0-9]{2,8})?)?"),
        base.Option("user_agent", base.USER_AGENT, "a name and a way to reach you, as Reddit asks", r"[ -~]{5,200}"),
    )

    def request(self, config: base.Config, _now: dt.datetime, key: str = "") -> list[base.Request]:
        """Ask by OAuth with a token, by RSS without."""
        chosen = base.settle(config, self.options)
        day = {"t": "day"} if chosen["list"] == "top" else {}
        place = f"/r/{chosen['subreddit']}/{chosen['list']}"
        if key:
            query = urlencode({"limit": LIMIT, "raw_json": 1} | day)
            signed = _headers("application/json", chosen) | {"Authorization": f"bearer {key}"}
            return [base.Request(f"{chosen['api_url']}{place}?{query}", signed)]
        query = urlencode({"limit": FEED_LIMIT} | day)
        return [base.Request(f"{chosen['base_url']}{place}/.rss?{query}", _headers(syndication.ACCEPT, chosen))]

    def sign_in(self, config: base.Config, credential: str) -> base.Request | None:
        """Ask for an app's token (client credentials)."""
        chosen = base.settle(config, self.options)
        basic = base64.b64encode(credential.encode()).decode()
        signed = _headers("application/json", chosen) | {
            "Authorization": f"Basic {basic}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return base.Request(f"{chosen['base_url']}/api/v1/access_token", signed, b"grant_type=client_credentials")

    def token(self, content: bytes) -> base.Token:
        """Read the token and how long it lasts."""
        told = decoding.json_document(content)
        value = told.get("access_token") if isinstance(told, dict) else None
        if not isinstance(value, str) or not base.fits(value, r"[\x21-\x7e]{5,4000}"):
            raise base.BadFeed("Reddit gave no token for these credentials. Check the app's id and secret.")
        lasts = dt.timedelta(seconds=min(decoding.count_of(told.get("expires_in")) or 3600, 86_400))
        return base.Token(value, min(max(lasts, SHORTEST), LONGEST))

    def parse(self, content: bytes, *, config: base.Config, now: dt.datetime) -> base.Items:
        """Read a listing (JSON, by OAuth) or a feed (Atom)."""
        chosen = base.settle(config, self.options)
        if JSON_START.match(content):
            return _listing(content, language=chosen["language"], now=now)

        def read(entry: syndication.Entry, rank: int) -> base.Item | None:
            if not entry.title:
                return None
            return base.Item(
                title=entry.title,
                kind=Kind.HEADLINE,
                url=entry.link,
                language=chosen["language"],
                rank=rank,
                published_at=decoding.moment(entry.published, now=now),
                tags=tuple(f"r/{name}" for name in entry.categories),
            )

        return base.collect(syndication.entries(content, site=SITE), read)


def _listing(content: bytes, *, language: str, now: dt.datetime) -> base.Items:
    document = decoding.json_document(content)
    told = document.get("data") if isinstance(document, dict) else None
    entries = decoding.listed(told, "children")

    def read(entry: Any, rank: int) -> base.Item | None:
        post = decoding.record(decoding.record(entry).get("data"))
        title = decoding.clean(post.get("title"))
        if not title or any(post.get(mark) is True for mark in STICKY):
            return None
        place = decoding.clean(post.get("subreddit"), limit=40)
        return base.Item(
            title=title,
            kind=Kind.HEADLINE,
            url=decoding.web_address(post.get("permalink"), under=SITE),
            language=language,
            count=decoding.count_of(post.get("num_comments")),
            rank=rank,
            engagement=_score(post.get("score")),
            published_at=decoding.moment(post.get("created_utc"), now=now),
            tags=(f"r/{place}",) if place else (),
        )

    return base.collect(entries, read)


def _score(value: Any) -> float | None:
    """Return a post's score; voted below zero is no engagement."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(decoding.count_of(max(0, value)) or 0)


def _headers(accept: str, chosen: dict[str, str]) -> dict[str, str]:
    return base.headers(accept, user_agent=chosen["user_agent"])
