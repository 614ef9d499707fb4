"""Every number of the detection in one table. An installation changes them without a release."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Watch:
    """How a stream is watched for alarms. Spans of time are in seconds, so that any spacing of rows will do.

    The level of the last `spans` is held against what the `past` has seen: an alarm is what goes `threshold` times as
    far above the usual as the highest `1 - share` of the past. Then it is quiet for `refractory`, but for a record.
    """

    spans: tuple[float, ...]
    past: float
    share: float
    threshold: float
    refractory: float
    record: float
    floor: float = 0.0  # added to both distances: one mention after none is no event
    least: int = 50  # rows of history before anything is said
    chance: float = 0.0  # deviations of pure chance a count must be beyond the usual: calm streams have short tails
    two_sided: bool = False
    by_ratio: bool = False  # prices: what counts is by how much they are multiplied


COUNTS = Watch(
    spans=(1800, 3600), past=10 * 86400, share=0.995, threshold=1.0, refractory=86400, record=3.0, floor=3.0, chance=4.0
)
PRICES = Watch(
    spans=(3600,), past=14 * 86400, share=0.99, threshold=1.3, refractory=2 * 86400, record=2.0, two_sided=True,
    by_ratio=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tuning:
    """The numbers of scoring, alarms and life-cycle. Hours are hours, shares are 0–1, deviations are deviations."""

    history_hours: int = 240  # what is known of a topic's usual
    life_hours: int = 48  # what its rise and fall are read from
    least_hours: int = 6  # hours known before anything is compared
    season_days: int = 3  # days known before the hour of the day counts
    season_shrink: float = 4.0  # days the level counts as, against the days of the same hour
    week_shrink: float = 2.0  # weeks the day counts as, against the same hours of the week
    dispersion: float = 4.0  # of a topic nothing is known of: variance over mean
    dispersion_shrink: float = 6.0  # hours this guess counts as
    band: float = 2.0  # deviations to either side of what is expected
    alarm_burst: float = 3.0  # deviations
    alarm_share: float = COUNTS.share
    alarm_excess: float = COUNTS.threshold
    alarm_floor: float = COUNTS.floor
    alarm_least: float = 10.0  # mentions in the hour
    growth_floor: float = 5.0  # added to both days: 1 → 4 mentions is no 4×
    falls_below: float = 0.5  # of the peak: declining
    comes_back_above: float = 0.7  # of the peak: trending again
    comes_back_rising: float = 1.2  # four hours against the four before
    still_rising: float = 1.15
    settles_after: float = 6.0
    old_after: float = 36.0
    peak_behind: float = 0.85
    expires_after: float = 24.0
    novelty_hours: float = 24.0  # after which half of it is gone
    forgotten_days: float = 14.0  # a name silent for so long is half new again
    unknown_growth: float = 30.0  # below "as yesterday": what can't be compared must not outrun what rises
    weight_growth: float = 0.25
    weight_breadth: float = 0.18
    weight_momentum: float = 0.18
    weight_burst: float = 0.12
    weight_freshness: float = 0.09
    weight_novelty: float = 0.07
    weight_rank: float = 0.07
    weight_volume: float = 0.04

    @property
    def weights(self) -> dict[str, float]:
        """What each part of the score weighs, by its name."""
        return {name: float(getattr(self, f"weight_{name}")) for name in PARTS}


PARTS = ("growth", "breadth", "momentum", "burst", "freshness", "novelty", "rank", "volume")
KINDS: dict[str, type] = {field.name: type(getattr(Tuning(), field.name)) for field in fields(Tuning)}
MOST = 10_000


class BadTuning(ValueError):
    """A name that is no tunable, or a number that can't be one."""


def tuned(changes: Mapping[str, Any]) -> Tuning:
    """Return the table with these numbers changed; raises BadTuning with the reason."""
    for name, value in changes.items():
        if name not in KINDS:
            raise BadTuning(f"There is no “{name}” to tune.")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST:
            raise BadTuning(f"“{name}” must be a number from 0 to {MOST}.")
    made = replace(Tuning(), **{name: KINDS[name](value) for name, value in changes.items()})
    if not any(made.weights.values()):
        raise BadTuning("At least one part of the score must weigh something.")
    if made.life_hours < 2 * 24 or made.history_hours < made.life_hours:
        raise BadTuning("Two days at least are looked at, and the history holds them.")
    return made
