"""What is asked about: posts with what they are, accounts with their days, goals. No tables here."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analytics.inference.series import Floats

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Post:
    """A settled post: when it went live there, how it did against the usual (a logarithm), and what it is.

    `features`: dimension → what of it the post has: hour, weekday, kind, hashtag, says, trend …
    """

    key: str
    account: str
    at: dt.datetime
    log: float
    features: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    piece: str = ""


@dataclass(frozen=True)
class Days:
    """A daily series from a day on; NaN where nobody counted."""

    first: dt.date
    values: Floats

    @property
    def weekday(self) -> int:
        """Of the first day."""
        return self.first.weekday()

    def at(self, day: dt.date) -> int:
        """Which of the values is a day's."""
        return (day - self.first).days

    def date(self, at: int) -> dt.date:
        """Which day a value is of."""
        return self.first + at * DAY

    @classmethod
    def of(cls, values: Mapping[dt.date, float], first: dt.date, last: dt.date) -> "Days":
        """Put what is known into days in a row."""
        found = np.full((last - first).days + 1, np.nan)
        for date, value in values.items():
            if first <= date <= last:
                found[(date - first).days] = value
        return cls(first, found)


@dataclass(frozen=True)
class Account:
    """An account: `key` is of where posts go, or else of where its days are counted.

    `series`: by metric, what each day added.
    """

    key: str
    name: str
    platform: str
    client: str = ""
    brand: str = ""
    connection: str = ""
    tracked: str = ""
    metric: str = "views"
    is_simulated: bool = False
    is_music: bool = False
    series: Mapping[str, Days] = field(default_factory=dict)


@dataclass(frozen=True)
class Course:
    """Where an open goal is heading: the chance to reach it, what it is expected to end at, between what."""

    key: str
    name: str
    client: str
    metric: str
    chance: float
    ends_at: float
    low: float
    high: float
    target: float
    deadline: dt.date
    days: int
    is_rate: bool = False


@dataclass(frozen=True)
class Facts:
    """Everything that is asked about in one look at an organisation."""

    today: dt.date
    posts: Mapping[str, Sequence[Post]] = field(default_factory=dict)
    accounts: Sequence[Account] = ()
    courses: Sequence[Course] = ()
