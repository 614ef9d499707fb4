"""Finding topics by words in any script and spelling, by facets, in every order; what the database keeps for it."""

import datetime as dt
from collections.abc import Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from trends import queries
from trends.models import TopicWords, TrendTopic
from trends.queries import Wish, narrowed_to, says
from trends.queries.explorer import MOST_COUNTED

pytestmark = pytest.mark.django_db


def topic(title: str, now: dt.datetime, **more: object) -> TrendTopic:
    given = {"kind": "keyword", "normalized": title.lower().replace(" ", ""), "platform": "", "score": 10.0}
    return TrendTopic.objects.create(title=title, first_detected_at=now, last_seen_at=now, **(given | more))


def found(said: str = "", **facets: str) -> list[str]:
    rows = TrendTopic.objects.filter(narrowed_to(said, facets))
    return sorted(rows.values_list("title", flat=True))


@pytest.mark.parametrize(
    ("title", "names", "said"),
    [
        (
            "Monsoon skincare",
            ["#MonsoonSkincare"],
            ["monsoon", "skin", "monsoonsk", "#monsoonskincare", "SKINCARE mons"],
        ),
        ("#SkinBarrierRepair", [], ["skin", "barrier", "repair skin", "skinbarrierre", "#SkinBarrierRepair"]),
        ("शादी से पहले स्किन केयर", [], ["स्किन", "शादी", "पहले केयर"]),
        ("كأس العالم ٢٠٢٦", [], ["العالم", "كأس"]),
        ("今日の天気", [], ["天気", "今日", "今日の天気"]),
        ("☔🎶", [], ["☔", "🎶", "☔🎶"]),
        ("Café d’été", [], ["cafe", "Café", "dete"]),
        ("C++ & C#", [], ["c"]),
    ],
)
def test_a_topic_is_found_by_any_beginning_in_any_script(
    title: str, names: Sequence[str], said: Sequence[str], now: dt.datetime
) -> None:
    topic(title, now, names=list(names))
    topic("Something else entirely", now)
    for each in said:
        assert found(each) == [title], each


@pytest.mark.parametrize("said", ["zebra", "skin zebra", "region", "=region=IN", "kind:keyword", "in"])
def test_what_nobody_said_is_not_found_nor_are_facets_by_words(said: str, now: dt.datetime) -> None:
    topic("Monsoon skincare", now, regions=["IN"], language="en")
    assert found(said) == []


@pytest.mark.parametrize("said", ["'", "\\", "a' | 'b", "!!!", "%_", "*:", "\u202e", "'; DROP TABLE x; --", "& | !"])
def test_no_sign_breaks_the_question(said: str, now: dt.datetime) -> None:
    topic("Monsoon skincare", now)
    assert found(said) == []


def test_nothing_asked_is_no_condition(now: dt.datetime) -> None:
    topic("One", now)
    assert found() == ["One"]
    assert found("", region="") == ["One"]


def test_facets_narrow_together_whatever_their_case(now: dt.datetime) -> None:
    topic("Here", now, regions=["IN"], language="en", source_kinds=["bluesky", "x"], platform="")
    topic("There", now, regions=["GB"], language="en", source_kinds=["bluesky"], platform="bluesky")
    assert found(region="in") == ["Here"]
    assert found(language="EN") == ["Here", "There"]
    assert found(source="x") == ["Here"]
    assert found(source="bluesky", region="GB") == ["There"]
    assert found(platform="general") == ["Here"]
    assert found("here", platform="bluesky") == []


def test_words_follow_the_topic_by_whatever_statement_it_is_changed(now: dt.datetime) -> None:
    one = topic("Old name", now)
    TrendTopic.objects.filter(pk=one.pk).update(title="New name", regions=["IN"])
    assert (found("old"), found("new", region="IN")) == (["New name"], ["New name"])  # its key is still the old one
    with connection.cursor() as cursor:
        cursor.execute("UPDATE trends_trendtopic SET names = names || 'added later'::varchar, normalized = 'newname'")
    assert (found("old"), found("later")) == ([], ["New name"])
    TrendTopic.objects.bulk_create(
        [TrendTopic(title="Taken in bulk", normalized="bulk", kind="keyword", first_detected_at=now, last_seen_at=now)]
    )
    assert found("taken") == ["Taken in bulk"]
    one.delete()
    assert TopicWords.objects.count() == 1


def test_a_rating_does_not_touch_the_words(now: dt.datetime) -> None:
    one = topic("Rated", now)
    version = "SELECT xmin::text FROM trends_topicwords WHERE topic_id = %s"
    with connection.cursor() as cursor:
        before = cursor.execute(version, [one.pk]).fetchone()
        TrendTopic.objects.filter(pk=one.pk).update(score=90, status="trending", names=one.names)
        assert cursor.execute(version, [one.pk]).fetchone() == before


def test_each_order_is_kept_and_what_is_unknown_has_no_place_in_it(now: dt.datetime) -> None:
    for number in range(5):
        topic(
            f"Topic {number}", now - dt.timedelta(hours=number), score=number,
            growth_24h=None if number == 3 else number, burst=None if number == 1 else -number,
        )  # fmt: skip

    def order(sort: str) -> list[str]:
        page = queries.page(None, Wish(view="all", sort=sort), now=now)
        return [row.topic.title[-1] for row in page.rows]

    assert order("score") == ["4", "3", "2", "1", "0"]
    assert order("newest") == ["0", "1", "2", "3", "4"]
    assert order("growth") == ["4", "2", "1", "0"]
    assert order("burst") == ["0", "2", "3", "4"]
    assert order("fit") == ["4", "3", "2", "1", "0"]  # without a brand nothing fits


def test_age_and_words_narrow_and_the_narrowed_are_not_counted(now: dt.datetime) -> None:
    topic("Old rain", now - dt.timedelta(days=3))
    topic("New rain", now - dt.timedelta(minutes=5))
    page = queries.page(None, Wish(view="all", age="6", q="rain"), now=now)
    assert [row.topic.title for row in page.rows] == ["New rain"]
    assert page.counts == {}
    assert queries.page(None, Wish(), now=now).counts == {
        "ours": 0, "emerging": 2, "trending": 0, "declining": 0, "all": 2,
    }  # fmt: skip


def test_counting_stops_where_it_gets_dear(now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(8):
        topic(f"Topic {number}", now)
    with CaptureQueriesContext(connection) as asked:
        queries.page(None, Wish(), now=now)
    counting = next(one["sql"] for one in asked if "count(*)" in one["sql"])
    assert counting.count(f"LIMIT {MOST_COUNTED + 1}") == 3
    monkeypatch.setattr("trends.queries.explorer.MOST_COUNTED", 4)
    assert queries.page(None, Wish(), now=now).counts["all"] == 5


@pytest.mark.parametrize(
    ("sort", "index"),
    [("score", "topic_live"), ("growth", "topic_growing"), ("burst", "topic_bursting"), ("newest", "topic_newest")],
)
def test_a_page_is_read_off_an_index(sort: str, index: str, now: dt.datetime) -> None:
    TrendTopic.objects.bulk_create(
        TrendTopic(
            title=f"T{number}", normalized=f"t{number}", kind="keyword", first_detected_at=now, last_seen_at=now,
            score=number, growth_24h=number, burst=number,
        )
        for number in range(100)
    )  # fmt: skip
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as asked:
        for way in ("sort", "seqscan", "bitmapscan"):  # the table is too small for the planner's own choice
            cursor.execute(f"SET LOCAL enable_{way} = off")
        last = queries.page(None, Wish(view="all", sort=sort), now=now).next
        queries.page(None, Wish(view="all", sort=sort, after=last), now=now)
        plans = [cursor.execute(f"EXPLAIN {one['sql']}").fetchall() for one in asked if "ORDER BY" in one["sql"]]
    assert len(plans) == 2
    for plan in plans:
        told = "\n".join(row[0] for row in plan)
        assert f"Index Scan using {index}" in told, told
        assert "Sort Key" not in told


def test_says_is_the_same_question_without_facets(now: dt.datetime) -> None:
    topic("Monsoon skincare", now)
    assert TrendTopic.objects.filter(says("skin")).count() == 1
