"""Every adapter that counts is held to its document, and the rights it needs are asked for at the sign-in."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from analytics.documents import DOCUMENTS
from publishing import platforms
from publishing.platforms.counting import CountsDays, KnowsAudience
from publishing.platforms.signing_in import Doors

COUNTED = ("instagram", "facebook", "threads", "youtube", "tiktok")
RIGHTS = {
    "instagram": {"instagram_manage_insights", "instagram_business_manage_insights"},
    "facebook": {"read_insights"},
    "threads": {"threads_manage_insights"},
    "youtube": {"https://www.googleapis.com/auth/yt-analytics.readonly"},
    "tiktok": {"user.info.stats", "video.list"},
}
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def built(key: str) -> Any:
    return platforms.platform(key, client=httpx.Client(), clock=lambda: NOW, sleep=lambda _seconds: None)


@pytest.mark.parametrize("key", [*COUNTED, "x", "linkedin", "pinterest", "bluesky", "mastodon"])
def test_an_adapter_that_counts_has_a_document(key: str) -> None:
    assert isinstance(built(key), CountsDays)
    assert key in DOCUMENTS


@pytest.mark.parametrize("key", COUNTED)
def test_the_sign_in_asks_for_what_counting_needs_and_does_without_it(key: str) -> None:
    adapter = built(key)
    doors = [door.scopes for door in adapter.doors] if isinstance(adapter, Doors) else [adapter.scopes]
    for scopes in doors:
        wanted = [scope for scope in scopes if scope.name in RIGHTS[key]]
        assert wanted, scopes
        assert not any(scope.needed for scope in wanted)


@pytest.mark.parametrize("key", sorted(platforms.platform_keys()))
def test_whoever_counts_says_how_far_back_and_by_which_clock(key: str) -> None:
    adapter = built(key)
    if not isinstance(adapter, CountsDays):
        assert not isinstance(adapter, KnowsAudience)
        return
    assert adapter.history.days >= 0
    assert adapter.day_zone in {"", "UTC", "America/Los_Angeles"}
    assert set(DOCUMENTS[key].engagement) <= {field.key for field in DOCUMENTS[key].fields}
