"""The sources a new installation begins with: on are those that are free, open and need no key; the rest wait, off."""

import datetime as dt
from dataclasses import dataclass, field

from django.conf import settings

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
    enabled: bool = True


HALF_HOUR = dt.timedelta(minutes=30)
FEEDS = (
    *(
        Feed("google_trends", f"Google Trends {country}", region=region, language="en")
        for country, region in (("India", "IN"), ("United States", "US"), ("United Kingdom", "GB"))
    ),
    *(
        Feed("google_trends", f"Google Trends {country}", region=region, enabled=False)
        for country, region in (("Australia", "AU"), ("Brazil", "BR"), ("Germany", "DE"), ("Portugal", "PT"))
    ),
    Feed("google_news", "Google News India", region="IN", language="en"),
    *(
        Feed("google_news", f"Google News India, {tongue}", region="IN", language=language)
        for tongue, language in (("Hindi", "hi"), ("Tamil", "ta"), ("Telugu", "te"), ("Bengali", "bn"))
    ),
    *(
        Feed("google_news", f"Google News India, {tongue}", region="IN", language=language, enabled=False)
        for tongue, language in (("Marathi", "mr"), ("Malayalam", "ml"), ("Gujarati", "gu"))
    ),
    Feed("google_news", "Google News United States", region="US", language="en"),
    Feed("google_news", "Google News United Kingdom", region="GB", language="en"),
    *(
        Feed("google_news", f"Google News {country}", region=region, language=language, enabled=False)
        for country, region, language in (
            ("Australia", "AU", "en"),
            ("Brazil", "BR", "pt-BR"),
            ("Germany", "DE", "de"),
            ("Portugal", "PT", "pt-PT"),
        )
    ),
    *(
        Feed("google_news", f"Google News India, {section.lower()}", "IN", "en", section, interval=HALF_HOUR)
        for section in ("BUSINESS", "TECHNOLOGY", "ENTERTAINMENT", "SPORTS", "SCIENCE", "HEALTH")
    ),
    Feed("mastodon", "mastodon.social, hashtags"),
    Feed("mastodon", "mastodon.social, links", config={"list": "links"}),
    Feed("bluesky", "Bluesky"),
    Feed("hacker_news", "Hacker News", language="en"),
    *(
        Feed("wikipedia", f"Wikipedia, {tongue}", language=language)
        for tongue, language in (("English", "en"), ("Hindi", "hi"), ("Tamil", "ta"), ("Bengali", "bn"))
    ),
    *(
        Feed("reddit", f"r/{name}", language="en", config={"subreddit": name}, enabled=False)
        for name in ("popular", "india", "worldnews", "technology", "SkincareAddiction", "food")
    ),
    Feed("x", "X, the world", enabled=False),
    Feed("x", "X, India", region="IN", config={"woeid": "23424848"}, enabled=False),
    Feed("youtube", "YouTube India", region="IN", enabled=False),
    Feed("youtube", "YouTube United States", region="US", enabled=False),
    Feed("own_posts", "Own posts"),
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
            enabled=feed.enabled,
        )
        for feed in FEEDS
        if feed.kind in settings.TREND_SOURCES
    ]
    TrendSource.objects.bulk_create(rows, ignore_conflicts=True)
    return TrendSource.objects.filter(is_example=False, name__in=[feed.name for feed in FEEDS]).count()
