"""The hour somebody means, where clocks jump."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.walltime import UnknownZone, resolve

ZONES = [
    "Asia/Kolkata", "Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns",
    "Africa/Casablanca", "America/Nuuk", "UTC",
]  # fmt: skip


def instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        ("Asia/Kolkata", "2026-11-21T09:00", "2026-11-21T03:30"),
        ("Europe/Lisbon", "2026-07-01T09:00", "2026-07-01T08:00"),
        ("Europe/Lisbon", "2026-12-01T09:00", "2026-12-01T09:00"),
        ("America/New_York", "2026-11-21T09:00", "2026-11-21T14:00"),
        ("Asia/Kathmandu", "2026-11-21T09:00", "2026-11-21T03:15"),
    ],
)
def test_an_ordinary_time_is_the_one_the_clock_shows_and_has_no_note(zone: str, local: str, utc: str) -> None:
    found = resolve(dt.datetime.fromisoformat(local), zone)
    assert found.instant == instant(utc)
    assert found.note == ""


@pytest.mark.parametrize(
    ("zone", "local", "utc", "shown"),
    [
        ("Europe/Lisbon", "2026-03-29T01:30", "2026-03-29T01:30", "02:30"),
        ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:30", "03:30"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45", "02:45"),
        ("America/New_York", "2026-03-08T02:00", "2026-03-08T07:00", "03:00"),
    ],
)
def test_a_time_the_clocks_skip_moves_forward_and_the_note_says_so(zone: str, local: str, utc: str, shown: str) -> None:
    found = resolve(dt.datetime.fromisoformat(local), zone)
    assert found.instant == instant(utc)
    assert f"{found.local:%H:%M}" == shown
    assert local[-5:] in found.note
    assert shown in found.note
    assert "forward" in found.note


@pytest.mark.parametrize(
    ("zone", "local", "utc", "name"),
    [
        ("Europe/Lisbon", "2026-10-25T01:30", "2026-10-25T00:30", "WEST"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30", "EDT"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45", "+11"),
    ],
)
def test_of_a_time_that_comes_twice_the_first_is_taken_and_the_note_says_so(
    zone: str, local: str, utc: str, name: str
) -> None:
    found = resolve(dt.datetime.fromisoformat(local), zone)
    assert found.instant == instant(utc)
    assert "twice" in found.note
    assert name in found.note


def test_a_day_that_an_island_left_out_moves_to_the_day_after() -> None:
    found = resolve(dt.datetime.fromisoformat("2011-12-30T10:00"), "Pacific/Apia")
    assert f"{found.local:%Y-%m-%d %H:%M}" == "2011-12-31 10:00"
    assert "2011-12-31 10:00" in found.note


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "Asia", "/etc/localtime", "x" * 500])
def test_a_zone_that_does_not_exist_is_told_in_words(name: str) -> None:
    with pytest.raises(UnknownZone, match="not a time zone"):
        resolve(dt.datetime.fromisoformat("2026-11-21T09:00"), name)


@pytest.mark.parametrize(
    ("local", "zone"), [("0001-01-01T00:00", "Asia/Kolkata"), ("9999-12-31T23:59", "America/New_York")]
)
def test_a_day_that_not_every_zone_can_reckon_is_told_in_words(local: str, zone: str) -> None:
    with pytest.raises(UnknownZone, match=f"There is no such day: “{local[:10]}”"):
        resolve(dt.datetime.fromisoformat(local), zone)


@given(
    st.datetimes(min_value=dt.datetime.fromisoformat("2000-01-02"), max_value=dt.datetime.fromisoformat("2037-12-30")),
    st.sampled_from(ZONES),
)
def test_what_the_clock_shows_at_the_instant_is_what_was_asked_unless_a_note_says_otherwise(
    local: dt.datetime, zone: str
) -> None:
    found = resolve(local, zone)
    shown = found.instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert shown >= local
    assert (shown == local) or "forward" in found.note
