"""Sums, figures and the catalogue for programs."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership
from analytics import figures
from analytics.catalogue import METRICS
from analytics.models import MeasuredPost
from analytics.rollups import posts
from tests.analytics.posting import connection, published, snapshot
from tests.cast import Cast

DAY = dt.timedelta(days=1)


def of(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@pytest.fixture
def rows(cast: Cast) -> list[MeasuredPost]:
    now = timezone.now()
    with tenancy.of_organization(cast.kesar.pk):
        account = connection(cast)
        found = [published(cast, account, now - (number + 2) * DAY) for number in range(5)]
        for number, row in enumerate(found):
            snapshot(row, 20, None if number == 3 else 100 * (number + 1), likes=10)
        figures.refresh(found, now=now)
        posts.roll_up(cast.kesar.pk, now=now)
    return found


def read(client: Client, path: str, **asked: Any) -> Any:
    answer = client.get(f"/api/v1/{path}", asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_posts_come_by_any_metric_page_by_page_those_without_it_last(cast: Cast, rows: list[MeasuredPost]) -> None:
    client, found, asked = of(cast.chitra), [], {"ordering": "-like_rate", "limit": 2}
    page = read(client, "measured-posts", **asked)
    found += page["results"]
    while page["next"]:
        page = client.get(page["next"]).json()
        found += page["results"]
    assert len(found) == 5
    rates = [row["figures"]["like_rate"] for row in found]
    assert rates == [0.1, 0.05, pytest.approx(0.033333), 0.02, None]
    assert found[0]["connection"]
    assert found[0]["views"] == 100
    assert set(METRICS) >= set(found[0]["figures"])
    assert client.get("/api/v1/measured-posts?ordering=nonsense").status_code == 422


def test_numbers_are_entered_and_brought(cast: Cast, rows: list[MeasuredPost]) -> None:
    client, path = of(cast.asha), f"/api/v1/measured-posts/{rows[0].post_id}/numbers"
    told = client.post(path, {"counts": {"views": 5000, "saves": 3}}, content_type="application/json")
    assert told.status_code == 200, told.content
    assert (told.json()["views"], told.json()["origin"]) == (5000, "hand")
    wrong = client.post(path, {"counts": {"virality": 5}}, content_type="application/json")
    assert wrong.status_code == 422
    text = f"post,likes\n{rows[1].post_id},77\nnobody,1\n"
    brought = client.post("/api/v1/measured-posts/bring", {"text": text}, content_type="application/json").json()
    assert brought["written"] == 1
    assert brought["errors"][0]["line"] == 3
    assert of(cast.chitra).post(path, {"counts": {"views": 1}}, content_type="application/json").status_code in {
        200,
        403,
    }
    assert of(cast.dev).post(path, {"counts": {"views": 1}}, content_type="application/json").status_code == 404


def test_sums_are_read_by_day_account_and_month(cast: Cast, rows: list[MeasuredPost]) -> None:
    client = of(cast.chitra)
    days = read(client, "post-days", post=str(rows[0].post_id))["results"]
    assert [(row["views"], row["engagement"]) for row in days] == [(100, 10)]
    accounts = read(client, "account-days", platform="practice", ordering="date")["results"]
    assert sum(row["views"] or 0 for row in accounts) == 100 + 200 + 300 + 500
    assert read(client, "account-days", is_simulated="false")["results"] == []
    months = read(client, "analytics-snapshots", period="month", is_whole="true")["results"]
    assert sum(row["published"] for row in months) == 5
    assert read(of(cast.dev), "post-days")["results"] == []


def test_the_catalogue_is_read(cast: Cast) -> None:
    client = of(cast.chitra)
    found = client.get("/api/v1/metrics").json()
    assert len(found) == len(METRICS)
    one = client.get("/api/v1/metrics/engagement_rate_reach").json()
    assert (one["parts"], one["formula"], one["is_derived"]) == (["engagement", "reach"], "Engagement ÷ Reach", True)
    assert client.get("/api/v1/metrics/nothing").status_code == 404
