"""The catalogue: every metric says what it is, never breaks, and says nothing where a part is missing."""

import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analytics import catalogue
from analytics.catalogue import GROUPS, METRICS, PARTS, Unit, curves, derived, describing, parts_of
from analytics.catalogue.raw import RAW
from analytics.management.commands import write_metrics_doc
from publishing.platforms.base import Metric as Told

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = some.none() | some.floats() | some.integers(-(10**12), 10**12).map(float)
INPUTS = [*(metric.key for metric in RAW), *PARTS, *(metric.key for metric in derived.TIMING)]
COUNTED = some.fixed_dictionaries({}, optional=dict.fromkeys(INPUTS, NUMBERS))
GOOD = some.fixed_dictionaries({}, optional=dict.fromkeys(INPUTS, some.none() | some.floats(0, 10**9)))


def test_there_are_more_than_fifty_and_each_says_what_it_is() -> None:
    assert len(METRICS) >= 70
    for key, metric in METRICS.items():
        assert metric.key == key
        assert str(metric.name)
        assert str(metric.means).endswith(".")
        assert str(metric.source)
        assert bool(metric.formula) == metric.is_derived
        assert metric.platforms or metric.is_derived
        assert all(part in METRICS or part in PARTS for part in parts_of(metric)), key


def test_names_are_unique_and_every_metric_stands_in_one_group() -> None:
    names = [str(metric.name) for metric in METRICS.values()]
    assert len(set(names)) == len(names)
    assert sum(len(group) for _key, _name, group in GROUPS) == len(METRICS)


def test_whatever_an_adapter_can_tell_is_in_the_catalogue() -> None:
    assert {metric.value for metric in Told} <= {metric.key for metric in RAW}


def test_the_catalogue_names_the_platforms_whose_adapter_tells_a_metric_and_no_other() -> None:
    packages = [each.parent for each in (ROOT / "publishing" / "platforms").glob("*/adapter.py")]
    told = {each.name: "".join(file.read_text("utf-8") for file in each.glob("*.py")) for each in packages}
    assert len(told) == 10
    for metric in RAW:
        name = Told(metric.key).name
        tell = {platform for platform, text in told.items() if re.search(rf"\bMetric\.{name}\b", text)}
        assert metric.platforms - {"practice"} == tell, metric.key


@given(COUNTED)
def test_no_metric_ever_raises_or_says_what_is_no_number(counted: dict[str, float | None]) -> None:
    for value in catalogue.reckon(counted).values():
        assert value is None or math.isfinite(value)


@given(GOOD)
def test_rates_are_not_below_nought_and_scores_stand_between_nought_and_a_hundred(
    counted: dict[str, float | None],
) -> None:
    found = catalogue.reckon(counted)
    signed = {"acceleration", "net_subscribers", "views_after_week", "prediction_error"}
    for key, value in found.items():
        if value is None or key in signed:
            continue
        assert value >= 0, key
        if METRICS[key].unit == Unit.SCORE:
            assert value <= 100, key
    for key in ("hold", "first_day_share", "first_hour_share", "tail", "percentile", "engaged_share"):
        assert (found[key] or 0) <= 1, key


@given(GOOD, some.sampled_from([metric for metric in derived.RATES if len(parts_of(metric)) == 2]))
def test_where_a_part_is_missing_or_divides_by_nought_nothing_is_said(
    counted: dict[str, float | None], metric: catalogue.Metric
) -> None:
    for part in parts_of(metric):
        assert metric.of is not None
        assert metric.of({**counted, part: None}) is None
    if "÷" in metric.formula:
        below = parts_of(metric)[-1]
        assert metric.of is not None
        assert metric.of({**counted, below: 0.0}) is None


def test_rates_say_what_their_formula_says() -> None:
    counted = {
        "views": 2000.0, "reach": 1000.0, "likes": 80.0, "comments": 10.0, "shares": 6.0, "saves": 4.0,
        "followers": 500.0, "skip_rate": 0.3, "average_watch_seconds": 6.0, "duration": 12.0,
    }  # fmt: skip
    found = catalogue.reckon(counted)
    assert found["engagement"] == 100
    assert found["engagement_rate_reach"] == 0.1
    assert found["engagement_rate_views"] == 0.05
    assert found["engagement_rate_followers"] == 0.2
    assert found["shares_per_thousand"] == 3
    assert found["comment_to_like"] == 0.125
    assert found["reach_per_follower"] == 2
    assert (found["hold"], found["watch_share"]) == (0.7, 0.5)
    assert found["engagement_rate_impressions"] is None


def test_a_curve_tells_speed_peak_and_half_life() -> None:
    curve = curves.Curve([0.5, 1, 2, 3, 24], [50, 100, 500, 600, 1000], 24)
    found = curves.figures(curve, None)
    assert (found["views_1h"], found["views_24h"], found["views_7d"]) == (100, 1000, None)
    assert (found["peak_velocity"], found["peak_hour"]) == (400, 2)
    assert found["half_life"] == 2
    assert found["engagement_24h"] is None


def test_counts_that_come_minutes_late_make_a_curve_no_faster() -> None:
    late = [0.0, 0.08, 0.02, 0.05, 0.01, 0.07, 0.0, 0.04]
    hours = [hour + late[hour % len(late)] for hour in range(1, 25)] + [
        hour + late[hour % 7] for hour in range(30, 168, 6)
    ]
    fastest, _hour = curves.Curve(hours, [100 * hour for hour in hours], 168).peak()
    assert fastest == pytest.approx(100, rel=0.01)


def test_what_was_first_counted_late_is_not_guessed_backwards() -> None:
    found = curves.figures(curves.Curve([500.0], [9000.0], 500), None)
    assert found["views_24h"] is None
    assert found["half_life"] is None


@given(
    some.lists(some.tuples(some.floats(0, 2000), some.floats(0, 10**9)), min_size=1, max_size=30),
    some.floats(0, 3000),
)
def test_no_curve_however_it_falls_breaks_anything(points: list[tuple[float, float]], until: float) -> None:
    points.sort()
    hours, values = zip(*points, strict=True)
    found = curves.figures(curves.Curve(hours, values, max(until, hours[-1])), None)
    for key in ("half_life", "time_to_90", "peak_hour"):
        assert 0 <= (found[key] or 0) <= 2000


def test_the_document_says_what_the_code_does() -> None:
    assert write_metrics_doc.PLACE.read_text(encoding="utf-8") == describing.document()
