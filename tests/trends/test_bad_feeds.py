"""What comes over the wire damaged, hostile or odd: each lands, or is refused with a reason on the health page."""

import datetime as dt
import gzip
from typing import Any

import pytest

from tests.trends.collecting import HOUR, again, collect, feed
from tests.trends.feeds import BOMB, WEB_PAGE, Answer, FeedServer
from trends.collection import fetching
from trends.models import TrendObservation, TrendSource, TrendTopic

PATH = "/odd.xml"
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def local_server_allowed(settings: Any) -> None:
    """The feeds of these tests stand on this machine."""
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]


def odd(feeds: FeedServer, body: bytes, **headers: Any) -> TrendSource:
    """Add a feed of any kind of body."""
    feeds.serve(PATH, body, **headers)
    return feed("rss", feeds, config={"feed_url": f"{feeds.url}{PATH}"})


def rss(*titles: str, extra: str = "", head: str = "") -> str:
    items = "".join(f"<item><title>{title}</title>{extra}</item>" for title in titles)
    return f"{head}<rss version='2.0'><channel>{items}</channel></rss>"


XXE = b"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss><channel>&x;</channel></rss>"
SAYS_UTF8 = "<?xml version='1.0' encoding='UTF-8'?>"
GOOD = rss("Rain", "Ceramides").encode()
REFUSED = {
    "an entity bomb": (BOMB, {}, "entities"),
    "an entity of a file": (XXE, {}, "entities"),
    "letters of another encoding than said": (rss("Café", head=SAYS_UTF8).encode("latin-1"), {}, "encoding it says"),
    "letters of no encoding said": (rss("Café").encode("latin-1"), {}, "encoding it says"),
    "letters of two encodings": (rss("Café").encode() + rss("Café").encode("latin-1"), {}, "encoding it says"),
    "an unknown encoding": (rss("Rain", head="<?xml version='1.0' encoding='x-nobody'?>").encode(), {}, "unknown"),
    "a web page": (WEB_PAGE, {}, "web page"),
    "nothing": (b"", {}, "empty"),
    "a NUL": (rss("Ra\0in").encode(), {}, "broken XML"),
    "an answer cut off": (GOOD[:-20], {}, "cut off"),
    "gzip cut off": (gzip.compress(GOOD * 50)[:-30], {"Content_Encoding": "gzip"}, "breaks off"),
    "gzip that is none": (GOOD, {"Content_Encoding": "gzip"}, "damaged"),
    "a gzip bomb": (gzip.compress(b"<rss>" + b" " * 80_000_000), {"Content_Encoding": "gzip"}, "more than 5 MB"),
    "a packing nobody asked for": (GOOD, {"Content_Encoding": "br"}, "not asked for"),
    "another document": (b"<svg/>", {}, "neither RSS nor Atom"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cant_be_read_is_refused_with_a_reason(what: str, feeds: FeedServer, now: dt.datetime, db: None) -> None:
    body, headers, said = REFUSED[what]
    row = odd(feeds, body, **headers)
    collect(row, now)
    assert said in again(row).last_error
    assert (row.health, row.outcomes[-1][1]) == ("failing", "bad")
    assert not TrendTopic.objects.exists()


LANDING = {
    "latin letters that are declared": (
        rss("Café", head="<?xml version='1.0' encoding='ISO-8859-1'?>").encode("latin-1"), {}, ["Café"]
    ),
    "latin letters that the header names": (
        rss("Café").encode("latin-1"), {"Content_Type": "text/xml; charset=windows-1252"}, ["Café"]
    ),
    "UTF-16 with its mark": (rss("मानसून").encode("utf-16"), {}, ["मानसून"]),
    "gzip": (gzip.compress(rss("Rain").encode()), {"Content_Encoding": "gzip"}, ["Rain"]),
    "letters only HTML names": (rss("Caf&eacute;").encode(), {}, ["Café"]),
    "an emoji alone": (rss("🌧️").encode(), {}, ["🌧️"]),
    "right to left": (rss("كأس العالم").encode(), {}, ["كأس العالم"]),
    "marks that turn text around": (rss("\u202eMon\u2066soon\u200f").encode(), {}, ["Monsoon"]),
    "doubles": (rss("Rain", "rain", "RAIN", "Ceramides").encode(), {}, ["Ceramides", "Rain"]),
    "entries without a title": (rss("", "Rain", " ").encode(), {}, ["Rain"]),
}  # fmt: skip


@pytest.mark.parametrize("what", LANDING)
def test_what_can_be_read_lands(what: str, feeds: FeedServer, now: dt.datetime, db: None) -> None:
    body, headers, titles = LANDING[what]
    row = odd(feeds, body, **headers)
    collect(row, now)
    assert again(row).last_error == ""
    assert sorted(TrendTopic.objects.values_list("title", flat=True)) == titles


def test_a_hundred_thousand_entries_are_capped_and_it_is_said(feeds: FeedServer, now: dt.datetime, db: None) -> None:
    row = odd(feeds, rss(*(f"T{number}" for number in range(100_000))).encode())
    collect(row, now)
    assert (again(row).last_error, row.last_item_count) == ("", 1000)
    assert "longer than 1,000 entries" in row.last_note
    assert TrendTopic.objects.count() == 1000


def test_an_endless_title_is_cut(feeds: FeedServer, now: dt.datetime, db: None) -> None:
    collect(odd(feeds, rss("monsoon " * 20_000).encode()), now)
    assert len(TrendTopic.objects.get().title) <= 300


def test_counts_below_zero_are_left_out_and_it_is_said(feeds: FeedServer, now: dt.datetime, db: None) -> None:
    item = "<item><title>{}</title><t:approx_traffic xmlns:t='urn:t'>{}</t:approx_traffic></item>"
    body = f"<rss><channel>{item.format('Rain', '500+')}{item.format('Flood', '-5')}</channel></rss>"
    feeds.serve("/trending/rss", body.encode())
    row = feed("google_trends", feeds)
    collect(row, now)
    assert list(TrendTopic.objects.values_list("title", flat=True)) == ["Rain"]
    assert "Left out 1: a count below zero" in again(row).last_note


def test_tomorrows_news_is_of_today(feeds: FeedServer, now: dt.datetime, db: None) -> None:
    row = odd(feeds, rss("Rain", extra="<pubDate>Fri, 20 Nov 2099 10:00:00 GMT</pubDate>").encode())
    collect(row, now)
    assert TrendObservation.objects.get().hour == now.replace(minute=0)
    assert TrendTopic.objects.get().last_seen_at == now


@pytest.mark.parametrize("days", [-400, 400])
def test_a_server_whose_clock_is_wrong_is_read_and_it_is_said(
    days: int, feeds: FeedServer, now: dt.datetime, db: None
) -> None:
    feeds.skew = dt.timedelta(days=days)
    row = odd(feeds, rss("Rain").encode())
    collect(row, now)
    assert again(row).health == "ok"
    assert "400 days" in row.last_note
    assert ("ahead of" in row.last_note) == (days > 0)


def test_a_wait_until_a_moment_is_counted_by_the_clock_of_whoever_says_it(
    feeds: FeedServer, now: dt.datetime, db: None
) -> None:
    feeds.skew = dt.timedelta(days=30)
    until = (now + feeds.skew + HOUR).strftime("%a, %d %b %Y %H:%M:%S GMT")
    feeds.served[PATH] = Answer(429, b"", {"Retry-After": until})
    row = feed("rss", feeds, config={"feed_url": f"{feeds.url}{PATH}"})
    collect(row, now)
    assert again(row).next_poll_at is not None
    assert HOUR <= row.next_poll_at - now <= HOUR * 1.2  # type: ignore[operator]


def test_when_our_own_clock_went_ahead_and_came_back_sources_are_asked_again(
    feeds: FeedServer, now: dt.datetime, db: None
) -> None:
    row = odd(feeds, rss("Rain").encode())
    collect(row, now + 400 * DAY)
    TrendSource.objects.filter(pk=row.pk).update(lease_until=now + 400 * DAY)
    assert fetching.due_ids(now) == [str(row.pk)]
    assert collect(row, now) is not None
    assert again(row).next_poll_at is not None
    assert row.next_poll_at < now + HOUR  # type: ignore[operator]


YESTERDAY = "<guid>g-1</guid><pubDate>Thu, 19 Nov 2026 10:00:00 GMT</pubDate>"


@pytest.mark.parametrize("extra", [YESTERDAY, "<guid>g-1</guid>"], ids=["dated", "undated"])
def test_a_source_that_repeats_yesterday_opens_nothing_anew(
    extra: str, feeds: FeedServer, now: dt.datetime, db: None
) -> None:
    row = odd(feeds, rss("Monsoon festival", extra=extra).encode())
    collect(row, now)
    TrendTopic.objects.update(status="expired")
    TrendSource.objects.update(etag="", last_modified="", next_poll_at=None)
    collect(row, now + DAY)
    assert again(row).last_success_at == now + DAY
    assert TrendTopic.objects.get().status == "expired"
    assert TrendTopic.objects.get().run == 1


def test_what_came_out_long_ago_is_let_go_even_where_the_feed_says_nothing_changed(
    feeds: FeedServer, now: dt.datetime, db: None
) -> None:
    row, at = odd(feeds, rss("Monsoon festival", extra=YESTERDAY).encode()), now
    for _ in range(8):
        collect(row, at)
        at += DAY / 4
        TrendSource.objects.filter(pk=row.pk).update(next_poll_at=None)
    assert "Left out 1: published more than 24 hours ago" in again(row).last_note
    assert row.last_item_count == 0
    assert not TrendObservation.objects.filter(hour__gte=now + 2 * DAY).exists()


def test_a_redirect_into_a_private_network_and_an_endless_one_are_refused(
    feeds: FeedServer, now: dt.datetime, db: None
) -> None:
    for variant, said in (("private", "private network"), ("loop", "passed on more than")):
        row = feed("rss", feeds, config={"feed_url": f"{feeds.bad(variant)}/rss"}, name=variant)
        collect(row, now)
        assert said in again(row).last_error
