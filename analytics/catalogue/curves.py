"""What a curve of counts says: values at an age, speed, how long half of it took. Pure; hours and plain numbers.

Snapshots are kept only where something changed, so between two of them the count stood still until shortly before the
later one: the curve is a stair. What was not yet counted at an age is None, never guessed from later counts.
Of old posts fewer snapshots are kept (analytics.collection.thinning): their stairs are as much wider.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.catalogue.definitions import Value

# A count this much later than an age still speaks of it: workers are late by minutes, not by parts of an age.
LATE = 0.1
DAY, WEEK = 24.0, 168.0
# Until an age, how many hours lie between two snapshots of those that are kept once a post is a week old.
THINNED = ((4.1, 1.0), (12.1, 2.0), (24.1, 4.0), (48.1, 12.0), (WEEK, DAY))


def rung(hour: float, *, is_thinned: bool = False) -> float:
    """How many hours lie between two counts at an age, by the ladder; speed is told over no less than one."""
    if is_thinned and hour <= WEEK:
        return next(width for until, width in THINNED if hour <= until)
    return 1.0 if hour <= DAY else 6.0 if hour <= WEEK else DAY if hour <= 30 * DAY else WEEK


@dataclass(frozen=True)
class Curve:
    """Hours since publishing, rising, with the counts seen then; `until`: the last time anybody looked.

    `is_thinned`: snapshots of the first week may have made room.
    """

    hours: Sequence[float]
    values: Sequence[float]
    until: float
    is_thinned: bool = False

    def at(self, hour: float) -> Value:
        """The count at an age; None when nobody had counted by then, or the post is not that old yet."""
        place = bisect_right(self.hours, hour * (1 + LATE) + 0.05)
        return self.values[place - 1] if place and hour <= self.until * (1 + LATE) + 0.05 else None

    def gained(self, start: float, end: float) -> Value:
        """What was won between two ages."""
        late = self._stood(end)
        early = 0.0 if start <= 0 else self._stood(start)
        return None if late is None or early is None else late - early

    def _stood(self, hour: float) -> Value:
        place = bisect_right(self.hours, hour)
        return self.values[place - 1] if place else None

    def speed(self) -> tuple[Value, Value]:
        """Gains per hour over the last tenth of its age (an hour at least), and by how much that changed."""
        window = min(max(1.0, self.until / 10), self.until)
        if window <= 0:
            return None, None
        now = self.gained(self.until - window, self.until)
        before = self.gained(self.until - 2 * window, self.until - window) if self.until >= 2 * window else None
        speed = None if now is None else now / window
        return speed, None if speed is None or before is None else speed - before / window

    def peak(self) -> tuple[Value, Value]:
        """The highest gain per hour over a rung of the ladder, and when."""
        best: tuple[Value, Value] = (None, None)
        for hour, value in zip(self.hours, self.values, strict=True):
            width = min(rung(hour, is_thinned=self.is_thinned), hour)
            early = self._on_the_way(hour - width) if width > 0.1 else None
            if early is not None and (best[0] is None or (value - early) / width > best[0]):
                best = ((value - early) / width, hour)
        return best

    def _on_the_way(self, hour: float) -> Value:
        """What the count was between two counts: it rose evenly while it rose."""
        place = bisect_right(self.hours, hour)
        if place == len(self.hours):
            return self.values[-1]
        found = self._rise(place)
        if found is None:
            return None
        start, low = found
        share = (hour - start) / (self.hours[place] - start)
        return low + (self.values[place] - low) * max(share, 0.0)

    def _rise(self, place: int) -> tuple[float, float] | None:
        """When the gain of a count began, and what it was then: None where the first came too late to say.

        It began at the count before; where that is long ago, it stood still until a rung before.
        """
        hour = self.hours[place]
        width = rung(hour, is_thinned=self.is_thinned)
        if not place:
            return (0.0, 0.0) if hour <= width else None
        before = self.hours[place - 1]
        return before if hour - before <= width * (1 + LATE) else hour - width, self.values[place - 1]

    def time_to(self, part: float) -> Value:
        """After how many hours a part of all was reached; None where the first count came too late to say."""
        total = self.values[-1] if self.values else 0
        if total <= 0:
            return None
        for place, value in enumerate(self.values):
            if value >= part * total:
                return self._crossed(place, part * total)
        return None

    def _crossed(self, place: int, wanted: float) -> Value:
        found = self._rise(place)
        if found is None:
            return None
        start, low = found
        rise = self.values[place] - low
        share = (wanted - low) / rise if rise > 0 else 1.0
        return start + (self.hours[place] - start) * min(max(share, 0.0), 1.0)


def figures(views: Curve | None, engagement: Curve | None) -> dict[str, Value]:
    """Everything of the catalogue that curves say."""
    found: dict[str, Value] = {}
    for name, curve in (("views", views), ("engagement", engagement)):
        for label, hour in (("1h", 1.0), ("24h", DAY), ("7d", WEEK)):
            found[f"{name}_{label}"] = curve.at(hour) if curve else None
    speed, change = views.speed() if views else (None, None)
    fastest, when = views.peak() if views else (None, None)
    return found | {
        "velocity": speed,
        "velocity_first_hour": found["views_1h"],
        "acceleration": change,
        "peak_velocity": fastest,
        "peak_hour": when,
        "half_life": views.time_to(0.5) if views else None,
        "time_to_90": views.time_to(0.9) if views else None,
    }
