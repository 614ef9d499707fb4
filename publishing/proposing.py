"""A plan over some days, proposed: which thing goes to which account and when, each with its reasons. Pure.

Places are filled in the order of time. What ages goes first; the same subject does not come twice within days, the same
thing not twice to one platform, and no kind of thing fills a week alone.
"""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

# How much a subject loses that was told on the day itself, and on the days around it.
NEAR_DAYS, NEARNESS = 3, 40.0
SAME_KIND = 6.0  # for each earlier thing of the kind within the week
AGEING = 8.0  # lost for each day that something which is fresh now has to wait
LEAST = -60.0  # below it a place rather stays empty


@dataclass(frozen=True)
class Thing:
    """Something to post. `weight` 0–100; `subject` keeps alike things apart; `piece_id`: it is written already."""

    key: str
    kind: str
    title: str
    platforms: frozenset[str]
    weight: float
    subject: str
    reason: str
    notes: str = ""
    tags: tuple[str, ...] = ()
    piece_id: uuid.UUID | None = None
    topic_id: uuid.UUID | None = None
    ages: bool = False


@dataclass(frozen=True)
class Place:
    """A time of an account that is free: `at` as the clock of `zone` shows it, and why this hour."""

    account_id: uuid.UUID
    platform: str
    at: dt.datetime
    zone: str
    reason: str
    kind: str = "slot"


@dataclass(frozen=True)
class Line:
    """A thing at a place."""

    thing: Thing
    place: Place

    @property
    def reason(self) -> str:
        """Why this, and why then."""
        return f"{self.thing.reason} {self.place.reason}".strip()


@dataclass
class _Told:
    """What was placed so far: by day, and by subject."""

    lines: list[Line] = field(default_factory=list)
    used: set[tuple[str, str]] = field(default_factory=set)
    kinds: dict[dt.date, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    subjects: dict[str, list[tuple[dt.date, str]]] = field(default_factory=lambda: defaultdict(list))

    def take(self, line: Line) -> None:
        day = line.place.at.date()
        self.lines.append(line)
        self.used.add((line.thing.key, line.place.platform))
        self.kinds[day][line.thing.kind] += 1
        self.subjects[line.thing.subject].append((day, line.thing.key))

    def kinds_before(self, day: dt.date) -> Counter[str]:
        """Count the kinds of the week that ends with a day."""
        found: Counter[str] = Counter()
        for back in range(7):
            found.update(self.kinds.get(day - dt.timedelta(days=back), {}))
        return found

    def worth(self, thing: Thing, day: dt.date, kinds: Counter[str], first: dt.date) -> float:
        """Return how well it fits on a day, given what stands before it."""
        worth = thing.weight - (AGEING * (day - first).days if thing.ages else 0.0)
        for told_on, key in self.subjects.get(thing.subject, ()):
            apart = abs((told_on - day).days)
            if apart < NEAR_DAYS and key != thing.key:
                worth -= NEARNESS / (1 + apart)
        return worth - SAME_KIND * kinds[thing.kind] / max(1, len(kinds))


def propose(things: Sequence[Thing], places: Iterable[Place]) -> list[Line]:
    """Fill places, soonest first; one that nothing fits stays empty."""
    ordered = sorted(places, key=lambda place: (place.at, place.platform, str(place.account_id)))
    by_platform: dict[str, list[Thing]] = defaultdict(list)
    for thing in things:
        for platform in thing.platforms:
            by_platform[platform].append(thing)
    told = _Told()
    for place in ordered:
        day, first = place.at.date(), ordered[0].at.date()
        kinds = told.kinds_before(day)
        fit = [one for one in by_platform[place.platform] if (one.key, place.platform) not in told.used]
        worths = [(told.worth(one, day, kinds, first), one.key, one) for one in fit]
        best = max(worths, key=lambda each: each[:2], default=None)
        if best is not None and best[0] > LEAST:
            told.take(Line(best[2], place))
    return told.lines


def spread(places: Sequence[Place], count: int) -> list[Place]:
    """Choose `count` of an account's places (soonest first), as even over the time as they lie."""
    if count >= len(places):
        return list(places)
    step = len(places) / count
    return [places[int(number * step)] for number in range(count)]
