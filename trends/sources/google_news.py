"""Google News RSS: headlines by country and language, by section or by search. Unofficial, at most 100 items."""

import datetime as dt
from typing import ClassVar
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from trends.normalise import Kind, without_source
from trends.sources import base, decoding

SECTIONS = "WORLD|NATION|BUSINESS|TECHNOLOGY|ENTERTAINMENT|SPORTS|SCIENCE|HEALTH"


class GoogleNews(base.Source):
    """A headline counts once per article under it."""

    key: ClassVar[str] = "google_news"
    label: ClassVar[str] = "Google News"
    platform: ClassVar[str] = ""
    interval: ClassVar[dt.timedelta] = dt.timedelta(minutes=15)
    counting: ClassVar[base.Counting] = base.Counting.LEVEL
    options: ClassVar[tuple[base.Option, ...]] = (
        base.base_url("https://news.google.com"),
        base.LANGUAGE,
        base.COUNTRY,
        base.Option("category", "", f"a section ({SECTIONS.replace('|', ', ')}) or empty", rf"({SECTIONS})?"),
        base.Option("query", "", "words to search, with when:7d, site: or intitle: as wanted"),
    )

    def request(self, config: base.Config, _now: dt.datetime, _key: str = "") -> list[base.Request]:
        """Ask for the search, the section or the front page."""
        chosen = base.settle(config, self.options)
        language, country = chosen["language"], chosen["region"].upper()
        place = {"hl": f"{language}-{country}" if "-" not in language else language, "gl": country}
        place["ceid"] = f"{country}:{language}"
        query = {"q": chosen["query"]} if chosen["query"] else {}
        address = f"{chosen['base_url']}{self._path(chosen)}?{urlencode(query | place)}"
        return [base.Request(address, base.headers("application/rss+xml, application/xml, text/xml"))]

    def parse(self, content: bytes, *, config: base.Config, now: dt.datetime) -> base.Items:
        """Read the headlines, without their source's name."""
        chosen = base.settle(config, self.options)

        def read(entry: Element, rank: int) -> base.Item | None:
            publisher = decoding.text_of(entry, "source")
            headline = decoding.text_of(entry, "title")
            title = decoding.clean(without_source(headline, publisher))
            if not title:
                return None
            return base.Item(
                title=title,
                kind=Kind.HEADLINE,
                url=decoding.web_address(decoding.text_of(entry, "link")),
                language=chosen["language"],
                region=chosen["region"].upper(),
                count=1,
                rank=rank,
                published_at=decoding.moment(decoding.text_of(entry, "pubDate"), now=now),
                context=(f"{title} ({publisher})",) if publisher else (),
                tags=(chosen["category"].lower(),) if chosen["category"] else (),
            )

        return base.collect(decoding.rss_items(content), read, add_counts=True)

    @staticmethod
    def _path(chosen: dict[str, str]) -> str:
        if chosen["query"]:
            return "/rss/search"
        return f"/rss/headlines/section/topic/{chosen['category']}" if chosen["category"] else "/rss"
