"""Hacker News' front page in one request, through its search (hn.algolia.com): points and comments per story."""

import datetime as dt
from typing import Any, ClassVar
from urllib.parse import urlencode

from trends.normalise import Kind
from trends.sources import base, decoding

LIMIT = 50
PREFIXES = ("Show HN: ", "Ask HN: ", "Tell HN: ", "Launch HN: ")
DISCUSSION = "https://news.ycombinator.com/item?id="


class HackerNews(base.Source):
    """The count is the comments (what is said), engagement the points."""

    key: ClassVar[str] = "hacker_news"
    label: ClassVar[str] = "Hacker News"
    platform: ClassVar[str] = ""
    interval: ClassVar[dt.timedelta] = dt.timedelta(minutes=10)
    counting: ClassVar[base.Counting] = base.Counting.TOTAL
    options: ClassVar[tuple[base.Option, ...]] = (base.base_url("https://hn.algolia.com"),)

    def request(self, config: base.Config, _now: dt.datetime, _key: str = "") -> list[base.Request]:
        """Ask for the front page."""
        chosen = base.settle(config, self.options)
        query = urlencode({"tags": "front_page", "hitsPerPage": LIMIT})
        return [base.Request(f"{chosen['base_url']}/api/v1/search?{query}", base.headers("application/json"))]

    def parse(self, content: bytes, *, config: base.Config, now: dt.datetime) -> base.Items:
        """Read the stories; a title keeps its form with "Show HN:" among its names."""
        base.settle(config, self.options)
        entries = decoding.listed(decoding.json_document(content), "hits")

        def read(entry: Any, rank: int) -> base.Item | None:
            told = decoding.record(entry)
            shown = decoding.clean(told.get("title"))
            title = _bare(shown)
            if not title:
                return None
            points = decoding.count_of(told.get("points"))
            began = decoding.moment(told.get("created_at_i") or told.get("created_at"), now=now)
            return base.Item(
                title=title,
                kind=Kind.HEADLINE,
                url=decoding.web_address(told.get("url")) or _discussion(told.get("objectID")),
                language="en",
                count=decoding.count_of(told.get("num_comments")),
                rank=rank,
                engagement=None if points is None else float(points),
                published_at=began,
                names=(shown,) if shown != title else (),
            )

        return base.collect(entries, read)


def _bare(title: str) -> str:
    for prefix in PREFIXES:
        if title.startswith(prefix):
            return title.removeprefix(prefix).strip()
    return title


def _discussion(number: Any) -> str:
    return f"{DISCUSSION}{number}" if isinstance(number, str) and number.isascii() and number.isdigit() else ""
