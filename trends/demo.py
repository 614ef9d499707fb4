"""Example trends for an installation that can't reach the network. Everything here is invented, and says so."""

import datetime as dt
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import TypeAlias

from trends.normalise import Kind
from trends.sources.base import Item

LABEL = "Example data"
HOURS = 48
DAILY_WAVE = (0.35, 0.9)  # the quietest hour's share of the day, and the hour of most mentions as a share of the day
HOUR = dt.timedelta(hours=1)

Curve: TypeAlias = Callable[[float], float]  # hours before now → share of the top, 0–1


@dataclass(frozen=True, slots=True)
class Feed:
    """An example source: its kind, the country it looks at ("" is the world), its length, its share of what is told."""

    kind: str
    region: str
    size: int
    share: float = 1.0


FEEDS = (
    Feed("google_trends", "IN", 10),
    Feed("google_trends", "AE", 10, 0.3),
    Feed("mastodon", "", 20),
    Feed("bluesky", "", 25),
    Feed("google_news", "IN", 30),
    Feed("google_news", "GB", 30, 0.35),
    Feed("hacker_news", "", 30),
    Feed("wikipedia", "", 30),
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one example source would have answered at the start of an hour."""

    feed: Feed
    at: dt.datetime
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """An invented topic: its forms by source, mentions an hour at its top, its course, what is said about it."""

    forms: dict[str, tuple[Kind, str]]
    top: int
    course: Curve
    context: str
    tags: tuple[str, ...] = ()


def rising(*, steepest: float, pace: float = 3.0) -> Curve:
    """Grow along a logistic curve that is steepest so many hours ago."""
    return lambda ago: 1 / (1 + math.exp((ago - steepest) / pace))


def falling(*, peak: float, pace: float = 9.0) -> Curve:
    """Jump up until `peak` hours ago, then fade."""
    return lambda ago: math.exp(-(peak - ago) / pace) if ago <= peak else math.exp(-(ago - peak) / 2)


def steady() -> Curve:
    """Stay."""
    return lambda _ago: 0.8


def waving() -> Curve:
    """Go up and down with the day."""
    return lambda ago: 0.55 + 0.45 * math.cos(2 * math.pi * ago / 24)


K, T, H = Kind.KEYWORD, Kind.HASHTAG, Kind.HEADLINE
EXAMPLES = (
    Example(
        {
            "google_trends": (K, "monsoon skincare"),
            "mastodon": (T, "#MonsoonSkincare"),
            "bluesky": (K, "Monsoon skincare"),
            "google_news": (H, "Humid days, upset skin: what dermatologists see this monsoon"),
        },
        3300,
        rising(steepest=7),
        "Humidity and sweat upset the skin barrier; people swap light moisturisers and gentle cleansers.",
        ("beauty",),
    ),
    Example(
        {"google_trends": (K, "ceramide milk"), "mastodon": (T, "#SkinBarrier"), "bluesky": (K, "Skin barrier")},
        640,
        rising(steepest=3, pace=1.6),
        "Ceramides in a milky lotion, talked about as the repair step after exfoliating too much.",
        ("beauty",),
    ),
    Example(
        {"mastodon": (T, "#SunscreenOnRainyDays"), "bluesky": (K, "Sunscreen on rainy days")},
        410,
        rising(steepest=16, pace=5),
        "Whether clouds are sunscreen enough: short answers by dermatologists do the rounds.",
        ("beauty",),
    ),
    Example(
        {"google_trends": (K, "शादी से पहले स्किन केयर"), "google_news": (H, "शादी का मौसम: छह हफ़्ते की स्किन केयर")},
        880,
        waving(),
        "Wedding season: routines for the six weeks before, in Hindi.",
        ("beauty", "weddings"),
    ),
    Example(
        {"mastodon": (T, "#GlassSkin"), "bluesky": (K, "Glass skin")},
        900,
        falling(peak=31),
        "The shine everybody tried last week.",
        ("beauty",),
    ),
    Example(
        {
            "google_trends": (K, "monsoon street food"),
            "mastodon": (T, "#MonsoonStreetFood"),
            "bluesky": (K, "Rainy-day street food"),
            "google_news": (H, "Pakoras, bhutta, chai: the stalls that draw queues in the rain"),
            "wikipedia": (K, "Pakora"),
        },
        2100,
        rising(steepest=11, pace=4),
        "Stalls, recipes and hygiene questions around hot snacks in the rain.",
        ("food",),
    ),
    Example(
        {"bluesky": (K, "Pani puri fillings"), "wikipedia": (K, "Panipuri"), "mastodon": (T, "#PaniPuri")},
        520,
        steady(),
        "A friendly argument about fillings that doesn't end.",
        ("food",),
    ),
    Example(
        {
            "hacker_news": (H, "Night mode on phones, explained with forty photos"),
            "google_trends": (K, "phone camera night mode"),
            "bluesky": (K, "Night mode cameras"),
        },
        1250,
        rising(steepest=20, pace=6),
        "Comparisons of phone cameras after dark, frame by frame.",
        ("technology",),
    ),
    Example(
        {"hacker_news": (H, "Shooting a short film on a ten-year-old phone"), "bluesky": (K, "Old phone, new film")},
        300,
        rising(steepest=2, pace=1.2),
        "A film maker shows what an old phone camera still can do.",
        ("technology", "film"),
    ),
    Example(
        {
            "google_trends": (K, "last over finish"),
            "mastodon": (T, "#LastOverFinish"),
            "bluesky": (K, "Last-over finish 🏏"),
            "google_news": (H, "Nine needed off the last over, and then the rain came"),
        },
        7800,
        falling(peak=9, pace=7),
        "A cricket match decided in its last over, invented for this example.",
        ("sports", "cricket"),
    ),
    Example(
        {"mastodon": (T, "#GullyCricket"), "bluesky": (K, "Gully cricket"), "wikipedia": (K, "Street cricket")},
        430,
        waving(),
        "Clips of cricket in lanes, car parks and on rooftops.",
        ("sports", "cricket"),
    ),
    Example(
        {
            "google_trends": (K, "friday music releases"),
            "mastodon": (T, "#NewMusicFriday"),
            "bluesky": (K, "New music Friday"),
        },
        1700,
        rising(steepest=5, pace=2.5),
        "What comes out this Friday, and ten-second reactions to it.",
        ("music",),
    ),
    Example(
        {"bluesky": (K, "Rain-soaked acoustic covers"), "mastodon": (T, "#RainCovers")},
        240,
        rising(steepest=9, pace=3),
        "Acoustic covers recorded with the rain left in.",
        ("music",),
    ),
    Example(
        {"bluesky": (K, "☔🎶"), "mastodon": (T, "#☔🎶")},
        95,
        falling(peak=14, pace=5),
        "Songs for the rain, tagged with two emoji and no word.",
        ("music",),
    ),
)


def demo_items(now: dt.datetime, *, hours: int = HOURS) -> list[Snapshot]:
    """Return what each example source would have answered in each of the last `hours` hours, oldest first.

    Shaped as the sources are: Mastodon counts from midnight UTC, Bluesky and Hacker News from a topic's start, Google
    Trends tells a day's rounded volume, Wikipedia a whole day's views. The same `now` gives the same items.
    """
    this_hour = now.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)
    snapshots = []
    for hours_ago in range(hours - 1, -1, -1):
        at = this_hour - hours_ago * HOUR
        for feed in FEEDS:
            items = sorted(_told(feed, at, this_hour), key=_loudness, reverse=True)[: feed.size]
            if items:
                ranked = tuple(replace(item, rank=place) for place, item in enumerate(items, start=1))
                snapshots.append(Snapshot(feed, at, ranked))
    return snapshots


def _told(feed: Feed, at: dt.datetime, this_hour: dt.datetime) -> Iterator[Item]:
    if feed.kind == "wikipedia" and at.hour != 23:
        return
    for example in EXAMPLES:
        if feed.kind not in example.forms:
            continue
        kind, title = example.forms[feed.kind]
        numbers = _numbers(feed, example, at, this_hour)
        if numbers is not None:
            count, traffic, engagement = numbers
            yield Item(
                title,
                kind,
                count=count,
                traffic=traffic,
                engagement=engagement,
                region=feed.region,
                language="hi" if "क" in title else "en",
                context=(example.context,),
                tags=example.tags,
            )


def _numbers(
    feed: Feed, example: Example, at: dt.datetime, this_hour: dt.datetime
) -> tuple[int | None, int | None, float | None] | None:
    """Return (count, traffic, engagement) in the source's way of counting; None while it doesn't list the topic."""
    share = feed.share / len(example.forms)
    began = this_hour - HOURS * HOUR
    midnight = at.replace(hour=0)
    rate = _rate(example, at, this_hour) * share
    if rate < max(2.0, 0.02 * example.top * share):
        return None
    match feed.kind:
        case "google_trends":
            return None, _rounded(20 * rate), None
        case "mastodon":
            uses = _since(midnight, example, at, this_hour) * share
            return int(uses), None, round(uses * 0.7)
        case "google_news":
            return 1 + int(math.log2(1 + rate)), None, None
        case "wikipedia":
            return None, int(40 * _since(midnight, example, at, this_hour) * share), None
        case "hacker_news":
            comments = _since(began, example, at, this_hour) * share / 60
            return int(comments), None, round(comments * 2.4)
        case _:
            return int(_since(began, example, at, this_hour) * share), None, None


def _since(start: dt.datetime, example: Example, at: dt.datetime, this_hour: dt.datetime) -> float:
    hours = int((at - start) / HOUR)
    return sum(_rate(example, start + hour * HOUR, this_hour) for hour in range(hours + 1))


def _rate(example: Example, at: dt.datetime, this_hour: dt.datetime) -> float:
    """Return mentions in one hour: the course, the day's wave and a little chance that is the same every time."""
    ago = (this_hour - at) / HOUR
    quietest, busiest = DAILY_WAVE
    wave = 1 - (1 - quietest) * (0.5 - 0.5 * math.cos(2 * math.pi * (at.hour / 24 - busiest + 0.25)))
    chance = Random(f"{example.context}{int(ago)}").uniform(0.9, 1.1)
    return example.top * example.course(ago) * (0.7 + 0.3 * wave) * chance


def _rounded(volume: float) -> int:
    """Round down as Google Trends does: 200, 500, 1,000, 2,000 …"""
    steps = [step * 10**power for power in range(2, 8) for step in (1, 2, 5)]
    return max((step for step in steps if step <= volume), default=100)


def _loudness(item: Item) -> int:
    return item.count if item.count is not None else item.traffic or 0
