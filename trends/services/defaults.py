"""The sources a new installation begins with: free, open, no key needed."""

import datetime as dt
from dataclasses import dataclass, field

from trends import sources
from trends.models import TrendSource


@dataclass(frozen=True)
class Feed:
    """One source of the beginning."""

    kind: str
    name: str
    region: str = ""
    language: str = ""
    category: str = ""
    config: dict[str, str] = field(default_factory=dict)
    interval: dt.timedelta | None = None


HALF_HOUR = dt.timedelta(minutes=30)
FEEDS = (
    Feed("google_trends", "Google Trends India", region="IN", language="en"),
    Feed("google_trends", "Google Trends United States", region="US", language="en"),
    Feed("google_news", "Google News India", region="IN", language="en"),
    Feed("google_news", "Google News India, Hindi", region="IN", language="hi"),
    Feed("google_news", "Google News United States", region="US", language="en"),
    Feed("google_news", "Google News United Kingdom", region="GB", language="en"),
    *(
        Feed("google_news", f"Google News India, {section.lower()}", "IN", "en", section, interval=HALF_HOUR)
        for section in ("BUSINESS", "TECHNOLOGY", "ENTERTAINMENT", "SPORTS", "SCIENCE", "HEALTH")
    ),
    Feed("mastodon", "mastodon.social, hashtags"),
    Feed("mastodon", "mastodon.social, links", config={"list": "links"}),
    Feed("bluesky", "Bluesky"),
    Feed("hacker_news", "Hacker News", language="en"),
    Feed("wikipedia", "Wikipedia, English", language="en"),
    Feed("wikipedia", "Wikipedia, Hindi", language="hi"),
)


def ensure() -> int:
    """Add the sources that are not there yet, due at once; returns how many there are of these."""
    rows = [
        TrendSource(
            kind=feed.kind,
            name=feed.name,
            region=feed.region,
            language=feed.language,
            category=feed.category,
            config=feed.config,
            interval=feed.interval or sources.source(feed.kind).interval,
        )
        for feed in FEEDS
    ]
    TrendSource.objects.bulk_create(rows, ignore_conflicts=True)
    return TrendSource.objects.filter(is_example=False, name__in=[feed.name for feed in FEEDS]).count()
