"""The practice network, spoken to through its adapter over real HTTP, and its timeline."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from accounts import tenancy
from publishing.models import PlatformConnection, PracticePost
from publishing.platforms.base import Media, PublishKit, Rejected, SignInAgain, Step, Token
from publishing.platforms.practice import Practice, schema
from publishing.practice import simulation
from publishing.services import connections
from tests.cast import Cast, gather

pytestmark = pytest.mark.django_db(transaction=True)
KIT = PublishKit(key="kit-1", text="Wash it twice. #skin", hashtags=["skin"])
PICTURE = Path(__file__).parent.parent / "media" / "dot.png"


@pytest.fixture
def people() -> Cast:
    return gather()


@pytest.fixture
def practice(live_server: LiveServer) -> Iterator[Practice]:
    with httpx.Client() as client:
        url = f"{live_server.url}/practice/api"
        yield Practice(client=client, clock=timezone.now, sleep=lambda _s: None, url=url)


@pytest.fixture
def token(people: Cast) -> Token:
    row = connections.connect_practice(name="Kesar Naturals", by=people.asha, now=timezone.now())
    return Token(row.access_token.open())


def publish(practice: Practice, token: Token, kit: PublishKit = KIT) -> Any:
    steps: list[Step] = []
    return practice.publish(kit, token=token, record=steps.append)


def test_a_post_appears_once_however_often_it_is_sent(practice: Practice, token: Token, people: Cast) -> None:
    first, second = publish(practice, token), publish(practice, token)
    assert first.platform_id == second.platform_id
    with tenancy.of_member(people.asha):
        assert [post.text for post in PracticePost.objects.all()] == [KIT.text]


def test_what_was_sent_is_found_by_its_key_and_nothing_else_is(practice: Practice, token: Token) -> None:
    assert practice.find_published(KIT, token=token, since=timezone.now()) is None
    sent = publish(practice, token)
    found = practice.find_published(KIT, token=token, since=timezone.now())
    assert found is not None
    assert found.platform_id == sent.platform_id


def test_a_picture_goes_along_byte_for_byte(practice: Practice, token: Token, people: Cast) -> None:
    kit = PublishKit(key="kit-2", text="Look", media=[Media(PICTURE, "image/png", size=PICTURE.stat().st_size)])
    publish(practice, token, kit)
    with tenancy.of_member(people.asha):
        post = PracticePost.objects.get()
        with post.account.media.get().file.open("rb") as stored:
            assert stored.read() == PICTURE.read_bytes()


def test_a_wrong_token_signs_out_and_never_shows_another_organisation(practice: Practice, token: Token) -> None:
    with pytest.raises(SignInAgain):
        publish(practice, Token("wrong"))


def test_a_text_over_the_limit_is_refused_with_its_length(practice: Practice, token: Token) -> None:
    with pytest.raises(Rejected, match="500"):
        publish(practice, token, PublishKit(key="kit-3", text="a" * 501))


def test_an_account_sees_only_its_own_posts(practice: Practice, token: Token, people: Cast) -> None:
    sent = publish(practice, token)
    other = connections.connect_practice(name="Lisbon", by=people.dev, now=timezone.now())
    assert practice.metrics([sent.platform_id], token=Token(other.access_token.open())) == {}


def test_numbers_say_that_they_are_simulated(practice: Practice, token: Token) -> None:
    sent = publish(practice, token)
    counts = practice.metrics([sent.platform_id], token=token)[sent.platform_id]
    assert counts.simulated


def test_every_answer_keeps_to_the_written_protocol(live_server: LiveServer, token: Token) -> None:
    head = {"Authorization": f"Bearer {token.access}", "Idempotency-Key": "k"}
    base = f"{live_server.url}/practice/api"

    def check(answer: httpx.Response, name: str) -> None:
        whole = {"$ref": f"#/$defs/{name}", "$defs": schema()["$defs"]}
        jsonschema.validate(answer.json(), whole, format_checker=jsonschema.FormatChecker())

    check(httpx.get(f"{base}/account", headers=head), "Account")
    check(httpx.get(f"{base}/account"), "Error")
    today = timezone.now().date()
    check(httpx.get(f"{base}/account/days?from={today - dt.timedelta(days=9)}&to={today}", headers=head), "Days")
    check(httpx.get(f"{base}/account/days?from=never&to={today}", headers=head), "Error")
    picture = httpx.post(f"{base}/media", headers=head | {"Content-Type": "image/png"}, content=PICTURE.read_bytes())
    check(picture, "Media")
    post = httpx.post(f"{base}/posts", headers=head, json={"text": "hi", "media": [{"id": picture.json()["id"]}]})
    check(post, "Post")
    check(httpx.get(f"{base}/posts", headers=head, params={"key": "k"}), "Posts")
    check(httpx.get(f"{base}/posts/{post.json()['id']}/metrics", headers=head), "Metrics")
    check(httpx.get(f"{base}/posts/{'0' * 32}/metrics", headers=head), "Error")
    check(httpx.post(f"{base}/posts", headers=head | {"Idempotency-Key": "z"}, content=b"no"), "Error")


def test_the_timeline_shows_the_post_and_that_its_numbers_are_made_up(
    practice: Practice, token: Token, people: Cast, client: Client
) -> None:
    publish(practice, token)
    client.force_login(people.asha.user)
    page = client.get("/practice/").content.decode()
    assert "Wash it twice." in page
    assert "made-up numbers" in page


def test_connecting_again_keeps_the_account_and_replaces_the_token(people: Cast, token: Token) -> None:
    row = connections.connect_practice(name="Kesar Naturals", by=people.asha, now=timezone.now())
    with tenancy.of_member(people.asha):
        assert PlatformConnection.objects.count() == 1
    assert row.access_token.open() != token.access


def test_simulated_numbers_only_grow_and_stay_near_their_end() -> None:
    ages = [dt.timedelta(hours=hours) for hours in (0, 0.1, 1, 3, 6, 12, 24, 72, 240, 2000)]
    views = [simulation.counts(appeal=1.3, followers=800, age=age).views for age in ages]
    assert views == sorted(views)
    assert views[0] == 0
    assert views[-1] <= 800 * 1.6 * 1.3


def test_an_accounts_days_add_up_to_what_its_posts_gathered_and_are_the_same_whenever_they_are_asked_for() -> None:
    now = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
    posts = [simulation.Told(now - dt.timedelta(days=age, hours=3), 0.8 + age / 30) for age in (2, 9, 30)]
    opened = now.date() - dt.timedelta(days=40)

    def asked(at: dt.datetime) -> list[simulation.Day]:
        return simulation.days(name="kesar", base=800, opened=opened, posts=posts, last=at.date(), now=at)

    days = asked(now)
    views = sum(simulation.counts(appeal=each.appeal, followers=800, age=now - each.at).views for each in posts)
    assert sum(day.views for day in days) == views
    assert (days[0].followers, days[0].posts, days[-1].posts) == (800, 0, 3)
    assert [day.final for day in days[-2:]] == [True, False]
    assert asked(now + dt.timedelta(days=3))[:40] == days[:40]
