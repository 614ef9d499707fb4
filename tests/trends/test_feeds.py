"""How feeds are: on the page, through the API, and what operators see and never see."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from tests.cast import PASSWORD, Cast
from tests.trends.collecting import HOUR
from trends import feeds
from trends.models import TrendSource

KEY = "example-key-example-key-0123"
ADD = "admin:trends_trendsource_add"


def signed_in(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


@pytest.fixture
def some(cast: Cast) -> list[TrendSource]:
    """A feed in trouble, a quick one, a file, and one that is switched off."""
    now = timezone.now()
    polls = [[(now - n * HOUR).isoformat(), word, n, 0.1] for n, word in enumerate(["bad", "same", "news", "wait"])]
    told: list[dict[str, Any]] = [
        {"kind": "google_news", "name": "News", "health": "down", "last_error": "It is <down>.", "outcomes": polls},
        {"kind": "bluesky", "name": "Sky", "health": "ok", "last_success_at": now, "next_poll_at": now + HOUR,
         "interval": HOUR, "pace": HOUR / 4, "last_item_count": 12, "last_note": "Left out 2."},
        {"kind": "csv", "name": "Our panel", "health": "ok", "last_success_at": now},
        {"kind": "youtube", "name": "Tube", "enabled": False, "credentials": KEY, "quota_spent": 30},
    ]  # fmt: skip
    return [TrendSource.objects.create(**each) for each in told]


def test_the_ill_ones_come_first_each_with_its_state_in_words(some: list[TrendSource]) -> None:
    found = feeds.every(now=timezone.now())
    assert [(feed.row.name, feed.state, feed.way) for feed in found] == [
        ("News", "down", "asked"), ("Sky", "ok", "asked"), ("Our panel", "ok", "imported"), ("Tube", "paused", "asked")
    ]  # fmt: skip
    assert found[1].is_quickened
    assert not found[1].is_slowed
    assert (found[2].pace, found[2].next_at, found[3].next_at) == (None, None, None)
    assert [mark.outcome for mark in found[0].marks] == ["bad", "same", "news", "wait"]


def test_members_see_every_feed(cast: Cast, some: list[TrendSource]) -> None:
    page = signed_in(cast.asha).get("/trends/sources/").content.decode()
    for words in ("News", "It is &lt;down&gt;.", "failed", "15 min", "by file only", "Left out 2.", "it brings news"):
        assert words in page, words
    assert KEY not in page
    ill = signed_in(cast.asha).get("/trends/sources/?view=ill").content.decode()
    assert "It is &lt;down&gt;." in ill
    assert "Our panel" not in ill


def test_an_odd_history_and_an_odd_tab_break_nothing(cast: Cast, some: list[TrendSource]) -> None:
    TrendSource.objects.update(outcomes=[["2026-11-19T10:00:00+00:00", "sideways", None, 1], [], "x"])
    assert signed_in(cast.asha).get("/trends/sources/?view=%00sideways").status_code == 200


def test_clients_do_not_see_them(cast: Cast) -> None:
    assert signed_in(cast.esha).get("/trends/sources/").status_code == 403


def test_the_page_costs_the_same_for_2_feeds_as_for_40(cast: Cast) -> None:
    client, counts = signed_in(cast.asha), []
    for size in (2, 40):
        for number in range(size):
            TrendSource.objects.create(kind="youtube", name=f"Y{size}-{number}")
        client.get("/trends/sources/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/trends/sources/")
        counts.append(len(asked))
    assert counts[0] == counts[1] < 12


def test_programs_read_the_same_figures_and_no_secret(cast: Cast, some: list[TrendSource]) -> None:
    client = signed_in(cast.asha)
    listed = client.get("/api/v1/trend-sources").json()
    assert [row["name"] for row in listed] == ["Sky", "Our panel", "News"]
    assert listed[0]["pace_seconds"] == 900
    one = client.get(f"/api/v1/trend-sources/{some[3].pk}").json()
    assert (one["enabled"], one["quota_limit"], one["way"]) == (False, 10_000, "asked")
    news = client.get(f"/api/v1/trend-sources/{some[0].pk}").json()
    assert [outcome["outcome"] for outcome in news["outcomes"]] == ["bad", "same", "news", "wait"]
    assert news["last_error"] == "It is <down>."
    assert KEY not in str(listed) + str(one)
    assert "credentials" not in one
    assert client.get(f"/api/v1/trend-sources/{cast.brand.pk}").status_code == 404


@pytest.fixture
def operator(cast: Cast) -> Client:
    """An operator in the admin."""
    client = Client()
    client.force_login(User.objects.create_superuser("olga@example.com", PASSWORD))
    return client


TUBE = {"kind": "youtube", "name": "Tube", "config": "{}", "interval": "00:30:00", "region": "IN"}


def test_credentials_go_in_and_never_come_out(operator: Client) -> None:
    refused = operator.post(reverse(ADD), TUBE | {"enabled": "on"})
    assert "asks for a key" in refused.content.decode()
    wrong = operator.post(reverse(ADD), TUBE | {"enabled": "on", "credential": "too short"})
    assert "not as they should be" in wrong.content.decode()
    assert "too short" not in wrong.content.decode()
    assert operator.post(reverse(ADD), TUBE | {"enabled": "on", "credential": KEY}).status_code == 302
    row = TrendSource.objects.get()
    assert row.credentials.open() == KEY
    address = reverse("admin:trends_trendsource_change", args=[row.pk])
    page = operator.get(address).content.decode()
    assert KEY not in page
    assert "Stored, locked." in page
    assert operator.post(address, TUBE | {"enabled": "on", "quota_per_day": "500"}).status_code == 302
    row.refresh_from_db()
    assert (row.credentials.open(), row.quota_per_day) == (KEY, 500)
    assert operator.post(address, TUBE | {"forget_credential": "on"}).status_code == 302
    row.refresh_from_db()
    assert not row.credentials


def test_the_admin_tells_what_a_kind_takes_and_how_its_quota_stands(operator: Client, now: dt.datetime) -> None:
    row = TrendSource.objects.create(kind="youtube", name="Tube", credentials=KEY, outcomes=[[str(now), "news", 3, 1]])
    page = operator.get(reverse("admin:trends_trendsource_change", args=[row.pk])).content.decode()
    for words in ("pages of 50 videos", "10,000 / 10,000", "Google Cloud project", "news · 3"):
        assert words in page, words
