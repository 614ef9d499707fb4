"""Topics by file: every fault with its line, all of a file or nothing of it."""

import contextlib
import datetime as dt
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from tests.cast import PASSWORD, Cast
from tests.trends.collecting import again
from tests.trends.conftest import NOW
from tests.trends.recordings import recording
from tests.trends.test_sources import check
from tests.trends.watched import tell, titles, watch_of
from trends import sources
from trends.collection import fetching
from trends.models import TrendObservation, TrendSource, TrendTopic
from trends.services import imports
from trends.sources.base import BadFile, Items

HEAD = "title,kind,hour,count,rank\n"


def read(content: str | bytes, kind: str = "csv") -> Items:
    raw = content.encode() if isinstance(content, str) else content
    return sources.source(kind).parse(raw, config={}, now=NOW)


def read_or_refuse(content: bytes, kind: str) -> None:
    """Read a file; anything but items or a refusal is a failure."""
    with contextlib.suppress(BadFile):
        for item in read(content, kind):
            check(item)


def faults(content: str | bytes, kind: str = "csv") -> list[str]:
    with pytest.raises(BadFile) as refused:
        read(content, kind)
    return refused.value.faults


@pytest.mark.parametrize("kind", ["csv", "tiktok"])
def test_files_ask_nobody_and_are_never_due(kind: str, db: None) -> None:
    adapter = sources.source(kind)
    assert adapter.is_imported
    assert adapter.request({}, NOW) == []
    TrendSource.objects.create(kind=kind, name="A file")
    assert fetching.due_ids(NOW) == []


def test_a_table_is_read_with_every_column() -> None:
    first, again_, puri, poem = read(recording("csv", now=NOW))
    for item in (first, again_, puri, poem):
        check(item)
    assert (first.title, first.count, first.rank, first.engagement) == ("#MonsoonSkin", 120, 1, 310.5)
    assert first.observed_at == NOW - dt.timedelta(hours=2)
    assert first.names == ("monsoon skin", "monsoonskincare")
    assert (again_.count, puri.traffic) == (1180, 20_000)
    assert (puri.kind.value, poem.kind.value, poem.observed_at) == ("keyword", "keyword", None)


def test_the_research_answers_videos_are_counted_by_hashtag_and_hour() -> None:
    items = {item.title: item for item in read(recording("tiktok", now=NOW), "tiktok")}
    assert set(items) == {"#monsoonskin", "#skincare", "#panipuri"}
    first = items["#monsoonskin"]
    assert (first.count, first.traffic, first.engagement) == (2, 6000, 385.0)
    assert first.observed_at == (NOW - dt.timedelta(hours=2)).replace(minute=0)


def test_a_list_of_hashtags_is_read_too() -> None:
    first, *_, last = read(recording("tiktok_hashtags", now=NOW), "tiktok")
    assert (first.title, first.count, first.traffic, first.region) == ("#monsoonskin", 12_400, 98_000_000, "IN")
    assert last.title == "#नमूना"
    (row,) = read("hashtag;views\nrain;2K\n", "tiktok")
    assert (row.title, row.traffic) == ("#rain", 2000)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",keyword,,5,", "the title is missing"),
        ("Rain,song,,5,", "the kind is none of"),
        ("Rain,,,-5,", "a count below zero"),
        ("Rain,,,many,", "a count that is not a number"),
        ("Rain,,,99999999999999999999999,", "beyond all measure"),
        ("Rain,,,,0", "a rank begins at 1"),
        ("Rain,,2099-01-01,5,", "has not come yet"),
        ("Rain,,2020-01-01,5,", "more than half a year ago"),
        ("Rain,,yesterday,5,", "should look like"),
        ("\u200b,,,5,", "the title is missing"),
    ],
)
def test_every_fault_is_told_with_its_line(row: str, said: str) -> None:
    (fault,) = faults(f"{HEAD}Ceramides,,,1,\n{row}\n")
    assert fault.startswith("Line 3: ")
    assert said in fault


def test_many_faults_are_told_up_to_a_number() -> None:
    told = faults(HEAD + "Rain,,,-1,\n" * 50)
    assert len(told) == 21
    assert told[0].startswith("Line 2: ")
    assert told[-1] == "And 30 more."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"a,b\n1,2\n", "one of them must be title"),
        (b"title,topic\nA,B\n", "names the column title twice"),
        (b"title,count\n", "no rows"),
        (b'title,count\n"Rain,5\n', "breaks off"),
        ("title\n" + "Rain\n" * 10_001, "more than 10,000 rows"),
        ("title\nCafé\n".encode() + "Café\n".encode("latin-1"), "Line 3: its letters are in another encoding"),
        (b"title\nCaf\x81\n", "no letters"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_reason(content: str | bytes, said: str) -> None:
    assert said in " ".join(faults(content))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"videos":[]}', "hashtags"),
        (b'[{"hashtag_name":"rain","publish_cnt":-4}]', "Entry 1: a count below zero"),
        (b'[{"hashtag_name":"rain"},"x"]', "Entry 2"),
        (b'{"data":{"videos":[{"id":1}]}}', "Video 1: create_time and hashtag_names"),
        (b"[", "cut off"),
        (b"[]", "no rows"),
    ],
)
def test_json_with_faults_is_refused_with_their_place(content: bytes, said: str) -> None:
    assert said in " ".join(faults(content, "tiktok"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_are_found_out(encoding: str) -> None:
    (item,) = read("title;count\nमानसून;5\n".encode(encoding))
    assert (item.title, item.count) == ("मानसून", 5)


def test_an_old_encoding_is_read_with_a_note_and_strange_columns_are_named() -> None:
    items = read("title,mood\nCafé culture,good\n".encode("cp1252"))
    assert items[0].title == "Café culture"
    assert [note.split(" ", 3)[0] for note in items.notes] == ["Read", "Columns"]
    assert "mood" in items.notes[1]


@pytest.mark.parametrize("kind", ["csv", "tiktok"])
@given(content=st.binary())
def test_arbitrary_bytes_are_read_or_refused(kind: str, content: bytes) -> None:
    read_or_refuse(content, kind)


@given(place=st.integers(0, 10_000), junk=st.binary(max_size=8))
def test_damaged_files_are_read_or_refused(place: int, junk: bytes) -> None:
    for name, kind in (("csv", "csv"), ("tiktok", "tiktok"), ("tiktok_hashtags", "tiktok")):
        whole = recording(name, now=NOW)
        at = place % len(whole)
        read_or_refuse(whole[:at] + junk + whole[at + len(junk) :], kind)


def test_a_file_becomes_topics_and_hours_of_its_source(db: None) -> None:
    done = imports.bring(recording("csv", now=NOW), kind="csv", name="Our panel", now=NOW, language="en")
    assert (done.items, done.source.name, done.source.health) == (4, "Our panel", "ok")
    assert TrendTopic.objects.count() == 3
    assert TrendObservation.objects.filter(source=done.source).count() == 4
    assert again(done.source).outcomes[-1][1:3] == ["news", 4]
    assert done.source.lease_until is None
    other = imports.bring(b"title,count\nRain,5\n", kind="csv", name="Our panel", now=NOW, language="en")
    assert other.source.pk == done.source.pk


def test_of_a_file_with_one_fault_nothing_is_written(db: None) -> None:
    with pytest.raises(imports.CantImport, match="Line 3"):
        imports.bring(b"title,count\nRain,5\nFlood,-5\n", kind="csv", name="Our panel", now=NOW)
    assert not TrendTopic.objects.exists()
    assert not TrendSource.objects.exists()


def test_what_cant_be_a_file_is_refused(db: None) -> None:
    for content, kind, name, said in (
        (b"title\nRain\n", "bluesky", "B", "Files are taken as"),
        (b"title\nRain\n", "csv", "  ", "Give the source a name"),
        (b"x" * (imports.MOST_BYTES + 1), "csv", "Big", "more than 5 MB"),
    ):
        with pytest.raises(imports.CantImport, match=said):
            imports.bring(content, kind=kind, name=name, now=NOW)


def test_two_files_at_once_into_one_source_are_not_mixed(db: None) -> None:
    row = TrendSource.objects.create(kind="csv", name="Our panel", lease_until=NOW + fetching.LEASE)
    with pytest.raises(imports.CantImport, match="just now"):
        imports.bring(b"title\nRain\n", kind="csv", name="Our panel", now=NOW)
    assert not TrendObservation.objects.filter(source=row).exists()


def test_the_command_brings_a_file_or_says_each_fault(tmp_path: Path, db: None) -> None:
    file, said = tmp_path / "topics.csv", StringIO()
    file.write_text("title,count\nRain,5\n")
    call_command("import_trends", str(file), name="Our panel", stdout=said)
    assert "1 row brought into “Our panel”." in said.getvalue()
    file.write_text("title,count\nRain,-5\n")
    with pytest.raises(CommandError, match="Line 2: a count below zero"):
        call_command("import_trends", str(file), name="Our panel")
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_trends", str(tmp_path / "none.csv"), name="Our panel")


BRING = "admin:trends_trendsource_bring_file"


@pytest.fixture
def operator(cast: Cast) -> Client:
    """An operator in the admin."""
    client = Client()
    client.force_login(User.objects.create_superuser("olga@example.com", PASSWORD))
    return client


def upload(content: bytes) -> dict[str, object]:
    file = BytesIO(content)
    file.name = "topics.csv"
    return {"file": file, "kind": "csv", "name": "Our panel"}


def test_operators_bring_a_file_in_the_admin(operator: Client) -> None:
    page = operator.get(reverse(BRING))
    assert "its first line" not in page.content.decode()
    assert "engagement" in page.content.decode()
    answer = operator.post(reverse(BRING), upload(b"title,count\nRain,5\n"), follow=True)
    assert "1 row brought" in answer.content.decode()
    refused = operator.post(reverse(BRING), upload(b"title,count\nFlood,-5\n"))
    assert refused.status_code == 422
    assert "Line 2: a count below zero" in refused.content.decode()
    assert list(TrendTopic.objects.values_list("title", flat=True)) == ["Rain"]


def test_nobody_else_brings_files(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.asha.user)
    assert client.get(reverse(BRING)).status_code in {302, 403, 404}
    assert client.post(reverse(BRING), upload(b"title\nRain\n")).status_code in {302, 403, 404}
    assert not TrendTopic.objects.exists()


def brought(content: str, *, now: dt.datetime = NOW) -> list[TrendTopic]:
    """Bring a table of topics; return what runs there are, in order of their beginning."""
    imports.bring(content.encode(), kind="csv", name="A file", now=now)
    return list(TrendTopic.objects.order_by("first_detected_at"))


def at(days: float) -> str:
    return (NOW - dt.timedelta(days=days)).replace(minute=0, second=0, microsecond=0).isoformat()


def test_a_run_of_long_ago_is_over_when_it_is_brought_and_tells_nobody(cast: Cast) -> None:
    watch = watch_of(cast.asha, cast.brand, "skincare")
    table = f"{HEAD}monsoon skincare,keyword,{at(100)},40,\nmonsoon skincare,keyword,{at(99)},90,\n"
    (run,) = brought(table)
    assert run.status == "expired"
    assert (run.first_detected_at.isoformat(), run.started_at) == (at(100), run.first_detected_at)
    assert run.last_seen_at == run.first_detected_at + dt.timedelta(days=1, hours=1)
    assert tell() == 0
    assert titles(watch) == []
    (again_,) = brought(table, now=NOW + dt.timedelta(days=1))
    assert again_.pk == run.pk
    old, new = brought(f"{HEAD}monsoon skincare,keyword,{at(0)},400,\n")
    assert (old.status, new.status, new.run) == ("expired", "emerging", 2)
    assert tell() == 1


def test_a_file_that_reaches_until_now_opens_a_run_that_began_when_it_says(cast: Cast) -> None:
    (run,) = brought(f"{HEAD}Rain,keyword,{at(10)},40,\nRain,keyword,{at(0)},90,\n")
    assert run.status != "expired"
    assert (run.first_detected_at.isoformat(), run.last_seen_at) == (at(10), NOW)
