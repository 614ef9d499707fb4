"""Items become topics and hourly observations: forms meet, hours are written once, runs are kept apart."""

import datetime as dt
from typing import Any

import httpx
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_httpserver import HTTPServer

from accounts import tenancy
from tests.cast import Cast
from tests.trends.collecting import HOUR, keyword, source_of, store
from tests.trends.watched import tell, titles, watch_of
from trends.collection import fitting, rating, storing
from trends.collection.bounding import bounded
from trends.models import TrendObservation, TrendRelevance, TrendTopic
from trends.normalise import Kind
from trends.queries import narrowed
from trends.sources.base import Item


def test_forms_of_a_topic_meet_across_sources_and_their_names_are_kept(now: dt.datetime, db: None) -> None:
    store(source_of("google_trends", region="IN"), [keyword("monsoon skincare", traffic=2000)], now=now)
    store(source_of("mastodon"), [Item("#MonsoonSkincare", Kind.HASHTAG, count=40)], now=now)
    topic = TrendTopic.objects.get()
    assert (topic.title, topic.names) == ("monsoon skincare", ["#MonsoonSkincare"])
    assert topic.source_kinds == ["google_trends", "mastodon"]
    assert (topic.source_count, topic.region, topic.platform) == (2, "IN", "")


def test_a_topic_of_one_network_becomes_general_when_a_second_names_it(now: dt.datetime, db: None) -> None:
    mastodon = source_of("mastodon")
    (alone,) = store(mastodon, [Item("#RainCovers", Kind.HASHTAG, count=4)], now=now)
    assert alone.platform == "mastodon"
    (met,) = store(source_of("bluesky"), [keyword("Rain covers", 5)], now=now)
    assert met.pk == alone.pk
    assert met.platform == ""
    (still,) = store(mastodon, [Item("#RainCovers", Kind.HASHTAG, count=5)], now=now)
    assert still.platform == ""


def test_a_watch_on_a_country_is_met_by_what_is_told_there_whichever_country_told_it_first(
    cast: Cast, now: dt.datetime
) -> None:
    india, states = source_of("google_trends", region="IN", name="India"), source_of("google_news", region="US")
    watch = watch_of(cast.asha, cast.brand, "skincare", regions=["IN"])
    (first,) = store(states, [keyword("monsoon skincare", 5)], now=now)
    assert tell() == 0
    (both,) = store(india, [keyword("monsoon skincare", traffic=90_000)], now=now)
    assert (both.pk, both.region) == (first.pk, "US")
    store(states, [keyword("snow skincare", 5)], now=now)
    assert tell() == 1
    assert titles(watch) == ["monsoon skincare"]


def test_what_is_told_in_two_countries_is_found_and_fits_in_both_whoever_told_it_first(
    cast: Cast, now: dt.datetime
) -> None:
    india, states = source_of("google_trends", region="IN", name="India"), source_of("google_news", region="us")
    store(states, [keyword("monsoon skincare", 5), keyword("snow skincare", 5)], now=now)
    fitting.fit_all(now=now)
    with tenancy.operator():
        elsewhere = TrendRelevance.objects.get(brand=cast.brand, topic__title="monsoon skincare")
    assert "rises in US, the brand looks at IN" in {words for _name, _points, words in elsewhere.reasons}
    for answer in (india, states, india):
        (both,) = store(answer, [keyword("monsoon skincare", traffic=90_000)], now=now)
        assert (both.regions, both.region) == (["US", "IN"], "US")
    live = TrendTopic.objects.live()
    found = {region: {one.title for one in narrowed(live, facets={"region": region})} for region in ("IN", "us", "GB")}
    assert found == {"IN": {"monsoon skincare"}, "us": {"monsoon skincare", "snow skincare"}, "GB": set()}
    assert set(narrowed(live, "snow", {"region": "IN"})) == set()
    fitting.fit_all(now=now)
    with tenancy.operator():
        here = TrendRelevance.objects.get(brand=cast.brand, topic__title="monsoon skincare")
    assert here.score > elsewhere.score
    assert "place" not in {name for name, _points, _words in here.reasons}


def test_a_row_that_names_its_country_is_told_there_and_what_is_no_country_is_the_world(
    now: dt.datetime, db: None
) -> None:
    panel = source_of("csv", region="IN")
    rows = [keyword("Pani puri", 5, region="gb"), keyword("Pani puri", 5), keyword("Pani puri", 5, region="GERMANY")]
    assert store(panel, rows[:1], now=now)[0].regions == ["GB"]
    assert store(panel, rows, now=now)[0].regions == ["GB", "IN"]
    store(panel, [keyword("Pani puri", 5, region="AU", observed_at=now - 60 * HOUR)], now=now)
    assert TrendTopic.objects.get().regions == ["GB", "IN"], "long ago"
    (topic,) = store(source_of("bluesky"), [keyword("Masala chai", 5, region="GERMANY")], now=now)
    assert (topic.regions, topic.region) == ([], "")


def test_a_country_that_fell_silent_about_a_topic_for_two_days_tells_it_no_longer(now: dt.datetime, db: None) -> None:
    india, states = source_of("google_news", region="IN", name="India"), source_of("google_news", region="US")
    said = [keyword("monsoon skincare", 5)]
    store(india, said, now=now)
    for hours in range(0, 49, 6):
        (topic,) = store(states, said, now=now + hours * HOUR)
    assert topic.regions == ["IN", "US"]
    (topic,) = store(states, said, now=now + 54 * HOUR)
    assert topic.regions == ["US"]
    assert list(narrowed(TrendTopic.objects.live(), facets={"region": "IN"})) == []
    (topic,) = store(india, said, now=now + 60 * HOUR)
    assert topic.regions == ["US", "IN"]
    world = source_of("bluesky")
    for hours in range(61, 121, 12):
        (topic,) = store(world, said, now=now + hours * HOUR)
    assert topic.regions == ["US", "IN"], "nobody but the world tells it: where it was told last stays"


def test_an_hour_is_written_once_however_often_it_is_told(now: dt.datetime, db: None) -> None:
    source = source_of("bluesky")
    for minutes, count in ((0, 10), (10, 12), (10, 12), (20, 11)):
        store(source, [keyword("Pani puri", count, rank=3)], now=now + dt.timedelta(minutes=minutes))
    row = TrendObservation.objects.get()
    assert (row.count, row.rank, row.hour) == (11, 3, now.replace(minute=0))
    store(source, [keyword("Pani puri", 20)], now=now + HOUR)
    assert TrendObservation.objects.count() == 2


def test_numbers_about_another_hour_and_earlier_ones_stand_at_their_own(now: dt.datetime, db: None) -> None:
    day = dt.timedelta(days=1)
    yesterday = now.replace(hour=23, minute=0) - day
    item = keyword("Panipuri", 70, observed_at=yesterday, history=((yesterday - day, 50), (yesterday - 2 * day, 40)))
    store(source_of("wikipedia"), [item], now=now)
    told = dict(TrendObservation.objects.values_list("hour", "count"))
    assert told == {yesterday: 70, yesterday - day: 50, yesterday - 2 * day: 40}


def test_an_hour_in_the_future_is_this_hour(now: dt.datetime, db: None) -> None:
    store(source_of(), [keyword("Tomorrow", 3, observed_at=now + 5 * HOUR)], now=now)
    assert TrendObservation.objects.get().hour == now.replace(minute=0)


def test_two_forms_in_one_answer_are_one_topic_and_their_counts_overlap(now: dt.datetime, db: None) -> None:
    items = [keyword("Glass skin", 30, rank=4), Item("#GlassSkin", Kind.HASHTAG, count=20, rank=2)]
    (topic,) = store(source_of(), items, now=now)
    row = TrendObservation.objects.get()
    assert (row.count, row.rank, topic.names) == (30, 2, ["#GlassSkin"])


def test_what_rises_again_after_it_was_over_is_a_new_run_with_its_own_past(now: dt.datetime, db: None) -> None:
    source = source_of()
    (first,) = store(source, [keyword("Night mode", 9)], now=now)
    rating.rate_all(now=now + 30 * HOUR)
    first.refresh_from_db()
    assert first.status == "expired"
    (second,) = store(source, [keyword("Night mode", 30)], now=now + 31 * HOUR)
    assert (second.run, second.status, second.first_detected_at) == (2, "emerging", now + 31 * HOUR)
    assert first.observations.count() == second.observations.count() == 1


def test_a_blocked_topic_stays_blocked_when_it_rises_again(now: dt.datetime, db: None) -> None:
    source = source_of()
    (first,) = store(source, [keyword("Buy followers", 9)], now=now)
    TrendTopic.objects.filter(pk=first.pk).update(is_blocked=True, status="expired")
    (second,) = store(source, [keyword("Buy followers", 9)], now=now + 30 * HOUR)
    assert second.is_blocked
    assert not TrendTopic.objects.live().exists()


@pytest.mark.parametrize(
    "title", ["☔🎶", "🏏", "كأس العالم", "שבת שלום 🕯️", "शादी से पहले स्किन केयर", "x" * 300, "C++", "?!"]
)
def test_any_title_is_stored_and_found_again(title: str, now: dt.datetime, db: None) -> None:
    source = source_of()
    for hours in (0, 1):
        store(source, [keyword(title, 5)], now=now + hours * HOUR)
    topic = TrendTopic.objects.get()
    assert topic.title == title
    assert topic.embedder
    assert topic.observations.count() == 2


def test_an_address_that_is_too_long_is_left_out_and_the_topic_kept(now: dt.datetime, db: None) -> None:
    (topic,) = store(source_of(), [keyword("Long", 1, url=f"https://example.com/{'a' * 1200}")], now=now)
    assert topic.url == ""


def many(count: int) -> list[Item]:
    """Different topics, one of them with a past."""
    past = ((dt.datetime(2026, 11, 18, 23, tzinfo=dt.UTC), 3),)
    return [keyword(f"Topic {number} of {count}", number, history=past) for number in range(count)]


@pytest.mark.parametrize("again", [False, True], ids=["new", "known"])
def test_a_fetch_takes_the_same_statements_for_3_items_as_for_300(again: bool, now: dt.datetime, db: None) -> None:
    counts = []
    for size in (3, 300):
        source = source_of("bluesky", name=f"Bluesky {size}")
        if again:
            store(source, many(size), now=now)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            vectors = storing.vectors_for(source, many(size), now=now)
            with transaction.atomic():
                keys = storing.store(source, many(size), now=now, vectors=vectors)
            rating.rate(keys, now=now)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20


def test_a_thousand_items_are_stored(now: dt.datetime, db: None) -> None:
    assert len(store(source_of(), many(1000), now=now)) == 1000
    assert TrendObservation.objects.count() == 2000


def test_without_the_embedding_server_topics_are_stored_and_embedded_later(
    now: dt.datetime, db: None, httpserver: HTTPServer, settings: Any
) -> None:
    kept = settings.EMBEDDER
    settings.EMBEDDER = "trenddrop.core.embeddings.OpenAICompatible"
    settings.EMBEDDING_API_URL = httpserver.url_for("/v1")
    settings.EMBEDDING_MODEL = "small"
    httpserver.expect_request("/v1/embeddings").respond_with_data("busy", status=503)
    (topic,) = store(source_of(), [keyword("Ceramide milk", 4)], now=now)
    assert topic.embedder == ""
    settings.EMBEDDER = kept
    assert storing.embed_missing() == 1
    assert TrendTopic.objects.get(pk=topic.pk, embedding__isnull=False).embedder == "hashed-256-1"
    assert httpx.get(httpserver.url_for("/v1/embeddings")).status_code == 503


def test_numbers_and_names_beyond_what_fits_are_put_right_and_noted(now: dt.datetime, db: None) -> None:
    odd = [
        keyword("Beyond", 10**30, traffic=-5, rank=0, engagement=float("nan")),
        keyword("Below", -1),
        keyword("y" * 400, 3),
        keyword("\u200b", 3),
        keyword("Nul\x00 and \ud800", 3),
    ]
    told = bounded(odd)
    assert len(told) == 4
    assert "Put right 2: a number below zero, taken for not said." in told.notes
    store(source_of(), odd, now=now)
    rows = {row.topic.title: row for row in TrendObservation.objects.select_related("topic")}
    assert rows["Beyond"].count == 2**63 - 1
    assert (rows["Beyond"].traffic, rows["Beyond"].rank, rows["Beyond"].engagement) == (None, None, None)
    assert rows["Below"].count is None
    assert "Nul and " in rows
    assert max(map(len, rows)) == 300


def test_a_topic_with_a_hundred_thousand_siblings_keeps_a_few(now: dt.datetime, db: None) -> None:
    (topic,) = store(source_of(), [keyword("Rain", 5, names=tuple(f"Rain {n}" for n in range(100_000)))], now=now)
    assert len(topic.names) == storing.NAMES
    assert len(topic.forms["bluesky"]) == storing.FORMS


def test_each_source_is_remembered_with_what_it_calls_a_topic(now: dt.datetime, db: None) -> None:
    store(source_of("bluesky"), [keyword("Rain covers", 5)], now=now)
    (topic,) = store(source_of("mastodon"), [Item("#RainCovers", Kind.HASHTAG, count=5)], now=now)
    assert topic.forms == {"bluesky": ["Rain covers"], "mastodon": ["#RainCovers"]}
