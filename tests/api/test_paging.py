"""Pages: every row once, whatever is added meanwhile."""

from typing import Any

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import tenancy
from accounts.models import BrandProfile
from tests.api.asking import Api, as_member
from tests.cast import Cast
from trenddrop.core.rest.paging import SALT


def fill(cast: Cast, count: int, prefix: str = "Brand") -> None:
    with tenancy.operator():
        BrandProfile.objects.bulk_create(
            BrandProfile(organization=cast.kesar, name=f"{prefix} {number:03}") for number in range(count)
        )


def walk(api: Api, path: str, **query: Any) -> list[Any]:
    """Follow the pages to the end."""
    answer, found = api.get(path, **query), []
    while True:
        page = answer.json()
        found += page["results"]
        if not page["next"]:
            assert "Link" not in answer
            return found
        assert answer["Link"] == f'<{page["next"]}>; rel="next"'
        answer = api.client.get(page["next"])


@pytest.mark.parametrize("ordering", ["name", "-name", "created_at", "-created_at"])
def test_every_row_comes_once_in_every_order(cast: Cast, ordering: str) -> None:
    fill(cast, 23)
    found = walk(as_member(cast.asha), "brands", limit=5, ordering=ordering)
    names = [each["name"] for each in found]
    assert len(names) == len(set(names)) == 24
    if "name" in ordering:
        assert names == sorted(names, reverse=ordering.startswith("-"))


def test_rows_added_meanwhile_move_nothing(cast: Cast) -> None:
    fill(cast, 10, "M")
    api = as_member(cast.asha)
    first = api.get("brands", limit=4, ordering="name").json()
    fill(cast, 10, "A")
    second = api.client.get(first["next"]).json()
    assert [each["name"] for each in second["results"]] == [f"M {number:03}" for number in range(3, 7)]


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "1e3", "٣"])
def test_a_size_that_makes_no_sense_is_refused(cast: Cast, limit: str) -> None:
    answer = as_member(cast.asha).get("brands", limit=limit)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "limit"


def test_a_cursor_of_somebody_else_is_refused(cast: Cast) -> None:
    api = as_member(cast.asha)
    forged = signing.dumps(["name", "x", "y"], key="another", salt=SALT)
    other = signing.dumps(["secret", "x", "y"], salt=SALT)
    for cursor in ("x", forged, other, ""[:0] or "\x00"):
        assert api.get("brands", cursor=cursor).status_code == 422, cursor


def test_a_cursor_does_not_fit_another_order(cast: Cast) -> None:
    fill(cast, 5)
    api = as_member(cast.asha)
    following = api.get("brands", limit=2, ordering="name").json()["next"]
    assert api.client.get(following.replace("ordering=name", "ordering=-name")).status_code == 422


LISTS = [
    "organizations", "members", "invitations", "clients", "brands", "voice-samples", "audiences", "notifications",
    "audit", "assets", "uploads", "pieces", "trends", "trend-history", "trend-relevance", "trend-sources", "platforms",
    "connections", "posts", "measured-posts",
]  # fmt: skip


def statements(api: Api, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert api.get(path).status_code == 200, path
    return len(caught)


@pytest.mark.parametrize("path", ["brands", "audit"])
def test_a_list_costs_the_same_however_long_it_is(cast: Cast, path: str) -> None:
    api = as_member(cast.asha)
    api.get("me")
    fill(cast, 3)
    few = statements(api, path)
    fill(cast, 30, "More")
    assert statements(api, path) == few < 12
