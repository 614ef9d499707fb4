"""A day of a real hot-search list, served over HTTP as X serves its trends, through the collection as it runs.

The list is ../shared/data/weibo; nothing of it is kept. The clock goes by half hours; one hour the server is broken.
"""

import csv
import datetime as dt
import json
import random
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_httpserver import HTTPServer
from scipy.stats import spearmanr
from werkzeug import Request, Response

from tests.cast import PASSWORD, Cast
from tests.trends.watched import fired, notices, watch_of
from trends.collection import fetching, passes
from trends.models import TrendAlert, TrendObservation, TrendSource, TrendTopic
from trends.normalise import Kind, normalise

SHARED = Path(__file__).parents[3] / "shared" / "data" / "weibo"
HOUR = dt.timedelta(hours=1)
STEP = HOUR / 2
HOURS = 30
BROKEN = 12  # the hour in which every request fails
STRONGEST = 20
AFTER = {
    "emerging": {"emerging", "trending", "declining", "expired"},
    "trending": {"trending", "declining", "expired"},
    "declining": {"declining", "trending", "expired"},
    "expired": {"expired"},
}
pytestmark = pytest.mark.shared


@dataclass
class Day:
    """The snapshots of one stretch of time, by second: what the list said, by text."""

    begin: dt.datetime
    snapshots: Mapping[int, dict[str, int]]
    at: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.at = sorted(self.snapshots)

    def shown(self, now: dt.datetime) -> dict[str, int]:
        """The list as it stood then."""
        place = bisect_right(self.at, int(now.timestamp()))
        return self.snapshots[self.at[place - 1]] if place else {}


def read_day() -> Day:
    """The stretch with the most snapshots, wherever it is in these data."""
    with (SHARED / "topics.csv").open(encoding="utf-8") as file:
        texts = {row["id"]: row["text"] for row in csv.DictReader(file)}
    snapshots: dict[int, dict[str, int]] = defaultdict(dict)
    with (SHARED / "heat.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            snapshots[int(row["t"])][texts[row["id"]]] = int(row["count"])
    seen = {moment // 3600 for moment in snapshots}
    first = max(sorted(seen), key=lambda hour: sum(hour + ahead in seen for ahead in range(HOURS)))
    kept = {at: told for at, told in snapshots.items() if first <= at // 3600 < first + HOURS}
    return Day(dt.datetime.fromtimestamp(first * 3600, dt.UTC), kept)


@dataclass
class Replayed:
    """What came of it: the states each topic went through, the lists that were asked for, how often was failed."""

    now: dt.datetime
    states: dict[str, list[str]]
    told: dict[str, dict[dt.datetime, int]]
    failures: int


def serve(server: HTTPServer, day: Day, clock: list[dt.datetime]) -> dict[str, dict[dt.datetime, int]]:
    """Answer as X does, with the list as it stood by the clock; 500 in the broken hour."""
    told: dict[str, dict[dt.datetime, int]] = defaultdict(dict)

    def answer(_request: Request) -> Response:
        now = clock[0]
        if day.begin + BROKEN * HOUR <= now < day.begin + (BROKEN + 1) * HOUR:
            return Response("Internal error", 500)
        shown = day.shown(now)
        for text, count in shown.items():
            told[text][now.replace(minute=0)] = count
        data = [{"trend_name": text, "tweet_count": count} for text, count in shown.items()]
        return Response(json.dumps({"data": data}), 200, content_type="application/json")

    server.expect_request("/2/trends/by/woeid/1").respond_with_handler(answer)
    return told


def replay(server: HTTPServer, day: Day) -> Replayed:
    """Let the clock go from half hour to half hour; then leave the topics alone for more than a day."""
    clock = [day.begin]
    told = serve(server, day, clock)
    row = TrendSource.objects.create(
        kind="x", name="Replay", config={"base_url": server.url_for("").rstrip("/")}, credentials="A" * 40,
        interval=STEP,
    )  # fmt: skip
    states: dict[str, list[str]] = defaultdict(list)
    failures = 0
    for step in range(int(HOURS * HOUR / STEP)):
        clock[0] = day.begin + step * STEP
        TrendSource.objects.filter(pk=row.pk).update(next_poll_at=clock[0])
        answer = fetching.collect(row.pk, clock=lambda: clock[0], rng=random.Random(1))
        failures += bool(answer and answer.error)
        if clock[0].minute == 0:
            passes.score(now=clock[0])
            note(states)
    return Replayed(clock[0], states, told, failures)


def note(states: dict[str, list[str]]) -> None:
    """Write down where each topic stands."""
    for title, status in TrendTopic.objects.filter(run=1).order_by("pk").values_list("title", "status"):
        if not states[title] or states[title][-1] != status:
            states[title].append(status)


def strongest(made: Replayed) -> list[str]:
    """The topics that were highest, of those that came and were seen for some hours."""
    first = min(hour for hours in made.told.values() for hour in hours)
    new = [text for text, hours in made.told.items() if first not in hours and len(hours) >= 5]
    return sorted(new, key=lambda text: -max(made.told[text].values()))[:STRONGEST]


def topic_of(text: str) -> TrendTopic:
    topic = TrendTopic.objects.filter(normalized=normalise(text, Kind.KEYWORD)).order_by("run").first()
    return topic or TrendTopic.objects.filter(names__contains=[text]).order_by("run")[0]


def test_a_real_day_goes_by_as_it_went(
    httpserver: HTTPServer, cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1", "localhost"]
    day = read_day()
    biggest = max((count, text) for told in day.snapshots.values() for text, count in told.items())[1]
    watch = watch_of(cast.asha, cast.brand, biggest, tell_existing=True, armed=False)

    made = replay(httpserver, day)

    # Nothing that was told is lost, neither by the broken hour nor by names that meet.
    assert made.failures == 2
    row = TrendSource.objects.get()
    assert (row.health, row.consecutive_failures) == ("ok", 0)
    names = set(TrendTopic.objects.values_list("normalized", flat=True))
    lost = [text for text in made.told if normalise(text, Kind.KEYWORD) not in names and not topic_of(text)]
    assert lost == []

    # Curves rise and fall as they did: the order of their hours, and their tops.
    texts = strongest(made)
    assert len(texts) == STRONGEST
    likeness, tops = zip(*(compared(made, text) for text in texts), strict=True)
    assert np.median(likeness) >= 0.95
    assert min(likeness) >= 0.8
    assert sum(apart <= 1 for apart in tops) >= STRONGEST - 1

    # States follow one another as they may.
    for title, states in made.states.items():
        assert all(after in AFTER[before] for before, after in pairwise(states)), (title, states)
    reached = [state for text in texts for state in made.states[topic_of(text).title]]
    assert {"emerging", "declining"} <= set(reached)

    see(cast, made, texts, monkeypatch)

    # A day of silence later all of it is over, and the watch told of its topic once.
    passes.score(now=made.now + 25 * HOUR)
    assert not TrendTopic.objects.live().exists()
    told_once(cast, watch)


def compared(made: Replayed, text: str) -> tuple[float, float]:
    """How alike the order of a topic's hours is to what was told, and how many hours its top is off."""
    topic = topic_of(text)
    rows = TrendObservation.objects.filter(topic__normalized=topic.normalized).order_by("hour")
    kept = dict(rows.values_list("hour", "count"))
    hours = sorted(made.told[text])
    ours, real = [float(kept[hour] or 0) for hour in hours], [made.told[text][hour] for hour in hours]
    apart = abs((hours[int(np.argmax(ours))] - hours[int(np.argmax(real))]) / HOUR)
    return float(spearmanr(ours, real).statistic), apart


def see(cast: Cast, made: Replayed, texts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the pages at the end of the replay: what is on the list is there, what is high is above what is low."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: made.now)
    cache.clear()
    client = Client()
    assert client.login(email=cast.asha.user.email, password=PASSWORD)
    explorer = client.get(reverse("trends"), {"view": "all", "sort": "score"})
    assert explorer.status_code == 200
    live = TrendTopic.objects.live().order_by("-score", "-pk").values_list("title", flat=True)[:STRONGEST]
    shown = unescape(explorer.content.decode())
    assert [title for title in live if title not in shown] == []
    page = client.get(reverse("trend", args=[topic_of(texts[0]).pk]))
    assert page.status_code == 200
    assert page.context["curve"] is not None
    monkeypatch.undo()


def told_once(cast: Cast, watch: TrendAlert) -> None:
    """Say that a watch told of each run of its topic once, however often the topic was seen again."""
    runs = [alert.topic_id for alert in fired(watch)]
    assert len(runs) == len(set(runs)) == 1
    assert len(notices(cast.asha.user)) == 1
