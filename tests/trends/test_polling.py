"""When a source is asked again, and what its state is called."""

import datetime as dt
from email.utils import format_datetime
from random import Random

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trends.conftest import NOW
from tests.trends.feeds import FeedServer
from trends import polling
from trends.polling import Health

QUARTER = dt.timedelta(minutes=15)


def wait(**how: object) -> dt.timedelta:
    """The wait that next_poll chooses, chance at its smallest."""
    return polling.next_poll(now=NOW, interval=QUARTER, rng=Still(), **how) - NOW  # type: ignore[arg-type]


class Still(Random):
    """No jitter."""

    def random(self) -> float:
        return 0.0


def test_after_a_success_the_interval_passes() -> None:
    assert wait() == QUARTER


def test_an_answer_that_stays_fresh_longer_is_not_asked_for_sooner() -> None:
    assert wait(fresh_for=dt.timedelta(hours=1)) == dt.timedelta(hours=1)
    assert wait(fresh_for=dt.timedelta(minutes=1)) == QUARTER
    assert wait(fresh_for=dt.timedelta(days=300)) == polling.LONGEST_RETRY


def test_failures_double_the_wait_up_to_six_hours() -> None:
    waits = [wait(failures=failures) for failures in (1, 2, 3, 8, 500)]
    assert waits == [dt.timedelta(minutes=minutes) for minutes in (2, 4, 8, 256, 360)]


def test_a_source_that_asks_for_time_gets_it_within_a_day() -> None:
    assert wait(failures=1, asked_to_wait=dt.timedelta(hours=3)) == dt.timedelta(hours=3)
    assert wait(failures=1, asked_to_wait=dt.timedelta(days=9)) == polling.LONGEST_WAIT
    assert wait(failures=4, asked_to_wait=dt.timedelta(0)) == dt.timedelta(minutes=16)


def test_what_is_not_published_yet_is_looked_for_within_the_hour() -> None:
    due = polling.next_poll_when_not_yet(now=NOW, interval=dt.timedelta(hours=6), rng=Still())
    assert due == NOW + dt.timedelta(hours=1)


@given(seed=st.integers(), failures=st.integers(0, 10_000), asked=st.none() | st.timedeltas())
def test_the_next_poll_is_always_later_and_never_by_much_more_than_a_day(
    seed: int, failures: int, asked: dt.timedelta | None
) -> None:
    due = polling.next_poll(now=NOW, interval=QUARTER, rng=Random(seed), failures=failures, asked_to_wait=asked)
    assert dt.timedelta(minutes=1) <= due - NOW <= dt.timedelta(hours=26.4)


def test_sources_with_one_interval_do_not_march_in_step() -> None:
    rng = Random(7)
    due = {polling.next_poll(now=NOW, interval=QUARTER, rng=rng) for _ in range(20)}
    assert len(due) == 20
    assert max(due) <= NOW + QUARTER * 1.1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "120"}, 120),
        ({"retry-after": format_datetime(NOW + dt.timedelta(seconds=90), usegmt=True)}, 90),
        ({"Retry-After": format_datetime(NOW - dt.timedelta(hours=1), usegmt=True)}, 0),
        ({"X-RateLimit-Remaining": "0.0", "X-RateLimit-Reset": "45"}, 45),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2026-11-19T10:35:00.000Z"}, 300),
        ({"X-RateLimit-Remaining": "12", "X-RateLimit-Reset": "45"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "999999999999"}, 86400),
        ({}, None),
    ],
)
def test_the_wait_a_source_asks_for_is_understood(headers: dict[str, str], seconds: int | None) -> None:
    asked = polling.asked_to_wait(headers, now=NOW)
    assert (asked and asked.total_seconds()) == (seconds or (None if seconds is None else dt.timedelta(0)))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache-Control": "public, max-age=600"}, 600),
        ({"cache-control": "max-age=600", "Age": "100"}, 500),
        ({"Cache-Control": "s-maxage=600"}, None),
        ({"Cache-Control": "no-cache, max-age=600"}, None),
        ({}, None),
    ],
)
def test_freshness_is_understood(headers: dict[str, str], seconds: int | None) -> None:
    fresh = polling.fresh_for(headers)
    assert (None if fresh is None else fresh.total_seconds()) == seconds


@given(
    st.dictionaries(st.sampled_from(["Retry-After", "Cache-Control", "Age", "ETag", "X-RateLimit-Reset"]), st.text())
)
def test_no_header_breaks_the_reading(headers: dict[str, str]) -> None:
    polling.asked_to_wait(headers | {"X-RateLimit-Remaining": "0"}, now=NOW)
    polling.fresh_for(headers)
    etag, _ = polling.validators(headers)
    assert etag.isascii()


def test_an_unchanged_feed_is_asked_for_conditionally_and_answers_304(feeds: FeedServer) -> None:
    first = httpx.get(f"{feeds.url}/trending/rss")
    etag, modified = polling.validators(first.headers)
    asked = polling.conditional_headers(etag=etag, last_modified=modified)
    assert set(asked) == {"If-None-Match", "If-Modified-Since"}
    assert httpx.get(f"{feeds.url}/trending/rss", headers=asked).status_code == 304


def test_a_validator_too_long_to_send_back_is_dropped_not_cut() -> None:
    assert polling.validators({"ETag": '"' + "x" * 400 + '"', "Last-Modified": "a\nb"}) == ("", "")
    assert polling.conditional_headers(etag="", last_modified="") == {}


def test_a_spent_rate_limit_of_the_local_feeds_is_heard(feeds: FeedServer) -> None:
    answer = httpx.get(f"{feeds.bad('429')}/rss")
    assert polling.asked_to_wait(answer.headers, now=NOW) == dt.timedelta(seconds=120)


@pytest.mark.parametrize(
    ("polled", "failures", "duration", "state"),
    [
        (False, 0, None, Health.NEVER),
        (True, 0, 0.4, Health.OK),
        (True, 0, 9.0, Health.SLOW),
        (True, 1, 0.4, Health.FAILING),
        (True, 5, None, Health.DOWN),
    ],
)
def test_health_is_one_word(polled: bool, failures: int, duration: float | None, state: Health) -> None:
    assert polling.health(polled=polled, failures=failures, duration=duration) is state


def test_health_is_told_in_a_sentence() -> None:
    told = polling.words_for_health(
        Health.FAILING, failures=3, last_success_at=NOW - dt.timedelta(hours=5), now=NOW, duration=None
    )
    assert told == "Failed 3 times in a row; the last good answer is 5 hours old."
    never = polling.words_for_health(Health.DOWN, failures=6, last_success_at=None, now=NOW, duration=None)
    assert never == "Down: failed 6 times in a row; it has never answered well."


@pytest.mark.parametrize("status", [401, 403, 404, 410, 418, 429, 500, 503])
def test_every_status_has_words_that_name_the_source_and_the_status(status: int) -> None:
    words = polling.words_for_status(status, label="Google News")
    assert words.startswith("Google News")
    assert str(status) in words


@pytest.mark.parametrize(
    ("minutes", "words"), [(-5, "0 minutes"), (1, "1 minute"), (35, "35 minutes"), (150, "2 hours"), (5000, "3 days")]
)
def test_ages_are_told_in_their_largest_unit(minutes: int, words: str) -> None:
    assert polling.age(dt.timedelta(minutes=minutes)) == words
