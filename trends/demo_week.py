"""The week before, for an installation that can't reach the network: what rose and fell. Invented, and says so."""

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass

from trends.normalise import Kind, normalise

HOUR = dt.timedelta(hours=1)
SPARK = 24


@dataclass(frozen=True, slots=True)
class Past:
    """A topic of the week before: its names by kind of source, its peak (hours after Monday), its rise and fall.

    `rise` and `fall` are hours; `told` is how long before the peak it left its usual, None: it never did clearly.
    """

    forms: dict[str, str]
    kind: Kind
    top: int
    peak: int
    rise: int
    fall: int
    told: int | None
    score: float
    context: str
    tags: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What it is called first."""
        return next(iter(self.forms.values()))

    @property
    def key(self) -> str:
        """The key under which its names meet."""
        return normalise(self.title, self.kind)


PAST = (
    Past(
        {"google_trends": "ceramide serum", "mastodon": "#CeramideSerum", "bluesky": "Ceramide serum"},
        Kind.KEYWORD, 1900, 62, 22, 40, 11, 84.0,
        "Serums with ceramides for a skin barrier upset by rain and heating, compared label by label.", ("beauty",),
    ),
    Past(
        {"bluesky": "Monsoon hair fall", "google_trends": "monsoon hair fall"},
        Kind.KEYWORD, 1300, 88, 30, 44, 17, 76.0,
        "Why hair falls more in the monsoon, and what dermatologists tell people to leave alone.", ("beauty",),
    ),
    Past(
        {"bluesky": "Sunscreen sticks", "mastodon": "#SunscreenStick"},
        Kind.KEYWORD, 700, 35, 14, 26, 6, 69.0,
        "Whether a stick protects skin as a cream does, tried on arms under a lamp.", ("beauty",),
    ),
    Past(
        {"mastodon": "#NewMusicFriday", "bluesky": "New music Friday"},
        Kind.HASHTAG, 1500, 108, 18, 30, 8, 73.0,
        "What came out that Friday.", ("music",),
    ),
    Past(
        {"google_news": "A derby settled by one penalty in the ninetieth minute", "mastodon": "#DerbyNight"},
        Kind.HEADLINE, 8200, 140, 7, 20, 3, 91.0,
        "A football match, invented for this example.", ("sports",),
    ),
    Past(
        {"hacker_news": "A pocket camera that prints", "bluesky": "Pocket camera that prints"},
        Kind.HEADLINE, 640, 110, 16, 30, 9, 63.0,
        "A camera somebody built at home, with its plans.", ("technology",),
    ),
    Past(
        {"mastodon": "#OneOvenDinners", "google_trends": "one oven dinners"},
        Kind.HASHTAG, 480, 50, 40, 52, None, 55.0,
        "Everything on one tray, for weeknights.", ("food",),
    ),
)  # fmt: skip
KEYS = tuple(each.key for each in PAST)


def last_monday(now: dt.datetime) -> dt.datetime:
    """Return the first moment (UTC) of the week before this one."""
    today = now.astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - dt.timedelta(days=today.weekday() + 7)


def moments(past: Past, now: dt.datetime) -> tuple[dt.datetime, dt.datetime | None, dt.datetime, dt.datetime]:
    """Return when it was seen first, told, at its peak, and seen last."""
    peak = last_monday(now) + past.peak * HOUR
    told = None if past.told is None else peak - past.told * HOUR
    return peak - past.rise * HOUR, told, peak, peak + past.fall * HOUR


def rate(past: Past, hours: float) -> float:
    """Return mentions in the hour so many hours after the peak (negative: before it)."""
    if hours < -past.rise or hours > past.fall:
        return 0.0
    pace = past.rise / 4 if hours < 0 else past.fall / 4
    return past.top * math.exp(-abs(hours) / pace)


def days(past: Past, now: dt.datetime) -> Iterator[tuple[str, dt.date, int, int, int]]:
    """Return (kind of source, day, hours, mentions, mentions in the busiest hour) as a roll-up has them."""
    first, _told, peak, last = moments(past, now)
    share = 1 / len(past.forms)
    told: dict[dt.date, list[float]] = {}
    hour = first.replace(minute=0)
    while hour <= last:
        told.setdefault(hour.date(), []).append(rate(past, (hour - peak) / HOUR) * share)
        hour += HOUR
    for kind in past.forms:
        for day, rates in told.items():
            yield kind, day, len(rates), round(sum(rates)), round(max(rates))


def sparkline(past: Past) -> list[float]:
    """Return a day's curve around the peak."""
    return [round(rate(past, place - SPARK * 0.6), 1) for place in range(SPARK)]
