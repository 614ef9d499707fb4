"""The scoring pass, the fit to brands, and the examples that show both."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import tenancy
from tests.cast import Cast
from tests.trends.collecting import HOUR, keyword, source_of, store
from trends import demo
from trends.collection import examples, passes, rating
from trends.models import TrendObservation, TrendRelevance, TrendSource, TrendTopic
from trends.services import defaults
from trends.services import examples as commands


@pytest.fixture
def loaded(now: dt.datetime, cast: Cast) -> Cast:
    """The cast, with the example topics."""
    assert commands.load(now) > 20
    return cast


def named(words: str) -> TrendTopic:
    return TrendTopic.objects.get(normalized=words)


def test_two_days_replayed_rise_and_fall_as_they_were_shaped(loaded: Cast) -> None:
    assert named("skinbarrier").status == "emerging"
    assert named("monsoonskincare").status in {"emerging", "trending"}
    assert named("glassskin").status == "declining"
    assert named("lastoverfinish").status == "declining"
    rising, steady, fading = (named(words).growth_24h for words in ("monsoonskincare", "panipuri", "glassskin"))
    assert rising is not None
    assert steady is not None
    assert fading is not None
    assert rising > 1
    assert abs(steady) < 0.25
    assert fading < -0.2
    assert named("monsoonskincare").score > named("panipuri").score > named("glassskin").score


def test_an_example_is_labelled_as_old_as_its_course_and_explained(loaded: Cast, now: dt.datetime) -> None:
    assert set(TrendTopic.objects.values_list("is_example", flat=True)) == {True}
    topic = named("glassskin")
    assert now - topic.first_detected_at > 30 * HOUR
    assert len(topic.sparkline) == 24
    assert None not in topic.sparkline
    assert sum(value * weight for _name, value, weight, _words in topic.score_factors) == pytest.approx(
        topic.score, abs=0.1
    )
    assert all(row.name.endswith("(example data)") and not row.enabled for row in TrendSource.objects.all())


def test_the_examples_meet_from_source_to_source(loaded: Cast) -> None:
    topic = named("monsoonskincare")
    assert topic.source_kinds == ["bluesky", "google_trends", "mastodon"]
    assert topic.source_count == 4  # two feeds of one kind among them


def test_loading_twice_in_an_hour_changes_nothing_and_an_hour_later_moves_on(loaded: Cast, now: dt.datetime) -> None:
    before = set(TrendTopic.objects.live().values_list("pk", flat=True))
    observed = TrendObservation.objects.count()
    commands.load(now)
    assert TrendObservation.objects.count() == observed
    commands.load(now + HOUR)
    after = set(TrendTopic.objects.live().values_list("pk", flat=True))
    assert len(before & after) > 0.9 * len(before)
    assert TrendObservation.objects.latest("hour").hour == now.replace(minute=0) + HOUR


def test_examples_that_slept_for_days_wake_up_without_doubles(loaded: Cast, now: dt.datetime) -> None:
    count = TrendTopic.objects.count()
    rating.rate_all(now=now + 72 * HOUR)
    assert not TrendTopic.objects.live().exists()
    passes.score(now=now + 72 * HOUR)
    assert TrendTopic.objects.live().count() > 20
    assert TrendTopic.objects.count() <= count + 3


def test_the_first_real_answer_ends_the_examples_for_good(loaded: Cast, now: dt.datetime) -> None:
    real = source_of("bluesky")
    (topic,) = store(real, [keyword("Monsoon skincare", 3)], now=now)
    TrendSource.objects.filter(pk=real.pk).update(last_success_at=now)
    assert (topic.is_example, topic.run) == (False, 2)
    assert list(TrendTopic.objects.live()) == [topic]
    assert commands.load(now + HOUR) == 0
    passes.score(now=now + HOUR)
    assert list(TrendTopic.objects.live()) == [topic]
    with tenancy.operator():
        live = TrendRelevance.objects.exclude(topic__status="expired")
        assert set(live.values_list("topic", flat=True)) == {topic.pk}


def test_removing_the_examples_leaves_what_is_real(loaded: Cast, now: dt.datetime) -> None:
    store(source_of("bluesky"), [keyword("Real", 3)], now=now)
    assert commands.remove() > 20
    assert [topic.title for topic in TrendTopic.objects.all()] == ["Real"]
    assert [row.kind for row in TrendSource.objects.all()] == ["bluesky"]


def test_an_installation_that_never_loaded_examples_gets_none(now: dt.datetime, db: None) -> None:
    assert examples.refresh(now=now) == 0
    passes.score(now=now)
    assert not TrendTopic.objects.exists()


def test_what_was_not_seen_for_a_day_is_over_and_stays_over(now: dt.datetime, db: None) -> None:
    (topic,) = store(source_of(), [keyword("Brief", 3)], now=now)
    rating.rate_all(now=now + 23 * HOUR)
    topic.refresh_from_db()
    assert topic.status != "expired"
    rating.rate_all(now=now + 24 * HOUR)
    topic.refresh_from_db()
    score = topic.score
    assert topic.status == "expired"
    rating.rate([topic.pk], now=now)
    topic.refresh_from_db()
    assert (topic.status, topic.score) == ("expired", score)


def test_a_running_hour_is_no_fall(now: dt.datetime, db: None) -> None:
    source = source_of("hacker_news")
    at = now.replace(minute=55)
    for hours in range(12, 0, -1):
        store(source, [keyword("Old phone", 100 * (13 - hours))], now=at - hours * HOUR)
    (topic,) = store(source, [keyword("Old phone", 1205)], now=now.replace(minute=3))
    assert topic.sparkline[-1] == 100
    assert topic.status != "declining"
    assert topic.peaked_at is None


def test_rating_takes_the_same_statements_for_3_topics_as_for_300(now: dt.datetime, db: None) -> None:
    source, counts = source_of(), []
    for size in (3, 300):
        store(source, [keyword(f"Topic {number} of {size}", 5) for number in range(size)], now=now)
        with CaptureQueriesContext(connection) as asked:
            rating.rate_all(now=now)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 9


def test_the_default_sources_are_added_once_and_a_choice_is_kept(db: None) -> None:
    count = defaults.ensure()
    TrendSource.objects.filter(kind="bluesky").update(enabled=False)
    assert defaults.ensure() == count == TrendSource.objects.count() >= 12
    assert not TrendSource.objects.get(kind="bluesky").enabled
    assert {feed.kind for feed in demo.FEEDS} <= set(TrendSource.objects.values_list("kind", flat=True))
