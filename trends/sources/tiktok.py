"""TikTok, by file only: it offers commercial apps nothing to ask, and we don't scrape.

An operator who has figures of their own gives them as a file: a table like those of csv_file (hashtags are meant), a
JSON list of such rows, or what the Research API answers to approved researchers ({"data": {"videos": […]}}).
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from trends.normalise import Kind
from trends.sources import base, csv_file, decoding

OFFICIAL = "TikTok offers no official list of trends to commercial apps. Import a file instead."
TAGS_OF_A_VIDEO = 30


class TikTok(csv_file.CsvFile):
    """Hashtags with their posts (count), views (traffic), and likes, comments and shares (engagement)."""

    key: ClassVar[str] = "tiktok"
    label: ClassVar[str] = "TikTok"
    platform: ClassVar[str] = "tiktok"

    def parse(self, content: bytes, *, config: base.Config, now: dt.datetime) -> base.Items:
        """Read a table or JSON; raises BadFile with every fault and its place."""
        chosen = base.settle(config, self.options)
        if content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] not in {b"{", b"["}:
            return csv_file.read_table(content, chosen=chosen, now=now, kind=Kind.HASHTAG)
        try:
            rows = list(_rows(decoding.json_document(content), now))
        except base.BadFile:
            raise
        except base.BadFeed as error:
            raise base.BadFile([str(error)]) from error
        return csv_file.gathered(rows, lambda row: csv_file.item_of(row, chosen=chosen, now=now, kind=Kind.HASHTAG))


def _rows(document: Any, now: dt.datetime) -> Iterator[tuple[str, dict[str, str]]]:
    videos = _videos(document)
    if videos is not None:
        return _of_videos(videos, now)
    entries = document if isinstance(document, list) else decoding.listed(document, "hashtags")
    return ((f"Entry {number}", _cells(entry)) for number, entry in enumerate(entries, start=1))


def _videos(document: Any) -> list[Any] | None:
    data = document.get("data") if isinstance(document, dict) else None
    videos = data.get("videos") if isinstance(data, dict) else None
    return videos if isinstance(videos, list) else None


def _cells(entry: Any) -> dict[str, str]:
    """Return one record as a table's row; what is neither text nor number is not read."""
    if not isinstance(entry, dict):
        return {"title": "", "kind": "not a record"}
    cells = {}
    for name, value in entry.items():
        column = name if name in csv_file.COLUMNS else csv_file.ALIASES.get(name, "")
        if column and isinstance(value, str | int | float) and not isinstance(value, bool):
            cells[column] = str(value)
    return cells


def _of_videos(videos: list[Any], now: dt.datetime) -> Iterator[tuple[str, dict[str, str]]]:
    """Count the videos of each hashtag by the hour they came out in."""
    found: dict[tuple[str, dt.datetime], dict[str, int]] = {}
    places: dict[str, str] = {}
    for number, video in enumerate(videos, start=1):
        told = video if isinstance(video, dict) else {}
        at, tags = decoding.moment(told.get("create_time"), now=now), told.get("hashtag_names")
        if at is None or not isinstance(tags, list):
            raise base.BadFile([f"Video {number}: create_time and hashtag_names are needed."])
        for tag in dict.fromkeys(decoding.clean(tag).lstrip("#") for tag in tags[:TAGS_OF_A_VIDEO]):
            if tag:
                _add(found.setdefault((tag, at.replace(minute=0, second=0, microsecond=0)), {}), told, number)
                places.setdefault(tag, decoding.clean(told.get("region_code"), limit=2))
    for (tag, hour), sums in found.items():
        figures = {name: str(number) for name, number in sums.items()}
        yield f"Hashtag {tag}", {"title": tag, "hour": hour.isoformat(), "region": places[tag], **figures}


def _add(sums: dict[str, int], video: Mapping[str, Any], number: int) -> None:
    try:
        views = decoding.count_of(video.get("view_count")) or 0
        liked = sum(decoding.count_of(video.get(f"{what}_count")) or 0 for what in ("like", "comment", "share"))
    except base.BadFeed as error:
        raise base.BadFile([f"Video {number}: {error}"]) from error
    for name, value in (("count", 1), ("traffic", views), ("engagement", liked)):
        sums[name] = sums.get(name, 0) + value
