"""Google Trends "trending now" RSS: about ten searches of a country with their approximate volume. Unofficial."""

import datetime as dt
from typing import ClassVar
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from trends.normalise import Kind
from trends.sources import base, decoding

NEWS_LIMIT = 5


class GoogleTrends(base.Source):
    """The namespace of ht: differs between copies of the feed, so elements are found by their local name."""

    key: ClassVar[str] = "google_trends"
    label: ClassVar[str] = "Google Trends"
    platform: ClassVar[str] = ""
    interval: ClassVar[dt.timedelta] = dt.timedelta(minutes=15)
    counting: ClassVar[base.Counting] = base.Counting.LEVEL
    options: ClassVar[tuple[base.Option, ...]] = (base.base_url("https://trends.google.com"), base.COUNTRY)

    def request(self, config: base.Config, _now: dt.datetime, _key: str = "") -> list[base.Request]:
        """Ask for one country's list."""
        chosen = base.settle(config, self.options)
        address = f"{chosen['base_url']}/trending/rss?{urlencode({'geo': chosen['region'].upper()})}"
        return [base.Request(address, base.headers("application/rss+xml, application/xml, text/xml"))]

    def parse(self, content: bytes, *, config: base.Config, now: dt.datetime) -> base.Items:
        """Read the searches; the headlines that explain them become their context."""
        chosen = base.settle(config, self.options)

        def read(entry: Element, rank: int) -> base.Item | None:
            title = decoding.clean(decoding.text_of(entry, "title"))
            if not title:
                return None
            news = [*decoding.children(entry, "news_item")][:NEWS_LIMIT]
            headlines = [decoding.text_of(piece, "news_item_title") for piece in news]
            links = [decoding.web_address(decoding.text_of(piece, "news_item_url")) for piece in news]
            return base.Item(
                title=title,
                kind=Kind.KEYWORD,
                url=next(filter(None, links), ""),
                region=chosen["region"].upper(),
                rank=rank,
                traffic=decoding.count_of(decoding.text_of(entry, "approx_traffic")),
                published_at=decoding.moment(decoding.text_of(entry, "pubDate"), now=now),
                context=tuple(filter(None, headlines)),
            )

        return base.collect(decoding.rss_items(content), read)
