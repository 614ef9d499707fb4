"""Reckoning the figures and scores of posts: many at once, from counts, snapshots, followers and the account's past."""

import datetime as dt
from collections.abc import Sequence
from statistics import median
from typing import Any

from analytics import catalogue
from analytics.catalogue import METRICS, SCORED, Value, curves
from analytics.catalogue.raw import RAW
from analytics.models import MeasuredPost
from analytics.queries import past
from analytics.queries.past import Beside
from trenddrop.core import claims

FEWEST = 3
DIGITS = 5
FELL, LOST = "fell", "lost"
FASTEST = ("peak_velocity", "peak_hour")
THINNED = dt.timedelta(hours=curves.WEEK)  # from this age on snapshots of the first days make room


def changes_of(rows: Sequence[MeasuredPost], *, now: dt.datetime) -> list[dict[str, Any]]:
    """Return for each post what to write of its figures and scores; four statements, however many posts."""
    beside = past.beside(rows)
    return [
        _changes(row, beside.get(row.post_id) or Beside(), is_thinned=now - row.published_at >= THINNED) for row in rows
    ]


def refresh(rows: Sequence[MeasuredPost], *, now: dt.datetime) -> None:
    """Reckon the figures of posts anew and write them: five statements."""
    if rows:
        claims.write_all(rows, [changes | {"updated_at": now} for changes in changes_of(rows, now=now)])


def noted(row: MeasuredPost, told: dict[str, Value], *, now: dt.datetime) -> dict[str, Any]:
    """Return what must be remembered of counters: which fell (since when), and which are no longer told."""
    before = {metric.key: _told(row, metric.key) for metric in RAW}
    fell = dict(row.figures.get(FELL, {}))
    for key, value in told.items():
        earlier = before.get(key)
        if value is not None and earlier is not None and value < earlier and METRICS[key].unit == catalogue.Unit.COUNT:
            fell[key] = now.date().isoformat()
    lost = sorted(key for key, value in before.items() if value is not None and told.get(key) is None)
    return {**({FELL: fell} if fell else {}), **({LOST: lost} if lost else {})}


def _told(row: MeasuredPost, key: str) -> Value:
    found = getattr(row, key) if key in catalogue.COLUMNS else row.more.get(key)
    return float(found) if isinstance(found, int | float) else None


def _changes(row: MeasuredPost, beside: Beside, *, is_thinned: bool) -> dict[str, Any]:
    counted: dict[str, Value] = {metric.key: _told(row, metric.key) for metric in RAW}
    views, engagement = (_curve(row, beside, which, is_thinned=is_thinned) for which in (1, 2))
    counted |= curves.figures(views, engagement)
    counted |= _fastest(row, counted["peak_velocity"]) if is_thinned else {}
    counted |= {"duration": row.duration, "followers": _float(beside.followers)}
    counted["predicted_virality"] = _float(beside.predicted_virality)
    counted |= _standing(row, beside)
    found = catalogue.reckon(counted)
    parts = {key: value for key, value in counted.items() if key in catalogue.PARTS and key != "duration"}
    kept = {key: _short(value) for key, value in {**parts, **found}.items() if value is not None}
    kept |= {key: row.figures[key] for key in (FELL, LOST) if key in row.figures}
    scores = {key: None if (value := found[key]) is None else round(value) for key in SCORED}
    settled_views, settled_actions = beside.settled or (None, None)
    return {"figures": kept, "settled_views": settled_views, "settled_actions": settled_actions, **scores}


def _fastest(row: MeasuredPost, speed: Value) -> dict[str, Value]:
    """Its highest speed as it was told while all of its snapshots were there."""
    told = row.figures.get(FASTEST[0])
    return {key: row.figures.get(key) for key in FASTEST} if told is not None and told >= (speed or 0.0) else {}


def _curve(row: MeasuredPost, beside: Beside, which: int, *, is_thinned: bool = False) -> curves.Curve | None:
    points = [(shot[0], float(value)) for shot in beside.shots if (value := shot[which]) is not None]
    if not points or row.last_at is None:
        return None
    until = max(points[-1][0], (row.last_at - row.published_at).total_seconds() / 3600)
    hours, values = zip(*points, strict=True)
    return curves.Curve(hours, values, until, is_thinned)


def _standing(row: MeasuredPost, beside: Beside) -> dict[str, Value]:
    age = past.age_of(row)
    views, engagement = (curve.at(age) if (curve := _curve(row, beside, which)) else None for which in (1, 2))
    main, others = (views, beside.views) if row.views is not None else (engagement, beside.engagement)
    is_compared = main is not None and len(others) >= FEWEST
    return {
        "views_at_age": views,
        "median_views": median(beside.views) if len(beside.views) >= FEWEST else None,
        "engagement_at_age": engagement,
        "median_engagement": median(beside.engagement) if len(beside.engagement) >= FEWEST else None,
        "posts_below": float(sum(other < main for other in others)) if is_compared and main is not None else None,
        "posts_compared": float(len(others)) if is_compared else None,
    }


def _float(value: int | None) -> Value:
    return None if value is None else float(value)


def _short(value: float) -> int | float:
    """As many digits as anybody reads: whole numbers whole, others to five places that say something."""
    if value == int(value):
        return int(value)
    return float(f"{value:.{DIGITS}g}")
