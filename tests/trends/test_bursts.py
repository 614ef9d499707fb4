"""What a pass keeps of a topic: its burst, when it was told, its states and starts, whatever the clock does."""

import datetime as dt
from collections.abc import Sequence

import pytest
from django.core.exceptions import ValidationError
from django.db.models import F

from accounts import installation as memory
from accounts.services import installation
from tests.trends.collecting import HOUR, keyword, source_of, store
from trends.collection import rating
from trends.models import TrendObservation, TrendSource, TrendTopic


def told_hours(counts: Sequence[int | None], *, now: dt.datetime, kind: str = "google_news") -> TrendTopic:
    """One topic whose source said these counts, hour by hour, the last one now; rated once at the end."""
    source = source_of(kind)
    first = now - (len(counts) - 1) * HOUR
    (topic,) = store(source, [keyword("Saffron", counts[0])], now=first)
    TrendObservation.objects.filter(topic=topic).delete()
    TrendObservation.objects.bulk_create(
        TrendObservation(topic=topic, source=source, hour=(first + place * HOUR).replace(minute=0), count=count)
        for place, count in enumerate(counts)
        if count is not None
    )
    TrendTopic.objects.filter(pk=topic.pk).update(last_seen_at=now, status="emerging", state_since=None)
    return rated(topic, now)


def rated(topic: TrendTopic, now: dt.datetime) -> TrendTopic:
    rating.rate([topic.pk], now=now)
    topic.refresh_from_db()
    return topic


def test_a_burst_is_kept_with_what_was_expected_and_why(now: dt.datetime, db: None) -> None:
    topic = told_hours([100] * 60 + [800], now=now)
    assert topic.observed == 800
    assert topic.expected == pytest.approx(100)
    assert topic.burst is not None
    assert topic.burst > 10
    assert topic.alarmed_at == now
    assert topic.explanation == "8× its usual for this hour, in one source, 2 days old"
    assert topic.score_factors[3][0] == "burst"
    assert topic.top_score == topic.score
    assert topic.novelty is not None
    assert 0 < topic.novelty < 0.5


def test_a_burst_is_told_once_in_a_run(now: dt.datetime, db: None) -> None:
    topic = told_hours([100] * 60 + [800], now=now)
    TrendObservation.objects.create(
        topic=topic, source=TrendSource.objects.get(), hour=(now + HOUR).replace(minute=0), count=9000
    )
    assert rated(topic, now + HOUR).observed == 9000
    assert topic.alarmed_at == now


def test_a_clock_set_back_changes_nothing_that_was_told(now: dt.datetime, db: None) -> None:
    topic = told_hours([100] * 60 + [800], now=now)
    assert topic.state_since == now
    TrendTopic.objects.filter(pk=topic.pk).update(status="declining")
    before = rated(topic, now - 3 * HOUR)
    assert (before.status, before.state_since, before.alarmed_at) == ("declining", now, now)


def test_an_hour_of_the_future_is_not_read(now: dt.datetime, db: None) -> None:
    topic = told_hours([100] * 60, now=now)
    TrendObservation.objects.create(
        topic=topic, source=TrendSource.objects.get(), hour=(now + 2 * HOUR).replace(minute=0), count=10**9
    )
    assert rated(topic, now).observed == 100
    assert topic.alarmed_at is None


def test_a_state_tells_since_when_it_holds(now: dt.datetime, db: None) -> None:
    topic = told_hours([100] * 60, now=now)
    since = topic.state_since
    assert topic.status == "trending"
    assert rated(topic, now + HOUR).state_since == since
    rated(topic, now + 30 * HOUR)
    assert (topic.status, topic.state_since) == ("expired", now + 30 * HOUR)


def test_what_began_before_the_hours_looked_at_keeps_its_start(now: dt.datetime, db: None) -> None:
    topic = told_hours([100] * 60, now=now)
    began = now - 20 * 24 * HOUR
    TrendTopic.objects.filter(pk=topic.pk).update(started_at=began)
    TrendObservation.objects.filter(topic=topic).update(hour=F("hour") - 200 * HOUR)
    TrendObservation.objects.create(
        topic=topic, source=TrendSource.objects.get(), hour=now.replace(minute=0), count=100
    )
    assert rated(topic, now).started_at == began


def test_counts_as_large_as_the_database_holds_are_scored(now: dt.datetime, db: None) -> None:
    topic = told_hours([2**63 - 1] * 30, now=now)
    assert 0 < topic.score <= 100
    assert topic.mention_count > 9 * 10**18


def test_an_operator_tunes_the_detection_without_a_release(now: dt.datetime, db: None) -> None:
    assert told_hours([100] * 60 + [800], now=now).alarmed_at is not None
    TrendTopic.objects.all().delete()
    TrendSource.objects.all().delete()
    with pytest.raises(ValidationError, match="no “alarm_brust” to tune"):
        installation.change("trend_tuning", {"alarm_brust": 3})
    installation.change("trend_tuning", {"alarm_burst": 1000})
    memory.changed()
    assert told_hours([100] * 60 + [800], now=now).alarmed_at is None
