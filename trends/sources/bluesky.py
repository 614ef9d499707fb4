"""Bluesky's trends (app.bsky.unspecced.getTrends, or getTrendingTopics). "Unspecced": it may change."""

import datetime as dt
from typing import Any, ClassVar
from urllib.parse import urlencode

from trends.normalise import Kind
from trends.sources import base, decoding

LIMIT = 25
SITE = "https://bsky.app"
ANSWER = {"getTrends": "trends", "getTrendingTopics": "topics"}


class Bluesky(base.Source):
    """getTrends counts posts since the trend began; getTrendingTopics gives names only."""

    key: ClassVar[str] = "bluesky"
    label: ClassVar[str] = "Bluesky"
    platform: ClassVar[str] = "bluesky"
    interval: ClassVar[dt.timedelta] = dt.timedelta(minutes=10)
    counting: ClassVar[base.Counting] = base.Counting.TOTAL
    options: ClassVar[tuple[base.Option, ...]] = (
        base.base_url("https://public.api.bsky.app"),
        base.Option("list", "getTrends", "getTrends or getTrendingTopics", r"getTrends|getTrendingTopics"),
    )

    def request(self, config: base.Config, _now: dt.datetime, _key: str = "") -> list[base.Request]:
        """Ask for the longest list there is."""
        chosen = base.settle(config, self.options)
        query = urlencode({"limit": LIMIT})
        address = f"{chosen['base_url']}/xrpc/app.bsky.unspecced.{chosen['list']}?{query}"
        return [base.Request(address, base.headers("application/json"))]

    def parse(self, content: bytes, *, config: base.Config, now: dt.datetime) -> base.Items:
        """Read the trends under their display names."""
        chosen = base.settle(config, self.options)
        entries = decoding.listed(decoding.json_document(content), ANSWER[chosen["list"]])

        def read(entry: Any, rank: int) -> base.Item | None:
            told = decoding.record(entry)
            topic, shown = decoding.clean(told.get("topic")), decoding.clean(told.get("displayName"))
            title = shown or topic
            if not title:
                return None
            category = decoding.clean(told.get("category"), limit=60)
            return base.Item(
                title=title,
                kind=Kind.HASHTAG if title.startswith("#") else Kind.KEYWORD,
                url=decoding.web_address(told.get("link"), under=SITE),
                count=decoding.count_of(told.get("postCount")),
                rank=rank,
                published_at=decoding.moment(told.get("startedAt"), now=now),
                names=(topic,) if topic and topic != title else (),
                context=tuple(filter(None, [decoding.clean(told.get("description"))])),
                tags=(category,) if category else (),
            )

        return base.collect(entries, read)
