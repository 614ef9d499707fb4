"""Operators merge and split topics, and see what stands for what."""

import datetime as dt
import uuid

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.cast import PASSWORD, Cast
from tests.trends.collecting import HOUR, keyword, source_of, store
from trends.collection import clustering
from trends.models import TopicAlias, TrendTopic
from trends.normalise import Kind
from trends.services import topics
from trends.sources.base import Item

LIST = "admin:trends_trendtopic_changelist"


@pytest.fixture
def olga(cast: Cast) -> User:
    """The operator."""
    return User.objects.create_superuser("olga@example.com", PASSWORD)


@pytest.fixture
def operator(olga: User) -> Client:
    """The operator in the admin."""
    client = Client()
    client.force_login(olga)
    return client


def two(now: dt.datetime) -> tuple[TrendTopic, TrendTopic]:
    """Two topics only people know to be one, of two networks."""
    (first,) = store(source_of("google_trends"), [keyword("Festival of lights", traffic=900)], now=now - HOUR)
    (second,) = store(source_of("mastodon"), [Item("#Diwali", Kind.HASHTAG, count=40)], now=now)
    return first, second


def again(topic: TrendTopic) -> TrendTopic:
    """Read it anew."""
    return TrendTopic.objects.get(pk=topic.pk)


def test_an_operator_sees_what_moves_and_then_merges(operator: Client, now: dt.datetime) -> None:
    first, second = two(now)
    chosen = {"action": "merge", "_selected_action": [str(first.pk), str(second.pk)]}
    page = operator.post(reverse(LIST), chosen).content.decode()
    assert "What moves into “Festival of lights”" in page
    assert "#Diwali" in page
    assert "different words" in page
    assert again(second).merged_into is None
    done = operator.post(reverse(LIST), chosen | {"confirmed": "yes"}, follow=True).content.decode()
    assert "1 merged into “Festival of lights”" in done
    assert again(second).merged_into_id == first.pk
    assert again(first).names == ["#Diwali"]
    assert again(first).observations.count() == 2
    alias = TopicAlias.objects.get()
    assert (alias.made_by, alias.created_by) == ("operator", User.objects.get(email="olga@example.com"))
    told = set(LogEntry.objects.values_list("object_id", "change_message"))
    assert (str(second.pk), "Merged into “Festival of lights”.") in told
    assert (str(first.pk), "Took in “#Diwali”.") in told


def test_the_operator_may_choose_which_topic_stays(operator: Client, now: dt.datetime) -> None:
    first, second = two(now)
    chosen = {"action": "merge", "_selected_action": [str(first.pk), str(second.pk)], "into": str(second.pk)}
    assert "What moves into “#Diwali”" in operator.post(reverse(LIST), chosen).content.decode()
    operator.post(reverse(LIST), chosen | {"confirmed": "yes"})
    assert again(first).merged_into_id == second.pk
    assert again(second).first_detected_at == now - HOUR


def test_one_topic_alone_or_one_that_is_over_is_not_merged(operator: Client, now: dt.datetime) -> None:
    first, second = two(now)
    alone = {"action": "merge", "_selected_action": [str(first.pk)]}
    assert "two topics or more" in operator.post(reverse(LIST), alone, follow=True).content.decode()
    TrendTopic.objects.filter(pk=second.pk).update(status="expired")
    both = {"action": "merge", "_selected_action": [str(first.pk), str(second.pk)], "confirmed": "yes"}
    assert "is over" in operator.post(reverse(LIST), both, follow=True).content.decode()
    assert again(second).merged_into is None


def test_an_operator_splits_a_topic_and_sees_who_calls_it_what(operator: Client, olga: User, now: dt.datetime) -> None:
    first, second = two(now)
    topics.merge([first, second], into=first, by=olga, now=now)
    mastodon = topics.sources_of(again(first))[1]
    address = reverse("admin:trends_trendtopic_split", args=[first.pk])
    assert "#Diwali (mastodon)" in operator.get(address).content.decode()
    assert "required" in operator.post(address, {"sources": [str(mastodon.pk)]}).content.decode()
    answer = operator.post(address, {"names": ["#Diwali"], "sources": [str(mastodon.pk)]}, follow=True)
    assert "is a topic of its own now" in answer.content.decode()
    opened = TrendTopic.objects.get(title="#Diwali", merged_into=None)
    assert [row.source for row in opened.observations.all()] == [mastodon]
    assert LogEntry.objects.filter(object_id=str(opened.pk), change_message__contains="Festival of lights").exists()
    assert LogEntry.objects.filter(object_id=str(first.pk), change_message__contains="Split: #Diwali").exists()


def test_a_split_takes_names_and_a_sources_figures_along_and_lasts(olga: User, now: dt.datetime) -> None:
    first, second = two(now)
    topics.merge([first, second], into=first, by=olga, now=now)
    mastodon = topics.sources_of(again(first))[1]
    opened = topics.split(again(first), ["#Diwali"], sources=[mastodon], by=olga, now=now)
    assert (opened.normalized, opened.run, opened.kind) == ("diwali", 2, "hashtag")
    assert again(opened).forms == {"mastodon": ["#Diwali"]}
    left = again(first)
    assert (left.names, left.source_kinds, left.observations.count()) == ([], ["google_trends"], 1)
    assert TopicAlias.objects.get().is_apart
    (told,) = store(mastodon, [Item("#Diwali", Kind.HASHTAG, count=44)], now=now + HOUR)
    assert told.pk == opened.pk
    (still,) = store(source_of("bluesky"), [keyword("Festival of lights", 3, names=("Diwali", "Deepavali"))], now=now)
    assert still.names == ["Deepavali"]


def test_countries_are_joined_with_topics_and_parted_with_their_sources(olga: User, now: dt.datetime) -> None:
    india, states = source_of("google_news", region="IN", name="India"), source_of("google_news", region="US")
    (first,) = store(india, [keyword("Festival of lights", 4)], now=now - HOUR)
    (second,) = store(states, [keyword("Diwali", 4)], now=now)
    topics.merge([first, second], into=first, by=olga, now=now)
    assert again(first).regions == ["IN", "US"]
    opened = topics.split(again(first), ["Diwali"], sources=[states], by=olga, now=now)
    assert (again(opened).regions, again(first).regions) == (["US"], ["IN"])


def test_what_was_split_is_not_merged_again_by_itself_but_may_be_by_an_operator(olga: User, now: dt.datetime) -> None:
    (first,) = store(source_of("bluesky"), [keyword("protein bars", 4)], now=now - HOUR)
    store(source_of("mastodon"), [keyword("Protein Bar", 4)], now=now)
    assert clustering.merge_alike(now=now).merged == 1
    opened = topics.split(again(first), ["Protein Bar"], sources=[], by=olga, now=now)
    assert clustering.merge_alike(now=now).merged == 0
    assert TrendTopic.objects.live().count() == 2
    topics.merge([again(first), opened], into=again(first), by=olga, now=now)
    assert not TopicAlias.objects.filter(is_apart=True).exists()
    (told,) = store(source_of("wikipedia"), [keyword("Protein Bar", 4)], now=now + HOUR)
    assert told.pk == first.pk


@pytest.mark.parametrize(
    ("names", "words"),
    [([], "Choose the names"), (["#GlassSkin"], "spelt like the title"), (["Nobody's name"], "spelt like the title")],
)
def test_a_split_that_can_not_be_is_refused_with_the_reason(
    names: list[str], words: str, olga: User, now: dt.datetime
) -> None:
    (topic,) = store(source_of(), [keyword("Glass skin", 4, names=("#GlassSkin", "K-beauty"))], now=now)
    with pytest.raises(topics.CantSplit, match=words):
        topics.split(topic, names, sources=[], by=olga, now=now)


def test_a_topic_keeps_at_least_one_source_when_it_is_split(olga: User, now: dt.datetime) -> None:
    (topic,) = store(source_of(), [keyword("Glass skin", 4, names=("K-beauty",))], now=now)
    with pytest.raises(topics.CantSplit, match="at least one"):
        topics.split(topic, ["K-beauty"], sources=topics.sources_of(topic), by=olga, now=now)


def test_a_topic_without_a_name_to_take_out_offers_no_split(operator: Client, now: dt.datetime) -> None:
    (topic,) = store(source_of(), [keyword("Glass skin", 4, names=("#GlassSkin",))], now=now)
    page = operator.get(reverse("admin:trends_trendtopic_change", args=[topic.pk])).content.decode()
    assert "Split" not in page
    assert operator.get(reverse("admin:trends_trendtopic_split", args=[topic.pk])).status_code == 403
    assert operator.get(reverse("admin:trends_trendtopic_split", args=[uuid.uuid4()])).status_code in {403, 404}


def test_operators_say_what_stands_for_what(operator: Client, now: dt.datetime) -> None:
    told = {"normalized": "#Deepavali", "canonical": "Diwali", "reason": "the same feast"}
    operator.post(reverse("admin:trends_topicalias_add"), told)
    alias = TopicAlias.objects.get()
    assert (alias.normalized, alias.canonical, alias.made_by) == ("deepavali", "diwali", "operator")
    (topic,) = store(source_of(), [keyword("Deepavali", 4)], now=now)
    assert (topic.normalized, topic.title) == ("diwali", "Deepavali")
    page = operator.get(reverse("admin:trends_trendtopic_change", args=[topic.pk])).content.decode()
    assert "deepavali" in page
    operator.post(reverse("admin:trends_topicalias_add"), {"normalized": "Diwali", "canonical": "Festival of lights"})
    assert dict(TopicAlias.objects.values_list("normalized", "canonical")) == {
        "deepavali": "festivaloflights",
        "diwali": "festivaloflights",
    }


@pytest.mark.parametrize(("name", "other"), [("Diwali", "#diwali"), ("\u200b", "Diwali")])
def test_a_name_can_not_stand_for_itself_or_show_nothing(name: str, other: str, operator: Client) -> None:
    told = {"normalized": name, "canonical": other}
    assert operator.post(reverse("admin:trends_topicalias_add"), told).status_code == 200
    assert not TopicAlias.objects.exists()


def test_blocking_by_hand_is_in_the_staffs_log(operator: Client, now: dt.datetime) -> None:
    first, _ = two(now)
    operator.post(reverse(LIST), {"action": "block", "_selected_action": [str(first.pk)]})
    assert LogEntry.objects.filter(object_id=str(first.pk), change_message="Blocked.").exists()


@pytest.mark.parametrize("model", ["topicalias", "blockedterm"])
def test_lists_of_names_open(model: str, operator: Client) -> None:
    assert operator.get(reverse(f"admin:trends_{model}_changelist")).status_code == 200
