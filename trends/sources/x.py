"""X's trends of a place (API v2, by woeid). An app's bearer token is needed, and every request costs money."""

import datetime as dt
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from trends.normalise import Kind
from trends.sources import base, decoding

MOST = 50
SITE = "https://x.com/search?q="


class X(base.Source):
    """A trend's posts, where X tells them, are of the last day or so: a level, not a total."""

    key: ClassVar[str] = "x"
    label: ClassVar[str] = "X"
    platform: ClassVar[str] = "x"
    interval: ClassVar[dt.timedelta] = dt.timedelta(hours=1)
    counting: ClassVar[base.Counting] = base.Counting.LEVEL
    floor: ClassVar[dt.timedelta] = dt.timedelta(minutes=30)
    spacing: ClassVar[dt.timedelta] = dt.timedelta(seconds=12)  # 75 in 15 minutes
    quota: ClassVar[base.Quota | None] = base.Quota(100)  # about a dollar a day, at 0.010 USD each
    credential: ClassVar[base.Credential | None] = base.Credential(
        "the bearer token of an app of yours at X", r"[A-Za-z0-9%._~+/=-]{20,400}"
    )
    options: ClassVar[tuple[base.Option, ...]] = (
        base.base_url("https://api.x.com"),
        base.Option(
            "woeid", "1", "a place's number: 1 the world, 23424848 India, 23424977 the United States", r"\d{1,10}"
        ),
        base.Option("region", "", "that place's two-letter country code, empty for the world", r"([A-Za-z]{2})?"),
    )

    def request(self, config: base.Config, _now: dt.datetime, key: str = "") -> list[base.Request]:
        """Ask for one place's list."""
        chosen = base.settle(config, self.options)
        query = urlencode({"max_trends": MOST, "trend.fields": "trend_name,tweet_count"})
        signed = {"Authorization": f"Bearer {key}"} if key else {}
        address = f"{chosen['base_url']}/2/trends/by/woeid/{int(chosen['woeid'])}?{query}"
        return [base.Request(address, base.headers("application/json") | signed)]

    def parse(self, content: bytes, *, config: base.Config, now: dt.datetime) -> base.Items:
        """Read the trends; most have no number of posts."""
        del now  # X dates nothing
        chosen = base.settle(config, self.options)
        document = decoding.json_document(content)
        if isinstance(document, dict) and "data" not in document and (words := _words(document)):
            raise base.BadFeed(f"X answered: “{words}”.")

        def read(entry: Any, rank: int) -> base.Item | None:
            told = decoding.record(entry)
            name = decoding.clean(told.get("trend_name"))
            if not name.strip("#"):
                return None
            return base.Item(
                title=name,
                kind=Kind.HASHTAG if name.startswith("#") else Kind.KEYWORD,
                url=decoding.web_address(f"{SITE}{quote(name)}"),
                region=chosen["region"].upper(),
                count=decoding.count_of(told.get("tweet_count")),
                rank=rank,
            )

        return base.collect(decoding.listed(document, "data"), read)

    def why_refused(self, status: int, content: bytes) -> str:
        """Pass on X's own words: an app without credits answers 402, one without access 403."""
        try:
            words = _words(decoding.json_document(content))
        except base.BadFeed:
            words = ""
        return f"X refuses ({status}): “{words}”." if words else ""


def _words(document: Any) -> str:
    """Return what a problem document says."""
    if not isinstance(document, dict):
        return ""
    errors = document.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    told = (document.get("detail"), document.get("title"), first.get("detail"), first.get("message"))
    return next(filter(None, (decoding.clean(words, limit=160) for words in told)), "")
