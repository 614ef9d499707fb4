"""Which live topics a text may be about: the nearest, those whose name is said, the strongest; nothing that is over."""

import datetime as dt
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from trenddrop.core.embeddings import embedder
from trends.models import TopicVector, TrendTopic
from trends.normalise import Kind, normalise
from trends.queries import nearness

NAME = "hashed-256-1"


def topic(title: str, now: dt.datetime, **columns: Any) -> TrendTopic:
    kind = columns.pop("kind", Kind.KEYWORD)
    vector = columns.pop("embedding", embedder().embed([title])[0].tolist())
    made = {"embedder": NAME, "embedding": vector, "first_detected_at": now, "last_seen_at": now}
    return TrendTopic.objects.create(title=title, normalized=normalise(title, kind), kind=kind, **made | columns)


def kept() -> set[str]:
    return set(TopicVector.objects.values_list("topic__title", flat=True))


def titles(text: str, *, near: int = 0, strong: int = 0, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    monkeypatch.setattr(nearness, "NEAREST", near)
    monkeypatch.setattr(nearness, "STRONGEST", strong)
    words = [sentence.split() for sentence in text.split(".")]
    found = nearness.candidates(embedder().embed([text])[0], embedder=NAME, said=words)
    return set(found.values_list("title", flat=True))


# The database keeps the vectors


def test_a_topic_that_is_made_has_its_vector_apart(now: dt.datetime, db: None) -> None:
    made = topic("Monsoon skincare", now)
    row = TopicVector.objects.get()
    assert (row.topic_id, row.embedder) == (made.pk, NAME)
    assert np.allclose(row.embedding, made.embedding, atol=1e-3)


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "expired"},
        {"is_blocked": True},
        {"embedding": None, "embedder": ""},
        {"embedding": [1.0, 0.0], "embedder": "short"},
    ],
)
def test_only_live_topics_with_a_vector_of_the_common_width_stand_there(
    columns: dict[str, Any], now: dt.datetime, db: None
) -> None:
    made = topic("Never there", now, **columns)
    later = topic("There for a while", now)
    assert kept() == {"There for a while"}
    TrendTopic.objects.filter(pk=later.pk).update(**columns)
    assert kept() == set()
    whole = {"status": "emerging", "is_blocked": False, "embedding": [1.0] + 255 * [0.0], "embedder": NAME}
    TrendTopic.objects.filter(pk__in=[made.pk, later.pk]).update(**whole)
    assert kept() == {"Never there", "There for a while"}


def test_a_changed_vector_is_changed_there(now: dt.datetime, db: None) -> None:
    made = topic("Pani puri", now)
    made.embedding, made.embedder = [0.0] * 255 + [1.0], "other"
    TrendTopic.objects.bulk_update([made], ["embedding", "embedder"])
    row = TopicVector.objects.get()
    assert row.embedder == "other"
    assert row.embedding[-1] == 1


def test_many_written_at_once_stand_there_all(now: dt.datetime, db: None) -> None:
    given = {"kind": "keyword", "first_detected_at": now, "last_seen_at": now, "embedder": NAME}
    rows = [
        TrendTopic(title=f"Topic {n}", normalized=f"topic{n}", embedding=[1.0] + 255 * [0.0], **given)
        for n in range(50)
    ]
    for _again in range(2):
        TrendTopic.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["id"], update_fields=["embedding", "embedder"]
        )
    assert TopicVector.objects.count() == 50


def test_rating_touches_no_vector(now: dt.datetime, db: None) -> None:
    topic("Pani puri", now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text FROM trends_topicvector")
        before = cursor.fetchone()
        TrendTopic.objects.update(score=50.0, status="trending", growth_24h=1.0)
        cursor.execute("SELECT xmin::text FROM trends_topicvector")
        assert cursor.fetchone() == before


# The questions


def test_the_nearest_come_first_and_only_those_of_the_same_embedder(now: dt.datetime, db: None) -> None:
    near = topic("monsoon skincare routine", now)
    nearer = topic("monsoon skincare", now)
    topic("football final", now)
    topic("monsoon skincare", now, embedder="other", platform="bluesky")
    vector = embedder().embed(["monsoon skincare"])[0]
    assert nearness.nearest(vector, embedder=NAME, limit=2) == [nearer.pk, near.pk]


def test_a_name_said_is_found_however_weak_the_topic(
    now: dt.datetime, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic("Monsoon rains", now)
    topic("#TeamIndia", now, kind=Kind.HASHTAG)
    topic("Alia Bhatt wedding", now, names=["Alia weds"])
    topic("Saffron", now)
    topic("Football", now)
    text = "the monsoon rain came late. go team india. when alia weds again. saffron is dear"
    assert titles(text, monkeypatch=monkeypatch) == {"Monsoon rains", "#TeamIndia", "Alia Bhatt wedding", "Saffron"}


def test_a_name_that_many_strong_topics_share_crowds_no_other_name_out(
    now: dt.datetime, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        topic(f"Monsoon rains {number}", now, score=90 + number / 10)
    topic("Hard water skin", now, score=1)
    monkeypatch.setattr(nearness, "NAMED", 5)
    found = titles("The monsoon rains came. We have hard water skin here", monkeypatch=monkeypatch)
    assert "Hard water skin" in found
    assert "Monsoon rains 11" in found
    assert len(found) == 5


def test_a_name_is_not_said_across_sentences(now: dt.datetime, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    topic("Team India", now)
    assert titles("that is my team. india is large", monkeypatch=monkeypatch) == set()


@pytest.mark.parametrize("text", ["", ".", "'; DROP TABLE x; --", "a\\' | b:* & !c", "मानसून की बारिश"])
def test_odd_words_are_only_words(text: str, now: dt.datetime, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    topic("मानसून की बारिश", now)
    found = titles(text, monkeypatch=monkeypatch)
    assert found == ({"मानसून की बारिश"} if "मानसून" in text else set())


def test_the_strongest_are_looked_at_whatever_is_said(
    now: dt.datetime, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic("Strong", now, score=90)
    topic("Weak", now, score=10)
    assert titles("nothing of that", strong=1, monkeypatch=monkeypatch) == {"Strong"}


def test_what_is_over_or_blocked_is_never_looked_at(
    now: dt.datetime, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic("Monsoon rains", now, status="expired")
    topic("Monsoon rain", now, is_blocked=True)
    assert titles("monsoon rains", near=9, strong=9, monkeypatch=monkeypatch) == set()


def test_the_same_statements_for_ten_topics_as_for_two_hundred(now: dt.datetime, db: None) -> None:
    counts = []
    for size in (10, 200):
        for number in range(size):
            topic(f"Topic {size} {number}", now)
        with CaptureQueriesContext(connection) as asked:
            list(nearness.candidates(embedder().embed(["topic ten"])[0], embedder=NAME, said=[["topic", "ten"]]))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 6
