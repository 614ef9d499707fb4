"""Exports of Search Console as people bring them: zips and single files, any delimiter, any number format."""

import contextlib
import datetime as dt
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import search_files
from analytics.search_files import CannotRead, number, read

QUERIES = 'Top queries,Clicks,Impressions,CTR,Position\nhing,12,"1,234",0.97%,4.2\nkesar oil,0,90,0%,18.44\n'
DAYS = "Date,Clicks,Impressions,CTR,Position\n2026-10-30,5,400,1.25%,7.1\n2026-10-31,7,924,0.76%,6.9\n"
PAGES = "Top pages,Clicks,Impressions,CTR,Position\nhttps://kesar.example/a,12,1324,0.9%,5\n"


def packed(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.csv", text)
    return out.getvalue()


def test_the_zip_as_it_is_downloaded_tells_of_which_days_its_sums_are() -> None:
    found = read(packed(Queries=QUERIES, Pages=PAGES, Chart=DAYS, Countries="Country,Clicks,Impressions\nIN,1,2\n"))
    assert [(row.key, row.clicks, row.impressions, row.position) for row in found.queries] == [
        ("hing", 12, 1234, 4.2), ("kesar oil", 0, 90, 18.44),
    ]  # fmt: skip
    assert [row.key for row in found.pages] == ["https://kesar.example/a"]
    assert (found.first, found.last, found.needs_period) == (dt.date(2026, 10, 30), dt.date(2026, 10, 31), False)


def test_one_file_alone_asks_for_its_days() -> None:
    found = read(QUERIES.encode())
    assert found.needs_period
    assert not read(DAYS.encode()).needs_period


def test_a_filters_file_says_the_days_too() -> None:
    said = "Filter,Value\nSearch type,Web\nDate,2026-08-01 - 2026-10-31\n"
    found = read(packed(Queries=QUERIES, Filters=said))
    assert (found.first, found.last) == (dt.date(2026, 8, 1), dt.date(2026, 10, 31))
    assert read(packed(Queries=QUERIES, Filters="Filter,Value\nDate,Last 3 months\n")).last_days == 91


def test_semicolons_a_mark_of_order_and_decimal_commas_are_read() -> None:
    text = "\ufeffHäufigste Suchanfragen;Klicks;Impressionen;CTR;Position\r\nसरसों का तेल;1.234;12.345;10,0 %;4,25\r\n"
    for data in (text.encode(), text.encode("utf-16")):
        (row,) = read(data).queries
        assert (row.key, row.clicks, row.impressions, row.position) == ("सरसों का तेल", 1234, 12345, 4.25)


def test_lines_that_make_no_sense_are_left_out_and_counted() -> None:
    lines = "a,5,3,1%,2\nb,x,10,1%,2\n,1,2,1%,3\nc,-1,5,0%,1\nd,1,10,10%,0\n\n"
    found = read(("Top queries,Clicks,Impressions,CTR,Position\n" + lines).encode())
    assert [(row.key, row.position) for row in found.queries] == [("d", None)]
    assert found.passed_over == 4


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"name,age\nAsha,4\n",
        b"PK\x03\x04 broken",
        b"\x00\x01\x02\x03" * 30,
        b"Query,Clicks,Impressions\n",
    ],
)
def test_what_is_no_export_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(CannotRead):
        read(data)


def test_a_file_that_unpacks_to_very_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_files, "MOST_UNPACKED", 1000)
    with pytest.raises(CannotRead):
        read(packed(Queries=QUERIES + "x,1,2,3%,4\n" * 1000))


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,234", 1234), ("12,34,567", 1234567), ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("4.5%", 4.5), ("4,5 %", 4.5),
     ("1 234", 1234), ("1\u202f234", 1234), ("٣٤", 34), ("", None), ("-", None), ("inf", None), ("nan", None)],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, value: float | None) -> None:
    assert number(text) == value


@given(st.integers(0, 10**9))
def test_whole_numbers_survive_every_way_of_grouping(value: int) -> None:
    english = f"{value:,}"
    for text in (
        str(value),
        english,
        english.replace(",", "."),
        english.replace(",", "\u00a0"),
        english.replace(",", "'"),
    ):
        assert number(text, whole=True) == value


@given(st.binary(max_size=400))
def test_no_bytes_end_in_anything_but_an_answer(data: bytes) -> None:
    with contextlib.suppress(CannotRead):
        read(data)
