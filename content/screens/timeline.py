"""The marks above a player's timeline: one for each second, their names on steps where they would touch."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from content.screens.studio import ShownMoment

LETTER, BESIDE = 2.1, 3.0  # per cent of the narrowest timeline, a phone's: of a letter, and of the room around a name
STEPS = 3
WHOLE = 100.0


@dataclass(frozen=True)
class Mark:
    """A second with what begins there; `step` counts from the timeline upwards, None has no room for its name."""

    kind: str
    at: float
    percent: float
    step: int | None = 0

    @property
    def room(self) -> float:
        """How much its name takes."""
        return len(self.kind) * LETTER + BESIDE

    @property
    def is_turned(self) -> bool:
        """Whether its name stands before it, for behind it the timeline is over."""
        return self.percent + self.room > WHOLE

    @property
    def begin(self) -> float:
        """Where its name begins."""
        return self.percent - self.room if self.is_turned else self.percent

    @property
    def end(self) -> float:
        """Where its name ends."""
        return self.percent if self.is_turned else self.percent + self.room


def marks(moments: Sequence[ShownMoment]) -> list[Mark]:
    """Return the marks of moments in the order they are said; a name never lies over another's."""
    by_second: dict[int, Mark] = {}
    for each in moments:
        if each.at is None or each.percent is None:
            continue
        known = by_second.setdefault(int(each.at), Mark(each.kind, each.at, each.percent))
        if each.kind not in known.kind.split(", "):
            by_second[int(each.at)] = replace(known, kind=f"{known.kind}, {each.kind}")
    return _on_steps(list(by_second.values()))


def _on_steps(row: list[Mark]) -> list[Mark]:
    """Give each the lowest step where neither its name nor its line touches those behind it."""
    found: list[Mark] = []
    for mark in reversed(row):
        free = (n for n in range(STEPS) if mark.begin >= 0 and not any(_touch(mark, n, other) for other in found))
        found.append(replace(mark, step=next(free, None)))
    return found[::-1]


def _touch(mark: Mark, step: int, other: Mark) -> bool:
    """Whether a mark on a step would touch one that has its own."""
    high = other.step or 0
    if high == step and other.step is not None and mark.begin < other.end and other.begin < mark.end:
        return True
    crossed = high >= step and mark.begin < other.percent < mark.end
    crosses = other.step is not None and high <= step and other.begin < mark.percent < other.end
    return crossed or crosses
