"""Any RSS or Atom feed that an operator names: a magazine, a blog, a search, an agency."""

import datetime as dt
from typing import ClassVar

from trends.normalise import Kind
from trends.sources import base, decoding, syndication


class Rss(base.Source):
    """A headline counts once per article under it, on the day it came out."""

    key: ClassVar[str] = "rss"
    label: ClassVar[str] = "RSS feed"
    platform: ClassVar[str] = ""
    interval: ClassVar[dt.timedelta] = dt.timedelta(minutes=30)
    counting: ClassVar[base.Counting] = base.Counting.LEVEL
    stale_after: ClassVar[dt.timedelta | None] = dt.timedelta(days=1)
    options: ClassVar[tuple[base.Option, ...]] = (
        base.Option("feed_url", "", "the feed's whole address, beginning with http", r"https?://\S{3,1000}"),
        base.Option("language", "", "a language code such as en or hi", r"([a-z]{2,3}(-[A-Za-z0-9]{2,8})?)?"),
        base.Option("region", "", "a two-letter country code such as IN", r"([A-Za-z]{2})?"),
        base.Option("category", "", "what it is about, in a word", r".{0,60}"),
    )

    def request(self, config: base.Config, _now: dt.datetime, _key: str = "") -> list[base.Request]:
        """Ask for the feed."""
        chosen = base.settle(config, self.options)
        if not decoding.web_address(chosen["feed_url"]):
            raise base.BadConfig("feed_url is not a web address. Give the feed's whole address, with http or https.")
        return [base.Request(chosen["feed_url"], base.headers(syndication.ACCEPT))]

    def parse(self, content: bytes, *, config: base.Config, now: dt.datetime) -> base.Items:
        """Read the entries of RSS 2, RSS 1 or Atom."""
        chosen = base.settle(config, self.options)

        def read(entry: syndication.Entry, rank: int) -> base.Item | None:
            if not entry.title:
                return None
            own = (chosen["category"].lower(),) if chosen["category"] else ()
            return base.Item(
                title=entry.title,
                kind=Kind.HEADLINE,
                url=entry.link,
                language=chosen["language"],
                region=chosen["region"].upper(),
                count=1,
                rank=rank,
                published_at=decoding.moment(entry.published, now=now),
                context=(entry.summary,) if entry.summary else (),
                tags=(*own, *entry.categories),
            )

        return base.collect(syndication.entries(content, site=chosen["feed_url"]), read, add_counts=True)
