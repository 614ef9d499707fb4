"""Mastodon's public trends: hashtags or shared links of one instance, with a week of daily use (as strings)."""

import datetime as dt
from typing import Any, ClassVar
from urllib.parse import urlencode

from trends.normalise import Kind
from trends.sources import base, decoding

LIMITS = {"tags": 20, "links": 20}
LAST_HOUR = dt.timedelta(hours=23)
DAYS = 7


class Mastodon(base.Source):
    """`list` is tags or links: two requests of one instance are two sources, so that one may fail alone."""

    key: ClassVar[str] = "mastodon"
    label: ClassVar[str] = "Mastodon"
    platform: ClassVar[str] = "mastodon"
    interval: ClassVar[dt.timedelta] = dt.timedelta(minutes=15)
    counting: ClassVar[base.Counting] = base.Counting.DAY
    options: ClassVar[tuple[base.Option, ...]] = (
        base.base_url("https://mastodon.social"),
        base.Option("list", "tags", "tags or links", r"tags|links"),
    )

    def request(self, config: base.Config, _now: dt.datetime, _key: str = "") -> list[base.Request]:
        """Ask for the longest list an instance gives."""
        chosen = base.settle(config, self.options)
        query = urlencode({"limit": LIMITS[chosen["list"]]})
        address = f"{chosen['base_url']}/api/v1/trends/{chosen['list']}?{query}"
        return [base.Request(address, base.headers("application/json"))]

    def parse(self, content: bytes, *, config: base.Config, now: dt.datetime) -> base.Items:
        """Read tags (by name) or links (by title); the count is today's uses, engagement the people using it."""
        tags = base.settle(config, self.options)["list"] == "tags"
        document = decoding.json_document(content)
        if not isinstance(document, list):
            raise base.BadFeed(_reason(document))

        def read(entry: Any, rank: int) -> base.Item | None:
            told = decoding.record(entry)
            name = decoding.clean(told.get("name") if tags else told.get("title"))
            if not name.strip("#"):
                return None
            uses, people = _by_day(told.get("history"), "uses", now), _by_day(told.get("history"), "accounts", now)
            today = now.replace(hour=0, minute=0, second=0, microsecond=0)
            return base.Item(
                title=f"#{name.lstrip('#')}" if tags else name,
                kind=Kind.HASHTAG if tags else Kind.HEADLINE,
                url=decoding.web_address(told.get("url")),
                language=decoding.clean(told.get("language"), limit=8),
                count=uses.get(today),
                rank=rank,
                engagement=_as_float(people.get(today)),
                context=_about(told),
                history=tuple((day + LAST_HOUR, number) for day, number in sorted(uses.items()) if day < today),
            )

        return base.collect(document, read)


def _reason(document: Any) -> str:
    words = decoding.clean(document.get("error"), limit=120) if isinstance(document, dict) else ""
    return f"The instance answered: “{words}”." if words else "The answer is not the list Mastodon gives."


def _by_day(history: Any, name: str, now: dt.datetime) -> dict[dt.datetime, int]:
    days: dict[dt.datetime, int] = {}
    for entry in history[: DAYS + 1] if isinstance(history, list) else []:
        told = decoding.record(entry)
        number, day = decoding.count_of(told.get(name)), decoding.moment(told.get("day"), now=now)
        if number is not None and day is not None:
            days.setdefault(day.replace(hour=0, minute=0, second=0, microsecond=0), number)
    return days


def _as_float(number: int | None) -> float | None:
    return None if number is None else float(number)


def _about(told: dict[str, Any]) -> tuple[str, ...]:
    return tuple(filter(None, (decoding.clean(told.get("description")), decoding.clean(told.get("provider_name")))))
