"""Names of one topic meet in one topic: which are alike, what moves, and what is never joined again."""

import datetime as dt
import itertools
import json
import math
import uuid
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from accounts import tenancy
from tests.cast import Cast
from tests.trends import watched
from tests.trends.collecting import HOUR, keyword, source_of, store
from tests.trends.conftest import NOW
from tests.trends.pairs import HELD_OUT, TUNED, Pair, read
from trends.collection import clustering, merging, rating
from trends.collection.merging import Join
from trends.likeness import best, likeness, marks, name_of
from trends.models import TopicAlias, TopicMark, TrendDay, TrendObservation, TrendRide, TrendTopic
from trends.normalise import Kind
from trends.queries import history
from trends.sources.base import Item
from trends.transliteration import skeleton


def measured(pairs: list[Pair]) -> tuple[float, float]:
    """Return precision and recall of "the same topic"."""
    found = [(pair.same, likeness(name_of(*read(pair.one)), name_of(*read(pair.other))).is_same) for pair in pairs]
    said, right = sum(says for _, says in found), sum(same and says for same, says in found)
    return right / said, right / sum(same for same, _ in found)


def test_pairs_that_were_only_measured_are_told_apart_almost_always_and_mostly_found() -> None:
    precision, recall = measured(HELD_OUT)
    assert precision >= 0.97
    assert recall >= 0.88


def test_pairs_that_rules_were_made_with_stay_right() -> None:
    precision, recall = measured(TUNED)
    assert precision == 1
    assert recall >= 0.92


def test_the_pairs_are_many_of_both_sorts_and_no_pair_is_in_both_halves() -> None:
    seen = [(pair.one, pair.other) for pair in TUNED + HELD_OUT]
    assert len(seen) == len(set(seen))
    assert min(sum(pair.same for pair in HELD_OUT), sum(not pair.same for pair in HELD_OUT)) >= 60


def test_what_is_the_same_shares_a_mark_so_that_it_is_compared() -> None:
    same = [(name_of(*read(pair.one)), name_of(*read(pair.other))) for pair in TUNED + HELD_OUT if pair.same]
    alike = [(one, other) for one, other in same if likeness(one, other).is_same]
    assert [one for one, other in alike if not set(marks([one])) & set(marks([other]))] == []


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("GTA 5", "GTA 6", "different numbers: 5 and 6"),
        ("India vs England", "England vs India", "the same two sides, the other way round"),
        ("विराट कोहली", "Virat Kohli", "the same name in another script"),
        ("buy gold", "sell gold", "opposites: buy and sell"),
        ("iPhone 17", "iPhone 17 Pro", "only one of them says “pro”"),
        ("protein bars", "Protein Bar", "the same words, but for a plural or a small word"),
        ("🏏🏆", "🏏", "different emoji"),
    ],
)
def test_a_likeness_says_why(one: str, other: str, reason: str) -> None:
    assert likeness(name_of(one, Kind.KEYWORD), name_of(other, Kind.KEYWORD)).reason == reason


def test_meaning_joins_what_words_cannot_but_not_against_numbers() -> None:
    names = [name_of(title, Kind.KEYWORD) for title in ("pluies à Bombay", "Mumbai rains", "GTA 5", "GTA 6")]
    assert not likeness(names[0], names[1]).is_same
    assert likeness(names[0], names[1], cosine=0.93).is_same
    assert not likeness(names[0], names[1], cosine=0.85).is_same
    assert not likeness(names[2], names[3], cosine=0.99).is_same


SAME_MEANING = {"Mumbai rains": 0.0, "pluies à Bombay": 0.3, "Bombay rain 2": 0.2, "Opera in Milan": 1.5}


def answered(request: Request) -> Response:
    """Answer as an embedding server that sees meaning: an angle for each text."""
    angles = [next(SAME_MEANING[name] for name in SAME_MEANING if name in text) for text in request.json["input"]]
    data = [{"index": at, "embedding": [math.cos(angle), math.sin(angle)]} for at, angle in enumerate(angles)]
    return Response(json.dumps({"data": data}), content_type="application/json")


def test_with_an_embedder_that_sees_meaning_topics_of_two_languages_meet(
    now: dt.datetime, db: None, httpserver: HTTPServer, settings: Any
) -> None:
    settings.EMBEDDER = "trenddrop.core.embeddings.OpenAICompatible"
    settings.EMBEDDING_API_URL = httpserver.url_for("/v1")
    settings.EMBEDDING_MODEL = "deep"
    httpserver.expect_request("/v1/embeddings").respond_with_handler(answered)
    for hours, (title, kind) in enumerate(zip(SAME_MEANING, ("bluesky", "mastodon", "wikipedia", "x"), strict=True)):
        store(source_of(kind), [keyword(title, 5)], now=now + hours * HOUR)
    assert clustering.merge_alike(now=now + 4 * HOUR).merged == 1
    topic = TrendTopic.objects.live().get(title="Mumbai rains")
    assert topic.names == ["pluies à Bombay"]
    alias = TopicAlias.objects.get()
    assert alias.reason == "close in meaning, by the embedder"
    assert alias.likeness == pytest.approx(math.cos(0.3), abs=0.01)


def test_another_name_of_a_topic_counts_but_what_tells_titles_apart_tells_topics_apart() -> None:
    ones = [name_of(title, Kind.KEYWORD) for title in ("Deepavali", "Diwali")]
    assert best(ones, [name_of("#diwali", Kind.HASHTAG)]).is_same
    apart = [name_of(title, Kind.KEYWORD) for title in ("Diwali 2", "Diwali")]
    assert not best(ones, apart).is_same


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(Kind), st.sampled_from(Kind))
def test_any_two_names_are_compared_the_same_both_ways(one: str, other: str, kind: Kind, again: Kind) -> None:
    mine, theirs = name_of(one, kind), name_of(other, again)
    found, turned = likeness(mine, theirs), likeness(theirs, mine)
    assert 0 <= found.score <= 1
    assert found.score == pytest.approx(turned.score)
    assert likeness(mine, mine).score == 1
    skeleton(one.casefold())


def pair_of(now: dt.datetime, one: str = "protein bars", other: str = "Protein Bar") -> list[TrendTopic]:
    """Two topics that clustering finds alike, the first an hour older."""
    (first,) = store(
        source_of("google_trends", region="IN"), [keyword(one, traffic=900, tags=("food",))], now=now - HOUR
    )
    (second,) = store(source_of("bluesky"), [keyword(other, 40, context=("New flavours",))], now=now)
    return [first, second]


def test_near_duplicates_of_two_sources_become_the_older_topic(now: dt.datetime, db: None) -> None:
    first, second = pair_of(now)
    done = clustering.merge_alike(now=now)
    assert (done.compared, done.merged) == (2, 1)
    topic = TrendTopic.objects.live().get()
    assert (topic.pk, topic.title, topic.names) == (first.pk, "protein bars", ["Protein Bar"])
    assert (topic.source_kinds, topic.platform, topic.region) == (["bluesky", "google_trends"], "", "IN")
    assert (topic.tags, topic.context) == (["food"], ["New flavours"])
    assert topic.forms == {"google_trends": ["protein bars"], "bluesky": ["Protein Bar"]}
    second.refresh_from_db()
    assert (second.status, second.merged_into_id) == ("expired", first.pk)
    assert topic.observations.count() == 2
    alias = TopicAlias.objects.get()
    assert (alias.normalized, alias.canonical, alias.made_by) == ("proteinbar", "proteinbars", "clustering")
    assert alias.likeness == 0.97
    assert "plural" in alias.reason


def test_later_answers_under_a_merged_name_land_in_the_winner(now: dt.datetime, db: None) -> None:
    first, _ = pair_of(now)
    clustering.merge_alike(now=now)
    (again,) = store(source_of("mastodon"), [Item("#ProteinBar", Kind.HASHTAG, count=7)], now=now + HOUR)
    assert again.pk == first.pk
    assert again.names == ["Protein Bar", "#ProteinBar"]


def test_a_merged_topic_that_rises_again_under_either_name_is_a_new_run_of_the_winner(
    now: dt.datetime, db: None
) -> None:
    first, _ = pair_of(now)
    clustering.merge_alike(now=now)
    TrendTopic.objects.filter(pk=first.pk).update(status="expired")
    (again,) = store(source_of("mastodon"), [keyword("Protein Bar", 7)], now=now + 40 * HOUR)
    assert (again.normalized, again.run, again.title) == ("proteinbars", 2, "protein bars")
    (still,) = store(source_of("wikipedia"), [keyword("protein bars", 7)], now=now + 40 * HOUR)
    assert still.pk == again.pk


def test_of_what_a_source_said_of_both_in_one_hour_the_most_stands(now: dt.datetime, db: None) -> None:
    source = source_of()
    one, other = store(source, [keyword("protein bars", 30, rank=5), keyword("Protein Bar", 50, rank=9)], now=now)
    for topic, most in ((one, 70), (other, 60)):
        TrendDay.objects.create(topic=topic, source=source, day=now.date(), hours=3, count=most)
    clustering.merge_alike(now=now)
    row = TrendObservation.objects.get()
    assert (row.count, row.rank) == (50, 5)
    assert TrendDay.objects.get().count == 70


def test_numbers_that_differ_are_never_merged(now: dt.datetime, db: None) -> None:
    store(source_of(), [keyword(title, 5) for title in ("GTA 5", "GTA 6", "gta five trailer", "#GTA6")], now=now)
    clustering.merge_alike(now=now)
    assert sorted(TrendTopic.objects.live().values_list("title", flat=True)) == ["GTA 5", "GTA 6", "gta five trailer"]


def test_an_operators_word_that_two_are_apart_holds_whatever_stands_for_them(now: dt.datetime, db: None) -> None:
    pair_of(now)
    TopicAlias.objects.create(normalized="proteinbar", canonical="proteinbars", is_apart=True)
    assert clustering.merge_alike(now=now).merged == 0
    TopicAlias.objects.create(normalized="bars", canonical="proteinbar")
    TopicAlias.objects.filter(is_apart=True).update(normalized="bars")
    TrendTopic.objects.update(compared_at=None)
    assert clustering.merge_alike(now=now).merged == 0
    TopicAlias.objects.filter(is_apart=True).delete()
    TrendTopic.objects.update(compared_at=None)
    assert clustering.merge_alike(now=now).merged == 1


def test_several_names_join_one_topic_and_stand_for_it_in_one_step(now: dt.datetime, db: None) -> None:
    titles = ["विराट कोहली", "Virat Kohli", "Вират Кохли", "Virat Kohlee"]
    for hours, (kind, title) in enumerate(zip(("bluesky", "mastodon", "wikipedia", "x"), titles, strict=True)):
        store(source_of(kind), [keyword(title, 5)], now=now + hours * HOUR)
    clustering.merge_alike(now=now + 5 * HOUR)
    topic = TrendTopic.objects.live().get()
    assert (topic.title, set(topic.names)) == (titles[0], set(titles[1:]))
    assert set(TopicAlias.objects.values_list("canonical", flat=True)) == {topic.normalized}
    assert set(TrendTopic.objects.exclude(pk=topic.pk).values_list("merged_into", flat=True)) == {topic.pk}


def test_a_second_merge_leads_what_was_merged_before_along(now: dt.datetime, db: None) -> None:
    first, second, third = store(source_of(), [keyword(title, 5) for title in ("one", "another", "third")], now=now)
    for winner, loser in ((second, third), (first, second)):
        with transaction.atomic():
            merging.merge([Join(winner.pk, loser.pk)], now=now)
    assert set(TrendTopic.objects.exclude(pk=first.pk).values_list("merged_into", flat=True)) == {first.pk}
    assert dict(TopicAlias.objects.values_list("normalized", "canonical")) == {"another": "one", "third": "one"}


def test_who_rode_a_topic_rode_the_one_it_became(cast: Cast) -> None:
    winner, loser = watched.topic("monsoon skincare", peaked_at=NOW), watched.topic("barish skincare", peaked_at=NOW)
    watched.fits(cast.brand, winner, 80)
    post = {"organization": cast.kesar, "post_id": uuid.uuid4(), "platform": "x", "published_at": NOW - HOUR}
    with tenancy.of_organization(cast.kesar.pk):
        TrendRide.objects.create(topic=loser, **post)
    with transaction.atomic():
        merging.merge([Join(winner.pk, loser.pk)], now=NOW)
    with tenancy.of_member(cast.asha):
        rows = history.rows_of(cast.asha, list(history.peaked(cast.brand, since=NOW - HOUR, until=NOW + HOUR)))
    assert [(row.topic.pk, len(row.rides), row.is_missed) for row in rows] == [(winner.pk, 1, False)]


def test_who_was_told_of_a_topic_is_not_told_of_what_is_taken_out_of_it(cast: Cast) -> None:
    watch = watched.watch_of(cast.asha, cast.brand, "skincare")
    told = watched.topic("monsoon skincare", names=["barish skincare"], alarmed_at=NOW)
    assert watched.tell() == 1
    with transaction.atomic():
        opened = merging.split(told, ["barish skincare"], key="barishskincare", source_ids=[], by=None, now=NOW)
    assert opened.alarmed_at == NOW
    assert watched.tell(dt.timedelta(minutes=1)) == 0
    assert watched.titles(watch) == ["monsoon skincare"]


def test_a_merge_the_other_way_round_later_leaves_no_circle(now: dt.datetime, db: None) -> None:
    first, second = store(source_of(), [keyword(title, 5) for title in ("one", "another")], now=now)
    with transaction.atomic():
        merging.merge([Join(first.pk, second.pk)], now=now)
    TrendTopic.objects.filter(pk=second.pk).update(status="emerging", merged_into=None)
    with transaction.atomic():
        merging.merge([Join(second.pk, first.pk)], now=now)
    assert dict(TopicAlias.objects.values_list("normalized", "canonical")) == {"one": "another"}


def test_what_is_over_blocked_or_an_example_is_not_merged(now: dt.datetime, db: None) -> None:
    first, second = pair_of(now)
    for change in ({"status": "expired"}, {"is_blocked": True}, {"is_example": True}):
        TrendTopic.objects.filter(pk=second.pk).update(**change)
        assert clustering.merge_alike(now=now).merged == 0, change
        TrendTopic.objects.update(compared_at=None, status="emerging", is_blocked=False, is_example=False)
    with transaction.atomic():
        TrendTopic.objects.filter(pk=second.pk).update(is_example=True)
        assert merging.merge([Join(first.pk, second.pk)], now=now) == []


def test_only_what_is_new_or_has_new_names_is_compared(now: dt.datetime, db: None) -> None:
    source = source_of()
    store(source, [keyword("Rain covers", 5), keyword("Umbrellas", 5)], now=now)
    assert clustering.merge_alike(now=now).compared == 2
    store(source, [keyword("Rain covers", 6)], now=now)
    assert clustering.merge_alike(now=now).compared == 0
    store(source, [Item("#RainCovers", Kind.HASHTAG, count=6), keyword("Boots", 2)], now=now)
    assert clustering.merge_alike(now=now).compared == 2


def test_marks_of_what_is_over_are_swept(now: dt.datetime, db: None) -> None:
    store(source_of(), [keyword("Rain covers", 5)], now=now)
    clustering.merge_alike(now=now)
    assert TopicMark.objects.exists()
    rating.rate_all(now=now + 60 * HOUR)
    TrendTopic.objects.update(status="expired")
    clustering.merge_alike(now=now + 60 * HOUR)
    assert not TopicMark.objects.exists()


def crowd(now: dt.datetime, size: int) -> None:
    """Many live topics of two words each, made at once, and one twin of every hundredth."""
    words = [f"{a}{b}" for a, b in itertools.product(("mar", "tel", "son", "kip", "lud", "ven", "rog"), repeat=2)]
    titles = [f"{one} {other}{number % 97}x" for number, (one, other) in enumerate(itertools.product(words, words * 5))]
    TrendTopic.objects.bulk_create(
        TrendTopic(
            title=title, normalized=title.replace(" ", ""), kind="keyword", first_detected_at=now, last_seen_at=now
        )
        for title in dict.fromkeys(titles[:size])
    )


def test_a_pass_takes_the_same_statements_for_few_topics_as_for_many(now: dt.datetime, db: None) -> None:
    asked = []
    for size in (20, 400):
        TrendTopic.objects.all().delete()
        TopicAlias.objects.all().delete()
        crowd(now, size)
        for twin in ("Marmar  marmar0x", "MARMAR-martel1x"):
            store(source_of(name=f"B{size}{twin}"), [keyword(f"{twin} today", 4)], now=now + HOUR)
        with CaptureQueriesContext(connection) as statements:
            assert clustering.merge_alike(now=now).merged >= 2
        asked.append(len(statements))
    assert asked[0] == asked[1] <= 30


def test_keys_of_topics_are_found_again_as_they_are(now: dt.datetime, db: None) -> None:
    first, second = pair_of(now)
    assert isinstance(first.pk, UUID)
    assert clustering.likeness_of(first, second).is_same
