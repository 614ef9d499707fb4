"""The documents of accounts' days, numbers as people write them, and files of days."""

import datetime as dt
from pathlib import Path

import pytest

from analytics import post_files
from analytics.collection.reckoning import settle
from analytics.documents import DOCUMENTS, files, numbers
from analytics.documents.checking import check
from analytics.documents.fields import Document, Kind
from analytics.documents.reasons import REASONS
from analytics.models import DailyMetrics
from publishing.platforms.counting import Missing
from trenddrop.core.csvs import CannotRead

TODAY = dt.date(2026, 11, 22)
SPOTIFY, APPLE, AMAZON = (DOCUMENTS[key] for key in ("spotify", "apple_music", "amazon_music"))
SPEC = Path(__file__).parents[3] / "shared" / "spec" / "platform-metrics.md"


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=lambda document: document.platform)
def test_what_a_document_names_is_one_of_its_fields(document: Document) -> None:
    keys = [one.key for one in document.fields]
    named = [document.followers, document.content_count, *document.engagement, *document.rated]
    named += [one.since for one in document.fields]
    assert len(keys) == len(set(keys))
    assert {key for key in named if key} <= set(keys)
    assert all(one.items for one in document.fields if one.kind == Kind.ITEMS)


@pytest.mark.shared
def test_every_platform_of_the_specification_has_a_document() -> None:
    rows = [
        line.split("|")[1].strip()
        for line in SPEC.read_text().splitlines()
        if line.startswith("| ") and "---" not in line
    ]
    wanted = {name.casefold().replace(" ", "_") for name in rows[1:12]}
    assert len(wanted) == 11
    assert wanted <= DOCUMENTS.keys()


@pytest.mark.parametrize(("platform", "rate"), [("instagram", 0.011), ("tiktok", 0.015)])
def test_a_rate_counts_what_its_platform_counts_in_it(platform: str, rate: float) -> None:
    told = {"followers": 10_000, "likes": 100, "comments": 10, "shares": 40, "saves": 50}
    row = DailyMetrics(platform=platform, document=told)
    settle(row, None, DOCUMENTS[platform])
    assert row.document["engagement_rate"] == rate
    assert row.engagement == (200 if platform == "instagram" else 150)


def test_every_reason_has_words() -> None:
    assert set(Missing) <= REASONS.keys()


def test_what_does_not_fit_is_told_and_kept() -> None:
    checked = check(SPOTIFY, {"followers": -3, "streams": "12", "moods": float("nan"), "top_cities": "Mumbai"})
    assert checked.figures == {"streams": 12}
    assert checked.problems.keys() == {"followers", "moods", "top_cities"}
    assert checked.document["other"] == {"followers": -3, "moods": "nan", "top_cities": "Mumbai"}
    assert checked.missing["followers"] == "no_answer"
    assert checked.missing["monthly_listeners"] == "by_hand"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1,20,450", 120450),
        ("1,204,500", 1204500),
        ("1.204.500", 1204500),
        ("1 204 500", 1204500),
        ("१,२०,४५०", 120450),
        ("3 lakh", 300000),
        ("1.2k", 1200),
        ("12.0", 12),
        ("0", 0),
        ("", None),
        ("–", None),
        ("n/a", None),
    ],
)
def test_a_count_is_read_as_it_is_written(written: str, meant: int | None) -> None:
    assert numbers.number(written) == meant


@pytest.mark.parametrize("written", ["12.5", "many", "-4", "4 %", "1,2,3", "9" * 19, "=1+1"])
def test_what_is_no_count_is_refused(written: str) -> None:
    with pytest.raises(numbers.NoNumber):
        numbers.number(written)


@pytest.mark.parametrize(("written", "meant"), [("4,5 %", 0.045), ("4.5", 0.045), ("0,045", 0.045), ("100%", 1.0)])
def test_a_share_is_read_with_commas_points_and_percent(written: str, meant: float) -> None:
    assert numbers.number(written, Kind.SHARE) == pytest.approx(meant)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["4.5", "0.98", "1", ""], [0.045, 0.0098, 0.01, None]),
        (["4.5 %", "0.98"], [0.045, 0.0098]),
        (["0.045", "0,98", "1", "n/a", "many"], [0.045, 0.98, 1.0, None]),
    ],
)
def test_shares_of_a_column_are_all_parts_or_all_percent(written: list[str], meant: list[float | None]) -> None:
    scale = numbers.Scale.of(written)
    read = [numbers.number(text, Kind.SHARE, scale) for text in written if text != "many"]
    assert read == pytest.approx(meant)


def test_percents_of_a_file_are_read_as_its_column_writes_them() -> None:
    days = [
        f"{TODAY - dt.timedelta(days=number):%Y-%m-%d},{text}" for number, text in enumerate(("4.5", "0.98", "2.1"))
    ]
    found = files.read("\n".join(["date,engagement_rate", *days]).encode(), DOCUMENTS["instagram"], today=TODAY)
    assert [row.figures["engagement_rate"] for row in found.rows] == pytest.approx([0.045, 0.0098, 0.021])
    posts = "\n".join(["url,completion", *(f"https://a.example/{text},{text}" for text in ("45", "0.9"))])
    read = post_files.read(posts.encode(), today=TODAY)
    assert [row.counts["completion"] for row in read.rows] == pytest.approx([0.45, 0.009])


def test_minutes_and_seconds_are_seconds() -> None:
    assert numbers.number("3:25", Kind.SECONDS) == 205


@pytest.mark.parametrize(
    "written",
    ["2026-11-03", "2026/11/03", "20261103", "03/11/2026", "3.11.2026", "03-11-26", "3 Nov 2026", "Nov 3, 2026",
     "3rd November 2026", "2026-11-03T00:00:00Z"],
)  # fmt: skip
def test_a_day_is_read_as_it_is_written(written: str) -> None:
    assert numbers.day(written) == dt.date(2026, 11, 3)


def test_days_of_a_file_are_read_in_the_one_order_that_makes_sense_of_all() -> None:
    american = ["11/01/2026", "11/02/2026", "11/13/2026"]
    assert numbers.day(american[0], numbers.DayOrder.of(american)) == dt.date(2026, 11, 1)
    stepping = [f"11/{day:02}/2026" for day in range(1, 10)]
    assert numbers.day(stepping[2], numbers.DayOrder.of(stepping)) == dt.date(2026, 11, 3)


def test_a_spotify_timeline_with_semicolons_marks_and_indian_groups_is_read() -> None:
    text = "\ufeffdate;listeners;streams;followers\n01/11/2026;1,204;1,20,450;990\n14/11/2026;;7;\n"
    read = files.read(text.encode(), SPOTIFY, today=TODAY)
    assert (read.recognised, read.delimiter, read.encoding) == ("spotify_for_artists", ";", "utf-8-sig")
    assert read.rows[0].figures == {"listeners": 1204, "streams": 120450, "followers": 990}
    assert read.rows[1].figures == {"streams": 7}


def test_an_apple_export_with_lines_before_its_header_in_utf_16_is_read() -> None:
    text = "Artist\tKESAR\n\nDate\tPlays\tAverage Daily Listeners\tShazams\nNov 1, 2026\t1,204\t33\t2\nTotal\t1\t1\t1\n"
    read = files.read(text.encode("utf-16"), APPLE, today=TODAY)
    assert read.recognised == "apple_music_for_artists"
    assert [dict(row.figures) for row in read.rows] == [{"plays": 1204, "average_daily_listeners": 33, "shazams": 2}]


def test_an_amazon_export_is_read() -> None:
    read = files.read(b"Date,Streams,Listeners,Fans\n2026-11-01,10,4,2\n", AMAZON, today=TODAY)
    assert read.recognised == "amazon_music_for_artists"
    assert read.rows[0].figures == {"streams": 10, "listeners": 4, "followers": 2}


APPLES = "Date\tPlays\tAverage Daily Listeners\tShazams\nNov 1, 2026\t20\t4\t1\n"


@pytest.mark.parametrize(
    ("text", "platform", "whose"),
    [
        (APPLES, "soundcloud", "Apple Music for Artists, and this account is on SoundCloud"),
        (APPLES, "spotify", "Apple Music for Artists, and this account is on Spotify"),
        ("date,listeners,streams,followers\n2026-11-01,4,10,2\n", "soundcloud", "Spotify for Artists"),
        ("date,listeners,streams,followers\n2026-11-01,4,10,2\n", "apple_music", "Spotify for Artists"),
    ],
)
def test_the_file_of_another_platforms_dashboard_is_refused_by_its_name(text: str, platform: str, whose: str) -> None:
    with pytest.raises(CannotRead, match=whose):
        files.read(text.encode(), DOCUMENTS[platform], today=TODAY)


def test_a_table_of_ones_own_may_have_columns_for_other_platforms() -> None:
    text = "date,plays,streams,listeners,rain\n2026-11-01,10,4,2,yes\n"
    read = files.read(text.encode(), DOCUMENTS["soundcloud"], today=TODAY)
    assert (read.rows[0].figures, read.unknown) == ({"plays": 10}, ["streams", "listeners", "rain"])


def test_the_template_of_every_platform_is_read_as_its_own() -> None:
    for document in DOCUMENTS.values():
        header = files.template(document)
        row = ["2026-11-01", *("1" for _key in header[1:])]
        read = files.read(f"{','.join(header)}\n{','.join(row)}\n".encode(), document, today=TODAY)
        assert set(read.rows[0].figures) == set(header[1:]), document.platform
        assert not read.errors


def test_what_is_wrong_is_said_by_line_and_the_rest_is_taken() -> None:
    text = "date,streams,mood\n2026-11-01,5,good\n2026-11-01,6,\nyesterday,7,\n2027-01-01,8,\n2026-11-02,a lot,\n"
    read = files.read(text.encode(), SPOTIFY, today=TODAY)
    assert [row.date for row in read.rows] == [dt.date(2026, 11, 1)]
    assert [(line, column) for line, column, _what in read.errors] == [
        (3, "date"), (4, "date"), (5, "date"), (6, "streams"),
    ]  # fmt: skip
    assert read.unknown == ["mood"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\x89PNG\x00\x00", "no CSV"),
        (b"song,listeners,streams\nRain,1,2\n", "not days"),
        (b"colour,taste\nred,sweet\n", "No line names the columns"),
        (b"date,streams,Streams\n2026-11-01,1,2\n", "Two columns"),
        (b"date,streams\n", "no day"),
        (b"date,streams\n" + b"2026-11-01,1\n" * (files.MOST_ROWS + 1), "at most"),
        (b"x" * (files.MOST_BYTES + 1), "larger than"),
    ],
)
def test_a_file_that_is_no_table_of_days_is_refused_with_what_to_do(data: bytes, words: str) -> None:
    with pytest.raises(CannotRead, match=words):
        files.read(data, SPOTIFY, today=TODAY)
