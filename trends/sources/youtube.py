"""YouTube's most popular videos of a country (Data API v3). Since July 2025: music, films and games only."""

import datetime as dt
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from trends.normalise import Kind
from trends.sources import base, decoding

SIZE = 50
PAGES = 4
PAGE_TOKEN = r"[A-Za-z0-9_=-]{1,200}"  # noqa: S105 - a place in a list
WATCH = "https://www.youtube.com/watch?v="
NO_QUOTA = {"quotaExceeded", "dailyLimitExceeded", "rateLimitExceeded", "userRateLimitExceeded"}


class YouTube(base.Source):
    """The count is the comments (what is said), traffic the views, engagement the likes: all since it came out."""

    key: ClassVar[str] = "youtube"
    label: ClassVar[str] = "YouTube"
    platform: ClassVar[str] = "youtube"
    interval: ClassVar[dt.timedelta] = dt.timedelta(minutes=30)
    counting: ClassVar[base.Counting] = base.Counting.TOTAL
    quota: ClassVar[base.Quota | None] = base.Quota(10_000, "America/Los_Angeles")
    credential: ClassVar[base.Credential | None] = base.Credential(
        "an API key of a Google Cloud project with the YouTube Data API v3", r"[A-Za-z0-9_-]{20,100}"
    )
    options: ClassVar[tuple[base.Option, ...]] = (
        base.base_url("https://youtube.googleapis.com"),
        base.COUNTRY,
        base.Option("category", "", "a category's number: 10 music, 1 films, 20 games; empty is all", r"\d{0,3}"),
        base.Option("pages", "1", "pages of 50 videos, 1 to 4; each costs one unit", r"[1-4]"),
    )

    def request(self, config: base.Config, _now: dt.datetime, key: str = "") -> list[base.Request]:
        """Ask for the first page; the key goes in a header, which nobody logs."""
        chosen = base.settle(config, self.options)
        query = {
            "part": "snippet,statistics",
            "chart": "mostPopular",
            "regionCode": chosen["region"].upper(),
            "maxResults": str(SIZE),
        }
        if chosen["category"]:
            query["videoCategoryId"] = chosen["category"]
        # A fragment is never sent: the pages still wished for travel there, from one request to the next.
        address = f"{chosen['base_url']}/youtube/v3/videos?{urlencode(query)}#{chosen['pages']}"
        signed = {"X-Goog-Api-Key": key} if key else {}
        return [base.Request(address, base.headers("application/json") | signed)]

    def parse(self, content: bytes, *, config: base.Config, now: dt.datetime) -> base.Items:
        """Read the videos under their titles."""
        chosen = base.settle(config, self.options)
        entries = decoding.listed(decoding.json_document(content), "items")

        def read(entry: Any, rank: int) -> base.Item | None:
            told = decoding.record(entry)
            about, figures = _part(told, "snippet"), _part(told, "statistics")
            title, likes = decoding.clean(about.get("title")), decoding.count_of(figures.get("likeCount"))
            if not title:
                return None
            tags = about.get("tags")
            return base.Item(
                title=title,
                kind=Kind.HEADLINE,
                url=_watch(told.get("id")),
                language=decoding.clean(about.get("defaultAudioLanguage"), limit=8),
                region=chosen["region"].upper(),
                count=decoding.count_of(figures.get("commentCount")),
                rank=rank,
                traffic=decoding.count_of(figures.get("viewCount")),
                engagement=None if likes is None else float(likes),
                published_at=decoding.moment(about.get("publishedAt"), now=now),
                context=tuple(filter(None, [decoding.clean(about.get("channelTitle"), limit=120)])),
                tags=tuple(decoding.clean(tag, limit=60) for tag in tags[:10]) if isinstance(tags, list) else (),
            )

        return base.collect(entries, read)

    def more(self, content: bytes, request: base.Request) -> base.Request | None:
        """Ask for the next page while there is one and pages were wished for."""
        document = decoding.json_document(content)
        token = document.get("nextPageToken") if isinstance(document, dict) else None
        address, _, left = request.url.partition("#")
        if not isinstance(token, str) or not base.fits(token, PAGE_TOKEN) or int(left or 1) <= 1:
            return None
        parts = urlsplit(address)
        query = urlencode(dict(parse_qsl(parts.query)) | {"pageToken": token})
        return base.Request(parts._replace(query=query, fragment=str(int(left) - 1)).geturl(), request.headers)

    def why_refused(self, _status: int, content: bytes) -> str:
        """Tell a spent quota and a wrong key apart: both come as 403 or 400."""
        try:
            told = decoding.json_document(content)
        except base.BadFeed:
            return ""
        error = _part(told, "error") if isinstance(told, dict) else {}
        reasons = {str(each.get("reason")) for each in error.get("errors") or [] if isinstance(each, dict)}
        if reasons & NO_QUOTA:
            return "YouTube says that the day's quota of this key is spent. We ask again when it may be better."
        words = decoding.clean(error.get("message"), limit=160)
        return f"YouTube refuses: “{words}”" if words else ""


def _watch(video: Any) -> str:
    return f"{WATCH}{video}" if isinstance(video, str) and base.fits(video, r"[A-Za-z0-9_-]{1,40}") else ""


def _part(told: Any, name: str) -> dict[str, Any]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}
