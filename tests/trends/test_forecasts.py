"""Topics are foretold every hour, forecasts settled, models learned, versioned, put in use and out of it."""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from tests.cast import Cast
from tests.trends import foreseen
from tests.trends.collecting import HOUR, keyword, source_of, store
from trends.collection import forecast_training, forecasts
from trends.collection.observing import Observed, observe
from trends.forecasting.forest import Forest
from trends.forecasting.model import Model
from trends.foretelling import outlook
from trends.models import ForecastModel, TrendForecast, TrendTopic
from trends.services import forecasts as commands

LEAF = {"value": 0.0, "feature": 0, "threshold": 0.0, "left": 0, "right": 0, "missing_left": False, "leaf": True}


def leaf(value: float) -> Forest:
    """A tree of one leaf: always the same log odds."""
    nodes = {name: np.array([part]) for name, part in LEAF.items()} | {"value": np.array([value])}
    return Forest(nodes, np.array([0]), np.array([0]), np.array([0.0]))


def version(number: int, *, task: str = "breakout", active: bool = False, note: str = "") -> ForecastModel:
    model = Model(["level"], (leaf(1.0),), levels={"google_news": 100.0})
    at = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    return ForecastModel.objects.create(
        task=task, version=number, algorithm="a leaf", trained_from=at, trained_to=at, examples=9, note=note,
        parameters=model.to_bytes(), is_active=active,
    )  # fmt: skip


def active() -> list[int]:
    return list(ForecastModel.objects.filter(task="breakout", is_active=True).values_list("version", flat=True))


@pytest.fixture
def rising(db: None, now: dt.datetime) -> TrendTopic:
    """A topic seen first an hour ago, in a list that is looked at each hour."""
    source = source_of("google_news")
    other = source_of("google_news", name="Another")
    for hour in range(30, 1, -1):
        store(other, [keyword("Old acquaintance", 5)], now=now - hour * HOUR)
    store(source, [keyword("Monsoon skincare", 40)], now=now - HOUR)
    (topic,) = store(source, [keyword("Monsoon skincare", 60)], now=now)
    return topic


def again(topic: TrendTopic) -> TrendTopic:
    topic.refresh_from_db()
    return topic


def test_without_history_the_rule_foretells_and_says_so(rising: TrendTopic, now: dt.datetime) -> None:
    assert forecasts.foretell(now=now) >= 1
    forecast = again(rising).forecast
    told = outlook(forecast, now=now)
    assert told is not None
    assert (told.is_rule, told.needed) == (True, 500)
    assert told.known is not None
    assert told.known < 500
    assert told.breakout is not None
    assert forecast["state_1h"]["state"] == "up"
    row = TrendForecast.objects.get(topic=rising)
    assert (row.is_fallback, row.made_by, row.state_1h, row.level) == (True, "rule", "up", 60)


def test_a_topic_is_foretold_once_an_hour(rising: TrendTopic, now: dt.datetime) -> None:
    forecasts.foretell(now=now)
    assert forecasts.foretell(now=now + dt.timedelta(minutes=10)) == 0
    assert forecasts.foretell(now=now + HOUR) >= 1
    assert TrendForecast.objects.filter(topic=rising).count() == 2


def test_the_models_in_use_foretell_and_are_named(rising: TrendTopic, now: dt.datetime) -> None:
    version(3, active=True)
    forecasts.foretell(now=now)
    forecast = again(rising).forecast
    assert forecast["breakout"] == pytest.approx(1 / (1 + np.exp(-1)), abs=1e-4)
    assert (forecast["breakout_level"], forecast["is_fallback"]) == (100.0, False)
    assert forecast["made_by"] == "breakout 3;"
    assert TrendForecast.objects.get(topic=rising).breakout_level == 100


def test_a_chance_stays_told_but_counts_once(rising: TrendTopic, now: dt.datetime) -> None:
    version(3, active=True)
    forecasts.foretell(now=now)
    forecasts.foretell(now=now + 4 * HOUR)
    assert again(rising).forecast["breakout"] is not None
    assert TrendForecast.objects.filter(topic=rising).exclude(breakout=None).count() == 1


def test_a_model_that_can_not_be_read_leaves_the_word_to_the_rule(rising: TrendTopic, now: dt.datetime) -> None:
    ForecastModel.objects.filter(pk=version(1, active=True).pk).update(parameters=b"cos\nsystem\n(S'true'\ntR.")
    forecasts.foretell(now=now)
    assert again(rising).forecast["is_fallback"]


def test_foretelling_is_the_same_few_statements_however_many_topics(rising: TrendTopic, now: dt.datetime) -> None:
    with CaptureQueriesContext(connection) as few:
        forecasts.foretell(now=now)
    source = source_of("google_news", name="A third")
    store(source, [keyword(f"Topic number {number} of many", number + 1) for number in range(40)], now=now + HOUR)
    with CaptureQueriesContext(connection) as many:
        assert forecasts.foretell(now=now + HOUR) > 40
    assert len(many) <= len(few) + 1


def test_what_happened_is_filled_in_when_it_is_over(rising: TrendTopic, now: dt.datetime) -> None:
    version(3, active=True)
    forecasts.foretell(now=now)
    hour = now.replace(minute=0)
    source = source_of("google_news", name="Later")
    observe([
        Observed(rising.pk, source.pk, hour + HOUR, 30),
        Observed(rising.pk, source.pk, hour + 3 * HOUR, 120),
        Observed(rising.pk, source.pk, hour + 6 * HOUR, 61),
    ])  # fmt: skip
    assert forecasts.settle(now=now + 12 * HOUR) == 0
    assert forecasts.settle(now=now + 14 * HOUR) >= 1
    row = TrendForecast.objects.get(topic=rising)
    assert (row.broke_out, row.was_1h, row.was_6h) == (True, "down", "flat")
    assert forecasts.settle(now=now + 15 * HOUR) == 0


def test_what_nobody_looked_at_stays_open_and_is_not_asked_again(rising: TrendTopic, now: dt.datetime) -> None:
    forecasts.foretell(now=now)
    forecasts.settle(now=now + 14 * HOUR)
    row = TrendForecast.objects.get(topic=rising)
    assert (row.broke_out, row.was_1h) == (None, "")
    assert row.settled_at == now + 14 * HOUR


def test_versions_judge_what_they_foretold(rising: TrendTopic, now: dt.datetime) -> None:
    model = version(3, active=True)
    for hour, (chance, came) in enumerate([(0.9, True), (0.2, False), (0.4, True)]):
        TrendForecast.objects.create(
            topic=rising, made_at=now - hour * HOUR, breakout=chance, broke_out=came, made_by="breakout 3;"
        )
    TrendForecast.objects.create(topic=rising, made_at=now + HOUR, breakout=1, broke_out=False, made_by="breakout 33;")
    forecast_training.judge_what_was_foretold()
    lived = ForecastModel.objects.get(pk=model.pk).figures["lived"]
    assert (lived["cases"], lived["ap"]) == (3, 1.0)
    assert lived["brier"] == pytest.approx((0.01 + 0.04 + 0.36) / 3, abs=1e-4)


def test_too_little_history_trains_nothing(rising: TrendTopic, now: dt.datetime) -> None:
    assert forecast_training.train(now=now) == []
    assert not ForecastModel.objects.exists()


def test_history_enough_makes_versions_that_are_used_where_they_beat_the_rule(db: None, now: dt.datetime) -> None:
    hours = 320
    foreseen.observed(
        source_of("google_news"), foreseen.readings(hours=hours), until=now.replace(minute=0), hours=hours
    )
    made = {row.task: row for row in forecast_training.train(now=now)}
    assert set(made) >= {"breakout", "state_1h"}
    for row in made.values():
        better = {"breakout": "ap"}.get(row.task, "macro_f1")
        assert row.is_active == (row.note == "")
        assert not row.is_active or row.figures[better] > row.figures["rule"][better]
    assert made["breakout"].is_active
    assert made["breakout"].examples >= 500
    assert Model.from_bytes(bytes(made["breakout"].parameters)).levels["google_news"] > 0


@pytest.fixture
def somebody_trains(db: None) -> Iterator[None]:
    """Another connection holds the training."""
    told = connection.get_connection_params()
    with psycopg.connect(
        **{name: told[name] for name in ("dbname", "user", "password", "host", "port") if name in told}
    ) as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended('forecast_training', 0))")
        yield


def test_only_one_trains_at_a_time(somebody_trains: None, now: dt.datetime) -> None:
    with pytest.raises(forecast_training.UnderWay):
        forecast_training.train(now=now)


def test_one_version_is_in_use_and_one_can_go_back(db: None) -> None:
    first, _second, third = version(1), version(2, note="Not in use: the rule did as well."), version(3)
    commands.use(first)
    commands.use(third)
    assert active() == [3]
    assert commands.go_back(third) == first
    assert active() == [1]
    assert commands.go_back(first) is None
    assert active() == []


def test_a_version_that_can_not_be_read_is_not_put_in_use(db: None) -> None:
    row = version(1)
    ForecastModel.objects.filter(pk=row.pk).update(parameters=b"nothing")
    row.refresh_from_db()
    with pytest.raises(commands.CantUse):
        commands.use(row)


def test_old_forecasts_and_versions_go_but_never_the_one_in_use(rising: TrendTopic, now: dt.datetime) -> None:
    for number in range(1, 16):
        version(number, active=number == 1)
    TrendForecast.objects.create(topic=rising, made_at=now - dt.timedelta(days=61), made_by="rule")
    TrendForecast.objects.create(topic=rising, made_at=now - dt.timedelta(days=59), made_by="rule")
    assert forecast_training.prune(now=now) == (1, 2)
    assert sorted(ForecastModel.objects.values_list("version", flat=True)) == [1, *range(4, 16)]


def test_programs_read_the_models_and_what_was_foretold(rising: TrendTopic, cast: Cast, now: dt.datetime) -> None:
    version(3, active=True)
    forecasts.foretell(now=now)
    client = Client()
    client.force_login(User.objects.get(pk=cast.chitra.user_id))
    answer = client.get("/api/v1/trend-forecast-models").json()
    (model,) = answer["results"] if isinstance(answer, dict) else answer
    assert (model["task"], model["version"], model["is_active"]) == ("breakout", 3, True)
    assert "parameters" not in model
    foretold = client.get(f"/api/v1/trends/{rising.pk}/forecasts").json()
    (one,) = foretold["results"] if isinstance(foretold, dict) else foretold
    assert one["made_by"] == "breakout 3;"
    assert one["broke_out"] is None


def test_operators_see_versions_use_them_and_have_them_trained(cast: Cast) -> None:
    first, second = version(1), version(2, active=True)
    User.objects.filter(pk=cast.dev.user_id).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(User.objects.get(pk=cast.dev.user_id))
    listed = reverse("admin:trends_forecastmodel_changelist")
    assert client.get(listed).status_code == 200
    assert client.get(reverse("admin:trends_forecastmodel_change", args=[first.pk])).status_code == 200
    client.post(listed, {"action": "use_version", "_selected_action": [str(first.pk)]})
    assert active() == [1]
    client.post(listed, {"action": "use_version", "_selected_action": [str(second.pk)]})
    client.post(listed, {"action": "go_back", "_selected_action": [str(second.pk)]})
    assert active() == [1]
    train = reverse("admin:trends_forecastmodel_train_now")
    assert client.get(train).status_code == 200
