"""What live topics will do: foretold every hour by the models in use, else by the rule, and settled when it is over."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection, transaction

from trends.collection import forecast_history, storing
from trends.collection.forecast_history import History
from trends.collection.forecast_training import BACK as LEARNED_FROM
from trends.collection.forecast_training import NEEDED, Task, label_of
from trends.forecasting import rule, starts, states, wordings
from trends.forecasting.forest import BadModel
from trends.forecasting.learning import TRAIN_GAP, TRAIN_WARM_UP, Listing
from trends.forecasting.model import Model
from trends.forecasting.panel import HOUR, Ints, Panel
from trends.forecasting.states import IN_AN_HOUR, IN_SIX_HOURS, STATES, Ahead, Live
from trends.models import ForecastModel, TrendForecast, TrendTopic

AT_ONCE = 2000
BACK = dt.timedelta(days=3)
MOST_READINGS = 500_000
FRESH = 3 * HOUR  # a topic without a reading so lately has no level to foretell from
SAMPLE = 4000  # chances of the last days that say how often each state is to be told
HOLDS = 12 * HOUR  # a chance to break out is told until its twelve hours are over
AHEAD: Mapping[str, Ahead] = {Task.STATE_1H: IN_AN_HOUR, Task.STATE_6H: IN_SIX_HOURS}
STATUSES = (TrendTopic.Status.EMERGING, TrendTopic.Status.TRENDING)
RULE = "rule"

WRITE = """
UPDATE trends_trendtopic AS topic SET forecast = new.forecast
FROM unnest(%s::uuid[], %s::jsonb[]) AS new (id, forecast) WHERE topic.id = new.id
"""


@dataclass(frozen=True)
class InUse:
    """The models that foretell now, and how they are named in what they say."""

    models: Mapping[str, Model]
    label: str

    @property
    def levels(self) -> dict[str, float]:
        """Return what counts as breaking out, as the models were taught."""
        one = self.models.get(Task.BREAKOUT) or next(iter(self.models.values()), None)
        return dict(one.levels) if one else {}


def foretell(*, now: dt.datetime) -> int:
    """Foretell what the strongest live topics will do that have no forecast of this hour; returns how many."""
    hour = storing.hour_of(now)
    live = TrendTopic.objects.live().filter(status__in=STATUSES).exclude(forecast__contains={"hour": hour.isoformat()})
    topics = list(live.order_by("-score", "pk").only(*USED)[:AT_ONCE])
    if not topics:
        return 0
    used = in_use()
    history = forecast_history.load(
        since=hour - BACK, until=now, most=MOST_READINGS, examples=True, known=used.levels
    )  # fmt: skip
    known = 0 if used.models else _known(now=now)
    found = {topic.pk: _plain(topic, used, known=known, now=now) for topic in topics}
    for kind, mine in _by_kind(topics, history, since=int(hour.timestamp()) - FRESH).items():
        _tell_states(found, mine, history.listings[kind], used, since=int(hour.timestamp()) - FRESH)
        _tell_breakouts(found, mine, history.listings[kind], history.levels[kind], used, now=now)
    _write(found, hour=hour)
    return len(topics)


USED = ("pk", "forecast", "burst", "growth_24h", "source_count", "first_detected_at")


def in_use() -> InUse:
    """Return the models in use; one that can't be read is left aside, and the rule speaks for it."""
    models, labels = {}, []
    for row in ForecastModel.objects.filter(is_active=True).order_by("task"):
        try:
            models[row.task] = Model.from_bytes(bytes(row.parameters))
        except BadModel:
            continue
        labels.append(label_of(row))
    return InUse(models, " ".join(labels))


def _plain(topic: TrendTopic, used: InUse, *, known: int, now: dt.datetime) -> dict[str, Any]:
    """Return a forecast that says only who makes it; young topics nobody can measure yet get the rule of scores."""
    told: dict[str, Any] = {
        "made_at": now.isoformat(),
        "hour": storing.hour_of(now).isoformat(),
        "breakout": None,
        "level": None,
        "breakout_level": None,
        "source_kind": "",
        "state_1h": None,
        "state_6h": None,
        "made_by": used.label or RULE,
        "is_fallback": not used.models,
        "known": known,
        "needed": NEEDED,
    }
    old = topic.forecast
    if old.get("breakout") is not None and _seconds(now, topic.first_detected_at) < HOLDS:
        told |= {"breakout": old["breakout"], "breakout_level": old.get("breakout_level")}
    elif not used.models and _seconds(now, topic.first_detected_at) < HOLDS:
        chance = rule.breakout_of_topic(burst=topic.burst, growth=topic.growth_24h, sources=topic.source_count)
        told["breakout"] = round(chance, 4)
    return told


def _known(*, now: dt.datetime) -> int:
    """Return how many topics are there whose twelve hours are over, up to what learning needs."""
    over = TrendTopic.objects.filter(
        is_example=False, first_detected_at__gte=now - LEARNED_FROM, first_detected_at__lte=now - SETTLED_AFTER
    )
    return len(over.values_list("pk")[:NEEDED])


def _by_kind(topics: Iterable[TrendTopic], history: History, *, since: int) -> dict[str, dict[int, UUID]]:
    """Return the topics by the kind of source that says most of them lately."""
    wanted = {history.numbers[topic.pk]: topic.pk for topic in topics if topic.pk in history.numbers}
    best: dict[int, tuple[int, str]] = {}
    for kind, listing in sorted(history.listings.items()):
        panel = listing.panel
        numbers, counts = np.unique(panel.topics, return_counts=True)
        fresh = set(panel.topics[panel.times >= since].tolist())
        for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
            if number in wanted and number in fresh and count > best.get(number, (0, ""))[0]:
                best[number] = (count, kind)
    found: dict[str, dict[int, UUID]] = {}
    for number, (_count, kind) in best.items():
        found.setdefault(kind, {})[number] = wanted[number]
    return found


def _tell_states(
    found: dict[UUID, dict[str, Any]], mine: Mapping[int, UUID], listing: Listing, used: InUse, *, since: int
) -> None:
    panel = listing.panel
    for task, ahead in AHEAD.items():
        live = states.now(panel, ahead, since=since)
        live = _chosen(live, np.isin(panel.topics[live.rows], list(mine)))
        told, chances = _states(listing, live, ahead, used.models.get(task))
        for row, state, chance in zip(live.rows.tolist(), told.tolist(), chances, strict=True):
            topic = found[mine[int(panel.topics[row])]]
            topic[task] = {"state": STATES[state].value, "chance": round(float(chance[state]), 4)}
            topic |= {"level": round(float(panel.levels[row]), 2), "source_kind": listing.kind}


def _states(listing: Listing, live: Live, ahead: Ahead, model: Model | None) -> tuple[Ints, Any]:
    panel, table = listing.panel, states.table(listing.panel, live)
    if model is None:
        return rule.states(table), rule.state_chances(table)
    past = states.cases(panel, ahead)
    past = _chosen(
        past, np.isin(np.arange(past.rows.size), np.argsort(-panel.times[past.rows], kind="stable")[:SAMPLE])
    )
    both = Live(
        np.r_[past.rows, live.rows], np.r_[past.targets, live.targets], np.r_[past.horizons, live.horizons]
    )  # fmt: skip
    texts = wordings.of_topics(listing.texts, panel.topics[both.rows])
    told, chances = model.states(states.table(panel, both), texts, moments=panel.times[both.rows])
    return told[past.rows.size :], chances[past.rows.size :]


def _chosen(live: Live, flags: Any) -> Live:
    return Live(live.rows[flags], live.targets[flags], live.horizons[flags])


def _tell_breakouts(
    found: dict[UUID, dict[str, Any]],
    mine: Mapping[int, UUID],
    listing: Listing,
    level: float | None,
    used: InUse,
    *,
    now: dt.datetime,
) -> None:
    """Tell the chances of those that were seen first an hour or two ago: that is what models learn."""
    panel, moment = listing.panel, int(now.timestamp())
    if level is None:
        return
    new = starts.cases(panel, gap=TRAIN_GAP, warm_up=TRAIN_WARM_UP, settled=False)
    asked = (new.decided <= moment) & (new.decided > moment - 2 * HOUR) & np.isin(new.topics, list(mine))
    new = starts.Starts(new.episodes[asked], new.topics[asked], new.begins[asked], new.known[asked])
    table, model = starts.table(panel, new), used.models.get(Task.BREAKOUT)
    texts = wordings.of_topics(listing.texts, new.topics)
    chances = rule.breakout(table) if model is None else model.breakout(table, texts)
    for number, chance in zip(new.topics.tolist(), chances.tolist(), strict=True):
        found[mine[number]] |= {"breakout": round(chance, 4), "breakout_level": round(level, 2), "asked": True}


def _write(found: dict[UUID, dict[str, Any]], *, hour: dt.datetime) -> None:
    rows = [_row(key, told, hour) for key, told in found.items()]
    ordered = sorted(found)
    with transaction.atomic():
        storing.lock_topics()
        alive = set(TrendTopic.objects.filter(pk__in=ordered).values_list("pk", flat=True))
        TrendForecast.objects.bulk_create([row for row in rows if row.topic_id in alive], ignore_conflicts=True)
        with connection.cursor() as cursor:
            cursor.execute(WRITE, [ordered, [json.dumps(found[key]) for key in ordered]])


def _row(key: UUID, told: dict[str, Any], hour: dt.datetime) -> TrendForecast:
    """Return the row of a forecast; only a chance that was asked now counts, not one that is still told."""
    asked = told.pop("asked", False)
    soon, later = told["state_1h"] or {}, told["state_6h"] or {}
    return TrendForecast(
        topic_id=key,
        made_at=hour,
        breakout=told["breakout"] if asked else None,
        breakout_level=told["breakout_level"] if asked else None,
        state_1h=soon.get("state", ""),
        state_1h_chance=soon.get("chance"),
        state_6h=later.get("state", ""),
        state_6h_chance=later.get("chance"),
        level=told["level"],
        source_kind=told["source_kind"],
        made_by=told["made_by"],
        is_fallback=told["is_fallback"],
    )


def _seconds(now: dt.datetime, then: dt.datetime) -> float:
    return (now - then).total_seconds()


SETTLED_AFTER = dt.timedelta(hours=13)
GIVEN_UP = dt.timedelta(days=3)
SETTLED_AT_ONCE = 5000


def settle(*, now: dt.datetime) -> int:
    """Fill in what came of forecasts whose time is over; returns how many. What nobody looked at stays open."""
    rows = list(
        TrendForecast.objects.filter(settled_at=None, made_at__lte=now - SETTLED_AFTER, made_at__gte=now - GIVEN_UP)
        .order_by("made_at", "pk")[:SETTLED_AT_ONCE]
    )  # fmt: skip
    if not rows:
        return 0
    until = min(now, rows[-1].made_at + SETTLED_AFTER)
    history = forecast_history.load(
        since=rows[0].made_at - dt.timedelta(hours=6), until=until, most=MOST_READINGS, examples=True
    )  # fmt: skip
    for row in rows:
        listing, number = history.listings.get(row.source_kind), history.numbers.get(row.topic_id)
        if listing is not None and number is not None and len(listing.panel):
            _settle(row, listing.panel, number)
        row.settled_at = now
    TrendForecast.objects.bulk_update(rows, ["broke_out", "was_1h", "was_6h", "settled_at"], batch_size=500)
    return len(rows)


def _settle(row: TrendForecast, panel: Panel, number: int) -> None:
    made = int(row.made_at.timestamp())
    first, after = np.searchsorted(panel.topics, [number, number + 1])
    mine = np.arange(first, after)
    times, levels = panel.times[mine], panel.levels[mine]
    if row.breakout is not None and row.breakout_level is not None:
        later = (times > made) & (times <= made + starts.WITHIN - starts.DECIDE_AFTER)
        row.broke_out = bool(np.any(levels[later] >= row.breakout_level))
    before = mine[times <= made]
    if before.size:
        for name, ahead in (("was_1h", IN_AN_HOUR), ("was_6h", IN_SIX_HOURS)):
            setattr(row, name, _was(panel, int(before[-1]), ahead))


def _was(panel: Panel, row: int, ahead: Ahead) -> str:
    """Return what became of a reading, "" where nobody looked at its list then."""
    target = int(np.searchsorted(panel.snapshots, panel.times[row] + ahead.least))
    if target >= panel.snapshots.size or panel.snapshots[target] > panel.times[row] + ahead.most:
        return ""
    live = Live(np.array([row]), np.array([target]), np.array([0]))
    return STATES[int(states.outcomes(panel, live)[0])].value
