"""What no topic may be named by: disguises seen through, topics held back and given back, terms moderated."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from tests.cast import PASSWORD, Cast
from tests.trends.collecting import HOUR, keyword, source_of, store
from trends import tasks
from trends.blocklist import Blocklist, Term, closed_of
from trends.collection import blocking, passes, storing
from trends.flagging import Topics
from trends.models import BlockedTerm, TrendTopic
from trends.normalise import Kind
from trends.services import blocks, topics
from trends.sources.base import Item

TERMS = [
    ("free followers", "word"),
    ("porn", "part"),
    ("suicide", "word"),
    ("gore", "name"),
    ("🔞", "word"),
    ("sex", "word"),
    ("बम धमाका", "word"),
]


@pytest.fixture
def operator(cast: Cast) -> Client:
    """An operator in the admin."""
    client = Client()
    client.force_login(User.objects.create_superuser("olga@example.com", PASSWORD))
    return client


def blocklist() -> Blocklist[str]:
    """These terms, each told by itself."""
    return Blocklist(Term(closed_of(term), match, term) for term, match in TERMS)


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("#FreeFollowers", "free followers"),
        ("get your FREE follower now", "free followers"),
        ("fr€e f0llowers", "free followers"),
        ("f r e e  followers", "free followers"),
        ("#getfreefollowersnow", "free followers"),
        ("frее fоllowers", "free followers"),  # Cyrillic e and o
        ("ＦＲＥＥ ＦＯＬＬＯＷＥＲＳ", "free followers"),
        ("free\u200bfollowers", "free followers"),
        ("#P0rnVideo", "porn"),
        ("5u1cide", "suicide"),
        ("$ex", "sex"),
        ("GORE!", "gore"),
        ("🔞 tonight", "🔞"),
        ("दिल्ली में बम धमाका", "बम धमाका"),
    ],
)
def test_a_term_is_found_in_all_its_forms(name: str, term: str) -> None:
    assert blocklist().first(["Something else", name]) == term


@pytest.mark.parametrize(
    "name",
    ["Al Gore", "free yourself, followers", "Essex", "Sussex news", "homicide", "sixty", "🔥", "freedom follows"],
)
def test_what_only_holds_a_terms_letters_is_left_alone(name: str) -> None:
    assert blocklist().first([name]) is None


@given(st.lists(st.text(max_size=60), max_size=4))
def test_any_names_are_read_without_fault(names: list[str]) -> None:
    assert blocklist().first(names) in {None, *(term for term, _ in TERMS)}


@given(st.sampled_from([term for term, _ in TERMS]))
def test_a_term_finds_itself(term: str) -> None:
    assert blocklist().first([term]) == term


def blocked(term: str, match: str = "word", **columns: Any) -> BlockedTerm:
    """Block a term as an operator does."""
    row = BlockedTerm(term=term, match=match, category="spam", **columns)
    blocks.add(row, by=None, now=dt.datetime(2026, 11, 19, tzinfo=dt.UTC))
    return row


def live() -> list[str]:
    """The titles that show."""
    return sorted(TrendTopic.objects.live().values_list("title", flat=True))


def test_a_topic_is_held_back_as_it_is_stored_by_any_of_its_names(now: dt.datetime, db: None) -> None:
    term = blocked("free followers")
    items = [
        keyword("Rain covers", 5),
        keyword("Fr33 Followers", 9),
        keyword("Grow your page", 9, names=("#freefollowers",)),
        Item("#FreeFollowersToday", Kind.HASHTAG, count=4),
    ]
    store(source_of(), items, now=now)
    assert live() == ["Rain covers"]
    term.refresh_from_db()
    assert (term.hits, term.last_hit_at) == (3, now)
    store(source_of("mastodon"), items, now=now + HOUR)
    term.refresh_from_db()
    assert term.hits == 3


def test_a_name_that_comes_later_holds_a_topic_back(now: dt.datetime, db: None) -> None:
    blocked("free followers")
    store(source_of(), [keyword("Grow your page", 9)], now=now)
    assert live() == ["Grow your page"]
    store(source_of("mastodon"), [keyword("Grow your page", 9, names=("free followers",))], now=now + HOUR)
    assert live() == []


def test_a_new_term_is_applied_at_once_and_switched_off_gives_back_only_what_it_held(
    now: dt.datetime, db: None
) -> None:
    rows = store(source_of(), [keyword(title, 5) for title in ("Buy likes", "Buy gold", "Likes farm")], now=now)
    topics.block([rows[1].pk], now=now)
    term, other = blocked("likes"), blocked("farm")
    assert live() == []
    assert blocks.switch([term.pk], on=False, now=now) == blocks.Applied(gone=0, back=1)
    assert live() == ["Buy likes"]
    assert TrendTopic.objects.get(title="Likes farm").blocked_by == other
    blocks.switch([other.pk], on=False, now=now)
    assert live() == ["Buy likes", "Likes farm"]
    assert blocks.switch([term.pk], on=True, now=now) == blocks.Applied(gone=2, back=0)


def test_what_was_blocked_by_hand_stays_blocked_whatever_the_terms_say(now: dt.datetime, db: None) -> None:
    (topic,) = store(source_of(), [keyword("Buy likes", 5)], now=now)
    term = blocked("likes")
    topics.block([topic.pk], now=now)
    blocks.remove(term, now=now)
    assert not BlockedTerm.objects.exists()
    assert live() == []
    assert topics.let_pass([topic.pk], now=now) == 1
    assert live() == ["Buy likes"]


def test_a_topic_that_was_let_pass_passes_and_so_do_its_later_runs(now: dt.datetime, db: None) -> None:
    blocked("likes")
    (topic,) = store(source_of(), [keyword("Likes for charity", 5)], now=now)
    assert live() == []
    topics.let_pass([topic.pk], now=now)
    store(source_of("mastodon"), [keyword("Likes for charity", 5, names=("likes!",))], now=now + HOUR)
    assert live() == ["Likes for charity"]
    TrendTopic.objects.update(status="expired")
    store(source_of("wikipedia"), [keyword("Likes for charity", 5)], now=now + 40 * HOUR)
    assert live() == ["Likes for charity"]
    assert blocking.apply_everywhere(now=now) == (0, 0)


def test_removing_a_term_gives_back_what_it_held_in_earlier_runs_too(now: dt.datetime, db: None) -> None:
    term = blocked("likes")
    (first,) = store(source_of(), [keyword("Buy likes", 5)], now=now)
    TrendTopic.objects.filter(pk=first.pk).update(status="expired")
    blocks.remove(term, now=now)
    (second,) = store(source_of("mastodon"), [keyword("Buy likes", 5)], now=now + 40 * HOUR)
    assert not second.is_blocked


def test_a_topic_that_is_reported_and_upheld_is_blocked_by_hand(now: dt.datetime, db: None) -> None:
    term = blocked("likes")
    (topic,) = store(source_of(), [keyword("Buy likes", 5)], now=now)
    assert Topics().hide(str(topic.pk)) == 1
    blocks.switch([term.pk], on=False, now=now)
    assert live() == []


@pytest.mark.parametrize(
    ("term", "match", "words"),
    [
        ("", "word", "shows nothing"),
        ("\u200b", "name", "shows nothing"),
        ("ab", "part", "too short"),
        ("x", "word", "too"),
    ],
)
def test_terms_that_would_hold_back_everything_are_refused(term: str, match: str, words: str, db: None) -> None:
    with pytest.raises(blocks.CantBlock, match=words):
        blocked(term, match)


def test_a_term_is_blocked_once_however_it_is_written(db: None) -> None:
    blocked("Free Followers")
    with pytest.raises(blocks.CantBlock, match="already"), transaction.atomic():
        blocked("#freefollower")


def test_the_product_brings_terms_of_every_category_which_stay_off_once_switched_off(
    now: dt.datetime, db: None
) -> None:
    store(source_of(), [keyword("Claim your airdrop", 5), keyword("Monsoon skincare", 5)], now=now)
    brought = blocking.keep_defaults(now=now)
    assert brought == BlockedTerm.objects.filter(is_default=True).count() >= 200
    assert set(BlockedTerm.objects.values_list("category", flat=True)) == set(BlockedTerm.Category.values)
    assert live() == ["Monsoon skincare"]
    airdrop = BlockedTerm.objects.get(term="claim your airdrop")
    blocks.switch(list(BlockedTerm.objects.values_list("pk", flat=True)), on=False, now=now)
    assert live() == ["Claim your airdrop", "Monsoon skincare"]
    assert blocking.keep_defaults(now=now) == 0
    blocks.remove(airdrop, now=now)
    assert BlockedTerm.objects.filter(pk=airdrop.pk, is_active=False).exists()


EVERYDAY = [
    "Monsoon skincare", "Diwali 2026", "India vs England", "Budget session", "#GlassSkin", "iPhone 18", "Air India",
    "Climate summit", "Deadpool", "Killer whales", "Dead Sea salt", "Essex", "Sexton", "Grape harvest", "Drapes",
    "Rip Van Winkle", "Death Cab for Cutie", "Follow the money", "Free delivery", "Suits", "Gunners win",
    "Shooting star", "शुभ प्रभात", "Skill India", "Therapist", "Scunthorpe United", "nude lipstick",
    "Escort wins at the box office", "World Suicidology Congress",
]  # fmt: skip


def test_terms_of_the_product_leave_everyday_topics_alone(now: dt.datetime, db: None) -> None:
    blocking.keep_defaults(now=now)
    held = {name: term for name in EVERYDAY if (term := blocking.terms().first([name])) is not None}
    named = {name: BlockedTerm.objects.get(pk=key).term for name, key in held.items()}
    assert named == {}


def test_many_live_topics_are_asked_by_a_task(now: dt.datetime, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    store(source_of(), [keyword("Buy likes", 5), keyword("Buy gold", 5)], now=now)
    monkeypatch.setattr(blocks, "AT_ONCE", 1)
    term = BlockedTerm(term="likes", category="spam")
    with transaction.atomic():
        assert blocks.add(term, by=None, now=now).later
    assert live() == ["Buy gold", "Buy likes"]
    tasks.apply_blocklist()
    assert live() == ["Buy gold"]


def test_what_is_blocked_is_not_merged_matched_or_scored_for_brands(now: dt.datetime, kesar: Cast) -> None:
    blocked("monsoon skincare scam")
    store(source_of(), [keyword("Monsoon skincare scam", 50), keyword("Monsoon skincare", 50)], now=now)
    passes.score(now=now)
    hidden = TrendTopic.objects.get(title="Monsoon skincare scam")
    assert not hidden.relevances.exists()
    assert storing.embed_missing() == 0


def form(**told: Any) -> dict[str, Any]:
    """What an operator fills in."""
    return {"term": "likes", "category": "spam", "match": "word", "language": "", "note": "", "is_active": "on"} | told


def test_operators_add_change_switch_and_remove_terms_and_see_what_happens(operator: Client, now: dt.datetime) -> None:
    store(source_of(), [keyword("Buy likes", 5), keyword("Buy gold", 5)], now=now)
    added = operator.post(reverse("admin:trends_blockedterm_add"), form(), follow=True).content.decode()
    assert "1 topics are held back now" in added
    term = BlockedTerm.objects.get()
    assert (term.normalized, term.created_by) == ("like", User.objects.get(email="olga@example.com"))
    assert "already" in operator.post(reverse("admin:trends_blockedterm_add"), form(term="LIKE")).content.decode()
    address = reverse("admin:trends_blockedterm_change", args=[term.pk])
    operator.post(address, form(term="gold"))
    assert live() == ["Buy likes"]
    listed = reverse("admin:trends_blockedterm_changelist")
    answer = operator.post(listed, {"action": "switch_off", "_selected_action": [str(term.pk)]}, follow=True)
    assert "1 came back" in answer.content.decode()
    assert live() == ["Buy gold", "Buy likes"]
    assert LogEntry.objects.filter(object_id=str(term.pk), change_message__contains="Switched off").exists()
    operator.post(listed, {"action": "switch_on", "_selected_action": [str(term.pk)]})
    assert live() == ["Buy likes"]
    operator.post(reverse("admin:trends_blockedterm_delete", args=[term.pk]), {"post": "yes"})
    assert live() == ["Buy gold", "Buy likes"]
    assert not BlockedTerm.objects.exists()


def test_a_term_of_the_product_is_switched_off_where_another_would_be_removed(
    operator: Client, now: dt.datetime
) -> None:
    blocking.keep_defaults(now=now)
    term = BlockedTerm.objects.get(term="suicide")
    address = reverse("admin:trends_blockedterm_delete", args=[term.pk])
    page = operator.post(address, {"post": "yes"}, follow=True).content.decode()
    assert "came with the product" in page
    term.refresh_from_db()
    assert not term.is_active


def test_an_unknown_topic_is_hidden_by_nobody(db: None) -> None:
    assert topics.block([uuid.uuid4()], now=dt.datetime(2026, 11, 19, tzinfo=dt.UTC)) == 0
