"""The marks above a player's timeline: one for each second, their names on steps where they would touch."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from content.screens.studio import ShownMoment

LETTER, BESIDE = 2.1, 3.0  # per cent of the narrowest timeline, a phone's: of a letter, and of the room around a name
STEPS = 3


@dataclass(frozen=True)
class Mark:
    """A second with what begins there; `step` counts from the timeline upwards, None has no room for its name."""

    kind: str
    at: float
    percent: float
    step: int | None = 0

    @property
    def end(self) -> float:
        """Where its name ends."""
        return self.percent + len(self.kind) * LETTER + BESIDE


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
    """Give each the lowest step where its name ends before the next mark that reaches as high."""
    begins = [100.0] * STEPS  # where the next one that reaches each step stands
    found = []
    for mark in reversed(row):
        step = next((n for n in range(STEPS) if mark.end <= begins[n] or begins[n] == 100.0), None)
        found.append(replace(mark, step=step))
        for n in range((step or 0) + 1):
            begins[n] = mark.percent
    return found[::-1]
