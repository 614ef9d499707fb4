"""The last weeks against those before, for series whose weeks hang together, and some of which are wild.

Two tests ask, and the doubtful one counts: Student's, with as many fewer weeks as each resembles the one before it, and
the rank sum, which no wild week can lead astray.
"""

from dataclasses import dataclass

import numpy as np

from analytics.inference import series
from analytics.inference.series import Floats

NOW = 4
LEAST_BEFORE, MOST_BEFORE = 8, 22
HANGS = 0.9


@dataclass(frozen=True)
class Weeks:
    """A week's usual now and before, how sure their difference is, and by how many weeks each side speaks."""

    now: float
    before: float
    p: float
    apart: float
    error: float
    freedom: float
    of_now: int
    of_before: int

    def between(self, certainty: float) -> tuple[float, float]:
        """Between what the difference lies, on the steadied scale."""
        from scipy.stats import t as student  # noqa: PLC0415 (slow to load)

        reach = float(student.ppf(0.5 + certainty / 2, self.freedom)) * self.error
        return self.apart - reach, self.apart + reach


def whole(values: Floats) -> Floats:
    """Sums of whole weeks that end with the last day; NaN where days are missing."""
    count = values.size // series.WEEK
    found: Floats = values[values.size - count * series.WEEK :].reshape(count, series.WEEK).sum(axis=1)
    return found


def compare(values: Floats) -> Weeks | None:
    """Hold the last four weeks against those before them; None of too few, or where nothing ever happened."""
    from scipy.stats import mannwhitneyu  # noqa: PLC0415 (slow to load)
    from scipy.stats import t as student  # noqa: PLC0415 (slow to load)

    weeks = whole(values)
    now, before = weeks[-NOW:], weeks[-NOW - MOST_BEFORE : -NOW]
    before = before[~np.isnan(before)]
    if now.size < NOW or np.isnan(now).any() or before.size < LEAST_BEFORE or not weeks[~np.isnan(weeks)].any():
        return None
    one, other = series.steadied(now), series.steadied(before)
    one, other = _tamed(one), _tamed(other)
    apart = float(one.mean() - other.mean())
    variance = (one.var(ddof=1) * (one.size - 1) + other.var(ddof=1) * (other.size - 1)) / (one.size + other.size - 2)
    variance = max(float(variance), 0.25)  # counting alone strays by half on this scale
    longer = _hanging(np.concatenate([other - other.mean(), one - one.mean()]))
    of_one, of_other = one.size / longer, other.size / longer
    error = float(np.sqrt(variance * (1 / of_one + 1 / of_other)))
    freedom = max(1.0, (one.size + other.size - 2) / longer)
    ranked = float(mannwhitneyu(now, before).pvalue)
    p = max(float(2 * student.sf(abs(apart) / error, freedom)), ranked)
    return Weeks(
        float(np.median(now)), float(np.median(before)), p, apart, error, freedom, int(now.size), int(before.size)
    )


def _tamed(values: Floats) -> Floats:
    """No week counts as farther from its side's median than three deviations: one that went round the world is one."""
    middle, reach = np.median(values), 3 * max(series.spread(values), 0.5)
    found: Floats = np.clip(values, middle - reach, middle + reach)
    return found


def _hanging(apart: Floats) -> float:
    """By how much fewer weeks speak than there are, because each resembles the one before it.

    The correlation is raised by what short series underrate it by; it is never taken to be below nothing.
    """
    total = float((apart**2).sum())
    if total == 0:
        return 1.0
    n = apart.size
    seen = float((apart[1:] * apart[:-1]).sum()) / total
    true = min(max(seen + (1 + 3 * max(seen, 0.0)) / n, 0.0), HANGS)
    return (1 + true) / (1 - true)
