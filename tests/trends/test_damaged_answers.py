"""Whatever the bytes, a parser reads them or says why not."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trends import test_keyed_sources as keyed
from tests.trends import test_sources as known
from tests.trends.conftest import NOW
from tests.trends.recordings import recording
from tests.trends.test_sources import check
from trends.sources.base import BadFeed, NotYet, Source

CONTRACTS: list[type[known.Contract]] = [
    known.TestGoogleNews,
    known.TestGoogleTrends,
    known.TestMastodon,
    known.TestBluesky,
    known.TestHackerNews,
    known.TestWikipedia,
    keyed.TestYouTube,
    keyed.TestX,
    keyed.TestRedditByFeed,
    keyed.TestRedditByApp,
    known.TestRss,
]
FIELDS = [
    *("title", "name", "topic", "displayName", "article", "history", "views", "rank", "postCount", "points"),
    *("trend_name", "tweet_count", "data", "children", "snippet", "statistics", "commentCount", "likeCount", "score"),
    *("num_comments", "created_at", "created_at_i", "startedAt", "url", "link", "language", "year", "month", "day"),
]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=12,
)
every_source = pytest.mark.parametrize(
    "contract", CONTRACTS, ids=lambda contract: contract.__name__.removeprefix("Test").lower()
)


def read_or_refuse(source: Source, content: bytes, config: dict[str, str] | None = None) -> None:
    """Parse; anything but items or a refusal is a failure."""
    with contextlib.suppress(BadFeed, NotYet):
        for item in source.parse(content, config=config or {}, now=NOW):
            check(item)


@every_source
@given(content=st.binary())
def test_arbitrary_bytes_are_read_or_refused(contract: type[known.Contract], content: bytes) -> None:
    read_or_refuse(contract.source, content, contract.needed)


@every_source
@given(place=st.integers(min_value=0, max_value=10_000), junk=st.binary(max_size=8))
def test_damaged_recordings_are_read_or_refused(contract: type[known.Contract], place: int, junk: bytes) -> None:
    for name, config in contract.recordings.items():
        whole = recording(name, now=NOW)
        at = place % len(whole)
        read_or_refuse(contract.source, whole[:at] + junk + whole[at + len(junk) :], config)


@every_source
@given(entries=st.lists(ANYTHING, max_size=4))
def test_entries_of_any_shape_are_read_or_refused(contract: type[known.Contract], entries: list[Any]) -> None:
    opening, closing = contract.wrapped
    read_or_refuse(contract.source, f"{opening}{json.dumps(entries)[1:-1]}{closing}".encode(), contract.needed)


@every_source
@given(document=ANYTHING)
def test_documents_of_any_shape_are_read_or_refused(contract: type[known.Contract], document: Any) -> None:
    read_or_refuse(contract.source, json.dumps(document).encode(), contract.needed)
