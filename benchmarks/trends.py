"""How fast the trend engine goes with a million topics and ten million hours: python -m benchmarks.trends [REQUESTS]

Observations taken in beside bare COPY, one scoring pass beside a bare numpy pass, the explorer and a topic's page
beside their own SQL, one asset against every live topic. BENCH_SCALE=0.1 does it with a tenth. Takes the rows away
again; it needs a set of services of its own (`make bench NAME=trends`).
"""

import datetime as dt
import logging
import os
import sys
import tracemalloc
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trenddrop.settings")
django.setup()

import numpy as np  # noqa: E402 (after setup, as everything below)
from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from accounts import tenancy  # noqa: E402
from accounts.models import BrandProfile, Membership, Organization, User  # noqa: E402
from accounts.services import organizations  # noqa: E402
from benchmarks import trend_rows  # noqa: E402
from benchmarks.measuring import Side, ratio, report, share, turns  # noqa: E402
from benchmarks.pages import measure as measure_page  # noqa: E402
from benchmarks.trend_rows import Seeded  # noqa: E402
from trends.collection import observing  # noqa: E402
from trends.collection.observing import Observed, observe  # noqa: E402
from trends.detection import Standing, scoring_pass  # noqa: E402
from trends.detection.passing import CHUNK  # noqa: E402
from trends.models import TrendRelevance, TrendSource, TrendTopic  # noqa: E402
from trends.queries import nearness  # noqa: E402

SCALE = float(os.environ.get("BENCH_SCALE", "1"))
TOPICS = int(1_000_000 * SCALE)
TAKEN_IN, ROUNDS, PASSES, ASSETS = 40_000, 5, 3, 20
COPIED, SCORED, MISSED = 2.5, 3.0, 0.05  # times bare COPY (40 %), times bare numpy, share of the nearest missed
FITS = 200
MARK = "Bench of a million:"
HOURS, DAY = 48, 24
COPY = f"COPY trends_trendobservation ({trend_rows.COLUMNS}) FROM STDIN (FORMAT BINARY)"


class Back(Exception):
    """Undo a round."""


# Taking in


def take_in(seeded: Seeded, *, now: dt.datetime) -> None:
    """Print how many observations are taken in a second: of new hours, and of hours told before."""
    new = _told(seeded, now.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1))
    sides = [_undone(lambda: observe(new)), _undone(lambda: _copied(new))]
    ours, bare = turns(sides, ROUNDS)
    report(
        "observations taken in, against bare COPY into the same partitions",
        len(new) / share(ours, 0.5), len(new) / share(bare, 0.5), unit="/s", n=len(new), ratio=ratio(ours, bare),
        aim=COPIED,
    )  # fmt: skip
    again, _ = turns([_undone(lambda: _twice(new)), sides[0]], ROUNDS)
    once = share(ours, 0.5)
    report("observations of an hour told again", len(new) / (share(again, 0.5) - once), unit="/s", n=len(new))


def _told(seeded: Seeded, hour: dt.datetime) -> list[Observed]:
    """Return what one source after the other says of topics here and there."""
    step = max(1, len(seeded.keys) * 3 // TAKEN_IN)
    keys = seeded.keys[::step][: TAKEN_IN // 3]
    return [
        Observed(key, source, hour, place % 900, place % 50 + 1, None, float(place))
        for source in seeded.sources
        for place, key in enumerate(keys)
    ]


def _copied(rows: Sequence[Observed]) -> None:
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        copy.set_types(observing.TYPES[:-1])
        for row in rows:
            copy.write_row(row[:-1])


def _twice(rows: Sequence[Observed]) -> None:
    observe(rows)
    observe(row._replace(count=row.count + 1) for row in rows)  # type: ignore[operator]


def _undone(side: Callable[[], None]) -> Callable[[], None]:
    def does() -> None:
        try:
            with transaction.atomic():
                side()
                raise Back
        except Back:
            pass

    return does


# Scoring


def score(topics: int) -> None:
    """Print what one pass over all topics' hours takes, and the memory it needs at its height."""
    standing = _standing(topics)
    ours, bare = turns([lambda: scoring_pass(standing), lambda: _bare_pass(standing.hourly)], PASSES)
    mine, other = share(ours, 0.5), share(bare, 0.5)
    report(
        f"scoring pass over {HOURS} hours of every topic, against numpy", mine, other, unit="s", n=topics,
        ratio=ratio(ours, bare), aim=SCORED,
    )  # fmt: skip
    for size in (topics // 4, topics):
        height, returned = _memory(standing.part(slice(0, size)))
        report("scoring pass: memory at its height beside its input", height, unit="MB", n=size)
        report("scoring pass: memory of what it returns", returned, unit="MB", n=size)


def _standing(topics: int) -> Standing:
    rng = np.random.default_rng(3)
    level = rng.gamma(1.2, 20, topics).astype(np.float32)
    hourly = np.empty((topics, HOURS), np.float32)
    for start in range(0, topics, 50_000):
        part = slice(start, start + 50_000)
        hourly[part] = rng.poisson(level[part, None], hourly[part].shape)
        hourly[part][rng.random(hourly[part].shape) < 0.1] = np.nan
    return Standing(
        hourly, rng.uniform(1, 90, topics), rng.uniform(0, 9, topics), rng.integers(1, 6, topics),
        rng.integers(1, 50, topics).astype(float), rng.integers(0, 4, topics).astype(np.int8),
    )  # fmt: skip


def _bare_pass(hourly: NDArray[np.floating]) -> list[NDArray[np.floating]]:
    """What anybody would write in five lines, in the same chunks: usual, deviation, two days, growth, peak."""
    made = []
    for start in range(0, len(hourly), CHUNK):
        part = hourly[start : start + CHUNK]
        usual, spread = np.nanmean(part[:, :-1], axis=1), np.nanstd(part[:, :-1], axis=1)
        burst = (part[:, -1] - usual) / np.maximum(spread, 1)
        was, is_ = np.nansum(part[:, :-DAY], axis=1), np.nansum(part[:, -DAY:], axis=1)
        made.append(np.column_stack([burst, (is_ + 5) / (was + 5), np.nanargmax(np.nan_to_num(part), axis=1)]))
    return made


def _memory(standing: Standing) -> tuple[float, float]:
    """Return the megabytes a pass takes at its height, and those of what it returns."""
    tracemalloc.start()
    made = scoring_pass(standing)
    returned, height = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(made.score) == len(standing.hourly)
    return height / 1e6, returned / 1e6


# Pages


def pages(seeded: Seeded) -> None:
    """Print what the explorer and a topic's page cost beside their own SQL."""
    with _member() as member:
        _fits(member, seeded)
        client = Client()
        client.force_login(member.user)
        title = seeded.titles[len(seeded.titles) // 2].split()[0]
        for name, address in (
            ("explorer", reverse("trends")),
            ("explorer, by growth", f"{reverse('trends')}?sort=growth"),
            ("explorer, a word", f"{reverse('trends')}?q={title}"),
            ("topic", reverse("trend", args=[seeded.keys[0]])),
            ("Today", reverse("today")),
        ):
            measure_page(f"{name} at {seeded.hours:,} observations", client, address)


@contextmanager
def _member() -> Iterator[Membership]:
    key = uuid.uuid4().hex[:8]
    owner = User.objects.create_user(f"bench-{key}@trenddrop.example", None, full_name="Asha Menon")
    member = organizations.create(name=f"Bench {key}", owner=owner)
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    try:
        yield member
    finally:
        with tenancy.operator():
            Organization.objects.filter(pk=member.organization_id).update(deleted_at=timezone.now())


def _fits(member: Membership, seeded: Seeded) -> None:
    with tenancy.of_member(member):
        brand = BrandProfile.objects.get()
        TrendRelevance.objects.bulk_create(
            TrendRelevance(
                organization=member.organization, brand=brand, topic_id=key, score=90 - number / 10,
                reasons=[["words", 40.0, "says “monsoon”"]],
            )
            for number, key in enumerate(seeded.keys[:FITS])
        )  # fmt: skip


# Matching


def match(seeded: Seeded) -> None:
    """Print how long one asset takes against every live topic, and what it misses of the exact answer."""
    rng = np.random.default_rng(11)
    exact = seeded.vectors.astype(np.float32)
    found, spent, bare, names = [], list[float](), list[float](), []
    for number in range(ASSETS + 1):
        said, vector, title = _asset(rng, seeded)
        sides: list[Side] = [partial(_candidates, vector, said), partial(_exact, exact, vector)]
        (mine,), (other,) = turns(sides, 1)
        if number:  # the first one warms up
            spent.append(mine)
            bare.append(other)
            best = exact @ vector
            least = np.sort(best)[-nearness.NEAREST] - 1e-3  # what half precision can't tell apart is as good
            keys = nearness.nearest(vector, embedder="hashed-256-1", limit=nearness.NEAREST)
            found.append(np.mean([best[_number(key)] >= least for key in keys]))
            names.append(title in {topic.title for topic in _candidates(vector, said)})
    topics = len(seeded.keys)
    report("match: share of the nearest missed", 1 - float(np.mean(found)), unit="", n=topics, aim=MISSED)
    report("match: share of the names said missed", 1 - float(np.mean(names)), unit="", n=topics, aim=0.0)
    for part, label in ((0.5, "p50"), (0.95, "p95")):
        mine, other = 1000 * share(spent, part), 1000 * share(bare, part)
        name = f"match of an asset, {label}, against numpy over all vectors"
        report(name, mine, other, unit="ms", n=ASSETS, ratio=mine / other)


def _asset(rng: np.random.Generator, seeded: Seeded) -> tuple[list[list[str]], NDArray[np.float32], str]:
    """Invent what is said: four hundred words, and one topic's name among them; its vector is of the same make."""
    chosen = rng.integers(0, len(seeded.titles), 120)
    title = next(seeded.titles[n] for n in chosen if 2 <= len(seeded.titles[n].split()) <= nearness.LONGEST_NAME)
    said = [seeded.titles[n].split() for n in chosen[:100]] + [["about", *title.split(), "today"]]
    summed = seeded.vectors[chosen[:100]].astype(np.float32).sum(axis=0)
    return said, summed / np.linalg.norm(summed), title


def _candidates(vector: NDArray[np.float32], said: list[list[str]]) -> list[TrendTopic]:
    return list(nearness.candidates(vector, embedder="hashed-256-1", said=said))


def _exact(vectors: NDArray[np.float32], vector: NDArray[np.float32]) -> NDArray[np.intp]:
    return np.argpartition(vectors @ vector, -nearness.NEAREST)[-nearness.NEAREST :]


def _number(key: uuid.UUID) -> int:
    return key.int & ((1 << 62) - 1)


def main() -> None:
    """Measure on rows of our own, and take them away again."""
    if TrendSource.objects.filter(name__startswith=MARK).exists():
        trend_rows.clear()  # of a run that was stopped
    if TrendTopic.objects.filter(is_example=False).exists():
        sys.exit("There are topics here already. Run `make bench NAME=trends`, which has a database of its own.")
    logging.disable(logging.INFO)
    now = timezone.now()
    score(TOPICS)
    rows = [TrendSource(kind=kind, name=f"{MARK} {kind}") for kind in ("bluesky", "mastodon", "hacker_news")]
    sources = [row.pk for row in TrendSource.objects.bulk_create(rows)]
    try:
        seeded = trend_rows.seed(TOPICS, sources, now=now)
        take_in(seeded, now=now)
        pages(seeded)
        match(seeded)
    finally:
        trend_rows.clear()


if __name__ == "__main__":
    main()
